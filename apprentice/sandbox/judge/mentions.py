"""What stands where in a test file."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from apprentice.sandbox.judge.names import Function
from apprentice.sandbox.judge.walking import walk


def only_target(node: ast.stmt) -> str:
    """The one name that an assignment binds; empty for any other statement."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return ""


def functions_of(tree: ast.Module) -> Iterator[tuple[Function, str]]:
    """The functions and methods of a file, with the names of their classes."""
    for node in tree.body:
        if isinstance(node, Function):
            yield node, ""
        elif isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, Function):
                    yield item, node.name


def mentions(tree: ast.AST, names: frozenset[str]) -> bool:
    """Whether something mentions one of the names, or imports from a module called so."""
    for node in walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                if name in names:
                    return True
            case ast.ImportFrom(module=str(module)) if module in names:
                return True
    return False


def mentions_in_body(node: ast.ClassDef, names: frozenset[str]) -> bool:
    """Whether something in a class beside its methods mentions one of the names."""
    return any(mentions(item, names) for item in node.body if not isinstance(item, Function))


def calls_at_import(tree: ast.Module) -> bool:
    """Whether functions of the file are called while it is being imported."""
    own = {node.name for node, _ in functions_of(tree)}
    return any(
        isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id in own
        for node in tree.body
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for inner in walk(node)
    )


def has_scope(node: Function) -> bool:
    """Whether it is a fixture for several tests."""
    return any(
        isinstance(one, ast.Call) and any(keyword.arg == "scope" for keyword in one.keywords)
        for one in node.decorator_list
    )


def without_unused_pytest(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements without imports of pytest that nothing reads any more: loading it takes long."""
    used = {inner.id for node in body for inner in walk(node) if isinstance(inner, ast.Name)}
    result = []
    for node in body:
        if isinstance(node, ast.Import):
            kept = [
                alias
                for alias in node.names
                if alias.name != "pytest" or (alias.asname or alias.name) in used
            ]
        elif isinstance(node, ast.ImportFrom) and node.module == "pytest":
            kept = [
                alias for alias in node.names if alias.name == "*" or (alias.asname or alias.name) in used
            ]
        else:
            result.append(node)
            continue
        if kept:
            new = copy.copy(node)
            new.names = kept
            result.append(new)
    return result
