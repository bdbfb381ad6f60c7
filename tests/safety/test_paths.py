"""Paths never lead out of their folder, whatever name is given."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from apprentice.errors import UsageError
from apprentice.safety import PathRefused, confine, plain_name

NAMES = ["a", "b", "inside", "out", "up", "loop", "dangling", "file", "hard", "chain", "back"]
SEGMENTS = st.one_of(
    st.sampled_from(
        [*NAMES, "..", ".", "", "~", "...", "/", "\\", "C:", "con", "a\0b", " ", "\n", "..\\", "%2e%2e"]
    ),
    st.text(max_size=8),
)
PATHS = st.one_of(
    st.text(max_size=40),
    st.builds(str.join, st.sampled_from(["/", "//", "\\"]), st.lists(SEGMENTS, min_size=1, max_size=6)),
)


@pytest.fixture(scope="module")
def tree() -> Iterator[Path]:
    """A workspace with links of every kind, beside things it must not lead to."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder).resolve()
        root, outside = top / "root", top / "outside"
        (root / "a" / "b").mkdir(parents=True)
        outside.mkdir()
        (outside / "secret").write_text("secret")
        (top / "root-twin").mkdir()
        (root / "file").write_text("x")
        (root / "inside").symlink_to("a")
        (root / "out").symlink_to(outside)
        (root / "up").symlink_to("..")
        (root / "twin").symlink_to(top / "root-twin")
        (root / "loop").symlink_to("loop")
        (root / "dangling").symlink_to(outside / "not-there")
        (root / "chain").symlink_to("out")
        (root / "a" / "back").symlink_to("../out/secret")
        os.link(outside / "secret", root / "hard")
        os.mkfifo(root / "fifo")
        (top / "root-link").symlink_to(root)
        yield root


@settings(max_examples=300, deadline=None)
@given(name=PATHS)
@example(name="out/secret")
@example(name="inside/b/new")
@example(name="a/back")
@example(name="chain/secret")
def test_the_result_is_inside_or_refused(tree: Path, name: str) -> None:
    """For any string: a path inside the folder that no link leads out of, or a refusal; nothing else."""
    for root in (tree, tree.parent / "root-link"):
        try:
            path = confine(root, name)
        except PathRefused:
            continue
        assert path.is_relative_to(tree)
        assert path != tree
        assert path.resolve() == path
        assert os.path.realpath(path).startswith(str(tree) + os.sep)


@settings(max_examples=300, deadline=None)
@given(name=PATHS)
def test_a_plain_name_is_a_file_of_its_folder(tree: Path, name: str) -> None:
    """For any string: a plain name makes a path right in the folder, and comes back unchanged; or it is refused."""
    try:
        plain = plain_name(name)
    except PathRefused:
        return
    assert plain == name
    assert Path(plain).name == plain
    assert (tree / plain).parent == tree
    assert not plain.startswith(".")
    assert plain.isprintable() or not any(ord(character) < 32 for character in plain)


@pytest.mark.parametrize(
    "name", ["a", "a/b", "inside/b", "./file", "a//b/new.py", "new/folder/x.py", "ünï.py", Path("a/b")]
)
def test_ordinary_paths_pass(tree: Path, name: str | Path) -> None:
    """Files and folders inside, also by a link that stays inside, and ones that don't exist yet."""
    assert confine(tree, name) == (tree / name).resolve()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "empty"),
        ("  ", "empty"),
        (".", "folder itself"),
        ("../x", r"'\.\.'"),
        ("a/../file", r"'\.\.'"),
        ("..\\x", r"'\.\.'"),
        ("/etc/passwd", "absolute"),
        ("C:\\x", "absolute"),
        ("\\\\host\\share", "absolute"),
        ("a\0b", "NUL"),
        ("out", "leads out"),
        ("out/secret", "leads out"),
        ("chain/secret", "leads out"),
        ("a/back", "leads out"),
        ("twin/x", "leads out"),
        ("up/outside", "leads out"),
        ("dangling", "leads out"),
        ("loop", "symlink|Symlink|levels"),
        ("loop/x", "symlink|Symlink|levels"),
        ("hard", "hard link"),
        ("fifo", "pipe"),
        ("x" * 300, "name too long|File name too long"),
        ("file/x/y", None),
    ],
)
def test_what_leads_out_is_refused(tree: Path, name: str, why: str | None) -> None:
    """Each with its reason, as a usage error."""
    if why is None:
        with_file_as_folder = confine(tree, name)
        assert with_file_as_folder.is_relative_to(tree)
        return
    with pytest.raises(PathRefused, match=why) as refused:
        confine(tree, name)
    assert isinstance(refused.value, UsageError)


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only files and folders are for writing."""
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s")
        with pytest.raises(PathRefused, match="socket"):
            confine(tmp_path, "s")


@pytest.mark.parametrize(
    "name", ["skill.py", "a", "is_even", "data-1.json", "naïve", "日本語.txt", "x" * 255, "console"]
)
def test_plain_names_pass(name: str) -> None:
    """Ordinary file names in any script, up to 255 bytes."""
    assert plain_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        ".",
        "..",
        ".hidden",
        "a/b",
        "a\\b",
        "a:b",
        "x.",
        "x ",
        " x",
        "CON",
        "nul",
        "nul.txt",
        "com1",
        "LPT9.log",
        "a\nb",
        "a\tb",
        "a\x7fb",
        "a\0",
        "a*",
        "a?",
        'a"',
        "<a>",
        "a|b",
        "x" * 256,
        "ä" * 128,
        "a\u202eb",
        "\ud800",
        "COM¹",
    ],
)
def test_other_names_are_refused(name: str) -> None:
    """What some system can't hold, hides, or understands otherwise."""
    with pytest.raises(PathRefused):
        plain_name(name)
