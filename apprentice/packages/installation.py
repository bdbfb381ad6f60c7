"""One installation: choose the versions, install beside what is there, look at it, and make it the skill's."""

from __future__ import annotations

import datetime
import logging
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from apprentice.cancellation import CancelToken
from apprentice.crashpoints import crash_point
from apprentice.errors import PackageError, UsageError
from apprentice.packages.allowed import Allowed, AllowList, requirement_text
from apprentice.packages.environment import (
    FILE_NAME,
    PYTHON,
    EnvironmentRecord,
    fits,
    pinned_versions,
    read_record,
    write_record,
)
from apprentice.packages.explain import Unresolvable
from apprentice.packages.installed import clean, fingerprint, pins, provides
from apprentice.packages.installer import Installer, Job, Tool
from apprentice.packages.process import too_long

_log = logging.getLogger(__name__)

Tell = Callable[[str], None]


class Installation:
    """One installation, under the skill's lock."""

    def __init__(
        self,
        allowed: AllowList,
        home: Path,
        cache: Path,
        tool: Literal["auto"] | Tool,
        deadline: float,
        cancel: CancelToken | None,
    ) -> None:
        self._allowed = allowed
        self._home = home
        self._cache = cache
        self._installer = Installer(tool)
        self._deadline = deadline
        self._cancel = cancel

    def run(
        self, skill: str, wanted: Sequence[Allowed], pinned: Sequence[str], tell: Tell
    ) -> EnvironmentRecord:
        """Install beside what is there, and make it the skill's."""
        self._home.mkdir(parents=True, exist_ok=True)
        old = read_record(self._home)
        lines = self._lines(old, wanted)
        known = old.pinned if old is not None else _pins_given(pinned)
        started = time.monotonic()
        tell(f"Installing {', '.join(entry.name for entry in lines)} for {skill} …")
        with tempfile.TemporaryDirectory(
            prefix=".new-", dir=self._home, ignore_cleanup_errors=True
        ) as scratch:
            crash_point("packages.installing")
            target = self._install(Path(scratch), lines, old, known, tell)
            record = self._inspect(target, lines)
            crash_point("packages.installed")
            os.rename(target, self._home / record.generation)
            crash_point("packages.renamed")
            write_record(self._home, record)
            crash_point("packages.recorded")
        self._report(record, old, known, time.monotonic() - started, tell)
        return record

    def _lines(self, old: EnvironmentRecord | None, wanted: Sequence[Allowed]) -> list[Allowed]:
        """What is wanted now, and what the skill had, as far as it is still allowed."""
        kept = [self._allowed.named(name) for name in names_of(old.requested)] if old is not None else []
        lines = {entry.name: entry for entry in (*wanted, *kept) if entry is not None}
        return [lines[name] for name in sorted(lines)]

    def _install(
        self,
        scratch: Path,
        lines: Sequence[Allowed],
        old: EnvironmentRecord | None,
        known: Sequence[str],
        tell: Tell,
    ) -> Path:
        asked = [entry.requirement for entry in lines]
        complete = old.covers(lines) if old is not None else fits(known, lines)
        if old is not None and {entry.name for entry in lines} != set(names_of(old.requested)):
            complete = False
        if known and complete:
            try:
                return self._attempt(scratch / "same", [Requirement(pin) for pin in known], exact=True)
            except Unresolvable as error:
                if old is None or old.python == PYTHON:
                    raise self._versions_gone(error, old) from error
                tell(f"The recorded versions can't be had for this Python; taking others. {error.message}")
        elif known:
            held = [pin for pin in known if _may_stay(pin, lines)]
            try:
                return self._attempt(scratch / "held", asked, constraints=held)
            except Unresolvable as error:
                _log.info("the versions that were there can't all stay: %s", error)
        return self._attempt(scratch / "free", asked)

    def _attempt(
        self,
        folder: Path,
        requirements: Sequence[Requirement],
        *,
        constraints: Sequence[str] = (),
        exact: bool = False,
    ) -> Path:
        folder.mkdir()
        job = Job(folder, folder / "site", self._cache, self._deadline, self._cancel)
        self._installer.install(requirements, job, constraints=constraints, exact=exact)
        if not job.target.is_dir():
            raise PackageError("The installer installed nothing.", "Check the index.")
        return job.target

    def _versions_gone(self, error: Unresolvable, old: EnvironmentRecord | None) -> PackageError:
        way = (
            f"delete {self._home / FILE_NAME}"
            if old is not None
            else "let the skill be proved again with new ones"
        )
        return PackageError(
            f"The versions that the skill was proved with can't be had any more: {error.message}",
            f"Name an index that has them, or, to take other versions, {way}.",
        )

    def _inspect(self, target: Path, lines: Sequence[Allowed]) -> EnvironmentRecord:
        clean(target)
        pinned = pins(target)
        for entry in lines:
            if lacking := [name for name in entry.imports if not provides(target, name)]:
                raise PackageError(
                    f"The package {entry.name!r} was installed, but has no module {lacking[0]!r}.",
                    f"Correct line {entry.line} of {self._allowed.path}: {entry.name} (import NAME).",
                )
        if not fits(pinned, lines):
            raise PackageError("The index gave other versions than were asked for.", "Check the index.")
        digest = fingerprint(target, sync=True)
        if self._cancel is not None:
            self._cancel.check()
        if time.monotonic() >= self._deadline:
            raise too_long()
        return EnvironmentRecord(
            generation=f"v-{target.parent.parent.name.removeprefix('.new-')}",
            python=PYTHON,
            requested=requirement_text(lines),
            imports=tuple(sorted({name for entry in lines for name in entry.imports})),
            pinned=pinned,
            sha256=digest,
            installer=self._installer.tool,
            installed_at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        )

    def _report(
        self,
        record: EnvironmentRecord,
        old: EnvironmentRecord | None,
        known: Sequence[str],
        seconds: float,
        tell: Tell,
    ) -> None:
        before, after = pinned_versions(known), pinned_versions(record.pinned)
        for name in sorted(before.keys() & after.keys()):
            if before[name] != after[name]:
                tell(f"{name} changed from {before[name]} to {after[name]}.")
        if (
            old is not None
            and (old.pinned, old.python) == (record.pinned, PYTHON)
            and old.sha256 != record.sha256
        ):
            tell("The versions are the same as before, but not all of their files are.")
        tell(f"Installed {', '.join(record.pinned)} in {seconds:.1f} s.")


def names_of(requirements: Sequence[str]) -> list[str]:
    """The packages' names in some requirements, each once."""
    return [
        str(name)
        for name in dict.fromkeys(canonicalize_name(Requirement(text).name) for text in requirements)
    ]


def _may_stay(pin: str, lines: Sequence[Allowed]) -> bool:
    versions = pinned_versions([pin])
    return all(fits([pin], [entry]) for entry in lines if entry.name in versions)


def _pins_given(pinned: Sequence[str]) -> tuple[str, ...]:
    try:
        return tuple(f"{name}=={version}" for name, version in sorted(pinned_versions(pinned).items()))
    except ValueError:
        raise UsageError(
            f"The pinned versions {list(pinned)} are wrong.", "Write e.g. numpy==2.4.1."
        ) from None
