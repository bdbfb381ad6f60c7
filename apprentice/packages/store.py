"""The environments of a workspace: one folder of installed packages for each skill that was allowed some."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Literal

from filelock import FileLock, Timeout

from apprentice.cancellation import CancelToken
from apprentice.errors import PackageError, UsageError
from apprentice.files import workspace_error
from apprentice.packages.allowed import Allowed, AllowList
from apprentice.packages.environment import FILE_NAME, Environment, EnvironmentRecord, read_record
from apprentice.packages.installation import Installation, Tell, names_of
from apprentice.packages.installed import provides
from apprentice.packages.installer import Tool

FOLDER: Final = "environments"

#: Seconds for which a replaced folder stays: longer than any run that may still import from it.
KEPT_SECONDS: Final = 3700.0


class PackageStore:
    """Installs what skills were allowed, each skill's packages in a folder of its own, never in the agent's Python.

    A skill's folder holds `environment.json` and the folder of packages that it names. A new one is installed beside
    the old, and becomes the skill's by writing that file: whenever the program dies, the old or the new one is whole.
    Any number of processes may use one workspace. Which index is used is what `uv` and `pip` read from the environment
    and from their own files (and `UV_NO_INDEX=1` is obeyed for uv too); downloads are kept in the workspace unless `UV_CACHE_DIR` or `PIP_CACHE_DIR` name a place.

    Args:
        workspace: the folder that holds everything.
        installer: `auto` takes `uv` where it is there, else `pip`.
        timeout: seconds that one installation may take, waiting for another process included.
    """

    def __init__(
        self, workspace: Path, *, installer: Literal["auto"] | Tool = "auto", timeout: float = 600.0
    ) -> None:
        self.allowed = AllowList(workspace)
        self._root = workspace / FOLDER
        self._tool = installer
        self._timeout = timeout

    def ensure(
        self,
        skill: str,
        imports: Sequence[str],
        *,
        pinned: Sequence[str] = (),
        cancel: CancelToken | None = None,
        on_event: Tell | None = None,
    ) -> Environment:
        """The skill's environment with these packages in it; installs what isn't there.

        What was installed before is used again, within milliseconds, as long as it fits. Where more is asked for, the
        versions that are there stay, if they can. Where the folder is gone, the very same versions come back.

        Args:
            skill: the skill's name.
            imports: what its code imports, as dotted names, or the packages' names on the index.
            pinned: the versions recorded with the skill, as `name==version`; used where no environment is there.
            cancel: ends an installation early.
            on_event: told in one line each what is being installed, and what changed.

        Raises:
            PackageError: a package isn't allowed, can't be had, or the installation failed; nothing was changed.
            UsageError: the skill has no proper name, nothing is asked for, or the allow-list has a wrong line.
            WorkspaceError: the workspace can't be written.
            Cancelled: the token was cancelled.
        """
        home = self._home(skill)
        wanted = self.check(imports)
        if not wanted:
            raise UsageError(f"No package was named for the skill {skill!r}.", "Name at least one import.")
        record = self._serving(home, wanted)
        if record is not None:
            self._tidy(skill, home, record)
            return record.environment(home)
        deadline = time.monotonic() + self._timeout
        try:
            with self._locked(skill, deadline, cancel):
                record = self._serving(home, wanted)
                if record is None:
                    work = Installation(
                        self.allowed, home, self._root / ".cache", self._tool, deadline, cancel
                    )
                    record = work.run(skill, wanted, pinned, on_event or _silent)
                _sweep(home, record)
        except OSError as error:
            raise workspace_error(error, home) from error
        return record.environment(home)

    def check(self, imports: Sequence[str]) -> tuple[Allowed, ...]:
        """The lines of the allow-list that allow these imports, each once; installs nothing.

        Raises:
            PackageError: one isn't allowed; says how to allow it.
            UsageError: the allow-list has a wrong line.
            WorkspaceError: the allow-list can't be read.
        """
        return tuple(dict.fromkeys(self.allowed.find(name) for name in imports))

    def get(self, skill: str) -> Environment | None:
        """The skill's environment as it is, if there is a whole one for this Python; installs nothing.

        Raises:
            UsageError: the skill has no proper name.
            WorkspaceError: the workspace can't be read.
        """
        home = self._home(skill)
        record = read_record(home)
        return record.environment(home) if record is not None and record.usable(home) else None

    def remove(self, skill: str) -> bool:
        """Delete the skill's environment; whether there was one.

        Raises:
            UsageError: the skill has no proper name.
            WorkspaceError: it can't be deleted.
        """
        home = self._home(skill)
        if not home.exists():
            return False
        try:
            with self._locked(skill, time.monotonic() + self._timeout, None):
                with contextlib.suppress(FileNotFoundError):
                    (home / FILE_NAME).unlink()
                if home.exists():
                    shutil.rmtree(home)
        except OSError as error:
            raise workspace_error(error, home) from error
        return True

    def _home(self, skill: str) -> Path:
        if not skill.isidentifier():
            raise UsageError(f"{skill!r} is no name of a skill.", "Use letters, digits and underscores.")
        return self._root / skill

    def _serving(self, home: Path, wanted: Sequence[Allowed]) -> EnvironmentRecord | None:
        """The record, if it has all that is wanted and nothing that isn't allowed any more."""
        record = read_record(home)
        if record is None or not record.covers(wanted) or not record.usable(home):
            return None
        if any(self.allowed.named(name) is None for name in names_of(record.requested)):
            return None
        return (
            record if all(provides(home / record.generation, entry.imports[0]) for entry in wanted) else None
        )

    def _tidy(self, skill: str, home: Path, record: EnvironmentRecord) -> None:
        """Remove what a killed process left, unless another one is at work there."""
        if os.path.exists(home) and not {FILE_NAME, record.generation}.issuperset(os.listdir(home)):
            with contextlib.suppress(OSError, PackageError), self._locked(skill, time.monotonic(), None):
                _sweep(home, read_record(home))

    @contextlib.contextmanager
    def _locked(self, skill: str, deadline: float, cancel: CancelToken | None) -> Iterator[None]:
        locks = self._root / ".locks"
        locks.mkdir(parents=True, exist_ok=True)
        lock = FileLock(locks / f"{skill}.lock", thread_local=False, poll_interval=0.05)
        while True:
            if cancel is not None:
                cancel.check()
            try:
                lock.acquire(timeout=max(0.0, min(0.3, deadline - time.monotonic())))
                break
            except Timeout:
                if time.monotonic() >= deadline:
                    raise PackageError(
                        f"Another process is installing packages for the skill {skill!r}.", "Try again later."
                    ) from None
        try:
            yield
        finally:
            lock.release()


def _sweep(home: Path, record: EnvironmentRecord | None) -> None:
    """Remove what no run uses any more: half installations at once, replaced ones after the longest run's time."""
    replaced = time.time() - KEPT_SECONDS
    with contextlib.suppress(FileNotFoundError):
        replaced_long_ago = record is None or (home / FILE_NAME).stat().st_mtime < replaced
        for path in home.iterdir():
            if path.name == FILE_NAME or (record is not None and path.name == record.generation):
                continue
            if path.name.startswith("v-") and not replaced_long_ago:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _silent(_: str) -> None:
    pass
