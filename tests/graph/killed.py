"""A goal in a process of its own, which may be killed at any moment."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

from autonomous_agent import AutonomousAgent
from tests.forked import exit_code
from tests.graph.story import GOAL


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a process: its exit code, negative for a signal, and all that it printed."""

    code: int | None
    output: str


def start(workspace: Path, model: str, how: str, crash: str = "") -> Ended:
    """Run the story's goal, resume it, or improve its skill (`how` is the request), armed with a crash point."""
    output = workspace.parent / "output.txt"
    code = exit_code(_work, str(workspace), model, how, crash, str(output))
    return Ended(code, output.read_text(encoding="utf-8"))


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
