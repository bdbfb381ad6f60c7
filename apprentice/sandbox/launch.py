"""One run from start to end: its pipes, its limits, its reports, and the certainty that nothing of it stays alive."""

from __future__ import annotations

import contextlib
import json
import marshal
import os
import secrets
import selectors
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from apprentice.cancellation import CancelToken
from apprentice.errors import SandboxError
from apprentice.sandbox.base import NOTHING, Grants, Isolation, Limits
from apprentice.sandbox.output import CappedOutput, share

if TYPE_CHECKING:
    from apprentice.sandbox.broker import Broker

#: Seconds between two looks at the cancel token.
POLL_SECONDS: Final = 0.05
#: Seconds that the supervisor has to end its run before the agent does it itself.
GRACE_SECONDS: Final = 6.0
#: Output beyond this many times the cap, or this many bytes, ends a run.
FLOOD_FACTOR: Final = 64
FLOOD_BYTES: Final = 8 << 20
#: Reports (test results, a returned value) of one run, in bytes.
REPORT_BYTES: Final = 16 << 20

Stop = Literal["", "timeout", "cancelled", "output", "processes", "memory", "disk", "stopped", "lost"]

_WHY: Final[Mapping[str, Stop]] = {
    "processes": "processes",
    "memory": "memory",
    "disk": "disk",
    "stopped": "stopped",
}


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


@dataclass(frozen=True, slots=True)
class Ends:
    """The run's ends of the pipes: descriptors in the agent, closed there once they are handed over.

    Attributes:
        request: where the worker reads its request.
        control: stays open as long as the run may go on; its end means stop.
        status: where the account of the run's processes is written; its end means that none is left.
        broker: the socket to the broker of what was granted; -1 for none.
    """

    request: int
    stdout: int
    stderr: int
    report: int
    control: int
    status: int
    broker: int = -1


class Started(Protocol):
    """A run that has been started."""

    def stop(self) -> None:
        """See that the closed `control` is noticed."""
        ...

    def wait(self, seconds: float) -> bool:
        """Wait for what was started to be gone; false when it isn't by then."""
        ...

    def kill(self, worker: int) -> None:
        """End everything of the run from outside, at once. `worker` is 0 when it isn't known."""
        ...


class Launcher(Protocol):
    """A way of starting runs.

    Raises:
        SandboxError: from `start`, when the run can't be started.
    """

    @property
    def isolation(self) -> Isolation:
        """The level of a run that is started so."""
        ...

    @property
    def max_abi(self) -> int:
        """The highest version of Landlock's interface to use, for the run's commands too."""
        ...

    @property
    def description(self) -> str:
        """What makes the isolation, in a few words."""
        ...

    def start(self, ends: Ends, folder: Path, request: Mapping[str, Any], grants: Grants) -> Started:
        """Start one run in `folder`, whose parts are `code` and `work`."""
        ...

    def renew(self, *, fresh: bool = False) -> None:
        """See that later runs share nothing random, such as the seed for hashes, with those since the last renewal.

        Args:
            fresh: nor with any before that.
        """
        ...

    def close(self) -> None:
        """End what is kept running between runs."""
        ...


def launch(
    launcher: Launcher,
    request: Mapping[str, Any],
    folder: Path,
    limits: Limits,
    cancel: CancelToken | None,
    grants: Grants = NOTHING,
) -> Ended:
    """Run a request, and return when no process of it is left. A run whose watcher was lost is tried once more.

    Raises:
        SandboxError: it could not be started.
    """
    ended = _launch_once(launcher, request, folder, limits, cancel, grants)
    if ended.stop == "lost" and launcher.isolation != "process":
        ended = _launch_once(launcher, request, folder, limits, cancel, grants)
    return ended


