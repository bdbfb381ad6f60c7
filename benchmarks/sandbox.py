"""What the sandbox costs: its runs beside plain Python and pytest, in one interleaved measurement, and what they leave."""

from __future__ import annotations

import contextlib
import gc
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from apprentice.sandbox import Limits, Sandbox, open_sandbox
from apprentice.settings import Settings

ROOT: Final = Path(__file__).parent.parent
SKILL: Final = "def double(n):\n    return n * 2\n"
PLAIN_TESTS: Final = """\
from skill import double


def test_number():
    assert double(2) == 4


def test_text():
    assert double("ab") == "abab"


def test_list():
    assert double([1]) == [1, 1]
"""
PYTEST_TESTS: Final = """\
import pytest
from skill import double


@pytest.fixture
def two():
    return 2


def test_number(two):
    assert double(two) == 4


@pytest.mark.parametrize(("given", "wanted"), [("ab", "abab"), ([1], [1, 1])])
def test_others(given, wanted):
    assert double(given) == wanted
"""
#: Ignores what it can, in several threads, and tries to leave processes behind.
STUBBORN: Final = """\
import os, signal, threading, time
for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
def work():
    while True:
        pass
for _ in range(4):
    threading.Thread(target=work).start()
try:
    if os.fork() == 0:
        os.setsid()
        os.fork()
except OSError:
    pass
work()
"""
FIRST_RUN: Final = """\
import sys, time
began = time.perf_counter()
from apprentice.sandbox import open_sandbox
from apprentice.settings import Settings
settings = Settings(workspace=sys.argv[1])
opened = time.perf_counter()
sandbox = open_sandbox(settings)
assert sandbox.run_code("print(1)").stdout == "1\\n"
print(time.perf_counter() - opened, flush=True)
sandbox.close()
"""

Bound = Literal["at most", "at least", ""]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    Attributes:
        worst: the largest of those whose median `value` is; None where there is but one.
        bound: with `target`, what the value has to keep; empty for a figure that is only told.
    """

    what: str
    value: float
    unit: str
    worst: float | None = None
    bound: Bound = ""
    target: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether the target is kept; true where there is none."""
        if self.bound == "at most":
            return self.value <= self.target
        return self.bound == "" or self.value >= self.target


def measure_all() -> list[Row]:
    """Every figure, of the sandbox that a user of this machine gets."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        sandbox = open_sandbox(Settings(workspace=Path(folder)))
        try:
            return [
                *runs(sandbox),
                *files_of_tests(sandbox),
                *throughput(sandbox),
                *first_run(),
                *timeouts(sandbox),
                *growth(sandbox, Path(folder) / "exec"),
            ]
        finally:
            sandbox.close()


def runs(sandbox: Sandbox, rounds: int = 60) -> list[Row]:
    """A warm run beside plain Python, taken in turns."""
    skill = {"skill": SKILL}
    bare, plain, run, call = (
        "plain `python -I -S -c pass`",
        "plain `python -I -c pass`",
        "sandbox, `run_code` of `pass`",
        "sandbox, `call` of a small function",
    )
    times = take_turns(
        {
            bare: lambda: _python("-I", "-S", "-c", "pass"),
            plain: lambda: _python("-I", "-c", "pass"),
            run: lambda: _ok(sandbox.run_code("pass").ok),
            call: lambda: _ok(sandbox.call("skill", "double", [2], {}, modules=skill).value == 4),
        },
        rounds,
    )
    ratios = [one / other for one, other in zip(times[run], times[bare], strict=True)]
    return [
        *(_milliseconds(name, seconds) for name, seconds in times.items()),
        Row("`run_code` over plain `python -I -S`", _ratio(times, run, bare), "times", None, "at most", 1.2),
        Row("the same, median of the ratio of each round", statistics.median(ratios), "times"),
        Row("`run_code` over plain `python -I`", _ratio(times, run, plain), "times"),
    ]


def files_of_tests(sandbox: Sandbox, rounds: int = 7) -> list[Row]:
    """Files of three tests, one plain and one that needs pytest, beside `python -m pytest` on the same files."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        Path(folder, "skill.py").write_text(SKILL, encoding="utf-8")
        for kind, text in (("3 tests", PLAIN_TESTS), ("3 tests with fixtures and parameters", PYTEST_TESTS)):
            file = Path(folder, "test_skill.py")
            file.write_text(text, encoding="utf-8")
            ours, theirs, bare = (
                f"sandbox, {kind}",
                f"`python -m pytest`, {kind}",
                f"the same without plugins, {kind}",
            )

            def in_sandbox(text: str = text) -> None:
                report = sandbox.run_tests("skill", modules={"skill": SKILL}, tests=text)
                _ok(report.ok and report.passed >= 2)

            times = take_turns(
                {
                    ours: in_sandbox,
                    theirs: lambda: _pytest(folder, plugins=True),
                    bare: lambda: _pytest(folder, plugins=False),
                },
                rounds,
            )
            rows += [_milliseconds(name, seconds) for name, seconds in times.items()]
            faster = 1 / _ratio(times, ours, theirs)
            rows.append(Row(f"faster than pytest, {kind}", faster, "times", None, "at least", 10))
            faster = 1 / _ratio(times, ours, bare)
            # Plugins that happen to be installed shall not make the target: a plain file keeps it without them, too.
            bound: Bound = "at least" if text == PLAIN_TESTS else ""
            rows.append(Row(f"faster than pytest without plugins, {kind}", faster, "times", None, bound, 10))
    return rows


