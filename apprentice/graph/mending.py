"""Candidates that a program can repair: small edits are tried until what the user gave holds, without a model call."""

from __future__ import annotations

from typing import Final

from apprentice.events import VerdictReached
from apprentice.graph.evidence import shape_of
from apprentice.graph.parts import Parts
from apprentice.graph.state import Attempt, SkillState
from apprentice.graph.steadiness import reads_chance
from apprentice.graph.test import run_facts
from apprentice.proof.mending import mend_by_edits
from apprentice.sandbox.base import NOTHING
from apprentice.syntax_trees import parse

#: Edits are tried after every so many iterations, for all candidates that failed since.
EVERY: Final = 3
#: Seconds that it may take at most (how many edits are tried is what bounds it, so that runs repeat), and repaired
#: candidates that are kept.
SECONDS: Final = 5.0
MOST: Final = 3


def mended(state: SkillState, parts: Parts) -> list[Attempt]:
    """Repaired candidates, as attempts of this iteration; none where no example tells what is right, or nothing failed."""
    last = state.iteration >= parts.settings.max_iterations
    if (
        not state.given.examples
        or state.adapting
        or state.spec is None
        or (state.iteration % EVERY and not last)
    ):
        return []
    if state.spec.function[:1].isupper():
        return []
    if parts.grants(state) != NOTHING:
        return []  # what was granted would be used hundreds of times
    known = {shape_of(attempt.code) for attempt in state.attempts if attempt.code}
    failing = {
        shape_of(attempt.code): attempt.code
        for attempt in state.attempts
        if attempt.code
        and not attempt.mended
        and not attempt.problem
        and _fails_given(attempt)
        # An edit could take the drawing of lots away: what is left was not meant.
        and not reads_chance(parse(attempt.code))
    }
    if not failing:
        return []
    found = mend_by_edits(
        parts.sandbox,
        list(failing.values()),
        state.spec.function,
        state.given.texts,
        modules=parts.library.needed(state.skill, {state.skill: next(iter(failing.values()))}),
        goal=state.goal,
        signature=state.spec.signature,
        cancel=parts.cancel,
        seconds=SECONDS,
        most=MOST,
    )
    attempts = []
    for repaired in found:
        if shape_of(repaired.code) in known:
            continue
        facts, _ = run_facts(state, parts, repaired.code, NOTHING)
        attempts.append(
            Attempt(
                iteration=state.iteration,
                mode="repair",
                angle=state.angle,
                code=repaired.code,
                facts=facts,
                mended=repaired.what,
            )
        )
        parts.emit(
            VerdictReached(
                run_id=state.run_id,
                iteration=state.iteration,
                passed=sum(fact.passed for fact in facts),
                failed=sum(not fact.passed for fact in facts),
                summary=f"repaired without the model: {repaired.what}",
                next_step="compare it",
            )
        )
    return attempts


def _fails_given(attempt: Attempt) -> bool:
    return any(not fact.passed for fact in attempt.facts if fact.source != "generated")
