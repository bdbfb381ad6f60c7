"""Whether examples hold for another seed of Python's hashes: code run with sets in another order, without a new interpreter."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Final

from apprentice.cancellation import CancelToken
from apprentice.proof.batch import run_many
from apprentice.proof.cases import cases_of
from apprentice.sandbox.base import Sandbox
from apprentice.syntax_trees import parse

_SECONDS: Final = 0.5
_BEFORE: Final = """
class _Set(set):
    def __iter__(self):
        items = list(super().__iter__())
        return iter(items if all(isinstance(item, (int, float)) for item in items) else items[::-1])

    def pop(self):
        for item in self:
            self.discard(item)
            return item
        return super().pop()

def _hash(value):
    return hash(value) if isinstance(value, (int, float)) else hash(value) ^ 0x5A5A5A5A5A5A5A5

def _id(value):
    return id(value) ^ 0x555550

"""


def depends_on_hashes(
    sandbox: Sandbox,
    code: str,
    function: str,
    examples: Sequence[str],
    signature: str,
    *,
    modules: Mapping[str, str],
    cancel: CancelToken | None = None,
) -> str:
    """The first example's call that comes out otherwise where sets of texts have another order; empty if none does.

    Raises:
        Cancelled: it was stopped.
        SandboxError: no code can be run on this machine.
    """
    tree = parse(code)
    other = _Other()
    changed = other.visit(tree)
    calls = [case.arguments for case in cases_of(examples, function, signature)]
    if not other.found or not calls:
        return ""
    ahead = sum(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in changed.body)
    changed.body[ahead:ahead] = parse(_BEFORE).body
    codes = [code, ast.unparse(ast.fix_missing_locations(changed))]
    own, otherwise = run_many(
        sandbox, codes, function, calls, modules=modules, cancel=cancel, seconds=_SECONDS, seconds_each=0.1
    )
    if own is None or otherwise is None:
        return ""
    for call, first, second in zip(calls, own, otherwise, strict=True):
        if (first.kind, first.form) != (second.kind, second.form):
            return call
    return ""


class _Other(ast.NodeTransformer):
    """Puts sets with another order, and other hashes and addresses, in the place of Python's."""

    def __init__(self) -> None:
        self.found = False

    def visit_Set(self, node: ast.Set) -> ast.expr:
        """As `_Set([...])`."""
        self.generic_visit(node)
        return self._made(ast.List(node.elts, ast.Load()))

    def visit_SetComp(self, node: ast.SetComp) -> ast.expr:
        """As `_Set(... for ...)`."""
        self.generic_visit(node)
        return self._made(ast.ListComp(node.elt, node.generators))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """`set(...)`, `hash(...)` and `id(...)`."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in ("set", "hash", "id"):
            self.found = True
            node.func = ast.Name("_Set" if node.func.id == "set" else f"_{node.func.id}", ast.Load())
        return node

    def _made(self, items: ast.expr) -> ast.expr:
        self.found = True
        return ast.Call(ast.Name("_Set", ast.Load()), [items], [])
