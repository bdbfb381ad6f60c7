"""SIGKILL at every node boundary and in the middle of every node: nothing is lost or doubled, and resume ends the goal."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from apprentice.crashpoints import CRASH_POINTS, crash_point
from tests.graph.killed import start
from tests.graph.story import write_story


def check_end(workspace: Path) -> None:
    """The one goal is completed, once; its skill is there, once; each failure is there once; no litter."""
    memory = json.loads((workspace / "memory.json").read_text(encoding="utf-8"))
    assert [d["status"] for d in memory["directives"]] == ["completed"]
    assert [(s["name"], s["status"], s["version"]) for s in memory["skills"]] == [("slug", "working", 1)]
    assert all(count == 1 for count in Counter(f["id"] for f in memory["failures"]).values())
    assert {f["iteration"] for f in memory["failures"]} == {1, 2}
    assert all(count == 1 for count in Counter(a["id"] for a in memory["approvals"]).values())
    assert sorted(p.name for p in (workspace / "skills").iterdir()) == ["slug.py"]
    assert sorted(p.name for p in (workspace / "tests").iterdir()) == ["test_slug.py"]
    assert not [p for p in (workspace / "exec").iterdir() if p.is_dir()]


# The memory's own points are passed many times in a run: the first write, one in the middle, the last.
MOMENTS = [
    *(point for point in CRASH_POINTS if not point.startswith("memory.") and point != "analyze.asked"),
    *(f"memory.{point}:{turn}" for point in ("before_rename", "after_rename") for turn in (1, 4, 6)),
    "write.after:2",
    "analyze.after:3",
    "test.ran:2",
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_is_resumed_without_loss(moment: str, tmp_path: Path) -> None:
    """Whatever the moment, memory.json is valid afterwards and resume ends the goal as if nothing had happened."""
    workspace, model = tmp_path / "workspace", write_story(tmp_path)
    killed = start(workspace, model, "run", crash=moment)
    assert killed.code == -signal.SIGKILL, killed.output
    path = workspace / "memory.json"
    if path.exists():
        assert json.loads(path.read_text(encoding="utf-8"))["version"] == 1
    resumed = start(workspace, model, "resume")
    assert resumed.code == 0, resumed.output
    if moment == "memory.before_rename:1":
        # Killed before the goal was written down for the first time: the caller never got past handing it over.
        assert resumed.output.strip() == "[]"
        assert start(workspace, model, "run").code == 0
    check_end(workspace)


def test_every_point_is_known() -> None:
    """A point that isn't in the list is a mistake in the program, and shows when points are armed."""
    os.environ["AGENT_CRASH_AT"] = "plan.before"
    try:
        with pytest.raises(KeyError):
            crash_point("nowhere")
    finally:
        del os.environ["AGENT_CRASH_AT"]
