"""A stand-in for a container engine, and a look at what it was told and what runs in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from apprentice.sandbox.container.engine import Engine, default_image
from tests.sandbox.conftest import alive


def stand_in(folder: Path) -> Engine:
    """An engine that works, without Landlock inside, in a folder of its own with its settings."""
    folder.mkdir()
    source = Path(__file__).with_name("stand_in_engine.py").read_text()
    (folder / "docker").write_text(f"#!{sys.executable}\n{source}")
    (folder / "docker").chmod(0o755)
    (folder / "images").write_text(f"{default_image()}\n")
    (folder / "no-landlock").touch()
    return Engine(str(folder / "docker"))


def why_not() -> str:
    """Why the stand-in can't run anything on this machine; empty where it can."""
    if shutil.which("bwrap", path="/usr/bin") is None:
        return "there is no bubblewrap here"
    command = "/usr/bin/bwrap --unshare-user --unshare-pid --unshare-net --proc /proc --dev /dev --ro-bind /usr /usr"
    command += " --ro-bind /lib /lib --ro-bind /bin /bin --ro-bind-try /lib64 /lib64 /bin/true"
    works = subprocess.run(command.split(), capture_output=True, check=False).returncode == 0
    return "" if works else "this system allows no user namespaces"


def state(engine: Engine) -> Path:
    return Path(engine.program).parent


def log(engine: Engine, command: str = "run") -> list[list[str]]:
    """The engine's command lines of one kind, in order."""
    lines = map(json.loads, (state(engine) / "log").read_text().splitlines())
    return [line for line in lines if line[0] == command]


def running(engine: Engine) -> list[int]:
    """The first processes of the containers that run."""
    return [pid for file in state(engine).glob("*.pid") if alive(pid := int(file.read_text()))]


def family() -> list[int]:
    """This process's living descendants."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            parents[int(name)] = int(Path(f"/proc/{name}/stat").read_text().rpartition(") ")[2].split()[1])
        except OSError:
            continue
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(pid for pid in found - {os.getpid()} if alive(pid))
