"""The loop inside a peer's environment: tasks as JSON lines on standard input, one JSON line each on standard output."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import metadata
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

from benchmarks.peers.tasks import Ended, PeerTask

RESTART_TEMPERATURE = 0.8
CHECK_SECONDS = 10.0
_MEMORY = 2 << 30


@dataclass(frozen=True, slots=True)
class Setup:
    """What the runner is told: where the model is, and how the peer is set up.

    Attributes:
        temperature: of all calls; None for the peer's own.
        checked: whether the task's examples are wired into the peer's own check.
        fenced: whether code is asked for between Markdown fences, which small models know best.
        restarts: whether a peer that gave up begins anew while its budget lasts, at `RESTART_TEMPERATURE`.
    """

    endpoint: str
    model: str
    temperature: float | None
    checked: bool = False
    fenced: bool = False
    restarts: bool = False


Solve = Callable[[PeerTask, Setup], Ended]


def serve(solve: Solve, packages: tuple[str, ...]) -> None:
    """Answer tasks until standard input ends. What the peer and its code print goes to standard error."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--temperature", type=float)
    for option in ("--checked", "--fenced", "--restarts"):
        parser.add_argument(option, action="store_true")
    setup = Setup(**vars(parser.parse_args()))
    results = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    lines, sys.stdin = sys.stdin, open(os.devnull, encoding="utf-8")  # noqa: SIM115  # for the process's life
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in packages)
    for line in lines:
        task = PeerTask.from_json(json.loads(line))
        before = threading.active_count()
        started = time.monotonic()
        ended = _ended(solve, task, setup)
        spent = _spent(setup.endpoint, task.id)
        while setup.restarts and ended.claims == "gave up" and not spent["over"] and not spent["refused"]:
            calls = spent["calls"]
            again = _ended(solve, task, replace(setup, temperature=RESTART_TEMPERATURE))
            ended = again if again.code or not ended.code else ended
            spent = _spent(setup.endpoint, task.id)
            if spent["calls"] == calls:
                break
        seconds = time.monotonic() - started
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


def _ended(solve: Solve, task: PeerTask, setup: Setup) -> Ended:
    try:
        return solve(task, setup)
    except Exception as error:  # noqa: BLE001  # whatever a peer stumbles over is how it ended
        return Ended("", "gave up", f"{type(error).__name__}: {error}")


def _spent(endpoint: str, task: str) -> Any:
    with urlopen(f"{endpoint}/budget?task={quote(task)}", timeout=10) as reply:
        return json.load(reply)


def failing(code: str, examples: tuple[str, ...]) -> str:
    """A program that runs a module and then fails at the first example which doesn't hold."""
    checks = "".join(f"assert {example}, {f'this is not true: {example}'!r}\n" for example in examples)
    return f"{code}\n\n{checks}"


def error_of(program: str) -> str:
    """The last line of the error that a program ends with, else empty."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (int(CHECK_SECONDS), int(CHECK_SECONDS) + 1))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))

    with tempfile.TemporaryDirectory() as folder:
        try:
            run = subprocess.run(
                [sys.executable, "-I", "-"],
                input=program.encode("utf-8", "replace"),
                capture_output=True,
                cwd=folder,
                timeout=CHECK_SECONDS,
                preexec_fn=limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"it did not end within {CHECK_SECONDS:.0f} seconds"
    if run.returncode == 0:
        return ""
    lines = run.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else f"it ended with exit code {run.returncode}"
