"""The results as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.solving.figures import Figures
from benchmarks.solving.measurement import Measurement
from benchmarks.solving.row import Row

_COLUMNS = (
    "right",
    "marked working",
    "of these wrong",
    "calls",
    "calls for a right one",
    "tokens in",
    "of these cached",
    "tokens out",
    "tokens for a right one",
    "of the budget",
    "seconds",
)
_SIGNS = (
    "✓ right and marked working; ○ right, not marked; ✗ marked working but wrong; · neither; ! not measured"
)


def markdown(measurement: Measurement) -> str:
    """The table of the modes, what follows from it, and the table of the tasks."""
    lines = [f"# {measurement.headline}", "", *_table(measurement), "", *_remarks(measurement), ""]
    return "\n".join([*lines, *_tasks(measurement)]).strip() + "\n"


def sweep_markdown(measurements: Sequence[tuple[float, Measurement]]) -> str:
    """The tables of a simulated coder's competences, one after the other."""
    lines: list[str] = []
    for p, measurement in measurements:
        lines += [f"# p = {p:g}. {measurement.headline}", "", *_table(measurement), ""]
        lines += [*_remarks(measurement), ""]
    return "\n".join(lines).strip() + "\n"


def _table(measurement: Measurement) -> list[str]:
    """A line for each mode."""
    shown = [one for one in measurement.figures() if one.tasks or one.note]
    offers = any(one.offered is not None for one in shown)
    columns = [*_COLUMNS, *(["right of those offered a right one"] if offers else [])]
    return [
        f"| | {' | '.join(columns)} |",
        f"|---|{'---|' * len(columns)}",
        *(_line(one, len(measurement.tasks), offers=offers) for one in shown),
    ]


def _line(one: Figures, tasks: int, *, offers: bool) -> str:
    if not one.tasks:
        empty = " |" * (len(_COLUMNS) + int(offers) - 1)
        return f"| {one.title} | could not be run: {one.note} |{empty}"
    of = f" of {one.tasks}" if one.tasks < tasks else ""
    cells = [
        f"{one.right}{of}",
        str(one.marked),
        str(one.wrong) + (f" ({one.wrong_share:.1%})" if one.wrong and one.wrong_share else ""),
        str(one.cost.calls),
        "" if one.calls_for_right is None else f"{one.calls_for_right:g}",
        f"{one.cost.prompt_tokens:,}",
        f"{one.cost.cached_tokens:,}",
        f"{one.cost.completion_tokens:,}",
        "" if one.tokens_for_right is None else f"{one.tokens_for_right:,.0f}",
        _budget(one),
        f"{one.cost.seconds:,.0f}",
    ]
    if offers:
        cells.append("" if one.offered is None else f"{one.right_of_offered} of {one.offered}")
    return f"| {one.title} | {' | '.join(cells)} |"


def _budget(one: Figures) -> str:
    if one.of_budget is None:
        return ""
    over = f"; {one.over_budget} over, at most {one.most_of_budget:.0%}" if one.over_budget else ""
    return f"{one.of_budget:.0%}{over}"


def _remarks(measurement: Measurement) -> list[str]:
    """What the table shows, in sentences; and what it should not be taken for."""
    figures = measurement.figures()
    lines: list[str] = []
    if measurement.simulated:
        lines.append(
            "This is a simulation: the answers come from known solutions and known mistakes, right with a set "
            "probability. It measures the loop around a model and says nothing about any model."
        )
    greedy = [one for one in figures if one.mode.startswith("greedy:") and one.tasks]
    best = next((one for one in greedy if one.mode == f"greedy:{measurement.best_style}"), None)
    samples = next((one for one in figures if one.mode.startswith("best12:") and one.tasks), None)
    agent = next((one for one in figures if one.mode == "agent" and one.tasks), None)
    if agent and (
        said := [
            _compared(agent, other, name)
            for other, name in ((best, "one greedy answer"), (samples, "best of 12"))
            if other
        ]
    ):
        lines.append(f"The agent is right for {agent.right}: {'; '.join(said)}.")
    rows = measurement.rows
    for mode in measurement.modes:
        if mode.kind != "greedy" and (wrong := [row.task for row in rows.get(mode.name, ()) if row.wrong]):
            lines.append(f"Marked working but wrong, {mode.title}: {', '.join(wrong)}.")
    if any(one.of_budget is not None for one in figures):
        lines.append(
            "The budget of a task is what its twelve samples cost, or what was set; what is over it was under way when it ended."
        )
    lines += [f"{one.title}: {one.versions}." for one in figures if one.versions]
    lines += [f"{one.title}: {one.errors} could not be measured." for one in figures if one.errors]
    if other := sum(one.other_program for one in figures):
        lines.append(
            f"{other} rows were measured with another text of the agent than now; FRESH=1 measures them anew."
        )
    return [line for each in lines for line in (each, "")][:-1]


def _compared(agent: Figures, other: Figures, name: str) -> str:
    if agent.tasks != other.tasks:
        return f"{name} for {other.right} of {other.tasks}"
    times = f", {agent.right / other.right:.2f} times as many" if other.right else ""
    return f"{name} for {other.right}{times}"


def _tasks(measurement: Measurement) -> list[str]:
    """A line for each task and a column for each mode."""
    modes = [mode for mode in measurement.modes if measurement.rows.get(mode.name)]
    if not modes:
        return []
    signs = {mode.name: {row.task: _sign(row) for row in measurement.rows[mode.name]} for mode in modes}
    return [
        _SIGNS,
        "",
        f"| task | {' | '.join(mode.name for mode in modes)} |",
        f"|---|{'---|' * len(modes)}",
        *(
            f"| {task.id} | {' | '.join(signs[mode.name].get(task.id, '') for mode in modes)} |"
            for task in measurement.tasks
        ),
    ]


def _sign(row: Row) -> str:
    if row.error:
        return "!"
    if row.right:
        return "✓" if row.marked else "○"
    return "✗" if row.marked else "·"