def throughput(sandbox: Sandbox, seconds: float = 4.0) -> list[Row]:
    """Runs a second, by two threads."""
    skill = {"skill": SKILL}
    return [
        Row(
            "`run_code` by 2 threads",
            _rate(lambda: _ok(sandbox.run_code("pass").ok), seconds),
            "runs/s",
            None,
            "at least",
            40,
        ),
        Row(
            "3 tests by 2 threads",
            _rate(lambda: _ok(sandbox.run_tests("skill", modules=skill, tests=PLAIN_TESTS).ok), seconds),
            "runs/s",
        ),
        Row(
            "3 tests with fixtures by 2 threads",
            _rate(lambda: _ok(sandbox.run_tests("skill", modules=skill, tests=PYTEST_TESTS).ok), seconds),
            "runs/s",
        ),
    ]


def first_run(rounds: int = 7) -> list[Row]:
    """The first run in a new process: choosing and trying the sandbox, starting it, running."""
    inside, whole = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            began = time.perf_counter()
            command = [sys.executable, "-c", FIRST_RUN, folder]
            ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
            whole.append(time.perf_counter() - began)
            inside.append(float(ended.stdout))
    opened = _milliseconds("first run after `open_sandbox`, in a new process", inside)
    return [
        replace(opened, bound="at most", target=1000),
        _milliseconds("that process from its start to its end", whole),
    ]


def timeouts(sandbox: Sandbox, rounds: int = 10) -> list[Row]:
    """From the end of a run's time to the return of its verdict, for code that doesn't want to end."""
    limits = Limits(seconds=0.5, cpu_seconds=30)
    late = []
    for _ in range(rounds):
        began = time.perf_counter()
        status = sandbox.run_code(STUBBORN, limits=limits).status
        late.append(time.perf_counter() - began - limits.seconds)
        _ok(status == "timeout")
    median = _milliseconds("timeout to verdict, median", late)
    worst = Row("timeout to verdict, worst", max(late) * 1000, "ms", None, "at most", 250)
    return [replace(median, worst=None), worst]


def growth(sandbox: Sandbox, scratch_root: Path, count: int = 1000) -> list[Row]:
    """What is there after so many runs that wasn't there before."""
    for _ in range(100):
        _ok(sandbox.run_code("pass").ok)
    before = _held(scratch_root)
    for _ in range(count):
        _ok(sandbox.run_code("open('file', 'w').write('x'); print('hello')").ok)
    after = _held(scratch_root)
    return [
        Row(
            f"{count} runs: {what}",
            after[what] - before[what],
            unit,
            None,
            "at most",
            1024 if unit == "KiB" else 0,
        )
        for what, unit in _HELD.items()
    ]


