"""Where candidates differ and nothing that was said decides, a person is asked one question; the answer is an example."""

from __future__ import annotations

from typing import Any, Final

from apprentice.graph.parts import Parts
from apprentice.graph.standing import Standing
from apprentice.graph.state import Attempt, GivenExample, QuestionRequest, SkillState
from apprentice.graph.test import facts_of, modules_for
from apprentice.sandbox.base import Example
from apprentice.syntax_trees import parse

#: Iterations before the first question, and questions in one run: each costs a person's attention.
AFTER: Final = 3
MOST: Final = 2


def ask_person(state: SkillState, parts: Parts, standing: Standing) -> dict[str, Any]:
    """What changes by the answer; nothing where none is asked, or none given."""
    rivals = standing.rivals
    if rivals is None or parts.question is None or len(state.asked) >= MOST or rivals.call in state.asked:
        return {}
    if state.iteration < min(AFTER, parts.settings.max_iterations):
        return {}
    answer = parts.question(
        QuestionRequest(skill=state.skill, goal=state.goal, call=rivals.call, values=rivals.values)
    )
    asked = [*state.asked, rivals.call]
    example = example_of(rivals.call, answer or "")
    if example is None:
        return {"asked": asked}
    given = state.given.model_copy(update={"examples": [*state.given.examples, example]})
    attempts = [_with_fact(attempt, example, len(given.examples), state, parts) for attempt in state.attempts]
    return {"asked": asked, "given": given, "attempts": attempts}


def example_of(call: str, answer: str) -> GivenExample | None:
    """The example that an answer makes: a value as Python has it, or `raises ValueError`; None where it is neither."""
    answer = answer.strip()
    kind, _, error = answer.partition(" ")
    if kind == "raises" and error.strip().isidentifier():
        return GivenExample(source=call, raises=error.strip())
    source = f"{call} == {answer}"
    try:
        parse(answer, mode="eval")
        parse(source, mode="eval")
    except (SyntaxError, ValueError):
        return None
    return GivenExample(source=source)


def _with_fact(
    attempt: Attempt, example: GivenExample, number: int, state: SkillState, parts: Parts
) -> Attempt:
    """An attempt with what running the new example against it showed."""
    if not attempt.code or attempt.problem:
        return attempt
    grants = parts.grants(state)
    if grants is None:
        return attempt
    report = parts.sandbox.run_tests(
        state.skill,
        modules=modules_for(state, parts, attempt.code),
        examples=[Example(source=example.source, name=f"example_{number}", raises=example.raises)],
        cancel=parts.cancel,
        grants=grants,
    )
    return attempt.model_copy(update={"facts": [*attempt.facts, *facts_of(report, "example")]})
