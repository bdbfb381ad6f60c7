"""Does for a confined run what it can't do itself and a person has allowed: connecting to hosts, starting commands.

The run has one end of a socket, this class the other. A message from the run is a JSON object, with descriptors beside it;
the first is the run's end of a stream pair that takes the answers to this one request:

- `{"op": "resolve", "host": …}`: answered by `{"addresses": […]}`.
- `{"op": "connect", "host": …, "port": …, "family": …, "seconds": …}`: answered by `{"connected": true}` and the socket.
- `{"op": "command", "argv": […] or "shell": "…", "cwd": …, "env": {…}}` with three more descriptors, its streams: answered
  by `{"started": pid}`, and later by `{"ended": wait status, "why": …}`.
- `{"op": "signal", "pid": …, "number": …}`: not answered.

An error is `{"error": "os" or "gai", "errno": …, "message": …}`. What comes from the run is hostile: it decides nothing
but its own answers, and neither blocks nor grows the agent.
"""

from __future__ import annotations

import array
import contextlib
import errno
import json
import logging
import os
import selectors
import socket
import stat
import struct
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from apprentice.errors import SandboxError
from apprentice.sandbox.base import Grants, Limits
from apprentice.sandbox.broker.command import MOST_RUNNING, Commands, Running
from apprentice.sandbox.broker.network import CONNECT_SECONDS, Network, Resolver, system_resolver

#: Bytes of one message, and descriptors with it.
MESSAGE_BYTES: Final = 1 << 16
MOST_DESCRIPTORS: Final = 4
#: Messages of one run, all together.
MOST_MESSAGES: Final = 20_000
#: Requests for the network at work at once, and waiting.
MOST_WORKING: Final = 16
MOST_WAITING: Final = 64
#: Refusals that are remembered.
MOST_REFUSALS: Final = 50
#: Seconds that closing waits for the broker's threads.
JOIN_SECONDS: Final = 10.0

_log = logging.getLogger(__name__)


