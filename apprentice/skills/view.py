"""The checked-out view of the library: `skills/` and `tests/`, which people read, edit and run with pytest."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from apprentice.crashpoints import crash_point
from apprentice.files import workspace_error, write_atomic
from apprentice.skills.files import SkillFiles, encoded, module_paths, read, test_paths


class View:
    """Shows one version of each skill. Whoever writes holds the library's lock.

    Args:
        workspace: the folder that holds `skills` and `tests`.
    """

    def __init__(self, workspace: Path) -> None:
        self.skills = workspace / "skills"
        self.tests = workspace / "tests"

    def present(self, name: str) -> SkillFiles | None:
        """The files of a skill as they are now, also where they were edited; None where there is no module.

        Raises:
            WorkspaceError: they can't be read.
        """
        try:
            files = _texts(module_paths(self.skills, name))
            return SkillFiles.of(name, files, _texts(test_paths(self.tests, name))) if files else None
        except OSError as error:
            raise workspace_error(error, self.skills / name) from error

    def show(
        self, name: str, target: SkillFiles | None, among: Sequence[SkillFiles | None] | None = None
    ) -> None:
        """Make the files of a skill those of a version, or none. Each changes whole or not at all, tests first.

        Args:
            name: the skill.
            target: the version's files; None takes the skill out of the view.
            among: where given, only files as they are in one of these are changed: others were edited by hand since.

        Raises:
            WorkspaceError: the disk is full or a file can't be written.
        """
        try:
            for folder, had, wanted, known in (
                (
                    self.tests,
                    test_paths(self.tests, name),
                    target.tests if target else {},
                    None if among is None else [files.tests for files in among if files],
                ),
                (
                    self.skills,
                    module_paths(self.skills, name) | _single(self.skills, name),
                    target.files if target else {},
                    None if among is None else [files.files for files in among if files],
                ),
            ):
                _make(folder, had, wanted, known)
                crash_point("keep.tests_saved" if folder is self.tests else "keep.module_saved")
            package = self.skills / name
            if package.is_dir() and not (target and target.parts):
                _drop_package(package)
        except OSError as error:
            raise workspace_error(error, self.skills / name) from error

    def sweep(self, name: str) -> None:
        """Remove what killed writers left of a skill's files."""
        for folder in (self.skills, self.tests):
            for left in folder.glob(".*.tmp"):
                left.unlink(missing_ok=True)
        if (self.skills / name).is_dir():
            for left in (self.skills / name).rglob(".*.tmp"):
                left.unlink(missing_ok=True)


def _make(
    folder: Path,
    had: Mapping[str, Path],
    wanted: Mapping[str, str],
    known: Sequence[Mapping[str, str]] | None,
) -> None:
    def ours(path: str, text: str) -> bool:
        return known is None or any(files.get(path) == text for files in known)

    for path, text in wanted.items():
        place = folder / path
        before = had.get(path, place)
        now = read(before) if before.is_file() else None
        if (now == text and before == place) or (now is not None and now != text and not ours(path, now)):
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(place, encoded(text))
        if before != place:
            before.unlink(missing_ok=True)
    for path, place in had.items():
        if path not in wanted and ours(path, read(place)):
            place.unlink(missing_ok=True)


def _single(folder: Path, name: str) -> dict[str, Path]:
    """A module beside a package of the same name, which is there only while the one becomes the other."""
    path = folder / f"{name}.py"
    return {path.name: path} if path.is_file() else {}


def _drop_package(folder: Path) -> None:
    """Remove the folder of a package, if nothing is left in it but what Python caches."""
    for inner, _, _ in os.walk(folder, topdown=False):
        if os.path.basename(inner) == "__pycache__":
            shutil.rmtree(inner, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                os.rmdir(inner)


def _texts(paths: Mapping[str, Path]) -> dict[str, str]:
    return {path: read(place) for path, place in paths.items()}
