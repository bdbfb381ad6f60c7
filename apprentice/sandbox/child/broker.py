"""The run's end of the broker: how it asks, and when the library's modules are patched to ask.

Nothing depends on these patches for safety: the kernel's filter refuses the calls that they stand in for, and the agent
decides about each request. They make ordinary library code work. Standard library only; imported in the child alone.
"""

from __future__ import annotations

import array
import errno
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import _socket

#: Bytes of one message, as the agent has it.
MESSAGE_BYTES: Final = 1 << 16
#: Seconds for which a request is sent again when too many descriptors are on their way.
PATIENCE_SECONDS: Final = 5.0


def install(descriptor: int, connect: bool, commands: bool) -> None:
    """Let this process's `socket` and `subprocess` do what was granted, by the broker at the other end of `descriptor`.

    Args:
        descriptor: the run's end of the broker's socket.
        connect: hosts were granted.
        commands: commands were granted.
    """
    from apprentice.sandbox.child import network, processes

    channel = Channel(descriptor)
    hook = _Imports()
    if connect:
        network.install(channel)
        hook.when_imported("asyncio.selector_events", lambda module: network.install_async(module, channel))
    if commands:
        commands_of_run = processes.install(channel)
        hook.when_imported("subprocess", commands_of_run.patch_subprocess)
    hook.install()


class Channel:
    """Requests to the agent. Safe to use from several threads."""

    def __init__(self, descriptor: int) -> None:
        import _socket

        self._socket = _socket.socket(fileno=descriptor)

    def ask(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> Answers:
        """Send a request with descriptors; what comes back can be read from the result.

        Raises:
            OSError: it is too long, or the agent doesn't listen any more.
        """
        import _socket

        ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)
        try:
            self.tell(message, (theirs.fileno(), *descriptors))
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return Answers(ours)

    def tell(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
        """Send a request that isn't answered.

        Raises:
            OSError: it is too long, or the agent doesn't listen any more.
        """
        import _socket

        data = json.dumps(message).encode()
        if len(data) > MESSAGE_BYTES:
            raise OSError(errno.E2BIG, "Argument list too long")
        beside = []
        if descriptors:
            beside = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array.array("i", descriptors))]
        give_up = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self._socket.sendmsg([data], beside, _socket.MSG_NOSIGNAL)
            except OSError as error:
                # The kernel counts the descriptors on their way for all of the user's processes together.
                if error.errno != errno.ETOOMANYREFS or time.monotonic() > give_up:
                    raise
                time.sleep(0.005)
            else:
                return


class Answers:
    """What the agent answers to one request."""

    def __init__(self, end: _socket.socket) -> None:
        self._end = end
        self._data = bytearray()
        self._descriptor = -1

    def fileno(self) -> int:
        """A descriptor that can be read when there is an answer."""
        return self._end.fileno()

    def receive(self, seconds: float | None = None) -> tuple[dict[str, Any], int]:
        """The next answer, and the descriptor that came with it or -1.

        Args:
            seconds: time to wait for it; None waits as long as it takes.

        Raises:
            TimeoutError: none came in time.
            OSError: the answer is an error, or the agent is gone.
        """
        import _socket

        room = _socket.CMSG_SPACE(array.array("i").itemsize)
        while b"\n" not in self._data:
            self._end.settimeout(seconds)
            try:
                data, beside, _, _ = self._end.recvmsg(MESSAGE_BYTES, room, _socket.MSG_CMSG_CLOEXEC)
            finally:
                # Else the object would wait before each later call too.
                self._end.settimeout(None)
            if not data:
                raise ConnectionAbortedError(errno.ECONNABORTED, "the run's permissions are no longer served")
            self._data += data
            for _, _, content in beside:
                self._descriptor = array.array("i", content)[0]
        line, _, rest = bytes(self._data).partition(b"\n")
        self._data = bytearray(rest)
        descriptor, self._descriptor = self._descriptor, -1
        answer: dict[str, Any] = json.loads(line)
        if answer.get("error") == "gai":
            raise _socket.gaierror(answer["errno"], answer["message"])
        if "error" in answer:
            raise OSError(answer["errno"], answer["message"])
        return answer, descriptor

    def close(self) -> None:
        """Let go of it; a descriptor that nobody took is closed."""
        self._end.close()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class _Imports:
    """Patches modules when they are imported, so that a run that doesn't need them doesn't pay for them."""

    def __init__(self) -> None:
        self._patches: dict[str, Callable[[ModuleType], None]] = {}

    def when_imported(self, name: str, patch: Callable[[ModuleType], None]) -> None:
        """Patch a module now if it is there, else as soon as it is."""
        if name in sys.modules:
            patch(sys.modules[name])
        else:
            self._patches[name] = patch

    def install(self) -> None:
        """Look at imports from now on."""
        if self._patches:
            sys.meta_path.insert(0, self)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Part of the import protocol."""
        patch = self._patches.pop(name, None)
        if patch is None:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = _Patching(spec.loader, patch)  # type: ignore[assignment]
                return spec
        return None


class _Patching:
    """A module's loader, with something to do after it."""

    def __init__(self, loader: Any, patch: Callable[[ModuleType], None]) -> None:
        self._loader = loader
        self._patch = patch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Part of the import protocol."""
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Part of the import protocol."""
        self._loader.exec_module(module)
        self._patch(module)
