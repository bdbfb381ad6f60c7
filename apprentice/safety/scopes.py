"""Who binds which name where: the scopes of a module, as Python itself would resolve names in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

BindingKind = Literal["value", "import", "from", "param", "local", "iter", "item", "aug", "opaque"]
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One place that binds a name.

    Attributes:
        node: the expression bound, iterated over or unpacked, the definition, or None.
        certain: the statement stands at the top of its scope, so it is executed if the scope runs to its end.
        name: for imports the module.
        attr: for `from` imports the name in the module.
        path: for unpacking the positions to follow in `node`.
    """

    kind: BindingKind
    node: ast.AST | None
    line: int
    certain: bool = False
    name: str = ""
    attr: str = ""
    path: tuple[int, ...] = ()


@dataclass(slots=True, eq=False)
class Scope:
    """One scope and the names bound in it."""

    kind: Literal["module", "function", "class", "comprehension"]
    node: ast.AST
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    outer: dict[str, Scope] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    stars: list[str] = field(default_factory=list)

    def chain(self) -> Iterator[Scope]:
        """This scope and those around it, from the inside out."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent


class Scopes(ast.NodeVisitor):
    """The scopes of `tree`, the scope of each node, and each node's parent."""

    def __init__(self, tree: ast.Module) -> None:
        self.module = Scope("module", tree, None)
        self.scope_of: dict[ast.AST, Scope] = {}
        self.parents: dict[ast.AST, ast.AST] = {}
        #: attribute name -> everything that is ever bound to an attribute of this name, in the whole module
        self.attributes: dict[str, list[Binding]] = {}
        self.first_effect = min((n.lineno for n in tree.body if _has_effect(n)), default=None)
        self._scope = self.module
        self._depth = 0
        self.visit(tree)

    def lookup(self, node: ast.Name) -> tuple[list[Scope], bool]:
        """The scopes that bind the name of `node` as seen from there, and whether it may (also) be the builtin."""
        name, found = node.id, list[Scope]()
        start = self.scope_of[node]
        for scope in start.chain():
            if scope.kind == "class" and scope is not start:
                continue
            target = scope.outer.get(name, scope)
            if name not in target.bindings:
                if target is not scope:
                    return found, True
                continue
            found.append(target)
            if self._sure(target, name, node):
                return found, False
        return found, True

    def _sure(self, scope: Scope, name: str, use: ast.Name) -> bool:
        """Whether `name` in a module or class scope is surely bound when `use` is executed."""
        if scope.kind in ("function", "comprehension"):
            return True
        if name in scope.deleted:
            return False
        lines = [binding.line for binding in scope.bindings.get(name, []) if binding.certain]
        if not lines:
            return False
        outermost: int | None = None
        for around in self.scope_of[use].chain():
            if around is scope:
                break
            if around.kind == "function":
                outermost = getattr(around.node, "lineno", 0)
        if outermost is None:
            return min(lines) < use.lineno
        return self.first_effect is None or min(lines) < max(self.first_effect, outermost)

    # Building

    def visit(self, node: ast.AST) -> None:
        self.scope_of[node] = self._scope
        if isinstance(node, _Function):
            self._function(node)
        elif isinstance(node, ast.ClassDef):
            self._bind(node.name, Binding("local", node, node.lineno, self._certain))
            self._visit_all([*node.decorator_list, *node.bases, *node.keywords], node)
            self._inside("class", node, node.body)
        elif isinstance(node, _Comprehension):
            self._comprehension(node)
        else:
            self._names(node)
            conditional = isinstance(
                node, ast.If | ast.For | ast.AsyncFor | ast.While | ast.Try | ast.TryStar | ast.Match
            )
            self._depth += conditional
            # Not by _visit_all: one frame a level lets long chains of `elif` and `+` pass.
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
                self.visit(child)
            self._depth -= conditional

    @property
    def _certain(self) -> bool:
        return self._depth == 0

    def _visit_all(self, nodes: Iterator[ast.AST] | Sequence[ast.AST], parent: ast.AST) -> None:
        for child in nodes:
            self.parents[child] = parent
            self.visit(child)

    def _inside(
        self,
        kind: Literal["function", "class", "comprehension"],
        node: ast.AST,
        body: Sequence[ast.AST],
        bind: Sequence[tuple[str, Binding]] = (),
    ) -> None:
        before, depth = self._scope, self._depth
        self._scope, self._depth = Scope(kind, node, before), 0
        for name, binding in bind:
            self._bind(name, binding)
        self._visit_all(body, node)
        self._scope, self._depth = before, depth

    def _function(self, node: _Function) -> None:
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: dict[ast.arg, ast.expr | None] = dict(
            zip(reversed(positional), reversed(arguments.defaults), strict=False)
        )
        defaults.update(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))
        named = [*positional, *arguments.kwonlyargs]
        named += [extra for extra in (arguments.vararg, arguments.kwarg) if extra]
        bind = [(arg.arg, Binding("param", defaults.get(arg), node.lineno, True)) for arg in named]
        for arg in named:
            self.scope_of[arg] = self._scope
            self.parents[arg] = node
        outside: list[ast.AST] = [arg.annotation for arg in named if arg.annotation]
        outside += [*arguments.defaults, *(default for default in arguments.kw_defaults if default)]
        self.scope_of[arguments] = self._scope
        self.parents[arguments] = node
        if isinstance(node, ast.Lambda):
            self._visit_all(outside, arguments)
            self._inside("function", node, [node.body], bind)
            return
        self._bind(node.name, Binding("local", node, node.lineno, self._certain))
        self._visit_all(outside, arguments)
        self._visit_all([*node.decorator_list, *([node.returns] if node.returns else [])], node)
        self._inside("function", node, node.body, bind)

    def _comprehension(self, node: _Comprehension) -> None:
        first = node.generators[0]
        self.parents[first.iter] = first
        self.visit(first.iter)
        before, depth = self._scope, self._depth
        self._scope, self._depth = Scope("comprehension", node, before), 0
        for generator in node.generators:
            self.scope_of[generator] = self._scope
            self.parents[generator] = node
            self._target(generator.target, "iter", generator.iter)
            rest = [generator.target, *generator.ifs]
            self._visit_all(rest if generator is first else [*rest, generator.iter], generator)
        results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self._visit_all(results, node)
        self._scope, self._depth = before, depth

    def _names(self, node: ast.AST) -> None:
        line = getattr(node, "lineno", 0)
        match node:
            case ast.Import(names=names):
                for alias in names:
                    module = alias.name if alias.asname else alias.name.partition(".")[0]
                    bound = alias.asname or module
                    self._bind(bound, Binding("import", node, line, self._certain, name=module))
            case ast.ImportFrom(module=module, names=names, level=level):
                source = "." * level + (module or "")
                for alias in names:
                    if alias.name == "*":
                        self._scope.stars.append(source)
                    else:
                        binding = Binding("from", node, line, self._certain, name=source, attr=alias.name)
                        self._bind(alias.asname or alias.name, binding)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._target(target, "value", value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._target(target, "value", value)
            case ast.NamedExpr(target=target, value=value):
                scope = next(s for s in self._scope.chain() if s.kind != "comprehension")
                before, self._scope = self._scope, scope
                self._target(target, "value", value, certain=False)
                self._scope = before
            case ast.AugAssign(target=target):
                self._target(target, "aug", node)
            case ast.For(target=target, iter=iterable) | ast.AsyncFor(target=target, iter=iterable):
                self._target(target, "iter", iterable, certain=False)
            case ast.withitem(context_expr=context, optional_vars=ast.expr() as target):
                self._target(target, "value", context)
            case ast.ExceptHandler(name=str(name)):
                self._bind(name, Binding("opaque", None, line))
                self._scope.deleted.add(name)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                self._bind(name, Binding("opaque", None, line))
            case ast.MatchMapping(rest=str(name)):
                self._bind(name, Binding("opaque", None, line))
            case ast.Global(names=names):
                self._scope.outer.update(dict.fromkeys(names, self.module))
            case ast.Nonlocal(names=names):
                for name in names:
                    for scope in self._scope.chain():
                        if scope is not self._scope and scope.kind == "function" and name in scope.bindings:
                            self._scope.outer[name] = scope
                            break
            case ast.Delete(targets=targets):
                gone = {target.id for target in targets if isinstance(target, ast.Name)}
                for name in gone:
                    self._scope.outer.get(name, self._scope).deleted.add(name)

    def _target(
        self,
        target: ast.expr,
        kind: BindingKind,
        value: ast.AST,
        path: tuple[int, ...] = (),
        certain: bool | None = None,
    ) -> None:
        certain = self._certain if certain is None else certain
        if isinstance(target, ast.Tuple | ast.List):
            starred = any(isinstance(element, ast.Starred) for element in target.elts)
            for index, element in enumerate(target.elts):
                inner = element.value if isinstance(element, ast.Starred) else element
                position = -1 if starred else index
                self._target(inner, kind, value, (*path, position), certain)
            return
        line = getattr(target, "lineno", 0)
        binding = Binding("item" if path and kind == "value" else kind, value, line, certain, path=path)
        if isinstance(target, ast.Name):
            self._bind(target.id, binding)
        elif isinstance(target, ast.Attribute):
            self.attributes.setdefault(target.attr, []).append(binding)

    def _bind(self, name: str, binding: Binding) -> None:
        outer = self._scope.outer.get(name)
        if outer is not None:
            uncertain = Binding(
                binding.kind,
                binding.node,
                binding.line,
                False,
                binding.name,
                binding.attr,
                binding.path,
            )
            outer.bindings.setdefault(name, []).append(uncertain)
            return
        self._scope.bindings.setdefault(name, []).append(binding)
        if self._scope.kind == "class":
            self.attributes.setdefault(name, []).append(binding)


def _has_effect(node: ast.AST) -> bool:
    """Whether executing the statement may call something (bodies of functions aren't executed by it)."""
    pending: list[ast.AST] = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, ast.Call | ast.Await):
            return True
        if isinstance(current, ast.FunctionDef | ast.AsyncFunctionDef):
            if current.decorator_list:
                return True
            pending += [*current.args.defaults, *(default for default in current.args.kw_defaults if default)]
        elif not isinstance(current, ast.Lambda):
            pending += ast.iter_child_nodes(current)
    return False
