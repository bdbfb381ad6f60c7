"""Reads the examples out of a function's docstring: doctests, `f(2) ➞ 4` and the like, and `Input:` with `Output:`."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterator, Sequence
from typing import Final

from apprentice.syntax_trees import literal, parse

#: What stands between a call and its result.
_BECOMES: Final = re.compile(
    r"\s*(?:#\s*)?(?:={1,2}>|-{1,2}>|➞|→|⇒|={1,3}|(?:should|must|will)?\s*\b(?:returns?|gives?|be)\b)\s*"
)
_BECOMES_AFTER_INPUT: Final = re.compile(
    r"[\s,]*(?:the\s+)?(?:result|output)\s*(?:should be|is|=|:)\s*", re.IGNORECASE
)
#: A result is followed by nothing, a remark, or the sentence's end; never by an operator.
_ENDS: Final = re.compile(r"\s*(?:$|#|\.(?!\w)|;|\()|\s+[A-Za-z]")
_INPUT: Final = re.compile(r"(?:\bInput\s*:|\bFor\s+(?=[A-Za-z_]\w*\s*=))\s*", re.IGNORECASE)
_LINE_BREAK: Final = re.compile(r"\s*\n\s*")
_SPELLINGS: Final = {"true": "True", "false": "False", "null": "None"}
_OPENING: Final = "([{"
_CLOSING: Final = ")]}"


def docstring_examples(code: str, function: str) -> tuple[str, ...]:
    """The examples in the docstring of a function, as expressions that must be true, without repeats.

    Only those are taken whose arguments and result are literals.

    Raises:
        SyntaxError: the code isn't Python.
    """
    definition = next(
        (node for node in parse(code).body if isinstance(node, ast.FunctionDef) and node.name == function),
        None,
    )
    text = ast.get_docstring(definition) if definition is not None else None
    if definition is None or text is None:
        return ()
    parameters = [argument.arg for argument in definition.args.args]
    found = [
        *_doctests(text, function),
        *_calls(re.sub(r"^\s*>>>.*$", "", text, flags=re.MULTILINE), function),
        *_inputs(text, function, parameters),
    ]
    return tuple(dict.fromkeys(found))


def _doctests(text: str, function: str) -> Iterator[str]:
    try:
        examples = doctest.DocTestParser().get_examples(text)
    except ValueError:
        return
    for example in examples:
        try:
            source = ast.unparse(parse(example.source.strip(), mode="eval"))
        except SyntaxError:
            continue
        if not re.search(rf"\b{function}\(", source):
            continue
        want = example.want.strip()
        if want and _is_literal(want):
            yield f"{source} == {want}"
        elif not want and isinstance(parse(source, mode="eval").body, ast.Compare):
            yield source


def _calls(text: str, function: str) -> Iterator[str]:
    for match in re.finditer(rf"(?<![\w.]){function}\s*\(", text):
        end = _closing(text, match.end() - 1)
        arguments = text[match.end() : end - 1]
        becomes = _BECOMES.match(text, end) if end and _is_literal(f"[{arguments}]") else None
        result = _literal_at(text, becomes.end()) if becomes else ""
        if result:
            shown = _LINE_BREAK.sub(" ", arguments)
            yield f"{function}({shown}) == {result}"


def _inputs(text: str, function: str, parameters: Sequence[str]) -> Iterator[str]:
    """`Input: grid = [[1]], k = 2`, `Output: [1]` on the next line, and `For n = 5 the output should be 3`."""
    for match in _INPUT.finditer(text):
        becomes = _BECOMES_AFTER_INPUT.search(text, match.end())
        if not becomes or _INPUT.search(text, match.end(), becomes.start()):
            continue
        arguments = text[match.end() : becomes.start()].strip().rstrip(",")
        result = _literal_at(text, becomes.end())
        if not result:
            continue
        if _is_literal(arguments) and len(parameters) == 1:
            yield f"{function}({arguments}) == {result}"
            continue
        try:
            call = parse(f"f({arguments})", mode="eval").body
        except SyntaxError:
            continue
        if (
            isinstance(call, ast.Call)
            and not call.args
            and [word.arg for word in call.keywords] == list(parameters)
        ):
            values = [ast.unparse(word.value) for word in call.keywords]
            if all(map(_is_literal, values)):
                yield f"{function}({', '.join(values)}) == {result}"


def _literal_at(text: str, start: int) -> str:
    """The literal that begins here and ends in the same line, brackets aside; "" if there is none."""
    if text[start : start + 1] in tuple(_OPENING):
        ends = [_closing(text, start)]
    else:
        line = text[start:].partition("\n")[0]
        ends = [start + length for length in range(len(line), 0, -1)]
    for end in ends:
        piece = text[start:end].strip()
        piece = _SPELLINGS.get(piece, piece)
        if not end or piece.endswith(".") or not _is_literal(piece):
            continue
        if _ENDS.match(text[end:].partition("\n")[0]):
            # Written anew where a remark may have come along.
            return ast.unparse(parse(piece, mode="eval")) if "#" in piece else piece
    return ""


def _closing(text: str, opening: int) -> int:
    """Index just after the bracket that closes the one at `opening`, strings respected; 0 if there is none."""
    depth, quote = 0, ""
    for index in range(opening, len(text)):
        character = text[index]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
            if depth == 0:
                return index + 1
    return 0


def _is_literal(text: str) -> bool:
    try:
        literal(text)
    except (SyntaxError, ValueError, TypeError):
        return False
    return True
