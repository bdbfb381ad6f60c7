"""What a name in a test file stands for, told from the source alone: a builtin, an import, a class of the file."""

from __future__ import annotations

import ast
import builtins
import importlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from apprentice.sandbox.judge.walking import children, walk

Function = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

#: Standard modules that can be imported here without any effect, for the classes that tests name.
_HARMLESS: Final = frozenset(
    "argparse asyncio binascii collections concurrent.futures configparser copy csv datetime decimal email.errors "
    "fractions getopt gzip http.client ipaddress json lzma math pathlib queue re shutil socket sqlite3 ssl statistics "
    "string struct subprocess tarfile threading types unicodedata urllib.error uuid xml.etree.ElementTree zipfile zlib".split()
)


@dataclass(frozen=True, slots=True)
class ClassName:
    """A class that exists in the run alone, by the names under which a run reports it."""

    names: frozenset[str]
    text: str

    def __repr__(self) -> str:
        return self.text


class Names(Protocol):
    """Tells what an expression names."""

    def resolve(self, node: ast.expr) -> str | None:
        """The dotted name, such as `builtins.len`, `pytest.approx` or `skill.MyError`; None when it isn't known."""
        ...

    def is_local(self, name: str) -> bool:
        """Whether the name is a variable of the function at hand."""
        ...

    @property
    def trusts_builtins(self) -> bool:
        """Whether a name like `abs` is the builtin for sure, and not something that the skill calls so."""
        ...


@dataclass(frozen=True, slots=True)
class ModuleNames:
    """The names of a test file."""

    imports: dict[str, str] = field(default_factory=dict)
    bound: Counter[str] = field(default_factory=Counter)
    global_in_functions: frozenset[str] = frozenset()
    star: bool = False
    defined: frozenset[str] = frozenset()

    @property
    def trusts_builtins(self) -> bool:
        """Not after `from skill import *`."""
        return not self.star

    def is_local(self, name: str) -> bool:
        """Never: these are the names of the module."""
        return False

    def resolve(self, node: ast.expr) -> str | None:
        """See `Names.resolve`; classes and functions of the file itself begin with `g:`."""
        if isinstance(node, ast.Attribute):
            return _attribute(self.resolve(node.value), node.attr)
        if not isinstance(node, ast.Name) or node.id in self.global_in_functions:
            return None
        if node.id in self.bound:
            if self.bound[node.id] != 1:
                return None
            own = f"g:{node.id}" if node.id in self.defined else None
            return self.imports.get(node.id, own)
        if hasattr(builtins, node.id):
            return f"builtins.{node.id}"
        return f"g:{node.id}" if self.star else None


@dataclass(frozen=True, slots=True)
class FunctionNames:
    """The names as one function of a test file sees them."""

    module: ModuleNames
    local: frozenset[str]
    imports: dict[str, str]

    @property
    def trusts_builtins(self) -> bool:
        """As in the module."""
        return self.module.trusts_builtins

    def is_local(self, name: str) -> bool:
        """Whether the function binds the name."""
        return name in self.local

    def resolve(self, node: ast.expr) -> str | None:
        """See `Names.resolve`."""
        if isinstance(node, ast.Attribute):
            return _attribute(self.resolve(node.value), node.attr)
        if isinstance(node, ast.Name) and node.id in self.local:
            return self.imports.get(node.id)
        return self.module.resolve(node)


def _attribute(owner: str | None, name: str) -> str | None:
    """What an attribute is; of a builtin nobody knows here."""
    return None if owner is None or owner.startswith("builtins.") else f"{owner}.{name}"


class ExampleNames:
    """The names of an example: the skill's public ones, which nobody here knows, builtins and standard modules."""

    trusts_builtins = False

    def is_local(self, name: str) -> bool:
        """Never."""
        return False

    def resolve(self, node: ast.expr) -> str | None:
        """See `Names.resolve`."""
        if isinstance(node, ast.Attribute):
            return _attribute(self.resolve(node.value), node.attr)
        if not isinstance(node, ast.Name):
            return None
        if hasattr(builtins, node.id):
            return f"builtins.{node.id}"
        return node.id if node.id in sys.stdlib_module_names else f"g:{node.id}"


