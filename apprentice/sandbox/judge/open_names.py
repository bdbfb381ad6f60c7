"""Names of a test file under which only the run finds tests: classes that inherit them, and definitions in statements."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from apprentice.sandbox.judge.names import Function, ModuleNames
from apprentice.sandbox.judge.walking import children, walk

#: How sure the file alone makes it that there are tests.
Evidence = Literal["due", "shown", "possible"]


@dataclass(frozen=True, slots=True)
class OpenName:
    """A name under which the run may report tests that the plan doesn't have.

    Attributes:
        item: how the run's names of such tests begin; empty for tests of any name.
        name: the same as pytest names it.
        is_class: whether it is a class at the file's top, to be asked for its tests.
        evidence: `due`: the file tells that there is a test, and the run must report one. `shown`: tests stand in the
            file, where they may not come to be. `possible`: it may be no test class at all; its tests can fail a file,
            but never make one pass that has no other.
    """

    id: str
    item: str
    name: str
    is_class: bool
    evidence: Evidence

    def covers(self, item: str) -> bool:
        """Whether a test that the run reports is one of this name's."""
        return not self.item or item == self.item or item.startswith(f"{self.item}::")

    def as_request(self) -> dict[str, Any]:
        """What the child needs to look for tests."""
        return {"id": self.id, "kind": "class", "function": "", "class": self.item}


class Origins:
    """Tells where the classes of a test file come from.

    Args:
        given: names of the skill's modules. Tests that a skill brings along say nothing about it.
    """

    def __init__(self, tree: ast.Module, names: ModuleNames, given: Collection[str]) -> None:
        self._names = names
        self._given = given
        self._classes: dict[str, ast.ClassDef] = {}
        self._functions: dict[str, Function] = {}
        self._assigned: dict[str, ast.expr] = {}
        self._extended: set[str] = set()
        self._bases: set[str] = set()
        for node in tree.body:
            match node:
                case ast.ClassDef(name=name):
                    self._classes[name] = node
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    self._functions[name] = node
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._assigned[name] = value
        for inner in walk(tree):
            match inner:
                case ast.Call(func=ast.Name(id="setattr"), args=[ast.Name(id=name), *_]):
                    self._extended.add(name)
                case ast.ClassDef(bases=bases):
                    self._bases.update(base.id for base in bases if isinstance(base, ast.Name))

    def is_test_case(self, base: ast.expr) -> bool:
        """Whether the expression names a unittest class, by its looks or by its import."""
        imported = (self._names.resolve(base) or "").rpartition(".")[2]
        return any(name.endswith("TestCase") for name in (imported, last_name(base)))

    def of_class(self, lineage: list[ast.ClassDef], *, is_unittest: bool, has_tests: bool) -> Evidence | None:
        """How sure it is that a class has tests that aren't in the file; None where it has none or they don't count."""
        outside = [base for kind in lineage for base in kind.bases if self._is_outside(base)]
        extended = any(kind.name in self._extended for kind in lineage)
        if not (outside or extended) or any(self.is_from_skill(base) for base in outside):
            return None
        is_due = is_unittest and not has_tests and lineage[0].name not in self._bases
        return "due" if is_due else "possible"

    def of_value(self, value: ast.expr) -> Evidence | None:
        """How sure it is that an assigned value is a test class that has tests; None where it is none."""
        match value:
            case ast.Name() | ast.Attribute():
                if not self._is_outside(value) or self.is_from_skill(value):
                    in_file = isinstance(value, ast.Name) and value.id in self._classes
                    return "possible" if in_file and not self.is_from_skill(value) else None
                is_attribute = isinstance(value, ast.Attribute) and value.attr.endswith("TestCase")
                return "due" if is_attribute else "possible"
            case ast.Call(func=function):
                if self.is_from_skill(value):
                    return None
                if isinstance(function, ast.Name) and function.id in self._functions:
                    return "due" if self._makes_tests(self._functions[function.id]) else "possible"
                if self._names.resolve(function) == "builtins.type":
                    return "due" if any(map(self.is_test_case, _expressions(value))) else "possible"
                return "possible" if self._is_outside(function) else None
            case ast.IfExp() | ast.Subscript():
                return None if self.is_from_skill(value) else "possible"
        return None

    def of_import(self, name: str) -> Evidence | None:
        """How sure it is that an imported name is a test class."""
        node = ast.Name(name, ast.Load())
        if not name[:1].isupper() or self.is_from_skill(node) or not self._is_outside(node):
            return None
        return "possible"

    def is_from_skill(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> bool:
        """Whether the skill decides what the expression is."""
        match node:
            case ast.Name(id=name):
                if name in seen:
                    return False
                seen |= {name}
                if name in self._names.imports:
                    root = self._names.imports[name].partition(".")[0]
                    return not root or root in self._given
                if name in self._classes:
                    return any(self.is_from_skill(base, seen) for base in self._classes[name].bases)
                if name in self._assigned:
                    return self.is_from_skill(self._assigned[name], seen)
                return name not in self._functions and self._names.resolve(node) == f"g:{name}"
            case ast.Call(func=function) if self._names.resolve(function) != "builtins.type":
                return self.is_from_skill(function, seen)
        inner = (part for part in children(node) if isinstance(part, ast.expr))
        return any(self.is_from_skill(part, seen) for part in inner)

    def _is_outside(self, node: ast.expr) -> bool:
        """Whether it is neither a class of the file nor one of Python's own, which have no tests."""
        if isinstance(node, ast.Name) and node.id in self._classes:
            return False
        resolved = self._names.resolve(node)
        if resolved is None:
            return True
        return resolved.partition(".")[0] not in ("builtins", *sys.stdlib_module_names)

    def _makes_tests(self, function: Function) -> bool:
        """Whether a function of the file returns a unittest class that it defines."""
        made = {
            inner.name
            for inner in walk(function)
            if isinstance(inner, ast.ClassDef) and any(map(self.is_test_case, inner.bases))
        }
        return any(
            isinstance(inner, ast.Return) and isinstance(inner.value, ast.Name) and inner.value.id in made
            for inner in walk(function)
        )


def names_in_statement(node: ast.stmt) -> Iterator[str]:
    """The tests and test classes that are defined in a statement; an empty name where they get others there."""
    waiting: list[ast.AST] = [node]
    found, is_renaming = [], False
    while waiting:
        inner = waiting.pop(0)
        if isinstance(inner, Function):
            if inner.name.startswith("test"):
                found.append(inner.name)
        elif isinstance(inner, ast.ClassDef):
            if has_tests(inner):
                found.append(inner.name)
        else:
            is_renaming |= isinstance(inner, ast.Name) and inner.id in ("globals", "locals", "vars")
            waiting += children(inner)
    yield from [""] if found and is_renaming else dict.fromkeys(found)


def has_tests(node: ast.ClassDef) -> bool:
    """Whether tests are defined in a class, at any depth."""
    return any(isinstance(inner, Function) and inner.name.startswith("test") for inner in walk(node))


def last_name(node: ast.expr) -> str:
    """`TestCase` of `unittest.TestCase`; empty for what is no name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _expressions(node: ast.AST) -> list[ast.expr]:
    return [inner for inner in walk(node) if isinstance(inner, ast.Name | ast.Attribute)]
