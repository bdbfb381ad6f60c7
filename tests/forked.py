"""Processes that may be killed at any moment, forked from one that has imported what they need."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

#: Seconds for a process to end.
PATIENCE = 100


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a process: its exit code, negative for a signal, and what it printed."""

    returncode: int | None
    stdout: str
    stderr: str


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


def program(folder: str, arguments: list[str], ends: tuple[str, str, str], terminal: bool = False) -> None:
    """Work for a process: be the program on the command line, without the time that its imports take.

    Args:
        folder: where it runs.
        ends: the files that are its standard input, output and errors.
        terminal: they are a terminal, which becomes its own.
    """
    import autonomous_agent

    if terminal:
        os.setsid()
    _take(ends, terminal)
    os.chdir(folder)
    sys.exit(autonomous_agent.main(arguments))


def run_script(text: str, *arguments: object, **environment: str) -> Ended:
    """Have a process run a script to its end.

    Args:
        arguments: what follows its name in `sys.argv`.
    """
    with tempfile.TemporaryDirectory() as kept:
        output, errors = Path(kept, "output"), Path(kept, "errors")
        code = exit_code(script, text, arguments, (os.devnull, str(output), str(errors)), **environment)
        return Ended(code, output.read_text(encoding="utf-8"), errors.read_text(encoding="utf-8"))


def script(text: str, arguments: tuple[object, ...], ends: tuple[str, str, str]) -> None:
    """Work for a process: run a script."""
    _take(ends)
    sys.argv = ["script", *map(str, arguments)]
    try:
        exec(compile(text, "script", "exec"), {"__name__": "__main__"})
    finally:
        sys.stdout.flush()


def _take(ends: tuple[str, str, str], terminal: bool = False) -> None:
    reading = os.O_RDWR if terminal else os.O_RDONLY
    writing = os.O_RDWR if terminal else os.O_WRONLY | os.O_CREAT | os.O_APPEND
    for number, path in enumerate(ends):
        opened = os.open(path, writing if number else reading, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # type: ignore[misc] # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", closefd=False)  # type: ignore[misc] # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", encoding="utf-8", closefd=False)  # type: ignore[misc] # noqa: SIM115


@cache
def _server() -> ForkServerContext:
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.preloaded"])
    return made


def _begin(environment: dict[str, str], work: Callable[..., object], arguments: tuple[object, ...]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    work(*arguments)
