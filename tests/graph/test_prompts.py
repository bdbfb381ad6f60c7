"""The prompts of one run begin alike, so that the server's prefix cache serves them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.graph.course import ANGLES
from apprentice.graph.ground_truth import ground_truth
from apprentice.graph.prompts import fresh_messages, never_twice, repair_messages
from apprentice.graph.state import Adapted, Attempt, Fact, ShownLesson, SkillState, Spec
from apprentice.models.base import Message
from apprentice.models.scripted import ScriptedChatModel

GOAL = "Write a function slug(text) that makes a slug. slug('A b') == 'a-b'"
SPEC = Spec(
    function="slug",
    signature="slug(text: str) -> str",
    behaviour="Returns the words of the text in lower case, joined by hyphens.",
    edge_cases=["An empty text gives an empty string."],
)
WRONG = "def slug(text: str) -> str:\n    return text.replace(' ', '-')"
ADAPTED = Adapted(name="slug", function="slug", code="def slug(text):\n    return text\n")


def in_one(messages: list[Message]) -> str:
    """A conversation as a server lays it out."""
    return "".join(f"<{role}>{text}</{role}>" for role, text in messages)


def later(state: SkillState, iteration: int) -> SkillState:
    """The run some iterations later: other lessons, more failures, another angle."""
    failed = Attempt(
        iteration=iteration - 1,
        mode="fresh",
        angle=iteration - 2,
        code=f"{WRONG}  # {iteration}",
        facts=[Fact(name="e1", source="example", passed=False, error_type="AssertionError", message="'A-b'")],
        diagnosis=f"It doesn't lower case {iteration}.",
    )
    return state.model_copy(
        update={
            "iteration": iteration,
            "angle": iteration - 1,
            "attempts": [*state.attempts, failed],
            "base": iteration - 1,
            "lessons": [ShownLesson(id=f"l{iteration}", text=f"Lower case comes first, time {iteration}.")],
            "constraints": [*state.constraints, f"No module m{iteration}."],
            "repairs": state.repairs + 1,
        }
    )


@pytest.fixture(params=[None, ADAPTED], ids=["new", "generalised"])
def states(request: pytest.FixtureRequest) -> list[SkillState]:
    """The states of a run, iteration by iteration."""
    state = SkillState(run_id="r", goal=GOAL, skill="slug", iteration=1, adapted=request.param)
    state = state.model_copy(
        update={"given": ground_truth(GOAL), "recalled": ["The skill words does: it splits a text."]}
    )
    states = [state]
    for iteration in range(2, len(ANGLES) + 1):
        states.append(later(states[-1], iteration))
    return states


def test_fresh_prompts_of_a_run_share_most_of_their_beginning(states: list[SkillState]) -> None:
    prompts = [in_one(never_twice(state, fresh_messages(state, SPEC))[0]) for state in states]
    for earlier, now in pairwise(prompts):
        assert earlier != now
        shared = next(
            place for place, (one, other) in enumerate(zip(earlier, now, strict=False)) if one != other
        )
        assert shared >= 0.7 * len(now)
    assert len(set(prompts)) == len(ANGLES)


def test_repair_begins_as_the_fresh_prompt_does_up_to_the_code_that_is_repaired(
    states: list[SkillState],
) -> None:
    for state in states[1:]:
        fresh = in_one(fresh_messages(state, SPEC))
        repair = repair_messages(state, SPEC)
        before = in_one(repair[:2]).removesuffix("</user>")
        assert repair[2][0] == "assistant"
        assert fresh.startswith(before)
        assert before.endswith("Write the module.")


def test_a_related_skills_module_is_shown_to_some_attempts_only(tmp_path: Path) -> None:
    """Candidates that saw it and candidates that didn't differ, as votes need it."""
    prompts: list[str] = []
    modules = {
        "slug": "def slug(text: str) -> str:\n    return '-'.join(text.lower().split())\n",
        "snake": "def snake(text: str) -> str:\n    return text\n",
    }

    def respond(messages: Sequence[Any], role: str) -> str:
        asked = "\n".join(text for _, text in messages)
        if role == "tester":
            return "```python\ndef test_nothing():\n    assert True\n```"
        prompts.append(asked)
        return f"```python\n{modules['snake' if 'snake' in asked else 'slug']}```"

    chat = ScriptedChatModel(respond=respond)
    with Agent(workspace=tmp_path, model=chat, profile="large", proof="basic", max_iterations=3) as agent:
        assert agent.run(
            "Write a function slug(text) that joins the words of a text in lower case by hyphens. slug('A b') == 'a-b'"
        ).ok
        prompts.clear()
        agent.run(
            "Write a function snake(text) that joins the words of a text in lower case by underscores. "
            "snake('A b') == 'a_b'"
        )
    shown = [modules["slug"].strip() in prompt for prompt in prompts]
    assert any(shown)
    assert not shown[0]
