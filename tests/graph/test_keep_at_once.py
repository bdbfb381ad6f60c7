"""Two runs keep a skill of the same name at once: what they come to is what they would have come to one after the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.cancellation import CancelToken
from apprentice.errors import WorkspaceError
from apprentice.graph import keep as keeping
from apprentice.graph.keep import give_up, keep
from apprentice.graph.state import Adapted, Given, GivenExample, SkillState, Spec
from apprentice.memory.schema import SkillStatus
from apprentice.models.scripted import ScriptedChatModel


def agent(workspace: Path) -> Agent:
    """An agent that never asks a model."""
    return Agent(workspace=workspace, model=ScriptedChatModel(replies=[]), profile="small")


def state(run_id: str, body: str, example: str, **fields: Any) -> SkillState:
    """A run that has proven a module `conv` and is about to keep it."""
    return SkillState(
        run_id=run_id,
        goal=f"Convert, {run_id}",
        skill="conv",
        spec=Spec(function="conv"),
        given=Given(examples=[GivenExample(source=example)], required=["conv"]),
        code=f"def conv(n):\n    return {body}\n",
        **fields,
    )


def kept(made: Agent, run: SkillState, status: SkillStatus = "working") -> dict[str, Any]:
    """What keeping it comes to."""
    return keep(run, made._parts(CancelToken()), status)


def meanwhile(monkeypatch: pytest.MonkeyPatch, work: Callable[[], object], times: int = 1) -> None:
    """Do something, as another process may, after a run has looked at the library and before it keeps its skill."""
    describe, left = keeping.describe, [None] * times

    def described(goal: str) -> str:
        if left:
            left.pop()
            work()
        return describe(goal)

    monkeypatch.setattr(keeping, "describe", described)


@pytest.mark.parametrize("first", [False, True], ids=["new", "next version"])
def test_of_two_that_differ_each_is_kept(
    first: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slower one is measured by the tests of the faster one, and kept beside it."""
    with agent(tmp_path) as one, agent(tmp_path) as two:
        if first:
            kept(one, state("0", "2 * n", "conv(0) == 0"))
        meanwhile(monkeypatch, lambda: kept(two, state("2", "n * 3", "conv(2) == 6")))
        changes = kept(one, state("1", "n * 2", "conv(2) == 4"))
        assert changes["skill"] == "conv_2"
        assert "fails a test of the old" in changes["reason"]
        assert (one.call("conv", [5]).value, one.call("conv_2", [5]).value) == (15, 10)
        assert one.memory.skill("conv").examples == ["conv(2) == 6"]  # type: ignore[union-attr]


def test_of_two_that_do_the_same_the_second_is_the_next_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the tests of both."""
    with agent(tmp_path) as one, agent(tmp_path) as two:
        meanwhile(monkeypatch, lambda: kept(two, state("2", "n + n", "conv(2) == 4")))
        assert "skill" not in kept(one, state("1", "n * 2", "conv(3) == 6"))
        assert [(record.name, record.version) for record in one.memory.skills()] == [("conv", 2)]
        tests = "".join(one.library.tests("conv").values())
        assert "conv(2) == 4" in tests
        assert "conv(3) == 6" in tests


def test_two_generalisations_of_one_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second doesn't undo what the first was made for."""
    with agent(tmp_path) as one, agent(tmp_path) as two:
        kept(one, state("0", "2 * n", "conv(2) == 4"))
        adapted = Adapted(name="conv", function="conv", goal="Convert")
        faster = state("2", "2 * n if n else 'none'", "conv(0) == 'none'", adapted=adapted)
        meanwhile(monkeypatch, lambda: kept(two, faster))
        changes = kept(one, state("1", "2 * n if n else None", "conv(0) is None", adapted=adapted))
        assert changes["skill"] == "conv_2"
        assert one.call("conv", [0]).value == "none"


def test_the_name_beside_may_be_taken_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is the next one."""
    with agent(tmp_path) as one, agent(tmp_path) as two:
        kept(one, state("0", "n", "conv(2) == 2"))
        meanwhile(monkeypatch, lambda: kept(two, state("2", "n * 3", "conv(2) == 6")))
        assert kept(one, state("1", "n * 2", "conv(2) == 4"))["skill"] == "conv_3"
        assert [one.call(name, [2]).value for name in ("conv", "conv_2", "conv_3")] == [2, 6, 4]


def test_a_skill_that_never_stays_the_same_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The goal stays pending; nothing of it is kept."""
    with agent(tmp_path) as one:
        kept(one, state("0", "n", "conv(2) == 2"))

        def change() -> None:
            one.library.path("conv").write_text(one.library.code("conv") + "#\n", encoding="utf-8")

        meanwhile(monkeypatch, change, times=100)
        with pytest.raises(WorkspaceError, match="keep changing"):
            kept(one, state("1", "n * 1", "conv(2) == 2"))
        assert one.memory.skill("conv").version == 1  # type: ignore[union-attr]


def test_a_failure_does_not_put_down_what_another_run_made_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its record stays."""
    with agent(tmp_path) as one, agent(tmp_path) as two:
        meanwhile(monkeypatch, lambda: kept(two, state("2", "n * 3", "conv(2) == 6")))
        give_up(state("1", "n", "conv(2) == 4"), one._parts(CancelToken()), "no")
        assert one.memory.skill("conv").status == "working"  # type: ignore[union-attr]
