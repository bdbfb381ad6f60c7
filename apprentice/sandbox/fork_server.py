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
from typing import IO, Any, Final, Literal

from apprentice.errors import SandboxError

Ahead = Literal["plain", "pytest", "hypothesis"]

_SERVER: Final = Path(__file__).with_name("child") / "start.py"
#: Seconds for a server to get ready; it imports what runs need first.
START_SECONDS: Final = 30.0
#: Seconds for a server to take an order.
TAKE_SECONDS: Final = 10.0
#: Seconds for a server to end by itself.
END_SECONDS: Final = 2.0


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
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._closed = False
        self._retired: list[tuple[subprocess.Popen[bytes], socket.socket]] = []
        #: Version of Landlock's interface in the server, once it has been started.
        self.abi = 0

    @property
    def pid(self) -> int:
        """The process id of what was started; 0 when nothing runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else 0

    def start(self) -> None:
        """Start the server if it isn't running.

        Raises:
            SandboxError: it does not start; says what it printed.
        """
        with self._lock:
            self._ensure()

    def submit(self, order: Mapping[str, Any], descriptors: Sequence[int]) -> None:
        """Have one worker forked.

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
                connection = self._ensure()
                try:
                    socket.send_fds(connection, [packet], list(descriptors))
                except OSError as error:
                    problem = str(error)
                    self._drop()
                else:
                    return
        raise SandboxError(
            f"Code can't be run: the sandbox's server does not take orders ({problem}).",
            "Run the command `doctor`; check free memory and the number of processes.",
        )

    def retire(self) -> None:
        """Let the server end when its workers have; the next order starts another."""
        with self._lock:
            process, connection = self._process, self._socket
            self._process = self._socket = None
            if process is None or connection is None:
                return
            with contextlib.suppress(OSError):
                connection.send(marshal.dumps({"retire": True}))
            self._retired.append((process, connection))

    def kill(self) -> None:
        """End the server and all its workers at once; the next order starts another."""
        with self._lock:
            self._drop()

    def close(self) -> None:
        """End the server, and wait until it is gone."""
        with self._lock:
            self._closed = True
            for process, connection in self._retired:
                _end(process, connection, END_SECONDS)
            self._retired.clear()
            self._drop(patience=END_SECONDS)

    def _ensure(self) -> socket.socket:
        if self._closed:
            raise SandboxError("Code can't be run: the sandbox has been closed.")
        if self._process is not None and self._process.poll() is not None:
            self._drop()
        if self._socket is None:
            self._start()
        if self._retired:
            self._bury()
        assert self._socket is not None
        return self._socket

    def _start(self) -> None:
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
            self._greet(process, ours, said)
        self._process, self._socket = process, ours
        weakref.finalize(self, _end, process, ours, 0.0)

    def _greet(self, process: subprocess.Popen[bytes], connection: socket.socket, said: IO[bytes]) -> None:
        connection.settimeout(START_SECONDS)
        try:
            ready = connection.recv(1 << 16)
        except OSError:
            ready = b""
        if not ready:
            _end(process, connection, 0.0)
            said.seek(0)
            lines = said.read(1 << 14).decode(errors="replace").strip().splitlines()
            reason = lines[-1] if lines else "it said nothing"
            raise SandboxError(
                f"Code can't be run: the sandbox's server did not start ({reason:.300}).",
                "Run the command `doctor`.",
            )
        # Nothing foreign runs in the server before it has taken an order.
        self.abi = int(marshal.loads(ready)["abi"])
        connection.settimeout(TAKE_SECONDS)

    def _bury(self) -> None:
        """Let go of the retired servers that have ended."""
        for ended in [item for item in self._retired if item[0].poll() is not None]:
            self._retired.remove(ended)
            ended[1].close()

    def _drop(self, patience: float = 0.0) -> None:
        process, connection = self._process, self._socket
        self._process = self._socket = None
        if process is not None and connection is not None:
            _end(process, connection, patience)


def _end(process: subprocess.Popen[bytes], connection: socket.socket, patience: float) -> None:
    """Close the socket, which the server takes for the end; kill it when it doesn't end in time."""
    connection.close()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
