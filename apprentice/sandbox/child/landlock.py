"""Landlock by its three system calls: which files, TCP ports and processes this process may reach from now on.

The kernel's own interface (landlock(7)) is called through ctypes: it is small and stable, and every right that is asked
for is either given or an error, where a wrapper with a "best effort" would go on with less. Standard library only.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import struct
from collections.abc import Sequence
from typing import Final

_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_syscall: Final = _LIBC.syscall

_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_CREATE_VERSION: Final = 1
_RULE_PATH_BENEATH: Final = 1
_RULE_NET_PORT: Final = 2
_PR_SET_NO_NEW_PRIVS: Final = 38

EXECUTE: Final = 1 << 0
WRITE_FILE: Final = 1 << 1
READ_FILE: Final = 1 << 2
READ_DIR: Final = 1 << 3
_REMOVE_DIR: Final = 1 << 4
_REMOVE_FILE: Final = 1 << 5
_MAKE_CHAR: Final = 1 << 6
_MAKE_DIR: Final = 1 << 7
_MAKE_REG: Final = 1 << 8
_MAKE_SOCK: Final = 1 << 9
_MAKE_FIFO: Final = 1 << 10
_MAKE_BLOCK: Final = 1 << 11
_MAKE_SYM: Final = 1 << 12
_REFER: Final = 1 << 13
TRUNCATE: Final = 1 << 14
_IOCTL_DEV: Final = 1 << 15

_BIND_TCP: Final = 1
_CONNECT_TCP: Final = 2

_SCOPE_ABSTRACT_UNIX: Final = 1
_SCOPE_SIGNAL: Final = 2

READ: Final = READ_FILE | READ_DIR
WRITE: Final = (
    READ | WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _MAKE_FIFO | _MAKE_SYM
    | _REFER | TRUNCATE
)  # fmt: skip
_OF_FILES: Final = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | _IOCTL_DEV

#: File rights that exist from each version of the interface on.
_FS_FROM: Final = ((1, (1 << 13) - 1), (2, _REFER), (3, TRUNCATE), (5, _IOCTL_DEV))


def abi(max_abi: int = 99) -> int:
    """The version of the kernel's interface, at most `max_abi`; 0 where there is none."""
    found: int = _syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_CREATE_VERSION))
    return max(0, min(found, max_abi))


def restrict(
    read: Sequence[str],
    write: Sequence[str],
    execute: Sequence[str] = (),
    *,
    connect_ports: Sequence[int] = (),
    max_abi: int = 99,
) -> None:
    """Hold this thread, and all that it starts, to these paths; for good.

    Args:
        read: files and folders that can be read; with folders, all beneath. What isn't there is left out.
        write: the same, to be changed too.
        execute: the same, to be read and executed.
        connect_ports: TCP ports that can be connected to, from version 4 on.
        max_abi: use no more than this version of the interface.

    Raises:
        OSError: the kernel has no Landlock or refuses.
    """
    version = abi(max_abi)
    if version < 1:
        raise OSError("this kernel has no Landlock")
    handled = 0
    for since, rights in _FS_FROM:
        if version >= since:
            handled |= rights
    net = _BIND_TCP | _CONNECT_TCP if version >= 4 else 0
    scoped = _SCOPE_ABSTRACT_UNIX | _SCOPE_SIGNAL if version >= 6 else 0
    attributes = struct.pack("=QQQ", handled, net, scoped)[
        : 24 if version >= 6 else 16 if version >= 4 else 8
    ]
    ruleset = _syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    _checked(ruleset)
    try:
        for paths, rights in ((read, READ), (write, WRITE), (execute, READ | EXECUTE)):
            for path in paths:
                _allow(ruleset, path, rights & handled)
        if net:
            for port in connect_ports:
                rule = struct.pack("=QQ", _CONNECT_TCP, port)
                _checked(_syscall(_ADD_RULE, ruleset, _RULE_NET_PORT, rule, ctypes.c_uint32(0)))
        _checked(_LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        _checked(_syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0)))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _OF_FILES
        rule = struct.pack("=Qi", rights, descriptor)
        _checked(_syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, ctypes.c_uint32(0)))
    finally:
        with contextlib.suppress(OSError):
            os.close(descriptor)


def _checked(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
