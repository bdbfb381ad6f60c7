"""Installing: the right versions, used again, kept, brought back; and one clear line for whatever goes wrong."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from apprentice.cancellation import CancelToken
from apprentice.errors import Cancelled, PackageError, UsageError
from apprentice.packages import PackageStore

if TYPE_CHECKING:
    from tests.packages.conftest import Index


def run(folder: Path, code: str) -> str:
    """What a program prints that has the folder at the end of its module path."""
    program = f"import sys; sys.path.append({str(folder)!r})\n{code}"
    command = [sys.executable, "-I", "-S", "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()


def leftovers(workspace: Path) -> list[str]:
    """Temporary files and folders of installations."""
    return [str(path) for path in (workspace / "environments").glob("*/.*")]


def test_what_is_installed(store: PackageStore, index: Index, workspace: Path) -> None:
    """The package and what it depends on are there, pinned, compiled, in the workspace, and not in the agent's Python."""
    index.wheel("alpha", "1.2", {"alpha/__init__.py": "import beta\nV = beta.VERSION\n"}, needs=["beta>=1"])
    index.wheel("beta", "1.0")
    index.wheel("beta", "2.0")
    told: list[str] = []
    environment = store.ensure("skill", ["alpha.inner"], on_event=told.append)
    assert environment.pinned == ("alpha==1.2", "beta==2.0")
    assert environment.requested == ("alpha",)
    assert environment.folder.is_relative_to(workspace / "environments" / "skill")
    assert run(environment.folder, "import alpha; print(alpha.V)") == "2.0"
    assert list((environment.folder / "alpha" / "__pycache__").iterdir())
    assert importlib.util.find_spec("alpha") is None
    assert leftovers(workspace) == []
    assert told[0] == "Installing alpha for skill …"
    assert told[-1].startswith("Installed alpha==1.2, beta==2.0 in ")
    assert store.get("skill") == environment


def test_used_again_at_once(any_store: PackageStore, index: Index) -> None:
    """What is there is used again without an installer, within milliseconds, also by another any_store."""
    index.wheel("alpha")
    first = any_store.ensure("skill", ["alpha"])
    shutil.rmtree(index.folder)
    started = time.process_time()
    assert any_store.ensure("skill", ["alpha"], on_event=pytest.fail) == first
    assert time.process_time() - started < 0.1
    assert PackageStore(first.folder.parents[2]).ensure("skill", ["alpha"]) == first


def test_versions_stay_when_more_is_asked_for(store: PackageStore, index: Index) -> None:
    """A further import doesn't change the versions that a skill was proved with, unless they can't stay."""
    index.wheel("alpha")
    index.wheel("beta", "1.0")
    assert store.ensure("skill", ["alpha", "beta"]).pinned == ("alpha==1.0", "beta==1.0")
    index.wheel("alpha", "2.0")
    index.wheel("beta", "2.0")
    index.wheel("plain", needs=["beta"])
    environment = store.ensure("skill", ["plain"])
    assert environment.pinned == ("alpha==1.0", "beta==1.0", "plain==1.0")
    assert environment.requested == ("alpha", "beta", "plain")
    index.wheel("evil", needs=["beta>=2"])
    told: list[str] = []
    changed = store.ensure("skill", ["evil"], on_event=told.append)
    assert "beta==2.0" in changed.pinned
    assert "beta changed from 1.0 to 2.0." in told
    assert run(changed.folder, "import beta; print(beta.VERSION)") == "2.0"
    # A run that began before goes on importing from the folder it has.
    assert run(environment.folder, "import beta; print(beta.VERSION)") == "1.0"


def test_the_same_versions_come_back(store: PackageStore, index: Index, workspace: Path) -> None:
    """A folder that was lost is installed as it was, although the index has newer versions by now."""
    index.wheel("alpha", needs=["beta"])
    index.wheel("beta")
    first = store.ensure("skill", ["alpha"])
    index.wheel("alpha", "2.0")
    index.wheel("beta", "2.0")
    shutil.rmtree(first.folder)
    assert store.get("skill") is None
    told: list[str] = []
    second = store.ensure("skill", ["alpha"], on_event=told.append)
    assert second.pinned == first.pinned
    assert not [line for line in told if "not all of their files" in line]
    shutil.rmtree(workspace / "environments")
    assert store.ensure("skill", ["alpha"], pinned=first.pinned).pinned == first.pinned


