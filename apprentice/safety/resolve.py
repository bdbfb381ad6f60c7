"""What an expression may be: names, attributes, subscripts and operators followed to modules, builtins and strings.

Flow is not followed: a name is everything that is ever bound to it. What can't be known is `Opaque`.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from typing import Any

from apprentice.safety import fold, modules
from apprentice.safety.calls import call_values
from apprentice.safety.rules import matters, rule_for, tracks
from apprentice.safety.scopes import Binding, Scope, Scopes
from apprentice.safety.solver import Fixpoint
from apprentice.safety.values import (
    GADGET,
    HOLE,
    NONE,
    OWN_MODULE,
    PARAM,
    TAINTED,
    UNKNOWN,
    Const,
    Inst,
    Items,
    Local,
    Namespace,
    Opaque,
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
    make_table,
    origins_of,
    path_part,
    to_python,
)

_PATH_PARTS = {"parent", "stem", "name", "suffix", "parents", "parts", "anchor", "root", "drive"}


class Resolver(Fixpoint):
    """The values of the expressions of one module."""

    def __init__(self, scopes: Scopes, *, kind: str = "skill", library: Collection[str] = ()) -> None:
        self.scopes = scopes
        self.kind = kind
        self.library = frozenset(name for name in library if not modules.is_standard(name))
        super().__init__(scopes.module.node)

    def _evaluate(self, node: ast.AST) -> Iterable[Value]:
        match node:
            case ast.Constant(value=value):
                return (from_python(value),)
            case ast.Name():
                return self._name(node)
            case ast.Attribute(value=base, attr=attr):
                return [found for value in self.values(base) for found in self.attribute(value, attr)]
            case ast.Call():
                return call_values(self, node)
            case ast.Subscript(value=base, slice=index):
                return [found for value in self.values(base) for found in self.item(value, index)]
            case ast.IfExp(body=body, orelse=other):
                return (*self._values(body), *self._values(other))
            case ast.BoolOp(values=parts):
                return [value for part in parts for value in self._values(part)]
            case ast.NamedExpr(value=inner) | ast.Await(value=inner):
                return self._values(inner)
            case ast.JoinedStr(values=parts):
                return self.combine(
                    [self.values(part) for part in parts], lambda *v: join_text(*map(as_text, v))
                )
            case ast.FormattedValue(value=inner, conversion=conversion, format_spec=spec):
                return self._values(inner) if spec is None and conversion in (-1, 115) else self._mixed(inner)
            case ast.BinOp(left=left, op=operator, right=right):
                return self.combine(
                    [self.values(left), self.values(right)], lambda a, b: _binary(operator, a, b)
                )
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                if len(elements) > fold.MAX_SIZE or any(isinstance(e, ast.Starred) for e in elements):
                    return self._mixed(*elements)
                return (make_items(self.values(element) for element in elements),)
            case ast.Dict(keys=keys, values=values):
                return (
                    make_table((self.values(k), self.values(v)) for k, v in zip(keys, values, strict=True)),
                )
            case (
                ast.ListComp(elt=element, generators=generators)
                | ast.GeneratorExp(elt=element, generators=generators)
                | ast.SetComp(elt=element, generators=generators)
            ):
                return self._comprehension(element, generators)
            case ast.Lambda():
                return (Local(node),)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
                return (Const(-number),)
            case ast.Yield() | ast.YieldFrom():
                return (PARAM,)
            case _:
                return self._mixed(*(n for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr)))

    def _mixed(self, *nodes: ast.AST) -> Values:
        return (Opaque(NONE.union(*(origins_of(v) for node in nodes for v in self._values(node)))),)

    # Names

    def _name(self, node: ast.Name) -> Iterable[Value]:
        for bound, inside in self._environment:
            if node in inside and node.id in bound:
                return bound[node.id]
        scopes, builtin = self.scopes.lookup(node)
        found = [value for scope in scopes for value in self._bound(scope, node.id)]
        if builtin:
            found += [
                value
                for star in self.scopes.scope_of[node].chain()
                for module in star.stars
                if not module.startswith(".")
                for value in self.attribute(Ref(modules.canonical(module)), node.id)
                if not isinstance(value, Ref) or matters(value.name)
            ]
            found += modules.builtin(node.id)
        return found

    def _bound(self, scope: Scope, name: str) -> Values:
        bindings = scope.bindings.get(name, [])
        return self._remember((scope, name), lambda: [v for b in bindings for v in self.binding(b)])

    def _stored(self, attr: str) -> Values:
        bindings = self.scopes.attributes.get(attr, [])
        return self._remember(("attribute", attr), lambda: [v for b in bindings for v in self.binding(b)])

    def is_own(self, module: str) -> bool:
        """Whether the module is one of the library's, reviewed when it was written."""
        return module.startswith(".") or module.partition(".")[0] in self.library

    def binding(self, binding: Binding) -> Iterable[Value]:
        """What a binding may bind."""
        match binding.kind:
            case "import":
                return (OWN_MODULE if self.is_own(binding.name) else modules.module_value(binding.name),)
            case "from":
                if self.is_own(binding.name):
                    return (modules.library_attribute(binding.attr),)
                return self.attribute(Ref(modules.canonical(binding.name)), binding.attr)
            case "param":
                given = self._values(binding.node) if binding.node is not None else ()
                return (PARAM, *(value for value in given if isinstance(value, Ref | Namespace)))
            case "local" if isinstance(
                binding.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
            ):
                return (Local(binding.node),)
            case "value":
                return self._values(binding.node)
            case "item" | "iter":
                found = self._values(binding.node)
                if binding.kind == "iter":
                    found = tuple(item for value in found for item in elements(value))
                for position in binding.path:
                    found = tuple(item for value in found for item in elements(value, position))
                return found
            case "aug" if isinstance(binding.node, ast.AugAssign):
                node = binding.node
                before: Values = ()
                if isinstance(node.target, ast.Name):
                    scopes, _ = self.scopes.lookup(node.target)
                    others = [
                        b for scope in scopes for b in scope.bindings[node.target.id] if b.kind != "aug"
                    ]
                    before = tuple(value for other in others for value in self.binding(other))
                added = self.combine([before, self.values(node.value)], lambda a, b: _binary(node.op, a, b))
                return (*added, *self._mixed(node.value))
            case _:
                return (UNKNOWN,)

    # Attributes and items

    def attribute(self, value: Value, attr: str) -> Iterable[Value]:
        """What `value.attr` may be."""
        match value:
            case Ref(name=name):
                rule = rule_for(name)
                # What is never used needs no look inside; that it is named is found already.
                return (UNKNOWN if rule and rule.tier == "never" else modules.attribute(name, attr),)
            case Namespace():
                return (Ref(f"dict.{attr}"),)
            case Inst(of=of):
                if attr == "__self__" or is_gadget(value):
                    return (modules.gadget_attribute(attr),)
                if of.startswith("tempfile."):
                    return (Text(HOLE, value.origins | {"temp"}, path=True),)
                return (modules.attribute(f"{of}()", attr) if tracks(of) else Opaque(value.origins),)
            case Text(path=True) if attr in _PATH_PARTS:
                return (path_part(value, attr),)
            case Local() | Opaque():
                if is_gadget(value) or attr in ("__self__", "__globals__", "__builtins__"):
                    return (modules.gadget_attribute(attr),)
                if isinstance(value, Opaque) and "module" in value.origins:
                    return (modules.library_attribute(attr),)
                stored = self._stored(attr)
                return (*stored, Opaque(origins_of(value)) if isinstance(value, Opaque) else UNKNOWN)
            case _:
                return (Opaque(origins_of(value)),)

    def item(self, value: Value, index: ast.expr) -> Iterable[Value]:
        """What `value[index]` may be."""
        keys = self.values(index) if not isinstance(index, ast.Slice) else ()
        match value:
            case Namespace(module=module):
                return [found for key in keys for found in self.key(module, key)]
            case Ref(name="builtins"):
                return [found for key in keys for found in self.key("builtins", key)]
            case Ref(name="sys.modules"):
                return [modules.module_of(key) for key in keys]
            case Ref(name="os.environ" | "os.environb"):
                return [modules.variable(key) for key in keys]
            case Ref(name="sys.argv"):
                return (TAINTED,)
            case Table(rows=rows):
                exact = [
                    found
                    for row, alternatives in rows
                    for found in alternatives
                    if any(key in row for key in keys) or not _sure(row) or not _sure(keys)
                ]
                return exact or (Opaque(origins_of(value)),)
            case Text(path=False) | Const() | Items():
                return self._position(value, index, keys)
            case Opaque() | Inst() if is_gadget(value):
                return [
                    modules.gadget_attribute(key.template) if isinstance(key, Text) and key.known else GADGET
                    for key in keys or (UNKNOWN,)
                ]
            case _:
                return (Opaque(origins_of(value)),)

    def key(self, module: str, key: Value) -> Iterable[Value]:
        """What the dictionary of `module` may hold under `key`."""
        if not isinstance(key, Text) or not key.known:
            return (GADGET,)
        if module != "__main__":
            return (modules.attribute(module, key.template),)
        if key.template == "__builtins__":
            return (Ref("builtins"),)
        return self._bound(self.scopes.module, key.template) or (UNKNOWN,)

    def _position(self, value: Value, index: ast.expr, keys: Values) -> Iterable[Value]:
        known, content = to_python(value)
        if isinstance(index, ast.Slice):
            bounds: list[Any] = []
            for part in (index.lower, index.upper, index.step):
                found = self.values(part)[0] if part is not None else Const(None)
                if not isinstance(found, Const):
                    return (Opaque(origins_of(value)),)
                bounds.append(found.value)
            try:
                return (from_python(content[slice(*bounds)]) if known else Opaque(origins_of(value)),)
            except (TypeError, ValueError):
                return (UNKNOWN,)
        out: list[Value] = []
        for key in keys:
            position = key.value if isinstance(key, Const) else None
            if known and isinstance(position, int) and not isinstance(content, int | float | None):
                out.append(
                    from_python(content[position]) if -len(content) <= position < len(content) else UNKNOWN
                )
            else:
                out += elements(value, position if isinstance(position, int) else None)
        return out

    def _comprehension(self, element: ast.expr, generators: list[ast.comprehension]) -> Iterable[Value]:
        nodes = [element, *(generator.iter for generator in generators)]
        source = self.values(generators[0].iter)
        if len(generators) > 1 or generators[0].ifs or len(source) != 1:
            return (make_items((self.values(element),)) if not generators[0].ifs else self._mixed(*nodes)[0],)
        known, content = to_python(source[0])
        if not known or not isinstance(content, str | bytes | list) or len(content) > 512:
            return self._mixed(*nodes)
        target, out = generators[0].target, []
        for item in content:
            bound: dict[str, Values] = {}
            if isinstance(target, ast.Name):
                bound[target.id] = (from_python(item),)
            elif isinstance(target, ast.Tuple) and isinstance(item, list) and len(item) == len(target.elts):
                for name, part in zip(target.elts, item, strict=True):
                    if isinstance(name, ast.Name):
                        bound[name.id] = (from_python(part),)
            out.append(self.within(bound, element))
        return (make_items(out),)


def _sure(alternatives: Values) -> bool:
    return all(to_python(value)[0] for value in alternatives)


def _binary(operator: ast.operator, left: Value, right: Value) -> Value:
    (left_known, a), (right_known, b) = to_python(left), to_python(right)
    if left_known and right_known:
        try:
            return from_python(fold.binary(type(operator).__name__, a, b))
        except fold.CannotFold:
            return UNKNOWN
    origins = origins_of(left) | origins_of(right)
    if isinstance(operator, ast.Add) and (isinstance(left, Text) or isinstance(right, Text)):
        return join_text(as_text(left), as_text(right))
    if isinstance(operator, ast.Div):
        return join_path(as_text(left), as_text(right))
    if isinstance(operator, ast.Mod) and isinstance(left, Text) and left.known:
        return Text(left.template.partition("%")[0] + HOLE, origins)
    return Opaque(origins)
