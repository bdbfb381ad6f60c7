"""Names of skills: valid identifiers, plain file names, and never the name of a module that Python itself needs."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Callable
from typing import Final

from anyascii import anyascii

from apprentice.errors import UsageError

MAX_LENGTH = 60
_RESERVED = sys.stdlib_module_names | {
    *(
        "pytest",
        "hypothesis",
        "numpy",
        "pandas",
        "requests",
        "conftest",
        "setup",
        "apprentice",
        "autonomous_agent",
    ),
    *("con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(10))),
}


def name_from_goal(goal: str, function: str = "") -> str:
    """The skill's name: the function that the goal names, else the goal's own words.

    "Create a JSON validator skill" gives `create_a_json_validator_skill`. Other scripts are romanised.
    """
    text = function or _first_sentence(goal)
    words = re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", anyascii(text)).lower())
    name = ""
    for word in words:
        if len(name) + len(word) + 1 > MAX_LENGTH:
            break
        name = f"{name}_{word}" if name else word
    name = name or "_".join(words)[:MAX_LENGTH] or "skill"
    return safe_name(f"skill_{name}" if name[0].isdigit() else name)


def safe_name(name: str) -> str:
    """The name itself, or with `_skill` behind it where Python or the file system has a use for it."""
    taken = name.lower() in _RESERVED or keyword.iskeyword(name) or keyword.issoftkeyword(name)
    return f"{name}_skill" if taken or name.startswith("test_") else name


def check_name(name: str) -> str:
    """A name that the user chose, made safe.

    Raises:
        UsageError: it isn't an identifier of ASCII letters, digits and `_`, or is too long.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) or len(name) > MAX_LENGTH:
        raise UsageError(
            f"{name!r} can't be a skill's name.",
            f"Use at most {MAX_LENGTH} letters, digits and underscores, beginning with a letter.",
        )
    return safe_name(name)


def unique_name(name: str, taken: Callable[[str], bool]) -> str:
    """The name, or the name with the first number from 2 up that isn't taken."""
    candidate, number = name, 2
    while taken(candidate):
        candidate = f"{name}_{number}"
        number += 1
    return candidate


def same_goal(one: str, other: str) -> bool:
    """Whether two goals are the same but for white space, case and final punctuation; what is quoted must be the same."""
    return _plain(one) == _plain(other)


_QUOTED: Final = re.compile(r"(\"[^\"]*\"|(?<!\w)'[^']*'|`[^`]*`)")


def _plain(goal: str) -> list[str]:
    pieces = _QUOTED.split(goal.rstrip(" \n\t.!"))
    return [piece if place % 2 else " ".join(piece.split()).casefold() for place, piece in enumerate(pieces)]


def _first_sentence(goal: str) -> str:
    line = next((line for line in goal.splitlines() if line.strip()), "")
    return re.split(r"[.;:!?。]\s|[.;:!?。]$", line.strip(), maxsplit=1)[0]
