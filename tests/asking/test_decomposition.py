"""Requests of several steps, with a scripted model at the boundary and everything else real."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.asking.answer import Answer
from apprentice.asking.plan import Plan
from apprentice.events import Event, RequestFinished, RequestPlanned, StepFinished
from tests.asking.library import add_skill, add_skills
from tests.asking.stories import STORIES, Story, model, of, plan, step


def opened(workspace: Path, *plans: dict[str, Any] | str, **settings: Any) -> Agent:
    """An agent with the library of these tests and a model that plans like this."""
    settings = {"model": model(plans), "profile": "large", "embedding_model": "none", **settings}
    agent = Agent(workspace=workspace, **settings)
    add_skills(agent)
    return agent


def attached(folder: Path, files: Any) -> list[Path]:
    """The files of a story, written down."""
    paths = []
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
        paths.append(folder / name)
    return paths


def how(answer: Answer) -> dict[str, str]:
    """The facts of the steps as stories hold them."""
    return {s.id: f"{s.how} {'cached' if s.cached else s.status}" for s in answer.steps}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_request_is_answered_by_its_steps(story: Story, tmp_path: Path) -> None:
    """The answer is what the skills compute, and each step's facts say how it came about."""
    events: list[Event] = []
    with opened(
        tmp_path / "w",
        model=model(story.plans, story.new, story.verdicts),
        on_event=events.append,
        max_iterations=3,
    ) as agent:
        answer = agent.ask(story.request, files=attached(tmp_path, story.files))
    assert (answer.value, answer.status) == (story.value, "failed" if story.reason else "answered"), (
        answer.reason
    )
    assert how(answer) == dict(story.steps)
    assert story.reason in answer.reason
    assert "\n" not in answer.reason
    for ran in (s for s in answer.steps if s.status == "ok" and not s.cached):
        assert ran.seconds > 0
        assert ran.isolation
        assert ran.version >= 1
    last = Plan.model_validate(story.plans[-1])
    assert tuple(map(tuple, last.waves(list(story.files)))) == story.waves
    planned = [event for event in events if isinstance(event, RequestPlanned)]
    assert len(planned) == (3 if story.reason else len(story.plans))
    (finished,) = [event for event in events if isinstance(event, RequestFinished)]
    assert finished.status == answer.status
    record = json.loads((tmp_path / "w" / "requests" / f"{answer.run_id}.json").read_text(encoding="utf-8"))
    assert record == json.loads(json.dumps(answer.as_dict()))


def test_the_stories_are_as_many_and_as_long_as_promised() -> None:
    """At least fifteen, each of two to five steps, with names of their own."""
    assert len(STORIES) >= 15
    assert len({story.name for story in STORIES}) == len(STORIES)
    assert all(2 <= len(each["steps"]) <= 5 for story in STORIES for each in story.plans)


MEET = '''import os
import time


def meet(folder: str, me: str, other: str) -> bool:
    """Leave a mark, and wait for another's."""
    with open(os.path.join(folder, me), "w") as file:
        file.write("here")
    for _ in range(100):
        if os.path.exists(os.path.join(folder, other)):
            return True
        time.sleep(0.1)
    return False
'''


def test_steps_that_dont_need_each_other_run_at_the_same_time(tmp_path: Path) -> None:
    """Each waits for the other's mark: one after the other, the first would never see it."""
    marks = tmp_path / "marks"
    marks.mkdir()
    both = plan(
        step("s1", "meet", folder=str(marks), me="a", other="b"),
        step("s2", "meet", folder=str(marks), me="b", other="a"),
        step("s3", "join_texts", items=["met", "both"], separator=" "),
        answer="s1",
    )
    with opened(tmp_path / "w", both) as agent:
        add_skill(agent, "meet", MEET)
        answer = agent.ask("Let two steps meet and then say it", permissions=[f"write:{marks}"])
    assert answer.ok, answer.reason
    assert [s.value for s in answer.steps] == [True, True, "met both"]


def test_the_elements_of_a_list_run_at_the_same_time(tmp_path: Path) -> None:
    """As steps do; the results are in the list's order whoever is ready first."""
    marks = tmp_path / "marks"
    marks.mkdir()
    module = MEET.replace("me: str, other: str", "me: str").replace(
        "    for _ in", '    other = "b" if me == "a" else "a"\n    for _ in'
    )
    each = plan(
        step("s1", "meet", folder=str(marks), me=["a", "b"], for_each="me"),
        step("s2", "total", numbers=of("s1")),
    )
    with opened(tmp_path / "w", each) as agent:
        add_skill(agent, "meet", module)
        answer = agent.ask("Let each of them meet, then count them", permissions=[f"write:{marks}"])
    assert answer.steps[0].value == [True, True], answer.reason


def test_a_finished_call_is_not_made_again_by_a_new_plan(tmp_path: Path) -> None:
    """Its result is taken from before, also under another id; the failing call ran once a plan."""
    log = tmp_path / "log"
    log.mkdir()
    counted = '''import os


def counted(folder: str, value: int) -> int:
    """Leave a mark for each call."""
    with open(os.path.join(folder, f"{value}"), "a") as file:
        file.write("x")
    return 10 // value
'''
    first = plan(
        step("s1", "counted", folder=str(log), value=5),
        step("s2", "counted", folder=str(log), value=0),
        step("s3", "total", numbers=[of("s1"), of("s2")]),
    )
    second = plan(
        step("a", "counted", folder=str(log), value=5),
        step("b", "total", numbers=[of("a"), 1]),
    )
    with opened(tmp_path / "w", first, second) as agent:
        add_skill(agent, "counted", counted)
        answer = agent.ask("Count 5 and 0 and then add them", permissions=[f"write:{log}"])
    assert answer.value == 3, answer.reason
    assert how(answer) == {"a": "reused cached", "b": "reused ok"}
    assert (log / "5").read_text() == "x"
    assert (log / "0").read_text() == "x"


