"""One change of one place of a syntax tree, and what may be named there."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from apprentice.proof.place import Place

#: Names that need no definition.
BUILTINS: Final = frozenset(dir(builtins))
_ATOMS: Final = (
    ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.ListComp, ast.Dict, ast.DictComp, ast.Set, ast.SetComp,
    ast.JoinedStr,
)  # fmt: skip


@dataclass(slots=True)
class Change(Place):
    """One change of one place of a tree.

    Attributes:
        cost: the lower, the likelier.
        parent: the node whose field is changed.
        index: place in the field where it is a list; -1 else.
        new: a node or a list of them; of a text, what stands there, with `{}` for the old node's text.
        what: in words, where old and new text alone would not say it.
        borrowed: what's put in comes from elsewhere: the goal, or another candidate.
    """

    cost: float
    parent: ast.AST
    field: str
    index: int
    new: Any
    what: str = ""
    borrowed: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be named at a place of a function.

    Attributes:
        function: the function under repair.
        parameters: name -> kinds of its values in the examples.
        locals: other names that the function gives values to.
        module: names of the module: functions, imports, constants.
    """

    function: str
    parameters: dict[str, frozenset[str]]
    locals: tuple[str, ...]
    module: tuple[str, ...]

    def knows(self, name: str) -> bool:
        """Whether the name has a value somewhere in reach."""
        return name in self.parameters or name in self.locals or name in self.module or name in BUILTINS


@dataclass(slots=True)
class Spot:
    """An expression in its place; `bound` are names of comprehensions and lambdas around it."""

    node: ast.expr
    parent: ast.AST
    field: str
    index: int
    bound: tuple[str, ...]
    in_text: bool

    def to(self, new: Any, cost: float, what: str = "", *, borrowed: bool = False) -> Change:
        """The change that puts something else here."""
        return Change(cost, self.parent, self.field, self.index, new, what, borrowed)


def is_called(spot: Spot) -> bool:
    """Whether it is what a call calls."""
    return isinstance(spot.parent, ast.Call) and spot.field == "func"


def is_atom(node: ast.AST) -> bool:
    """Whether something can stand behind the node's text, as in `….lower()`, without parentheses."""
    return isinstance(node, _ATOMS) or (
        isinstance(node, ast.Constant) and not isinstance(node.value, int | float)
    )


def stored(target: ast.AST) -> Iterator[str]:
    """The names in a target."""
    return (part.id for part in ast.walk(target) if isinstance(part, ast.Name))


def named(node: ast.AST) -> Iterator[str]:
    """The names in an expression."""
    return (part.id for part in ast.walk(node) if isinstance(part, ast.Name))


def bound_within(node: ast.AST) -> Iterator[str]:
    """The names that comprehensions and lambdas in it bind."""
    for part in ast.walk(node):
        if isinstance(part, ast.comprehension):
            yield from stored(part.target)
        elif isinstance(part, ast.arg):
            yield part.arg
