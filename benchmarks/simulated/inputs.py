"""Inputs that the simulated coder's tests use: those of the visible examples, and variations of them."""

from __future__ import annotations

import ast
import random
from collections.abc import Sequence

from benchmarks.simulated.child import raising
from benchmarks.simulated.competence import SimulatedTask, check_code_of, checks_of
from benchmarks.simulated.misreadings import calls_of
from benchmarks.simulated.trees import entry_of, plain

_TRIES = 12
_DEFAULTS: dict[str, tuple[object, object]] = {
    "str": ("hello", "a simulation"),
    "int": (3, 10),
    "float": (2.5, 10.0),
    "list[int]": ([3, 1, 2], [5]),
    "List[int]": ([3, 1, 2], [5]),
    "list[str]": (["b", "a"], ["one", "two", "one"]),
    "List[str]": (["b", "a"], ["one", "two", "one"]),
}


def calls(task: SimulatedTask, rng: random.Random, count: int) -> tuple[list[str], list[str]]:
    """Texts of calls: those of the examples, and up to `count` other ones.

    Where the examples have none to vary, those of the hidden checks are varied, but not used as they are.
    """
    shown = [call for text in task.examples for call in calls_of(task, raising(text)[0])]
    hidden = [
        call for text in (*checks_of(task), check_code_of(task)) for call in calls_of(task, raising(text)[0])
    ]
    bases = (shown if len(shown) > 1 else [*shown, *hidden]) or _by_annotations(task)
    own = list(dict.fromkeys(_text(task, call) for call in shown))
    if not bases:
        return own, []
    taken = {*own, *(_text(task, call) for call in hidden)}
    varied: list[str] = []
    for _ in range(count * _TRIES):
        if len(varied) == count:
            break
        call = list(rng.choice(bases))
        for position in rng.sample(range(len(call)), min(len(call), rng.choice((1, 1, 2)))):
            call[position] = _varied(
                call[position], [base[position] for base in bases if position < len(base)], rng
            )
        text = _text(task, call)
        if text not in taken and len(text) <= 160:
            taken.add(text)
            varied.append(text)
    return own, varied


def _by_annotations(task: SimulatedTask) -> list[list[object]]:
    """Two calls with values as the parameters' types have them; none where a type says too little."""
    entry = entry_of(plain(task.solution), task.function)
    if entry is None:
        return []
    types = [ast.unparse(argument.annotation) if argument.annotation else "" for argument in entry.args.args]
    if not types or any(name not in _DEFAULTS for name in types):
        return []
    return [[_DEFAULTS[name][turn] for name in types] for turn in range(2)]


def _text(task: SimulatedTask, arguments: Sequence[object]) -> str:
    return f"{task.function}({', '.join(map(repr, arguments))})"


def _varied(value: object, others: Sequence[object], rng: random.Random) -> object:
    """Another value of the same kind; `others` stand at the same place in other calls."""
    match value:
        case bool():
            return not value
        case int():
            numbers = [other for other in others if isinstance(other, int)]
            least = min(numbers, default=value)
            # Far above the examples a solution may take for ever.
            double = value * 2 if value * 2 <= max(20, *numbers, value) else value - 2
            near = [value + 1, value - 1, value + rng.randint(2, 9), double, least]
            allowed = [one for one in near if one >= min(least, 1) and one != value]
            return rng.choice(allowed or [value + 1])
        case float():
            return rng.choice((value + 0.5, value + 1.0, round(value * 2, 3)))
        case str():
            return _text_varied(value, [other for other in others if isinstance(other, str)], rng)
        case bytes():
            texts = [other.decode("latin-1") for other in others if isinstance(other, bytes)]
            return _text_varied(value.decode("latin-1"), texts, rng).encode("latin-1", "ignore")
        case list():
            return _list_varied(value, rng)
        case tuple():
            return tuple(_one_varied(list(value), rng))
        case dict() if value:
            key = rng.choice(list(value))
            rest = {name: one for name, one in value.items() if name != key}
            return rng.choice((rest, {**value, key: _varied(value[key], list(value.values()), rng)}))
    return value


def _text_varied(value: str, others: Sequence[str], rng: random.Random) -> str:
    other = rng.choice(others) if others else value
    words = value.split()
    forms = [
        value[1:],
        value[:-1],
        value + other[-1:],
        other[:1] + value,
        value * 2 if len(value) < 10 else value[: len(value) // 2],
    ]
    if len(words) > 1:
        forms += [" ".join(reversed(words)), " ".join(words[:-1]), " ".join([*words, rng.choice(words)])]
    if digits := [place for place, char in enumerate(value) if char.isdecimal()]:
        # A date stays a date, mostly.
        place = rng.choice(digits)
        forms = [
            value[:place] + str((int(value[place]) + step) % 10) + value[place + 1 :] for step in (1, 2, 9)
        ]
    if value.isalpha():
        forms += [value[::-1], value.upper(), value.lower(), value.capitalize()]
    forms = [form for form in forms if form != value]
    return rng.choice(forms) if forms else value


def _list_varied(value: list[object], rng: random.Random) -> list[object]:
    if not value:
        return value
    forms = [
        value[:-1],
        value[1:],
        [*value, rng.choice(value)],
        value[::-1],
        _one_varied(value, rng),
        _one_varied(value, rng),
    ]
    forms = [form for form in forms if form != value]
    return rng.choice(forms) if forms else value


def _one_varied(value: list[object], rng: random.Random) -> list[object]:
    if not value:
        return value
    place = rng.randrange(len(value))
    return [*value[:place], _varied(value[place], value, rng), *value[place + 1 :]]
