"""Skills that do what others do: which of the near ones are, and which of two is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from apprentice.cancellation import CancelToken
from apprentice.curation.tidy_compare import Comparison, Coverage, Side
from apprentice.errors import Cancelled
from apprentice.memory.schema import SkillRecord
from apprentice.retrieval import Finder
from apprentice.skills.signature import parse_signature

#: So many pairs are compared by running them in one look, the nearest first.
MAX_PAIRS: Final = 400


@dataclass(frozen=True, slots=True)
class Double:
    """A skill whose place another can take.

    Attributes:
        shown: what shows it.
        back: what shows the same the other way round; None where the kept one does more.
    """

    kept: Side
    loser: Side
    shown: Coverage
    back: Coverage | None

    @property
    def same(self) -> bool:
        """Whether each does what the other does."""
        return self.back is not None

    @property
    def evidence(self) -> str:
        """What was run and what came of it, in plain words."""
        kept, loser = self.kept.record, self.loser.record
        text = f"{kept.name} passes {_tests(self.shown.tests)} of {loser.name}"
        if self.back is not None:
            text += f", and {loser.name} {_tests(self.back.tests)} of {kept.name}"
        if self.shown.calls:
            what = "both gave the same value" if self.back else f"it gave the same value as {loser.name}"
            text += f"; on {self.shown.calls} further calls {what}"
        text += f" (isolation '{self.shown.isolation}')."
        if self.back is None:
            text += f" {loser.name} does not do all that {kept.name} does."
        return f"{text} {kept.name} {_standing(kept)}; {loser.name} {_standing(loser)}."


def doubles(
    finder: Finder,
    records: Mapping[str, SkillRecord],
    comparison: Comparison,
    notice: Callable[[str], None],
    cancel: CancelToken | None = None,
    *,
    limit: int = MAX_PAIRS,
) -> list[Double]:
    """The skills that another does the work of, each once, with the best one that does. One that is kept is never among them.

    Args:
        records: the skills that may be looked at, by name.
        notice: called with one line where not all could be compared.
        limit: so many pairs at most, the nearest first.

    Raises:
        Cancelled: it was stopped.
        SandboxError: no code can be run on this machine.
    """
    pairs = [
        (pair.first, pair.second)
        for pair in finder.near_pairs()
        if pair.first in records and pair.second in records
        if _may_fit(records[pair.first], records[pair.second])
    ]
    if len(pairs) > limit:
        notice(f"{len(pairs)} pairs of skills are near each other; the nearest {limit} are compared.")
    ready: list[tuple[Side, Side]] = []
    near: dict[str, list[Side]] = defaultdict(list)
    for first, second in pairs[:limit]:
        one, other = comparison.side(records[first]), comparison.side(records[second])
        if one is not None and other is not None:
            ready.append((one, other))
            near[first].append(other)
            near[second].append(one)
    for name, others in near.items():
        _check(cancel)
        if (looked := comparison.side(records[name])) is not None:
            comparison.glance(looked, others)
    ways: dict[tuple[str, str], Coverage] = {}
    for one, other in ready:
        _check(cancel)
        for side, double in ((one, other), (other, one)):
            if (shown := comparison.covers(side, double)) is not None:
                ways[side.record.name, double.record.name] = shown
    rank = {record.name: place for place, record in enumerate(sorted(records.values(), key=_worth))}
    chosen: dict[str, str] = {}
    for loser in sorted({loser for _, loser in ways}, key=lambda name: -rank[name]):
        # Of two that do the same, the better one stays.
        fitting = [
            kept
            for kept, covered in ways
            if covered == loser and ((loser, kept) not in ways or rank[kept] < rank[loser])
        ]
        if fitting:
            chosen[loser] = min(fitting, key=rank.__getitem__)
    found: list[Double] = []
    for loser, kept in chosen.items():
        best, worse = comparison.side(records[kept]), comparison.side(records[loser])
        # What is to go itself can't take a place; the next look will find another.
        if kept not in chosen and best is not None and worse is not None:
            found.append(Double(best, worse, ways[kept, loser], ways.get((loser, kept))))
    return found


def _check(cancel: CancelToken | None) -> None:
    if cancel is not None and cancel.cancelled:
        raise Cancelled("Stopped.", "Nothing was changed.")


def _worth(record: SkillRecord) -> tuple[Any, ...]:
    """For sorting, the one to keep first: proven, used with success, tested, modest, short, old."""
    rate = record.runs.success_rate
    return (
        record.status != "working",
        -(0.5 if rate is None else rate),
        -(record.runs.ok + record.runs.failed),
        -int(record.tests.get("passed", 0) or 0),
        len(record.permissions) + len(record.packages),
        record.origin == "made",
        len(record.signature),
        record.created_at,
        record.name,
    )


def _may_fit(one: SkillRecord, other: SkillRecord) -> bool:
    """Whether their signatures, as far as they are known, let one take the other's place."""
    if "working" not in (one.status, other.status) or one.retired or other.retired:
        return False
    signatures = parse_signature(one.signature), parse_signature(other.signature)
    if signatures[0] is None or signatures[1] is None:
        return True
    least, most = (
        [len(signature.required) for signature in signatures if signature],
        [len(signature.parameters) for signature in signatures if signature],
    )
    return max(least) <= min(most)


def _tests(count: int) -> str:
    return f"all {count} tests" if count > 1 else "the only test"


def _standing(record: SkillRecord) -> str:
    runs = record.runs
    uses = runs.ok + runs.failed
    used = (
        f"was used {uses} time{'s' if uses > 1 else ''}, {runs.ok} with success" if uses else "was never used"
    )
    return f"is {record.status} and {used}"
