"""What a skill takes: its parameters, and whether values fit them."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from collections.abc import Sequence as SequenceOf
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, Optional, Union

from pydantic import ConfigDict, PydanticSchemaGenerationError, TypeAdapter, ValidationError

from apprentice.errors import UsageError
from apprentice.syntax_trees import parse, top_level

#: The longest arguments of one call, as JSON, in bytes.
MAX_ARGUMENTS: Final = 8_000_000

_PLAIN: Final[Mapping[str, Any]] = {
    **{kind.__name__: kind for kind in (int, float, str, bool, list, dict, tuple, set, frozenset)},
    "None": None,
    "List": list,
    "Dict": dict,
    "Tuple": tuple,
    "Set": set,
    "Sequence": SequenceOf,
    "Iterable": list,
    "Collection": list,
    "Mapping": Mapping,
    "Path": str,
    "PathLike": str,
    "Number": float,
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter, as it is written: `annotation` is "" where there is none."""

    name: str
    annotation: str = ""
    required: bool = True
    by_name: bool = True

    @property
    def type(self) -> Any:
        """The type of the values that it takes; Any where that can't be told."""
        return _type_of(self.annotation)


@dataclass(frozen=True, slots=True)
class Signature:
    """A function's parameters and result; `open_names` where it takes any name, `open_positions` any number of values."""

    function: str
    parameters: tuple[Parameter, ...]
    returns: str = ""
    open_names: bool = False
    open_positions: bool = False

    def __str__(self) -> str:
        names = [
            parameter.name
            + (f": {parameter.annotation}" if parameter.annotation else "")
            + ("" if parameter.required else " = …")
            for parameter in self.parameters
        ]
        names += ["*args"] * self.open_positions + ["**kwargs"] * self.open_names
        return f"{self.function}({', '.join(names)})" + (f" -> {self.returns}" if self.returns else "")

    @property
    def required(self) -> tuple[Parameter, ...]:
        """The parameters that must be given."""
        return tuple(parameter for parameter in self.parameters if parameter.required)

    def checked(self, skill: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments as the skill takes them: all that it needs, no others, each of its type.

        A value that stands for the type in another form (`"15"` for a number) is brought into it.

        Raises:
            UsageError: one is missing, not known, of the wrong type, or all together are too long; says which.
        """
        known = {parameter.name: parameter for parameter in self.parameters if parameter.by_name}
        unknown = [name for name in values if name not in known and not self.open_names]
        if unknown:
            raise UsageError(f"{skill} takes no argument {unknown[0]!r}.", f"It is called as {self}.")
        missing = [parameter.name for parameter in self.required if parameter.name not in values]
        if missing:
            raise UsageError(f"{skill} needs the argument {missing[0]!r}.", f"It is called as {self}.")
        size = len(_encoded(skill, dict(values)))
        if size > MAX_ARGUMENTS:
            raise UsageError(
                f"The arguments of {skill} have {size:,} bytes; at most {MAX_ARGUMENTS:,} can be passed.",
                "Put the data into a file and give its path with --file.",
            )
        return {
            name: _fitting(skill, known[name], value) if name in known else value
            for name, value in values.items()
        }


def signature_of(code: str, function: str) -> Signature:
    """The signature of a function in a module's text; of a class, that of making one.

    Raises:
        UsageError: the module doesn't define it.
    """
    try:
        body = list(top_level(parse(code)))
    except (SyntaxError, ValueError):
        body = []
    for node in reversed(body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function:
            return _read(node, function)
        if isinstance(node, ast.ClassDef) and node.name == function:
            made = [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"]
            return _read(made[-1], function, method=True) if made else Signature(function, ())
        if isinstance(node, ast.ImportFrom) and any((a.asname or a.name) == function for a in node.names):
            return Signature(function, (), open_names=True, open_positions=True)
    raise UsageError(f"The skill's module doesn't define {function}.", "Make it anew with :directive.")


def parse_signature(text: str) -> Signature | None:
    """The signature in a text such as `f(a: int, b='x') -> bool`; None if it isn't one."""
    text = text.strip().removeprefix("def ").rstrip(":").strip()
    try:
        node = parse(f"def {text}: pass").body[0]
    except (SyntaxError, ValueError, IndexError):
        return None
    return _read(node, node.name) if isinstance(node, ast.FunctionDef) else None


def _read(node: ast.FunctionDef | ast.AsyncFunctionDef, function: str, *, method: bool = False) -> Signature:
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    needed = len(positional) - len(arguments.defaults)
    parameters = [
        Parameter(a.arg, _text(a.annotation), number < needed, number >= len(arguments.posonlyargs))
        for number, a in enumerate(positional)
    ]
    parameters = parameters[1:] if method else parameters
    parameters += [
        Parameter(a.arg, _text(a.annotation), default is None)
        for a, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    return Signature(
        function,
        tuple(parameters),
        "" if method else _text(node.returns),
        arguments.kwarg is not None,
        arguments.vararg is not None,
    )


def _text(node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ast.unparse(node) if node is not None else ""


@lru_cache(maxsize=4096)
def _type_of(annotation: str) -> Any:
    try:
        return _build(parse(annotation, mode="eval").body) if annotation else Any
    except (SyntaxError, ValueError, TypeError, IndexError, RecursionError):
        return Any


def _build(node: ast.expr) -> Any:
    """A type from its text, without running anything: known names only, Any for all others."""
    if isinstance(node, ast.Constant):
        return (
            _type_of(node.value) if isinstance(node.value, str) else node.value if node.value is None else Any
        )
    if isinstance(node, ast.Name | ast.Attribute):
        return _PLAIN.get(node.id if isinstance(node, ast.Name) else node.attr, Any)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return Union[_build(node.left), _build(node.right)]  # noqa: UP007
    if isinstance(node, ast.Subscript):
        name = _text(node.value).rpartition(".")[2]
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if name == "Literal":
            return Literal[tuple(ast.literal_eval(item) for item in items)]
        if name == "Optional":
            return Optional[_build(items[0])]  # noqa: UP045
        if name == "Union":
            return Union[tuple(map(_build, items))]  # noqa: UP007
        origin = _PLAIN.get(name, Any)
        if origin in (Any, None, str, int, float, bool):
            return origin
        inner = tuple(
            ... if isinstance(item, ast.Constant) and item.value is ... else _build(item) for item in items
        )
        return origin[inner if len(inner) > 1 else inner[0]]
    return Any


@lru_cache(maxsize=4096)
def _adapter(annotation: str) -> TypeAdapter[Any] | None:
    try:
        return TypeAdapter(_type_of(annotation), config=ConfigDict(arbitrary_types_allowed=False))
    except (PydanticSchemaGenerationError, TypeError, ValueError):
        return None


def _fitting(skill: str, parameter: Parameter, value: Any) -> Any:
    adapter = _adapter(parameter.annotation)
    if adapter is None:
        return value
    text = _encoded(skill, value)
    try:
        adapter.validate_json(text, strict=True)
    except ValidationError as error:
        problem = error
    else:
        return value
    try:
        return json.loads(adapter.dump_json(adapter.validate_json(text)))
    except (ValidationError, ValueError):
        pass
    shown = text.decode()
    raise UsageError(
        f"The argument {parameter.name!r} of {skill} must be {parameter.annotation}, not "
        f"{shown if len(shown) <= 60 else shown[:59] + '…'}: {problem.errors()[0]['msg']}.",
        "Give a value of that type.",
    )


def _encoded(skill: str, value: Any) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError, RecursionError):
        raise UsageError(
            f"The arguments of {skill} hold what JSON can't.",
            "Use texts, numbers, lists, objects, true, false, null.",
        ) from None


def takes(parameter: Parameter, value: Any) -> bool:
    """Whether a value fits a parameter as it is; True where its type isn't known."""
    adapter = _adapter(parameter.annotation)
    if adapter is None:
        return True
    try:
        adapter.validate_json(json.dumps(value), strict=True)
    except (ValidationError, ValueError, TypeError):
        return False
    return True