def module_names(tree: ast.Module) -> ModuleNames:
    """Read the names that a file binds at its top, in whatever statement."""
    imports: dict[str, str] = {}
    bound: Counter[str] = Counter()
    star = False
    for node in _own_scope(tree.body):
        star |= isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
        _note(node, bound, imports)
    defined = frozenset(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    )
    inner = frozenset(name for node in walk(tree) if isinstance(node, ast.Global) for name in node.names)
    return ModuleNames(imports, bound, inner, star, defined)


def function_names(function: Function, module: ModuleNames) -> FunctionNames:
    """Read the names that a function binds."""
    imports: dict[str, str] = {}
    bound: Counter[str] = Counter()
    arguments = function.args
    for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
        bound[argument.arg] += 1
    bound.update(argument.arg for argument in (arguments.vararg, arguments.kwarg) if argument is not None)
    outside: set[str] = set()
    for node in _own_scope(function.body):
        if isinstance(node, ast.Global):
            outside.update(node.names)
        _note(node, bound, imports)
    once = {name: dotted for name, dotted in imports.items() if bound[name] == 1}
    return FunctionNames(module, frozenset(bound) - outside, once)


def bound_in(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that these statements of one scope bind or delete."""
    bound: Counter[str] = Counter()
    for node in _own_scope(nodes):
        _note(node, bound, {})
    return set(bound)


def loaded_in(node: ast.AST) -> set[str]:
    """All names that are read somewhere in there, also in inner functions."""
    return {
        inner.id for inner in walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)
    }


def _own_scope(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of one scope, without what is inside of inner functions, classes and comprehensions."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, _COMPREHENSIONS):
            waiting += [inner for inner in walk(node) if isinstance(inner, ast.NamedExpr)]
        elif not isinstance(node, _SCOPES):
            waiting += children(node)


def _note(node: ast.AST, bound: Counter[str], imports: dict[str, str]) -> None:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            bound[name] += 1
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            bound[name] += 1
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            bound[name] += 1
        case ast.MatchMapping(rest=str(name)):
            bound[name] += 1
        case ast.Import(names=aliases):
            for alias in aliases:
                name = alias.asname or alias.name.partition(".")[0]
                dotted = alias.name if alias.asname else name
                bound[name] += imports.get(name) != dotted
                imports[name] = dotted
        case ast.ImportFrom(module=module, names=aliases):
            for alias in aliases:
                name = alias.asname or alias.name
                dotted = f"{'.' * node.level}{module or ''}.{alias.name}"
                bound[name] += imports.get(name) != dotted
                imports[name] = dotted


def class_of(node: ast.expr, names: Names) -> type | ClassName | None:
    """The class that an expression names: a real one for builtins and harmless standard modules.

    None for what isn't known to be an ordinary class, such as an abstract one, which may claim other classes.
    """
    dotted = names.resolve(node)
    if dotted is None:
        return None
    found = standard(dotted)
    if isinstance(found, type):
        return found if type(found) is type else None
    root = dotted.partition(".")[0]
    if found is not None or root == "builtins" or root in sys.stdlib_module_names:
        return None
    name = dotted.rpartition(".")[2].removeprefix("g:")
    if not name[:1].isupper() or (name.isupper() and len(name) > 1):
        return None  # a function or a constant, as far as its looks tell
    spelled = {dotted, f"g:{node.id}"} if isinstance(node, ast.Name) else {dotted}
    return ClassName(frozenset(spelled), ast.unparse(node))


def standard(dotted: str) -> Any:
    """The object of a builtin or of a harmless standard module; None when it is none."""
    module, _, name = dotted.rpartition(".")
    owner: Any
    if module == "builtins":
        owner = builtins
    elif module in _HARMLESS:
        owner = importlib.import_module(module)
    elif module.rpartition(".")[0] in _HARMLESS:  # datetime.datetime.max
        owner = standard(module)
        if not isinstance(owner, type):
            return None
    else:
        return None
    return getattr(owner, name, None)


def names_of_class(kind: type | ClassName) -> frozenset[str]:
    """The names under which a run reports the class."""
    if isinstance(kind, ClassName):
        return kind.names
    if vars(builtins).get(kind.__name__) is kind or kind is type(None):
        return frozenset({f"builtins.{kind.__name__}"})
    return frozenset({f"{kind.__module__}.{kind.__qualname__}"})
