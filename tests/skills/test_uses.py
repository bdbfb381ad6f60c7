"""Which skills use which: found by reading the modules, as deep as it goes, and never in a circle."""

from __future__ import annotations

from pathlib import Path

import pytest

from apprentice.errors import UsageError
from apprentice.skills.files import SkillFiles
from apprentice.skills.imports import imported
from apprentice.skills.library import SkillLibrary


def library(folder: Path, **modules: str) -> SkillLibrary:
    """A library with these modules."""
    made = SkillLibrary(folder)
    for name, code in modules.items():
        made.save(SkillFiles(name, code))
    return made


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import a.b, c as d", {"a", "c"}),
        ("from a.b import c", {"a"}),
        ("def f():\n    try:\n        import a\n    except ImportError:\n        pass", {"a"}),
        ("from . import a\nfrom .b import c", set()),
        ("text = 'import a'", set()),
        ("broken(", set()),
        ("\0", set()),
    ],
)
def test_imports_are_read_not_guessed(code: str, found: set[str]) -> None:
    """Also inside functions; never in texts, and never those within a package."""
    assert imported(code) == found


def test_a_closure_holds_what_is_needed_and_nothing_else(tmp_path: Path) -> None:
    """Through several skills; standard modules and strangers don't count."""
    made = library(
        tmp_path,
        a="import b, json, stranger\n",
        b="def f():\n    from c import x\n",
        c="x = 1\n",
        d="import a\n",
    )
    made.save(SkillFiles("p", "from .q import y\nimport c\n", {}, {"q.py": "import d\ny = 1\n"}))
    assert sorted(made.closure("a")) == ["a", "b", "c"]
    assert sorted(made.closure("p")) == ["a", "b", "c", "d", "p", "p.q"]
    assert sorted(made.needed("new", {"new": "import b\n"})) == ["b", "c"]
    assert made.uses("p") == ["c", "d"]
    assert made.users("c") == ["b", "a", "d", "p"]
    assert sorted(made.modules()) == ["a", "b", "c", "d", "p", "p.q"]
    with pytest.raises(UsageError, match="no skill 'nobody'"):
        made.closure("nobody")


def test_skills_that_use_each_other_do_not_hang_anything(tmp_path: Path) -> None:
    """A person may write such files; they are found, and a new version is refused."""
    made = library(tmp_path, a="import b\n", b="import c\n", c="import a\n")
    assert sorted(made.closure("a")) == ["a", "b", "c"]
    assert sorted(made.users("a")) == ["b", "c"]
    for name in "abc":
        with pytest.raises(UsageError, match="would use itself"):
            made.check_cycle(name, {name: made.code(name)})
    made.check_cycle("d", {"d": "import a\nimport d\n"})


def test_the_files_of_a_skill_are_a_module_or_a_package() -> None:
    """And come back from their paths as they were."""
    single = SkillFiles("a", "x = 1\n")
    assert (single.files, single.modules) == ({"a.py": "x = 1\n"}, {"a": "x = 1\n"})
    package = SkillFiles("a", "x = 1\n", {}, {"b/c.py": "y = 2\n", "b/__init__.py": "z = 3\n"})
    assert package.modules == {"a": "x = 1\n", "a.b": "z = 3\n", "a.b.c": "y = 2\n"}
    assert SkillFiles.of("a", package.files) == package
    for files in ({"b.py": ""}, {"a.py": "", "b/c.py": ""}, {}):
        with pytest.raises(UsageError):
            SkillFiles.of("a", files)
    with pytest.raises(UsageError, match="test file's name"):
        SkillFiles("a", "", {"../test_a.py": ""})


def test_line_ends_and_bytes_that_are_no_text_are_kept(tmp_path: Path) -> None:
    """What a person wrote is read and written to the byte."""
    made = library(tmp_path)
    raw = b"x = 1\r\n# \xff\r\n"
    (tmp_path / "skills" / "a.py").write_bytes(raw)
    made.save(made.files("a"))
    assert made.path("a").read_bytes() == raw
    made.save(SkillFiles("b", made.code("a")))
    assert made.path("b").read_bytes() == raw
