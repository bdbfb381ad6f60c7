"""What the simulation is given: tasks with known solutions, and how often the simulated coder is right."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class SimulatedTask(Protocol):
    """A task with a known solution. `checks` are expressions that must hold; `check_code` defines `check(candidate)`."""

    @property
    def id(self) -> str:
        """Its name among all tasks."""

    @property
    def function(self) -> str:
        """The entry function's name."""

    @property
    def prompt(self) -> str:
        """The goal as a user types it; by it a request is recognised."""

    @property
    def examples(self) -> Sequence[str]:
        """What the user shows: `f(2) == 4`, `raises:ValueError: f('')`, or `f('') raises ValueError`."""

    @property
    def solution(self) -> str:
        """A whole module that is right."""


@dataclass(frozen=True, slots=True)
class Competence:
    """How good the simulated coder is.

    Attributes:
        p: how probably a fresh module is right.
        q: how probably one test that it writes is right.
        r: how probably a repair is right when the prompt holds the facts of the failure.
        seed: the whole course repeats exactly with the same one.
        seen: of the wrong modules, how probably one is taken that holds all of the task's visible examples, where the task
            has such.
        misread: of the wrong tests, how probably one expects what a wrong module returns, as of a goal misread twice in the
            same way.
    """

    p: float = 0.3
    q: float = 0.7
    r: float = 0.5
    seed: int = 0
    seen: float = 0.27
    misread: float = 0.25

    def __post_init__(self) -> None:
        for name in ("p", "q", "r", "seen", "misread"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} is a probability, so from 0 to 1, not {getattr(self, name)}")


def checks_of(task: SimulatedTask) -> tuple[str, ...]:
    """The hidden checks that are expressions."""
    return tuple(getattr(task, "checks", None) or ())


def check_code_of(task: SimulatedTask) -> str:
    """The hidden checks that are a function `check(candidate)`; empty if there is none."""
    return getattr(task, "check_code", None) or ""


def dice(*key: object) -> random.Random:
    """Randomness that depends on the key alone: not on threads, time, hash seed or what was drawn before."""
    return random.Random(repr(key))
