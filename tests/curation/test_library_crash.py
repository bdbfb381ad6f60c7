"""SIGKILL at every step of every change of the library: afterwards the files say what memory.json says, and nothing is left over."""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apprentice.crashpoints import LIBRARY_CRASH_POINTS
from apprentice.errors import AgentError
from apprentice.memory.schema import SkillRecord
from tests.curation.keeping import DOUBLE, DOUBLE_TESTS, House, check_whole
from tests.forked import exit_code

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills processes with signals")

PARTS = {"deep/inner.py": "X = 1\n"}
INSIDE = ("keep.tests_saved", "keep.module_saved", "memory.before_rename", "memory.after_rename")
POINTS = [point for point in (*LIBRARY_CRASH_POINTS, *INSIDE) if point != "library.settling"]


def again(house: House) -> None:
    """A new version with fewer tests and more modules."""
    house.put("double", DOUBLE + "# new\n", DOUBLE_TESTS + "# new\n", parts=PARTS)


def edited(house: House) -> None:
    """A new version over an edit by hand."""
    house.library.path("double").write_text(DOUBLE + "# mine\n", encoding="utf-8")
    house.put("double", DOUBLE + "# new\n")


def first(house: House) -> None:
    """The first version of another skill."""
    house.put("other", "def other():\n    pass\n", "def test_other():\n    pass\n")


def roll_back(house: House) -> None:
    """Back to the first version."""
    house.versions.rollback("double", 1)


def delete(house: House) -> None:
    """Into the trash."""
    house.trash.delete("double")


def restore(house: House) -> None:
    """Out of the trash."""
    house.trash.restore("gone")


CHANGES: dict[str, Callable[[House], None]] = {
    change.__name__: change for change in (again, edited, first, roll_back, delete, restore)
}


def prepare(workspace: Path) -> dict[str, str]:
    """A skill with two versions and given tests, and a deleted one; returns what the records' views are."""
    house = House(workspace)
    house.put("double", DOUBLE, DOUBLE_TESTS, parts=PARTS)
    house.put("double", DOUBLE + "# two\n", DOUBLE_TESTS)
    house.put("gone", "def gone():\n    pass\n", "def test_gone():\n    pass\n")
    house.trash.delete("gone")
    house.agent.close()
    return state_of(workspace)


def state_of(workspace: Path) -> dict[str, str]:
    """All that a person can see of the skills: records by version, and the texts of files."""
    house = House(workspace)
    house.settle()
    seen = {f"record {record.name}": f"{record.version}" for record in house.memory.skills()}
    seen |= {f"trash {deleted.name}": str(deleted.record["version"]) for deleted in house.trash.deleted()}
    for folder in ("skills", "tests"):
        for path in (workspace / folder).rglob("*.py"):
            seen[f"{folder}/{path.relative_to(workspace / folder)}"] = path.read_text(encoding="utf-8")
    house.agent.close()
    return seen


def work(workspace: str, change: str) -> None:
    """In a process of its own."""
    house = House(Path(workspace))
    if change == "settle":
        house.settle()
    else:
        CHANGES[change](house)


def killed(workspace: Path, change: str, crash: str) -> bool:
    """Whether the point was passed, which killed the process."""
    code = exit_code(work, str(workspace), change, AGENT_CRASH_AT=crash)
    assert code in (0, -signal.SIGKILL)
    return code != 0


@pytest.mark.parametrize("change", CHANGES)
def test_killed_at_any_step_a_change_is_whole_or_not_at_all(change: str, tmp_path: Path) -> None:
    """Before memory is written all is as it was, after it all is as it should be; also if settling is killed, too."""
    before = prepare(tmp_path / "before")
    if change == "edited":
        before["skills/double.py"] = DOUBLE + "# mine\n"
    shutil.copytree(tmp_path / "before", tmp_path / "after")
    assert not killed(tmp_path / "after", change, "")
    after = state_of(tmp_path / "after")
    assert after != before
    passed = []
    for point in POINTS:
        for turn in (1, 2):
            workspace = tmp_path / f"{point}-{turn}"
            shutil.copytree(tmp_path / "before", workspace)
            if not killed(workspace, change, f"{point}:{turn}"):
                continue
            passed.append(point)
            for late in ("library.settling", "library.moved", "keep.module_saved") if turn == 1 else ():
                killed(workspace, "settle", late)
            found = state_of(workspace)
            assert found in (before, after), f"{point}:{turn}"
            if turn == 1 and point in ("library.intended", "library.stored", "memory.before_rename"):
                assert found == before, point
            if point == "library.ending":
                assert found == after
            if change == "edited" and found == before:
                assert "# mine" in before["skills/double.py"]
            else:
                check_whole(workspace)
    expected = {
        "library.intended",
        "memory.before_rename",
        "memory.after_rename",
        "library.ending",
        "keep.module_saved",
    }
    assert expected <= set(passed)


