"""What to do next, from the facts of what ran: repair, or a fresh attempt at another angle.

Most of what repair can bring, it brings in its first two rounds (arXiv 2604.10508), so an attempt is repaired a few
times and then left for a fresh one.
"""

from __future__ import annotations

from dataclasses import dataclass

from apprentice.graph.parts import Parts
from apprentice.graph.state import Attempt, Mode, SkillState
from apprentice.graph.told import is_repairable, told

#: What a fresh attempt is asked to do differently; the first is asked plainly.
ANGLES = (
    "",
    "Choose the simplest algorithm that is right for every case of the specification, even if it is slow.",
    "Work through each example of the specification step by step in your head before you write, then write the module.",
    "Solve it in another way than the obvious one: other data structures, another order of steps.",
    "Split the work into small helper functions with one task each, and combine them in the entry function.",
    "Begin with the edge cases: treat each in its own branch, then write the general case.",
    "Prefer what the standard library offers for this over code of your own.",
)


@dataclass(frozen=True, slots=True)
class Course:
    """The next step. `base` is the iteration of the attempt to repair, 0 for a fresh one."""

    mode: Mode
    angle: int
    repairs: int
    base: int
    detail: str


def course_of(state: SkillState, parts: Parts) -> Course:
    """The next step of a run whose last attempt failed."""
    return next_course(
        state,
        small=parts.small,
        repairs_per_attempt=parts.settings.repairs_per_attempt if parts.uses("repair") else 0,
        max_iterations=parts.settings.max_iterations,
        voted=is_voted(state, parts),
    )


def is_voted(state: SkillState, parts: Parts) -> bool:
    """Whether candidates and written tests vote on each other, rather than each candidate having to pass them all."""
    return parts.settings.proof != "basic" and state.adapting is None


def next_course(
    state: SkillState, *, small: bool, repairs_per_attempt: int, max_iterations: int, voted: bool = False
) -> Course:
    """Choose the next step of a run whose last attempt failed.

    Small models repeat their code when they are asked to repair it, so for them every attempt is a fresh one. So it is where
    an attempt fails nothing but what no prompt shows, or, where candidates are `voted` on, nothing but written tests.
    """
    last = state.last
    fresh = Course("fresh", state.angle + 1, 0, 0, "a fresh attempt at another angle")
    compared = Course("fresh", state.angle + 1, 0, 0, "another candidate, to compare it with")
    if last is not None and last.code and not last.problem and not last.failures:
        return compared
    if last is None or small or not last.code:
        return fresh
    if not is_repairable(state, last, voted=voted):
        return compared
    if state.repairs >= repairs_per_attempt:
        best = state.best
        left = max_iterations - state.iteration
        if (
            best is not None
            and left <= 1 < max_iterations
            and best.code
            and best.rank() > last.rank()
            and is_repairable(state, best, voted=voted)
        ):
            return Course(
                "repair",
                state.angle,
                state.repairs + 1,
                best.iteration,
                f"repair the best attempt ({best.iteration})",
            )
        return fresh
    if is_stuck(state):
        return fresh
    failures = told(state, last).failures
    first = failures[0].message if failures else last.problem
    return Course(
        "repair", state.angle, state.repairs + 1, last.iteration, f"repair: {first}" if first else "repair"
    )


def is_stuck(state: SkillState) -> bool:
    """Whether the last attempt gave the same code as any before, or the same error as the one that it repaired."""
    last = state.last
    if last is None:
        return False
    before = state.attempts[:-1]
    if last.code and any(attempt.digest == last.digest for attempt in before):
        return True
    base = attempt_of(state, state.base)
    return last.mode == "repair" and base is not None and base.signature == last.signature


def attempt_of(state: SkillState, iteration: int) -> Attempt | None:
    """The attempt of an iteration."""
    return next((one for one in state.attempts if one.iteration == iteration and not one.mended), None)
