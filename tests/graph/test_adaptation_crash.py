"""SIGKILL in the middle of a generalisation: one new version or one new skill, never half of one, never two."""

from __future__ import annotations

import json
import shutil
import signal
from pathlib import Path

import pytest

from apprentice.agent import Agent
from apprentice.models.scripted import ScriptedChatModel
from tests.graph.killed import start
from tests.graph.story import GOAL, PLAN, RIGHT, TESTS, write_story

REQUEST = "The hyphen can be another text. slug('a b', '_') == 'a_b'"
BREAKING = "```python\ndef slug(text: str, joint: str = '_') -> str:\n    return joint.join(text.lower().split())\n```"
GENERAL = BREAKING.replace("= '_'", "= '-'")
MORE = "```python\nfrom slug import slug\n\n\ndef test_plus():\n    assert slug('a b', '+') == 'a+b'\n```"


def rules(second: str) -> list[dict[str, object]]:
    """A model without memory: at first it breaks what the skill did, then it gives the second module."""
    return [
        {"role": "planner", "replies": [PLAN]},
        {"role": "tester", "match": "What must stay", "replies": [MORE]},
        {"role": "coder", "match": "Generalise it", "replies": [BREAKING]},
        {"role": "coder", "match": r"These failed|can be another", "replies": [second]},
        {"role": "analyst", "replies": ["The default is wrong."]},
    ]


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the skill `slug`."""
    workspace = tmp_path_factory.mktemp("learnt") / "workspace"
    first = [
        {"role": "planner", "replies": [PLAN]},
        {"role": "tester", "replies": [TESTS]},
        {"role": "coder", "replies": [RIGHT]},
    ]
    with Agent(workspace=workspace, model=ScriptedChatModel.model_validate({"rules": first})) as agent:
        assert agent.run(GOAL).ok
    return workspace


def killed_and_resumed(moment: str, story: list[dict[str, object]], learnt: Path, folder: Path) -> Path:
    """Improve `slug`, be killed at the moment, resume; returns the workspace."""
    workspace, model = folder / "workspace", write_story(folder, story)
    shutil.copytree(learnt, workspace)
    killed = start(workspace, model, REQUEST, crash=moment)
    assert killed.code == -signal.SIGKILL, killed.output
    resumed = start(workspace, model, "resume")
    assert resumed.code == 0, resumed.output
    assert resumed.output.strip() == ("[]" if moment == "run.before_cleanup" else "['working']")
    return workspace


POINTS = (
    "plan.before",
    "plan.specified",
    "plan.after:2",
    "write.tests_written",
    "write.after",
    "test.ran:2",
    "analyze.lesson_kept",
    "keep.tests_saved",
    "keep.module_saved",
    "keep.recorded",
    "analyze.after:2",
    "run.before_cleanup",
)


@pytest.mark.parametrize("moment", POINTS)
def test_a_killed_generalisation_ends_as_if_nothing_had_happened(
    moment: str, learnt: Path, tmp_path: Path
) -> None:
    """Version 2, once, with the old tests and the new."""
    workspace = killed_and_resumed(moment, rules(GENERAL), learnt, tmp_path)
    memory = json.loads((workspace / "memory.json").read_text(encoding="utf-8"))
    (record,) = memory["skills"]
    assert (record["name"], record["status"], record["version"]) == ("slug", "working", 2)
    assert [g["version"] for g in record["generalised"]] == [2]
    assert [d["status"] for d in memory["directives"]] == ["completed", "completed"]
    tests = (workspace / "tests" / "test_slug.py").read_text(encoding="utf-8")
    assert [tests.count(f"def {name}(") for name in ("test_empty", "test_three", "test_plus")] == [1, 1, 1]
    assert tests.count("slug('A b') == 'a-b'") == tests.count("slug('a b', '_') == 'a_b'") == 1
    assert [path.name for path in (workspace / "skills").glob("*.py")] == ["slug.py"]


@pytest.mark.parametrize(
    "moment", ["keep.tests_saved", "keep.module_saved", "keep.recorded", "analyze.after:3"]
)
def test_a_killed_run_that_left_its_skill_makes_one_new_one(
    moment: str, learnt: Path, tmp_path: Path
) -> None:
    """The old skill is as it was, the new one is there once, and no file belongs to nobody."""
    second = BREAKING.replace("text.lower()", "text.casefold()")
    workspace = killed_and_resumed(moment, rules(second), learnt, tmp_path)
    memory = json.loads((workspace / "memory.json").read_text(encoding="utf-8"))
    before = json.loads((learnt / "memory.json").read_text(encoding="utf-8"))
    assert memory["skills"][0] == before["skills"][0]
    assert [(s["name"], s["version"]) for s in memory["skills"]] == [("slug", 1), ("slug_2", 1)]
    assert sorted(path.name for path in (workspace / "skills").glob("*.py")) == ["slug.py", "slug_2.py"]
    for kept in ("skills/slug.py", "tests/test_slug.py"):
        assert (workspace / kept).read_bytes() == (learnt / kept).read_bytes()
