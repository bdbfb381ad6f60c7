"""The steps by which a worker gives up what it doesn't need, in their order. Standard library only.

Landlock first, because it opens paths; the bounds next; then root's privileges; the filter of system calls last, because
it forbids all of these.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys
from typing import Any, Final

from apprentice.sandbox.child import landlock, seccomp

_CAPABILITY_VERSION: Final = 0x20080522
_PR_CAPBSET_DROP: Final = 24
_PR_SET_SECUREBITS: Final = 28
_NO_ROOT_LOCKED: Final = 0x2F

#: What the interpreter and its standard library need to read, beside their own folders.
_SYSTEM: Final = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/usr/share/locale",
    "/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types", "/dev/zero", "/dev/urandom",
)  # fmt: skip


def readable() -> list[str]:
    """What every worker may read: the standard library and the system's libraries."""
    return list(dict.fromkeys([*_SYSTEM, *standard_library()]))


def standard_library() -> list[str]:
    """The folders of the standard library and its extension modules."""
    import sysconfig

    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    paths |= {path for path in sys.path if path.endswith("lib-dynload")}
    return sorted(os.path.realpath(path) for path in paths if path)


def confine(policy: dict[str, Any], limits: dict[str, Any]) -> None:
    """Hold this process to its policy; for good.

    Args:
        policy: `read` and `write` paths; `network`, whether connected sockets may be used; `descriptors`, whether some
            may be sent to the broker; `max_abi` of Landlock, or None inside a container, whose mounts hold files where
            there is no Landlock.
        limits: the bounds, as the request has them.

    Raises:
        OSError: a step was refused; nothing foreign may run then.
    """
    contained = policy["max_abi"] is None
    if not contained or landlock.abi():
        max_abi = 99 if contained else policy["max_abi"]
        landlock.restrict(policy["read"], [*policy["write"], os.devnull], max_abi=max_abi)
    bound(limits)
    drop_privileges()
    seccomp.install("worker", network=policy["network"], descriptors=policy["descriptors"])


def bound(limits: dict[str, Any]) -> None:
    """Set the kernel's limits for this process and all that it starts."""
    import resource

    cpu = max(1, int(limits["cpu_seconds"] or limits["seconds"] + 1))
    memory = limits["memory_mb"] << 20
    size = limits["file_mb"] << 20
    bounds = [
        # With 0, the kernel would still hand the memory to a program that collects it; one byte means neither.
        ("RLIMIT_CORE", 1, 1),
        ("RLIMIT_CPU", cpu, cpu + 1),
        ("RLIMIT_FSIZE", size, size),
        ("RLIMIT_NOFILE", limits["open_files"], limits["open_files"]),
        ("RLIMIT_AS", memory, memory),
        ("RLIMIT_MSGQUEUE", 0, 0),
        # Of all of the user's processes together: the timers and signals of others must not run short.
        ("RLIMIT_SIGPENDING", 1024, 1024),
    ]
    for name, soft, hard in bounds:
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        ceiling = resource.getrlimit(kind)[1]
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (soft, hard))


def drop_privileges(*, for_programs: bool = False) -> None:
    """Give up root's privileges, where there are any.

    Args:
        for_programs: also for what is executed later, which would get them back.

    Raises:
        OSError: the kernel refuses.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if for_programs:
        for capability in range(64):
            libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
        libc.prctl(_PR_SET_SECUREBITS, _NO_ROOT_LOCKED, 0, 0, 0)
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION, 0))
    nothing = ctypes.create_string_buffer(struct.pack("=IIIIII", 0, 0, 0, 0, 0, 0))
    if libc.capset(header, nothing) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
