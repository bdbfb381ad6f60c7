"""Inputs of which nobody said what comes of them: beyond the kind that was shown, and some candidates refuse them.

`factorial(-1)` is one, where only positive numbers were shown and the goal says nothing of negative ones: whether it raises
or returns something decides nothing about who computes factorials rightly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from apprentice.proof.behaviour import Behaviour
from apprentice.proof.inputs import calls_in, places_of
from apprentice.syntax_trees import literal

_ANY_ERROR: Final = re.compile(
    r"\b(?:rais\w*|errors?|exceptions?|invalid|malformed|\w+Error)\b", re.IGNORECASE
)
#: Errors that no value of the right kind brings about in code that is right.
_FAULTS: Final = frozenset(
    {"TypeError", "AttributeError", "NameError", "UnboundLocalError", "RecursionError"}
)
_NOTHING: Final = re.compile(r"\b(?:none|null|nothing|optional|missing|not found)\b", re.IGNORECASE)
_NOT_NEGATIVE: Final = re.compile(r"\bnon-?\s?negative\b", re.IGNORECASE)
#: by what an argument is: the words of a goal that speak of such ones
_SPOKEN: Final = {
    "negative": re.compile(r"\b(?:negative\w*|below|minus|absolute|sign(?:s|ed)?)\b|<|-\d", re.IGNORECASE),
    "zero": re.compile(r"\b(?:zeros?|0)\b", re.IGNORECASE),
    "empty": re.compile(r"\b(?:empty|no|nothing|none|without|missing|blank|zero|any)\b", re.IGNORECASE),
    "blank": re.compile(r"\b(?:spaces?|blanks?|white\s?space|empty|strip\w*|trim\w*)\b", re.IGNORECASE),
}


def undecided(
    goal: str, examples: Sequence[str], signature: str, function: str, behaviours: Sequence[Behaviour]
) -> list[int]:
    """Places of calls that decide nothing: some candidates refuse them, and neither goal nor examples speak of such values.

    Args:
        goal: the user's words; its examples may stand in it.
        examples: as Python, e.g. `f(2) == 4`.
        behaviours: of several candidates, on the same calls.
    """
    words = goal
    for example in examples:
        words = words.replace(example, " ")
    if len(behaviours) < 2 or _ANY_ERROR.search(words):
        return []
    words = _NOT_NEGATIVE.sub(" ", words)
    spoken = {trait for trait, pattern in _SPOKEN.items() if pattern.search(words)}
    shown = _shown(examples, signature, function)
    found = []
    for place, call in enumerate(behaviours[0].calls):
        kinds = {behaviour.outcomes[place].kind for behaviour in behaviours}
        if "raised" in kinds and kinds <= {"raised", "returned", "unknown"} and _beyond(call, shown, spoken):
            found.append(place)
    return found


def stumbles(
    goal: str, examples: Sequence[str], signature: str, function: str, code: str, behaviour: Behaviour
) -> bool:
    """Whether code ends with an error on an input of the kind that was shown, though it raises no such error itself; or with
    None, where other inputs give something.

    Nor may the goal or an example speak of it. Texts may be of a form that the function isn't for, so an error that such a
    form brings about is none.
    """
    words = " ".join([goal, *examples])
    shown = _shown(examples, signature, function)
    raised = set(re.findall(r"\braise\s+(\w+)", code))
    mixed = len({outcome.text == "None" for outcome in behaviour.outcomes if outcome.kind == "returned"}) == 2
    if mixed and not _NOTHING.search(words):
        return True
    for call, outcome in zip(behaviour.calls, behaviour.outcomes, strict=True):
        name = outcome.form.strip('"') if outcome.kind == "raised" else ""
        if not name or name in raised or re.search(rf"\b{name}\b", words) or _beyond(call, shown, set()):
            continue
        if name in _FAULTS or not re.search(r"['\"]", call):
            return True
    return False


def _shown(examples: Sequence[str], signature: str, function: str) -> list[set[str]]:
    """The traits of the values that examples have, by place."""
    places = places_of(signature, function)
    shown: list[set[str]] = []
    for example in examples:
        for values in calls_in(example, function, places):
            for place, value in enumerate(values):
                shown += [set() for _ in range(place + 1 - len(shown))]
                shown[place] |= _traits(value)
    return shown


def _beyond(call: str, shown: Sequence[set[str]], spoken: set[str]) -> bool:
    try:
        values = literal(call)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return False
    return any(
        _traits(value) - (shown[place] if place < len(shown) else set()) - spoken
        for place, value in enumerate(values)
    )


def _traits(value: Any) -> set[str]:
    if isinstance(value, bool):
        return set()
    if isinstance(value, int | float):
        return {"negative"} if value < 0 else {"zero"} if value == 0 else set()
    if isinstance(value, str | bytes | list | tuple | dict | set | frozenset):
        if not value:
            return {"empty"}
        return {"blank"} if isinstance(value, str) and not value.strip() else set()
    return set()
