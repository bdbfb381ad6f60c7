"""Arguments: the names that a planner writes, and those that the skill has."""

from __future__ import annotations

from pathlib import Path

import pytest

from apprentice.agent import Agent
from apprentice.asking.arguments import parameter_names
from apprentice.errors import UsageError
from apprentice.skills.signature import parse_signature
from tests.asking.library import add_skill
from tests.asking.stories import model, plan, step

MINUS = "def minus(a: float, b: float) -> float:\n    return a - b\n"
SCALE = "def scale(factor: float, number: float) -> float:\n    return factor * number\n"


@pytest.mark.parametrize(
    ("given", "takes", "asked", "expected"),
    [
        ("ab", "f(a, b)", "", "ab"),
        ("ba", "f(a, b)", "", "ba"),
        ("bx", "f(a, b)", "", "ba"),
        ("xb", "f(a, b)", "", "ab"),
        ("x", "f(a)", "", "a"),
        ("xy", "f(**more)", "", "xy"),
        ("xy", "f(a, b)", "", None),
        ("yx", "f(a, b)", "", None),
        ("x", "f(a, b=1)", "", None),
        ("abx", "f(a, b)", "", None),
        ("yx", "f(a, b)", "f(x, y)", "ba"),
        ("yx", "f(a, b, c)", "f(x, y)", None),
        ("xy", "f(b, a)", "f(y, z)", None),
        ("ax", "f(x, a)", "f(a, x)", "ax"),
    ],
)
def test_names_stand_for_what_can_only_be_meant(
    given: str, takes: str, asked: str, expected: str | None
) -> None:
    """The order in which they are written says nothing; a skill made for the plan keeps the places asked for."""
    signature = parse_signature(takes)
    assert signature is not None
    if expected is not None:
        assert parameter_names("f", given, signature, asked) == dict(zip(given, expected, strict=True))
        return
    with pytest.raises(UsageError, match="takes no argument"):
        parameter_names("f", given, signature, asked)


def test_one_name_that_is_not_the_skills_doesnt_move_the_others(tmp_path: Path) -> None:
    """`b` stays `b`, wherever it stands."""
    wanted = plan(step("s1", "minus", b=3, x=10))
    with Agent(workspace=tmp_path, model=model((wanted,)), profile="large", embedding_model="none") as agent:
        add_skill(agent, "minus", MINUS, "minus(3, 1) == 2")
        answer = agent.ask("From ten take away three")
    assert (answer.value, answer.steps[0].arguments) == (7, {"a": 10, "b": 3}), answer.reason


def test_names_that_stand_for_nothing_are_planned_anew(tmp_path: Path) -> None:
    """One line with what would be right; nothing was run with values in the wrong places."""
    wrong = plan(step("s1", "minus", subtrahend=3, minuend=10))
    right = plan(step("s1", "minus", b=3, a=10))
    scripted = model((wrong, right))
    with Agent(workspace=tmp_path, model=scripted, profile="large", embedding_model="none") as agent:
        add_skill(agent, "minus", MINUS, "minus(3, 1) == 2")
        assert agent.ask("From ten take away three").value == 7
    assert "minus takes no argument 'subtrahend'" in scripted.prompts[-1][-1][1]
    assert "minus(a: float, b: float)" in scripted.prompts[-1][-1][1]


def test_the_list_that_is_gone_through_keeps_its_place_under_another_name(tmp_path: Path) -> None:
    """It is not taken for the first parameter."""
    wanted = plan(step("s1", "scale", for_each="values", factor=2, values=[1, 2, 3]))
    with Agent(workspace=tmp_path, model=model((wanted,)), profile="large", embedding_model="none") as agent:
        add_skill(agent, "scale", SCALE, "scale(3, 1) == 3")
        answer = agent.ask("Double each of one two three")
    assert answer.value == [2, 4, 6], answer.reason
