"""From permissions to what the sandbox opens: each exactly one host, path, command or package, or not at all."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, NoReturn

from apprentice.errors import PackageError, UsageError
from apprentice.packages import AllowList, Environment
from apprentice.safety.effects import installs, is_destructive
from apprentice.safety.permissions import ANY, WEB_PORTS, Permission, is_public_name, split_host
from apprentice.sandbox.base import Grants
from apprentice.sandbox.broker.command import PATH, argv_of
from apprentice.sandbox.broker.network import PRIVATE_MARK, host_of

#: What no run may write to, nor to anything beneath it.
_SYSTEM: Final = tuple(
    f"/{name}"
    for name in (
        "bin boot dev etc lib lib32 lib64 libx32 proc run sbin sys usr var/lib var/run var/log var/spool var/cache "
        "System Library Applications private/etc private/var/db"
    ).split()
)
#: Folders that hold those of many programs and people: what is beneath them can be granted, they themselves can't.
_SHARED: Final = tuple(
    f"/{name}" for name in "home root mnt media opt srv tmp var var/tmp Users Volumes".split()
)
#: What the kernel shows of itself and of other processes; not even reading it can be granted.
_KERNEL: Final = ("/proc", "/sys", "/dev")
#: What the agent keeps in its workspace; everything else in there can be granted.
_KEPT: Final = re.compile(
    r"\..*|memory\.json.*|checkpoints\..*|allowed_packages\.txt|pytest\.ini|conftest\.py|"
    r"skills|tests|tools|attempts|exec|logs|environments|versions|trash|requests|index\.sqlite.*",
    re.IGNORECASE,
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ONLY_THE_FOLDER: Final = "Name a folder of its own for it, e.g. write:/data/out."


#: Installs packages, by the names that code imports, and says where they are.
Install = Callable[[Sequence[str]], Environment]


def exact(permission: Permission | str, workspace: Path) -> Permission:
    """The permission as the sandbox would open it: paths absolute and with their links followed, hosts in their usual form.

    Leave to write a file that isn't there yet is leave for the folder that it will be in.

    Args:
        permission: the permission, or its key.
        workspace: the agent's own folder, which stays its own.

    Raises:
        UsageError: it names nothing that can be opened, or what is never opened; says why.
    """
    asked = Permission.parse(permission) if isinstance(permission, str) else permission
    if _CONTROL.search(asked.target):
        _refuse(asked, "it contains a control character", "Leave that out.")
    if asked.kind == "network":
        return _network(asked)
    if asked.kind == "command":
        return _command(asked)
    if asked.kind == "package":
        if not re.fullmatch(r"[A-Za-z_]\w*", asked.target, re.ASCII):
            _refuse(asked, "it names no single package", "Name it as code imports it, e.g. package:numpy.")
        return _package(asked, workspace)
    if asked.kind == "finding":
        if not re.fullmatch(r"B\d{3}", asked.target, re.ASCII):
            _refuse(
                asked, "it names no finding of the static review", "Name one by its id, e.g. finding:B602."
            )
        return asked
    return _path(asked, workspace)


def grants_for(
    permissions: Iterable[Permission], *, workspace: Path, install: Install
) -> tuple[Grants, tuple[str, ...]]:
    """What the sandbox is to open, and the packages that are in it, pinned.

    Args:
        permissions: what was approved.
        workspace: the agent's own folder.
        install: called once, where packages are among the permissions.

    Raises:
        UsageError: one of them can't be opened, or not any more: a folder is gone or leads elsewhere.
        PackageError: a package can't be installed.
    """
    granted = list(dict.fromkeys(permissions))
    connect: list[tuple[str, int]] = []
    for permission in granted:
        found = exact(permission, workspace)
        if permission.kind in ("read", "write") and found.target != os.path.normpath(permission.target):
            raise UsageError(
                f"{permission.target} is not what was approved any more: it leads to {found.target} now.",
                f"Revoke the permission {permission.key}, and it is asked for anew.",
            )
        if permission.kind == "network":
            connect += _connections(found)
    imports = [permission.target for permission in granted if permission.kind == "package"]
    installed = install(imports) if imports else None
    grants = Grants(
        connect=tuple(dict.fromkeys(connect)),
        read=tuple(permission.target for permission in granted if permission.kind == "read"),
        write=tuple(permission.target for permission in granted if permission.kind == "write"),
        commands=tuple(argv_of(permission.target) for permission in granted if permission.kind == "command"),
        packages=(str(installed.folder),) if installed else (),
    )
    return grants, installed.pinned if installed else ()


def in_words(permission: Permission) -> str:
    """What a person is asked to allow, as the end of the sentence "it wants to …"."""
    target = permission.target
    if permission.kind == "network":
        host, port = split_host(target)
        where = "" if host == ANY or is_public_name(host) else " (on this machine or in your own network)"
        name = "any public host" if host == ANY else f"{host}{where}"
        if port is None:
            ports = "any port" if host == ANY else f"ports {' and '.join(map(str, WEB_PORTS))}"
            return f"open network connections to {name}, {ports}"
        return f"open network connections to {name}, port {port}"
    if permission.kind == "command":
        shell = (
            permission.exact and argv_of(target)[:2] == ("/bin/sh", "-c") and not target.startswith("/bin/sh")
        )
        return f"run the command `{target}`{' in a shell' if shell else ''}"
    if permission.kind == "package":
        return f"use the package {target}, which is installed for it alone"
    if permission.kind == "finding":
        return f"be kept although the static review warns of it (bandit {target})"
    what = f"everything in the folder {target}" if os.path.isdir(target) else f"the file {target}"
    return f"read {what}" if permission.kind == "read" else f"read, change and delete {what}"


def _network(asked: Permission) -> Permission:
    host, port = split_host(asked.target)
    if host == ANY:
        return asked
    try:
        known = str(host_of(host))
    except ValueError as error:
        _refuse(asked, str(error), "Name host and port, e.g. network:example.com:443.")
    shown = f"[{known}]" if ":" in known else known
    return Permission("network", shown if port is None else f"{shown}:{port}")


def _connections(permission: Permission) -> list[tuple[str, int]]:
    host, port = split_host(permission.target)
    if host == ANY:
        return [(ANY, port or 0)]
    # A name that can't be one of the internet's leads to a private address, and this one was named to the person.
    private = not is_public_name(host) and host != "localhost" and not _is_address(host)
    name = f"{PRIVATE_MARK}{host}" if private else host
    return [(name, each) for each in (WEB_PORTS if port is None else (port,))]


def _is_address(host: str) -> bool:
    return not isinstance(host_of(host), str)


def _command(asked: Permission) -> Permission:
    if not asked.exact:
        _refuse(asked, "it names no single command", "Name the whole command, e.g. 'command:git status'.")
    if is_destructive(asked.target):
        _refuse(asked, "a command that destroys is never run", "Do without it.")
    if installs(asked.target):
        _refuse(
            asked,
            "packages are installed by the agent, not by code",
            "Ask for the package, e.g. package:numpy.",
        )
    try:
        program = argv_of(asked.target)[0]
    except ValueError as error:
        _refuse(asked, str(error), "Name the whole command, e.g. 'command:git status'.")
    if "/" in program and not os.path.isabs(program):
        _refuse(asked, "its program is a relative path", "Name the program alone, or its absolute path.")
    places = [program] if os.path.isabs(program) else [os.path.join(folder, program) for folder in PATH]
    if not any(os.path.isfile(place) and os.access(place, os.X_OK) for place in places):
        _refuse(
            asked, f"there is no program {program} on this machine", "Install it, or name another command."
        )
    return asked


def package_named(name: str, workspace: Path) -> str:
    """The name by which code imports a package that is on the allow-list; empty if it isn't on it."""
    try:
        entry = AllowList(workspace).find(name)
    except (PackageError, UsageError):
        return ""
    return name if name in entry.imports else entry.imports[0]


