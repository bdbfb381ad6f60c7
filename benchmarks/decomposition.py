"""What requests of several steps cost beside the model: each is planned by a script, and all else is real."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track

from apprentice.agent import Agent
from apprentice.asking.plan import Plan
from tests.asking.library import add_skills
from tests.asking.stories import STORIES, Story, model

PROGRESS = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Told:
    """How a request ended. `ok` means: as its skills compute it, or, where no answer can be had, failed as it must."""

    story: Story
    calls: int
    seconds: float
    ok: bool


def tell(story: Story) -> Told:
    """Ask one request, in a workspace of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = []
        for file, text in story.files.items():
            (folder / file).write_text(text, encoding="utf-8")
            files.append(folder / file)
        scripted = model(story.plans, story.new, story.verdicts)
        with Agent(
            workspace=folder / "w",
            model=scripted,
            profile="large",
            proof="basic",
            embedding_model="none",
            max_iterations=3,
        ) as agent:
            add_skills(agent)
            # The sandbox's first start is no request's cost.
            agent.call("word_count", "a")
            started = time.monotonic()
            answer = agent.ask(story.request, files=files)
            seconds = time.monotonic() - started
    ok = answer.value == story.value and answer.ok == (not story.reason)
    return Told(story, len(scripted.prompts), seconds, ok)


def decomposition() -> list[Told]:
    """All requests."""
    stories = track(STORIES, description="requests of several steps", transient=True, console=PROGRESS)
    return [tell(story) for story in stories]


def report(told: Sequence[Told]) -> str:
    """The table, in Markdown."""
    lines = [
        "| request, planned by a script | steps | waves | model calls | seconds | ok |",
        "|---|---|---|---|---|---|",
    ]
    for one in told:
        last = Plan.model_validate(one.story.plans[-1])
        waves = len(last.waves(list(one.story.files)))
        lines.append(
            f"| {one.story.name} | {len(last.steps)} | {waves} | {one.calls} | {one.seconds:.2f} | {'yes' if one.ok else 'NO'} |"
        )
    right = sum(one.ok for one in told)
    return "\n".join(
        [*lines, "", f"{right} of {len(told)} ended as they should, in {sum(o.seconds for o in told):.1f} s."]
    )
