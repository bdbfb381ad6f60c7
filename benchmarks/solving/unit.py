"""One task in one mode, measured."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass, replace
from typing import Any

from apprentice.errors import (
    AgentError,
    ModelMissing,
    ModelUnavailable,
    SandboxError,
    WorkspaceError,
)
from apprentice.models.base import one_line
from benchmarks.peers.run import PEERS
from benchmarks.solving.baselines import first_that_passes, one_answer
from benchmarks.solving.meter import Meter
from benchmarks.solving.mode import SAMPLES, TEMPERATURE, Mode
from benchmarks.solving.row import Row, digest_of
from benchmarks.solving.subject import OpenSubject, program
from benchmarks.tasks.judge import is_right
from benchmarks.tasks.task import Task

PROOF = "standard"
#: errors after which no further task can be measured
FATAL = (ModelUnavailable, ModelMissing, SandboxError, WorkspaceError)


@dataclass(frozen=True, slots=True)
class Unit:
    """What is measured at once: `row` says what it will be called; it holds no result yet."""

    mode: Mode
    task: Task
    row: Row


def unit_of(
    opened: OpenSubject, mode: Mode, task: Task, *, budget_by: str | int = "", budget: int = 0
) -> Unit:
    """A task in a mode.

    Args:
        budget_by: the style of the samples whose tokens are the budget, or a fixed number of tokens.
        budget: of this task, in tokens.
    """
    settings = _settings(opened, mode, budget_by)
    return Unit(
        mode,
        task,
        Row(
            model=opened.subject.label,
            mode=mode.name,
            task=task.id,
            digest=digest_of(settings, task),
            budget=budget,
            program=program(),
        ),
    )


def measured(opened: OpenSubject, unit: Unit) -> Row:
    """The unit's row. What goes wrong with this task only is the row's `error`.

    Raises:
        AgentError: the model or the sandbox can't be used at all.
    """
    opened.begin(unit.task)
    try:
        row = _by_agent(opened, unit) if unit.mode.kind == "agent" else _by_asking(opened, unit)
    except FATAL:
        raise
    except AgentError as error:
        return replace(unit.row, error=one_line(error))
    except Exception as error:  # noqa: BLE001 - one task that can't be measured must not end the others.
        return replace(unit.row, error=f"{type(error).__name__}: {one_line(error)}")
    return row


def judged(opened: OpenSubject, task: Task, row: Row) -> Row:
    """The row with what the hidden checks say of its code."""
    right = bool(row.code.strip()) and is_right(opened.asker.sandbox, task, row.code)
    return replace(row, right=right, offered=opened.offered(task) if row.offered is None else row.offered)


def _by_asking(opened: OpenSubject, unit: Unit) -> Row:
    answer = one_answer if unit.mode.kind == "greedy" else first_that_passes
    found = answer(opened.asker, unit.task, unit.mode.style)
    row = replace(
        unit.row,
        marked=found.accepted,
        code=found.code,
        cost=found.cost,
        offered=found.any_right if unit.mode.kind == "best12" else None,
        until_accepted=found.until_accepted,
        status="accepted" if found.accepted else "not accepted",
    )
    return judged(opened, unit.task, row)


def _by_agent(opened: OpenSubject, unit: Unit) -> Row:
    settings: dict[str, Any] = {"proof": PROOF, "without": (unit.mode.without,) if unit.mode.without else ()}
    if unit.row.budget:
        settings["max_tokens"] = unit.row.budget
    agent = opened.agent(**settings)
    try:
        with agent:
            with Meter(agent) as meter:
                outcome = agent.run(unit.task.prompt)
            code = outcome.path.read_text(encoding="utf-8") if outcome.path else ""
    finally:
        shutil.rmtree(agent.settings.workspace, ignore_errors=True)
    row = replace(
        unit.row,
        marked=outcome.ok,
        code=code,
        cost=meter.cost,
        status=outcome.status,
        reason=one_line(outcome.reason),
    )
    return judged(opened, unit.task, row)


def _settings(opened: OpenSubject, mode: Mode, budget_by: str | int) -> dict[str, Any]:
    """All that a row of this mode depends on, beside the task and the program."""
    if mode.kind == "greedy":
        return {"kind": mode.kind, "style": mode.style}
    samples = {"samples": SAMPLES, "temperature": TEMPERATURE}
    if mode.kind == "best12":
        return {"kind": mode.kind, "style": mode.style, **samples}
    budget: Any = budget_by if isinstance(budget_by, int) else {"style": budget_by, **samples}
    if mode.kind == "peer":
        return {"kind": mode.kind, "budget": budget, **asdict(PEERS[mode.name])}
    return {
        "kind": mode.kind,
        "without": mode.without,
        "proof": PROOF,
        "budget": budget,
        "settings": opened.settings_apart,
    }
