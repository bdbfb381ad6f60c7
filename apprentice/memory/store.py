"""`memory.json`: read whole, written whole, shared between threads and processes."""

from __future__ import annotations

import contextlib
import gc
import glob
import os
import shutil
import stat
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from apprentice.crashpoints import crash_point
from apprentice.errors import MemoryFileError, WorkspaceError
from apprentice.files import workspace_error, write_atomic
from apprentice.memory.document import Document, Entry
from apprentice.memory.migrate import NewerVersionError, NotMemoryError, Reading, interpret
from apprentice.memory.recall import Related, related
from apprentice.memory.schema import (
    ApprovalRecord,
    DirectiveRecord,
    FailureRecord,
    LessonRecord,
    SkillRecord,
)
from apprentice.memory.transaction import MemoryView, Transaction

#: Bytes of a file that is read with the garbage collection put off.
_LARGE = 1_000_000


class _Signature(NamedTuple):
    inode: int
    mtime_ns: int
    size: int


class SkillEntries(NamedTuple):
    """The skills as the file holds them, shared and not copied: neither list nor records may be changed.

    Attributes:
        stamp: inode, time of change and size of the file they were read from; empty where it isn't known.
        entries: in the file's order; the same objects from call to call, as long as they say the same.
    """

    stamp: str
    entries: Sequence[Entry]


class _Pin:
    """Keeps the file that was read open, so that its inode's number can't come back as another file's."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        about = os.fstat(descriptor)
        self.signature = _Signature(about.st_ino, about.st_mtime_ns, about.st_size)

    def __del__(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self.descriptor)


class _Cached(NamedTuple):
    """What was read or written last, and the file it is in; None where that can't be kept open."""

    pin: _Pin | None
    document: Document


