"""Code that answers the examples instead of doing what they are examples of."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from apprentice.proof.constants import Folder
from apprentice.proof.disguises import canonical, disguises, disguises_together, features, shares
from apprentice.proof.looked_up import Slots, slots_of
from apprentice.proof.reachable import reachable
from apprentice.syntax_trees import parse, top_level

#: Words of which a function may know all: with them, there is often no more than what the examples show.
_CLOSED: Final = [
    frozenset(words.split())
    for words in (
        "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun tues thurs",
        "january february march april may june july august september october november december "
        "jan feb mar apr jun jul aug sep sept oct nov dec",
        "yes no y n true false on off 1 0 t f enabled disabled none null",
        "north south east west n s e w up down left right l r u d forward back backward ne nw se sw",
        "+ - * / // % ** ^ add subtract sub multiply mul divide div plus minus times mod pow power",
        "c f k celsius fahrenheit kelvin m km cm mm mi mile miles ft feet foot inch in yd g kg lb oz mg s ms h min hour day",
        "rock paper scissors lizard spock",
        "red green yellow amber blue white black orange purple stop go",
        "hearts diamonds clubs spades jack queen king ace j q k a",
        "a b c d e f a+ a- b+ b- c+ c- d+ d- i o u",
        "get post put patch delete head options asc desc ascending descending min max sum avg mean median mode count",
        "b kb mb gb tb kib mib gib tib small medium large xs s m l xl xxl low high critical",
        "bin oct dec hex binary octal decimal hexadecimal utf-8 ascii and or not xor nand nor",
    )
]
_ALPHABETS: Final = "abcdefghijklmnopqrstuvwxyz 0123456789abcdef qwertyuiop 0123456789 aeiou aeiouy".split()
_RESULT_OF: Final = frozenset("round sorted list tuple set".split())
_MOST_TOKENS: Final = 12
_PADDING: Final = 6


@dataclass(frozen=True, slots=True)
class _Case:
    """An example: what is passed, and what must come back."""

    source: str
    arguments: dict[str, Any]
    expected: Any

    @property
    def is_trivial(self) -> bool:
        """Whether a function may well name it: an empty or a very small value."""
        values = list(self.arguments.values())
        if all(map(is_trivial, values)):
            return True
        small = all(is_trivial(value) or (type(value) is int and abs(value) <= 3) for value in values)
        return small and (is_trivial(self.expected) or self.expected in (2, 3))


def hard_coded(code: str, function: str, examples: Sequence[str], *, goal: str = "") -> str:
    """Why the code is taken to know the examples' answers by heart; empty where nothing says so.

    It is where it compares its arguments with those of the examples, or looks them up, in whatever form they are written,
    and answers with what is spelled out, while it knows hardly anything beside the examples. A function's base cases,
    tables that serve more than the examples, and facts that the goal states in words are none of it.

    Args:
        function: name of the function.
        examples: `f(2) == 4` and the like; those that are no comparison of one call with a literal are left out.
        goal: what was asked for, in words.
    """
    try:
        tree = parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    statements = reachable(tree, function)
    own: list[ast.FunctionDef | ast.AsyncFunctionDef | None] = [
        node
        for node in top_level(ast.Module(body=statements, type_ignores=[]))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function
    ]
    # Of several definitions any may be the one that counts.
    reasons = (_reason(one, statements, function, examples, goal) for one in own or [None])
    return next((reason for reason in reasons if reason), "")


def _reason(
    answering: ast.FunctionDef | ast.AsyncFunctionDef | None,
    statements: list[ast.stmt],
    function: str,
    examples: Sequence[str],
    goal: str,
) -> str:
    target: ast.AST = answering or ast.Module(body=statements, type_ignores=[])
    arguments = answering.args if answering else ast.parse("lambda *a: 0", mode="eval").body.args  # type: ignore[attr-defined]
    cases = [case for case in (_case(text, function, arguments) for text in examples) if case]
    cases = [case for case in cases if case.arguments]
    if not statements or not cases:
        return ""
    if any(_always_equal(node) for statement in statements for node in ast.walk(statement)):
        return "its result says that it is equal to everything"
    slots = slots_of(statements, target, Folder(_defaults(arguments, cases)))
    judge = _Judge(slots, cases, target, function, goal)
    return (
        judge.constant()
        or judge.known_by_heart()
        or judge.by_index()
        or judge.by_feature()
        or judge.in_a_text()
    )


class _Judge:
    def __init__(self, slots: Slots, cases: list[_Case], target: ast.AST, function: str, goal: str) -> None:
        self._slots = slots
        self._cases = cases
        self._words = set(re.findall(r"[a-z]+", function.lower()))
        self._goal = prose_of(goal, function)
        self._results = {canonical(value) for value in slots.results} | {
            canonical(value) for value in slots.returned
        }
        self._read = {
            node.id
            for node in ast.walk(target)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        } | ({name for case in cases for name in case.arguments if name.startswith("*")})
        self._target = target
        self._forms = {
            id(case): {key: disguises(value) for key, value in case.arguments.items()} for case in cases
        }
        self._together = {id(case): _together(case) for case in cases}
        self._known_arguments = set().union(
            *self._together.values(), *(form for forms in self._forms.values() for form in forms.values())
        )
        inner = [part for case in cases for value in case.arguments.values() for part in _parts(value)]
        self._known_arguments |= {canonical(part) for part in inner}
        self._known_results = _each(case.expected for case in cases)

    def constant(self) -> str:
        """Whether the answer is the same whatever is passed."""
        returned = {canonical(value) for value in self._slots.returned}
        named = [name for case in self._cases for name in case.arguments]
        if (
            len(returned) != 1
            or self._slots.chosen
            or any(isinstance(n, ast.Yield) for n in ast.walk(self._target))
        ):
            return ""
        hit = [
            case for case in self._cases if canonical(case.expected) in returned and case.expected is not None
        ]
        if not hit or isinstance(self._target, ast.Module):
            return ""
        last = self._target.body[-1]  # type: ignore[attr-defined]
        unread = not self._read.intersection(named)
        raises = any(isinstance(node, ast.Raise | ast.Assert) for node in ast.walk(self._target))
        falls = not isinstance(last, ast.Return | ast.If | ast.Try | ast.With | ast.For | ast.While)
        whole = isinstance(last, ast.Return | ast.Try) and not raises and not falls
        if unread or (whole and not isinstance(hit[0].expected, bool)) or (whole and not _acts(self._target)):
            return f"it returns {_short(hit[0].expected)} whatever it is given"
        return ""

    def known_by_heart(self) -> str:
        """Whether arguments of examples are compared with or looked up, and their results are spelled out."""
        hits: dict[str, list[_Case]] = {}
        base: list[_Case] = []
        groups = {
            name: {canonical(value) for value in values}
            for name, values in self._slots.keys.items()
            if name[:1] != "~"
        }
        everything = set().union(*groups.values()) if groups else set()
        for case in self._cases:
            if not self._is_spelled_out(case):
                continue
            forms = self._forms[id(case)]
            together = self._together[id(case)]
            for name, group in groups.items():
                strong = [
                    key
                    for key, value in case.arguments.items()
                    if not is_trivial(value) and forms[key] & group
                ]
                if not (strong or (together & group and not case.is_trivial)):
                    if case.is_trivial and any(form & group for form in forms.values()):
                        base.append(case)
                    continue
                needed = {key for key in case.arguments if key in self._read or key.startswith("*")}
                keyed = {key for key in case.arguments if forms[key] & everything}
                if together & group or needed <= keyed:
                    (base if case.is_trivial else hits.setdefault(name, [])).append(case)
        for name, found in hits.items():
            if reason := self._of_group(name, found):
                return reason
        covered = {id(case) for found in hits.values() for case in found} | {id(case) for case in base}
        told = [case for case in base if not is_trivial(case.expected) and not self._is_told(case)]
        every = [value for values in self._slots.keys.values() for value in values]
        nothing_else = not hits and not self._slots.computed and len(covered) == len(self._cases)
        return self._reason(told[0]) if told and nothing_else and self._beside(every, told) < 2 else ""

    def _is_spelled_out(self, case: _Case) -> bool:
        if isinstance(case.expected, bool):
            return case.expected or canonical(False) in self._results
        if case.expected is None or (
            is_trivial(case.expected) and not self._results & {canonical(case.expected)}
        ):
            return False
        return bool(disguises(case.expected) & self._results)

    def _of_group(self, name: str, found: list[_Case]) -> str:
        values = self._slots.keys[name]
        beside = self._beside(values, found)
        found = [case for case in found if not self._is_told(case) and not self._is_graded(case)]
        if not found:
            return ""
        texts = {value.lower() for value in values if isinstance(value, str) and value.strip()}
        closed = bool(texts) and any(texts <= words for words in _CLOSED)
        copied = [case for case in found if shares(case.expected, [*case.arguments.values()])]
        if self._slots.computed and len(found) < len(self._cases) and all(map(_is_counted, found)):
            return ""
        if not closed and beside < max(2, len(found)):
            return self._reason(found[0])
        if copied and not self._slots.computed and not closed and beside < _PADDING:
            return self._reason(copied[0])
        if copied and closed and beside < 2 and not self._slots.computed:
            return self._reason(copied[0])
        return ""

    def _is_graded(self, case: _Case) -> bool:
        """Whether it is a step of a scale: `100 is 'A+', 90 and more 'A', 80 and more 'B'`."""
        numbers = all(isinstance(value, int | float) for value in case.arguments.values())
        return isinstance(case.expected, str) and numbers and len(self._slots.bounds) >= 2

    def _beside(self, values: Sequence[Any], found: Sequence[_Case]) -> int:
        """How many values beside those of the examples are known."""
        kinds = {_kind(value) for case in found for value in case.arguments.values()}
        kinds |= {"str", "list"} if any(len(case.arguments) > 1 for case in found) else set()
        other = [value for value in values if _kind(value) in kinds and not _is_nothing(value)]
        return len({canonical(value) for value in other if not self._is_of_examples(value)})

    def _is_of_examples(self, value: Any) -> bool:
        if canonical(value) in self._known_arguments or canonical(value) in self._known_results:
            return True
        return isinstance(value, list | tuple) and bool(value) and all(map(self._is_of_examples, value))

    def _is_told(self, case: _Case) -> bool:
        return is_told(self._goal, self._words, [*case.arguments.values()], case.expected)

    def by_index(self) -> str:
        """Whether the argument is the place of its answer in a list that holds little more."""
        for items in self._slots.indexed:
            held = {canonical(item) for item in items}
            found = [case for case in self._cases if not case.is_trivial and canonical(case.expected) in held]
            found = [
                case for case in found if not isinstance(case.expected, bool) and len(case.arguments) == 1
            ]
            beside = {canonical(item) for item in items if not _is_nothing(item)} - self._known_results
            texts = {item.lower() for item in items if isinstance(item, str)}
            closed = bool(texts) and any(texts <= words for words in _CLOSED)
            if (
                found
                and not closed
                and len(beside) < max(2, len(found))
                and not all(map(self._is_told, found))
            ):
                return self._reason(found[0])
        return ""

    def by_feature(self) -> str:
        """Whether a result that had to be worked out is returned as it is, by whatever it was chosen."""
        found = [
            case for case in self._cases if self._is_spelled_out(case) and not isinstance(case.expected, bool)
        ]
        returned = {canonical(value) for value in self._slots.returned}
        beside = returned - self._known_results - {"None", "''", "[]", "{}"}
        for case in found:
            values = [*case.arguments.values()]
            whole = isinstance(case.expected, str) and any(
                case.expected.lower() in str(one).lower() for one in values
            )
            if (
                len(beside) < 2
                and canonical(case.expected) in returned
                and not whole
                and shares(case.expected, values)
            ):
                return self._reason(case)
        judged = [case for case in self._cases if not isinstance(case.expected, bool)]
        if self._slots.computed or not found or len(found) < len(judged):
            return ""
        keys = [value for values in self._slots.keys.values() for value in values if not is_trivial(value)]
        names = {canonical(value) for value in keys}
        weak = [
            case
            for case in found
            if isinstance(case.expected, int | float | list | dict)
            and not is_trivial(case.expected)
            and set().union(*map(features, case.arguments.values())) & names
        ]
        every = set().union(*(features(value) for case in self._cases for value in case.arguments.values()))
        if weak and len(names - every - self._known_arguments) < max(2, len(weak)):
            return self._reason(weak[0])
        return ""

    def in_a_text(self) -> str:
        """Whether a text holds arguments and their results, to be taken apart."""
        for text in self._slots.texts:
            tokens = [token for token in re.split(r"[^\w.+-]+", text) if token]
            found = [
                case
                for case in self._cases
                if not case.is_trivial and len(case.arguments) == 1 and _both_in(text, case)
            ]
            if found and len(tokens) <= min(_MOST_TOKENS, 3 * len(found) + 2):
                return self._reason(found[0])
        return ""

    def _reason(self, case: _Case) -> str:
        given = ", ".join(map(_short, case.arguments.values()))
        return f"it knows the answer {_short(case.expected)} for {given} by heart, from the example {case.source}"


def _case(text: str, function: str, arguments: ast.arguments) -> _Case | None:
    try:
        node = parse(text.strip().removeprefix("assert "), mode="eval").body
        return _read_case(node, text, function, arguments)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None


def _read_case(node: ast.expr, text: str, function: str, arguments: ast.arguments) -> _Case | None:
    expected: Any = True
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node, expected = node.operand, False
    elif isinstance(node, ast.Compare):
        if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq | ast.Is):
            return None
        left, right = node.left, node.comparators[0]
        if any(isinstance(part, ast.Name) and part.id == function for part in ast.walk(right)):
            left, right = right, left
        node, expected = (
            left,
            Folder().fold(right) if isinstance(right, ast.Call) else ast.literal_eval(right),
        )
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _RESULT_OF
        and node.args
    ):
        node = node.args[0]
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function):
        return None
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    given: dict[str, Any] = {}
    for number, part in enumerate(node.args):
        given[names[number] if number < len(names) else f"*{number}"] = ast.literal_eval(part)
    for word in node.keywords:
        given[word.arg or "*"] = ast.literal_eval(word.value)
    return _Case(text.strip(), given, expected)


def _together(case: _Case) -> set[str]:
    return disguises_together([*case.arguments.values()])


def _parts(value: Any) -> Iterator[Any]:
    """What is in a value, at any depth."""
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield item
            yield from _parts(item)


def _defaults(arguments: ast.arguments, cases: Sequence[_Case]) -> dict[str, Any]:
    """What parameters stand for that no example passes."""
    passed = {name for case in cases for name in case.arguments}
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs: list[tuple[ast.arg, ast.expr | None]] = []
    if arguments.defaults:
        pairs += list(zip(positional[-len(arguments.defaults) :], arguments.defaults, strict=True))
    pairs += list(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))
    found = {}
    for name, default in pairs:
        if default is not None and name.arg not in passed:
            try:
                found[name.arg] = ast.literal_eval(default)
            except (ValueError, TypeError):
                continue
    return found


def _always_equal(node: ast.AST) -> bool:
    if not (isinstance(node, ast.FunctionDef) and node.name == "__eq__"):
        return False
    given = [part.value for part in ast.walk(node) if isinstance(part, ast.Return)]
    return bool(given) and all(isinstance(value, ast.Constant) and value.value is True for value in given)


def _acts(target: ast.AST) -> bool:
    """Whether it does something beside answering: it calls a method, or sets an item."""
    return any(
        (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await))
        or (isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load))
        for node in ast.walk(target)
    )


def _both_in(text: str, case: _Case) -> bool:
    key, result = str(*case.arguments.values()), str(case.expected)
    if len(key) < 2 or isinstance(case.expected, bool) or case.expected is None:
        return False
    for first, second in ((key, result), (result, key)):
        pattern = rf"(?<!\w){re.escape(first)}(?!\w)(?s:.*)(?<!\w){re.escape(second)}(?!\w)"
        if len(text) < 5_000 and re.search(pattern, text):
            return True
    return False


def is_told(prose: str, words: Collection[str], arguments: Sequence[Any], expected: Any) -> bool:
    """Whether the goal says in words what comes of the arguments, or the function's name does.

    Args:
        prose: as `prose_of` gives it.
        words: of the function's name, in lower case.
    """
    values = [value for value in arguments if isinstance(value, str | int | float)]
    if any(isinstance(value, str) and value.lower() in words for value in values):
        return True
    if any(isinstance(value, str) and value.lower() in _ALPHABETS for value in values):
        return True
    truth = isinstance(expected, bool)
    return bool(values) and all(
        re.search(rf"(?<!\w){re.escape(str(value).lower())}(?!\w)", prose)
        for value in [*(value for value in values if not is_trivial(value)), *([] if truth else [expected])]
    )


def is_closed_word(value: Any) -> bool:
    """Whether a value is one of few words of which a function may know all."""
    return isinstance(value, str) and any(value.lower() in words for words in _CLOSED)


def prose_of(goal: str, function: str) -> str:
    """The goal's words without the examples in it, in lower case."""
    goal = re.sub(r"^\s*>>> .*(?:\n(?!\s*>>>).*\S.*)?", " ", goal, flags=re.MULTILINE)
    value = r"(?:'[^'\n]*'|\"[^\"\n]*\"|\[[^\n]*?\]|\{[^\n]*?\}|\([^\n]*?\)|[-\w.]+)"
    sign = r"(?:==|->|=>|=|→|is|returns?|gives?|equals?|should\s+\w+|must\s+\w+)"
    call = rf"\b{re.escape(function)}\s*\([^\n]*?\)\)?`?\s*(?:{sign}\s*`?{value})?"
    return re.sub(call, " ", goal).lower()


def _each(values: Any) -> set[str]:
    return {form for value in values for form in disguises(value)}


def _kind(value: Any) -> str:
    if isinstance(value, int | float):
        return "number"
    return "list" if isinstance(value, list | tuple | set) else type(value).__name__


def _is_counted(case: _Case) -> bool:
    """Whether it may be an exception among small numbers: `1st`, `2nd`, `3rd`."""
    small = all(type(value) is int and abs(value) <= 3 for value in case.arguments.values())
    return small and isinstance(case.expected, str)


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | tuple | dict | set) and not value)


def is_trivial(value: Any) -> bool:
    """Whether a value stands in any code: an empty one, a single letter, -1, 0 or 1."""
    if isinstance(value, int | float):
        return value in (-1, 0, 1)
    if isinstance(value, str):
        return len(value.strip()) <= 1
    return value is None or (isinstance(value, list | tuple | dict | set | frozenset | bytes) and not value)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