def test_versions_that_are_gone(store: PackageStore, index: Index, workspace: Path) -> None:
    """Other versions than those proved are never taken silently; the line says what to do."""
    wheel = index.wheel("alpha")
    first = store.ensure("skill", ["alpha"])
    wheel.unlink()
    index.wheel("alpha", "2.0")
    shutil.rmtree(first.folder)
    with pytest.raises(PackageError, match=r"can't be had any more.*delete .*environment\.json"):
        store.ensure("skill", ["alpha"])
    (workspace / "environments" / "skill" / "environment.json").unlink()
    with pytest.raises(PackageError, match="proved again"):
        store.ensure("skill", ["alpha"], pinned=first.pinned)
    assert store.ensure("skill", ["alpha"]).pinned == ("alpha==2.0",)


def test_another_python(any_store: PackageStore, index: Index, workspace: Path) -> None:
    """An environment of another Python isn't used; versions that this one can't have are replaced, and told."""
    wheel = index.wheel("alpha")
    any_store.ensure("skill", ["alpha"])
    file = workspace / "environments" / "skill" / "environment.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "python": "cpython-27-linux"}))
    assert any_store.get("skill") is None
    wheel.unlink()
    index.wheel("alpha", "2.0")
    told: list[str] = []
    assert any_store.ensure("skill", ["alpha"], on_event=told.append).pinned == ("alpha==2.0",)
    assert "alpha changed from 1.0 to 2.0." in told


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"version": 2}', '{"version": 1, "generation": "../../x"}']
)
def test_a_damaged_record(index: Index, workspace: Path, text: str) -> None:
    """A record that says nothing sensible is replaced, and leads nowhere."""
    index.wheel("alpha")
    home = workspace / "environments" / "skill"
    home.mkdir(parents=True)
    (home / "environment.json").write_text(text)
    store = PackageStore(workspace)
    assert store.get("skill") is None
    assert store.ensure("skill", ["alpha"]).folder.parent == home


def test_the_allow_list_decides(any_store: PackageStore, index: Index, workspace: Path) -> None:
    """What isn't on the list is refused with the way to allow it, also where it is installed already."""
    index.wheel("alpha")
    index.wheel("beta")
    any_store.ensure("skill", ["alpha", "beta"])
    with pytest.raises(
        PackageError, match=r"'numpy' isn't on the list.*add a line to .*allowed_packages\.txt: numpy"
    ):
        any_store.ensure("skill", ["alpha", "numpy"])
    (workspace / "allowed_packages.txt").write_text("beta\n")
    with pytest.raises(PackageError, match="'alpha' isn't on the list"):
        any_store.ensure("skill", ["alpha"])
    environment = any_store.ensure("skill", ["beta"])
    assert environment.pinned == ("beta==1.0",)
    assert not (environment.folder / "alpha.py").exists()


def test_limits_of_the_list(store: PackageStore, index: Index, workspace: Path) -> None:
    """A limit is kept, and one that changed is obeyed at the next use."""
    for version in ("1.0", "2.0", "3.0"):
        index.wheel("alpha", version)
    allowed = workspace / "allowed_packages.txt"
    allowed.write_text("alpha<3\n")
    assert store.ensure("skill", ["alpha"]).pinned == ("alpha==2.0",)
    allowed.write_text("alpha < 2  # the old one\n")
    assert store.ensure("skill", ["alpha"]).pinned == ("alpha==1.0",)
    allowed.write_text("alpha>=7\n")
    with pytest.raises(PackageError, match="fit together") as caught:
        store.ensure("skill", ["alpha"])
    assert "\n" not in str(caught.value)
    assert store.get("skill") is not None


def test_conflicting_needs(store: PackageStore, index: Index) -> None:
    """A dependency of two packages is chosen so that both have what they need; extras and markers count."""
    index.wheel("alpha", needs=["beta", 'absent; python_version < "3"', 'absent; extra == "more"'])
    index.wheel("plain", needs=["beta<2", "alpha"])
    index.wheel("beta", "1.0")
    index.wheel("beta", "2.0", needs=["absent"])
    assert store.ensure("skill", ["alpha", "plain"]).pinned == ("alpha==1.0", "beta==1.0", "plain==1.0")


def test_not_found(store: PackageStore, index: Index, workspace: Path) -> None:
    """An unknown package is named; nothing of the try is left."""
    index.wheel("alpha", needs=["absent"])
    for name in ("absent", "alpha"):
        with pytest.raises(PackageError, match="index has no package 'absent'"):
            store.ensure("skill", [name])
    assert leftovers(workspace) == []
    assert store.get("skill") is None


def test_other_platform(store: PackageStore, index: Index) -> None:
    """A wheel for another Python is no wheel for this one."""
    index.wheel("alpha", tag="cp27-cp27m-win32")
    with pytest.raises(PackageError, match="'alpha' has no ready-built file"):
        store.ensure("skill", ["alpha"])


def test_wrong_import_name(any_store: PackageStore, index: Index) -> None:
    """A package without the module that the list says is an error that names the line."""
    index.wheel("other_name", files={"something.py": ""})
    with pytest.raises(PackageError, match=r"no module 'othername'.*Correct line 5 of"):
        any_store.ensure("skill", ["othername"])


