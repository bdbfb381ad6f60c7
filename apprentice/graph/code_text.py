"""From a model's reply to a module: find the code, mend what a program can mend, check that it defines what it must."""

from __future__ import annotations

import ast
import builtins
import re
import sys
import textwrap
from collections.abc import Collection, Iterator, Sequence

from apprentice.syntax_trees import lines_of, parse, parses, top_level

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_FENCE = re.compile(
    r"^[ \t]*(?:```|~~~)[ \t]*([\w+-]*)[^\n]*\n(.*?)(?:^[ \t]*(?:```|~~~)|\Z)", re.DOTALL | re.MULTILINE
)
_START = re.compile(r"^(?:def |class |import |from |async def |@)", re.MULTILINE)

#: names that models use without importing them -> the statement that brings them
_IMPORTS = {
    **{
        name: f"from typing import {name}"
        for name in (
            "Any Callable Dict Generator Generic Iterable Iterator List Literal Mapping NamedTuple Optional "
            "Protocol Sequence Set Tuple TypeVar Union"
        ).split()
    },
    **{
        name: f"from collections import {name}"
        for name in "Counter OrderedDict defaultdict deque namedtuple ChainMap".split()
    },
    **{
        name: f"from functools import {name}"
        for name in "lru_cache reduce wraps partial cache cmp_to_key".split()
    },
    **{
        name: f"from itertools import {name}"
        for name in "chain combinations permutations product groupby accumulate".split()
    },
    **{name: f"from datetime import {name}" for name in "timedelta timezone".split()},
    **{name: f"from dataclasses import {name}" for name in "dataclass field".split()},
    **{name: f"from math import {name}" for name in "sqrt gcd factorial ceil floor".split()},
    "Path": "from pathlib import Path",
    "Decimal": "from decimal import Decimal",
    "Fraction": "from fractions import Fraction",
    "StringIO": "from io import StringIO",
    "ABC": "from abc import ABC",
    "Enum": "from enum import Enum",
}
_MODULES = frozenset(
    "math re json random string itertools functools collections operator datetime time calendar statistics textwrap "
    "bisect heapq hashlib base64 binascii html csv io copy decimal fractions typing unicodedata urllib uuid zlib "
    "struct types enum dataclasses secrets contextlib difflib string array cmath numbers os sys".split()
)


def find_code(reply: str, required: Sequence[str] = ()) -> str:
    """The Python code in a reply: the fenced blocks if there are any, else what of the text parses.

    Where several blocks parse, those that define the required names are taken, together if one alone does not
    define them all. Returns an empty string if nothing parses.
    """
    blocks = [block for block in (_parsing_part(text) for _, text in _FENCE.findall(reply)) if block.strip()]
    whole = [block for block in blocks if set(required) <= set(defined_names(block))]
    if whole:
        return max(whole, key=len) if required else max(whole, key=_definitions)
    if len(blocks) > 1:
        together = "\n\n".join(blocks)
        if set(required) <= set(defined_names(together)):
            return together
    if blocks:
        return max(blocks, key=lambda block: (_definitions(block), len(block)))
    start = _START.search(reply)
    part = _parsing_part(reply[start.start() :]) if start else ""
    return part if _definitions(part) else ""


def _parsing_part(text: str) -> str:
    """The text as code; where it doesn't parse, its longest beginning that does, cut at a line."""
    text = textwrap.dedent(text.replace("\r\n", "\n").replace("\t", "    ")).strip("\n")
    if ">>> " in text and not parses(text):
        text = "\n".join(line[4:] for line in text.splitlines() if line.startswith((">>> ", "... ")))
    if parses(text):
        return text
    lines = lines_of(text)
    for end in range(len(lines) - 1, max(0, len(lines) - 400), -1):
        part = "\n".join(lines[:end])
        if lines[end] and not lines[end][0].isspace() and parses(part):
            return part
    return ""


