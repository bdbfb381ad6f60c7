"""What many variants of a module do on the same calls, in one run of the sandbox.

The variants share a process with each other and with what notes the outcomes. So what comes out is no more than a proposal:
whoever keeps a variant runs it again by itself.
"""

from __future__ import annotations

import ast
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from apprentice.cancellation import CancelToken
from apprentice.proof.behaviour import Kind, Outcome
from apprentice.proof.harness import HARNESS, packed
from apprentice.proof.runs import run_beside
from apprentice.sandbox.base import NOTHING, Grants, Sandbox
from apprentice.syntax_trees import parse

#: Seconds of processor time for all calls of one variant; of wall time it is six times as much.
VARIANT_SECONDS: Final = 0.015
#: Runs that a variant may end before those after it aren't tried any more.
MOST_ENDINGS: Final = 4
#: Share of the time that may go to variants that take too long; each costs as much as dozens of others.
SLOW_SHARE: Final = 0.4
#: Of one run; more are shared out among several.
_MOST_BYTES: Final = 400_000
_OUTPUT_KB: Final = 8192
_KINDS: Final = ("returned", "raised", "unknown")

#: Goes with `HARNESS`.
_BATCH: Final = r'''

class ShortWatch(Watch):
    """The time of one variant, which is short: most need less than a thousandth of a second."""

    def begin(self, seconds):
        for number in (signal.SIGALRM, signal.SIGPROF):
            signal.signal(number, self.ring)
        signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
        self.fired, self.began = 0, time.perf_counter()
        signal.setitimer(signal.ITIMER_PROF, seconds, 0.02)
        signal.setitimer(signal.ITIMER_REAL, 6 * seconds, 0.02)
        signal.setitimer(signal.ITIMER_VIRTUAL, 2 * seconds + 0.1)
        self.armed = True


def run_many(token, codes, function, calls, seconds, all_seconds, most_slow, imports, careful):
    clock, import_module, compiled, run, module_type = time.perf_counter, __import__, compile, exec, types.ModuleType
    report = Report(token, careful)
    import_module("warnings").simplefilter("ignore")
    watch = ShortWatch(lambda: report.end(watch.number, "slow", []))
    deadline = clock() + all_seconds
    for name in imports:
        try:
            watch.begin(IMPORT_SECONDS)
            import_module(name)
        except BaseException:
            pass
        finally:
            watch.end()
    slow = 0
    for number, code in enumerate(codes):
        if clock() > deadline or slow >= most_slow:
            break
        watch.number = number
        outcomes = []
        verdict = "ended"
        try:
            watch.begin(seconds)
            sys.stdout = sys.stderr = Printed()
            own = module_type("variant")
            sys.modules["variant"] = own
            run(compiled(code, "<variant>", "exec", dont_inherit=True), own.__dict__)
            call = own.__dict__[function]
            for text in calls:
                outcomes.append(brief(call, text))
        except Slow:
            verdict = "slow"
            slow += 1
        except BaseException:
            verdict = "broken"
        finally:
            watch.end()
        report.tell(number, verdict, outcomes)
    report.send()


def brief(call, text):
    """As `outcome`, for one call of several that share their time."""
    arguments = read(text)
    before = repr(arguments)
    try:
        value = settled(call(*positional(call, arguments), **named(call, arguments)))
        kind, built, shown = described(value)
    except Slow:
        raise
    except BaseException as error:
        kind, built, shown = "raised", base_of(error), f"{name_of(error)}: {message(error)}"
    return [kind, built, shown[:MOST_TEXT], repr(arguments) != before]
'''

Outcomes = tuple[Outcome, ...]


