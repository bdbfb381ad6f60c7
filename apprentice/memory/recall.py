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
MIN_SCORE: Final = 0.28

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
UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    "\U00020000-\U0003134f]+"
)
#: The first that fits is cut off.
_SUFFIXES: Final = tuple(
    "izations isations ization isation ations ators ation ator ating ated ates ical ions ings ers ors ies ion ing ate "
    "est es ed er or ic ly y s e".split()
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
    views: set[str] = set()
    for skill in working:
        views.update((skill.name, skill.description, skill.goal))
    for failure in taught:
        views.update((failure.skill, failure.goal, failure.lesson))
    scores = _similarities(wanted, views)

    def score_of(*texts: str) -> float:
        return max(scores.get(text, 0.0) for text in texts)

    found = []
    for skill in working:
        score = score_of(skill.name, skill.description, skill.goal)
        if score >= MIN_SCORE:
            found.append(RelatedSkill(skill, score))
    found.sort(key=lambda match: (match.score, match.skill.updated_at), reverse=True)

    lessons: dict[str, Lesson] = {}
    for failure in taught:
        if failure.lesson not in scores and failure.goal not in scores and failure.skill not in scores:
            continue
        score = score_of(failure.skill, failure.goal, failure.lesson)
        text = failure.lesson.strip()
        known = lessons.get(text)
        if known is not None:
            newest = max(known.failure, failure, key=lambda record: record.timestamp)
            lessons[text] = Lesson(text, newest, max(known.score, score))
        else:
            lessons[text] = Lesson(text, failure, score)
    ordered = sorted(lessons.values(), key=lambda match: (match.score, match.failure.timestamp), reverse=True)
    return Related(tuple(found[:limit]), tuple(ordered[:limit]))


def similarities(query: str, texts: Iterable[str]) -> Mapping[str, float]:
    """The similarity of each text to a query, 0 to 1; texts with less than `MIN_SCORE` are left out."""
    wanted = _query_terms(query)
    return _similarities(wanted, set(texts)) if wanted else {}


def terms(text: str) -> frozenset[str]:
    """The words of a text, identifiers taken apart, without their endings: `isEven_numbers` gives even, number.

    Each is a part of the text's folded form (see `_fold`), so that a text without it can be passed over quickly.
    """
    return frozenset(_ordered_terms(text[:_MAX_TEXT]))


def _query_terms(query: str) -> frozenset[str]:
    return frozenset(list(_ordered_terms(query[:_MAX_TEXT]))[:_MAX_QUERY_TERMS])


def _similarities(wanted: frozenset[str], views: set[str]) -> Mapping[str, float]:
    """The similarity of each text that is similar enough: the cosine of the weighted words."""
    groups: dict[tuple[frozenset[str], int, int], list[str]] = {}
    for view in views:
        known = _known_terms.get(view)
        if known is None:
            folded = _fold(view)
            for term in wanted:
                if term in folded:
                    known = _remember(view)
                    break
            else:
                continue
        if not wanted.isdisjoint(known):
            rest = known - wanted
            common_count = len(rest & _COMMON_TERMS)
            groups.setdefault((wanted & known, len(rest) - common_count, common_count), []).append(view)
    counts = dict.fromkeys(wanted, 0)
    for (shared, _, _), members in groups.items():
        for term in shared:
            counts[term] += len(members)
    total = len(views)
    rarest = _rarity(total, 0)
    weights = {
        term: (max(0.5, _rarity(total, count) / rarest) * (0.5 if term in _COMMON_TERMS else 1.0)) ** 2
        for term, count in counts.items()
    }
    other = (_rarity(total, 1) / rarest) ** 2
    wanted_norm = sum(weights.values())
    scores: dict[str, float] = {}
    for (shared, others_count, common_count), members in groups.items():
        overlap = sum(weights[term] for term in shared)
        score = overlap / math.sqrt(wanted_norm * (overlap + other * (others_count + common_count / 4)))
        if score >= MIN_SCORE:
            scores.update(dict.fromkeys(members, score))
    return scores


def _rarity(total: int, count: int) -> float:
    # The ten stand for texts not seen yet: in a memory of two, a word isn't common because both have it.
    return math.log(1 + (total + 10) / (count + 1))


_known_terms: dict[str, frozenset[str]] = {}


def _remember(text: str) -> frozenset[str]:
    if len(_known_terms) >= 50_000:
        _known_terms.clear()
    found = _known_terms[text] = terms(text)
    return found


def _fold(text: str) -> str:
    text = text[:_MAX_TEXT]
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def _ordered_terms(text: str) -> dict[str, None]:
    found: dict[str, None] = {}
    for word in split_words(text):
        if term := _term(word):
            found[term] = None
    return found


def split_words(text: str) -> list[str]:
    """The words of a text in any script, as they are written: identifiers taken apart, unspaced scripts as pairs."""
    if text.isascii():
        return _WORD.findall(text)
    text = unicodedata.normalize("NFKC", text)
    words: list[str] = []
    # Vowel signs and accents are no "word characters" to a regular expression, yet part of the word.
    marked = "".join(
        char if char.isalnum() or unicodedata.category(char).startswith("M") else " " for char in text
    )
    for run in marked.split():
        start = 0
        for unspaced in UNSPACED.finditer(run):
            words.extend(_spaced(run[start : unspaced.start()]))
            chars = unspaced.group()
            words.extend(chars[i : i + 2] for i in range(max(1, len(chars) - 1)))
            start = unspaced.end()
        words.extend(_spaced(run[start:]))
    return words


def _spaced(run: str) -> list[str]:
    return _WORD.findall(run) if run.isascii() else [run]


@lru_cache(maxsize=32_768)
def _term(word: str) -> str:
    """The word as it is compared; empty where it tells nothing."""
    folded = word.casefold()
    if folded in _STOP_WORDS:
        return ""
    if len(folded) == 1 and not folded.isdigit() and not UNSPACED.match(folded):
        return ""
    return _stem(folded)


def _stem(word: str) -> str:
    """The word without its ending; always its beginning, of at least three letters."""
    if not word.isascii():
        return word if len(word) < 6 or UNSPACED.search(word) else word[:-2]
    return without_ending(word, _SUFFIXES)


def without_ending(word: str, endings: Sequence[str]) -> str:
    """A word in ASCII without the first of the endings that fits, and without a doubled letter; at least three letters stay."""
    if len(word) < 4 or word.isdigit():
        return word
    for suffix in endings:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    # sorting, sorted, stopping: "stopp" and "stop" are one word.
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


#: Words of many goals, which tell a little of what they are about.
_COMMON_TERMS: Final = frozenset(
    _stem(word)
    for word in "add all array between calculate change character check compute convert count data decide detect "
    "dict dictionary element file filter find first float format generate get integer item last length list long "
    "object pair print process remove replace reverse second set string sum text tuple type valid number word line "
    "two three new empty true false none error".split()
)
