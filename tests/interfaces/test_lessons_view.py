"""`:lessons`: shows, edits and deletes, and says plainly what it can't do."""

from __future__ import annotations

from pathlib import Path

import pytest

from apprentice.errors import UsageError
from apprentice.interfaces.lessons_view import as_values, changed, listed
from apprentice.memory import LessonRecord, MemoryStore


@pytest.fixture
def memory(tmp_path: Path) -> MemoryStore:
    """Two lessons, the second of which has faded."""
    store = MemoryStore(tmp_path / "memory.json")
    store.put_lesson(LessonRecord(id="a", text="Strip the text first.", skill="add_up", shown=2, helped=1))
    store.put_lesson(LessonRecord(id="b", text="Use base 16.\x1b[2J", faded="it was shown 3 times", shown=3))
    return store


def test_lessons_are_listed_with_how_they_served(memory: MemoryStore) -> None:
    """Numbers, text and counts; a faded one says so; nothing in a text reaches the terminal as a command."""
    text = changed(memory, [])
    assert text.splitlines()[0] == "Lessons (2, 1 faded):"
    assert "1  Strip the text first." in text
    assert "shown 2, helped 1, useless 0 · from add_up" in text
    assert "faded: it was shown 3 times" in text
    assert "\x1b" not in text
    assert "none yet" in listed([])
    assert [value["number"] for value in as_values(memory.lessons())] == [1, 2]


def test_an_edited_lesson_is_the_users_and_shown_again(memory: MemoryStore) -> None:
    """The words are the user's, on one line, and the lesson is no longer faded."""
    assert changed(memory, ["edit", "2", "Use", "base\n10."]) == "Lesson 2 now says: Use base 10."
    lesson = memory.lessons()[1]
    assert (lesson.text, lesson.edited_by_user, lesson.faded, lesson.shown) == ("Use base 10.", True, "", 3)


def test_a_deleted_lesson_is_gone(memory: MemoryStore) -> None:
    """Only that one."""
    assert changed(memory, ["delete", "1"]).startswith("Deleted lesson 1: Strip")
    assert [lesson.id for lesson in memory.lessons()] == ["b"]


@pytest.mark.parametrize(
    "words",
    [
        ["delete", "0"],
        ["delete", "3"],
        ["delete", "-1"],
        ["delete", "x"],
        ["delete"],
        ["edit", "1"],
        ["edit", "9", "text"],
        ["edit", "1", " "],
        ["edit", "1", "x" * 301],
        ["forget", "1"],
        ["delete", "²"],
    ],
)
def test_what_cant_be_done_is_said_and_changes_nothing(memory: MemoryStore, words: list[str]) -> None:
    """One clear line with a next step."""
    before = memory.read()
    with pytest.raises(UsageError) as error:
        changed(memory, words)
    assert error.value.message
    assert error.value.next_step
    assert memory.read() == before
