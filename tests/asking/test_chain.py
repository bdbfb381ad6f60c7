"""Without a planner: a request in several clauses is a chain, each taking the result of the one before."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.curation import seeds
from apprentice.memory.schema import SkillRecord
from apprentice.models.scripted import ScriptedChatModel
from tests.asking.library import add_skill


def respond(prompt: list[Any], role: str) -> str:
    """A small model that can reverse a text, and test that it does."""
    if role == "tester" or "three asserts" in prompt[-1][1] or "assert" in prompt[-1][1][-40:]:
        return "assert reverse_string('abc') == 'cba'\nassert reverse_string('xy') == 'yx'\n"
    return "```python\ndef reverse_string(text):\n    return text[::-1]\n```"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with skills that are shipped, proven once."""
    folder = tmp_path_factory.mktemp("seeded") / "w"
    with Agent(workspace=folder, model=ScriptedChatModel(replies=[])) as made:
        seeds.install(
            [
                "word_count",
                "to_roman",
                "slugify",
                "percent_of",
                "percent_change",
                "truncate_text",
                "add_days",
            ],
            library=made.library,
            memory=made.memory,
            gate=made.gate,
            sandbox=lambda: made.sandbox,
        )
    return folder


@pytest.fixture
def agent(tmp_path: Path, seeded: Path) -> Iterator[Agent]:
    """A small model, and some skills that are shipped."""
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    with Agent(workspace=tmp_path, model=ScriptedChatModel(respond=respond), profile="small") as made:
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


@pytest.mark.parametrize(
    ("request_", "arguments", "value"),
    [
        (
            "What is 10 percent of 50, then what is the percentage change from 4 to it?",
            {"old": 4, "new": 5},
            25,
        ),
        (
            "What is 10 percent of 50, then what is the percentage change from it to 4?",
            {"old": 5, "new": 4},
            -20,
        ),
        (
            "Make a slug of 'Hello World', then truncate that to 6 characters",
            {"text": "hello-world", "length": 6},
            "hello…",
        ),
        (
            "How many words are in 'a b c', then add it days to '2024-01-01'",
            {"start": "2024-01-01", "days": 3},
            "2024-01-04",
        ),
    ],
)
def test_the_result_is_passed_where_the_clause_has_it(
    agent: Agent, request_: str, arguments: dict[str, Any], value: Any
) -> None:
    """What the skill answered before says which parameter is meant, or the types do."""
    answer = agent.ask(request_)
    assert answer.ok, answer.reason
    assert answer.steps[-1].arguments == arguments
    assert answer.value == value


def test_a_result_that_several_parameters_could_take_is_refused(agent: Agent) -> None:
    """It was passed as the first one: 5 divided by 100."""
    code = 'def divide(dividend: float, divisor: float) -> float:\n    """Divide a number by another."""\n    return dividend / divisor\n'
    add_skill(agent, "divide", code, "divide(6, 3) == 2")
    answer = agent.ask("What is 10 percent of 50, then divide 100 by it")
    assert not answer.ok, answer.steps
    assert "isn't clear which of dividend, divisor" in answer.reason
    agent.memory.put_skill(add_answer(agent, "divide", "Divide {dividend} by {divisor}"))
    assert agent.ask("What is 10 percent of 50, then divide 100 by it").value == 20


def add_answer(agent: Agent, name: str, form: str) -> SkillRecord:
    """The skill's record with one more form of request that it answers."""
    record = agent.memory.skill(name)
    assert record is not None
    return record.model_copy(update={"answers": [*record.answers, form]})
