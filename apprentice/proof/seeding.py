"""Inputs made of the constants that stand in code: versions differ at the bounds that they test for.

Literature calls it seeding of constants (Fraser and Arcuri, "The Seed is Strong", ICST 2012): an input near those of the
examples, with the code's own numbers and texts put in, several at once, so that `02-30-2000` is tried where one version
knows that February is short.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from apprentice.proof.inputs import arguments_for, as_text, calls_in, places_of
from apprentice.proof.kinds import fits, kind_of
from apprentice.syntax_trees import literal, parse

_NUMBER: Final = re.compile(r"\d+")
_LARGEST: Final = 10**6
_LONGEST: Final = 20
#: How often a piece of text or a list is repeated, at most.
_REPEATS: Final = 8
_MOST_ITEMS: Final = 40
#: Numbers and texts that are put in where the code has none.
_FEW: Final = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class Constants:
    """What code spells out: its numbers with their neighbours, and its texts with their characters."""

    numbers: tuple[int, ...]
    texts: tuple[str, ...]


def constants_of(codes: Iterable[str]) -> Constants:
    """The constants of all codes, docstrings aside; code that isn't Python has none."""
    numbers: dict[int, None] = {}
    texts: dict[str, None] = {}
    for code in codes:
        try:
            tree = parse(code)
        except (SyntaxError, ValueError):
            continue
        said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            value = node.value if isinstance(node, ast.Constant) and id(node) not in said else None
            if type(value) is int and abs(value) <= _LARGEST:
                numbers.update(dict.fromkeys((value, value + 1, value - 1)))
            elif type(value) is float and abs(value) <= _LARGEST:
                numbers.update(dict.fromkeys((int(value), int(value) + 1)))
            elif isinstance(value, str) and 0 < len(value) <= _LONGEST:
                texts.update(dict.fromkeys([value, *value[:_LONGEST]]))
    return Constants(tuple(numbers) or _FEW, tuple(texts))


def seeded(
    signature: str, examples: Sequence[str], function: str, codes: Sequence[str], *, count: int = 200
) -> list[str]:
    """Texts of argument lists, each readable by `literal`, no two the same, always the same ones for the same code.

    Args:
        signature: `f(a: int, b='x') -> bool`; "" where none is known.
        examples: expressions that call the function, e.g. `f(2) == 4`.
        function: its name.
        codes: modules whose constants are put in.
        count: at most so many.
    """
    places = places_of(signature, function)
    known = [values for example in examples for values in calls_in(example, function, places) if values]
    if not known:
        made = arguments_for(signature, examples, function, count=8, near=False)
        known = [values for text in made if (values := literal(text))]
    longest = max(map(len, known), default=0)
    known = [values for values in known if len(values) == longest]
    if not known:
        return []
    kinds = [
        kind_of(places[place].annotation if place < len(places) else "", [values[place] for values in known])
        for place in range(longest)
    ]
    random = Random(function)
    changer = _Changer(constants_of(codes), random)
    found: dict[str, None] = {}
    for turn in range(4 * count):
        if len(found) >= count:
            break
        values = list(known[turn % len(known)])
        for place in range(longest):
            if longest == 1 or random.random() < 0.6:
                values[place] = changer.change(values[place])
        if all(fits(kind, value) for kind, value in zip(kinds, values, strict=True)) and (
            text := as_text(values)
        ):
            found[text] = None
    return list(found)


class _Changer:
    def __init__(self, constants: Constants, random: Random) -> None:
        self._numbers = constants.numbers
        self._counts = [number for number in constants.numbers if 0 <= number <= _REPEATS] or list(_FEW)
        self._texts = constants.texts
        self._random = random

    def change(self, value: Any) -> Any:
        """A value of the same type with constants of the code put in."""
        if type(value) is bool:
            return self._random.random() < 0.5
        if type(value) is int:
            return self._number(value)
        if type(value) is float:
            return float(self._random.choice(self._numbers)) + self._random.choice((0.0, 0.5))
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return self._items(value)
        if isinstance(value, tuple):
            return tuple(self.change(item) if self._random.random() < 0.5 else item for item in value)
        if isinstance(value, dict):
            return {
                (self.change(key) if self._random.random() < 0.2 else key): (
                    self.change(item) if self._random.random() < 0.5 else item
                )
                for key, item in value.items()
            }
        return value

    def _number(self, value: int) -> int:
        made = self._random.choice(self._numbers)
        return abs(made) if value >= 0 else made

    def _text(self, text: str) -> str:
        if _NUMBER.search(text) and self._random.random() < 0.8:
            return _NUMBER.sub(self._digits, text)
        for _ in range(self._random.choice((1, 1, 2, 3))):
            text = self._edited(text)
        return text

    def _digits(self, match: re.Match[str]) -> str:
        if self._random.random() < 0.4:
            return match[0]
        return str(abs(self._random.choice(self._numbers))).zfill(len(match[0]) if match[0][0] == "0" else 1)

    def _edited(self, text: str) -> str:
        pieces = [*self._texts, *dict.fromkeys(text)] or ["a"]
        piece = self._random.choice(pieces) * max(1, self._random.choice(self._counts))
        place = self._random.choice((0, len(text), self._random.randint(0, len(text))))
        way = self._random.randrange(4)
        if way == 0 and text:
            end = min(len(text), place + 1 + self._random.choice(self._counts))
            return text[:place] + text[end:]
        if way == 1 and text and self._texts:
            place = min(place, len(text) - 1)
            return text[:place] + self._random.choice(self._texts) + text[place + 1 :]
        return text[:place] + piece + text[place:]

    def _items(self, items: list[Any]) -> list[Any]:
        made = [self.change(item) if self._random.random() < 0.5 else item for item in items]
        way = self._random.randrange(5)
        if way == 0 and made:
            made = made[: self._random.choice(self._counts)]
        elif way == 1 and made:
            made += [self._random.choice(made)] * max(1, self._random.choice(self._counts))
        elif way == 2 and made:
            made.insert(self._random.randint(0, len(made)), self.change(self._random.choice(made)))
        elif way == 3:
            self._random.shuffle(made)
        return made[:_MOST_ITEMS]
