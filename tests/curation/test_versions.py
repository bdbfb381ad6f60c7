"""Versions of skills: listed, compared, gone back to; what uses a skill is proved again when it changes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from apprentice.errors import UsageError, WorkspaceError
from apprentice.graph.kept import put_version
from apprentice.memory.schema import SkillRecord
from apprentice.skills.library import SkillFiles
from tests.curation.keeping import DOUBLE, DOUBLE_TESTS, FOUR, FOUR_TESTS, House, check_whole

TRIPLE = "def double(n):\n    return 3 * n\n"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An empty workspace."""
    house = House(tmp_path)
    yield house
    house.agent.close()


def test_every_version_is_kept_with_its_record(house: House) -> None:
    """History tells of each who made it and how it fared."""
    house.put("double", DOUBLE, DOUBLE_TESTS, model="one", goal="Double", tests={"passed": 1, "failed": 0})
    house.put("double", DOUBLE + "# again\n", DOUBLE_TESTS, model="two", goal="Double")
    history = house.versions.history("double")
    assert [(v.number, v.model, v.goal, v.status, v.current) for v in history] == [
        (1, "one", "Double", "working", False),
        (2, "two", "Double", "working", True),
    ]
    assert history[0].passed == 1
    assert house.library.code("double").endswith("# again\n")
    check_whole(house.workspace)


def test_a_difference_shows_modules_and_tests(house: House) -> None:
    """By default the last two versions; with a hand edit, what was edited."""
    house.put("double", DOUBLE, DOUBLE_TESTS)
    with pytest.raises(UsageError, match="no version of double before 1"):
        house.versions.diff("double")
    house.put("double", DOUBLE.replace("2 * n", "n + n"), "")
    text = house.versions.diff("double")
    assert "--- skills/double.py (version 1)\n+++ skills/double.py (version 2)" in text
    assert "-    return 2 * n\n+    return n + n" in text
    assert "+++ /dev/null" in text
    assert house.versions.diff("double", 2, 2) == ""
    house.library.path("double").write_text("def double(n):\n    return n << 1\n", encoding="utf-8")
    assert "+++ skills/double.py (now)" in house.versions.diff("double")
    with pytest.raises(UsageError, match=r"no version 7 of double\. Its versions are: 1, 2"):
        house.versions.diff("double", 7)


def test_going_back_makes_a_new_version_with_the_old_facts(house: House) -> None:
    """The content and the record of then, under a new number; the history stays whole."""
    house.put("double", DOUBLE, DOUBLE_TESTS, goal="first", tests={"passed": 1})
    house.put("double", DOUBLE + "X = 1\n", DOUBLE_TESTS, goal="second", tests={"passed": 5})
    record = house.versions.rollback("double")
    assert (record.version, record.goal, record.tests["passed"]) == (3, "first", 1)
    assert house.library.code("double") == DOUBLE
    assert house.versions.history("double")[-1].note == "The same as version 1."
    assert house.versions.rollback("double", 2).goal == "second"
    with pytest.raises(UsageError, match="is at version 4 now"):
        house.versions.rollback("double", 4)
    with pytest.raises(UsageError, match="no version 9"):
        house.versions.rollback("double", 9)
    with pytest.raises(UsageError, match="no skill 'nobody'"):
        house.versions.rollback("nobody")
    check_whole(house.workspace)


def test_what_a_version_answered_and_how_its_uses_went_comes_back_with_it(house: House) -> None:
    """Counts are of the version that they were counted for."""
    house.put("double", DOUBLE, DOUBLE_TESTS)
    for ok in (True, True, False):
        house.proofs.note_use("double", ok)
    house.put("double", DOUBLE + "X = 1\n", DOUBLE_TESTS)
    assert house.memory.skill("double").runs.ok == 0  # type: ignore[union-attr]
    runs = house.versions.rollback("double").runs
    assert (runs.ok, runs.failed, runs.failed_in_a_row) == (2, 1, 0)


