"""A goal that the library fulfils already is not written again; what shows it is a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.memory.schema import SkillRecord
from apprentice.models.scripted import ScriptedChatModel
from apprentice.skills.library import SkillFiles

GOAL = "Write a function double(n) that doubles a number. double(2) == 4"
TESTS = "from double import double\n\n\ndef test_three():\n    assert double(3) == 6\n"


def never(prompt: list[Any], role: str) -> str:
    """No model is asked."""
    raise AssertionError(f"the {role} was asked")


def written(prompt: list[Any], role: str) -> str:
    """A module that is told from the kept one."""
    return "```python\ndef double(n):\n    return n + n\n```"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A library with one working skill."""
    with Agent(workspace=tmp_path, model=ScriptedChatModel(replies=[]), profile="small") as made:
        made.library.save(
            SkillFiles("double", "def double(n):\n    return 2 * n\n", {"test_double.py": TESTS})
        )
        made.memory.put_skill(SkillRecord(name="double", status="working", goal=GOAL, function="double"))
    return tmp_path


def test_the_same_goal_again_asks_no_model(workspace: Path) -> None:
    """In a new process, too: what is known is on the disk."""
    before = json.loads((workspace / "memory.json").read_text(encoding="utf-8"))["skills"]
    with Agent(workspace=workspace, model=ScriptedChatModel(respond=never), profile="small") as made:
        outcome = made.run(GOAL)
    assert (outcome.ok, outcome.skill, outcome.reused, outcome.iterations) == (True, "double", True, 0)
    assert outcome.tests["passed"] == 2
    assert outcome.path == workspace / "skills" / "double.py"
    after = json.loads((workspace / "memory.json").read_text(encoding="utf-8"))
    assert after["skills"] == before
    assert [directive["status"] for directive in after["directives"]] == ["completed"]


def test_fresh_writes_it_anew(workspace: Path) -> None:
    """The user can ask for another one."""
    with Agent(workspace=workspace, model=ScriptedChatModel(respond=written), profile="small") as made:
        outcome = made.run(GOAL, fresh=True)
    assert (outcome.ok, outcome.reused) == (True, False)
    assert "n + n" in (workspace / "skills" / "double.py").read_text(encoding="utf-8")


def test_a_skill_that_fails_its_own_tests_now_is_not_reused(workspace: Path) -> None:
    """Its record says working; the run decides."""
    (workspace / "skills" / "double.py").write_text("def double(n):\n    return n * n\n", encoding="utf-8")
    with Agent(workspace=workspace, model=ScriptedChatModel(respond=written), profile="small") as made:
        outcome = made.run(GOAL)
    assert (outcome.ok, outcome.reused) == (True, False)


def test_an_example_that_it_does_not_fulfil_holds_reuse_back(workspace: Path) -> None:
    """The user's example outranks the likeness of the words."""

    def other(prompt: list[Any], role: str) -> str:
        return "```python\ndef double(n):\n    return n * 2 if n else 1\n```"

    with Agent(workspace=workspace, model=ScriptedChatModel(respond=other), profile="small") as made:
        outcome = made.run(GOAL, examples=["double(0) == 1"])
    assert not outcome.reused


def test_another_name_is_another_skill(workspace: Path) -> None:
    """Who asks for a skill of a name gets one of that name."""
    with Agent(workspace=workspace, model=ScriptedChatModel(respond=written), profile="small") as made:
        outcome = made.run(GOAL, skill_name="twice")
    assert (outcome.skill, outcome.reused) == ("twice", False)


@pytest.mark.parametrize(
    ("kept", "asked"),
    [
        ("multiplies n by 3", "multiplies n by 5"),
        ("doubles n and puts 'A' before it", "doubles n and puts 'a' before it"),
        ("doubles n and puts 'a  b' before it", "doubles n and puts 'a b' before it"),
    ],
)
def test_a_goal_with_another_value_is_another_goal(tmp_path: Path, kept: str, asked: str) -> None:
    """Values in a goal say what is to be made; they are no arguments."""
    goal = "Write a function change(n) that {}."
    with Agent(workspace=tmp_path, model=ScriptedChatModel(respond=changes), profile="small") as made:
        assert made.run(goal.format(kept), examples=["change(2) == 6"], skill_name="change").ok
        outcome = made.run(goal.format(asked))
    assert not outcome.reused


def changes(prompt: list[Any], role: str) -> str:
    """A module that holds the example."""
    if role == "tester":
        return "assert change(2) == 6"
    return "```python\ndef change(n):\n    return n * 3\n```"
