"""The first process of a container: takes one run at a time from the agent, and has it forked by a server beside it.

Descriptors can't be passed into a container, so all goes through the relay's standard streams, in frames: one byte that
names the kind, four of length, the payload. The relay makes the run's pipes, hands them to the fork server, and pumps.

Run by `start` in a fresh, isolated interpreter; standard library only. Arguments: the granted folders that can be
written to. It never runs foreign code, and it ends, and with it the container, when its standard input does: that is how
the agent's end is noticed, whatever its cause.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import select
import signal
import socket
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

from apprentice.sandbox.child.system import PR_SET_DUMPABLE, prctl

#: Where everything is inside. The fork server watches `work` of a run's folder: here that is all that can be written to.
HOME: Final = "/opt/apprentice"
PACKAGE: Final = f"{HOME}/apprentice"
TOOLS: Final = f"{HOME}/tools"
FOLDER: Final = "/scratch"
ROOM: Final = f"{FOLDER}/work"
CODE: Final = f"{ROOM}/code"
WORK: Final = f"{ROOM}/work"

HEADER: Final = struct.Struct(">cI")
#: The longest payload of a frame, in bytes.
PIECE_BYTES: Final = 1 << 16
#: Bytes that wait in one direction before nothing more is taken in.
WAITING_BYTES: Final = 1 << 20
#: Seconds for a fork server to get ready.
START_SECONDS: Final = 30.0

#: To the relay: a run begins (marshalled plain data); a piece of a file of its code (marshalled name and bytes); a piece
#: of its request; the end of its request; stop it.
BEGIN, FILE, REQUEST, END, STOP = b"B", b"F", b"R", b"E", b"S"
#: From the relay: ready for the first run; pieces of the run's streams; the run is over and nothing of it is left. The
#: status comes last; an empty piece is its end.
READY, STDOUT, STDERR, REPORT, STATUS, DONE = b"r", b"1", b"2", b"3", b"s", b"d"

_STOPPED: Final = b"ended -1 0 stopped\n"
_FULL: Final = b"ended -1 0 disk\n"


def frame(kind: bytes, payload: bytes | memoryview = b"") -> bytes:
    """One frame."""
    return HEADER.pack(kind, len(payload)) + payload


class Frames:
    """Takes frames out of a stream of bytes."""

    def __init__(self) -> None:
        self._data = bytearray()

    def add(self, data: bytes) -> None:
        """Take in the next bytes."""
        self._data += data

    def next(self) -> tuple[bytes, bytes] | None:
        """The kind and payload of the next whole frame, if there is one.

        Raises:
            ValueError: the stream holds something else.
        """
        if len(self._data) < HEADER.size:
            return None
        kind, length = HEADER.unpack_from(self._data)
        if length > PIECE_BYTES:
            raise ValueError("a frame is too long")
        whole = HEADER.size + length
        if len(self._data) < whole:
            return None
        payload = bytes(self._data[HEADER.size : whole])
        del self._data[:whole]
        return kind, payload


class Server(NamedTuple):
    """A fork server: its process and the socket to it."""

    process: subprocess.Popen[bytes]
    connection: socket.socket


@dataclass
class Run:
    """The run that is going on. Descriptors are -1 before and after their time.

    Attributes:
        sources: the ends to read from, by the kind of the frames that carry what they bring.
        waiting: what the worker has yet to take of its request.
        account: what is to be said at the end, when nothing else comes any more.
    """

    order: dict[str, Any]
    started: bool = False
    request: int = -1
    control: int = -1
    sources: dict[int, bytes] = field(default_factory=dict)
    waiting: bytearray = field(default_factory=bytearray)
    whole: bool = False
    account: bytes = b""


def main() -> None:
    """Serve the agent until it is gone."""
    # A run has the same user as the relay: without this, it could open the relay's memory and descriptors in /proc.
    prctl(PR_SET_DUMPABLE, 0)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    if writable := sorted(other_writable([ROOM, *sys.argv[1:]])):
        leave(f"{writable[0]} in the container can be written to")
    Relay().serve()


def other_writable(expected: list[str]) -> set[str]:
    """Mounts that this process can write to, which should not be; what runs leave there would survive them."""
    with open("/proc/self/mounts", "rb") as file:  # spaces are written as \040
        paths = [line.split(b" ")[1].decode("unicode_escape") for line in file]
    mounts = [os.fsdecode(path.encode("latin-1")) for path in paths]
    # No message queue can be made: the workers' bound for them is 0.
    harmless = ("/dev/mqueue", "/dev/pts")
    return {
        mount
        for mount in mounts
        if mount not in harmless
        and not any(mount == known or mount.startswith(f"{known}/") for known in expected)
        and os.path.isdir(mount)
        and os.access(mount, os.W_OK)
    }


class Relay:
    """Between the agent and the fork servers."""

    def __init__(self) -> None:
        self._servers: dict[str, Server] = {}
        self._generation = 0
        self._frames = Frames()
        self._out = bytearray()
        self._run: Run | None = None

    def serve(self) -> NoReturn:
        """Take frames, pump, and end when the agent is gone."""
        for descriptor in (0, 1):
            os.set_blocking(descriptor, False)
        self._server("plain")
        self._send(READY)
        while True:
            poller = select.poll()
            for descriptor, events in self._wanted().items():
                poller.register(descriptor, events)
            for descriptor, events in poller.poll():
                self._handle(descriptor, events)
            self._take_frames()
            run = self._run
            if run is not None and run.started and not run.sources:
                self._finish(run)

    def _wanted(self) -> dict[int, int]:
        """The descriptors to look at, each with what to wait for; their end is always noticed."""
        run = self._run
        wanted = {0: select.POLLIN if self._has_room(run) else 0}
        if self._out:
            wanted[1] = select.POLLOUT
        for server in self._servers.values():
            wanted[server.connection.fileno()] = select.POLLIN
        if run is not None:
            if len(self._out) < WAITING_BYTES:
                wanted |= dict.fromkeys(run.sources, select.POLLIN)
            if run.request >= 0 and run.waiting:
                wanted[run.request] = select.POLLOUT
        return wanted

    @staticmethod
    def _has_room(run: Run | None) -> bool:
        return run is None or len(run.waiting) < WAITING_BYTES

    def _handle(self, descriptor: int, events: int) -> None:
        run = self._run
        if descriptor == 0:
            data = os.read(0, PIECE_BYTES) if events & select.POLLIN else b""
            if not data:
                os._exit(0)
            self._frames.add(data)
        elif descriptor == 1:
            try:
                del self._out[: os.write(1, self._out[:PIECE_BYTES])]
            except BlockingIOError:
                pass
            except OSError:
                os._exit(0)
        elif run is not None and descriptor in run.sources:
            self._forward(run, descriptor)
        elif run is not None and descriptor == run.request:
            self._feed(run)
        elif any(descriptor == server.connection.fileno() for server in self._servers.values()):
            leave("the fork server has ended")

    # --- From the agent

    def _take_frames(self) -> None:
        while self._has_room(self._run):
            taken = self._frames.next()
            if taken is None:
                return
            kind, payload = taken
            if kind == BEGIN and self._run is None:
                self._begin(marshal.loads(payload))
            elif self._run is not None:
                self._take(self._run, kind, payload)

    def _begin(self, order: dict[str, Any]) -> None:
        if order["generation"] != self._generation:
            self._generation = order["generation"]
            for server in self._servers.values():
                server.process.kill()
                server.process.wait()
                server.connection.close()
            self._servers.clear()
        for folder in (CODE, WORK):
            os.mkdir(folder, 0o700)
        self._run = Run(order)

    def _take(self, run: Run, kind: bytes, payload: bytes) -> None:
        if kind == FILE and not run.account:
            name, data = marshal.loads(payload)
            try:
                path = os.path.join(CODE, *(part for part in name.split("/") if part not in ("", ".", "..")))
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "ab") as file:
                    file.write(data)
            except OSError:
                run.account = _FULL
        elif kind in (REQUEST, END) and not run.started:
            self._start(run)
        if kind == REQUEST and run.request >= 0:
            run.waiting += payload
        elif kind == END:
            run.whole = True
        elif kind == STOP:
            if not run.started:
                run.account, run.started = _STOPPED, True
            run.waiting.clear()
            run.whole = True
            _close(run.control)
            run.control = -1
        self._close_request(run)

    def _start(self, run: Run) -> None:
        """Have the worker forked; the rest of its request may come later."""
        run.started = True
        if run.account:
            return
        server = self._server(run.order["ahead"])
        for folder, _, names in os.walk(CODE, topdown=False):
            for name in names:
                os.chmod(os.path.join(folder, name), 0o444)
            os.chmod(folder, 0o555)
        theirs = {}
        for name, kind in (("stdout", STDOUT), ("stderr", STDERR), ("report", REPORT), ("status", STATUS)):
            ours, theirs[name] = os.pipe()
            run.sources[ours] = kind
        theirs["request"], run.request = os.pipe()
        theirs["control"], run.control = os.pipe()
        os.set_blocking(run.request, False)
        order = marshal.dumps({"folder": FOLDER, "limits": run.order["limits"]})
        ends = [theirs[name] for name in ("request", "stdout", "stderr", "report", "control", "status")]
        try:
            socket.send_fds(server.connection, [order], ends)
        except OSError:
            leave("the fork server does not take orders")
        for descriptor in ends:
            os.close(descriptor)

    # --- From the worker

    def _feed(self, run: Run) -> None:
        try:
            del run.waiting[: os.write(run.request, run.waiting[:PIECE_BYTES])]
        except BlockingIOError:
            return
        except OSError:  # the worker is gone already; its status tells
            run.waiting.clear()
            run.whole = True
        self._close_request(run)

    @staticmethod
    def _close_request(run: Run) -> None:
        """When the worker has been given all of it."""
        if run.whole and not run.waiting:
            _close(run.request)
            run.request = -1

    def _forward(self, run: Run, descriptor: int) -> None:
        kind = run.sources[descriptor]
        data = os.read(descriptor, PIECE_BYTES)
        if not data:
            del run.sources[descriptor]
            os.close(descriptor)
        elif kind != STATUS:
            self._send(kind, data)
        elif data.startswith(b"worker "):
            told, _, run.account = data.partition(b"\n")
            self._send(STATUS, told + b"\n")
        else:
            run.account += data

    def _finish(self, run: Run) -> None:
        """All that the run wrote has been sent: its account and its end are next; then nothing of it is left."""
        if run.account:
            self._send(STATUS, run.account)
        self._send(STATUS)
        for descriptor in (run.request, run.control):
            _close(descriptor)
        self._run = None
        empty()
        known = {1, os.getpid(), os.getppid(), *(server.process.pid for server in self._servers.values())}
        if any(int(name) not in known for name in os.listdir("/proc") if name.isdigit()):
            leave("a process of a run is left")
        self._send(DONE)

    def _send(self, kind: bytes, payload: bytes = b"") -> None:
        self._out += frame(kind, payload)

    def _server(self, ahead: str) -> Server:
        """The fork server that has imported this ahead, ready."""
        if ahead in self._servers:
            return self._servers[ahead]
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        arguments = [str(theirs.fileno()), "-1", ahead, "container", TOOLS]
        process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", f"{PACKAGE}/sandbox/child/start.py", "zygote", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd="/",
            env={"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
            pass_fds=(theirs.fileno(),),
        )
        theirs.close()
        ours.settimeout(START_SECONDS)
        ready = b""
        with contextlib.suppress(OSError):
            ready = ours.recv(PIECE_BYTES)
        if not ready:
            leave("")  # it has said why
        self._servers[ahead] = Server(process, ours)
        return self._servers[ahead]


def empty() -> None:
    """Remove everything that a run may have left in its room."""
    from apprentice.sandbox.scratch import remove

    with contextlib.suppress(OSError):
        os.chmod(CODE, 0o700)
    for name in os.listdir(ROOM):
        path = Path(ROOM, name)
        if path.is_dir():
            remove(path)
        else:
            path.unlink()
    if os.listdir(ROOM):
        leave("files of a run are left")


def leave(reason: str) -> NoReturn:
    """End the container; the agent starts another."""
    if reason:
        os.write(2, f"{reason}\n".encode(errors="replace"))
    os._exit(1)


def _close(descriptor: int) -> None:
    if descriptor >= 0:
        os.close(descriptor)
