"""What can't be used ends in one clear line; nothing is lost by it, and the record says how it ended."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.asking.answer import Answer
from apprentice.cancellation import CancelToken
from apprentice.errors import AgentError, ModelUnavailable, UsageError
from apprentice.models.scripted import ScriptedChatModel, ScriptedReply
from apprentice.sandbox.base import Example
from tests.asking.library import SKILLS, add_skill, add_skills
from tests.asking.stories import New, model, of, plan, step

REQUEST = "Reverse 'abc' and then write it in capital letters"


class House:
    """An agent in a workspace, and what must be the same after each request."""

    def __init__(self, folder: Path, *plans: dict[str, Any] | str, **settings: Any) -> None:
        self.folder = folder / "w"
        settings = {
            "model": model(plans),
            "profile": "large",
            "embedding_model": "none",
            "max_replans": 0,
            "max_iterations": 2,
            **settings,
        }
        self.agent = Agent(workspace=self.folder, **settings)
        add_skills(self.agent)
        self.before = self.kept()

    def kept(self) -> tuple[dict[str, str], list[dict[str, Any]]]:
        """The library's files and the skills' records, without what uses of them leave."""
        files = {
            str(path.relative_to(self.folder)): path.read_text(encoding="utf-8")
            for part in ("skills", "tests")
            for path in (self.folder / part).rglob("*.py")
        }
        memory = json.loads((self.folder / "memory.json").read_text(encoding="utf-8"))
        skills = [
            {key: value for key, value in record.items() if key not in ("runs", "answers", "updated_at")}
            for record in memory["skills"]
        ]
        return files, skills

    def add(self, name: str, code: str, **record: object) -> None:
        """One more skill."""
        add_skill(self.agent, name, code, **record)
        self.before = self.kept()

    def fails(self, *expected: str, request: str = REQUEST, **more: Any) -> Answer:
        """Ask; the answer must be one clear line with these words, and nothing else may have changed."""
        answer = self.agent.ask(request, **more)
        assert answer.status == "failed", answer
        assert_clear(answer.reason, *expected)
        assert self.kept() == self.before
        record = self.record(answer.run_id)
        assert (record["status"], record["reason"]) == ("failed", answer.reason)
        self.works_still()
        return answer

    def works_still(self) -> None:
        """The next use of a skill is as good as ever."""
        assert self.agent.call("reverse_text", "abc").value == "cba"

    def record(self, run_id: str) -> dict[str, Any]:
        """What was written down of a request."""
        text = (self.folder / "requests" / f"{run_id}.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found


def assert_clear(line: str, *expected: str) -> None:
    """One line of a length that can be read, in words, without a traceback."""
    for text in expected:
        assert text in line
    assert line.strip()
    assert "\n" not in line
    assert len(line) < 700
    assert "Traceback" not in line


def two(second: dict[str, Any]) -> dict[str, Any]:
    """A plan of two steps, of which the first is right."""
    return plan(step("s1", "reverse_text", text="abc"), second)


PLANS: dict[str, tuple[dict[str, Any] | str, tuple[str, ...]]] = {
    "unknown skill": (
        two(step("s2", "shout", text=of("s1"))),
        ("Step s2 (shout)", "no skill 'shout'", "fit best are: "),
    ),
    "a skill that is no name": (
        two(step("s2", "../../etc/passwd", text=of("s1"))),
        ("no skill '../../etc/passwd'",),
    ),
    "wrong type": (
        two(step("s2", "divide", dividend="abc", divisor=2)),
        ("Step s2 (divide)", "'dividend' of divide must be float", '"abc"'),
    ),
    "wrong type from a step": (
        two(step("s2", "total", numbers=of("s1"))),
        ("'numbers' of total must be list[float]", '"cba"'),
    ),
    "missing argument": (
        two(step("s2", "divide", dividend=1)),
        ("divide needs the argument 'divisor'", "divide(dividend: float, divisor: float)"),
    ),
    "unknown argument": (
        two(step("s2", "upper_text", text=of("s1"), loud=True)),
        ("upper_text takes no argument 'loud'", "upper_text(text: str)"),
    ),
    "missing step": (
        two(step("s2", "upper_text", text=of("s7"))),
        ("Step 's2' refers to the result of step 's7'", "The steps are: s1, s2."),
    ),
    "cycle": (
        plan(step("s1", "upper_text", text=of("s2")), step("s2", "upper_text", text=of("s1"))),
        ("cycle: s1, s2", "only refer to steps before it"),
    ),
    "itself": (plan(step("s1", "upper_text", text=of("s1"))), ("cycle: s1",)),
    "same id twice": (
        plan(step("s1", "upper_text", text="a"), step("s1", "upper_text", text="b")),
        ("two steps with the id 's1'", "id of its own"),
    ),
    "missing file": (
        two(step("s2", "read_text", path={"file": "nowhere.txt"})),
        ("'nowhere.txt', which is not attached", "--file"),
    ),
    "no list to do each of": (
        plan(step("s1", "upper_text", text="abc", for_each="text")),
        ("for each 'text'", "no list", "leave for_each empty"),
    ),
    "each of no argument": (
        plan(step("s1", "upper_text", text="abc", for_each="items")),
        ("for each 'items'", "Its arguments are: text."),
    ),
    "no part of a result": (
        two(step("s2", "upper_text", text=of("s1", "rows[0].name"))),
        ("result of step 's1' has no part 'rows[0].name'", "'cba'"),
    ),
    "a new file outside of its folder": (
        two(step("s2", "write_text", path={"new_file": "../../memory.json"}, text="x")),
        ("'../../memory.json' can't be the name of a new file", "plain name"),
    ),
    "no JSON": ("First I reverse it, then I write it in capitals.", ("gave no plan",)),
    "other JSON": ('{"answer": 42}', ("gave no plan", "steps")),
    "no steps": ('{"steps": []}', ("gave no plan", "steps")),
    "thirteen steps": (
        plan(*(step(f"s{number}", "upper_text", text="a") for number in range(13))),
        ("gave no plan", "12"),
    ),
    "a list too long to do each of": (
        plan(step("s1", "upper_text", text=[f"{number}" for number in range(1001)], for_each="text")),
        ("1,001 elements", "at most 1,000", "whole list"),
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_that_cant_be_used_is_one_line(name: str, tmp_path: Path) -> None:
    """Said with what would be right; no step of it that is wrong was run."""
    wanted, expected = PLANS[name]
    house = House(tmp_path, wanted)
    with house.agent:
        house.fails(*expected)


@pytest.mark.parametrize("name", ["unknown skill", "cycle", "missing step", "no JSON", "wrong type"])
def test_a_plan_that_cant_be_used_is_planned_anew(name: str, tmp_path: Path) -> None:
    """The planner is told what was wrong, in the same words, and the next plan is used."""
    right = two(step("s2", "upper_text", text=of("s1")))
    wanted, expected = PLANS[name]
    plans = (wanted, wanted, right) if name == "no JSON" else (wanted, right)
    scripted = model(plans)
    house = House(tmp_path, model=scripted, max_replans=1)
    with house.agent:
        answer = house.agent.ask(REQUEST)
    assert (answer.value, answer.ok) == ("CBA", True), answer.reason
    last = scripted.prompts[-1][-1][1]
    assert all(text in last for text in expected), last


def test_one_megabyte_of_arguments_simply_works(tmp_path: Path) -> None:
    """From the planner, and from step to step."""
    words = " ".join(f"{number:05}" for number in range(170_000))
    wanted = plan(step("s1", "upper_text", text=words), step("s2", "word_count", text=of("s1")))
    house = House(tmp_path, wanted)
    with house.agent:
        answer = house.agent.ask("Write these words in capitals and then count them")
    assert answer.value == 170_000, answer.reason
    assert house.kept() == house.before


def test_one_megabyte_in_the_request_simply_works(tmp_path: Path) -> None:
    """As a quoted text that the planner passes on."""
    house = House(tmp_path, plan(step("s1", "word_count", text="a b")))
    started = time.monotonic()
    with house.agent:
        try:
            answer = house.agent.ask(f"Count the words of '{'word ' * 200_000}' and then tell")
        except AgentError as error:
            assert_clear(str(error))
        else:
            assert answer.value == 2 or answer.reason
            assert_clear(answer.reason or "fine")
    assert time.monotonic() - started < 30


def test_twenty_megabytes_of_arguments_are_one_line(tmp_path: Path) -> None:
    """With what to do instead."""
    grow = 'def grow(n: int) -> list[str]:\n    """A long list."""\n    return ["x" * 1_000_000] * n\n'
    wanted = plan(step("s1", "grow", n=9), step("s2", "join_texts", items=[of("s1", "[0]")] * 20))
    house = House(tmp_path, wanted)
    with house.agent:
        house.add("grow", grow)
        house.fails("The arguments of join_texts have 20,", "bytes; at most", "Put the data into a file")


RESULTS = {
    "a set": ("{1, 2}", None),
    "an object": ("object()", None),
    "bytes": ("b'abc'", None),
    "a function": ("len", None),
    "not a number": ("float('nan')", None),
    "infinity": ("float('inf')", None),
    "a list in itself": ("(lambda a: a.append(a) or a)([])", None),
    "a very deep list": ("__import__('functools').reduce(lambda a, _: [a], range(100000), [])", None),
    "a key that is no text": ("{(1, 2): 3}", None),
    "half a character": ("'\\ud800'", None),
    "a number of 5000 digits": ("10 ** 5000", None),
}


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_that_json_cant_hold_is_one_line_or_plain_json(name: str, tmp_path: Path) -> None:
    """Either the step fails and says so, or the value is a JSON value that the next step can have."""
    house = House(tmp_path, plan(step("s1", "odd", n=1), step("s2", "total", numbers=[1])))
    expression = RESULTS[name][0].replace("__import__('functools').", "")
    with house.agent:
        house.add(
            "odd",
            f'from functools import reduce\n\n\ndef odd(n: int):\n    """Something odd."""\n    return n and {expression}\n',
        )
        answer = house.agent.ask("Do something odd and then do it again")
        if answer.ok:
            json.dumps(answer.as_dict(), allow_nan=False).encode()
        else:
            assert_clear(answer.reason, "Step s1 (odd)")
            assert "odd" in answer.reason
        assert house.kept() == house.before
        assert house.record(answer.run_id)["status"] == answer.status
        house.works_still()


def test_a_step_that_never_ends_is_stopped(tmp_path: Path) -> None:
    """At the run's own limit; the line says so."""
    house = House(
        tmp_path,
        plan(step("s1", "endless", n=1), step("s2", "total", numbers=[of("s1")])),
        execution_timeout=1,
    )
    with house.agent:
        house.add(
            "endless",
            'def endless(n: int) -> int:\n    """Never ends."""\n    while n:\n        n += 1\n    return n\n',
        )
        answer = house.fails("Step s1 (endless)", "longer than 1 s")
    assert [s.status for s in answer.steps] == ["failed", "skipped"]


