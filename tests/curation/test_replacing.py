"""What a run makes takes the place of a skill that works only if it works and passes that skill's tests, too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.models.scripted import ScriptedChatModel

GOAL = "Write a function double(n) that doubles a number. double(2) == 4"
KEPT = "from double import double\n\n\ndef test_more():\n    assert double(5) == 10\n"


def agent(workspace: Path, *replies: str, **settings: Any) -> Agent:
    """An agent whose small model gives these modules, one a call."""
    numbers: Iterator[int] = iter(range(10_000))

    def respond(prompt: list[Any], role: str) -> str:
        return f"```python\n{replies[min(next(numbers), len(replies) - 1)]}\n```"

    return Agent(workspace=workspace, model=ScriptedChatModel(respond=respond), profile="small", **settings)


def test_a_better_module_becomes_the_next_version_and_keeps_the_users_tests(tmp_path: Path) -> None:
    """The old version stays readable; a test file that the user gave the first time holds for the second."""
    with agent(tmp_path, "def double(n):\n    return 2 * n", "def double(n):\n    return n + n") as made:
        assert made.run(GOAL, tests=KEPT).ok
        outcome = made.run(GOAL, fresh=True)
        assert (outcome.status, outcome.skill) == ("working", "double")
        assert made.memory.skill("double").version == 2  # type: ignore[union-attr]
        assert "n + n" in made.library.code("double")
        assert "2 * n" in made.library.versions.read("double", 1).code
        assert made.library.tests("double")["test_double_given1.py"] == KEPT


def test_a_module_that_fails_the_old_tests_is_kept_beside_the_old(tmp_path: Path) -> None:
    """Both work, each under its name; the reason is recorded, and the run's tests import the right one."""
    with agent(tmp_path, "def double(n):\n    return 2 * n", "def double(n):\n    return n * n") as made:
        assert made.run(GOAL, tests=KEPT).ok
        outcome = made.run(GOAL, fresh=True)
        assert (outcome.status, outcome.skill) == ("working", "double_2")
        assert outcome.path == tmp_path / "skills" / "double_2.py"
        assert "double stays at version 1" in outcome.reason
        assert "test_more" in outcome.reason
        assert made.memory.skill("double").version == 1  # type: ignore[union-attr]
        assert made.call("double", [3]).value == 6
        assert made.call("double_2", [3]).value == 9
        assert outcome.reason in made.memory.skill("double_2").review  # type: ignore[union-attr]
        assert "from double_2 import double" in made.library.tests("double_2")["test_double_2.py"]


def test_a_module_that_was_not_proven_does_not_replace_one_that_was(tmp_path: Path) -> None:
    """The same goal without anything to test with."""
    with agent(
        tmp_path, "def double(n):\n    return 2 * n", "no code", "def double(n):\n    return n << 1"
    ) as made:
        assert made.run("Double a number", skill_name="double", examples=["double(2) == 4"]).ok
        outcome = made.run("Double a number", skill_name="double", fresh=True)
        assert made.memory.skill("double").status == "working"  # type: ignore[union-attr]
        assert outcome.skill != "double" or outcome.status == "failed"


def test_a_run_uses_a_skill_of_the_library_and_inherits_what_it_needs(tmp_path: Path) -> None:
    """The test run sees the used module; a person is asked for what it needs; the record says what it uses."""
    data = tmp_path / "data.txt"
    data.write_text("3", encoding="utf-8")
    asked: list[tuple[str, ...]] = []

    def approve(request: Any) -> str:
        asked.append(request.keys)
        return "skill"

    base = f"def factor(n):\n    with open({str(data)!r}) as file:\n        return n * int(file.read())"
    user = "from factor import factor\n\n\ndef nine(n):\n    return factor(factor(n))"
    with agent(tmp_path / "w", base, user, approver=approve) as made:
        assert made.run(f"Write a function factor(n) that reads {data}. factor(2) == 6").ok
        outcome = made.run("Write a function nine(n). nine(1) == 9")
        assert outcome.status == "working"
        record = made.memory.skill("nine")
        assert record is not None
        assert (record.uses, record.permissions) == (["factor"], [f"read:{data}"])
        assert asked == [(f"read:{data}",)] * 2
        assert made.call("nine", [2]).value == 18
        assert sorted(made.library.closure("nine")) == ["factor", "nine"]


def test_a_module_that_would_come_to_use_itself_is_told_so(tmp_path: Path) -> None:
    """The next candidate does without."""
    with agent(
        tmp_path,
        "def one(n):\n    return n + 1",
        "from one import one\n\n\ndef two(n):\n    return one(one(n))",
        "def one(n):\n    from two import two\n    return two(n) - 1",
        "def one(n):\n    return 1 + n",
    ) as made:
        assert made.run("Write a function one(n). one(2) == 3").ok
        assert made.run("Write a function two(n). two(2) == 4").ok
        outcome = made.run("Write a function one(n). one(2) == 3", fresh=True)
        assert (outcome.status, outcome.iterations, outcome.skill) == ("working", 2, "one")
        assert any("one → two → one" in failure.error for failure in made.memory.failures())


@pytest.mark.parametrize("status", ["working", "untested"])
def test_keeping_twice_keeps_once(tmp_path: Path, status: str) -> None:
    """A node that is run again after a crash finds what it kept."""
    from apprentice.cancellation import CancelToken
    from apprentice.graph.keep import keep
    from apprentice.graph.state import Given, GivenExample, SkillState, Spec

    with agent(tmp_path, "def double(n):\n    return 2 * n") as made:
        state = SkillState(
            run_id="1",
            goal="Double",
            skill="double",
            spec=Spec(function="double"),
            given=Given(examples=[GivenExample(source="double(2) == 4")], required=["double"]),
            code="def double(n):\n    return 2 * n\n",
        )
        parts = made._parts(CancelToken())
        first = keep(state, parts, status)  # type: ignore[arg-type]
        assert keep(state, parts, status) == first  # type: ignore[arg-type]
        assert [(r.name, r.version) for r in made.memory.skills()] == [("double", 1)]
        assert made.library.versions.numbers("double") == [1]
