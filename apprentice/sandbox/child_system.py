"""What supervisor and worker ask of the system. Standard library only; imported in the child alone."""

from __future__ import annotations

import os
import sys
from typing import Final

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
