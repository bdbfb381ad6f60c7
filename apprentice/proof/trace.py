"""What ran in one call, line by line with the values that changed: text for a prompt.

The code under test shares its process with what watches it. So a trace is what the code says about itself, bounded in size
and without control characters: it helps to repair, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any, Final

from apprentice.cancellation import CancelToken
from apprentice.proof.harness import HARNESS, packed
from apprentice.proof.runs import run_beside
from apprentice.proof.tracer import TRACER
from apprentice.sandbox.base import RunResult, Sandbox
from apprentice.syntax_trees import lines_of, literal

#: Lines that a call may run, and passes of a loop beyond which only the first two and the last are shown.
MOST_STEPS: Final = 20_000
MOST_PASSES: Final = 3
#: Characters of one value, of one line, and of all lines together.
MOST_VALUE: Final = 60
MOST_LINE: Final = 120
MOST_TEXT: Final = 1_200
#: Calls within calls that are shown line by line; deeper ones, and further ones of the same function, in one line.
_DEEPEST: Final = 3
_LOOPS: Final = 12
_OUTPUT_KB: Final = 4096


def trace(
    sandbox: Sandbox,
    module: str,
    function: str,
    call: str,
    *,
    modules: Mapping[str, str],
    cancel: CancelToken | None = None,
    seconds: float = 1.0,
    most_lines: int = 24,
) -> list[str]:
    """What ran when a function of a module was called once: `3: total = 0`, `5: word = 'a', counts = {'a': 1}`.

    Each line has its number in the module, with the variables that it changed, or its source. The lines of a helper are
    indented, a loop's first two passes and its last are shown, an exception stands at its line. Nothing where the module
    can't be imported, or where nothing of it ran.

    Args:
        call: text of the argument list, as `behaviour.observe` takes it.
        seconds: of processor time; of wall time it is twice as much.
        most_lines: of those shown; characters are at most about 1,200.

    Raises:
        Cancelled: it was stopped.
        SandboxError: no code can be run on this machine.
    """
    try:
        if not isinstance(literal(call), list):
            return []
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return []
    result, records = run_beside(
        sandbox,
        _harness(),
        "trace",
        [module, function, call, seconds, MOST_STEPS],
        modules=modules,
        seconds=2 * seconds + 4.0,
        output_kb=_OUTPUT_KB,
        cancel=cancel,
    )
    reader = _Reader(lines_of(modules[module]), function)
    for record in records:
        reader.take(record)
    return _within(reader.lines(), reader.ending(result, seconds), most_lines)


@dataclass(slots=True)
class _Step:
    """One line that began: what it changed, what it raised or returned, and the calls that it made."""

    line: int
    changed: str = ""
    raised: str = ""
    gave: str = ""
    calls: list[_Visit] = field(default_factory=list)

    @property
    def silent(self) -> bool:
        """Whether there's nothing to say of it but that it ran."""
        return not (self.changed or self.raised or self.gave or self.calls)


@dataclass(slots=True)
class _Visit:
    """One call of a function of the module."""

    function: str
    arguments: str
    steps: list[_Step] = field(default_factory=list)
    gave: str = ""
    raised: str = ""


