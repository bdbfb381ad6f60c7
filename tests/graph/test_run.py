"""The way of a goal, with a scripted model at the boundary and everything else real."""

from __future__ import annotations

import errno
import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.cancellation import CancelToken
from apprentice.errors import ModelUnavailable, UsageError
from apprentice.events import BudgetWarning, Event, GoalFinished, ModelCalled, VerdictReached
from apprentice.graph import write
from apprentice.graph.state import ApprovalRequest, SkillState
from apprentice.interfaces import render
from apprentice.models.scripted import ScriptedChatModel, ScriptedReply
from apprentice.runs import RunOutcome
from tests.graph.story import GOAL, PLAN, RIGHT, RULES, TESTS

DOUBLE = "Write a function double(n) that doubles a number. double(2) == 4"


def code(body: str) -> str:
    """A reply with a module."""
    return f"```python\n{body}\n```"


def coder(*replies: str) -> ScriptedChatModel:
    """A small model that gives these modules, one a call, and then the last again."""
    texts = [code(reply) for reply in replies]
    numbers: Iterator[int] = iter(range(10_000))

    def respond(prompt: list[Any], role: str) -> str:
        return texts[min(next(numbers), len(texts) - 1)]

    return ScriptedChatModel(respond=respond)


def agent(workspace: Path, model: ScriptedChatModel, **settings: Any) -> Agent:
    """An agent with a small profile unless told otherwise."""
    return Agent(workspace=workspace, model=model, **{"profile": "small", **settings})


def run(workspace: Path, model: ScriptedChatModel, goal: str = DOUBLE, **settings: Any) -> RunOutcome:
    """Run one goal."""
    with agent(workspace, model, **settings) as made:
        return made.run(goal)


def test_a_goal_becomes_a_working_skill(tmp_path: Path) -> None:
    """Module, tests and record are kept, and the outcome says so."""
    with agent(tmp_path, coder("def double(n):\n    return 2 * n")) as made:
        outcome = made.run(DOUBLE)
        assert (outcome.ok, outcome.status, outcome.iterations, outcome.skill) == (
            True,
            "working",
            1,
            "double",
        )
        assert outcome.path == tmp_path / "skills" / "double.py"
        assert outcome.tests == {
            "passed": 1,
            "failed": 0,
            "passed_by": {"agent": 1, "run": 0},
            "names": ["example_1"],
        }
        assert outcome.usage["calls"] == 1
        assert (tmp_path / "tests" / "test_double.py").exists()
        assert made.call("double", [21]).value == 42
        assert made.call("double", {"n": 3}).value == 6
        assert made.call("double", 5).value == 10
        record = made.memory.read()["skills"][0]
        assert (record["name"], record["status"], record["isolation"]) == (
            "double",
            "working",
            made.sandbox.isolation,
        )


def test_the_large_profile_plans_writes_tests_and_repairs(tmp_path: Path) -> None:
    """A refused permission, a wrong module and its repair: three iterations, facts in the prompts, one record."""
    model = ScriptedChatModel.model_validate({"rules": RULES})
    with Agent(workspace=tmp_path, model=model) as made:
        outcome = made.run(GOAL)
        memory = made.memory.read()
    assert outcome.status == "working"
    assert outcome.iterations == 3
    assert outcome.tests["names"] == ["example_1", "test_empty", "test_three"]
    assert [(a["answer"], a["permissions"]) for a in memory["approvals"]] == [
        ("no", memory["approvals"][0]["permissions"])
    ]
    assert len(memory["failures"]) == 2
    texts = [prompt[-1][1] for prompt in model.prompts]
    assert "slug('A b') was 'A-b'" in " ".join(texts)
    assert len(set(texts)) == len(texts), "no prompt is asked twice"


