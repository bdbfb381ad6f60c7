"""A form of request that a model bound once needs no model the next time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.models.scripted import ScriptedChatModel
from tests.asking.library import add_skill


def planner(arguments: dict[str, Any]) -> ScriptedChatModel:
    """A large model that answers once with this call, and never again."""
    plan = json.dumps({"steps": [{"id": "s1", "skill": "minus", "arguments": arguments}], "answer": "s1"})
    return ScriptedChatModel(replies=[plan])


def ask_twice(tmp_path: Path, first: str, second: str, arguments: dict[str, Any]) -> list[Any]:
    """The values of two requests; the second has no model to ask."""
    with Agent(workspace=tmp_path, model=planner(arguments), profile="large") as agent:
        add_skill(
            agent, "minus", "def minus(a: float, b: float) -> float:\n    return a - b\n", "minus(3, 1) == 2"
        )
        return [agent.ask(first).value, agent.ask(second).value]


def test_the_values_are_bound_as_the_model_bound_them(tmp_path: Path) -> None:
    """Two numbers that could change places: what the planner chose is what the form says."""
    values = ask_twice(
        tmp_path,
        "How much is left when I take 3 from 10?",
        "how much is left when I take 4 from 6",
        {"a": 10, "b": 3},
    )
    assert values == [7, 2]


@pytest.mark.parametrize("arguments", [{"a": 10, "b": 99}, {"a": 10}])
def test_a_value_that_is_not_in_the_request_teaches_nothing(
    tmp_path: Path, arguments: dict[str, Any]
) -> None:
    """A constant of the planner's would be wrong for the next request."""
    with Agent(workspace=tmp_path, model=planner(arguments), profile="large") as agent:
        add_skill(
            agent,
            "minus",
            "def minus(a: float, b: float = 1) -> float:\n    return a - b\n",
            "minus(3, 1) == 2",
        )
        assert agent.ask("How much is left when I take 3 from 10?").ok
        record = agent.memory.skill("minus")
    assert record is not None
    assert record.answers == []
