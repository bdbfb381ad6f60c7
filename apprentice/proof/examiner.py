"""What runs in the sandbox and tries laws on a function with inputs that hypothesis makes.

Each input is tried on all laws at once: what an input costs is the call, and its making. Never imported by the agent.
"""

from __future__ import annotations

import contextlib
import copy
import importlib
import itertools
import math
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from apprentice.proof import laws

MOST_SLOW = 3
MOST_ITEMS = 1_000
MOST_TEXT = 200


class Slow(BaseException):
    """A call took too long."""


class Nowhere:
    """Takes what is printed, and forgets it."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        """Forget the text."""
        return len(text)

    def flush(self) -> None:
        """There is nothing to do."""

    def isatty(self) -> bool:
        """It is no terminal."""
        return False


class Examiner:
    """Tries laws on one function.

    Args:
        wanted: of each property the name of its law, and options.
        calls: argument lists to try first.
        by_name: names of the arguments that are given by name: the last ones.
        narrow, wide: texts of strategies for argument lists; "" for none.
        crashes: names of the errors that no call within what was seen may raise.
    """

    def __init__(
        self,
        module: str,
        function: str,
        wanted: Sequence[tuple[str, dict[str, Any]]],
        calls: Sequence[list[Any]],
        *,
        by_name: Sequence[str] = (),
        narrow: str = "",
        wide: str = "",
        crashes: Sequence[str] = (),
        count: int = 60,
        seconds: float = 1.0,
        seconds_per_call: float = 0.1,
    ) -> None:
        self._module = importlib.import_module(module)
        self._function = getattr(self._module, function)
        self._name = function
        self._wanted = wanted
        self._calls = calls
        self._by_name = tuple(by_name)
        self._strategies = [(text, reach) for text, reach in ((narrow, True), (wide, False)) if text]
        self._crashes = frozenset(crashes)
        self._count = count
        self._end = time.perf_counter() + seconds
        self._each = seconds_per_call
        self._slow = 0
        self._done = False
        self._held = [0] * len(wanted)
        self._found: dict[int, tuple[int, str, str]] = {}

    def judge(self, number: int) -> None:
        """Raise an error that tells the counterexample of a property, or that it was never tried."""
        if not self._done:
            self._done = True
            out = sys.stdout, sys.stderr
            sys.stdout = sys.stderr = Nowhere()
            try:
                self._examine_all()
            finally:
                sys.stdout, sys.stderr = out
        error = AssertionError()
        if number in self._found:
            _, call, said = self._found[number]
            error.__apprentice_values__ = {"call": call, "said": said}  # type: ignore[attr-defined]
            raise error
        if not self._held[number]:
            error.__apprentice_values__ = {"open": "it was never tried"}  # type: ignore[attr-defined]
            raise error

    def _examine_all(self) -> None:
        signal.signal(signal.SIGALRM, _ring)
        for call in self._calls:
            self._examine(list(call), narrow=False)
        for number, (law, options) in enumerate(self._wanted):
            for text in options["texts"] if law == "read_back" else ():
                with contextlib.suppress(Slow, Exception):
                    self._try(number, law, options, [text], self._call([text]) if options["first"] else None)
        names = {"st": st, "inf": math.inf, "nan": math.nan}
        for text, narrow in self._strategies:
            made = eval(text, names)
            with contextlib.suppress(Exception):
                self._with_inputs(made, narrow)

    def _with_inputs(self, made: Any, narrow: bool) -> None:
        @settings(
            database=None,
            derandomize=True,
            deadline=None,
            max_examples=self._count,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(made)
        def run(values: Any) -> None:
            self._examine(list(values), narrow=narrow)

        run()

    def _examine(self, values: list[Any], *, narrow: bool) -> None:
        if self._slow >= MOST_SLOW or time.perf_counter() > self._end:
            return
        used = copy.deepcopy(values)
        try:
            result = self._call(used)
        except Slow:
            self._slow += 1
            return
        except Exception as error:  # noqa: BLE001 - whatever the code raises
            if narrow:
                self._raised(values, error)
            return
        for number, (law, options) in enumerate(self._wanted):
            if law == "no_crash":
                self._held[number] += narrow
            elif law == "unchanged":
                self._held[number] += 1
                if not laws.alike(values, used) and repr(values) != repr(used):
                    place = next(
                        n for n, pair in enumerate(zip(values, used, strict=True)) if not laws.alike(*pair)
                    )
                    self._note(number, values, f"argument {place + 1} has become {laws.shown(used[place])}")
            elif law == "read_back":
                continue
            elif law != "of_type" or narrow or result is not None:
                # Of what it wasn't made for, a function may make nothing.
                self._try(number, law, options, values, result)
            if self._slow >= MOST_SLOW:
                return

    def _try(self, number: int, law: str, options: dict[str, Any], values: list[Any], result: Any) -> None:
        options = dict(options)
        try:
            if "other" in options:
                options["other"] = getattr(self._module, options["other"])
            said = getattr(laws, law)(self._again, copy.deepcopy(values), copy.deepcopy(result), **options)
        except Slow:
            self._slow += 1
            return
        except Exception:  # noqa: BLE001 - such a call tells nothing
            return
        if said is not None:
            self._held[number] += 1
        if said:
            self._note(number, values, said)

    def _raised(self, values: list[Any], error: Exception) -> None:
        for number, (law, _) in enumerate(self._wanted):
            if law == "no_crash":
                self._held[number] += 1
                if type(error).__name__ in self._crashes:
                    self._note(number, values, f"{type(error).__name__}: {str(error)[:100]}")

    def _again(self, *values: Any) -> Any:
        return self._call(copy.deepcopy(list(values)))

    def _call(self, values: list[Any]) -> Any:
        places = len(values) - len(self._by_name)
        named = dict(zip(self._by_name, values[places:], strict=True))
        signal.setitimer(signal.ITIMER_REAL, self._each)
        try:
            result = self._function(*values[:places], **named)
            if isinstance(result, Iterator):
                result = list(itertools.islice(result, MOST_ITEMS))
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        return result

    def _note(self, number: int, values: list[Any], said: str) -> None:
        places = len(values) - len(self._by_name)
        shown = [repr(value) for value in values[:places]]
        shown += [f"{name}={value!r}" for name, value in zip(self._by_name, values[places:], strict=True)]
        text = f"{self._name}({', '.join(shown)})"
        known = self._found.get(number)
        if known is None or len(text) < known[0]:
            self._found[number] = len(text), text[:MOST_TEXT], said[:MOST_TEXT]


def _ring(number: int, frame: FrameType | None) -> None:
    raise Slow
