"""What the ladder of proof costs: the time from a candidate's passing tests to the kept skill.

The candidates are right ones of about twenty lines, from the simulated coder (no model), so that every rung is climbed.
Nothing is known of them beforehand: the sandbox is warm, all that is remembered of earlier code is not.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.progress import track

from apprentice.agent import Agent
from apprentice.events import Event, GoalFinished, PhaseStarted
from benchmarks.simulated import MODEL, Competence, SimulatedServer
from benchmarks.tasks.plain import PLAIN
from benchmarks.tasks.task import Task

PROGRESS = Console(stderr=True)
LINES = range(15, 31)


@dataclass(frozen=True, slots=True)
class Climb:
    """One skill: its lines, its candidates, the seconds of proof for all of them, and what its proof has."""

    name: str
    lines: int
    candidates: int
    seconds: float
    status: str
    rungs: tuple[str, ...]


def tasks() -> list[Task]:
    """The plain tasks whose solution has about twenty lines."""
    return [task for task in PLAIN if len(task.solution.strip().splitlines()) in LINES]


def climb(task: Task, server: SimulatedServer) -> Climb:
    """One run; the time between the beginning of its analyze phases and the event after each."""
    marks: list[tuple[float, bool]] = []

    def note(event: Event) -> None:
        if isinstance(event, PhaseStarted | GoalFinished):
            marks.append((time.monotonic(), isinstance(event, PhaseStarted) and event.phase == "analyze"))

    with (
        tempfile.TemporaryDirectory() as folder,
        Agent(
            workspace=Path(folder), model=f"ollama:{MODEL}", ollama_host=server.host, on_event=note
        ) as agent,
    ):
        agent.warm()
        outcome = agent.run(task.prompt)
        record = agent.memory.skill(outcome.skill)
    spent = sum(after - begun for (begun, analyzes), (after, _) in pairwise(marks) if analyzes)
    rungs = tuple(rung.name for rung in record.proof.rungs) if record and record.proof else ()
    lines = len(task.solution.strip().splitlines())
    return Climb(task.function, lines, outcome.iterations, spent, outcome.status, rungs)


def measure() -> list[Climb]:
    """All such tasks, one after the other."""
    chosen = tasks()
    with SimulatedServer(chosen, Competence(p=1.0, q=1.0, r=1.0)) as server:
        return [
            climb(task, server)
            for task in track(chosen, description="ladder", transient=True, console=PROGRESS)
        ]


def report(measured: Sequence[Climb]) -> str:
    """The table, in Markdown, with the median."""
    lines = [
        "| skill | lines | candidates | seconds of proof | status | rungs |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.name} | {one.lines} | {one.candidates} | {one.seconds:.2f} | {one.status} | {', '.join(one.rungs)} |"
        for one in measured
    ]
    seconds = [one.seconds for one in measured]
    lines.append(f"\nMedian {statistics.median(seconds):.2f} s, most {max(seconds):.2f} s.")
    return "\n".join(lines)
