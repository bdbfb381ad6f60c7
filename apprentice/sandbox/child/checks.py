"""What rewritten tests call to report values. Standard library only; imported in the child alone.

Nothing here knows what a test expects: it evaluates, encodes and sends. See `judge` for who judges.
"""

from __future__ import annotations

import builtins
import contextlib
import operator
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any

from apprentice.sandbox.plain import MAX_DEPTH, NotPlain, describe, encode, safe_repr, type_name

#: The name under which rewritten tests find their `Checks`.
NAME = "_apprentice_"

#: Bytes that one value takes, about, and all values of a run together.
MOST_BYTES = 4_000_000
MOST_IN_ALL = 12_000_000
#: Bytes of a value that is shown beside a check.
MOST_AROUND = 2_000
#: Items asked of an iterator, and seconds that asking may take.
MOST_ASKED = 20_000
MOST_SECONDS = 1.0
MOST_MESSAGE = 10_000
#: Bytes of one number, one null, one bracket, about.
_ITEM = 14

_BUILTIN_CLASSES = {
    id(kind): f"builtins.{kind.__name__}"
    for kind in (*vars(builtins).values(), type(None), type(...))
    if isinstance(kind, type)
}
_EXACT = frozenset(
    (type(None), bool, int, float, str, bytes, list, tuple, dict, set, frozenset, complex, type)
)
_RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
_SKIPS = ("SkipTest", "Skipped")


class Asked:
    """A value whose items are wanted too, where it is no plain value."""

    def __init__(self, value: Any) -> None:
        self.value = value


class TooMuch(Exception):
    """The checks report more than can be judged."""


