"""resolve: for each step the skill that it calls: found, made more general, or written now."""

from __future__ import annotations

from typing import Any

from apprentice.asking.arguments import parameter_names
from apprentice.asking.parts import AskParts
from apprentice.asking.plan import Plan, PlannedStep
from apprentice.asking.state import AskState, Step
from apprentice.errors import PackageError, UsageError
from apprentice.events import StepStarted
from apprentice.models.base import Usage
from apprentice.runs import RunOutcome
from apprentice.skills.naming import check_name, name_from_goal, same_goal, unique_name
from apprentice.skills.signature import parse_signature

#: Skills that a specification is compared with.
SEARCHED = 5

_COUNTED = ("prompt_tokens", "completion_tokens", "cached_tokens", "calls")


def resolve(state: AskState, parts: AskParts) -> dict[str, Any]:
    """See that every step has a skill; the first for which none can be had ends this plan."""
    plan = state.plan
    if plan is None:
        return {}
    steps: list[Step] = []
    # Names of new skills alone: one made more general may get a name of its own, and the old one is still meant by its name.
    made: dict[str, str] = {}
    for planned in plan.steps:
        parts.cancel.check()
        # The answer of the request is what the user's examples are about.
        examples = state.examples if planned.id == plan.answering else []
        name = made.get(planned.skill) or _name(planned, state, parts)
        is_new = parts.skill(name) is None
        try:
            step = _resolved(planned, name, examples, state, parts)
            _check_names(planned, step, parts)
        except (UsageError, PackageError) as error:
            return {
                "steps": [*steps, Step(id=planned.id, skill=name, status="failed", error=str(error))],
                "problems": [*state.problems, f"Step {planned.id} ({name}): {error}"],
            }
        if is_new:
            made[planned.skill] = step.skill
        steps.append(step)
    return {"steps": steps, "plan": _renamed(plan, steps), **_spent(state, steps)}


def _name(planned: PlannedStep, state: AskState, parts: AskParts) -> str:
    """The name of the step's skill: another than planned where a new one is specified under the name of one that is kept."""
    description, record = planned.description.strip(), parts.skill(planned.skill)
    if record is None or not description or planned.change.strip():
        return planned.skill
    if description == record.description or same_goal(
        record.goal, goal_of(planned.skill, planned.signature, description)
    ):
        return planned.skill
    matches = parts.finder.search(description, limit=SEARCHED)
    if any(candidate.name == planned.skill for candidate in state.candidates):
        # The planner saw it; it may only have said again what the skill does.
        meant = any(match.record.name == planned.skill for match in matches)
    else:
        decision = parts.finder.decide(description, matches)
        known = decision.match if decision.kind == "EXISTS_AND_GENERIC" else None
        meant = known is not None and known.record.name == planned.skill
    if meant:
        return planned.skill
    return unique_name(planned.skill, lambda name: parts.memory.skill(name) is not None)


def _resolved(planned: PlannedStep, name: str, examples: list[str], state: AskState, parts: AskParts) -> Step:
    record = parts.skill(name)
    description = planned.description.strip()
    if record is None and not description and not planned.signature:
        known = ", ".join(candidate.name for candidate in state.candidates) or "none"
        raise UsageError(
            f"There is no skill {name!r}, and the plan doesn't say what it should do.",
            f"The skills that fit best are: {known}.",
        )
    if record is not None:
        change = planned.change.strip()
        fits = not change and (not examples or parts.passes(name, examples))
        if fits:
            _say(planned, name, "reused", state, parts)
            # What the user gave and it passes is what it lacked.
            if examples and record.status == "untested" and parts.add_examples(name, examples):
                record = parts.skill(name) or record
            return Step(
                id=planned.id,
                skill=name,
                description=record.description,
                how="reused",
                version=record.version,
                proven=record.status == "working",
            )
        _say(planned, name, "is made more general", state, parts)
        outcome = parts.improve(name, change or state.request, examples=examples, permissions=state.allowed)
        return _step_of(planned, outcome, "adapted", parts)
    name = check_name(name) if name.isidentifier() and name.isascii() else name_from_goal(name)
    _say(planned, name, "is made", state, parts)
    goal = goal_of(name, planned.signature, description)
    outcome = parts.make(name, goal, examples=examples, permissions=state.allowed)
    return _step_of(planned, outcome, "made", parts)


def goal_of(name: str, signature: str, description: str) -> str:
    """The goal that a new skill is made from."""
    read = parse_signature(signature)
    header = (
        signature.strip().removeprefix("def ").rstrip(":").strip() if read and read.function == name else name
    )
    task = " ".join(description.split()).rstrip(".")
    return f"Write a function {header} that does this: {task}."


def _spent(state: AskState, steps: list[Step]) -> dict[str, Any]:
    """The budget fields after the skills were made."""
    used = {name: sum(step.usage.get(name, 0) for step in steps if step.usage) for name in _COUNTED}
    return state.spent(Usage(**used))


def _used(outcome: RunOutcome) -> dict[str, Any]:
    return {name: outcome.usage.get(name, 0) for name in _COUNTED}


def _step_of(planned: PlannedStep, outcome: RunOutcome, how: str, parts: AskParts) -> Step:
    record = parts.skill(outcome.skill) if outcome.status in ("working", "untested") else None
    if record is None:
        raise UsageError(f"The skill could not be made: {outcome.reason or outcome.status}")
    return Step(
        id=planned.id,
        skill=record.name,
        description=record.description,
        how="made" if record.name != planned.skill else how,
        version=record.version,
        made=outcome.run_id,
        usage=_used(outcome),
        proven=record.status == "working",
    )


def _check_names(planned: PlannedStep, step: Step, parts: AskParts) -> None:
    """Refuse a plan that calls a skill with other parameters than it has, before anything runs."""
    signature = parts.signature(step.skill)
    if signature is None:
        return
    asked = planned.signature if step.made else ""
    given = set(parameter_names(step.skill, planned.arguments, signature, asked).values())
    missing = [p.name for p in signature.required if p.name not in given]
    if missing:
        raise UsageError(f"{step.skill} needs the argument {missing[0]!r}.", f"It is called as {signature}.")


def _renamed(plan: Plan, steps: list[Step]) -> Plan:
    """The plan with the names that its steps' skills really have."""
    renamed = zip(plan.steps, steps, strict=True)
    return plan.model_copy(
        update={"steps": [planned.model_copy(update={"skill": step.skill}) for planned, step in renamed]}
    )


def _say(planned: PlannedStep, skill: str, detail: str, state: AskState, parts: AskParts) -> None:
    parts.emit(StepStarted(run_id=state.run_id, step=planned.id, skill=skill, detail=detail))
