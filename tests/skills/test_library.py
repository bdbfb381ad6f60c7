"""Skills as files, and their names."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apprentice.errors import UsageError, WorkspaceError
from apprentice.skills.library import SkillFiles, SkillLibrary, file_names_of_tests, render_tests
from apprentice.skills.naming import MAX_LENGTH, check_name, name_from_goal, same_goal, unique_name


def test_a_saved_skill_is_tested_by_plain_pytest(tmp_path: Path) -> None:
    """`pytest agent_workspace` works whatever project the workspace lies in."""
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '--no-such-option'\n")
    library = SkillLibrary(tmp_path / "agent_workspace")
    tests = render_tests("double", ["double"], [("double(2) == 4", ""), ("double('a', 1)", "TypeError")], "")
    path = library.save(SkillFiles("double", "def double(n):\n    return 2 * n\n", {"test_double.py": tests}))
    assert path.read_text(encoding="utf-8") == library.code("double")
    assert library.tests("double") == {"test_double.py": tests}
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "agent_workspace"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 passed" in result.stdout, result.stdout + result.stderr


def test_an_unknown_skill_names_those_that_are_there(tmp_path: Path) -> None:
    """One line, with what to choose from."""
    library = SkillLibrary(tmp_path)
    library.save(SkillFiles("double", "x = 1\n", {}))
    for name in ("nope", "../double", "", "a/b"):
        with pytest.raises(UsageError, match="double"):
            library.code(name)


def test_a_workspace_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorkspaceError):
        SkillLibrary(tmp_path / "file")


@pytest.mark.parametrize(
    ("goal", "function", "name"),
    [
        ("Create a JSON validator skill", "", "create_a_json_validator_skill"),
        ("Write f(n)", "is_even", "is_even"),
        ("Создай функцию", "", "sozday_funktsiyu"),
        ("x", "json", "json_skill"),
        ("x", "Stack", "stack"),
        ("x", "LinkedList", "linked_list"),
        ("!!!", "", "skill"),
        ("3 numbers", "", "skill_3_numbers"),
    ],
)
def test_names_come_from_the_goal(goal: str, function: str, name: str) -> None:
    """The function that the goal names, else the goal's words."""
    assert name_from_goal(goal, function) == name


@given(st.text(max_size=300))
def test_any_goal_gives_a_valid_name(goal: str) -> None:
    """An identifier, a plain file name, of bounded length, never one that Python needs."""
    name = name_from_goal(goal)
    assert name.isidentifier()
    assert name.isascii()
    assert len(name) <= MAX_LENGTH + len("_skill") + len("skill_")
    assert name not in sys.stdlib_module_names
    assert check_name(name[:MAX_LENGTH])


@pytest.mark.parametrize("name", ["../x", "a b", "", "1a", "a/b", "a" * 61, "ä", "a.py", "_x"])
def test_a_bad_name_is_refused(name: str) -> None:
    """Names are plain."""
    with pytest.raises(UsageError):
        check_name(name)


def test_names_are_numbered_and_goals_compared_loosely() -> None:
    """The first free number; white space, case and a final dot don't make another goal."""
    assert unique_name("a", {"a", "a_2"}.__contains__) == "a_3"
    assert same_goal("Do  it.", "do it")
    assert not same_goal("do it", "do that")


def test_the_tests_of_two_skills_never_have_the_same_file(tmp_path: Path) -> None:
    """What the user gave for `double`, and the own tests of a skill that is called like that file."""
    library = SkillLibrary(tmp_path)
    names = ["double", "double_given1", "double_given1_given1"]
    saved = {
        name: {file: f"# {name} {file}\n" for file in file_names_of_tests(name, given=2)} for name in names
    }
    assert len({file for files in saved.values() for file in files}) == 9
    for name in names:
        library.save(SkillFiles(name, "x = 1\n", saved[name]))
    assert {name: library.tests(name) for name in names} == saved
    library.save(SkillFiles("double_given1", "x = 2\n", {}))
    assert {name: library.tests(name) for name in names} == {**saved, "double_given1": {}}


def test_an_own_test_file_of_an_earlier_version_is_read_and_moved(tmp_path: Path) -> None:
    """It was called like one that the user gave for another skill; where that skill is, it is that skill's."""
    library = SkillLibrary(tmp_path)
    library.save(SkillFiles("double_given1", "x = 1\n", {"test_double_given1.py": "# own\n"}))
    (tmp_path / "tests" / "test_double_given1.py").write_text("# own\n", encoding="utf-8")
    assert library.tests("double_given1") == {"test_0_double_given1.py": "# own\n"}
    assert library.files("double_given1").tests == {"test_0_double_given1.py": "# own\n"}
    library.save(SkillFiles("double_given1", "x = 2\n", {"test_0_double_given1.py": "# new\n"}))
    assert library.tests("double_given1") == {"test_0_double_given1.py": "# new\n"}
    assert not (tmp_path / "tests" / "test_double_given1.py").exists()
    library.save(SkillFiles("double", "x = 1\n", {"test_double_given1.py": "# given\n"}))
    (tmp_path / "tests" / "test_0_double_given1.py").unlink()
    assert library.tests("double_given1") == {}
