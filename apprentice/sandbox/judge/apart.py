"""Which tests of a rewritten file hold nothing that is expected, and the file with these alone.

A test that decides by itself (`if r != 16`, `while`, a caught assertion, two values of the run) has expected values in its text.
Code that runs in the same process could learn them and answer the other tests with them, so it gets them in another run.
In doubt a test counts as deciding by itself.
"""

from __future__ import annotations

import ast
import builtins
import copy
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final

from apprentice.sandbox.child.checks import NAME
from apprentice.sandbox.judge.conditions import Apply, Compare, has_holes, parts_of
from apprentice.sandbox.judge.judge import AnyCheck, Check
from apprentice.sandbox.judge.mentions import without_unused_pytest
from apprentice.sandbox.judge.names import Function, bound_in, module_names
from apprentice.sandbox.judge.walking import children, walk

#: What tells a test by its own means whether a value is right.
_DECIDING: Final = (
    ast.Assert,
    ast.Compare,
    ast.If,
    ast.IfExp,
    ast.While,
    ast.Match,
    ast.Raise,
    ast.TryStar,
)
_DECIDING_CALLS: Final = frozenset("fail raises approx getfixturevalue __eq__ __ne__".split())
#: What reaches any name of the file without telling which.
_DYNAMIC: Final = frozenset(
    "globals locals vars eval exec __dict__ modules inspect __file__ _getframe importlib __import__ getattr".split()
)
_SET_UP: Final = re.compile(r"(?i)(async)?(setup|teardown)|__|run$|addCleanup")
_PLAIN: Final = (int, float, complex, str, bytes)
#: What all tests of a file may need together, each counted for itself.
_MOST_NEEDED: Final = 200_000
_WORD: Final = re.compile(r"[^\W\d]\w*")


class _About:
    """What several tests ask about one node. Each answer is found out once.

    Args:
        kind: the class that it stands in.
    """

    def __init__(self, node: ast.AST, kind: ast.ClassDef | None) -> None:
        self._node = node
        self._kind = kind

    @cached_property
    def mentioned(self) -> set[str]:
        """The names that it may read."""
        return _mentioned(self._node)

    @cached_property
    def holds_values(self) -> bool:
        """Whether there are plain values in it that aren't what a call is given."""
        return _holds_values(self._node)

    @cached_property
    def wanted(self) -> frozenset[str] | None:
        """The names of which one must be mentioned for its class to need it; None where it always does."""
        return None if self._kind is None else _wanted(self._node, self._kind)

    @cached_property
    def head(self) -> ast.expr:
        """What a class evaluates beside its body."""
        assert isinstance(self._node, ast.ClassDef)
        keywords = (part.value for part in self._node.keywords)
        return ast.Tuple([*self._node.bases, *self._node.decorator_list, *keywords], ast.Load())


