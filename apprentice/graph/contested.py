"""Examples that may be mistaken: several candidates hold all else that was given, and agree with each other against one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from apprentice.graph.evidence import shape_of
from apprentice.graph.parts import Parts
from apprentice.graph.standing import behaviours_of
from apprentice.graph.state import Attempt, SkillState
from apprentice.proof.behaviour import groups

#: Candidates that must agree against an example, each written differently.
LEAST: Final = 3


def contested(state: SkillState, parts: Parts) -> tuple[Attempt, str] | None:
    """The candidate that most agree with, and what to tell the user of the example; None where no example stands alone.

    The example stays what was given: nothing is marked working against it.
    """
    by_example: dict[str, dict[str, Attempt]] = {}
    for attempt in state.attempts:
        failed = [fact for fact in attempt.facts if not fact.passed and fact.source != "generated"]
        held = any(fact.passed for fact in attempt.facts if fact.source != "generated")
        if attempt.problem or attempt.mended or len(failed) != 1 or failed[0].source != "example" or not held:
            continue
        written = [fact.passed for fact in attempt.facts if fact.source == "generated"]
        if failed[0].error_type in ("", "AssertionError") and 2 * sum(written) >= len(written):
            by_example.setdefault(failed[0].name, {}).setdefault(shape_of(attempt.code), attempt)
    name, alike = max(
        ((name, _largest(state, parts, list(found.values()))) for name, found in by_example.items()),
        key=lambda item: len(item[1]),
        default=("", []),
    )
    number = name.removeprefix("example_")
    if len(alike) < LEAST or not number.isdecimal() or int(number) > len(state.given.examples):
        return None
    example = state.given.examples[int(number) - 1]
    fact = next(fact for fact in alike[0].facts if fact.name == name)
    told = (
        f"Your example {example} may be mistaken: {len(alike)} candidates that hold all else agree against it"
    )
    seen = "; ".join(f"{call} = {value}" for call, value in fact.values.items()) or fact.message
    return alike[0], f"{told} ({seen}). Correct it, or say in the goal what makes it so."


def _largest(state: SkillState, parts: Parts, attempts: Sequence[Attempt]) -> list[Attempt]:
    """Those of the attempts that behave alike, where they are most."""
    if len(attempts) < LEAST:
        return []
    behaviours, _ = behaviours_of(state, parts, attempts)
    if not behaviours:
        return []
    return [attempts[place] for place in groups(behaviours, exact=False)[0]]
