"""The agent's side of a fork server: started when it is first needed, again when it has died, gone with the agent."""

from __future__ import annotations

import contextlib
import marshal
import os
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final, Literal, NamedTuple

from apprentice.errors import SandboxError

Ahead = Literal["plain", "pytest", "hypothesis"]

_SERVER: Final = Path(__file__).with_name("child") / "start.py"
#: Seconds for a server to get ready; it imports what runs need first.
START_SECONDS: Final = 30.0
#: Seconds for a server to take an order.
TAKE_SECONDS: Final = 10.0
#: Seconds for a server to end by itself.
END_SECONDS: Final = 2.0
#: Interpreters that take turns at renewals. Each takes 12 MB, and starting another 70 ms.
TURNS: Final = 3


class Warm(NamedTuple):
    """An interpreter that runs, and the socket to it."""

    process: subprocess.Popen[bytes]
    connection: socket.socket


class ForkServer:
    """A warm interpreter that forks one confined worker for each order. Safe to use from several threads.

    Args:
        ahead: what it imports before it forks.
        max_abi: the highest version of Landlock's interface to use.
        wrap: makes the command to execute from the server's own, e.g. one that puts it into namespaces.
        server: the program that starts the server.
    """

    def __init__(
        self,
        ahead: Ahead = "plain",
        *,
        max_abi: int = 99,
        wrap: Callable[[list[str]], list[str]] = list,
        server: Path = _SERVER,
    ) -> None:
        self._ahead = ahead
        self._max_abi = max_abi
        self._wrap = wrap
        self._server = server
        self._lock = threading.Lock()
        self._current: Warm | None = None
        # Those whose turn comes again, the next one first, and those that end when their workers have.
        self._waiting: list[Warm] = []
        self._retired: list[Warm] = []
        self._closed = False
        #: Version of Landlock's interface in the server, once it has been started.
        self.abi = 0

    @property
    def pid(self) -> int:
        """The process id of what was started; 0 when nothing runs."""
        current = self._current
        return current.process.pid if current is not None and current.process.poll() is None else 0

    def start(self) -> None:
        """Start the server if it isn't running.

        Raises:
            SandboxError: it does not start; says what it printed.
        """
        with self._lock:
            self._ensure()

    def submit(self, order: Mapping[str, Any], descriptors: Sequence[int]) -> Warm:
        """Have one worker forked, by the interpreter that is returned.

        Args:
            order: plain data about the run.
            descriptors: its ends, in the order that the server knows; they stay open here.

        Raises:
            SandboxError: the server can't be started or doesn't take the order.
        """
        packet = marshal.dumps(dict(order))
        problem = ""
        with self._lock:
            for _ in range(3):
                current = self._ensure()
                try:
                    socket.send_fds(current.connection, [packet], list(descriptors))
                except OSError as error:
                    problem = str(error)
                    self._drop()
                else:
                    return current
        raise SandboxError(
            f"Code can't be run: the sandbox's server does not take orders ({problem}).",
            "Run the command `doctor`; check free memory and the number of processes.",
        )

    def renew(self, *, fresh: bool = False) -> None:
        """Fork later workers from another interpreter, with another seed for hashes; those that run come to their end.

        Args:
            fresh: from one that has forked none before; without it, a few take turns.
        """
        with self._lock:
            current, self._current = self._current, None
            if current is None:
                return
            if fresh:
                with contextlib.suppress(OSError):
                    current.connection.send(marshal.dumps({"retire": True}))
                self._retired.append(current)
                return
            self._waiting.append(current)
            while len(self._waiting) >= TURNS and self._current is None:
                next_ = self._waiting.pop(0)
                if next_.process.poll() is None:
                    self._current = next_
                else:
                    next_.connection.close()

    def kill(self, warm: Warm) -> None:
        """End an interpreter and all its workers at once."""
        with self._lock:
            if warm is self._current:
                self._current = None
            for others in (self._waiting, self._retired):
                others[:] = [other for other in others if other is not warm]
            _end(warm, 0.0)

    def close(self) -> None:
        """End all, and wait until they are gone."""
        with self._lock:
            self._closed = True
            for other in (*self._waiting, *self._retired):
                _end(other, END_SECONDS)
            self._waiting.clear()
            self._retired.clear()
            self._drop(patience=END_SECONDS)

    def _ensure(self) -> Warm:
        if self._closed:
            raise SandboxError("Code can't be run: the sandbox has been closed.")
        if self._current is not None and self._current.process.poll() is not None:
            self._drop()
        if self._retired:
            self._bury()
        if self._current is None:
            self._current = self._start()
        return self._current

    def _start(self) -> Warm:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        agent = os.pidfd_open(os.getpid())
        sites = sorted({sysconfig.get_path(name) for name in ("purelib", "platlib")})
        arguments = ["zygote", str(theirs.fileno()), str(agent), self._ahead, str(self._max_abi), *sites]
        command = [sys.executable, "-I", "-X", "utf8", str(self._server), *arguments]
        with tempfile.TemporaryFile() as said:
            try:
                process = subprocess.Popen(
                    self._wrap(command),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=said,
                    cwd="/",
                    env={"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
                    pass_fds=(theirs.fileno(), agent),
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                raise SandboxError(
                    f"Code can't be run: the sandbox's server did not start ({error.strerror or error}).",
                    f"Check {command[0]}, free memory, and the number of processes.",
                ) from error
            finally:
                theirs.close()
                os.close(agent)
            started = Warm(process, ours)
            self._greet(started, said)
        weakref.finalize(self, _end, started, 0.0)
        return started

    def _greet(self, started: Warm, said: IO[bytes]) -> None:
        started.connection.settimeout(START_SECONDS)
        try:
            ready = started.connection.recv(1 << 16)
        except OSError:
            ready = b""
        if not ready:
            _end(started, 0.0)
            said.seek(0)
            lines = said.read(1 << 14).decode(errors="replace").strip().splitlines()
            reason = lines[-1] if lines else "it said nothing"
            raise SandboxError(
                f"Code can't be run: the sandbox's server did not start ({reason:.300}).",
                "Run the command `doctor`.",
            )
        # Nothing foreign runs in the server before it has taken an order.
        self.abi = int(marshal.loads(ready)["abi"])
        started.connection.settimeout(TAKE_SECONDS)

    def _bury(self) -> None:
        """Let go of the retired servers that have ended."""
        for ended in [one for one in self._retired if one.process.poll() is not None]:
            self._retired.remove(ended)
            ended.connection.close()

    def _drop(self, patience: float = 0.0) -> None:
        current, self._current = self._current, None
        if current is not None:
            _end(current, patience)


def _end(warm: Warm, patience: float) -> None:
    """Close the socket, which the server takes for the end; kill it when it doesn't end in time."""
    process = warm.process
    warm.connection.close()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
