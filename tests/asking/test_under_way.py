"""A request whose process was killed doesn't seem to run for good."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.errors import ModelError
from apprentice.models.scripted import ScriptedChatModel
from tests.asking.library import add_skill

ROOT = Path(__file__).parent.parent.parent
ASK = """
import sys, time
from apprentice.agent import Agent
from apprentice.models.scripted import ScriptedChatModel

def wait(event):
    if type(event).__name__ == "RequestStarted":
        print("started", flush=True)
        time.sleep(100)

Agent(workspace=sys.argv[1], model=ScriptedChatModel(replies=[]), on_event=wait).ask("What is 15 percent of 300?")
"""


def records(workspace: Path) -> list[dict[str, Any]]:
    """What was written down of the requests."""
    return [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted((workspace / "requests").iterdir())
    ]


def agent(workspace: Path) -> Agent:
    """One that needs no model."""
    return Agent(workspace=workspace, model=ScriptedChatModel(replies=[]))


def test_a_killed_request_is_stopped_at_the_next_start(tmp_path: Path) -> None:
    """Not while its process lives; what was asked stays in the record."""
    child = subprocess.Popen(
        [sys.executable, "-c", ASK, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "started"
        agent(tmp_path).close()
        assert [record["status"] for record in records(tmp_path)] == ["running"]
    finally:
        child.send_signal(signal.SIGKILL)
        child.communicate(timeout=30)
    deadline = time.monotonic() + 20
    while records(tmp_path)[0]["status"] == "running" and time.monotonic() < deadline:
        agent(tmp_path).close()
    (record,) = records(tmp_path)
    assert (record["status"], record["request"]) == ("stopped", "What is 15 percent of 300?")
    assert "was ended" in record["reason"]
    assert not list((tmp_path / "exec").glob("request-*"))


def test_a_request_that_ends_leaves_no_lock(tmp_path: Path) -> None:
    """Neither an answer nor a refusal."""
    with agent(tmp_path) as made:
        add_skill(made, "double", "def double(n: int) -> int:\n    return 2 * n\n", answers=["Double {n}"])
        assert made.ask("Double 4").ok
        with pytest.raises(ModelError):
            made.ask("Something else")
    assert sorted(record["status"] for record in records(tmp_path)) == ["answered", "failed"]
    assert not list((tmp_path / "exec").glob("request-*"))
