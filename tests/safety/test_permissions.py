"""Permissions as keys, and which settles which."""

from __future__ import annotations

import os
import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apprentice.errors import UsageError
from apprentice.safety.permissions import ANY, Permission, split_host

KINDS = ("network", "read", "write", "command", "package")


def allowed(granted: str, needed: str) -> bool:
    return Permission.parse(granted).covers(Permission.parse(needed))


@pytest.mark.parametrize(
    ("granted", "needed"),
    [
        ("network:example.com:443", "network:EXAMPLE.com:443"),
        ("network:example.com:443", "network:example.com.:443"),
        ("network:example.com", "network:example.com:80"),
        ("network:example.com", "network:example.com:443"),
        ("network:example.com:8000", "network:example.com"),
        ("network:127.0.0.1:8000", "network:*"),
        ("network:[::1]:80", "network:[0:0:0:0:0:0:0:1]:80"),
        ("network:*", "network:example.com:8443"),
        ("network:*", "network:*"),
        ("network:*:443", "network:example.com:443"),
        ("read:/data", "read:/data"),
        ("read:/data", "read:/data/a/b.csv"),
        ("read:/data", "read:/data/a/../b.csv"),
        ("read:/data", "read:/data/*"),
        ("read:/data/in", "read:/data/*"),
        ("read:/data/in", "read:/data/i*"),
        ("read:/data/in", "read:*"),
        ("write:/data", "write:/data/x"),
        ("write:/data", "read:/data/x"),
        ("command:git status", "command:git  status"),
        ("command:git log 'a b'", "command:git log 'a b'"),
        ("command:git status", "command:git *"),
        ("command:git status", "command:*"),
        ("package:numpy", "package:numpy"),
    ],
)
def test_a_grant_settles_what_it_opens_and_what_may_be_within_it(granted: str, needed: str) -> None:
    """The sandbox refuses what goes beyond."""
    assert allowed(granted, needed)


@pytest.mark.parametrize(
    ("granted", "needed"),
    [
        ("network:example.com:443", "network:example.com:80"),
        ("network:example.com:443", "network:www.example.com:443"),
        ("network:example.com:443", "network:example.com.evil.org:443"),
        ("network:example.com", "network:example.com:8080"),
        ("network:*", "network:127.0.0.1:80"),
        ("network:*", "network:10.0.0.5:80"),
        ("network:*", "network:localhost:80"),
        ("network:*", "network:intranet:80"),
        ("network:*", "network:db.internal:5432"),
        ("network:*:443", "network:example.com:80"),
        ("network:example.com:80", "read:/example.com:80"),
        ("read:/data", "write:/data/x"),
        ("read:/data", "read:/database"),
        ("read:/data", "read:/data/../etc/passwd"),
        ("read:/data", "read:../data"),
        ("read:/data", "read:~/data"),
        ("read:/data", "read:/etc/*"),
        ("read:/data/in", "read:/data/o*"),
        ("read:/", "read:/etc/passwd"),
        ("read:*", "read:/etc/passwd"),
        ("read:*", "read:*"),
        ("write:*", "write:/data"),
        ("command:*", "command:ls"),
        ("command:git *", "command:git push"),
        ("command:git status", "command:git push"),
        ("command:git status", "command:git status --short"),
        ("command:git status", "command:hg *"),
        ("package:numpy", "package:pandas"),
        ("package:numpy", "package:*"),
        ("package:*", "package:numpy"),
    ],
)
def test_a_grant_settles_nothing_else(granted: str, needed: str) -> None:
    """No other host, port, folder, command or package; what isn't exact can't be granted."""
    assert not allowed(granted, needed)


def test_an_unknown_kind_is_one_line_with_examples() -> None:
    """Typing errors of a caller."""
    with pytest.raises(UsageError, match=r"'disk:/x' is no permission\. Write e\.g\. network:"):
        Permission.parse("disk:/x")


@given(st.sampled_from(KINDS), st.text(max_size=40))
def test_keys_are_read_back_as_what_they_were(kind: str, target: str) -> None:
    """Whatever a model or a person writes, a key is stable."""
    permission = Permission.parse(f"{kind}:{target}")
    assert Permission.parse(permission.key) == permission


@given(st.text(max_size=30))
def test_hosts_are_split_the_same_way_again(target: str) -> None:
    """Splitting what was joined gives the same host and port."""
    host, port = split_host(Permission("network", target).target)
    assert split_host(
        Permission("network", f"[{host}]:{port}" if port and ":" in host else target).target
    ) in (
        (host, port),
        split_host(target),
    )


NAMES = st.lists(st.sampled_from(["a", "b", "in", "inner", "..", ".", "x*"]), min_size=1, max_size=6)


@given(NAMES, NAMES)
def test_a_folder_covers_exactly_what_is_beneath_it(folder: list[str], path: list[str]) -> None:
    """Against the definition, for paths of any spelling: with `.`, `..` and doubled slashes."""
    granted, needed = "/" + "/".join(folder), "/" + "//".join(path)
    expected = posixpath.commonpath([posixpath.normpath(granted), posixpath.normpath(needed)])
    beneath = expected == posixpath.normpath(granted) != "/"
    if ANY in granted:
        assert not allowed(f"read:{granted}", f"read:{needed}")
    elif ANY not in needed:
        assert allowed(f"read:{granted}", f"read:{needed}") == beneath
        assert allowed(f"write:{granted}", f"read:{needed}") == beneath
        assert not allowed(f"read:{granted}", f"write:{needed}")


def test_links_are_followed_before_a_path_is_compared(tmp_path: os.PathLike[str]) -> None:
    """A link out of a granted folder is not within it, a link into it is."""
    from pathlib import Path

    from apprentice.safety import SafetyGate

    root = Path(os.path.realpath(tmp_path))
    (root / "in").mkdir()
    (root / "in" / "out").symlink_to("/etc")
    (root / "alias").symlink_to(root / "in")
    gate, granted = SafetyGate(()), [Permission("read", str(root / "in"))]
    assert gate.review(f"open('{root}/alias/x')", granted=granted).allowed
    assert not gate.review(f"open('{root}/in/out/passwd')", granted=granted).allowed
