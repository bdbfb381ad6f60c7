"""Reuse: a goal that a skill of the library already fulfils needs no new code. What shows it is a run, never a likeness."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from apprentice.errors import Cancelled, ModelError, PackageError, UsageError
from apprentice.graph.code_text import defined_names
from apprentice.graph.ground_truth import ground_truth, imported_module
from apprentice.graph.needs import parsed
from apprentice.graph.parts import Parts
from apprentice.graph.state import Fact, SkillState
from apprentice.graph.test import facts_of
from apprentice.memory.schema import SkillRecord
from apprentice.models.base import CallOptions, Usage, usage_of
from apprentice.retrieval import Decision, DecisionReply, decision_messages
from apprentice.retrieval.literals import literals
from apprentice.sandbox.base import Example
from apprentice.skills.naming import same_goal

CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Found:
    """What the library has for a goal.

    Attributes:
        skill: the skill to reuse; None where none fulfils the goal.
        nearest: a skill that does it for fewer cases than the goal gives, and may be made more general.
        facts: what running it showed: the user's examples and tests, and its own tests once more.
    """

    skill: SkillRecord | None = None
    nearest: SkillRecord | None = None
    facts: list[Fact] = field(default_factory=list)
    isolation: str = ""
    usage: Usage = field(default_factory=Usage)


def look_up(state: SkillState, parts: Parts) -> Found:
    """Find a skill that fulfils the goal already: it is what is asked for, and holds all that the user gave.

    The same goal in the same words needs no search. Other words do, and where the search leaves it open, one short
    model call; a wrong likeness is then still held back by the user's examples.
    """
    wanted = state.wanted_name
    usage = Usage()
    chosen = parts.memory.skills(
        where=lambda record: record.status == "working" and same_goal(record.goal, state.goal)
    )
    if not chosen:
        decision, usage = _decided(state, parts)
        if decision is None or decision.match is None or decision.kind == "NOT_EXISTS":
            return Found(usage=usage)
        chosen = [decision.match.record]
        if decision.kind == "EXISTS_BUT_SPECIFIC":
            near = [record for record in chosen if _defines(record, state, parts)]
            return Found(nearest=near[0] if near and not wanted else None, usage=usage)
    for record in chosen:
        if wanted and record.name != wanted:
            continue
        try:
            facts, isolation = held(state, record, parts)
        except (UsageError, PackageError):
            continue
        if facts is None:
            continue
        if facts and all(fact.passed for fact in facts):
            return Found(skill=record, facts=facts, isolation=isolation, usage=usage)
        if any(not fact.passed and fact.source != "generated" for fact in facts):
            return Found(nearest=record, usage=usage)
    return Found(usage=usage)


def held(state: SkillState, record: SkillRecord, parts: Parts) -> tuple[list[Fact] | None, str]:
    """What the user gave, and the skill's own tests, run against it; None where it can't stand for what is asked.

    Raises:
        UsageError, PackageError: what it needs is not allowed without asking, or can't be installed.
    """
    code = parts.library.code(record.name)
    if not _defines(record, state, parts):
        return None, ""
    here = state.model_copy(update={"skill": record.name, "granted": state.allowed})
    granted = parts.granted(here)
    review = parts.gate.review(code, kind="skill", granted=granted)
    needed = parsed(record.permissions)
    if not review.allowed or not all(any(grant.opens(one) for grant in granted) for one in needed):
        return None, ""
    grants, _ = parts.opened(here)
    modules = parts.library.closure(record.name)
    examples = [
        Example(source=example.source, name=f"example_{number}", raises=example.raises)
        for number, example in enumerate(state.given.examples, start=1)
    ]
    facts: list[Fact] = []
    isolation = ""
    if examples:
        report = parts.sandbox.run_tests(
            record.name, modules=modules, examples=examples, cancel=parts.cancel, grants=grants
        )
        facts += facts_of(report, "example")
        isolation = report.run.isolation
    texts = [(text, "user_test") for text in state.given.tests]
    texts += [(text, "generated") for text in parts.library.tests(record.name).values()]
    for text, source in texts:
        report = parts.sandbox.run_tests(
            record.name,
            modules={**modules, imported_module(text) or record.name: code},
            tests=text,
            cancel=parts.cancel,
            grants=grants,
        )
        facts += facts_of(report, "user_test" if source == "user_test" else "generated")
        isolation = report.run.isolation
    if parts.cancel.cancelled:
        raise Cancelled("Stopped.", "Go on with :resume, or agent.resume().")
    return facts, isolation


def _decided(state: SkillState, parts: Parts) -> tuple[Decision | None, Usage]:
    matches = parts.finder.search(state.goal, limit=CANDIDATES)
    matches = [match for match in matches if match.record.status == "working"]
    if not matches:
        return None, Usage()
    decision = parts.finder.decide(state.goal, matches)
    found = decision.match if decision.kind != "NOT_EXISTS" else None
    if found is not None and not _same_values(state, found.record):
        decision = replace(decision, sure=False)
    if decision.sure or parts.small:
        return (decision if decision.sure else None), Usage()
    try:
        reply, usage = parts.chat.structured(
            "planner",
            decision_messages(state.goal, matches),
            DecisionReply,
            CallOptions(temperature=0.0, seed=1, max_tokens=200),
            cancel=parts.cancel,
            run_id=state.run_id,
        )
    except ModelError as error:
        return None, usage_of(error)
    match = next((match for match in matches if match.record.name == reply.skill), None)
    if match is None:
        return None, usage
    return Decision(reply.kind, True, match, "the model's choice"), usage


def _same_values(state: SkillState, record: SkillRecord) -> bool:
    """Whether a goal names the same values as a skill's own: they are no arguments, but part of what is to be made.

    Those of examples are left out; examples are run.
    """
    goals = (record.goal, *(made.request for made in record.generalised))
    return _values(state.goal) in map(_values, goals)


def _values(goal: str) -> Counter[str]:
    examples = ground_truth(goal).examples
    shown = Counter(value.text for example in examples for value in literals(str(example)))
    return Counter(value.text for value in literals(goal)) - shown


def _defines(record: SkillRecord, state: SkillState, parts: Parts) -> bool:
    """Whether a skill defines all that the goal names."""
    names = defined_names(parts.library.code(record.name))
    return all(name in names for name in state.given.required)
