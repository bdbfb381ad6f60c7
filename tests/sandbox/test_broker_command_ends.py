"""How granted commands end: with the run, with the agent, at their bounds; and that nothing of them stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from apprentice.sandbox.base import Grants
from tests.sandbox.broker_runs import LIMITS, PYTHON, needs_python, outcomes, run_with

DAEMON = """
import os, signal, time
first = os.getpid()
for _ in range(2):
    if os.fork():
        break
    try:
        os.setsid()
    except OSError:
        os.setpgid(0, 0)
with open("pids", "a") as file:
    file.write(f"{os.getpid()}\\n")
if os.getpid() != first:
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(300)
while len(open("pids").readlines()) < 3:
    time.sleep(0.01)
time.sleep(SECONDS)
"""


@needs_python
def test_nothing_of_a_command_survives_it(tmp_path: Path, all_gone: Callable[[Path, int], bool]) -> None:
    """A daemon that ignores signals ends with the command that started it."""
    command = (PYTHON, "-c", DAEMON.replace("SECONDS", "0"))
    [found] = outcomes(tmp_path, Grants(commands=(command,)), repr(list(command)))
    assert found[0] == 0, found
    assert all_gone(tmp_path / "work" / "pids", 3)


@needs_python
def test_commands_end_with_the_run(tmp_path: Path, all_gone: Callable[[Path, int], bool]) -> None:
    command = (PYTHON, "-c", DAEMON.replace("SECONDS", "300"))
    code = f"""
import os, subprocess, time
for _ in range(2):
    subprocess.Popen({list(command)!r})
while not os.path.exists("pids") or len(open("pids").readlines()) < 6:
    time.sleep(0.01)
print("started", flush=True)
os._exit(0)
"""
    with run_with(tmp_path, Grants(commands=(command,))) as run:
        assert run.python(code) == "started"
        began = time.monotonic()
        run.broker.close()
        assert time.monotonic() - began < 5
        assert all_gone(tmp_path / "work" / "pids", 6)


@needs_python
def test_commands_end_when_the_agent_is_killed(tmp_path: Path, all_gone: Callable[[Path, int], bool]) -> None:
    command = (PYTHON, "-c", DAEMON.replace("SECONDS", "300"))
    agent = f"""
import sys, time
sys.path.insert(0, {os.getcwd()!r})
from pathlib import Path
from tests.sandbox.broker_runs import run_with
from apprentice.sandbox.base import Grants
command = {command!r}
with run_with(Path({str(tmp_path)!r}), Grants(commands=(command,))) as run:
    process = run.start(f"import subprocess; subprocess.run({{list(command)!r}})")
    process.wait()
"""
    pids = tmp_path / "work" / "pids"
    with subprocess.Popen([sys.executable, "-c", agent]) as process:
        deadline = time.monotonic() + 30
        while (not pids.exists() or len(pids.read_text().split()) < 3) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert all_gone(pids, 3)


def test_a_command_ends_at_the_runs_time_limit(tmp_path: Path) -> None:
    limits = replace(LIMITS, seconds=1.5)
    [found] = outcomes(tmp_path, Grants(commands=(("sleep", "100"),)), "['sleep', '100']", limits=limits)
    assert found[0] == -signal.SIGKILL


def is_bounded(code: int) -> bool:
    """Whether a flood of processes was ended; of a user other than root, the kernel refuses them."""
    return code == -signal.SIGKILL or (os.getuid() != 0 and code > 0)


@needs_python
def test_memory_and_processes_and_file_size_are_bounded(tmp_path: Path) -> None:
    big = (PYTHON, "-c", "x = bytearray(2 << 30)")
    many = (
        PYTHON,
        "-c",
        "import os, time\nfor _ in range(60):\n os.fork() or time.sleep(60)\ntime.sleep(60)",
    )
    together = (
        PYTHON,
        "-c",
        "import os, time\nfor _ in range(3): os.fork()\nx = os.urandom(200 << 20)\ntime.sleep(60)",
    )
    file = (PYTHON, "-c", "open('big', 'wb').write(bytes(100 << 20))")
    commands = (big, many, together, file)
    limits = replace(LIMITS, memory_mb=512, processes=24, file_mb=4)
    found = outcomes(
        tmp_path, Grants(commands=commands), *(repr(list(each)) for each in commands), limits=limits
    )
    assert "MemoryError" in str(found[0][2])
    assert is_bounded(found[1][0]), found
    assert found[2][0] == -signal.SIGKILL, found
    assert found[3][0] != 0
    assert (tmp_path / "work" / "big").stat().st_size <= 4 << 20


@needs_python
def test_a_flood_of_processes_is_ended_before_it_grows(tmp_path: Path) -> None:
    """Each process doubles: were they only counted now and then, there would be all 4,096 of them."""
    code = "import os, time\nfor _ in range(12): os.fork()\nopen('count', 'a').write('x')\ntime.sleep(60)"
    command = (PYTHON, "-c", code)
    [found] = outcomes(tmp_path, Grants(commands=(command,)), repr(list(command)))
    assert is_bounded(found[0])
    count = tmp_path / "work" / "count"
    assert not count.exists() or count.stat().st_size < 4096
    assert not any(
        code.encode() in each.read_bytes()
        for each in Path("/proc").glob("[0-9]*/cmdline")
        if os.access(each, os.R_OK)
    )


def test_a_run_has_a_bounded_number_of_commands_at_once(tmp_path: Path) -> None:
    code = """
import subprocess
started = []
try:
    for _ in range(100):
        started.append(subprocess.Popen(["sleep", "100"]))
except BlockingIOError as error:
    print(len(started))
for process in started:
    process.kill()
print({process.wait() for process in started})
subprocess.run(["sleep", "0"], check=True)
"""
    limits = replace(LIMITS, open_files=256)
    with run_with(tmp_path, Grants(commands=(("sleep", "100"), ("sleep", "0"))), limits=limits) as run:
        assert run.python(code).splitlines() == ["16", "{-9}"]