class _Reader:
    """Puts the records together, and words them.

    Args:
        source: the module's lines.
        function: the one that is called.
    """

    def __init__(self, source: Sequence[str], function: str) -> None:
        self._source = source
        self._visits: dict[int, _Visit] = {}
        self._open: list[int] = []
        self._first: _Visit | None = None
        self._shown = {function}
        self._end = ""
        self._count = 0

    def take(self, record: Any) -> None:
        """One record; what hasn't its form is left out."""
        match record:
            case ["call", int(number), str(name), str(arguments)] if number not in self._visits:
                visit = self._visits[number] = _Visit(_text(name, MOST_VALUE), _text(arguments, MOST_LINE))
                above = self._visits[self._open[-1]] if self._open else None
                if self._first is None:
                    self._first = visit
                elif above is not None and above.steps:
                    above.steps[-1].calls.append(visit)
                self._open.append(number)
            case ["line", int(number), int(line), str(changed)] if number in self._visits:
                self._changed(number, changed)
                if self._open[-1:] != [number]:
                    self._open.append(number)  # a generator goes on
                if 0 < line <= len(self._source):
                    self._visits[number].steps.append(_Step(line))
                    self._count += 1
            case ["raise", int(number), str(text), str(changed)] if number in self._visits:
                self._changed(number, changed)
                if steps := self._visits[number].steps:
                    steps[-1].raised = self._visits[number].raised = _text(text, MOST_LINE)
            case [("return" | "yield") as how, int(number), str() | None as value, str(changed)] if (
                number in self._visits
            ):
                self._changed(number, changed)
                visit = self._visits[number]
                if value is not None and visit.steps:
                    visit.steps[-1].gave = f"{how}ed {_text(value, MOST_VALUE)}"
                    visit.gave = visit.steps[-1].gave
                while self._open and self._open.pop() != number:
                    pass
            case [("stopped" | "late" | "deep" | "end") as how]:
                self._end = how

    def lines(self) -> list[str]:
        """The lines in the order in which they ran."""
        return self._of(self._first, "", 0) if self._first is not None else []

    def ending(self, result: RunResult, seconds: float) -> str:
        """How it ended where it didn't by itself; empty where it did, or where nothing ran."""
        if self._first is None or self._end == "end":
            return ""
        if self._end == "stopped":
            return f"… stopped here, after {self._count:,} lines"
        if self._end == "deep":
            return f"… stopped here, in calls within calls, {len(self._open):,} deep"
        if self._end == "late" or result.status in ("timeout", "cpu") or "SIGVTALRM" in result.message:
            return f"… stopped here, after {seconds:g} s"
        return f"… the process ended here: {_text(result.message or result.status, MOST_LINE)}"

    def _changed(self, number: int, changed: str) -> None:
        steps = self._visits[number].steps
        if changed and steps:
            before = steps[-1].changed
            steps[-1].changed = _text(f"{before}, {changed}" if before else changed, MOST_LINE)

    def _of(self, visit: _Visit, indent: str, depth: int) -> list[str]:
        lines: list[str] = []
        for step in _folded(visit.steps):
            if isinstance(step, str):
                lines.append(f"{indent}{step}")
                continue
            for inner in step.calls:
                lines += self._inner(inner, f"{indent}  ", depth + 1)
            lines += [f"{indent}{step.line}: {text}" for text in self._words(step)]
        return lines

    def _inner(self, visit: _Visit, indent: str, depth: int) -> list[str]:
        """A call that the function made: line by line for the first one of its kind."""
        head = f"{indent}{visit.function}({visit.arguments})"
        if visit.function in self._shown or depth > _DEEPEST or not visit.steps:
            return [f"{head} {visit.gave or (visit.raised and f'raised {visit.raised}')}".rstrip()]
        self._shown.add(visit.function)
        return [f"{head}:", *self._of(visit, f"{indent}  ", depth)]

    def _words(self, step: _Step) -> list[str]:
        source = _text(" ".join(self._source[step.line - 1].split()), MOST_VALUE)
        words = [step.changed] if step.changed else []
        if step.raised:
            words.append(f"{source} raised {step.raised}")
        if step.gave:
            words.append(step.gave)
        return words or [source]


def _folded(steps: Sequence[_Step], depth: int = 0) -> list[_Step | str]:
    """The steps with each loop's passes between its second and its last left out."""
    heads = {after.line for before, after in pairwise(steps) if after.line <= before.line}
    if not heads or depth > _LOOPS:
        return list(steps)
    head = min(heads)
    starts = [place for place, step in enumerate(steps) if step.line == head]
    bottom = max(step.line for step in steps[starts[0] : starts[-1] + 1])
    end = starts[-1] + 1
    while end < len(steps) and head < steps[end].line <= bottom:
        end += 1
    passes = [steps[start:stop] for start, stop in pairwise([*starts, end])]
    if len(passes) > 1 and len(passes[-1]) == 1 and passes[-1][0].silent:
        passes.pop()  # the loop's last look whether there is more
    found = _folded(steps[: starts[0]], depth + 1)
    for number, one in enumerate(passes, start=1):
        if number == MOST_PASSES and len(passes) > MOST_PASSES:
            more = len(passes) - MOST_PASSES
            found.append(f"… {more:,} more pass{'es' if more > 1 else ''}")
        if number < MOST_PASSES or number == len(passes):
            found += [one[0], *_folded(one[1:], depth + 1)]
    return found + _folded(steps[end:], depth + 1)


def _within(lines: Sequence[str], ending: str, most_lines: int) -> list[str]:
    """As many of the first and of the last lines as there may be, and how it ended."""
    room = MOST_TEXT - len(ending)
    shown = min(len(lines), most_lines - bool(ending))
    kept = list(lines)
    while shown > 1 and (len(kept) > shown or sum(len(line) + 1 for line in kept) > room):
        last = shown // 3
        left_out = len(lines) - (shown - 1 - last) - last
        kept = [*lines[: shown - 1 - last], f"… {left_out:,} more lines", *lines[len(lines) - last :]]
        shown -= sum(len(line) + 1 for line in kept) > room
    return [*kept, ending] if ending else kept


def _text(text: str, most: int) -> str:
    """The text on one line, without control characters and halves of characters, cut."""
    plain = "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text[: most + 1]
    )
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


@cache
def _harness() -> str:
    return packed(HARNESS + TRACER)
