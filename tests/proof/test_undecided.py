"""Inputs of which nobody said what comes of them don't tell candidates apart; those that were spoken of do."""

from __future__ import annotations

from apprentice.proof.behaviour import Behaviour, Outcome
from apprentice.proof.undecided import stumbles, undecided


def _behaviours(calls: dict[str, tuple[str, str]]) -> list[Behaviour]:
    """Two behaviours; `!` stands for an error."""
    pairs = list(calls.values())
    return [
        Behaviour(
            tuple(calls),
            tuple(
                Outcome("raised", "ValueError") if p[n] == "!" else Outcome("returned", p[n], p[n])
                for p in pairs
            ),
        )
        for n in (0, 1)
    ]


def test_a_negative_number_is_undecided_where_only_positive_ones_were_shown() -> None:
    found = _behaviours({"[5]": ("120", "120"), "[-1]": ("!", "0"), "[0]": ("1", "!")})
    goal = "Write a function factorial(n) that returns the factorial of n. factorial(5) == 120"
    assert undecided(goal, ["factorial(5) == 120"], "factorial(n)", "factorial", found) == [1, 2]


def test_what_the_goal_speaks_of_is_decided() -> None:
    found = _behaviours({"[-1]": ("!", "0"), "[0]": ("1", "!")})
    goal = "Write factorial(n); for negative numbers the result is 1"
    assert undecided(goal, ["factorial(5) == 120"], "factorial(n)", "factorial", found) == [1]
    goal = "Write factorial(n). Invalid numbers raise ValueError"
    assert undecided(goal, ["factorial(5) == 120"], "factorial(n)", "factorial", found) == []


def test_what_an_example_shows_is_decided() -> None:
    found = _behaviours({"['']": ("!", "''"), "['  ']": ("!", "''")})
    assert undecided("first word", ["first('') == ''"], "first(text)", "first", found) == [1]
    assert undecided("first word", ["first('  ') == ''"], "first(text)", "first", found) == [0]


def test_two_values_differ_whatever_was_said() -> None:
    """Where no candidate refuses an input, they differ in what they compute."""
    found = _behaviours({"[-1]": ("1", "0"), "[3]": ("!", "6")})
    assert undecided("the factorial", ["f(5) == 120"], "f(n)", "f", found) == []


def test_an_error_on_an_input_of_the_kind_that_was_shown_is_a_stumble() -> None:
    found = _behaviours({"[[3, 4]]": ("4", "4"), "[[1]]": ("!", "1"), "[[]]": ("!", "!")})
    args = ("the smallest even number", ["f([3, 4]) == 4"], "f(items)", "f")
    assert stumbles(*args, "def f(items):\n    return min(i for i in items if i % 2 == 0)", found[0])
    assert not stumbles(*args, "def f(items):\n    return 1", found[1])


def test_an_error_that_the_code_raises_itself_or_a_text_brings_about_is_none() -> None:
    found = _behaviours({"[[1]]": ("!", "!"), "['x1']": ("!", "!")})
    args = ("the number in a text", ["f('17') == 17"], "f(text)", "f")
    assert not stumbles(*args, "def f(text):\n    raise ValueError(text)", found[0])
    texts = _behaviours({"['x1']": ("!", "!")})
    assert not stumbles(*args, "def f(text):\n    return int(text)", texts[0])


def test_a_forgotten_result_is_a_stumble() -> None:
    found = _behaviours({"[[3, 4]]": ("[3]", "[3]"), "[[5, 5]]": ("None", "[]")})
    goal, *args = "items that come once", ["f([3, 4]) == [3]"], "f(items)", "f", "def f(items): ..."
    assert stumbles(goal, *args, found[0])
    assert not stumbles(goal, *args, found[1])
    assert not stumbles("items that come once, or None", *args, found[0])
