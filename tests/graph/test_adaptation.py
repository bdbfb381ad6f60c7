"""Skills are generalised: the old tests hold on and the new examples hold; where both can't be, a new skill is made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from apprentice.agent import Agent
from apprentice.errors import UsageError
from apprentice.graph.claims import Claim, claims_of_examples, claims_of_tests, contradiction
from apprentice.graph.state import GivenExample
from apprentice.models.scripted import ScriptedChatModel
from apprentice.runs import RunOutcome
from benchmarks.adaptation import CASES, Case, holds, improve, learn, replies
from tests.graph.test_run import code


def files_of(workspace: Path, skill: str) -> dict[str, bytes]:
    """All files of a skill, by name."""
    tests = workspace / "tests"
    paths = [workspace / "skills" / f"{skill}.py", tests / f"test_{skill}.py"]
    return {path.name: path.read_bytes() for path in [*paths, *sorted(tests.glob(f"test_{skill}_given*"))]}


def entry(agent: Agent, skill: str) -> str:
    """The record of a skill as text."""
    (found,) = (s for s in agent.memory.read()["skills"] if s["name"] == skill)
    return json.dumps(found, sort_keys=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("profile", ["small", "large"])
def test_a_skill_is_generalised(case: Case, profile: str, tmp_path: Path) -> None:
    """Version 2 holds the old tests, run again as they were, and the new examples; the record tells what it was."""
    with Agent(workspace=tmp_path, model=replies(case), profile=profile) as agent:
        first = learn(agent, case)
        assert first.ok, first.reason
        before = agent.memory.skill(case.skill)
        assert before is not None
        old_tests = agent.library.tests(case.skill)
        outcome = improve(agent, case)
        assert (outcome.status, outcome.skill, outcome.adaptation) == ("working", case.skill, "adapted")
        assert outcome.iterations == case.iterations
        module = agent.library.code(case.skill)
        for text in old_tests.values():
            assert agent.sandbox.run_tests(case.skill, modules={case.skill: module}, tests=text).ok
        assert holds(agent, case)
        record = agent.memory.skill(case.skill)
        assert record is not None
        assert (record.version, record.status, record.goal) == (2, "working", before.goal)
        assert record.created_at == before.created_at
        assert record.examples == [*before.examples, *case.new]
        assert [(g.version, g.request, g.description) for g in record.generalised] == [
            (2, case.request, before.description)
        ]
        assert [s["name"] for s in agent.memory.read()["skills"]] == [case.skill]
        # What is kept beside the module holds both, too.
        for text in agent.library.tests(case.skill).values():
            assert agent.sandbox.run_tests(case.skill, modules={case.skill: module}, tests=text).ok


def test_there_are_many_kinds_of_cases() -> None:
    """Twelve kinds of generalisation at least, each with old and new examples of its own."""
    assert len({case.name for case in CASES}) == len(CASES) >= 12
    assert all(case.old and case.new for case in CASES)


DOUBLE = "Write a function double(n) that doubles a number. double(2) == 4"
ONCE = "def double(n):\n    return 2 * n"
NEVER = "def double(n, times=2):\n    return None"


def script(*modules: str) -> ScriptedChatModel:
    """A model that gives the first module for the goal, and then the others, the last again and again."""
    texts = [code(module) for module in modules]
    given: list[int] = []

    def respond(prompt: object, role: str) -> str:
        given.append(1)
        return texts[min(len(given), len(texts)) - 1]

    return ScriptedChatModel(respond=respond)


def made(workspace: Path, *modules: str, **settings: object) -> Agent:
    """An agent that has learnt `double`."""
    agent = Agent(workspace=workspace, model=script(ONCE, *modules), profile="small", **settings)
    assert agent.run(DOUBLE).ok
    return agent


def unchanged(agent: Agent, workspace: Path, request: str) -> RunOutcome:
    """Improve `double`, and see that files and record of the old one are as they were, to the byte."""
    files, record = files_of(workspace, "double"), entry(agent, "double")
    outcome = agent.improve("double", request)
    assert files_of(workspace, "double") == files
    assert entry(agent, "double") == record
    return outcome


def test_what_a_skill_does_already_needs_no_model(tmp_path: Path) -> None:
    """No call, no iteration, no new version: the outcome says that it was generic."""
    with made(tmp_path) as agent:
        outcome = unchanged(agent, tmp_path, "It should take a float, too. double(1.5) == 3.0")
    assert (outcome.status, outcome.adaptation, outcome.skill) == ("working", "reused", "double")
    assert (outcome.usage["calls"], outcome.iterations) == (0, 0)
    assert "nothing was changed" in outcome.reason


@pytest.mark.parametrize(
    "request_text",
    ["Doubling squares now: double(2) == 5", "By name: double(n=2) == 5", "double(2) raises ValueError"],
)
def test_contradicting_examples_make_a_new_skill_at_once(request_text: str, tmp_path: Path) -> None:
    """The same call with another result can't be generalised: no attempt is wasted on it."""
    raising = "def double(n):\n    if n == 2:\n        raise ValueError(n)\n    return n"
    other = "def double(n):\n    return 2 * n + 1" if "5" in request_text else raising
    with made(tmp_path, other) as agent:
        outcome = unchanged(agent, tmp_path, request_text)
        assert (outcome.status, outcome.skill, outcome.adaptation) == ("working", "double_2", "new"), outcome
        assert outcome.usage["calls"] == 1
        assert "double(2) == 4" in outcome.reason
        assert agent.call("double", [2]).value == 4
        record = agent.memory.skill("double_2")
    assert record is not None
    assert (record.version, record.function) == (1, "double")


