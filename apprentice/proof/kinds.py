"""What kind of value a parameter takes, from its annotation and from the values that were seen there."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final, Literal

from apprentice.syntax_trees import parse

Name = Literal[
    "any",
    "none",
    "bool",
    "int",
    "float",
    "str",
    "bytes",
    "list",
    "tuple",
    "set",
    "frozenset",
    "dict",
    "union",
    "choice",
]

_PLAIN: Final[Mapping[str, Name]] = {
    "int": "int", "float": "float", "str": "str", "bool": "bool", "bytes": "bytes", "None": "none", "complex": "float",
    "Number": "float", "Real": "float", "Text": "str", "AnyStr": "str",
}  # fmt: skip
_LISTS: Final = (
    "list",
    "List",
    "Sequence",
    "MutableSequence",
    "Iterable",
    "Collection",
    "Iterator",
    "Reversible",
)
_SETS: Final = ("set", "Set", "AbstractSet", "MutableSet")
_DICTS: Final = ("dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict", "DefaultDict")


@dataclass(frozen=True, slots=True)
class Kind:
    """A set of values.

    Attributes:
        inner: of the items (list, set), of key and value (dict), of each place (tuple), the members (union).
        seen: values of the examples that are of this kind, in order.
        keys: of a dict that is a record: the same in all that were seen; `inner` is of their values.
        fixed: a tuple has as many items as `inner`.
        even: all items of a list are equally long, as rows of a table.
        ordered: all lists that were seen are sorted.
    """

    name: Name
    inner: tuple[Kind, ...] = ()
    seen: tuple[Any, ...] = ()
    keys: tuple[str, ...] = ()
    fixed: bool = False
    even: bool = False
    ordered: bool = False

    @property
    def known(self) -> bool:
        """Whether values of it can be made."""
        return self.name != "any" and all(inner.known for inner in self.inner)


ANY: Final = Kind("any")


def kind_of(annotation: str, values: Sequence[Any] = ()) -> Kind:
    """What the annotation says, made exact by the values; the values alone where it says nothing."""
    try:
        said = _said(parse(annotation, mode="eval").body) if annotation else ANY
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        said = ANY
    return learnt(said, values)


def fits(kind: Kind, value: Any) -> bool:
    """Whether a value is of a kind, as far as its types go."""
    match kind.name:
        case "any":
            return True
        case "union":
            return any(fits(inner, value) for inner in kind.inner)
        case "choice":
            return any(type(value) is type(one) and value == one for one in kind.seen)
        case "none":
            return value is None
        case "bool" | "int" | "str" | "bytes":
            return type(value).__name__ == kind.name
        case "float":
            return type(value) in (int, float)
        case "tuple" if kind.fixed:
            return (
                isinstance(value, tuple)
                and len(value) == len(kind.inner)
                and all(map(fits, kind.inner, value))
            )
        case "dict" if kind.keys:
            return (
                isinstance(value, dict)
                and tuple(value) == kind.keys
                and all(map(fits, kind.inner, value.values()))
            )
        case "dict":
            return isinstance(value, dict) and all(
                fits(kind.inner[0], key) and fits(kind.inner[1], item) for key, item in value.items()
            )
        case _:
            return type(value).__name__ == kind.name and all(fits(kind.inner[0], item) for item in value)


def learnt(said: Kind, values: Sequence[Any]) -> Kind:
    """A kind made exact by values that were seen there; those that it excludes are left out."""
    if said.name == "any":
        return _observed(values)
    if said.name == "choice":
        return said
    fitting = tuple(value for value in values if fits(replace(said, keys=()), value))
    if said.name == "union":
        members = tuple(learnt(inner, [v for v in fitting if fits(inner, v)]) for inner in said.inner)
        return replace(said, inner=members, seen=fitting)
    if said.name in ("list", "set", "frozenset") or (said.name == "tuple" and not said.fixed):
        items = [item for value in fitting for item in _items(value)]
        inner = learnt(said.inner[0], items)
        long = [value for value in fitting if len(value) > 2]
        return replace(
            said,
            inner=(inner if inner.known or items else Kind("int"),),
            seen=fitting,
            even=said.name == "list" and _even(fitting),
            ordered=said.name == "list" and bool(long) and all(map(_sorted, fitting)),
        )
    if said.name == "tuple":
        places = tuple(learnt(inner, [v[n] for v in fitting]) for n, inner in enumerate(said.inner))
        return replace(said, inner=places, seen=fitting)
    if said.name == "dict":
        return _dict(said, fitting)
    return replace(said, seen=fitting)


def _dict(said: Kind, values: tuple[Any, ...]) -> Kind:
    keys = {tuple(value) for value in values}
    same = next(iter(keys)) if len(keys) == 1 else ()
    if len(same) > 1 and len(values) > 1 and all(isinstance(key, str) for key in same):
        inner = tuple(learnt(said.inner[1], [value[key] for value in values]) for key in same)
        return replace(said, inner=inner, seen=values, keys=same)
    key = learnt(said.inner[0], [key for value in values for key in value])
    item = learnt(said.inner[1], [item for value in values for item in value.values()])
    return replace(
        said, inner=(key if key.known else Kind("str"), item if item.known else Kind("int")), seen=values
    )


def _observed(values: Sequence[Any]) -> Kind:
    """The kind of values without an annotation: a union where they are of several."""
    names = list(dict.fromkeys(type(value).__name__ for value in values))
    if "float" in names and "int" in names:
        names.remove("int")
    kinds = [learnt(_bare(name, values), values) for name in names]
    if not kinds or any(kind.name == "any" for kind in kinds):
        return ANY
    return kinds[0] if len(kinds) == 1 else Kind("union", tuple(kinds), tuple(values))


def _bare(name: str, values: Sequence[Any]) -> Kind:
    if name == "NoneType":
        return Kind("none")
    if name == "dict":
        return Kind("dict", (ANY, ANY))
    if name == "tuple":
        tuples = [value for value in values if isinstance(value, tuple)]
        if len({len(value) for value in tuples}) == 1 and 0 < len(tuples[0]) <= 6:
            return Kind("tuple", (ANY,) * len(tuples[0]), fixed=True)
        return Kind("tuple", (ANY,))
    if name in ("list", "set", "frozenset"):
        return Kind(name, (ANY,))  # type: ignore[arg-type]
    return Kind(name) if name in ("bool", "int", "float", "str", "bytes") else ANY  # type: ignore[arg-type]


def _said(node: ast.expr) -> Kind:
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            return _said(parse(node.value, mode="eval").body)
        return Kind("none") if node.value is None else ANY
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _union([_said(node.left), _said(node.right)])
    if isinstance(node, ast.Name | ast.Attribute):
        return _named(node.id if isinstance(node, ast.Name) else node.attr, [])
    if not isinstance(node, ast.Subscript):
        return ANY
    name = ast.unparse(node.value).rpartition(".")[2]
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if name == "Literal":
        return Kind("choice", seen=tuple(ast.literal_eval(item) for item in items))
    return _named(name, items)


def _named(name: str, items: Sequence[ast.expr]) -> Kind:
    if name in _PLAIN:
        return Kind(_PLAIN[name])
    if name == "Optional":
        return _union([*map(_said, items), Kind("none")])
    if name == "Union":
        return _union([*map(_said, items)])
    if name in ("Annotated", "Final", "Required") and items:
        return _said(items[0])
    first = _said(items[0]) if items else ANY
    if name in _LISTS:
        return Kind("list", (first,))
    if name in _SETS or name in ("frozenset", "FrozenSet"):
        return Kind("set" if name in _SETS else "frozenset", (first,))
    if name in _DICTS:
        return Kind("dict", (first, _said(items[1]) if len(items) > 1 else ANY))
    if name == "Counter":
        return Kind("dict", (first, Kind("int")))
    if name in ("tuple", "Tuple"):
        if items and not (isinstance(items[-1], ast.Constant) and items[-1].value is ...):
            return Kind("tuple", tuple(map(_said, items)), fixed=True)
        return Kind("tuple", (first,))
    return ANY


def _union(members: Sequence[Kind]) -> Kind:
    flat = [inner for kind in members for inner in (kind.inner if kind.name == "union" else (kind,))]
    if any(kind.name == "any" for kind in flat):
        return ANY
    return flat[0] if len(flat) == 1 else Kind("union", tuple(dict.fromkeys(flat)))


def _items(value: Any) -> list[Any]:
    """The items in an order that doesn't depend on the seed for hashes."""
    return sorted(value, key=repr) if isinstance(value, set | frozenset) else list(value)


def _even(values: Sequence[Any]) -> bool:
    """Whether the lists are tables: several rows, as long as each other."""
    tables = [
        value for value in values if value and all(isinstance(row, list | tuple | str) for row in value)
    ]
    return (
        any(len(table) > 1 and not isinstance(table[0], str) for table in tables)
        and len(tables) == len([value for value in values if value])
        and all(len({len(row) for row in table}) == 1 for table in tables)
    )


def _sorted(value: Sequence[Any]) -> bool:
    try:
        return all(a <= b for a, b in pairwise(value))
    except TypeError:
        return False
