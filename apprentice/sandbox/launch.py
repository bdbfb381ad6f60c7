"""One run from start to end: the child, its pipes, its limits, and the certainty that nothing of it stays alive."""

from __future__ import annotations

import contextlib
import json
import marshal
import os
import secrets
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, Literal

from apprentice.cancellation import CancelToken
from apprentice.errors import SandboxError
from apprentice.sandbox.base import Limits
from apprentice.sandbox.output import CappedOutput, share

_CHILD: Final = Path(__file__).with_name("child.py")

#: Seconds between two looks at the cancel token.
POLL_SECONDS: Final = 0.05
#: Seconds that the supervisor has to end its run before the agent does it itself.
GRACE_SECONDS: Final = 6.0
#: Output beyond this many times the cap, or this many bytes, ends a run.
FLOOD_FACTOR: Final = 64
FLOOD_BYTES: Final = 8 << 20
#: Reports (test results, a returned value) of one run, in bytes.
REPORT_BYTES: Final = 16 << 20

Stop = Literal["", "timeout", "cancelled", "output", "processes", "memory", "stopped", "lost"]

_WHY: Final[Mapping[str, Stop]] = {"processes": "processes", "memory": "memory", "stopped": "stopped"}


@dataclass(slots=True)
class Ended:
    """The bare facts of a run that is over.

    Attributes:
        stop: why the run was ended from outside; empty when it ended by itself; `lost` when its supervisor was killed.
        wait_status: the worker's, as os.wait has it; None when it isn't known.
        cpu_seconds: processor time of the worker.
        reports: what the worker reported with the run's token, in order.
    """

    stop: Stop = ""
    wait_status: int | None = None
    cpu_seconds: float = 0.0
    seconds: float = 0.0
    stdout: str = ""
    stderr: str = ""
    output_cut: bool = False
    reports: list[dict[str, Any]] = field(default_factory=list)


def launch(request: Mapping[str, Any], folder: Path, limits: Limits, cancel: CancelToken | None) -> Ended:
    """Run a request in a fresh interpreter in `folder`, and return when no process of it is left.

    Raises:
        SandboxError: the interpreter could not be started.
    """
    if not sys.executable or os.name != "posix":
        raise SandboxError(
            "Code can't be run here: separate processes with limits need Linux or macOS and a Python interpreter.",
            "Run the agent with python3 on Linux or macOS (on Windows: in WSL).",
        )
    token = secrets.token_hex(16)
    whole = {
        **request,
        "token": token,
        "folder": str(folder),
        "limits": {
            "seconds": limits.seconds,
            "memory_mb": limits.memory_mb,
            "processes": limits.processes,
            "open_files": limits.open_files,
            "file_mb": limits.file_mb,
        },
    }
    try:
        body = marshal.dumps(whole)
    except ValueError as error:
        raise SandboxError("Code can't be run: an argument is not a JSON value.") from error
    run = _Run(b"%016x" % len(body) + body, token, folder, limits, cancel)
    try:
        return run.until_over()
    finally:
        run.close()


