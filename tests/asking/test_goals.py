"""A request for a skill itself is run as a goal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.asking.requests import is_goal
from apprentice.models.scripted import ScriptedChatModel


@pytest.mark.parametrize(
    "request_",
    [
        "Write a function is_even(n) that tells whether a number is even.",
        "please create a JSON validator skill",
        "Implement a class Stack with push and pop",
    ],
)
def test_goals_are_told_from_requests(request_: str) -> None:
    assert is_goal(request_)


@pytest.mark.parametrize(
    "request_",
    [
        "What is 15 percent of 300?",
        "Reverse 'Write a function'",
        "Write 1305 in words",
        "Make 'abc' upper case",
    ],
)
def test_requests_are_no_goals(request_: str) -> None:
    assert not is_goal(request_)


def test_a_goal_without_a_command_makes_a_skill(tmp_path: Path) -> None:
    """Whoever types a goal where requests are typed gets the skill, and is told how to use it."""

    def respond(prompt: list[Any], role: str) -> str:
        return "```python\ndef double(n):\n    return 2 * n\n```"

    with Agent(workspace=tmp_path, model=ScriptedChatModel(respond=respond), profile="small") as agent:
        answer = agent.ask("Write a function double(n) that doubles a number. double(2) == 4")
        again = agent.ask("Write a function double(n) that doubles a number. double(2) == 4")
        assert agent.call("double", [21]).value == 42
    assert (answer.ok, answer.value) == (True, "double")
    assert answer.text == "Made the skill double. Use it with :run double, or ask for what it does."
    assert again.text.startswith("There is the skill double.")
