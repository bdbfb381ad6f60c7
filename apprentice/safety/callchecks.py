"""What a call does, by the names that the called thing may have."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from apprentice.safety import modules
from apprentice.safety.effects import (
    Effect,
    arguments,
    ask,
    command_effects,
    file_urls,
    network_targets,
    path_effects,
)
from apprentice.safety.embedded import text_arguments
from apprentice.safety.findings import ANY, Permission
from apprentice.safety.resolve import Resolver
from apprentice.safety.rules import (
    NEVER_ATTRIBUTES,
    NEVER_CALLED,
    OPENERS,
    PATH_METHODS,
    PATHS,
    RUN_TEXT,
    SETTABLE,
    Operation,
    Rule,
    rule_for,
)
from apprentice.safety.values import HOLE, Items, Ref, Text, Value, elements, is_gadget, origins_of

_INSIDES = "|".join(sorted(name for name in NEVER_ATTRIBUTES if "_" in name))
_FORMAT = re.compile(rf"\{{[^{{}}]*(?:{_INSIDES})")
_READS = re.compile(r"r(?:[bt]?(?:\|?[:|]?[*\w]*)?)?|rb|rt|br|tr|U|rU", re.ASCII)
#: Methods of connections that name a host again; others use the connection that is open.
CONNECTS = frozenset(
    "connect connect_ex bind sendto get post put patch delete head options stream request ws_connect create_connection "
    "create_server create_datagram_endpoint sock_connect urlopen open".split()
)
_SESSIONS = frozenset(
    "socket.socket requests.Session requests.session httpx.Client httpx.AsyncClient aiohttp.ClientSession "
    "urllib3.PoolManager urllib.request.build_opener urllib.request.install_opener urllib.request.OpenerDirector "
    "urllib.request.HTTPHandler urllib.request.ProxyHandler urllib.request.getproxies socket.setdefaulttimeout "
    "multiprocessing.managers.BaseManager http.cookiejar".split()
)
_UNSTOPPABLE = frozenset({"SIGTERM", "SIGXCPU", "SIGHUP", "SIGALRM", "SIGXFSZ", "SIGVTALRM", "SIGPROF"})
_SAFE_LOADERS = ("SafeLoader", "CSafeLoader", "BaseLoader")


def call_effects(resolver: Resolver, node: ast.Call) -> Iterator[Effect]:
    """What the call would do that is never done or needs a permission."""
    if isinstance(node.func, ast.Attribute):
        yield from _method_effects(resolver, node, node.func)
    for name in sorted(resolver.names(node.func)):
        yield from _named_effects(resolver, node, name)


def handed_effects(resolver: Resolver, call: ast.Call, function: ast.AST, name: str) -> Iterator[Effect]:
    """What it may do that `call` is given the function `name`: it may call it with its other arguments."""
    others = [argument for argument in call.args if argument is not function]
    rule = rule_for(name)
    if rule is not None and rule.kind is not None:
        complete = list(command_effects(resolver, _as_call(call, others), name)) if others else []
        yield from complete or [ask(Permission(rule.kind, ANY), name)]
        return
    given = [value for argument in others for value in resolver.values(argument)]
    given += [item for value in given if isinstance(value, Items) for item in elements(value)]
    callers = resolver.names(call.func)
    if name in OPENERS:
        mode = _mode(resolver, _as_call(call, others), name)
        if (
            callers & {"builtins.map", "builtins.filter", "contextlib.ExitStack().enter_context"}
            and len(others) < 2
        ) or ("functools.partial" in callers and mode == "read"):
            yield from path_effects(resolver, "read", given, name)
        elif not any(caller.startswith(("unittest.mock", "builtins.isinstance")) for caller in callers):
            shown = name.removeprefix("builtins.")
            yield Effect(
                "never",
                "open.uncontrolled",
                f"{shown} is handed to another function; call it where it is used",
            )
        return
    operation: Operation = "write" if any(spec[0] == "write" for spec in PATHS[name]) else "read"
    yield from path_effects(resolver, operation, given, name)


def _as_call(call: ast.Call, args: list[ast.expr]) -> ast.Call:
    return ast.copy_location(ast.Call(func=call.func, args=args, keywords=call.keywords), call)


def _mode(resolver: Resolver, node: ast.Call, name: str) -> Operation:
    _, _, position, keyword, default = OPENERS[name]
    argument = arguments(node, position, keyword)
    if argument is None:
        return "read" if default.startswith("r") and not _starred(node) else "write"
    if name == "os.open":
        written = {n.attr for n in ast.walk(argument) if isinstance(n, ast.Attribute)}
        return "read" if written <= {"O_RDONLY", "O_CLOEXEC", "O_NOFOLLOW", "O_DIRECTORY"} else "write"
    modes = resolver.strings(argument)
    return "read" if modes is not None and all(_READS.fullmatch(mode) for mode in modes) else "write"


def _starred(node: ast.Call) -> bool:
    return any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords)


def _method_effects(resolver: Resolver, node: ast.Call, function: ast.Attribute) -> Iterator[Effect]:
    attr = function.attr
    for base in resolver.values(function.value):
        if isinstance(base, Text) and base.path:
            yield from _path_effects(resolver, node, base, attr)
        if attr in ("format", "format_map", "get_field", "vformat") and isinstance(base, Text):
            yield from _format(base.template)
        if attr in ("__getattribute__", "__getattr__") and node.args:
            yield from _attribute_named(resolver, [base], node.args[0])
        if attr in ("get", "pop", "__getitem__") and node.args and _hides(resolver, base, node.args[0]):
            yield Effect("never", "module.namespace", "a name is looked up that is not known before it runs")
    if attr == "get_field" and node.args:
        for text in resolver.strings(node.args[0]) or ():
            if any(name in text for name in NEVER_ATTRIBUTES if "_" in name):
                yield Effect(
                    "never", "format.insides", "a format string reaches into the interpreter's insides"
                )


def _format(template: str) -> Iterator[Effect]:
    if _FORMAT.search(template):
        yield Effect("never", "format.insides", "a format string reaches into the interpreter's insides")


def _hides(resolver: Resolver, base: Value, key: ast.expr) -> bool:
    if not isinstance(base, Ref) or base.name not in ("builtins", "sys.modules"):
        return False
    return resolver.strings(key) is None


def _path_effects(resolver: Resolver, node: ast.Call, base: Text, attr: str) -> Iterator[Effect]:
    what = f"Path.{attr}"
    if attr == "open":
        mode = arguments(node, 0, "mode")
        modes = ["r"] if mode is None else resolver.strings(mode)
        reads = modes is not None and all(_READS.fullmatch(m) for m in modes)
        yield from path_effects(resolver, "read" if reads else "write", [base], what)
    elif attr in PATH_METHODS:
        yield from path_effects(resolver, PATH_METHODS[attr], [base], what)
        if attr in ("rename", "replace", "symlink_to", "hardlink_to", "link_to") and node.args:
            yield from path_effects(resolver, "write", resolver.values(node.args[0]), what)
        elif attr in ("glob", "rglob") and node.args:
            yield from path_effects(resolver, "read", resolver.values(node.args[0]), what)


def _named_effects(resolver: Resolver, node: ast.Call, name: str) -> Iterator[Effect]:
    shown = name.removeprefix("builtins.")
    rule = rule_for(name)
    if rule is not None and rule.tier == "approval":
        yield from _approval_effects(resolver, node, name, rule)
    if name in NEVER_CALLED:
        yield Effect("never", name, f"{shown} {NEVER_CALLED[name]}")
    if name in OPENERS and name != "pathlib.Path().open":
        position, keyword, *_ = OPENERS[name]
        argument = arguments(node, position, keyword)
        operation = _mode(resolver, node, name)
        if argument is not None:
            yield from path_effects(resolver, operation, resolver.values(argument), shown)
        elif _starred(node):
            given = (
                value for a in node.args if isinstance(a, ast.Starred) for value in resolver.values(a.value)
            )
            values = [item for value in given for item in elements(value)]
            yield from path_effects(resolver, "write", values, shown)
    for operation, position, keyword in PATHS.get(name, ()):
        argument = arguments(node, position, keyword)
        if argument is not None:
            yield from path_effects(resolver, operation, resolver.values(argument), shown)
    if name in ("builtins.getattr", "builtins.setattr", "builtins.delattr") and len(node.args) > 1:
        bases = resolver.values(node.args[0])
        if name == "builtins.getattr":
            yield from _attribute_named(resolver, bases, node.args[1])
        else:
            yield from _set(resolver, bases, node.args[1])
    elif name.endswith(".__getattribute__") and len(node.args) > 1:
        yield from _attribute_named(resolver, resolver.values(node.args[0]), node.args[1])
    elif name in ("builtins.object.__setattr__", "builtins.type.__setattr__") and len(node.args) > 1:
        yield from _set(resolver, resolver.values(node.args[0]), node.args[1])
    elif name in ("importlib.import_module", "pydoc.locate", "pkgutil.resolve_name"):
        yield from _imported(resolver, node, name)
    elif name in RUN_TEXT:
        for argument in text_arguments(node):
            if any(_built(value) for value in resolver.values(argument)):
                yield Effect("never", name, f"{name} runs built text as code; give it a function")
    elif name in ("operator.attrgetter", "operator.methodcaller"):
        for argument in node.args:
            for text in resolver.strings(argument) or ():
                yield from _insides(text)
    elif name == "signal.signal" and len(node.args) > 1:
        signals = {found.rpartition(".")[2] for found in resolver.names(node.args[0])}
        if signals & _UNSTOPPABLE and resolver.names(node.args[1]) & {"signal.SIG_IGN"}:
            yield Effect("never", "signal.ignored", "a signal that is meant to end the run is ignored")
    elif name in ("logging.config.dictConfig", "logging.config.fileConfig"):
        yield from _factories(node)
    elif name == "yaml.load" or name == "yaml.load_all":
        loader = arguments(node, 1, "Loader")
        if loader is None or not any(found.endswith(_SAFE_LOADERS) for found in resolver.names(loader)):
            yield Effect("never", name, f"{name} makes any object; use yaml.safe_load")
    elif name == "numpy.load":
        allowed = arguments(node, 2, "allow_pickle")
        if allowed is not None and not (isinstance(allowed, ast.Constant) and allowed.value is False):
            yield Effect("never", name, "numpy.load with allow_pickle loads objects that can do anything")


def _built(value: Value) -> bool:
    return (isinstance(value, Text) and not value.known) or "tainted" in origins_of(value)


def _insides(text: str) -> Iterator[Effect]:
    for name in sorted({*text.split(".")} & NEVER_ATTRIBUTES):
        yield Effect("never", f"attribute.{name}", f"{name} reaches into the interpreter's insides")


def _attribute_named(resolver: Resolver, bases: Iterable[Value], name: ast.expr) -> Iterator[Effect]:
    bases = list(bases)
    for value in resolver.values(name):
        if isinstance(value, Text) and value.known:
            yield from _insides(value.template)
            continue
        if isinstance(value, Text) and value.template.startswith(("__", "f_")) and value.template.count(HOLE):
            yield Effect("never", "attribute.built", "the name of a special attribute is built while running")
        for base in bases:
            hidden = is_gadget(base)
            if isinstance(base, Ref) and "()" not in base.name:
                known = base.name in modules.RISKY or base.name in modules.GUARDED
                hidden = known or rule_for(base.name) is not None
            if hidden:
                shown = base.name if isinstance(base, Ref) else "a module's namespace"
                yield Effect(
                    "never", "module.namespace", f"what is taken from {shown} is not known before it runs"
                )


def _set(resolver: Resolver, bases: Iterable[Value], name: ast.expr) -> Iterator[Effect]:
    names = resolver.strings(name)
    for base in bases:
        if not isinstance(base, Ref) or (
            base.name not in modules.GUARDED and not base.name.startswith("builtins")
        ):
            continue
        if names is None or any(f"{base.name}.{attr}" not in SETTABLE for attr in names):
            yield Effect("never", "module.changed", f"{base.name} is changed; modules stay as they are")
    for text in names or ():
        yield from _insides(text)


def _imported(resolver: Resolver, node: ast.Call, name: str) -> Iterator[Effect]:
    argument = arguments(node, 0, "name")
    names = resolver.strings(argument) if argument is not None else None
    if names is None:
        yield Effect("never", name, f"{name} imports what is not known before it runs; use plain imports")
        return
    for imported in names:
        full = imported.replace(":", ".")
        if resolver.is_own(full):
            continue
        rule = rule_for(modules.canonical(full))
        if rule is not None and rule.tier == "never":
            yield Effect("never", rule.name, f"{imported} {rule.why}")
        elif rule is not None and rule.kind is not None:
            yield ask(
                Permission(rule.kind, full.partition(".")[0] if rule.kind == "package" else ANY),
                f"import {full}",
            )
        if not modules.is_standard(modules.canonical(full)):
            yield ask(Permission("package", full.partition(".")[0]), f"import {full}")


def _factories(node: ast.Call) -> Iterator[Effect]:
    """Functions that a logging configuration names by text."""
    for part in ast.walk(node):
        if not isinstance(part, ast.Dict):
            continue
        for key, value in zip(part.keys, part.values, strict=True):
            text = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
            if isinstance(key, ast.Constant) and (key.value == "()" or text.startswith("ext://")):
                rule = rule_for(modules.canonical(text.removeprefix("ext://")))
                if rule is not None and rule.kind is None:
                    yield Effect("never", rule.name, f"{text} {rule.why}")
                elif rule is not None and rule.kind is not None:
                    yield ask(Permission(rule.kind, ANY), text)


def _approval_effects(resolver: Resolver, node: ast.Call, name: str, rule: Rule) -> Iterator[Effect]:
    if rule.kind == "command":
        if "()." not in name or "subprocess_" in name:
            yield from command_effects(resolver, node, name)
    elif rule.kind == "package":
        texts = [text for a in node.args for v in resolver.values(a) for text in _words(v)]
        if "install" in texts:
            for package in [t for t in texts if t != "install" and not t.startswith("-")] or [ANY]:
                yield ask(Permission("package", package), name)
    elif rule.kind == "network":
        for url in file_urls(resolver, node):
            yield from path_effects(resolver, "read", [url], name)
        instance, method = "()" in name, name.rpartition(".")[2]
        if name in _SESSIONS or rule.name == "ssl" or (instance and method not in CONNECTS):
            return
        targets = network_targets(resolver, node)
        if instance and name.startswith("http.client"):
            targets = [target for target in targets if target != ANY] if method == "request" else targets
        if not instance and not targets:
            return
        for target in targets:
            yield ask(Permission("network", target), name)
    elif rule.kind is not None:
        yield ask(Permission(rule.kind, ANY), name)


def _words(value: Value) -> list[str]:
    if isinstance(value, Items):
        return [v.template for v in elements(value) if isinstance(v, Text) and v.known]
    return [value.template] if isinstance(value, Text) and value.known else []
