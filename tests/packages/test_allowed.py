"""The allow-list file: its default, its lines, and what is said about wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from apprentice.errors import PackageError, UsageError
from apprentice.packages import AllowList, parse_allowed


def test_the_default_is_written_once(tmp_path: Path) -> None:
    """The file is made at first use, can be read by itself, and is never written again."""
    allowed = AllowList(tmp_path / "new")
    assert allowed.find("numpy").name == "numpy"
    assert {"numpy", "pandas", "requests", "rich", "pydantic"} <= {entry.name for entry in allowed.entries()}
    file = tmp_path / "new" / "allowed_packages.txt"
    assert "beautifulsoup4 (import bs4)" in file.read_text()
    file.write_text("rich\n")
    assert [entry.name for entry in allowed.entries()] == ["rich"]
    assert [entry.name for entry in AllowList(tmp_path / "new").entries()] == ["rich"]


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("bs4", "beautifulsoup4"),
        ("PIL.Image", "pillow"),
        ("yaml", "pyyaml"),
        ("PyYAML", "pyyaml"),
        ("dateutil.parser", "python-dateutil"),
        ("attr", "attrs"),
        ("attrs", "attrs"),
        ("more-itertools", "more-itertools"),
        ("sklearn.linear_model", "scikit-learn"),
    ],
)
def test_imports_are_found(tmp_path: Path, name: str, package: str) -> None:
    """A line is found by what code imports, and by the package's name in any spelling."""
    assert AllowList(tmp_path).find(name).name == package


@pytest.mark.parametrize(
    "name", ["os", "pil", "bs4x", "numpy_x", "", "..", "--index-url", "sub.numpy", "numpy; rm"]
)
def test_what_is_not_listed_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing else is, and the line says where to add it."""
    with pytest.raises(
        PackageError, match=r"isn't on the list of allowed packages\. To allow it, add a line to .*\.txt"
    ):
        AllowList(tmp_path).find(name)


def test_lines() -> None:
    """Comments, limits, extras, brackets, dotted imports."""
    text = (
        "\ufeff# all\n\nnumpy\n  pandas >=2, <3   # two\nrequests[socks]\nbeautifulsoup4 (import bs4)\n"
        "google-cloud-storage>=2 ( import google.cloud.storage )\npillow (>=9) (import PIL)\nPy.Thing_x\n"
    ).removeprefix("\ufeff")
    entries = parse_allowed(text)
    assert [(str(e.requirement), e.imports, e.line) for e in entries] == [
        ("numpy", ("numpy",), 3),
        ("pandas<3,>=2", ("pandas",), 4),
        ("requests[socks]", ("requests",), 5),
        ("beautifulsoup4", ("bs4",), 6),
        ("google-cloud-storage>=2", ("google.cloud.storage",), 7),
        ("pillow>=9", ("PIL",), 8),
        ("Py.Thing_x", ("py_thing_x",), 9),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "numpy pandas",
        "numpy ==",
        "-r other.txt",
        "--index-url=http://x",
        "./folder",
        "numpy @ https://example.com/numpy.zip",
        "git+https://example.com/x",
        "numpy; python_version > '3'",
        "numpy (import)",
        "numpy (import a-b)",
        "numpy (import ..)",
        "(import numpy)",
        "rich",
        "richer (import rich)",
    ],
)
def test_wrong_lines(line: str) -> None:
    """A line that can't be meant is one clear line with its number."""
    with pytest.raises(UsageError, match=r"allowed_packages\.txt, line 3: .*Correct the line") as caught:
        parse_allowed(f"# first\nrich\n{line}\n")
    assert "\n" not in str(caught.value)


def test_not_text(tmp_path: Path) -> None:
    """A file in another encoding is said to be so; a byte-order mark is none of the user's trouble."""
    file = tmp_path / "allowed_packages.txt"
    file.write_bytes(b"\xff\xfen\0u\0")
    with pytest.raises(UsageError, match="UTF-8"):
        AllowList(tmp_path).entries()
    file.write_bytes(b"\xef\xbb\xbfnumpy\r\n")
    assert AllowList(tmp_path).find("numpy").line == 1
