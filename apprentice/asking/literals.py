"""The values that stand in a request: quoted texts, numbers, dates, lists, names of attached files."""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations
from typing import Any, Final, Literal

from apprentice.skills.signature import Parameter, Signature, takes

Kind = Literal["text", "number", "data", "file", "result"]

_QUOTES: Final = {'"': '"', "'": "'", "“": "”", "‘": "’", "„": "“", "«": "»", "`": "`", "「": "」"}
_NUMBER: Final = re.compile(
    r"(?<![\w.,])[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?(?=%|°|$|[^\w.,]|[.,](?!\d)|[a-zA-Z]{1,3}\b|[²³¹⁰⁴-⁹½¼¾π√])"
)
#: What makes another value of the number that it stands beside.
_BEFORE: Final = re.compile(r"(?:[√∛∜^*/×·÷|~<>#±¬+−–-]|\w\()$")
_AFTER: Final = re.compile(
    r"[!%‰°^*/×·÷|=<>²³¹⁰⁴-⁹½¼¾π√+−–-]|[kKMGTB]\b"
    r"|\s*(?:hundred|thousand|[mb]illion|trillion|dozen|hundert|tausend|Million(?:en)?|Milliarden?|Mio|Mrd|Dutzend)\b"
)
#: Longer numbers can't be told from text to a skill and back.
MAX_DIGITS: Final = 4000
_DATE: Final = re.compile(
    r"(?<![\w.-])\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?![\w-])"
    r"|(?<![\w:])\d{1,2}:\d{2}(?::\d{2})?(?![\w:])"
)
_MAX_PERMUTED: Final = 4
#: A single word that is a value, and the longest one.
_WORD: Final = re.compile(r"[^\W\d][\w°/^-]*")
_LONG: Final = 60
#: Words that stand for something else.
_PRONOUNS: Final = frozenset(
    "it its this that these those them they him her he she everything something anything all both here there "
    "das dies dieses diese diesen diesem dieser es ihn ihm ihr sie alles hier dort".split()
)
#: What parameters for paths are called.
_FILE_WORDS: Final = frozenset(
    {"path", "file", "files", "filename", "filepath", "pathname", "pfad", "datei", "dateiname", "dateipfad"}
)
#: Characters looked at for lists that turn out to be none; thousands of brackets never closed would take minutes.
_MAX_VAIN: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """A value, its kind, and where in the request it stands.

    Attributes:
        touched: an operator or a multiplier stands beside the number, so that the number alone isn't what is meant: 7!, √49, 2k.
    """

    value: Any
    kind: Kind
    start: int
    end: int
    touched: bool = False


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
    request: str,
    signature: Signature,
    templates: Iterable[str],
    files: Iterable[str] = (),
    results: Iterable[Found] = (),
) -> dict[str, Found] | None:
    """The values by parameter name, where the request has the form of a template such as `What is {a} percent of {b}?`.

    A value is a literal, or a single word (`Convert {value} {unit} to {target}`); each must fit its parameter.

    Args:
        results: where the request speaks of the result of a step before; that fits every parameter.
    """
    named = {parameter.name: parameter for parameter in signature.parameters if parameter.by_name}
    needed = {parameter.name for parameter in signature.required}
    text, names = request.rstrip(), tuple(files)
    templates = list(templates)
    values = {item.start: item for item in (*(_values(text, names) if templates else ()), *results)}
    for template in templates:
        bound = _bound(template, text, values)
        if bound is None or not needed <= set(bound) <= set(named):
            continue
        if any(_stands_for_another(text, found, names, alone=len(bound) == 1) for found in bound.values()):
            continue
        if all(_fits(named[name], found) for name, found in bound.items()):
            return bound
    return None


@lru_cache(maxsize=8)
def _values(request: str, files: tuple[str, ...]) -> tuple[Found, ...]:
    return tuple(literals(request, files))


