"""What the program itself costs: the first prompt, one iteration without model and sandbox."""

from __future__ import annotations

import itertools
import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from apprentice.agent import Agent
from apprentice.cancellation import CancelToken
from apprentice.events import Event, ModelCalled
from apprentice.models.base import Message
from apprentice.models.scripted import ScriptedChatModel
from apprentice.sandbox.base import (
    NOTHING,
    Example,
    Grants,
    Isolation,
    Limits,
    RunResult,
    TestOutcome,
    TestReport,
)

ROOT = Path(__file__).parent.parent


def first_prompt(runs: int = 7) -> float:
    """Median seconds from starting `python autonomous_agent.py` on a terminal to the prompt on its screen."""
    return statistics.median(_first_prompt() for _ in range(runs))


def _first_prompt() -> float:
    with tempfile.TemporaryDirectory() as folder:
        main, child = pty.openpty()
        environment = {**os.environ, "AGENT_WORKSPACE": folder, "TERM": "xterm"}
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "autonomous_agent.py")],
            stdin=child, stdout=child, stderr=child, env=environment, cwd=ROOT, start_new_session=True,
        )  # fmt: skip
        os.close(child)
        seen = b""
        try:
            while b"Agent>" not in seen and time.monotonic() - started < 20:
                if select.select([main], [], [], 0.05)[0]:
                    seen += os.read(main, 65536)
            return time.monotonic() - started
        finally:
            process.kill()
            process.wait()
            os.close(main)


class InstantSandbox:
    """A sandbox that takes no time: it fails each test, so that a run uses all its iterations."""

    isolation: Isolation = "process"
    description = "nothing runs"

    def renew(self, *, fresh: bool = False) -> None:
        """Nothing is shared."""

    def close(self) -> None:
        """Nothing is kept."""

    def run_code(
        self,
        code: str,
        *,
        modules: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        cancel: CancelToken | None = None,
        grants: Grants = NOTHING,
    ) -> RunResult:
        """Nothing runs."""
        return RunResult("failed", 1, "", "", 0.0, "process")

    def call(
        self,
        module: str,
        function: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        *,
        modules: Mapping[str, str],
        limits: Limits | None = None,
        cancel: CancelToken | None = None,
        grants: Grants = NOTHING,
    ) -> RunResult:
        """Nothing is called."""
        return RunResult("failed", 1, "", "", 0.0, "process")

    def run_tests(
        self,
        module: str,
        *,
        modules: Mapping[str, str],
        examples: Sequence[Example] = (),
        tests: str = "",
        limits: Limits | None = None,
        cancel: CancelToken | None = None,
        grants: Grants = NOTHING,
    ) -> TestReport:
        """Every test fails, each with another value."""
        outcomes = [
            TestOutcome(example.name, False, "AssertionError", f"{hash(modules[module])}")
            for example in examples
        ]
        return TestReport(RunResult("failed", 1, "", "", 0.0, "process"), outcomes)


def iteration(runs: int = 5, iterations: int = 12) -> float:
    """Median seconds of one iteration's own work: graph, checkpoints, memory, events."""
    times = []
    for _ in range(runs):
        numbers = itertools.count()

        def reply(prompt: list[Message], role: str, numbers: Iterator[int] = numbers) -> str:
            return f"```python\ndef f(n):\n    return n + {next(numbers)}\n```"

        model = ScriptedChatModel(respond=reply)
        calls: list[float] = []

        def note(event: Event, calls: list[float] = calls) -> None:
            if isinstance(event, ModelCalled):
                calls.append(event.seconds)

        with (
            tempfile.TemporaryDirectory() as folder,
            Agent(
                workspace=Path(folder),
                model=model,
                profile="small",
                proof="basic",
                max_iterations=iterations,
                on_event=note,
            ) as agent,
        ):
            agent.__dict__["sandbox"] = InstantSandbox()
            agent.warm()
            agent.run("Write a function f(n). f(1) == 'never'")
            calls.clear()
            started = time.monotonic()
            outcome = agent.run("Write another function f(n). f(2) == 'never'")
            times.append((time.monotonic() - started - sum(calls)) / outcome.iterations)
    return statistics.median(times)
