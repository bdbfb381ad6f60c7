"""What a hostile package tries at its installation: nothing of it runs, and nothing lands outside its folder."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from apprentice.errors import PackageError
from apprentice.packages import PackageStore
from apprentice.packages.installed import clean

if TYPE_CHECKING:
    from tests.packages.conftest import Index


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_a_source_package_is_never_built(store: PackageStore, index: Index, tmp_path: Path) -> None:
    """A package without a wheel is refused; its build script doesn't run."""
    canary = tmp_path / "canary"
    index.sdist("sourced", canary)
    with pytest.raises(PackageError, match="'sourced' has no ready-built file"):
        store.ensure("skill", ["sourced"])
    assert not canary.exists()


def test_a_dependency_from_source(store: PackageStore, index: Index, tmp_path: Path) -> None:
    """The same for what a package depends on."""
    canary = tmp_path / "canary"
    index.sdist("sourced", canary)
    index.wheel("alpha", needs=["sourced"])
    with pytest.raises(PackageError, match="'sourced' has no ready-built file"):
        store.ensure("skill", ["alpha"])
    assert not canary.exists()


def test_an_older_wheel_beside_a_newer_source(store: PackageStore, index: Index, tmp_path: Path) -> None:
    """The newest wheel is taken, not the newer source."""
    index.sdist("alpha", tmp_path / "canary", "2.0")
    index.wheel("alpha", "1.0")
    assert store.ensure("skill", ["alpha"]).pinned == ("alpha==1.0",)
    assert not (tmp_path / "canary").exists()


def test_a_dependency_by_address(store: PackageStore, index: Index, tmp_path: Path) -> None:
    """A wheel that names a source package by its address, which pip would build, is refused."""
    canary = tmp_path / "canary"
    (tmp_path / "elsewhere").mkdir()
    source = index.sdist("hidden", canary, folder=tmp_path / "elsewhere")
    index.wheel("evil", needs=[f"hidden @ {source.as_uri()}"])
    with pytest.raises(PackageError, match="'hidden' from an address of its own"):
        store.ensure("skill", ["evil"])
    assert not canary.exists()


def test_what_would_act_by_itself_is_taken_out(store: PackageStore, index: Index) -> None:
    """No `.pth` file, no `sitecustomize`, no command, nothing that hides a module of the standard library stays."""
    index.wheel(
        "evil",
        files={
            "evil/__init__.py": "",
            "evil/json.py": "",
            "evil.pth": "import os\n",
            "evil-more.PTH": "import os\n",
            "sitecustomize.py": "",
            "usercustomize/__init__.py": "",
            "json/__init__.py": "",
            "random.py": "",
            "bin/inner": "",
            "evil-1.0.data/scripts/evil-tool": "#!python\nprint()\n",
            "evil-1.0.data/data/bin/other-tool": "",
            "evil-1.0.dist-info/entry_points.txt": "[console_scripts]\nevil-command = evil:main\n",
        },
    )
    environment = store.ensure("skill", ["evil"])
    files = {
        name for name in files_of(environment.folder) if ".dist-info" not in name and "evil/" not in name
    }
    assert files - {"__pycache__"} == {"evil"}
    assert (environment.folder / "evil" / "json.py").exists()
    assert not list(environment.folder.rglob("direct_url.json"))


@pytest.mark.parametrize("place", ["../{}", "../../../../{}", "evil-1.0.data/data/../../../{}", "{absolute}"])
def test_nothing_lands_outside(store: PackageStore, index: Index, tmp_path: Path, place: str) -> None:
    """Paths that lead out of the folder are refused or left away: outside, nothing is new."""
    name = place.format("escaped.txt", absolute=tmp_path / "escaped.txt")
    index.wheel("evil", files={"evil.py": "", name: "x"})
    with contextlib.suppress(PackageError):
        store.ensure("skill", ["evil"])
    assert [path for path in tmp_path.rglob("escaped.txt") if ".cache" not in path.parts] == []


def test_links_are_refused(tmp_path: Path) -> None:
    """A link in a folder of packages may lead outside."""
    for number, make in enumerate(
        (
            lambda path: path.symlink_to("/etc/passwd"),
            lambda path: path.symlink_to(tmp_path, target_is_directory=True),
            os.mkfifo,
        )
    ):
        folder = tmp_path / str(number)
        (folder / "deep").mkdir(parents=True)
        make(folder / "deep" / "link")
        with pytest.raises(PackageError, match="brings deep/link, which is no plain file"):
            clean(folder)
    with socket.socket(socket.AF_UNIX) as server:
        (tmp_path / "s").mkdir()
        here = os.getcwd()
        os.chdir(tmp_path / "s")
        try:
            server.bind("socket")
        finally:
            os.chdir(here)
        with pytest.raises(PackageError, match="no plain file"):
            clean(tmp_path / "s")


def test_special_rights_are_taken_away(tmp_path: Path) -> None:
    """No file keeps set-user-id or set-group-id."""
    file = tmp_path / "tool"
    file.write_text("")
    file.chmod(0o6755)
    clean(tmp_path)
    assert file.stat().st_mode & 0o7000 == 0


def test_damaged_wheels(store: PackageStore, index: Index, workspace: Path) -> None:
    """A broken file is one clear line, and nothing of it stays."""
    (index.folder / "alpha-1.0-py3-none-any.whl").write_bytes(b"PK\x03\x04 not a zip file")
    with pytest.raises(PackageError) as caught:
        store.ensure("skill", ["alpha"])
    assert "\n" not in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert store.get("skill") is None
