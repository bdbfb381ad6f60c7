"""Permissions: what code may be allowed to do beyond its scratch folder, as stable keys, and which settles which.

A permission is granted exactly, because the sandbox opens exactly what it names. What code *needs* is often known only
by its kind (`network:*`, `command:git *`, `read:/data/*`): there a granted permission of that kind settles the question,
and the sandbox refuses whatever else the code tries.
"""

from __future__ import annotations

import ipaddress
import os
import re
import shlex
from dataclasses import dataclass
from typing import Literal, Self, get_args

from apprentice.errors import UsageError

PermissionKind = Literal["network", "read", "write", "command", "package", "finding"]

#: Stands for what isn't known: in a need, whatever the code may choose; in a network grant, any public host.
ANY = "*"

#: The ports of a host that is named without one.
WEB_PORTS = (80, 443)

_WORDS: dict[str, tuple[str, str]] = {
    "network": ("open network connections to {}", "open network connections to any host"),
    "read": ("read {}, outside the workspace", "read files outside the workspace"),
    "write": ("change {}, outside the workspace", "change files outside the workspace"),
    "command": ("run the system command `{}`", "run any system command"),
    "package": ("use the package {}", "use or install any package"),
    "finding": (
        "keep code in which the static review finds {}",
        "keep code whatever the static review finds",
    ),
}
_PORT = re.compile(r"0*(\d{1,5})", re.ASCII)
_INTRANET = ("localhost", ".localhost", ".local", ".internal", ".lan", ".home.arpa")


@dataclass(frozen=True, slots=True)
class Permission:
    """Leave to do one thing: a kind, and what exactly. An empty or unknown target is `*`: anything of the kind.

    Hosts are kept in lower case, so that two keys for one host are the same.
    """

    kind: PermissionKind
    target: str = ANY

    def __post_init__(self) -> None:
        target = self.target
        if self.kind == "network":
            host, port = split_host(target)
            shown = f"[{host}]" if ":" in host and port is not None else host
            target = shown if port is None else f"{shown}:{port}"
        if target != self.target or not target:
            object.__setattr__(self, "target", target or ANY)

    @property
    def key(self) -> str:
        """The permission as one stable string, for memory.json: `network:example.com:443`."""
        return f"{self.kind}:{self.target}"

    @classmethod
    def parse(cls, key: str) -> Self:
        """The permission that `key` stands for.

        Raises:
            UsageError: `key` doesn't begin with a known kind.
        """
        kind, _, target = key.strip().partition(":")
        for known in get_args(PermissionKind):
            if kind == known:
                return cls(known, target.strip())
        raise UsageError(
            f"{key!r} is no permission.",
            "Write e.g. network:example.com:443, read:/data/in, write:/data/out, 'command:git status', package:numpy.",
        )

    @property
    def exact(self) -> bool:
        """Whether it names what the sandbox can open: one host (or any public one), path, command or package."""
        if self.kind == "network":
            return True
        if self.kind == "command":
            return self.target != ANY and not self.target.endswith(f" {ANY}")
        if self.kind in ("package", "finding"):
            return self.target != ANY
        path = _normal(self.target)
        return ANY not in self.target and os.path.isabs(path) and path != os.path.dirname(path)

    def resolved(self) -> Permission:
        """The same with the symbolic links of its path followed; others as they are."""
        if self.kind not in ("read", "write") or not self.exact:
            return self
        try:
            return Permission(self.kind, os.path.realpath(self.target))
        except (OSError, ValueError):
            return self

    def opens(self, other: Permission) -> bool:
        """Whether this one, granted, opens all that `other` would. What isn't exact can't be granted and opens nothing."""
        if not (self.exact and other.exact):
            return False
        if self.kind != other.kind and (self.kind, other.kind) != ("write", "read"):
            return False
        if self.kind == "network":
            return _host_opens(self.target, other.target)
        if self.kind == "command":
            return command_words(self.target) == command_words(other.target)
        if self.kind in ("package", "finding"):
            return self.target == other.target
        return _path_opens(self.target, other.target)

    def covers(self, need: Permission) -> bool:
        """Whether this one, granted, settles what code needs.

        It does where it opens all of it, and where the need isn't known exactly and may be within it: the code can then do
        what is granted, and the sandbox refuses it the rest. Links are not followed here (see `resolved`).
        """
        if self.opens(need):
            return True
        if not self.exact or (self.kind != need.kind and (self.kind, need.kind) != ("write", "read")):
            return False
        if self.kind == "network":
            host, port = split_host(need.target)
            return host == ANY or (port is None and host == split_host(self.target)[0])
        if self.kind == "command":
            first = need.target.removesuffix(f" {ANY}")
            return need.target == ANY or (first != need.target and command_words(self.target)[:1] == (first,))
        return self.kind in ("read", "write") and _may_be_within(self.target, need.target)

    def __str__(self) -> str:
        exact, broad = _WORDS[self.kind]
        return broad if self.target == ANY else exact.format(self.target)


def split_host(target: str) -> tuple[str, int | None]:
    """Host (lower case, without brackets and final dot) and port of `host:port`, `[::1]:80`, `::1`, `host`."""
    host, port = target.strip().lower(), None
    found = re.fullmatch(r"\[([^\]]*)\](?::(\d+))?", host)
    if found:
        host, digits = found[1], found[2]
    elif host.count(":") == 1:
        host, _, digits = host.partition(":")
    else:
        digits = None
    if digits is not None:
        number = _PORT.fullmatch(digits)
        if number is None or not 0 < int(number[1]) < 65536:
            return target.strip().lower(), None
        port = int(number[1])
    try:
        host = str(ipaddress.ip_address(host))
    except ValueError:
        host = host.removesuffix(".")
    return host or ANY, port


def is_public_name(host: str) -> bool:
    """Whether a host may be on the internet, as far as its name tells; what it resolves to is checked when it is used."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(_INTRANET)


def command_words(command: str) -> tuple[str, ...]:
    """A command line as its words; where its quotes are not closed, as words between spaces."""
    try:
        return tuple(shlex.split(command))
    except ValueError:
        return tuple(command.split())


def _host_opens(granted: str, other: str) -> bool:
    host, port = split_host(granted)
    wanted, wanted_port = split_host(other)
    if host == ANY:
        return (wanted == ANY or is_public_name(wanted)) and port in (None, wanted_port)
    return host == wanted and (wanted_port == port or (port is None and wanted_port in WEB_PORTS))


def _path_opens(granted: str, other: str) -> bool:
    return _within(_normal(granted), _normal(other))


def _may_be_within(granted: str, need: str) -> bool:
    """Whether a path of which only the beginning is known may be the granted one, or beneath it."""
    if ANY not in need:
        return False
    known, folder = need[: need.index(ANY)], _normal(granted)
    if not known:
        return True
    if not os.path.isabs(known):
        return False
    # `/data/*` may become `/data/in/x`, and `/data/in` holds `/data/in/x*`.
    inside = known.endswith(os.sep)
    start = _normal(known)
    parent = start if inside else os.path.dirname(start)
    return _within(folder, parent) or (_within(start, folder) if inside else folder.startswith(start))


def _normal(path: str) -> str:
    normal = os.path.normpath(path)
    return normal[1:] if normal.startswith("//") else normal


def _within(folder: str, path: str) -> bool:
    """Whether a normal path is the folder or beneath it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
