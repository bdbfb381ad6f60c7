"""The values that stand in a request, and what is left of it without them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

#: In the order in which they are looked for; the first that fits at a place is taken.
_KINDS: Final = (
    (
        "text",
        r"\"[^\"\n]{0,2000}\"|“[^”\n]{0,2000}”|„[^“”\n]{0,2000}[“”]|«[^»\n]{0,2000}»|`[^`\n]{1,2000}`|「[^」\n]{0,2000}」",
    ),
    ("text", r"(?<![\w'])'[^'\n]{1,2000}'(?!\w)"),
    (
        "list",
        r"\[[^\[\]\n]{0,2000}\]|\{[^{}\n]*[:,][^{}\n]{0,2000}\}|\(\s*-?\d[^()\n]{0,500},[^()\n]{1,500}\)",
    ),
    ("url", r"\bhttps?://\S+|\bwww\.\S+"),
    ("email", r"\b[\w.+-]+@[\w-]+\.[\w.-]+\w"),
    (
        "date",
        r"\b\d{4}-\d{1,2}-\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2})?Z?)?\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b",
    ),
    ("time", r"\b\d{1,2}:\d{2}(?::\d{2})?\b"),
    ("color", r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b"),
    ("address", r"\b\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?\b"),
    (
        "path",
        r"(?<![\w/])(?:[~.]{0,2}/)?(?:[\w.-]+/)+[\w.-]*|\b[\w-]+\.(?:csv|txt|json|py|log|md|html?|xml|ya?ml|tsv|ini|toml|pdf|png|jpe?g|zip)\b",
    ),
    (
        "list",
        r"-?\d+(?:\.\d+)?(?:\s*,\s*(?:and\s+|und\s+)?-?\d+(?:\.\d+)?){2,}(?:\s+(?:and|und)\s+-?\d+(?:\.\d+)?)?",
    ),
    ("number", r"(?<![\w.])[-+]?\d+(?:[.,]\d+)*(?:[eE][-+]?\d+)?"),
)

_PATTERN: Final = re.compile(
    "|".join(f"(?P<{kind}{place}>{text})" for place, (kind, text) in enumerate(_KINDS))
)
_PLACEHOLDER: Final = re.compile(r"\{\w*\}")
_MAX_TEXT: Final = 8_000


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as it stands in a text: its kind (text, number, list, date, …), and where."""

    kind: str
    text: str
    start: int
    end: int


def literals(text: str) -> list[Literal]:
    """The values in a request, in its order: what is quoted, numbers, lists, dates, addresses, paths."""
    return [
        Literal((found.lastgroup or "").rstrip("0123456789"), found.group(), found.start(), found.end())
        for found in _PATTERN.finditer(text[:_MAX_TEXT])
    ]


@lru_cache(maxsize=4_096)
def masked(text: str) -> str:
    """The request with `{}` in place of each value; `{parameter}` of a kept request becomes the same."""
    text = text[:_MAX_TEXT]
    if _PLACEHOLDER.search(text):
        text = _PLACEHOLDER.sub("{}", text)
    pieces: list[str] = []
    position = 0
    for value in literals(text):
        if value.text == "{}":
            continue
        pieces.append(text[position : value.start])
        pieces.append("{}")
        position = value.end
    return "".join([*pieces, text[position:]])


def template(text: str) -> str:
    """A form that two requests share if they differ in values, letter case, spaces and end marks only."""
    plain = unicodedata.normalize("NFKC", masked(text)).casefold()
    return " ".join(plain.split()).rstrip(" .!?;:…。！？").lstrip("¿¡ ")