def test_a_skill_tells_which_tests_passed_on_its_own_word(tmp_path: Path) -> None:
    """A test that compares two results of the skill was judged by the run, which its record and `:show` say."""
    tests = (
        "from double import double\ndef test_same():\n    assert double(2) == double(n=2)\n"
        "def test_value():\n    assert double(4) == 8\n"
    )
    with agent(tmp_path, coder("def double(n):\n    return 2 * n")) as made:
        outcome = made.run(DOUBLE, tests=tests)
        assert outcome.status == "working"
        assert outcome.tests["passed_by"] == {"agent": 2, "run": 1}
        assert made.memory.read()["skills"][0]["tests"]["passed_by"] == {"agent": 2, "run": 1}
        shown = render.skill(made, "double")
    assert "3 passed, 0 failed, 3 of them yours; 1 passed on the code's own word" in shown


def test_the_codes_own_word_alone_makes_no_working_skill(tmp_path: Path) -> None:
    """Tests of a model that only the run itself can judge are passed by an object that equals everything."""
    test = "from thing import thing\n\ndef test_all():\n    r = thing(4)\n    if r != 16:\n        raise AssertionError"
    liar = "class All:\n    def __init__(self, of):\n        self.of = of\n    def __eq__(self, other):\n        return len([other]) == 1\n    __ne__ = lambda self, other: len([other]) == 0\n\ndef thing(text):\n    return All(text)"
    model = ScriptedChatModel.model_validate(
        {
            "rules": [
                {"role": "planner", "replies": [PLAN.replace("slug", "thing")]},
                {"role": "tester", "replies": [code(test)]},
                {"role": "coder", "replies": [code(liar)]},
            ]
        }
    )
    with Agent(workspace=tmp_path, model=model) as made:
        outcome = made.run("Create a thing", skill_name="thing")
    assert outcome.status == "untested"
    assert "own word" in outcome.reason


def test_the_coder_never_sees_generated_tests_before_it_fails_them(tmp_path: Path) -> None:
    """Tests are written without sight of code, and code without sight of them."""
    model = ScriptedChatModel.model_validate({"rules": [*RULES[:2], {"role": "coder", "replies": [RIGHT]}]})
    with Agent(workspace=tmp_path, model=model) as made:
        assert made.run(GOAL).ok
    coder_prompt = "\n".join(text for _, text in model.prompts[-1])
    assert "test_three" not in coder_prompt
    assert "def slug" not in "\n".join(text for _, text in model.prompts[1])


def test_a_failing_skill_ends_at_its_budget_with_the_best_attempt(tmp_path: Path) -> None:
    """Twelve iterations at most, a warning at three quarters, and the user sees why."""
    events: list[Event] = []
    bodies = [f"def double(n):\n    return n + {number + 5}" for number in range(20)]
    outcome = run(tmp_path, coder(*bodies), on_event=events.append)
    assert (outcome.status, outcome.iterations) == ("failed", 12)
    assert "12 iterations" in outcome.reason
    assert "double(2)" in outcome.reason
    assert outcome.path == tmp_path / "attempts" / "double.py"
    assert not list((tmp_path / "skills").glob("*.py"))
    assert [event.budget for event in events if isinstance(event, BudgetWarning)] == ["iterations"]
    verdicts = [event for event in events if isinstance(event, VerdictReached)]
    assert len(verdicts) == 12
    memory = json.loads((tmp_path / "memory.json").read_text(encoding="utf-8"))
    assert memory["skills"][0]["status"] == "failed"
    assert len(memory["failures"]) == 12


def test_the_token_budget_ends_a_run(tmp_path: Path) -> None:
    """Tokens are a budget of their own."""
    outcome = run(tmp_path, coder("def double(n):\n    return n"), max_tokens=300)
    assert outcome.status == "failed"
    assert "tokens" in outcome.reason
    assert outcome.iterations < 12


