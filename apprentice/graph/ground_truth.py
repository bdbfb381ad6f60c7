"""Finds what the user stated as fact in a goal: examples, doctests, signatures, required names, test functions.

These are the ground truth. A sentence is only taken as an example when it parses as Python and its expected side is
a literal (or the name of an exception): a wrong guess here would be worse than none.
"""

from __future__ import annotations

import ast
import builtins
import doctest
import keyword
import re
import sys
from collections.abc import Iterable, Sequence

from apprentice.errors import UsageError
from apprentice.graph.code_text import defined_names
from apprentice.graph.comparisons import comparison, has_call, literal_end, settled, spelled
from apprentice.graph.docstrings import RAISES, closing, equality, examples_of, is_literal
from apprentice.graph.state import Given, GivenExample
from apprentice.graph.stubs import find_stub
from apprentice.syntax_trees import awaited, parse

_FENCE = re.compile(r"```[a-zA-Z]*\n(.*?)```", re.DOTALL)
_CALL = re.compile(r"(?<![\w.])([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*\(")
_EQUALS = re.compile(
    r"\s*`?\s*(={1,2}>|==|!=|-{1,2}>|→|⇒|➞|\bis\b(?!\s+(?:a|an|the)\b)|(?:should|must|will)?\s*\b(?:returns?|gives?|equals?|yields?|be|produces?|evaluates to)\b|=(?!=))\s*`?\s*"
)
_DEF = re.compile(r"\bdef\s+([A-Za-z_]\w*)\s*\(")
#: What may stand after `function` and is no name of one.
_NO_NAME = r"(?:\w+(?:ing|ed|ly)|such|so|now|then|please|here|again|first|also|only|just|like|one|something|below|above|too|today)\b"
#: How a goal begins, up to the kind of what it asks for: "Write a small Python class".
_ASKED = (
    r"^\W*(?i:(?:(?:please|can you|could you)\s+)?(?:(?:write|create|implement|develop|build|make|code|program|define|design)\s+"
    r"(?:me\s+)?)?(?:(?:an?|the|another|one)\s+)?(?:(?!(?:of|the|in|for|from|to|with|and|that|which)\b)[\w.+#-]+\s+){0,4}?)"
)
_ENDS = r"\s*(?:$|[:;]|[.,](?!\w)|(?:that|which)\b)"
_NAMED = (
    # `class Stack that`, `class BankAccount`: but not `class JSON reader`.
    re.compile(rf"{_ASKED}[Cc]lass\s+([A-Z]\w*)(?={_ENDS}|\s+(?:with|to|for|whose|having|implementing)\b)"),
    re.compile(rf"{_ASKED}[Cc]lass\s+([A-Z]\w*[a-z]\w*[A-Z0-9]\w*)\b"),
    # `function slugify that`, `function is_even`: but not `function computing that`, `function such that`.
    re.compile(rf"{_ASKED}[Ff]unction\s+([a-z]\w*_\w*[a-z0-9])\b(?!\s*\()"),
    re.compile(rf"{_ASKED}[Ff]unction\s+(?!{_NO_NAME})([a-z]\w*)(?={_ENDS})"),
    re.compile(r"\b(?:function|method|class|skill)\s+(?:called|named)?\s*[`'\"]?([A-Za-z_]\w*)[`'\"]?\s*\("),
    re.compile(r"\b(?:function|class)\s+(?:called|named)\s+[`'\"]?([A-Za-z_]\w*)"),
    re.compile(r"\b(?:called|named)\s+[`'\"]?([A-Za-z_]\w*)[`'\"]?"),
    re.compile(r"\b(?:function|class)\s+`([A-Za-z_]\w*)`"),
    re.compile(r"`([A-Za-z_]\w*)\s*\("),
)
_BUILTINS = frozenset(dir(builtins))
_KNOWN_MODULES = sys.stdlib_module_names | {"pytest", "hypothesis", "numpy"}


