"""What earlier runs taught: shown where it has to do with the goal or the error, judged by what came of it, and learnt."""

from __future__ import annotations

import ast
import hashlib
import math
from collections.abc import Sequence
from typing import Any, Final

from apprentice.graph.distil import failure_lesson, in_the_analysts_words, pattern_lesson
from apprentice.graph.evidence import shape_of
from apprentice.graph.lessons import lesson_of
from apprentice.graph.parts import Parts, spent
from apprentice.graph.signature import is_telling, signature_of
from apprentice.graph.state import Attempt, ShownLesson, SkillState
from apprentice.memory.lessons import MIN_RELEVANCE, Outcome, Relevant, nearest
from apprentice.memory.schema import FailureRecord, LessonRecord
from apprentice.memory.transaction import Transaction
from apprentice.skills.naming import same_goal
from apprentice.syntax_trees import parse

#: Lessons shown in one prompt, and learnt from one run, at most.
SHOWN: Final = 4
LEARNT: Final = 3
#: Tokens of lessons in a small model's prompt, and how relevant one must be for it.
SMALL_TOKENS: Final = 120
SMALL_RELEVANCE: Final = 0.6
#: Approaches that must have failed before the one that passed is worth keeping as a pattern.
FAILED_APPROACHES: Final = 2


def lessons_for_goal(state: SkillState, parts: Parts) -> list[ShownLesson]:
    """The lessons for the first prompt of a goal.

    A small model's first prompt is left as it is: it is the best one known for such models.
    """
    if not parts.settings.lessons or parts.small:
        return []
    found = nearest(parts.memory.lessons(), state.goal, limit=SHOWN)
    return _within_budget(found, "", parts)


def lessons_for_error(state: SkillState, parts: Parts) -> list[ShownLesson]:
    """The lessons for the prompt after a failed attempt: those about its error that this run has not tried on it.

    A small model gets them in every other prompt, so that one that confuses it can't be in its way.
    """
    last = state.last
    if not parts.settings.lessons or last is None or (parts.small and state.iteration % 2 == 0):
        return []
    signature = signature_of(last, names_of(state))
    tried = {
        lesson.id
        for attempt in state.attempts
        for lesson in attempt.lessons
        if signature in (lesson.because, signature_of(attempt, names_of(state)))
    }
    found = nearest(
        [lesson for lesson in parts.memory.lessons() if lesson.id not in tried],
        state.goal,
        signature=signature,
        error_type=lesson_of(last).error_type,
        telling=is_telling(signature),
        code=last.code,
        limit=SHOWN,
        minimum=SMALL_RELEVANCE if parts.small else MIN_RELEVANCE,
    )
    return _within_budget(found, signature, parts)


def count_shown(state: SkillState, attempt: Attempt, changes: Transaction, *, passed: bool) -> None:
    """Count for each lesson that the attempt's prompt showed whether it helped; once a run for the same error."""
    signature = "" if passed else signature_of(attempt, names_of(state))
    base = next(
        (one for one in state.attempts if one.iteration == attempt.iteration - 1 and not one.mended), None
    )
    known = {lesson.id: lesson.signature for lesson in changes.lessons()} if attempt.lessons else {}
    for shown in attempt.lessons:
        target = shown.because or known.get(shown.id, "")
        outcome: Outcome = "neither"
        if passed:
            outcome = "helped"
        elif signature == target:
            outcome = "useless"
        elif shown.because and base is not None and attempt.rank() > base.rank():
            outcome = "helped"
        changes.count_lesson(shown.id, outcome, f"{state.run_id}:shown:{_short(shown.because)}")


def learn(state: SkillState, parts: Parts, code: str) -> dict[str, Any]:
    """Keep what made the difference between this run's failures, or those of earlier runs at the goal, and `code`.

    Learning from the same run again changes nothing. Returns the budget fields that changed.
    """
    last = state.attempts[-1]
    lessons = _of_this_run(state, code) or _of_earlier_runs(state, parts, code)
    if (pattern := _pattern(state, parts, code)) is not None:
        lessons.append(pattern)
    changed: dict[str, Any] = {}
    if lessons and parts.settings.distill and not parts.small:
        lessons[0], usage = in_the_analysts_words(lessons[0], state, parts, code)
        changed = spent(state, usage)
    with parts.memory.update() as changes:
        if last.code == code:
            count_shown(state, last, changes, passed=True)
        for lesson in lessons[:LEARNT]:
            changes.learn_lesson(lesson)
    return changed


