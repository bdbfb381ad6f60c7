"""Working out strings that code builds from known parts: only harmless operations, on bounded sizes."""

from __future__ import annotations

import base64
import binascii
import codecs
import string
from collections.abc import Callable, Sequence
from typing import Any

#: No known value longer than this is worked out, in characters or elements.
MAX_SIZE = 20_000


class CannotFold(Exception):
    """The value can't be worked out."""


_METHODS: dict[type, frozenset[str]] = {
    str: frozenset(
        "capitalize casefold encode format join lower lstrip partition removeprefix removesuffix replace rpartition "
        "rsplit rstrip split splitlines strip swapcase title translate upper zfill __add__ __getitem__".split()
    ),
    bytes: frozenset(
        "decode hex join lower lstrip replace rstrip split strip upper removeprefix removesuffix translate".split()
    ),
    list: frozenset({"copy", "__getitem__", "index", "count"}),
    int: frozenset({"to_bytes"}),
}

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "builtins.chr": chr,
    "builtins.ord": ord,
    "builtins.str": str,
    "builtins.int": int,
    "builtins.hex": hex,
    "builtins.abs": abs,
    "builtins.len": len,
    "builtins.bytes": lambda *args: bytes(*args) if args and not isinstance(args[0], int) else b"",
    "builtins.bytearray": lambda *args: bytes(*args) if args and not isinstance(args[0], int) else b"",
    "builtins.list": list,
    "builtins.tuple": list,
    "builtins.iter": list,
    "builtins.reversed": lambda value: list(reversed(value)),
    "builtins.sorted": lambda value: sorted(value),
    "builtins.range": lambda *args: list(range(*args)[:MAX_SIZE]),
    "builtins.zip": lambda *args: [list(row) for row in zip(*args, strict=False)],
    "builtins.enumerate": lambda *args: [list(row) for row in enumerate(*args)],
    "builtins.min": min,
    "builtins.max": max,
    "builtins.ascii": ascii,
    "builtins.format": format,
    "builtins.bytes.fromhex": bytes.fromhex,
    "builtins.bytearray.fromhex": bytes.fromhex,
    "builtins.str.join": lambda separator, items: separator.join(items),
    "base64.b64decode": base64.b64decode,
    "base64.standard_b64decode": base64.b64decode,
    "base64.urlsafe_b64decode": base64.urlsafe_b64decode,
    "base64.decodebytes": base64.decodebytes,
    "base64.b32decode": base64.b32decode,
    "base64.b16decode": base64.b16decode,
    "base64.a85decode": base64.a85decode,
    "base64.b85decode": base64.b85decode,
    "binascii.unhexlify": binascii.unhexlify,
    "binascii.a2b_hex": binascii.a2b_hex,
    "binascii.a2b_base64": binascii.a2b_base64,
    "operator.add": lambda left, right: binary("Add", left, right),
    "operator.concat": lambda left, right: binary("Add", left, right),
    "sys.intern": str,
    "textwrap.dedent": str,
}

_CODECS = {
    "rot13",
    "rot_13",
    "hex",
    "hex_codec",
    "base64",
    "base64_codec",
    "utf-8",
    "utf8",
    "ascii",
    "latin-1",
}

#: Attributes of modules that are plain known values.
CONSTANTS: dict[str, str] = {
    "os.sep": "/",
    "os.path.sep": "/",
    "os.pardir": "..",
    "os.path.pardir": "..",
    "os.curdir": ".",
    "os.path.curdir": ".",
    "os.devnull": "/dev/null",
    "os.path.devnull": "/dev/null",
    "os.name": "posix",
    **{
        f"string.{name}": getattr(string, name)
        for name in (
            "ascii_letters",
            "ascii_lowercase",
            "ascii_uppercase",
            "digits",
            "hexdigits",
            "punctuation",
        )
    },
    "string.printable": string.printable,
}


def function(name: str, args: Sequence[Any]) -> Any:
    """What the function of the canonical `name` gives for known arguments.

    Raises:
        CannotFold: it isn't one that is worked out, or it fails.
    """
    if name == "codecs.decode" and len(args) > 1 and str(args[1]).lower() in _CODECS:
        return _guarded(codecs.decode, args)
    found = _FUNCTIONS.get(name)
    if found is None:
        raise CannotFold
    return _guarded(found, args)


def method(value: Any, name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """What the method of a known value gives for known arguments.

    Raises:
        CannotFold: it isn't one that is worked out, or it fails.
    """
    if name not in _METHODS.get(type(value), ()):
        raise CannotFold
    if name in ("encode", "decode") and args and str(args[0]).lower() not in _CODECS:
        raise CannotFold
    if name == "format" and isinstance(value, str) and any(mark in value for mark in ("{:", "!", ".", "[")):
        raise CannotFold
    if name == "zfill":
        raise CannotFold
    return _guarded(getattr(value, name), args, kwargs)


def binary(operator: str, left: Any, right: Any) -> Any:
    """`left operator right` (the operator by its name in `ast`) of known values.

    Raises:
        CannotFold: it isn't one that is worked out, is too large, or fails.
    """
    if operator == "Mult":
        size = max((len(v) for v in (left, right) if isinstance(v, str | bytes | list)), default=0)
        times = min((v for v in (left, right) if isinstance(v, int)), default=0)
        if size and size * max(times, 0) > MAX_SIZE:
            raise CannotFold
    if operator == "Mod" and isinstance(left, str | bytes):
        if any(mark in str(left) for mark in ("*", "%1", "%2", "%3", "%4", "%5", "%6", "%7", "%8", "%9")):
            raise CannotFold
        right = tuple(right) if isinstance(right, list) else right
    if any(isinstance(value, int) and abs(value) > 1 << 64 for value in (left, right)):
        raise CannotFold
    operators: dict[str, Callable[[Any, Any], Any]] = {
        "Add": lambda a, b: a + b,
        "Sub": lambda a, b: a - b,
        "Mult": lambda a, b: a * b,
        "Mod": lambda a, b: a % b,
        "BitXor": lambda a, b: a ^ b,
        "BitOr": lambda a, b: a | b,
        "BitAnd": lambda a, b: a & b,
        "FloorDiv": lambda a, b: a // b,
    }
    if operator not in operators:
        raise CannotFold
    return _guarded(operators[operator], (left, right))


def _guarded(call: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any] | None = None) -> Any:
    if any(isinstance(arg, str | bytes | list) and len(arg) > MAX_SIZE for arg in args):
        raise CannotFold
    if any(isinstance(arg, int) and abs(arg) > 1 << 64 for arg in args):
        raise CannotFold
    try:
        value = call(*args, **(kwargs or {}))
    except Exception as error:
        raise CannotFold from error
    if isinstance(value, str | bytes | list) and len(value) > MAX_SIZE:
        raise CannotFold
    return value
