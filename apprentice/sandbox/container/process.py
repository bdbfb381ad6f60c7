"""One container that runs: its process, the thread that talks with its relay, and the line of runs that wait for it."""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from typing import IO, Final

from apprentice.sandbox.child.relay import DONE, READY, STATUS, Frames
from apprentice.sandbox.container.engine import Bounds, Engine, Mounts, last_line
from apprentice.sandbox.container.run import ContainedRun

#: Seconds for a container to get ready.
START_SECONDS: Final = 60.0
#: Seconds for a container to be emptied after a run.
CLEAN_SECONDS: Final = 10.0
#: Seconds for a container to end by itself.
END_SECONDS: Final = 5.0
_READ_BYTES: Final = 1 << 18


class Container:
    """A container and the runs in it, one at a time. Safe to use from several threads.

    Args:
        engine: what runs it.
        image: an image with Python.
        bounds: what it can give to a run.
        mounts: what is there of the agent's files.
    """

    def __init__(self, engine: Engine, image: str, bounds: Bounds, mounts: Mounts) -> None:
        self._engine = engine
        self._image = image
        self._name = f"apprentice-{secrets.token_hex(8)}"
        self._command = engine.command(self._name, image, bounds, mounts)
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        #: Guards the line, and what other threads tell this container's own.
        self._lock = threading.Lock()
        self._line: deque[ContainedRun] = deque()
        self._ended = False
        self._retired = False
        self._wake_read, self._wake = -1, -1
        # Of the container's own thread alone:
        self._frames = Frames()
        self._current: ContainedRun | None = None
        self._to_send: Iterator[bytes] = iter(())
        self._unsent = memoryview(b"")
        self._undelivered: tuple[bytes, memoryview] | None = None
        self._clean_by = 0.0

    @property
    def ended(self) -> bool:
        """Whether it takes no more runs."""
        return self._ended or self._retired

    def start(self) -> None:
        """Start it if it isn't running.

        Raises:
            SandboxError: it does not start; says what the engine said.
        """
        with self._starting:
            if self._process is not None or self._ended:
                return
            try:
                self._engine.check(self._image)
                self._start()
            except BaseException:
                self._ended = True
                raise

    def submit(self, run: ContainedRun) -> bool:
        """Put a run in line; false when this container takes no more."""
        with self._lock:
            if self.ended or self._wake < 0:
                return False
            run.belongs_to(self.kill)
            self._line.append(run)
            self._rouse()
        return True

    def retire(self) -> None:
        """End when nothing runs here any more."""
        with self._lock:
            self._retired = True
            self._rouse()

    def kill(self) -> None:
        """End it at once, with all that runs in it."""
        process = self._process
        self._engine.kill(self._name)
        if process is not None:
            process.kill()
        with self._lock:
            self._ended = True
            self._rouse()

    def close(self) -> None:
        """End it, and wait until it is gone."""
        with self._lock:
            self._ended = True
            self._rouse()
        with self._starting:
            thread = self._thread
        if thread is not None:
            thread.join()

    def _rouse(self) -> None:
        if self._wake >= 0:
            with contextlib.suppress(BlockingIOError):
                os.write(self._wake, b"\0")

    def _start(self) -> None:
        with tempfile.TemporaryFile() as said:
            try:
                process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=said,
                    bufsize=0,
                    start_new_session=True,
                )
            except OSError as error:
                raise self._engine.failed(
                    f"it can't be started: {error.strerror or error}", self._image
                ) from error
            assert process.stdin is not None
            assert process.stdout is not None
            if not self._greet(process.stdout):
                reason = self._end_of_start(process, said)
                raise self._engine.failed(reason, self._image)
        os.set_blocking(process.stdin.fileno(), False)
        with self._lock:
            self._process = process
            self._wake_read, self._wake = os.pipe()
            for descriptor in (self._wake_read, self._wake):
                os.set_blocking(descriptor, False)
        self._thread = threading.Thread(
            target=self._serve, args=(process, process.stdin, process.stdout), name=self._name, daemon=True
        )
        self._thread.start()

    def _greet(self, stdout: IO[bytes]) -> bool:
        """Whether the relay says that it is ready."""
        deadline = time.monotonic() + START_SECONDS
        poller = select.poll()
        poller.register(stdout, select.POLLIN)
        try:
            while (taken := self._frames.next()) is None:
                left = deadline - time.monotonic()
                if left <= 0 or self._ended or not poller.poll(1000 * min(left, 0.5)):
                    if left > 0 and not self._ended:
                        continue
                    return False
                data = os.read(stdout.fileno(), _READ_BYTES)
                if not data:
                    return False
                self._frames.add(data)
        except ValueError:
            return False
        return taken[0] == READY

    def _end_of_start(self, process: subprocess.Popen[bytes], said: IO[bytes]) -> str:
        """End a container that did not get ready, and tell why."""
        self._end(process)
        said.seek(0)
        reason = f"the container was not ready within {START_SECONDS:g} s"
        return last_line(said.read(1 << 16)) or reason

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Close the relay's streams, which it takes for the end; where it doesn't, kill the container."""
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._engine.kill(self._name)
            process.kill()
            process.wait()

    # --- The container's own thread

    def _serve(self, process: subprocess.Popen[bytes], stdin: IO[bytes], stdout: IO[bytes]) -> None:
        try:
            while self._turn(stdin.fileno(), stdout.fileno()):
                pass
        except (OSError, ValueError, KeyError):  # it is gone, or says what no relay says
            pass
        finally:
            self._bury(process)

    def _turn(self, stdin: int, stdout: int) -> bool:
        """Wait for what comes next and do it; false at the end."""
        with self._lock:
            if self._current is None and self._line:
                self._current = self._line.popleft()
                self._to_send = self._current.frames()
                self._unsent = self._unsent or memoryview(next(self._to_send))
            current = self._current
            if self._ended or (self._retired and current is None):
                return False
            runs = {run.control: run for run in (current, *self._line) if run is not None and not run.stopped}
        poller = select.poll()
        poller.register(self._wake_read, select.POLLIN)
        if self._undelivered is None:
            poller.register(stdout, select.POLLIN)
        elif current is not None:
            poller.register(current.target(self._undelivered[0]), select.POLLOUT)
        if self._unsent:
            poller.register(stdin, select.POLLOUT)
        for control in runs:
            if control >= 0:
                poller.register(control, select.POLLIN)
        patience = None if not self._clean_by else max(0.0, self._clean_by - time.monotonic())
        happened = [
            descriptor for descriptor, _ in poller.poll(None if patience is None else 1000 * patience)
        ]
        if not happened and patience is not None:
            return False
        for descriptor in happened:
            if descriptor == self._wake_read:
                os.read(self._wake_read, 4096)
            elif descriptor == stdin:
                self._send(stdin)
            elif descriptor in runs:
                self._stop(runs[descriptor])
            elif descriptor == stdout:
                data = os.read(stdout, _READ_BYTES)
                if not data:
                    return False
                self._frames.add(data)
        self._deliver()
        return True

    def _send(self, stdin: int) -> None:
        try:
            sent = os.write(stdin, self._unsent)
        except BlockingIOError:
            return
        self._unsent = self._unsent[sent:] or memoryview(next(self._to_send, b""))

    def _stop(self, run: ContainedRun) -> None:
        """The agent wants it to end: tell the relay, or, where it only waits, take it out of the line."""
        if run is self._current:
            self._to_send = run.halt()
            self._unsent = self._unsent or memoryview(next(self._to_send))
            return
        with self._lock:
            self._line.remove(run)
        run.account()
        run.release()

    def _deliver(self) -> None:
        """Pass on what came, in its order, as far as it is taken."""
        while True:
            if self._undelivered is not None and not self._passed_on(*self._undelivered):
                return
            taken = self._frames.next()
            if taken is None:
                return
            kind, payload = taken
            run = self._current
            if run is None or (kind == DONE) != run.is_over:
                raise ValueError("a frame that no run expects")
            if kind == DONE:
                self._current, self._to_send, self._clean_by = None, iter(()), 0.0
            elif kind == STATUS and not payload:
                self._clean_by = time.monotonic() + CLEAN_SECONDS
                run.release()
            else:
                self._undelivered = kind, memoryview(payload)

    def _passed_on(self, kind: bytes, payload: memoryview) -> bool:
        run = self._current
        assert run is not None
        target = run.target(kind)
        if target >= 0:
            try:
                payload = payload[os.write(target, payload) :]
            except BlockingIOError:
                pass
            except OSError:  # the agent has seen enough
                run.give_up(kind)
                payload = memoryview(b"")
        self._undelivered = (kind, payload) if target >= 0 and payload else None
        return self._undelivered is None

    def _bury(self, process: subprocess.Popen[bytes]) -> None:
        """Be sure that nothing is left of it; then tell its runs."""
        with self._lock:
            self._ended = True
            for descriptor in (self._wake_read, self._wake):
                os.close(descriptor)
            self._wake_read = self._wake = -1
            runs = [run for run in (self._current, *self._line) if run is not None]
            self._line.clear()
        self._end(process)
        for run in runs:
            run.release()
