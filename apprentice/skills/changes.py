"""Changes of the library: a new version, a deletion, its undoing. Each is whole or not at all, as memory.json says.

A change writes down what it is about to do, does it, and has the caller change memory.json meanwhile. Whoever comes after
a killed process reads that, asks memory.json which of the two states is the true one, and makes the files say the same.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

import orjson
from filelock import FileLock, Timeout

from apprentice.crashpoints import crash_point
from apprentice.errors import AgentError, UsageError, WorkspaceError
from apprentice.files import workspace_error, write_atomic
from apprentice.skills.files import SkillFiles
from apprentice.skills.versions import (
    RECORD,
    VersionStore,
    entries,
    read_record,
    read_version,
    sync,
    write_record,
)
from apprentice.skills.view import View

LOCK_SECONDS = 60.0


class Records(Protocol):
    """What memory.json says of the skills."""

    def version(self, name: str) -> int | None:
        """The version of a skill; 0 where its record says that there are no files, None where there is no record."""
        ...

    def record(self, name: str) -> Mapping[str, Any] | None:
        """The record of a skill as plain values."""
        ...


@dataclass(frozen=True, slots=True)
class Intent:
    """What a change is about to do.

    Attributes:
        before: the version before, 0 for none; `after` likewise.
        shown: the version whose files the view had before; another than `before` where they had been edited.
        stored: the versions that the change itself adds, which go when it is undone.
        trash: the folder in the trash that a deletion makes, or its undoing empties.
    """

    change: Literal["save", "delete", "restore"]
    name: str
    before: int
    after: int
    shown: int = 0
    stored: list[int] = field(default_factory=list)
    trash: str = ""


class Changes:
    """Makes changes, one at a time in all processes, and settles what a killed process left.

    Args:
        workspace: the folder of the library.
    """

    def __init__(self, workspace: Path) -> None:
        self.view = View(workspace)
        self.versions = VersionStore(workspace / "versions")
        self.trash = workspace / "trash"
        self._intent = workspace / "versions" / ".intent.json"
        self._lock = FileLock(workspace / "versions" / ".lock", timeout=LOCK_SECONDS)

    @contextlib.contextmanager
    def saving(
        self, files: SkillFiles, records: Records, record: Callable[[int], Mapping[str, Any]]
    ) -> Iterator[int]:
        """Keep a new version and show it; the block puts it into memory. If the block raises, all is as before.

        What is in the view and in no version yet (a skill of before there were versions, an edit by hand) is kept as
        a version of its own first.

        Args:
            record: the record for the number that the version gets.
        """
        name = files.name
        with self._alone(records):
            had, present = records.record(name), self.view.present(name)
            before = _version_of(had)
            adopted = self._unkept(present, before)
            stored = self.versions.numbers(name)
            after = max([*stored, before, adopted], default=0) + 1
            shown = adopted or before
            if present is not None and adopted and adopted != before and same_files(present, files):
                # What was edited by hand is what is kept now.
                adopted, after = 0, adopted
                shown = after
            added = [number for number in (adopted, after) if number and number != before]
            intent = Intent("save", name, before, after, shown, added)
            with self._intended(intent, records):
                self._refresh(name, before, had)
                if adopted and present is not None:
                    self.versions.write(present, adopted, _adopted(name, adopted, before, had))
                self.versions.write(files, after, record(after))
                crash_point("library.stored")
                self.view.show(name, files)
                crash_point("library.shown")
                yield after

    @contextlib.contextmanager
    def deleting(self, name: str, records: Records) -> Iterator[str]:
        """Move a skill with all its versions into the trash; the block takes it out of memory. Gives the folder's name.

        Raises:
            UsageError: there is no such skill.
        """
        with self._alone(records):
            had, present = records.record(name), self.view.present(name) if name.isidentifier() else None
            before = _version_of(had)
            if had is None and present is None:
                raise UsageError(f"There is no skill {name!r}.", "List them with :skills.")
            adopted = self._unkept(present, before)
            shown = adopted or before
            trash = self._free_folder(name)
            added = [adopted] if adopted and adopted != before else []
            with self._intended(Intent("delete", name, before, 0, shown, added, trash), records):
                record = _adopted(name, adopted, before, had) if adopted or had is None else dict(had)
                self._refresh(name, before, had)
                if adopted and present is not None:
                    self.versions.write(present, adopted, record)
                _make_folder(self.versions.of(name))
                write_record(self.versions.of(name) / RECORD, record)
                crash_point("library.stored")
                yield trash
                self._finish_delete(name, shown, trash)

    @contextlib.contextmanager
    def restoring(self, trash: str, records: Records) -> Iterator[dict[str, Any]]:
        """Move a skill back out of the trash; the block puts its record, which is given, into memory.

        Raises:
            UsageError: its name is taken again.
        """
        with self._alone(records):
            record = read_record(self.trash / trash / RECORD)
            name, version = str(record.get("name", "")), int(record.get("version", 0))
            taken = records.version(name) is not None or self.view.present(name) is not None
            if taken or self.versions.of(name).exists():
                raise UsageError(
                    f"There is a skill {name} again, so the deleted one can't come back.",
                    f"Delete or rename that one first: :delete {name}.",
                )
            kept = (self.trash / trash / str(version)).is_dir()
            intent = Intent("restore", name, 0, version if kept else 0, trash=trash)
            with self._intended(intent, records):
                _move(self.trash / trash, self.versions.of(name))
                crash_point("library.moved")
                if kept:
                    self.view.show(name, self.versions.read(name, version))
                    crash_point("library.shown")
                yield record
                self._finish_restore(name)

    def settle(self, version: Callable[[str], int | None]) -> bool:
        """Finish or undo what a killed process left; whether there was anything.

        Args:
            version: the version of a skill in memory.json; 0 where its record has no files, None for no record.

        Raises:
            WorkspaceError: another process changes the library for too long, or the files can't be written.
        """
        with self._locked():
            return self._settle(version)

    # Inside

    @contextlib.contextmanager
    def _alone(self, records: Records) -> Iterator[None]:
        with self._locked():
            self._settle(records.version)
            yield

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self._lock.acquire()
        except Timeout:
            raise WorkspaceError(
                f"The library has been locked by another process for more than {LOCK_SECONDS:g} s.",
                "Wait for it to end, or end it, and try again.",
            ) from None
        except OSError as error:
            raise workspace_error(error, Path(self._lock.lock_file)) from error
        try:
            yield
        finally:
            self._lock.release()

    @contextlib.contextmanager
    def _intended(self, intent: Intent, records: Records) -> Iterator[None]:
        write_atomic(self._intent, orjson.dumps(asdict(intent)))
        crash_point("library.intended")
        try:
            yield
        except BaseException:
            # What memory says is what counts, also here; where even that fails, the next one settles it.
            with contextlib.suppress(AgentError, OSError):
                self._settle(records.version)
            raise
        crash_point("library.ending")
        self._forget()

    def _settle(self, version: Callable[[str], int | None]) -> bool:
        intent = self._read_intent()
        if intent is None:
            self.versions.sweep()
            return False
        crash_point("library.settling")
        name = intent.name
        now = version(name)
        if intent.change == "save":
            self._settle_save(intent, done=now == intent.after)
        elif intent.change == "delete":
            ready = (self.versions.of(name) / RECORD).is_file() or (self.trash / intent.trash).is_dir()
            if now is None and ready:
                self._finish_delete(name, intent.shown, intent.trash)
            else:
                self._undo_delete(intent)
        elif now is not None:
            if intent.after:
                self.view.show(name, self.versions.read(name, intent.after), self._both(intent))
            self._finish_restore(name)
        else:
            self._undo_restore(intent)
        self.versions.sweep()
        self.view.sweep(name)
        self._forget()
        return True

    def _settle_save(self, intent: Intent, *, done: bool) -> None:
        after, before = self._kept(intent.name, intent.after), self._kept(intent.name, intent.shown)
        if after is not None:
            # Without it nothing was shown yet.
            self.view.show(intent.name, after if done else before, [before, after])
        if not done:
            for number in reversed(intent.stored):
                self.versions.remove(intent.name, number)

    def _undo_delete(self, intent: Intent) -> None:
        folder = self.versions.of(intent.name)
        if (self.trash / intent.trash).is_dir() and not folder.exists():
            _move(self.trash / intent.trash, folder)
        self.view.show(intent.name, self._kept(intent.name, intent.shown), self._both(intent))
        _unlink(folder / RECORD)
        for number in intent.stored:
            self.versions.remove(intent.name, number)
        _remove_empty(folder)

    def _finish_delete(self, name: str, shown: int, trash: str) -> None:
        folder = self.versions.of(name)
        if folder.is_dir():
            _move(folder, self.trash / trash)
        crash_point("library.moved")
        kept = self.trash / trash / str(shown)
        self.view.show(name, None, [read_version(kept, name) if kept.is_dir() else None])
        crash_point("library.shown")

    def _undo_restore(self, intent: Intent) -> None:
        folder = self.versions.of(intent.name)
        self.view.show(intent.name, None, self._both(intent))
        if (folder / RECORD).is_file():
            _move(folder, self.trash / intent.trash)

    def _finish_restore(self, name: str) -> None:
        _unlink(self.versions.of(name) / RECORD)
        _remove_empty(self.versions.of(name))

    def _both(self, intent: Intent) -> list[SkillFiles | None]:
        return [self._kept(intent.name, number) for number in (intent.shown, intent.after)]

    def _kept(self, name: str, number: int) -> SkillFiles | None:
        return self.versions.read(name, number) if number in self.versions.numbers(name) else None

    def _unkept(self, present: SkillFiles | None, before: int) -> int:
        """The number under which the files in the view have to be kept first; 0 where a version holds them."""
        if present is None:
            return 0
        stored = self.versions.numbers(present.name)
        if before and before not in stored:
            return before
        if before and same_files(self.versions.read(present.name, before), present):
            return 0
        return max([*stored, before], default=0) + 1

    def _refresh(self, name: str, number: int, record: Mapping[str, Any] | None) -> None:
        """Bring the record of the version that is left up to date: its uses were counted since."""
        if record is not None and number in self.versions.numbers(name):
            self.versions.put_record(name, number, record)

    def _free_folder(self, name: str) -> str:
        stem, number = f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}", 1
        while (self.trash / (stem if number == 1 else f"{stem}-{number}")).exists():
            number += 1
        return stem if number == 1 else f"{stem}-{number}"

    def _read_intent(self) -> Intent | None:
        try:
            return Intent(**orjson.loads(self._intent.read_bytes()))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):
            # Not ours: ours are written whole.
            self._forget()
            return None
        except OSError as error:
            raise workspace_error(error, self._intent) from error

    def _forget(self) -> None:
        _unlink(self._intent)


def _version_of(record: Mapping[str, Any] | None) -> int:
    """The version that a record names; 0 where there is none, or where it has no files."""
    return 0 if record is None or record.get("status") == "failed" else int(record.get("version", 0))


def same_files(one: SkillFiles, other: SkillFiles) -> bool:
    """Whether two states of a skill are the same on disk."""
    return one.files == other.files and one.tests == other.tests


def _adopted(name: str, number: int, before: int, had: Mapping[str, Any] | None) -> dict[str, Any]:
    """The record of files that were found in the view: their own, or that of a version by hand."""
    if had is not None and number in (0, before):
        return dict(had)
    time = datetime.now(UTC).isoformat(timespec="seconds")
    fresh = {"description": "", "created_at": time, "goal": "", "function": name, "model": "", "run_id": ""}
    review = [*(had or {}).get("review", ()), "Edited by hand: its tests were not run since."]
    changed = {"name": name, "version": max(1, number), "status": "untested", "updated_at": time}
    return {**fresh, **(had or {}), **changed, "model": "", "review": review}


def _move(source: Path, target: Path) -> None:
    try:
        os.rename(source, target)
        sync(target.parent)
        sync(source.parent)
    except OSError as error:
        raise workspace_error(error, target) from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise workspace_error(error, folder) from error


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise workspace_error(error, path) from error


def _remove_empty(folder: Path) -> None:
    if folder.is_dir() and not any(True for _ in entries(folder)):
        with contextlib.suppress(OSError):
            folder.rmdir()
