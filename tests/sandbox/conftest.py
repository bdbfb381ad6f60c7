"""A sandbox with small limits, and a look at which processes are alive."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from apprentice.sandbox import Limits, ProcessSandbox
from apprentice.sandbox.launched import LaunchedSandbox
from apprentice.sandbox.wall import WallLauncher

SMALL = Limits(seconds=20, memory_mb=512, output_kb=64, file_mb=4)


@pytest.fixture
def scratch_root(tmp_path: Path) -> Path:
    return tmp_path / "exec"


@pytest.fixture(params=["wall", "process"])
def sandbox(request: pytest.FixtureRequest, scratch_root: Path) -> Iterator[LaunchedSandbox]:
    """What holds for each kind of sandbox."""
    kind = ProcessSandbox(scratch_root, SMALL)
    if request.param == "wall":
        kind = LaunchedSandbox(WallLauncher(scratch_root), scratch_root, SMALL)
    yield kind
    kind.close()


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
