"""Lessons in memory.json: kept once, counted once, found by what they are about, faded when they don't help."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from apprentice.memory import LessonRecord, MemoryStore
from apprentice.memory.lessons import counted, learnt_again, lesson_id, nearest, same_lesson, score

VALUE_ERROR = "test|ValueError|invalid literal for int() with base 0: _"
STRIP = LessonRecord(
    id="strip",
    text="int(' ') raised ValueError. The module that passed has `if part.strip()`.",
    signature=VALUE_ERROR,
    error_type="ValueError",
    goal="Sum the numbers in a comma-separated text",
    code="+    return sum(int(part) for part in text.split(',') if part.strip())",
    difference=["+check:_.strip()", "+call:.strip"],
    counted=["run1:learnt:x"],
)
EMPTY_LIST = LessonRecord(
    id="empty",
    text="mean([]) raised ZeroDivisionError. The module that passed has `if not xs: return 0`.",
    signature="test|ZeroDivisionError|division by zero",
    error_type="ZeroDivisionError",
    goal="The average of a list",
    difference=["+check:not _"],
)


@pytest.fixture
def store(tmp_path: Path) -> MemoryStore:
    """An empty memory."""
    return MemoryStore(tmp_path / "memory.json")


def shown(lesson: LessonRecord, *outcomes: str) -> LessonRecord:
    """The lesson after these outcomes, each of another run."""
    for number, outcome in enumerate(outcomes):
        lesson = counted(lesson, outcome, f"{lesson.shown}-{number}")  # type: ignore[arg-type]
    return lesson


def test_a_lesson_is_kept_read_and_deleted(store: MemoryStore, tmp_path: Path) -> None:
    """In a section of its own, which another process reads, with fields that this version doesn't know."""
    store.put_lesson(STRIP.model_copy(update={"more": 1}))
    kept = json.loads((tmp_path / "memory.json").read_text())["lessons"]
    assert [(item["id"], item["more"]) for item in kept] == [("strip", 1)]
    (other,) = MemoryStore(tmp_path / "memory.json").lessons()
    assert other.text == STRIP.text
    assert store.snapshot().lessons[0].id == "strip"
    assert store.delete_lesson("strip")
    assert not store.delete_lesson("strip")
    assert store.lessons() == []


def test_a_memory_without_lessons_is_read_as_it_is(tmp_path: Path) -> None:
    """The version before had no such section: nothing is called damaged or moved aside."""
    path = tmp_path / "memory.json"
    path.write_text(
        json.dumps({"version": 1, "skills": [], "failures": [], "directives": [], "approvals": []})
    )
    store = MemoryStore(path)
    assert store.lessons() == []
    assert store.notices == []


def test_learning_the_same_twice_keeps_it_once(store: MemoryStore) -> None:
    """From the same run nothing changes; from another one it is counted, with that goal."""
    again = STRIP.model_copy(update={"counted": ["run2:learnt:x"], "goal": "Add up amounts"})
    with store.update() as changes:
        for record in (STRIP, STRIP, again, again):
            changes.learn_lesson(record)
    (kept,) = store.lessons()
    assert (kept.times, kept.goal, kept.goals) == (2, STRIP.goal, ["Add up amounts"])
    assert kept.text == STRIP.text


def test_near_duplicates_are_one_lesson_and_others_are_not() -> None:
    """The same error with nearly the same difference is the same lesson; another error or difference is not."""
    near = STRIP.model_copy(update={"id": "x", "difference": [*STRIP.difference, "+call:sum"]})
    assert same_lesson([EMPTY_LIST, STRIP], near) == STRIP
    assert same_lesson([STRIP], near.model_copy(update={"signature": "other"})) is None
    assert same_lesson([STRIP], near.model_copy(update={"difference": ["+except:ValueError"]})) is None


def test_what_the_user_wrote_is_not_replaced() -> None:
    """The same lesson learnt again is counted to the edited one, whose words stay."""
    edited = STRIP.model_copy(update={"text": "mine", "edited_by_user": True})
    again = STRIP.model_copy(update={"counted": ["another run"]})
    assert same_lesson([edited], again) == edited
    assert learnt_again(edited, again).text == "mine"


