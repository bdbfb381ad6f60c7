"""Values and errors as plain data that can cross between a run and the agent. Standard library only.

The run encodes, the agent decodes; nothing is ever unpickled. A value is encoded by what its builtin type holds, so
a subclass with an `__eq__` of its own arrives as the plain value that it is.
"""

from __future__ import annotations

import builtins
import sys
from typing import Any

try:
    from _json import encode_basestring_ascii
except ImportError:
    from json.encoder import encode_basestring_ascii

MAX_DEPTH = 100
MAX_REPR = 200
MAX_MESSAGE = 500
#: Python refuses to turn longer ints into decimal text, and so does JSON.
MAX_INT_BITS = 14_000

#: The real ones, by identity: a class of the same name is another class.
_BUILTIN_ERRORS = frozenset(
    id(kind) for kind in vars(builtins).values() if isinstance(kind, type) and issubclass(kind, BaseException)
)
_PLAIN_TYPES = {
    id(kind): kind.__name__
    for kind in (*vars(builtins).values(), type(None))
    if type(kind) is type and not kind.__name__.startswith("_")
}


class NotPlain(Exception):
    """The value holds something that can't cross. `str(error)` names it, e.g. `a generator`."""


def encode(value: Any, depth: int = 0) -> list[Any]:
    """The value as nested lists with type tags, which JSON can hold.

    Raises:
        NotPlain: something in it is no builtin value, or it is nested deeper than `MAX_DEPTH` (or endlessly).
    """
    if depth > MAX_DEPTH:
        raise NotPlain(f"a value nested more than {MAX_DEPTH} deep")
    kind = type(value)
    below = depth + 1
    if value is None:
        return ["n"]
    if kind is bool:
        return ["b", value]
    if issubclass(kind, int):
        return ["i", int.__format__(value, "x")]
    if issubclass(kind, float):
        return ["f", float.hex(value)]
    if issubclass(kind, str):
        return ["s", str.__str__(value)]
    if issubclass(kind, bytes):
        return ["y", bytes.hex(value)]
    if issubclass(kind, bytearray):
        return ["y", bytearray.hex(value)]
    if issubclass(kind, list):
        return ["l", [encode(item, below) for item in list.__iter__(value)]]
    if issubclass(kind, tuple):
        return ["t", [encode(item, below) for item in tuple.__iter__(value)]]
    if issubclass(kind, dict):
        return ["d", [[encode(key, below), encode(item, below)] for key, item in dict.items(value)]]
    if issubclass(kind, set):
        return ["S", [encode(item, below) for item in set.__iter__(value)]]
    if issubclass(kind, frozenset):
        return ["F", [encode(item, below) for item in frozenset.__iter__(value)]]
    if issubclass(kind, complex):
        number = complex.__pos__(value)
        return ["c", float.hex(number.real), float.hex(number.imag)]
    return _encode_known(value, kind, below)


def _encode_known(value: Any, kind: type, depth: int) -> list[Any]:
    """Types outside the builtins that Python's own `==` accepts beside a literal."""
    if kind is type({}.keys()):
        return ["S", [encode(item, depth) for item in value]]
    decimal, fractions = sys.modules.get("decimal"), sys.modules.get("fractions")
    if decimal is not None and kind is decimal.Decimal:
        return ["D", str(value)]
    if fractions is not None and kind is fractions.Fraction:
        return ["Q", format(value.numerator, "x"), format(value.denominator, "x")]
    if kind.__module__ in ("datetime", "pathlib") or kind is type:
        return _encode_standard(value, kind)
    if kind.__module__ == "numpy" and hasattr(kind, "item") and not getattr(value, "shape", ()):
        return encode(value.item(), depth)
    raise NotPlain(type_name(kind))


def _encode_standard(value: Any, kind: type) -> list[Any]:
    """Dates, paths, and the types of plain values."""
    if kind is type and id(value) in _PLAIN_TYPES:
        return ["k", _PLAIN_TYPES[id(value)]]
    module = sys.modules.get(kind.__module__)
    if kind is getattr(module, kind.__name__, None):
        if kind.__name__ in ("date", "datetime", "time"):
            return ["m", kind.__name__, str(value.isoformat())]
        if kind.__name__ == "timedelta":
            return ["m", "timedelta", f"{value.days} {value.seconds} {value.microseconds}"]
        if kind.__name__ in ("PosixPath", "PurePosixPath"):
            return ["p", str(value)]
    raise NotPlain(type_name(kind))


def decode(data: Any, depth: int = 0) -> Any:
    """The value that `encode` was given.

    Raises:
        NotPlain: the data isn't what `encode` makes.
    """
    try:
        if depth > MAX_DEPTH + 1:
            raise NotPlain("a value nested too deep")
        return _decode(data, depth + 1)
    except NotPlain:
        raise
    except (TypeError, ValueError, KeyError, IndexError, ArithmeticError) as error:
        raise NotPlain("a damaged value") from error


