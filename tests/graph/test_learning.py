"""Lessons: what is learnt from a run, where it is shown, what it saves, and that a wrong one does no lasting harm."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.graph.distil import pattern_lesson
from apprentice.memory import LessonRecord, MemoryStore
from apprentice.models.base import Message
from apprentice.models.scripted import ScriptedChatModel, ScriptedReply
from benchmarks.lessons import ONE_FAMILY, TASKS, WRONG, Stubborn, sequence
from tests.graph.killed import start
from tests.graph.story import write_story

GOAL = "Write add_up(text): the sum of the numbers in a comma-separated text. add_up('1, ,2') == 3"
MISTAKE = "def add_up(text):\n    return sum(int(part) for part in text.split(','))"
RIGHT = "def add_up(text):\n    return sum(int(part) for part in text.split(',') if part.strip())"
SIGNATURE = "test|ValueError|invalid literal for int() with base 0: _"


def coder(*modules: str, analyst: str | ScriptedReply = "") -> ScriptedChatModel:
    """A model whose coder gives these modules, one a call, and then the last again."""
    left = list(modules)

    def respond(prompt: list[Message], role: str) -> str | ScriptedReply:
        if role == "analyst":
            return analyst
        if role != "coder":
            return "nothing of use"
        return f"```python\n{left.pop(0) if len(left) > 1 else left[0]}\n```"

    return ScriptedChatModel(respond=respond)


def agent(workspace: Path, model: ScriptedChatModel, **settings: Any) -> Agent:
    """An agent with the large profile unless told otherwise."""
    return Agent(workspace=workspace, model=model, **{"profile": "large", **settings})


def coders_prompts(model: ScriptedChatModel, text: str) -> list[bool]:
    """For each prompt of the coder, whether its last question has this text."""
    system = "You are a careful Python engineer"
    return [text in prompt[-1][1] for prompt in model.prompts if prompt[0][1].startswith(system)]


def test_goals_take_fewer_iterations_with_lessons() -> None:
    """The same goals, the same model that repeats its mistakes: what it learns at one goal it is told at the next."""
    tasks = [task for task in TASKS if task.family in ("blank items", "missing field", "rounding", "case")][
        :5
    ]
    off = sequence("off", tasks, lessons=False)
    on = sequence("on", tasks, lessons=True)
    assert off.working == on.working == len(tasks)
    assert off.iterations == (3,) * len(tasks)
    assert sum(on.iterations) <= sum(off.iterations) - len(tasks) // 2
    assert all(taken <= usual for taken, usual in zip(on.iterations, off.iterations, strict=True))
    assert on.calls < off.calls


def test_a_wrong_lesson_fades_and_does_no_lasting_harm() -> None:
    """It is shown three times; from then on each goal takes what it takes without it."""
    tasks = ONE_FAMILY[:5]
    without = sequence("without", tasks, lessons=True)
    planted = sequence("planted", tasks, lessons=True, plant=WRONG)
    assert planted.working == len(tasks)
    assert planted.faded == 3
    assert planted.iterations[planted.faded :] == without.iterations[planted.faded :]


def test_a_wrong_lesson_that_leads_to_another_error_fades_too(tmp_path: Path) -> None:
    """It is not only the error which the lesson is about that speaks against it."""
    wrong = LessonRecord(
        id="wrong", text="Numbers in a text: use `text.numbers()`.", signature=SIGNATURE, goal=GOAL
    )
    misled = Stubborn(ONE_FAMILY)

    def respond(prompt: list[Message], role: str) -> str:
        said = prompt[-1][1]
        if role == "coder" and "text.numbers()" in said:
            name = said.partition("Write ")[2].partition("(")[0]
            return f"```python\ndef {name}(text):\n    return text.numbers()\n```"
        return misled(prompt, role)

    with agent(tmp_path, ScriptedChatModel(respond=respond)) as made:
        made.memory.put_lesson(wrong)
        for task in ONE_FAMILY[:4]:
            assert made.run(task.goal).ok
        kept = next(lesson for lesson in made.memory.lessons() if lesson.id == "wrong")
    assert kept.faded
    assert kept.shown <= 4


def test_what_made_the_difference_is_kept_with_its_facts(tmp_path: Path) -> None:
    """Error, signature and difference come from what ran; the failure has the same signature."""
    with agent(tmp_path, coder(MISTAKE, RIGHT)) as made:
        assert made.run(GOAL).iterations == 2
        (lesson,) = made.memory.lessons()
        (failure,) = made.memory.failures()
    assert failure.signature == lesson.signature == SIGNATURE
    assert lesson.text == (
        "add_up('1, ,2') raised ValueError: invalid literal for int() with base 10: ' '. "
        "The module that passed has `if part.strip()`."
    )
    assert (lesson.kind, lesson.error_type, lesson.skill, lesson.times) == (
        "failure",
        "ValueError",
        "add_up",
        1,
    )
    assert "+    return sum(int(part)" in lesson.code


def test_a_run_without_failures_teaches_nothing(tmp_path: Path) -> None:
    """No noise."""
    with agent(tmp_path, coder(RIGHT)) as made:
        assert made.run(GOAL).ok
        assert made.memory.lessons() == []


def test_what_tells_nothing_is_not_kept(tmp_path: Path) -> None:
    """Another number, and a module written anew: that is no lesson, nor is a line with another constant."""
    anew = (
        "import re\n\n\ndef add_up(text):\n    total = 0\n    for found in re.finditer(r'[0-9]+', text):\n"
        "        if found and found.group() != '':\n            total += int(found.group()) * 1\n"
        "    return abs(total) if isinstance(total, int) and total >= 0 else 0"
    )
    for number, (wrong, right) in enumerate(
        (
            ("def add_up(text):\n    return len(text) * 10", anew),
            (
                "def add_up(text):\n    x = 30\n    return len(text) - x",
                "def add_up(text):\n    x = 2\n    return len(text) - x",
            ),
        )
    ):
        with agent(tmp_path / str(number), coder(wrong, right)) as made:
            assert made.run(GOAL).iterations == 2
            assert made.memory.lessons() == []


def test_a_goal_that_failed_in_an_earlier_run_teaches_when_it_passes(tmp_path: Path) -> None:
    """The lesson is drawn from the failure that was kept, once."""
    with agent(tmp_path, coder(MISTAKE), max_iterations=1) as made:
        assert not made.run(GOAL).ok
        assert made.memory.lessons() == []
    for _ in range(2):
        with agent(tmp_path, coder(RIGHT)) as made:
            assert made.run(GOAL).ok
            (lesson,) = made.memory.lessons()
            assert (lesson.signature, lesson.times) == (SIGNATURE, 1)
            assert lesson.text.startswith("add_up('1, ,2') raised ValueError")


def test_lessons_are_shown_for_a_goal_and_for_an_error(tmp_path: Path) -> None:
    """By the goal in the first prompt, by the error's signature in the repair of an unlike goal; never with them off."""
    text = "Skip what is blank."
    about_goal = LessonRecord(id="g", text=text, goal=GOAL, signature="other")
    about_error = LessonRecord(
        id="e", text=text, goal="Read a file", signature=SIGNATURE, error_type="ValueError"
    )
    for number, (lesson, on, expected) in enumerate(
        (
            (about_goal, True, [True, False]),
            (about_error, True, [False, True]),
            (about_goal, False, [False, False]),
        )
    ):
        model = coder(MISTAKE, RIGHT)
        with agent(tmp_path / str(number), model, lessons=on) as made:
            made.memory.put_lesson(lesson)
            assert made.run(GOAL).iterations == 2
            kept = next(one for one in made.memory.lessons() if one.id == lesson.id)
        assert coders_prompts(model, text) == expected
        assert kept.shown == int(on)
        assert kept.helped == int(lesson is about_error)