@lru_cache(maxsize=4096)
def _pieces(template: str) -> tuple[tuple[str, ...], tuple[re.Pattern[str], ...]]:
    """The names in a template, and what stands around them; case, white space and final punctuation don't matter.

    An exclamation mark behind a value is a factorial's.
    """
    parts = re.split(r"\{([A-Za-z_]\w*)\}", re.sub(r"(?:[?.\s]|(?<!\})!)+$", "", template.strip()))
    around = [r"\s+".join(map(re.escape, re.split(r"\s+", piece))) for piece in parts[::2]]
    around[-1] += r"\s*[?!.]*\Z"
    return tuple(parts[1::2]), tuple(re.compile(piece, re.IGNORECASE) for piece in around)


def _bound(template: str, text: str, values: Mapping[int, Found]) -> dict[str, Found] | None:
    """What stands in a template's places, each bound once, from left to right: the time taken is the text's length."""
    names, (first, *others) = _pieces(template)
    before = first.match(text, len(text) - len(text.lstrip()))
    bound: dict[str, Found] = {}
    for name, behind in zip(names, others, strict=True):
        if before is None:
            return None
        for value in _candidates(text, before.end(), values):
            exclaimed = value.kind == "number" and text[value.end : value.end + 1] == "!"
            if exclaimed and not behind.pattern.startswith("!"):
                return None
            after = behind.match(text, value.end)
            if after is not None and bound.setdefault(name, value).value == value.value:
                before = after
                break
        else:
            return None
    return bound if before is not None else None


def _candidates(text: str, start: int, values: Mapping[int, Found]) -> Iterator[Found]:
    """What a place that begins here can hold: the literal, or else as much of a single word as is needed."""
    if start in values:
        # What stands beside it stands in the template, too.
        yield replace(values[start], touched=False)
        return
    word = _WORD.match(text, start, start + _LONG)
    for end in range(start + 1, word.end() + 1 if word else 0):
        if end - 1 > start and end - 1 in values:
            return
        yield Found(text[start:end], "text", start, end)


def _stands_for_another(text: str, found: Found, files: Sequence[str], *, alone: bool) -> bool:
    """Whether a single word is none of its own: "it", or what an attached file is called.

    Beside other values and without files, `it` and `es` may as well be languages.
    """
    if found.kind != "text" or text[found.start : found.end] != found.value:
        return False
    word = found.value.casefold()
    if word in _PRONOUNS:
        return alone or bool(files)
    called = {part for name in files for part in re.split(r"[\W_]+", name.casefold())}
    return bool(files) and (word in _FILE_WORDS or word in called)


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
    ways = ways_to_pass(chosen, found)
    return ways[0] if len(ways) == 1 else None


def ways_to_pass(parameters: Sequence[Parameter], found: Sequence[Found]) -> list[dict[str, Found]]:
    """All ways to pass these values to as many parameters, one each; none where there are too many to try."""
    if len(found) > _MAX_PERMUTED:
        return []
    return [
        {parameter.name: item for parameter, item in zip(parameters, order, strict=True)}
        for order in permutations(found)
        if all(_fits(parameter, item) for parameter, item in zip(parameters, order, strict=True))
    ]


def _fits(parameter: Parameter, found: Found) -> bool:
    if found.touched or too_large([found]):
        return False
    if found.kind == "file":
        return _takes_path(parameter)
    if found.kind == "result":
        return True
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
    value: int | float | str = plain
    if re.search(r"[.eE]", plain):
        value = float(plain) if math.isfinite(float(plain)) else plain
    elif len(plain) <= MAX_DIGITS:
        value = int(plain)
    touched = _BEFORE.search(text, max(0, start - 2), start) or _AFTER.match(text, match.end())
    return Found(value, "number", match.start(), match.end(), touched is not None)


def too_large(found: Iterable[Found]) -> Found | None:
    """The first number that is too large to be passed as one; its value is its digits then."""
    return next((item for item in found if item.kind == "number" and isinstance(item.value, str)), None)
