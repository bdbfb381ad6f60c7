"""Helper functions of a test file, put in the place of their calls, so that what they are given to expect stays here."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from apprentice.sandbox.judge.copying import copied
from apprentice.sandbox.judge.names import Function, FunctionNames, function_names, loaded_in
from apprentice.sandbox.judge.walking import walk

_NOT_INSIDE = (
    ast.Return,
    ast.Yield,
    ast.YieldFrom,
    ast.Await,
    ast.Global,
    ast.Nonlocal,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.Import,
    ast.ImportFrom,
    ast.Match,
)


def unfolded_helper(
    call: ast.Call, helper: Function | None, prefix: str, names: FunctionNames
) -> list[ast.stmt] | None:
    """The statements that the call of a helper comes to, with the helper's variables under names of their own.

    None where it isn't a helper that asserts something, or where this could mean something else.
    """
    if helper is None or not _is_simple(helper):
        return None
    parameters = list(helper.args.args)
    if isinstance(call.func, ast.Attribute):
        if not parameters or parameters[0].arg != "self":
            return None
        del parameters[0]
    bound = _bound(helper, parameters, call)
    if bound is None:
        return None
    own = function_names(helper, names.module)
    local = own.local - {"self"}
    # What the helper reads of the module must not be a variable of the test.
    if (loaded_in(helper) - own.local) & names.local:
        return None
    renaming = _Renaming({name: prefix + name for name in local})
    statements: list[ast.stmt] = [
        ast.Assign([ast.Name(prefix + name, ast.Store())], copied(value)) for name, value in bound.items()
    ]
    return statements + [renaming.visit(copied(statement)) for statement in helper.body]


def _is_simple(helper: Function) -> bool:
    arguments = helper.args
    if isinstance(helper, ast.AsyncFunctionDef) or helper.decorator_list:
        return False
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs:
        return False
    asserts = False
    for inner in walk(helper):
        if isinstance(inner, _NOT_INSIDE) and inner is not helper:
            return False
        if isinstance(inner, ast.Name) and inner.id in (helper.name, "locals", "eval", "exec"):
            return False
        if isinstance(inner, ast.Attribute) and inner.attr == helper.name:
            return False
        asserts |= isinstance(inner, ast.Assert) or (
            isinstance(inner, ast.Attribute) and inner.attr.startswith("assert")
        )
    return asserts


def _bound(helper: Function, parameters: list[ast.arg], call: ast.Call) -> dict[str, ast.expr] | None:
    """The parameters' values, in the order in which Python evaluates them."""
    names = [parameter.arg for parameter in parameters]
    if len(call.args) > len(names) or any(isinstance(part, ast.Starred) for part in call.args):
        return None
    bound = dict(zip(names, call.args, strict=False))
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg in bound or keyword.arg not in names:
            return None
        bound[keyword.arg] = keyword.value
    defaults = dict(zip(names[::-1], helper.args.defaults[::-1], strict=False))
    for name in names:
        if name not in bound:
            if not isinstance(defaults.get(name), ast.Constant):
                return None
            bound[name] = defaults[name]
    return bound


class _Renaming(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """A variable of the helper gets its new name."""
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        """As a variable."""
        if node.name is not None:
            node.name = self._names.get(node.name, node.name)
        return self.generic_visit(node)