def run_many(
    sandbox: Sandbox,
    codes: Sequence[str],
    function: str,
    calls: Sequence[str],
    *,
    modules: Mapping[str, str],
    grants: Grants = NOTHING,
    cancel: CancelToken | None = None,
    seconds: float = 2.0,
    seconds_each: float = VARIANT_SECONDS,
) -> list[Outcomes | None]:
    """For each code what comes of each call, in the form of `behaviour.Outcome`.

    None for one that can't be loaded, that took too long, that ended the process, or that was not come to in time. One that
    ends the process is left out, and the rest goes on in another run, a few times.

    Args:
        codes: texts of modules that define `function`.
        calls: texts of argument lists, as `arguments_for` gives them.
        modules: what the codes may import.
        seconds: for all of it.
        seconds_each: of processor time, for all calls of one variant.

    Raises:
        Cancelled: it was stopped.
        SandboxError: no code can be run on this machine.
    """
    began = time.monotonic()
    found: list[Outcomes | None] = [None] * len(codes)
    imports = _imports(codes)
    start = endings = slow = 0
    most_slow = max(4, int(SLOW_SHARE * seconds / seconds_each))
    careful = False
    while start < len(codes) and endings <= MOST_ENDINGS and slow < most_slow:
        left = seconds - (time.monotonic() - began)
        if left <= 0.02:
            break
        part = _part(codes, start)
        arguments = [part, function, list(calls), seconds_each, left, most_slow - slow, imports, careful]
        result, records = run_beside(
            sandbox,
            _harness(),
            "run_many",
            arguments,
            modules=modules,
            seconds=left + 1.0,
            output_kb=_OUTPUT_KB,
            grants=grants,
            cancel=cancel,
        )
        told, late = _take(records, len(calls), start, len(part), found)
        slow += late
        if result.ok and told == len(part):
            start, careful = start + told, False
        elif result.ok:
            break  # its time is over
        elif careful:
            endings += 1
            start, careful = start + told + 1, len(part) > told + 1
        else:
            start, careful = start + told, True
    return found


def form_of(value: Any) -> str:
    """The comparable form of a plain value, as `Outcome.form` has it; empty where it has none."""
    try:
        kind, form, _ = _described()(value)
    except (RecursionError, MemoryError):
        return ""
    return str(form) if kind == "returned" else ""


@cache
def _described() -> Callable[[Any], tuple[str, str, str]]:
    """The harness's own function, so that there's one form only."""
    namespace: dict[str, Any] = {"__name__": "harness"}
    exec(compile(HARNESS, "<harness>", "exec"), namespace)
    return namespace["described"]  # type: ignore[no-any-return]


@cache
def _harness() -> str:
    return packed(HARNESS + _BATCH)


def _part(codes: Sequence[str], start: int) -> list[str]:
    """As many as go into one run, at least one."""
    size = 0
    part: list[str] = []
    for code in codes[start:]:
        size += len(code)
        if part and size > _MOST_BYTES:
            break
        part.append(code)
    return part


def _imports(codes: Sequence[str]) -> list[str]:
    """Modules of the standard library that codes import, so that the first variant that does so isn't the slow one."""
    heads = dict.fromkeys(
        line.strip()
        for code in codes
        for line in code.split("\n")
        if line.lstrip()[:7] == "import " or line.lstrip()[:5] == "from "
    )
    names: dict[str, None] = {}
    for head in heads:
        try:
            nodes = parse(head).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in nodes:
            if isinstance(node, ast.Import):
                names.update(dict.fromkeys(alias.name for alias in node.names))
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names[node.module] = None
    return [name for name in names if name.partition(".")[0] in sys.stdlib_module_names]


def _take(
    records: Sequence[Any], calls: int, start: int, count: int, found: list[Outcomes | None]
) -> tuple[int, int]:
    """Put what the run noted into `found`; how many it came to, and how many of them were slow."""
    told = slow = 0
    for record in records:
        match record:
            case [int(number), str(verdict), list(outcomes)] if number == told < count:
                told += 1
                slow += verdict == "slow"
                if verdict == "ended" and len(outcomes) == calls:
                    found[start + number] = _outcomes(outcomes)
    return told, slow


def _outcomes(records: Sequence[Any]) -> Outcomes | None:
    made = []
    for record in records:
        match record:
            case [str(kind), str(form), str(text), bool(changed)] if kind in _KINDS:
                known: Kind = kind  # type: ignore[assignment]
                made.append(Outcome(known, form, text, changed))
            case _:
                return None
    return tuple(made)
