"""Mutants are different, sound modules, spread over what a function does, and good examples notice them."""

from __future__ import annotations

import ast
import sys
import time
from collections import Counter
from typing import Any

import pytest

from apprentice.proof.mutants import Mutant, mutants
from tests.proof.references import REFERENCES

_STEPS = 5_000
_NAMES = [name for name, _, _ in REFERENCES]


class _TooLong(Exception):
    pass


def _raised(call: Any, *arguments: Any) -> BaseException | None:
    try:
        call(*arguments)
    except Exception as error:  # noqa: BLE001
        return error
    return None


def _holds(code: str, examples: list[str]) -> bool:
    """Run code that this test wrote itself, stopped after some thousand lines."""
    steps = 0

    def trace(frame: Any, event: str, argument: Any) -> Any:
        nonlocal steps
        steps += 1
        if steps > _STEPS:
            raise _TooLong
        return trace

    space: dict[str, Any] = {"__name__": "m", "raised": _raised}
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        exec(compile(code, "<mutant>", "exec"), space)
        return all(eval(example, space) for example in examples)
    except Exception:  # noqa: BLE001
        return False
    finally:
        sys.settrace(before)


@pytest.mark.parametrize(("function", "code", "examples"), REFERENCES, ids=_NAMES)
def test_every_mutant_is_another_module_that_parses(function: str, code: str, examples: list[str]) -> None:
    found = mutants(code, function, limit=1_000)
    assert len(found) >= 3
    texts = [ast.unparse(ast.parse(mutant.code)) for mutant in found]
    assert len(set(texts)) == len(texts)
    assert ast.unparse(ast.parse(code)) not in texts
    for mutant in found:
        compile(mutant.code, "<mutant>", "exec")
        assert mutant.what
        assert mutant.kind
        changed = [
            number
            for number, (old, new) in enumerate(
                zip(code.split("\n"), mutant.code.split("\n"), strict=False), 1
            )
            if old != new
        ]
        assert mutant.line in changed


@pytest.mark.parametrize(("function", "code", "examples"), REFERENCES, ids=_NAMES)
def test_good_examples_notice_most_mutants(function: str, code: str, examples: list[str]) -> None:
    assert _holds(code, examples)
    found = mutants(code, function, limit=1_000)
    survived = [mutant for mutant in found if _holds(mutant.code, examples)]
    assert len(survived) <= 0.3 * len(found), [(m.line, m.what) for m in survived]


def test_one_weak_example_notices_far_fewer() -> None:
    """Else the mutants would all be crashes, and say nothing about the tests."""
    weak, strong = 0, 0
    for function, code, examples in REFERENCES:
        for mutant in mutants(code, function, limit=1_000):
            weak += not _holds(mutant.code, examples[:1])
            strong += not _holds(mutant.code, examples)
    assert weak < 0.87 * strong


def test_the_same_arguments_give_the_same_mutants_in_the_same_order() -> None:
    for function, code, _ in REFERENCES:
        assert mutants(code, function, limit=15, seed=3) == mutants(code, function, limit=15, seed=3)
    function, code, _ = REFERENCES[10]
    assert mutants(code, function, limit=5, seed=1) != mutants(code, function, limit=5, seed=2)


