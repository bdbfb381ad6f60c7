"""The results as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from apprentice.errors import AgentError
from benchmarks.solving.measurement import Measurement

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_RIGHT, _UNMARKED, _WRONG = "#2a9d5c", "#a8d8b9", "#c8402f"
_STYLES = ("o-", "s--", "^:", "d-.")
_DPI = 120


def plot_modes(measurement: Measurement, path: Path) -> None:
    """A bar for each mode: right and marked working, right only, marked working but wrong.

    Raises:
        AgentError: matplotlib isn't installed.
    """
    figures = [one for one in measurement.figures() if one.tasks and not one.mode.endswith(":stopping")]
    figure = _figure(9.0, 1.6 + 0.34 * max(1, len(figures)))
    axes = figure.add_subplot()
    names = [one.title for one in figures]
    parts = (
        ("right, marked working", [one.right_marked for one in figures], _RIGHT, ""),
        ("right, not marked", [one.right - one.right_marked for one in figures], _UNMARKED, "//"),
        ("marked working but wrong", [one.wrong for one in figures], _WRONG, "xx"),
    )
    left = [0] * len(figures)
    places = list(range(len(figures)))
    for label, counts, colour, hatch in parts:
        bars = axes.barh(places, counts, left=left, label=label, color=colour, hatch=hatch, edgecolor="white")
        axes.bar_label(bars, [str(count) if count else "" for count in counts], label_type="center")
        left = [before + count for before, count in zip(left, counts, strict=True)]
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    axes.set_xlim(0, max(1, len(measurement.tasks)))
    axes.locator_params(axis="x", integer=True)
    axes.set_xlabel("tasks")
    figure.suptitle(measurement.headline, fontsize="medium")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
    _save(figure, path)


def plot_sweep(measurements: Sequence[tuple[float, Measurement]], path: Path) -> None:
    """Right, and wrong among those marked working, against the competence of a simulated coder.

    Raises:
        AgentError: matplotlib isn't installed.
    """
    figure = _figure(10.0, 4.6)
    right, wrong = figure.subplots(1, 2)
    lines: dict[str, list[tuple[float, float, float]]] = {}
    offered: list[tuple[float, float]] = []
    for p, measurement in measurements:
        for one in measurement.figures():
            if not one.tasks or one.mode.endswith(":stopping"):
                continue
            share = 100 * (one.wrong_share or 0.0)
            lines.setdefault(one.title, []).append((p, 100 * one.right / one.tasks, share))
            if one.mode == "agent" and one.offered is not None:
                offered.append((p, 100 * one.offered / one.tasks))
    for number, (title, points) in enumerate(lines.items()):
        style = _STYLES[number % len(_STYLES)]
        right.plot([p for p, _, _ in points], [share for _, share, _ in points], style, label=title)
        wrong.plot([p for p, _, _ in points], [share for _, _, share in points], style, label=title)
    if offered:
        right.plot(*zip(*offered, strict=True), "k+:", label="offered a right one while the agent ran")
    for axes, what in ((right, "right, % of the tasks"), (wrong, "wrong, % of those marked working")):
        axes.set_xlabel("p: how probably a fresh module is right")
        axes.set_ylabel(what)
        axes.set_xlim(0, 1)
        axes.set_ylim(bottom=0)
        axes.grid(visible=True, alpha=0.3)
    right.set_ylim(0, 102)
    figure.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
    first = measurements[0][1]
    figure.suptitle(f"Simulation, no model: {first.title}")
    _save(figure, path)


def _figure(width: float, height: float) -> Figure:
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        raise AgentError(
            "There is no picture: matplotlib isn't installed.", "Run: pip install -r requirements-dev.txt"
        ) from None
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _save(figure: Figure, path: Path) -> None:
    try:
        figure.savefig(path, dpi=_DPI)
    except OSError as error:
        raise AgentError(
            f"{path} can't be written: {error}.", "Give another folder with --results."
        ) from None
