"""What a function's examples and goal make likely of its code: kinds of values, constants, conversions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from apprentice.proof.cases import Case

#: By the kind of a value: what it is likely to be passed through; `{}` stands for it.
WRAPS: Final[dict[str, tuple[str, ...]]] = {
    "str": (
        "{}.lower()", "{}.split()", "{}.strip()", "{}[::-1]", "len({})", "list({})", "int({})", "{}.upper()",
        "set({})", "sorted({})", "{}.splitlines()", "reversed({})", "{}[1:]", "{}[:-1]", "{}[0]", "{}[-1]", "float({})",
        "{}.title()", "{}.rstrip()", "{}.lstrip()", "{}[::2]", "enumerate({})", "{}.casefold()",
    ),
    "list": (
        "sorted({})", "{}[::-1]", "set({})", "len({})", "list({})", "sum({})", "reversed({})", "enumerate({})", "{}[1:]",
        "{}[:-1]", "{}[0]", "{}[-1]", "max({})", "min({})", "{}[::2]", "{}[1::2]", "range(len({}))", "dict.fromkeys({})",
        "zip(*{})",
    ),
    "tuple": ("list({})", "sorted({})", "{}[::-1]", "len({})", "sum({})", "{}[0]", "{}[-1]", "enumerate({})"),
    "dict": ("{}.items()", "{}.values()", "{}.keys()", "sorted({})", "dict({})", "len({})", "{}.copy()", "sorted({}.items())"),
    "set": ("sorted({})", "list({})", "len({})"),
    "int": (
        "str({})", "abs({})", "{} + 1", "{} - 1", "range({})", "range(1, {} + 1)", "int({})", "-{}", "{} // 2", "{} % 2",
        "{} * 2", "{} ** 2", "bin({})",
    ),
    "float": ("round({})", "round({}, 2)", "int({})", "abs({})", "str({})", "-{}", "{} * 100", "{} / 100"),
    "bytes": ("{}.decode()", "len({})", "list({})"),
    "bool": ("not {}", "int({})"),
    "": (
        "{}.lower()", "{}.strip()", "int({})", "str({})", "len({})", "{}[::-1]", "list({})", "sorted({})", "{}.items()",
        "{}.split()", "{} + 1", "{} - 1", "abs({})", "sum({})", "{}[0]", "{}[1]", "{}[-1]", "{} ** 2", "{} * 2", "{}.upper()",
        "set({})", "reversed({})", "{}[1:]", "{}[:-1]",
    ),
}  # fmt: skip
#: By the kind of a result: what makes a value of that kind, or changes one.
RESULTS: Final[dict[str, tuple[str, ...]]] = {
    "str": (
        "''.join({})", "' '.join({})", "str({})", "{}.lower()", "{}.strip()", "{}[::-1]", "{}.upper()", "{}.title()",
        "{}.capitalize()", "{}[1:]", "{}[:-1]", "''.join(map(str, {}))", "{}.rstrip()", "{}.lstrip()", "{} or ''",
        "''.join(reversed({}))", "''.join(sorted({}))", "{}[0]", "{}[-1]",
    ),
    "list": (
        "list({})", "sorted({})", "{}[::-1]", "{}.split()", "[{}]", "{}[1:]", "{}[:-1]", "list(reversed({}))", "list(set({}))",
        "list(dict.fromkeys({}))", "sorted(set({}))", "list(map(list, {}))", "{}[::2]", "list({}.values())", "list({}.keys())",
    ),
    "tuple": ("tuple({})", "tuple(sorted({}))", "({},)"),
    "dict": ("dict({})", "dict(sorted({}.items()))", "{} or dict()"),
    "set": ("set({})",),
    "int": (
        "len({})", "sum({})", "int({})", "abs({})", "{} + 1", "{} - 1", "max({})", "min({})", "-{}", "len(set({}))", "round({})",
        "{} // 2", "{} * 2", "max({}, 0)", "int(''.join({}))",
    ),
    "float": ("float({})", "round({}, 2)", "round({}, 1)", "-{}", "abs({})", "{} * 100", "{} / 100", "sum({})", "{} / 2"),
    "bool": ("not {}", "bool({})", "{} > 0", "{} == 0", "all({})", "any({})", "{} is not None"),
    "None": ("{} or None",),
    "bytes": ("{}.encode()", "bytes({})"),
}  # fmt: skip
#: Words of a goal that make a conversion likely.
_WORDS: Final[dict[str, str]] = {
    "lower": "lower case ignore ignoring insensitive",
    "upper": "upper capital case",
    "casefold": "case ignoring insensitive",
    "sorted": "sort sorted sorts order ascending alphabetical alphabetically descending",
    "[::-1]": "reverse reversed reverses backwards backward inverted descending",
    "reversed": "reverse reversed reverses backwards order",
    "strip": "strip strips trim whitespace spaces blank surrounding leading trailing",
    "set(": "unique duplicate duplicates distinct different repeated",
    "fromkeys": "unique duplicate duplicates distinct repeated",
    "len(": "length count counts many often number how long",
    "sum(": "sum sums total adds average",
    "abs(": "absolute distance difference",
    "round(": "round rounded rounds decimals",
    "split": "words word separated split parts",
    "splitlines": "lines line",
    "join": "text string joined joins words",
    "max(": "largest maximum max highest longest biggest greatest",
    "min(": "smallest minimum min lowest shortest least",
    "** 2": "square squares squared",
    "items": "dictionary mapping keys values pairs",
    "values": "values",
    "title": "title capital capitalize capitalizes",
    "capitalize": "capitalize capitalizes capital first",
    "[::2]": "every second other alternate odd even",
    "[1::2]": "every second other alternate",
    "[-1]": "last end",
    "[0]": "first",
    "[1:]": "first without except rest",
    "[:-1]": "last without except",
    "enumerate": "index position numbered",
    "zip(": "columns transpose rows pairs",
    "* 100": "percent percentage",
    "/ 100": "percent percentage",
    "% 2": "even odd",
    "{} // 2": "half middle",
    "{} * 2": "double doubles twice",
    "int(": "integer integers number numbers whole digits",
}
_SEPARATORS: Final = re.compile(r"[^\w\s]\s?|\s|_")
_MOST_TEXTS: Final = 8


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of a function before its code is read.

    Attributes:
        arguments: for each place the kinds of values that examples have there, e.g. `{"str"}`.
        results: kinds of what is returned.
        texts: separators that occur in examples, and those that are usual.
        numbers: small ones, and those of the goal.
        empty: for each place, results of the examples in which that argument is empty or nothing; general ones only.
        raises: exceptions that examples want.
        words: of the goal, in lower case.
    """

    arguments: tuple[frozenset[str], ...]
    results: frozenset[str]
    texts: tuple[str, ...]
    numbers: tuple[int | float, ...]
    empty: tuple[tuple[str, ...], ...]
    raises: tuple[str, ...]
    words: frozenset[str]

    def likely(self, template: str) -> bool:
        """Whether the goal speaks of what a conversion does."""
        return _likely(template, self.words)


