"""The syntax scan: what code names, calls and touches, whatever it calls it.

What is dangerous is found where it is *named*, not only where it is called: `f = [eval]` is enough. This layer is a
courtesy and an early, clear message; the sandbox is the wall.
"""

from __future__ import annotations

import ast
from collections.abc import Collection

from apprentice.safety import modules
from apprentice.safety.checks import Checks
from apprentice.safety.findings import Finding
from apprentice.safety.resolve import Resolver
from apprentice.safety.rules import rule_for
from apprentice.safety.scopes import Scopes
from apprentice.safety.solver import TooComplex
from apprentice.safety.syntax import parse


def scan(code: str, *, kind: str = "skill", library: Collection[str] = ()) -> list[Finding]:
    """All findings in `code`, by line.

    Args:
        code: the source of one module.
        kind: `skill`, `script` or `test`; in a test, patching modules is in order.
        library: names of modules that may be imported besides the standard library's.
    """
    tree = parse(code)
    return [tree] if isinstance(tree, Finding) else scan_tree(tree, kind=kind, library=library)


def scan_tree(tree: ast.Module, *, kind: str = "skill", library: Collection[str] = ()) -> list[Finding]:
    """As `scan`, for code that is parsed already."""
    try:
        checks = Checks(Resolver(Scopes(tree), kind=kind, library=library))
        checks.run(tree)
        return checks.findings()
    except (RecursionError, TooComplex):
        return [Finding("never", "too-complex", "the code is too tangled to be reviewed", 1)]


def own_names(tree: ast.Module) -> list[ast.Name]:
    """The places where names stand that the code itself gave to its own things.

    Patterns mean builtins and modules, so a function of the code's own called `compile` is not theirs to find.
    """
    try:
        resolver = Resolver(Scopes(tree))
        return [node for node in ast.walk(tree) if isinstance(node, ast.Name) and _is_own(resolver, node)]
    except (RecursionError, TooComplex):
        return []


def _is_own(resolver: Resolver, node: ast.Name) -> bool:
    bindings, _ = resolver.scopes.lookup(node)
    if not bindings:
        return False
    names = resolver.names(node)
    return not any(
        name == f"builtins.{node.id}" or modules.is_module(name) or rule_for(name) is not None
        for name in names
    )
