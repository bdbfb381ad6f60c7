"""From permissions to what the sandbox opens: exact, resolved, and never what is the system's or the agent's own."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apprentice.errors import UsageError
from apprentice.grants import exact, grants_for, in_words
from apprentice.packages import Environment
from apprentice.safety.permissions import Permission
from apprentice.sandbox.base import Grants


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with its links followed; the workspace is `w` in it."""
    return Path(os.path.realpath(tmp_path))


def opened(keys: Sequence[str], root: Path) -> Grants:
    def install(imports: Sequence[str]) -> Environment:
        return Environment(root / "packages", tuple(f"{name}==1" for name in imports), tuple(imports))

    granted = [exact(key, root / "w") for key in keys]
    return grants_for(granted, workspace=root / "w", install=install)[0]


def test_each_kind_opens_what_it_names(root: Path) -> None:
    """One of each, as the sandbox takes it."""
    for name in ("in", "out"):
        (root / name).mkdir()
    keys = [
        "network:Example.com:8443",
        f"read:{root}/in",
        f"write:{root}/out",
        "command:ls -l 'a b'",
        "package:numpy",
    ]
    assert opened(keys, root) == Grants(
        connect=(("example.com", 8443),),
        read=(f"{root}/in",),
        write=(f"{root}/out",),
        commands=(("ls", "-l", "a b"),),
        packages=(f"{root}/packages",),
    )
    assert opened([], root) == Grants()


@pytest.mark.parametrize(
    ("key", "connect"),
    [
        ("network:example.com", (("example.com", 80), ("example.com", 443))),
        ("network:bücher.example:80", (("xn--bcher-kva.example", 80),)),
        ("network:127.0.0.1:8000", (("127.0.0.1", 8000),)),
        ("network:[::1]:8000", (("::1", 8000),)),
        ("network:localhost:8000", (("localhost", 8000),)),
        ("network:intranet:80", (("private:intranet", 80),)),
        ("network:db.internal:5432", (("private:db.internal", 5432),)),
        ("network:*", (("*", 0),)),
        ("network:*:443", (("*", 443),)),
    ],
)
def test_hosts_and_ports(key: str, connect: tuple[tuple[str, int], ...], root: Path) -> None:
    """A host alone is a web server; a name that can't be public may be private; `*` is never private."""
    assert opened([key], root).connect == connect


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("network:a b:80", "host"),
        ("network:0x7f.1:80", "usual spelling"),
        ("network:127.1:80", "usual spelling"),
        ("network:example.com:99999", "host"),
        ("read:data/in", "absolute"),
        ("read:../in", "absolute"),
        ("read:*", "no single file or folder"),
        ("read:/data/*", "no single file or folder"),
        ("read:/", "belongs to the system"),
        ("read:/proc/1/mem", "isn't there|belongs to the system"),
        ("read:/proc/self", "belongs to the system"),
        ("read:/sys", "belongs to the system"),
        ("read:/dev/zero", "neither a file nor a folder"),
        ("read:/nowhere/at/all", "isn't there"),
        ("read:/da\nta", "control character"),
        ("write:/", "belongs to the system"),
        ("write:/etc", "belongs to the system"),
        ("write:/etc/hosts", "belongs to the system"),
        ("write:/usr/local", "belongs to the system"),
        ("write:/tmp", "belongs to the system"),
        ("write:~", "home folder|belongs to the system"),
        ("write:/nowhere/at/all", "isn't there"),
        ("command:*", "no single command"),
        ("command:git *", "no single command"),
        ("command:no-such-program-here --x", "no program"),
        ("command:bin/tool", "relative path"),
        ("command:rm -rf /", "never run"),
        ("command:sudo ls", "never run"),
        ("command:pip install attrs", "by the agent"),
        ("package:*", "no single package"),
        ("package:../x", "no single package"),
        ("package:surely_not_on_the_list", "list of allowed packages"),
        ("nonsense", "no permission"),
    ],
)
def test_what_is_never_granted_is_one_line(key: str, why: str, root: Path) -> None:
    """It says why, and what to do instead."""
    with pytest.raises(UsageError, match=why) as caught:
        exact(key, root / "w")
    assert "\n" not in str(caught.value)
    assert caught.value.next_step


