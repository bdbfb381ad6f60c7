"""plan: recall what is known, specify the skill; on a later iteration decide what to do next from the facts."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any, cast

from pydantic import BaseModel, Field, field_validator

from apprentice.crashpoints import crash_point
from apprentice.errors import ReplyCut, ReplyInvalid, ReplyLooped, UsageError
from apprentice.events import VerdictReached
from apprentice.grants import exact, package_named
from apprentice.graph.adapt import begin
from apprentice.graph.claims import calls_in
from apprentice.graph.course import course_of
from apprentice.graph.learning import lessons_for_error, lessons_for_goal
from apprentice.graph.needs import parsed
from apprentice.graph.parts import Parts, spent
from apprentice.graph.prompts import plan_messages
from apprentice.graph.requested import requested_permissions
from apprentice.graph.reuse import Found, look_up
from apprentice.graph.state import Adapted, Given, GivenExample, SkillState, Spec
from apprentice.memory.recall import Related
from apprentice.memory.schema import ApprovalRecord, SkillRecord
from apprentice.models.base import CallOptions, Usage, usage_of
from apprentice.safety.permissions import ANY
from apprentice.skills.naming import check_name, name_from_goal, same_goal, unique_name
from apprentice.skills.signature import parse_signature
from apprentice.syntax_trees import parse

RECALLED = 3
#: Characters of the longest module that is shown as one to learn from.
MOST_ALIKE = 3_000
#: Words of a goal, without its examples, that with a signature say what is wanted.
ENOUGH_WORDS = 6


class PlannedSkill(BaseModel):
    """The planner's answer."""

    function: str = Field(min_length=1, max_length=80)
    signature: str = Field(default="", max_length=400)
    behaviour: str = Field(min_length=1, max_length=3000)
    edge_cases: list[str] = Field(default_factory=list, max_length=12)
    permissions: list[str] = Field(default_factory=list)
    asked_as: list[str] = Field(default_factory=list)

    @field_validator("permissions", "asked_as", mode="before")
    @classmethod
    def _texts(cls, value: object) -> object:
        # An optional field is not worth asking again for.
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def plan(state: SkillState, parts: Parts) -> dict[str, Any]:
    """Specify the skill, or choose the next step."""
    crash_point("plan.before")
    iteration = state.iteration + 1
    if state.spec is not None:
        changes = _next(state, parts)
        detail = changes.pop("detail")
        parts.begins(state, "plan", state.goal, iteration=iteration, detail=detail)
    else:
        parts.begins(state, "plan", state.goal, iteration=iteration)
        found = Found() if state.fresh or state.adapts else look_up(state, parts)
        if found.skill is not None:
            return _reuse(state, parts, found, found.skill)
        adapts = state.adapts or (found.nearest.name if found.nearest else "")
        looked_up = {**spent(state, found.usage), "adapts": adapts}
        changes = {**looked_up, **_first(state.model_copy(update=looked_up), parts)}
    crash_point("plan.after")
    if "status" in changes:
        return changes
    return {
        **changes,
        "iteration": iteration,
        "code": "",
        "problem": "",
        "facts": [],
        "answer": "",
        "wanted_permissions": [],
        "optional_permissions": [],
    }


def _reuse(state: SkillState, parts: Parts, found: Found, skill: SkillRecord) -> dict[str, Any]:
    """The goal is fulfilled: nothing is written."""
    passed = len(found.facts)
    parts.emit(
        VerdictReached(
            run_id=state.run_id,
            iteration=0,
            passed=passed,
            failed=0,
            summary=f"{skill.name} does this already: {passed} tests passed again",
            next_step="reuse",
        )
    )
    crash_point("plan.after")
    return {
        "skill": skill.name,
        "status": "working",
        "reused": True,
        "facts": found.facts,
        "isolation": found.isolation,
        "path": str(parts.library.path(skill.name)),
        **spent(state, found.usage),
    }


def _next(state: SkillState, parts: Parts) -> dict[str, Any]:
    course = course_of(state, parts)
    return {
        "mode": course.mode,
        "angle": course.angle,
        "repairs": course.repairs,
        "base": course.base,
        "lessons": lessons_for_error(state, parts),
        "detail": course.detail,
    }