def test_the_time_budget_ends_a_run_in_the_middle_of_a_call(tmp_path: Path) -> None:
    """Seconds are a budget too, and a goal that runs out of them is failed, not left running."""
    slow = ScriptedChatModel(replies=[ScriptedReply(text=code("def double(n):\n    return n"), delay=30)] * 3)
    outcome = run(tmp_path, slow, max_seconds=4)
    assert outcome.status == "failed"
    assert "seconds" in outcome.reason
    # The call that it ended has cost something, too.
    assert outcome.usage["calls"] >= 1
    assert outcome.usage["prompt_tokens"] > 0


def test_what_a_stopped_call_cost_is_told(tmp_path: Path) -> None:
    """Also where a person stopped it; what went before is counted once."""
    text = code("def double(n):\n    return n")
    slow = ScriptedChatModel(replies=[ScriptedReply(text=text), *[ScriptedReply(text=text, delay=30)] * 3])
    events: list[ModelCalled] = []
    token = CancelToken(seconds=4)
    with Agent(workspace=tmp_path, model=slow, profile="small") as made:
        made.events.subscribe(lambda event: events.append(event) if isinstance(event, ModelCalled) else None)
        outcome = made.run("Write a function double(n). double(2) == 4, double(3) == 6", cancel=token)
    assert outcome.status == "stopped"
    assert events
    assert outcome.usage["calls"] == len(events)
    assert outcome.usage["prompt_tokens"] == sum(event.prompt_tokens for event in events)
    assert outcome.usage["completion_tokens"] == sum(event.completion_tokens for event in events)


def test_a_constant_from_the_example_is_not_a_skill(tmp_path: Path) -> None:
    """A function that reads none of its arguments is refused, whatever examples it passes."""
    outcome = run(tmp_path, coder("def double(n):\n    return 4"), max_iterations=2)
    assert outcome.status == "failed"
    assert "reads none of its arguments" in outcome.reason


def test_tests_that_pass_without_the_skill_prove_nothing(tmp_path: Path) -> None:
    """Vacuous generated tests don't make a skill working."""
    vacuous = code("from thing import thing\n\n\ndef test_nothing():\n    assert True")
    model = ScriptedChatModel.model_validate(
        {
            "rules": [
                {"role": "planner", "replies": [PLAN.replace("slug", "thing")]},
                {"role": "tester", "replies": [vacuous]},
                {"role": "coder", "replies": [code("def thing(text):\n    return text")]},
            ]
        }
    )
    with Agent(workspace=tmp_path, model=model) as made:
        outcome = made.run("Create a thing", skill_name="thing")
    assert outcome.status == "untested"
    assert not outcome.ok


def test_a_wrong_generated_test_is_voted_down(tmp_path: Path) -> None:
    """Three different candidates that agree against a test outweigh it; what the user gave is never voted on."""
    wrong = TESTS.replace("'a-b-c'", "'abc'")
    modules = [
        code("def slug(text):\n    return '-'.join(text.lower().split())"),
        code("def slug(text):\n    words = text.lower().split()\n    return '-'.join(words)"),
        code("import re\n\n\ndef slug(text):\n    return re.sub(r'\\s+', '-', text.lower().strip())"),
    ]
    numbers = iter(range(100))

    def respond(prompt: list[Any], role: str) -> str | None:
        return {"planner": PLAN, "tester": wrong, "analyst": "Look again."}.get(role) or modules[
            min(next(numbers), 2)
        ]

    with Agent(workspace=tmp_path, model=ScriptedChatModel(respond=respond)) as made:
        outcome = made.run(GOAL)
        record = made.memory.read()["skills"][0]
    assert outcome.status == "working"
    assert list(record["tests"]["dropped"]) == ["test_three"]
    assert "agree" in record["tests"]["dropped"]["test_three"]
    assert "test_three" not in (tmp_path / "tests" / "test_slug.py").read_text(encoding="utf-8")


def test_a_result_of_chance_is_not_working(tmp_path: Path) -> None:
    """What passes once must pass again."""
    flaky = (
        "import os\n\n\ndef double(n):\n    import random\n    return 4 if random.random() < 0.5 else 5 + n"
    )
    outcomes = [run(tmp_path / str(number), coder(flaky), max_iterations=1) for number in range(6)]
    assert any(outcome.status == "failed" for outcome in outcomes)


