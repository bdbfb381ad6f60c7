"""A goal in a process of its own, which may be killed at any moment. What it imports is imported once, before it is forked."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import traceback
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path

import apprentice.graph.build
import apprentice.graph.checkpoints
import apprentice.models.choose
import apprentice.models.scripted  # noqa: F401
from autonomous_agent import AutonomousAgent
from tests.graph.story import GOAL


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a process: its exit code, negative for a signal, and all that it printed."""

    code: int | None
    output: str


def start(workspace: Path, model: str, how: str, crash: str = "") -> Ended:
    """Run the story's goal, resume it, or improve its skill (`how` is the request), armed with a crash point."""
    output = workspace.parent / "output.txt"
    process = _context().Process(target=_work, args=(str(workspace), model, how, crash, str(output)))
    process.start()
    process.join(100)
    return Ended(process.exitcode, output.read_text(encoding="utf-8"))


@cache
def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _work(workspace: str, model: str, how: str, crash: str, output: str) -> None:
    with open(output, "w", encoding="utf-8") as file, contextlib.redirect_stdout(file):
        os.environ["AGENT_CRASH_AT"] = crash
        try:
            agent = AutonomousAgent(workspace=workspace, model=model)
            if how == "resume":
                outcomes = agent.resume()
            else:
                outcomes = [agent.run(GOAL) if how == "run" else agent.improve("slug", how)]
            print([outcome.status for outcome in outcomes])
            agent.close()
        except BaseException:  # noqa: BLE001 - printed for the test to show
            traceback.print_exc(file=file)
            file.flush()
            sys.exit(1)
