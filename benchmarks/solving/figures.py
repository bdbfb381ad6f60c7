"""What the rows of a mode add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from statistics import median
from typing import Any

from benchmarks.solving.mode import Mode
from benchmarks.solving.row import Cost, Row


@dataclass(frozen=True, slots=True)
class Figures:
    """One mode over all tasks that were measured in it.

    Attributes:
        title: what a table calls it.
        tasks: how many were measured.
        right: how many ended with code that passes the hidden checks, marked working or not.
        marked: how many were said to work; `wrong` of them don't.
        calls_for_right: the median of the model calls of a right one; None where there is none.
        budget: of all tasks together, in tokens; 0 where there was none.
        over_budget: how many tasks took more than theirs; `most_of_budget` is the largest share that one took.
        offered: for how many the model offered a right one, and `right_of_offered` of these ended right; None where that
            can't be known.
        errors: how many could not be measured.
        note: why there are no figures.
        other_program: how many rows were measured with another text of the agent.
    """

    mode: str
    title: str
    tasks: int = 0
    right: int = 0
    right_marked: int = 0
    marked: int = 0
    wrong: int = 0
    cost: Cost = field(default_factory=Cost)
    calls_for_right: float | None = None
    budget: int = 0
    over_budget: int = 0
    most_of_budget: float = 0.0
    offered: int | None = None
    right_of_offered: int | None = None
    errors: int = 0
    versions: str = ""
    note: str = ""
    other_program: int = 0

    @property
    def wrong_share(self) -> float | None:
        """Of those marked working."""
        return self.wrong / self.marked if self.marked else None

    @property
    def tokens_for_right(self) -> float | None:
        """All tokens for each right one."""
        return self.cost.tokens / self.right if self.right else None

    @property
    def of_budget(self) -> float | None:
        """The share of the budget that was used."""
        return self.cost.tokens / self.budget if self.budget else None

    def to_json(self) -> dict[str, Any]:
        """Plain values, those computed included."""
        return {
            **asdict(self),
            "tokens": self.cost.tokens,
            "wrong_share": self.wrong_share,
            "tokens_for_right": self.tokens_for_right,
            "of_budget": self.of_budget,
        }


def figures_of(
    mode: Mode, rows: Sequence[Row], *, title: str = "", note: str = "", program: str = ""
) -> Figures:
    """The figures of a mode's rows; those whose measurement failed count as errors only."""
    failed = [row for row in rows if row.error]
    rows = [row for row in rows if not row.error]
    right = [row for row in rows if row.right]
    held = [row for row in rows if row.budget]
    offered = [row for row in rows if row.offered is not None]
    return Figures(
        mode=mode.name,
        title=title or mode.title,
        tasks=len(rows),
        right=len(right),
        right_marked=sum(row.marked for row in right),
        marked=sum(row.marked for row in rows),
        wrong=sum(row.wrong for row in rows),
        cost=sum((row.cost for row in rows), Cost()),
        calls_for_right=median(row.cost.calls for row in right) if right else None,
        budget=sum(row.budget for row in held),
        over_budget=sum(row.cost.tokens > row.budget for row in held),
        most_of_budget=max((row.cost.tokens / row.budget for row in held), default=0.0),
        offered=sum(bool(row.offered) for row in offered) if offered else None,
        right_of_offered=sum(bool(row.offered) and row.right for row in offered) if offered else None,
        errors=len(failed),
        versions=next((row.versions for row in rows if row.versions), ""),
        note=note or (failed[-1].error if failed and not rows else ""),
        other_program=sum(row.program != program for row in rows) if program else 0,
    )


def stopping(rows: Sequence[Row]) -> list[Row]:
    """The rows of the twelve samples with the cost of stopping at the first that is accepted."""
    return [replace(row, cost=row.until_accepted) for row in rows if row.until_accepted is not None]