def ground_truth(goal: str, examples: Sequence[str] = (), tests: Sequence[str] = ()) -> Given:
    """Collect what the user gave, in the goal's text and beside it.

    Args:
        goal: the goal in plain words.
        examples: `f(2) == 4`, `f(2) -> 4`, `f('') raises ValueError`, `>>> f(2)` with its result on the next line.
        tests: texts of test files in pytest's style.

    Raises:
        UsageError: an example or a test file that was passed in can't be read; the goal's own text never raises.
    """
    found: list[GivenExample] = []
    for text in examples:
        parsed = _one_example(text)
        if not parsed:
            raise UsageError(
                f"The example {text!r} can't be read.",
                "Write it as Python, e.g. f(2) == 4 or f('') raises ValueError.",
            )
        found.extend(parsed)
    for number, text in enumerate(tests, start=1):
        try:
            parse(text)
        except (SyntaxError, ValueError) as error:
            raise UsageError(
                f"Test file {number} is not valid Python: {error}.", "Correct it and try again."
            ) from None
    fenced_tests = [block for block in _FENCE.findall(goal) if _is_test_file(block)]
    prose = _FENCE.sub(lambda match: "\n" if _is_test_file(match[1]) else f"\n{match[1]}\n", goal)
    stub = find_stub(prose)
    if stub is not None:
        prose = stub.text
        found.extend(examples_of(stub.definition))
    prose, from_doctests = _doctests(prose)
    # What calls nothing but Python's own functions says nothing about the skill.
    found.extend(example for example in (*from_doctests, *_examples_in(prose)) if _free_calls(example.source))
    unique = list(dict.fromkeys(map(settled, found)))
    signature = stub.signature if stub is not None else _signature(prose)
    required = _required(prose, signature, unique, [*tests, *fenced_tests])
    if not signature and required:
        signature = _mentioned_signature(prose, required[0])
    beside = "" if stub is None else stub.beside
    return Given(
        examples=unique,
        tests=[*tests, *fenced_tests],
        required=[name for name in required if name not in defined_names(beside)],
        signature=signature,
        code=beside,
    )


def renamed(example: str, function: str) -> str:
    """The example with the function that it calls under another name: `f(2) == 4` for `double` is `double(2) == 4`.

    Only the name of what is called outermost and is none of Python's own is changed, everywhere in the example.
    """
    called = next(
        (
            name
            for match in _CALL.finditer(example)
            if (name := match[1]) not in _BUILTINS and "." not in name and not keyword.iskeyword(name)
        ),
        "",
    )
    return re.sub(rf"(?<![\w.]){re.escape(called)}(?=\s*\()", function, example) if called else example


def _one_example(text: str) -> list[GivenExample]:
    text = text.strip()
    if ">>>" in text:
        return _doctests(text)[1]
    text = text.removeprefix("assert ").strip()
    if _is_concrete_call(text):
        whole = parse(text, mode="eval").body
        if isinstance(whole, ast.Tuple) and all(map(has_call, whole.elts)):
            return [GivenExample(source=ast.unparse(part)) for part in whole.elts]
        if has_call(whole) and not isinstance(whole, ast.Tuple):
            return [GivenExample(source=text)]
    return _examples_in(text)


def _examples_in(text: str) -> list[GivenExample]:
    found: list[GivenExample] = []
    position = 0
    while match := _CALL.search(text, position):
        end = closing(text, match.end() - 1)
        call = text[match.start(1) : end] if end else ""
        if not end or not _is_concrete_call(call):
            position = match.end()
            continue
        end, call = _with_postfix(text, end, call)
        if raised := RAISES.match(text, end):
            found.append(GivenExample(source=call, raises=raised[1]))
            position = raised.end()
            continue
        operator = _EQUALS.match(text, end)
        if operator and (stop := literal_end(text, operator.end())):
            expected = text[operator.end() : stop].strip()
            sign = "!=" if operator[1] == "!=" else "is" if _identity(operator[1], expected) else "=="
            found.append(GivenExample(source=f"{call} {sign} {spelled(expected)}"))
            position = stop
        elif stated := comparison(text, match.start(1), end, call):
            found.append(GivenExample(source=stated[0]))
            position = stated[1]
        else:
            position = end
    return found


def _identity(operator: str, expected: str) -> bool:
    return operator.strip() == "is" and spelled(expected) == "None"


def _with_postfix(text: str, end: int, call: str) -> tuple[int, str]:
    """Take `f(2)[0]`, `f(2).name`, `Stack().push(1)` as one expression."""
    while match := re.compile(r"\[|\.[A-Za-z_]\w*\s*(\()?").match(text, end):
        opens = match[0].endswith(("[", "("))
        stop = closing(text, match.end() - 1) if opens else match.end()
        longer = call + text[end:stop] if stop else ""
        if not stop or not _is_concrete_call(longer):
            break
        end, call = stop, longer
    return end, call


def _is_concrete_call(call: str) -> bool:
    """Whether the call can be run as it stands: its arguments name nothing but functions and builtins."""
    try:
        tree = parse(call, mode="eval").body
    except (SyntaxError, ValueError):
        return False
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    called |= {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and awaited(node) is not node
        for name in ast.walk(node.func)
        if isinstance(name, ast.Name)
    }
    bound = {
        n.id
        for node in ast.walk(tree)
        if isinstance(node, ast.comprehension | ast.Lambda)
        for n in _targets(node)
    }
    return all(
        node in called or node.id in _BUILTINS or node.id in bound
        for node in ast.walk(tree)
        if isinstance(node, ast.Name)
    ) and not any(isinstance(node, ast.Constant) and node.value is Ellipsis for node in ast.walk(tree))


