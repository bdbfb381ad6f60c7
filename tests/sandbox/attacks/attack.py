"""One attack: a small program and the facts that its header states.

A program begins with a docstring: a line that says what it tries, an empty line, and facts, one a line:

    canary: secret, descriptor(memfd)      what tells on the host's side that it worked; see CANARIES
    control: through                       what it does where there is no wall
    limits: seconds=2, memory_mb=128       bounds of its run, where the usual ones don't fit
    mode: call                             `script` (without this line), `call` of its function `attack`, or `tests`
    grants: read=shared                    a target whose path is granted for reading

`control` is `through`, `through as root` (an unprivileged user is refused by the kernel), `held, because …`,
`depends, because …` (on the kernel, so not checked), or `skipped, because …` (never run without a wall).
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, Literal, cast, get_args

from apprentice.sandbox.base import Limits

ROOT: Final = Path(__file__).parent

Mode = Literal["script", "call", "tests"]

#: Bounds of an attack's run, where its header gives no others.
USUAL: Final = Limits(
    seconds=8.0, memory_mb=256, processes=16, open_files=64, file_mb=16, output_kb=64, scratch_mb=32
)

_FACTS: Final = ("canary", "control", "limits", "mode", "grants")
_CANARY: Final = re.compile(r"(\w+)(?:\(([^)]*)\))?(?:,\s*|$)")
_CONTROL: Final = re.compile(r"through|through as root|(held|depends|skipped), because .+")


class BadAttack(Exception):
    """A program whose header isn't in the form. The text says which file and why."""


@dataclass(frozen=True, slots=True)
class Attack:
    """A program with what its header says.

    Attributes:
        name: the file's stem.
        group: its folder.
        tries: one line.
        canaries: kinds with their arguments.
        control: what is expected without a wall.
        granted: names of targets that are granted for reading.
        source: the whole text.
    """

    name: str
    group: str
    tries: str
    canaries: tuple[tuple[str, tuple[str, ...]], ...]
    control: str
    limits: Limits
    mode: Mode
    granted: tuple[str, ...]
    source: str

    @property
    def id(self) -> str:
        """Folder and name."""
        return f"{self.group}/{self.name}"

    def source_for(self, targets: dict[str, object]) -> str:
        """The text to run: it finds what it aims at in TARGETS, because there is no environment in a sandbox."""
        return f"TARGETS = {targets!r}; {self.source}"


def load(path: Path) -> Attack:
    """The attack in a file.

    Raises:
        BadAttack: its header is not in the form.
    """
    source = path.read_text(encoding="utf-8")
    try:
        text = ast.get_docstring(ast.parse(source)) or ""
    except SyntaxError as error:
        raise BadAttack(f"{path}: {error}") from error
    tries, _, rest = text.partition("\n\n")
    facts = dict(line.split(": ", 1) for line in rest.splitlines() if ": " in line)
    if "\n" in tries or not tries or len(facts) != len(rest.splitlines()) or set(facts) - set(_FACTS):
        raise BadAttack(f"{path}: the header is not in the form")
    if not _CONTROL.fullmatch(facts.get("control", "")):
        raise BadAttack(f"{path}: no such control: {facts.get('control')}")
    mode = facts.get("mode", "script")
    if mode not in get_args(Mode) or "canary" not in facts:
        raise BadAttack(f"{path}: no such mode, or no canary")
    return Attack(
        path.stem,
        path.parent.name,
        tries.rstrip("."),
        _canaries(path, facts["canary"]),
        facts["control"],
        _limits(path, facts.get("limits", "")),
        cast("Mode", mode),
        tuple(facts["grants"].removeprefix("read=").split()) if "grants" in facts else (),
        source,
    )


def load_all(root: Path = ROOT, group: str = "") -> list[Attack]:
    """All attacks, or those of one group, sorted by group and name.

    Raises:
        BadAttack: one has a header that is not in the form.
    """
    found = [path for path in sorted(root.glob("*/*.py")) if not path.parent.name.startswith("_")]
    return [load(path) for path in found if group in ("", path.parent.name)]


def _canaries(path: Path, text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = [(match[1], _words(match[2])) for match in _CANARY.finditer(text)]
    if not found or "".join(match[0] for match in _CANARY.finditer(text)) != text:
        raise BadAttack(f"{path}: no such canary: {text}")
    return tuple(found)


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",")) if text else ()


def _limits(path: Path, text: str) -> Limits:
    given = dict(part.strip().split("=") for part in text.split(",") if part.strip())
    kinds = {field.name: type(getattr(USUAL, field.name)) for field in fields(Limits)}
    usual = {name: getattr(USUAL, name) for name in kinds}
    try:
        return Limits(**{**usual, **{name: kinds[name](value) for name, value in given.items()}})
    except (KeyError, ValueError) as error:
        raise BadAttack(f"{path}: no such limit: {error}") from error
