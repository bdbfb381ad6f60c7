"""Where in the code an expression stands: called, given a name, handed to something, only compared."""

from __future__ import annotations

import ast
from typing import Literal

from apprentice.safety.scopes import Scopes

Role = Literal[
    "called", "base", "key-base", "alias", "argument", "looked-at", "annotation", "class-base", "other"
]


def role_of(scopes: Scopes, node: ast.AST) -> tuple[Role, ast.AST | None]:
    """What is done with the value of `node`, and the node that does it."""
    parent = scopes.parents.get(node)
    while isinstance(parent, ast.IfExp | ast.BoolOp | ast.NamedExpr | ast.Await):
        if isinstance(parent, ast.IfExp) and parent.test is node:
            return "looked-at", parent
        node, parent = parent, scopes.parents.get(parent)
    match parent:
        case ast.Call(func=function):
            return ("called" if function is node else "argument"), parent
        case ast.keyword():
            call = scopes.parents.get(parent)
            return ("argument" if isinstance(call, ast.Call) else "class-base"), call
        case ast.Starred():
            return "other", parent
        case ast.Attribute():
            return "base", parent
        case ast.Subscript(value=value):
            return ("key-base" if value is node else "other"), parent
        case ast.Assign(targets=targets):
            return ("alias" if all(isinstance(target, ast.Name) for target in targets) else "other"), parent
        case ast.AnnAssign(target=target, value=value):
            if value is not node:
                return "annotation", parent
            return ("alias" if isinstance(target, ast.Name) else "other"), parent
        case ast.Tuple() | ast.List():
            return _in_sequence(scopes, parent)
        case ast.arguments():
            return ("alias" if node in [*parent.defaults, *parent.kw_defaults] else "annotation"), parent
        case (
            ast.Compare()
            | ast.If()
            | ast.While()
            | ast.Assert()
            | ast.UnaryOp()
            | ast.Expr()
            | ast.FormattedValue()
        ):
            return "looked-at", parent
        case ast.ExceptHandler() | ast.Delete():
            return "looked-at", parent
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return ("called" if node in parent.decorator_list else "annotation"), parent
        case ast.ClassDef():
            return ("called" if node in parent.decorator_list else "class-base"), parent
    return "other", parent


def _in_sequence(scopes: Scopes, sequence: ast.Tuple | ast.List) -> tuple[Role, ast.AST | None]:
    around = scopes.parents.get(sequence)
    match around:
        case ast.Assign(targets=[ast.Tuple(elts=names) | ast.List(elts=names)]) if len(names) == len(
            sequence.elts
        ):
            plain = all(isinstance(name, ast.Name) for name in names)
            return ("alias" if plain else "other"), around
        case ast.ExceptHandler() | ast.Compare():
            return "looked-at", around
        case ast.Call(func=ast.Name(id="isinstance" | "issubclass")):
            return "looked-at", around
        case ast.Subscript(slice=index) if index is sequence:
            return "annotation", around
    return "other", around