def test_the_id_follows_from_what_was_learnt() -> None:
    """Whatever the order of the differences and the words."""
    one = lesson_id("failure", "s", ["a", "b"], "text")
    assert one == lesson_id("failure", "s", ["b", "a"], "other words")
    assert one != lesson_id("failure", "t", ["a", "b"], "text")


def test_a_lesson_that_does_not_help_fades_and_one_that_does_stays() -> None:
    """After three shows without help, also where nothing can be told; a helpful one survives failures."""
    assert not shown(STRIP, "useless", "useless").faded
    assert shown(STRIP, "useless", "useless", "useless").faded
    assert shown(STRIP, "neither", "neither", "neither").faded
    assert not shown(STRIP, "helped", "useless", "useless", "helped").faded
    assert shown(STRIP, "helped", *["useless"] * 4).faded_at
    assert not shown(STRIP.model_copy(update={"edited_by_user": True}), *["useless"] * 9).faded


def test_a_faded_lesson_comes_back_when_it_is_learnt_again() -> None:
    """That the facts teach it again speaks for it."""
    faded = shown(STRIP, "useless", "useless", "useless")
    for number in range(3):
        faded = learnt_again(faded, STRIP.model_copy(update={"counted": [f"later {number}"]}))
    assert not faded.faded
    assert faded.faded_at == ""


def test_an_outcome_is_counted_once(store: MemoryStore) -> None:
    """A node that runs again after a crash counts nothing twice."""
    store.put_lesson(STRIP)
    with store.update() as changes:
        assert changes.count_lesson("strip", "helped", "run:1")
        assert changes.count_lesson("strip", "helped", "run:1")
        assert not changes.count_lesson("nothing", "helped", "run:1")
    (kept,) = store.lessons()
    assert (kept.shown, kept.helped) == (1, 1)
    assert score(kept) == pytest.approx(2 / 3)


def test_lessons_are_found_by_goal_and_by_error() -> None:
    """By goal: the one that is about it. By error: the same signature first, whatever the goal; nothing that fits neither."""
    both = [EMPTY_LIST, STRIP]
    assert [item.lesson.id for item in nearest(both, "The largest number in a comma-separated text")] == [
        "strip"
    ]
    assert nearest(both, "Reverse a linked structure") == []
    found = nearest(both, "Parse a configuration", signature=VALUE_ERROR, error_type="ValueError")
    assert [item.lesson.id for item in found] == ["strip"]
    assert nearest(both, "Parse a configuration", signature="test|OSError|x", error_type="OSError") == []
    assert nearest([shown(STRIP, *["useless"] * 3)], STRIP.goal) == []


def test_of_two_lessons_about_an_error_the_one_that_helped_comes_first() -> None:
    """And code that looks alike counts."""
    other = STRIP.model_copy(update={"id": "other"})
    found = nearest([STRIP, shown(other, "helped", "helped")], "x", signature=VALUE_ERROR)
    assert [item.lesson.id for item in found] == ["other", "strip"]
    unlike = STRIP.model_copy(update={"id": "unlike", "code": "+ open(path)"})
    found = nearest(
        [unlike, STRIP], "x", signature=VALUE_ERROR, code="return sum(int(part) for part in text.split(','))"
    )
    assert [item.lesson.id for item in found] == ["strip", "unlike"]


def test_older_forms_of_lessons_are_brought_up_to_date(tmp_path: Path) -> None:
    """Plain strings and other names of fields are read; the original is kept."""
    path = tmp_path / "memory.json"
    path.write_text(
        json.dumps({"version": 1, "lessons": ["Strip first.", {"lesson": "Look twice.", "created": 1.6e9}]})
    )
    store = MemoryStore(path)
    assert [lesson.text for lesson in store.lessons()] == ["Strip first.", "Look twice."]
    assert len({lesson.id for lesson in store.lessons()}) == 2
