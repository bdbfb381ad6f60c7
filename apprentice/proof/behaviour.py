"""What a function does on given calls, and where several functions differ.

The code under test shares its process with what notes the outcomes. So a behaviour is what the code says about itself: good for
comparing candidates that were written to be right, never a proof by itself.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from apprentice.cancellation import CancelToken
from apprentice.proof.harness import harness
from apprentice.proof.runs import run_beside
from apprentice.sandbox.base import NOTHING, Grants, RunResult, Sandbox
from apprentice.syntax_trees import literal

#: What came of a call. `died`: it took the process with it. `unknown`: it wasn't made, or its value can't be compared.
Kind = Literal["returned", "raised", "slow", "died", "unknown"]

#: Calls of one behaviour that may be slow, or take the process with them, before the rest isn't made.
MOST_TROUBLES: Final = 3
#: Seconds that all runs of one behaviour may take, if nothing else is said.
MOST_SECONDS: Final = 12.0
_OUTPUT_KB: Final = 4096
_KINDS: Final = ("returned", "raised", "slow", "unknown")
_MOST_TEXT: Final = 200
_NONE: Final = '["None", "None"]'


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one call.

    Attributes:
        form: of what was returned: JSON that holds type and value, the same for equal ones, whatever their order in sets
            and dicts; of what was raised: the nearest of Python's own errors.
        text: for a person; at most 200 characters.
        changed: an argument was changed by the call.
        effects: the arguments after it, where they changed, and what was printed.
        seconds: of wall time.
    """

    kind: Kind
    form: str = ""
    text: str = ""
    changed: bool = False
    effects: str = ""
    seconds: float = 0.0

    @property
    def ended(self) -> bool:
        """Whether it returned or raised: it can be compared with another that did."""
        return self.kind in ("returned", "raised")

    @property
    def literal(self) -> bool:
        """Whether `text` is Python's for all of the value that was returned, so that an example can be made of it."""
        if self.kind != "returned":
            return False
        try:
            literal(self.text)
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What came of each call.

    Attributes:
        calls: the texts of argument lists.
        outcomes: one for each call.
        error: why none could be made, e.g. the module can't be imported; empty otherwise.
        runs: of the sandbox.
        seconds: of all runs together.
    """

    calls: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    error: str = ""
    runs: int = 0
    seconds: float = 0.0

    @property
    def ended(self) -> int:
        """How many calls returned or raised."""
        return sum(outcome.ended for outcome in self.outcomes)


def observe(
    sandbox: Sandbox,
    module: str,
    function: str,
    calls: Sequence[str],
    *,
    modules: Mapping[str, str],
    grants: Grants = NOTHING,
    cancel: CancelToken | None = None,
    seconds_per_call: float = 0.5,
    seconds: float = MOST_SECONDS,
) -> Behaviour:
    """Make all calls, in one run if the code lets it; one that ends the process is left out of the next run.

    Args:
        calls: texts of argument lists, as `arguments_for` gives them. Values beyond the parameters that have a position go
            to those that are given by name only, in order.
        seconds_per_call: of processor time; of wall time it is twice as much. Longer ones are `slow`.
        seconds: of wall time, for all runs together.

    Raises:
        Cancelled: it was stopped.
        SandboxError: no code can be run on this machine.
    """
    began = time.monotonic()
    outcomes: list[Outcome | None] = [None if _readable(call) else Outcome("unknown") for call in calls]
    runs = troubles = 0
    careful = False
    why = ""
    while waiting := [number for number, outcome in enumerate(outcomes) if outcome is None]:
        left = seconds - (time.monotonic() - began)
        if left < 0.5 or troubles >= MOST_TROUBLES:
            why = "Not called: calls before it took too long, or ended the process."
            break
        texts = [calls[number] for number in waiting]
        result, records = run_beside(
            sandbox,
            harness(),
            "observe",
            [module, function, texts, seconds_per_call, MOST_TROUBLES - troubles, careful],
            modules=modules,
            seconds=left,
            output_kb=_OUTPUT_KB,
            grants=grants,
            cancel=cancel,
        )
        runs += 1
        ready, broken = _take(records, waiting, outcomes)
        if broken or not ready:
            why = broken or f"The module can't be imported: {result.message or result.status}"
            break
        troubles += sum(outcomes[number] is not None and _slow(outcomes[number]) for number in waiting)
        first = next((number for number in waiting if outcomes[number] is None), None)
        if first is None or (result.ok and troubles >= MOST_TROUBLES):
            continue
        if careful:
            outcomes[first] = _ending(result)
            troubles += 1
        careful = True
    made = tuple(outcome or Outcome("unknown", text=why) for outcome in outcomes)
    error = "" if any(made_.kind != "unknown" for made_ in made) else why
    return Behaviour(tuple(calls), made, error, runs, time.monotonic() - began)


def agree(first: Behaviour, second: Behaviour, *, exact: bool = True) -> list[bool | None]:
    """For each call whether both did the same; None where that can't be told.

    Floats that differ in the last places are the same. Where both return None, what they changed and printed counts.

    Args:
        exact: an int is another value than a float that equals it.
    """
    return [_same(a, b, exact) for a, b in zip(first.outcomes, second.outcomes, strict=True)]


def groups(behaviours: Sequence[Behaviour], *, exact: bool = True) -> list[list[int]]:
    """The numbers of those that behave alike on all calls that can be compared, large groups first.

    One that never returned or raised stands alone.
    """
    found: list[list[int]] = []
    for number, behaviour in enumerate(behaviours):
        for group in found:
            if all(_alike(behaviours[member], behaviour, exact) for member in group):
                group.append(number)
                break
        else:
            found.append([number])
    return sorted(found, key=lambda group: (-len(group), group))


def telling(behaviours: Sequence[Behaviour], *, exact: bool = True) -> int | None:
    """The number of the call that tells most about which is right: it splits them most evenly; the simplest of such.

    None where none tells two of them apart.
    """
    best: tuple[float, int, int, int] | None = None
    for number, call in enumerate(behaviours[0].calls if behaviours else ()):
        outcomes = [each.outcomes[number] for each in behaviours if each.outcomes[number].ended]
        parts: list[list[Outcome]] = []
        for outcome in outcomes:
            part = next((part for part in parts if _same(part[0], outcome, exact)), None)
            if part is None:
                parts.append([outcome])
            else:
                part.append(outcome)
        if len(parts) < 2:
            continue
        # What is left in doubt after the answer, to a twentieth of all: less is not worth a harder question.
        doubt = round(20 * sum(len(part) ** 2 for part in parts) / len(behaviours) / len(outcomes))
        shown = sum(len(part[0].text) for part in parts)
        errors = sum(part[0].kind == "raised" for part in parts)
        rank = (doubt, errors, len(call) + shown // len(parts), number)
        best = rank if best is None else min(best, rank)
    return None if best is None else best[3]


def steady(first: Behaviour, second: Behaviour) -> list[bool | None]:
    """For each call whether the same code did exactly the same in two runs; None where that can't be told.

    For runs with different seeds for hashes, call the sandbox's `renew` between them.
    """
    return [
        _traits(a) == _traits(b) if a.ended and b.ended else None
        for a, b in zip(first.outcomes, second.outcomes, strict=True)
    ]


def _traits(outcome: Outcome) -> tuple[str, str, bool, str]:
    return outcome.kind, outcome.form, outcome.changed, outcome.effects


def _alike(first: Behaviour, second: Behaviour, exact: bool) -> bool:
    known = [same for same in agree(first, second, exact=exact) if same is not None]
    return bool(known) and all(known)


def same_outcome(first: Outcome, second: Outcome, *, exact: bool = True) -> bool | None:
    """Whether two outcomes of one call are the same, as `agree` has it."""
    return _same(first, second, exact)


def _same(first: Outcome, second: Outcome, exact: bool) -> bool | None:
    if "unknown" in (first.kind, second.kind) or not (first.ended or second.ended):
        return None
    if first.kind != second.kind:
        return False
    if first.form == _NONE and second.form == _NONE:
        return first.effects == second.effects
    if first.form == second.form or first.kind == "raised":
        return first.form == second.form
    if '"float"' not in first.form and '"float"' not in second.form:
        return False
    try:
        return _same_form(json.loads(first.form), json.loads(second.form), exact)
    except (ValueError, RecursionError):
        return False


def _same_form(first: Any, second: Any, exact: bool) -> bool:
    if not isinstance(first, list) or not isinstance(second, list):
        return bool(first == second)
    if len(first) == len(second) == 2 and "float" in (first[0], second[0]):
        if first[0] == second[0] or (not exact and "int" in (first[0], second[0])):
            return _same_number(str(first[1]), str(second[1]))
        return False
    return len(first) == len(second) and all(
        _same_form(a, b, exact) for a, b in zip(first, second, strict=True)
    )


def _same_number(first: str, second: str) -> bool:
    """Whether two numbers are the same but for what binary fractions leave."""
    if first == second:
        return True
    try:
        return math.isclose(float(first), float(second), rel_tol=1e-12, abs_tol=1e-15)
    except (ValueError, OverflowError):
        return False


def _readable(call: str) -> bool:
    try:
        return isinstance(literal(call), list)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return False


def _slow(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome.kind == "slow"


def _take(records: Sequence[Any], waiting: Sequence[int], outcomes: list[Outcome | None]) -> tuple[bool, str]:
    """Put what the run noted into `outcomes`; whether the module was imported, and why not."""
    ready, broken = False, ""
    for record in records:
        match record:
            case ["ready"]:
                ready = True
            case ["broken", str(reason)]:
                broken = f"The module can't be imported: {reason[:_MOST_TEXT]}"
            case [-1, *_]:
                broken = "The module can't be imported: it takes too long."
            case [int(number), str(kind), str(form), str(shown), bool(changed), str(effects), float(seconds)]:
                if kind in _KINDS and 0 <= number < len(waiting) and outcomes[waiting[number]] is None:
                    found: Kind = kind  # type: ignore[assignment]
                    shown = shown[:_MOST_TEXT]
                    outcomes[waiting[number]] = Outcome(found, form, shown, changed, effects, seconds)
    return ready, broken


def _ending(result: RunResult) -> Outcome:
    """What came of the call in which the run ended."""
    own_clock = any(name in result.message for name in ("SIGVTALRM", "SIGPROF", "SIGALRM"))
    if result.status in ("timeout", "cpu") or own_clock:
        return Outcome("slow")
    return Outcome("died", text=result.message[:_MOST_TEXT])
