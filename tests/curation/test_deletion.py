"""Deleting a skill can be undone, never strands another unasked, and never hands its permissions to the next of its name."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from apprentice.errors import UsageError, WorkspaceError
from apprentice.memory.schema import ApprovalRecord, SkillRecord
from apprentice.skills import changes
from tests.curation.keeping import DOUBLE, DOUBLE_TESTS, FOUR, FOUR_TESTS, House, check_whole


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An empty workspace."""
    house = House(tmp_path)
    yield house
    house.agent.close()


def test_a_deleted_skill_comes_back_as_it_was(house: House) -> None:
    """Files, tests, all versions, and the record with its counts."""
    house.put("double", DOUBLE, DOUBLE_TESTS, goal="first")
    house.put("double", DOUBLE + "X = 1\n", DOUBLE_TESTS, goal="second")
    house.proofs.note_use("double", True)
    before = house.memory.skill("double")
    deletion = house.trash.delete("double")
    assert deletion.folder.startswith("double-2")
    assert house.memory.skill("double") is None
    assert house.library.names() == []
    with pytest.raises(UsageError, match="no skill 'double'"):
        house.agent.call("double", [1])
    assert [(d.name, d.record["goal"]) for d in house.trash.deleted()] == [("double", "second")]
    check_whole(house.workspace)
    after = house.trash.restore("double")
    assert before is not None
    assert after.model_dump(exclude={"updated_at"}) == before.model_dump(exclude={"updated_at"})
    assert house.library.tests("double") == {"test_double.py": DOUBLE_TESTS}
    assert house.versions.rollback("double").goal == "first"
    assert house.trash.deleted() == []
    check_whole(house.workspace)


def test_a_skill_that_others_use_is_deleted_only_when_told_so(house: House) -> None:
    """The refusal names them; forced, they are untested, and work again when it is back."""
    house.put("double", DOUBLE, DOUBLE_TESTS)
    house.put("four", FOUR, FOUR_TESTS)
    with pytest.raises(UsageError, match=r"double is used by four\. .*--force"):
        house.trash.delete("double")
    assert house.library.code("double") == DOUBLE
    deletion = house.trash.delete("double", force=True)
    assert [(r.name, r.status) for r in deletion.dependants] == [("four", "untested")]
    assert "double" in house.memory.skill("four").review[-1]  # type: ignore[union-attr]
    house.trash.restore("double")
    assert house.status("four") == "working"
    check_whole(house.workspace)


def test_a_skill_does_not_come_back_over_another_of_its_name(house: House) -> None:
    """Neither is lost: the one in the trash stays there; of several, the latest comes back."""
    house.put("double", DOUBLE, goal="one")
    house.trash.delete("double")
    house.put("double", DOUBLE, goal="two")
    with pytest.raises(UsageError, match="There is a skill double again"):
        house.trash.restore("double")
    assert house.memory.skill("double").version == 1  # type: ignore[union-attr]
    house.trash.delete("double")
    assert len(house.trash.deleted()) == 2
    assert house.trash.restore("double").goal == "two"
    assert [d.record["goal"] for d in house.trash.deleted()] == ["one"]
    check_whole(house.workspace)


def test_permissions_do_not_outlive_a_deleted_skill(house: House) -> None:
    """What it was always allowed is revoked: another skill may get the name, and the restored one is asked for again."""
    house.put("double", DOUBLE)
    house.memory.add_approval(
        ApprovalRecord(
            id="1", skill="double", permissions=["network:example.com:443"], answer="skill", scope="skill"
        )
    )
    house.trash.delete("double")
    assert house.agent.permissions() == []
    house.trash.restore("double")
    assert house.agent.permissions() == []


def test_nothing_to_delete_or_restore_is_one_clear_line(house: House) -> None:
    """What there is instead is named."""
    for name in ("nobody", "../skills", "", "a/b"):
        with pytest.raises(UsageError, match="There is no skill"):
            house.trash.delete(name)
    with pytest.raises(UsageError, match=r"There is no deleted skill 'double'\. The trash is empty\."):
        house.trash.restore("double")
    house.put("four", "def four(n):\n    return 4\n")
    house.trash.delete("four")
    with pytest.raises(UsageError, match="Those in the trash are: four"):
        house.trash.restore("double")


def test_a_module_without_a_record_and_a_record_without_a_module_can_be_deleted(house: House) -> None:
    """A file that the user put there goes to the trash and comes back; so does the record of a goal that failed."""
    house.library.path("mine").write_text(DOUBLE, encoding="utf-8")
    house.memory.put_skill(SkillRecord(name="never", status="failed", goal="Do the impossible"))
    house.trash.delete("mine")
    house.trash.delete("never")
    assert (house.library.names(), house.memory.skills()) == ([], [])
    assert house.trash.restore("mine").status == "untested"
    assert house.library.code("mine") == DOUBLE
    assert house.trash.restore("never").goal == "Do the impossible"
    assert list((house.workspace / "trash").iterdir()) == [house.workspace / "trash" / "conftest.py"]


def test_an_edit_by_hand_is_deleted_and_restored_with_the_skill(house: House) -> None:
    """It is a version of its own by then."""
    house.put("double", DOUBLE, DOUBLE_TESTS)
    house.library.path("double").write_text(DOUBLE + "# mine\n", encoding="utf-8")
    house.trash.delete("double")
    assert house.library.names() == []
    record = house.trash.restore("double")
    assert (record.version, record.status) == (2, "untested")
    assert house.library.code("double").endswith("# mine\n")
    check_whole(house.workspace)


@pytest.mark.parametrize("step", ["_make_folder", "write_record", "_move"])
def test_a_full_disk_deletes_nothing_and_restores_nothing(
    house: House, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says so; the files and the record stay together, here or in the trash."""
    house.put("double", DOUBLE, DOUBLE_TESTS)
    house.put("four", FOUR.replace("double", "int"))
    house.trash.delete("four")

    def full(*_: object) -> None:
        raise WorkspaceError("No disk space left to write it; what was there is unchanged.")

    for change in (lambda: house.trash.delete("double"), lambda: house.trash.restore("four")):
        with monkeypatch.context() as patch, contextlib.suppress(WorkspaceError):
            patch.setattr(changes, step, full)
            change()
        check_whole(house.workspace)
    assert (house.memory.skill("double") is None) is ("double" in {d.name for d in house.trash.deleted()})
    assert (house.memory.skill("four") is None) is ("four" in {d.name for d in house.trash.deleted()})
    if step != "_move":
        assert house.library.code("double") == DOUBLE