def test_a_step_that_is_killed_is_one_line(tmp_path: Path) -> None:
    """It ends by no exception of its own: memory used up."""
    house = House(tmp_path, plan(step("s1", "eater", n=1)), max_memory_mb=128)
    with house.agent:
        house.add(
            "eater",
            'def eater(n: int) -> int:\n    """Eats memory."""\n    return len(bytearray(10 ** 9)) * n\n',
        )
        house.fails("Step s1 (eater)", "emory")


def test_a_step_that_ends_its_process_is_one_line(tmp_path: Path) -> None:
    """No result came, which is said."""
    house = House(tmp_path, plan(step("s1", "leaver", n=1)))
    with house.agent:
        house.add(
            "leaver", 'import sys\n\n\ndef leaver(n: int) -> int:\n    """Leaves."""\n    sys.exit(n)\n'
        )
        house.fails("Step s1 (leaver)")


def test_a_permission_that_is_refused_is_one_line(tmp_path: Path) -> None:
    """With the option that would allow it; nothing was run."""
    fetch = 'import urllib.request\n\n\ndef fetch(n: int) -> int:\n    """Fetch a page."""\n    return len(urllib.request.urlopen("http://example.com/").read()) + n\n'
    house = House(tmp_path, plan(step("s1", "reverse_text", text="abc"), step("s2", "fetch", n=1)))
    with house.agent:
        house.add("fetch", fetch)
        answer = house.fails(
            "Step s2 (fetch)", "needs an approval, which was not given", "--allow network:example.com"
        )
    assert answer.steps[1].seconds == 0


