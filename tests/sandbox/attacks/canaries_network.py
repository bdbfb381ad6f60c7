"""Canaries on the network: listeners that must hear nothing, and sockets that a run must not have."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Sequence
from typing import Final

from tests.sandbox.attacks.canary import Canary, Outcome, Place
from tests.sandbox.attacks.watch import Process, read_text

_LOCAL: Final = "127.0.0.1"


class _Listener(Canary):
    """Sockets of which none may have got anything once the run is over."""

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self._sockets: list[tuple[socket.socket, str]] = []

    def listen(self, family: int, kind: int, address: object, title: str) -> socket.socket:
        """Open one more; the kernel keeps what arrives until it is asked for."""
        opened = socket.socket(family, kind)
        self._sockets.append((opened, title))
        opened.setblocking(False)
        opened.bind(address)  # type: ignore[arg-type]
        if kind == socket.SOCK_STREAM:
            opened.listen(16)
        return opened

    def got_through(self, outcome: Outcome) -> str:
        for opened, title in self._sockets:
            try:
                if opened.type == socket.SOCK_STREAM:
                    opened.accept()[0].close()
                    return f"a connection came in by {title}"
                opened.recv(65536)
            except BlockingIOError:
                continue
            return f"a datagram came in by {title}"
        return ""

    def close(self) -> None:
        for opened, _ in self._sockets:
            opened.close()


class Tcp(_Listener):
    """A TCP port of this machine: `tcp_host`, `tcp_port`."""

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self._port = self.listen(socket.AF_INET, socket.SOCK_STREAM, (_LOCAL, 0), "TCP").getsockname()[1]

    def targets(self) -> dict[str, object]:
        return {"tcp_host": _LOCAL, "tcp_port": self._port}


class Udp(_Listener):
    """A UDP port of this machine: `udp_host`, `udp_port`."""

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self._port = self.listen(socket.AF_INET, socket.SOCK_DGRAM, (_LOCAL, 0), "UDP").getsockname()[1]

    def targets(self) -> dict[str, object]:
        return {"udp_host": _LOCAL, "udp_port": self._port}


class Unix(_Listener):
    """Unix sockets at a path: `unix_path` for streams, `unix_dgram_path` for datagrams."""

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        # A socket's path holds 107 bytes; by this name it is short, wherever the folder lies.
        folder = os.open(place.folder, os.O_RDONLY)
        try:
            for kind, name in ((socket.SOCK_STREAM, "s.sock"), (socket.SOCK_DGRAM, "d.sock")):
                self.listen(socket.AF_UNIX, kind, f"/proc/self/fd/{folder}/{name}", "a Unix socket")
        finally:
            os.close(folder)

    def targets(self) -> dict[str, object]:
        folder = self.place.folder
        return {"unix_path": str(folder / "s.sock"), "unix_dgram_path": str(folder / "d.sock")}


class Abstract(_Listener):
    """Unix sockets by an abstract name: `abstract_name` and `abstract_dgram_name`, without the zero before them."""

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self.listen(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{place.name}-s", "an abstract name")
        self.listen(socket.AF_UNIX, socket.SOCK_DGRAM, f"\0{place.name}-d", "an abstract name")

    def targets(self) -> dict[str, object]:
        return {"abstract_name": f"{self.place.name}-s", "abstract_dgram_name": f"{self.place.name}-d"}


class ForeignSocket(Canary):
    """A run has no socket but pairs of Unix sockets; the argument names the family that the attack tries."""

    looks = sees_processes = True

    def targets(self) -> dict[str, object]:
        return {"vsock_port": 52_713}

    def look(self, processes: list[Process]) -> None:
        for process in processes:
            sockets = {
                found[1]
                for _, target in process.descriptors()
                if process.inside and (found := re.fullmatch(r"socket:\[(\d+)\]", target))
            }
            if sockets - _unix_sockets(process):
                self.seen = f"the run has a socket of the family {', '.join(self.arguments) or 'vsock'}"


def _unix_sockets(process: Process) -> set[str]:
    texts = (read_text("/proc/net/unix"), process.text("net/unix"))
    return {line.split()[6] for text in texts for line in text.splitlines()[1:] if len(line.split()) > 6}
