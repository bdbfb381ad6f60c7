"""Running an installer: bounded in time, ended with its whole group, and gone when this process is gone."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence

from apprentice.cancellation import CancelToken
from apprentice.errors import PackageError

#: The most that is read of an installer's output, in bytes.
MAX_OUTPUT = 8_000_000

# On Linux the kernel ends the installer with the agent, however the agent ends: 1 is PR_SET_PDEATHSIG. The arguments are
# the agent's process id and the command.
_WITH_PARENT = (
    "import ctypes, os, sys\n"
    "ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)\n"
    "os.getppid() == int(sys.argv[1]) or os._exit(1)\n"
    "os.execv(sys.argv[2], sys.argv[2:])\n"
)


def run_installer(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    deadline: float,
    cancel: CancelToken | None = None,
) -> tuple[int, str]:
    """Run a command without input; returns its exit code and its output (both streams, at most 8 MB).

    Args:
        command: the program's absolute path, and its arguments.
        environment: all of its environment.
        deadline: when it has to be done, by `time.monotonic()`, in seconds.

    Raises:
        PackageError: it took too long, or can't be started.
        Cancelled: the token was cancelled.
    """
    try:
        process = subprocess.Popen(
            [*_prefix(), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            start_new_session=True,
        )
    except OSError as error:
        raise PackageError(
            f"{command[0]} can't be started: {error.strerror}.", "Reinstall the agent."
        ) from error
    # Kept in memory, not in a file: a full disk would swallow the very line that says so.
    output = bytearray()
    reader = threading.Thread(target=_read, args=(process, output), name="installer-output", daemon=True)
    reader.start()
    try:
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
                break
            if cancel is not None:
                cancel.check()
            if time.monotonic() >= deadline:
                raise too_long()
    finally:
        _end(process)
        reader.join(5)
        if not reader.is_alive() and process.stdout is not None:
            process.stdout.close()
    return process.returncode, output.decode(errors="replace")


def _read(process: subprocess.Popen[bytes], output: bytearray) -> None:
    assert process.stdout is not None
    with contextlib.suppress(OSError, ValueError):
        while piece := process.stdout.read1(65536):  # type: ignore[attr-defined]
            output += piece[: MAX_OUTPUT - len(output)]


def too_long() -> PackageError:
    """The error for an installation that took longer than it may."""
    return PackageError(
        "Installing the packages took too long and was stopped.",
        "Try again; what was downloaded is kept. Or name a nearer index in UV_DEFAULT_INDEX or PIP_INDEX_URL.",
    )


def _prefix() -> list[str]:
    if not sys.platform.startswith("linux"):
        return []
    return [sys.executable, "-I", "-S", "-c", _WITH_PARENT, str(os.getpid())]


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
