"""The rules of the syntax scan, node by node."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from apprentice.safety import modules
from apprentice.safety.callchecks import CONNECTS, call_effects, handed_effects
from apprentice.safety.context import role_of
from apprentice.safety.effects import Effect, ask, path_effects
from apprentice.safety.embedded import embedded_code
from apprentice.safety.findings import ANY, Finding, Permission, PermissionKind
from apprentice.safety.resolve import Resolver
from apprentice.safety.rules import NEVER_ATTRIBUTES, OPENERS, PATHS, SETTABLE, rule_for
from apprentice.safety.scopes import Scopes
from apprentice.safety.values import UNKNOWN, Local, Namespace, Ref, Text, Value, is_gadget

_NAMED = ast.Name | ast.Attribute | ast.Call | ast.Subscript
#: Functions that only look at a module handed to them.
_LOOKING = frozenset(
    f"builtins.{name}"
    for name in "getattr hasattr setattr delattr vars dir isinstance type print repr str id help bool callable hash".split()
) | {
    "importlib.reload",
    "inspect.getsource",
    "inspect.getfile",
    "inspect.getdoc",
    "inspect.ismodule",
    "inspect.getmodule",
}
_PATCHING = frozenset(
    {"setattr", "delattr", "object", "multiple", "setitem", "delitem", "spy", "stub", "dict"}
)
_PATCHERS = frozenset({"monkeypatch", "mocker", "mock", "patch", "mp", "m"})
_OWN_METHODS = frozenset(
    {"exec_module", "load_module", "load_extension", "subprocess_exec", "subprocess_shell"}
)
_KEY_METHODS = frozenset({"get", "pop", "setdefault", "__getitem__", "keys", "__contains__"})
_PACKAGES = frozenset({"pytest"})


class Checks:
    """Walks one module and collects what it finds."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._found: dict[tuple[str, Permission | None], Finding] = {}
        #: imported or named, but not (yet) seen in use: kind -> name and line
        self._pending: dict[PermissionKind, tuple[str, int]] = {}

    def findings(self) -> list[Finding]:
        """What was found, by line. What is imported but not seen in use counts as used in any way."""
        kinds = {finding.permission.kind for finding in self._found.values() if finding.permission}
        for kind, (name, line) in self._pending.items():
            if kind not in kinds:
                self._add(line, ask(Permission(kind, ANY), name))
        return sorted(self._found.values(), key=lambda finding: (finding.line, finding.rule, finding.message))

    def run(self, tree: ast.Module) -> None:
        """Check every node of `tree`, and code in strings that is sure to be run as code."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._import(node)
            elif isinstance(node, ast.Attribute):
                self._attribute(node)
            elif isinstance(node, ast.Subscript):
                self._subscript(node)
            elif isinstance(node, ast.MatchClass):
                for name in {*node.kwd_attrs} & NEVER_ATTRIBUTES:
                    self._insides(node.lineno, name)
            if isinstance(node, ast.Call):
                self._effects(node.lineno, call_effects(self.resolver, node))
            if isinstance(node, _NAMED) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
                for value in self.resolver.values(node):
                    self._value(node, value)
        for line, embedded in embedded_code(self.resolver, tree):
            inner = Checks(Resolver(Scopes(embedded), kind=self.resolver.kind, library=self.resolver.library))
            inner.run(embedded)
            for found in inner.findings():
                effect = Effect(
                    found.tier, found.rule, f"in code kept in a string: {found.message}", found.permission
                )
                self._add(line, effect)

    def _add(self, line: int, effect: Effect) -> None:
        key = (effect.rule if effect.permission is None else "", effect.permission)
        if effect.tier == "never":
            key = (f"{effect.rule} {effect.message}", None)
        known = self._found.get(key)
        if known is None or line < known.line:
            found = Finding(effect.tier, effect.rule, effect.message, line, effect.permission)
            self._found[key] = found

    def _effects(self, line: int, effects: Iterable[Effect]) -> None:
        for effect in effects:
            self._add(line, effect)

    def _never(self, line: int, rule: str, message: str) -> None:
        self._add(line, Effect("never", rule, message))

    def _insides(self, line: int, name: str) -> None:
        self._never(line, f"attribute.{name}", f"{name} reaches into the interpreter's insides")

    # Imports

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.imported(node.lineno, alias.name)
            return
        source = "." * node.level + (node.module or "")
        if not self.imported(node.lineno, source):
            return
        for alias in node.names:
            if alias.name in NEVER_ATTRIBUTES:
                self._insides(node.lineno, alias.name)
            elif alias.name != "*":
                for value in self.resolver.attribute(Ref(modules.canonical(source)), alias.name):
                    if isinstance(value, Ref):
                        self._named(node, value.name, imported=True)

    def imported(self, line: int, name: str) -> bool:
        """Check the import of the module `name`; whether names from it are worth a look."""
        if self.resolver.is_own(name):
            return False
        canonical = modules.canonical(name)
        rule = rule_for(canonical)
        if rule is not None and rule.tier == "never":
            self._never(line, rule.name, f"{name} {rule.why}")
            return False
        if rule is not None and rule.kind == "package":
            self._add(line, ask(Permission("package", name.partition(".")[0]), f"import {name}"))
        elif rule is not None and rule.kind is not None and rule.name != "socket":
            self._pending.setdefault(rule.kind, (f"import {name}", line))
        top = name.partition(".")[0]
        if not modules.is_standard(name) and top not in _PACKAGES and not canonical.startswith("builtins"):
            self._add(line, ask(Permission("package", top), f"import {name}"))
        return True

    # Names

    def _value(self, node: ast.expr, value: Value) -> None:
        if isinstance(value, Namespace) and value.module != "__main__":
            self._namespace(node, value.module)
        elif isinstance(value, Ref):
            self._named(node, value.name)
            if value.name in modules.GUARDED or value.name == "sys.modules":
                self._guarded(node, value.name)

    def _named(self, node: ast.AST, name: str, *, imported: bool = False) -> None:
        line = getattr(node, "lineno", 1)
        rule = rule_for(name)
        role, around = ("alias", None) if imported else role_of(self.resolver.scopes, node)
        shown = name.removeprefix("builtins.")
        if rule is None:
            if role == "argument" and isinstance(around, ast.Call) and (name in PATHS or name in OPENERS):
                self._effects(line, handed_effects(self.resolver, around, node, name))
            elif name in OPENERS and role == "other":
                # Calls through tables are followed; for what can't be, the paths in the code count.
                self._effects(line, path_effects(self.resolver, "write", [UNKNOWN], shown))
            elif name == "importlib.import_module" and role not in ("called", "alias"):
                self._never(line, name, "importlib.import_module is handed around; use plain imports")
        elif rule.tier == "never":
            if not (modules.is_module(name) and role == "base"):
                self._never(line, rule.name, f"{shown} {rule.why}")
        elif _is_result(name, rule.kind):
            return
        elif (
            rule.kind is not None and rule.kind != "package" and role not in ("called", "base", "annotation")
        ):
            if role == "argument" and isinstance(around, ast.Call) and rule.kind == "command":
                self._effects(line, handed_effects(self.resolver, around, node, name))
            elif role == "other" and name != "socket":
                self._add(line, ask(Permission(rule.kind, ANY), shown))
            elif role != "looked-at" and name != "socket":
                self._pending.setdefault(rule.kind, (shown, line))
        elif rule.kind is not None and rule.kind != "package" and role == "called" and "()" not in name:
            self._pending.setdefault(rule.kind, (shown, line))

    def _guarded(self, node: ast.expr, name: str) -> None:
        role, around = role_of(self.resolver.scopes, node)
        if name == "sys.modules":
            if role == "key-base" and isinstance(around, ast.Subscript):
                return
            if role == "base" and isinstance(around, ast.Attribute) and around.attr in _KEY_METHODS:
                return
        elif role in ("base", "key-base", "alias"):
            return
        if role in ("looked-at", "annotation"):
            return
        if role == "argument" and isinstance(around, ast.Call) and self._looks(around):
            return
        if (
            name == "sys.modules"
            and role == "argument"
            and self.resolver.names(getattr(around, "func", None))
            & {
                "builtins.len",
                "builtins.list",
                "builtins.sorted",
                "builtins.set",
            }
        ):
            return
        line = node.lineno
        rule = rule_for(name)
        if rule is not None and rule.kind is not None:
            self._add(line, ask(Permission(rule.kind, ANY), name))
        else:
            self._never(
                line, "module.handed", f"{name} is handed around as a value, so its use can't be seen"
            )

    def _looks(self, call: ast.Call) -> bool:
        names = self.resolver.names(call.func)
        if names and names <= _LOOKING:
            return True
        if any(name.startswith("unittest.mock.patch") for name in names):
            return True
        function = call.func
        given = {name for argument in call.args for name in self.resolver.names(argument)}
        if self.resolver.kind == "test" and given & {"builtins.setattr", "builtins.delattr"}:
            return True
        if (
            self.resolver.kind != "test"
            or not isinstance(function, ast.Attribute)
            or function.attr not in _PATCHING
        ):
            return False
        base = function.value
        name = base.id if isinstance(base, ast.Name) else getattr(base, "attr", "")
        return name in _PATCHERS

    def _namespace(self, node: ast.expr, module: str) -> None:
        role, around = role_of(self.resolver.scopes, node)
        if module not in modules.RISKY and module not in modules.GUARDED and rule_for(module) is None:
            return
        if role in ("alias", "looked-at", "key-base"):
            return
        if role == "base" and isinstance(around, ast.Attribute) and around.attr in _KEY_METHODS:
            call = self.resolver.scopes.parents.get(around)
            if isinstance(call, ast.Call) and (
                not call.args or self.resolver.strings(call.args[0]) is not None
            ):
                return
        if role == "argument" and isinstance(around, ast.Call):
            names = self.resolver.names(around.func)
            known = len(around.args) > 1 and self.resolver.strings(around.args[1]) is not None
            if names & {"builtins.len", "builtins.sorted", "builtins.list", "builtins.set"} or (
                names & {"operator.getitem", "builtins.dict.get", "builtins.dict.__getitem__"} and known
            ):
                return
        self._never(
            node.lineno,
            "module.namespace",
            f"the names of {module} are looked up in a way that can't be seen",
        )

    # Attributes and subscripts

    def _attribute(self, node: ast.Attribute) -> None:
        if node.attr in NEVER_ATTRIBUTES and not self._harmless_inside(node):
            self._insides(node.lineno, node.attr)
        if node.attr == "loader" and "__spec__" in ast.dump(node.value):
            self._insides(node.lineno, "__spec__.loader")
        if not isinstance(node.ctx, ast.Load):
            for base in sorted(self.resolver.names(node.value)):
                self.stored(node.lineno, base, node.attr)

    def stored(self, line: int, base: str, attr: str | None) -> None:
        """Check setting or deleting `attr` (None: unknown) of the thing named `base`."""
        full = f"{base}.{attr}"
        if base == "builtins" or base.startswith("builtins."):
            if self.resolver.kind != "test" or attr is None or attr in NEVER_ATTRIBUTES:
                self._never(
                    line,
                    "module.changed",
                    f"{full.removesuffix('.None')} is changed; builtins stay as they are",
                )
        elif (
            base in modules.GUARDED
            and full not in SETTABLE
            and (self.resolver.kind != "test" or attr is None)
        ):
            self._never(
                line, "module.changed", f"{full.removesuffix('.None')} is changed; modules stay as they are"
            )

    def _harmless_inside(self, node: ast.Attribute) -> bool:
        parent = self.resolver.scopes.parents.get(node)
        if node.attr in ("__code__", "f_code", "gi_code", "cr_code"):
            # Names, counts and lines of a function are facts about it; code objects themselves are building material.
            return (
                isinstance(parent, ast.Attribute)
                and isinstance(parent.ctx, ast.Load)
                and parent.attr.startswith("co_")
                and parent.attr != "co_code"
            )
        if node.attr in _OWN_METHODS:
            bound = self.resolver.scopes.attributes.get(node.attr, ())
            return any(binding.kind == "local" for binding in bound)
        if node.attr != "__subclasses__":
            return False
        base = node.value
        if isinstance(base, ast.Name) and base.id == "cls":
            return True
        if isinstance(base, ast.Attribute) and base.attr == "__class__":
            return isinstance(base.value, ast.Name) and base.value.id == "self"
        if isinstance(base, ast.Call):
            argument = base.args[0] if len(base.args) == 1 else None
            own = isinstance(argument, ast.Name) and argument.id in ("self", "cls")
            return own and self.resolver.names(base.func) == {"builtins.type"}
        values = self.resolver.values(base)
        return all(isinstance(value, Local) and isinstance(value.node, ast.ClassDef) for value in values)

    def _subscript(self, node: ast.Subscript) -> None:
        keys = self.resolver.strings(node.slice) if not isinstance(node.slice, ast.Slice) else None
        if isinstance(node.value, ast.Attribute) and node.value.attr == "__dict__":
            for name in {*(keys or ())} & NEVER_ATTRIBUTES:
                self._insides(node.lineno, name)
        for base in self.resolver.values(node.value):
            if isinstance(base, Ref) and base.name == "sys.modules":
                if keys is None or (not isinstance(node.ctx, ast.Load) and self.resolver.kind != "test"):
                    self._never(
                        node.lineno, "module.namespace", "sys.modules is used in a way that can't be seen"
                    )
            elif (isinstance(base, Namespace) and base.module != "__main__") or (
                isinstance(base, Ref) and base.name == "builtins"
            ):
                module = base.module if isinstance(base, Namespace) else "builtins"
                if not isinstance(node.ctx, ast.Load):
                    self.stored(node.lineno, module, keys[0] if keys and len(keys) == 1 else None)
                elif keys is None and (
                    module in modules.RISKY or module in modules.GUARDED or rule_for(module)
                ):
                    self._never(
                        node.lineno,
                        "module.namespace",
                        f"what is taken from {module} is not known before it runs",
                    )
            elif (
                is_gadget(base)
                and isinstance(node.ctx, ast.Load)
                and keys is None
                and self._texty(node.slice)
            ):
                self._never(
                    node.lineno, "module.namespace", "a name is looked up that is not known before it runs"
                )

    def _texty(self, index: ast.expr) -> bool:
        """Whether a subscript that isn't known is built like a text, not like a number."""
        return isinstance(index, ast.Call | ast.BinOp | ast.JoinedStr) or any(
            isinstance(value, Text) for value in self.resolver.values(index)
        )


def _is_result(name: str, kind: PermissionKind | None) -> bool:
    """Whether a name is of what a call gave, such as `subprocess.run().stdout`: the call itself was looked at."""
    instance, _, attribute = name.rpartition(".")
    if "()" not in instance:
        return False
    return (kind == "command" and "subprocess_" not in attribute) or (
        kind == "network" and attribute not in CONNECTS
    )
