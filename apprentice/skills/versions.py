"""Every version of every skill: `versions/<name>/<number>/` with its modules, its tests and its record of that time."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from apprentice.errors import UsageError, WorkspaceError
from apprentice.files import workspace_error, write_atomic
from apprentice.skills.files import SkillFiles, encoded, read

RECORD = "record.json"
_PASSING = (".new-", ".old-")


class VersionStore:
    """The folder of versions. A version is there whole or not at all; whoever writes holds the library's lock.

    Args:
        folder: the folder; it is there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def of(self, name: str) -> Path:
        """The folder of a skill's versions."""
        return self.folder / name

    def numbers(self, name: str) -> list[int]:
        """The numbers of the versions that are kept, ascending."""
        with contextlib.suppress(OSError):
            return sorted(int(entry) for entry in os.listdir(self.of(name)) if entry.isdecimal())
        return []

    def read(self, name: str, number: int) -> SkillFiles:
        """The files of a version.

        Raises:
            UsageError: it isn't kept.
            WorkspaceError: it can't be read.
        """
        return read_version(self._known(name, number), name)

    def record(self, name: str, number: int) -> dict[str, Any]:
        """The skill's record as it was last in this version.

        Raises:
            UsageError: the version isn't kept.
            WorkspaceError: its record can't be read.
        """
        return read_record(self._known(name, number) / RECORD)

    def write(self, files: SkillFiles, number: int, record: Mapping[str, Any]) -> None:
        """Keep a version, in place of one of the same number.

        Raises:
            WorkspaceError: the disk is full or the folder can't be written; nothing is kept then.
        """
        new = self.folder / f"{_PASSING[0]}{secrets.token_hex(8)}"
        target = self.of(files.name) / str(number)
        try:
            texts = {f"skills/{path}": text for path, text in files.files.items()}
            texts |= {f"tests/{file}": text for file, text in files.tests.items()}
            for path, data in {**{p: encoded(t) for p, t in texts.items()}, RECORD: _encode(record)}.items():
                place = new / path
                place.parent.mkdir(parents=True, exist_ok=True)
                with open(place, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            for folder, _, _ in os.walk(new):
                sync(Path(folder))
            target.parent.mkdir(exist_ok=True)
            if target.exists():
                self._drop(target)
            os.rename(new, target)
            sync(target.parent)
            sync(self.folder)
        except OSError as error:
            shutil.rmtree(new, ignore_errors=True)
            self._drop_empty(target.parent)
            raise workspace_error(error, target) from error

    def put_record(self, name: str, number: int, record: Mapping[str, Any]) -> None:
        """Bring the record of a version up to date.

        Raises:
            WorkspaceError: it can't be written.
        """
        write_atomic(self._known(name, number) / RECORD, _encode(record))

    def remove(self, name: str, number: int) -> None:
        """Forget a version, if it is there.

        Raises:
            WorkspaceError: it can't be removed.
        """
        target = self.of(name) / str(number)
        try:
            if target.exists():
                self._drop(target)
            self._drop_empty(target.parent)
        except OSError as error:
            raise workspace_error(error, target) from error

    def sweep(self) -> None:
        """Remove what killed writers left."""
        for entry in list(os.scandir(self.folder)):
            if entry.name.startswith(_PASSING):
                shutil.rmtree(entry.path, ignore_errors=True)
            elif entry.name.startswith(".") and entry.name.endswith(".tmp"):
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)

    def _known(self, name: str, number: int) -> Path:
        folder = self.of(name) / str(number)
        if not name.isidentifier() or not (folder / RECORD).is_file():
            known = ", ".join(map(str, self.numbers(name))) if name.isidentifier() else ""
            raise UsageError(
                f"There is no version {number} of {name}.",
                f"Its versions are: {known}; see :history {name}." if known else "No version of it is kept.",
            )
        return folder

    def _drop(self, target: Path) -> None:
        """Remove a folder so that it is there whole or not at all."""
        old = self.folder / f"{_PASSING[1]}{secrets.token_hex(8)}"
        os.rename(target, old)
        shutil.rmtree(old, ignore_errors=True)

    def _drop_empty(self, folder: Path) -> None:
        with contextlib.suppress(OSError):
            folder.rmdir()


def read_version(folder: Path, name: str) -> SkillFiles:
    """The files of a version in its folder.

    Raises:
        WorkspaceError: they can't be read, or are damaged.
    """
    try:
        files, tests = (
            {
                path.relative_to(folder / part).as_posix(): read(path)
                for path in sorted((folder / part).rglob("*.py"))
            }
            for part in ("skills", "tests")
        )
    except OSError as error:
        raise workspace_error(error, folder) from error
    try:
        return SkillFiles.of(name, files, tests)
    except UsageError as error:
        raise WorkspaceError(f"{folder} is damaged: {error.message}", "Remove that folder.") from None


def read_record(path: Path) -> dict[str, Any]:
    """A record that is kept beside files.

    Raises:
        WorkspaceError: it can't be read, or is damaged.
    """
    try:
        values = orjson.loads(path.read_bytes())
    except OSError as error:
        raise workspace_error(error, path) from error
    except ValueError as error:
        raise WorkspaceError(f"{path} is damaged: {error}.", "Put it right, or remove its folder.") from None
    if not isinstance(values, dict):
        raise WorkspaceError(f"{path} is damaged: it holds no record.", "Put it right, or remove its folder.")
    return values


def write_record(path: Path, record: Mapping[str, Any]) -> None:
    """Keep a record beside files.

    Raises:
        WorkspaceError: it can't be written.
    """
    write_atomic(path, _encode(record))


def sync(folder: Path) -> None:
    """See that what was renamed in a folder stays so when the machine stops."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _encode(record: Mapping[str, Any]) -> bytes:
    return orjson.dumps(dict(record), option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS) + b"\n"


def entries(folder: Path) -> Iterator[str]:
    """The names of what is in a folder, sorted; nothing where it can't be read."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    yield from names