def test_approval_once_lets_the_code_run(tmp_path: Path) -> None:
    """The person is shown what the code wants, and the answer is kept."""
    asked: list[ApprovalRequest] = []

    def approve(request: ApprovalRequest) -> str:
        asked.append(request)
        return "skill"

    module = "import subprocess\n\n\ndef double(n):\n    if n > 1000:\n        subprocess.run(['true'])\n    return 2 * n"
    with agent(tmp_path, coder(module), approver=approve) as made:
        outcome = made.run(DOUBLE)
        approvals = made.memory.read()["approvals"]
        again = made.call("double", [2])
    assert outcome.status == "working"
    assert len(asked) == 1
    assert "subprocess" in asked[0].code
    assert approvals[0]["answer"] == "skill"
    assert again.value == 4


def test_a_refusal_does_not_loop(tmp_path: Path) -> None:
    """A model that insists on what was refused is asked about once, and the run ends early."""
    asked: list[ApprovalRequest] = []

    def refuse(request: ApprovalRequest) -> str:
        asked.append(request)
        return "no"

    with agent(
        tmp_path,
        coder("import socket\n\n\ndef double(n):\n    socket.create_connection(('h', 1))\n    return 2 * n"),
        approver=refuse,
    ) as made:
        outcome = made.run(DOUBLE)
    assert outcome.status == "failed"
    assert len(asked) == 1
    assert outcome.iterations <= 4
    assert "refused" in outcome.reason


def test_what_is_never_allowed_is_told_to_the_model_and_never_run(tmp_path: Path) -> None:
    """The refusal becomes a constraint in the next prompt."""
    canary = tmp_path / "canary"
    model = ScriptedChatModel.model_validate(
        {
            "rules": [
                {"role": "planner", "replies": [PLAN]},
                {"role": "tester", "replies": [TESTS]},
                {"role": "coder", "match": "Not allowed|safety rules", "replies": [RIGHT]},
                {
                    "role": "coder",
                    "replies": [
                        code(
                            f"import os\n\n\ndef slug(text):\n    os.system('touch {canary}')\n    return text"
                        )
                    ],
                },
            ]
        }
    )
    with Agent(workspace=tmp_path / "w", model=model) as made:
        outcome = made.run(GOAL)
    assert outcome.status == "working"
    assert outcome.iterations == 2
    assert not canary.exists()


def test_a_pattern_that_the_user_appends_is_obeyed_by_the_next_run(tmp_path: Path) -> None:
    """DANGEROUS_PATTERNS is read at each run."""
    patterns: list[str] = []
    model = coder("def double(n):\n    return 2 * n")
    with Agent(
        workspace=tmp_path,
        model=model,
        profile="small",
        max_iterations=1,
        constants={"dangerous_patterns": patterns},
    ) as made:
        assert made.run(DOUBLE).ok
        patterns.append(r"return 2 \*")
        refused = made.run("Write a function twice(n). twice(2) == 4", skill_name="twice")
    assert refused.status == "failed"


def test_another_goal_never_clobbers_a_skill(tmp_path: Path) -> None:
    """The same name for another goal gets a number; the same goal makes a new version."""
    with agent(tmp_path, coder("def double(n):\n    return 2 * n")) as made:
        first = made.run(DOUBLE)
        other = made.run("Write double(n) for numbers, differently. double(3) == 6")
        again = made.run(DOUBLE, fresh=True)
        versions = {record["name"]: record["version"] for record in made.memory.read()["skills"]}
    assert (first.skill, other.skill, again.skill) == ("double", "double_2", "double")
    assert versions == {"double": 2, "double_2": 1}