def test_a_model_that_always_breaks_old_tests_makes_a_new_skill(tmp_path: Path) -> None:
    """After three candidates that do what is asked and fail the same old test, the best of them is a skill of its own."""
    breaking = [f"def double(n, times={3 + n}):\n    return n * times" for n in range(3)]
    with made(tmp_path, *breaking) as agent:
        outcome = unchanged(agent, tmp_path, "Multiply by any number. double(2, 5) == 10")
        assert (outcome.status, outcome.skill, outcome.adaptation) == ("working", "double_2", "new")
        assert outcome.iterations == 3
        assert "test_example_1" in outcome.reason
        assert agent.call("double_2", [2, 5]).value == 10
        assert agent.call("double", [2]).value == 4
        assert "from double_2 import double" in agent.library.tests("double_2")["test_double_2.py"]


def test_a_model_that_never_succeeds_leaves_the_skill_alone(tmp_path: Path) -> None:
    """The run failed, and says so; the skill works on."""
    with made(tmp_path, NEVER, max_iterations=4) as agent:
        outcome = unchanged(agent, tmp_path, "Multiply by any number. double(2, 5) == 10")
        assert (outcome.status, outcome.skill) == ("failed", "double")
        assert [d["status"] for d in agent.memory.read()["directives"]] == ["completed", "failed"]
        assert agent.call("double", [2]).value == 4


def test_without_anything_new_to_prove_it_a_working_version_is_not_replaced(tmp_path: Path) -> None:
    """Tests of a model that the old version passes, too, don't show that the new one does more."""
    tests = "from double import double\n\n\ndef test_1():\n    assert double(5) == 10"
    with made(tmp_path, tests, ONCE + "  # faster") as agent:
        outcome = unchanged(agent, tmp_path, "Make it work for more.")
    assert outcome.status == "failed"
    assert "does more than before" in outcome.reason


def test_the_old_tests_of_the_user_and_of_the_model_bind_the_new_version(tmp_path: Path) -> None:
    """A test file of the user's is run unchanged, and both stay beside the new version."""
    mine = "from double import double\n\n\ndef test_mine():\n    assert double(10) == 20  # mine\n"
    wrong = "def double(n, times=2):\n    return 4 if n == 2 and times == 2 else n * times - (n == 10)"
    right = "def double(n, times=2):\n    return n * times"
    with Agent(workspace=tmp_path, model=script(ONCE, wrong, right), profile="small") as agent:
        assert agent.run(DOUBLE, tests=mine).ok
        outcome = agent.improve("double", "Multiply by any number.", examples=["double(3, 3) == 9"])
        assert (outcome.status, outcome.iterations, outcome.adaptation) == ("working", 2, "adapted")
        kept = agent.library.tests("double")
        (failure,) = agent.memory.read()["failures"]
    assert mine in kept.values()
    assert "double(2) == 4" in kept["test_double.py"]
    assert "double(3, 3) == 9" in kept["test_double.py"]
    assert "test_mine" in failure["error"]


