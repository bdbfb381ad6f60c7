"""Stand-ins for what the wall refuses or only pretends to do, so that ordinary programs see what they expect.

Nothing that holds rests on them: the kernel decides. Standard library only; imported in the child alone.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import importlib
import os
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

_RECURSIVE: Final = 0


def install(*, messages: bool = False) -> None:
    """Put them in place, in a worker that is about to run code.

    Args:
        messages: the filter lets sendmsg(2) through.
    """
    for name in ("utime", "chmod", "chown"):
        _see_missing_files(name)
    if not messages:
        socket.socket.sendmsg = _send_gathered  # type: ignore[method-assign,assignment]
    with contextlib.suppress(ImportError):
        setattr(importlib.import_module("_multiprocessing"), "SemLock", ThreadSemaphore)  # noqa: B010


def _see_missing_files(name: str) -> None:
    """The kernel answers as if it had been done, also for a file that isn't there: `Path.touch` relies on the error."""
    real: Callable[..., None] = getattr(os, name)

    @functools.wraps(real)
    def checked(path: Any, *args: Any, **kwargs: Any) -> None:
        named = {key: kwargs[key] for key in ("dir_fd", "follow_symlinks") if key in kwargs}
        os.stat(path, **named)
        real(path, *args, **kwargs)

    for known in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
        if real in known:
            known.add(checked)
    setattr(os, name, checked)


def _send_gathered(
    connection: socket.socket,
    buffers: Iterable[bytes],
    ancdata: Iterable[Any] = (),
    flags: int = 0,
    address: Any = None,
) -> int:
    """A message that carries no descriptors is but its bytes. asyncio writes so from Python 3.12 on."""
    if tuple(ancdata) or address is not None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
    return connection.send(b"".join(buffers), flags)


class ThreadSemaphore:
    """multiprocessing's semaphore, for the threads of one process: a named one would live outside of the folder.

    It is what `multiprocessing.pool.ThreadPool`, `Lock` and `Queue` are made of.
    """

    SEM_VALUE_MAX = 2**31 - 1

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        self.kind = kind
        self.maxvalue = maxvalue
        self.name = None if unlink else name
        self.handle = id(self)
        self._value = value
        self._owner = 0
        self._depth = 0
        self._changed = threading.Condition(threading.Lock())

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take one; a recursive lock may be taken again by its owner."""
        me = threading.get_ident()
        with self._changed:
            if self.kind == _RECURSIVE and self._owner == me:
                self._depth += 1
                return True
            wait = 0.0 if not block else timeout if timeout is None else max(0.0, timeout)
            if not self._changed.wait_for(lambda: self._value > 0, wait):
                return False
            self._value -= 1
            self._owner = me
            self._depth += 1
            return True

    def release(self) -> None:
        """Give one back."""
        with self._changed:
            if self.kind == _RECURSIVE:
                if self._owner != threading.get_ident():
                    raise AssertionError("attempt to release recursive lock not owned by thread")
                self._depth -= 1
                if self._depth:
                    return
            elif self._value >= self.maxvalue:
                raise ValueError("semaphore or lock released too many times")
            else:
                self._depth -= 1
            self._owner = 0
            self._value += 1
            self._changed.notify()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def _count(self) -> int:
        return self._depth

    def _is_mine(self) -> bool:
        return self._depth > 0 and self._owner == threading.get_ident()

    def _get_value(self) -> int:
        return self._value

    def _is_zero(self) -> bool:
        return self._value == 0

    def _after_fork(self) -> None:
        self._depth = 0