def _first(state: SkillState, parts: Parts) -> dict[str, Any]:
    adaptation = begin(state, parts) if state.adapts else {}
    if "status" in adaptation:
        return adaptation
    state = state.model_copy(update=adaptation)
    skill = state.skill if state.adapted else choose_name(state, parts)
    found = parts.memory.related(state.goal, limit=RECALLED)
    recalled = recall(state, parts, found)
    alike = code_alike(state, parts, found)
    lessons = lessons_for_goal(state, parts)
    state = state.model_copy(
        update={"skill": skill, "recalled": recalled, "alike": alike, "lessons": lessons}
    )
    usage = Usage()
    planned: PlannedSkill | None = None
    spec = _spec_of_adapted(state.given, state.adapted) if state.adapted else _own_spec(state.given, skill)
    keys = _permissions(state, parts, ())
    if not parts.small and (keys or not parts.uses("direct") or not says_enough(state)):
        planned, usage = _ask(state, parts)
        spec = _fitting(planned, spec, state.given, adapted=state.adapted) if planned else spec
        if planned and planned.permissions:
            keys = _permissions(state, parts, planned.permissions)
    spec = spec.model_copy(update={"permissions": keys})
    if state.allowed:
        parts.memory.add_approval(
            ApprovalRecord(
                id=f"{state.run_id}:caller",
                skill=skill,
                permissions=state.allowed,
                answer="once",
                by="caller",
                scope=state.run_id,
            )
        )
    crash_point("plan.specified")
    return {
        **adaptation,
        "skill": skill,
        "recalled": recalled,
        "alike": alike,
        "lessons": lessons,
        "spec": spec,
        "granted": list(state.allowed),
        **spent(state, usage),
    }


def says_enough(state: SkillState) -> bool:
    """Whether the goal itself is a specification: a signature, what it does in words, and an example or a test.

    A planner's words could only repeat it, at the price of a call.
    """
    given = state.given
    if state.adapted or not parse_signature(given.signature) or not (given.examples or given.tests):
        return False
    words = state.goal
    for example in given.examples:
        words = words.replace(example.source, " ")
    return len(words.split()) >= ENOUGH_WORDS


def _permissions(state: SkillState, parts: Parts, planned: Iterable[str]) -> list[str]:
    """Keys of what the skill may have to be allowed: given by the caller, named in the goal, planned."""
    workspace = parts.settings.workspace
    named = requested_permissions(state.goal, lambda name: package_named(name, workspace))
    # A planner that would have any host leaves that to be asked when the code turns out to need it.
    exactly = [permission for permission in parsed(planned) if ANY not in permission.target]
    known = parts.memory.skill(state.adapts) if state.adapts else None
    keys = [*state.allowed, *(known.permissions if known else ())]
    for permission in [*named, *exactly]:
        try:
            keys.append(exact(permission, workspace).key)
        except UsageError:
            continue
    return list(dict.fromkeys(keys))


def choose_name(state: SkillState, parts: Parts) -> str:
    """The skill's name: as the user wants it, else from the goal; never that of another goal's skill."""
    entry = state.given.required[0] if state.given.required else ""
    name = check_name(state.wanted_name) if state.wanted_name else name_from_goal(state.goal, entry)
    files = set(parts.library.names())

    def taken(candidate: str) -> bool:
        record = parts.memory.skill(candidate)
        if record is not None:
            return not same_goal(record.goal, state.goal)
        return candidate in files and not _left_by_this_run(candidate, state)

    return unique_name(name, taken)


def _left_by_this_run(name: str, state: SkillState) -> bool:
    """A run that was killed between keeping the module and recording it finds its own file again."""
    return name == state.skill


def recall(state: SkillState, parts: Parts, found: Related) -> list[str]:
    """Related skills, what the user's tools tell, and what went wrong before at this very goal, one line each."""
    related = [item.skill for item in found.skills if item.skill.name != state.skill]
    skills = [
        f"The skill {record.name} does: {record.description or record.goal}"
        + (f" [{record.signature}]" if record.signature else "")
        for record in related
    ]
    skills += parts.told(state.goal)
    if not parts.settings.lessons:
        return skills
    before = [lesson.text for lesson in found.lessons if same_goal(lesson.failure.goal, state.goal[:500])]
    return [*skills, *before]


def code_alike(state: SkillState, parts: Parts, found: Related) -> str:
    """The module of the working skill that is most related to the goal, to learn from; empty where there is none, or for
    small models, which would copy it."""
    if parts.small or not parts.uses("variety"):
        return ""
    for item in found.skills:
        name = item.skill.name
        if name != state.skill and parts.library.path(name).is_file():
            code = parts.library.code(name)
            if len(code) <= MOST_ALIKE:
                return code
    return ""


