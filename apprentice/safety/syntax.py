"""Parsing code that nobody has read: without its warnings, and only as Python itself would read the file."""

from __future__ import annotations

import ast
import contextlib
import re
import threading
import warnings
from collections.abc import Iterator

from apprentice.safety.findings import Finding
from apprentice.syntax_trees import parse as parse_python

#: Longest code that is reviewed, in characters.
MAX_CODE = 1_000_000

_COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_PLAIN = frozenset({"utf8", "utf8sig", "ascii", "usascii"})
_lock = threading.Lock()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No warnings from inside. One thread at a time, as the list of filters is one for all."""
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def parse_module(text: str) -> ast.Module:
    """The syntax tree of a module.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: as `ast.parse` does.
    """
    with quiet():
        return parse_python(text)


def parse(code: str) -> ast.Module | Finding:
    """The syntax tree of `code`, or the finding that says why there is none."""
    if len(code) > MAX_CODE:
        return Finding("never", "too-long", f"the code is longer than {MAX_CODE} characters", 1)
    for number, line in enumerate(re.split(r"\r\n|\r|\n", code)[:2], start=1):
        found = _COOKIE.match(line)
        if found and re.sub(r"[-_]", "", found[1].lower()) not in _PLAIN:
            # Another encoding would make other code out of the same bytes.
            return Finding(
                "never", "encoding", f"the code declares the encoding {found[1]}; use UTF-8", number
            )
    try:
        return parse_module(code)
    except SyntaxError as error:
        return Finding("never", "syntax", f"the code can't be parsed: {error.msg}", error.lineno or 1)
    except ValueError as error:
        return Finding("never", "syntax", f"the code can't be parsed: {error}", 1)
    except (RecursionError, MemoryError):
        return Finding("never", "too-complex", "the code is nested too deeply to be reviewed", 1)