def test_a_limit_spreads_over_kinds_and_lines() -> None:
    for function, code, _ in REFERENCES:
        every, some = mutants(code, function, limit=1_000), mutants(code, function, limit=10)
        assert len(some) == min(10, len(every))
        lines, kinds = {mutant.line for mutant in every}, {mutant.kind for mutant in every}
        assert len({mutant.line for mutant in some}) >= min(len(lines), len(some)) * 0.6, function
        assert len({mutant.kind for mutant in some}) >= min(len(kinds), len(some)) * 0.5, function
        assert max(Counter(mutant.line for mutant in some).values()) <= max(3, 2 * len(some) // len(lines))


def test_a_large_table_does_not_push_out_the_code() -> None:
    table = ", ".join(f"'{letter}': {number}" for number, letter in enumerate("abcdefghijklmnopqrstuvwxyz"))
    code = f"TABLE = {{{table}}}\n\n\ndef f(text):\n    total = 0\n    for c in text:\n        if c in TABLE:\n            total += TABLE[c]\n    return total\n"
    found = mutants(code, "f", limit=20)
    assert len({mutant.line for mutant in found}) == 6
    assert sum(mutant.line == 1 for mutant in found) <= 10


def test_only_what_the_function_uses_is_changed() -> None:
    code = """\
\"\"\"Doc of 1 + 1.\"\"\"
import os
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    LIMIT = 3
FACTOR = 2
UNUSED = 5 + 5


def helper(x: "int" = 1) -> "int":
    'Doc.'
    return x * FACTOR


def other(x):
    return x - 1


def f(x: "list[1]") -> "dict[2]":
    \"\"\"Doc, 3.\"\"\"
    y: "Literal[4]" = helper(x)
    if y < 0:
        raise ValueError(f"{y} + 1 is less than 0")
    print("seen", y + 1)
    return y + 7


if __name__ == "__main__":
    print(f(3) + 1)
"""
    assert {mutant.line for mutant in mutants(code, "f", limit=1_000)} == {6, 10, 12, 22, 23, 25}
    assert all("less than" not in mutant.what or mutant.kind == "drop" for mutant in mutants(code, "f"))
    assert {mutant.line for mutant in mutants(code, "other")} == {16}
    assert mutants(code, "missing") == []


def test_a_loop_is_not_made_endless_where_that_is_plain() -> None:
    code = """\
def f(n):
    i = 0
    while i < n:
        i += 1
    while n > 0:
        n //= 10
    while True:
        i -= 2
        if i < 0:
            break
    return i
"""
    texts = [mutant.code for mutant in mutants(code, "f", limit=1_000)]
    for endless in (
        "while i < n:\n        pass",
        "while True:\n        i += 1",
        "while i < n:\n        i -= 1",
        "while i < n:\n        i += 0",
        "while n >= 0:",
        "n //= 1\n",
        "continue",
        "if False:",
    ):
        assert not any(endless in text for text in texts), endless
    assert any("i += 2" in text for text in texts)
    assert any("i < 1" in text for text in texts)
    flagged = [mutant for mutant in mutants(code, "f", limit=1_000) if mutant.may_hang]
    assert flagged
    assert all(3 <= mutant.line <= 10 for mutant in flagged)


def test_plainly_equal_changes_are_left_out() -> None:
    def whats(code: str) -> list[str]:
        return [mutant.what for mutant in mutants(code, "f", limit=1_000)]

    assert "`x + 0` became `x - 0`" not in whats("def f(x):\n    return x + 0\n")
    assert "`x ** 1` became `x * 1`" not in whats("def f(x):\n    return x ** 1\n")
    best = "def f(xs):\n    best = xs[0]\n    for x in xs:\n        if x > best:\n            best = x\n    return best\n"
    assert "`x > best` became `x >= best`" not in whats(best)
    assert "`x > best` became `x <= best`" in whats(best)
    assert not any("None" in what for what in whats("def f(x):\n    return None\n"))


def test_bytes_tabs_line_ends_and_wide_characters_keep_their_places() -> None:
    code = "def f(s):\r\n\tx = 'ü€😀' if s == 'é' else 'ß'; y = s + 'ñ'  # ö\r\n\tif (s and\r\n\t\t\tx):\r\n\t\treturn y + x\r\n\treturn b'x' + s\r\n"
    found = mutants("\ufeff" + code, "f", limit=1_000)
    assert len(found) > 10
    for mutant in found:
        compile(mutant.code, "<mutant>", "exec")
    whats = {mutant.what for mutant in found}
    assert {"`s == 'é'` became `s != 'é'`", "`'ß'` became `''`", "`s and x` became `s or x`"} <= whats


def test_code_that_cannot_be_read_is_told() -> None:
    with pytest.raises(SyntaxError):
        mutants("def f(:\n", "f")


def test_forty_mutants_of_an_ordinary_function_take_some_milliseconds() -> None:
    body = "".join(
        f"    if a[{n}] > b + {n} and not c:\n        b += a[{n}:{n} + 2].count({n})\n" for n in range(9)
    )
    code = f"def f(a, b, c):\n    c = c or 3\n{body}    return a + [b, c]\n"
    best = 1.0
    for _ in range(5):
        start = time.perf_counter()
        assert len(mutants(code, "f", limit=40)) == 40
        best = min(best, time.perf_counter() - start)
    assert best < 0.2


def test_mutants_can_be_compared_and_kept() -> None:
    assert Mutant("a", "b", 1) == Mutant("a", "b", 1)
    assert len({Mutant("a", "b", 1), Mutant("a", "b", 1)}) == 1
