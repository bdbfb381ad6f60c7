"""The next step is chosen from facts, and a repair is asked for with facts: never with a test that is held out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.graph.course import Course, next_course
from apprentice.graph.prompts import diagnose_messages, repair_messages
from apprentice.graph.proving import _votes
from apprentice.graph.standing import Standing
from apprentice.graph.state import Attempt, Fact, Given, GivenExample, SkillState, Source, Spec
from apprentice.graph.told import held_out, told
from apprentice.models.scripted import ScriptedChatModel
from tests.graph.story import GOAL, PLAN, RIGHT

NAMES = [f"test_{word}" for word in ("empty", "one", "two", "spaces", "upper", "dots")]
TESTS = "from slug import slug\n" + "".join(
    f"\n\ndef {name}():\n    assert slug('{name}') == '{name}!'\n" for name in NAMES
)
HIDDEN = sorted(held_out(TESTS))
SEEN = [name for name in NAMES if name not in HIDDEN]


def fact(name: str, passed: bool, source: Source = "generated") -> Fact:
    return Fact(name=name, source=source, passed=passed, message="" if passed else f"{name} saw 'x'")


def state_of(*facts: Fact, tests: str = TESTS, **changes: Any) -> SkillState:
    attempt = Attempt(
        iteration=1, mode="fresh", angle=0, code="def slug(text): return text", facts=list(facts)
    )
    return SkillState(
        run_id="r", goal=GOAL, skill="slug", iteration=1, tests=tests, attempts=[attempt],
        given=Given(examples=[GivenExample(source="slug('A b') == 'a-b'")]), **changes,
    )  # fmt: skip


def course(state: SkillState, *, voted: bool = True, small: bool = False) -> Course:
    return next_course(state, small=small, repairs_per_attempt=2, max_iterations=12, voted=voted)


def of(names: Sequence[str], *, failing: Sequence[str] = ()) -> list[Fact]:
    return [fact(name, name not in failing) for name in names]


def test_a_third_of_the_written_tests_is_held_out_the_same_ones_each_time() -> None:
    """None of two, one of three; by their names alone, so that a run that goes on holds out the same."""
    assert [len(held_out("".join(f"def {name}(): pass\n" for name in NAMES[:n]))) for n in range(7)] == [
        0, 0, 0, 1, 1, 1, 2,
    ]  # fmt: skip
    assert held_out(TESTS.replace("!", "?")) == held_out(TESTS)
    agreed = "".join(f"\ndef test_agreed_{n}(): pass\n" for n in range(9))
    assert held_out(TESTS + agreed) == held_out(TESTS), "those made where candidates agree change nothing"
    in_class = "class TestA:\n" + "".join(f"    def {name}(self): pass\n" for name in NAMES[:3])
    assert all(name.startswith("TestA.test_") for name in held_out(in_class))


def test_prompts_tell_all_that_the_user_gave_and_of_written_tests_those_that_are_seen() -> None:
    """Not the held-out ones, whatever their name's form in the report; not those that aren't believed any more."""
    hidden, seen = HIDDEN[0], SEEN
    state = state_of(
        fact("example_1", False, "example"),
        fact(hidden, False, "user_test"),
        fact(f"{hidden}[1]", False),
        *of(seen[:2], failing=seen[:2]),
        dropped={seen[0]: "disbelieved"},
    )
    assert [(one.name, one.source) for one in told(state, state.attempts[0]).facts] == [
        ("example_1", "example"), (hidden, "user_test"), (seen[1], "generated"),
    ]  # fmt: skip


def test_a_repair_prompt_shows_no_held_out_test() -> None:
    """Neither its failure nor its text nor its name, nor that there is one more."""
    state = state_of(fact("example_1", True, "example"), *of(NAMES, failing=NAMES), base=1, mode="repair")
    spec = Spec(function="slug")
    for messages in (repair_messages(state, spec), diagnose_messages(state, spec, state.attempts[0])):
        text = "\n".join(content for _, content in messages)
        assert SEEN[0] in text
        assert not any(re.search(rf"\b{name}\b", text) for name in HIDDEN)
    assert f"1 of {1 + len(SEEN)} tests passed" in repair_messages(state, spec)[-1][1]


@pytest.mark.parametrize("voted", [True, False])
def test_what_fails_held_out_tests_only_is_left_for_a_fresh_attempt(voted: bool) -> None:
    """There is nothing to repair it with."""
    chosen = course(state_of(fact("example_1", True, "example"), *of(NAMES, failing=HIDDEN)), voted=voted)
    assert (chosen.mode, chosen.base) == ("fresh", 0)


def test_what_fails_the_users_example_is_repaired() -> None:
    """The ground truth says so, whatever the written tests say; the reason tells no held-out test."""
    state = state_of(fact("example_1", False, "example"), *of(NAMES, failing=HIDDEN))
    chosen = course(state)
    assert (chosen.mode, chosen.base, chosen.detail) == ("repair", 1, "repair: example_1 saw 'x'")
    assert course(state, small=True).mode == "fresh"


def test_what_fails_written_tests_only_is_repaired_only_where_no_votes_are_taken() -> None:
    """A model's tests may be wrong: another candidate, to compare it with, says more than a repair fitted to them."""
    state = state_of(fact("example_1", True, "example"), *of(NAMES, failing=SEEN[:1]))
    assert course(state, voted=True).mode == "fresh"
    assert course(state, voted=False).mode == "repair"


