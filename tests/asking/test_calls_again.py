"""Which calls are made again: those of a new plan that files bear on, and each of equal calls in one plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from tests.asking.library import add_skill, add_skills
from tests.asking.stories import model, of, plan, step

COUNT = (
    "def count(path: str) -> int:\n    with open(path) as file:\n        return len(file.read().split())\n"
)
APPEND = "def append(path: str, text: str) -> str:\n    with open(path, 'a') as file:\n        file.write(text)\n    return path\n"


def opened(workspace: Path, *plans: dict[str, Any]) -> Agent:
    """An agent that plans like this, with two skills for files."""
    agent = Agent(
        workspace=workspace, model=model(plans), profile="large", embedding_model="none", max_replans=1
    )
    add_skills(agent, ["write_text", "read_text", "divide", "word_count"])
    add_skill(agent, "count", COUNT)
    add_skill(agent, "append", APPEND)
    return agent


@pytest.mark.parametrize("path", [{"file": "o.txt"}, of("s1")])
def test_a_file_that_a_new_plan_wrote_anew_is_read_anew(tmp_path: Path, path: Any) -> None:
    """Whether it is named, or its path comes from the step before."""
    plans = [
        plan(
            step("s1", "write_text", path={"new_file": "o.txt"}, text=text),
            step("s2", "count", path=path),
            step("s3", "divide", dividend=of("s2"), divisor=divisor),
        )
        for text, divisor in (("one two three", 0), ("one two three four five", 1))
    ]
    with opened(tmp_path, *plans) as agent:
        answer = agent.ask("Write the words and count them, then divide")
    assert answer.value == 5, answer.reason
    assert not any(s.cached for s in answer.steps)


def test_equal_steps_of_one_plan_are_each_done(tmp_path: Path) -> None:
    """Two that write the same into a file are two."""
    twice = plan(
        step("s1", "append", path={"new_file": "o.txt"}, text="x"),
        step("s2", "append", path={"new_file": "o.txt"}, text="x"),
        step("s3", "read_text", path={"file": "o.txt"}),
    )
    with opened(tmp_path, twice) as agent:
        assert agent.ask("Append x to a file twice, then read it").value == "xx"


def test_a_skill_that_may_write_is_called_again(tmp_path: Path) -> None:
    """Its arguments don't say what it changes."""
    mark = tmp_path / "marks"
    mark.mkdir()
    code = f"def leave(text: str) -> int:\n    with open({str(mark / 'm')!r}, 'a') as file:\n        return file.write(text)\n"
    plans = [
        plan(step("s1", "leave", text="x"), step("s2", "divide", dividend=of("s1"), divisor=divisor))
        for divisor in (0, 1)
    ]
    with opened(tmp_path / "w", *plans) as agent:
        add_skill(agent, "leave", code, permissions=[f"write:{mark}"])
        answer = agent.ask("Leave a mark and then divide", permissions=[f"write:{mark}"])
    assert answer.value == 1, answer.reason
    assert (mark / "m").read_text() == "xx"
