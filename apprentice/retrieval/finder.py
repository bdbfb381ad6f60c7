"""Which skills fit a request, and whether one of them is what is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from apprentice.memory import MemoryStore, SkillRecord
from apprentice.models.base import Message
from apprentice.models.embeddings import Embedder
from apprentice.models.prompting import render

DecisionKind = Literal["EXISTS_AND_GENERIC", "EXISTS_BUT_SPECIFIC", "NOT_EXISTS"]


@dataclass(frozen=True, slots=True)
class Match:
    """A skill that may fit.

    Attributes:
        record: the skill, a copy of its own.
        score: of the fused ranking; comparable within one search only.
        cosine: nearness of meaning, -1 to 1; None without an embedding model.
        lexical: share of the request's words that the skill has, rare ones counting more; 0 to 1.
        same_request: a request it answered, or its goal, differs from this one in the values only.
    """

    record: SkillRecord
    score: float
    cosine: float | None = None
    lexical: float = 0.0
    same_request: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What a search comes to. Where it isn't `sure`, ask a model with `decision_messages`.

    Attributes:
        match: the skill to reuse or adapt; the nearest one where there is none.
        reason: one short sentence for the log and the steps shown.
    """

    kind: DecisionKind
    sure: bool
    match: Match | None
    reason: str


class DecisionReply(BaseModel):
    """What a model says: which of the skills does what is asked, if any."""

    skill: str = Field("", description="Name of the one skill that does what is asked; empty if none does.")
    kind: DecisionKind = Field(
        description="EXISTS_AND_GENERIC: call it as it is; EXISTS_BUT_SPECIFIC: must be made more general; NOT_EXISTS."
    )


def decision_messages(request: str, matches: Sequence[Match]) -> list[Message]:
    """One short question to a model: which of the skills does what is asked. The reply is a `DecisionReply`."""
    skills = [match.record for match in matches]
    return [("user", render("decide", request=request, skills=skills))]


class Finder:
    """Finds skills of a memory, with an index beside it. Safe to use from several threads.

    Args:
        memory: the truth.
        index_path: the derived index; it need not exist, and may be deleted at any time.
        embedder: the embedding model, a function that opens it at the first use, or None for words alone.
        on_notice: called with one line when the index or the model can't be used as wanted.
    """

    def __init__(
        self,
        memory: MemoryStore,
        index_path: Path,
        embedder: Embedder | Callable[[], Embedder | None] | None = None,
        on_notice: Callable[[str], None] | None = None,
    ) -> None:
        self._memory = memory

    def search(self, text: str, limit: int = 5) -> list[Match]:
        """The skills nearest to a request, best first; failed and retired ones are left out.

        Raises:
            WorkspaceError: memory can't be read.
        """
        return [Match(record, 0.0) for record in self._memory.skills()[:limit]]

    def decide(self, request: str, matches: Sequence[Match]) -> Decision:
        """Whether one of the matches does what is asked. Reads nothing but its arguments."""
        return Decision("NOT_EXISTS", not matches, matches[0] if matches else None, "Not decided.")

    def close(self) -> None:
        """Close the index."""