def test_without_anything_given_only_what_passes_nothing_is_repaired() -> None:
    """A module that passes no test at all is broken; one that passes some stands beside others."""
    broken, partly = state_of(*of(NAMES, failing=NAMES)), state_of(*of(NAMES, failing=SEEN[:1]))
    assert (course(broken).mode, course(partly).mode) == ("repair", "fresh")


def test_a_disbelieved_test_is_no_reason_for_a_repair() -> None:
    """It was dropped because candidates agree against it."""
    state = state_of(
        fact("example_1", True, "example"), *of(SEEN, failing=SEEN[:1]), dropped={SEEN[0]: "why"}
    )
    assert course(state, voted=False).mode == "fresh"


def test_the_best_attempt_is_not_repaired_at_the_end_where_it_fails_written_tests_only() -> None:
    """The last iterations follow the same rule."""
    state = state_of(fact("example_1", True, "example"), *of(NAMES, failing=SEEN[:1]))
    worse = Attempt(
        iteration=11, mode="repair", angle=0, code="def slug(t): pass", facts=[fact("example_1", False, "example")]
    )  # fmt: skip
    late = state.model_copy(update={"attempts": [*state.attempts, worse], "repairs": 2, "iteration": 11})
    assert course(late, voted=True).mode == "fresh"
    assert (course(late, voted=False).mode, course(late, voted=False).base) == ("repair", 1)


def test_the_proof_says_how_many_tests_no_prompt_has_seen() -> None:
    """They say more than those that a repair was made with."""
    standing = Standing(sizes=(2,), beliefs=(0.95,))
    (rung,) = [rung for rung in _votes(standing, 5, 2, 1) if rung.name == "tests"]
    assert rung.fact == "5 written tests hold, 2 of them seen by no prompt; 1 not believed"


WRONG = "```python\ndef slug(text: str) -> str:\n    words = text.split()\n    return '-'.join(words)\n```"


def prompts_of(workspace: Path, wrong: str = WRONG, **settings: Any) -> list[str]:
    """The coder's prompts of a run that gives a wrong module first."""
    model = ScriptedChatModel.model_validate(
        {
            "rules": [
                {"role": "planner", "replies": [PLAN]},
                {"role": "tester", "replies": [f"```python\n{TESTS}```"]},
                {"role": "coder", "match": r"tests passed\. These failed", "replies": [RIGHT]},
                {"role": "coder", "replies": [wrong, RIGHT]},
            ]
        }
    )
    with Agent(workspace=workspace, model=model, max_iterations=3, profile="large", **settings) as made:
        made.run(GOAL)
    return [
        "\n".join(text for _, text in prompt) for prompt in model.prompts if "Find the cause" in prompt[-1][1]
    ]


def test_a_repair_is_asked_for_with_what_ran_in_the_failing_call(tmp_path: Path) -> None:
    """The user's failing call, with the values at its lines; the held-out tests stay out of sight."""
    first = prompts_of(tmp_path)[0]
    assert (
        "What ran in slug('A b'), by line number, with the values that changed:\n"
        "    2: words = ['A', 'b']\n    3: returned 'A-b'\n"
    ) in first
    assert SEEN[0] in first
    assert not any(re.search(rf"\b{name}\b", first) for name in HIDDEN)


def test_traces_can_be_left_out(tmp_path: Path) -> None:
    """To measure what they bring."""
    found = prompts_of(tmp_path, without="traces")
    assert found
    assert not any("What ran in" in prompt for prompt in found)


def test_a_module_that_cannot_be_imported_is_repaired_without_a_trace(tmp_path: Path) -> None:
    """Nothing ran in the call."""
    found = prompts_of(tmp_path, WRONG.replace("def ", "import nothing_such\n\n\ndef ", 1))
    assert found
    assert "What ran in" not in found[0]


def test_what_was_granted_is_not_used_once_more_for_a_trace(tmp_path: Path) -> None:
    """Code that may write would write twice."""
    folder = tmp_path / "out"
    folder.mkdir()
    wrong = (
        "```python\ndef slug(text: str) -> str:\n"
        f"    with open('{folder}/log.txt', 'a', encoding='utf-8') as log:\n        log.write(text)\n    return text\n```"
    )
    model = ScriptedChatModel.model_validate(
        {
            "rules": [
                {"role": "planner", "replies": [PLAN]},
                {"role": "tester", "replies": [f"```python\n{TESTS}```"]},
                {"role": "coder", "match": r"tests passed\. These failed", "replies": [RIGHT]},
                {"role": "coder", "replies": [wrong]},
            ]
        }
    )
    with Agent(workspace=tmp_path / "w", model=model, max_iterations=2, profile="large") as made:
        made.run(GOAL, permissions=[f"write:{folder}"])
    assert (folder / "log.txt").read_text(encoding="utf-8").count("A b") == 1
    repairs = [prompt[-1][1] for prompt in model.prompts if "Find the cause" in prompt[-1][1]]
    assert repairs
    assert "What ran in" not in repairs[0]
