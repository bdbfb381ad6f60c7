"""What values look like: `1999-12-31` is a date in a request and in a skill's example alike."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import Final

from apprentice.retrieval.literals import literals

_TOKENS: Final = tuple(
    (name, re.compile(pattern))
    for name, pattern in {
        "date": r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)|(?<!\d)\d{1,2}[./]\d{1,2}[./]\d{2,4}(?!\d)",
        "time": r"(?<![\d:])\d{1,2}:\d{2}(?![\d:])",
        "clock": r"(?<![\d:])\d{1,2}:\d{2}:\d{2}(?![\d:])",
        "timespan": r"(?<!\w)(?:\d+h)?\d+m\d*s?(?!\w)|(?<!\w)\d+h(?:\d+[ms]+)*(?!\w)",
        "hexcolor": r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?![0-9a-zA-Z])",
        "ipv4": r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])",
        "cidr": r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}",
        "url": r"https?://\S+",
        "query": r"\?[\w.]+=[^\s&]+",
        "email": r"[\w.+-]+@[\w-]+\.\w+",
        "percentcode": r"%[0-9A-F]{2}",
        "filename": r"(?<![\w@/])[\w-]+(?:\.[\w-]+)*\.(?!\d)[A-Za-z]\w{1,4}(?![\w(])",
        "path": r"(?<![\w:/])[~.]{0,2}/[\w.-]+(?:/[\w.-]*)*",
        "snake": r"(?<!\w)[a-z]+(?:_[a-z0-9]+)+(?![\w(])",
        "camel": r"(?<!\w)[a-z]+(?:[A-Z][a-z0-9]+)+(?!\w)",
        "kebab": r"(?<![\w/.-])[a-z0-9]+(?:-[a-z0-9]+){2,}(?![\w./-])",
        "dotted": r"(?<![\w/@.])[a-z]+(?:\.[a-z]+){2,}(?![\w/(])",
        "dna": r"(?<!\w)[ACGT]{4,}(?!\w)",
        "rna": r"(?<!\w)(?=[ACG]*U)[ACGU]{4,}(?!\w)",
        "roman": r"(?<!\w)(?=[MDCLXVI]{3,})M*(?:C[MD]|D?C{0,3})(?:X[CL]|L?X{0,3})(?:I[XV]|V?I{0,3})(?!\w)",
        "upper": r"(?<!\w)[A-Z]{5,}(?!\w)",
        "base64": r"(?<!\w)(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])[A-Za-z0-9+/]{4,}={1,2}(?!\w)",
        "digest": r"(?<!\w)[0-9a-f]{32,}(?!\w)",
        "formula": r"(?<!\w)(?:[A-Z][a-z]?\d*){1,}(?:(?<=\d)|(?<=[A-Z][A-Z]))(?!\w)(?<=\d)",
        "runs": r"(?<!\w)(?:[A-Z]\d+){2,}(?!\w)|(?<!\w)(?:\d+[A-Z]){2,}(?!\w)|(?:(\w)\1{2,})",
        "morse": r"(?<!\S)[.-]{1,5}(?: +[.-]{1,5})+(?!\S)",
        "bits": r"(?<!\w)(?:0b)?[01]{4,}(?!\w)",
        "thousands": r"(?<![\d.])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)",
        "arithmetic": r"\d\)?\s*[+*/^]\s*\(?\d|\(\s*\d+(?:\.\d+)?\s*[-+*/]\s*\d|\d\s[-]\s\d",
        "equation": r"[a-z]\s*[-+=]\s*\d*[a-z]?\s*=?\s*-?\d",
        "clocked": r"(?<![\d:])\d{1,2}(?::\d{2})?\s*[-–]\s*\d{1,2}(?::\d{2})?(?!\d)",
        "matrix": r"\[\s*\[[^\[\]]*\]\s*,\s*\[",
        "pairs": r"(?:[\[(]\s*-?\d+(?:\.\d+)?\s*,\s*-?\d+(?:\.\d+)?\s*[\])],?\s*){2,}",
        "point": r"\(\s*-?\d+(?:\.\d+)?\s*,\s*-?\d+(?:\.\d+)?\s*\)",
        "triple": r"\(\s*\d+\s*,\s*\d+\s*,\s*\d+\s*\)",
        "box": r"\(\s*-?\d+\s*(?:,\s*-?\d+\s*){3}\)",
        "object": r"\{\s*[\"'][^{}]+?[\"']\s*:",
        "deepobject": r"\{[^{}]*:\s*\{",
        "note": r"(?<!\w)[A-G][#b]?[0-8](?!\w)",
        "key": r"(?<!\w)[A-G][#b]? (?:major|minor|m)(?!\w)",
        "arc": r"\d\s*°\s*\d+\s*['′]",
        "degrees": r"\d\s*(?:°|deg)",
        "marks": r"^#{1,6} |\*\*\w",
        "tags": r"</?[a-z]+[^>]*>",
        "logline": r"(?<!\w)(?:ERROR|WARN(?:ING)?|INFO|DEBUG)(?!\w)",
        "lines": r"\\n|\n",
        "years": r"(?<![\d.,:/-])(?:1[5-9]|20|21)\d\d(?![\d.,:/-])",
        "epoch": r"(?<![\d.,])1\d{9}(?![\d.,])",
        "share": r"\d\s*%|percent|Prozent",
        "money": r"[$€£]\s*\d|\d\s*(?:[$€£]|[Ee]uros?\b|dollars?\b)",
        "decimal": r"(?<![\d.,])\d+\.\d+(?![\d.])",
    }.items()
)
_NUMBERS: Final = re.compile(r"-?\d+(?:\.\d+)?(?:\s*,\s*(?:and\s+)?-?\d+(?:\.\d+)?){2,}")
_MAX_TEXT: Final = 4_000


def request_shapes(text: str) -> set[str]:
    """Names of what the values in a request look like."""
    text = text[:_MAX_TEXT]
    found = _tokens(text)
    if _NUMBERS.search(text):
        found.add("v_numbers")
    quoted = [value for value in literals(text) if value.kind == "text"]
    if quoted:
        found.add(f"v_quoted{min(2, len(quoted))}")
    return found


def example_shapes(examples: Iterable[str], signature: str) -> set[str]:
    """Names of what the values in a skill's examples, or the types of its signature, look like."""
    found: set[str] = set()
    for example in examples:
        found |= _tokens(example[:_MAX_TEXT])
        try:
            tree = ast.parse(example[:_MAX_TEXT].strip().removeprefix(">>> ").removeprefix("assert "))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.List | ast.Tuple)
                and len(node.elts) > 2
                and all(map(_is_number, node.elts))
            ):
                found.add("v_numbers")
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= _tokens(node.value)
            elif isinstance(node, ast.Call):
                texts = [a for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                if texts:
                    found.add(f"v_quoted{min(2, len(texts))}")
    if re.search(r"list\[(?:int|float)", signature):
        found.add("v_numbers")
    return found


def _tokens(text: str) -> set[str]:
    return {f"v_{name}" for name, pattern in _TOKENS if pattern.search(text)}


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)