def test_a_skill_is_generalised_twice(tmp_path: Path) -> None:
    """Each version holds what all before it held."""
    second = "def double(n, times=2):\n    return n * times"
    third = "def double(n, times=2, plus=0):\n    return n * times + plus"
    with made(tmp_path, second, third) as agent:
        assert agent.improve("double", "Multiply by any number. double(2, 5) == 10").ok
        assert agent.improve("double", "Add a number, too. double(2, plus=1) == 5").ok
        record = agent.memory.skill("double")
        text = agent.library.tests("double")["test_double.py"]
    assert record is not None
    assert (record.version, [g.version for g in record.generalised]) == (3, [2, 3])
    assert record.examples == ["double(2) == 4", "double(2, 5) == 10", "double(2, plus=1) == 5"]
    assert record.signature == "double(n, times=2, plus=0)"
    assert text.count("def test_") == 3


def test_a_function_of_the_users_is_never_rewritten(tmp_path: Path) -> None:
    """What the user brought to be used as it is stays so: what is asked beyond it is a skill of its own."""
    with made(tmp_path, "def double(n, times=2):\n    return n * times") as agent:
        record = agent.memory.skill("double")
        assert record is not None
        agent.memory.put_skill(record.model_copy(update={"origin": "tool"}))
        outcome = unchanged(agent, tmp_path, "Multiply by any number. double(2, 5) == 10")
        assert (outcome.status, outcome.skill, outcome.adaptation) == ("working", "double_2", "new")
        assert "function of yours" in outcome.reason


@pytest.mark.parametrize("file", ["skills/double.py", "tests/test_double.py"])
def test_a_skill_that_no_longer_parses_is_left_as_it_is(file: str, tmp_path: Path) -> None:
    """A file that a hand broke costs no traceback, and isn't written over."""
    with made(tmp_path, "def double(n, times=2):\n    return n * times") as agent:
        (tmp_path / file).write_text("def (:\n", encoding="utf-8")
        outcome = unchanged(agent, tmp_path, "Multiply by any number. double(2, 5) == 10")
        assert (outcome.status, outcome.skill) == ("working", "double_2")
        assert "not valid Python" in outcome.reason


def test_tests_of_a_model_that_contradict_the_old_ones_are_not_used(tmp_path: Path) -> None:
    """They would make every right candidate fail; those whose names are taken get other names."""
    tests = (
        "from double import double\n\n\ndef test_more():\n    assert double(3, 3) == 9\n\n\n"
        "def test_wrong():\n    assert double(n=2) == 5"
    )
    plan = json.dumps(
        {"function": "double", "behaviour": "Multiplies a number, by two unless told otherwise."}
    )
    first = "from double import double\n\n\ndef test_more():\n    assert double(4) == 8"
    given = {"planner": [plan] * 2, "tester": [code(first), code(tests)]}
    given["coder"] = [code(ONCE), code("def double(n, times=2):\n    return n * times")]
    model = ScriptedChatModel(respond=lambda prompt, role: given[role].pop(0))
    with Agent(workspace=tmp_path, model=model, profile="large") as agent:
        assert agent.run(DOUBLE).ok
        outcome = agent.improve("double", "Multiply by any number. double(2, 5) == 10")
        text = agent.library.tests("double")["test_double.py"]
        record = agent.memory.skill("double")
    assert (outcome.status, outcome.iterations, outcome.adaptation) == ("working", 1, "adapted")
    assert ["test_wrong" in text, "def test_more()" in text, "def test_more_2()" in text] == [
        False,
        True,
        True,
    ]
    assert record is not None
    assert record.description == "Multiplies a number, by two unless told otherwise."


