"""Runs code as a confined worker with a broker, without the rest of the sandbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from apprentice.sandbox.base import Grants, Limits
from apprentice.sandbox.broker.broker import Broker
from apprentice.sandbox.broker.network import Resolver, system_resolver

#: Stands in the place of the sandbox's worker: the same patches, and the same confinement around them.
_WORKER = """
import marshal, os, sys
from types import ModuleType
descriptor, connect, commands, work, packages, confined, folder, code = marshal.loads(bytes.fromhex(sys.argv[1]))
for name, path in (("apprentice", os.path.dirname(folder)), ("apprentice.sandbox", folder)):
    package = ModuleType(name)
    package.__path__ = [path]
    sys.modules[name] = package
from apprentice.sandbox.child import broker, confine
os.chdir(work)
limits = {"seconds": 60, "cpu_seconds": 60, "memory_mb": 2048, "file_mb": 16, "open_files": 128}
read = [*confine.readable(), *packages]
policy = {"read": read, "write": [work], "network": connect, "descriptors": True, "max_abi": 99}
broker.install(descriptor, connect, commands)
if confined:
    confine.confine(policy, limits)
for name in [name for name in sys.modules if name.partition(".")[0] == "apprentice"]:
    del sys.modules[name]
sys.path += packages
exec(compile(code, "main.py", "exec", dont_inherit=True), {"__name__": "__main__"})
"""

LIMITS = Limits(seconds=60, memory_mb=1024, processes=32, file_mb=8)


@dataclass
class Run:
    """A run's folder and its broker."""

    folder: Path
    broker: Broker
    grants: Grants

    @property
    def work(self) -> Path:
        return self.folder / "work"

    def start(
        self, code: str, *, packages: Sequence[str] = (), confined: bool = True
    ) -> subprocess.Popen[str]:
        """Start code with the broker's end and nothing else."""
        import marshal

        import apprentice.sandbox

        folder = os.path.dirname(apprentice.sandbox.__file__)
        given = (
            self.broker.child_end, bool(self.grants.connect), bool(self.grants.commands), str(self.work), list(packages),
            confined, folder, code,
        )  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", _WORKER, marshal.dumps(given).hex()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[self.broker.child_end],
            env={"LANG": "C.UTF-8", "HOME": str(self.work), "TMPDIR": str(self.work)},
            text=True,
        )
        self.broker.handed_over()
        self.broker.start()
        return process

    def python(self, code: str, *, packages: Sequence[str] = (), confined: bool = True) -> str:
        """What code prints; it must end without an error."""
        process = self.start(code, packages=packages, confined=confined)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        return out.strip()


@contextmanager
def run_with(
    folder: Path,
    grants: Grants,
    *,
    limits: Limits = LIMITS,
    resolver: Resolver = system_resolver,
    max_abi: int = 99,
) -> Iterator[Run]:
    """A run's folder with a broker that isn't serving yet; closed at the end."""
    for part in ("code", "work"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    broker = Broker(grants, folder=folder, limits=limits, resolver=resolver, max_abi=max_abi)
    try:
        yield Run(folder, broker, grants)
    finally:
        broker.close()


PYTHON = "/usr/bin/python3"

needs_python = pytest.mark.skipif(not os.path.exists(PYTHON), reason="a system's Python is run as a command")

RUN = """
import json, subprocess, sys
def attempt(*args, **options):
    try:
        done = subprocess.run(*args, capture_output=True, text=True, **options)
        return [done.returncode, done.stdout, done.stderr]
    except OSError as error:
        return [type(error).__name__, str(error)]
"""


def outcomes(folder: Path, grants: Grants, *calls: str, **options: object) -> list[list[object]]:
    """What `subprocess.run` gives for each call's arguments: exit code, output, errors; or an exception."""
    code = RUN + f"print(json.dumps([{', '.join(f'attempt({call})' for call in calls)}]))"
    with run_with(folder, grants, **options) as run:  # type: ignore[arg-type]
        found: list[list[object]] = json.loads(run.python(code))
        return found
