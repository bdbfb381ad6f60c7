"""The sort of a failure and the difference to what passed are computed, and hold at other goals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apprentice.graph.difference import changes_between, in_words, snippet
from apprentice.graph.signature import is_telling, kind_of, signature_of
from apprentice.graph.state import Attempt, Fact


def failed(message: str, error_type: str = "AssertionError", problem: str = "") -> Attempt:
    """An attempt with one failed test, or with a problem."""
    facts = (
        []
        if problem
        else [Fact(name="t", source="example", passed=False, error_type=error_type, message=message)]
    )
    return Attempt(iteration=1, mode="fresh", angle=0, code="x = 1", facts=facts, problem=problem)


@pytest.mark.parametrize(
    ("message", "error_type", "expected"),
    [
        (
            "f('1, ,2') raised ValueError: invalid literal for int() with base 10: ' '",
            "ValueError",
            "test|ValueError|invalid literal for int() with base 0: _",
        ),
        ("f({}) raised KeyError: 'age'", "KeyError", "test|KeyError|_"),
        (
            "f(1) raised AttributeError: 'NoneType' object has no attribute 'x'",
            "AttributeError",
            "test|AttributeError|nonetype object has no attribute _",
        ),
        ("f('/a/b/c.txt') raised OSError: no file /a/b/c.txt", "OSError", "test|OSError|no file _"),
        (
            "f('x') raised TypeError, expected ValueError: no",
            "TypeError",
            "test|TypeError|instead of ValueError",
        ),
        (
            "f('x') returned 3, expected ValueError",
            "AssertionError",
            "test|AssertionError|instead of ValueError",
        ),
        ("f(2) returned 3, expected 4", "AssertionError", "test|AssertionError|int: off by one"),
        ("f(2) returned 8.403, expected 8.4", "AssertionError", "test|AssertionError|float: rounding"),
        ("assert f(2) == 4: f(2) was 3", "AssertionError", "test|AssertionError|int: off by one"),
        ("f(2) returned None, expected 4", "AssertionError", "test|AssertionError|NoneType instead of int"),
        ("f('a') returned 'A', expected 'a'", "AssertionError", "test|AssertionError|str: other case"),
        (
            "f('a') returned 'a ', expected 'a'",
            "AssertionError",
            "test|AssertionError|str: white space around",
        ),
        ("f() returned [2, 1], expected [1, 2]", "AssertionError", "test|AssertionError|list: other order"),
        ("f() returned [1, 1], expected [1]", "AssertionError", "test|AssertionError|list: doubled items"),
        ("f() returned -2, expected 2", "AssertionError", "test|AssertionError|int: other sign"),
        ("ended after 15 s during this test", "Timeout", "timeout|Timeout|"),
    ],
)
def test_a_signature_is_free_of_what_changes_from_goal_to_goal(
    message: str, error_type: str, expected: str
) -> None:
    """Values, numbers, paths and names are no part of it; in what way a value is wrong is."""
    assert signature_of(failed(message, error_type), ["f"]) == expected


def test_what_could_not_be_run_has_a_signature_of_its_kind() -> None:
    """Rejected and refused are told apart; the skill's own name is masked."""
    rejected = failed("", problem="The module doesn't define add_up.")
    refused = failed(
        "", problem="The safety rules refuse it: line 3: eval runs text as code; line 9: import os"
    )
    assert signature_of(rejected, ["add_up"]) == "rejected|Rejected|the module doesn't define _."
    assert (
        signature_of(refused) == "safety|Rejected|the safety rules refuse it: line 0: eval runs text as code"
    )
    assert kind_of(refused) == "safety"
    assert signature_of(Attempt(iteration=1, mode="fresh", angle=0)) == ""


def test_a_vague_signature_is_known_as_such() -> None:
    """Another number can have any cause."""
    assert not is_telling(signature_of(failed("f(2) returned 30, expected 4")))
    assert is_telling(signature_of(failed("f(2) returned 3, expected 4")))


@pytest.mark.parametrize(
    ("failing", "passing", "words"),
    [
        ("return int(x)", "return int(x.strip())", "uses `x.strip()`"),
        (
            "return sum(x) / len(x)",
            "if not x:\n        return 0\n    return sum(x) / len(x)",
            "has `if not x: return 0`",
        ),
        ("return x[0]", "return x.get(0)", "uses `x.get(0)`"),
        ("return x - 1", "return x + 1", "uses `x + 1`, instead of `x - 1`"),
        ("return x < 3", "return x <= 3", "uses `x <= 3`, instead of `x < 3`"),
        ("return list(range(1, x))", "return list(range(1, x + 1))", "uses `x + 1`"),
        ("return eval(x)", "return ast.literal_eval(x)", "uses `ast.literal_eval(x)`, instead of `eval(x)`"),
        (
            "return list(set(x))",
            "return list(dict.fromkeys(x))",
            "uses `dict.fromkeys(x)`, instead of `set(x)`",
        ),
        ("return x / 3", "return round(x / 3, 2)", "uses `round(x / 3, 2)`"),
        ("y = 3\n    return x * y", "y = 4\n    return x * y", "uses `y = 4`, instead of `y = 3`"),
        (
            "return int(x)",
            "try:\n        return int(x)\n    except ValueError:\n        return None",
            "catches `ValueError`, uses `return None`",
        ),
        ("return fib(x)", "if True:\n        pass\n    return fib(x)", "has `if True`"),
        ("print(x)\n    return x", "return x", ""),
    ],
)
def test_the_difference_is_told_in_words(failing: str, passing: str, words: str) -> None:
    """The most telling first, in the code's own terms."""
    before, after = (f"def f(x):\n    {body}\n" for body in (failing, passing))
    assert in_words(changes_between(before, after)) == words


def test_only_what_got_past_the_error_counts_where_others_followed() -> None:
    """What a later repair added is not told as the remedy of the first error."""
    first = "def f(x):\n    return int(x)"
    second = "def f(x):\n    return int(x.strip())"
    last = "def f(x):\n    return round(int(x.strip()) * 1.5, 2)"
    assert in_words(changes_between(first, last, second)) == "uses `x.strip()`"


def test_the_snippet_shows_what_changed() -> None:
    """Lines out and in, and nothing else."""
    assert (
        snippet("def f(x):\n    return x\n", "def f(x):\n    return -x\n") == "-    return x\n+    return -x"
    )


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_code_is_too_strange(one: str, other: str) -> None:
    """What doesn't parse teaches nothing, and raises nothing."""
    assert isinstance(in_words(changes_between(one, f"x = {other}")), str)
    assert changes_between("((" * 5000, "x") == []
    assert isinstance(signature_of(failed(f"f({one!r}) returned {other}, expected {one}")), str)
