"""Which skills fit a request, and whether one of them is what is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

from pydantic import BaseModel, Field

from apprentice.memory import MemoryStore, SkillRecord
from apprentice.models.base import Message
from apprentice.models.prompting import render
from apprentice.retrieval.index import EMBED_SECONDS, EmbedderSource, Rankings, SkillIndex


class Weights(NamedTuple):
    """What each ranking counts in the fusion."""

    meaning: float
    words: float
    concepts: float
    shapes: float
    same: float


#: Chosen on the tuning half of `benchmarks/retrieval`.
WEIGHTS: Final = Weights(1.0, 0.15, 0.75, 0.5, 10.0)
WEIGHTS_WITHOUT_MEANING: Final = Weights(0.0, 1.0, 1.0, 0.5, 10.0)
RANK_OFFSET: Final = 10

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
        embedder: EmbedderSource = None,
        on_notice: Callable[[str], None] | None = None,
    ) -> None:
        self._memory = memory
        self.index = SkillIndex(index_path, embedder, on_notice)

    def refresh(self, *, embed_seconds: float | None = EMBED_SECONDS) -> None:
        """Bring the index to what memory holds; each search does so by itself.

        Args:
            embed_seconds: time for vectors that are missing; None for as long as it takes.

        Raises:
            WorkspaceError: memory can't be read.
        """
        self.index.sync(self._memory.skill_entries(), embed_seconds=embed_seconds)

    def search(self, text: str, limit: int = 5) -> list[Match]:
        """The skills nearest to a request, best first; failed and retired ones are left out.

        Untested ones are among them: look at `record.status`.

        Raises:
            WorkspaceError: memory can't be read.
        """
        self.refresh()
        rankings = self.index.rankings(text)
        meaning = dict(rankings.meaning)
        same = set(rankings.same)
        matches: list[Match] = []
        for name, score in _fused(rankings):
            record = self.index.record(name)
            if record is None:
                continue
            matches.append(
                Match(
                    record=record,
                    score=score,
                    cosine=meaning.get(name),
                    lexical=self.index.overlap(text, record),
                    same_request=name in same,
                )
            )
            if len(matches) == limit:
                break
        return matches

    def decide(self, request: str, matches: Sequence[Match]) -> Decision:
        """Whether one of the matches does what is asked. Reads nothing but its arguments."""
        return Decision("NOT_EXISTS", not matches, matches[0] if matches else None, "Not decided.")

    def close(self) -> None:
        """Close the index."""
        self.index.close()


def _fused(rankings: Rankings) -> list[tuple[str, float]]:
    """One ranking of all: reciprocal ranks, weighted (Cormack, Clarke and Büttcher, 2009)."""
    weights = WEIGHTS if rankings.meaning else WEIGHTS_WITHOUT_MEANING
    scores: dict[str, float] = {}
    for weight, names in (
        (weights.meaning, [name for name, _ in rankings.meaning]),
        (weights.words, rankings.words),
        (weights.concepts, rankings.concepts),
        (weights.shapes, rankings.shapes),
        (weights.same, rankings.same),
    ):
        for place, name in enumerate(names):
            scores[name] = scores.get(name, 0.0) + weight / (RANK_OFFSET + place)
    return sorted(scores.items(), key=lambda scored: -scored[1])