def test_the_agents_own_files_are_never_written(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its workspace, whatever contains it, its program, its Python, its settings; a data folder of the workspace is free."""
    workspace = root / "w"
    for name in ("skills", "logs", "environments", "data"):
        (workspace / name).mkdir(parents=True)
    (workspace / "memory.json").touch()
    (root / "elsewhere").mkdir()
    monkeypatch.chdir(root / "elsewhere")
    for path in (
        *(workspace / name for name in (".", "skills", "logs", "environments", "memory.json")),
        workspace / "memory.json.lock",
        root,
        root.parent,
        Path(sys.prefix),
        Path(__file__).parent.parent / "apprentice",
        Path(__file__).parent.parent,
        root / "elsewhere",
    ):
        with pytest.raises(UsageError, match="can't be granted"):
            exact(f"write:{path}", workspace)
    assert exact(f"write:{workspace}/data", workspace).target == f"{workspace}/data"
    assert exact(f"read:{workspace}", workspace).target == str(workspace)


def test_settings_and_keys_in_the_home_folder_are_never_written(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`~/.ssh` and its like; `~` is the person's own home folder."""
    for name in (".ssh", "notes"):
        (root / "home" / name).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(root / "home"))
    for path in ("~", "~/.ssh", "~/.ssh/authorized_keys", "~/.bashrc"):
        with pytest.raises(UsageError, match="home folder"):
            exact(f"write:{path}", root / "w")
    assert exact("write:~/notes", root / "w").key == f"write:{root}/home/notes"


def test_links_are_followed_when_a_path_is_granted_and_checked_when_it_is_opened(root: Path) -> None:
    """The person sees where a path leads; if it leads elsewhere later, it isn't opened."""
    for name in ("real", "secret"):
        (root / name).mkdir()
    (root / "link").symlink_to(root / "real")
    granted = exact(f"read:{root}/link", root / "w")
    assert granted.key == f"read:{root}/real"
    (root / "real").rmdir()
    (root / "real").symlink_to(root / "secret")
    with pytest.raises(UsageError, match="not what was approved any more"):
        grants_for([granted], workspace=root / "w", install=lambda imports: pytest.fail("nothing to install"))


def test_a_link_into_the_system_is_not_written(root: Path) -> None:
    """Its name hides nothing."""
    (root / "link").symlink_to("/etc")
    with pytest.raises(UsageError, match="/etc belongs to the system"):
        exact(f"write:{root}/link", root / "w")


def test_writing_a_file_that_is_not_there_needs_its_folder(root: Path) -> None:
    """A file that is there can be granted alone."""
    (root / "out").mkdir()
    assert exact(f"write:{root}/out/new.csv", root / "w").key == f"write:{root}/out"
    (root / "out" / "new.csv").touch()
    assert exact(f"write:{root}/out/new.csv", root / "w").key == f"write:{root}/out/new.csv"


def test_words_say_what_is_opened(root: Path) -> None:
    """Host and port, folder or file, the whole command."""
    (root / "f.txt").touch()
    words = {
        "network:example.com:443": "open network connections to example.com, port 443",
        "network:example.com": "open network connections to example.com, ports 80 and 443",
        "network:*": "open network connections to any public host, any port",
        f"read:{root}": f"read everything in the folder {root}",
        f"read:{root}/f.txt": f"read the file {root}/f.txt",
        f"write:{root}/f.txt": f"read, change and delete the file {root}/f.txt",
        "command:git status": "run the command `git status`",
        "command:ls | wc": "run the command `ls | wc` in a shell",
    }
    assert {key: in_words(Permission.parse(key)) for key in words} == words
    assert "your own network" in in_words(Permission("network", "10.0.0.1:80"))


PARTS = st.lists(st.sampled_from(["in", "..", ".", "", "link", "deep", "~"]), max_size=7)


@given(PARTS)
def test_what_is_granted_is_absolute_real_and_never_the_agents_own(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    """However a path is spelled."""
    root = Path(os.path.realpath(tmp_path_factory.getbasetemp())) / "spelled"
    (root / "w" / "skills").mkdir(parents=True, exist_ok=True)
    (root / "in" / "deep").mkdir(parents=True, exist_ok=True)
    if not (root / "in" / "link").is_symlink():
        (root / "in" / "link").symlink_to(root / "w")
    try:
        found = exact(f"write:{root}/in/{'/'.join(parts)}", root / "w").target
    except UsageError:
        return
    assert found == os.path.realpath(found)
    assert found.startswith(f"{root}/")
    assert not found.startswith(f"{root}/w")
