"""How many easy goals end right: one greedy answer with each single prompt, against the whole loop.

The model is the embedded SmolLM2-135M. "Right" means that hidden checks pass, which no prompt and no test ever saw.
A skill that is marked working and fails them is counted as wrong.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import track

from apprentice.agent import Agent
from apprentice.errors import ModelError
from apprentice.graph import small_model
from apprentice.graph.code_text import find_code, mend
from apprentice.graph.ground_truth import ground_truth
from apprentice.graph.state import SkillState, Spec
from apprentice.sandbox.base import Example
from benchmarks.goals import GOALS, Goal

PROGRESS = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Solved:
    """One way of solving all goals: what came out right, and what was accepted though it is wrong."""

    name: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    calls: int
    tokens: int
    seconds: float


def greedy(agent: Agent, style: str, goals: Sequence[Goal]) -> Solved:
    """One answer at temperature 0 for each goal, with one prompt; accepted when the goal's example holds."""
    right: list[str] = []
    wrong: list[str] = []
    tokens, started = 0, time.monotonic()
    turn = [name for name, _ in small_model.WAYS].index(style)
    for goal in track(goals, description=f"greedy, {style}", transient=True, console=PROGRESS):
        state = SkillState(
            run_id="", goal=f"{goal.text} {goal.example}", iteration=turn + 1, skill=goal.function
        )
        state = state.model_copy(update={"given": ground_truth(state.goal)})
        spec = Spec(function=goal.function, signature=state.given.signature)
        messages, options = small_model.code_question(state, spec, prefills=True)
        try:
            reply = agent.chat.complete("coder", messages, replace(options, temperature=0.0))
        except ModelError:
            continue
        tokens += reply.usage.prompt_tokens + reply.usage.completion_tokens
        found = find_code(reply.text, [goal.function])
        if not found:
            continue
        code = mend(found, [goal.function])
        if holds(agent, goal, code, goal.checks):
            right.append(goal.function)
        elif holds(agent, goal, code, (goal.example,)):
            wrong.append(goal.function)
    return Solved(
        f"one greedy answer, {style}",
        tuple(right),
        tuple(wrong),
        len(goals),
        tokens,
        time.monotonic() - started,
    )


def loop(agent: Agent, goals: Sequence[Goal]) -> Solved:
    """The agent, with its twelve iterations."""
    right: list[str] = []
    wrong: list[str] = []
    calls = tokens = 0
    started = time.monotonic()
    for goal in track(goals, description="the agent", transient=True, console=PROGRESS):
        outcome = agent.run(f"{goal.text} {goal.example}")
        calls += outcome.usage["calls"]
        tokens += outcome.usage["prompt_tokens"] + outcome.usage["completion_tokens"]
        if not outcome.ok or outcome.path is None:
            continue
        code = outcome.path.read_text(encoding="utf-8")
        (right if holds(agent, goal, code, goal.checks) else wrong).append(goal.function)
    return Solved(
        "the agent, 12 iterations", tuple(right), tuple(wrong), calls, tokens, time.monotonic() - started
    )


def holds(agent: Agent, goal: Goal, code: str, checks: Sequence[str]) -> bool:
    """Whether the goal's example and these checks hold, in the sandbox."""
    examples = [
        Example(source=check, name=f"c{number}") for number, check in enumerate((goal.example, *checks))
    ]
    return agent.sandbox.run_tests("skill", modules={"skill": code}, examples=examples).ok


def solve() -> list[Solved]:
    """All ways, the agent last."""
    with tempfile.TemporaryDirectory() as folder, Agent(workspace=Path(folder), model="embedded") as agent:
        ways = [
            greedy(agent, style, GOALS) for style in dict.fromkeys(style for style, _ in small_model.WAYS)
        ]
        return [*ways, loop(agent, GOALS)]


def report(solved: Sequence[Solved]) -> str:
    """The table, in Markdown, with the ratio that counts."""
    lines = [
        f"| {len(GOALS)} easy goals, SmolLM2-135M | right | accepted but wrong | calls | tokens | seconds |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {way.name} | {len(way.right)} | {len(way.wrong)} | {way.calls} | {way.tokens} | {way.seconds:.0f} |"
        for way in solved
    ]
    best = max(len(way.right) for way in solved[:-1])
    agent = solved[-1]
    lines += [
        "",
        f"The agent is right {len(agent.right)} times, the best single prompt {best} times: {len(agent.right) / max(1, best):.2f} times as often.",
    ]
    if agent.wrong:
        lines.append(f"Marked working but wrong: {', '.join(agent.wrong)}.")
    return "\n".join(lines)
