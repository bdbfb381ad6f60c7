"""No process of a run survives it: not a daemon, not one that holds the pipes, not when the agent is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from apprentice.sandbox import Limits, ProcessSandbox

#: Writes its id to a file, forks twice into a session of its own, ignores SIGTERM, and holds the output open.
DAEMON = """
import os, signal, sys, time
PIDS = {pids!r}
def note():
    with open(PIDS, 'a') as file:
        file.write(f'{{os.getpid()}}\\n')
def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.chdir('/')
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            note()
            while True: time.sleep(1)
        os._exit(0)
note()
for _ in range(3): daemon()
while len(open(PIDS).readlines()) < 4: time.sleep(0.01)
"""

Gone = Callable[[Path, int], bool]


@pytest.fixture
def pids(tmp_path: Path) -> Path:
    return tmp_path / "pids.txt"


def test_daemons_end_with_a_run_that_ends_by_itself(
    process_sandbox: ProcessSandbox, pids: Path, all_gone: Gone
) -> None:
    result = process_sandbox.run_code(DAEMON.format(pids=str(pids)) + "print('done')")
    assert (result.status, result.stdout) == ("ok", "done\n")
    assert result.seconds < 15
    assert all_gone(pids, 4)


def test_daemons_end_with_a_run_that_took_too_long(
    process_sandbox: ProcessSandbox, pids: Path, all_gone: Gone
) -> None:
    result = process_sandbox.run_code(
        DAEMON.format(pids=str(pids))
        + "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(1)",
        limits=Limits(seconds=2),
    )
    assert result.status == "timeout"
    assert all_gone(pids, 4)


def test_programs_started_by_the_run_end_too(
    process_sandbox: ProcessSandbox, pids: Path, all_gone: Gone
) -> None:
    result = process_sandbox.run_code(
        "import subprocess, os\n"
        "p = subprocess.Popen(['/bin/sleep', '300'], start_new_session=True, env={}, cwd='/')\n"
        f"open({str(pids)!r}, 'w').write(f'{{p.pid}}\\n')"
    )
    assert result.ok
    assert all_gone(pids, 1)


def test_nothing_survives_a_run_that_kills_its_supervisor(
    process_sandbox: ProcessSandbox, pids: Path, all_gone: Gone
) -> None:
    code = "import os\nSUPERVISOR = os.getppid()\n" + DAEMON.format(pids=str(pids)).replace(
        "os.chdir('/')", "pass"
    )
    result = process_sandbox.run_code(code + "os.kill(SUPERVISOR, signal.SIGKILL)\nwhile True: time.sleep(1)")
    assert result.status == "killed"
    assert all_gone(pids, 4)


@pytest.mark.parametrize(
    "pause", ["time.sleep(1)", "os.kill(SUPERVISOR, signal.SIGSTOP)"], ids=["once", "always"]
)
def test_a_stopped_supervisor_does_not_keep_the_run_alive(
    process_sandbox: ProcessSandbox, pids: Path, all_gone: Gone, pause: str
) -> None:
    code = "import os\nSUPERVISOR = os.getppid()\n" + DAEMON.format(pids=str(pids))
    result = process_sandbox.run_code(
        code + f"os.kill(SUPERVISOR, signal.SIGSTOP)\nwhile True: {pause}", limits=Limits(seconds=3)
    )
    assert result.status == "timeout"
    assert all_gone(pids, 4)


def test_sending_signals_to_its_own_group_reaches_only_the_run(process_sandbox: ProcessSandbox) -> None:
    result = process_sandbox.run_code("import os, signal\nos.killpg(0, signal.SIGKILL)")
    assert (result.status, result.exit_code) == ("killed", -9)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_survives_the_agent(pids: Path, tmp_path: Path, all_gone: Gone, number: int) -> None:
    agent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, threading\nfrom pathlib import Path\nfrom apprentice.sandbox import Limits, ProcessSandbox\n"
            "process_sandbox = ProcessSandbox(Path(sys.argv[1]), Limits(seconds=100))\n"
            "threading.Thread(target=process_sandbox.run_code, args=(sys.argv[2],)).start()",
            str(tmp_path / "exec"),
            DAEMON.format(pids=str(pids)) + "while True: time.sleep(1)",
        ],
        cwd=Path(__file__).parents[2],
    )
    try:
        deadline = time.monotonic() + 30
        while not pids.exists() or len(pids.read_text().splitlines()) < 4:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        os.kill(agent.pid, number)
        agent.wait()
    assert all_gone(pids, 4)
    assert len(list((tmp_path / "exec").iterdir())) == 1
    ProcessSandbox(tmp_path / "exec", Limits())
    assert list((tmp_path / "exec").iterdir()) == []


def test_an_interrupt_in_the_agent_ends_the_run(
    process_sandbox: ProcessSandbox, pids: Path, all_gone: Gone
) -> None:
    class Interrupting:
        @property
        def cancelled(self) -> bool:
            if pids.exists() and len(pids.read_text().splitlines()) >= 4:
                raise KeyboardInterrupt
            return False

    with pytest.raises(KeyboardInterrupt):
        process_sandbox.run_code(
            DAEMON.format(pids=str(pids)) + "while True: time.sleep(1)",
            cancel=Interrupting(),  # type: ignore[arg-type]
        )
    assert all_gone(pids, 4)
