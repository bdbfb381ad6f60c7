"""Runs in containers: the verdicts that they have elsewhere, one at a time, and nothing left of them or of the agent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from apprentice.cancellation import CancelToken
from apprentice.errors import SandboxError
from apprentice.sandbox import Example, Limits, RunResult
from apprentice.sandbox.container.engine import Engine
from apprentice.sandbox.container.launcher import ContainerLauncher
from apprentice.sandbox.launched import LaunchedSandbox
from tests.sandbox.conftest import alive
from tests.sandbox.containers import family, log, running

# --- Runs, verdicts, ends


def test_code_calls_and_tests_give_what_they_give_elsewhere(container: LaunchedSandbox) -> None:
    result = container.run_code(
        "import sys\nprint('out')\nprint('err', file=sys.stderr)\nraise SystemExit(3)"
    )
    assert (result.stdout, result.stderr, result.exit_code) == ("out\n", "err\n", 3)
    skill = "def double(text: str) -> str:\n    return text * 2\n"
    called = container.call("skill", "double", ["äß😀"], {}, modules={"skill": skill})
    assert called.value == "äß😀äß😀"
    examples = [Example("double('a') == 'aa'", "right"), Example("double('a') == 'a'", "wrong")]
    tests = "from skill import double\ndef test_one():\n    assert double('b') == 'bb'\n"
    report = container.run_tests("skill", modules={"skill": skill}, examples=examples, tests=tests)
    assert [outcome.passed for outcome in report.outcomes] == [True, False, True]


def test_tests_that_need_pytest_have_it(container: LaunchedSandbox) -> None:
    skill = "def double(n):\n    return n * 2\n"
    tests = (
        "import pytest\nfrom skill import double\n"
        "@pytest.mark.parametrize('n', [1, 2, 3])\ndef test_double(n, tmp_path):\n    assert double(n) == n + n\n"
    )
    report = container.run_tests("skill", modules={"skill": skill}, tests=tests)
    assert [outcome.passed for outcome in report.outcomes] == [True] * 3, report


def test_ending_early_is_no_pass(container: LaunchedSandbox) -> None:
    skill = "import os\nos._exit(0)\n"
    report = container.run_tests(
        "skill", modules={"skill": skill}, tests="import skill\ndef test_a(): pass\n"
    )
    assert not report.ok


@pytest.mark.parametrize(
    ("code", "limits", "status"),
    [
        ("while True: pass", Limits(seconds=1), "timeout"),
        ("import threading\n[threading.Thread(target=lambda: [0 for _ in iter(int, 1)]).start() for _ in range(4)]",
         Limits(seconds=20, cpu_seconds=1), "cpu"),
        ("x = bytearray(1 << 30)", Limits(memory_mb=256), "memory"),
        ("import threading, time\nfor _ in range(200): threading.Thread(target=time.sleep, args=(30,)).start()",
         Limits(processes=16), "processes"),
        ("x = [open(__file__) for _ in range(100)]", Limits(open_files=32), "files"),
        ("while True: print('x' * 10_000)", Limits(output_kb=16), "output"),
        ("open('big', 'wb').write(bytes(9 << 20))", Limits(file_mb=4), "disk"),
        ("import time\nfor n in range(99): open(f'{n}', 'wb').write(bytes(4 << 20))\ntime.sleep(20)",
         Limits(file_mb=4, scratch_mb=32), "disk"),
        ("import time\nfor n in range(5000): open(f'../{n}', 'w').close()\ntime.sleep(20)",
         Limits(scratch_files=500), "disk"),
        ("import os, time\nkept = []\nfor n in range(30):\n    kept.append(open('same', 'wb'))\n    kept[-1].write(bytes(4 << 20))\n"
         "    kept[-1].flush()\n    os.unlink('same')\ntime.sleep(20)", Limits(file_mb=4, scratch_mb=32), "disk"),
        ("for n in range(400): open(f'{n}', 'wb').write(bytes(1 << 20))", Limits(), "disk"),
        ("import os\nos.kill(os.getpid(), 9)", Limits(), "killed"),
    ],
    ids=["time", "cpu", "memory", "threads", "open files", "output", "file size", "disk", "many files, beside the folder",
         "deleted files", "whole room", "killed"],
)  # fmt: skip
def test_each_limit_has_its_verdict(
    container: LaunchedSandbox, code: str, limits: Limits, status: str
) -> None:
    result = container.run_code(code, limits=limits)
    assert result.status == status, result
    assert result.seconds < 15
    assert container.run_code("import os\nprint(os.listdir(), os.listdir('..'))").stdout.startswith("[] [")


def test_nothing_of_a_run_is_there_for_the_next(container: LaunchedSandbox, working_engine: Engine) -> None:
    deep = "import os\nopen('../mark', 'w').close()\nos.symlink('/', 'link')\nos.mkdir('../locked', 0)\n"
    deep += "for _ in range(1200):\n    os.mkdir('d' * 200)\n    os.chdir('d' * 200)\n"
    assert container.run_code(deep, limits=Limits(scratch_files=100_000)).status in ("ok", "disk")
    result = container.run_code("import os\nprint(sorted(os.listdir('/scratch/work')), os.listdir())")
    assert result.stdout == "['code', 'work'] []\n"
    assert len(log(working_engine)) == 1


def test_a_run_that_needs_more_than_usual_gets_a_container_that_has_it(
    container: LaunchedSandbox, working_engine: Engine
) -> None:
    assert container.run_code("pass").ok
    result = container.run_code(
        "print(len(bytearray(1500 << 20)))", limits=Limits(memory_mb=2048, processes=200)
    )
    assert result.ok, result
    usual, larger = log(working_engine)
    assert larger[larger.index("--memory") + 1] == "2624m"
    assert larger[larger.index("--pids-limit") + 1] == "264"
    assert usual[usual.index("--memory") + 1] == "1600m"


def test_large_requests_and_outputs_come_through_whole(container: LaunchedSandbox) -> None:
    size = 64 << 20
    limits = Limits(seconds=60, memory_mb=1024, output_kb=8 << 10)
    skill = "import sys\ndef measure(text):\n    sys.stdout.write('o' * (4 << 20))\n    sys.stderr.write('e' * (3 << 20))\n"
    skill += "    return [len(text), text[-3:]]\ndef echo(text):\n    return text\n"
    modules = {"skill": skill}
    called = container.call(
        "skill", "measure", ["x" * (size - 3) + "end"], {}, modules=modules, limits=limits
    )
    assert called.value == [size, "end"], called.message
    assert (called.stdout.count("o"), called.stderr.count("e")) == (4 << 20, 3 << 20)
    text = "y" * (8 << 20)
    assert container.call("skill", "echo", [text], {}, modules=modules, limits=limits).value == text


def test_a_flood_is_ended_and_kept_in_bounds(container: LaunchedSandbox) -> None:
    result = container.run_code("while True: print('x' * 100_000)", limits=Limits(seconds=20, output_kb=32))
    assert (result.status, result.output_cut) == ("output", True)
    assert len(result.stdout) < 40_000


def test_a_run_that_is_cancelled_ends_at_once(container: LaunchedSandbox, working_engine: Engine) -> None:
    assert container.run_code("pass").ok
    cancel = CancelToken()
    threading.Timer(0.5, cancel.cancel).start()
    began = time.monotonic()
    result = container.run_code("while True: pass", cancel=cancel)
    assert result.status == "cancelled"
    assert time.monotonic() - began < 5
    assert container.run_code("print(1)").stdout == "1\n"
    assert len(log(working_engine)) == 1


def test_hashes_are_seeded_anew_after_renewal_in_the_same_container(
    container: LaunchedSandbox, working_engine: Engine
) -> None:
    code = "print(hash('a'), hash('b'))"
    first = container.run_code(code).stdout
    assert container.run_code(code).stdout == first
    container.renew()
    assert container.run_code(code).stdout != first
    assert len(log(working_engine)) == 1


# --- One at a time


def test_runs_at_the_same_time_take_turns(container: LaunchedSandbox, working_engine: Engine) -> None:
    results: dict[int, str] = {}

    def one(number: int) -> None:
        for _ in range(3):
            code = f"import os\nopen('mine', 'w').write('{number}')\nprint(open('mine').read(), os.listdir())"
            results[number] = container.run_code(code).stdout

    threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: f"{number} ['mine']\n" for number in range(6)}
    assert len(log(working_engine)) == 1


def test_a_run_that_waits_can_be_cancelled_and_the_other_goes_on(
    container: LaunchedSandbox, working_engine: Engine
) -> None:
    found: list[RunResult] = []
    first = threading.Thread(
        target=lambda: found.append(container.run_code("import time\ntime.sleep(4)\nprint('whole')"))
    )
    first.start()
    time.sleep(1)
    cancel = CancelToken()
    threading.Timer(0.3, cancel.cancel).start()
    waiting = container.run_code("print('ran')", cancel=cancel)
    assert (waiting.status, waiting.stdout) == ("cancelled", "")
    assert found == []
    first.join()
    assert found[0].stdout == "whole\n"
    assert log(working_engine, "kill") == []


# --- Its life


def test_a_container_that_is_killed_comes_back_and_its_run_is_tried_again(
    container: LaunchedSandbox, working_engine: Engine
) -> None:
    assert container.run_code("pass").ok
    found: list[str] = []
    runner = threading.Thread(
        target=lambda: found.append(container.run_code("import time\ntime.sleep(1)\nprint('whole')").stdout)
    )
    runner.start()
    time.sleep(0.4)
    (first,) = running(working_engine)
    os.kill(first, signal.SIGKILL)
    runner.join(30)
    assert found == ["whole\n"]
    assert len(log(working_engine)) == 2
    assert container.run_code("print(1)").stdout == "1\n"


def test_a_frozen_container_is_killed_and_the_next_run_gets_another(
    container: LaunchedSandbox, working_engine: Engine
) -> None:
    """Frozen as by `docker pause`: it reads nothing, and its input's end doesn't end it."""
    assert container.run_code("pass").ok
    (first,) = running(working_engine)
    os.kill(first, signal.SIGSTOP)
    result = container.run_code("print('ran')", limits=Limits(seconds=1, start_seconds=1))
    assert result.status == "timeout"
    assert container.run_code("print(1)").stdout == "1\n"
    assert not alive(first)
    assert len(log(working_engine, "kill")) == 1


def test_closing_leaves_nothing_even_with_a_run_going_on(working_engine: Engine, scratch_root: Path) -> None:
    before = set(family())
    kind = LaunchedSandbox(ContainerLauncher(working_engine), scratch_root, Limits(seconds=20))
    errors: list[BaseException] = []

    def run() -> None:
        try:
            kind.run_code("import time\ntime.sleep(20)")
        except SandboxError as error:
            errors.append(error)

    runner = threading.Thread(target=run)
    runner.start()
    deadline = time.monotonic() + 10
    while not running(working_engine) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.5)
    kind.close()
    runner.join(20)
    kind.close()
    assert [str(error) for error in errors] == ["Code can't be run: the sandbox has been closed."]
    assert set(family()) <= before
    assert running(working_engine) == []


AGENT = """
import sys, threading, time
from pathlib import Path
from apprentice.sandbox import Limits
from apprentice.sandbox.container.launcher import ContainerLauncher
from apprentice.sandbox.container.engine import Engine
from apprentice.sandbox.launched import LaunchedSandbox
written = sys.argv[3]
from apprentice.sandbox import Grants
sandbox = LaunchedSandbox(ContainerLauncher(Engine(sys.argv[1])), Path(sys.argv[2]), Limits(seconds=100))
code = f"import signal, time\\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\\nopen({written!r} + '/here', 'w').close()\\ntime.sleep(100)"
run = lambda: sandbox.run_code(code, grants=Grants(write=(written,)))
for _ in range(2):
    threading.Thread(target=run).start()
while not Path(written, "here").exists():
    time.sleep(0.01)
print("running", flush=True)
time.sleep(100)
"""


def test_nothing_is_left_of_an_agent_that_is_killed(
    working_engine: Engine, scratch_root: Path, tmp_path: Path
) -> None:
    written = tmp_path / "written"
    written.mkdir()
    before = set(family())
    agent = subprocess.Popen(
        [sys.executable, "-c", AGENT, working_engine.program, str(scratch_root), str(written)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parent.parent.parent,
    )
    assert agent.stdout is not None
    assert agent.stdout.readline() == b"running\n"
    theirs = set(family()) - before
    assert len(theirs) >= 5  # agent, engine, bubblewrap, relay, fork server, worker
    agent.kill()
    killed = time.monotonic()
    agent.wait()
    agent.stdout.close()
    while any(map(alive, theirs)) and time.monotonic() < killed + 10:
        time.sleep(0.01)
    assert not any(map(alive, theirs))
    assert running(working_engine) == []
