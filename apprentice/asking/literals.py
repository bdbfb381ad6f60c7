"""The values that stand in a request: quoted texts, numbers, dates, lists, names of attached files."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from typing import Any, Final, Literal

from apprentice.skills.signature import Parameter, Signature, takes

Kind = Literal["text", "number", "data", "file"]

_QUOTES: Final = {'"': '"', "'": "'", "“": "”", "‘": "’", "„": "“", "«": "»", "`": "`", "「": "」"}
_NUMBER: Final = re.compile(
    r"(?<![\w.,])[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?(?=%|°|$|[^\w.,]|[.,](?!\d)|[a-zA-Z]{1,3}\b)"
)
_DATE: Final = re.compile(
    r"(?<![\w.-])\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?![\w-])"
    r"|(?<![\w:])\d{1,2}:\d{2}(?::\d{2})?(?![\w:])"
)
_MAX_PERMUTED: Final = 4
#: Longer values are set aside when a request is held against templates, which then have this character in their place.
_LONG: Final = 60
_MARK: Final = "\x01"
#: What parameters for paths are called.
_FILE_WORDS: Final = frozenset(
    {"path", "file", "filename", "filepath", "pathname", "pfad", "datei", "dateiname", "dateipfad"}
)
#: Characters looked at for lists that turn out to be none; thousands of brackets never closed would take minutes.
_MAX_VAIN: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """A value, its kind, and where in the request it stands."""

    value: Any
    kind: Kind
    start: int
    end: int


def literals(request: str, files: Iterable[str] = ()) -> list[Found]:
    """The values in a request, in order.

    "What is 15 percent of 300?" holds 15 and 300; "Reverse 'Python'" holds the text Python.
    """
    found: list[Found] = []
    position = 0
    names = sorted(files, key=len, reverse=True)
    vain = 0
    while position < len(request):
        end = _closing(request, position) if request[position] in "[{" and vain < _MAX_VAIN else position
        data = _data(request, position, end) if position < end <= len(request) else None
        vain += 0 if data else end - position
        taken = (
            _file(request, position, names)
            or data
            or _quoted(request, position, names)
            or _date(request, position)
            or _number(request, position)
        )
        if taken is None:
            position += 1
            continue
        found.append(taken)
        position = taken.end
    return found


def template_of(request: str, bound: Sequence[tuple[str, Found]]) -> str:
    """The request with `{parameter}` in place of each value that was bound to it."""
    for name, found in sorted(bound, key=lambda item: item[1].start, reverse=True):
        request = f"{request[: found.start]}{{{name}}}{request[found.end :]}"
    return request


def by_template(
    request: str, signature: Signature, templates: Iterable[str], files: Iterable[str] = ()
) -> dict[str, Found] | None:
    """The values by parameter name, where the request has the form of a template such as `What is {a} percent of {b}?`.

    A value is a literal, or a single word (`Convert {value} {unit} to {target}`); each must fit its parameter.
    """
    named = {parameter.name: parameter for parameter in signature.parameters if parameter.by_name}
    templates = list(templates)
    text, long = _without_long(request.rstrip(), tuple(files)) if templates else ("", ())
    offset = len(text) - len(text.lstrip())
    for template in templates:
        match = _pattern(template).fullmatch(text, offset)
        if match is None:
            continue
        bound = {
            name: _whole(slot, match.start(name), long) or _slot(slot, _moved(match.start(name), long), files)
            for name, slot in match.groupdict().items()
        }
        values = {name: found for name, found in bound.items() if found is not None}
        needed = {parameter.name for parameter in signature.required}
        whole = len(values) == len(bound) and needed <= set(values) <= set(named)
        if whole and all(_fits(named[name], found) for name, found in values.items()):
            return values
    return None


@lru_cache(maxsize=4096)
def _pattern(template: str) -> re.Pattern[str]:
    """A regular expression for a template; case, white space and final punctuation don't matter."""
    pieces = re.split(r"\{([A-Za-z_]\w*)\}", template.strip().rstrip("?!. "))
    seen: set[str] = set()
    parts = []
    for number, piece in enumerate(pieces):
        if number % 2 and piece not in seen:
            seen.add(piece)
            parts.append(rf"(?P<{piece}>{_MARK}|.{{1,{_LONG}}}?)")
        elif not number % 2:
            parts.append(r"\s+".join(map(re.escape, re.split(r"\s+", piece))))
    return re.compile("".join(parts) + r"\s*[?!.]*", re.IGNORECASE | re.DOTALL)


