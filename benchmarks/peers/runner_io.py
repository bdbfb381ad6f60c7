"""The loop inside a peer's environment: tasks as JSON lines on standard input, one JSON line each on standard output."""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

from benchmarks.peers.tasks import Ended, PeerTask


@dataclass(frozen=True, slots=True)
class Setup:
    """What the runner is told: where the model is, and how the peer is set up.

    Attributes:
        temperature: of all calls; None for the peer's own.
        checked: whether the task's examples are wired into the peer's own check.
    """

    endpoint: str
    model: str
    temperature: float | None
    checked: bool


Solve = Callable[[PeerTask, Setup], Ended]


def serve(solve: Solve, packages: tuple[str, ...]) -> None:
    """Answer tasks until standard input ends. What the peer and its code print goes to standard error."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--temperature", type=float)
    parser.add_argument("--checked", action="store_true")
    given = parser.parse_args()
    setup = Setup(given.endpoint, given.model, given.temperature, given.checked)
    results = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    lines, sys.stdin = sys.stdin, open(os.devnull, encoding="utf-8")  # noqa: SIM115  # for the process's life
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in packages)
    for line in lines:
        task = PeerTask.from_json(json.loads(line))
        before = threading.active_count()
        started = time.monotonic()
        try:
            ended = solve(task, setup)
        except Exception as error:  # noqa: BLE001  # whatever a peer stumbles over is how it ended
            ended = Ended("", "gave up", f"{type(error).__name__}: {error}")
        seconds = time.monotonic() - started
        spent = _spent(setup.endpoint, task.id)
        answer: dict[str, Any] = {
            "id": task.id,
            "code": ended.code,
            "claims": ended.claims,
            "reason": ended.reason[-500:],
            "calls": spent["calls"],
            "prompt_tokens": spent["prompt_tokens"],
            "completion_tokens": spent["completion_tokens"],
            "seconds": round(seconds, 3),
            "versions": versions,
        }
        results.write(json.dumps(answer) + "\n")
        results.flush()
        if threading.active_count() > before:
            # Code that never ends runs on in a thread, which can't be stopped: the next task gets a new process.
            os._exit(0)


def _spent(endpoint: str, task: str) -> Any:
    with urlopen(f"{endpoint}/budget?task={quote(task)}", timeout=10) as reply:
        return json.load(reply)


def failing(code: str, examples: tuple[str, ...]) -> str:
    """A program that runs a module and then fails at the first example which doesn't hold."""
    checks = "".join(f"assert {example}, {f'this is not true: {example}'!r}\n" for example in examples)
    return f"{code}\n\n{checks}"
