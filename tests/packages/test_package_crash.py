"""Killed at any point, or two at once: the old or the new environment is there, whole, and nothing else stays."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from apprentice.crashpoints import PACKAGE_CRASH_POINTS
from apprentice.packages import PackageStore
from apprentice.packages.store import KEPT_SECONDS
from tests.forked import run_script

if TYPE_CHECKING:
    from tests.packages.conftest import Index

ROOT = Path(__file__).parents[2]
ENSURE = (
    "import sys; from pathlib import Path; from apprentice.packages import PackageStore\n"
    "store = PackageStore(Path(sys.argv[1]))\n"
    "print(store.ensure('skill', sys.argv[2:], on_event=print).folder)\n"
)


def start(workspace: Path, *imports: str, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ENSURE, str(workspace), *imports]
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    )


def entries(workspace: Path) -> list[str]:
    """What is in the skill's folder, folders of packages counted as one kind."""
    names = os.listdir(workspace / "environments" / "skill")
    return sorted("v-" if name.startswith("v-") else name for name in names)


@pytest.mark.parametrize("point", PACKAGE_CRASH_POINTS)
def test_killed_at(point: str, index: Index, workspace: Path) -> None:
    """The environment is the one from before or the new one; the next call puts all right and leaves no scrap."""
    index.wheel("alpha")
    index.wheel("beta")
    store = PackageStore(workspace)
    old = store.ensure("skill", ["alpha"])
    ended = run_script(ENSURE, workspace, "alpha", "beta", AGENT_CRASH_AT=point)
    assert ended.returncode == -signal.SIGKILL
    now = store.get("skill")
    assert now is not None
    assert now.pinned in (("alpha==1.0",), ("alpha==1.0", "beta==1.0"))
    assert (now.pinned == old.pinned) is (point != "packages.recorded")
    for pin in now.pinned:
        assert (now.folder / f"{pin.split('==')[0]}.py").is_file()
    after = store.ensure("skill", ["alpha", "beta"])
    assert after.pinned == ("alpha==1.0", "beta==1.0")
    assert not [name for name in entries(workspace) if name.startswith(".")]
    file = workspace / "environments" / "skill" / "environment.json"
    os.utime(file, (time.time() - KEPT_SECONDS - 60,) * 2)
    assert store.ensure("skill", ["alpha", "beta"]) == after
    assert entries(workspace) == ["environment.json", "v-"]


@pytest.mark.parametrize("point", PACKAGE_CRASH_POINTS)
def test_killed_at_the_first_installation(point: str, index: Index, workspace: Path) -> None:
    """Where there was nothing before, there is nothing or the whole after it."""
    index.wheel("alpha")
    assert run_script(ENSURE, workspace, "alpha", AGENT_CRASH_AT=point).returncode == -signal.SIGKILL
    store = PackageStore(workspace)
    assert (store.get("skill") is not None) is (point == "packages.recorded")
    store.ensure("skill", ["alpha"])
    assert [name for name in entries(workspace) if name.startswith(".")] == []


def test_two_processes_at_once(index: Index, workspace: Path) -> None:
    """One installs, the others wait for it and use the same folder."""
    index.wheel("alpha")
    processes = [start(workspace, "alpha") for _ in range(3)]
    told = [process.communicate(timeout=60)[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len({lines[-1] for lines in told}) == 1
    assert sum(line.startswith("Installing") for lines in told for line in lines) == 1
    assert entries(workspace) == ["environment.json", "v-"]


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the kernel ends children with their parent on Linux only"
)
def test_the_installer_is_gone_with_the_agent(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A killed agent leaves no installer behind, and its scraps are swept by the next one."""
    for name in ("PIP_NO_INDEX", "UV_NO_INDEX", "PIP_FIND_LINKS", "UV_FIND_LINKS"):
        monkeypatch.delenv(name)
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/simple"
        process = start(workspace, "alpha", UV_DEFAULT_INDEX=url, PIP_INDEX_URL=url)
        server.settimeout(60)
        connection, _ = server.accept()
        children = psutil.Process(process.pid).children(recursive=True)
        assert children
        process.kill()
        process.communicate(timeout=10)
        _, alive = psutil.wait_procs(children, timeout=10)
        connection.close()
        assert alive == []


def test_old_folders_stay_for_runs_that_use_them(index: Index, workspace: Path) -> None:
    """A replaced folder stays for as long as a run may last, and no longer."""
    index.wheel("alpha")
    index.wheel("beta")
    store = PackageStore(workspace)
    old = store.ensure("skill", ["alpha"])
    new = store.ensure("skill", ["beta"])
    store.ensure("skill", ["beta"])
    assert old.folder.is_dir()
    os.utime(new.folder.parent / "environment.json", (time.time() - KEPT_SECONDS - 60,) * 2)
    store.ensure("skill", ["beta"])
    assert not old.folder.exists()
    assert new.folder.is_dir()


def test_a_moved_workspace(index: Index, workspace: Path, tmp_path: Path) -> None:
    """Nothing in the workspace names its own place."""
    index.wheel("alpha")
    store = PackageStore(workspace)
    store.ensure("skill", ["alpha"])
    shutil.move(workspace, tmp_path / "moved")
    shutil.rmtree(index.folder)
    moved = PackageStore(tmp_path / "moved").ensure("skill", ["alpha"], on_event=pytest.fail)
    assert moved.folder.is_relative_to(tmp_path / "moved")
