"""What a call gives, where that can be worked out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from apprentice.safety import fold, modules
from apprentice.safety.values import (
    GADGET,
    HOLE,
    NONE,
    PARAM,
    TAINTED,
    TEMP,
    UNKNOWN,
    Const,
    Getter,
    Inst,
    Items,
    Local,
    Namespace,
    Opaque,
    Origins,
    Ref,
    Table,
    Text,
    Value,
    Values,
    as_text,
    elements,
    from_python,
    is_gadget,
    join_path,
    join_text,
    make_items,
    origins_of,
    path_part,
    to_python,
)

if TYPE_CHECKING:
    from apprentice.safety.resolve import Resolver

_SAME_PATH = {
    f"os.path.{name}" for name in ("abspath", "expanduser", "expandvars", "normcase", "normpath", "realpath")
} | {"os.fspath", "os.fsencode", "os.fsdecode", "builtins.str", "builtins.ascii", "builtins.repr"}
_SAME_PATH_METHODS = {"absolute", "as_posix", "expanduser", "resolve", "__str__", "__fspath__", "readlink"}
_LOOKUPS = {"get", "pop", "setdefault", "__getitem__"}
_TAINTED = (
    "builtins.input",
    "sys.stdin.",
    "getpass.",
    "os.getenv",
    "os.environ",
    "sys.argv",
    "urllib.request.",
)
_TEXT_METHODS = {"lower", "upper", "strip", "lstrip", "rstrip", "casefold", "title", "capitalize"}
_NAMED_GETTERS = {"operator.attrgetter", "operator.itemgetter", "operator.methodcaller"}


def call_values(resolver: Resolver, node: ast.Call) -> Iterable[Value]:
    """What the call may give."""
    out: list[Value] = []
    if isinstance(node.func, ast.Attribute):
        for base in resolver.values(node.func.value):
            found = _method(resolver, base, node.func.attr, node)
            if found is None:
                for value in resolver.attribute(base, node.func.attr):
                    out += _call(resolver, value, node)
                if isinstance(base, Opaque) and "tainted" in base.origins:
                    out.append(TAINTED)
            else:
                out += found
        return out
    for value in resolver.values(node.func):
        out += _call(resolver, value, node)
    return out


def argument_origins(resolver: Resolver, node: ast.Call) -> Origins:
    """Where the arguments of a call come from."""
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    return NONE.union(*(origins_of(value) for argument in given for value in resolver.values(argument)))


def _call(resolver: Resolver, function: Value, node: ast.Call) -> Iterable[Value]:
    if isinstance(function, Ref):
        return _of_name(resolver, function.name, node)
    if isinstance(function, Local):
        return _of_local(resolver, function, node)
    if isinstance(function, Getter) and node.args:
        return list(_get(resolver, function, resolver.values(node.args[0])))
    if is_gadget(function):
        return (GADGET,)
    return (Opaque(origins_of(function) | argument_origins(resolver, node)),)


def _get(resolver: Resolver, getter: Getter, bases: Values) -> Iterator[Value]:
    for name in getter.names:
        found = bases
        for part in name.split("."):
            found = tuple(
                value
                for base in found
                for value in (
                    resolver.key(base.module, Text(part))
                    if isinstance(base, Namespace)
                    else resolver.attribute(base, part)
                )
            )
        yield from found


def _of_local(resolver: Resolver, function: Local, node: ast.Call) -> Iterable[Value]:
    if isinstance(function.node, ast.ClassDef):
        return (UNKNOWN,)
    if isinstance(function.node, ast.Lambda):
        found = list(resolver.values(function.node.body))
    else:
        returned = (part.value for part in _own(function.node) if isinstance(part, ast.Return | ast.Yield))
        found = [value for part in returned if part is not None for value in resolver.values(part)]
    if "tainted" in argument_origins(resolver, node):
        found.append(TAINTED)
    return found or (UNKNOWN,)


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions inside it."""
    pending = list(ast.iter_child_nodes(function))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            pending += ast.iter_child_nodes(node)


