"""What is known that has to do with a goal: by the words they share, rare words counting more."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from apprentice.memory.schema import FailureRecord, SkillRecord

#: Below this similarity (0 to 1) nothing is called related.
MIN_SCORE: Final = 0.3

_MAX_TEXT: Final = 4_000
_MAX_QUERY_TERMS: Final = 40

#: Words of any goal, which tell nothing of what it is about.
_STOP_WORDS: Final = frozenset(
    "a an and any are as at be by can create creates build code could def do does each every for from function "
    "functions give given gives goal has have how if implement implements in input into is it its make makes method "
    "module must name named new not of on one or output please program python return returning returns script "
    "should simple skill skills so some tell tells test tests that the their them then there this to use used uses "
    "using value want was we what when where whether which will with work working write writes you".split()
)

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
#: Scripts written without spaces between words, and Hangul, whose particles stick to the words.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    "\U00020000-\U0003134f]+"
)
_SUFFIXES: Final = (
    *(
        "izations",
        "isations",
        "ization",
        "isation",
        "ations",
        "ators",
        "ation",
        "ator",
        "ating",
        "ated",
        "ates",
    ),
    *(
        "ions",
        "ings",
        "ers",
        "ors",
        "ies",
        "ion",
        "ing",
        "ate",
        "est",
        "es",
        "ed",
        "er",
        "or",
        "ly",
        "y",
        "s",
        "e",
    ),
)


@dataclass(frozen=True, slots=True)
class RelatedSkill:
    """A working skill and its similarity to the goal, 0 to 1."""

    skill: SkillRecord
    score: float


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson, the newest failure it was drawn from, and the similarity to the goal, 0 to 1."""

    text: str
    failure: FailureRecord
    score: float


@dataclass(frozen=True, slots=True)
class Related:
    """What is related to a goal, the most similar first."""

    skills: tuple[RelatedSkill, ...] = ()
    lessons: tuple[Lesson, ...] = ()

    def copy(self) -> Related:
        """The same with records of its own."""
        return Related(
            tuple(RelatedSkill(found.skill.model_copy(deep=True), found.score) for found in self.skills),
            tuple(
                Lesson(found.text, found.failure.model_copy(deep=True), found.score) for found in self.lessons
            ),
        )


def related(
    query: str, skills: Iterable[SkillRecord], failures: Iterable[FailureRecord], *, limit: int = 3
) -> Related:
    """Find the working skills and the distinct lessons of failures that have to do with `query`.

    At most `limit` of each; nothing that shares too little with the query. A lesson that several failures taught is
    given once; of equally similar lessons the newest comes first.
    """
    wanted = _query_terms(query)
    if not wanted or limit < 1:
        return Related()
    working = [skill for skill in skills if skill.status == "working"]
    taught = [failure for failure in failures if failure.lesson.strip()]
    views = {text for skill in working for text in _skill_views(skill)}
    views.update(text for failure in taught for text in _failure_views(failure))
    scores = _similarities(wanted, views)

    found = []
    for skill in working:
        score = max(scores.get(view, 0.0) for view in _skill_views(skill))
        if score >= MIN_SCORE:
            found.append(RelatedSkill(skill, score))
    found.sort(key=lambda match: (match.score, match.skill.updated_at), reverse=True)

    lessons: dict[str, Lesson] = {}
    for failure in taught:
        score = max(scores.get(view, 0.0) for view in _failure_views(failure))
        if score < MIN_SCORE:
            continue
        text = failure.lesson.strip()
        known = lessons.get(text)
        if known is not None:
            newest = max(known.failure, failure, key=lambda record: record.timestamp)
            lessons[text] = Lesson(text, newest, max(known.score, score))
        else:
            lessons[text] = Lesson(text, failure, score)
    ordered = sorted(lessons.values(), key=lambda match: (match.score, match.failure.timestamp), reverse=True)
    return Related(tuple(found[:limit]), tuple(ordered[:limit]))


