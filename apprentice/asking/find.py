"""find: what of the library may serve the request, and whether one skill answers it without a plan."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from apprentice.asking.literals import Found, by_template, by_types, literals, template_of
from apprentice.asking.parts import AskParts
from apprentice.asking.plan import Plan, PlannedStep, as_literal
from apprentice.asking.state import AskState, Candidate
from apprentice.memory.schema import SkillRecord

CANDIDATES = 8
#: Where a request asks for more than one thing.
_SEVERAL = re.compile(
    r"\b(?:and then|then|afterwards|after that|before that|finally|next|both|respectively)\b|;|\band\s+(?:also\s+)?[a-z]+\b(?=.*\b(?:it|them|the result|that|these|those|each)\b)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;]?\s*\b(?:and then|then|afterwards|after that|and)\b\s*|;\s*", re.IGNORECASE)


def find(state: AskState, parts: AskParts) -> dict[str, Any]:
    """Search the library; where a skill surely answers the request and all its arguments are in it, plan that."""
    matches = parts.finder.search(state.request, limit=CANDIDATES)
    records = {match.record.name: match.record for match in matches}
    if _SEVERAL.search(state.request):
        for clause in _CLAUSE.split(state.request):
            for match in parts.finder.search(clause, limit=3) if len(clause) > 3 else ():
                records.setdefault(match.record.name, match.record)
    candidates = [
        Candidate(
            name=record.name,
            signature=_shown(record, parts),
            description=record.description,
            status=record.status,
        )
        for record in records.values()
    ]
    changes: dict[str, Any] = {"candidates": candidates}
    decision = parts.finder.decide(state.request, matches)
    changes["decision"] = decision.kind
    direct = _by_form(state, parts, records.values())
    if direct is None and decision.sure and decision.kind == "EXISTS_AND_GENERIC" and decision.match:
        direct = _by_types(state, parts, decision.match.record)
    if direct is not None:
        plan, template = direct
        if not state.examples or parts.passes(plan.steps[0].skill, state.examples):
            return {**changes, "plan": plan, "template": template}
    return changes


def one_step(skill: str, arguments: dict[str, Any], *, description: str = "", signature: str = "") -> Plan:
    """A plan with one step."""
    return Plan(
        steps=[
            PlannedStep(
                id="s1", skill=skill, description=description, signature=signature, arguments=arguments
            )
        ]
    )


def _by_form(state: AskState, parts: AskParts, records: Iterable[SkillRecord]) -> tuple[Plan, str] | None:
    """A skill that answered a request of exactly this form before."""
    for record in records:
        signature = parts.signature(record.name) if record.answers else None
        bound = (
            by_template(state.request, signature, record.answers, state.files)
            if signature is not None
            else None
        )
        if bound is not None:
            return one_step(record.name, _arguments(bound)), ""
    return None


def _by_types(state: AskState, parts: AskParts, record: SkillRecord) -> tuple[Plan, str] | None:
    """The skill found, where all values of the request can be passed in one way only."""
    if _SEVERAL.search(state.request):
        return None
    signature = parts.signature(record.name)
    bound = by_types(signature, literals(state.request, state.files)) if signature is not None else None
    if bound is None:
        return None
    return one_step(record.name, _arguments(bound)), template_of(state.request, list(bound.items()))


def argument_of(found: Found) -> Any:
    """A value of the request as a plan passes it."""
    return {"file": found.value} if found.kind == "file" else as_literal(found.value)


def _arguments(bound: dict[str, Found]) -> dict[str, Any]:
    return {name: argument_of(found) for name, found in bound.items()}


def _shown(record: SkillRecord, parts: AskParts) -> str:
    signature = parts.signature(record.name)
    text = str(signature) if signature is not None else record.signature or record.function
    # Plans name skills, not their functions.
    return re.sub(r"^\w+\(", f"{record.name}(", text)