class Checks:
    """Reports the values of a test's checks.

    Args:
        send: sends one report.
        tests: the names of the test module, which tell the classes in it.
        given: names of the skill's modules, for the same purpose.
        files: the files of which an error's line is told.
    """

    def __init__(
        self, send: Callable[..., None], tests: Mapping[str, Any], given: Iterable[str], files: frozenset[str]
    ) -> None:
        self._send = send
        self._tests = tests
        self._given = tuple(given)
        self._files = files
        self._left = MOST_IN_ALL
        self._said: set[int] = set()
        self._classes: dict[int, tuple[type, list[list[str]]]] = {}

    def begin(self) -> None:
        """A test begins."""
        self._said.clear()

    def __call__(self, number: int, /, *values: Any, **around: Any) -> None:
        """Report the values of one check, and variables around it for messages."""
        group = self._group(values)
        self._report(
            number, [group], {name: safe_repr(value) for name, value in around.items() if _is_small(value)}
        )

    def lazily(self, number: int, *groups: Callable[[], tuple[Any, ...]]) -> None:
        """Report values in groups; an error in a later group is reported, as Python may not have come there."""
        self._report(number, self.seen(*groups), {})

    def seen(self, *groups: Callable[[], tuple[Any, ...]]) -> list[dict[str, Any]]:
        """The values of groups, as they are reported."""
        seen = [self._group(groups[0]())]
        for group in groups[1:]:
            try:
                seen.append(self._group(group()))
            except TooMuch:
                raise
            except Exception as error:  # noqa: BLE001 - whatever a skill may raise
                seen.append({"raised": describe(error, self._files)})
        return seen

    @staticmethod
    def items(value: Any) -> Asked:
        """Mark a value whose items are wanted."""
        return Asked(value)

    def raises(self, number: int) -> Raising:
        """A block that is expected to raise something."""
        return Raising(self, number)

    def raised(self, number: int, error: BaseException | None) -> None:
        """Report what a block raised."""
        facts: dict[str, Any] | None = None
        if error is not None:
            facts = describe(error, self._files)
            facts.update(classes=self._classes_of(type(error)), text=_message(error))
            self._spend(len(facts["text"]) + 200)
        self._send("check", check=number, raised=facts)

    def _report(self, number: int, seen: list[dict[str, Any]], around: Mapping[str, str]) -> None:
        key = hash((number, repr(seen)))
        if key in self._said:  # a loop that reports the same again says nothing new
            return
        self._said.add(key)
        self._send("check", check=number, seen=seen, around=around)

    # --- values

    def _group(self, values: tuple[Any, ...]) -> dict[str, Any]:
        plain = [value.value if type(value) is Asked else value for value in values]
        seen = [self._value(value, type(asked) is Asked) for value, asked in zip(plain, values, strict=True)]
        pairs = [
            self._pair(plain[index], plain[index + 1], seen[index], seen[index + 1])
            for index in range(len(plain) - 1)
        ]
        return {"values": seen, "pairs": pairs}

    def _value(self, value: Any, asked: bool) -> dict[str, Any]:
        encoder = _Encoder(self)
        facts: dict[str, Any] = {}
        try:
            facts["value"] = encoder.encode(value)
        except _TooLarge:
            encoder = _Encoder(self)
            facts["value"] = encoder.opaque(value, "a value too large to be reported")
        kind = type(value)
        if kind not in _EXACT:
            facts["classes"] = self._classes_of(kind)
        if (kind not in _EXACT or encoder.objects) and encoder.size < MOST_BYTES // 100:
            facts["repr"] = safe_repr(value)
        if asked and facts["value"][0] == "o":
            with contextlib.suppress(_TooLarge):
                items, whole = _items(value)
                facts["items"] = [encoder.encode(item) for item in items]
                facts["whole"] = whole
        if encoder.objects:
            facts["objects"] = encoder.objects
        self._spend(encoder.size + 200 * len(encoder.objects) + 50)
        return facts

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise TooMuch("the tests' checks report more values than can be judged")

    def _pair(
        self, left: Any, right: Any, first: Mapping[str, Any], second: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What the run says about two of its values, for what the agent can't compare."""
        kinds = type(left), type(right)
        facts: dict[str, Any] = {
            "is": left is right,
            "same": kinds[0] is kinds[1] or issubclass(kinds[0], kinds[1]) or issubclass(kinds[1], kinds[0]),
        }
        objects = "objects" in first or "objects" in second
        if objects or ("classes" in first and "classes" in second):
            for name, relation in _RELATIONS.items():
                facts[name] = _answer(relation, left, right)
        if "objects" in second and hasattr(kinds[1], "__contains__"):
            facts["in"] = _answer(operator.contains, right, left)
        return facts

    def opaque(self, value: Any, what: str) -> dict[str, Any]:
        """The facts about an object that is no plain value."""
        return {"what": what, "classes": self._classes_of(type(value)), "truth": _answer(_truth, value, None)}

    def _classes_of(self, kind: type) -> list[list[str]]:
        """The names of a class and of each of its bases: the module's, and those that tests give it."""
        if id(kind) in self._classes:
            return self._classes[id(kind)][1]
        names = []
        for base in type.mro(kind):
            if id(base) in _BUILTIN_CLASSES:
                names.append([_BUILTIN_CLASSES[id(base)]])
                continue
            found = [f"{base.__module__}.{base.__qualname__}"]
            found += [f"g:{name}" for name, value in self._tests.items() if value is base]
            for module in self._given:
                owner = sys.modules.get(module)
                if owner is not None:
                    found += [f"{module}.{name}" for name, value in vars(owner).items() if value is base]
            names.append(found)
        self._classes[id(kind)] = kind, names
        return names


class Raising:
    """What `pytest.raises` and `assertRaises` give, for a block whose expected error the run doesn't know."""

    def __init__(self, checks: Checks, number: int) -> None:
        self._checks = checks
        self._number = number
        self.value: Any = None

    def __enter__(self) -> Raising:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if kind is not None and any(base.__name__ in _SKIPS for base in type.mro(kind)):
            return False
        self.value = error
        self._checks.raised(self._number, error)
        return True

    @property
    def exception(self) -> Any:
        """The error, as unittest has it."""
        return self.value

    @property
    def type(self) -> Any:
        """The error's class."""
        return type(self.value)

    @property
    def typename(self) -> str:
        """The name of the error's class."""
        return type(self.value).__name__

    @property
    def tb(self) -> Any:
        """The error's traceback."""
        return self.value.__traceback__

    def match(self, pattern: str) -> bool:
        """As pytest has it."""
        import re

        assert re.search(pattern, _message(self.value)), f"{pattern!r} not found in {_message(self.value)!r}"
        return True

    def exconly(self, tryshort: bool = False) -> str:
        """As pytest has it."""
        return f"{self.typename}: {self.value}"


class _TooLarge(Exception):
    """A value has too many items or characters to be reported."""


class _Encoder:
    """Encodes one value as `plain.encode` does, with a note in the place of each object that is no plain value."""

    def __init__(self, checks: Checks | None, most: int = MOST_BYTES) -> None:
        self._checks = checks
        self._most = most
        self._known: dict[int, tuple[Any, int]] = {}
        self.objects: list[dict[str, Any]] = []
        self.size = 0

    def encode(self, value: Any, depth: int = 0) -> list[Any]:
        """The value as `plain.decode` reads it, beside `["o", number]` for objects."""
        kind, below = type(value), depth + 1
        self.size += _ITEM
        if issubclass(kind, str):
            self.size += str.__len__(value) * (1 if str.isascii(value) else 6)
        elif issubclass(kind, bytes | bytearray):
            self.size += 2 * len(value)
        elif issubclass(kind, int):
            self.size += int.bit_length(value) // 4
        if self.size > self._most:
            raise _TooLarge
        if depth <= MAX_DEPTH:
            if issubclass(kind, list):
                return ["l", [self.encode(item, below) for item in list.__iter__(value)]]
            if issubclass(kind, tuple):
                return ["t", [self.encode(item, below) for item in tuple.__iter__(value)]]
            if issubclass(kind, dict):
                return [
                    "d",
                    [[self.encode(key, below), self.encode(item, below)] for key, item in dict.items(value)],
                ]
            if issubclass(kind, set):
                return ["S", [self.encode(item, below) for item in set.__iter__(value)]]
            if issubclass(kind, frozenset):
                return ["F", [self.encode(item, below) for item in frozenset.__iter__(value)]]
        try:
            return encode(value, depth)
        except NotPlain as error:
            return self.opaque(value, str(error))

    def opaque(self, value: Any, what: str) -> list[Any]:
        """A note of an object."""
        if id(value) not in self._known:
            if len(self.objects) > 1000 or self._checks is None:
                raise _TooLarge
            self._known[id(value)] = value, len(self.objects)
            self.objects.append(self._checks.opaque(value, what or type_name(type(value))))
        return ["o", self._known[id(value)][1]]


def _items(value: Any) -> tuple[list[Any], bool]:
    """The items of an iterable, and whether these are all.

    Raises:
        _TooLarge: it can't be iterated.
    """
    items = []
    end = time.monotonic() + MOST_SECONDS
    try:
        for item in value:
            items.append(item)
            if len(items) >= MOST_ASKED or time.monotonic() > end:
                return items, False
    except Exception as error:
        raise _TooLarge from error
    return items, True


def _is_small(value: Any) -> bool:
    """Whether showing the value costs nothing to speak of."""
    try:
        _Encoder(None, MOST_AROUND).encode(value)
    except _TooLarge:
        return False
    return True


def _truth(value: Any, _: None) -> Any:
    return value


def _answer(question: Callable[[Any, Any], Any], left: Any, right: Any) -> bool | None:
    """A yes or no; None where the objects don't say."""
    try:
        return bool(question(left, right))
    except Exception:  # noqa: BLE001 - a foreign operator
        return None


def _message(error: BaseException) -> str:
    """What pytest matches against."""
    try:
        notes = getattr(error, "__notes__", ())
        return "\n".join([str(error), *map(str, notes)])[:MOST_MESSAGE]
    except Exception:  # noqa: BLE001 - a foreign __str__
        return ""