def _decode(data: Any, depth: int) -> Any:
    tag = data[0]
    match tag:
        case "n":
            return None
        case "b":
            return data[1] is True
        case "i":
            return int(data[1], 16)
        case "f":
            return float.fromhex(data[1])
        case "s":
            return str(data[1])
        case "y":
            return bytes.fromhex(data[1])
        case "l":
            return [decode(item, depth) for item in data[1]]
        case "t":
            return tuple(decode(item, depth) for item in data[1])
        case "d":
            return {decode(key, depth): decode(item, depth) for key, item in data[1]}
        case "S":
            return {decode(item, depth) for item in data[1]}
        case "F":
            return frozenset(decode(item, depth) for item in data[1])
        case "c":
            return complex(float.fromhex(data[1]), float.fromhex(data[2]))
        case "D":
            from decimal import Decimal

            return Decimal(data[1])
        case "Q":
            from fractions import Fraction

            return Fraction(int(data[1], 16), int(data[2], 16))
        case "k" if data[1] in _PLAIN_TYPES.values():
            return type(None) if data[1] == "NoneType" else getattr(builtins, data[1])
        case "m":
            return _decode_time(data[1], data[2])
        case "p":
            from pathlib import PurePosixPath

            return PurePosixPath(data[1])
        case _:
            raise NotPlain("a damaged value")


def _decode_time(name: str, text: str) -> Any:
    import datetime

    if name == "timedelta":
        days, seconds, microseconds = map(int, text.split())
        return datetime.timedelta(days, seconds, microseconds)
    if name in ("date", "datetime", "time"):
        return getattr(datetime, name).fromisoformat(text)
    raise NotPlain("a damaged value")


def to_json(value: Any, depth: int = 0) -> Any:
    """The value as JSON has it: tuples become lists, keys that are None, bool, int or float become text.

    Raises:
        NotPlain: JSON can't hold something in it: another type, nan or infinity, two keys that become the same
            text, an int of thousands of digits, or endless nesting.
    """
    if depth > MAX_DEPTH:
        raise NotPlain(f"a value nested more than {MAX_DEPTH} deep")
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        if value.bit_length() > MAX_INT_BITS:
            raise NotPlain("an int of thousands of digits")
        return value
    if kind is float:
        if value - value != 0.0:
            raise NotPlain(f"the float {value!r}")
        return value
    if kind is list or kind is tuple:
        return [to_json(item, depth + 1) for item in value]
    if kind is dict:
        result: dict[str, Any] = {}
        for key, item in value.items():
            text = _key(key)
            if text in result:
                raise NotPlain(f"a dict with two keys that JSON writes as {text!r}")
            result[text] = to_json(item, depth + 1)
        return result
    raise NotPlain(type_name(kind))


def _key(key: Any) -> str:
    kind = type(key)
    if kind is str:
        return str(key)
    if key is None or kind is bool:
        return {None: "null", True: "true", False: "false"}[key]
    if kind is int or kind is float:
        return repr(to_json(key))
    raise NotPlain(f"a dict key that is {type_name(kind)}")


def dump_json(value: Any) -> str:
    """JSON of plain data in pure ASCII. Python's json module would double the time of a short run to import."""
    kind = type(value)
    if kind is str:
        return encode_basestring_ascii(value)
    if kind is dict:
        return (
            "{" + ",".join(f"{encode_basestring_ascii(key)}:{dump_json(value[key])}" for key in value) + "}"
        )
    if kind is list or kind is tuple:
        return "[" + ",".join(map(dump_json, value)) + "]"
    if value is None or kind is bool:
        return {None: "null", True: "true", False: "false"}[value]
    return repr(value)


def type_name(kind: type) -> str:
    """The type with its article, as a message has it: `a set`, `an Enum`."""
    name = (
        kind.__name__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__name__}"
    )
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"


def safe_repr(value: Any, limit: int = MAX_REPR) -> str:
    """`repr(value)` in at most `limit` characters; never raises for a `__repr__` that does."""
    try:
        text = repr(value)
    except Exception as error:  # noqa: BLE001 - the value is foreign, whatever it raises is its repr's fault
        text = f"<{type(value).__name__} whose repr raised {type(error).__name__}>"
    return cut(text, limit)


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` characters, with … where something was taken out of its middle."""
    if len(text) <= limit:
        return text
    head = (limit - 1) * 2 // 3
    return f"{text[:head]}…{text[len(text) - (limit - 1 - head) :]}"


def one_line(text: str, limit: int = MAX_MESSAGE) -> str:
    """The text on one line, without surrounding space, in at most `limit` characters."""
    return cut(" ".join(text[: limit * 20].split()), limit)


def describe(error: BaseException, files: frozenset[str] = frozenset()) -> dict[str, Any]:
    """What is worth knowing about an error: type, message on one line, line in one of `files`, errno, bases.

    `line` is that of the innermost frame in one of the files, or of a syntax error there; None otherwise.
    """
    kind = type(error)
    try:
        message = str(error)
    except Exception:  # noqa: BLE001 - a foreign __str__
        message = ""
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in files:
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, SyntaxError):
        message = error.msg or "invalid syntax"
        if error.filename in files:
            line = error.lineno
    values = getattr(error, "__apprentice_values__", {})
    number = getattr(error, "errno", None)
    return {
        "type": kind.__name__,
        "message": one_line(message),
        "line": line,
        "errno": number if type(number) is int else None,
        "bases": [
            f"builtins.{base.__name__}" if id(base) in _BUILTIN_ERRORS else base.__name__
            for base in type.mro(kind)
        ],
        "values": values if type(values) is dict else {},
    }