def test_a_new_version_proves_again_what_uses_it(house: House) -> None:
    """A dependant that fails is untested with the reason, and works again when the skill is as it was."""
    house.put("double", DOUBLE, DOUBLE_TESTS)
    house.put("four", FOUR, FOUR_TESTS)
    house.put(
        "eight",
        "import four\n\n\ndef eight(n):\n    return 2 * four.four(n)\n",
        "from eight import eight\n\n\ndef test_eight():\n    assert eight(1) == 8\n",
    )
    assert house.memory.skill("four").uses == ["double"]  # type: ignore[union-attr]
    assert house.proofs.dependants("double") == ["four", "eight"]
    house.put("double", TRIPLE)
    reports = house.proofs.prove_dependants("double")
    assert [(r.name, r.status, r.ok) for r in reports] == [
        ("four", "untested", False),
        ("eight", "untested", False),
    ]
    assert "test_four" in house.memory.skill("four").review[-1]  # type: ignore[union-attr]
    house.versions.rollback("double")
    assert [house.status(name) for name in ("double", "four", "eight")] == ["working"] * 3
    assert not [line for line in house.memory.skill("four").review if "Not proven" in line]  # type: ignore[union-attr]


def test_a_skill_of_before_there_were_versions_is_kept_first(tmp_path: Path) -> None:
    """Its files become the version that its record says, and can be gone back to."""
    (tmp_path / "skills").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "skills" / "double.py").write_text(DOUBLE, encoding="utf-8")
    (tmp_path / "tests" / "test_double.py").write_text(DOUBLE_TESTS, encoding="utf-8")
    house = House(tmp_path)
    house.memory.put_skill(
        SkillRecord(name="double", status="working", function="double", version=4, goal="old")
    )
    assert [v.number for v in house.versions.history("double")] == [4]
    assert house.agent.call("double", [2]).value == 4
    house.put("double", TRIPLE)
    assert house.library.versions.numbers("double") == [4, 5]
    assert house.versions.rollback("double").goal == "old"
    assert house.library.tests("double") == {"test_double.py": DOUBLE_TESTS}
    house.agent.close()


def test_an_edit_by_hand_is_never_lost(house: House) -> None:
    """It is kept as a version of its own before another takes its place."""
    house.put("double", DOUBLE, DOUBLE_TESTS)
    house.library.path("double").write_text(DOUBLE + "# mine\n", encoding="utf-8")
    assert not house.settle()
    assert house.library.code("double").endswith("# mine\n")
    assert house.versions.history("double")[-1].edited
    assert house.put("double", TRIPLE).version == 3
    assert house.versions.history("double")[1].note.startswith("Edited by hand")
    assert house.versions.rollback("double").status == "untested"
    assert house.library.code("double").endswith("# mine\n")
    check_whole(house.workspace)


def test_an_edit_can_be_undone(house: House) -> None:
    """Going back to the current version brings its files back, and keeps the edit."""
    house.put("double", DOUBLE, DOUBLE_TESTS)
    house.library.path("double").write_text("broken(", encoding="utf-8")
    assert house.versions.rollback("double", 1).version == 3
    assert house.library.code("double") == DOUBLE
    assert "broken(" in house.library.versions.read("double", 2).code
    check_whole(house.workspace)


