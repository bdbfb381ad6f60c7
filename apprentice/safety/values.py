"""What the syntax scan knows about the value of an expression."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

#: Stands in a `Text` for a part that isn't known.
HOLE = "\0"

#: Where the unknown part of a value comes from: the caller's `param`, something `tainted` (input, environment,
#: arguments), a `temp` folder, a `module` of the library, the module's `own` file, or a `gadget`, which may hold modules or builtins.
Origins = frozenset[str]

NONE: Origins = frozenset()


@dataclass(frozen=True, slots=True)
class Text:
    """A string, or a path, of which all or parts are known."""

    template: str
    origins: Origins = NONE
    path: bool = False

    @property
    def known(self) -> bool:
        """Whether every character is known."""
        return HOLE not in self.template


@dataclass(frozen=True, slots=True)
class Const:
    """A known value other than a string: number, bytes, None, truth value, slice-free."""

    value: Any


@dataclass(frozen=True, slots=True)
class Ref:
    """A module, or a thing in one, by its canonical dotted name: `os.system`, `socket.socket().connect`."""

    name: str


@dataclass(frozen=True, slots=True)
class Inst:
    """What a call of the thing `of` gave."""

    of: str
    node: ast.Call
    origins: Origins = NONE


@dataclass(frozen=True, slots=True)
class Local:
    """A function or class of the code itself."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Namespace:
    """The dictionary of a module: `vars(os)`, `os.__dict__`, `globals()` (module `__main__`)."""

    module: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list, tuple or set whose elements are looked at one by one; each has its alternatives."""

    elements: tuple[tuple[Value, ...], ...]
    origins: Origins = NONE
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A dictionary display: alternatives of keys and values."""

    rows: tuple[tuple[tuple[Value, ...], tuple[Value, ...]], ...]
    origins: Origins = NONE
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Getter:
    """`operator.attrgetter`, `itemgetter` or `methodcaller` with known names."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opaque:
    """Nothing is known but where it comes from."""

    origins: Origins = NONE


Value = Text | Const | Ref | Inst | Local | Namespace | Items | Table | Getter | Opaque
Values = tuple[Value, ...]

UNKNOWN = Opaque()
TAINTED = Opaque(frozenset({"tainted"}))
PARAM = Opaque(frozenset({"param"}))
TEMP = Opaque(frozenset({"temp"}))
OWN_MODULE = Opaque(frozenset({"module"}))
GADGET = Opaque(frozenset({"gadget"}))


def origins_of(value: Value) -> Origins:
    """Where the unknown parts of `value` come from."""
    if isinstance(value, Text | Opaque | Inst | Items | Table):
        return value.origins
    return frozenset({"gadget"}) if isinstance(value, Namespace) else NONE


#: Containers in containers in containers are looked into; without an end, `x = [x]` would never be known.
_MAX_NESTED = 3


def make_items(elements: Iterable[Values]) -> Value:
    """A list of what may stand at each place."""
    fixed = tuple(elements)
    inside = [value for alternatives in fixed for value in alternatives]
    origins, depth = NONE.union(*map(origins_of, inside)), _depth(inside)
    return Items(fixed, origins, depth) if depth <= _MAX_NESTED else Opaque(origins)


def make_table(rows: Iterable[tuple[Values, Values]]) -> Value:
    """A dictionary of what may be its keys and values."""
    fixed = tuple(rows)
    inside = [value for _, alternatives in fixed for value in alternatives]
    origins, depth = NONE.union(*map(origins_of, inside)), _depth(inside)
    return Table(fixed, origins, depth) if depth <= _MAX_NESTED else Opaque(origins)


def _depth(inside: Iterable[Value]) -> int:
    return 1 + max((value.depth for value in inside if isinstance(value, Items | Table)), default=0)


def is_gadget(value: Value) -> bool:
    """Whether `value` may hold modules or builtins that can't be seen."""
    return isinstance(value, Opaque | Inst | Items | Table) and "gadget" in origins_of(value)


def as_text(value: Value) -> Text:
    """`value` as part of a string or path."""
    if isinstance(value, Text):
        return value
    if isinstance(value, Const) and not isinstance(value.value, bytes):
        return Text(str(value.value))
    if isinstance(value, Const):
        return Text(value.value.decode("utf-8", "replace"))
    return Text(HOLE, origins_of(value))


def join_text(*parts: Text) -> Text:
    """The parts, one after the other."""
    origins: Origins = frozenset().union(*(part.origins for part in parts))
    return Text("".join(part.template for part in parts), origins)


def join_path(*parts: Text) -> Text:
    """The parts as `os.path.join` would join them."""
    template, origins = "", NONE
    for part in parts:
        if is_absolute(part.template):
            template, origins = part.template, part.origins
        else:
            separator = "" if not template or template.endswith("/") else "/"
            template, origins = template + separator + part.template, origins | part.origins
    return Text(template, origins, path=True)


def is_absolute(path: str) -> bool:
    """Whether `path` begins at a root, a drive or a home folder, on any system."""
    return path.startswith(("/", "\\", "~")) or (len(path) > 1 and path[1] == ":" and path[0].isalpha())


def to_python(value: Value) -> tuple[bool, Any]:
    """Whether `value` is wholly known, and the Python value it is."""
    if isinstance(value, Text):
        return value.known and not value.path, value.template
    if isinstance(value, Const):
        return True, value.value
    if isinstance(value, Items):
        out = []
        for alternatives in value.elements:
            if len(alternatives) != 1:
                return False, None
            known, item = to_python(alternatives[0])
            if not known:
                return False, None
            out.append(item)
        return True, out
    return False, None


def from_python(value: Any) -> Value:
    """The abstract value of a known Python value."""
    if isinstance(value, str):
        return Text(value) if HOLE not in value else UNKNOWN
    if isinstance(value, list | tuple):
        return make_items((from_python(item),) for item in value)
    if isinstance(value, bytes | bytearray):
        return Const(bytes(value))
    return Const(value) if isinstance(value, int | float | complex | None | type(...)) else UNKNOWN


def elements(value: Value, position: int | None = None) -> Values:
    """What iterating over `value` may give; with a position (not -1) only what stands there."""
    known, content = to_python(value)
    if known and isinstance(content, str | bytes) and len(content) <= 512:
        return tuple(from_python(item) for item in content) or (UNKNOWN,)
    if isinstance(value, Items):
        if position is not None and 0 <= position < len(value.elements):
            return value.elements[position]
        return tuple(item for alternatives in value.elements[:64] for item in alternatives) or (UNKNOWN,)
    if isinstance(value, Table):
        return tuple(item for row, _ in value.rows[:64] for item in row) or (UNKNOWN,)
    return (Opaque(origins_of(value)),)


def path_part(value: Text, attr: str) -> Value:
    """A part of a path, by the name of its attribute in pathlib."""
    if attr in ("parent", "parents"):
        return Text(value.template.rpartition("/")[0] or ".", value.origins, path=True)
    if attr in ("name", "stem", "suffix"):
        return Text(value.template.rpartition("/")[2] or HOLE, value.origins)
    return Opaque(value.origins)
