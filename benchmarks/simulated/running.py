"""What known solutions and mistakes really do, found out in another process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.simulated.competence import SimulatedTask, check_code_of, checks_of

_CHILD = Path(__file__).with_name("child.py")
_LEAST_SECONDS = 0.25
_CALL_SECONDS = 0.2
_MOST_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a module: it held the visible examples, it held the hidden checks, processor seconds.

    One that took too long or died held neither; `ended` tells such.
    """

    examples: bool
    checks: bool
    ended: bool
    seconds: float


def verdicts(task: SimulatedTask, modules: Sequence[str], seconds: float = 10.0) -> list[Verdict]:
    """Each module's verdict; `seconds` of the processor are allowed to each."""
    job = {
        "function": task.function,
        "examples": list(task.examples),
        "checks": list(checks_of(task)),
        "check_code": check_code_of(task),
        "modules": list(modules),
        "seconds": max(_LEAST_SECONDS, seconds),
    }
    return [
        Verdict(
            examples=bool(done["result"] and done["result"]["examples"]),
            checks=bool(done["result"] and done["result"]["checks"]),
            ended=done["result"] is not None,
            seconds=done["seconds"],
        )
        for done in _run(job)
    ]


def values(modules: Sequence[str], calls: Sequence[str]) -> list[list[dict[str, str]]]:
    """For each module and call: `{"value": text}`, `{"raises": name}`, or `{}` where neither can be told."""
    job = {"calls": list(calls), "modules": list(modules), "seconds": _CALL_SECONDS}
    return [done["result"] or [{} for _ in calls] for done in _run(job)]


def _run(job: dict[str, Any]) -> list[dict[str, Any]]:
    if not job["modules"]:
        return []
    done = subprocess.run(
        [sys.executable, "-P", "-s", "-W", "ignore", str(_CHILD)],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=True,
        timeout=_MOST_SECONDS,
        env={"PYTHONHASHSEED": "0", "PATH": "/usr/bin:/bin"},
    )
    results: list[dict[str, Any]] = json.loads(done.stdout)
    return results