def test_unreachable_index(store: PackageStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that doesn't answer gives one line with the next step; no password is shown."""
    for name in ("PIP_NO_INDEX", "UV_NO_INDEX", "PIP_FIND_LINKS", "UV_FIND_LINKS"):
        monkeypatch.delenv(name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://someone:verysecret@127.0.0.1:{free.getsockname()[1]}/simple"
    monkeypatch.setenv("UV_DEFAULT_INDEX", url)
    monkeypatch.setenv("PIP_INDEX_URL", url)
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(
        PackageError, match=r"index can't be reached\. Go online once, or .*UV_FIND_LINKS"
    ) as caught:
        store.ensure("skill", ["alpha"])
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.fixture
def silent_index(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An index that takes connections and never answers."""
    for name in ("PIP_NO_INDEX", "UV_NO_INDEX", "PIP_FIND_LINKS", "UV_FIND_LINKS"):
        monkeypatch.delenv(name)
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/simple"
        monkeypatch.setenv("UV_DEFAULT_INDEX", url)
        monkeypatch.setenv("PIP_INDEX_URL", url)
        yield


@pytest.mark.usefixtures("silent_index")
def test_cancelled(store: PackageStore, workspace: Path) -> None:
    """Ctrl-C is felt within a second, and leaves nothing."""
    cancel = CancelToken()
    timer = threading.Timer(0.7, cancel.cancel)
    timer.start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        store.ensure("skill", ["alpha"], cancel=cancel)
    assert time.monotonic() - started < 10
    timer.join()
    assert leftovers(workspace) == []


@pytest.mark.usefixtures("silent_index")
def test_too_long(store: PackageStore, workspace: Path) -> None:
    """The time that an installation may take is kept."""
    slow = PackageStore(workspace, installer=store._tool, timeout=0.7)
    with pytest.raises(PackageError, match="took too long"):
        slow.ensure("skill", ["alpha"])
    assert leftovers(workspace) == []


def test_options_of_the_environment(
    store: PackageStore, index: Index, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where and what is installed isn't up to variables meant for other uses of pip and uv."""
    index.wheel("alpha")
    (tmp_path / "home").mkdir()
    for name, value in {
        "PIP_TARGET": str(tmp_path / "home"),
        "PIP_PREFIX": str(tmp_path / "home"),
        "PIP_USER": "1",
        "PIP_REQUIRE_VIRTUALENV": "1",
        "PIP_DRY_RUN": "1",
        "PIP_NO_BINARY": ":all:",
        "UV_NO_BINARY": "1",
        "UV_SYSTEM_PYTHON": "1",
        "UV_LINK_MODE": "symlink",
        "PYTHONPATH": str(tmp_path / "home"),
    }.items():
        monkeypatch.setenv(name, value)
    assert store.ensure("skill", ["alpha"]).pinned == ("alpha==1.0",)
    assert list((tmp_path / "home").iterdir()) == []


def test_a_project_around_the_workspace(store: PackageStore, index: Index, tmp_path: Path) -> None:
    """The settings of the project in which the workspace lies are not for its skills."""
    index.wheel("alpha")
    project = "[tool.uv]\noverride-dependencies = ['alpha==9']\n[tool.uv.pip]\nno-binary = [':all:']\n"
    (tmp_path / "workspace" / "pyproject.toml").write_text(project)
    here = os.getcwd()
    os.chdir(tmp_path / "workspace")
    try:
        assert store.ensure("skill", ["alpha"]).pinned == ("alpha==1.0",)
    finally:
        os.chdir(here)


def test_removed(any_store: PackageStore, index: Index, workspace: Path) -> None:
    """What is removed is gone, and other skills' packages stay."""
    index.wheel("alpha")
    any_store.ensure("one", ["alpha"])
    two = any_store.ensure("two", ["alpha"])
    assert any_store.remove("one") is True
    assert any_store.remove("one") is False
    assert not (workspace / "environments" / "one").exists()
    assert any_store.get("two") == two


def test_wrong_use(workspace: Path) -> None:
    """Names that could lead elsewhere, and nothing asked for, are refused."""
    store = PackageStore(workspace)
    for name in ("", "../x", "a/b", ".hidden", "a b"):
        for call in (store.get, store.remove, lambda skill: store.ensure(skill, ["alpha"])):
            with pytest.raises(UsageError, match="is no name of a skill"):
                call(name)
    with pytest.raises(UsageError, match="No package was named"):
        store.ensure("skill", [])
    with pytest.raises(UsageError, match="pinned versions"):
        store.ensure("skill", ["alpha"], pinned=["alpha>=1"])