def test_lessons_keep_within_their_budget(tmp_path: Path) -> None:
    """As many as the tokens allow, the most relevant first; none with a budget of none."""
    for tokens, most in ((0, 0), (60, 1), (400, 4)):
        model = coder(RIGHT)
        with agent(tmp_path / str(tokens), model, lesson_tokens=tokens) as made:
            for number in range(6):
                made.memory.put_lesson(
                    LessonRecord(id=str(number), text=f"Advice {number} " + "x" * 130, goal=GOAL)
                )
            assert made.run(GOAL).ok
        assert model.prompts[-1][-1][1].count("- Advice") == most


def test_a_small_models_first_prompt_is_left_as_it_is(tmp_path: Path) -> None:
    """It gets one lesson about its very error, in every other prompt."""
    model = coder(MISTAKE, MISTAKE + "\n", RIGHT)
    lesson = LessonRecord(
        id="e", text="Skip what is blank.", signature=SIGNATURE, goal=GOAL, error_type="ValueError"
    )
    with agent(tmp_path, model, profile="small") as made:
        made.memory.put_lesson(lesson)
        assert made.run(GOAL).iterations == 3
        (kept, *_) = made.memory.lessons()
    assert ["Note: Skip what is blank." in prompt[-1][1] for prompt in model.prompts] == [False, True, False]
    assert (kept.shown, kept.useless) == (1, 1)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Skip blank parts before int().", "Skip blank parts before int()."),
        ("One is enough. Two as well. Three are too many.", "One is enough. Two as well."),
        ("```python\nx = 1\n```", ""),
        ("", ""),
        (ScriptedReply(text="Never", error="timeout"), ""),
        (ScriptedReply(text="Cut off in the midd", done_reason="length"), ""),
        ("word " * 100, ""),
    ],
)
def test_the_analysts_words_are_used_only_where_they_can_be(
    tmp_path: Path, said: str | ScriptedReply, kept: str
) -> None:
    """At most two sentences of plain text; else the words that were computed."""
    with agent(tmp_path, coder(MISTAKE, RIGHT, analyst=said), distill=True, model_retries=0) as made:
        assert made.run(GOAL).ok
        (lesson,) = made.memory.lessons()
    assert lesson.text == kept if kept else lesson.text.startswith("add_up('1, ,2') raised")


