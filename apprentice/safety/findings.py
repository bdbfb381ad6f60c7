"""What a review finds: a tier, a plain line for the user and the model, and the permission that would settle it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from apprentice.safety.permissions import ANY, Permission, PermissionKind

__all__ = ["ANY", "USES_FILES", "Finding", "Permission", "PermissionKind", "Tier"]

#: `auto` runs without asking, `approval` after a person's yes, `never` not at all.
Tier = Literal["auto", "approval", "never"]

#: Rules of findings of tier `auto`: a path that is known only when the code runs is read, or written. What the sandbox
#: has not opened is refused there; so nobody need be asked, unless the specification names a file or folder.
USES_FILES = ("uses.read", "uses.write")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a review found.

    Attributes:
        tier: what it needs.
        rule: short stable name of the rule, e.g. `builtins.eval`, `pattern`, `path.write`.
        message: one plain line, without the line number.
        line: where, from 1.
        permission: what would settle it; None where nothing would.
    """

    tier: Tier
    rule: str
    message: str
    line: int
    permission: Permission | None = None

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"
