"""The tests that a skill was kept with, read again: which of them are examples, and what else there is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from apprentice.graph.claims import raised_by
from apprentice.graph.state import GivenExample
from apprentice.syntax_trees import lines_of, parse

_EXAMPLE = re.compile(r"test_example_\d+")


def examples_in(text: str) -> tuple[list[GivenExample], str]:
    """The examples of a skill's own test file, and the file without them.

    A test that is called like an example's and is more than one is left where it is, under a name of its own.
    """
    tree = parse(text)
    examples: list[GivenExample] = []
    lines = lines_of(text)
    for node in reversed(tree.body):
        if not (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _EXAMPLE.fullmatch(node.name)):
            continue
        example = _example(node)
        if example is None:
            line = node.lineno - 1
            lines[line] = lines[line].replace("test_example_", "test_earlier_example_", 1)
        else:
            examples.append(example)
            del lines[node.lineno - 1 : node.end_lineno]
    return examples[::-1], "\n".join(_without_docstring(lines, tree)).strip("\n") + "\n"


def _example(node: ast.FunctionDef | ast.AsyncFunctionDef) -> GivenExample | None:
    if node.decorator_list or node.args.args or len(node.body) != 1:
        return None
    statement = node.body[0]
    if isinstance(statement, ast.Assert) and statement.msg is None:
        return GivenExample(source=ast.unparse(statement.test))
    raised = raised_by(statement)
    return GivenExample(source=ast.unparse(raised[1]), raises=raised[0]) if raised else None


def _without_docstring(lines: list[str], tree: ast.Module) -> list[str]:
    first = tree.body[0] if tree.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return lines[first.end_lineno :]
    return lines


def taken_names(texts: Iterable[str]) -> set[str]:
    """Names of the functions and classes that test files define."""
    return {
        node.name
        for text in texts
        for node in parse(text).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }


def renamed_apart(tests: str, taken: set[str]) -> str:
    """The tests, with another name for each function and class whose name is taken, so that both fit in one file."""
    for name in sorted(taken_names([tests]) & taken):
        number = 2
        while f"{name}_{number}" in taken or re.search(rf"\b{name}_{number}\b", tests):
            number += 1
        tests = re.sub(rf"(?<![\w.]){name}(?!\w)", f"{name}_{number}", tests)
    return tests


def imported_names(text: str, module: str) -> list[str]:
    """Names that a test file imports from a module."""
    return [
        alias.name
        for node in ast.walk(parse(text))
        if isinstance(node, ast.ImportFrom) and node.module == module and node.level == 0
        for alias in node.names
        if alias.name != "*"
    ]
