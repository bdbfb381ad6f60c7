"""Processes that may be killed at any moment, forked from one that has imported what they need."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from functools import cache
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess

#: Seconds for a process to end.
PATIENCE = 100


def start(work: Callable[..., object], *arguments: object, **environment: str) -> BaseProcess:
    """Start a process that does some work, with the environment of this one and what is named."""
    made = _server().Process(target=_begin, args=({**os.environ, **environment}, work, arguments))
    made.start()
    return made


def exit_code(work: Callable[..., object], *arguments: object, **environment: str) -> int | None:
    """Have a process do some work, and wait for it; returns its exit code, negative for a signal."""
    process = start(work, *arguments, **environment)
    process.join(PATIENCE)
    return process.exitcode


@cache
def _server() -> ForkServerContext:
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.preloaded"])
    return made


def _begin(environment: dict[str, str], work: Callable[..., object], arguments: tuple[object, ...]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    work(*arguments)
