"""How many prompt tokens of a run's later iterations come from the cache of the embedded model.

Each goal is run in a process of its own, so that nothing is warm, with the strictest proof, so that hardly a run ends
before its twelve iterations. Counted are the calls that write code, as the engine reports them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track

from apprentice.agent import Agent
from apprentice.events import Event, ModelCalled
from benchmarks.tasks.plain import PLAIN
from benchmarks.tasks.task import Task

PROGRESS = Console(stderr=True)
ITERATIONS = 12
GOALS = 6


@dataclass(frozen=True, slots=True)
class Prompt:
    """One call: tokens of its prompt, and how many of them were reused."""

    tokens: int
    cached: int


def iterations(task: Task) -> list[Prompt]:
    """The prompts of one run of the agent, in this process."""
    prompts: list[Prompt] = []

    def take(event: Event) -> None:
        if isinstance(event, ModelCalled) and event.role == "coder":
            prompts.append(Prompt(event.prompt_tokens, event.cached_tokens))

    with (
        tempfile.TemporaryDirectory() as folder,
        Agent(workspace=Path(folder), model="embedded", proof="strict", max_iterations=ITERATIONS) as agent,
    ):
        agent.events.subscribe(take)
        agent.run(task.prompt)
    return prompts


def measure(tasks: Sequence[Task] = PLAIN[:: len(PLAIN) // GOALS][:GOALS]) -> dict[str, list[Prompt]]:
    """The prompts of each task's run, each in a fresh process."""
    measured: dict[str, list[Prompt]] = {}
    for task in track(tasks, description="prefixes", transient=True, console=PROGRESS):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.prefix", task.id], capture_output=True, text=True, check=True
        )
        measured[task.id] = [Prompt(*pair) for pair in json.loads(done.stdout.splitlines()[-1])]
    return measured


def share(prompts: Sequence[Prompt]) -> float:
    """Of the prompt tokens from the second iteration on, those that were reused."""
    later = prompts[1:]
    return sum(prompt.cached for prompt in later) / max(1, sum(prompt.tokens for prompt in later))


def report(measured: dict[str, list[Prompt]]) -> str:
    """The table, in Markdown: reused of all prompt tokens, iteration by iteration."""
    numbers = range(1, 1 + max(len(prompts) for prompts in measured.values()))
    lines = [
        "| reused/prompt tokens | " + " | ".join(map(str, numbers)) + f" | 2 to {numbers[-1]} |",
        "|---" * (len(numbers) + 2) + "|",
    ]
    for name, prompts in measured.items():
        cells = [f"{prompt.cached}/{prompt.tokens}" for prompt in prompts]
        cells += [""] * (len(numbers) - len(cells))
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {share(prompts):.0%} |")
    together = [prompt for prompts in measured.values() for prompt in prompts[1:]]
    lines += ["", f"Reused from the second iteration on: {share([Prompt(0, 0), *together]):.1%}."]
    return "\n".join(lines)


def main(name: str) -> None:
    """One task's run: the prompts as JSON, for the process that measures all."""
    (task,) = (task for task in PLAIN if task.id == name)
    print(json.dumps([(prompt.tokens, prompt.cached) for prompt in iterations(task)]))


if __name__ == "__main__":
    main(sys.argv[1])
