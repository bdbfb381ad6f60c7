"""Texts of hypothesis strategies for values of a kind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, Literal

from apprentice.proof.kinds import Kind

#: `narrow`: values as those of the examples, in range and form, with which no function may go wrong. `wide`: others of the
#: same kind, at which it may raise what it likes.
Reach = Literal["narrow", "wide"]

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_MOST_NUMBER: Final = 100_000
_MOST_ITEMS: Final = 6
_MOST_TEXT: Final = 10


def strategy(kind: Kind, reach: Reach, *, free: bool, inside: bool = False) -> str:
    """Python's text for a strategy; "" where no values can be made.

    Args:
        free: texts may be any: the specification asks no form of them.
        inside: the values are items of others.
    """
    match kind.name:
        case "none":
            return "st.none()"
        case "bool":
            return "st.booleans()"
        case "choice":
            return _sampled(kind.seen)
        case "int":
            return _numbers(kind, reach, "")
        case "float":
            return _numbers(kind, reach, ".map(lambda number: number / 4)")
        case "str":
            return _text(kind, reach, free=free, inside=inside)
        case "bytes":
            short = "st.binary(max_size=8)" if reach == "wide" else ""
            return _either(_sampled(kind.seen), short)
        case "union":
            each = [strategy(inner, reach, free=free, inside=inside) for inner in kind.inner]
            return _either(*each) if all(each) or reach == "narrow" else ""
        case "tuple" if kind.fixed:
            each = [strategy(inner, reach, free=free, inside=True) for inner in kind.inner]
            return f"st.tuples({', '.join(each)})" if all(each) else _sampled(kind.seen)
        case "dict":
            return _dict(kind, reach, free=free)
        case "list" | "tuple" | "set" | "frozenset":
            return _items(kind, reach, free=free)
        case _:
            return ""


def _numbers(kind: Kind, reach: Reach, convert: str) -> str:
    """Of floats, quarters: they are exact, and shown shortly."""
    seen = [value for value in kind.seen if isinstance(value, int | float)]
    scale = 4 if convert else 1
    if not seen:
        return "" if reach == "narrow" else f"st.integers(0, {20 * scale}){convert}"
    low, high = min(seen), max(seen)
    if not (-(10**15) < low <= high < 10**15):
        return _sampled(kind.seen)
    if reach == "wide":
        high = max(high, min(3 * high, _MOST_NUMBER), 20)
        low = min(low, 0) if low >= 0 else min(low, -high)
    first, last = math.ceil(low * scale), math.floor(high * scale)
    made = f"st.integers({first}, {last}){convert}" if first < last else ""
    return _either(_sampled(kind.seen), made)


def _text(kind: Kind, reach: Reach, *, free: bool, inside: bool) -> str:
    seen = [value for value in kind.seen if isinstance(value, str)]
    if reach == "narrow" and not (free and seen):
        return _sampled(seen)
    if not seen:
        return f"st.text(alphabet={_LETTERS!r}, max_size={_MOST_TEXT})"
    if reach == "narrow" and inside:
        return _sampled(seen)
    letters = "".join(dict.fromkeys("".join(seen)))[:60]
    if reach == "wide" or free:
        joined = "".join(seen)
        letters += "abc" if any(c.islower() for c in joined) else ""
        letters += "ABC" if any(c.isupper() for c in joined) else ""
    if reach == "wide" and free:
        letters += "aB 1-.,"
    letters = "".join(dict.fromkeys(letters or "ab"))
    least = min(map(len, seen)) if reach == "narrow" else 0
    most = max(*map(len, seen), _MOST_TEXT)
    made = f"st.text(alphabet={letters!r}, min_size={least}, max_size={min(most, 30)})"
    if reach == "narrow" and " " in letters and not any("  " in v or v != v.strip() for v in seen):
        # Spaces stand between words, as in all that were seen.
        inner = f"st.text(alphabet={letters.replace(' ', '') or 'ab'!r}, min_size=1, max_size=7)"
        made = f"st.lists({inner}, min_size={min(least, 1)}, max_size=4).map(' '.join)"
    if free and "" in seen and " " in letters:
        seen = [*seen, " "]
    words = list(dict.fromkeys(word for value in seen for word in value.split()))[:20]
    if free and len(words) > 1 and any(" " in value for value in seen):
        some = f"st.lists(st.sampled_from({words!r}), min_size=1, max_size=6).map(' '.join)"
        return _either(_sampled(seen), made, some)
    return _either(_sampled(seen), made)


def _dict(kind: Kind, reach: Reach, *, free: bool) -> str:
    each = [strategy(inner, reach, free=free, inside=True) for inner in kind.inner]
    if kind.keys:
        pairs = ", ".join(f"{key!r}: {inner}" for key, inner in zip(kind.keys, each, strict=True))
        return f"st.fixed_dictionaries({{{pairs}}})" if all(each) else _sampled(kind.seen)
    if not all(each) or kind.inner[0].name in ("list", "dict", "set"):
        return _sampled(kind.seen)
    least, most = _sizes(kind, reach)
    most = _distinct(each[0], kind.inner[0], most)
    return f"st.dictionaries({each[0]}, {each[1]}, min_size={min(least, 1)}, max_size={most})"


def _items(kind: Kind, reach: Reach, *, free: bool) -> str:
    inner = kind.inner[0]
    made = strategy(inner, reach, free=free, inside=True)
    if not made or (kind.even and (reach == "narrow" or inner.fixed or not inner.inner)):
        return _sampled(kind.seen)
    least, most = _sizes(kind, reach)
    if kind.even:
        cells = strategy(inner.inner[0], reach, free=free, inside=True)
        if not cells or inner.name != "list":
            return _sampled(kind.seen)
        return (
            f"st.integers(1, 3).flatmap(lambda n: st.lists(st.lists({cells}, min_size=n, max_size=n), "
            f"min_size=1, max_size=3))"
        )
    if kind.name in ("set", "frozenset"):
        most = _distinct(made, inner, most)
        name = "sets" if kind.name == "set" else "frozensets"
        return f"st.{name}({made}, min_size={min(least, 1)}, max_size={most})"
    text = f"st.lists({made}, min_size={least}, max_size={most})"
    if kind.ordered:
        text += ".map(sorted)"
    return text if kind.name == "list" else f"{text}.map(tuple)"


def _sizes(kind: Kind, reach: Reach) -> tuple[int, int]:
    sizes = [len(value) for value in kind.seen]
    if not sizes:
        return (0 if reach == "wide" else 1), _MOST_ITEMS
    return (0 if reach == "wide" else min(sizes)), max(_MOST_ITEMS, min(max(sizes), 12))


def _distinct(made: str, kind: Kind, most: int) -> int:
    """How many different ones there can be: looking for more takes long."""
    return min(most, len(set(map(repr, kind.seen)))) if made.startswith("st.sampled_from") else most


def _sampled(values: Sequence[Any]) -> str:
    found = list(dict.fromkeys(map(repr, values)))[:30]
    return f"st.sampled_from([{', '.join(found)}])" if found else ""


def _either(*texts: str) -> str:
    found = [text for text in texts if text]
    return found[0] if len(found) == 1 else f"st.one_of({', '.join(found)})" if found else ""