def test_a_failed_second_try_leaves_a_working_skill_alone(tmp_path: Path) -> None:
    """What works is not put down because a later run did not."""
    run(tmp_path, coder("def double(n):\n    return 2 * n"))
    with agent(tmp_path, coder("def double(n):\n    return n"), max_iterations=1) as made:
        outcome = made.run(DOUBLE, fresh=True)
    assert outcome.status == "failed"
    memory = json.loads((tmp_path / "memory.json").read_text(encoding="utf-8"))
    assert memory["skills"][0]["status"] == "working"
    assert "2 * n" in (tmp_path / "skills" / "double.py").read_text(encoding="utf-8")


def test_a_goal_whose_model_is_down_stays_pending_and_is_resumed(tmp_path: Path) -> None:
    """Nothing that the user gave is lost."""
    down = ScriptedChatModel(replies=[ScriptedReply(error="server down")] * 9)
    with agent(tmp_path, down, model_retries=0) as made, pytest.raises(ModelUnavailable):
        made.run(DOUBLE)
    with agent(tmp_path, coder("def double(n):\n    return 2 * n")) as made:
        assert [d.status for d in made.memory.directives()] == ["pending"]
        assert [outcome.status for outcome in made.resume()] == ["working"]
        assert made.resume() == []


def test_cancel_stops_within_a_second_and_resume_goes_on(tmp_path: Path) -> None:
    """Ctrl-C in the middle of a model call."""
    token = CancelToken()
    slow = ScriptedChatModel(replies=[ScriptedReply(text="x", delay=60)])
    with agent(tmp_path, slow) as made:
        timer = threading.Timer(0.5, token.cancel)
        timer.start()
        outcome = made.run(DOUBLE, cancel=token)
        timer.join()
    assert outcome.status == "stopped"
    with agent(tmp_path, coder("def double(n):\n    return 2 * n")) as made:
        assert [outcome.status for outcome in made.resume()] == ["working"]


def test_a_batch_goes_on_after_a_goal_that_fails(tmp_path: Path) -> None:
    """One failing goal never stops the others, nor does one that can't even begin."""
    goals: Sequence[Any] = ["", "Write never(n). never(1) == 'x'", {"goal": DOUBLE, "skill_name": "twofold"}]

    def respond(prompt: list[Any], role: str) -> str:
        return code("def double(n):\n    return 2 * n") if "double" in prompt[-1][1] else "no idea"

    with agent(tmp_path, ScriptedChatModel(respond=respond), max_iterations=2) as made:
        outcomes = made.run_batch(goals)
    assert [outcome.status for outcome in outcomes] == ["failed", "failed", "working"]
    assert outcomes[2].skill == "twofold"


CRASHES = "Write crash(n). crash(1) == 'x'"


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the agent's own, that shows at one of the goals."""
    sound = write.usable_code

    def faulty(reply: str, state: SkillState, *args: Any, **options: Any) -> tuple[str, str]:
        if state.goal == CRASHES:
            raise KeyError("not\nforeseen")
        return sound(reply, state, *args, **options)

    monkeypatch.setattr(write, "usable_code", faulty)


def test_a_batch_goes_on_after_a_goal_that_ends_unexpectedly(tmp_path: Path, fault: None) -> None:
    """Its end is one line, is recorded, and it isn't begun again."""
    finished: list[GoalFinished] = []
    with agent(tmp_path, coder("def double(n):\n    return 2 * n")) as made:
        made.events.subscribe(
            lambda event: finished.append(event) if isinstance(event, GoalFinished) else None
        )
        outcomes = made.run_batch([CRASHES, DOUBLE])
        assert [outcome.status for outcome in outcomes] == ["failed", "working"]
        first, second = made.memory.directives()
        assert made.resume() == []
    assert "KeyError" in outcomes[0].reason
    assert "\n" not in outcomes[0].reason
    assert (first.status, first.reason) == ("failed", outcomes[0].reason)
    assert second.status == "completed"
    assert [(event.run_id, event.status) for event in finished] == [
        (first.id, "failed"),
        (second.id, "working"),
    ]