def test_the_planner_is_told_what_went_wrong_and_what_is_done(tmp_path: Path) -> None:
    """The next plan is made with the step's error and the results that are there."""
    scripted = model(STORIES[[s.name for s in STORIES].index("a step that fails is planned anew")].plans)
    with opened(tmp_path / "w", model=scripted) as agent:
        assert agent.ask("Count the words of 'a b c d' and then share them out").ok
    plans = [prompt[-1][1] for prompt in scripted.prompts if "You plan how" in prompt[0][1]]
    assert len(plans) == 2
    assert "What went wrong" not in plans[0]
    assert "Step s2 (divide): ZeroDivisionError" in plans[1]
    assert 'word_count@1({"text": "a b c d"}) gave 4' in plans[1]


def test_an_attached_file_can_be_read_and_not_written(tmp_path: Path) -> None:
    """The wall refuses, and the file is as it was."""
    file = tmp_path / "notes.txt"
    file.write_text("as it was")
    wanted = plan(
        step("s1", "read_text", path={"file": "notes.txt"}),
        step("s2", "write_text", path={"file": "notes.txt"}, text="changed"),
    )
    with opened(tmp_path / "w", wanted, max_replans=0) as agent:
        answer = agent.ask("Read notes.txt and then change it", files=[file])
    assert [s.status for s in answer.steps] == ["ok", "failed"]
    assert answer.steps[0].value == "as it was"
    assert "PermissionError" in answer.reason or "Read-only" in answer.reason
    assert file.read_text() == "as it was"


def test_no_step_reads_a_file_that_was_not_attached(tmp_path: Path) -> None:
    """A path in the request is not leave to read it."""
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden")
    wanted = plan(step("s1", "read_text", path=str(secret)), step("s2", "upper_text", text=of("s1")))
    with opened(tmp_path / "w", wanted, max_replans=0) as agent:
        answer = agent.ask("Read the secret and then write it in capitals")
    assert answer.status == "failed"
    assert "hidden" not in json.dumps(answer.as_dict())


def test_a_new_file_is_kept_with_the_workspace_and_named_in_the_answer(tmp_path: Path) -> None:
    """A step that gives no value still says where its file is."""
    module = '''def save(path: str, text: str) -> None:
    """Write a text into a file."""
    with open(path, "w") as file:
        file.write(text)
'''
    wanted = plan(
        step("s1", "upper_text", text="abc"), step("s2", "save", path={"new_file": "o.txt"}, text=of("s1"))
    )
    with opened(tmp_path / "w", wanted) as agent:
        add_skill(agent, "save", module)
        answer = agent.ask("Write 'abc' in capitals and then save it as o.txt")
    assert answer.ok, answer.reason
    file = tmp_path / "w" / "files" / answer.run_id / "o.txt"
    assert file.read_text() == "ABC"
    assert str(file) in answer.text


def test_the_wave_after_a_failed_step_is_skipped_and_its_own_is_finished(tmp_path: Path) -> None:
    """What began beside the failing step is kept; nothing is run on its missing result."""
    events: list[Event] = []
    wanted = plan(
        step("s1", "divide", dividend=1, divisor=0),
        step("s2", "word_count", text="a b"),
        step("s3", "total", numbers=[of("s1"), of("s2")]),
    )
    with opened(tmp_path / "w", wanted, max_replans=0, on_event=events.append) as agent:
        answer = agent.ask("Divide 1 by 0, count 'a b', and then add them")
    assert how(answer) == {"s1": "reused failed", "s2": "reused ok", "s3": "reused skipped"}
    assert [event.step for event in events if isinstance(event, StepFinished)] == ["s1", "s2"]


def test_what_a_step_prints_is_kept_with_it(tmp_path: Path) -> None:
    """Log and value are apart; `for_each` keeps the logs of all its calls in order."""
    module = 'def loud(n: int) -> int:\n    """Say a number."""\n    print(f"n is {n}")\n    return n\n'
    wanted = plan(step("s1", "loud", n=[1, 2, 3], for_each="n"), step("s2", "total", numbers=of("s1")))
    with opened(tmp_path / "w", wanted) as agent:
        add_skill(agent, "loud", module)
        answer = agent.ask("Say each of 1, 2, 3 and then add them")
    assert answer.value == 6
    assert answer.steps[0].log == "n is 1\nn is 2\nn is 3\n"


def test_the_second_asking_of_a_new_skill_writes_no_code(tmp_path: Path) -> None:
    """What the first request made is in the library for the next one, in a new process."""
    story = next(story for story in STORIES if story.new and not story.verdicts and len(story.plans) == 1)
    with opened(tmp_path / "w", model=model(story.plans, story.new)) as agent:
        assert agent.ask(story.request).value == story.value
    reuse = json.loads(json.dumps(story.plans[0]))
    reuse["steps"][1] |= {"description": "", "signature": ""}
    scripted = model((reuse,), {})
    with Agent(workspace=tmp_path / "w", model=scripted, profile="large", embedding_model="none") as agent:
        again = agent.ask(story.request)
    assert again.value == story.value
    assert again.steps[1].how == "reused"
    assert len(scripted.prompts) <= 2, "a plan, and at most one short look of the search"
