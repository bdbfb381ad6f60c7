"""Without a planner: a request in several clauses is a chain, each taking the result of the one before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.curation import seeds
from apprentice.models.scripted import ScriptedChatModel


def respond(prompt: list[Any], role: str) -> str:
    """A small model that can reverse a text, and test that it does."""
    if role == "tester" or "three asserts" in prompt[-1][1] or "assert" in prompt[-1][1][-40:]:
        return "assert reverse_string('abc') == 'cba'\nassert reverse_string('xy') == 'yx'\n"
    return "```python\ndef reverse_string(text):\n    return text[::-1]\n```"


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    """A small model, and three skills that are shipped."""
    with Agent(workspace=tmp_path, model=ScriptedChatModel(respond=respond), profile="small") as made:
        seeds.install(
            ["word_count", "to_roman", "slugify"],
            library=made.library,
            memory=made.memory,
            gate=made.gate,
            sandbox=lambda: made.sandbox,
        )
        yield made


def test_a_chain_makes_what_is_missing_and_reuses_the_rest(agent: Agent) -> None:
    """The second and third clause are skills of the library, found by their own words."""
    answer = agent.ask(
        "Reverse the string 'the cat sat', then count the words, then write it as a Roman numeral"
    )
    assert (answer.ok, answer.value) == (True, "III")
    assert [(step.skill, step.how) for step in answer.steps] == [
        ("reverse_string", "made"),
        ("word_count", "reused"),
        ("to_roman", "reused"),
    ]
    assert [step.value for step in answer.steps] == ["tas tac eht", 3, "III"]


def test_connectives_within_quotes_part_nothing(agent: Agent) -> None:
    """What is quoted is a value, whatever it says."""
    answer = agent.ask("How many words are in 'first this, then that; and then the rest'?")
    assert answer.value == 8
    assert [step.skill for step in answer.steps] == ["word_count"]


def test_a_request_without_values_says_what_to_do(agent: Agent) -> None:
    """Nothing to call a new skill with: one line, and no model is asked."""
    answer = agent.ask("Tell me something nice")
    assert not answer.ok
    assert answer.reason.endswith("Put texts in quotes, or make a skill with :directive.")