class Parts:
    """The parts of one rewritten test file.

    Args:
        tests: the tests' functions by their ids, with their classes.
        barred: names of the file under which the run itself finds tests.
    """

    def __init__(
        self,
        tree: ast.Module,
        checks: Mapping[int, AnyCheck],
        tests: Mapping[str, tuple[str, Function]],
        barred: Collection[str],
    ) -> None:
        self._tree = tree
        self._checks = checks
        self._tests = tests
        self._nodes = {id(node) for _, node in tests.values()}
        names = module_names(tree)
        self._own = frozenset(names.bound) - frozenset(names.imports)
        self._given = {
            name
            for name, dotted in names.imports.items()
            if dotted.partition(".")[0] not in sys.stdlib_module_names and not dotted.startswith("pytest")
        }
        self._binds = [(node, self._bound(node)) for node in tree.body if not _is_import(node)]
        self._always = [node for node, names in self._binds if not names or _is_automatic(node)]
        self._binding: dict[str, list[ast.stmt]] = {}
        for node, names_of_node in self._binds:
            if id(node) not in self._nodes:
                for name in names_of_node:
                    self._binding.setdefault(name, []).append(node)
        self._about: dict[int, _About] = {}
        self._deciding: dict[int, bool] = {}
        self._needed: dict[str, dict[int, ast.AST]] = {}
        most = _MOST_NEEDED
        for key, (owner, test) in tests.items():
            self._needed[key] = self._needs(owner, test)
            most -= len(self._needed[key])
            if most < 0:
                self._clean: frozenset[str] = frozenset()
                return
        self._clean = self._settle(barred)

    @property
    def clean(self) -> frozenset[str]:
        """Ids of the tests in which nothing is left that they expect."""
        return self._clean

    def source(self) -> str:
        """The file with the clean tests and what they need."""
        keep = {key for test in self._clean for key in self._needed[test]}
        chosen = {id(self._tests[test][1]) for test in self._clean}
        body = [
            self._class(node, keep | chosen) if isinstance(node, ast.ClassDef) else node
            for node in self._tree.body
            if _is_import(node) or id(node) in keep | chosen
        ]
        return ast.unparse(ast.Module(without_unused_pytest(body), []))

    def rest(self) -> str:
        """The file without the clean tests."""
        dropped = {id(self._tests[test][1]) for test in self._clean}
        body: list[ast.stmt] = []
        for node in self._tree.body:
            if isinstance(node, ast.ClassDef):
                kept = copy.copy(node)
                kept.body = [item for item in node.body if id(item) not in dropped] or [ast.Pass()]
                body.append(kept)
            elif id(node) not in dropped:
                body.append(node)
        return ast.unparse(ast.Module(body, []))

    @staticmethod
    def _class(node: ast.ClassDef, keep: Collection[int]) -> ast.ClassDef:
        result = copy.copy(node)
        result.body = [item for item in node.body if id(item) in keep] or [ast.Pass()]
        return result

    # --- what a test needs

    def _bound(self, node: ast.stmt) -> set[str]:
        """The names that a statement of the module gives or changes."""
        if isinstance(node, Function | ast.ClassDef):
            return {node.name}
        loaded = {inner.id for inner in walk(node) if isinstance(inner, ast.Name)}
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            return bound_in([node]) | {
                inner.id for one in targets for inner in walk(one) if isinstance(inner, ast.Name)
            }
        return bound_in([node]) | (loaded & self._own)

    def _needs(self, owner: str, test: Function) -> dict[int, ast.AST]:
        """What must be there for the test to run: statements of the module, and of its classes."""
        found: dict[int, ast.AST] = {}
        waiting: list[ast.AST] = [test, *self._always]
        names: set[str] = set()
        more = {owner}
        classes: list[ast.ClassDef] = []
        found.update({id(node): node for node in self._always})
        while True:
            while waiting:
                more |= self._of(waiting.pop()).mentioned
            more -= names
            names |= more
            for node in [node for name in more for node in self._binding.get(name, ())]:
                if id(node) in found:
                    continue
                found[id(node)] = node
                if isinstance(node, ast.ClassDef):
                    classes.append(node)
                    found[id(node)] = self._of(node).head
                waiting.append(found[id(node)])
            more = set()
            for kind in classes:
                for item in self._members(kind):
                    wanted = self._of(item, kind).wanted
                    if id(item) not in found and (wanted is None or not names.isdisjoint(wanted)):
                        found[id(item)] = item
                        waiting.append(item)
            if not waiting:
                return found

    def _members(self, kind: ast.ClassDef) -> Iterator[ast.stmt]:
        """The statements of a class that aren't tests."""
        return (item for item in kind.body if id(item) not in self._nodes)

    def _of(self, node: ast.AST, kind: ast.ClassDef | None = None) -> _About:
        about = self._about.get(id(node))
        if about is None:
            about = self._about[id(node)] = _About(node, kind)
        return about

    # --- which tests are clean

    def _settle(self, barred: Collection[str]) -> frozenset[str]:
        everything = {name for node in walk(self._tree) for name in _own_names(node)}
        if not _DYNAMIC.isdisjoint(everything) or "pytestmark" in everything:
            return frozenset()
        # What has another name too has its tests there again.
        aliased = {
            name
            for node in self._tree.body
            if not isinstance(node, Function | ast.ClassDef) and not _is_import(node)
            for name in _mentioned(node)
        }
        barred = {*barred, *aliased}
        clean = {
            key
            for key, (owner, node) in self._tests.items()
            if owner not in barred
            and not self._decides(node)
            and not any(self._part_decides(part) for part in self._needed[key].values())
        }
        needing: dict[int, list[str]] = {}
        for test in clean:
            # A method that a class of the other kind inherits must be there.
            for part in {*self._needed[test], id(self._tests[test][1])}:
                needing.setdefault(part, []).append(test)
        waiting = [test for test in self._tests if test not in clean]
        while waiting:
            test = waiting.pop()
            # What tests of both kinds read may have in it what those of the other kind expect.
            shared = [key for key, part in self._needed[test].items() if self._of(part).holds_values]
            for key in (*shared, id(self._tests[test][1])):
                for other in needing.pop(key, ()):
                    if other in clean:
                        clean.discard(other)
                        waiting.append(other)
        return frozenset(clean)

    def _part_decides(self, node: ast.AST) -> bool:
        """As `_decides`, found out once for what several tests need."""
        if id(node) not in self._deciding:
            self._deciding[id(node)] = self._decides(node)
        return self._deciding[id(node)]

    def _decides(self, node: ast.AST) -> bool:
        """Whether something in it may tell what is expected."""
        waiting: list[ast.AST] = [node]
        while waiting:
            inner = waiting.pop()
            if isinstance(inner, _DECIDING):
                return True
            if isinstance(inner, ast.Try) and inner.handlers and not _is_import(inner):
                return True
            if isinstance(inner, ast.Call) and self._decides_by_call(inner):
                return True
            waiting += [
                part
                for part in children(inner)
                if not (isinstance(inner, ast.Call) and self._is_predicate(inner, part))
            ]
        return False

    def _is_predicate(self, call: ast.Call, part: ast.AST) -> bool:
        """Whether it is a lambda that the skill is given, and that knows nothing but its own arguments."""
        part = part.value if isinstance(part, ast.keyword) else part
        function: ast.expr = call.func
        while isinstance(function, ast.Attribute):
            function = function.value
        if not (
            isinstance(function, ast.Name) and function.id in self._given and isinstance(part, ast.Lambda)
        ):
            return False
        own = {argument.arg for argument in part.args.args}
        inside = list(walk(part.body))
        return bool(own) and not any(
            isinstance(inner, ast.Call) or (isinstance(inner, ast.Name) and inner.id not in own)
            for inner in inside
        )

    def _decides_by_call(self, call: ast.Call) -> bool:
        match call.func:
            case ast.Name(id=name) if name == NAME:
                return self._is_own_word(call)
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner == NAME:
                return name == "lazily" and self._is_own_word(call)
            case ast.Attribute(value=ast.Name(id="operator")):
                return True
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return name in _DECIDING_CALLS or name.startswith("assert")
        return False

    def _is_own_word(self, call: ast.Call) -> bool:
        number = call.args[0]
        check = self._checks.get(number.value) if isinstance(number, ast.Constant) else None  # type: ignore[arg-type]
        if not isinstance(check, Check) or check.own_word:
            return True
        for part in parts_of(check.condition):
            if isinstance(part, Compare):
                compared = part.operands
            elif isinstance(part, Apply) and part.function in ("same_items", "math.isclose"):
                compared = part.arguments
            else:
                continue
            if sum(map(has_holes, compared)) > 1:
                return True
        return False