@lru_cache(maxsize=8)
def _without_long(request: str, files: tuple[str, ...]) -> tuple[str, tuple[tuple[int, Found], ...]]:
    """A request with one character in place of each long value; these, with where they stand in what is left.

    So a template's places stay short, and whether it fits is told in time however long the request is.
    """
    if len(request) <= _LONG or _MARK in request:
        return request, ()
    pieces: list[str] = []
    long: list[tuple[int, Found]] = []
    done = length = 0
    for found in literals(request, files):
        if found.end - found.start > _LONG:
            pieces += [request[done : found.start], _MARK]
            length += found.start - done + 1
            long.append((length - 1, found))
            done = found.end
    return "".join([*pieces, request[done:]]), tuple(long)


def _whole(slot: str, start: int, long: Iterable[tuple[int, Found]]) -> Found | None:
    """The long value that a place consists of."""
    return next((found for place, found in long if slot == _MARK and place == start), None)


def _moved(start: int, long: Iterable[tuple[int, Found]]) -> int:
    """Where in the request something stands, from where it stands without the long values."""
    return start + sum(found.end - found.start - 1 for place, found in long if place < start)


def _slot(text: str, start: int, files: Iterable[str]) -> Found | None:
    """What stands in a template's place for a value; None where it is more than one value or word."""
    found = literals(text, files)
    if len(found) == 1 and found[0].start == 0 and found[0].end == len(text):
        return Found(found[0].value, found[0].kind, start, start + len(text))
    if not found and re.fullmatch(r"[^\W\d][\w°/^-]*", text):
        return Found(text, "text", start, start + len(text))
    return None


def by_types(signature: Signature, found: Sequence[Found]) -> dict[str, Found] | None:
    """The values by parameter name, where the types leave only one way to pass them all; None where they don't.

    Two values that could change places are told apart by nothing here, so nothing is bound then.
    """
    parameters = [parameter for parameter in signature.parameters if parameter.by_name]
    needed = [parameter for parameter in parameters if parameter.required]
    if not found or not len(needed) <= len(found) <= min(len(parameters), _MAX_PERMUTED):
        return None
    chosen = parameters[: len(found)] if len(needed) < len(found) else needed
    if any(not parameter.annotation for parameter in chosen) and len(found) > 1:
        return None
    ways = [
        order
        for order in permutations(found)
        if all(_fits(parameter, item) for parameter, item in zip(chosen, order, strict=True))
    ]
    if len(ways) != 1:
        return None
    return {parameter.name: item for parameter, item in zip(chosen, ways[0], strict=True)}


def _fits(parameter: Parameter, found: Found) -> bool:
    if found.kind == "file":
        return _takes_path(parameter)
    return takes(parameter, found.value)


def _takes_path(parameter: Parameter) -> bool:
    """Whether a parameter is for the path of a file, by its type or name; what takes any text is not for a path."""
    if re.search(r"\bPath(?:Like)?\b", parameter.annotation):
        return True
    words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", parameter.name).lower())
    return takes(parameter, "path") and not _FILE_WORDS.isdisjoint(words)


def _file(text: str, start: int, names: Sequence[str]) -> Found | None:
    before = text[start - 1] if start else " "
    if before.isalnum() or before in "._/":
        return None
    for name in names:
        if text.startswith(name, start) and not text[start + len(name) : start + len(name) + 1].isalnum():
            return Found(name, "file", start, start + len(name))
    return None


def _data(text: str, start: int, end: int) -> Found | None:
    """A list or an object, as JSON or as Python writes it."""
    for read in (json.loads, ast.literal_eval):
        try:
            value = read(text[start:end])
            json.dumps(value, allow_nan=False)
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
        if isinstance(value, list | dict):
            return Found(value, "data", start, end)
    return None


def _closing(text: str, start: int) -> int:
    """The end of bracketed text that begins at `start`, where brackets outside of quotes balance; else beyond the text."""
    depth, quote, escaped = 0, "", False
    for position in range(start, len(text)):
        char = text[position]
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "[{(":
            depth += 1
        elif char in "]})":
            depth -= 1
            if depth == 0:
                return position + 1
    return len(text) + 1


def _quoted(text: str, start: int, files: Sequence[str]) -> Found | None:
    closing = _QUOTES.get(text[start])
    if closing is None or (start and text[start - 1].isalnum()):
        return None
    end = text.find(closing, start + 1)
    while end > 0 and closing in "'’" and text[end + 1 : end + 2].isalnum():
        end = text.find(closing, end + 1)  # an apostrophe within the text
    if end < 0:
        return None
    value = text[start + 1 : end]
    return Found(value, "file" if value in files else "text", start, end + 1)


def _date(text: str, start: int) -> Found | None:
    match = _DATE.match(text, start)
    return Found(match[0], "text", match.start(), match.end()) if match else None


def _number(text: str, start: int) -> Found | None:
    match = _NUMBER.match(text, start)
    if match is None:
        return None
    plain = match[0].replace(",", "").replace("−", "-").lstrip("+")
    value: int | float = (
        float(plain) if re.search(r"[.eE]", plain) else int(plain) if len(plain) < 4000 else 0
    )
    return Found(value, "number", match.start(), match.end())
