"""What supervisor and worker ask of the system. Standard library only; imported in the child alone."""

from __future__ import annotations

import contextlib
import errno
import marshal
import os
import sys
from collections.abc import Iterable
from typing import Any, Final

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_CHILD_SUBREAPER: Final = 36
PR_SET_NO_NEW_PRIVS: Final = 38


def prctl(option: int, value: int) -> None:
    """Linux's prctl(2); nothing elsewhere."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def processes() -> list[tuple[int, list[str]]]:
    """Every process, with the fields of its /proc/…/stat from the state on; empty where there is no /proc."""
    found = []
    try:
        names = os.listdir("/proc")
    except OSError:
        return []
    for name in names:
        if name.isdigit():
            try:
                descriptor = os.open(f"/proc/{name}/stat", os.O_RDONLY)
                try:
                    text = os.read(descriptor, 4096)
                finally:
                    os.close(descriptor)
            except OSError:
                continue
            found.append((int(name), text[text.rfind(b")") + 2 :].decode("ascii", "replace").split()))
    return found


def read_request(descriptor: int) -> dict[str, Any] | None:
    """The request: its length as 16 hexadecimal digits, then marshalled plain data. None when the agent is gone."""

    def read(count: int) -> bytes | None:
        data = bytearray()
        while len(data) < count:
            part = os.read(descriptor, min(count - len(data), 1 << 20))
            if not part:
                return None
            data += part
        return bytes(data)

    length = read(16)
    body = None if length is None else read(int(length, 16))
    return None if body is None else marshal.loads(body)


def disk_is_full(folder: str, pids: Iterable[int], limits: dict[str, Any], before: tuple[int, int]) -> bool:
    """Whether a run has more in its folder than it may, files included that it has deleted and holds open.

    Where it keeps others from looking into a folder, what the file system has lost since `before` (`free_room`) counts.
    """
    most_bytes, most_files = int(limits["scratch_mb"]) << 20, int(limits["scratch_files"])
    used, count, hidden = used_by(folder, most_bytes, most_files)
    used += sum(map(deleted_but_open, pids))
    if hidden:
        now = free_room(folder)
        used, count = max(used, before[0] - now[0]), max(count, before[1] - now[1])
    return used > most_bytes or count > most_files


def free_room(folder: str) -> tuple[int, int]:
    """Free bytes and free places for files of the file system that a folder is on; zeros where it doesn't tell."""
    with contextlib.suppress(OSError):
        facts = os.statvfs(folder)
        return facts.f_bfree * facts.f_frsize, facts.f_ffree
    return 0, 0


def used_by(folder: str, most_bytes: int, most_files: int) -> tuple[int, int, bool]:
    """Bytes on disk and number of entries below a folder, and whether some can't be seen; stops beyond the bounds.

    What can't be looked into because its path is too long is beyond all bounds.
    """
    used = count = 0
    hidden = False
    waiting = [folder]
    while waiting and used <= most_bytes and count <= most_files:
        path = waiting.pop()
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    facts = entry.stat(follow_symlinks=False)
                    count += 1
                    used += facts.st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    if used > most_bytes or count > most_files:
                        break
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                return most_bytes + 1, count, hidden
            hidden = hidden or error.errno == errno.EACCES
    return used, count, hidden


def deleted_but_open(pid: int) -> int:
    """Bytes of files that a process has deleted and holds open or mapped."""
    used = 0
    folder = f"/proc/{pid}/fd"
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            with contextlib.suppress(OSError):
                facts = os.stat(f"{folder}/{name}")
                if facts.st_nlink == 0:
                    used += facts.st_blocks * 512
    with contextlib.suppress(OSError, ValueError), open(f"/proc/{pid}/maps", "rb") as file:
        for line in file:
            if line.endswith(b" (deleted)\n"):
                start, _, end = line.split(b" ", 1)[0].partition(b"-")
                used += int(end, 16) - int(start, 16)
    return used
