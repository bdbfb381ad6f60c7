"""The list of regular expressions that code must not match, and what of the code they see.

A pattern of the default list means builtins and modules: it sees the code without comments, without the contents of
strings, and without the names that the code gave to things of its own. Every other pattern is the user's, and may
mean a text: it sees strings too, but no comments and no docstrings. Expressions inside f-strings are seen by all.

Patterns are matched against the whole text with `re.MULTILINE`. Code is at most `syntax.MAX_CODE` characters long,
which bounds what a slow pattern can cost; a pattern with exponential backtracking is still its author's to avoid.
"""

from __future__ import annotations

import ast
import bisect
import io
import re
import tokenize
from collections.abc import Iterator, Sequence

from apprentice.errors import UsageError
from apprentice.safety.findings import Finding
from apprentice.safety.scan import own_names
from apprentice.safety.syntax import MAX_CODE, parse_module, quiet

DEFAULT_DANGEROUS_PATTERNS: tuple[str, ...] = (
    r"(?<![\w.])(?<!def\s)(?<!class\s)(?:eval|exec|compile)\s*\(",
    r"(?<![\w.])(?<!def\s)__import__\b",
    r"\b(?:os|posix)\s*\.\s*(?:system|exec[lv]p?e?|fork(?:pty)?|kill(?:pg)?|abort|_exit|chroot|startfile)\b",
    r"\bos\s*\.\s*set(?:e|re|res)?[ug]id\b",
    r"^\s*(?:import|from)\s+(?:ctypes|cffi|marshal|dill|shelve|pty|runpy|codeop?)\b",
    r"\b(?:c?[pP]ickle|_pickle|marshal|dill|cloudpickle|joblib)\s*\.\s*(?:loads?|Unpickler)\b",
    r"(?<![\w])__(?:globals|builtins)__\b",
    r"\bsys\s*\.\s*(?:_getframe|settrace|setprofile)\b",
    r"\bgc\s*\.\s*get_(?:objects|referrers|referents)\b",
)

_DEFAULT = frozenset(DEFAULT_DANGEROUS_PATTERNS)


def check_patterns(code: str, patterns: Sequence[str]) -> list[Finding]:
    """One finding, of tier `never`, for each line of `code` that a pattern matches.

    Raises:
        UsageError: a pattern isn't a regular expression; names it and the position of the fault.
    """
    compiled = [(pattern, _compile(pattern)) for pattern in patterns]
    if len(code) > MAX_CODE:
        return [Finding("never", "too-long", f"the code is longer than {MAX_CODE} characters", 1)]
    views: dict[bool, str] = {}
    own: str | None = None
    findings: dict[tuple[str, int], Finding] = {}
    for pattern, regex in compiled:
        default = pattern in _DEFAULT
        if default not in views:
            views[default] = blank(code, strings=default)
        text = views[default]
        if default and regex.search(text):
            if own is None:
                own = blank(code, strings=True, own=True)
            text = own
        for match in regex.finditer(text):
            # A match of leading white space alone would name the line before.
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            line = text.count("\n", 0, start) + 1
            shown = " ".join(match.group().split())[:60]
            message = f"`{shown}` matches the dangerous pattern {pattern}"
            findings.setdefault((pattern, line), Finding("never", "pattern", message, line))
            if len(findings) >= 100:
                break
    return sorted(findings.values(), key=lambda finding: finding.line)


def _compile(pattern: str) -> re.Pattern[str]:
    try:
        with quiet():
            return re.compile(pattern, re.MULTILINE)
    except (re.error, RecursionError, OverflowError) as error:
        position = getattr(error, "pos", None)
        where = f" at position {position}" if position is not None else ""
        reason = getattr(error, "msg", str(error))
        raise UsageError(
            f"The pattern {pattern!r} in DANGEROUS_PATTERNS is no regular expression: {reason}{where}.",
            "Correct it, or remove it from the list.",
        ) from None
    except TypeError:
        raise UsageError(
            f"{pattern!r} in DANGEROUS_PATTERNS is no text.", "The list holds regular expressions as strings."
        ) from None


def blank(code: str, *, strings: bool, own: bool = False) -> str:
    """`code` with its comments and docstrings blanked out, lines kept.

    With `strings` the contents of all strings too, with `own` also the names that the code gave to things of its own. Code that can't be tokenized is returned
    as it is.
    """
    code = code.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        tree = parse_module(code)
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (SyntaxError, ValueError, tokenize.TokenError, RecursionError, MemoryError):
        return code
    lines = code.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    own_nodes = own_names(tree) if own else []
    marked = set(own_nodes)
    always = {node.id for node in own_nodes} - {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node not in marked
    }
    replaced = list(_tokens(tokens, starts, set(_docstring_lines(tree)), always, strings=strings))
    spans = sorted((begin, end) for begin, end, _ in replaced)
    for node in own_nodes:
        raw = lines[node.lineno - 1].encode()
        begin = starts[node.lineno - 1] + len(raw[: node.col_offset].decode())
        at = bisect.bisect(spans, (begin, len(code)))
        if not at or spans[at - 1][1] <= begin:
            replaced.append((begin, begin + len(node.id), "_"))
    text = code
    limit = len(code) + 1
    for begin, end, instead in sorted(replaced, reverse=True):
        if end <= limit:
            text = text[:begin] + instead + "\n" * text.count("\n", begin, end) + text[end:]
            limit = begin
    return text


def _docstring_lines(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """First and last line of each string that stands as a statement of its own."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield node.lineno, node.end_lineno or node.lineno


def _tokens(
    tokens: list[tokenize.TokenInfo],
    starts: list[int],
    docstrings: set[tuple[int, int]],
    own: set[str],
    *,
    strings: bool,
) -> Iterator[tuple[int, int, str]]:
    for token in tokens:
        begin = starts[token.start[0] - 1] + token.start[1]
        end = starts[token.end[0] - 1] + token.end[1]
        name = tokenize.tok_name[token.type]
        if token.type == tokenize.COMMENT:
            yield begin, end, ""
        elif token.type == tokenize.STRING:
            documentation = any(
                first <= token.start[0] and token.end[0] <= last for first, last in docstrings
            )
            if strings or documentation:
                yield begin, end, f'"" {_expressions(token.string, own)}'.rstrip()
        elif name.endswith("STRING_MIDDLE") and strings:
            yield begin, end, ""


def _expressions(literal: str, own: set[str]) -> str:
    """The expressions inside an f-string that the tokenizer gives as one token (Python 3.11)."""
    if "f" not in literal[: literal.find(literal[-1])].lower():
        return ""
    try:
        tree = parse_module(literal)
    except (SyntaxError, ValueError):
        return literal
    parts = [
        ast.unparse(_Blanked(own).visit(node.value))
        for node in ast.walk(tree)
        if isinstance(node, ast.FormattedValue)
    ]
    return " ; ".join(part.replace("\n", " ") for part in parts)


class _Blanked(ast.NodeTransformer):
    def __init__(self, own: set[str]) -> None:
        self.own = own

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name("_" if node.id in self.own else node.id, node.ctx), node)

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.copy_location(ast.Constant("" if isinstance(node.value, str) else node.value), node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        values = [value.value for value in node.values if isinstance(value, ast.FormattedValue)]
        return ast.copy_location(ast.Tuple([self.visit(value) for value in values], ast.Load()), node)
