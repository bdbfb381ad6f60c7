"""Tests of one skill, as tests of another that is called in the same way: other names of module, function, parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apprentice.syntax_trees import lines_of, parse


@dataclass(frozen=True, slots=True)
class Entry:
    """How a skill is called: its module, its function, and the names of the parameters in their order."""

    module: str
    function: str
    parameters: tuple[str, ...]

    def renaming(self, other: Entry) -> dict[str, str]:
        """The other's name for each of these parameters, by their places."""
        return dict(zip(self.parameters, other.parameters, strict=False))


@dataclass(frozen=True, slots=True)
class _Edit:
    """A piece of one text, by line and by byte, and what it becomes."""

    line: int
    start: int
    end_line: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Names:
    """What a test file calls the function, and the module."""

    functions: frozenset[str]
    modules: frozenset[str]

    def is_function(self, node: ast.AST, function: str) -> bool:
        """Whether a node stands for the skill's function."""
        if isinstance(node, ast.Attribute):
            return (
                node.attr == function and isinstance(node.value, ast.Name) and node.value.id in self.modules
            )
        return isinstance(node, ast.Name) and node.id in self.functions


def adapted(text: str, one: Entry, other: Entry) -> str | None:
    """A test file of `one` as a test file of `other`; None where it can't be told how.

    The file's own names stay: `from twice import double` becomes `from other import f as double`.
    """
    tree = _parsed(text)
    names = _names(tree, one) if tree is not None else None
    if tree is None or names is None:
        return None
    edits = list(_calls(tree, names, one, other))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == one.module:
            parts = [_imported(alias, one, other) for alias in node.names]
            edits.append(_whole(node, f"from {other.module} import {', '.join(parts)}"))
        elif isinstance(node, ast.Import) and any(alias.name == one.module for alias in node.names):
            parts = [
                f"{other.module} as {alias.asname or alias.name}"
                if alias.name == one.module
                else ast.unparse(alias)
                for alias in node.names
            ]
            edits.append(_whole(node, f"import {', '.join(parts)}"))
    return _edited(text, edits)


def adapted_example(source: str, one: Entry, other: Entry) -> str:
    """An example of `one`, such as `f(2) == 4` or `f('') raises ValueError`, as one of `other`; "" where it can't be."""
    expression, raises, error = source.partition(" raises ")
    tree = _parsed(expression)
    if tree is None:
        return ""
    names = _Names(frozenset((one.function,)), frozenset())
    edits = list(_calls(tree, names, one, other))
    edits += [
        _Edit(node.lineno, node.col_offset, node.lineno, node.end_col_offset or 0, other.function)
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == one.function
    ]
    return f"{_edited(expression, edits)}{raises}{error}"


