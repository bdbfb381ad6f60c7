"""Measures what is not measured yet, mode after mode, and collects what there is."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from apprentice.errors import UsageError
from benchmarks.solving.baselines import styles_of
from benchmarks.solving.journal import Journal
from benchmarks.solving.measurement import Measurement, best_style
from benchmarks.solving.mode import Mode, best_of, greedy, modes_of
from benchmarks.solving.peer_rows import PeerUnavailable, run_peers
from benchmarks.solving.row import Row
from benchmarks.solving.subject import OpenSubject, Subject, program
from benchmarks.solving.unit import Unit, measured, unit_of
from benchmarks.solving.workers import Workers
from benchmarks.tasks.task import Task


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured.

    Attributes:
        title: the tasks in words.
        names: of the modes, see `mode.named`.
        tokens: each task's budget; 0 for what its twelve samples cost.
        style: the single prompt of the samples; empty for the best one.
        jobs: how many tasks at once; more than one only with a simulated coder.
        peers: folder for the peers' environments.
    """

    subject: Subject
    tasks: tuple[Task, ...]
    title: str
    names: tuple[str, ...]
    peers: Path
    tokens: int = 0
    style: str = ""
    jobs: int = 1


class Bench:
    """One run of a plan. `measurement` is what there is, also after an error or an interrupt."""

    def __init__(self, plan: Plan, journal: Journal, console: Console) -> None:
        self._plan, self._journal, self._console = plan, journal, console
        self.measurement = Measurement(
            plan.title, plan.subject.label, plan.subject.simulated, plan.tasks, program=program()
        )
        self._styles: tuple[str, ...] = ()
        self._workers: Workers | None = None

    def run(self) -> Measurement:
        """Measure.

        Raises:
            UsageError: the model has no such style of prompt.
            AgentError: the model or the sandbox can't be used, or the results can't be written.
        """
        with (
            tempfile.TemporaryDirectory(prefix="solve-", ignore_cleanup_errors=True) as scratch,
            OpenSubject(self._plan.subject, self._plan.tasks, Path(scratch)) as opened,
            ExitStack() as stack,
        ):
            self._styles = styles_of(opened.asker)
            if self._plan.style and self._plan.style not in self._styles:
                raise UsageError(
                    f"This model isn't asked with a prompt {self._plan.style!r}.",
                    f"Its prompts are: {', '.join(self._styles)}.",
                )
            names = list(self._names())
            try:
                while names:
                    for mode in self._modes(names[0], opened):
                        with self._progress(mode) as progress:
                            self._measure(opened, mode, progress, stack, Path(scratch))
                        self._collect(opened, mode)
                    names.pop(0)
                self._style(opened)
            except BaseException:
                for name in names:
                    for mode in self._modes(name, opened):
                        self._collect(opened, mode)
                raise
        return self.measurement

    def _names(self) -> Iterator[str]:
        """The modes in the order in which each has what it needs: the best prompt, then the budget."""
        names = self._plan.names
        budgeted = any(name not in ("greedy", "best12") for name in names)
        if "greedy" in names:
            yield "greedy"
        if "best12" in names or (budgeted and not self._plan.tokens):
            yield "best12"
        yield from (name for name in names if name not in ("greedy", "best12"))

    def _modes(self, name: str, opened: OpenSubject) -> Sequence[Mode]:
        return modes_of(name, self._styles, self._style(opened))

    def _style(self, opened: OpenSubject) -> str:
        """The single prompt of the samples: as set, else the best one where all were measured, else the agent's first."""
        if self._plan.style:
            return self._plan.style
        found: dict[str, Sequence[Row]] = {}
        for style in self._styles:
            units = self._units(opened, greedy(style))
            found[style] = [row for unit in units if (row := self._journal.last(unit.row.key))]
        if any(len(rows) < len(self._plan.tasks) for rows in found.values()):
            return self._styles[0]
        self.measurement.best_style = best_style(found)
        return self.measurement.best_style

    def _units(self, opened: OpenSubject, mode: Mode) -> list[Unit]:
        """The mode's units; of a mode with a budget those whose budget is known."""
        if not mode.budgeted:
            return [unit_of(opened, mode, task) for task in self._plan.tasks]
        if tokens := self._plan.tokens:
            return [unit_of(opened, mode, task, budget_by=tokens, budget=tokens) for task in self._plan.tasks]
        style = self._style(opened)
        budgets = {
            unit.task.id: row.cost.tokens
            for unit in self._units(opened, best_of(style))
            if (row := self._journal.get(unit.row.key))
        }
        return [
            unit_of(opened, mode, task, budget_by=style, budget=budgets[task.id])
            for task in self._plan.tasks
            if task.id in budgets
        ]

    def _measure(
        self, opened: OpenSubject, mode: Mode, progress: _Shown, stack: ExitStack, scratch: Path
    ) -> None:
        missing: list[Unit] = []
        for unit in self._units(opened, mode):
            if row := self._journal.get(unit.row.key):
                progress.add(row)
            else:
                missing.append(unit)
        if not missing:
            return
        if mode.kind == "peer":

            def done(row: Row) -> None:
                self._journal.add(row)
                progress.add(row)

            try:
                run_peers(opened, missing, self._plan.peers, done)
            except PeerUnavailable as error:
                self.measurement.notes[mode.name] = error.message
                self._console.print(f"{mode.name}: {error}", style="yellow", soft_wrap=True, markup=False)
            return
        for row in self._rows(opened, missing, stack, scratch):
            self._journal.add(row)
            progress.add(row)

    def _rows(
        self, opened: OpenSubject, units: Sequence[Unit], stack: ExitStack, scratch: Path
    ) -> Iterable[Row]:
        if self._plan.jobs == 1 or len(units) == 1:
            return (measured(opened, unit) for unit in units)
        if self._workers is None:
            plan = self._plan
            self._workers = stack.enter_context(Workers(plan.subject, plan.tasks, scratch, plan.jobs))
        return self._workers.rows(units)

    def _collect(self, opened: OpenSubject, mode: Mode) -> None:
        """Take over what the journal has of a mode."""
        rows = [self._journal.last(unit.row.key) for unit in self._units(opened, mode)]
        self.measurement.modes.append(mode)
        self.measurement.rows[mode.name] = [row for row in rows if row]

    @contextmanager
    def _progress(self, mode: Mode) -> Iterator[_Shown]:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("[green]right {task.fields[right]}[/] [red]wrong {task.fields[wrong]}[/]"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self._console) as progress:
            task = progress.add_task(mode.title, total=len(self._plan.tasks), right=0, wrong=0)
            yield _Shown(progress, task)


class _Shown:
    """A bar with how many tasks are done, right, and wrong though marked working."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task
        self._right = self._wrong = 0

    def add(self, row: Row) -> None:
        """One more is done."""
        self._right += row.right
        self._wrong += row.wrong
        self._progress.update(self._task, advance=1, right=self._right, wrong=self._wrong)
