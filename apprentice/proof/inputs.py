"""Arguments to try a function with: those of its examples, those near them, and others of the same kinds."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from random import Random
from typing import Any, Final

from apprentice.proof.kinds import fits, kind_of
from apprentice.proof.values import Values
from apprentice.syntax_trees import literal, parse

#: The longest text of one list of arguments.
MAX_TEXT: Final = 2_000
#: Of those that aren't the examples' own: how many at most are near them, and how many at most are edges.
_NEAR_SHARE: Final = 0.45
_EDGE_SHARE: Final = 0.25
_MISSING: Final = object()
_PLAIN: Final = (type(None), bool, int, float, str, bytes)


@dataclass(frozen=True, slots=True)
class Place:
    """One parameter; `default` where it has one that is a plain value.

    Attributes:
        by_name: it is given by name only.
        many: it takes any number of values, as `*args`.
    """

    name: str
    annotation: str = ""
    default: Any = _MISSING
    required: bool = True
    by_name: bool = False
    many: bool = False


def arguments_for(
    signature: str,
    examples: Sequence[str],
    function: str,
    *,
    count: int = 60,
    seed: int = 0,
    near: bool = True,
) -> list[str]:
    """Texts of argument lists (`"[1, 'a']"`), each readable by `literal`, no two the same, the same ones for the same `seed`.

    First those of the examples, then such as are near them, then edge values of the parameters' kinds, then random ones of
    growing size. No value is of another kind than the annotation and the examples have there. Values that are given by
    name stand after the others, in the signature's order.

    Args:
        signature: `f(a: int, b='x') -> bool`; "" where none is known.
        examples: expressions that call the function, e.g. `f(2) == 4` or `f('') raises ValueError`.
        function: its name.
        count: at most so many.
        near: whether values near those of the examples are wanted.
    """
    places = places_of(signature, function)
    known = [values for example in examples for values in _calls(example, function, places)]
    found = dict.fromkeys(text for values in known if (text := as_text(values)))
    random = Random(f"{function}:{seed}")
    makers = _makers(places, known)
    if makers is None:
        return list(found)[:count]
    start = len(found)
    room = max(0, count - start)
    fitting = [values for values in known if len(values) == len(makers)]
    linked = [pair for pair in _linked(fitting) if all(makers[place].kind.name == "list" for place in pair)]
    drawn = [pair for pair in _drawn(fitting) if pair not in linked]
    spare: list[str] = []
    for share, source in (
        (_NEAR_SHARE if near else 0.0, _near(fitting, makers, random)),
        (_EDGE_SHARE, _edges(fitting, makers, random)),
    ):
        most = len(found) + round(room * share)
        for text in _texts(source, linked):
            if text in found:
                continue
            if len(found) < most:
                found[text] = None
            elif near and len(spare) < count:
                spare.append(text)
            else:
                break
    before = len(found)
    for turn in range(8 * count):
        if len(found) >= count:
            break
        made = len(found) - before
        size = 2 + made // 4 + (turn - made) // 40
        values = [maker.any(random, min(size, 12)) for maker in makers]
        for one, other in drawn:
            pool = [part for part in _parts(values[other]) if fits(makers[one].kind, part)]
            if pool and random.random() < 0.7:
                values[one] = random.choice(pool)
        found.update(dict.fromkeys(_texts([_link(values, linked, random, makers)], linked)))
    found.update(dict.fromkeys(spare))
    return list(found)[:count]


def call_text(signature: str, function: str, arguments: str) -> str:
    """The call as Python has it, e.g. `f('a', sep=';')`, for the text of an argument list."""
    places = [place for place in places_of(signature, function) if not place.many]
    positional = sum(not place.by_name for place in places)
    shown = []
    for number, value in enumerate(literal(arguments)):
        by_name = positional <= number < len(places)
        shown.append(f"{places[number].name}={_text(value)}" if by_name else _text(value))
    return f"{function}({', '.join(shown)})"


def calls_in(example: str, function: str, places: Sequence[Place]) -> list[list[Any]]:
    """The arguments of each call of the function in an example, in the signature's order; plain values only."""
    return list(_calls(example, function, places))