@lru_cache(maxsize=4096)
def _likely(template: str, words: frozenset[str]) -> bool:
    return any(part in template and not words.isdisjoint(known.split()) for part, known in _WORDS.items())


def hints(cases: Sequence[Case], goal: str = "", *, prose_only: bool = True) -> Hints:
    """What cases and a goal make likely.

    Args:
        prose_only: leave out of the goal what stands in it as code, e.g. the examples.
    """
    prose = re.sub(r"(>>>.*\n.*|\w+\([^)]*\)\s*(==|returns|raises|->)?\s*('[^']*'|\S*))", " ", goal)
    prose = prose if prose_only else goal
    most = max((len(case.values) for case in cases), default=0)
    returned = [case for case in cases if not case.raises]
    places = range(most)
    return Hints(
        arguments=tuple(
            frozenset(kind_name(case.values[place]) for case in cases if place < len(case.values))
            for place in places
        ),
        results=frozenset(kind_name(case.expected) for case in returned),
        texts=_texts(returned),
        numbers=tuple(dict.fromkeys([0, 1, -1, 2, *_numbers(prose)]))[:10],
        empty=tuple(tuple(dict.fromkeys(_of_empty(returned, place))) for place in places),
        raises=tuple(dict.fromkeys(case.raises for case in cases if case.raises)),
        words=frozenset(re.findall(r"[a-z]+", prose.lower())),
    )


def kind_name(value: Any) -> str:
    """Of a plain value: `str`, `None`, `list`…"""
    return "None" if value is None else type(value).__name__


def is_general(value: Any) -> bool:
    """Whether a result says so little that code may name it: empty, nothing, or a truth."""
    return value is None or value is False or value is True or (not value and not isinstance(value, complex))


def _of_empty(cases: Sequence[Case], place: int) -> Iterator[str]:
    for case in cases:
        if place < len(case.values) and is_general(case.expected):
            value = case.values[place]
            if value is not True and not value and value is not False:
                yield repr(case.expected)


def _texts(cases: Sequence[Case]) -> tuple[str, ...]:
    found: dict[str, None] = {"": None, " ": None}
    for case in cases:
        for value in (case.expected, *case.values):
            for text in _strings(value, 0):
                for match in _SEPARATORS.finditer(text[:200]):
                    found[match.group()] = None
                    found[match.group()[0]] = None
    return tuple(found)[:_MOST_TEXTS]


def _strings(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and depth < 3:
        for key, item in list(value.items())[:10]:
            yield from _strings(key, depth + 1)
            yield from _strings(item, depth + 1)
    elif isinstance(value, list | tuple | set) and depth < 3:
        items = sorted(value, key=repr) if isinstance(value, set) else value
        for item in items[:10]:
            yield from _strings(item, depth + 1)


def _numbers(prose: str) -> Iterator[int | float]:
    for text in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])", prose):
        yield float(text) if "." in text else int(text[:12])