def test_an_edit_between_the_crash_and_the_next_start_stays(tmp_path: Path) -> None:
    """Settling never writes over what a person wrote."""
    for point in ("library.stored", "library.shown", "memory.after_rename"):
        workspace = tmp_path / point
        prepare(workspace)
        house = House(workspace)
        assert killed(workspace, "roll_back", point)
        house.library.path("double").write_text("# mine\n", encoding="utf-8")
        assert house.settle()
        assert house.library.path("double").read_text(encoding="utf-8") == "# mine\n"
        assert house.put("double", DOUBLE).version >= 4
        house.agent.close()


def test_a_long_living_process_settles_what_another_left(tmp_path: Path) -> None:
    """The next change does it, without a restart."""
    prepare(tmp_path)
    house = House(tmp_path)
    assert killed(tmp_path, "first", "library.shown")
    assert "other" in house.library.names()
    house.put("third", "def third():\n    pass\n")
    assert house.library.names() == ["double", "third"]
    check_whole(tmp_path)
    house.agent.close()


def test_several_writers_at_once_leave_a_whole_library(tmp_path: Path) -> None:
    """Threads with one library and with libraries of their own change a skill; every version is there once."""
    house = House(tmp_path)

    def write(number: int) -> None:
        # Two of them share one library, the others have their own.
        own = house if number < 2 else House(tmp_path)
        for turn in range(5):
            own.put("double", f"{DOUBLE}# {number} {turn}\n", DOUBLE_TESTS)
        if own is not house:
            own.agent.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert house.memory.skill("double").version == 20  # type: ignore[union-attr]
    texts = {house.library.versions.read("double", number).code for number in range(1, 21)}
    assert len(texts) == 20
    check_whole(tmp_path)
    house.agent.close()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("put", "package", "rollback", "delete", "restore", "edit", "use")),
        st.sampled_from(("one", "two")),
        st.integers(0, 3),
    ),
    max_size=12,
)


@settings(max_examples=25)
@given(STEPS)
def test_any_sequence_of_changes_leaves_view_and_history_whole(steps: list[tuple[str, str, int]]) -> None:
    """Whatever is done in whatever order, the view is the record's version, and what was kept can be read."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        house = House(workspace)
        kept: dict[str, dict[int, str]] = {}
        trash: dict[str, list[dict[int, str]]] = {}
        for step, name, number in steps:
            code = f"def {name}(n):\n    return n + {number}\n"
            has = kept.get(name)
            try:
                if step in ("put", "package"):
                    parts = {f"part{number}.py": "X = 1\n"} if step == "package" else {}
                    record = house.put(name, code, parts=parts)
                    kept.setdefault(name, {})[record.version] = code
                elif step == "rollback":
                    record = house.versions.rollback(name, number)
                    kept[name][record.version] = kept[name][number]
                elif step == "delete":
                    house.trash.delete(name)
                    trash.setdefault(name, []).append(kept.pop(name))
                elif step == "restore":
                    record = house.trash.restore(name)
                    kept[name] = trash[name].pop()
                elif step == "edit" and has:
                    mine = f"# mine {random.Random(number).random()}\n" + house.library.code(name)
                    house.library.path(name).write_text(mine, encoding="utf-8")
                    house.proofs.prove(name)
                    kept[name][house.memory.skill(name).version] = mine  # type: ignore[union-attr]
                elif step == "use":
                    house.proofs.note_use(name, number > 0)
            except AgentError:
                assert kept.get(name) is has
        check_whole(workspace)
        for name, versions in kept.items():
            found = {
                n: house.library.versions.read(name, n).code for n in house.library.versions.numbers(name)
            }
            assert found == versions
            assert house.library.code(name) == versions[max(versions)]
        for name, stacks in trash.items():
            assert sum(deleted.name == name for deleted in house.trash.deleted()) == len(stacks)
        house.agent.close()


def test_a_record_that_never_was_a_skill_is_no_hindrance(tmp_path: Path) -> None:
    """A goal that failed has a record without files; the skill that is made in the end is version 1."""
    house = House(tmp_path)
    house.memory.put_skill(SkillRecord(name="double", status="failed", goal="Double"))
    assert house.put("double", DOUBLE, DOUBLE_TESTS).version == 1
    check_whole(tmp_path)
    house.agent.close()
