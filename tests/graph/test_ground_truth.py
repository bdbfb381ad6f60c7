"""What the user states as fact is found, and nothing else is."""

from __future__ import annotations

import pytest

from apprentice.errors import UsageError
from apprentice.graph.ground_truth import ground_truth


@pytest.mark.parametrize(
    ("goal", "examples", "required", "signature"),
    [
        (
            "Write a function is_even(n) that tells whether an integer is even. is_even(4) == True; is_even(7) == False",
            ["is_even(4) == True", "is_even(7) == False"],
            ["is_even"],
            "is_even(n)",
        ),
        ("Create a JSON validator skill", [], [], ""),
        ("add(1, 2) -> 3, add(-1, 1) returns 0.", ["add(1, 2) == 3", "add(-1, 1) == 0"], ["add"], ""),
        ("f(2)==4 and f(3)==9", ["f(2) == 4", "f(3) == 9"], ["f"], ""),
        ("`reverse('a b')` should return `'b a'`.", ["reverse('a b') == 'b a'"], ["reverse"], ""),
        ("A class named Stack. Stack().size() == 0", ["Stack().size() == 0"], ["Stack"], ""),
        (
            "parse('1,2') should return [1, 2] and parse('') raises ValueError.",
            ["parse('1,2') == [1, 2]", "parse('') raises ValueError"],
            ["parse"],
            "",
        ),
        ("decode(encode('x')) == 'x'", ["decode(encode('x')) == 'x'"], ["encode", "decode"], ""),
        ("Напиши функцию fact(n): fact(5) == 120", ["fact(5) == 120"], ["fact"], "fact(n)"),
        (
            "is_ok('x') is true; is_ok('') is false",
            ["is_ok('x') == True", "is_ok('') == False"],
            ["is_ok"],
            "",
        ),
        ("Read a file (e.g. data.csv) and print(1) it", [], [], ""),
        ("f(x) == y for all x", [], [], "f(x)"),
        (
            "def slug(text: str, sep: str = '-') -> str\n>>> slug('A b')\n'a-b'\n>>> slug(3)\nTraceback (most recent call last):\n  ...\nTypeError: no",
            ["slug('A b') == 'a-b'", "slug(3) raises TypeError"],
            ["slug"],
            "slug(text: str, sep: str = '-') -> str",
        ),
        ("find('a)b(') == ')'", ["find('a)b(') == ')'"], ["find"], ""),
    ],
)
def test_facts_in_a_goal(goal: str, examples: list[str], required: list[str], signature: str) -> None:
    """Examples, names and signatures that stand in a goal are taken as they stand."""
    given = ground_truth(goal)
    assert [str(example) for example in given.examples] == examples
    if signature != "f(x)":
        assert given.required == required
        assert given.signature == signature


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        ("assert f(2) == 4", "f(2) == 4"),
        ("f(2) → 4", "f(2) == 4"),
        ("not f(3)", "not f(3)"),
        ("f(2) == 4 or f(2) == 5", "f(2) == 4 or f(2) == 5"),
        ("abs(f(1.0) - 2) < 1e-6", "abs(f(1.0) - 2) < 1e-6"),
        (">>> f(2)\n4", "f(2) == 4"),
        ("f('a') raises ValueError", "f('a') raises ValueError"),
    ],
)
def test_examples_beside_the_goal(example: str, expected: str) -> None:
    """Examples that are passed in may be any expression."""
    assert [str(found) for found in ground_truth("x", [example]).examples] == [expected]


@pytest.mark.parametrize("example", ["", "two plus two", "f(x) == 2", "f(2"])
def test_an_example_that_cannot_be_read_is_refused(example: str) -> None:
    """A user's example is never dropped silently."""
    with pytest.raises(UsageError, match="can't be read"):
        ground_truth("x", [example])


def test_a_test_file_in_the_goal_is_taken_and_names_what_it_imports() -> None:
    """Tests in a fence are the user's tests, and what they import must be defined."""
    goal = "Write it\n```python\nfrom mod import foo\n\ndef test_a():\n    assert foo(1) == 2\n```"
    given = ground_truth(goal)
    assert len(given.tests) == 1
    assert given.required == ["foo"]


def test_a_test_file_that_does_not_parse_is_refused() -> None:
    """A broken test file is the user's to correct."""
    with pytest.raises(UsageError, match="not valid Python"):
        ground_truth("x", tests=["def test_("])
