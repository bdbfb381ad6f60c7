"""`python -m benchmarks solve`: its arguments, what it prints, and the files that it writes."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from apprentice.errors import AgentError, UsageError, WorkspaceError
from benchmarks.simulated import Competence
from benchmarks.solving.bench import Bench, Plan
from benchmarks.solving.journal import Journal
from benchmarks.solving.measurement import Measurement
from benchmarks.solving.mode import DEFAULT, named
from benchmarks.solving.plot import plot_modes, plot_sweep
from benchmarks.solving.report import markdown, sweep_markdown
from benchmarks.solving.subject import SIMULATED, Subject
from benchmarks.solving.task_sets import SETS, SPLITS, spread, task_set

RESULTS: Final = Path(__file__).parents[1] / "results"
INTERRUPTED: Final = 130
_SIMULATED_JOBS: Final = 2
_WORDS: Final = {"plain": "plain goals", "humaneval": "problems of HumanEval", "goals": "easy goals"}

#: What ended a measurement before its end.
Problem = AgentError | KeyboardInterrupt


def main(arguments: Sequence[str]) -> int:
    """Measure as the arguments say, print the table, write the files.

    Returns:
        The exit code: 1 if a task could not be measured, 130 after Ctrl-C, else that of the error.
    """
    console = Console(stderr=True)
    options = _parser().parse_args(arguments)
    ended: Problem | bool
    try:
        ended = _swept(options, console) if options.sweep else _once(options, console)
    except (AgentError, KeyboardInterrupt) as problem:
        ended = problem
    if isinstance(ended, KeyboardInterrupt):
        console.print("Stopped. Run the same again to go on: what was measured is kept.", style="yellow")
        return INTERRUPTED
    if isinstance(ended, AgentError):
        console.print(str(ended), style="red", soft_wrap=True, markup=False, highlight=False)
        return ended.exit_code
    return int(ended)


def _once(options: argparse.Namespace, console: Console) -> Problem | bool:
    """One measurement. Returns what ended it, else whether some task could not be measured."""
    plan = _plan(options, _subject(options, options.p))
    measurement, problem = _measured(options, plan, console)
    if any(measurement.rows.values()) or measurement.notes:
        path = options.results / _slug(options, plan.subject.label)
        text = markdown(measurement)
        print(text)
        _write(path, text, measurement.to_json(), lambda file: plot_modes(measurement, file), console)
    return problem or _has_errors(measurement)


def _swept(options: argparse.Namespace, console: Console) -> Problem | bool:
    """A measurement for each competence of a simulated coder."""
    points: list[tuple[float, Measurement]] = []
    problem: Problem | None = None
    for p in sorted(set(options.sweep)):
        measurement, problem = _measured(options, _plan(options, _subject(options, p)), console)
        points.append((p, measurement))
        if problem is not None:
            break
    path = options.results / _slug(options, "simulated coder, sweep")
    text = sweep_markdown(points)
    print(text)
    facts = {"simulation": True, "points": [{"p": p, **one.to_json()} for p, one in points]}
    _write(path, text, facts, lambda file: plot_sweep(points, file), console)
    return problem or any(_has_errors(one) for _, one in points)


def _measured(
    options: argparse.Namespace, plan: Plan, console: Console
) -> tuple[Measurement, Problem | None]:
    path = options.results / f"{_slug(options, plan.subject.label)}.jsonl"
    with Journal(path, fresh=options.fresh) as journal:
        bench = Bench(plan, journal, console)
        try:
            bench.run()
        except (AgentError, KeyboardInterrupt) as problem:
            return bench.measurement, problem
        return bench.measurement, None


def _has_errors(measurement: Measurement) -> bool:
    return any(row.error for rows in measurement.rows.values() for row in rows)


def _plan(options: argparse.Namespace, subject: Subject) -> Plan:
    name = options.tasks or ("humaneval" if subject.simulated else "plain")
    whole = task_set(name, options.split)
    tasks = spread(whole, options.limit)
    count = str(len(tasks)) if len(tasks) == len(whole) else f"{len(tasks)} of {len(whole)}"
    part = (
        {"test": " (80 to 163)", "tune": " (0 to 79)", "all": ""}[options.split]
        if name == "humaneval"
        else ""
    )
    jobs = options.jobs or (_SIMULATED_JOBS if subject.simulated else 1)
    if jobs > 1 and not subject.simulated:
        raise UsageError(
            "Several tasks at once can be measured with the simulated coder only.", "Leave --jobs (JOBS) out."
        )
    if jobs < 1 or options.tokens < 0:
        raise UsageError("--jobs and --tokens can't be negative.", "Leave them out for what is usual.")
    return Plan(
        subject=subject,
        tasks=tasks,
        title=f"{count} {_WORDS[name]}{part}",
        names=named(options.modes),
        peers=options.peers or options.results / "environments",
        tokens=options.tokens,
        style=options.style,
        jobs=jobs,
    )


def _subject(options: argparse.Namespace, p: float) -> Subject:
    name = options.model or (SIMULATED if options.sweep else "embedded")
    if options.sweep and name != SIMULATED:
        raise UsageError(
            f"The competence of {name} can't be set.",
            "A sweep is for the simulated coder: leave --model out.",
        )
    try:
        competence = Competence(p=p, q=options.q, r=options.r, seed=options.seed)
    except ValueError as error:
        raise UsageError(
            f"There is no such simulated coder: {error}.", "Give p, q and r from 0 to 1."
        ) from None
    return Subject(name, competence, options.cache or options.results / "simulated")


def _slug(options: argparse.Namespace, label: str) -> str:
    """The results' name without an ending: tasks, split, model."""
    tasks = options.tasks or ("humaneval" if label.startswith("simulated coder") else "plain")
    split = f"-{options.split}" if tasks == "humaneval" else ""
    return re.sub(r"[^\w.]+", "-", f"{tasks}{split}-{label.replace('=', '')}").strip("-")


