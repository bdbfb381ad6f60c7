"""Test files as a coder writes them: each test right with a set probability, else with a plausible wrong expectation."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from apprentice.syntax_trees import literal
from benchmarks.simulated.child import raising
from benchmarks.simulated.competence import Competence, SimulatedTask, checks_of, dice
from benchmarks.simulated.inputs import calls
from benchmarks.simulated.pool import Pool
from benchmarks.simulated.running import values
from benchmarks.simulated.store import stored

CALLS = 28
MISREADERS = 6
_WORDS = "basic simple typical another several more edge small larger mixed repeated special".split()


@dataclass(frozen=True, slots=True)
class Known:
    """A call, what it gives, and what wrong modules give instead (each another result, as `values` has it)."""

    call: str
    result: dict[str, str]
    misread: tuple[dict[str, str], ...]
    shown: bool


@dataclass(frozen=True, slots=True)
class WrittenTests:
    """A test file, and which of its tests are right."""

    text: str
    right: dict[str, bool]


def known_calls(task: SimulatedTask, pool: Pool, cache: Path | None = None) -> list[Known]:
    """The calls that tests may be about; from the folder `cache` where that was found out before."""
    rows = stored(cache, "calls", task, lambda: [asdict(one) for one in _found(task, pool)])
    return [Known(**{**row, "misread": tuple(row["misread"])}) for row in rows]


def _found(task: SimulatedTask, pool: Pool) -> list[Known]:
    own, varied = calls(task, dice("inputs", task.id), CALLS)
    asked = [*own, *varied]
    if not asked:
        return []
    misreaders = [
        one.code for one in pool.wrong if one.closed and one.kind not in ("hard-coded", "syntax error", "cut")
    ]
    misreaders = dice("misreaders", task.id).sample(misreaders, min(MISREADERS, len(misreaders)))
    truth, *wrong = values([task.solution, *misreaders], asked)
    states = {name for text in (*task.examples, *checks_of(task)) if (name := raising(text)[1])}
    return [
        Known(
            call,
            result,
            tuple(row[at] for row in wrong if "value" in row[at] and row[at] != result),
            call in own,
        )
        for at, (call, result) in enumerate(zip(asked, truth, strict=True))
        if "value" in result or result.get("raises") in states
    ]


def _differs(other: dict[str, str], result: dict[str, str]) -> bool:
    """Whether it is another value, not the same in other words."""
    if "value" not in other or "value" not in result:
        return "value" in other
    return bool(literal(other["value"]) != literal(result["value"]))


def written(
    task: SimulatedTask, known: Sequence[Known], competence: Competence, module: str, rng: random.Random
) -> WrittenTests:
    """Six to eight tests (fewer where little is known to test)."""
    shown = [one for one in known if one.shown]
    others = [one for one in known if not one.shown]
    left = rng.sample(others, len(others))
    left += rng.sample(shown, len(shown))
    if shown:
        left.insert(min(1, len(left)), left.pop())
    right: dict[str, bool] = {}
    functions: list[str] = []
    for number in range(rng.randint(6, 8)):
        if not left:
            break
        about = [left.pop(0) for _ in range(min(len(left), rng.choice((1, 1, 2))))]
        name = f"test_{rng.choice(_WORDS)}_{number + 1}"
        is_right = rng.random() < competence.q
        wrong_at = -1 if is_right else rng.randrange(len(about))
        lines = [
            line
            for at, one in enumerate(about)
            for line in _asserted(one, _wrong(one, competence, rng) if at == wrong_at else one.result, rng)
        ]
        right[name] = is_right
        functions.append(f"def {name}():\n" + "\n".join(f"    {line}" for line in lines))
    head = f"from {module} import {task.function}"
    if any("pytest." in function for function in functions):
        head = f"import pytest\n{head}"
    if not functions:
        functions = [f"def test_is_there():\n    assert callable({task.function})"]
    return WrittenTests("\n\n\n".join([head, *functions]) + "\n", right)


def _asserted(one: Known, result: dict[str, str], rng: random.Random) -> list[str]:
    if name := result.get("raises"):
        return [f"with pytest.raises({name}):", f"    {one.call}"]
    value = literal(result["value"])
    if isinstance(value, float):
        return [f"assert abs({one.call} - {value!r}) < 1e-6"]
    if isinstance(value, bool) or value is None:
        return [f"assert {one.call} is {value!r}"]
    if rng.random() < 0.3:
        return [f"result = {one.call}", f"assert result == {value!r}"]
    return [f"assert {one.call} == {value!r}"]


def _wrong(one: Known, competence: Competence, rng: random.Random) -> dict[str, str]:
    """A wrong result: as of one who misread the goal, or a slip, or an error that isn't raised."""
    if one.misread and rng.random() < competence.misread:
        return rng.choice(one.misread)
    if "raises" in one.result:
        return {"value": "None"}
    if rng.random() < 0.08:
        return {"raises": rng.choice(("ValueError", "TypeError"))}
    value = literal(one.result["value"])
    slips = [slip(value) for slip in _SLIPS]
    real = [slip for slip in slips if slip != value]
    return {"value": repr(rng.choice(real))}


def _near(value: object) -> object:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return value[:-1]
        case list() | tuple():
            return value[:-1]
        case dict() if value:
            return dict(list(value.items())[:-1])
    return 0


def _other_kind(value: object) -> object:
    match value:
        case bool():
            return not value
        case list():
            return tuple(value)
        case tuple():
            return list(value)
        case str():
            return value.upper() if value != value.upper() else value.lower()
        case int() | float():
            return value - 1
    return []


def _other_order(value: object) -> object:
    match value:
        case list() | tuple() | str():
            return value[::-1]
        case dict():
            return {key: _near(one) for key, one in value.items()}
        case bool():
            return not value
        case int() | float():
            return -value
    return False


def _more(value: object) -> object:
    match value:
        case bool():
            return not value
        case list() if value:
            return [*value, value[-1]]
        case str():
            return value + (value[-1:] or " ")
        case int() | float():
            return value * 2
        case dict():
            return {**value, "other": 1}
    return None if value is not None else ""


_SLIPS: tuple[Callable[[object], object], ...] = (_near, _other_kind, _other_order, _more)