def _targets(node: ast.comprehension | ast.Lambda) -> Iterable[ast.Name]:
    if isinstance(node, ast.Lambda):
        return [ast.Name(id=argument.arg) for argument in node.args.args]
    return [name for name in ast.walk(node.target) if isinstance(name, ast.Name)]


def _doctests(text: str) -> tuple[str, list[GivenExample]]:
    """Take the doctests out of the text. Statements of a block become part of each later example of it."""
    if ">>>" not in text:
        return text, []
    try:
        pieces = doctest.DocTestParser().parse(text)
    except ValueError:
        return text, []
    prose: list[str] = []
    found: list[GivenExample] = []
    for piece in pieces:
        if isinstance(piece, str):
            prose.append(piece)
            continue
        source = piece.source.strip()
        if not _parses_as_expression(source):
            continue
        if piece.exc_msg:
            found.append(
                GivenExample(source=source, raises=piece.exc_msg.split(":")[0].strip().rpartition(".")[2])
            )
        elif piece.want.strip() and is_literal(piece.want.strip()):
            found.append(GivenExample(source=equality(source, piece.want.strip())))
        elif piece.want.strip():
            found.append(GivenExample(source=f"repr({source}) == {piece.want.strip()!r}"))
        elif _is_concrete_call(source):
            found.append(GivenExample(source=f"({source}) is None"))
    return "\n".join(prose), [example for example in found if _is_concrete_call(example.source)]


def _parses_as_expression(source: str) -> bool:
    try:
        parse(source, mode="eval")
    except (SyntaxError, ValueError):
        return False
    return True


def _is_test_file(block: str) -> bool:
    try:
        tree = parse(block)
    except (SyntaxError, ValueError):
        return False
    return any(
        (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"))
        or (isinstance(node, ast.ClassDef) and node.name.startswith("Test"))
        for node in tree.body
    )


def _signature(text: str) -> str:
    for match in _DEF.finditer(text):
        end = closing(text, match.end() - 1)
        if not end:
            continue
        result = re.compile(r"\s*->\s*([^:\n;.`]+(?:\[[^\n]*?\])?)").match(text, end)
        signature = text[match.start(1) : end] + (f" -> {result[1].strip()}" if result else "")
        for candidate in (signature, text[match.start(1) : end]):
            if _is_signature(candidate):
                return candidate
    return ""


def _mentioned_signature(text: str, name: str) -> str:
    for match in re.finditer(rf"(?<![\w.]){re.escape(name)}\s*\(", text):
        end = closing(text, match.end() - 1)
        signature = text[match.start() : end] if end else ""
        if signature and _is_signature(signature) and not _is_concrete_call(signature):
            return signature
    return ""


def _is_signature(text: str) -> bool:
    try:
        parse(f"def {text}: pass")
    except (SyntaxError, ValueError):
        return False
    return True


def _required(text: str, signature: str, examples: Iterable[GivenExample], tests: Iterable[str]) -> list[str]:
    names: list[str] = []
    if signature:
        names.append(signature.partition("(")[0].strip())
    called = [name for example in examples for name in _free_calls(example.source)]
    if not names:
        for pattern in _NAMED:
            match = pattern.search(text)
            if match and _usable(match[1]) and (not called or match[1] in called):
                names.append(match[1])
                break
    names.extend(called)
    names.extend(name for test in tests for name in _imported(test))
    return [name for name in dict.fromkeys(names) if _usable(name)]


_STOP_WORDS = frozenset(
    "that which a an the to in of for and or it this with by as on from skill function".split()
)


def _usable(name: str) -> bool:
    return (
        name.isidentifier()
        and not keyword.iskeyword(name)
        and name.lower() not in _STOP_WORDS
        and name not in _BUILTINS
    )


def _free_calls(source: str) -> list[str]:
    tree = parse(source, mode="eval")
    names = [
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    return [name for name in reversed(names) if name not in _BUILTINS]


def _imported(test: str) -> list[str]:
    """Names that a test file takes from a module of the user's."""
    return [
        alias.name
        for node in ast.walk(parse(test))
        if isinstance(node, ast.ImportFrom)
        and node.module
        and node.module.split(".")[0] not in _KNOWN_MODULES
        for alias in node.names
        if alias.name != "*"
    ]


def imported_module(test: str) -> str:
    """The module that a user's test file imports the skill from, e.g. `slug` for `from slug import slugify`."""
    for node in ast.walk(parse(test)):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.level == 0
            and node.module.split(".")[0] not in _KNOWN_MODULES
        ):
            return node.module
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] not in _KNOWN_MODULES:
                    return alias.name
    return ""
