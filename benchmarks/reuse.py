"""Reuse: the same goals in a second process, and the same requests: no code is written, and the answers are the same."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

PROGRESS = Console(stderr=True)

#: Goals with examples that the embedded model fulfils, and a call whose value is compared.
GOALS: tuple[tuple[str, str, str], ...] = (
    ("double", "Write a function double(n) that returns a number times two. double(4) == 8; double(-3) == -6", "[21]"),
    ("is_even", "Write a function is_even(n) that tells whether an integer is even. is_even(4) == True; is_even(7) == False", "[10]"),
    ("cube", "Write a function cube(n) that returns the cube of a number. cube(2) == 8; cube(-1) == -1", "[5]"),
    ("add", "Write a function add(a, b) that returns the sum of two numbers. add(2, 3) == 5; add(-1, 1) == 0", "[20, 22]"),
    ("square", "Write a function square(n) that returns the square of a number. square(3) == 9; square(-2) == 4", "[12]"),
    ("shout", "Write a function shout(text) that returns the text in upper case. shout('abc') == 'ABC'; shout('') == ''", '["hey"]'),
    ("smallest", "Write a function smallest(numbers) that returns the smallest number of a list. smallest([4, 1, 3]) == 1; smallest([-5, -2]) == -5", "[[7, 3]]"),
    ("total", "Write a function total(numbers) that returns the sum of a list of numbers. total([1, 2, 3]) == 6; total([]) == 0", "[[10, 20]]"),
    ("largest", "Write a function largest(numbers) that returns the largest number of a list. largest([1, 9, 3]) == 9; largest([-5, -2]) == -2", "[[7, 3]]"),
    ("reverse_text", "Write a function reverse_text(text) that returns the text reversed. reverse_text('abc') == 'cba'; reverse_text('') == ''", '["stressed"]'),
    ("length", "Write a function length(text) that returns the number of characters of a text. length('abc') == 3; length('') == 0", '["four"]'),
    ("to_binary", "Write a function to_binary(n) that returns the binary digits of a non-negative integer as a string. to_binary(5) == '101'; to_binary(0) == '0'", "[10]"),
)  # fmt: skip

_CHILD = """
import json, sys, time
from apprentice.agent import Agent
goals = json.load(sys.stdin)
told = []
with Agent(workspace=sys.argv[1], model="embedded") as agent:
    agent.warm()
    for name, goal, arguments in goals:
        started = time.monotonic()
        outcome = agent.run(goal)
        seconds = time.monotonic() - started
        value = agent.call(outcome.skill, json.loads(arguments)).value if outcome.ok else None
        told.append([outcome.status, outcome.reused, outcome.usage["calls"], seconds, value])
print(json.dumps(told))
"""


@dataclass(frozen=True, slots=True)
class Twice:
    """One goal in a first and in a second process: status, model calls and seconds of each, and whether the values agree."""

    name: str
    status: str
    calls: int
    seconds: float
    again_calls: int
    again_seconds: float
    reused: bool
    same: bool


def measure() -> list[Twice]:
    """Run all goals in one process, and then again in another."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = (
            _process(Path(folder))
            for _ in track(range(2), description="reuse", console=PROGRESS, transient=True)
        )
    return [
        Twice(name, one[0], one[2], one[3], two[2], two[3], two[1], one[4] == two[4] and one[0] == two[0])
        for (name, _, _), one, two in zip(GOALS, first, second, strict=True)
    ]


def report(told: Sequence[Twice]) -> str:
    """The table, in Markdown, with the ratio that counts: of the goals that became working skills."""
    lines = [
        "| goal | first | calls | seconds | again: calls | seconds | same answer |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.name} | {one.status} | {one.calls} | {one.seconds:.2f} | {one.again_calls} | {one.again_seconds:.3f} | "
        f"{'yes' if one.same else 'no'} |"
        for one in told
    ]
    kept = [one for one in told if one.status == "working"]
    before, after = sum(one.seconds for one in kept), sum(one.again_seconds for one in kept)
    lines += [
        "",
        f"{len(kept)} of {len(told)} goals became working skills; the second process reused {sum(one.reused for one in kept)} of "
        f"them with {sum(one.again_calls for one in kept)} model calls, {before / max(after, 1e-9):.0f} times as fast "
        f"({before:.1f} s, then {after:.2f} s).",
    ]
    return "\n".join(lines)


def _process(workspace: Path) -> list[list[Any]]:
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(workspace)],
        input=json.dumps(GOALS),
        capture_output=True,
        text=True,
        cwd=root,
        check=True,
        timeout=900,
    )
    told: list[list[Any]] = json.loads(done.stdout.splitlines()[-1])
    return told
