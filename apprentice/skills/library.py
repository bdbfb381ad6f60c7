"""The library on disk: modules in `skills/`, their tests in `tests/`, the best failed attempts in `attempts/`."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from apprentice.crashpoints import crash_point
from apprentice.errors import UsageError
from apprentice.files import workspace_error, write_atomic

FOLDERS = ("skills", "tests", "attempts", "exec", "logs")

_CONFTEST = '''"""Lets the tests import the skills: `pytest agent_workspace` runs them all."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "skills"))
'''

# The skills' tests stand on their own: whatever project the workspace lies in, its configuration is not theirs.
_PYTEST = """[pytest]
testpaths = tests
"""


@dataclass(frozen=True, slots=True)
class SkillFiles:
    """What is kept of a skill: the module's text, and its test files' texts by file name."""

    name: str
    code: str
    tests: dict[str, str]


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
            for file, text in (("conftest.py", _CONFTEST), ("pytest.ini", _PYTEST)):
                if not (workspace / file).exists():
                    write_atomic(workspace / file, text, sync=False)
        except OSError as error:
            raise workspace_error(error, workspace) from error

    def path(self, name: str) -> Path:
        """Where the module of a skill is kept."""
        return self.workspace / "skills" / f"{name}.py"

    def names(self) -> list[str]:
        """Names of all modules that are kept, sorted."""
        return sorted(path.stem for path in (self.workspace / "skills").glob("*.py"))

    def code(self, name: str) -> str:
        """The text of a skill's module.

        Raises:
            UsageError: there is no such skill.
        """
        path = self.path(name)
        if not name.isidentifier() or not path.is_file():
            known = ", ".join(self.names()) or "none yet"
            raise UsageError(f"There is no skill {name!r}.", f"The skills are: {known}.")
        return path.read_text(encoding="utf-8")

    def modules(self) -> dict[str, str]:
        """The texts of all modules, by name, so that skills can use each other."""
        return {name: self.code(name) for name in self.names()}

    def tests(self, name: str) -> dict[str, str]:
        """The texts of a skill's test files, by file name."""
        folder = self.workspace / "tests"
        paths = [
            folder / file
            for file in file_names_of_tests(name, given=len(list(folder.glob(f"test_{name}_given*.py"))))
        ]
        return {path.name: path.read_text(encoding="utf-8") for path in paths if path.is_file()}

    def save(self, files: SkillFiles) -> Path:
        """Keep a skill: its tests first, then the module, each whole or not at all. Doing it twice changes nothing.

        Raises:
            WorkspaceError: the disk is full or the folder can't be written.
        """
        for file, text in files.tests.items():
            write_atomic(self.workspace / "tests" / file, text)
        crash_point("keep.tests_saved")
        write_atomic(self.path(files.name), files.code)
        crash_point("keep.module_saved")
        return self.path(files.name)

    def save_attempt(self, name: str, code: str) -> Path:
        """Keep the best attempt at a goal that failed, beside the library."""
        path = self.workspace / "attempts" / f"{name}.py"
        write_atomic(path, code)
        return path


def file_names_of_tests(name: str, given: int = 0) -> list[str]:
    """Names of a skill's test files: its own, and one for each file that the user gave."""
    return [f"test_{name}.py", *(f"test_{name}_given{number}.py" for number in range(1, given + 1))]


def render_tests(
    module: str, names: Sequence[str], examples: Iterable[tuple[str, str]], generated: str
) -> str:
    """The text of a skill's own test file: one test for each example, then the tests written for it.

    Args:
        module: the skill's module.
        names: what the examples use of it.
        examples: pairs of an expression that must hold and the exception that it must raise ("" for none).
        generated: functions and imports of the tests that a model wrote; may be empty.
    """
    pairs = list(examples)
    lines = [f'"""Tests of the skill `{module}`."""', ""]
    if any(raises for _, raises in pairs):
        lines += ["import pytest", ""]
    own_errors = [raises for _, raises in pairs if raises and not hasattr(builtins, raises)]
    if pairs and names:
        lines += [f"from {module} import {', '.join(dict.fromkeys([*names, *own_errors]))}", ""]
    for number, (source, raises) in enumerate(pairs, start=1):
        lines += ["", f"def test_example_{number}():"]
        lines += (
            [f"    with pytest.raises({raises}):", f"        {source}"]
            if raises
            else [f"    assert {source}"]
        )
        lines += [""]
    return "\n".join(lines) + ("\n\n" + generated.strip() if generated.strip() else "") + "\n"
