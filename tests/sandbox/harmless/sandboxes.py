"""The sandboxes of this machine in which the programs are tried."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from apprentice.sandbox import ProcessSandbox, Sandbox
from apprentice.sandbox.launched import LaunchedSandbox
from apprentice.sandbox.namespaces import find_bubblewrap
from apprentice.sandbox.wall import WallLauncher
from tests.sandbox.harmless.judge import LIMITS

Make = Callable[[Path], Sandbox]


def walls() -> dict[str, Make]:
    """What makes a sandbox of each kind that has a wall, given a folder for its scratch folders."""
    found: dict[str, Make] = {}
    if sys.platform != "linux":
        return found
    found["wall"] = lambda root: LaunchedSandbox(WallLauncher(root), root, LIMITS)
    found["wall, Landlock ABI 4"] = lambda root: LaunchedSandbox(WallLauncher(root, max_abi=4), root, LIMITS)
    bubblewrap = find_bubblewrap()
    if bubblewrap is not None:
        command = [*bubblewrap.prefix(read=(), write=()), "/bin/true"]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            found["wall and namespaces"] = lambda root: LaunchedSandbox(
                WallLauncher(root, bubblewrap=bubblewrap), root, LIMITS
            )
    return found


def variants() -> dict[str, Make]:
    """The walls, and a separate process without one."""
    return {**walls(), "process": lambda root: ProcessSandbox(root, LIMITS)}
