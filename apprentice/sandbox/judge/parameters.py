"""`@pytest.mark.parametrize` with values that can be told from the source: the cases, named as pytest names them."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from apprentice.sandbox.judge.names import ClassName, Function, loaded_in
from apprentice.sandbox.judge.pure import CannotTell
from apprentice.sandbox.judge.reading import Reader
from apprentice.sandbox.judge.tables import Known, literal, rows_of
from apprentice.sandbox.judge.walking import walk

PARAMETRIZE: Final = "pytest.mark.parametrize"
_LONGEST_TEXT: Final = 100
_CONTROLS: Final = {
    **{chr(code): f"\\x{code:02x}" for code in (*range(32), 127)},
    "\t": "\\t",
    "\n": "\\n",
    "\r": "\\r",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One set of values for a test function, and its name within the brackets."""

    id: str
    values: Mapping[str, ast.expr]


def cases_of(
    decorators: Sequence[ast.Call], function: Function, reader: Reader, most: int
) -> list[Case] | None:
    """All cases of a function, in pytest's order; None where pytest must find them out.

    Args:
        decorators: the `parametrize` calls, the nearest to the function first.
        most: the number of cases beyond which they aren't unfolded.
    """
    arguments = function.args
    plain = [argument.arg for argument in [*arguments.args, *arguments.kwonlyargs]]
    defaults = {argument.arg for argument in arguments.args[len(arguments.args) - len(arguments.defaults) :]}
    cases = [Case("", {})]
    try:
        for decorator in decorators:
            more = list(_cases(decorator, reader, most))
            if not more or len(cases) * len(more) > most:
                return None
            cases = [
                Case(f"{first.id}-{second.id}" if first.id else second.id, {**first.values, **second.values})
                for first in cases
                for second in more
            ]
    except (CannotTell, ValueError):
        return None
    given = set(cases[0].values)
    if len(given) != sum(len(_names(decorator, reader)) for decorator in decorators):
        return None
    if not given <= set(plain) - defaults:
        return None
    open_names = {name for case in cases for value in case.values.values() for name in loaded_in(value)}
    return None if open_names & _bound_names(function) else cases


def _bound_names(function: Function) -> set[str]:
    """All names that the function binds anywhere inside."""
    inside = [inner for part in (function.args, *function.body) for inner in walk(part)]
    found = {inner.arg for inner in inside if isinstance(inner, ast.arg)}
    return found | {
        inner.id for inner in inside if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load)
    }


def with_values(function: Function, case: Case, name: str) -> Function:
    """The function for one case: its values are assigned at its beginning instead of given."""
    result = copy.copy(function)
    result.name = name
    result.args = copy.copy(function.args)
    result.args.args = [argument for argument in function.args.args if argument.arg not in case.values]
    keyword_only = [
        (argument, default)
        for argument, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        if argument.arg not in case.values
    ]
    result.args.kwonlyargs = [argument for argument, _ in keyword_only]
    result.args.kw_defaults = [default for _, default in keyword_only]
    given = [ast.Assign([ast.Name(key, ast.Store())], value) for key, value in case.values.items()]
    result.body = [*given, *function.body]
    return result


def _names(decorator: ast.Call, reader: Reader) -> list[str]:
    names = reader.value(_argument(decorator, 0, "argnames"))
    if isinstance(names, str):
        return [name.strip() for name in names.split(",") if name.strip()]
    if isinstance(names, list | tuple) and all(isinstance(name, str) for name in names):
        return list(names)
    raise CannotTell("names that pytest must read")


def _argument(decorator: ast.Call, index: int, name: str) -> ast.expr:
    for keyword in decorator.keywords:
        if keyword.arg == name:
            return keyword.value
    if len(decorator.args) <= index:
        raise CannotTell("a parameter is missing")
    return decorator.args[index]


def _cases(decorator: ast.Call, reader: Reader, most: int) -> Iterator[Case]:
    """The cases of one `parametrize`."""
    keywords = {keyword.arg for keyword in decorator.keywords}
    if not keywords <= {"argnames", "argvalues", "ids"} or len(decorator.args) > 2:
        raise CannotTell("indirect parameters, or a scope")
    names = _names(decorator, reader)
    single = len(names) == 1 and isinstance(reader.value(_argument(decorator, 0, "argnames")), str)
    rows = rows_of(_argument(decorator, 1, "argvalues"), reader)
    if len(rows) > most:
        raise CannotTell("too many cases")
    given = _given_ids(decorator, len(rows), reader)
    ids, values = [], []
    for index, row in enumerate(rows):
        own, parts = _row(row, names, single, reader)
        values.append(parts)
        if own is None and given is not None:
            own = given(index, parts)
        if own is None:
            own = "-".join(_id(part, name, index) for name, part in zip(names, parts, strict=True))
        ids.append(own)
    for unique, parts in zip(_unique(ids), values, strict=True):
        nodes = [part.node if isinstance(part, Known) else part for part in parts]
        yield Case(unique, dict(zip(names, nodes, strict=True)))


