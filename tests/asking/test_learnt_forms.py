"""A form of request that a model bound once needs no model the next time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.models.scripted import ScriptedChatModel
from tests.asking.library import add_skill
from tests.asking.stories import New, model, plan, step


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


LEFT = New(
    "left(a: float, b: float) -> float",
    "Subtracts b from a.",
    "def left(a: float, b: float) -> float:\n    return a - b\n",
    "from left import left\n\n\ndef test_some():\n    assert left(3, 1) == 2\n",
)


@pytest.mark.parametrize("verdict", [True, False])
def test_an_answer_that_is_in_doubt_teaches_nothing(tmp_path: Path, verdict: bool) -> None:
    """The next request of this form would get the same wrong answer, without a doubt."""
    new = {"description": LEFT.behaviour, "signature": LEFT.signature}
    scripted = model((plan(step("s1", "left", **new, a=3, b=10)),), {"left": LEFT}, (verdict,))
    with Agent(workspace=tmp_path, model=scripted, profile="large", max_replans=0) as agent:
        answer = agent.ask("How much is left when I take 3 from 10?")
        record = agent.memory.skill("left")
    assert answer.value == -7, answer.reason
    assert bool(answer.notes) is not verdict
    assert record is not None
    assert record.answers == (["How much is left when I take {a} from {b}?"] if verdict else [])


@pytest.mark.parametrize("request_", ["How much is left when I take 3 from 10?", "minus 3 'x'"])
def test_a_skill_that_nothing_proves_is_taught_no_form(tmp_path: Path, request_: str) -> None:
    """Bound by a planner, or without one."""
    with Agent(workspace=tmp_path, model=planner({"a": 10, "b": 3}), profile="large") as agent:
        code = "def minus(a: float, b: float) -> float:\n    return a - b\n"
        if "x" in request_:
            code = "def minus(a: float, text: str) -> str:\n    return text[int(a):]\n"
        add_skill(agent, "minus", code, status="untested", asked_as=["minus a text"])
        answer = agent.ask(request_)
        record = agent.memory.skill("minus")
    assert answer.ok, answer.reason
    assert answer.notes
    assert record is not None
    assert record.answers == []
