"""What of a skill is searched: its words by column, and the texts whose meaning is compared."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from apprentice.memory import SkillRecord
from apprentice.memory.recall import UNSPACED, split_words, without_ending
from apprentice.retrieval.literals import masked, template

#: Raised when what is stored of a skill changes its form: an older index is then made anew.
FORM: Final = 3

#: The columns that are searched for words, with their weights.
COLUMNS: Final = {
    "name": 4.0,
    "signature": 1.5,
    "description": 3.0,
    "goal": 2.0,
    "examples": 0.7,
    "answers": 3.0,
    "asked_as": 3.0,
}

#: Bytes of a text's digest.
DIGEST_SIZE: Final = 16

_MAX_TEXT: Final = 4_000
#: Texts of one skill that get vectors: its description, phrases to ask for it, and its latest requests.
_MAX_PHRASES: Final = 6
_MAX_ASKED: Final = 6
_STOP_WORDS: Final = frozenset(
    "a am an and any are as at be been but by can could do does doing done for from get give given gives had has have "
    "he her here him his how i if in into is it its just let like make me my need of on one or our out please she "
    "should so some such tell than that the their them then there these they this those to us want was we were what "
    "when where which who whose why will with would you your function write return returns def self str int float "
    "bool none true false "
    "aber als am an auf aus bei bin bitte da das dem den der des die du ein eine einem einen einer es für gib hat ich "
    "im in ist ja kann man mein meine mir mit muss nach oder sich sie sind so und uns von was wie wir wird zu zum "
    "zur".split()
)
_SUFFIXES: Final = tuple(
    "izations isations ization isation ations ation ators ator ating ated ates ings ions ers ors ies ied ion ing ate "
    "est es ed er or ly y s e".split()
)


@dataclass(frozen=True, slots=True)
class SkillTexts:
    """What is searched of one skill.

    Attributes:
        columns: stemmed words, one string a column of `COLUMNS`.
        views: texts that are turned into vectors, no two alike; the first describes the skill.
        templates: forms of requests that it was made for, or answered.
    """

    columns: tuple[str, ...]
    views: tuple[str, ...]
    templates: tuple[str, ...]


def skill_texts(record: SkillRecord) -> SkillTexts:
    """Take a skill's record apart."""
    name = " ".join(words(record.name))
    description = record.description or record.goal
    asked = list(dict.fromkeys(filter(None, (record.goal, *record.answers))))
    signature = _types_off(record.signature or record.name)
    columns = {
        "name": " ".join(terms(record.name)),
        "signature": " ".join(terms(signature)),
        "description": " ".join(terms(record.description)),
        "goal": " ".join(terms(masked(record.goal))),
        "examples": " ".join(terms(" ".join(record.examples))),
        "answers": " ".join(terms(" ".join(map(masked, record.answers)))),
        "asked_as": " ".join(terms(" ".join(map(masked, record.asked_as)))),
    }
    latest = [*asked[:1], *asked[1:][-_MAX_ASKED + 1 :]]
    views = [f"{name}: {description}", *filter(str.strip, record.asked_as[:_MAX_PHRASES]), *latest]
    return SkillTexts(
        tuple(columns[column] for column in COLUMNS),
        tuple(dict.fromkeys(view[:_MAX_TEXT] for view in views)),
        tuple(dict.fromkeys(filter(None, map(template, asked)))),
    )


def skill_terms(record: SkillRecord) -> set[str]:
    """The words of all columns of a skill, its examples aside."""
    asked = " ".join(map(masked, (record.goal, *record.answers, *record.asked_as)))
    return set(terms(" ".join((record.name, _types_off(record.signature), record.description, asked))))


def told_terms(record: SkillRecord) -> set[str]:
    """The words by which a skill says what it does: its names for parameters, and its examples, aside."""
    asked = " ".join(map(masked, (record.goal, *record.answers)))
    return set(terms(" ".join((record.name, record.description, asked))))


def text_digest(text: str) -> bytes:
    """A short name for a text."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=DIGEST_SIZE).digest()


def terms(text: str) -> list[str]:
    """The words that tell something, without their endings, each once."""
    return [term for term in dict.fromkeys(map(_term, words(text))) if term]


def words(text: str) -> list[str]:
    """The words of a text in any script, in lower case: identifiers taken apart, unspaced scripts as pairs."""
    return [word.lower() if word.isascii() else _plain(word) for word in split_words(text[:_MAX_TEXT])]


def _plain(word: str) -> str:
    """In lower case, Latin, Greek and Cyrillic letters without their accents."""
    decomposed = unicodedata.normalize("NFD", word.casefold())
    if not any("\u0300" <= char <= "\u036f" for char in decomposed):
        return word.casefold()
    return unicodedata.normalize(
        "NFC", "".join(char for char in decomposed if not "\u0300" <= char <= "\u036f")
    )


@lru_cache(maxsize=32_768)
def _term(word: str) -> str:
    if word in _STOP_WORDS or (len(word) == 1 and not word.isdigit() and not UNSPACED.match(word)):
        return ""
    return stem(word)


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """The word without its ending, of at least three letters; for ranking only, not to be shown."""
    return without_ending(word, _SUFFIXES) if word.isascii() else word


def _types_off(signature: str) -> str:
    return re.sub(r"->.*$|:\s*[\w.\[\], |]+?(?=[,)=])", " ", signature)
