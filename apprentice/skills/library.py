"""The library on disk: modules in `skills/`, their tests in `tests/`, all versions, and what was deleted."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apprentice.errors import UsageError, WorkspaceError
from apprentice.files import workspace_error, write_atomic
from apprentice.skills.changes import Changes, Records, same_files
from apprentice.skills.files import (
    SkillFiles,
    file_names_of_tests,
    module_name,
    module_paths,
    own_test_file,
    read,
    render_tests,
    test_paths,
)
from apprentice.skills.imports import check_cycle, imported, users, uses
from apprentice.skills.versions import RECORD, VersionStore, entries, read_record

__all__ = [
    "Deleted",
    "Records",
    "SkillFiles",
    "SkillLibrary",
    "file_names_of_tests",
    "own_test_file",
    "render_tests",
]

FOLDERS = ("skills", "tests", "attempts", "exec", "logs", "versions", "trash")

_CONFTEST = '''"""Lets the tests import the skills: `pytest agent_workspace` runs them all."""

import asyncio
import inspect
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "skills"))


def pytest_configure(config):
    config.addinivalue_line("markers", "asyncio: a test that is a coroutine function.")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Run a test that is a coroutine function to its end."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    asyncio.run(pyfuncitem.obj(**arguments))
    return True
'''

# What stood there before, and is replaced.
_EARLIER_CONFTEST = '''"""Lets the tests import the skills: `pytest agent_workspace` runs them all."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "skills"))
'''

# The skills' tests stand on their own: whatever project the workspace lies in, its configuration is not theirs.
_PYTEST = """[pytest]
testpaths = tests
"""

# Earlier versions' tests, and those of deleted skills, are not run with the library's.
_NOT_COLLECTED = 'collect_ignore_glob = ["*"]\n'


@dataclass(frozen=True, slots=True)
class Deleted:
    """A skill in the trash: its folder there, when it was deleted (`20260131T235959Z`), and its record."""

    name: str
    folder: str
    at: str
    record: Mapping[str, Any]


class SkillLibrary:
    """The skills of one workspace, as files.

    Args:
        workspace: the folder that holds everything; it is made, with its sub-folders, if it isn't there.

    Raises:
        WorkspaceError: the folder can't be made or written.
    """

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        try:
            for folder in FOLDERS:
                (workspace / folder).mkdir(parents=True, exist_ok=True)
            for file, text in (
                ("conftest.py", _CONFTEST),
                ("pytest.ini", _PYTEST),
                ("versions/conftest.py", _NOT_COLLECTED),
                ("trash/conftest.py", _NOT_COLLECTED),
            ):
                path = workspace / file
                if not path.exists() or (text == _CONFTEST and read(path) == _EARLIER_CONFTEST):
                    write_atomic(path, text, sync=False)
        except OSError as error:
            raise workspace_error(error, workspace) from error
        self._changes = Changes(workspace)

    # Reading

    def path(self, name: str) -> Path:
        """Where the module of a skill is kept; a package's `__init__.py`."""
        folder = self.workspace / "skills"
        package = folder / name / "__init__.py"
        return package if package.is_file() else folder / f"{name}.py"

    def names(self) -> list[str]:
        """Names of all skills that are kept, sorted."""
        singles, packages = self._listed()
        return sorted({*singles, *packages})

    def code(self, name: str) -> str:
        """The text of a skill's module; of a package's main module.

        Raises:
            UsageError: there is no such skill.
            WorkspaceError: it can't be read.
        """
        return next(text for module, text in self._own(name).items() if module == name)

    def files(self, name: str) -> SkillFiles:
        """All files of a skill as they are now.

        Raises:
            UsageError: there is no such skill.
            WorkspaceError: they can't be read.
        """
        present = self._changes.view.present(name) if name.isidentifier() else None
        if present is None:
            raise self._unknown(name)
        return present

    def tests(self, name: str) -> dict[str, str]:
        """The texts of a skill's test files, by file name."""
        return {file: read(path) for file, path in test_paths(self.workspace / "tests", name).items()}

    def modules(self) -> dict[str, str]:
        """The texts of all modules by name, those of packages by dotted names."""
        folder = self.workspace / "skills"
        singles, packages = self._listed()
        texts: dict[str, str] = {}
        for name in sorted({*singles, *packages}):
            if name in packages:
                texts |= self._own(name)
            else:
                # Thousands of them: one call of the system each would be felt.
                with contextlib.suppress(FileNotFoundError):
                    texts[name] = read(os.path.join(folder, f"{name}.py"))
        return texts

    def closure(self, name: str) -> dict[str, str]:
        """The modules that a skill needs, its own among them: what it imports of the library, and what that imports.

        Raises:
            UsageError: there is no such skill.
        """
        own = self._own(name)
        return {**self.needed(name, own), **own}

    def needed(self, name: str, modules: Mapping[str, str]) -> dict[str, str]:
        """The modules of the library that these modules of a skill, kept or not, come to import; without its own."""
        found: dict[str, str] = {}
        for used in self._reached(name, modules):
            found |= self._own(used)
        return found

    def uses(self, name: str, modules: Mapping[str, str] | None = None) -> list[str]:
        """The skills that a skill imports itself, sorted.

        Args:
            modules: its modules, where they aren't those that are kept.

        Raises:
            UsageError: there is no such skill.
        """
        return uses(name, (modules or self._own(name)).values(), _Kept(self))

    def check_cycle(self, name: str, modules: Mapping[str, str]) -> None:
        """See that a skill with these modules would not come to use itself.

        Raises:
            UsageError: it would; says by which way.
        """
        used = {name: self.uses(name, modules)}
        for reached in self._reached(name, modules):
            texts = self._own(reached).values()
            used[reached] = sorted(root for text in texts for root in imported(text) if root != reached)
        check_cycle(name, used)

    def users(self, name: str) -> list[str]:
        """The skills that use a skill, directly or through others; those before their own users."""
        modules = self.modules()
        found: dict[str, list[str]] = {}
        waiting = deque([name])
        while waiting:
            at = waiting.popleft()
            for user in users(at, modules):
                if user != name and at not in found.setdefault(user, []):
                    found[user].append(at)
                    waiting.append(user)
        order: list[str] = []
        while left := [user for user in found if user not in order]:
            free = [user for user in left if not any(used in left for used in found[user])]
            order += free or left
        return order

    # Changing

    def save(self, files: SkillFiles) -> Path:
        """Put a skill into the view, without a version of its own. Doing it twice changes nothing.

        Raises:
            WorkspaceError: the disk is full or the folder can't be written.
        """
        self._changes.view.show(files.name, files)
        return self.path(files.name)

    def saving(
        self, files: SkillFiles, records: Records, record: Callable[[int], Mapping[str, Any]]
    ) -> AbstractContextManager[int]:
        """Keep a new version and show it: `with library.saving(…) as number:` put the record into memory.

        If the block raises, or the process is killed before memory is written, all is as before.

        Args:
            files: the skill.
            records: what memory says.
            record: gives the record for the number that the version gets.

        Raises:
            UsageError: the skill would come to use itself.
            WorkspaceError: the disk is full, or another process changes the library for too long; nothing is changed.
        """
        self.check_cycle(files.name, files.modules)
        return self._changes.saving(files, records, record)

    def deleting(self, name: str, records: Records) -> AbstractContextManager[str]:
        """Move a skill with all its versions into the trash: in the block, take it out of memory. Gives the folder there.

        Raises:
            UsageError: there is no such skill.
            WorkspaceError: the disk is full or a folder can't be written.
        """
        return self._changes.deleting(name, records)

    def restoring(self, folder: str, records: Records) -> AbstractContextManager[dict[str, Any]]:
        """Bring a skill back from its folder in the trash: in the block, put the record that is given into memory.

        Raises:
            UsageError: its name is taken again.
            WorkspaceError: the disk is full or a folder can't be written.
        """
        return self._changes.restoring(folder, records)

    def settle(self, versions: Mapping[str, int] | Callable[[str], int | None]) -> bool:
        """Finish or undo what a killed process left, so that the files say what memory says; whether there was anything.

        Files that were edited by hand since stay as they are.

        Args:
            versions: the version in memory by skill; 0 where the record has no files.

        Raises:
            WorkspaceError: the library is locked for too long or can't be written.
        """
        return self._changes.settle(versions if callable(versions) else versions.get)

    def save_attempt(self, name: str, code: str) -> Path:
        """Keep the best attempt at a goal that failed, beside the library."""
        path = self.workspace / "attempts" / f"{name}.py"
        write_atomic(path, code)
        return path

    # Versions and trash

    @property
    def versions(self) -> VersionStore:
        """All versions of all skills; to be read."""
        return self._changes.versions

    def deleted(self) -> list[Deleted]:
        """What is in the trash, the latest first. A folder without a readable record is left out."""
        found = []
        for folder in entries(self._changes.trash):
            name, _, at = folder.rpartition("-")
            if at.isdecimal():  # the second of the same second
                name, _, at = name.rpartition("-")
            try:
                record = read_record(self._changes.trash / folder / RECORD)
            except WorkspaceError:
                continue
            found.append(Deleted(str(record.get("name", name)), folder, at, record))
        return sorted(
            found, key=lambda deleted: (deleted.at, len(deleted.folder), deleted.folder), reverse=True
        )

    def edited(self, name: str, version: int) -> bool:
        """Whether the files of a skill are other than this version of it: edited by hand since.

        Raises:
            WorkspaceError: they can't be read.
        """
        if version not in self.versions.numbers(name):
            return False
        present = self._changes.view.present(name)
        return present is not None and not same_files(self.versions.read(name, version), present)

    def missing(self, name: str) -> int:
        """The latest version that is kept of a skill whose own file is gone; 0 for one that is there, or never was."""
        if not name.isidentifier() or self.path(name).is_file():
            return 0
        return max(self.versions.numbers(name), default=0)

    # Inside

    def _listed(self) -> tuple[set[str], set[str]]:
        """The names of the skills that are single modules, and of those that are packages."""
        singles: set[str] = set()
        packages: set[str] = set()
        folder = self.workspace / "skills"
        with contextlib.suppress(OSError), os.scandir(folder) as found:
            for entry in found:
                name, dot, ending = entry.name.partition(".")
                if not name.isidentifier():
                    continue
                if dot and ending == "py":
                    singles.add(name)
                elif not dot and entry.is_dir() and os.path.isfile(os.path.join(entry.path, "__init__.py")):
                    packages.add(name)
        return singles, packages

    def _own(self, name: str) -> dict[str, str]:
        folder = self.workspace / "skills"
        paths = module_paths(folder, name) if name.isidentifier() else {}
        if not paths:
            raise self._unknown(name)
        try:
            return {module_name(path): read(place) for path, place in paths.items()}
        except OSError as error:
            raise workspace_error(error, folder / name) from error

    def _reached(self, name: str, modules: Mapping[str, str]) -> list[str]:
        found: list[str] = []
        waiting = deque(self.uses(name, modules))
        while waiting:
            at = waiting.popleft()
            if at not in found:
                found.append(at)
                waiting.extend(used for used in self.uses(at) if used != name)
        return found

    def _unknown(self, name: str) -> UsageError:
        if version := self.missing(name):
            return UsageError(
                f"The file of the skill {name} is missing.",
                f"Version {version} is kept: :rollback {name} {version} brings it back.",
            )
        known = ", ".join(self.names()) or "none yet"
        return UsageError(f"There is no skill {name!r}.", f"The skills are: {known}.")


class _Kept(Collection[str]):
    """The names of the library's skills, looked up one by one."""

    def __init__(self, library: SkillLibrary) -> None:
        self._library = library

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._library.path(name).is_file()

    def __iter__(self) -> Any:
        return iter(self._library.names())

    def __len__(self) -> int:
        return len(self._library.names())
