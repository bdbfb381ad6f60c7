"""What a review finds: a tier, a plain line for the user and the model, and the permission that would settle it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self, get_args

from apprentice.errors import UsageError

#: `auto` runs without asking, `approval` after a person's yes, `never` not at all.
Tier = Literal["auto", "approval", "never"]

PermissionKind = Literal["network", "read", "write", "command", "package"]

#: The target of a permission that isn't limited to one host, file, command or package.
ANY = "*"

_WORDS: dict[str, tuple[str, str]] = {
    "network": ("open network connections to {}", "open network connections to any host"),
    "read": ("read {}, outside the workspace", "read files outside the workspace"),
    "write": ("change {}, outside the workspace", "change files outside the workspace"),
    "command": ("run the system command `{}`", "run any system command"),
    "package": ("use the package {}", "use or install any package"),
}


@dataclass(frozen=True, slots=True)
class Permission:
    """Leave to do one thing: a kind, and what exactly. An empty or unknown target is `*`: anything of the kind."""

    kind: PermissionKind
    target: str = ANY

    def __post_init__(self) -> None:
        if not self.target:
            object.__setattr__(self, "target", ANY)

    @property
    def key(self) -> str:
        """The permission as one stable string, for memory.json: `network:example.com:443`."""
        return f"{self.kind}:{self.target}"

    @classmethod
    def parse(cls, key: str) -> Self:
        """The permission that `key` stands for.

        Raises:
            UsageError: `key` doesn't begin with a known kind.
        """
        kind, _, target = key.partition(":")
        for known in get_args(PermissionKind):
            if kind == known:
                return cls(known, target)
        raise UsageError(
            f"{key!r} is no permission.", f"The kinds are: {', '.join(get_args(PermissionKind))}."
        )

    def covers(self, other: Permission) -> bool:
        """Whether this one, granted, settles `other`: the very same, or the same kind for any target."""
        return self.kind == other.kind and self.target in (ANY, other.target)

    def __str__(self) -> str:
        exact, broad = _WORDS[self.kind]
        return broad if self.target == ANY else exact.format(self.target)


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
