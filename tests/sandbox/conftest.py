"""A sandbox with small limits, and a look at which processes are alive."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from apprentice.sandbox import Limits, ProcessSandbox
from apprentice.sandbox.container.engine import Engine
from apprentice.sandbox.container.launcher import ContainerLauncher
from apprentice.sandbox.launched import LaunchedSandbox
from apprentice.sandbox.wall import WallLauncher

SMALL = Limits(seconds=20, memory_mb=512, output_kb=64, file_mb=4)


@pytest.fixture
def scratch_root(tmp_path: Path) -> Path:
    return tmp_path / "exec"


@pytest.fixture(scope="session")
def warm_launcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WallLauncher]:
    """Landlock and seccomp, without namespaces; its servers are warm for all tests of this process."""
    launcher = WallLauncher(tmp_path_factory.getbasetemp())
    yield launcher
    launcher.close()


@pytest.fixture(params=["wall", "process"])
def sandbox(request: pytest.FixtureRequest, scratch_root: Path) -> LaunchedSandbox:
    """What holds for each kind of sandbox."""
    if request.param == "wall":
        return LaunchedSandbox(request.getfixturevalue("warm_launcher"), scratch_root, SMALL)
    return ProcessSandbox(scratch_root, SMALL)


@pytest.fixture
def process_sandbox(scratch_root: Path) -> ProcessSandbox:
    """A process without a wall, whose runs may start others."""
    return ProcessSandbox(scratch_root, SMALL)


@pytest.fixture
def wall(scratch_root: Path) -> Iterator[LaunchedSandbox]:
    """Landlock and seccomp, without namespaces."""
    kind = LaunchedSandbox(WallLauncher(scratch_root), scratch_root, SMALL)
    yield kind
    kind.close()


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """A stand-in for a container engine that answers, whether or not it can run anything here."""
    from tests.sandbox.containers import stand_in

    return stand_in(tmp_path / "engine")


@pytest.fixture
def working_engine(engine: Engine) -> Engine:
    """The same, where it can."""
    from tests.sandbox.containers import why_not

    if reason := why_not():
        pytest.skip(reason)
    return engine


@pytest.fixture
def container(working_engine: Engine, scratch_root: Path) -> Iterator[LaunchedSandbox]:
    """A sandbox in containers; nothing of it may be left at the end."""
    from tests.sandbox.containers import running

    kind = LaunchedSandbox(ContainerLauncher(working_engine), scratch_root, Limits(seconds=20))
    yield kind
    kind.close()
    assert running(working_engine) == []
    assert list(scratch_root.glob("run-*")) == []


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie doesn't)."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(") ")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


@pytest.fixture
def all_gone() -> Callable[[Path, int], bool]:
    """Whether the processes that wrote their ids to a file, at least `count`, all end within some seconds."""

    def check(file: Path, count: int) -> bool:
        pids = [int(line) for line in file.read_text().split()]
        assert len(pids) >= count, pids
        assert os.getpid() not in pids
        deadline = time.monotonic() + 10
        while any(map(alive, pids)) and time.monotonic() < deadline:
            time.sleep(0.02)
        return not any(map(alive, pids))

    return check
