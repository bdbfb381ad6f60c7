"""What the simulated coder has to say about one task: right modules in several forms, and mistakes that really are some."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.simulated import trees
from benchmarks.simulated.competence import SimulatedTask, dice
from benchmarks.simulated.equal_forms import variant
from benchmarks.simulated.mistakes import WEIGHTS, Mistake, mistakes
from benchmarks.simulated.running import verdicts
from benchmarks.simulated.store import stored

VARIANTS = 14
#: mistakes are looked for until there are so many of those that hold the visible examples and of those that don't,
ENOUGH_SEEN = 8
ENOUGH_UNSEEN = 16
#: or until so many were run, in portions
MOST_RUN = 160
PORTION = 40
#: a mistake may take so many times the processor seconds of the solution; what takes longer isn't used
PATIENCE = 5.0


class BadTask(ValueError):
    """A task's own solution doesn't hold its examples or checks."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A mistake that was run: it fails the hidden checks. `seen` tells whether it holds all visible examples."""

    kind: str
    code: str
    closed: bool
    seen: bool


@dataclass(frozen=True, slots=True)
class Pool:
    """Right and wrong modules of one task; each was run."""

    right: tuple[str, ...]
    wrong: tuple[Wrong, ...]

    def right_one(self, rng: random.Random) -> str:
        """A right module."""
        return rng.choice(self.right)

    def wrong_one(self, rng: random.Random, seen: float) -> Wrong | None:
        """A mistake, with probability `seen` one that holds the visible examples; None where there is no mistake at all."""
        by_seen = {flag: [one for one in self.wrong if one.seen is flag] for flag in (True, False)}
        among = by_seen[rng.random() < seen] or by_seen[False] or by_seen[True]
        if not among:
            return None
        kinds = sorted({one.kind for one in among})
        kind = rng.choices(kinds, [WEIGHTS[name] for name in kinds])[0]
        return rng.choice([one for one in among if one.kind == kind])


def pool_of(task: SimulatedTask, cache: Path | None = None) -> Pool:
    """The pool of a task, the same each time; from the folder `cache` where it was made before.

    Raises:
        BadTask: the solution fails.
    """
    data = stored(cache, "pool", task, lambda: asdict(_made(task)))
    return Pool(tuple(data["right"]), tuple(Wrong(**one) for one in data["wrong"]))


def _made(task: SimulatedTask) -> Pool:
    rng = dice("pool", task.id)
    plain = trees.text_of(trees.plain(task.solution))
    forms = list(dict.fromkeys(variant(task.solution, task.function, rng) for _ in range(2 * VARIANTS)))
    (own,) = verdicts(task, [task.solution])
    if not (own.examples and own.checks):
        raise BadTask(f"The solution of {task.id} doesn't hold its own examples and checks.")
    seconds = own.seconds * PATIENCE
    found = verdicts(task, [plain, *forms], seconds)
    right = [
        code
        for code, verdict in zip([plain, *forms], found, strict=True)
        if verdict.examples and verdict.checks and verdict.ended
    ]
    # The plain form comes last: it may stand in books.
    right = [*right[1 : VARIANTS + 1], *right[:1]] or [task.solution]
    return Pool(tuple(right), tuple(_wrong(task, mistakes(task, rng, MOST_RUN), seconds)))


def _wrong(task: SimulatedTask, candidates: list[Mistake], seconds: float) -> list[Wrong]:
    found: list[Wrong] = []
    for start in range(0, len(candidates), PORTION):
        portion = candidates[start : start + PORTION]
        for mistake, verdict in zip(
            portion, verdicts(task, [one.code for one in portion], seconds), strict=True
        ):
            if verdict.ended and not verdict.checks:
                found.append(
                    Wrong(
                        mistake.kind, mistake.code, mistake.closed, verdict.examples and bool(task.examples)
                    )
                )
        seen = sum(one.seen for one in found)
        if (seen >= ENOUGH_SEEN or not task.examples) and len(found) - seen >= ENOUGH_UNSEEN:
            break
    return found