def test_an_approach_that_passed_where_others_failed_is_a_pattern(tmp_path: Path) -> None:
    """What it does that none of the others did."""
    approaches = (
        "def add_up(text):\n    return text.count(',')",
        "def add_up(text):\n    return len(text.split())",
        "import re\n\n\ndef add_up(text):\n    return sum(map(int, re.findall(r'[0-9]+', text)))",
    )
    with agent(tmp_path, coder(*approaches), profile="small") as made:
        assert made.run(GOAL).iterations == 3
        patterns = [lesson for lesson in made.memory.lessons() if lesson.kind == "pattern"]
    (pattern,) = patterns
    assert "re.findall" in pattern.text
    assert "which none of 2 other approaches did" in pattern.text


def test_building_on_a_skill_of_the_library_is_a_pattern(tmp_path: Path) -> None:
    """It is worth knowing that there is one to build on; a module that stands alone says nothing."""
    found = pattern_lesson(
        failing=[],
        passing="from add_up import add_up",
        used={"add_up"},
        goal=GOAL,
        skill="mean",
        mark="run:pattern",
    )
    assert found is not None
    assert found.text.endswith("a module works that imports the skill `add_up` of the library.")
    assert pattern_lesson(failing=[], passing=RIGHT, used=(), goal=GOAL, skill="mean", mark="x") is None
    with agent(tmp_path, coder(RIGHT)) as made:
        made.memory.put_lesson(found)
        assert made.run(GOAL).ok
        assert made.memory.lessons()[0].helped == 1


@pytest.mark.parametrize(
    "moment", ["analyze.lesson_kept", "keep.recorded", "analyze.learnt", "analyze.after:3"]
)
def test_a_killed_run_learns_once(moment: str, tmp_path: Path) -> None:
    """Whenever it is killed, its lessons are there once, counted once."""
    workspace, model = tmp_path / "workspace", write_story(tmp_path)
    assert start(workspace, model, "run", crash=moment).code == -signal.SIGKILL
    resumed = start(workspace, model, "resume")
    assert resumed.code == 0, resumed.output
    lessons = MemoryStore(workspace / "memory.json").lessons()
    assert lessons
    assert len({lesson.id for lesson in lessons}) == len(lessons)
    assert {lesson.times for lesson in lessons} == {1}
