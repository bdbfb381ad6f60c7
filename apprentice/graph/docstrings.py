"""Reads the examples out of a function's docstring: doctests, `f(2) ➞ 4` and the like, and `Input:` with `Output:`."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterator, Sequence
from typing import Final

from apprentice.graph.state import GivenExample
from apprentice.syntax_trees import literal, parse, top_level

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
#: What stands between a call and the exception that it raises.
RAISES: Final = re.compile(
    r"\s*`?\s*(?:should|must|will)?\s*\b(?:raises?|throws?)\b\s*(?:an?\s+)?`?([A-Z]\w*)"
)
_OPENING: Final = "([{"
#: What tells where a bracket closes.
_TELLING: Final = re.compile(r"""\\|'{3}|"{3}|['"()\[\]{}]""")
#: Brackets within brackets that Python reads.
_DEEPEST: Final = 200
#: Characters that the brackets of a call, and a result in one line, may have.
_LONGEST: Final = 5000
_LONGEST_LINE: Final = 1000


def docstring_examples(code: str, function: str) -> tuple[str, ...]:
    """The examples in the docstring of a function, as expressions that must be true, without repeats.

    Raises:
        SyntaxError: the code isn't Python.
    """
    for node in top_level(parse(code)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function:
            return tuple(example.source for example in examples_of(node) if not example.raises)
    return ()


def examples_of(definition: ast.FunctionDef | ast.AsyncFunctionDef) -> list[GivenExample]:
    """The examples in a function's docstring, without repeats.

    Only those are taken that call the function, and whose arguments and result are literals.
    """
    text, function = ast.get_docstring(definition), definition.name
    if text is None:
        return []
    parameters = [argument.arg for argument in definition.args.args]
    outside = re.sub(r"^\s*>>>.*$", "", text, flags=re.MULTILINE)
    found = [*_doctests(text, function), *_calls(outside, function)]
    found += [GivenExample(source=source) for source in _inputs(text, function, parameters)]
    return list(dict.fromkeys(found))


def _doctests(text: str, function: str) -> Iterator[GivenExample]:
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
        if example.exc_msg:
            name = example.exc_msg.split(":")[0].strip().rpartition(".")[2]
            yield GivenExample(source=source, raises=name)
        elif want and is_literal(want):
            yield GivenExample(source=equality(source, want))
        elif not want and isinstance(parse(source, mode="eval").body, ast.Compare):
            yield GivenExample(source=source)


def _calls(text: str, function: str) -> Iterator[GivenExample]:
    for match in re.finditer(rf"(?<![\w.]){function}\s*\(", text):
        end = closing(text, match.end() - 1)
        arguments = text[match.end() : end - 1]
        if not end:
            continue
        call = f"{function}({_LINE_BREAK.sub(' ', arguments)})"
        if not _is_literal_call(call):
            continue
        becomes = _BECOMES.match(text, end)
        raised = RAISES.match(text, end)
        result = _literal_at(text, becomes.end()) if becomes else ""
        if result:
            yield GivenExample(source=f"{call} == {result}")
        elif raised:
            yield GivenExample(source=call, raises=raised[1])


def _is_literal_call(source: str) -> bool:
    """Whether all arguments of the call are literals."""
    try:
        call = parse(source, mode="eval").body
        if not isinstance(call, ast.Call):
            return False
        for argument in (*call.args, *(word.value for word in call.keywords)):
            ast.literal_eval(argument)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return False
    return all(word.arg is not None for word in call.keywords)


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
        if is_literal(arguments) and len(parameters) == 1:
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
            if all(map(is_literal, values)):
                yield f"{function}({', '.join(values)}) == {result}"


def _literal_at(text: str, start: int) -> str:
    """The literal that begins here and ends in the same line, brackets aside; "" if there is none."""
    if text[start : start + 1] in tuple(_OPENING):
        ends = [closing(text, start)]
    else:
        line = text[start : start + _LONGEST_LINE].partition("\n")[0]
        ends = [start + length for length in range(len(line), 0, -1)]
    for end in ends:
        piece = text[start:end].strip()
        piece = _SPELLINGS.get(piece, piece)
        if not end or piece.endswith(".") or not is_literal(piece):
            continue
        if _ENDS.match(text[end:].partition("\n")[0]):
            # Written anew where a remark may have come along.
            return ast.unparse(parse(piece, mode="eval")) if "#" in piece else piece
    return ""


def equality(source: str, want: str) -> str:
    """The expression that is true where an expression gives a value, as doctests have it."""
    node = parse(source, mode="eval").body
    if isinstance(node, ast.Compare) and want == "True":
        return source
    plain = isinstance(node, ast.Call | ast.Attribute | ast.Subscript | ast.Await)
    return f"{source} == {want}" if plain else f"({source}) == {want}"


def is_literal(text: str) -> bool:
    """Whether the text is a plain value as Python writes it."""
    try:
        literal(text)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return False
    return True


def closing(text: str, opening: int) -> int:
    """Index just after the bracket that closes the one at `opening`, strings respected; 0 if there is none."""
    depth, quote, position = 0, "", opening
    limit = min(len(text), opening + _LONGEST)
    while match := _TELLING.search(text, position, limit):
        token, position = match[0], match.end()
        if quote:
            if token == "\\":
                position += 1
            elif token.startswith(quote):
                position = match.start() + len(quote)
                quote = ""
        elif token[0] in "'\"":
            quote = token
        elif token in _OPENING:
            depth += 1
            if depth > _DEEPEST:
                return 0
        elif token != "\\":
            depth -= 1
            if depth == 0:
                return position
    return 0
