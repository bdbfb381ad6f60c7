"""The programs with what each must come to, as its first lines of comment tell.

The first line says what the program uses. The others are `name: value`:

- `expect:` a line of standard output; all of them together are the whole of it.
- `stderr:` text that standard error must contain; without it, standard error must be empty.
- `exit:` the exit code, 0 if it isn't given.
- `call:` and `value:` the program is a skill, whose function is called with these JSON arguments and gives this value.
- `passes:` the program is a skill followed by its tests; exactly these tests must be reported, and pass.
- `needs:` what a machine or a sandbox may lack: `wall`, `numpy`, `pytest`, `hypothesis`.
- `outside: differs` the program must not come to the same in a plain interpreter.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

_FOLDER = Path(__file__).with_name("programs")
_TESTS = "# --- tests ---\n"
_NAMES = frozenset({"expect", "stderr", "exit", "call", "value", "passes", "needs", "outside"})


@dataclass(frozen=True, slots=True)
class Program:
    """One program, and what it must come to."""

    name: str
    purpose: str
    kind: Literal["script", "call", "tests"]
    source: str
    tests: str = ""
    stdout: str = ""
    stderr: str = ""
    exit_code: int = 0
    function: str = ""
    arguments: tuple[Any, ...] = ()
    value: Any = None
    passes: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()
    same_outside: bool = True


@cache
def programs() -> tuple[Program, ...]:
    """All programs, by name."""
    return tuple(map(read_program, sorted(_FOLDER.glob("*.py"))))


def read_program(path: Path) -> Program:
    """One program.

    Raises:
        ValueError: its head is missing, or says nothing that could be checked.
    """
    text = path.read_text(encoding="utf-8")
    head: dict[str, list[str]] = {name: [] for name in _NAMES}
    purpose, *lines = text.splitlines()
    if not purpose.startswith("# "):
        raise ValueError(f"{path.name} does not say what it uses")
    for line in lines:
        name, colon, value = line.removeprefix("# ").partition(": ")
        if not line.startswith("# ") or not colon or name not in _NAMES:
            break
        head[name].append(value)
    source, _, tests = text.partition(_TESTS)
    function, _, arguments = " ".join(head["call"]).partition(" ")
    kind: Literal["script", "call", "tests"] = (
        "call" if head["call"] else "tests" if head["passes"] else "script"
    )
    if not (head["expect"] or head["value"] or head["passes"]):
        raise ValueError(f"{path.name} has nothing that could be checked")
    return Program(
        name=path.stem,
        purpose=purpose.removeprefix("# "),
        kind=kind,
        source=source,
        # As many lines above the tests as there are in the file.
        tests="\n" * (source.count("\n") + 1) + tests if tests else "",
        stdout="".join(f"{line}\n" for line in head["expect"]),
        stderr=" ".join(head["stderr"]),
        exit_code=int("".join(head["exit"]) or 0),
        function=function,
        arguments=tuple(json.loads(arguments)) if arguments else (),
        value=json.loads(head["value"][0]) if head["value"] else None,
        passes=tuple(name.strip() for line in head["passes"] for name in line.split(",")),
        needs=frozenset(" ".join(head["needs"]).split()),
        same_outside=not head["outside"],
    )