@pytest.mark.parametrize("request_", ["", "   \n\t ", "\0\0"])
def test_an_empty_request_is_refused(request_: str, tmp_path: Path) -> None:
    """Before anything is done for it."""
    house = House(tmp_path)
    with house.agent, pytest.raises(UsageError) as caught:
        house.agent.ask(request_)
    assert_clear(str(caught.value), "The request is empty.", "What is 15 percent of 300?")
    assert house.kept() == house.before


def test_a_request_of_three_megabytes_is_refused(tmp_path: Path) -> None:
    """With what to do instead."""
    house = House(tmp_path)
    with house.agent, pytest.raises(UsageError) as caught:
        house.agent.ask("x" * 3_000_000)
    assert_clear(str(caught.value), "3,000,000 bytes", "--file")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"files": ["/nowhere/a.txt"]}, "can't be read"),
        ({"files": ["/"]}, "not a file"),
        ({"files": ["a\0b"]}, "can't be read"),
        ({"permissions": ["nonsense"]}, "no permission"),
        ({"examples": ["two"]}, "can't be read"),
    ],
)
def test_what_comes_with_a_request_is_checked_first(
    more: dict[str, Any], expected: str, tmp_path: Path
) -> None:
    """One line, and no call of the model."""
    scripted = model((two(step("s2", "upper_text", text=of("s1"))),))
    house = House(tmp_path, model=scripted)
    with house.agent, pytest.raises(UsageError) as caught:
        house.agent.ask(REQUEST, **more)
    assert_clear(str(caught.value), expected)
    assert scripted.prompts == []
    assert house.kept() == house.before