def _write(
    path: Path,
    text: str,
    facts: dict[str, Any],
    draw: Callable[[Path], None],
    console: Console,
) -> None:
    """JSON, Markdown and picture. Without matplotlib there is no picture, and a line says so."""
    try:
        path.with_name(f"{path.name}.json").write_text(
            json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        path.with_name(f"{path.name}.md").write_text(text, encoding="utf-8")
    except OSError as error:
        raise WorkspaceError(
            f"{path} can't be written: {error}.", "Give another folder with --results."
        ) from None
    try:
        draw(path.with_name(f"{path.name}.png"))
    except AgentError as error:
        console.print(str(error), style="yellow", soft_wrap=True, markup=False)
        return
    console.print(
        f"Written: {path}.json, .md, .png", style="dim", soft_wrap=True, markup=False, highlight=False
    )


def _numbers(text: str) -> list[float]:
    return [float(word) for word in text.replace(",", " ").split()]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks solve",
        description="How many tasks end right, and how many that are wrong are taken for right, in several modes with the "
        "same model and the same tokens. What was measured is kept; the same command goes on where it stopped.",
    )
    parser.add_argument(
        "--model", default="", help="embedded (default), ollama:NAME, any other the agent takes, or simulated"
    )
    parser.add_argument(
        "--tasks", default="", help=f"one of {', '.join(SETS)}; default: plain, simulated: humaneval"
    )
    parser.add_argument(
        "--split", default="test", help=f"of humaneval: one of {', '.join(SPLITS)}; default: test"
    )
    parser.add_argument(
        "--limit", type=int, default=0, help="only so many tasks, evenly spread over the grades"
    )
    parser.add_argument(
        "--modes",
        default=DEFAULT,
        help="greedy, best12, agent, agent-PART, names of peers; ablation and peers stand for all of theirs; "
        f"default: {DEFAULT}",
    )
    parser.add_argument(
        "--tokens", type=int, default=0, help="each task's budget; default: what its twelve samples cost"
    )
    parser.add_argument("--style", default="", help="the single prompt of the samples; default: the best one")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured")
    parser.add_argument(
        "--jobs", type=int, default=0, help="tasks at once, with a simulated coder; default: 2"
    )
    parser.add_argument(
        "--p", type=float, default=0.3, help="simulated: how probably a fresh module is right"
    )
    parser.add_argument("--q", type=float, default=0.7, help="simulated: how probably a test is right")
    parser.add_argument("--r", type=float, default=0.5, help="simulated: how probably a repair is right")
    parser.add_argument("--seed", type=int, default=0, help="simulated: another course")
    parser.add_argument("--sweep", type=_numbers, default=[], help="simulated: several p, e.g. 0.1,0.3,0.6")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for results")
    parser.add_argument(
        "--cache", type=Path, default=None, help="folder for what the simulation makes of the tasks"
    )
    parser.add_argument("--peers", type=Path, default=None, help="folder for the peers' environments")
    return parser
