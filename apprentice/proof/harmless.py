"""Whether variants of code may be run by the hundred: nothing in it has to be allowed, and nothing could come to need it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Final

from apprentice.safety.scan import scan
from apprentice.syntax_trees import parse

#: Modules of the standard library that do nothing but compute.
_COMPUTING: Final = frozenset(
    "math re string itertools functools collections operator datetime calendar statistics textwrap bisect heapq decimal "
    "fractions typing unicodedata json copy dataclasses enum numbers cmath random hashlib base64 binascii html difflib zlib "
    "struct array abc keyword graphlib zoneinfo time __future__".split()
)


def is_harmless(code: str, modules: Mapping[str, str]) -> bool:
    """Whether nothing in the code has to be allowed or could be refused, and no edit could make it so.

    An edit may call another name that was imported; so only what computes may be imported by name.
    """
    try:
        nodes = list(ast.walk(parse(code)))
        for node in nodes:
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if not all(name in modules or name.partition(".")[0] in _COMPUTING for name in names):
                return False
        return not scan(code, library=tuple(modules))
    except (RecursionError, MemoryError, ValueError, SyntaxError):
        return False
