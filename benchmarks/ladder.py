"""What the ladder of proof costs: the time from a candidate's passing tests to the kept skill.

The candidates are right ones of about twenty lines, from the simulated coder (no model), so that every rung is climbed.
Nothing is known of them beforehand: the sandbox is warm, all that is remembered of earlier code is not. Each is proven by
an agent of its own, where the proof has to start interpreters that later ones find warm, and by one that has proven another.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import track

from apprentice.agent import Agent
from apprentice.events import Event, GoalFinished, PhaseStarted
from apprentice.runs import RunOutcome
from benchmarks.simulated import MODEL, Competence, SimulatedServer
from benchmarks.tasks.plain import PLAIN
from benchmarks.tasks.task import Task

PROGRESS = Console(stderr=True)
LINES = range(15, 31)

Marks = list[tuple[float, bool]]


@dataclass(frozen=True, slots=True)
class Climb:
    """One skill: its lines, its candidates, the seconds of proof for all of them, and what its proof has.

    Attributes:
        seconds: where it is the agent's first proof.
        later: where it isn't.
    """

    name: str
    lines: int
    candidates: int
    seconds: float
    later: float
    status: str
    rungs: tuple[str, ...]


def tasks() -> list[Task]:
    """The plain tasks whose solution has about twenty lines."""
    return [task for task in PLAIN if len(task.solution.strip().splitlines()) in LINES]


def first(task: Task) -> Climb:
    """One run by an agent of its own."""
    with opened([task]) as (agent, marks):
        outcome, spent = proven(agent, task, marks)
        record = agent.memory.skill(outcome.skill)
    rungs = tuple(rung.name for rung in record.proof.rungs) if record and record.proof else ()
    lines = len(task.solution.strip().splitlines())
    return Climb(task.function, lines, outcome.iterations, spent, 0.0, outcome.status, rungs)


def later() -> list[float]:
    """All tasks by one agent, after another one."""
    other, *chosen = [PLAIN[0], *tasks()]
    with opened([other, *chosen]) as (agent, marks):
        proven(agent, other, marks)
        return [
            proven(agent, task, marks)[1]
            for task in track(chosen, description="ladder, later", transient=True, console=PROGRESS)
        ]


def proven(agent: Agent, task: Task, marks: Marks) -> tuple[RunOutcome, float]:
    """A run, and its time between the beginning of its analyze phases and the event after each."""
    marks.clear()
    outcome = agent.run(task.prompt, fresh=True)
    return outcome, sum(after - begun for (begun, analyzes), (after, _) in pairwise(marks) if analyzes)


@contextmanager
def opened(known: Sequence[Task]) -> Iterator[tuple[Agent, Marks]]:
    """An agent that is warm, and when each phase of its run began, and whether it was analyze."""
    marks: Marks = []

    def note(event: Event) -> None:
        if isinstance(event, PhaseStarted | GoalFinished):
            marks.append((time.monotonic(), isinstance(event, PhaseStarted) and event.phase == "analyze"))

    with (
        SimulatedServer(known, Competence(p=1.0, q=1.0, r=1.0)) as server,
        tempfile.TemporaryDirectory() as folder,
        Agent(
            workspace=Path(folder), model=f"ollama:{MODEL}", ollama_host=server.host, on_event=note
        ) as agent,
    ):
        agent.warm()
        yield agent, marks


def measure() -> list[Climb]:
    """All such tasks, one after the other; the later proofs in a process that knows nothing of the first ones."""
    firsts = [first(task) for task in track(tasks(), description="ladder", transient=True, console=PROGRESS)]
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        laters = pool.submit(later).result()
    return [replace(one, later=spent) for one, spent in zip(firsts, laters, strict=True)]


def report(measured: Sequence[Climb]) -> str:
    """The table, in Markdown, with the median."""
    lines = [
        "| skill | lines | candidates | seconds of proof, the first of an agent | a later one | status | rungs |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.name} | {one.lines} | {one.candidates} | {one.seconds:.2f} | {one.later:.2f} | {one.status} | {', '.join(one.rungs)} |"
        for one in measured
    ]
    for told, seconds in (
        ("First", [one.seconds for one in measured]),
        ("Later", [one.later for one in measured]),
    ):
        lines.append(f"\n{told}: median {statistics.median(seconds):.2f} s, most {max(seconds):.2f} s.")
    return "\n".join(lines)
