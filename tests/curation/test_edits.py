"""Files that were changed behind the agent's back: no proof outlives its code, and what is gone comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from apprentice.errors import UsageError, WorkspaceError
from apprentice.events import Event, Notice
from apprentice.interfaces import render
from tests.curation.keeping import DOUBLE, DOUBLE_TESTS, FOUR, FOUR_TESTS, House

REQUEST = "Double 4"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Two proven skills, one of which uses the other and the other answers a form of requests."""
    made = House(tmp_path / "w")
    made.put("double", DOUBLE, DOUBLE_TESTS, answers=["Double {n}"], signature="double(n)")
    made.put("four", FOUR, FOUR_TESTS)
    yield made
    made.agent.close()


def edit(house: House, old: str, new: str) -> None:
    """Change a module as an editor does."""
    path = house.library.path("double")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def notices(house: House) -> list[str]:
    """The lines that are said from now on."""
    lines: list[str] = []

    def note(event: Event) -> None:
        if isinstance(event, Notice):
            lines.append(event.message)

    house.agent.events.subscribe(note)
    return lines


def test_a_request_proves_an_edited_skill_before_it_is_used(house: House) -> None:
    """The answer of a skill whose tests fail now is not said to be proven, and the note says what to do."""
    edit(house, "2 * n", "2 * n + 1")
    answer = house.agent.ask(REQUEST)
    assert (answer.value, answer.steps[0].proven, answer.steps[0].version) == (9, False, 2)
    assert len(answer.notes) == 1
    for part in ("double was edited by hand", "test_double", ":prove double", ":rollback double"):
        assert part in answer.notes[0]
    assert house.status("double") == "untested"
    assert house.status("four") == "untested"
    assert house.agent.ask(REQUEST).notes == answer.notes
    house.versions.rollback("double")
    assert house.agent.ask(REQUEST).notes == ()


def test_a_call_proves_an_edited_skill_before_it_is_used(house: House) -> None:
    """One line, once: with the first failing test and the way back."""
    lines = notices(house)
    edit(house, "2 * n", "3 * n")
    assert house.agent.call("double", 4).value == 12
    said = [line for line in lines if line.startswith("double was edited by hand and is not proven: test_")]
    assert len(said) == 1
    assert said[0].endswith(":prove double runs its tests, :rollback double 1 takes the edit back.")
    lines.clear()
    assert house.agent.call("double", 4).value == 12
    assert lines == []


def test_an_edit_that_keeps_the_tests_is_a_proven_version(house: House) -> None:
    """It is used as before."""
    edit(house, "2 * n", "n + n")
    answer = house.agent.ask(REQUEST)
    assert (answer.value, answer.notes, answer.steps[0].proven) == (8, (), True)
    record = house.memory.skill("double")
    assert record is not None
    assert (record.version, record.status) == (2, "working")


def test_an_edit_that_is_no_python_is_said(house: House) -> None:
    """Its tests can't be run; the line says why, and the way back."""
    lines = notices(house)
    edit(house, "return", "return (")
    with pytest.raises(UsageError, match="can't be parsed"):
        house.agent.call("double", 4)
    (said,) = [line for line in lines if "edited by hand" in line]
    assert "can't be parsed" in said
    assert ":rollback double 1" in said
    assert house.versions.rollback("double", 1).status == "working"
    assert house.agent.call("double", 4).value == 8


def test_what_a_skill_uses_is_looked_at_too(house: House) -> None:
    """The proof of one that imports the edited one doesn't outlive it either."""
    edit(house, "2 * n", "3 * n")
    assert house.agent.call("four", 1).value == 9
    assert (house.status("double"), house.status("four")) == ("untested", "untested")


def test_a_skill_whose_file_is_gone_is_said_and_comes_back(house: House) -> None:
    """Every use names the version that is kept; going back to it needs no number."""
    house.library.path("double").unlink()
    for use in (
        lambda: house.agent.call("double", 4),
        lambda: house.agent.ask(REQUEST),
        lambda: house.proofs.prove("double"),
        lambda: render.skill(house.agent, "double"),
    ):
        with pytest.raises((UsageError, WorkspaceError)) as caught:
            use()
        assert str(caught.value) == (
            "The file of the skill double is missing. Version 1 is kept: :rollback double 1 brings it back."
        )
    listed = render.skills(house.agent)
    assert "❌ double: its file is missing; version 1 is kept, :rollback double 1" in listed
    assert "✅ four" in listed
    record = house.versions.rollback("double", 1)
    assert (record.version, record.status) == (2, "working")
    assert house.agent.ask(REQUEST).value == 8
    house.library.path("double").unlink()
    assert house.versions.rollback("double").version == 3
    with pytest.raises(UsageError, match="is at version 3 now"):
        house.versions.rollback("double", 3)


def test_a_skill_that_uses_a_deleted_one_says_so(house: House) -> None:
    """It is no package to be allowed: it comes back with :undo."""
    house.trash.delete("double", force=True)
    record = house.memory.skill("four")
    assert record is not None
    said = "four uses the skill double, which was deleted. :undo double brings it back."
    assert (record.status, said in record.doubt) == ("untested", True)
    with pytest.raises(UsageError) as caught:
        house.agent.call("four", 3)
    assert str(caught.value) == said
    house.trash.restore("double")
    assert (house.agent.call("four", 3).value, house.status("four")) == (12, "working")


def test_a_skill_that_uses_one_whose_file_is_gone_says_so(house: House) -> None:
    """With the version that is kept."""
    house.library.path("double").unlink()
    with pytest.raises(
        UsageError, match=r"four uses the skill double, whose file is missing. Version 1 is kept"
    ):
        house.agent.call("four", 3)


def test_a_skill_that_was_put_there_by_hand_is_found_once_it_is_proved(house: House) -> None:
    """Its signature and the first line of its docstring are taken from its code."""
    code = 'def ninefold(number: int) -> int:\n    """The ninefold of a number.\n\n    More.\n    """\n    return 9 * number\n'
    (house.workspace / "skills" / "ninefold.py").write_text(code, encoding="utf-8")
    test = "from ninefold import ninefold\n\n\ndef test_ninefold():\n    assert ninefold(3) == 27\n"
    (house.workspace / "tests" / "test_ninefold.py").write_text(test, encoding="utf-8")
    assert house.proofs.prove("ninefold").ok
    record = house.memory.skill("ninefold")
    assert record is not None
    assert (record.signature, record.description) == (
        "ninefold(number: int) -> int",
        "The ninefold of a number.",
    )
    answer = house.agent.ask("What is the ninefold of 5?")
    assert (answer.value, answer.steps[0].proven) == (45, True)
