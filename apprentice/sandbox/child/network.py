"""`socket` in a run that was granted hosts: names and connections come from the broker.

The agent connects a socket of its own and hands it over; here it takes the place of the run's socket, with the same
number, options and blocking mode. Standard library only; imported in the child alone.
"""

from __future__ import annotations

import errno
import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import socket

    from apprentice.sandbox.child.broker import Answers, Channel

Entry = tuple[Any, Any, int, str, tuple[Any, ...]]

_SERVICES: Final = {
    "ftp": 21, "ssh": 22, "smtp": 25, "domain": 53, "http": 80, "pop3": 110, "imap": 143, "imap2": 143, "ldap": 389,
    "https": 443, "submission": 587, "ldaps": 636, "imaps": 993, "pop3s": 995,
}  # fmt: skip
_MAX_PORT: Final = 65535


def install(channel: Channel) -> None:
    """Patch `socket`. A socket that isn't TCP's can't be connected."""
    import socket

    def connect(self: socket.socket, address: Any) -> None:
        """Connect to a host that was approved."""
        request = _request(self, address)
        timeout = self.gettimeout()
        answers = _ask(channel, self, request)
        try:
            # A socket that doesn't block is connected at once, as to a near host.
            _, descriptor = answers.receive(timeout or None)
            take_over(self, descriptor)
        finally:
            answers.close()

    def connect_ex(self: socket.socket, address: Any) -> int:
        """Like `connect`, with an error's number as the result."""
        try:
            connect(self, address)
        except socket.gaierror:
            raise
        except OSError as error:
            return error.errno or errno.EAGAIN
        return 0

    def addresses(host: str) -> list[str]:
        answers = channel.ask({"op": "resolve", "host": host})
        try:
            found: list[str] = answers.receive()[0]["addresses"]
            return found
        finally:
            answers.close()

    def getaddrinfo(
        host: Any,
        port: Any,
        family: int = 0,
        type: int = 0,  # noqa: A002 - the library's name for it
        proto: int = 0,
        flags: int = 0,
    ) -> list[Entry]:
        """The addresses of a host that was approved."""
        number = _port(port)
        name = _name(host)
        if name is None:
            found = ["0.0.0.0", "::"] if flags & socket.AI_PASSIVE else ["127.0.0.1", "::1"]
        elif _family(name):
            found = [name]
        elif flags & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        else:
            found = addresses(name)
        kinds = [
            (kind, protocol)
            for kind, protocol in ((socket.SOCK_STREAM, 6), (socket.SOCK_DGRAM, 17), (socket.SOCK_RAW, 0))
            if type in (0, kind) and proto in (0, protocol)
        ]
        entries: list[Entry] = []
        for address in found:
            its = _family(address)
            if family not in (0, its):
                continue
            end = (address, number) if its == socket.AF_INET else (address, number, 0, 0)
            for kind, protocol in kinds:
                canonical = name if flags & socket.AI_CANONNAME and name and not entries else ""
                entries.append((socket.AddressFamily(its), kind, protocol, canonical, end))
        if not entries:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return entries

    def gethostbyname(hostname: str) -> str:
        """The first IPv4 address of a host that was approved."""
        return gethostbyname_ex(hostname)[2][0]

    def gethostbyname_ex(hostname: str) -> tuple[str, list[str], list[str]]:
        """The IPv4 addresses of a host that was approved."""
        entries = getaddrinfo(hostname or "0.0.0.0", None, socket.AF_INET, socket.SOCK_STREAM)
        return hostname, [], [entry[4][0] for entry in entries]

    for function in (connect, connect_ex):
        setattr(socket.socket, function.__name__, function)
    for each in (getaddrinfo, gethostbyname, gethostbyname_ex):
        setattr(socket, each.__name__, each)


def install_async(module: ModuleType, channel: Channel) -> None:
    """Patch the event loop, so that it goes on while the agent connects."""

    def _sock_connect(self: Any, future: Any, sock: socket.socket, address: Any) -> None:
        try:
            answers = _ask(channel, sock, _request(sock, address))
        except Exception as error:  # noqa: BLE001 - the future carries it
            future.set_exception(error)
            return
        descriptor = answers.fileno()

        def arrived() -> None:
            self.remove_reader(descriptor)
            if future.done():
                return
            try:
                take_over(sock, answers.receive()[1])
            except Exception as error:  # noqa: BLE001 - the future carries it
                future.set_exception(error)
            else:
                future.set_result(None)

        def over(_: Any) -> None:
            self.remove_reader(descriptor)
            answers.close()

        future.add_done_callback(over)
        self.add_reader(descriptor, arrived)

    loop = getattr(module, "BaseSelectorEventLoop", None)
    if hasattr(loop, "_sock_connect"):
        loop._sock_connect = _sock_connect  # type: ignore[union-attr]