def test_a_skill_of_several_files_is_kept_called_used_and_gone_back_to(house: House) -> None:
    """A package becomes a module and a package again; no file of one is left in the other."""
    parts = {"deep/length.py": "def metres(feet):\n    return feet * 0.3048\n", "names.py": "FOOT = 'ft'\n"}
    code = "from .deep.length import metres\nfrom .names import FOOT\n\n\ndef units(n):\n    return [metres(n), FOOT]\n"
    tests = "from units import units\nfrom units.deep.length import metres\n\n\ndef test_units():\n    assert units(1) == [0.3048, 'ft']\n    assert metres(0) == 0\n"
    house.put("units", code, tests, parts=parts)
    house.put("twice", "from units import units\n\n\ndef twice(n):\n    return units(2 * n)\n")
    assert house.library.names() == ["twice", "units"]
    assert house.library.code("units") == code
    assert sorted(house.library.closure("twice")) == [
        "twice",
        "units",
        "units.deep",
        "units.deep.length",
        "units.names",
    ]
    assert house.agent.call("units", [10]).value == [3.048, "ft"]
    assert house.agent.call("twice", [5]).value == [3.048, "ft"]
    assert house.proofs.prove("units").ok
    assert (
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", str(house.workspace)],
            capture_output=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        ).returncode
        == 0
    )
    house.put("units", "def units(n):\n    return [n, 'm']\n")
    assert not (house.workspace / "skills" / "units").exists()
    house.versions.rollback("units")
    assert not (house.workspace / "skills" / "units.py").exists()
    assert house.agent.call("units", [10]).value == [3.048, "ft"]
    check_whole(house.workspace)


@pytest.mark.parametrize(
    "path", ["../evil.py", "/etc/x.py", "a/../b.py", "__init__.py", "x.txt", "a b.py", "class.py"]
)
def test_a_file_of_a_package_stays_in_it(house: House, path: str) -> None:
    """No path leads anywhere else."""
    with pytest.raises(UsageError, match="can't be a module"):
        house.put("units", "x = 1\n", parts={path: "y = 1\n"})


def test_a_skill_that_would_use_itself_is_refused(house: House) -> None:
    """Directly through others; nothing is changed."""
    house.put("double", DOUBLE, DOUBLE_TESTS)
    house.put("four", FOUR, FOUR_TESTS)
    with pytest.raises(UsageError, match="double → four → double"):
        house.put("double", "import four\n\n\ndef double(n):\n    return four.four(n) / 2\n")
    assert house.library.code("double") == DOUBLE
    check_whole(house.workspace)


def test_permissions_and_packages_are_inherited(house: House) -> None:
    """What a used skill needs, its users need; a user's own pin of a package stays."""
    house.put("base", DOUBLE, permissions=["network:example.com:443"], packages=["alpha==1.0", "beta==2.0"])
    house.put("middle", "import base\n", packages=["alpha==1.5"])
    record = house.put("top", "def f():\n    from middle import x\n", permissions=["read:/data"])
    assert record.uses == ["middle"]
    assert record.permissions == ["read:/data", "network:example.com:443"]
    assert record.packages == ["alpha==1.5", "beta==2.0"]


def test_a_full_disk_changes_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it shows first, one line says so, and the version before is in use."""
    import os

    from apprentice.skills import versions, view

    house.put("double", DOUBLE, DOUBLE_TESTS)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    for module, name in ((versions, "sync"), (versions, "encoded"), (view, "encoded")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, full)
            with pytest.raises(WorkspaceError, match="No disk space left"):
                house.put("double", TRIPLE)
        check_whole(house.workspace)
        assert house.library.code("double") == DOUBLE
        assert house.memory.skill("double").version == 1  # type: ignore[union-attr]


def test_a_record_can_be_made_from_the_one_that_there_is_or_refused(house: House) -> None:
    """Nobody else changes the library between looking and writing; what raises changes nothing."""
    house.put("double", DOUBLE, goal="one")

    def following(before: SkillRecord | None) -> SkillRecord:
        assert before is not None
        if before.goal == "two":
            raise UsageError("It is yours.")
        return before.model_copy(update={"goal": "two"})

    files = SkillFiles("double", TRIPLE)
    assert put_version(files, following, memory=house.memory, library=house.library).goal == "two"
    with pytest.raises(UsageError, match="yours"):
        put_version(SkillFiles("double", "x = 1\n"), following, memory=house.memory, library=house.library)
    assert (house.library.code("double"), house.memory.skill("double").version) == (TRIPLE, 2)  # type: ignore[union-attr]
    check_whole(house.workspace)