class _Run:
    """A started child with the agent's ends of its pipes."""

    def __init__(
        self, request: bytes, token: str, folder: Path, limits: Limits, cancel: CancelToken | None
    ) -> None:
        self._request = memoryview(request)
        self._token = token
        self._folder = folder
        self._limits = limits
        self._cancel = cancel
        self._began = time.monotonic()
        self._worker = 0
        self._accounted = False
        self._report_rest = bytearray()
        self._report_total = 0
        self._status = bytearray()
        cap = limits.output_kb << 10
        self._flood = max(2 * cap, min(FLOOD_FACTOR * cap, FLOOD_BYTES))
        self._out, self._err = CappedOutput(cap), CappedOutput(cap)
        self._ended = Ended()
        self._selector = selectors.DefaultSelector()
        self._open: set[int] = set()
        try:
            self._child = self._start()
        except BaseException:
            self._close_pipes()
            raise

    def _start(self) -> subprocess.Popen[bytes]:
        control_read, self._control = self._pipe()
        self._report, report_write = self._pipe()
        self._status_end, status_write = self._pipe()
        theirs = (control_read, report_write, status_write)
        command = [sys.executable, "-I", "-X", "utf8", str(_CHILD), *map(str, theirs)]
        try:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=self._folder,
                env=environment(self._folder),
                pass_fds=theirs,
                start_new_session=True,
            )
        except OSError as error:
            raise SandboxError(
                f"Code can't be run: the Python interpreter did not start ({error.strerror or error}).",
                f"Check {sys.executable}, free memory, and the number of processes.",
            ) from error
        for descriptor in theirs:
            self._close(descriptor)
        assert child.stdout is not None
        assert child.stderr is not None
        self._streams: tuple[IO[bytes], IO[bytes]] = (child.stdout, child.stderr)
        for end, take in (
            (child.stdout.fileno(), self._out.add),
            (child.stderr.fileno(), self._err.add),
            (self._report, self._take_reports),
            (self._status_end, self._status.extend),
        ):
            os.set_blocking(end, False)
            self._selector.register(end, selectors.EVENT_READ, take)
        os.set_blocking(self._control, False)
        self._selector.register(self._control, selectors.EVENT_WRITE, None)
        return child

    def until_over(self) -> Ended:
        """Read and watch until the supervisor is gone, and with it every process of the run."""
        ended = self._ended
        give_up = float("inf")
        while self._status_end in self._open and time.monotonic() < give_up:
            for key, _ in self._selector.select(self._patience()):
                if key.data is None:
                    self._send_request()
                else:
                    self._read(key.fd, key.data)
            if not ended.stop:
                ended.stop = self._reason_to_stop()
                if ended.stop:
                    self._tell_to_stop()
                    give_up = time.monotonic() + GRACE_SECONDS
        self._finish()
        return ended

    def close(self) -> None:
        """End the run if it is still going on (an exception came through), and let go of everything."""
        try:
            if self._child.returncode is None:
                self._tell_to_stop()
                try:
                    self._child.wait(GRACE_SECONDS)
                except subprocess.TimeoutExpired:
                    self._kill_from_here()
        finally:
            self._close_pipes()

    def _tell_to_stop(self) -> None:
        self._close(self._control)
        # The run may have stopped its supervisor.
        self._child.send_signal(signal.SIGCONT)

    def _patience(self) -> float:
        left = self._began + self._limits.seconds - time.monotonic()
        return min(POLL_SECONDS, max(0.0, left)) if not self._ended.stop else POLL_SECONDS

    def _reason_to_stop(self) -> Stop:
        if self._cancel is not None and self._cancel.cancelled:
            return "cancelled"
        if self._out.total + self._err.total > self._flood or self._report_total > REPORT_BYTES:
            return "output"
        if time.monotonic() - self._began >= self._limits.seconds:
            return "timeout"
        return ""

    def _send_request(self) -> None:
        try:
            sent = os.write(self._control, self._request[: 1 << 16])
        except BlockingIOError:
            return
        except OSError:  # the child is gone already; its status tells
            self._selector.unregister(self._control)
            return
        self._request = self._request[sent:]
        if not self._request:
            # It stays open: its end is what tells the supervisor to stop.
            self._selector.unregister(self._control)

    def _read(self, descriptor: int, take: Callable[[bytes], object]) -> bool:
        """Take in what has come; false at the end, or when there is nothing now."""
        try:
            data = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            return False
        if not data:
            self._selector.unregister(descriptor)
            if descriptor in self._open:
                self._close(descriptor)
            return False
        take(data)
        return True

    def _take_reports(self, data: bytes) -> None:
        self._report_total += len(data)
        if self._report_total > REPORT_BYTES + (1 << 20):
            return
        *lines, rest = data.split(b"\n")
        for line in lines:
            self._report_rest += line
            self._take_report(bytes(self._report_rest))
            self._report_rest.clear()
        self._report_rest += rest

    def _take_report(self, line: bytes) -> None:
        """Keep a report that carries the token; whatever else is written there is noise."""
        if self._token.encode() not in line:
            return
        try:
            report = json.loads(line)
        except (ValueError, RecursionError):
            return
        if isinstance(report, dict) and report.pop("token", None) == self._token:
            self._ended.reports.append(report)

    def _finish(self) -> None:
        ended = self._ended
        if self._status_end in self._open:
            self._kill_from_here()
        self._child.wait()
        for line in self._status.splitlines():
            self._account(line.decode().split(" "))
        if not self._accounted:
            # Its supervisor was killed; the worker died with it, but daemons may be left.
            ended.stop = ended.stop or "lost"
            _kill_strays(self._worker, self._folder)
        for key in list(self._selector.get_map().values()):
            while key.data is not None and self._reason_to_drain() and self._read(key.fd, key.data):
                pass
        ended.seconds = time.monotonic() - self._began
        cap = self._limits.output_kb << 10
        ended.stdout, ended.stderr = share(self._out, self._err, cap)
        ended.output_cut = self._out.total + self._err.total > cap

    def _reason_to_drain(self) -> bool:
        return self._out.total + self._err.total <= self._flood and self._report_total <= REPORT_BYTES

    def _account(self, words: list[str]) -> None:
        if words[0] == "worker":
            self._worker = int(words[1])
            return
        self._accounted = True
        wait_status = int(words[1])
        self._ended.wait_status = None if wait_status < 0 else wait_status
        self._ended.cpu_seconds = float(words[2])
        if not self._ended.stop and words[3] in _WHY:
            self._ended.stop = _WHY[words[3]]

    def _kill_from_here(self) -> None:
        """The supervisor doesn't answer: end its processes, then itself."""
        _kill_strays(self._worker, self._folder, keep=self._child.pid)
        self._child.kill()
        self._child.wait()
        _kill_strays(self._worker, self._folder)

    def _pipe(self) -> tuple[int, int]:
        ends = os.pipe()
        self._open.update(ends)
        return ends

    def _close(self, descriptor: int) -> None:
        if descriptor in self._open:
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(descriptor)
            self._open.discard(descriptor)
            os.close(descriptor)

    def _close_pipes(self) -> None:
        for descriptor in tuple(self._open):
            self._close(descriptor)
        self._selector.close()
        for stream in getattr(self, "_streams", ()):
            stream.close()


def environment(folder: Path) -> dict[str, str]:
    """All that a run has in its environment. The allocator's arenas are few because each takes address space."""
    return {"HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}


def _kill_strays(worker: int, folder: Path, keep: int = 0) -> None:
    """Kill what can be told to belong to the run: by session, by its environment's HOME, by its folder.

    Linux only, and only the second net: a daemon that hides all three and killed the supervisor gets away.
    """
    home = b"HOME=" + os.fsencode(folder)
    for _ in range(20):
        victims = [
            pid
            for name in _listed("/proc")
            if name.isdigit()
            and (pid := int(name)) not in (keep, os.getpid())
            and _belongs(pid, worker, home)
        ]
        if not victims:
            return
        for pid in victims:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.005)


def _belongs(pid: int, worker: int, home: bytes) -> bool:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b") ")[2].split()
        if fields[0] in (b"Z", b"X"):
            return False
        if worker and int(fields[3]) == worker:
            return True
        with open(f"/proc/{pid}/environ", "rb") as file:
            if home in file.read(1 << 16).split(b"\0"):
                return True
        return os.fsencode(os.readlink(f"/proc/{pid}/cwd")).startswith(home[5:])
    except (OSError, ValueError, IndexError):
        return False


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