P = ["n", "unit"]


@pytest.mark.parametrize(
    ("old", "new", "clash"),
    [
        ("f(1) == 2", "f(1) == 3", True),
        ("f(1) == 2", "f(n=1) == 3", True),
        ("f(1, 'K') == 2", "f(unit='K', n=1) == 3", True),
        ("f(1) == 2", "f(1) == 2.0", False),
        ("f(1) == 2", "f(1.0) == 3", False),
        ("f(1) == 2", "f(1, 'K') == 3", False),
        ("f(1) == 2", "f(1) != 2", True),
        ("f(1)", "not f(1)", True),
        ("f(1)", "f(1) == 0", True),
        ("f(1)", "f(1) == 5", False),
        ("not f(1)", "f(1) == []", False),
        ("f(1) is None", "f(1) == 1", True),
        ("2 == f(1)", "f(1) == 3", True),
        ("f(1) raises ValueError", "f(1) == 3", True),
        ("f(1) raises ValueError", "f(1) raises TypeError", True),
        ("f(1) raises LookupError", "f(1) raises KeyError", False),
        ("f(1) raises Own", "f(1) raises KeyError", False),
        ("f([1, 2])[0] == 1", "f([1, 2])[0] == 2", False),
        ("f(g(1)) == 1", "f(g(1)) == 2", False),
        ("f(1) < 2", "f(1) == 3", False),
    ],
)
def test_what_can_not_both_hold(old: str, new: str, clash: bool) -> None:
    """Only what is certain counts: the same call with literals, and claims of which one excludes the other."""

    def claims(text: str) -> list[Claim]:
        source, _, raises = text.partition(" raises ")
        return claims_of_examples([GivenExample(source=source, raises=raises)], "f", P)

    assert (contradiction(claims(old), claims(new)) is not None) is clash


def test_claims_of_a_test_file() -> None:
    """Plain asserts and expected errors claim something; tests that prepare something first don't."""
    text = (
        "import pytest\n\ndef test_a():\n    assert f(1) == 2\n\ndef test_b():\n    with pytest.raises(KeyError):\n"
        "        f(2)\n\ndef test_c(tmp_path):\n    x = prepare()\n    assert f(3) == 4\n\n"
        "class TestD:\n    def test_e(self):\n        assert not f(4)\n"
    )
    found = claims_of_tests(text, "f", P)
    assert [(c.call, c.kind, c.test) for c in found] == [
        ("f(n=1)", "equals", "test_a"),
        ("f(n=2)", "raises", "test_b"),
        ("f(n=4)", "false", "TestD.test_e"),
    ]
    unsteady = [*found, *claims_of_examples([GivenExample(source="f(1) == 3")], "f", P)]
    assert contradiction(unsteady, found) is None, "tests that disagree themselves say nothing"


def test_an_unknown_skill_is_one_clear_line(tmp_path: Path) -> None:
    """Nothing is written down for it."""
    with made(tmp_path) as agent:
        with pytest.raises(UsageError, match="no skill 'triple'"):
            agent.improve("triple", "More. triple(1) == 3")
        assert len(agent.memory.read()["directives"]) == 1


def test_the_coder_sees_the_module_and_what_must_stay(tmp_path: Path) -> None:
    """Both profiles show the old code; the large one also says which calls must go on working, in every prompt."""
    case = CASES[0]
    for profile in ("small", "large"):
        model = replies(case)
        with Agent(workspace=tmp_path / profile, model=model, profile=profile) as agent:
            learn(agent, case)
            seen = len(model.prompts)
            improve(agent, case)
        asked = [prompt[-1][1] for prompt in model.prompts[seen:]]
        assert case.first.strip() in asked[-1]
        assert case.old[0] in asked[-1]
        if profile == "large":
            assert all(case.old[0] in text for text in asked)
            assert not any(case.first.strip() in text for text in asked[:-1]), "tests are written without it"
