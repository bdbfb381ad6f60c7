"""From what a peer wrote to a module that defines the function. Nothing is mended: the peer's code stays the peer's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from apprentice.syntax_trees import parse

_FENCE = re.compile(r"(?:```|~~~)[ \t]*[\w+-]*[ \t]*\n(.*?)(?:\n[ \t]*(?:```|~~~)|\Z)", re.DOTALL)
_TAGS = re.compile(r"<code>\s*(.*?)(?:</code>|\Z)", re.DOTALL)
_CHANGING = ast.AugAssign | ast.For | ast.While | ast.If | ast.Try | ast.With
_DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign
_START = re.compile(r"^[ \t]*(?:def |class |import |from |async def |@)", re.MULTILINE)


def answer_of(text: str, function: str) -> str:
    """A whole answer as a module: as it is where it defines the function, else what of it does; else empty."""
    for code in (text, code_in(text)):
        if any(function in _defines(statement) for statement in _statements(code, whole=True)):
            return code.strip("\n") + "\n"
    return module_of([code_in(text)], function)


def module_of(pieces: Sequence[str], function: str) -> str:
    """The definition of a function and all that it needs, from pieces of code that ran one after the other.

    Where a name is defined several times, the last one holds. Calls, prints and asserts at the top level are left out:
    they were the peer's means, not its answer. Returns an empty string when no piece defines the function.
    """
    imports: list[ast.stmt] = []
    defined: dict[str, list[ast.stmt]] = {}
    order: list[ast.stmt] = []
    for piece in pieces:
        for statement in _statements(piece):
            names = list(_defines(statement))
            if isinstance(statement, ast.Import | ast.ImportFrom):
                imports.append(statement)
            elif names:
                order.append(statement)
            for name in names:
                changes = isinstance(statement, _CHANGING)
                defined[name] = [*defined.get(name, []), statement] if changes else [statement]
    if not any(isinstance(statement, _DEFINITION) for statement in defined.get(function, [])):
        return ""
    needed: list[ast.stmt] = []
    queue = list(defined[function])
    while queue:
        statement = queue.pop()
        if statement not in needed:
            needed.append(statement)
            queue += [found for name in _reads(statement) for found in defined.get(name, [])]
    lines = dict.fromkeys(
        ast.unparse(statement)
        for statement in [*imports, *order]
        if statement in needed or (isinstance(statement, ast.ImportFrom) and _is_for_all(statement))
    )
    return "\n".join(lines) + "\n"


def _is_for_all(statement: ast.ImportFrom) -> bool:
    return statement.module == "__future__" or any(alias.name == "*" for alias in statement.names)


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


def _statements(code: str, *, whole: bool = False) -> list[ast.stmt]:
    """The statements of a text; where it doesn't parse, of its longest beginning that does, or none if `whole`."""
    lines = code.replace("\r\n", "\n").strip("\n").splitlines()
    for end in range(len(lines), 0, -1):
        try:
            return parse("\n".join(lines[:end])).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            if whole:
                break
    return []


def _defines(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds or changes at the top level."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.split(".")[0] for alias in statement.names)
    elif isinstance(statement, ast.Assign | ast.AnnAssign | _CHANGING):
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
                yield from (inner.id for inner in ast.walk(node.value) if isinstance(inner, ast.Name))
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                yield node.name


def _reads(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
