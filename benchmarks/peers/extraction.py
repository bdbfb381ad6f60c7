"""From what a peer wrote to a module that defines the function. Nothing is mended: the peer's code stays the peer's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from apprentice.syntax_trees import parse

_FENCE = re.compile(r"(?:```|~~~)[ \t]*[\w+-]*[ \t]*\n(.*?)(?:\n[ \t]*(?:```|~~~)|\Z)", re.DOTALL)
_TAGS = re.compile(r"<code>\s*(.*?)(?:</code>|\Z)", re.DOTALL)
_START = re.compile(r"^[ \t]*(?:def |class |import |from |async def |@)", re.MULTILINE)


def module_of(pieces: Sequence[str], function: str) -> str:
    """The definition of a function and all that it needs, from pieces of code that ran one after the other.

    Where a name is defined several times, the last one holds. Calls, prints and asserts at the top level are left out:
    they were the peer's means, not its answer. Returns an empty string when no piece defines the function.
    """
    imports: list[ast.stmt] = []
    defined: dict[str, ast.stmt] = {}
    order: list[ast.stmt] = []
    for piece in pieces:
        for statement in _statements(piece):
            if isinstance(statement, ast.Import | ast.ImportFrom):
                imports.append(statement)
            elif names := list(_defines(statement)):
                order.append(statement)
                defined.update(dict.fromkeys(names, statement))
    if function not in defined:
        return ""
    needed: list[ast.stmt] = []
    queue = [defined[function]]
    while queue:
        statement = queue.pop()
        if statement not in needed:
            needed.append(statement)
            queue += [defined[name] for name in _reads(statement) if name in defined]
    lines: dict[str, None] = {}
    for statement in [*imports, *(statement for statement in order if statement in needed)]:
        lines.setdefault(ast.unparse(statement))
    return "\n".join(lines) + "\n"


def code_in(reply: str) -> str:
    """The code in a reply: what stands between fences or `<code>` tags, else from the first definition on, else all."""
    if blocks := [*_FENCE.findall(reply), *_TAGS.findall(reply)]:
        return "\n\n".join(_dedented(block) for block in blocks)
    start = _START.search(reply)
    return _dedented(reply[start.start() :] if start else reply)


def _dedented(text: str) -> str:
    lines = text.strip("\n").splitlines()
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    cut = min(indents, default=0)
    return "\n".join(line[cut:] for line in lines)


def _statements(code: str) -> list[ast.stmt]:
    """The statements of a text; where it doesn't parse, of its longest beginning that does."""
    text = code.replace("\r\n", "\n").strip("\n")
    lines = text.splitlines()
    for end in range(len(lines), 0, -1):
        try:
            return parse("\n".join(lines[:end])).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return []


def _defines(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    for target in targets:
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                yield node.id


def _reads(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
