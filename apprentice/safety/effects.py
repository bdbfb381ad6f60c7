"""What a call would touch outside the process: files, hosts, commands, packages. And what permission that needs."""

from __future__ import annotations

import ast
import posixpath
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from apprentice.safety.findings import ANY, Permission, Tier
from apprentice.safety.resolve import Resolver
from apprentice.safety.rules import Operation
from apprentice.safety.values import (
    HOLE,
    Const,
    Inst,
    Items,
    Opaque,
    Ref,
    Text,
    Value,
    Values,
    as_text,
    is_absolute,
)

_NOWHERE = {"/dev/null", "/dev/stdout", "/dev/stderr", "NUL", ":memory:", "file::memory:", ""}
_SENSITIVE = re.compile(
    r"(?:/(?:bin|boot|dev|etc|home|lib|lib64|mnt|opt|proc|root|run|sbin|srv|sys|usr|var|Users|Library|tmp)(?:/|$)"
    r"|~[/\\]|\.\.[/\\]|[A-Za-z]:\\)"
)
_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?:[^/@\0]*@)?(?P<host>[^/?#\0]*)(?P<after>.?)", re.DOTALL
)
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
_HOST = re.compile(r"[A-Za-z0-9_.:\[\]-]*")
_SHELLS = re.compile(
    r"(?:.*/)?(?:sh|bash|dash|zsh|ksh|fish|csh|cmd(?:\.exe)?|powershell(?:\.exe)?|pwsh|env|sudo|doas|su|xargs|nohup|"
    r"python[\d.]*|perl|ruby|node|php|lua|ssh|nc|ncat|busybox|awk|find|watch|timeout)"
)
_DESTRUCTIVE = re.compile(
    r"\brm\s+(?:-\w+\s+|--[\w-]+\s+)*-?\w*\s*(?:/|~|\$HOME|\*)(?:\s|\*|$|\w+(?:\s|/?\*|/?$))|--no-preserve-root|"
    r"\bmkfs(?:\.\w+)?\b|\bdd\b.*\bof=/dev/|>\s*/dev/(?:sd|nvme|hd|mem)|:\(\)\s*\{|\b(?:shutdown|reboot|halt|poweroff)\b|"
    r"(?:curl|wget)\b[^|]*\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|\bsudo\b|/dev/tcp/|\bchmod\s+(?:-R\s+)?[0-7]*777\s+/|"
    r"\b(?:nc|ncat)\b.*\s-e\b|\bformat\s+c:|\bdel\s+/[sq]",
    re.IGNORECASE,
)
_PIP = re.compile(
    r"(?:\bpip[\d.]*|\buv|\bconda|\beasy_install)\b(?:\s+-\S+|\s+pip)*\s+(?:install|add)\b\s*(.*)"
)


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing a call would do, with the tier and the permission it needs."""

    tier: Tier
    rule: str
    message: str
    permission: Permission | None = None


def ask(permission: Permission, what: str) -> Effect:
    """The effect that needs `permission`; `what` is the name in the code that would use it."""
    return Effect("approval", f"needs.{permission.kind}", f"{what} would {permission}", permission)


def arguments(node: ast.Call, position: int, keyword: str) -> ast.expr | None:
    """The argument given at `position` or as `keyword`; None if it isn't given."""
    plain = [argument for argument in node.args if not isinstance(argument, ast.Starred)]
    if position < len(plain):
        return plain[position]
    return next((k.value for k in node.keywords if k.arg == keyword), None)


def path_effects(
    resolver: Resolver, operation: Operation, values: Iterable[Value], what: str
) -> Iterator[Effect]:
    """What reading or writing a path that may be any of `values` needs."""
    for value in values:
        if isinstance(value, Items):
            for alternatives in value.elements:
                yield from path_effects(resolver, operation, alternatives, what)
        elif isinstance(value, Ref) and value.name == "sys.argv":
            yield from _text_effects(resolver, operation, Text(HOLE, frozenset({"tainted"})), what)
        elif isinstance(value, Text | Opaque | Inst) or (
            isinstance(value, Const) and isinstance(value.value, bytes)
        ):
            yield from _text_effects(resolver, operation, as_text(value), what)


def _text_effects(resolver: Resolver, operation: Operation, path: Text, what: str) -> Iterator[Effect]:
    template = (
        path.template.removeprefix("file://") if path.template.startswith("file:///") else path.template
    )
    if template in _NOWHERE:
        return
    parts = re.split(r"[/\\]", template)
    if is_absolute(template) or ".." in parts:
        shown = posixpath.normpath(template) if path.known else template
        yield ask(Permission(operation, shown.replace(HOLE, ANY)), what)
    elif operation == "read":
        if template.startswith(HOLE):
            yield Effect("auto", "uses.read", f"{what} reads a path that is known only when it runs")
    elif "tainted" in path.origins:
        why = f"{what} writes to a path that can't be known before; take it as a parameter"
        yield Effect("never", "path.uncontrolled", why)
    elif "own" in path.origins and template == HOLE:
        yield ask(Permission("write", "__file__"), what)
    elif template.startswith(HOLE) and not path.origins & {"param", "temp", "own"}:
        for sensitive in _sensitive_texts(resolver):
            yield ask(Permission(operation, sensitive), what)
        yield Effect("auto", "uses.write", f"{what} writes to a path that is known only when it runs")
    elif template.startswith(HOLE) and "param" in path.origins:
        yield Effect("auto", "uses.write", f"{what} writes to a path that is known only when it runs")


def _sensitive_texts(resolver: Resolver) -> list[str]:
    """Paths outside that stand in the code; a path that can't be followed may be one of them."""
    found = {
        node.value
        for node in ast.walk(resolver.scopes.module.node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 300
    }
    return sorted(text for text in found if _SENSITIVE.match(text) and not any(map(str.isspace, text)))[:3]


def network_targets(resolver: Resolver, node: ast.Call) -> list[str]:
    """The hosts, with ports where known, that the arguments of a call name; `*` for one that can't be known."""
    given = [
        *node.args,
        *(k.value for k in node.keywords if k.arg in ("url", "host", "address", "base_url", "addr")),
    ]
    out: list[str] = []
    for argument in given:
        for value in resolver.values(argument):
            source = value
            if isinstance(value, Inst) and value.of == "urllib.request.Request":
                out += network_targets(resolver, value.node)
            elif isinstance(source, Text) and (found := _URL.match(source.template)):
                host = found["host"] if found["after"] != HOLE else ""
                if found["scheme"] != "file":
                    port = _PORTS.get(found["scheme"])
                    out.append(f"{host}:{port}" if host and port and ":" not in host else host or ANY)
    if out or not given:
        return out
    first = resolver.values(given[0])
    ports = resolver.values(arguments(node, 1, "port")) if len(given) > 1 or node.keywords else ()
    for value in first:
        if isinstance(value, Items) and len(value.elements) >= 2:
            out += [_host(h, value.elements[1]) for h in value.elements[0]]
        elif isinstance(value, Text | Opaque | Inst):
            out.append(_host(value, ports))
    return out


def file_urls(resolver: Resolver, node: ast.Call) -> list[Value]:
    """The `file://` URLs among the arguments."""
    values = [value for argument in node.args for value in resolver.values(argument)]
    return [value for value in values if isinstance(value, Text) and value.template.startswith("file://")]


def _host(value: Value, ports: Values) -> str:
    if not isinstance(value, Text) or not value.known or not _HOST.fullmatch(value.template):
        return ANY
    port = ports[0].value if len(ports) == 1 and isinstance(ports[0], Const) else None
    return f"{value.template}:{port}" if isinstance(port, int) else value.template or ANY


def is_destructive(command: str) -> bool:
    """Whether a command line is one of those that are never run: `rm -rf /`, `sudo …`, `mkfs …`."""
    return _DESTRUCTIVE.search(command) is not None


def installs(command: str) -> bool:
    """Whether a command line installs packages."""
    return _PIP.search(command) is not None


def command_effects(resolver: Resolver, node: ast.Call, what: str) -> Iterator[Effect]:
    """What running the command that the arguments of a call name needs."""
    for command, complete in _commands(resolver, node, what):
        if is_destructive(command):
            yield Effect("never", "command.destructive", f"{what} runs a destructive command: {command[:80]}")
            continue
        if found := _PIP.search(command):
            names = [word for word in found[1].split() if not word.startswith("-") and word != HOLE]
            for name in names or [ANY]:
                yield ask(Permission("package", name), what)
        target = command if complete else ANY
        if not complete and HOLE not in (first := command.split(" ", 1)[0]) and first:
            target = ANY if _SHELLS.fullmatch(first) else f"{first} {ANY}"
        yield ask(Permission("command", target), what)


def _commands(resolver: Resolver, node: ast.Call, what: str) -> list[tuple[str, bool]]:
    if what.startswith("webbrowser"):
        return [("webbrowser", True)]
    several = what.endswith(("create_subprocess_exec", "subprocess_exec")) or ".spawn" in what
    if several:
        skip = 1 if "os.spawn" in what else 0
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            return [(HOLE, False)]
        return [_line([resolver.values(argument) for argument in node.args[skip:]])]
    argument = arguments(node, 0, "args") or arguments(node, 0, "cmd") or arguments(node, 0, "command")
    if argument is None:
        return [(HOLE, False)]
    if isinstance(argument, ast.List | ast.Tuple):
        return [
            _line(
                [(Text(HOLE),) if isinstance(e, ast.Starred) else resolver.values(e) for e in argument.elts]
            )
        ]
    out: list[tuple[str, bool]] = []
    for value in resolver.values(argument):
        if isinstance(value, Items):
            out.append(_line(value.elements))
        elif isinstance(value, Text):
            # Unknown text inside a shell line can be any other command.
            out.append((value.template, True) if value.known else (f"{HOLE} {value.template}", False))
        else:
            out.append((HOLE, False))
    return out or [(HOLE, False)]


def _line(elements: Sequence[Values]) -> tuple[str, bool]:
    words: list[str] = []
    complete = True
    for alternatives in elements:
        value = alternatives[0] if len(alternatives) == 1 else Text(HOLE)
        name = value.name if isinstance(value, Ref) else ""
        text = "python" if name == "sys.executable" else as_text(value).template
        complete &= HOLE not in text
        words.append(shlex.quote(text) if HOLE not in text and (" " in text or not text) else text)
    return " ".join(words), complete and bool(words)