def defined_names(code: str) -> list[str]:
    """Names that a module defines at its top level, in its blocks too: functions, classes, constants, imports under a name."""
    names: list[str] = []
    for node in top_level(parse(code)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names.extend(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.append(node.target.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names.extend(alias.asname or alias.name.split(".")[0] for alias in node.names)
    return list(dict.fromkeys(names))


def _definitions(code: str) -> int:
    if not parses(code):
        return 0
    return sum(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for node in top_level(parse(code))
    )


def mend(code: str, required: Sequence[str] = ()) -> str:
    """Repair what needs no model: a wrong function name, missing imports, demonstration code at module level.

    The code must parse. What is right stays as it is, to the letter.
    """
    code = _without_demonstration(code)
    code = _renamed(code, required)
    missing = list(_missing_imports(code))
    if missing:
        code = _with_imports(code, missing)
    return code.strip("\n") + "\n"


def _without_demonstration(code: str) -> str:
    """Drop top-level prints, asserts, bare calls and `if __name__` blocks: a module is imported, not shown."""
    tree = parse(code)
    drop = [node for node in tree.body if _is_demonstration(node)]
    if not drop:
        return code
    lines = lines_of(code)
    for node in reversed(drop):
        del lines[node.lineno - 1 : node.end_lineno]
    shorter = "\n".join(lines)
    return shorter if parses(shorter) and shorter.strip() else code


def _is_demonstration(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assert):
        return True
    if isinstance(node, ast.If):
        return "__name__" in ast.unparse(node.test)
    calls = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    return calls and isinstance(node.value.func, ast.Name)  # type: ignore[attr-defined]


def _renamed(code: str, required: Sequence[str]) -> str:
    """Give the only public function the required name, if that is what is missing."""
    missing = [name for name in required if name not in defined_names(code)]
    tree = parse(code)
    functions = {
        node.name: node
        for node in top_level(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    }
    spare = [node for node in functions.values() if node.name not in required]
    if len(missing) != 1 or not spare:
        return code
    source = max(spare, key=lambda node: node.lineno) if len(spare) > 1 else spare[0]
    if len(spare) > 1 and not _calls_others(source, spare):
        return code
    return re.sub(rf"(?<![\w.'\"]){re.escape(source.name)}(?=\s*\()", missing[0], code)


def _calls_others(function: _Function, others: Sequence[_Function]) -> bool:
    names = {other.name for other in others if other is not function}
    return any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(function))


def _missing_imports(code: str) -> Iterator[str]:
    tree = parse(code)
    attributes = {
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    for name in _unbound(tree, defined_names(code)):
        if name in _IMPORTS:
            yield _IMPORTS[name]
        elif name in _MODULES and name in attributes and name in sys.stdlib_module_names:
            yield f"import {name}"
        elif name == "datetime":
            yield "from datetime import datetime"


def unknown_names(code: str) -> set[str]:
    """Names that a module reads, and that neither it nor the imports that `mend` adds bring."""
    return set(_unbound(parse(code), defined_names(code))) - _IMPORTS.keys() - _MODULES - {"datetime"}


def _unbound(tree: ast.Module, defined: Collection[str]) -> list[str]:
    """Names that are read, and bound nowhere in the module, in the order in which they stand there."""
    bound = {*defined, *dir(builtins)}
    used: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                used.setdefault(node.id)
            else:
                bound.add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    return [name for name in used if name not in bound]


def _with_imports(code: str, statements: Sequence[str]) -> str:
    """Put the imports after the module's docstring and `__future__` imports."""
    after = 0
    for node in parse(code).body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not (docstring or future):
            break
        after = node.end_lineno or after
    lines = lines_of(code)
    return "\n".join(
        [*lines[:after], *dict.fromkeys(statements), *([""] if after == 0 else []), *lines[after:]]
    )


def with_given(code: str, given: str, needed: Collection[str] = ()) -> str:
    """The module with those imports and helper functions of the user's that it reads, or that are needed, and doesn't define."""
    if not given:
        return code
    own = set(defined_names(code))
    reads = _reads(code) | set(needed)
    lines = lines_of(given)
    chosen: list[ast.stmt] = []
    for node in reversed(parse(given).body):
        names = defined_names(ast.unparse(node))
        if not own.isdisjoint(names) or ("*" not in names and reads.isdisjoint(names)):
            continue
        chosen.insert(0, node)
        reads |= _reads(ast.unparse(node))
    if not chosen:
        return code
    # From the first line of the decorators on.
    texts = ["\n".join(lines[min([node.lineno, *_decorated(node)]) - 1 : node.end_lineno]) for node in chosen]
    return _with_imports(code, ["\n\n".join(texts), ""])


def _decorated(node: ast.stmt) -> list[int]:
    return [decorator.lineno for decorator in getattr(node, "decorator_list", [])]


def _reads(code: str) -> set[str]:
    return {
        node.id
        for node in ast.walk(parse(code))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def signature_in(code: str, function: str) -> str:
    """The signature of a module's function as it is written there; empty if there is no such function."""
    for node in top_level(parse(code)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function:
            result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
            return f"{function}({ast.unparse(node.args)}){result}"
    return ""


def ignores_its_arguments(code: str, function: str) -> bool:
    """Whether the function takes arguments and reads none of them: then it can only return a constant."""
    for node in top_level(parse(code)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function:
            arguments = {
                argument.arg
                for argument in (
                    *node.args.posonlyargs,
                    *node.args.args,
                    *node.args.kwonlyargs,
                    *([node.args.vararg] if node.args.vararg else []),
                    *([node.args.kwarg] if node.args.kwarg else []),
                )
            }
            read = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
            reads_all = any(isinstance(n, ast.Name) and n.id in ("locals", "vars") for n in ast.walk(node))
            return bool(arguments) and not (arguments & read) and not reads_all
    return False
