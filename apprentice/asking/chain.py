"""Plans without a planner, for models too small to write one: a single new skill, or a chain of "do this, then that"."""

from __future__ import annotations

import re
from typing import Any, Final

from apprentice.asking.find import argument_of, one_step
from apprentice.asking.literals import Found, by_template, by_types, literals, template_of, ways_to_pass
from apprentice.asking.parts import AskParts
from apprentice.asking.plan import MAX_STEPS, Plan, PlannedStep
from apprentice.asking.state import AskState
from apprentice.errors import UsageError
from apprentice.skills.naming import name_from_goal
from apprentice.skills.signature import Parameter

_NOUNS: Final = {"text": "text", "number": "n", "data": "items", "file": "path"}
_TYPES: Final = {"text": "str", "file": "str", "number": "float"}
#: Words that say nothing of what a skill does.
_FILLERS: Final = frozenset(
    "a an the this that these those of please me my is are was what whats s how can you to tell it its them result".split()
)
#: How the result of the step before is spoken of, and values of each kind in its place.
_RESULT: Final = re.compile(r"\b(?:it|that|them|these|those|the (?:result|output|answer))\b", re.IGNORECASE)
_STAND_INS: Final = ("'x'", "5", "[1, 2]")
_THEN: Final = re.compile(
    r"\s*(?:[,;.]\s*)?\b(?:and then|then|afterwards|after that)\b,?\s*|\s*;\s*", re.IGNORECASE
)


def own_plan(state: AskState, parts: AskParts) -> Plan | None:
    """A plan made of the request's own words and values; None where it holds no value to begin with.

    "Reverse 'hello world', then count the words" is two steps: each clause after the first takes the result of the one
    before it as the one argument that the clause itself doesn't give.

    Raises:
        UsageError: a later clause leaves more than one argument open.
    """
    clauses = _clauses(state)
    if len(clauses) == 1:
        return _new_skill(state.request, state)
    steps: list[PlannedStep] = []
    for number, clause in enumerate(clauses, start=1):
        before = f"s{number - 1}" if number > 1 else ""
        step = _found_step(clause, before, state, parts) or _new_step(clause, before, state)
        if step is None:
            return None
        steps.append(step.model_copy(update={"id": f"s{number}"}))
    return Plan(steps=steps)


def _clauses(state: AskState) -> list[str]:
    """The clauses of a chain; connectives within quotes don't part them."""
    found = literals(state.request, state.files)
    cuts = [
        match
        for match in _THEN.finditer(state.request)
        if not any(item.start < match.end() and match.start() < item.end for item in found)
    ]
    ends = [*(match.start() for match in cuts), len(state.request)]
    starts = [0, *(match.end() for match in cuts)]
    clauses = [state.request[start:end].strip(" ,;") for start, end in zip(starts, ends, strict=True)]
    clauses = [clause for clause in clauses if clause]
    return clauses if 1 < len(clauses) <= MAX_STEPS else [state.request]


def _found_step(clause: str, before: str, state: AskState, parts: AskParts) -> PlannedStep | None:
    """A step by a skill of the library that surely is meant."""
    matches = parts.finder.search(clause, limit=5)
    found = literals(clause, state.files)
    results = _results(clause, found) if before else []
    for match in matches:
        signature = parts.signature(match.record.name)
        if signature is not None:
            bound = by_template(clause, signature, match.record.answers, state.files, results)
            if bound is not None and bool(before) == any(item.kind == "result" for item in bound.values()):
                return one_step(match.record.name, _passed(list(bound.items()), before)).steps[0]
    decisions = (
        parts.finder.decide(text, matches) for text in ([clause] if not before else _with_stand_in(clause))
    )
    decision = next((one for one in decisions if one.sure and one.kind == "EXISTS_AND_GENERIC"), None)
    if decision is None or decision.match is None:
        return None
    name = decision.match.record.name
    signature = parts.signature(name)
    if signature is None:
        return None
    if not before:
        types = by_types(signature, found)
        return one_step(name, _passed(list(types.items()))).steps[0] if types else None
    return one_step(name, _with_result(name, signature.required, found, before)).steps[0]


