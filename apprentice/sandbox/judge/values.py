"""What a run reported for one check, read as values and never trusted to be well formed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from apprentice.sandbox.plain import MAX_REPR, NotPlain, cut, decode, safe_repr

_RELATIONS: Final[Mapping[str, str]] = {
    "==": "eq",
    "!=": "ne",
    "<": "lt",
    "<=": "le",
    ">": "gt",
    ">=": "ge",
    "in": "in",
    "is": "is",
}


class Opaque:
    """An object of the run that is no plain value. It equals nothing but itself."""

    def __init__(self, what: str, classes: tuple[frozenset[str], ...], truth: bool | None) -> None:
        self.what = what
        self.classes = classes
        self.truth = truth

    def __repr__(self) -> str:
        return f"<{self.what}>"


class Raised(Exception):
    """Evaluating a part of the check raised an error in the run; `facts` describe it."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__(str(facts.get("message", "")))
        self.facts = facts


@dataclass(frozen=True, slots=True)
class SeenValue:
    """One reported value.

    Attributes:
        value: the plain value, possibly with `Opaque` objects inside, or an `Opaque` itself.
        text: its repr in the run.
        classes: names of its class and bases, where it isn't exactly of a builtin type.
        plain: whether nothing in it is opaque.
        items: what iterating it gave, where that was asked for and it is opaque.
        whole: whether these are all its items.
    """

    value: Any
    text: str
    classes: tuple[frozenset[str], ...] = ()
    plain: bool = True
    items: tuple[Any, ...] | None = None
    whole: bool = True

    @property
    def exact(self) -> bool:
        """Whether it is exactly of a builtin type."""
        return not self.classes


@dataclass(slots=True)
class Seen:
    """All that was reported for one check, by the number of each value."""

    values: dict[int, SeenValue] = field(default_factory=dict)
    raised: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    relations: dict[tuple[int, int], Mapping[str, Any]] = field(default_factory=dict)
    around: dict[str, str] = field(default_factory=dict)

    def value(self, index: int) -> SeenValue:
        """A reported value.

        Raises:
            Raised: evaluating it raised an error.
            NotPlain: it was not reported.
        """
        if index in self.raised:
            raise Raised(self.raised[index])
        if index not in self.values:
            raise NotPlain("a value that was not reported")
        return self.values[index]

    def relation(self, operator: str, left: int, right: int) -> bool | None:
        """What the run said about two of its values, for values that can't be compared here; None when nothing."""
        facts = self.relations.get((left, right)) or {}
        if operator in ("==", "!=") and facts.get("same") is not True:
            return None
        answer = facts.get(_RELATIONS.get(operator, ""))
        return answer if isinstance(answer, bool) else None


def read_seen(report: Mapping[str, Any], groups: Sequence[int]) -> Seen:
    """Read one report of a check whose values come in groups of these sizes.

    Raises:
        NotPlain: it is damaged.
    """
    seen = Seen()
    try:
        first = 0
        for size, group in zip(groups, report.get("seen") or (), strict=True):
            if "raised" in group:
                seen.raised.update({index: dict(group["raised"]) for index in range(first, first + size)})
            else:
                values = [_value(item) for item in group["values"]]
                if len(values) != size:
                    raise NotPlain("a damaged report")
                seen.values.update(enumerate(values, first))
                for offset, facts in enumerate(group.get("pairs") or ()):
                    seen.relations[first + offset, first + offset + 1] = dict(facts)
            first += size
        around = report.get("around") or {}
        seen.around = {cut(str(name), MAX_REPR): cut(str(text), MAX_REPR) for name, text in around.items()}
    except (TypeError, ValueError, KeyError, AttributeError, IndexError, RecursionError) as error:
        raise NotPlain("a damaged report") from error
    return seen


def _value(facts: Mapping[str, Any]) -> SeenValue:
    objects = [_opaque(item) for item in facts.get("objects") or ()]
    value = _decode(facts["value"], objects)
    shown = facts.get("repr")
    text = cut(str(shown), MAX_REPR) if shown is not None else safe_repr(value)
    items = facts.get("items")
    return SeenValue(
        value,
        text,
        _classes(facts.get("classes")),
        not objects,
        None if items is None else tuple(_decode(item, objects) for item in items),
        facts.get("whole") is not False,
    )


def _opaque(facts: Mapping[str, Any]) -> Opaque:
    truth = facts.get("truth")
    return Opaque(
        cut(str(facts["what"]), MAX_REPR),
        _classes(facts.get("classes")),
        truth if isinstance(truth, bool) else None,
    )


def _classes(data: Any) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(str, names)) for names in data or ())


def _decode(data: Any, objects: list[Opaque], depth: int = 0) -> Any:
    """As `plain.decode`, with the run's objects in it."""
    if not objects:
        return decode(data)
    if depth > 200:
        raise NotPlain("a value nested too deep")
    below = depth + 1
    match data[0]:
        case "o":
            return objects[data[1]]
        case "l":
            return [_decode(item, objects, below) for item in data[1]]
        case "t":
            return tuple(_decode(item, objects, below) for item in data[1])
        case "S":
            return {_decode(item, objects, below) for item in data[1]}
        case "F":
            return frozenset(_decode(item, objects, below) for item in data[1])
        case "d":
            return {_decode(key, objects, below): _decode(item, objects, below) for key, item in data[1]}
    return decode(data)
