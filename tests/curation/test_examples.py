"""An example that a person adds is a test from then on, and outranks what was believed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.errors import UsageError
from apprentice.graph.ground_truth import ground_truth
from apprentice.memory.schema import SkillRecord
from apprentice.models.scripted import ScriptedChatModel
from apprentice.skills.library import SkillFiles


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    """A library with a skill that nothing proves."""
    with Agent(workspace=tmp_path, model=ScriptedChatModel(replies=[]), profile="small") as made:
        code = "def backwards(text: str) -> str:\n    return text[::-1]\n"
        made.library.save(SkillFiles("backwards", code, {}))
        made.memory.put_skill(
            SkillRecord(
                name="backwards", status="untested", function="backwards", answers=["Turn {text} around"]
            )
        )
        yield made


def test_an_example_that_holds_proves_the_skill(agent: Agent) -> None:
    """By any name of the function; the test stays with the skill, in a version of its own."""
    report = agent.add_examples("backwards", ["f('abc') == 'cba'"])
    record = agent.memory.skill("backwards")
    assert record is not None
    assert (report.ok, record.status, record.version) == (True, "working", 2)
    assert record.examples == ["backwards('abc') == 'cba'"]
    assert "assert backwards('abc') == 'cba'" in agent.library.tests("backwards")["test_backwards_given1.py"]
    assert agent.add_examples("backwards", ["backwards('abc') == 'cba'"]).ok
    assert agent.memory.skill("backwards").version == 2  # type: ignore[union-attr]


def test_an_example_that_does_not_hold_puts_the_skill_down(agent: Agent) -> None:
    """What the person says counts more than what was proven before."""
    agent.add_examples("backwards", ["backwards('abc') == 'cba'"])
    report = agent.add_examples("backwards", ["backwards('') == 'empty'"])
    record = agent.memory.skill("backwards")
    assert not report.ok
    assert record is not None
    assert record.status == "untested"


def test_a_request_with_examples_proves_what_it_finds(agent: Agent) -> None:
    """Who asks with an example and gets an answer has proven the skill."""
    answer = agent.ask("Turn 'Python' around", examples=["backwards('ab') == 'ba'"])
    assert (answer.value, answer.notes, answer.steps[0].proven) == ("nohtyP", (), True)


@pytest.mark.parametrize("text", ["", "nonsense", "backwards("])
def test_what_is_no_example_is_one_line(agent: Agent, text: str) -> None:
    """Nothing changes then."""
    with pytest.raises(UsageError):
        agent.add_examples("backwards", [text])
    assert agent.memory.skill("backwards").version == 1  # type: ignore[union-attr]


def test_examples_that_two_add_at_once_are_both_kept(
    agent: Agent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process adds one after this one has looked at the skill; neither is lost."""
    read, left = ground_truth, [None]

    def looked(*texts: Any) -> Any:
        if left:
            left.pop()
            with Agent(workspace=tmp_path, model=ScriptedChatModel(replies=[]), profile="small") as other:
                assert other.add_examples("backwards", ["f('xy') == 'yx'"]).ok
        return read(*texts)

    monkeypatch.setattr("apprentice.curation.examples.ground_truth", looked)
    assert agent.add_examples("backwards", ["f('abc') == 'cba'"]).passed == 2
    record = agent.memory.skill("backwards")
    assert record is not None
    assert record.examples == ["backwards('xy') == 'yx'", "backwards('abc') == 'cba'"]
    assert (record.version, len(agent.library.tests("backwards"))) == (3, 2)