def _is_import(node: ast.AST) -> bool:
    """Whether it imports, possibly what may not be there."""
    if isinstance(node, ast.Try):
        inside: Iterable[ast.AST] = [*node.body, *node.orelse, *node.finalbody]
        inside = [*inside, *(item for handler in node.handlers for item in handler.body)]
        return all(_is_import(item) or _is_nothing(item) for item in inside)
    return isinstance(node, ast.Import | ast.ImportFrom)


def _is_nothing(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        return isinstance(node.value, ast.Constant) and node.value.value in (None, True, False)
    return isinstance(node, ast.Pass)


def _is_automatic(node: ast.stmt) -> bool:
    """Whether pytest or unittest runs it unasked."""
    if not isinstance(node, Function):
        return False
    automatic = any("autouse" in ast.unparse(one) for one in node.decorator_list)
    return automatic or bool(_SET_UP.match(node.name)) or node.name.startswith("pytest_")


def _wanted(item: ast.AST, kind: ast.ClassDef) -> frozenset[str] | None:
    """The names of which one must be mentioned for a class to need the item; None where it always needs it."""
    if isinstance(item, Function):
        if item.name.startswith("test") or not (_SET_UP.match(item.name) or _is_automatic(item)):
            return frozenset([item.name])
    elif isinstance(item, ast.Assign | ast.AnnAssign):
        is_data = not kind.bases or all(ast.unparse(base).endswith("TestCase") for base in kind.bases)
        bound = bound_in([item])
        if is_data and not any(name.startswith("__") for name in bound):
            return frozenset(bound)
    return None


def _own_names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            yield name
        case ast.alias(name=name):
            yield from name.split(".")


def _mentioned(node: ast.AST) -> set[str]:
    """The names that it may read: also fixtures, and those in texts, as `usefixtures("x")` has them."""
    found: set[str] = set()
    for inner in walk(node):
        found.update(_own_names(inner))
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and len(inner.value) < 1000:
            found.update(_WORD.findall(inner.value))
    return found


def _holds_values(node: ast.AST) -> bool:
    """Whether there are plain values in it that aren't what a call is given."""
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, ast.Constant) and type(inner.value) in _PLAIN:
            return True
        if isinstance(inner, ast.Call) and not _is_container(inner):
            waiting += [
                part for part in inner.args if isinstance(part, ast.List | ast.Tuple | ast.Dict | ast.Set)
            ]
        elif isinstance(inner, Function):
            waiting += inner.body
        elif not (isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Constant)):
            waiting += children(inner)
    return False


def _is_container(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and hasattr(builtins, call.func.id)
