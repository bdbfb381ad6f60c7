"""A goal that says all that a planner could say goes to the coder at once; any other is planned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.models.scripted import ScriptedChatModel
from tests.graph.story import PLAN, RIGHT

SPECIFIED = "Write a function slug(text) that makes a slug of the words of a text. slug('A b') == 'a-b'"
TESTS = """```python
# asked as: turn a headline into a part of a web address
# Asked as:  words joined by hyphens
from slug import slug


def test_three():
    assert slug("A b C") == "a-b-c"
```"""


class Model:
    """Answers by role, and notes who was asked."""

    def __init__(self) -> None:
        self.roles: list[str] = []
        self.systems: dict[str, str] = {}

    def __call__(self, prompt: list[Any], role: str) -> str:
        self.roles.append(role)
        self.systems[role] = prompt[0][1]
        return {"planner": PLAN, "tester": TESTS}.get(role, RIGHT)


def run(tmp_path: Path, goal: str, **settings: Any) -> tuple[Model, Any]:
    model = Model()
    with Agent(
        workspace=tmp_path, model=ScriptedChatModel(respond=model), profile="large", **settings
    ) as agent:
        assert agent.run(goal).ok
        return model, agent.memory.skill("slug")


def test_no_planner_is_asked_and_the_tester_tells_how_else_one_asks(tmp_path: Path) -> None:
    model, record = run(tmp_path, SPECIFIED)
    assert model.roles == ["tester", "coder"]
    assert "# asked as:" in model.systems["tester"]
    assert record.asked_as == ["turn a headline into a part of a web address", "words joined by hyphens"]
    tests = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "tests").glob("*slug*"))
    assert "asked as" not in tests


@pytest.mark.parametrize(
    "goal",
    [
        "Write slug. slug('A b') == 'a-b'",
        "Write a function slug(text) that makes a slug of the words of a text.",
        "Make a slug of the words of a text, so that 'A b' becomes a-b",
    ],
    ids=["few words", "no example", "no signature"],
)
def test_a_goal_that_says_less_is_planned(tmp_path: Path, goal: str) -> None:
    model, _ = run(tmp_path, goal)
    assert model.roles[0] == "planner"
    assert "# asked as:" not in model.systems["tester"]


def test_it_can_be_left_out(tmp_path: Path) -> None:
    model, _ = run(tmp_path, SPECIFIED, without=("direct",))
    assert model.roles[0] == "planner"