def _of_name(resolver: Resolver, name: str, node: ast.Call) -> Iterable[Value]:
    args = [resolver.values(argument) for argument in node.args]
    first = args[0] if args else (UNKNOWN,)
    second = args[1] if len(args) > 1 else (UNKNOWN,)
    if name == "builtins.getattr" or name.endswith(".__getattribute__"):
        if len(args) == 1:
            return list(resolver.attribute(Ref(name.removesuffix(".__getattribute__")), _known(first)))
        got = [v for base in first for key in second for v in _getattr(resolver, base, key)]
        return [*got, *(args[2] if len(args) > 2 else ())]
    if name in ("builtins.globals", "builtins.locals") or (name == "builtins.vars" and not args):
        return (Namespace("__main__"),)
    if name == "builtins.vars":
        return [
            Namespace(v.name) if isinstance(v, Ref) and modules.is_module(v.name) else Opaque(origins_of(v))
            for v in first
        ]
    if name in ("importlib.import_module", "builtins.__import__", "importlib.__import__"):
        names = [v.template if isinstance(v, Text) and v.known else "" for v in first]
        top = name != "importlib.import_module" and not node.keywords and len(args) < 4
        return [modules.module_value(n.partition(".")[0] if top else n) if n else GADGET for n in names]
    if name in ("pydoc.locate", "pkgutil.resolve_name"):
        return [
            Ref(modules.canonical(_known((v,)).replace(":", "."))) if _known((v,)) else GADGET for v in first
        ]
    if name in _NAMED_GETTERS:
        return (Getter(tuple(_known(alternatives) for alternatives in args if _known(alternatives))),)
    if name in ("operator.getitem", "operator.__getitem__", "builtins.dict.get", "builtins.dict.__getitem__"):
        return (
            [v for base in first for v in resolver.item(base, node.args[1])] if len(args) > 1 else (UNKNOWN,)
        )
    if name == "builtins.type" and len(args) == 1:
        return [_type_of(value) for value in first]
    if name == "builtins.map" and len(args) > 1:
        return _map(resolver, first, second, node)
    if name == "builtins.next":
        return [item for value in first for item in elements(value, 0)]
    if name == "pathlib.Path":
        return resolver.combine(args or [(Text("."),)], lambda *v: join_path(*map(as_text, v)))
    if name == "os.path.join":
        joined = resolver.combine(args, lambda *v: join_path(*map(as_text, v)))
        return [Text(v.template, v.origins) for v in joined if isinstance(v, Text)] or joined
    if name in ("pathlib.Path.home", "pathlib.Path.cwd", "os.getcwd"):
        return (Text("~" if name.endswith("home") else ".", path=name.startswith("pathlib")),)
    if name == "os.path.dirname":
        return [Text(as_text(path_part(as_text(v), "parent")).template, origins_of(v)) for v in first]
    if name == "glob.glob" or name == "glob.iglob":
        return [
            make_items(((Text(re.sub(r"[*?\[].*", HOLE, as_text(v).template), origins_of(v)),),))
            for v in first
        ]
    if name in _SAME_PATH and args and all(isinstance(v, Text | Opaque) for v in first):
        return [Text(as_text(v).template, origins_of(v)) if isinstance(v, Text) else v for v in first]
    if name in ("os.getenv", "os.environ.get", "os.environ.pop", "os.environ.setdefault"):
        return [*map(modules.variable, first), *(second if len(args) > 1 else ())]
    if name in ("sys.modules.get", "sys.modules.pop", "sys.modules.__getitem__", "sys.modules.setdefault"):
        return [modules.module_of(key) for key in first]
    if name in (f"builtins.{lookup}" for lookup in _LOOKUPS):
        return [found for key in first for found in resolver.key("builtins", key)]
    if name.startswith("tempfile."):
        return (TEMP,)
    if name.startswith(_TAINTED):
        return (TAINTED,)
    if name.startswith("argparse.ArgumentParser().parse"):
        return (PARAM,)
    return _folded(resolver, name, args, node)


def _folded(resolver: Resolver, name: str, args: list[Values], node: ast.Call) -> Iterable[Value]:
    def build(*given: Value) -> Value:
        pairs = [to_python(value) for value in given]
        if all(known for known, _ in pairs) and not node.keywords:
            try:
                return from_python(fold.function(name, [value for _, value in pairs]))
            except fold.CannotFold:
                pass
        return Inst(name, node, NONE.union(*map(origins_of, given)))

    if len(args) <= 4 and args:
        return resolver.combine(args, build)
    return (Inst(name, node, argument_origins(resolver, node)),)


def _getattr(resolver: Resolver, base: Value, key: Value) -> Iterable[Value]:
    if isinstance(key, Text) and key.known:
        return resolver.attribute(base, key.template)
    if isinstance(base, Ref) and (modules.is_module(base.name) or base.name == "builtins"):
        return (GADGET,)
    return (Opaque(origins_of(base)),)


def _type_of(value: Value) -> Value:
    if isinstance(value, Local) and not isinstance(value.node, ast.ClassDef):
        return Ref("types.FunctionType")
    if isinstance(value, Ref) and modules.is_module(value.name):
        return Ref("types.ModuleType")
    return UNKNOWN


