"""plan: which skills, in which order, with which arguments."""

from __future__ import annotations

import json
import re
from typing import Any

from apprentice.asking.find import one_step
from apprentice.asking.literals import Found, literals, template_of
from apprentice.asking.parts import AskParts
from apprentice.asking.plan import Plan
from apprentice.asking.state import AskState
from apprentice.errors import ReplyCut, ReplyInvalid, ReplyLooped, UsageError
from apprentice.events import RequestPlanned
from apprentice.models.base import CallOptions, Message
from apprentice.models.prompting import render
from apprentice.skills.naming import name_from_goal

_NOUNS = {"text": "text", "number": "n", "data": "items", "file": "path"}
_SHOWN_DONE = 8
#: Words that say nothing of what a skill does.
_FILLERS = frozenset(
    "a an the this that these those of please me my is are was what whats s how can you to tell".split()
)


def decompose(state: AskState, parts: AskParts) -> dict[str, Any]:
    """Make a plan, unless the request is answered by one skill without one."""
    changes: dict[str, Any] = {}
    plan = state.plan
    if plan is None:
        plan, changes = (_own_plan(state), {}) if parts.small else _asked(state, parts)
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
            **state.spent(0, 0, 1, 0.0),
        }
    return plan, state.spent(usage.prompt_tokens, usage.completion_tokens, usage.calls, usage.seconds)


def _own_plan(state: AskState) -> Plan | None:
    """Without a planner: one new skill, whose parameters are the values in the request; none where it holds no value."""
    found = literals(state.request, state.files)
    if not found:
        return None
    bound = _named(found)
    words = template_of(state.request, [("", item) for item in found]).replace("{}", " ")
    kept = [word for word in re.findall(r"[^\W_]+", words) if word.casefold() not in _FILLERS]
    name = name_from_goal(" ".join(kept) or "answer")
    types = {"text": "str", "file": "str", "number": "float"}
    parameters = []
    for parameter, item in bound:
        kind = types.get(item.kind) or ("list" if isinstance(item.value, list) else "dict")
        if item.kind == "number" and isinstance(item.value, int):
            kind = "int"
        parameters.append(f"{parameter}: {kind}")
    task = template_of(state.request, [(parameter, item) for parameter, item in bound])
    task = re.sub(r"\{(\w+)\}", r"\1", task).strip().rstrip("?.! ")
    arguments = {
        parameter: {"file": item.value} if item.kind == "file" else item.value for parameter, item in bound
    }
    return one_step(
        name,
        arguments,
        description=f"{task[:1].lower()}{task[1:]}",
        signature=f"{name}({', '.join(parameters)})",
    )


def _named(found: list[Found]) -> list[tuple[str, Found]]:
    """Names of parameters for values: `text`, or `text_1`, `text_2` where there are several of a kind."""
    bound = []
    for number, item in enumerate(found, start=1):
        noun = _NOUNS[item.kind]
        several = sum(other.kind == item.kind for other in found) > 1
        bound.append((f"{noun}_{number}" if several else noun, item))
    return bound


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 200 else f"{text[:199]}…"