class Broker:
    """The broker of one run. Messages are read by a thread of its own; what takes time, by others.

    Args:
        grants: what the run may do; of interest are `connect` and `commands`.
        folder: the run's, with `code` and `work` in it.
        limits: the run's; a command is bounded by them too.
        resolver: where names are looked up.
        max_abi: the version of Landlock's interface to go up to.

    Attributes:
        child_end: the descriptor for the run; -1 after `handed_over`.

    Raises:
        SandboxError: a grant can't be used, or there are no such sockets here.
    """

    def __init__(
        self,
        grants: Grants,
        *,
        folder: Path,
        limits: Limits,
        resolver: Resolver = system_resolver,
        max_abi: int = 99,
    ) -> None:
        if sys.platform != "linux":
            raise SandboxError("Permissions for the network and for commands can be used on Linux only.")
        self._network = Network(grants.connect, resolver=resolver)
        self._commands = Commands(grants, folder=folder, limits=limits, max_abi=max_abi)
        try:
            self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self.child_end = theirs.detach()
            self._stop, self._stop_write = os.pipe()
        except OSError as error:
            raise SandboxError(f"The run's permissions can't be used: {error.strerror or error}.") from error
        self._selector = selectors.DefaultSelector()
        self._running: dict[int, tuple[Running, _Answers]] = {}
        self._lock = threading.Lock()
        self._waiting: deque[Callable[[], None]] = deque()
        self._working = 0
        self._open: set[_Answers] = set()
        self._closed = self._closed_working = False
        self._messages = 0
        self._refused: list[str] = []
        self._thread = threading.Thread(target=self._serve, name="sandbox-broker", daemon=True)

    @property
    def refused(self) -> tuple[str, ...]:
        """What the run asked for and didn't get because nobody had granted it, one line each; the first ones only."""
        return tuple(self._refused)

    def handed_over(self) -> None:
        """Close this process's copy of `child_end`; the run has its own now."""
        if self.child_end >= 0:
            os.close(self.child_end)
            self.child_end = -1

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def close(self) -> None:
        """End the run's commands and all requests, and let go of everything. Calling it twice is harmless."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._waiting.clear()
        self.handed_over()
        os.close(self._stop_write)
        if self._thread.ident is None:
            self._let_go()
        else:
            self._thread.join(JOIN_SECONDS)

    # --- The broker's own thread

    def _serve(self) -> None:
        try:
            self._selector.register(self._stop, selectors.EVENT_READ)
            self._selector.register(self._ours, selectors.EVENT_READ)
            while True:
                for key, _ in self._selector.select():
                    if key.fd == self._stop:
                        return
                    if key.fd in self._running:
                        self._news_of(key.fd)
                    elif key.fileobj is self._ours and not self._receive():
                        # The run is over, or had its share; its commands are.
                        return
        except Exception:  # noqa: BLE001 - the run loses its permissions, the agent nothing
            _log.exception("the broker of a run failed")
        finally:
            self._let_go()

    def _let_go(self) -> None:
        running = [running for running, _ in self._running.values()]
        for each in running:
            each.stop()
        for each in running:
            each.let_go()
        self._running.clear()
        self._selector.close()
        self._ours.close()
        with self._lock:
            self._closed_working = True
            self._waiting.clear()
            left = list(self._open)
            if not self._working:
                os.close(self._stop)
        for answers in left:
            self._forget(answers)

    def _receive(self) -> bool:
        """Take one message; false when there will be none any more."""
        descriptors = array.array("i")
        room = socket.CMSG_SPACE(MOST_DESCRIPTORS * descriptors.itemsize)
        try:
            data, beside, flags, _ = self._ours.recvmsg(
                MESSAGE_BYTES, room, socket.MSG_DONTWAIT | socket.MSG_CMSG_CLOEXEC
            )
        except BlockingIOError:
            return True
        except OSError:
            return False
        for level, kind, content in beside:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                descriptors.frombytes(content[: len(content) - len(content) % descriptors.itemsize])
        held = _Held(descriptors)
        self._messages += 1
        try:
            if not data or self._messages > MOST_MESSAGES:
                return False
            if not flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
                self._take(data, held)
        finally:
            held.close()
        return True

    def _take(self, data: bytes, held: _Held) -> None:
        try:
            message = json.loads(data)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            message = {}
        op = message.get("op")
        if op == "signal":
            self._signal(message)
            return
        answers = held.answers()
        if answers is None:
            return
        with self._lock:
            self._open.add(answers)
        try:
            if op == "resolve":
                self._later(lambda: self._resolve(message, answers))
            elif op == "connect":
                self._later(lambda: self._connect(message, answers))
            elif op == "command":
                self._start(message, held, answers)
            else:
                raise OSError(errno.EINVAL, "not a request")
        except Exception as error:  # noqa: BLE001 - whatever a hostile message brings about is its own answer
            self._fail(answers, error)

    def _start(self, message: dict[str, Any], held: _Held, answers: _Answers) -> None:
        if len(self._running) >= MOST_RUNNING:
            raise BlockingIOError(errno.EAGAIN, f"a run has at most {MOST_RUNNING} commands at once")
        if len(held.streams) != 3:
            raise OSError(errno.EINVAL, "a command has three streams")
        if not all(map(_can_be_stream, held.streams)):
            raise PermissionError(errno.EACCES, "a connection can't be one of a command's streams")
        running = self._commands.start(message, held.streams)
        self._running[running.status] = running, answers
        self._selector.register(running.status, selectors.EVENT_READ)

    def _signal(self, message: dict[str, Any]) -> None:
        pid, number = message.get("pid"), message.get("number")
        for running, _ in self._running.values():
            if isinstance(number, int) and pid and running.pid == pid:
                running.signal(number)

    def _news_of(self, status: int) -> None:
        running, answers = self._running[status]
        news = running.news()
        for each in news:
            answers.send(each)
        if running.status < 0:
            del self._running[status]
            self._selector.unregister(status)
            self._forget(answers)

    # --- Threads for what takes time

    def _later(self, work: Callable[[], None]) -> None:
        with self._lock:
            if self._closed:
                raise ConnectionAbortedError(errno.ECONNABORTED, "the run is over")
            if len(self._waiting) >= MOST_WAITING:
                raise BlockingIOError(errno.EAGAIN, "too many requests at once")
            self._waiting.append(work)
            if self._working >= MOST_WORKING:
                return
            self._working += 1
        try:
            threading.Thread(target=self._work, name="sandbox-broker-worker", daemon=True).start()
        except RuntimeError as error:
            with self._lock:
                self._working -= 1
            raise BlockingIOError(errno.EAGAIN, "no more threads") from error

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._working -= 1
                    if not self._working and self._closed_working:
                        os.close(self._stop)
                    return
                work = self._waiting.popleft()
            work()

    def _resolve(self, message: dict[str, Any], answers: _Answers) -> None:
        try:
            answers.send({"addresses": self._network.resolve(_text(message.get("host")))})
        except Exception as error:  # noqa: BLE001 - a resolver may raise anything
            self._fail(answers, error)
        else:
            self._forget(answers)

    def _connect(self, message: dict[str, Any], answers: _Answers) -> None:
        try:
            port, family, seconds = message.get("port"), message.get("family"), message.get("seconds")
            if not isinstance(seconds, (int, float)) or not 0 < seconds < CONNECT_SECONDS:
                seconds = CONNECT_SECONDS
            if type(port) is not int or family not in (int(socket.AF_INET), int(socket.AF_INET6)):
                raise OSError(errno.EINVAL, "not a request for a connection")
            host = _text(message.get("host"))
            with self._network.connect(host, port, family, seconds, self._stop) as connection:
                answers.send({"connected": True}, connection.fileno())
        except Exception as error:  # noqa: BLE001 - a resolver may raise anything
            self._fail(answers, error)
        else:
            self._forget(answers)

    # --- Answers

    def _fail(self, answers: _Answers, error: Exception) -> None:
        message = getattr(error, "strerror", None) or str(error)
        if isinstance(error, PermissionError) and len(self._refused) < MOST_REFUSALS:
            self._refused.append(message)
        if isinstance(error, socket.gaierror):
            answers.send({"error": "gai", "errno": error.errno or socket.EAI_FAIL, "message": message})
        else:
            if not isinstance(error, OSError):
                _log.debug("a request of a run failed", exc_info=error)
                message = "the request failed"
            number = getattr(error, "errno", None)
            answers.send({"error": "os", "errno": number or errno.EIO, "message": message})
        self._forget(answers)

    def _forget(self, answers: _Answers) -> None:
        with self._lock:
            self._open.discard(answers)
        answers.close()


class _Answers:
    """The run's socket for the answers to one request. Safe to use from several threads."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._lock = threading.Lock()

    def send(self, message: dict[str, Any], descriptor: int | None = None) -> None:
        """Send an answer, if it can be sent at once; a run that doesn't read goes without."""
        beside = []
        if descriptor is not None:
            beside = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
        line = json.dumps(message).encode() + b"\n"
        with self._lock, contextlib.suppress(OSError):
            self._end.sendmsg([line], beside, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)

    def close(self) -> None:
        """Let go of the socket."""
        with self._lock:
            self._end.close()


