"""Which lessons have to do with a goal or an error, which are the same, and which have shown that they don't help."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from apprentice.memory.recall import similarities, terms
from apprentice.memory.schema import LessonRecord, now

#: What became of an attempt whose prompt showed a lesson: it got past the error, still had it, or neither can be told.
Outcome = Literal["helped", "useless", "neither"]

#: A lesson shown so often fades when its score is below the bound.
FADE_AFTER: Final = 3
FADE_BELOW: Final = 0.3
#: Two lessons about the same error are one when they share so much of the difference (of 1).
SAME_DIFFERENCE: Final = 0.5
#: Below this relevance (0 to 1) a lesson is not shown.
MIN_RELEVANCE: Final = 0.28

_ANY_FAILURE: Final = frozenset({"AssertionError", "Rejected"})
_MAX_MARKS: Final = 40
_MAX_GOALS: Final = 6
_WORD: Final = re.compile(r"[A-Za-z_]\w+")


@dataclass(frozen=True, slots=True)
class Relevant:
    """A lesson and how much it has to do with what was asked, 0 to 1."""

    lesson: LessonRecord
    relevance: float


def lesson_id(kind: str, signature: str, difference: Collection[str], text: str) -> str:
    """The id of what was learnt: the same for the same difference at the same sort of error."""
    learnt = "|".join(sorted(difference)) or " ".join(text.split()).casefold()
    return hashlib.sha256(f"{kind}\0{signature}\0{learnt}".encode("utf-8", "replace")).hexdigest()[:12]


def score(lesson: LessonRecord) -> float:
    """The smoothed share of good outcomes, 0 to 1; one half for a lesson that was never shown.

    Having been learnt again counts like having helped; an outcome that tells nothing counts half against it.
    """
    good = lesson.helped + max(0, lesson.times - 1)
    untold = max(0, lesson.shown - lesson.helped - lesson.useless)
    return (good + 1) / (good + lesson.useless + untold / 2 + 2)


def counted(lesson: LessonRecord, outcome: Outcome, mark: str) -> LessonRecord:
    """The lesson with one more outcome; as it is where `mark` was counted before."""
    if mark in lesson.counted:
        return lesson
    changes = {"shown": lesson.shown + 1, "counted": [*lesson.counted, mark][-_MAX_MARKS:]}
    if outcome != "neither":
        changes[outcome] = getattr(lesson, outcome) + 1
    return _faded(lesson.model_copy(update=changes))


def learnt_again(known: LessonRecord, new: LessonRecord) -> LessonRecord:
    """The known lesson with the counts of the same one learnt anew; as it is where the marks were counted before."""
    marks = [mark for mark in new.counted if mark not in known.counted]
    if not marks:
        return known
    goals = [goal for goal in (known.goal, *known.goals, new.goal) if goal and goal != known.goal]
    changes = {
        "times": known.times + 1,
        "goals": list(dict.fromkeys(goals))[-_MAX_GOALS:],
        "counted": [*known.counted, *marks][-_MAX_MARKS:],
    }
    return _faded(known.model_copy(update=changes))


def same_lesson(known: Iterable[LessonRecord], new: LessonRecord) -> LessonRecord | None:
    """The known lesson that says the same: of the same id, or about the same error with nearly the same difference."""
    near: LessonRecord | None = None
    best = 0.0
    for lesson in known:
        if lesson.id == new.id:
            return lesson
        if lesson.edited_by_user or (lesson.kind, lesson.signature) != (new.kind, new.signature):
            continue
        if lesson.difference and new.difference:
            likeness, bound = _likeness(lesson.difference, new.difference), SAME_DIFFERENCE
        else:
            likeness, bound = _likeness(terms(lesson.text), terms(new.text)), 0.8
        if not new.signature:
            # Patterns have no error in common, so they must be about the same thing, too.
            likeness, bound = min(likeness, _likeness(terms(lesson.goal), terms(new.goal))), 0.6
        if likeness >= bound and likeness > best:
            near, best = lesson, likeness
    return near


def nearest(
    lessons: Sequence[LessonRecord],
    goal: str,
    *,
    signature: str = "",
    error_type: str = "",
    telling: bool = True,
    code: str = "",
    limit: int = 4,
    minimum: float = MIN_RELEVANCE,
) -> list[Relevant]:
    """The lessons that have to do with a goal, or, with a signature, with an error at it; the most relevant first.

    Faded lessons are left out.

    Args:
        signature: of the error; a lesson about the same one is relevant whatever its goal was.
        error_type: of the error, e.g. `ValueError`.
        telling: whether the signature says much; of one that doesn't (another number), the goal must be alike, too.
        code: the module that failed.
        minimum: relevance below which a lesson is left out, 0 to 1.
    """
    candidates = [lesson for lesson in lessons if not lesson.faded and lesson.text.strip()]
    views = {view for lesson in candidates for view in (lesson.goal, *lesson.goals, lesson.text) if view}
    alike = similarities(goal, views)
    words = frozenset(_WORD.findall(code))
    found = []
    for lesson in candidates:
        about_goal = max(
            (alike.get(view, 0.0) for view in (lesson.goal, *lesson.goals, lesson.text)), default=0.0
        )
        relevance = about_goal
        if signature:
            exact = lesson.signature == signature
            same_type = bool(error_type) and lesson.error_type == error_type
            if not exact and not same_type:
                continue
            about_code = _likeness(words, frozenset(_WORD.findall(lesson.code)))
            # The same type of exception alone says little, and nothing where it is that of every failed test.
            base = 0.6 if exact and telling else 0.2 if exact or error_type not in _ANY_FAILURE else 0.0
            relevance = min(1.0, base + 0.25 * about_goal + 0.15 * about_code)
        if relevance >= minimum:
            found.append(Relevant(lesson, relevance))
    found.sort(
        key=lambda item: (item.relevance * (0.5 + score(item.lesson)), item.lesson.updated_at), reverse=True
    )
    return found[:limit]


def _faded(lesson: LessonRecord) -> LessonRecord:
    """With `faded` as the counts say."""
    fades = not lesson.edited_by_user and lesson.shown >= FADE_AFTER and score(lesson) < FADE_BELOW
    if fades == bool(lesson.faded):
        return lesson
    reason = f"it was shown {lesson.shown} times and helped {lesson.helped} times" if fades else ""
    return lesson.model_copy(update={"faded": reason, "faded_at": now() if fades else ""})


def _likeness(one: Collection[str], other: Collection[str]) -> float:
    """The share that two sets have in common, 0 to 1."""
    together = len(set(one) | set(other))
    return len(set(one) & set(other)) / together if together else 0.0
