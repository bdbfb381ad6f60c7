"""Values of a kind: those where functions go wrong, those near a known one, and random ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, Final

from apprentice.proof.kinds import Kind, fits
from apprentice.proof.strings import Texts

#: Numbers as large are made of those that were seen only.
_MOST_NUMBER: Final = 10**15


class Values:
    """Makes values of one kind.

    Args:
        kind: a `known` one.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.inner = [Values(inner) for inner in kind.inner]
        self._texts = Texts([value for value in kind.seen if isinstance(value, str)])
        numbers = [value for value in kind.seen if type(value) in (int, float)]
        self._most = min(max([1, *map(abs, numbers)]), _MOST_NUMBER) if numbers else 0
        #: Below zero only now and then where no seen number is.
        self._signed = not numbers or any(value < 0 for value in numbers)

    def edges(self) -> Iterator[Any]:
        """The smallest values, and those where functions go wrong, most telling first."""
        kind = self.kind
        match kind.name:
            case "none":
                yield None
            case "bool":
                yield from (True, False)
            case "choice":
                yield from kind.seen
            case "int":
                yield from (number for number in (0, 1, -1, 2, 3, 10, 7, 100) if number <= self._large(1))
            case "float":
                yield from (0.0, 1.0, -1.0, 0.5, 0, 1e-3, 2.5, 100.0)
            case "str":
                yield from self._texts.edges()
            case "bytes":
                yield from (b"", b"a", b"\x00\xff", b"hello world")
            case "union":
                each = [list(inner.edges()) for inner in self.inner]
                for turn in range(max(map(len, each))):
                    yield from (edges[turn] for edges in each if turn < len(edges))
            case "tuple" if kind.fixed:
                each = [list(inner.edges()) or list(inner.kind.seen) for inner in self.inner]
                for turn in range(max(map(len, each)) if all(each) else 0):
                    yield tuple(edges[turn % len(edges)] for edges in each)
            case "dict":
                yield from self._edges_of_dict()
            case _:
                yield from self._edges_of_items()

    def near(self, value: Any, random: Random) -> Iterator[Any]:
        """Values that differ a little from one that fits."""
        for made in self._near(value, random):
            if fits(self.kind, made):
                yield made

    def any(self, random: Random, size: int) -> Any:
        """A random value; lists of about `size` items."""
        kind = self.kind
        match kind.name:
            case "none":
                return None
            case "bool":
                return random.random() < 0.5
            case "choice":
                return random.choice(kind.seen)
            case "int":
                return self._number(random, size)
            case "float":
                if kind.seen and all(type(value) is int for value in kind.seen) and random.random() < 0.5:
                    return self._number(random, size)
                number = self._number(random, size) + random.choice(
                    (0.0, 0.5, 0.25, round(random.random(), 2))
                )
                return float(round(number, 4))
            case "str":
                return self._texts.any(random, None, size)
            case "bytes":
                return bytes(random.randrange(256) for _ in range(random.randint(0, 2 * size)))
            case "union":
                return random.choice(self.inner).any(random, size)
            case "tuple" if kind.fixed:
                return tuple(inner.any(random, size) for inner in self.inner)
            case "dict" if kind.keys:
                return {
                    key: inner.any(random, size) for key, inner in zip(kind.keys, self.inner, strict=True)
                }
            case "dict":
                keys, items = self.inner
                return {
                    keys.any(random, 1): items.any(random, size // 2) for _ in range(random.randint(0, size))
                }
            case _:
                return self._items(random, random.randint(0, size), size)

    def _number(self, random: Random, size: int) -> int:
        most = self._large(size) if random.random() < 0.4 else int(self._most) or 10 * size
        least = -most if self._signed and random.random() < 0.5 else 0
        return random.randint(least, max(most, 2))

    def _large(self, size: int) -> int:
        """Numbers beyond those that were seen come late: code that is right may be slow for them."""
        if not self._most:
            return 10 * size if size > 1 else 100
        return int(3 * max(self._most, 7) if size < 6 else max(100, 10 * self._most))

    def _items(self, random: Random, count: int, size: int) -> Any:
        """A list, tuple or set of items; some twice, as they are where things are counted or sorted."""
        kind, inner = self.kind, self.inner[0]
        if kind.even and inner.kind.name in ("list", "tuple"):
            items = self._rows(random, count)
        else:
            items = [inner.any(random, max(1, size // 2)) for _ in range(count)]
        if len(items) > 2 and random.random() < 0.5:
            items[random.randrange(len(items))] = random.choice(items)
        if kind.ordered:
            items = _in_order(items)
        return self._made(items)

    def _rows(self, random: Random, count: int) -> list[Any]:
        tables = [value for value in self.kind.seen if value]
        square = all(len(table) == len(table[0]) for table in tables)
        widths = {len(table[0]) for table in tables}
        width = count if square and len(widths) > 0 else random.randint(1, max(2, *widths))
        if not square and len(tables) > 1 and len(widths) == 1:
            width = widths.pop()
        cells = self.inner[0]
        of_row = cells.inner
        if cells.kind.name == "tuple" and cells.kind.fixed:
            return [cells.any(random, 3) for _ in range(count)]
        rows = [[of_row[0].any(random, 3) for _ in range(width)] for _ in range(count)]
        return [tuple(row) if cells.kind.name == "tuple" else row for row in rows]

    def _made(self, items: Sequence[Any]) -> Any:
        makers = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
        try:
            return makers[self.kind.name](items)
        except TypeError:
            return makers[self.kind.name]()

    def _edges_of_items(self) -> Iterator[Any]:
        inner = self.inner[0]
        edges = list(inner.edges()) or list(inner.kind.seen)
        seen = list(inner.kind.seen)
        first = (seen or edges)[:1]
        yield self._made([])
        if self.kind.even:
            yield from (self._made(table[:1]) for table in self.kind.seen[:1])
            return
        yield self._made(first)
        yield self._made(first * 2)
        yield self._made(first * 3)
        several = (seen + edges)[:6]
        for items in (several[:2], edges[:3], several, several[::-1], edges[:1], [*several, *several[:2]]):
            yield self._made(_in_order(items) if self.kind.ordered else items)

    def _edges_of_dict(self) -> Iterator[Any]:
        if self.kind.keys:
            each = [list(inner.edges()) or list(inner.kind.seen) for inner in self.inner]
            for turn in range(min(5, max(map(len, each))) if all(each) else 0):
                yield dict(zip(self.kind.keys, (edges[turn % len(edges)] for edges in each), strict=True))
            return
        keys, items = ((list(inner.kind.seen) + list(inner.edges()))[:5] for inner in self.inner)
        yield {}
        if keys and items:
            yield {keys[0]: items[0]}
            yield dict.fromkeys(keys[:3], items[0])
            yield dict(zip(keys, items, strict=False))

    def _near(self, value: Any, random: Random) -> Iterator[Any]:
        kind = self.kind
        if kind.name == "union":
            for inner in self.inner:
                if fits(inner.kind, value):
                    yield from inner.near(value, random)
        elif isinstance(value, bool):
            yield not value
        elif isinstance(value, int):
            yield from (value + 1, value - 1, 0, 2 * value, 1, value + 10, value // 2, value + 2, 3 * value)
            yield from (number for number in (-value, 10 * value, value**2) if number <= self._large(1))
        elif isinstance(value, float) and math.isfinite(value):
            yield from (
                value + 0.25,
                0.0,
                value * 2,
                -value,
                float(round(value)),
                round(value + 0.1, 6),
                value / 4,
                1.0,
            )
        elif isinstance(value, str):
            yield from self._texts.near(value, random)
        elif isinstance(value, bytes):
            yield from (b"", value[:1], value + value, value[::-1], value[1:])
        elif isinstance(value, tuple) and kind.fixed:
            for place, inner in enumerate(self.inner):
                for made in list(inner.near(value[place], random))[:4]:
                    yield (*value[:place], made, *value[place + 1 :])
        elif isinstance(value, dict):
            yield from self._near_dict(value, random)
        elif isinstance(value, list | tuple):
            yield from self._near_items(list(value), random)
        elif isinstance(value, set | frozenset):
            yield from self._near_items(sorted(value, key=repr), random)

    def _near_dict(self, value: dict[Any, Any], random: Random) -> Iterator[Any]:
        if not self.kind.keys:
            items = list(value.items())
            yield from ({}, dict(items[:1]), dict(items[1:]), dict(reversed(items)))
        for place, (key, item) in enumerate(value.items()):
            inner = self.inner[place] if self.kind.keys else self.inner[1]
            for made in list(inner.near(item, random))[:4]:
                yield {**value, key: made}
        if not self.kind.keys and value:
            yield {**value, self.inner[0].any(random, 1): random.choice(list(value.values()))}

    def _near_items(self, items: list[Any], random: Random) -> Iterator[Any]:
        changed = []
        inner = self.inner[0]
        for place in {0, len(items) - 1, len(items) // 2} if items else ():
            if self.kind.even and inner.kind.name in ("list", "tuple") and not inner.kind.fixed:
                row = items[place]
                made_rows = [
                    type(row)([*row[:n], cell, *row[n + 1 :]])
                    for n in {0, len(row) - 1}
                    if row
                    for cell in list(inner.inner[0].near(row[n], random))[:2]
                ]
            else:
                made_rows = list(inner.near(items[place], random))[:3]
            changed += [[*items[:place], made, *items[place + 1 :]] for made in made_rows]
        square = self.kind.even and all(len(table) == len(table[0]) for table in self.kind.seen if table)
        whole = [items[::-1], items[:1], [], [*items, *items], items[1:], [*items, *items[:1]], items[:-1]]
        whole = [items[::-1], []] if square else whole
        shuffled = random.sample(items, len(items))
        for made in (*whole[:3], *changed[:3], *whole[3:], shuffled, *changed[3:]):
            yield self._made(_in_order(made) if self.kind.ordered else made)


def _in_order(items: Sequence[Any]) -> list[Any]:
    try:
        return sorted(items)
    except TypeError:
        return list(items)
