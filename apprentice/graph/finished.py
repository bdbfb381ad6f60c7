"""Where a reply has brought the whole module, so that no more of it need be waited for."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from apprentice.graph.code_text import defined_names, unknown_names
from apprentice.syntax_trees import parse, parses, top_level

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)([^\n]*)(?:\n|\Z)", re.MULTILINE)
#: the start of a line that doesn't belong to a block above it
_OUTSIDE = re.compile(r"^(?=[^\s#])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Finished:
    """Tells where a reply has brought a module that is whole.

    Attributes:
        required: names that it must define.
        known: names that it may read without defining them.
        prefilled: the answer was begun for the model, so that nothing is to be expected behind the function.
        old: code that the reply may quote before it comes to its own.
    """

    required: tuple[str, ...]
    known: frozenset[str] = frozenset()
    prefilled: bool = False
    old: str = ""

    def reached(self, text: str) -> bool:
        """Whether the module is whole in the reply so far."""
        return self._end(text) is not None

    def part(self, text: str) -> str:
        """The reply up to where the module is whole; all of it, if it never is."""
        return text[: self._end(text)]

    def _end(self, text: str) -> int | None:
        code = ""
        opened: int | None = None
        for fence in _FENCE.finditer(text):
            if opened is None:
                opened = fence.end()
            elif not fence[1].strip():
                code += textwrap.dedent(text[opened : fence.start()])
                opened = None
                if self._whole(code):
                    return fence.end()
        if self.prefilled and opened is not None:
            for outside in _OUTSIDE.finditer(text, opened):
                if self._whole(code + text[opened : outside.start()], returns=True):
                    return outside.start()
        return None

    def _whole(self, code: str, *, returns: bool = False) -> bool:
        return _whole(code, self.required, self.known, returns) and not (self.old and _same(code, self.old))


@lru_cache(maxsize=32)
def _whole(code: str, required: tuple[str, ...], known: frozenset[str], returns: bool) -> bool:
    """Whether a module defines what it must, in earnest, and reads no name that it doesn't have."""
    if not code.strip() or not parses(code):
        return False
    tree = parse(code)
    functions = [node for node in _definitions(tree) if node.name in required]
    return (
        set(required) <= set(defined_names(code))
        and not any(_is_stub(node) for node in functions)
        and (not returns or all(_returns(node) for node in functions))
        and unknown_names(code) <= known
    )


def _definitions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in top_level(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


def _is_stub(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Whether the body is left to be written."""
    return all(
        isinstance(line, ast.Pass | ast.Raise)
        or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
        for line in node.body
    )


def _returns(node: ast.AST) -> bool:
    return any(
        isinstance(inner, ast.Yield | ast.YieldFrom) or (isinstance(inner, ast.Return) and inner.value)
        for inner in ast.walk(node)
    )


def _same(code: str, old: str) -> bool:
    return parses(old) and ast.dump(parse(code)) == ast.dump(parse(old))