def _package(asked: Permission, workspace: Path) -> Permission:
    try:
        AllowList(workspace).find(asked.target)
    except PackageError as error:
        raise UsageError(error.message, error.next_step) from None
    return asked


def _path(asked: Permission, workspace: Path) -> Permission:
    folder_first = f"Name the folder, e.g. {asked.kind}:/data/in."
    if ANY in asked.target:
        _refuse(asked, "it names no single file or folder", folder_first)
    expanded = os.path.expanduser(asked.target)
    if not os.path.isabs(expanded):
        _refuse(asked, "it isn't an absolute path", folder_first)
    real = os.path.realpath(expanded)
    if asked.kind == "write" and not os.path.exists(real):
        real = os.path.dirname(real)
    try:
        mode = os.stat(real).st_mode
    except OSError:
        _refuse(asked, f"{real} isn't there", "Make the folder first, or correct the path.")
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        _refuse(asked, "it is neither a file nor a folder", folder_first)
    if real == os.path.dirname(real) or _beneath_any(real, _KERNEL):
        _refuse(asked, f"{real} belongs to the system", folder_first)
    if asked.kind == "write":
        _check_writable(Permission("write", real), workspace)
    return Permission(asked.kind, real)


def _check_writable(asked: Permission, workspace: Path) -> None:
    path, home = asked.target, os.path.realpath(os.path.expanduser("~"))
    own = os.path.realpath(workspace)
    if _beneath_any(path, _SYSTEM) or path in _SHARED or path == os.path.dirname(home):
        _refuse(asked, f"{path} belongs to the system", _ONLY_THE_FOLDER)
    if path == home:
        _refuse(asked, "that is your whole home folder", _ONLY_THE_FOLDER)
    beneath_home = os.path.relpath(path, home).split(os.sep)[0] if _beneath(path, home) else ""
    if beneath_home.startswith("."):
        _refuse(asked, "what begins with a dot in your home folder holds settings and keys", _ONLY_THE_FOLDER)
    beneath_own = os.path.relpath(path, own).split(os.sep)[0] if _beneath(path, own) else ""
    if _beneath(own, path) or _KEPT.fullmatch(beneath_own):
        _refuse(asked, f"the agent's own files are in {own}", _ONLY_THE_FOLDER)
    for program in _program():
        if _beneath(path, program) or _beneath(program, path):
            _refuse(asked, f"the agent's program is in {program}", _ONLY_THE_FOLDER)


def _program() -> list[str]:
    """Where this program, its settings and its Python are."""
    package = Path(__file__).resolve().parent
    places = [
        package,
        package.parent / "autonomous_agent.py",
        Path(sys.prefix),
        Path(sys.executable),
        Path(".env"),
    ]
    return [os.path.realpath(place) for place in places]


def _beneath(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _beneath_any(path: str, folders: Iterable[str]) -> bool:
    return any(_beneath(path, folder) for folder in folders)


def _refuse(permission: Permission, why: str, next_step: str) -> NoReturn:
    shown = _CONTROL.sub("?", permission.key)
    shown = shown if len(shown) <= 200 else f"{shown[:199]}…"
    raise UsageError(f"{shown} can't be granted: {why}.", next_step)