def _map(resolver: Resolver, functions: Values, iterables: Values, node: ast.Call) -> Iterable[Value]:
    function, iterable = functions[0], iterables[0]
    items = iterable.elements if isinstance(iterable, Items) else None
    known, content = to_python(iterable)
    if items is None and known and isinstance(content, str | bytes) and len(content) <= 512:
        items = tuple((from_python(item),) for item in content)
    if len(functions) + len(iterables) > 2 or len(node.args) != 2 or items is None or len(items) > 512:
        return (Opaque(argument_origins(resolver, node)),)
    out: list[Values] = []
    for alternatives in items:
        if isinstance(function, Ref):
            name = function.name
            pairs = [to_python(value) for value in alternatives]
            try:
                out.append(tuple(from_python(fold.function(name, [v])) if k else UNKNOWN for k, v in pairs))
            except fold.CannotFold:
                out.append((Inst(name, node, NONE.union(*map(origins_of, alternatives))),))
        elif (
            isinstance(function, Local) and isinstance(function.node, ast.Lambda) and function.node.args.args
        ):
            argument = function.node.args.args[0].arg
            out.append(resolver.within({argument: alternatives}, function.node.body))
        else:
            return (Opaque(argument_origins(resolver, node)),)
    return (make_items(out),)


def _method(resolver: Resolver, base: Value, name: str, node: ast.Call) -> Iterable[Value] | None:
    """What a method call gives; None if it is a call of an attribute like any other."""
    args = [resolver.values(argument) for argument in node.args]
    first = args[0] if args else (UNKNOWN,)
    if name in ("__getattribute__", "__getattr__") and len(args) == 1:
        return [found for key in first for found in _getattr(resolver, base, key)]
    if isinstance(base, Namespace):
        if name in _LOOKUPS:
            return [found for key in first for found in resolver.key(base.module, key)]
        return (UNKNOWN if name == "keys" else GADGET,)
    if name in _LOOKUPS and node.args and (isinstance(base, Table) or is_gadget(base)):
        return [*resolver.item(base, node.args[0]), *(args[1] if len(args) > 1 else ())]
    if isinstance(base, Table):
        chosen = [v for keys, values in base.rows for v in (keys if name == "keys" else values)]
        return (make_items((tuple(chosen) or (UNKNOWN,),)),) if name in ("keys", "values") else None
    if isinstance(base, Text) and base.path:
        return _path_method(resolver, base, name, args)
    if isinstance(base, Text | Const | Items):
        return _text_method(resolver, base, name, args, node)
    return None


def _path_method(resolver: Resolver, base: Text, name: str, args: list[Values]) -> Iterable[Value] | None:
    if name == "joinpath":
        return resolver.combine([(base,), *args], lambda *v: join_path(*map(as_text, v)))
    if name in _SAME_PATH_METHODS:
        return (Text(base.template, base.origins, path=not name.startswith(("as_", "__"))),)
    if name in ("with_name", "with_stem", "with_suffix", "relative_to"):
        parent = as_text(path_part(base, "parent"))
        return resolver.combine([(parent,), *args], lambda *v: join_path(as_text(v[0]), Text(HOLE, _all(v))))
    if name in ("glob", "rglob", "iterdir"):
        return (make_items(((join_path(base, Text(HOLE, base.origins)),),)),)
    return None


def _text_method(
    resolver: Resolver, base: Text | Const | Items, name: str, args: list[Values], node: ast.Call
) -> Iterable[Value]:
    keywords = {keyword.arg: resolver.values(keyword.value) for keyword in node.keywords if keyword.arg}
    keys = list(keywords)

    def build(*given: Value) -> Value:
        known, content = to_python(base)
        pairs = [to_python(value) for value in given]
        origins = origins_of(base) | _all(given)
        if known and all(ok for ok, _ in pairs) and len(keys) == len(node.keywords):
            plain = [value for _, value in pairs]
            named = dict(zip(keys, plain[len(args) :], strict=True))
            try:
                return from_python(fold.method(content, name, plain[: len(args)], named))
            except fold.CannotFold:
                return UNKNOWN
        if name == "join" and isinstance(base, Text) and given and isinstance(given[0], Items):
            parts: list[Text] = []
            for alternatives in given[0].elements[:256]:
                parts += [base, as_text(alternatives[0]) if len(alternatives) == 1 else Text(HOLE, origins)]
            return join_text(*parts[1:])
        if name == "format" and isinstance(base, Text):
            return Text(re.sub(r"\{[^{}]*\}", HOLE, base.template), origins)
        if isinstance(base, Text) and name in _TEXT_METHODS:
            return Text(base.template, base.origins)
        return Opaque(origins)

    if len(args) + len(keys) <= 6:
        return resolver.combine([*args, *keywords.values()], build)
    return (Opaque(origins_of(base) | argument_origins(resolver, node)),)


def _all(values: Iterable[Value]) -> Origins:
    return NONE.union(*map(origins_of, values))


def _known(alternatives: Values) -> str:
    """The one known string among the alternatives; empty if there is none."""
    texts = [value.template for value in alternatives if isinstance(value, Text) and value.known]
    return texts[0] if texts else ""