def names_of(state: SkillState) -> list[str]:
    """The skill's own names, which are no part of an error's signature."""
    return [state.skill, *([state.spec.function] if state.spec else []), *state.given.required]


def _within_budget(found: Sequence[Relevant], because: str, parts: Parts) -> list[ShownLesson]:
    left = min(parts.settings.lesson_tokens, SMALL_TOKENS) if parts.small else parts.settings.lesson_tokens
    shown: list[ShownLesson] = []
    for item in found:
        text = " ".join(item.lesson.text.split())
        # As an estimate without the model's tokenizer: three bytes a token, and the line's own marks.
        tokens = math.ceil(len(text.encode("utf-8", "replace")) / 3) + 2
        if tokens <= left:
            left -= tokens
            shown.append(ShownLesson(id=item.lesson.id, text=text, because=because))
    return shown


def _of_this_run(state: SkillState, code: str) -> list[LessonRecord]:
    """One lesson for each sort of failure, from the last attempt that had it; the latest first."""
    names = names_of(state)
    latest: dict[str, tuple[int, Attempt]] = {}
    for number, attempt in enumerate(state.attempts):
        believed = [fact for fact in attempt.facts if fact.name not in state.dropped]
        attempt = attempt.model_copy(update={"facts": believed})
        if attempt.code and attempt.code != code and (signature := signature_of(attempt, names)):
            latest[signature] = number, attempt
    found: list[LessonRecord] = []
    for signature, (number, attempt) in sorted(latest.items(), key=lambda item: -item[1][0]):
        following = state.attempts[number + 1].code if number + 1 < len(state.attempts) else ""
        facts = lesson_of(attempt)
        error = attempt.problem or attempt.failures[0].message
        lesson = failure_lesson(
            error=error or facts.error,
            error_type=facts.error_type,
            signature=signature,
            failing=attempt.code,
            passing=code,
            between=following if following != code else "",
            goal=state.goal,
            skill=state.skill,
            mark=_learnt_mark(state.run_id, signature),
        )
        if lesson is not None and all(lesson.id != other.id for other in found):
            found.append(lesson)
    return found[:LEARNT]


def _of_earlier_runs(state: SkillState, parts: Parts, code: str) -> list[LessonRecord]:
    """The lesson of the latest failure of an earlier run at the same goal, if nothing was learnt from it."""
    earlier: FailureRecord | None = None
    for record in parts.memory.failures():
        usable = record.signature and record.code_snippet and not record.code_snippet.endswith("…")
        if usable and record.run_id != state.run_id and same_goal(record.goal, state.goal[:500]):
            earlier = record
    if earlier is None:
        return []
    mark = _learnt_mark(earlier.run_id, earlier.signature)
    if any(mark in lesson.counted for lesson in parts.memory.lessons()):
        return []
    lesson = failure_lesson(
        error=earlier.error.partition(": ")[2] if earlier.error_type != "Rejected" else earlier.error,
        error_type=earlier.error_type,
        signature=earlier.signature,
        failing=earlier.code_snippet,
        passing=code,
        between="",
        goal=state.goal,
        skill=state.skill,
        mark=mark,
    )
    return [lesson] if lesson is not None else []


def _pattern(state: SkillState, parts: Parts, code: str) -> LessonRecord | None:
    approaches: dict[str, str] = {}
    for attempt in state.attempts:
        if attempt.code and attempt.code != code and attempt.mode == "fresh" and attempt.facts:
            approaches.setdefault(shape_of(attempt.code), attempt.code)
    passed_afresh = state.mode == "fresh" and len(approaches) >= FAILED_APPROACHES
    used = _imported(code) & {record.name for record in parts.memory.skills()} - {state.skill}
    return pattern_lesson(
        failing=list(approaches.values()) if passed_afresh else [],
        passing=code,
        used=used,
        goal=state.goal,
        skill=state.skill,
        mark=f"{state.run_id}:pattern",
    )


def _imported(code: str) -> set[str]:
    try:
        tree = parse(code)
    except (SyntaxError, ValueError):
        return set()
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def _learnt_mark(run_id: str, signature: str) -> str:
    return f"{run_id}:learnt:{_short(signature)}"


def _short(signature: str) -> str:
    return hashlib.sha256(signature.encode("utf-8", "replace")).hexdigest()[:8] if signature else ""
