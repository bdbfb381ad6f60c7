"""Arguments for a skill, as people and programs write them."""

from __future__ import annotations

import ast
import difflib
import json
import re
import shlex
from typing import Any

from apprentice.errors import UsageError

_NAMED = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)


_FILES = re.compile(r"""(?:^|(?<=\s))--file(?:\s+|=)(?P<key>'[^']*'|"[^"]*"|\S+)(?:\s+|$)""")
#: An option as the last word, or with one word behind it.
_OPTION = re.compile(r"(?:^|(?<=\s))(?P<name>--[A-Za-z][\w-]*)(?:(?P<rest>\s+\S+)|=\S*)?\s*$")
_QUOTED = re.compile(r"""(?<!\w)(?P<quote>['"`]).*?(?P=quote)(?!\w)""", re.DOTALL)
_ALLOWED = re.compile(r"""(?:^|(?<=\s))--allow(?:\s+|=)(?P<key>'[^']*'|"[^"]*"|\S+)(?:\s+|$)""")


def take_allowed(text: str) -> tuple[str, list[str]]:
    """A line without its `--allow KEY`, and the keys; one with spaces stands in quotes."""
    keys = [match["key"].strip("'\"") for match in _ALLOWED.finditer(text)]
    return _ALLOWED.sub("", text).strip(), keys


def take_flag(text: str, flag: str) -> tuple[str, bool]:
    """A line without a word such as `--fresh`, and whether it was there."""
    rest = re.sub(rf"(?:^|(?<=\s)){re.escape(flag)}(?=\s|$)\s*", "", text)
    return rest.strip(), rest != text


def take_files(text: str) -> tuple[str, list[str]]:
    """A line without its `--file PATH`, and the paths; one with spaces stands in quotes."""
    paths = [match["key"].strip("'\"") for match in _FILES.finditer(text)]
    return _FILES.sub("", text).strip(), paths


def check_options(request: str) -> None:
    """Refuse a request that ends in what is evidently meant as an option; what stands in quotes is part of it.

    Raises:
        UsageError: the last word looks like an option, or the one before it like `--file` or `--allow`.
    """
    match = _OPTION.search(_QUOTED.sub(lambda quoted: "x" * len(quoted[0]), request))
    if match is None:
        return
    option = match["name"]
    near = difflib.get_close_matches(option, ("--file", "--allow", "--example", "--json", "--steps"), n=1)
    if match["rest"] and not near:
        return
    known = "A request takes --file PATH and --allow KEY at the prompt; put what is part of it in quotes."
    if option in ("--file", "--allow"):
        raise UsageError(f"{option} needs a {'path' if option == '--file' else 'key'} behind it.", known)
    raise UsageError(f"{option} is no option here.", known)


def parse_json(text: str) -> Any:
    """A JSON value: an object gives keyword arguments, a list positional ones, anything else one argument.

    Raises:
        UsageError: it isn't JSON.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"The arguments are not JSON: {error}.",
            """Write e.g. '{"n": 4}' for names, '[4]' for positions, '4' for one.""",
        ) from None


def parse_arguments(text: str) -> Any:
    """Arguments as typed at the prompt: `2 3`, `"a b" n=2`, `{"n": 4}`, `[1, 2]`; words without quotes are strings.

    Raises:
        UsageError: quotes or brackets are not closed, or positions follow names.
    """
    text = text.strip()
    if not text:
        return []
    pieces = _pieces(text)
    if len(pieces) == 1 and not _NAMED.fullmatch(pieces[0]):
        value = _value(pieces[0])
        return value if isinstance(value, dict) else [value]
    named = {match[1]: _value(match[2]) for piece in pieces if (match := _NAMED.fullmatch(piece))}
    positional = [_value(piece) for piece in pieces if not _NAMED.fullmatch(piece)]
    if named and positional:
        raise UsageError(
            "Arguments by name and by position can't be mixed here.", "Give all of them by name."
        )
    return named or positional


def _pieces(text: str) -> list[str]:
    """Split at spaces and commas that stand outside quotes and brackets."""
    pieces: list[str] = []
    depth, quote, current = 0, "", ""
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"" and (depth or not current or current.endswith("=")):
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif (char.isspace() or char == ",") and depth == 0:
            if current:
                pieces.append(current)
            current = ""
            continue
        current += char
    if quote or depth:
        raise UsageError(
            "A quote or bracket in the arguments is not closed.",
            """Write e.g. :run add 2 3 or :run f "a b".""",
        )
    return [*pieces, current] if current else pieces


def _value(text: str) -> Any:
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    try:
        return shlex.split(text)[0] if text[:1] in "'\"" else text
    except (ValueError, IndexError):
        return text
