"""What is marked working was voted for, and what nothing decides is asked of a person."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.errors import UsageError
from apprentice.graph.proving import extended_tests
from apprentice.graph.state import QuestionRequest
from apprentice.graph.write import names_of_tests
from apprentice.models.scripted import ScriptedChatModel

GOAL = "Write a function is_leap(year) that tells whether a year is a leap year. is_leap(2024) == True"
CENTURIES = "def is_leap(year):\n    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)"
CENTURIES_TOO = "def is_leap(year):\n    if year % 400 == 0:\n        return True\n    return year % 100 != 0 and year % 4 == 0"
FOURTH = "def is_leap(year):\n    return year % 4 == 0"
EVEN = "def is_leap(year):\n    return year % 2 == 0"


def coder(*codes: str) -> Callable[[list[Any], str], str]:
    """Gives the modules in turn, the last one again and again."""
    left: Iterator[str] = iter(codes)
    last = codes[-1]

    def respond(prompt: list[Any], role: str) -> str:
        nonlocal last
        last = next(left, last)
        return f"```python\n{last}\n```"

    return respond


def agent(workspace: Path, *codes: str, **settings: Any) -> Agent:
    """An agent that asks for proof as users get it by default."""
    settings = {"profile": "small", "proof": "standard", **settings}
    return Agent(workspace=workspace, model=ScriptedChatModel(respond=coder(*codes)), **settings)


def test_candidates_that_agree_are_believed_and_a_lone_one_is_not(tmp_path: Path) -> None:
    """One example of a truth value tells little; three different modules that behave alike tell more."""
    with agent(
        tmp_path, FOURTH, CENTURIES, CENTURIES_TOO, CENTURIES_TOO.replace("400", "200 + 200 * 1"), CENTURIES
    ) as made:
        outcome = made.run(GOAL)
        record = made.memory.skill("is_leap")
    assert outcome.iterations > 1
    assert record is not None
    assert record.proof is not None
    if outcome.ok:
        assert "400" in (tmp_path / "skills" / "is_leap.py").read_text(encoding="utf-8")
        rungs = {rung.name: rung.held for rung in record.proof.rungs}
        assert rungs["red"]
        assert rungs["given"]
        assert rungs["agreement"]
        assert record.proof.belief is not None
        assert record.proof.belief >= 0.9


def test_a_person_decides_where_candidates_differ(tmp_path: Path) -> None:
    """The answer becomes an example, is kept with the skill, and the candidates that don't hold it are out."""
    asked: list[QuestionRequest] = []

    def answer(request: QuestionRequest) -> str:
        asked.append(request)
        years = int(request.call.partition("(")[2].rstrip(")"))
        return str(years % 4 == 0 and (years % 100 != 0 or years % 400 == 0))

    with agent(tmp_path, EVEN, CENTURIES, EVEN, CENTURIES_TOO, CENTURIES, on_question=answer) as made:
        outcome = made.run(GOAL)
        record = made.memory.skill("is_leap")
    assert asked
    assert set(asked[0].values) == {"True", "False"}
    assert asked[0].skill == "is_leap"
    assert outcome.ok
    assert record is not None
    assert f"{asked[0].call} == " in " ".join(record.examples)
    assert "% 4" in (tmp_path / "skills" / "is_leap.py").read_text(encoding="utf-8")


def test_without_a_person_the_question_is_kept_and_answered_later(tmp_path: Path) -> None:
    """The skill stays untested until then."""
    with agent(tmp_path, EVEN, FOURTH, max_iterations=4) as made:
        outcome = made.run(GOAL)
        assert outcome.status == "untested"
        (name,) = made.questions()
        question = made.questions()[name]
        assert set(question.values) == {"True", "False"}
        kept = (tmp_path / "skills" / f"{name}.py").read_text(encoding="utf-8")
        with pytest.raises(UsageError, match="can't be read"):
            made.answer(name, "neither of them (")
        with pytest.raises(UsageError, match="no open question"):
            made.answer("other", "True")
        scope: dict[str, Any] = {}
        exec(kept, scope)
        argument = int(question.call.partition("(")[2].rstrip(")"))
        report = made.answer(name, str(scope["is_leap"](argument)))
        assert report.ok
        assert made.questions() == {}
    memory = json.loads((tmp_path / "memory.json").read_text(encoding="utf-8"))
    assert memory["skills"][0]["examples"][-1].startswith(question.call)