def _results(clause: str, found: list[Found]) -> list[Found]:
    """Where a later clause speaks of the result before it; not within its values."""
    spoken = (Found("", "result", *match.span()) for match in _RESULT.finditer(clause))
    return [one for one in spoken if not any(item.start < one.end and one.start < item.end for item in found)]


def _with_stand_in(clause: str) -> list[str]:
    """A later clause with a value where the result before it is meant: "make a slug of it" as "make a slug of 'x'"."""
    position = _RESULT.search(clause)
    start, end = position.span() if position else (len(clause), len(clause))
    return [f"{clause[:start].rstrip()} {value} {clause[end:]}".strip() for value in _STAND_INS]


def _with_result(
    skill: str, needed: tuple[Parameter, ...], found: list[Found], before: str
) -> dict[str, Any]:
    """The arguments of a later clause: its values, and the result before it for the one parameter that they leave.

    Raises:
        UsageError: the types of the values leave more than one way, or none.
    """
    if len(needed) != len(found) + 1:
        raise UsageError(
            f"{skill} takes {', '.join(parameter.name for parameter in needed) or 'nothing'}, and what is asked gives "
            f"{len(found)} of them beside the result of the step before.",
            "Ask for one thing at a time.",
        )
    result = Found(before, "result", -1, -1)
    ways = ways_to_pass(needed, [result, *found])
    if len(ways) != 1:
        raise UsageError(
            f"It isn't clear which of {', '.join(parameter.name for parameter in needed)} is the result of the step before, for "
            f"{skill}.",
            "Ask for one thing at a time.",
        )
    return _passed(list(ways[0].items()), before)


def _new_step(clause: str, before: str, state: AskState) -> PlannedStep | None:
    """A step by a skill that has to be made."""
    if not before:
        plan = _new_skill(clause, state)
        return plan.steps[0] if plan else None
    found = literals(clause, state.files)
    named = _named(found)
    name = _name_of(clause, found)
    parameters = ["value", *(f"{parameter}: {_type_of(item)}" for parameter, item in named)]
    plan = one_step(
        name,
        {"value": {"from": before}, **_passed(named)},
        description=f"{_task_of(clause, named)}, for the value",
        signature=f"{name}({', '.join(parameters)})",
    )
    return plan.steps[0]


def _new_skill(request: str, state: AskState) -> Plan | None:
    found = literals(request, state.files)
    if not found:
        return None
    named = _named(found)
    name = _name_of(request, found)
    parameters = [f"{parameter}: {_type_of(item)}" for parameter, item in named]
    return one_step(
        name,
        _passed(named),
        description=_task_of(request, named),
        signature=f"{name}({', '.join(parameters)})",
    )


def _passed(bound: list[tuple[str, Found]], before: str = "") -> dict[str, Any]:
    """The arguments of a step; `before` is the step whose result it takes."""
    return {name: {"from": before} if item.kind == "result" else argument_of(item) for name, item in bound}


def _name_of(text: str, found: list[Found]) -> str:
    words = template_of(text, [("", item) for item in found]).replace("{}", " ")
    kept = [word for word in re.findall(r"[^\W_]+", words) if word.casefold() not in _FILLERS]
    return name_from_goal(" ".join(kept) or "answer")


def _task_of(text: str, named: list[tuple[str, Found]]) -> str:
    task = re.sub(r"\{(\w+)\}", r"\1", template_of(text, named)).strip().rstrip("?.! ")
    return f"{task[:1].lower()}{task[1:]}"


def _type_of(item: Found) -> str:
    if item.kind == "number" and isinstance(item.value, int):
        return "int"
    return _TYPES.get(item.kind) or ("list" if isinstance(item.value, list) else "dict")


def _named(found: list[Found]) -> list[tuple[str, Found]]:
    """Names of parameters for values: `text`, or `text_1`, `text_2` where there are several of a kind."""
    named = []
    for number, item in enumerate(found, start=1):
        noun = _NOUNS[item.kind]
        several = sum(other.kind == item.kind for other in found) > 1
        named.append((f"{noun}_{number}" if several else noun, item))
    return named
