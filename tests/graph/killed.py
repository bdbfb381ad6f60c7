"""A goal in a process of its own, which may be killed at any moment."""

from __future__ import annotations

import contextlib
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
    work = (str(workspace), model, how, str(output))
    if crash:
        code = exit_code(_work, *work, AGENT_CRASH_AT=crash)
    else:
        # What isn't killed needs no process of its own.
        try:
            _work(*work)
            code = 0
        except SystemExit:
            code = 1
    return Ended(code, output.read_text(encoding="utf-8"))


def _work(workspace: str, model: str, how: str, output: str) -> None:
    with open(output, "w", encoding="utf-8") as file, contextlib.redirect_stdout(file):
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
