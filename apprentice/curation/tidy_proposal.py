"""What tidying proposes, and what came of carrying it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

#: Why something is proposed: two skills do the same; one does all that the other does; uses of a skill fail; nobody uses
#: what was never proven; a file has no record.
ProposalKind = Literal["same", "covered", "failing", "unused", "orphan"]
#: `retire`: it stays, and can be called by its name, but is no longer found for requests. `delete`: into the trash.
#: `prove`: its tests are run, and it gets a record.
Action = Literal["retire", "delete", "prove"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing to do, with what speaks for it. Nothing is done before `Tidy.carry_out`.

    Attributes:
        name: the skill that it is done to.
        evidence: what was looked at, what ran and what came of it, in plain words.
        kept: the skill that takes its place; empty where none does.
        seen: what identifies the skills as they were looked at.
    """

    kind: ProposalKind
    name: str
    action: Action
    evidence: str
    kept: str = ""
    seen: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        values = asdict(self)
        del values["seen"]
        return values


@dataclass(frozen=True, slots=True)
class Tidied:
    """What carrying out a proposal did.

    Attributes:
        summary: in one sentence or two.
        undo: the command that undoes it; empty where there is nothing to undo.
        added: how many tests the kept skill has got.
    """

    proposal: Proposal
    summary: str
    undo: str = ""
    added: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            **self.proposal.as_dict(),
            "done": True,
            "summary": self.summary,
            "undo": self.undo,
            "added_tests": self.added,
        }
