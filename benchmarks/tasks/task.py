"""One task, and how a plain one is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Grade = Literal["easy", "medium", "hard"]
#: What a task may be used for: to choose settings by, or only to report figures.
Split = Literal["tune", "test"]
#: How a user writes an example: `f(2) == 4`, `f(2) -> 4`, `f(2) returns 4`, or a doctest.
Form = Literal["==", "->", "returns", ">>>"]


@dataclass(frozen=True, slots=True)
class Task:
    """One task.

    Attributes:
        id: its name, different from that of every other task of all sets.
        function: the name that the answer must define.
        prompt: what the user types, the examples included.
        examples: the prompt's examples: expressions that must be true, or `raises:ValueError: f('x')`.
        checks: hidden ones, in the same form; no prompt ever has them.
        solution: a module that is right.
        domain: what it is about, in a word.
        signature: the function's signature as the prompt states it.
        check_code: hidden code that defines `check(candidate)`, which raises an error for a wrong function; with what it
            needs itself. Empty where `checks` decide.
    """

    id: str
    function: str
    prompt: str
    examples: tuple[str, ...]
    checks: tuple[str, ...]
    solution: str
    grade: Grade
    domain: str
    signature: str = ""
    check_code: str = ""
    split: Split = "test"


def plain(
    signature: str,
    wording: str,
    *,
    examples: Sequence[str],
    checks: Sequence[str],
    solution: str,
    grade: Grade,
    domain: str,
    form: Form = "==",
) -> Task:
    """A plain task: `Write a function SIGNATURE that WORDING`, and the examples in one form."""
    function = signature.partition("(")[0]
    separator = "\n" if form == ">>>" else "; "
    shown = separator.join(_shown(example, form) for example in examples)
    return Task(
        id=f"plain/{function}",
        function=function,
        prompt=f"Write a function {signature} that {wording}{separator if form == '>>>' else ' '}{shown}",
        examples=tuple(examples),
        checks=tuple(checks),
        solution=solution.lstrip("\n"),
        grade=grade,
        domain=domain,
        signature=signature,
    )


def raising(check: str) -> tuple[str, str]:
    """The expression of a check, and the name of the exception that it must raise ("" where it must be true)."""
    if not check.startswith("raises:"):
        return check, ""
    _, name, call = check.split(":", 2)
    return call.strip(), name.strip()


def _shown(example: str, form: Form) -> str:
    call, name = raising(example)
    if form == ">>>":
        if name:
            return f">>> {call}\nTraceback (most recent call last):\n    ...\n{name}"
        call, _, expected = call.rpartition(" == ")
        return f">>> {call}\n{expected}"
    if name:
        return f"{call} raises {name}"
    return example if form == "==" else f" {form} ".join(example.rsplit(" == ", 1))
