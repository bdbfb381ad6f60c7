"""Which skill a name in a plan stands for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from apprentice.agent import Agent
from tests.asking.library import add_skill, add_skills
from tests.asking.stories import New, model, of, plan, step

PRODUCT = New(
    "total_2(numbers: list[float]) -> float",
    "Multiplies all numbers with each other.",
    "import math\n\n\ndef total_2(numbers: list[float]) -> float:\n    return math.prod(numbers)\n",
    "from total_2 import total_2\n\n\ndef test_some():\n    assert total_2([2, 3]) == 6\n\n\n"
    "def test_none():\n    assert total_2([]) == 1\n",
)
SHOUT = New(
    "shout(text: str) -> str",
    "Writes a text in capitals.",
    "def shout(text: str) -> str:\n    return text.upper()\n",
    "from shout_2 import shout\n\n\ndef test_some():\n    assert shout('x') == 'X'\n",
)


def opened(workspace: Path, wanted: dict[str, Any], **new: New) -> Agent:
    """An agent that plans like this, and writes these skills."""
    return Agent(
        workspace=workspace,
        model=model((wanted,), new),
        profile="large",
        embedding_model="none",
        max_replans=0,
        max_iterations=3,
    )


def test_a_new_skill_under_the_name_of_a_kept_one_is_made(tmp_path: Path) -> None:
    """The library's `total` adds; the planner had another in mind. Later steps of the plan mean the new one, too."""
    new = {"description": PRODUCT.behaviour, "signature": "total(numbers: list[float]) -> float"}
    wanted = plan(step("s1", "total", numbers=[2, 3, 4], **new), step("s2", "total", numbers=[of("s1"), 2]))
    with opened(tmp_path, wanted, total_2=PRODUCT) as agent:
        add_skills(agent, ["total", "frequencies"])
        answer = agent.ask("What is the product of two, three and four?")
    assert answer.value == 48, answer.reason
    assert [(s.skill, s.how) for s in answer.steps] == [("total_2", "made"), ("total_2", "reused")]


def test_a_kept_skill_that_is_described_once_more_is_used(tmp_path: Path) -> None:
    """A planner that copies the description means the skill it copied it from."""
    wanted = plan(step("s1", "total", description="Add up all the numbers.", numbers=[2, 3, 4]))
    with opened(tmp_path, wanted) as agent:
        add_skills(agent, ["total", "frequencies"])
        answer = agent.ask("Add up two and three and then four")
        assert (answer.value, answer.steps[0].how) == (9, "reused"), answer.reason


def test_a_skill_made_more_general_under_a_new_name_leaves_the_old_one_its_name(tmp_path: Path) -> None:
    """Another step that uses the old one gets the old one."""
    changed = {**step("s1", "shout", text="a"), "change": "without the exclamation mark"}
    wanted = plan(
        changed,
        step("s2", "shout", text="b"),
        step("s3", "join_texts", items=[of("s1"), of("s2")], separator="-"),
    )
    with opened(tmp_path, wanted, shout_2=SHOUT, shout=SHOUT) as agent:
        add_skills(agent, ["join_texts"])
        old = "def shout(text: str) -> str:\n    return text.upper() + '!'\n"
        add_skill(agent, "shout", old, "shout('a') == 'A!'", origin="tool")
        answer = agent.ask("Capital a without mark and shout b, joined")
    assert answer.value == "A-B!", answer.reason
    assert [s.skill for s in answer.steps] == ["shout_2", "shout", "join_texts"]
