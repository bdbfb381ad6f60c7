"""Finds the function in a goal's text that is to be written: `def f(x):` with a docstring, fenced or not."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from apprentice.graph.code_text import signature_in
from apprentice.syntax_trees import lines_of, parse

_FUNCTION: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
_HEAD: Final = re.compile(r"[ \t]*(?:async\s+def|def|class)\s+[A-Za-z_]\w*\s*[(:]")
#: Lines of code that may stand above the first function.
_ABOVE: Final = re.compile(
    r"from\s+[\w.]+\s+import\s|import\s+[\w., ]+$|@\w|#|[A-Za-z_]\w*\s*(?::[^=]+)?=[^=]"
)
_MOST_HEADS: Final = 20
_MOST_TRIES: Final = 50


@dataclass(frozen=True, slots=True)
class Stub:
    """A function that is to be written, as a goal's text gives it.

    Attributes:
        definition: the function.
        signature: as it stands there, with annotations.
        beside: the code that is given with it: imports, helper functions, constants.
        text: the goal's text without all of this.
    """

    definition: ast.FunctionDef | ast.AsyncFunctionDef
    signature: str
    beside: str
    text: str

    @property
    def function(self) -> str:
        """The function's name."""
        return self.definition.name


def find_stub(text: str) -> Stub | None:
    """The function of the first code in the text: the last whose body is missing, else the last; tests don't count.

    None where no function is defined in it.
    """
    lines = lines_of(text)
    heads = [index for index, line in enumerate(lines) if _HEAD.match(line)]
    end = 0
    for head in heads[:_MOST_HEADS]:
        if head < end:
            continue
        indent = lines[head][: len(lines[head]) - len(lines[head].lstrip())]
        start = _start(lines, head, indent)
        code = _dedented(lines[start:], indent)
        tree, length = _parsed(code)
        if tree is None:
            continue
        end = start + length
        functions = [
            node for node in tree.body if isinstance(node, _FUNCTION) and not node.name.startswith("test")
        ]
        if not functions:
            continue
        entry = next((node for node in reversed(functions) if _is_missing(node)), functions[-1])
        last = max(node.end_lineno or 0 for node in functions)
        beside = [node for node in tree.body if node is not entry and (node.end_lineno or 0) <= last]
        return Stub(
            entry,
            signature_in("\n".join(code[:length]), entry.name),
            "\n\n".join(_source(node, code) for node in beside),
            "\n".join([*lines[:start], "", *lines[start + last :]]),
        )
    return None


def _start(lines: Sequence[str], head: int, indent: str) -> int:
    """The first line of the code, with the imports above the function."""
    start = head
    for index in range(head - 1, -1, -1):
        line = lines[index]
        if not line.strip():
            continue
        if not line.startswith(indent) or not _ABOVE.match(line[len(indent) :]):
            break
        start = index
    return start


def _dedented(lines: Sequence[str], indent: str) -> list[str]:
    """The lines without the indentation, up to one that has less."""
    result: list[str] = []
    for line in lines:
        if line.strip() and not line.startswith(indent):
            break
        result.append(line[len(indent) :] if line.strip() else "")
    return result


def _parsed(code: Sequence[str]) -> tuple[ast.Module | None, int]:
    """The longest beginning of the lines that is Python, found from where the text stops being it; and its length."""
    end = len(code)
    for _ in range(_MOST_TRIES):
        try:
            return parse("\n".join(code[:end])), end
        except SyntaxError as error:
            wrong = min((error.lineno or end) - 1, end - 1)
        except (ValueError, RecursionError, MemoryError):
            return None, 0
        # The code ends before a line that isn't indented.
        while wrong > 0 and (not code[wrong].strip() or code[wrong][0].isspace()):
            wrong -= 1
        end = wrong
        if end <= 0:
            break
    return None, 0


def _is_missing(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the function's body is still to be written."""
    return all(
        isinstance(statement, ast.Pass)
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        or (isinstance(statement, ast.Raise) and "NotImplemented" in ast.unparse(statement))
        for statement in node.body
    )


def _source(node: ast.stmt, code: Sequence[str]) -> str:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return "\n".join(code[first - 1 : node.end_lineno])
