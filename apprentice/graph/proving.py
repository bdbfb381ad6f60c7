"""The ladder of proof: what `working` means, and the facts that show it, each a rung."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from apprentice.graph.code_text import signature_in
from apprentice.graph.evidence import seen_to_fail
from apprentice.graph.parts import Parts
from apprentice.graph.splitting import splitting_calls
from apprentice.graph.standing import (
    CALL_SECONDS,
    Standing,
    Survivors,
    behaviour_of,
    inputs_of,
    passing,
    stand,
)
from apprentice.graph.state import Attempt, Fact, SkillState
from apprentice.graph.steadiness import unsteady
from apprentice.graph.test import modules_for
from apprentice.graph.told import AGREED_TEST, is_held_out
from apprentice.graph.versions import in_parallel
from apprentice.memory.schema import Proof, Question, Rung
from apprentice.proof.behaviour import Behaviour, steady
from apprentice.proof.inputs import call_text
from apprentice.proof.properties import check, properties
from apprentice.proof.remembered import remembered
from apprentice.sandbox.base import Grants
from apprentice.skills.awaiting import Coroutines
from apprentice.syntax_trees import parses

#: How likely a skill must be right, by level.
LEAST_BELIEF: Final[Mapping[str, float]] = {"basic": 0.0, "standard": 0.97, "strict": 0.99}
_AGREED: Final = re.compile(rf"\bdef {AGREED_TEST}(\d+)\(")
_ASYNCIO: Final = re.compile(r"^import asyncio$", re.MULTILINE)
#: Tests of inputs on which candidates agree, that are kept with a skill.
AGREED: Final = 6
#: How often inputs are looked for that part those who seem to behave alike.
SEARCHES: Final = 3
#: For all properties of a skill.
PROPERTY_SECONDS: Final = 0.6


@dataclass(frozen=True, slots=True)
class Vote:
    """What the candidates of a run come to.

    Attributes:
        chosen: the attempt that is believed; None while none is.
        dropped: generated tests that it fails, with the reason why they are not believed.
    """

    standing: Standing
    chosen: Attempt | None
    dropped: dict[str, str]


def vote(state: SkillState, parts: Parts) -> Vote:
    """Let candidates and tests vote on each other; whom they choose is believed as far as the setting `proof` asks."""
    standing = _searched(state, parts)
    if not standing.leaders or standing.believed < LEAST_BELIEF[parts.settings.proof]:
        return Vote(standing, None, {})
    if standing.by_program[0] and parts.settings.proof != "basic" and not _answered(state):
        # It was made to hold what was given: that it does shows nothing.
        return Vote(standing, None, {})
    chosen = standing.leaders[0]
    refuting = [f for f in chosen.failures if f.source == "generated" and f.name not in state.dropped]
    if standing.forms[0] < 2 and len(refuting) > 1 and parts.settings.proof != "basic":
        # The same code again and again is one word against each of the tests.
        return Vote(standing, None, {})
    counted = [fact for fact in chosen.facts if fact.name not in state.dropped]
    if not counted and chosen.facts:
        return Vote(standing, None, {})
    agree = standing.sizes[0]
    who = f"{agree} candidates agree" if agree > 1 else "The candidate that is likeliest right gives"
    dropped = {
        fact.name: f"{who} {'on ' if agree > 1 else ''}{_seen(fact)}, against this test"
        for fact in chosen.failures
        if fact.source == "generated"
    }
    return Vote(standing, chosen, dropped)


def _searched(state: SkillState, parts: Parts) -> Standing:
    """Where the candidates stand, once no input is found any more that parts those of a class that would be believed."""
    standing = stand(state, parts)
    splitting: list[str] = []
    for _ in range(SEARCHES):
        believed = standing.leaders and standing.believed >= LEAST_BELIEF[parts.settings.proof]
        found = splitting_calls(state, parts, standing) if believed else []
        if not found:
            break
        splitting += found
        standing = stand(state, parts, splitting)
    return standing


def _answered(state: SkillState) -> bool:
    """Whether a person decided for it since, by an answer."""
    return any(example.source.startswith(call) for example in state.given.examples for call in state.asked)


def _seen(fact: Fact) -> str:
    return (
        "; ".join(f"{name} = {value}" for name, value in fact.values.items())
        or fact.message
        or fact.error_type
    )


def with_agreed(state: SkillState, parts: Parts, standing: Standing) -> tuple[SkillState, int]:
    """The state with tests of inputs on which several candidates agree, and how many they are.

    Those come first that a mutant fails which holds everything else. One candidate's own word makes no test.
    """
    comparable = standing.behaviours and standing.sizes[0] > 1 and not state.adapting
    if state.spec is None or not comparable or not parts.uses("agreed"):
        return state, 0
    behaviour, survivors = standing.behaviours[0], standing.survivors[0]
    known = " ".join([*state.given.texts, state.tests])
    signature = state.spec.signature or state.spec.function
    coroutines = Coroutines.of(state.code)
    calls: dict[int, str] = {}
    for place, (arguments, outcome) in enumerate(zip(behaviour.calls, behaviour.outcomes, strict=True)):
        if outcome.literal and not outcome.changed and len(arguments) <= 120:
            text = call_text(signature, state.spec.function, arguments)
            if text and text not in known:
                calls[place] = f"{coroutines.awaited_in(text)} == {outcome.text}"
    chosen = _telling(state, parts, behaviour, survivors, calls)
    for place in calls:
        if len(chosen) >= AGREED:
            break
        if place not in chosen and calls[place].rpartition(" == ")[2] not in {
            calls[one].rpartition(" == ")[2] for one in chosen
        }:
            chosen.append(place)
    names = ", ".join(dict.fromkeys([state.spec.function, *state.given.required]))
    both = extended_tests(
        state.tests or f"from {state.skill} import {names}", [calls[place] for place in chosen]
    )
    if not chosen or not parses(both):
        return state, 0
    return state.model_copy(update={"tests": both}), len(chosen)


def extended_tests(tests: str, claims: Sequence[str]) -> str:
    """A test file with one more test for each claim on which candidates agree, numbered on from those that it has."""
    first = 1 + max((int(number) for number in _AGREED.findall(tests)), default=0)
    added = [
        f"def {AGREED_TEST}{number}():\n    assert {claim}" for number, claim in enumerate(claims, first)
    ]
    if any("asyncio.run(" in claim for claim in claims) and not _ASYNCIO.search(tests):
        tests = f"import asyncio\n{tests}"
    return "\n\n\n".join([tests.rstrip(), *added]) + "\n"


def _telling(
    state: SkillState, parts: Parts, behaviour: Behaviour, survivors: Survivors, calls: Mapping[int, str]
) -> list[int]:
    """Places of calls for which mutants give something else, those first that tell most of them."""
    if not survivors.codes or not calls or state.spec is None:
        return []
    places = list(calls)
    texts = [behaviour.calls[place] for place in places]

    def different(code: str) -> set[int]:
        found = behaviour_of(state, parts, code, texts)
        own = [behaviour.outcomes[place] for place in places]
        return {
            place
            for place, mine, other in zip(places, own, found.outcomes, strict=True)
            if (mine.kind, mine.form) != (other.kind, other.form)
        }

    waiting = [found for found in in_parallel(different, survivors.codes) if found]
    chosen: list[int] = []
    while waiting and len(chosen) < AGREED:
        best = max(places, key=lambda place: (sum(place in found for found in waiting), -place))
        chosen.append(best)
        waiting = [found for found in waiting if best not in found]
    return chosen


def climb(
    state: SkillState, parts: Parts, grants: Grants, standing: Standing, *, agreed: int
) -> tuple[SkillState, Proof, str]:
    """Climb the rungs that are left for the code of the state; the state, the proof, and why it fails ("" if it doesn't).

    No rung is tried when an earlier one has decided.
    """
    rungs: list[Rung] = []
    given = [fact for fact in state.facts if fact.source != "generated"]
    written = [fact for fact in state.facts if fact.source == "generated" and fact.name not in state.dropped]
    if given:
        rungs.append(
            _rung("given", all(f.passed for f in given), f"{len(given)} of your examples and tests hold")
        )
    red, vacuous = seen_to_fail(state, parts, grants)
    if vacuous:
        reason = "passes on modules that are certainly wrong, so it says nothing"
        state = state.model_copy(update={"dropped": {**state.dropped, **dict.fromkeys(vacuous, reason)}})
    rungs.append(
        _rung(
            "red",
            red,
            "its tests fail on modules that are certainly wrong" if red else "its tests also pass without it",
        )
    )
    if standing.leaders:
        hidden = sum(is_held_out(fact, state.tests) for fact in written)
        rungs += _votes(standing, len(written), hidden, len([n for n in state.dropped if n]))
    problem = "" if grants or not parts.uses("hard_coded") else _from_memory(state, parts)
    if not problem and not grants and parts.uses("steady") and (given or standing.behaviours):
        problem = unsteady(state, parts)
        if not problem and standing.behaviours:
            problem = _steady(state, parts, standing.behaviours[0])
        rungs.append(
            _rung(
                "steady",
                not problem,
                problem or "the same results in another process, with another hash seed",
            )
        )
    if not problem and not grants and parts.settings.proof != "basic" and parts.uses("properties"):
        found, problem = _properties(state, parts)
        rungs += found
    if not problem and standing.survivors and standing.survivors[0].made and not grants:
        rungs.append(_mutants(state, parts, standing.survivors[0], agreed))
    proof = Proof(
        level=parts.settings.proof,
        belief=round(standing.believed, 4) if standing.leaders else None,
        rungs=rungs,
    )
    return state, proof, problem


def _rung(name: str, held: bool | None, fact: str) -> Rung:
    return Rung(name=name, held=held, fact=fact)


def _votes(standing: Standing, written: int, hidden: int, dropped: int) -> list[Rung]:
    size, others = standing.sizes[0], len(standing.sizes) - 1
    agreement = (
        f"{size} candidates that were written apart behave alike"
        if size > 1
        else "no other candidate behaves alike"
    )
    if standing.compared:
        agreement += f" on {standing.compared} inputs"
    rungs = [_rung("agreement", size > 1 if standing.compared else None, agreement)]
    if written or dropped:
        unseen = f", {hidden} of them seen by no prompt" if hidden else ""
        rungs.append(_rung("tests", True, f"{written} written tests hold{unseen}; {dropped} not believed"))
    rivals = (
        f"{others} other behaviours hold what you gave"
        if others
        else "no candidate that holds what you gave behaves otherwise"
    )
    if standing.left_open:
        calls = ", ".join(standing.left_open[:3])
        rungs.append(_rung("undecided", None, f"candidates differ where nothing was said: {calls}"))
    rungs.append(_rung("rivals", not others, f"{rivals}; {standing.believed:.0%} likely right"))
    return rungs


def _from_memory(state: SkillState, parts: Parts) -> str:
    """Why the code is taken to know the examples by heart, in whatever disguise; empty if it isn't."""
    if state.spec is None or state.spec.function[:1].isupper() or not state.given.examples:
        return ""
    function = state.spec.function
    known = remembered(
        parts.sandbox,
        state.code,
        function,
        state.given.texts,
        state.given.signature or state.spec.signature or signature_in(state.code, function),
        goal=state.goal,
        modules=parts.library.needed(state.skill, {state.skill: state.code}),
        cancel=parts.cancel,
    )
    return f"It answers the examples from memory: {known}. Compute the result instead." if known else ""


def _steady(state: SkillState, parts: Parts, before: Behaviour) -> str:
    """Why the results can't be relied on: the first call that came out otherwise in a new process."""
    if state.spec is None:
        return ""
    after = behaviour_of(state, parts, state.code, before.calls[::-1], 4 * CALL_SECONDS)
    # The other way round: what is counted from call to call shows itself, too.
    after = replace(after, calls=before.calls, outcomes=after.outcomes[::-1])
    for place, same in enumerate(steady(before, after)):
        if same is False:
            call = call_text(
                state.spec.signature or state.spec.function, state.spec.function, before.calls[place]
            )
            return (
                f"The same call gives different results from run to run: {call} was {before.outcomes[place].text}, "
                f"then {after.outcomes[place].text}"
            )
    return ""


def _properties(state: SkillState, parts: Parts) -> tuple[list[Rung], str]:
    """What follows from the specification, tried; and the first call that contradicts it."""
    if state.spec is None or state.spec.function[:1].isupper():
        return [], ""
    examples = state.given.texts
    signature = state.given.signature or state.spec.signature
    known = properties(state.goal, signature, state.spec.function, examples, state.code)
    calls = inputs_of(state, state.code)
    if not known or not calls:
        return [], ""
    tried = check(
        parts.sandbox,
        state.skill,
        state.spec.function,
        known,
        calls,
        modules=modules_for(state, parts, state.code),
        cancel=parts.cancel,
        seconds=PROPERTY_SECONDS,
    )
    failed = next((one for one in tried if one.held is False), None)
    held = [one.property.name for one in tried if one.held]
    if failed is not None:
        fact = f"{failed.property.text}, which doesn't hold: {failed.counterexample} {failed.said}".strip()
        return [_rung("properties", False, fact)], f"It should be that {fact}"
    return [_rung("properties", True, f"hold: {', '.join(held)}")] if held else [], ""


def _mutants(state: SkillState, parts: Parts, survivors: Survivors, agreed: int) -> Rung:
    by_given = survivors.made - len(survivors.codes)
    left = passing(state, parts, state.code, survivors.codes) if state.tests else survivors.codes
    killed = survivors.made - len(left)
    fact = f"its tests tell {killed} of {survivors.made} changed versions from it, {by_given} of them by what you gave"
    if agreed:
        fact += f"; {agreed} tests were added where candidates agree"
    return _rung("mutants", 2 * killed >= survivors.made, fact)


def question_of(standing: Standing) -> Question | None:
    """What a person can decide where candidates differ."""
    rivals = standing.rivals
    return None if rivals is None else Question(call=rivals.call, values=list(rivals.values))


def doubt(state: SkillState, standing: Standing) -> str:
    """What is missing for a candidate that holds what was given, in one sentence."""
    tried = sum(bool(attempt.code) for attempt in state.attempts)
    if standing.rivals is not None:
        one, *others = standing.rivals.values
        return (
            f"{len(standing.leaders)} different behaviours hold what you gave: {standing.rivals.call} is {one} or "
            f"{' or '.join(others)}. Answer with :questions, or give it as an example."
        )
    return (
        f"It holds what you gave, but only {standing.sizes[0]} of {tried} candidates behave like this, which makes it "
        f"{standing.believed:.0%} likely right. Add an example that says more."
    )
