"""A failure and the module that got past it, made into one or two sentences that hold at other goals, too."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from apprentice.errors import Cancelled, ModelError
from apprentice.graph.difference import MANY, Change, changes_between, in_words, snippet
from apprentice.graph.parts import Parts
from apprentice.graph.signature import is_telling
from apprentice.graph.state import SkillState
from apprentice.memory.lessons import lesson_id
from apprentice.memory.schema import LessonRecord
from apprentice.models.base import CallOptions, Usage
from apprentice.models.prompting import render

MAX_TEXT: Final = 300
_MAX_HEAD: Final = 130
_MAX_GOAL: Final = 500


def failure_lesson(
    *,
    error: str,
    error_type: str,
    signature: str,
    failing: str,
    passing: str,
    between: str,
    goal: str,
    skill: str,
    mark: str,
) -> LessonRecord | None:
    """The lesson of a module that failed and the one that passed; None where their difference tells nothing.

    Args:
        error: the failure in words, e.g. `f(' 3') raised ValueError: …`.
        between: the next module after the failing one, where it isn't the passing one.
        mark: what it is learnt from.
    """
    changes = changes_between(failing, passing, between)
    words = in_words(changes)
    # Of a wrong value, a line that is written otherwise tells something about this goal only, and of a failure that
    # can have any cause so does a module that was written anew.
    if not words or (error_type == "AssertionError" and changes[0].kind == "line"):
        return None
    if len(changes) > MANY and not is_telling(signature):
        return None
    head = _cut(error, _MAX_HEAD).rstrip(".")
    passed = (
        "The module that passed was written anew; it" if len(changes) > MANY else "The module that passed"
    )
    text = _cut(f"{head}. {passed} {words}.", MAX_TEXT)
    difference = [change.sign for change in changes[:MANY]]
    return LessonRecord(
        id=lesson_id("failure", signature, difference, text),
        text=text,
        kind="failure",
        signature=signature,
        error_type=error_type,
        goal=goal[:_MAX_GOAL],
        skill=skill,
        code=snippet(failing, passing),
        difference=difference,
        counted=[mark],
    )


def pattern_lesson(
    *, failing: Sequence[str], passing: str, used: Collection[str], goal: str, skill: str, mark: str
) -> LessonRecord | None:
    """What is worth knowing of an approach that passed; None where there is nothing to say.

    That is: it uses other skills of the library, or it does what none of several other approaches did.

    Args:
        failing: the modules of the approaches that failed.
        used: names of the library's skills that it imports.
    """
    said: list[str] = []
    difference = [f"+skill:{name}" for name in sorted(used)]
    if used:
        names = ", ".join(f"`{name}`" for name in sorted(used))
        said.append(f"imports the {'skill' if len(used) == 1 else 'skills'} {names} of the library")
    if len(failing) > 1 and (new := _in_none(failing, passing)):
        said.append(f"{in_words(new)}, which none of {len(failing)} other approaches did")
        difference += [change.sign for change in new[:MANY]]
    if not said:
        return None
    what = _cut(" ".join(goal.split()), 100).rstrip(".")
    text = _cut(f"For “{what}” a module works that {', and '.join(said)}.", MAX_TEXT)
    return LessonRecord(
        id=lesson_id("pattern", what.casefold(), difference, text),
        text=text,
        kind="pattern",
        goal=goal[:_MAX_GOAL],
        skill=skill,
        code=_cut(passing.strip(), 400),
        difference=difference,
        counted=[mark],
    )


def _in_none(failing: Sequence[str], passing: str) -> list[Change]:
    common: list[Change] | None = None
    for code in failing:
        added = [change for change in changes_between(code, passing) if change.added]
        keys = {change.key for change in added}
        common = added if common is None else [change for change in common if change.key in keys]
    return common or []


def in_the_analysts_words(
    lesson: LessonRecord, state: SkillState, parts: Parts, passing: str
) -> tuple[LessonRecord, Usage]:
    """The lesson with its text by the analyst, from the same facts; as it is where no usable answer comes.

    One short call. Its words are advice in later prompts and nothing else.
    """
    question = render(
        "lesson", goal=state.goal[:_MAX_GOAL], lesson=lesson, passing=_cut(passing.strip(), 1500)
    )
    try:
        reply = parts.chat.complete(
            "analyst",
            [("system", render("system_lesson")), ("user", question)],
            CallOptions(temperature=0.0, max_tokens=120, seed=1),
            cancel=parts.cancel,
            run_id=state.run_id,
        )
    except (ModelError, Cancelled):
        # The skill is kept already: whoever stops now gets the words that were computed.
        return lesson, Usage()
    text = usable_words(reply.text)
    return (lesson.model_copy(update={"text": text}) if text else lesson), reply.usage


def usable_words(reply: str) -> str:
    """The first two sentences of an answer, at most 300 characters; empty where it isn't plain sentences."""
    text = " ".join(reply.split()).strip("\"'* ")
    if "```" in reply or len(text) < 12 or "def " in text:
        return ""
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z`'\"])", text)
    kept = " ".join(sentences[:2])
    return kept if len(kept) <= MAX_TEXT else (sentences[0] if len(sentences[0]) <= MAX_TEXT else "")


def _cut(text: str, length: int) -> str:
    text = text if "\n" in text and length > MAX_TEXT else " ".join(text.split())
    return text if len(text) <= length else text[: length - 1] + "…"
