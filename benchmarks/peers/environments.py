"""A virtual environment for each peer, made on demand from its pinned requirements."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

_HERE = Path(__file__).parent
_MARK = "installed.sha256"
_SECONDS = 1800.0


class PeerMissing(Exception):
    """A peer's environment could not be made; says what the installer said."""


def requirements_of(environment: str) -> Path:
    """The file that pins what an environment holds."""
    return _HERE / f"requirements-{environment}.txt"


def python_of(environment: str, folder: Path) -> Path:
    """The interpreter of a peer's environment below `folder`, which is made first where it is missing or outdated.

    Raises:
        PeerMissing: the install failed; nothing half-made is left behind.
    """
    home = folder.resolve() / environment
    wanted = requirements_of(environment)
    mark = home / _MARK
    key = hashlib.sha256(wanted.read_bytes() + sys.version.encode()).hexdigest()
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f"{environment}.lock"):
        if mark.is_file() and mark.read_text(encoding="utf-8") == key and python.exists():
            return python
        shutil.rmtree(home, ignore_errors=True)
        try:
            _run([sys.executable, "-m", "venv", str(home)])
            _run([str(python), "-m", "pip", "install", "--quiet", "--no-input", "-r", str(wanted)])
        except BaseException:
            shutil.rmtree(home, ignore_errors=True)
            raise
        mark.write_text(key, encoding="utf-8")
    return python


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeerMissing(f"{' '.join(command)}: {error}") from error
    if done.returncode != 0:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-12:])
        raise PeerMissing(f"{' '.join(command)} ended with {done.returncode}:\n{said}")