def places_of(signature: str, function: str) -> list[Place]:
    """The parameters that a signature has; none where it can't be read."""
    text = re.sub(r"^(async\s+)?def\s+", "", signature.strip()).rstrip(":").strip()
    if text.startswith("("):
        text = function + text
    try:
        node = parse(f"def {text}: pass").body[0]
    except (SyntaxError, ValueError, IndexError, RecursionError, MemoryError):
        return []
    if not isinstance(node, ast.FunctionDef):
        return []
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    places = [_place(a, default, False) for a, default in zip(positional, defaults, strict=True)]
    if arguments.vararg is not None:
        annotation = arguments.vararg.annotation
        places.append(Place("*", _annotation(annotation), required=False, many=True))
    places += [
        _place(a, default, True)
        for a, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    return places[1:] if places and places[0].name in ("self", "cls") else places


def as_text(values: Sequence[Any]) -> str:
    """The text of an argument list, the same in each process; "" where `literal` couldn't read it."""
    try:
        text = _text(list(values))
        literal(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return ""
    return text if len(text) <= MAX_TEXT else ""


def _text(value: Any) -> str:
    kind = type(value)
    if kind is list:
        return f"[{', '.join(map(_text, value))}]"
    if kind is tuple:
        return f"({_text(value[0])},)" if len(value) == 1 else f"({', '.join(map(_text, value))})"
    if kind is dict:
        return "{" + ", ".join(f"{_text(key)}: {_text(item)}" for key, item in value.items()) + "}"
    if kind is set:
        return "{" + ", ".join(sorted(map(_text, value))) + "}" if value else "set()"
    if kind in _PLAIN:
        return repr(value)
    raise ValueError(f"a {kind.__name__} has no text that can be read")


def _place(argument: ast.arg, default: ast.expr | None, by_name: bool) -> Place:
    value: Any = _MISSING
    if default is not None:
        try:
            value = _value(default)
        except (ValueError, TypeError, ArithmeticError):
            value = _MISSING
    return Place(argument.arg, _annotation(argument.annotation), value, default is None, by_name)


def _annotation(node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ast.unparse(node) if node is not None else ""


def _calls(example: str, function: str, places: Sequence[Place]) -> Iterator[list[Any]]:
    """The arguments of each call of the function in an example, in the signature's order."""
    text = re.sub(r"\s+raises\s+[\w.]+\s*$", "", example.strip())
    try:
        tree = parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name != function:
            continue
        try:
            given = [_value(argument) for argument in node.args]
            named = {keyword.arg or "": _value(keyword.value) for keyword in node.keywords}
        except (ValueError, TypeError, ArithmeticError):
            continue
        bound = _bound(given, named, places)
        if bound is not None:
            yield bound


def _bound(given: list[Any], named: dict[str, Any], places: Sequence[Place]) -> list[Any] | None:
    """All values by position; None where they don't fit the signature."""
    if not named:
        return given
    many = any(place.many for place in places)
    if many:
        return None
    values = list(given)
    for place in places[len(given) :]:
        if place.name in named:
            values.append(named.pop(place.name))
        elif not named:
            break
        elif place.default is _MISSING:
            return None
        else:
            values.append(place.default)
    return None if named else values


def _value(node: ast.expr) -> Any:
    """The plain value of an expression; small sums and repetitions of plain values, too."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Pow):
        left, right = _value(node.left), _value(node.right)
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        if isinstance(node.op, ast.Mult):
            count = min((side for side in (left, right) if type(side) is int), default=0)
            if type(left) in (int, float) and type(right) in (int, float):
                return left * right
            if count <= MAX_TEXT:
                return left * right
        elif type(left) is int and type(right) is int and abs(left) <= 1000 and 0 <= right <= 100:
            return left**right
        raise ValueError("too large")
    return ast.literal_eval(node)


def _makers(places: Sequence[Place], known: Sequence[Sequence[Any]]) -> list[Values] | None:
    """What makes the values of each argument; None where a kind isn't known.

    Arguments that may be left out are made where an example gives them, or where their annotation or default tells the kind.
    """
    most = max((len(values) for values in known), default=0)
    makers: list[Values] = []
    star = next((number for number, place in enumerate(places) if place.many), None)
    fixed = [place for place in places if not place.many]
    if star is not None and most > star:
        fixed = [*places[:star], *[places[star]] * (most - star)]
    if not places and not known:
        return None
    for number in range(max(most, len(fixed))):
        place = fixed[number] if number < len(fixed) else Place("")
        seen = [values[number] for values in known if len(values) > number]
        if place.default is not _MISSING and place.annotation == "" and (seen or place.default is not None):
            seen = [*seen, place.default]
        kind = kind_of(place.annotation, seen)
        if not kind.known:
            if number >= most and not place.required:
                break
            return None
        makers.append(Values(kind))
    return makers


def _near(known: Sequence[Sequence[Any]], makers: Sequence[Values], random: Random) -> Iterator[list[Any]]:
    """The arguments of each example with one of them changed; some of each example before many of one."""
    streams = [_changed(values, makers, random) for values in known]
    for turn in zip_longest(*streams):
        yield from (values for values in turn if values is not None)


def _changed(values: Sequence[Any], makers: Sequence[Values], random: Random) -> Iterator[list[Any]]:
    streams = [
        maker.near(value, random) if fits(maker.kind, value) else iter(())
        for maker, value in zip(makers, values, strict=True)
    ]
    for turn in zip_longest(*streams, fillvalue=_MISSING):
        for place, value in enumerate(turn):
            if value is not _MISSING:
                yield [*values[:place], value, *values[place + 1 :]]


def _edges(known: Sequence[Sequence[Any]], makers: Sequence[Values], random: Random) -> Iterator[list[Any]]:
    """Each argument at its edges while the others are as in an example; then all at theirs."""
    base = list(known[0]) if known else [maker.any(random, 3) for maker in makers]
    for turn in zip_longest(*(maker.edges() for maker in makers), fillvalue=_MISSING):
        if len(makers) > 1 and _MISSING not in turn:
            yield list(turn)
        for place, value in enumerate(turn):
            if value is not _MISSING:
                yield [*base[:place], value, *base[place + 1 :]]


def _texts(source: Iterable[Sequence[Any]], linked: Sequence[tuple[int, int]]) -> Iterator[str]:
    for values in source:
        if all(len(values[one]) == len(values[other]) for one, other in linked) and (text := as_text(values)):
            yield text


def _linked(known: Sequence[Sequence[Any]]) -> list[tuple[int, int]]:
    """Pairs of arguments that are equally long in every example, as those of a sum of products."""
    if (
        len(known) < 2
        or len({len(values[0]) for values in known if values and isinstance(values[0], list)}) < 2
    ):
        return []
    numbers = range(len(known[0]))
    return [
        (one, other)
        for one in numbers
        for other in numbers[one + 1 :]
        if all(
            isinstance(values[one], list)
            and isinstance(values[other], list)
            and len(values[one]) == len(values[other])
            for values in known
        )
    ]


def _drawn(known: Sequence[Sequence[Any]]) -> list[tuple[int, int]]:
    """Pairs of arguments of which the first occurs in the second in every example, as a key in records."""
    numbers = range(len(known[0]) if known else 0)
    return [
        (one, other)
        for one in numbers
        for other in numbers
        if one != other and all(values[one] in _parts(values[other]) for values in known)
    ]


def _parts(value: Any) -> list[Any]:
    """What a value holds: its items, its keys and those of its records, its words and characters."""
    if isinstance(value, str):
        return [*value.split(), *value] if value else []
    if isinstance(value, dict):
        return list(value)
    if isinstance(value, list | tuple):
        return [*value, *dict.fromkeys(key for item in value if isinstance(item, dict) for key in item)]
    return []


def _link(
    values: list[Any], linked: Sequence[tuple[int, int]], random: Random, makers: Sequence[Values]
) -> list[Any]:
    """The same with linked lists brought to one length."""
    for one, other in linked:
        missing = len(values[one]) - len(values[other])
        inner = makers[other].inner[0]
        values[other] = values[other][: len(values[one])] + [
            inner.any(random, 3) for _ in range(max(0, missing))
        ]
    return values
