"""The seccomp filter: which system calls a confined process may make, and with which arguments. Standard library only.

A run's worker gets an allow-list: single process, threads, files, time, and stream pairs of sockets; everything else is
refused, and so is what future kernels add. A granted command gets a list of what is refused, because programs differ in
what they need; Landlock and the absence of sockets hold it.

The filter is classic BPF, assembled here: seccomp's library would be a dependency on the system, and its Python wrappers
don't compare pointers or the low halves of arguments, which matters for `sendto` and `ioctl`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from collections.abc import Sequence
from functools import cache
from typing import Final, Literal

from apprentice.sandbox.child.syscalls import DANGEROUS, HARMLESS, JUDGED

Kind = Literal["worker", "command"]
Instruction = tuple[int, int, int, int]

_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_SECCOMP: Final = 22
_MODE_FILTER: Final = 2

_LOAD: Final = 0x20
_EQUAL: Final = 0x15
_GREATER_EQUAL: Final = 0x35
_ANY_BIT: Final = 0x45
_JUMP: Final = 0x05
_AND: Final = 0x54
_RETURN: Final = 0x06

_ALLOW: Final = 0x7FFF0000
_ERRNO: Final = 0x00050000
_KILL: Final = 0x80000000

_ARCHITECTURES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32: Final = 0x40000000

#: Flags of clone(2) with which the C libraries start a thread.
_THREADS: Final = (0x3D0F00, 0x7D0F00)
_CLONE_NAMESPACES: Final = 0x7E020080
_AF_UNIX, _AF_INET, _AF_INET6 = 1, 2, 10
_SOCK_STREAM: Final = 1
_SO_PASSPIDFD, _SO_PEERPIDFD = 76, 77
_RENAME_NOREPLACE, _RENAME_EXCHANGE = 1, 2
_MSG_FASTOPEN: Final = 0x20000000
_TERMINAL_INPUT: Final = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
_IOCTLS: Final = (
    0x5401,
    0x5413,
    0x541B,
    0x5421,
    0x5450,
    0x5451,
)  # TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIO(N)CLEX
_FCNTLS: Final = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1031, 1032, 1034)
_PRCTLS: Final = (
    2,
    3,
    15,
    16,
    21,
    23,
    39,
    0x53564D41,
)  # names, questions about itself, names of memory areas

_FAKED: Final = (
    "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "utime", "utimes", "utimensat",
    "futimesat", "sync", "syncfs",
)  # fmt: skip
_SET_ID: Final = 0o6000
#: Where the calls that make a file take its mode.
_MODES: Final = {"open": 2, "openat": 3, "creat": 1}
_ATTRIBUTES: Final = tuple(
    f"{prefix}{verb}xattr" for prefix in ("", "l", "f") for verb in ("set", "get", "list", "remove")
)


def install(kind: Kind, *, network: bool = False, descriptors: bool = False, signals: bool = False) -> None:
    """Put the filter on this thread and all that it starts; for good. The process must have one thread.

    Args:
        kind: `worker` for generated code, `command` for a program that a person granted.
        network: connected TCP sockets may be used. None can be connected from inside.
        descriptors: messages may be sent that can carry descriptors. Those on their way are not seen by who watches
            the disk, so at most the allowed number of open files, each of the allowed size, is hidden from it.
        signals: a command may signal other processes, because Landlock holds it to its own.

    Raises:
        OSError: the kernel refuses, or this machine's system calls aren't known here.
    """
    program = build(kind, network=network, descriptors=descriptors, signals=signals, own_pid=os.getpid())
    packed = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(packed, len(packed))
    pointer = ctypes.c_void_p(ctypes.addressof(buffer))
    header = struct.pack("@HP", len(program), pointer.value)
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _MODE_FILTER, ctypes.c_char_p(header), 0, 0),
    ):
        if libc.prctl(*arguments) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))


def build(kind: Kind, *, network: bool, descriptors: bool, signals: bool, own_pid: int) -> list[Instruction]:
    """The program that `install` installs.

    Raises:
        OSError: this machine's system calls aren't known here.
    """
    machine = os.uname().machine
    if sys.platform != "linux" or machine not in _ARCHITECTURES or struct.calcsize("P") != 8:
        raise OSError(f"there is no filter for {sys.platform} on {machine}")
    template = _template(kind, network, descriptors, signals, machine)
    return [(code, yes, no, own_pid if value == _OWN_PID else value) for code, yes, no, value in template]


#: Stands for the process's own id until it is known. No constant of the filter has this value.
_OWN_PID: Final = 0x0DDBA11


@cache
def _template(
    kind: Kind, network: bool, descriptors: bool, signals: bool, machine: str
) -> tuple[Instruction, ...]:
    blocks = _worker_blocks(network, descriptors) if kind == "worker" else _command_blocks(signals)
    default = _refuse(errno.EPERM) if kind == "worker" else _return(_ALLOW)
    last = max(*HARMLESS.values(), *JUDGED.values(), *DANGEROUS.values())
    # What a later kernel adds is answered as by a kernel that doesn't have it.
    ranges = [(number, blocks.get(number, default)) for number in range(last + 1)]
    ranges.append((last + 1, _refuse(errno.ENOSYS)))
    return (
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_GREATER_EQUAL, 0, 1, _X32),
        (_RETURN, 0, 0, _KILL),
        *_search(_merged(ranges)),
    )


def _worker_blocks(network: bool, descriptors: bool) -> dict[int, tuple[Instruction, ...]]:
    named: dict[str, tuple[Instruction, ...]] = dict.fromkeys(HARMLESS, _return(_ALLOW))
    named |= dict.fromkeys(_FAKED, _refuse(0))
    named |= dict.fromkeys(_ATTRIBUTES, _refuse(errno.ENOTSUP))
    named["clone3"] = _refuse(errno.ENOSYS)
    named["clone"] = _one_of(0, _THREADS, errno.EPERM)
    named["ioctl"] = _one_of(1, _IOCTLS, errno.ENOTTY)
    named["fcntl"] = _one_of(1, _FCNTLS, errno.EPERM)
    named["prctl"] = _one_of(0, _PRCTLS, errno.EPERM)
    for name in ("kill", "tkill", "tgkill"):
        named[name] = _one_of(0, (_OWN_PID,), errno.EPERM)
    for name in ("prlimit64", "sched_setaffinity"):
        named[name] = _one_of(0, (0, _OWN_PID), errno.EPERM)
    named["setpriority"] = _all_of([(0, (0,)), (1, (0, _OWN_PID))], errno.EPERM)
    named["socketpair"] = _pairs_of_streams()
    named["socket"] = _tcp_sockets() if network else _refuse(errno.EPERM)
    named["sendto"] = _without_address()
    messages = network or descriptors
    named["sendmsg"] = _without_bits(2, _MSG_FASTOPEN) if messages else _refuse(errno.EPERM)
    named["sendmmsg"] = _without_bits(3, _MSG_FASTOPEN) if messages else _refuse(errno.EPERM)
    named |= _options((1, 6) if network else (1,))
    named |= _files()
    known = HARMLESS | JUDGED
    return {known[name]: block for name, block in named.items() if name in known}


def _command_blocks(signals: bool) -> dict[int, tuple[Instruction, ...]]:
    named: dict[str, tuple[Instruction, ...]] = dict.fromkeys(DANGEROUS, _refuse(errno.EPERM))
    named |= dict.fromkeys(_FAKED, _refuse(0))
    named |= dict.fromkeys(_ATTRIBUTES, _refuse(errno.ENOTSUP))
    named["clone3"] = _refuse(errno.ENOSYS)
    named["clone"] = _without_bits(0, _CLONE_NAMESPACES)
    named["ioctl"] = _none_of(1, _TERMINAL_INPUT)
    named["fcntl"] = _none_of(1, (8, 10, 15))  # F_SETOWN, F_SETSIG, F_SETOWN_EX
    named["prctl"] = _none_of(
        0, (1, 4, 8, 24, 28, 35, 36, 0x59616D61)
    )  # death signal, privileges, adoption, tracer
    named["prlimit64"] = _one_of(0, (0,), errno.EPERM)
    named["setpriority"] = _all_of([(0, (0,)), (1, (0,))], errno.EPERM)
    if not signals:
        for name in ("kill", "tkill"):
            named[name] = _refuse(errno.EPERM)
    named["socketpair"] = _pairs_of_streams()
    for name in ("socket", "connect", "bind", "listen", "accept", "accept4"):
        named[name] = _refuse(errno.EPERM)
    for name in ("memfd_create", "personality", "setsid"):
        named[name] = _refuse(errno.EPERM)
    # All of a command's processes are in one group, so that one signal ends them, however fast they fork.
    named["setpgid"] = _refuse(0)
    named |= _files()
    named["sendto"] = _without_address()
    # A run with the network could hand over a socket of its own, to be connected by sending.
    named["sendmsg"] = _without_bits(2, _MSG_FASTOPEN)
    named["sendmmsg"] = _without_bits(3, _MSG_FASTOPEN)
    named |= _options((1, 6))
    known = HARMLESS | JUDGED | DANGEROUS
    return {known[name]: block for name, block in named.items() if name in known}


def _options(levels: Sequence[int]) -> dict[str, tuple[Instruction, ...]]:
    """Options of sockets at these levels; none that gives a descriptor of the process at the other end."""
    return {
        "setsockopt": (*_one_of(1, levels, errno.EPERM)[:-1], *_none_of(2, (_SO_PASSPIDFD,))),
        "getsockopt": _none_of(2, (_SO_PEERPIDFD,)),
    }


def _files() -> dict[str, tuple[Instruction, ...]]:
    """Making files: none with the rights of their owner, no devices, and no room taken before it is written."""
    named = {name: _without_bits(argument, _SET_ID) for name, argument in _MODES.items()}
    # A white-out is a device.
    named["renameat2"] = _one_of(4, (0, _RENAME_NOREPLACE, _RENAME_EXCHANGE), errno.EINVAL)
    # Its mode is in memory, where a filter can't look.
    named["openat2"] = _refuse(errno.ENOSYS)
    # Beyond a file's end it takes room that no limit on sizes sees, faster than anybody could watch.
    named["fallocate"] = _refuse(errno.EOPNOTSUPP)
    named["mknod"] = _plain_nodes(1)
    named["mknodat"] = _plain_nodes(2)
    return named


# --- What is done with one system call. Each block ends in a return.


def _return(action: int) -> tuple[Instruction, ...]:
    return ((_RETURN, 0, 0, action),)


def _refuse(number: int) -> tuple[Instruction, ...]:
    """Not done, and answered with this error; with 0, as if it had been done."""
    return _return(_ERRNO | number)


def _low(argument: int) -> Instruction:
    """Loads the half of an argument that the kernel looks at where it takes an int."""
    return (_LOAD, 0, 0, 16 + 8 * argument)


def _high(argument: int) -> Instruction:
    return (_LOAD, 0, 0, 20 + 8 * argument)


def _one_of(argument: int, values: Sequence[int], otherwise: int) -> tuple[Instruction, ...]:
    return _all_of([(argument, values)], otherwise)


def _all_of(conditions: Sequence[tuple[int, Sequence[int]]], otherwise: int) -> tuple[Instruction, ...]:
    """Allowed where each of the arguments has one of its values."""
    block: list[Instruction] = []
    for argument, values in conditions:
        block.append(_low(argument))
        for index, value in enumerate(values):
            block.append((_EQUAL, len(values) - index, 0, value))
        block += _refuse(otherwise)
    return (*block, *_return(_ALLOW))


def _none_of(argument: int, values: Sequence[int]) -> tuple[Instruction, ...]:
    checks = [(_EQUAL, len(values) - index, 0, value) for index, value in enumerate(values)]
    return (_low(argument), *checks, *_return(_ALLOW), *_refuse(errno.EPERM))


def _without_bits(argument: int, bits: int) -> tuple[Instruction, ...]:
    return (_low(argument), (_ANY_BIT, 1, 0, bits), *_return(_ALLOW), *_refuse(errno.EPERM))


def _without_address() -> tuple[Instruction, ...]:
    """sendto(2) without an address, and without the flag that connects by sending."""
    return (
        _low(4),
        (_EQUAL, 0, 3, 0),
        _high(4),
        (_EQUAL, 0, 1, 0),
        (_JUMP, 0, 0, 1),
        *_refuse(errno.EPERM),
        *_without_bits(3, _MSG_FASTOPEN),
    )


def _pairs_of_streams() -> tuple[Instruction, ...]:
    """Only streams: a datagram socket could be pointed at any other by the address of a message."""
    return (
        _low(0),
        (_EQUAL, 1, 0, _AF_UNIX),
        *_refuse(errno.EPERM),
        _low(1),
        (_AND, 0, 0, 0xF),
        (_EQUAL, 1, 0, _SOCK_STREAM),
        *_refuse(errno.EPERM),
        *_return(_ALLOW),
    )


def _tcp_sockets() -> tuple[Instruction, ...]:
    return (
        _low(0),
        (_EQUAL, 2, 0, _AF_INET),
        (_EQUAL, 1, 0, _AF_INET6),
        *_refuse(errno.EPERM),
        _low(1),
        (_AND, 0, 0, 0xF),
        (_EQUAL, 1, 0, _SOCK_STREAM),
        *_refuse(errno.EPERM),
        *_one_of(2, (0, 6), errno.EPERM),
    )


def _plain_nodes(argument: int) -> tuple[Instruction, ...]:
    """Files and pipes, no devices and no sockets; none with the rights of its owner."""
    return (
        _low(argument),
        (_ANY_BIT, 0, 1, _SET_ID),
        *_refuse(errno.EPERM),
        (_AND, 0, 0, 0xF000),
        (_EQUAL, 3, 0, 0),
        (_EQUAL, 2, 0, 0x1000),
        (_EQUAL, 1, 0, 0x8000),
        *_refuse(errno.EPERM),
        *_return(_ALLOW),
    )


# --- Finding the block of a number


def _merged(
    ranges: list[tuple[int, tuple[Instruction, ...]]],
) -> list[tuple[int, tuple[Instruction, ...]]]:
    """Neighbours with the same block become one range; each entry is a range's first number."""
    found: list[tuple[int, tuple[Instruction, ...]]] = []
    for start, block in ranges:
        if not found or found[-1][1] != block:
            found.append((start, block))
    return found


def _search(ranges: list[tuple[int, tuple[Instruction, ...]]]) -> list[Instruction]:
    """A binary search over the ranges, the number being loaded."""
    if len(ranges) == 1:
        return list(ranges[0][1])
    middle = len(ranges) // 2
    below, above = _search(ranges[:middle]), _search(ranges[middle:])
    if len(below) <= 255:
        return [(_GREATER_EQUAL, len(below), 0, ranges[middle][0]), *below, *above]
    return [(_GREATER_EQUAL, 0, 1, ranges[middle][0]), (_JUMP, 0, 0, len(below)), *below, *above]
