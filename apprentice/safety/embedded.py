"""Code that is kept in strings and sure to be run: statements for timeit, doctests, annotations."""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterator

from apprentice.safety.resolve import Resolver
from apprentice.safety.rules import RUN_TEXT
from apprentice.safety.syntax import parse_module
from apprentice.safety.values import Text

_TEXT_KEYWORDS = {"stmt", "setup", "statement", "command", "cmd", "arg"}


def text_arguments(node: ast.Call) -> list[ast.expr]:
    """The arguments that a function of `RUN_TEXT` runs if they are text."""
    return [*node.args[:2], *(k.value for k in node.keywords if k.arg in _TEXT_KEYWORDS)]


def embedded_code(resolver: Resolver, tree: ast.Module) -> Iterator[tuple[int, ast.Module]]:
    """Line and syntax tree of each piece of code in a string, with the module's imports before it."""
    imports: list[ast.stmt] = [
        node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    doctested = any(
        isinstance(node, ast.Import | ast.ImportFrom)
        and "doctest" in (getattr(node, "module", None), *(alias.name for alias in node.names))
        for node in imports
    )
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 1)
        body: list[ast.stmt] = []
        for text in _texts(resolver, node, doctested=doctested):
            try:
                body = [*parse_module(text.strip()).body, *body]
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
        if body:
            yield line, ast.Module(body=[*imports, *body], type_ignores=[])


def _texts(resolver: Resolver, node: ast.AST, *, doctested: bool) -> Iterator[str]:
    if isinstance(node, ast.Call) and resolver.names(node.func) & RUN_TEXT:
        for argument in text_arguments(node):
            for value in resolver.values(argument):
                if isinstance(value, Text) and value.known:
                    yield value.template
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        arguments = [
            *node.args.posonlyargs,
            *node.args.args,
            *node.args.kwonlyargs,
            node.args.vararg,
            node.args.kwarg,
        ]
        for annotation in (node.returns, *(argument.annotation for argument in arguments if argument)):
            yield from _annotation(annotation)
    elif isinstance(node, ast.AnnAssign):
        yield from _annotation(node.annotation)
    elif isinstance(node, ast.Dict):
        for key, annotations in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "__annotations__":
                yield from _annotation(annotations)
    if doctested and isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        documentation = ast.get_docstring(node)
        try:
            examples = doctest.DocTestParser().get_examples(documentation or "")
        except ValueError:
            return
        yield from (example.source for example in examples)


def _annotation(annotation: ast.expr | None) -> Iterator[str]:
    for node in ast.walk(annotation) if annotation is not None else ():
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and ("(" in node.value or "__" in node.value)
        ):
            yield node.value