def _ask(state: SkillState, parts: Parts) -> tuple[PlannedSkill | None, Usage]:
    try:
        return parts.chat.structured(
            "planner",
            plan_messages(state),
            PlannedSkill,
            CallOptions(temperature=0.1, seed=1),
            cancel=parts.cancel,
            run_id=state.run_id,
        )
    except (ReplyInvalid, ReplyCut, ReplyLooped) as error:
        # The goal itself is specification enough to go on with.
        return None, usage_of(error)


def _own_spec(given: Given, skill: str) -> Spec:
    """The specification that follows from what the user gave, without a model."""
    function = given.required[0] if given.required else skill
    return Spec(function=function, signature=given.signature or _signature_from_examples(given, function))


def _spec_of_adapted(given: Given, adapted: Adapted) -> Spec:
    """The old function's name, and its signature where the request's calls fit it."""
    function = adapted.function
    if _named(given.signature, function):
        return Spec(function=function, signature=given.signature)
    if adapted.left:
        return _own_spec(given, function)
    # Without calls to see what is wanted, further parameters may be.
    fits = (
        given.examples and _parses(adapted.signature) and _serves(adapted.signature, given.examples, function)
    )
    return Spec(function=function, signature=_bare(adapted.signature) if fits else "")


def _named(signature: str, function: str) -> bool:
    return signature.partition("(")[0].strip() == function


def _bare(signature: str) -> str:
    """A signature without its types, which may be what is to be generalised."""
    definition = cast("ast.FunctionDef", parse(f"def {signature}: pass").body[0])
    for node in ast.walk(definition.args):
        if isinstance(node, ast.arg):
            node.annotation = None
    return f"{definition.name}({ast.unparse(definition.args)})"


def _fitting(planned: PlannedSkill, own: Spec, given: Given, adapted: Adapted | None = None) -> Spec:
    """The planner's specification, where it doesn't contradict what the user gave, or the skill that is generalised."""
    kept = given.required or adapted
    function = own.function if kept else _identifier(planned.function) or own.function
    signature = planned.signature.strip().removeprefix("def ").rstrip(":").strip()
    fits = _named(signature, function) and _parses(signature)
    if adapted:
        old = [] if adapted.left else adapted.examples
        fits = fits and _serves(signature, [*given.examples, *old], function)
    stated = given.signature if not adapted or _named(given.signature, function) else ""
    return Spec(
        function=function,
        signature=stated or (signature if fits else own.signature if own.function == function else ""),
        behaviour=planned.behaviour.strip(),
        edge_cases=[case.strip() for case in planned.edge_cases if case.strip()][:8],
        asked_as=[" ".join(text.split())[:200] for text in planned.asked_as if text.strip()][:6],
    )


def _identifier(text: str) -> str:
    name = text.strip().removeprefix("def ").partition("(")[0].strip()
    return name if name.isidentifier() and name.isascii() else ""


def _parses(signature: str) -> bool:
    try:
        parse(f"def {signature}: pass")
    except (SyntaxError, ValueError):
        return False
    return True


def _signature_from_examples(given: Given, function: str) -> str:
    """`f(a, b)` for a function whose examples all call it with two plain arguments; empty if they differ."""
    counts: set[int] = set()
    for example in given.examples:
        for node in calls_in(example.source, function):
            if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
                return ""
            counts.add(len(node.args))
    if len(counts) != 1 or function[:1].isupper():
        return ""
    count = counts.pop()
    names = ["value"] if count == 1 else list("abcdefgh"[:count])
    return f"{function}({', '.join(names)})" if len(names) == count else ""


def _serves(signature: str, examples: Iterable[GivenExample], function: str) -> bool:
    """Whether all calls of the examples fit a signature."""
    return all(_takes(signature, call) for example in examples for call in calls_in(example.source, function))


def _takes(signature: str, call: ast.Call) -> bool:
    """Whether a call with so many positional arguments and these keywords fits a signature."""
    known = parse_signature(signature)
    if known is None:
        return False
    names = {parameter.name for parameter in known.parameters if parameter.by_name}
    given = {parameter.name for parameter in known.parameters[: len(call.args)]}
    given |= {keyword.arg for keyword in call.keywords if keyword.arg}
    starred = any(isinstance(argument, ast.Starred) for argument in call.args)
    return (
        (len(call.args) <= len(known.parameters) or known.open_positions)
        and all(keyword.arg in names or known.open_names for keyword in call.keywords)
        and (starred or all(parameter.name in given for parameter in known.required))
    )
