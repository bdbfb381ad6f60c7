"""judge: whether the outcome answers the request: by the facts, and by one short look of a model where they leave a doubt."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from apprentice.asking.parts import AskParts
from apprentice.asking.run import shown
from apprentice.asking.state import AskState, Step
from apprentice.errors import ModelError
from apprentice.memory.schema import EDITED
from apprentice.models.base import CallOptions, usage_of
from apprentice.models.prompting import render


class Judgement(BaseModel):
    """The analyst's answer."""

    answers: bool
    reason: str = Field(default="", max_length=400)


def judge(state: AskState, parts: AskParts) -> dict[str, Any]:
    """Answered, to be planned anew, or failed."""
    plan = state.plan
    failed = plan is None or not state.steps or any(step.status != "ok" for step in state.steps)
    if failed:
        return _again_or_failed(state, parts, state.problems)
    assert plan is not None
    step = next(step for step in state.steps if step.id == plan.answering)
    notes = _notes(state.steps, parts)
    changes: dict[str, Any] = {}
    if any(step.how != "reused" for step in state.steps) and not parts.small:
        # What was found for the request by its words alone, and what was written for it now, may miss what was meant.
        judgement, changes = _asked(state, step, parts)
        state = state.model_copy(update=changes)
        if judgement is not None and not judgement.answers:
            problem = (
                f"The result {shown(step.value, 120)} does not answer the request: {judgement.reason}".strip()
            )
            if state.plans <= parts.settings.max_replans:
                return {**changes, "problems": [*state.problems, problem], "plan": None, "steps": []}
            notes.append(f"the model doubts that this answers the request: {judgement.reason}".rstrip(": "))
    return {**changes, "status": "answered", "value": step.value, "notes": notes}


def _again_or_failed(state: AskState, parts: AskParts, problems: list[str]) -> dict[str, Any]:
    reason = problems[-1] if problems else "No plan could be made."
    try:
        again = state.plans <= parts.settings.max_replans and not parts.small
    except ModelError as error:
        # The step that failed needed no model; what is told first is why it failed.
        return {"status": "failed", "reason": f"{reason} It can't be planned anew: {error}"}
    return {"plan": None, "template": ""} if again else {"status": "failed", "reason": reason}


def _notes(steps: list[Step], parts: AskParts) -> list[str]:
    unproven = sorted({step.skill for step in steps if not step.proven})
    return [_doubt(name, parts) for name in unproven]


def _doubt(name: str, parts: AskParts) -> str:
    """What is to be known of a skill that isn't proven, and what to do."""
    record = parts.memory.skill(name)
    reason = record.doubt if record is not None else ""
    if record is None or not record.tests.get("failed") or not reason:
        return f"nothing proves the skill {name} yet: add one with :example {name} CALL == RESULT"
    earlier = [number for number in parts.library.versions.numbers(name) if number < record.version]
    back = f", :rollback {name} goes back to version {earlier[-1]}" if earlier else ""
    edited = (
        f"{name} was edited by hand, and its tests" if EDITED in record.review else f"the tests of {name}"
    )
    return f"{edited} fail ({shown(reason, 160)}): :prove {name} runs them again{back}"


def _asked(state: AskState, step: Step, parts: AskParts) -> tuple[Judgement | None, dict[str, Any]]:
    lines = [
        f"{s.skill} ({s.description}) with {shown(s.arguments, 300)} gave {shown(s.value, 300)}"
        for s in state.steps
    ]
    try:
        judgement, usage = parts.chat.structured(
            "analyst",
            [
                (
                    "user",
                    render("ask_judge", request=state.request, steps=lines, result=shown(step.value, 1500)),
                )
            ],
            Judgement,
            CallOptions(temperature=0.0, seed=state.plans, max_tokens=200),
            cancel=parts.cancel,
            run_id=state.run_id,
        )
    except ModelError as error:
        return None, state.spent(usage_of(error))
    return judgement, state.spent(usage)