# --- Measuring


def take_turns(steps: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each step, each taken once a round, in an order that shifts from round to round."""
    times: dict[str, list[float]] = {name: [] for name in steps}
    names = list(steps)
    for step in steps.values():
        step()
        step()
    for turn in range(rounds):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            began = time.perf_counter()
            steps[name]()
            times[name].append(time.perf_counter() - began)
    return times


def _rate(step: Callable[[], None], seconds: float, threads: int = 2) -> float:
    end = time.perf_counter() + seconds

    def work() -> int:
        count = 0
        while time.perf_counter() < end:
            step()
            count += 1
        return count

    step()
    began = time.perf_counter()
    end = began + seconds
    with ThreadPoolExecutor(threads) as pool:
        counts = [future.result() for future in [pool.submit(work) for _ in range(threads)]]
    return sum(counts) / (time.perf_counter() - began)


def _ratio(times: dict[str, list[float]], one: str, other: str) -> float:
    return statistics.median(times[one]) / statistics.median(times[other])


def _milliseconds(what: str, seconds: Sequence[float]) -> Row:
    return Row(what, statistics.median(seconds) * 1000, "ms", max(seconds) * 1000)


def _python(*arguments: str) -> None:
    subprocess.run(
        [sys.executable, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )


def _pytest(folder: str, *, plugins: bool) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_skill.py"]
    environment = dict(os.environ) if plugins else {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)


def _ok(holds: bool) -> None:
    if not holds:
        raise RuntimeError("a run came to something else than it should")


_HELD: Final = {
    "memory of the agent": "KiB",
    "memory of the fork servers": "KiB",
    "descriptors": "",
    "descriptors of the fork servers": "",
    "threads": "",
    "child processes": "",
    "files in the scratch folder": "",
}


def _held(scratch_root: Path) -> dict[str, int]:
    gc.collect()
    below = _descendants(os.getpid())
    counts = (
        _resident(os.getpid()),
        sum(map(_resident, below)),
        _descriptors(os.getpid()),
        sum(map(_descriptors, below)),
        len(os.listdir("/proc/self/task")),
        len(below),
        sum(len(folders) + len(files) for _, folders, files in os.walk(scratch_root)),
    )
    return dict(zip(_HELD, counts, strict=True))


def _resident(pid: int) -> int:
    """KiB of memory that a process has in use."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0


def _descriptors(pid: int) -> int:
    with contextlib.suppress(OSError):
        return len(os.listdir(f"/proc/{pid}/fd"))
    return 0


def _descendants(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{name}/stat").read_bytes().rpartition(b") ")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = parents.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


# --- Telling


def report(rows: Sequence[Row]) -> str:
    """The table, in Markdown."""
    lines = [f"| {about()} | median | worst | target | |", "|---|---|---|---|---|"]
    for row in rows:
        target = f"{row.bound} {row.target:g} {row.unit}".strip() if row.bound else ""
        worst = "" if row.worst is None else _figure(row.worst, row.unit)
        kept = "" if not row.bound else "kept" if row.holds else "**missed**"
        lines.append(f"| {row.what} | {_figure(row.value, row.unit)} | {worst} | {target} | {kept} |")
    return "\n".join(lines)


def _figure(value: float, unit: str) -> str:
    digits = {"ms": 1, "times": 2, "runs/s": 0}.get(unit, 0)
    return f"{value:.{digits}f} {unit}".strip()


def about() -> str:
    """The sandbox and the machine, in a line."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        sandbox = open_sandbox(Settings(workspace=Path(folder)))
        try:
            kind = f"{sandbox.isolation}: {sandbox.description}"
        finally:
            sandbox.close()
    user = "root" if os.getuid() == 0 else "an unprivileged user"
    python = platform.python_version()
    return f"{kind}; as {user}, Python {python}, {platform.system()} {platform.release()}, {os.cpu_count()} processors"
