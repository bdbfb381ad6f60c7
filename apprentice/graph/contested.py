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
    """The candidate that most agree with, and what to tell the user of the examples; None where candidates don't agree.

    The examples stay what was given: nothing is marked working against them.
    """
    against: dict[tuple[str, ...], dict[str, Attempt]] = {}
    for attempt in state.attempts:
        if names := _contradicted(attempt):
            against.setdefault(names, {}).setdefault(shape_of(attempt.code), attempt)
    names, alike = max(
        ((names, _largest(state, parts, list(found.values()))) for names, found in against.items()),
        key=lambda item: len(item[1]),
        default=((), []),
    )
    examples = [state.given.example(name) for name in names]
    if len(alike) < LEAST or None in examples:
        return None
    told = " and ".join(str(example) for example in examples[:2])
    whose = f"Your example {told}" if len(examples) == 1 else f"Your examples {told}"
    facts = [fact for fact in alike[0].facts if fact.name in names]
    seen = "; ".join(
        "; ".join(f"{call} = {value}" for call, value in fact.values.items()) or fact.message
        for fact in facts[:2]
    )
    return alike[0], (
        f"{whose} may be mistaken: {len(alike)} candidates that hold all else agree on something else ({seen}). "
        "Correct it, or say in the goal what makes it so."
    )


def _contradicted(attempt: Attempt) -> tuple[str, ...]:
    """The examples that an attempt fails by its value; nothing where it fails more than it holds of what there is."""
    if attempt.problem or attempt.mended:
        return ()
    given = [fact for fact in attempt.facts if fact.source != "generated"]
    failed = [fact for fact in given if not fact.passed]
    by_value = all(fact.source == "example" and fact.error_type in ("", "AssertionError") for fact in failed)
    written = [fact.passed for fact in attempt.facts if fact.source == "generated"]
    believable = 2 * sum(written) > len(written) if written else len(failed) < len(given) - len(failed)
    return tuple(fact.name for fact in failed) if by_value and believable else ()


def _largest(state: SkillState, parts: Parts, attempts: Sequence[Attempt]) -> list[Attempt]:
    """Those of the attempts that behave alike, where they are most."""
    if len(attempts) < LEAST:
        return []
    behaviours, _ = behaviours_of(state, parts, attempts, parts.grants(state))
    if not behaviours:
        return []
    return [attempts[place] for place in groups(behaviours, exact=False)[0]]
