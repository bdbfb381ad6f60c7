"""A skill as files: its modules, below `skills/`, and its tests, below `tests/`."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Final

from apprentice.errors import UsageError
from apprentice.skills.awaiting import Coroutines, needs_coroutine


@dataclass(frozen=True, slots=True)
class SkillFiles:
    """What is kept of a skill.

    Attributes:
        name: the skill's name.
        code: the main module's text.
        tests: texts of the test files by file name.
        parts: further modules, which make the skill a package: texts by path within it, e.g. `units/length.py`.

    Raises:
        UsageError: a path of `parts` or a name of `tests` can't be one.
    """

    name: str
    code: str
    tests: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in self.parts:
            pieces = PurePosixPath(path).with_suffix("").parts
            fits = path.endswith(".py") and path != "__init__.py" and str(PurePosixPath(path)) == path
            if not fits or not all(
                p.isidentifier() and p.isascii() and not keyword.iskeyword(p) for p in pieces
            ):
                raise UsageError(
                    f"{path!r} can't be a module of the package {self.name}.",
                    "Use relative paths of plain names, e.g. units/length.py.",
                )
        for file in self.tests:
            if not re.fullmatch(r"test_\w+\.py", file):
                raise UsageError(f"{file!r} can't be a test file's name.", "Use test_<name>.py.")

    @classmethod
    def of(cls, name: str, files: dict[str, str], tests: dict[str, str] | None = None) -> SkillFiles:
        """A skill from its files by path below `skills/`; the opposite of `files`.

        Raises:
            UsageError: the main module isn't among them, or one belongs to another skill.
        """
        own = f"{name}/"
        main = f"{own}__init__.py" if f"{own}__init__.py" in files else f"{name}.py"
        parts = {path.removeprefix(own): text for path, text in files.items() if path != main}
        named = {_own_before(name): own_test_file(name)}
        texts = {named.get(file, file): text for file, text in (tests or {}).items()}
        if main not in files or any(not path.startswith(own) for path in files if path != main):
            raise UsageError(f"These are not the files of a skill {name}: {', '.join(sorted(files))}.")
        return cls(name, files[main], texts, parts)

    @property
    def files(self) -> dict[str, str]:
        """The texts of all modules by path below `skills/`: `a.py`, or `a/__init__.py` and what is beside it."""
        if not self.parts:
            return {f"{self.name}.py": self.code}
        files = {f"{self.name}/__init__.py": self.code}
        for path in self.parts:
            # What is in a folder of the package is in a package, too.
            for folder in list(PurePosixPath(path).parents)[:-1]:
                files[f"{self.name}/{folder}/__init__.py"] = ""
        return {**files, **{f"{self.name}/{path}": text for path, text in self.parts.items()}}

    @property
    def modules(self) -> dict[str, str]:
        """The texts of all modules by dotted name, as the sandbox takes them."""
        return {module_name(path): text for path, text in self.files.items()}


def read(path: Path | str) -> str:
    """The text of a file, to the byte: line ends as they are, what is no UTF-8 carried along."""
    with open(path, "rb") as file:
        return file.read().decode("utf-8", "surrogateescape")


def encoded(text: str) -> bytes:
    """The bytes of what `read` gave, or of any text."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def module_name(path: str) -> str:
    """The dotted name of a module by its path below `skills/`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def module_paths(folder: Path, name: str) -> dict[str, Path]:
    """The modules of a skill in a folder like `skills/`, by their paths below it; empty where there are none."""
    package = folder / name
    if (package / "__init__.py").is_file():
        found = (path for path in sorted(package.rglob("*.py")) if path.is_file())
        return {path.relative_to(folder).as_posix(): path for path in found}
    single = folder / f"{name}.py"
    return {single.name: single} if single.is_file() else {}


def test_paths(folder: Path, name: str) -> dict[str, Path]:
    """The test files of a skill in a folder like `tests/`, which lies beside its modules, by file name, its own first.

    One that is called as it was in earlier versions stands under the name that it has now.
    """
    own, before = folder / own_test_file(name), folder / _own_before(name)
    found = {own.name: own} if own.is_file() else {}
    if (
        not found
        and before != own
        and before.is_file()
        and not module_paths(folder.parent / "skills", _of_given(name))
    ):
        found = {own.name: before}
    for number in count(1):
        given = folder / f"test_{name}_given{number}.py"
        if not given.is_file():
            break
        found[given.name] = given
    return found


test_paths.__test__ = False  # type: ignore[attr-defined]


_GIVEN: Final = re.compile(r"(.+)_given\d+")


def own_test_file(name: str) -> str:
    """The name of a skill's own test file.

    That of a skill called `f_given1` isn't the name of the tests that the user gave for `f`: no skill's name begins with a digit.
    """
    return f"test_0_{name}.py" if _GIVEN.fullmatch(name) else f"test_{name}.py"


def _own_before(name: str) -> str:
    """What a skill's own test file was called in earlier versions."""
    return f"test_{name}.py"


def _of_given(name: str) -> str:
    """The skill for which the user would have given tests in a file that is called as this skill's own was."""
    match = _GIVEN.fullmatch(name)
    return match[1] if match else ""


def file_names_of_tests(name: str, given: int = 0) -> list[str]:
    """Names of a skill's test files: its own, and one for each file that the user gave."""
    return [own_test_file(name), *(f"test_{name}_given{number}.py" for number in range(1, given + 1))]


def render_tests(
    module: str, names: Sequence[str], examples: Iterable[tuple[str, str]], generated: str, code: str = ""
) -> str:
    """The text of a skill's own test file: one test for each example, then the tests written for it.

    Args:
        module: the skill's module.
        names: what the examples use of it.
        examples: pairs of an expression that must hold and the exception that it must raise ("" for none).
        generated: functions and imports of the tests that a model wrote; may be empty.
        code: the module's text, which tells what must be awaited.
    """
    coroutines = Coroutines.of(code)
    pairs = [(coroutines.awaited_in(source), raises) for source, raises in examples]
    lines = [f'"""Tests of the skill `{module}`."""', ""]
    if any("asyncio.run" in source for source, _ in pairs):
        lines += ["import asyncio", ""]
    if any(raises for _, raises in pairs):
        lines += ["import pytest", ""]
    own_errors = [raises for _, raises in pairs if raises and not hasattr(builtins, raises)]
    if pairs and names:
        lines += [f"from {module} import {', '.join(dict.fromkeys([*names, *own_errors]))}", ""]
    for number, (source, raises) in enumerate(pairs, start=1):
        lines += ["", f"{'async ' if needs_coroutine(source) else ''}def test_example_{number}():"]
        lines += (
            [f"    with pytest.raises({raises}):", f"        {source}"]
            if raises
            else [f"    assert {source}"]
        )
        lines += [""]
    return "\n".join(lines) + ("\n\n" + generated.strip() if generated.strip() else "") + "\n"
