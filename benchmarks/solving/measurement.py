"""All modes over the same tasks, as far as they were measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.solving.figures import Figures, figures_of, stopping
from benchmarks.solving.mode import SAMPLES, Mode
from benchmarks.solving.row import Row
from benchmarks.tasks.task import Task


@dataclass(slots=True)
class Measurement:
    """What was measured of one model.

    Attributes:
        title: the tasks in words, e.g. "50 plain goals".
        model: as results call it.
        simulated: whether there is no model behind it.
        rows: of each mode by its name, in the tasks' order.
        notes: why a mode could not be run, by its name.
        best_style: the single prompt that was right most often.
        program: digest of the agent's text now.
    """

    title: str
    model: str
    simulated: bool
    tasks: tuple[Task, ...]
    modes: list[Mode] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    best_style: str = ""
    program: str = ""

    @property
    def headline(self) -> str:
        """What is shown, in a line."""
        return f"{'Simulation, no model: ' if self.simulated else ''}{self.title}, {self.model}"

    def figures(self) -> list[Figures]:
        """One for each mode, and one for the samples if they had stopped at the first that is accepted."""
        found: list[Figures] = []
        for mode in self.modes:
            rows, note = self.rows.get(mode.name, []), self.notes.get(mode.name, "")
            best = (
                " (the best single prompt)"
                if mode.kind == "greedy" and mode.style == self.best_style and self._several
                else ""
            )
            found.append(figures_of(mode, rows, title=f"{mode.title}{best}", note=note, program=self.program))
            if mode.kind == "best12" and rows:
                found.append(
                    figures_of(
                        Mode(f"{mode.name}:stopping", "best12", mode.style),
                        stopping(rows),
                        title=f"the same {SAMPLES}, stopping at the first accepted",
                        program=self.program,
                    )
                )
        return found

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "title": self.headline,
            "simulation": self.simulated,
            "model": self.model,
            "tasks": [task.id for task in self.tasks],
            "best_single_prompt": self.best_style,
            "program": self.program,
            "modes": [figures.to_json() for figures in self.figures()],
            "rows": [row.to_json() for rows in self.rows.values() for row in rows],
        }

    @property
    def _several(self) -> bool:
        return sum(mode.kind == "greedy" for mode in self.modes) > 1


def best_style(greedy: dict[str, Sequence[Row]]) -> str:
    """The style whose greedy answers are right most often; of equals the first."""
    return max(greedy, key=lambda style: sum(row.right for row in greedy[style]))
