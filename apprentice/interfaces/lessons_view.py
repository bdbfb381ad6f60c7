"""The lessons as `:lessons` prints them, and what it does to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from apprentice.errors import UsageError
from apprentice.interfaces.console import one_line
from apprentice.memory.schema import LessonRecord
from apprentice.memory.store import MemoryStore
from apprentice.memory.transaction import Transaction

MAX_TEXT: Final = 300
_USAGE: Final = "Write :lessons edit NUMBER TEXT, or :lessons delete NUMBER; :lessons shows the numbers."


def listed(lessons: Sequence[LessonRecord]) -> str:
    """All lessons, numbered from 1 in the order in which they came, with how they served."""
    faded = sum(bool(lesson.faded) for lesson in lessons)
    lines = [f"Lessons ({len(lessons)}{f', {faded} faded' if faded else ''}):"]
    width = len(str(len(lessons)))
    for number, lesson in enumerate(lessons, start=1):
        lines.append(f"  {number:>{width}}  {one_line(lesson.text, MAX_TEXT)}")
        lines.append(f"  {'':>{width}}    {_served(lesson)}")
    if not lessons:
        lines.append("  none yet: one is drawn when a skill passes after it failed")
    return "\n".join(lines)


def as_values(lessons: Sequence[LessonRecord]) -> list[dict[str, object]]:
    """The lessons as plain values with their numbers, for JSON."""
    return [
        {"number": number, **lesson.model_dump(exclude={"counted"})}
        for number, lesson in enumerate(lessons, start=1)
    ]


def changed(memory: MemoryStore, words: Sequence[str]) -> str:
    """Do what follows `:lessons`: nothing shows them, `edit NUMBER TEXT`, `delete NUMBER`; returns what to print.

    Raises:
        UsageError: it is none of these, or there is no such lesson.
    """
    match list(words):
        case []:
            return listed(memory.lessons())
        case ["edit", number, *text] if text:
            return edit(memory, number, " ".join(text))
        case ["delete", number]:
            return delete(memory, number)
    raise UsageError(f"That is not how lessons are changed: {one_line(' '.join(words), 80)!r}.", _USAGE)


def edit(memory: MemoryStore, number: int | str, text: str) -> str:
    """Give a lesson the user's words. It is shown again if it had faded, and never fades afterwards.

    Raises:
        UsageError: there is no such lesson, or the text is empty or longer than 300 characters.
    """
    said = " ".join(text.split())
    if not said or len(said) > MAX_TEXT:
        raise UsageError(
            f"A lesson has 1 to {MAX_TEXT} characters; this has {len(said)}.",
            "Say it in one or two sentences.",
        )
    with memory.update() as changes:
        lesson = _numbered(changes, number)
        changes.put_lesson(
            lesson.model_copy(update={"text": said, "edited_by_user": True, "faded": "", "faded_at": ""})
        )
    return f"Lesson {number} now says: {one_line(said, MAX_TEXT)}"


def delete(memory: MemoryStore, number: int | str) -> str:
    """Forget a lesson.

    Raises:
        UsageError: there is no such lesson.
    """
    with memory.update() as changes:
        lesson = _numbered(changes, number)
        changes.delete_lesson(lesson.id)
    return f"Deleted lesson {number}: {one_line(lesson.text, 120)}"


def _served(lesson: LessonRecord) -> str:
    parts = [f"shown {lesson.shown}, helped {lesson.helped}, useless {lesson.useless}"]
    if lesson.times > 1:
        parts.append(f"learnt {lesson.times} times")
    if lesson.skill:
        parts.append(f"from {one_line(lesson.skill, 60)}")
    if lesson.edited_by_user:
        parts.append("your words")
    if lesson.faded:
        parts.append(f"faded: {one_line(lesson.faded, 100)}")
    return " · ".join(parts)


def _numbered(changes: Transaction, number: int | str) -> LessonRecord:
    lessons = changes.lessons()
    text = str(number).strip()
    if text.isdecimal() and 1 <= int(text) <= len(lessons):
        return lessons[int(text) - 1]
    known = f"There are {len(lessons)}: " if lessons else "There is none yet: "
    raise UsageError(f"There is no lesson {one_line(text, 40)!r}.", known + ":lessons shows them.")
