"""Which hosts and ports a run may connect to, and the connecting: both in the agent, none of it in the run.

A grant is a pair of a host and a port (0 for any port). The host is one of:

- a name such as `api.example.com`: connections to it, at public addresses only. A name that leads to a private address
  is refused there, whoever answers for it;
- `private:` and a name, such as `private:intranet.local`: the name may lead to private and loopback addresses as well;
- a literal address such as `10.0.0.5` or `::1`: that address, private or not;
- `localhost`: 127.0.0.1 and ::1;
- `*`: every public address, by any name.

Names are resolved here, once a run, and a connection goes to the very address that was checked. What a name and the
others at its address have in common (a content network's address serves many sites) can't be told apart at this level.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import re
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from apprentice.errors import SandboxError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Turns a name in ASCII into addresses, in order of preference; raises `socket.gaierror`.
Resolver = Callable[[str], Sequence[str]]

#: Bounds of one run: connections and resolutions asked for in all, and seconds for one connection.
MOST_CONNECTIONS: Final = 1_000
MOST_RESOLUTIONS: Final = 1_000
CONNECT_SECONDS: Final = 30.0
#: Addresses of one name that are kept.
MOST_ADDRESSES: Final = 32

PRIVATE_MARK: Final = "private:"
ANY_HOST: Final = "*"

_LOOPBACK: Final = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))
#: Where clouds hand out a machine's credentials: reached by the literal address only, never by a name.
_METADATA: Final = frozenset(
    map(
        ipaddress.ip_address,
        ("169.254.169.254", "fd00:ec2::254", "168.63.129.16", "100.100.100.200", "192.0.0.192"),
    )
)
#: What `ipaddress` calls global and isn't an ordinary host, in some of its versions.
_NOT_PUBLIC: Final = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "224.0.0.0/3",
            "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16",
        ),
    )
)  # fmt: skip
_GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


def host_of(text: str) -> str | Address:
    """A host as it is compared: a name in lower case and ASCII without its last dot, or an address.

    IPv4 in IPv6 (`::ffff:10.0.0.1`) is the IPv4 address. Other spellings of addresses than the usual ones (`127.1`,
    `0x7f000001`, `010.0.0.1`, a zone such as `%eth0`) are refused.

    Raises:
        ValueError: it is neither; the message says why.
    """
    shown = ascii(text)[:100]
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    if ":" in text:
        if "%" in text:
            raise ValueError(f"{shown} has a zone")
        try:
            six = ipaddress.IPv6Address(text)
        except ValueError:
            raise ValueError(f"{shown} is not a host") from None
        return six.ipv4_mapped or six
    try:
        name = text if text.isascii() else text.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError(f"{shown} can't be the name of a host") from None
    name = name.lower().removesuffix(".")
    labels = name.split(".")
    if labels[-1].isdigit() or labels[-1].startswith("0x"):
        try:
            return ipaddress.IPv4Address(name)
        except ValueError:
            raise ValueError(f"{shown} is not an address in the usual spelling") from None
    if len(name) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError(f"{shown} can't be the name of a host")
    return name


def is_public(address: Address) -> bool:
    """Whether an address is an ordinary host's on the public network, also where another address hides in it."""
    address = _innermost(address)
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    if address in _METADATA or any(address in network for network in _NOT_PUBLIC):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _innermost(address: Address) -> Address:
    """The IPv4 address that an IPv6 address is another form of, where it is one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, address))[1]


def system_resolver(name: str) -> Sequence[str]:
    """The addresses that the system has for a name.

    Raises:
        socket.gaierror: it has none.
    """
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(slots=True)
class _Granted:
    """Ports that were granted with a host; 0 stands for all."""

    public: set[int] = field(default_factory=set)
    private: set[int] = field(default_factory=set)


class Network:
    """Decides what a run may resolve and connect to, and does both. Safe to use from several threads at once.

    Args:
        granted: pairs of host and port, as this module's description has them.
        resolver: where names are looked up.

    Raises:
        SandboxError: a grant names no host or port.
    """

    def __init__(self, granted: Sequence[tuple[str, int]], *, resolver: Resolver = system_resolver) -> None:
        self._resolver = resolver
        self._names: dict[str, _Granted] = {}
        self._literals: dict[Address, set[int]] = {}
        self._anywhere: set[int] = set()
        self._lock = threading.Lock()
        self._answers: dict[str, tuple[Address, ...]] = {}
        self._names_of: dict[Address, set[str]] = {}
        self._connections = 0
        self._resolutions = 0
        for host, port in granted:
            self._grant(host, port)

    def _grant(self, text: str, port: int) -> None:
        private = text.lower().startswith(PRIVATE_MARK)
        try:
            if not 0 <= port <= 65535:
                raise ValueError(f"{port} is not a port")
            if text == ANY_HOST:
                self._anywhere.add(port)
                return
            host = host_of(text[len(PRIVATE_MARK) :] if private else text)
        except ValueError as error:
            raise SandboxError(f"A permission for the network can't be used: {error}.") from error
        if host == "localhost":
            for address in _LOOPBACK:
                self._literals.setdefault(address, set()).add(port)
        elif isinstance(host, str):
            ports = self._names.setdefault(host, _Granted())
            (ports.private if private else ports.public).add(port)
        elif host.is_unspecified or host.is_multicast:
            raise SandboxError(
                f"A permission for the network can't be used: {host} is not the address of a host."
            )
        else:
            self._literals.setdefault(host, set()).add(port)

    def resolve(self, text: str) -> list[str]:
        """The addresses of a name that may be connected to at some port.

        Raises:
            PermissionError: the name was not granted, or leads only to addresses that weren't.
            socket.gaierror: there is no such name.
        """
        host = self._host(text)
        return [str(address) for address in self._allowed(host, None, text)]

    def connect(self, text: str, port: int, family: int, seconds: float, stop: int) -> socket.socket:
        """A socket that is connected to a granted host, in blocking mode.

        Args:
            text: a name, or an address that was granted or that a granted name led to.
            family: `socket.AF_INET` or `socket.AF_INET6`, as the run's own socket has it.
            seconds: time for it, at most `CONNECT_SECONDS`.
            stop: a descriptor; the attempt ends when it can be read or its other end is closed.

        Raises:
            PermissionError: the host was not granted, or not with this port.
            OSError: it could not be connected.
        """
        with self._lock:
            self._connections += 1
            if self._connections > MOST_CONNECTIONS:
                raise PermissionError(errno.EACCES, f"a run has at most {MOST_CONNECTIONS} connections")
        deadline = time.monotonic() + min(max(seconds, 0.0), CONNECT_SECONDS)
        host = self._host(text)
        shown = f"[{text}]:{port}" if ":" in text else f"{text}:{port}"
        if not 1 <= port <= 65535:
            raise _refusal(shown)
        allowed = self._allowed(host, port, shown)
        problem = OSError(errno.EADDRNOTAVAIL, f"{text[:300]} has no address of this kind")
        for target in filter(None, (_in_family(address, family) for address in allowed)):
            try:
                return _connected(family, (target, port), deadline, stop)
            except OSError as error:
                problem = error
        raise problem

    def _allowed(self, host: str | Address, port: int | None, shown: str) -> list[Address]:
        """The addresses of a host that may be connected to; at least one."""
        if not isinstance(host, str):
            if not self._may(host, port, ""):
                raise _refusal(shown)
            return [host]
        addresses = self._look_up(host, port, shown)
        allowed = [address for address in addresses if self._may(address, port, host)]
        if not allowed and addresses and host != "localhost":
            raise PermissionError(
                errno.EACCES,
                f"{shown[:300]} leads to {addresses[0]}, which is private and not among the approved hosts",
            )
        if not allowed:
            raise _refusal(shown)
        return allowed

    def _host(self, text: str) -> str | Address:
        try:
            return host_of(text)
        except ValueError as error:
            raise PermissionError(errno.EACCES, f"{error}, so it is not among the approved hosts") from None

    def _look_up(self, name: str, port: int | None, shown: str) -> tuple[Address, ...]:
        """All addresses of a name that was granted with this port; the same ones during the whole run."""
        if name == "localhost":
            return _LOOPBACK
        granted = self._names.get(name)
        ports = self._anywhere | (granted.public | granted.private if granted else set())
        if not _has(ports, port):
            raise _refusal(shown)
        with self._lock:
            if name in self._answers:
                return self._answers[name]
            self._resolutions += 1
            if self._resolutions > MOST_RESOLUTIONS:
                raise PermissionError(errno.EACCES, f"a run looks up at most {MOST_RESOLUTIONS} names")
        found: list[Address] = []
        for answer in self._resolver(name):
            with contextlib.suppress(ValueError):
                address = host_of(answer)
                if not isinstance(address, str) and address not in found:
                    found.append(address)
        with self._lock:
            addresses = self._answers.setdefault(name, tuple(found[:MOST_ADDRESSES]))
            for address in addresses:
                self._names_of.setdefault(address, set()).add(name)
        return addresses

    def _may(self, address: Address, port: int | None, name: str) -> bool:
        """Whether the grants allow an address with a port (None: with any), reached by `name` or as it stands."""
        if _has(self._literals.get(address, set()), port):
            return True
        inner = _innermost(address)
        if inner.is_multicast or inner.is_unspecified or inner.is_link_local or inner in _METADATA:
            return False
        with self._lock:
            names = {name} if name else set(self._names_of.get(address, ()))
        granted = [self._names[each] for each in names if each in self._names]
        if any(_has(ports.private, port) for ports in granted):
            return True
        public = any(_has(ports.public, port) for ports in granted) or _has(self._anywhere, port)
        return public and is_public(address) and not _is_own(address)


def _refusal(shown: str) -> PermissionError:
    return PermissionError(errno.EACCES, f"{shown[:300]} is not among the approved hosts")


def _has(ports: set[int], port: int | None) -> bool:
    return bool(ports) if port is None else port in ports or 0 in ports


def _in_family(address: Address, family: int) -> str:
    """An address as a socket of this family takes it; empty where it can't."""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address) if family == socket.AF_INET else f"::ffff:{address}"
    return str(address) if family == socket.AF_INET6 else ""


def _is_own(address: Address) -> bool:
    """Whether an address is this machine's: what listens on all of its interfaces isn't meant for the public."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((str(address), 9))  # sends nothing; the kernel only chooses the way
            return ipaddress.ip_address(probe.getsockname()[0]) == address
    except (OSError, ValueError):
        return False


def _connected(family: int, target: tuple[str, int], deadline: float, stop: int) -> socket.socket:
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.setblocking(False)
        number = connection.connect_ex(target)
        if number in (errno.EINPROGRESS, errno.EINTR):
            poller = select.poll()
            poller.register(connection, select.POLLOUT)
            poller.register(stop, select.POLLIN)
            ready = dict(poller.poll(max(0.0, deadline - time.monotonic()) * 1000))
            if stop in ready:
                raise ConnectionAbortedError(errno.ECONNABORTED, "the run is over")
            if not ready:
                raise TimeoutError(errno.ETIMEDOUT, "timed out")
            number = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number:
            raise OSError(number, os.strerror(number))
        connection.setblocking(True)
    except BaseException:
        connection.close()
        raise
    return connection
