"""Which skills fit a request, and whether one of them is what is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from apprentice.memory import MemoryStore
from apprentice.retrieval.decision import Decision, Match, decide
from apprentice.retrieval.index import EMBED_SECONDS, SkillIndex
from apprentice.retrieval.meanings import EmbedderSource
from apprentice.retrieval.pairs import NearPair
from apprentice.retrieval.ranking import Rankings


class Weights(NamedTuple):
    """What each ranking counts in the fusion."""

    meaning: float
    words: float
    same: float


#: Chosen on the tuning half of `benchmarks/retrieval`.
WEIGHTS: Final = Weights(1.0, 0.1, 10.0)
WEIGHTS_WITHOUT_MEANING: Final = Weights(0.0, 1.0, 10.0)
RANK_OFFSET: Final = 20


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
            embed_seconds: time for vectors that are missing; None for as long as it takes, 0 for none.

        Raises:
            WorkspaceError: memory can't be read.
        """
        self.index.sync(self._memory.skill_entries, embed_seconds=embed_seconds)

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
                    lexical=self.index.overlap(text, name),
                    same_request=name in same,
                    embedder=rankings.embedder,
                )
            )
            if len(matches) == limit:
                break
        return matches

    def decide(self, request: str, matches: Sequence[Match]) -> Decision:
        """Whether one of the matches does what is asked. Reads nothing but its arguments."""
        return decide(request, matches)

    def near_pairs(self, count: int = 3, *, embed_seconds: float | None = 30.0) -> list[NearPair]:
        """Skills that may do the same, the nearest first; for each at most `count` others.

        Args:
            embed_seconds: time for vectors that are missing; None for as long as it takes.

        Raises:
            WorkspaceError: memory can't be read.
        """
        self.refresh(embed_seconds=embed_seconds)
        return self.index.near_pairs(count)

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
        (weights.same, rankings.same),
    ):
        for place, name in enumerate(names):
            scores[name] = scores.get(name, 0.0) + weight / (RANK_OFFSET + place)
    return sorted(scores.items(), key=lambda scored: -scored[1])