def new_tests(text: str, known: Iterable[str], entry: Entry) -> str:
    """A test file without the tests that other files of the same skill have already; empty if it has no others."""
    tree = _parsed(text)
    if tree is None:
        return ""
    there = {shape for other in known for shape in _shapes(other, entry).values()}
    shapes = _shapes(text, entry)
    old = {name for name, shape in shapes.items() if shape in there}
    if old == set(shapes):
        return ""
    lines = lines_of(text)
    for node in reversed(tree.body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name in old:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            del lines[first - 1 : node.end_lineno]
    return "\n".join(lines).strip("\n") + "\n"


def literal_calls(text: str, entry: Entry) -> Iterator[list[object]]:
    """The arguments, by their places, of each call of the skill's function in a test file that holds values only."""
    tree = _parsed(text)
    names = _names(tree, entry) if tree is not None else None
    for node in ast.walk(tree) if tree is not None and names is not None else ():
        if isinstance(node, ast.Call) and names is not None and names.is_function(node.func, entry.function):
            arguments = _literal_arguments(node, entry)
            if arguments is not None:
                yield arguments


# Inside


def _parsed(text: str) -> ast.Module | None:
    try:
        return parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _names(tree: ast.Module, entry: Entry) -> _Names | None:
    """What the file calls the function and the module; None where it doesn't import it, or in a way of its own."""
    functions: set[str] = set()
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module.startswith(f"{entry.module}."):
                return None
            if node.module == entry.module:
                if any(alias.name == "*" for alias in node.names):
                    return None
                functions |= {
                    alias.asname or alias.name for alias in node.names if alias.name == entry.function
                }
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith(f"{entry.module}."):
                    return None
                if alias.name == entry.module:
                    modules.add(alias.asname or alias.name)
    return _Names(frozenset(functions), frozenset(modules)) if functions or modules else None


def _calls(tree: ast.AST, names: _Names, one: Entry, other: Entry) -> Iterator[_Edit]:
    renaming = one.renaming(other)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and names.is_function(node, one.function):
            end_line, end = node.end_lineno or 0, node.end_col_offset or 0
            yield _Edit(end_line, end - len(one.function.encode()), end_line, end, other.function)
        if isinstance(node, ast.Call) and names.is_function(node.func, one.function):
            for keyword in node.keywords:
                if keyword.arg in renaming:
                    start = keyword.col_offset
                    end = start + len(keyword.arg.encode())
                    yield _Edit(keyword.lineno, start, keyword.lineno, end, renaming[keyword.arg])


def _imported(alias: ast.alias, one: Entry, other: Entry) -> str:
    name = other.function if alias.name == one.function else alias.name
    local = alias.asname or alias.name
    return name if name == local else f"{name} as {local}"


def _whole(node: ast.stmt, text: str) -> _Edit:
    return _Edit(node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0, text)


def _edited(text: str, edits: Iterable[_Edit]) -> str:
    lines = [line.encode() for line in lines_of(text)]
    for edit in sorted(set(edits), key=lambda edit: (edit.line, edit.start), reverse=True):
        before, after = lines[edit.line - 1][: edit.start], lines[edit.end_line - 1][edit.end :]
        lines[edit.line - 1 : edit.end_line] = [before + edit.text.encode() + after]
    return b"\n".join(lines).decode()


def _literal_arguments(call: ast.Call, entry: Entry) -> list[object] | None:
    places = {name: place for place, name in enumerate(entry.parameters)}
    given: dict[int, object] = {}
    try:
        for place, node in enumerate(call.args):
            given[place] = ast.literal_eval(node)
        for keyword in call.keywords:
            given[places[keyword.arg or ""]] = ast.literal_eval(keyword.value)
    except (ValueError, TypeError, KeyError, SyntaxError, RecursionError, MemoryError):
        return None
    # A gap would have to be filled with a default that isn't known here.
    return (
        list(map(given.__getitem__, range(len(given)))) if sorted(given) == list(range(len(given))) else None
    )


def _shapes(text: str, entry: Entry) -> dict[str, str]:
    """What each test of a file does, without its name and the file's own names for the function; by the test's name."""
    tree = _parsed(text)
    if tree is None:
        return {}
    names = _names(tree, entry) or _Names(frozenset(), frozenset())
    bound: dict[str, list[ast.stmt]] = {}
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            for name in _bound(node):
                bound.setdefault(name, []).append(node)
    neutral = _Neutral(names, entry.function)
    shapes: dict[str, str] = {}
    for node in tree.body:
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ) and node.name.lower().startswith("test"):
            # What it uses of the file is a part of what it does.
            needed: list[ast.stmt] = []
            waiting: list[ast.stmt] = [node]
            while waiting:
                for inner in ast.walk(waiting.pop()):
                    for other in bound.get(inner.id, ()) if isinstance(inner, ast.Name) else ():
                        if other is not node and other not in needed:
                            needed.append(other)
                            waiting.append(other)
            shapes[node.name] = "\n".join(
                [neutral.dump(node, without_name=True), *sorted(neutral.dump(other) for other in needed)]
            )
    return shapes


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
        return
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            yield inner.id


class _Neutral(ast.NodeTransformer):
    """Gives the skill's function one name, and takes docstrings and names of tests away."""

    def __init__(self, names: _Names, function: str) -> None:
        self._names = names
        self._function = function

    def dump(self, node: ast.stmt, *, without_name: bool = False) -> str:
        """The statement's form."""
        copy = parse(ast.unparse(node)).body[0]
        if isinstance(copy, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            copy.name = "_" if without_name else copy.name
            if ast.get_docstring(copy) is not None:
                copy.body = copy.body[1:] or [ast.Pass()]
        return ast.dump(self.visit(copy))

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Part of the visitor's protocol."""
        return ast.Name("_skill", ast.Load()) if self._names.is_function(node, self._function) else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Part of the visitor's protocol."""
        if self._names.is_function(node, self._function):
            return ast.Name("_skill", ast.Load())
        return self.generic_visit(node)