def terms(text: str) -> frozenset[str]:
    """The words of a text, identifiers taken apart, without their endings: `isEven_numbers` gives even, number.

    Each is a part of the text's folded form (see `_fold`), so that a text without it can be passed over quickly.
    """
    return frozenset(_ordered_terms(text[:_MAX_TEXT]))


def _query_terms(query: str) -> frozenset[str]:
    return frozenset(list(_ordered_terms(query[:_MAX_TEXT]))[:_MAX_QUERY_TERMS])


def _skill_views(skill: SkillRecord) -> tuple[str, ...]:
    return skill.name, skill.description, skill.goal


def _failure_views(failure: FailureRecord) -> tuple[str, ...]:
    return failure.skill, failure.goal, failure.lesson


def _similarities(wanted: frozenset[str], views: set[str]) -> Mapping[str, float]:
    """The similarity of each text that shares a word with the wanted ones: the cosine of the weighted words."""
    any_wanted = re.compile("|".join(re.escape(term) for term in sorted(wanted)))
    shared: dict[str, frozenset[str]] = {}
    counts = dict.fromkeys(wanted, 0)
    for view in views:
        if any_wanted.search(_fold(view)) is None:
            continue
        common = wanted & _cached_terms(view)
        if common:
            shared[view] = common
            for term in common:
                counts[term] += 1
    total = len(views)
    rarest = _rarity(total, 0)
    weights = {term: max(0.5, _rarity(total, count) / rarest) ** 2 for term, count in counts.items()}
    other = (_rarity(total, 1) / rarest) ** 2
    wanted_norm = sum(weights.values())
    scores = {}
    for view, common in shared.items():
        overlap = sum(weights[term] for term in common)
        view_norm = overlap + other * (len(_cached_terms(view)) - len(common))
        scores[view] = overlap / math.sqrt(wanted_norm * view_norm)
    return scores


def _rarity(total: int, count: int) -> float:
    # The ten stand for texts not seen yet: in a memory of two, a word isn't common because both have it.
    return math.log(1 + (total + 10) / (count + 1))


@lru_cache(maxsize=32_768)
def _cached_terms(text: str) -> frozenset[str]:
    return terms(text)


def _fold(text: str) -> str:
    text = text[:_MAX_TEXT]
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def _ordered_terms(text: str) -> dict[str, None]:
    found: dict[str, None] = {}
    if text.isascii():
        words: Sequence[str] = _WORD.findall(text)
    else:
        words = _words(unicodedata.normalize("NFKC", text))
    for word in words:
        term = word.casefold()
        if term in _STOP_WORDS or (len(term) == 1 and term.isascii() and not term.isdigit()):
            continue
        found.setdefault(_stem(term))
    return found


def _words(text: str) -> list[str]:
    """The words of a text in any script; the unspaced ones as pairs of characters."""
    words: list[str] = []
    # Vowel signs and accents are no "word characters" to a regular expression, yet part of the word.
    marked = "".join(
        char if char.isalnum() or unicodedata.category(char).startswith("M") else " " for char in text
    )
    for run in marked.split():
        start = 0
        for unspaced in _UNSPACED.finditer(run):
            words.extend(_spaced(run[start : unspaced.start()]))
            chars = unspaced.group()
            words.extend(chars[i : i + 2] for i in range(max(1, len(chars) - 1)))
            start = unspaced.end()
        words.extend(_spaced(run[start:]))
    return words


def _spaced(run: str) -> list[str]:
    return _WORD.findall(run) if run.isascii() else [run]


def _stem(word: str) -> str:
    """The word without its ending; always its beginning, of at least three letters."""
    if not word.isascii():
        return word if len(word) < 6 or _UNSPACED.search(word) else word[:-2]
    if len(word) < 4 or word.isdigit():
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    # sorting, sorted, stopping: "stopp" and "stop" are one word.
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word