def test_surrogates_and_control_characters_in_a_request_do_no_harm(tmp_path: Path) -> None:
    """The record can be written whatever the terminal delivered."""
    house = House(tmp_path, two(step("s2", "upper_text", text=of("s1"))))
    with house.agent:
        answer = house.agent.ask("Reverse \udcff\x1b[2J 'abc' and then write it in capitals")
    assert answer.value == "CBA"
    assert house.record(answer.run_id)["value"] == "CBA"


def test_a_model_that_goes_down_in_the_middle_is_one_line(tmp_path: Path) -> None:
    """The skill that was being made is lost with nothing else; the record says why."""
    new = New("shout(text: str) -> str", "Adds an exclamation mark.", "", "")
    planned = model(
        (two(step("s2", "shout", description=new.behaviour, signature=new.signature, text=of("s1"))),)
    )

    def respond(prompt: list[Any], role: str) -> str | ScriptedReply | None:
        if "You plan how a request" in prompt[0][1] and planned.respond is not None:
            return planned.respond(prompt, role)
        return ScriptedReply(error="server down")

    house = House(tmp_path, model=ScriptedChatModel(respond=respond), model_retries=0)
    with house.agent:
        with pytest.raises(ModelUnavailable) as caught:
            house.agent.ask(REQUEST)
        assert_clear(str(caught.value))
        assert house.kept() == house.before
        (record,) = [
            json.loads(path.read_text(encoding="utf-8")) for path in (house.folder / "requests").iterdir()
        ]
        assert record["status"] == "failed", record
        assert_clear(record["reason"])
        house.works_still()


def test_a_stop_is_felt_within_a_second_of_a_step(tmp_path: Path) -> None:
    """Ctrl-C while a skill runs; what was done is written down, and the agent goes on."""
    house = House(tmp_path, plan(step("s1", "slow", n=1), step("s2", "total", numbers=[of("s1")])))
    marks = tmp_path / "marks"
    marks.mkdir()
    slow = 'import os\nimport time\n\n\ndef slow(folder: str) -> int:\n    """Waits."""\n    open(os.path.join(folder, "began"), "w").close()\n    time.sleep(12)\n    return 1\n'
    house.agent.close()
    house = House(
        tmp_path / "again",
        plan(step("s1", "slow", folder=str(marks)), step("s2", "total", numbers=[of("s1")])),
    )
    token = CancelToken()
    stopped: list[float] = []

    def stop() -> None:
        while not (marks / "began").exists():
            time.sleep(0.02)
        stopped.append(time.monotonic())
        token.cancel()

    with house.agent:
        house.add("slow", slow)
        thread = threading.Thread(target=stop)
        thread.start()
        answer = house.agent.ask("Wait and then add it", permissions=[f"write:{marks}"], cancel=token)
        thread.join()
        assert time.monotonic() - stopped[0] < 2
        assert answer.status == "stopped"
        assert_clear(answer.reason)
        assert house.record(answer.run_id)["status"] == "stopped"
        assert house.kept() == house.before
        house.works_still()


def test_a_stop_before_the_start_is_one_line(tmp_path: Path) -> None:
    """Nothing is planned or run."""
    scripted = model(())
    house = House(tmp_path, model=scripted)
    token = CancelToken()
    token.cancel()
    with house.agent:
        answer = house.agent.ask(REQUEST, cancel=token)
    assert answer.status == "stopped"
    assert scripted.prompts == []


def test_a_skill_whose_module_is_gone_is_one_line(tmp_path: Path) -> None:
    """Memory knows it, the library doesn't."""
    house = House(tmp_path, two(step("s2", "upper_text", text=of("s1"))))
    with house.agent:
        (house.folder / "skills" / "upper_text.py").unlink()
        house.before = house.kept()
        house.fails("upper_text")


def test_every_skill_of_these_tests_holds_its_own_fact(tmp_path: Path) -> None:
    """Else the answers of the tests would mean nothing."""
    house = House(tmp_path)
    with house.agent:
        for name, (code, fact) in SKILLS.items():
            report = house.agent.sandbox.run_tests(
                name, modules={name: code}, examples=[Example(source=fact, name="fact")]
            )
            assert report.ok, name
