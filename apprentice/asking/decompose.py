"""plan: which skills, in which order, with which arguments."""

from __future__ import annotations

import json
from typing import Any

from apprentice.asking.chain import own_plan
from apprentice.asking.literals import literals
from apprentice.asking.parts import AskParts
from apprentice.asking.plan import Plan, with_literals
from apprentice.asking.state import AskState
from apprentice.errors import ReplyCut, ReplyInvalid, ReplyLooped, UsageError
from apprentice.events import RequestPlanned
from apprentice.models.base import CallOptions, Message, usage_of
from apprentice.models.prompting import render

_SHOWN_DONE = 8


def decompose(state: AskState, parts: AskParts) -> dict[str, Any]:
    """Make a plan, unless the request is answered by one skill without one."""
    changes: dict[str, Any] = {}
    plan = state.plan
    if plan is None and parts.small:
        try:
            plan = own_plan(state, parts)
        except UsageError as error:
            changes = {"problems": [*state.problems, str(error)]}
    elif plan is None:
        plan, changes = _asked(state, parts)
    if plan is None and not changes:
        nothing = "No skill answers this, and it holds no value that a new one could be called with."
        changes = {
            "problems": [*state.problems, f"{nothing} Put texts in quotes, or make a skill with :directive."]
        }
    if plan is None:
        return changes
    try:
        plan.waves(list(state.files))
    except UsageError as error:
        return {**changes, "plan": None, "plans": state.plans + 1, "problems": [*state.problems, str(error)]}
    parts.emit(
        RequestPlanned(run_id=state.run_id, steps=tuple(f"{step.id}: {step.skill}" for step in plan.steps))
    )
    return {**changes, "plan": plan, "plans": state.plans + 1, "steps": []}


def ask_messages(state: AskState, learnt: list[str]) -> list[Message]:
    """Ask for a plan."""
    question = render(
        "ask",
        candidates=state.candidates,
        files=list(state.files),
        learnt=learnt,
        request=state.request,
        examples=state.examples,
        problems=state.problems,
        done=[f"{call} gave {_short(value)}" for call, value in list(state.done.items())[-_SHOWN_DONE:]],
    )
    return [("system", render("system_ask")), ("user", question)]


def _asked(state: AskState, parts: AskParts) -> tuple[Plan | None, dict[str, Any]]:
    try:
        plan, usage = parts.chat.structured(
            "planner",
            ask_messages(state, parts.learnt(state.request)),
            Plan,
            CallOptions(temperature=0.1 + 0.3 * state.plans, seed=1 + state.plans),
            cancel=parts.cancel,
            run_id=state.run_id,
        )
    except (ReplyInvalid, ReplyCut, ReplyLooped) as error:
        problem = f"The model gave no plan: {error.message}"
        return None, {
            "plans": state.plans + 1,
            "problems": [*state.problems, problem],
            **state.spent(usage_of(error)),
        }
    if "{" in state.request:
        data = [item.value for item in literals(state.request, state.files) if item.kind == "data"]
        plan = with_literals(plan, data, list(state.files))
    return plan, state.spent(usage)


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 200 else f"{text[:199]}…"