def _ask(channel: Channel, sock: socket.socket, request: dict[str, Any]) -> Answers:
    if sock.fileno() < 0:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    try:
        sock.getpeername()
    except OSError:
        return channel.ask(request)
    raise OSError(errno.EISCONN, os.strerror(errno.EISCONN))


def _request(sock: socket.socket, address: Any) -> dict[str, Any]:
    """What to ask the broker for a connection of this socket."""
    import socket

    if sock.family not in (socket.AF_INET, socket.AF_INET6) or sock.type != socket.SOCK_STREAM:
        raise PermissionError(errno.EACCES, "only TCP connections to approved hosts can be made")
    if not isinstance(address, tuple) or len(address) < 2:
        raise TypeError(f"connect(): a host and a port are needed, not {type(address).__name__}")
    host, port = _name(address[0]), address[1]
    if not isinstance(port, int):
        raise TypeError(f"{type(port).__name__!r} object cannot be interpreted as an integer")
    if not 0 <= port <= _MAX_PORT:
        raise OverflowError("connect(): port must be 0-65535.")
    # The run's own clock is first; the agent's is there for a run that has stopped waiting.
    timeout = sock.gettimeout()
    seconds = timeout + 1 if timeout else None
    return {"op": "connect", "host": host or "", "port": port, "family": int(sock.family), "seconds": seconds}


def take_over(sock: socket.socket, connected: int) -> None:
    """Put a connected socket in the place of another, which keeps its number, options and blocking mode.

    Raises:
        OSError: there is no connected socket, or no such place any more.
    """
    import socket

    if connected < 0:
        raise OSError(errno.EMFILE, "the connection could not be handed over")
    place = sock.fileno()
    try:
        if place < 0:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        fresh = socket.socket(fileno=connected)
        try:
            _copy_options(sock, fresh)
        finally:
            fresh.detach()
        os.set_blocking(connected, sock.gettimeout() is None)
        os.dup2(connected, place, inheritable=os.get_inheritable(place))
    finally:
        os.close(connected)


def _copy_options(old: socket.socket, new: socket.socket) -> None:
    import socket

    names = ("TCP_NODELAY", "TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT")
    options = [(socket.SOL_SOCKET, getattr(socket, name)) for name in ("SO_KEEPALIVE", "SO_OOBINLINE")]
    options += [(socket.IPPROTO_TCP, getattr(socket, name)) for name in names if hasattr(socket, name)]
    for level, option in options:
        value = old.getsockopt(level, option)
        if value != new.getsockopt(level, option):
            new.setsockopt(level, option, value)
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        value = old.getsockopt(socket.SOL_SOCKET, option)
        if value != _default_sizes(old)[option]:
            new.setsockopt(socket.SOL_SOCKET, option, value // 2)  # the kernel tells twice what it was told
    linger = old.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)
    if any(linger):
        new.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def _default_sizes(like: socket.socket) -> dict[int, int]:
    """The sizes of buffers that a new socket has; those of a connected one have been adapted."""
    import socket

    with socket.socket(like.family, like.type) as fresh:
        return {
            option: fresh.getsockopt(socket.SOL_SOCKET, option)
            for option in (socket.SO_RCVBUF, socket.SO_SNDBUF)
        }


def _name(host: Any) -> str | None:
    if host is None or isinstance(host, str):
        return host
    if isinstance(host, (bytes, bytearray)):
        return host.decode("ascii")
    raise TypeError("getaddrinfo() argument 1 must be string or None")


def _family(text: str) -> int:
    """The family of a literal address; 0 for a name."""
    import _socket

    for family in (_socket.AF_INET, _socket.AF_INET6):
        try:
            _socket.inet_pton(family, text)
        except (OSError, ValueError):
            continue
        return family
    return 0


def _port(port: Any) -> int:
    import _socket

    if port is None:
        return 0
    if isinstance(port, (bytes, bytearray)):
        port = port.decode("ascii")
    if isinstance(port, int):
        return port & 0xFFFF if sys.platform == "linux" else port
    if not isinstance(port, str):
        raise OSError("Int or String expected")
    if not port or (port.isascii() and port.isdigit()):
        return int(port or 0) & 0xFFFF
    if port in _SERVICES:
        return _SERVICES[port]
    raise _socket.gaierror(_socket.EAI_SERVICE, "Servname not supported for ai_socktype")
