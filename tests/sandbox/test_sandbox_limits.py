"""Each limit ends what passes it, and says so."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from apprentice.sandbox import Limits, ProcessSandbox

SMALL = Limits(seconds=20, memory_mb=256, processes=24, open_files=32, file_mb=2, output_kb=16)


def test_time_ends_a_run_that_ignores_every_signal(sandbox: ProcessSandbox) -> None:
    result = sandbox.run_code(
        "import signal, time\nfor n in range(1, 32):\n    try: signal.signal(n, signal.SIG_IGN)\n"
        "    except OSError: pass\nprint('on', flush=True)\nwhile True: time.sleep(1)",
        limits=Limits(seconds=1.5),
    )
    assert (result.status, result.exit_code, result.stdout) == ("timeout", None, "on\n")
    assert result.message == "The run took longer than 1.5 s and was ended."
    assert 1.4 < result.seconds < 8


def test_processor_time_is_bounded_too(sandbox: ProcessSandbox) -> None:
    result = sandbox.run_code(
        "import resource\nprint(resource.getrlimit(resource.RLIMIT_CPU), resource.getrlimit(resource.RLIMIT_CORE))",
        limits=Limits(seconds=3),
    )
    assert result.stdout == "(4, 5) (1, 1)\n"


@pytest.mark.parametrize(
    "code", ["x = bytearray(1 << 30)", "x = []\nwhile True: x.append(bytearray(1 << 20))"]
)
def test_a_memory_bomb_ends_as_memory(sandbox: ProcessSandbox, code: str) -> None:
    result = sandbox.run_code(code, limits=SMALL)
    assert (result.status, result.error_type) == ("memory", "MemoryError")
    assert result.message == "The run needed more than 256 MiB of memory."


def test_memory_of_all_processes_counts_together(process_sandbox: ProcessSandbox) -> None:
    result = process_sandbox.run_code(
        "import os, time\nfor _ in range(6):\n    if os.fork() == 0:\n        x = b'x' * (100 << 20)\n"
        "        time.sleep(30)\ntime.sleep(30)",
        limits=SMALL,
    )
    assert result.status == "memory"
    assert result.seconds < 18


def test_a_big_file_ends_as_disk(sandbox: ProcessSandbox) -> None:
    result = sandbox.run_code("open('big', 'wb').write(b'x' * (3 << 20))", limits=SMALL)
    assert (result.status, result.error_type) == ("disk", "OSError")
    assert result.message == "The run wrote a file that is larger than it may be."


def test_too_many_open_files_is_an_error_of_the_code(sandbox: ProcessSandbox) -> None:
    result = sandbox.run_code("x = [open(__file__) for _ in range(100)]", limits=SMALL)
    assert result.status in ("failed", "files")
    assert "files" in result.message


def test_too_many_processes_end_the_run(process_sandbox: ProcessSandbox) -> None:
    result = process_sandbox.run_code(
        "import os, time\nfor _ in range(60):\n    if os.fork() == 0:\n        time.sleep(30)\n        os._exit(0)\n"
        "time.sleep(30)",
        limits=SMALL,
    )
    assert result.status in (
        "killed",
        "failed",
        "processes",
    )  # the kernel refuses them to users other than root
    assert result.seconds < 18


def test_a_fork_bomb_is_ended_whole(process_sandbox: ProcessSandbox, scratch_root: Path) -> None:
    result = process_sandbox.run_code(
        "import os, time\nfor _ in range(8):\n    try: os.fork()\n    except OSError: pass\ntime.sleep(60)",
        limits=replace(SMALL, seconds=8),
    )
    # Of a user other than root the kernel counts all processes: while others of theirs run, it refuses the bomb's before
    # the run has too many, and time ends the rest.
    assert result.status in ("killed", "failed", "processes", *(("timeout",) if os.getuid() else ()))
    assert result.seconds < 18
    assert list(scratch_root.iterdir()) == []


def test_an_output_flood_ends_the_run(sandbox: ProcessSandbox) -> None:
    began = time.monotonic()
    result = sandbox.run_code("while True: print('x' * 1000)", limits=SMALL)
    assert result.status == "output"
    assert result.output_cut
    assert len(result.stdout) < 17 << 10
    assert "bytes cut" in result.stdout
    assert time.monotonic() - began < 15


def test_long_output_keeps_its_head_and_its_tail(sandbox: ProcessSandbox) -> None:
    result = sandbox.run_code(
        "import sys\nprint('first')\nprint('ü' * 30_000)\nprint('last')\nprint('error', file=sys.stderr)",
        limits=SMALL,
    )
    assert result.ok
    assert result.output_cut
    assert result.stdout.startswith("first\nü")
    assert result.stdout.endswith("ü\nlast\n")
    assert "�" not in result.stdout
    assert result.stderr == "error\n"


def test_a_crash_of_the_interpreter_is_told(sandbox: ProcessSandbox) -> None:
    result = sandbox.run_code("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    assert (result.status, result.exit_code) == ("killed", -11)
    assert result.message == "The process was killed by SIGSEGV."


def test_a_flood_of_returned_data_ends_the_run(sandbox: ProcessSandbox) -> None:
    result = sandbox.call("m", "f", [], {}, modules={"m": "def f(): return 'x' * (20 << 20)"})
    assert result.status == "output"
    assert result.value is None