def test_what_answers_from_memory_is_refused(tmp_path: Path) -> None:
    """It holds the example, and nothing else could tell."""
    cheat = "def is_leap(year):\n    if year == 2024:\n        return True\n    return None"
    with agent(tmp_path, cheat, max_iterations=3) as made:
        outcome = made.run(GOAL)
    assert outcome.status == "failed"


def test_results_that_change_from_run_to_run_are_refused(tmp_path: Path) -> None:
    """All candidates agree, but not with themselves."""
    unsteady = "def is_leap(year):\n    return year % 4 == 0 and (year < 3000 or hash(str(year)) % 2 == 0)"
    with agent(tmp_path, unsteady, max_iterations=6) as made:
        assert not made.run(GOAL).ok


def test_a_stricter_level_asks_for_more(tmp_path: Path) -> None:
    """What is enough for `basic` is not for `strict`."""
    for level, working in (("basic", True), ("strict", False)):
        with agent(tmp_path / level, FOURTH, max_iterations=2, proof=level) as made:
            assert made.run(GOAL).ok is working


def test_candidates_that_differ_at_a_bound_of_their_code_are_not_taken_for_alike(tmp_path: Path) -> None:
    """No usual input reaches 4250, where one of them is wrong: it is found by the numbers in the code."""
    goal = (
        "Write a function fee(grams): 0 up to 4250 grams, else 7. fee(10) == 0, fee(9000) == 7, fee(200) == 0"
    )
    wrong = "def fee(grams):\n    return 7 * (grams >= 4250)"
    right = "def fee(grams):\n    return 7 if grams > 4250 else 0"
    again = "def fee(grams):\n    return 0 if grams <= 4250 else 7"
    with agent(tmp_path, wrong, right, again, again.replace("else 7", "else 3 + 4")) as made:
        outcome = made.run(goal)
    assert outcome.ok
    assert ">= 4250" not in (tmp_path / "skills" / "fee.py").read_text(encoding="utf-8")


def test_a_coroutine_function_is_proven_and_its_tests_pass_under_plain_pytest(tmp_path: Path) -> None:
    """What the sandbox awaits by itself, the kept tests await, too: those given, those agreed on, those added later."""
    codes = (
        "async def double(n):\n    return 2 * n",
        "import asyncio\nasync def double(n):\n    await asyncio.sleep(0)\n    return n + n",
        "async def double(n: int) -> int:\n    return n * 2",
    )
    goal = "Write an async function double(n) that returns twice n. asyncio.run(double(4)) == 8"
    with agent(tmp_path, *codes) as made:
        outcome = made.run(goal)
        report = made.add_examples("double", ["await double(10) == 20", "1 <= double(1) <= 2"])
    assert outcome.status == "working"
    assert report.ok
    tests = (tmp_path / "tests" / "test_double.py").read_text(encoding="utf-8")
    assert "test_agreed_1" in tests
    result = subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", "-q", str(tmp_path), "-p", "no:cacheprovider"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_agreed_tests_are_numbered_on_from_those_that_are_there() -> None:
    """Added twice, each keeps a name of its own: none hides another."""
    once = extended_tests("from double import double", ["double(1) == 2", "double(2) == 4"])
    twice = extended_tests(once, ["asyncio.run(double(3)) == 6"])
    assert names_of_tests(twice) == ["test_agreed_1", "test_agreed_2", "test_agreed_3"]
    assert twice.startswith("import asyncio\nfrom double import double\n")
    gap = twice.replace("def test_agreed_2():\n    assert double(2) == 4\n", "")
    assert names_of_tests(extended_tests(gap, ["double(9) == 18"]))[-1] == "test_agreed_4"
