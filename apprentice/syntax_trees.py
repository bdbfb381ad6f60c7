"""Python's text as a syntax tree, from any thread.

Python 3.11 counts the depth of the trees that it builds in one place for all threads: where one begins while another is at
work, either may end in `SystemError: AST constructor recursion depth mismatch` (python/cpython#106905).
"""

from __future__ import annotations

import ast
import threading
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal, overload

_LOCK: Final = threading.Lock()
_TIMES: Final = 5
#: Levels of a tree that what walks it by recursion (ast.dump, copy.deepcopy) bears within Python's own limit.
MOST_DEEP: Final = 180


@overload
def parse(source: str, filename: str = "<unknown>", mode: Literal["exec"] = "exec") -> ast.Module: ...


@overload
def parse(source: str, filename: str = "<unknown>", *, mode: Literal["eval"]) -> ast.Expression: ...


@overload
def parse(source: str, filename: str, mode: Literal["eval"]) -> ast.Expression: ...


def parse(source: str, filename: str = "<unknown>", mode: Literal["exec", "eval"] = "exec") -> ast.AST:
    """`ast.parse`, by one thread at a time, and once more where a library's own call got in between.

    Raises:
        SyntaxError: the text isn't Python.
        ValueError: it holds a null character.
        RecursionError: it is nested too deeply.
        MemoryError: it is nested too deeply for the parser.
    """
    for turn in range(_TIMES):
        try:
            with _LOCK:
                return ast.parse(source, filename, mode)
        except SystemError:
            if turn == _TIMES - 1:
                raise
    raise AssertionError


def literal(source: str) -> Any:
    """`ast.literal_eval` of a text.

    Raises:
        ValueError: it is more than a plain value; else as `parse`.
    """
    return ast.literal_eval(parse(source.lstrip(" \t"), mode="eval"))


def lines_of(text: str) -> list[str]:
    """The lines as Python counts them, for the line numbers of its trees: `str.splitlines` also ends lines elsewhere."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def parses(text: str) -> bool:
    """Whether a text is Python that can be read."""
    try:
        parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def is_too_deep(text: str) -> bool:
    """Whether a text's tree is deeper than what walks trees by recursion can bear; a text that doesn't parse isn't."""
    try:
        level: list[ast.AST] = [parse(text)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    depth = 0
    while level and depth <= MOST_DEEP:
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        depth += 1
    return depth > MOST_DEEP


def awaited(node: ast.expr) -> ast.expr:
    """What `await x` and `asyncio.run(x)` wait for; any other expression itself."""
    if isinstance(node, ast.Await):
        return node.value
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="asyncio"), attr="run"), args=[inner], keywords=[]
        ):
            return inner
    return node


def top_level(holder: ast.Module | ast.ClassDef) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported, or a class made, in order: those in its `if`, `try`, `with`, loops
    and `match` too.

    What is in its functions and classes belongs to them; what is below `if __name__ == ...` runs at no import.
    """
    return _statements(holder.body)


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        shown = isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)
        for block in ("orelse",) if shown else ("body", "handlers", "cases", "orelse", "finalbody"):
            for part in getattr(node, block, ()):
                yield from _statements([part] if isinstance(part, ast.stmt) else part.body)