def _launch_once(
    launcher: Launcher,
    request: Mapping[str, Any],
    folder: Path,
    limits: Limits,
    cancel: CancelToken | None,
    grants: Grants,
) -> Ended:
    token = secrets.token_hex(16)
    needs_broker = bool(grants.connect or grants.commands)
    whole = {
        **request,
        "token": token,
        "scratch": str(folder),
        "folder": str(folder / "code"),
        "work": str(folder / "work"),
        "limits": asdict(limits),
        "packages": list(grants.packages),
        "broker": needs_broker,
        "connect": bool(grants.connect),
        "commands": bool(grants.commands),
        "policy": {
            "read": [str(folder / "code"), *grants.read, *grants.packages],
            "write": [str(folder / "work"), *grants.write],
            "network": bool(grants.connect),
            "descriptors": needs_broker,
        },
    }
    try:
        body = marshal.dumps(whole)
    except ValueError as error:
        raise SandboxError("Code can't be run: an argument is not a JSON value.") from error
    broker = None
    if needs_broker:
        from apprentice.sandbox.broker import Broker

        broker = Broker(grants, folder=folder, limits=limits, max_abi=launcher.max_abi)
    try:
        run = _Run(b"%016x" % len(body) + body, token, folder, limits, cancel)
        try:
            run.start(launcher, whole, grants, broker)
            return run.until_over()
        finally:
            run.close()
    finally:
        if broker is not None:
            broker.close()


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
        self._started: Started | None = None
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
        self._finished = False

    def start(
        self, launcher: Launcher, request: Mapping[str, Any], grants: Grants, broker: Broker | None
    ) -> None:
        """Make the pipes and start the run with its ends of them."""
        source, self._source = self._pipe()
        control, self._control = self._pipe()
        out, stdout = self._pipe()
        err, stderr = self._pipe()
        self._report, report = self._pipe()
        self._status_end, status = self._pipe()
        for end, take in (
            (out, self._out.add),
            (err, self._err.add),
            (self._report, self._take_reports),
            (self._status_end, self._take_status),
        ):
            os.set_blocking(end, False)
            self._selector.register(end, selectors.EVENT_READ, take)
        os.set_blocking(self._source, False)
        self._selector.register(self._source, selectors.EVENT_WRITE, None)
        theirs = (source, stdout, stderr, report, control, status)
        ends = Ends(*theirs, broker=-1 if broker is None else broker.child_end)
        self._started = launcher.start(ends, self._folder, request, grants)
        for descriptor in theirs:
            self._close(descriptor)
        if broker is not None:
            broker.handed_over()
            broker.start()

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
            if self._started is not None and not self._finished:
                self._tell_to_stop()
                if not self._started.wait(GRACE_SECONDS):
                    self._started.kill(self._worker)
        finally:
            self._close_pipes()

    def _tell_to_stop(self) -> None:
        self._close(self._control)
        if self._started is not None:
            self._started.stop()

    def _take_status(self, data: bytes) -> None:
        if not self._status:
            # The time of a run is that of its worker.
            self._began = time.monotonic()
        self._status += data

    def _allowed_seconds(self) -> float:
        return self._limits.seconds if self._status else self._limits.seconds + self._limits.start_seconds

    def _patience(self) -> float:
        left = self._began + self._allowed_seconds() - time.monotonic()
        return min(POLL_SECONDS, max(0.0, left)) if not self._ended.stop else POLL_SECONDS

    def _reason_to_stop(self) -> Stop:
        if self._cancel is not None and self._cancel.cancelled:
            return "cancelled"
        if self._out.total + self._err.total > self._flood or self._report_total > REPORT_BYTES:
            return "output"
        if time.monotonic() - self._began >= self._allowed_seconds():
            return "timeout"
        return ""

    def _send_request(self) -> None:
        try:
            sent = os.write(self._source, self._request[: 1 << 16])
        except BlockingIOError:
            return
        except OSError:  # the worker is gone already; its status tells
            self._close(self._source)
            return
        self._request = self._request[sent:]
        if not self._request:
            self._close(self._source)

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
        ended, started = self._ended, self._started
        assert started is not None
        if self._status_end in self._open:
            started.kill(self._worker)
        started.wait(GRACE_SECONDS)
        self._finished = True
        for line in self._status.splitlines():
            self._account(line.decode().split(" "))
        if not self._accounted:
            # Its watcher was killed; the worker died with it, but daemons may be left.
            ended.stop = ended.stop or "lost"
            started.kill(self._worker)
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