class MemoryStore(MemoryView):
    """The agent's memory in one file. Safe to use from many threads and processes at once.

    Every write is whole: after a crash or a full disk the file holds the state before or after it, nothing between.
    A file that holds no memory is moved aside, an older form is brought to version 1 and the original kept beside it;
    one line about it goes to `notices` and to `on_notice`.

    Every method raises `WorkspaceError` where the file can't be read, written or locked, and `MemoryFileError`
    where a newer program wrote it.

    Args:
        path: the file; it and its folder need not exist.
        lock_timeout: seconds to wait for another process that is writing.
        on_notice: called with each notice.
    """

    def __init__(
        self, path: Path, *, lock_timeout: float = 10.0, on_notice: Callable[[str], None] | None = None
    ) -> None:
        self.path = Path(path)
        #: One line for each file that was moved aside or brought up to date.
        self.notices: list[str] = []
        self._on_notice = on_notice
        # A rename onto a symbolic link would replace the link.
        self._file = Path(os.path.realpath(path))
        self._lock_timeout = max(0.0, lock_timeout)
        self._mutex = threading.RLock()
        self._lock = FileLock(f"{self._file}.lock", thread_local=False, poll_interval=0.003)
        self._cached = _Cached(None, Document())
        self._open: tuple[int, Transaction] | None = None
        self._swept = False

    # Writing

    @contextlib.contextmanager
    def update(self) -> Iterator[Transaction]:
        """Read, change and write several records as one: `with memory.update() as changes: …`.

        Other writers wait meanwhile. Nothing is written when the block raises, or changes nothing. Within the block,
        this thread's calls on the store itself take part in the same transaction.
        """
        if (running := self._running()) is not None:
            yield running
            return
        with self._locked():
            transaction = Transaction(self._load())
            self._open = (threading.get_ident(), transaction)
            try:
                yield transaction
            finally:
                self._open = None
            if transaction.changed:
                self._write(transaction.document)

    def put_skill(self, record: SkillRecord) -> SkillRecord:
        """Write a skill; see `Transaction.put_skill`."""
        with self.update() as changes:
            return changes.put_skill(record)

    def delete_skill(self, name: str) -> bool:
        """Forget a skill; whether there was one."""
        with self.update() as changes:
            return changes.delete_skill(name)

    def add_failure(self, record: FailureRecord) -> bool:
        """Write a failure; see `Transaction.add_failure`."""
        with self.update() as changes:
            return changes.add_failure(record)

    def put_directive(self, record: DirectiveRecord) -> DirectiveRecord:
        """Write a goal; see `Transaction.put_directive`."""
        with self.update() as changes:
            return changes.put_directive(record)

    def add_approval(self, record: ApprovalRecord) -> bool:
        """Write a decision; see `Transaction.add_approval`."""
        with self.update() as changes:
            return changes.add_approval(record)

    def revoke_approvals(self, chosen: Callable[[int, ApprovalRecord], bool]) -> list[ApprovalRecord]:
        """Take back decisions; see `Transaction.revoke_approvals`."""
        with self.update() as changes:
            return changes.revoke_approvals(chosen)

    def put_lesson(self, record: LessonRecord) -> LessonRecord:
        """Write a lesson; see `Transaction.put_lesson`."""
        with self.update() as changes:
            return changes.put_lesson(record)

    def delete_lesson(self, id: str) -> bool:  # noqa: A002
        """Forget a lesson; whether there was one."""
        with self.update() as changes:
            return changes.delete_lesson(id)

    # Reading

    def related(self, query: str, *, limit: int = 3) -> Related:
        """The working skills and the lessons that have to do with a goal; see `recall.related`."""
        sections = self._document().sections
        skills = [entry.record for entry in sections["skills"] if isinstance(entry.record, SkillRecord)]
        failures = [entry.record for entry in sections["failures"] if isinstance(entry.record, FailureRecord)]
        return related(query, skills, failures, limit=limit).copy()

    def skill_entries(self) -> SkillEntries:
        """All skills that are written, without a copy of them; changes of a running transaction aren't among them."""
        document = self._load()
        cached = self._cached
        pin = cached.pin if cached.document is document else None
        return SkillEntries(
            "" if pin is None else "-".join(map(str, pin.signature)), document.sections["skills"]
        )

    def _document(self) -> Document:
        running = self._running()
        return self._load() if running is None else running.document

    def _running(self) -> Transaction | None:
        opened = self._open
        return opened[1] if opened is not None and opened[0] == threading.get_ident() else None

    def _load(self) -> Document:
        """The document as it is on disk now."""
        cached = self._cached
        document = cached.document
        try:
            about = os.stat(self._file)
            if not stat.S_ISREG(about.st_mode):
                return self._recover()
            signature = _Signature(about.st_ino, about.st_mtime_ns, about.st_size)
            if cached.pin is not None and cached.pin.signature == signature:
                return document
            pin, text = self._read()
        except FileNotFoundError:
            return Document()
        except OSError as error:
            raise self._unreadable(error) from error
        try:
            with collection_put_off(len(text)):
                document = Document.parse(text, document)
        except ValueError:
            reading = self._interpret(text)
            if reading is None or reading.changed or reading.rejected:
                return self._recover()
            document = reading.document
        self._cached = _Cached(pin, document)
        return document

    def _read(self) -> tuple[_Pin | None, bytes]:
        if os.name != "posix":  # an open file could not be replaced
            return None, self._file.read_bytes()
        pin = _Pin(os.open(self._file, os.O_RDONLY | os.O_CLOEXEC))
        with open(pin.descriptor, "rb", closefd=False) as file:
            return pin, file.read()

    def _interpret(self, text: bytes) -> Reading | None:
        """What a text in an unusual form says; None where it says nothing usable."""
        try:
            return interpret(text)
        except NotMemoryError:
            return None
        except NewerVersionError as error:
            raise MemoryFileError(
                f"{self._file.name} is of a newer version ({error.version}) than this program knows (1).",
                "It was left as it is: update the program, or name another workspace with AGENT_WORKSPACE.",
            ) from None

    # The file

    def _recover(self) -> Document:
        """Put a damaged, foreign or older file right, after looking at it once more under the lock."""
        with self._locked():
            try:
                if not stat.S_ISREG(os.stat(self._file).st_mode):
                    return self._start_empty("damaged", "it isn't a file")
                text = self._file.read_bytes()
            except FileNotFoundError:
                return Document()
            except OSError as error:
                raise self._unreadable(error) from error
            with contextlib.suppress(ValueError):
                return Document.parse(text)
            try:
                reading = interpret(text)
            except NotMemoryError as error:
                return self._start_empty(error.kind, str(error))
            except NewerVersionError:
                return self._load()
            if reading.rejected:
                kept = self._keep_original("damaged", move=False)
                records = sum(len(entries) for entries in reading.document.sections.values())
                message = (
                    f"{self._file.name} was damaged: {reading.rejected} of its records can't be read, {records} are "
                    f"in use ({reading.told}); the original is kept as {kept}."
                )
            elif reading.changed and not reading.older and reading.records:
                kept = self._keep_original("v0", move=False)
                message = (
                    f"{self._file.name} held what version 1 doesn't allow, and was put right ({reading.told}); "
                    f"the original is kept as {kept}."
                )
            elif reading.changed:
                kept = self._keep_original("v0", move=False)
                message = f"{self._file.name} was brought to version 1; the original is kept as {kept}."
            else:
                return reading.document
            self._write(reading.document)
            self._notify(message)
            return reading.document

    def _start_empty(self, kind: str, reason: str) -> Document:
        kept = self._keep_original(kind, move=True)
        self._notify(
            f"{self._file.name} was {kind} ({reason}); it is kept as {kept}, and memory starts empty."
        )
        self._cached = _Cached(None, Document())
        return Document()

    def _keep_original(self, kind: str, *, move: bool) -> str:
        """Keep the file under a new name, never one that is taken; returns the name."""
        stem = f"{self._file.name}.{kind}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        number = 1
        while True:
            target = self._file.with_name(stem if number == 1 else f"{stem}-{number}")
            number += 1
            if os.path.lexists(target):
                continue
            try:
                if move:
                    os.rename(self._file, target)
                else:
                    _duplicate(self._file, target)
            except FileExistsError:
                continue
            except OSError as error:
                raise workspace_error(error, target) from error
            return target.name

    def _write(self, document: Document) -> None:
        try:
            write_atomic(
                self._file, document.encode(), before_rename=lambda: crash_point("memory.before_rename")
            )
        except BaseException:
            self._sweep()
            raise
        crash_point("memory.after_rename")
        pin = None
        if os.name == "posix":
            with contextlib.suppress(OSError):
                pin = _Pin(os.open(self._file, os.O_RDONLY | os.O_CLOEXEC))
        self._cached = _Cached(pin, document)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the file against other threads and processes; may be entered again by the same thread."""
        deadline = time.monotonic() + self._lock_timeout
        if not self._mutex.acquire(timeout=self._lock_timeout):
            raise self._busy("another thread of this process")
        try:
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                self._lock.acquire(timeout=max(0.0, deadline - time.monotonic()))
            except Timeout:
                raise self._busy(_holder(Path(self._lock.lock_file))) from None
            except OSError as error:
                raise workspace_error(error, self._file) from error
            try:
                if not self._swept:
                    self._sweep()
                    self._swept = True
                yield
            finally:
                self._lock.release()
        finally:
            self._mutex.release()

    def _sweep(self) -> None:
        """Remove what killed writers left; whoever holds the lock is the only writer."""
        with contextlib.suppress(OSError):
            for left in self._file.parent.glob(f".{glob.escape(self._file.name)}.*.tmp"):
                with contextlib.suppress(OSError):
                    left.unlink()

    def _notify(self, message: str) -> None:
        self.notices.append(message)
        if self._on_notice is not None:
            self._on_notice(message)

    def _busy(self, holder: str) -> WorkspaceError:
        return WorkspaceError(
            f"{self._file.name} has been locked by {holder} for more than {self._lock_timeout:g} s.",
            "Wait for it to end, or end it, and try again.",
        )

    def _unreadable(self, error: OSError) -> WorkspaceError:
        return WorkspaceError(
            f"{self._file} can't be read: {error.strerror or error}.",
            "Make it readable, or name another workspace with AGENT_WORKSPACE.",
        )


@contextlib.contextmanager
def collection_put_off(size: int) -> Iterator[None]:
    """Put the search for reference cycles off while `size` bytes are read.

    Thousands of new objects, none of them garbage, would cause it again and again.
    """
    if size < _LARGE or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _duplicate(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems know no hard links.
        with open(source, "rb") as original, open(target, "xb") as copy:
            try:
                shutil.copyfileobj(original, copy)
                copy.flush()
                os.fsync(copy.fileno())
            except OSError:
                os.unlink(target)
                raise


def _holder(lock_file: Path) -> str:
    """Who holds the lock, as far as the system tells."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        inode = os.stat(lock_file).st_ino
        for line in Path("/proc/locks").read_text().splitlines():
            fields = line.split()
            if fields[1] == "FLOCK" and fields[5].rpartition(":")[2] == str(inode):
                name = Path(f"/proc/{int(fields[4])}/comm").read_text().strip()
                return f"process {fields[4]} ({name})"
    return "another process"
