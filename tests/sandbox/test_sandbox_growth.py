"""Runs leave nothing behind: dozens of them, of every outcome, and the agent has what it had before."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from apprentice.cancellation import CancelToken
from apprentice.sandbox import Grants, Limits, RunStatus, Sandbox
from tests.sandbox.harmless.sandboxes import variants

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts in /proc")

LIMITS = Limits(seconds=30, memory_mb=256, output_kb=16, file_mb=2, scratch_mb=8)
SKILL = {"skill": "def double(n):\n    return n * 2\n"}
TESTS = "from skill import double\ndef test_double():\n    assert double(2) == 4\n"
PYTEST = (
    "import pytest\nfrom skill import double\n@pytest.fixture\ndef two():\n    return 2\n"
    "def test_double(two, tmp_path):\n    (tmp_path / 'x').write_text('x')\n    assert double(two) == 4\n"
)

Run = Callable[[Sandbox], RunStatus]


def code(text: str, **limits: float) -> Run:
    bounds = replace(LIMITS, **limits)  # type: ignore[arg-type]
    return lambda sandbox: sandbox.run_code(text, limits=bounds).status


def cancelled(sandbox: Sandbox) -> RunStatus:
    token = CancelToken()
    timer = threading.Timer(0.05, token.cancel)
    timer.start()
    try:
        return sandbox.run_code("import time; time.sleep(60)", limits=LIMITS, cancel=token).status
    finally:
        timer.join()


#: One run of each outcome.
OUTCOMES: tuple[tuple[str, Run], ...] = (
    ("ok", code("open('file', 'w').write('x'); print('hello')")),
    ("ok", lambda sandbox: sandbox.call("skill", "double", [2], {}, modules=SKILL, limits=LIMITS).status),
    ("ok", lambda sandbox: sandbox.run_tests("skill", modules=SKILL, tests=TESTS, limits=LIMITS).run.status),
    ("ok", lambda sandbox: sandbox.run_tests("skill", modules=SKILL, tests=PYTEST, limits=LIMITS).run.status),
    ("failed", code("import os; os.makedirs('a/b/c'); os.symlink('/', 'a/b/root'); raise ValueError")),
    ("failed", code("import os; os._exit(7)")),
    ("ok", code("import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()")),
    ("ok", code("import os, time; kept = [os.dup(1) for _ in range(20)]; os.mkfifo('pipe'); os.chmod('.', 0); time.sleep(0.1)")),
    ("timeout", code("import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)", seconds=0.2)),
    ("output", code("while True: print('x' * 10_000)")),
    ("memory", code("x = bytearray(1 << 30)")),
    ("killed", code("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")),
    ("cancelled", cancelled),
)  # fmt: skip


@pytest.fixture(scope="module", params=list(variants()))
def any_sandbox(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Growing]:
    """Each kind of sandbox that this machine has, and the folder of its scratch folders."""
    root = tmp_path_factory.mktemp("growth") / "exec"
    made = variants()[request.param](root)
    yield Growing(made, root)
    made.close()


@dataclass(frozen=True, slots=True)
class Growing:
    sandbox: Sandbox
    root: Path


@dataclass(frozen=True, slots=True)
class Held:
    """What this process and those that it started have."""

    descriptors: int
    threads: int
    processes: int
    their_descriptors: int
    files: int


def held(root: Path) -> Held:
    gc.collect()
    below = descendants(os.getpid())
    return Held(
        descriptors=descriptors(os.getpid()),
        threads=len(os.listdir("/proc/self/task")),
        processes=len(below),
        their_descriptors=sum(map(descriptors, below)),
        files=sum(len(folders) + len(files) for _, folders, files in os.walk(root)),
    )


def settled(root: Path, wanted: Held) -> Held:
    """What is held now; where that is more than wanted, once it has had time to end what is ending."""
    deadline = time.monotonic() + 5
    while (now := held(root)) != wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    return now


def descriptors(pid: int) -> int:
    with contextlib.suppress(OSError):
        return len(os.listdir(f"/proc/{pid}/fd"))
    return 0


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those that they did; zombies too."""
    parents: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{name}/stat").read_bytes().rpartition(b") ")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(name))
    found, waiting = [], [pid]
    while waiting:
        below = parents.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def test_runs_of_every_outcome_leave_nothing(any_sandbox: Growing) -> None:
    """3 times each of 13 ways in which a run can go: no descriptor, thread, process or file more."""
    sandbox, root = any_sandbox.sandbox, any_sandbox.root
    for wanted, run in OUTCOMES:
        assert run(sandbox) == wanted
    before = held(root)
    assert before.files == 0
    for _ in range(3):
        for wanted, run in OUTCOMES:
            assert run(sandbox) == wanted
    assert settled(root, before) == before


def test_runs_in_several_threads_leave_nothing(any_sandbox: Growing) -> None:
    """40 runs by 4 threads at once."""
    sandbox, root = any_sandbox.sandbox, any_sandbox.root

    def run(number: int) -> str:
        return sandbox.run_code(f"print({number})", limits=LIMITS).stdout

    run(0)
    before = held(root)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, range(40))) == [f"{number}\n" for number in range(40)]
    assert settled(root, before) == before


def test_runs_with_grants_leave_nothing(any_sandbox: Growing, tmp_path: Path) -> None:
    """Granted folders, connections and commands have a broker and perhaps a server of their own."""
    sandbox, root = any_sandbox.sandbox, any_sandbox.root
    (tmp_path / "given.txt").write_text("given", encoding="utf-8")
    grants = Grants(connect=(("127.0.0.1", 9),), commands=(("true",),), read=(str(tmp_path),))
    program = f"print(open({str(tmp_path / 'given.txt')!r}).read())"
    for turn in range(10):
        result = sandbox.run_code(program, limits=LIMITS, grants=grants)
        assert (result.status, result.stdout) == ("ok", "given\n")
        if turn == 4:
            before = held(root)
    assert settled(root, before) == before
