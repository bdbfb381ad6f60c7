"""One place of a syntax tree: a field of a node, or an item of a list in it."""

from __future__ import annotations

import ast
from typing import Any


class Place:
    """What a change has in common with others: the place whose content it exchanges.

    Attributes:
        parent: the node whose field it is.
        field: name of the field.
        index: place in the field where it is a list; -1 else.
    """

    __slots__ = ()

    parent: ast.AST
    field: str
    index: int

    @property
    def old(self) -> Any:
        """What is in the place now."""
        value = getattr(self.parent, self.field)
        return value[self.index] if self.index >= 0 else value

    def put(self, value: Any) -> None:
        """Set the place to a value."""
        if self.index >= 0:
            getattr(self.parent, self.field)[self.index] = value
        else:
            setattr(self.parent, self.field, value)
