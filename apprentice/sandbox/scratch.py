"""Scratch folders: one a run, always removed."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

from apprentice.errors import SandboxError
from apprentice.files import workspace_error

_NAME = re.compile(r"run-(\d+)-[0-9a-f]{16}")

#: Folders of runs that this process has going on now.
_living: set[Path] = set()
_lock = threading.Lock()


@contextlib.contextmanager
def scratch_folder(root: Path) -> Iterator[Path]:
    """A new folder `run-<pid>-<random>` under `root` with empty `code` and `work`, removed with all in it at the end.

    Raises:
        SandboxError: the folder can't be made.
    """
    folder = root / f"run-{os.getpid()}-{secrets.token_hex(8)}"
    with _lock:
        _living.add(folder)
    try:
        try:
            root.mkdir(parents=True, exist_ok=True)
            for part in (folder, folder / "code", folder / "work"):
                part.mkdir(mode=0o700)
        except OSError as error:
            raise scratch_error(error, folder) from error
        yield folder
    finally:
        remove(folder)
        with _lock:
            _living.discard(folder)


def scratch_error(error: OSError, folder: Path) -> SandboxError:
    """The error for a scratch folder that can't be used."""
    line = workspace_error(error, folder)
    return SandboxError(f"Code can't be run: {line.message}", line.next_step)


def sweep(root: Path) -> None:
    """Remove the folders that ended processes have left under `root`; never those of living ones."""
    try:
        names = os.listdir(root)
    except OSError:
        return
    for name in names:
        match = _NAME.fullmatch(name)
        if match is None:
            continue
        folder, pid = root / name, int(match[1])
        with _lock:
            ours = folder in _living
        if not ours and (pid == os.getpid() or not _is_alive(pid)):
            remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder that may hold anything: folders without permissions or endlessly deep, or a link in its own place."""
    if folder.is_symlink():
        with contextlib.suppress(OSError):
            folder.unlink()
        return
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        _remove_flat(folder)


def _remove_flat(folder: Path) -> None:
    """Remove a tree whose depth or permissions stop rmtree: what lies deeper is moved up, one level at a time."""
    number = 0
    with contextlib.suppress(OSError):
        os.chmod(folder, 0o700)
    for _ in range(1_000_000):
        inner = next((entry for entry in os.scandir(folder)), None)
        if inner is None:
            break
        try:
            if not inner.is_dir(follow_symlinks=False):
                os.unlink(inner.path)
                continue
            os.chmod(inner.path, 0o700)
            for entry in list(os.scandir(inner.path)):
                if entry.is_dir(follow_symlinks=False):
                    number += 1
                    os.chmod(entry.path, 0o700)
                    os.rename(entry.path, folder / f".{number}-{secrets.token_hex(4)}")
                else:
                    os.unlink(entry.path)
            os.rmdir(inner.path)
        except OSError:
            return
    with contextlib.suppress(OSError):
        folder.rmdir()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
