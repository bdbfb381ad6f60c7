"""Tests of one skill as tests of another: what is renamed, what stays, and what can't be told."""

from __future__ import annotations

import json

import pytest

from apprentice.curation.tidy_compare import MAX_CALLS, agreement, like, probing_calls
from apprentice.curation.tidy_tests import Entry, adapted, adapted_example, literal_calls, new_tests
from apprentice.proof.behaviour import Outcome
from apprentice.syntax_trees import literal

ONE = Entry("old", "f", ("a", "b"))
TWO = Entry("new", "g", ("x", "y"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from old import f\n\nassert f(1, b=2)", "from new import g as f\n\nassert f(1, y=2)"),
        ("from old import f as h\nh(a=1)  # a=1", "from new import g as h\nh(x=1)  # a=1"),
        (
            "from old import (\n    f,\n    Error,\n)\nf(b=f(a=1))",
            "from new import g as f, Error\nf(y=f(x=1))",
        ),
        ("import old\nold.f(1, a=2)\nold.Error", "import new as old\nold.g(1, x=2)\nold.Error"),
        ("import os, old as o\no.f()", "import os, new as o\no.g()"),
        (
            "from old import f\n'ä'; f('é', a='ü')\nother(a=1)",
            "from new import g as f\n'ä'; f('é', x='ü')\nother(a=1)",
        ),
        (
            "from old import f\r\nf(\r\n    a=1,\r\n    b=2)\r\n",
            "from new import g as f\nf(\n    x=1,\n    y=2)\n",
        ),
        ("from old import *\nf()", None),
        ("import old.part\n", None),
        ("from old.part import f\n", None),
        ("def test_it():\n    pass\n", None),
        ("x =", None),
    ],
)
def test_names_of_the_skill_are_changed_and_nothing_else(text: str, expected: str | None) -> None:
    """Module, function and parameters; the file's own names, comments and layout stay."""
    assert adapted(text, ONE, TWO) == expected


def test_examples_are_adapted() -> None:
    """With what they raise; one that can't be read is none."""
    assert adapted_example("f(1, b=2) == f(3)", ONE, TWO) == "g(1, y=2) == g(3)"
    assert adapted_example("f('') raises ValueError", ONE, TWO) == "g('') raises ValueError"
    assert adapted_example("f(", ONE, TWO) == ""


def test_only_tests_that_are_new_are_left() -> None:
    """Whatever they and the function are called; a test is the same only if what it uses is the same."""
    known = "from new import g\n\nDATA = 1\n\n\ndef test_one():\n    assert g(1) == 2\n\n\ndef test_data():\n    assert g(DATA) == 2\n"
    text = (
        "from new import g as f\n\nDATA = {}\n\n\ndef test_a():\n    '''Text.'''\n    assert f(1) == 2\n\n\n"
        "def test_b():\n    assert f(DATA) == 2\n\n\n# kept\ndef test_c():\n    assert f(3) == 4\n"
    )
    entry = Entry("new", "g", ("x",))
    left = new_tests(text.format("2"), [known], entry)
    assert "test_a" not in left
    assert "test_b" in left
    assert "# kept\ndef test_c" in left
    assert "test_b" not in new_tests(text.format("1"), [known], entry)
    assert new_tests(left, [known, left], entry) == ""
    assert new_tests(known, [known], entry) == ""


def test_calls_near_those_of_the_tests() -> None:
    """Those of the tests come first, then others of each of their kinds; there are never too many."""
    text = "from old import f\nf(1, 2)\nf(b=4, a=3)\nf(1, b=n)\nf(b=1)\nf('x' * 3)\n"
    assert list(literal_calls(text, ONE)) == [[1, 2], [3, 4]]
    known = ["[1, 'ab']", "[[1, 2], {'k': (1.5, None)}]", "[{1}, True]", "[2.5, 'c']"]
    calls = probing_calls(known)
    assert set(calls[:4]) == set(known)
    assert len(set(calls)) == len(calls)
    assert MAX_CALLS - 4 <= len(calls) <= MAX_CALLS
    assert like(calls, known) == calls
    kinds: list[list[type]] = [[type(value) for value in literal(call)] for call in calls]
    several: list[list[type]] = [[int, str], [float, str], [list, dict], [set, bool]]
    assert min(map(kinds.count, several)) > 3
    assert "[1, '']" in calls
    assert len(probing_calls([f"[{number}, {number}]" for number in range(500)])) == MAX_CALLS
    assert probing_calls(["[]"]) == ["[]"]
    assert probing_calls([]) == []


def test_calls_of_other_kinds_than_the_known_ones_do_not_count() -> None:
    """Ints and floats are of one kind, bools are not; where nothing is known, all count."""
    calls = ["[1, 'a']", "[2.5, '']", "[True, 'a']", "[1]", "[None, 'a']", "['a', 'a']"]
    assert like(calls, ["[7, 'x']"]) == ["[1, 'a']", "[2.5, '']"]
    assert like(calls, []) == calls


def test_when_results_agree() -> None:
    """Where the other gives none, the kept one may do as it likes; numbers are the same but for rounding."""

    def gave(kind: str, value: str) -> Outcome:
        return Outcome("returned", json.dumps([kind, value]))

    raised, slow, unknown = Outcome("raised", "ValueError"), Outcome("slow"), Outcome("unknown")
    number = gave("float", "0.3")
    assert agreement([number, raised], [gave("float", "0.30000000000000004"), raised]) == 1
    assert agreement([gave("int", "2")], [gave("float", "2.0")]) == 1
    assert agreement([number, raised, slow, unknown], [raised, slow, Outcome("died"), raised]) == 0
    assert agreement([raised], [number]) is None
    assert agreement([slow], [number]) is None
    assert agreement([unknown], [number]) is None
    assert agreement([gave("bool", "True")], [gave("int", "1")]) is None
    assert agreement([unknown], [unknown]) is None
    assert agreement([number], [unknown]) is None
