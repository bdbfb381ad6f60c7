"""The wall on Linux: workers that the kernel holds to their scratch folder, forked by a warm server.

Landlock and seccomp need neither root nor user namespaces. Where bubblewrap works, the server lives in namespaces of
its own besides: no network device, no process but its own, and no file but those that it is given.

What the wall holds is tried by the programs in `tests/sandbox/attacks`. It doesn't hold against a fault in the kernel
itself, and code can measure what it shares with others: time, caches, load. Without namespaces, code can ask whether a
file exists, and of what size and age it is, by its path.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from apprentice.sandbox.base import Grants, Isolation
from apprentice.sandbox.fork_server import Ahead, ForkServer, Warm
from apprentice.sandbox.launch import Ends, Started
from apprentice.sandbox.namespaces import Bubblewrap

#: Servers kept for runs with grants, where each needs a namespace of its own.
_KEPT: Final = 3
#: From this version of Landlock's interface on, nothing is left open that the filter doesn't close.
FULL_ABI: Final = 3


class WallLauncher:
    """Starts each run as a fork of a warm server, confined by the kernel.

    Args:
        scratch_root: folder of the scratch folders.
        bubblewrap: puts the servers into namespaces.
        max_abi: the highest version of Landlock's interface to use.
    """

    def __init__(
        self, scratch_root: Path, *, bubblewrap: Bubblewrap | None = None, max_abi: int = 99
    ) -> None:
        self._root = Path(scratch_root)
        self._bubblewrap = bubblewrap
        self._max_abi = max_abi
        self._servers: OrderedDict[tuple[Ahead, tuple[str, ...], tuple[str, ...]], ForkServer] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def isolation(self) -> Isolation:
        """`wall`, or `reduced` with a Landlock that can't hold file sizes."""
        return "wall" if self._server("plain").abi >= FULL_ABI else "reduced"

    @property
    def max_abi(self) -> int:
        """The highest version of Landlock's interface to use."""
        return self._max_abi

    @property
    def description(self) -> str:
        """What makes the isolation."""
        parts = [f"Landlock ABI {self._server('plain').abi}", "seccomp"]
        return ", ".join([*parts, "namespaces (bubblewrap)"] if self._bubblewrap else parts)

    def start(self, ends: Ends, folder: Path, request: Mapping[str, Any], grants: Grants) -> Started:
        """Have one run forked.

        Raises:
            SandboxError: the server can't be started.
        """
        server = self._server(_ahead(request), grants)
        descriptors = [ends.request, ends.stdout, ends.stderr, ends.report, ends.control, ends.status]
        if ends.broker >= 0:
            descriptors.append(ends.broker)
        warm = server.submit({"folder": str(folder), "limits": request["limits"]}, descriptors)
        return _Forked(server, warm)

    def renew(self, *, fresh: bool = False) -> None:
        """Fork later runs from another interpreter, with another seed for hashes.

        Tests with hypothesis draw their own values and are slow to start, so their interpreter stays, unless `fresh`.
        """
        with self._lock:
            servers = [
                server for (ahead, *_), server in self._servers.items() if fresh or ahead != "hypothesis"
            ]
        for server in servers:
            server.renew(fresh=fresh)

    def close(self) -> None:
        """End the servers and what runs in them."""
        with self._lock:
            servers = list(self._servers.values())
            self._servers.clear()
        for server in servers:
            server.close()

    def _server(self, ahead: Ahead, grants: Grants | None = None) -> ForkServer:
        """The server for such a run, running."""
        read = (*grants.read, *grants.packages) if grants and self._bubblewrap else ()
        write = grants.write if grants and self._bubblewrap else ()
        key = (ahead, read, write)
        dropped = None
        with self._lock:
            server = self._servers.get(key)
            if server is None:
                server = self._servers[key] = self._new(ahead, read, write)
            self._servers.move_to_end(key)
            special = [known for known in self._servers if known[1] or known[2]]
            if len(special) > _KEPT:
                dropped = self._servers.pop(special[0])
        if dropped is not None:
            dropped.close()
        server.start()
        return server

    def _new(self, ahead: Ahead, read: tuple[str, ...], write: tuple[str, ...]) -> ForkServer:
        bubblewrap = self._bubblewrap
        if bubblewrap is None:
            return ForkServer(ahead, max_abi=self._max_abi)
        self._root.mkdir(parents=True, exist_ok=True)
        prefix = bubblewrap.prefix(read=read, write=(str(self._root), *write))
        return ForkServer(ahead, max_abi=self._max_abi, wrap=lambda command: [*prefix, *command])


def _ahead(request: Mapping[str, Any]) -> Ahead:
    """What a run needs that takes long to import."""
    if request.get("runner") == "pytest":
        return "pytest"
    return "hypothesis" if str(request.get("tests", "")).startswith("import hypothesis\n") else "plain"


class _Forked:
    """A worker that a server has forked. The server itself sees to its end."""

    def __init__(self, server: ForkServer, warm: Warm) -> None:
        self._server = server
        self._warm = warm

    def stop(self) -> None:
        """The server watches `control`."""

    def wait(self, seconds: float) -> bool:
        """Nothing is left of a run when its status has ended."""
        return True

    def kill(self, worker: int) -> None:
        """End the interpreter that forked it; its workers die with it."""
        self._server.kill(self._warm)