def test_resume_goes_on_after_a_goal_that_ends_unexpectedly(tmp_path: Path, fault: None) -> None:
    """What was interrupted after it isn't left lying."""
    token = CancelToken()
    token.cancel()
    with agent(tmp_path, coder("x = 1")) as made:
        assert made.run(CRASHES, cancel=token).status == "stopped"
        assert made.run(DOUBLE, cancel=token).status == "stopped"
    with agent(tmp_path, coder("def double(n):\n    return 2 * n")) as made:
        outcomes = made.resume()
        assert [outcome.status for outcome in outcomes] == ["failed", "working"]
        assert "KeyError" in outcomes[0].reason
        assert [directive.status for directive in made.memory.directives()] == ["failed", "completed"]


def test_a_goal_that_the_machine_ended_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is no fault of the goal."""
    sound = write.usable_code
    left = [OSError(errno.ENOSPC, "No space left on device")]

    def full(*args: Any, **options: Any) -> tuple[str, str]:
        if left:
            raise left.pop()
        return sound(*args, **options)

    monkeypatch.setattr(write, "usable_code", full)
    with agent(tmp_path, coder("def double(n):\n    return 2 * n")) as made:
        with pytest.raises(OSError, match="No space left"):
            made.run(DOUBLE)
        [kept] = made.memory.directives()
        assert (kept.status, "No space left" in kept.reason) == ("pending", True)
        assert [outcome.status for outcome in made.resume()] == ["working"]


@pytest.mark.parametrize("goal", ["", "   ", "\n\0"])
def test_an_empty_goal_is_refused(goal: str, tmp_path: Path) -> None:
    """One clear line, and nothing is recorded."""
    with agent(tmp_path, coder("x = 1")) as made:
        with pytest.raises(UsageError, match="empty"):
            made.run(goal)
        assert made.memory.directives() == []


def test_a_goal_that_the_model_cannot_read_whole_is_refused(tmp_path: Path) -> None:
    """100 kB of goal: said at once, not cut silently."""
    with agent(tmp_path, coder("x = 1"), num_ctx=4096) as made, pytest.raises(UsageError, match="tokens"):
        made.run("word " * 20_000)


def test_a_goal_in_another_script_works(tmp_path: Path) -> None:
    """The name is romanised, the goal kept as it is."""
    with agent(
        tmp_path,
        coder("def удвоить(n):\n    return 2 * n", "def udvoit(n):\n    return 2 * n"),
        max_iterations=2,
    ) as made:
        outcome = made.run("Напиши функцию udvoit(n), которая удваивает число. udvoit(2) == 4")
    assert outcome.status == "working"
    assert outcome.skill == "udvoit"
    assert "Напиши" in (tmp_path / "memory.json").read_text(encoding="utf-8")


def test_user_tests_are_run_and_kept_unchanged(tmp_path: Path) -> None:
    """A test file of the user's outranks everything and is kept to the letter."""
    text = "from double import double\n\n\ndef test_mine():\n    assert double(10) == 20  # mine\n"
    with agent(
        tmp_path, coder("def double(n):\n    return n + 2", "def double(n):\n    return 2 * n")
    ) as made:
        outcome = made.run("Double a number", skill_name="double", tests=text)
    assert outcome.status == "working"
    assert outcome.iterations == 2
    assert (tmp_path / "tests" / "test_double_given1.py").read_text(encoding="utf-8") == text


def test_execute_runs_any_code_behind_the_gate(tmp_path: Path) -> None:
    """What the rules refuse is not run."""
    with agent(tmp_path, coder("x = 1")) as made:
        assert made.execute("print(6 * 7)").stdout == "42\n"
        with pytest.raises(UsageError, match="refuse"):
            made.execute("import os\nos.system('true')")
        with pytest.raises(UsageError, match="approval"):
            made.execute("import subprocess\nsubprocess.run(['true'])")