_Part = Known | ast.expr


def _row(row: _Part, names: Sequence[str], single: bool, reader: Reader) -> tuple[str | None, list[_Part]]:
    """The values of one case, and its id where `pytest.param` gives one."""
    own: str | None = None
    node = row.node if isinstance(row, Known) else row
    if isinstance(node, ast.Call) and reader.names.resolve(node.func) == "pytest.param":
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        if not keywords.keys() <= {"id"} or any(isinstance(part, ast.Starred) for part in node.args):
            raise CannotTell("marks of a case")
        if "id" in keywords:
            own = reader.value(keywords["id"])
            own = None if own is None else _escaped(own)
        parts = [_part(part, reader) for part in node.args]
    elif single:
        return None, [row]
    elif isinstance(node, ast.Tuple | ast.List):
        parts = [_part(part, reader) for part in node.elts]
    elif isinstance(row, Known) and isinstance(row.value, list | tuple | str):
        parts = [Known(item, literal(item)) for item in row.value]
    else:
        raise CannotTell("a case that only the run knows")
    if len(parts) != len(names):
        raise CannotTell("a case of another length")
    return own, parts


def _part(node: ast.expr, reader: Reader) -> _Part:
    return rows_of(ast.List([node], ast.Load()), reader)[0]


def _given_ids(decorator: ast.Call, count: int, reader: Reader) -> Any:
    """What `ids=` gives for a case; None where there is no such argument."""
    node = next((keyword.value for keyword in decorator.keywords if keyword.arg == "ids"), None)
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return None
    function = reader.names.resolve(node)
    if function in ("builtins.str", "builtins.repr"):
        make = str if function == "builtins.str" else repr

        def made(_: int, parts: Sequence[_Part]) -> str:
            if not all(isinstance(part, Known) and _is_simple(part.value) for part in parts):
                raise CannotTell("ids that only the run knows")
            return "-".join(_escaped(make(part.value)) for part in parts if isinstance(part, Known))

        return made
    ids = reader.value(node)
    if not isinstance(ids, list | tuple) or len(ids) != count:
        raise CannotTell("ids that pytest must find out")

    def listed(index: int, _: Sequence[_Part]) -> str | None:
        own = ids[index]
        if own is not None and not _is_simple(own):
            raise CannotTell("an id that pytest refuses")
        return None if own is None else _id(Known(own, ast.Constant(own)), "", index)

    return listed


def _is_simple(value: Any) -> bool:
    return value is None or isinstance(value, str | bytes | bool | int | float | complex)


def _id(part: _Part, name: str, index: int) -> str:
    value = part.value if isinstance(part, Known) else None
    if isinstance(part, Known):
        if isinstance(value, str | bytes):
            return f"{name}{index}" if len(value) > _LONGEST_TEXT else _escaped(value)
        if value is None or isinstance(value, bool | int | float | complex):
            return str(value)
        if isinstance(value, type):
            return value.__name__
        if isinstance(value, ClassName):
            return value.text.rpartition(".")[2]
        return f"{name}{index}"
    match part:
        case ast.Lambda():
            return "<lambda>"
        case ast.Name(id=own) | ast.Attribute(attr=own) if not own.isupper():
            return own
    return f"{name}{index}"


def _escaped(value: str | bytes) -> str:
    if isinstance(value, bytes):
        text = value.decode("ascii", "backslashreplace")
    else:
        text = value.encode("unicode_escape").decode("ascii")
    return "".join(_CONTROLS.get(char, char) if char < " " or char == "\x7f" else char for char in text)


def _unique(ids: list[str]) -> list[str]:
    """Each id once, as pytest numbers those that occur more often."""
    counts, suffixes, result = Counter(ids), Counter[str](), list(ids)
    for index, one in enumerate(ids):
        if counts[one] > 1:
            separator = "_" if one and one[-1].isdigit() else ""
            while (new := f"{one}{separator}{suffixes[one]}") in result:
                suffixes[one] += 1
            result[index] = new
            suffixes[one] += 1
    return result