class _Held:
    """The descriptors of one message: the end for the answers, then the streams."""

    def __init__(self, descriptors: array.array[int]) -> None:
        self._descriptors = list(descriptors)

    @property
    def streams(self) -> list[int]:
        """What came beside the end for the answers."""
        return self._descriptors[1:] if self._descriptors and self._descriptors[0] < 0 else self._descriptors

    def answers(self) -> _Answers | None:
        """The end for the answers; none where the first descriptor isn't a stream's."""
        if not self._descriptors:
            return None
        try:
            end = socket.socket(fileno=self._descriptors[0])
        except OSError:
            return None
        if end.family != socket.AF_UNIX or end.type != socket.SOCK_STREAM:
            end.detach()
            return None
        self._descriptors[0] = -1
        return _Answers(end)

    def close(self) -> None:
        """Close what was not taken."""
        for descriptor in self._descriptors:
            if descriptor >= 0:
                _close(descriptor)
        self._descriptors.clear()


def _can_be_stream(descriptor: int) -> bool:
    """Whether a command may have this as its input or output: anything but a way to the network or to this broker."""
    if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        return True
    end = socket.socket(fileno=descriptor)
    try:
        return end.family == socket.AF_UNIX and end.type == socket.SOCK_STREAM
    finally:
        end.detach()


def _close(descriptor: int) -> None:
    """Close a descriptor that the run chose; it may be a socket that was told to linger when it is closed."""
    try:
        held = socket.socket(fileno=descriptor)
    except OSError:
        with contextlib.suppress(OSError):
            os.close(descriptor)
        return
    with held, contextlib.suppress(OSError):
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 0, 0))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise OSError(errno.EINVAL, "a host is a text")
    return value
