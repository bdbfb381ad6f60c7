"""What the user states as fact is found, and nothing else is."""

from __future__ import annotations

import textwrap
import time

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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("asyncio.run(double(4)) == 8", ["double(4) == 8"]),
        ("await double(4) == 8", ["double(4) == 8"]),
        ("1 <= await roll(6) <= 6", ["1 <= roll(6) <= 6"]),
        ("asyncio.run(get('')) raises ValueError", ["get('') raises ValueError"]),
        ("len(asyncio.run(get('a'))) == 1", ["len(asyncio.run(get('a'))) == 1"]),
        (">>> asyncio.run(double(4))\n8", ["double(4) == 8"]),
        ("1 <= roll(6) <= 6", ["1 <= roll(6) <= 6"]),
        ("1 < roll(6) < 7", ["1 < roll(6) < 7"]),
        ("6 >= roll(6) >= 1", ["6 >= roll(6) >= 1"]),
        ("1 ≤ roll(6) ≤ 6.", ["1 <= roll(6) <= 6"]),
        ("-1 <= f(2) <= 1", ["-1 <= f(2) <= 1"]),
        ("f(2) > 0, f(3) >= 0.5.", ["f(2) > 0", "f(3) >= 0.5"]),
        ("- f(2) < 3\n- `f(3)` <= 'b'", ["f(2) < 3", "f(3) <= 'b'"]),
        ("(e.g. f(2) should be > 0)", ["f(2) > 0"]),
        ("f(2) in ('a', 'b')", ["f(2) in ('a', 'b')"]),
        ("f(2) in ['a', 'b'] and f(3) in {1, 2}", ["f(2) in ['a', 'b']", "f(3) in {1, 2}"]),
        ("f(2) is not in (1, 2, 3)", ["f(2) not in (1, 2, 3)"]),
        ("f(2) => 4", ["f(2) == 4"]),
        (">>> f(2) > 0\nTrue\n>>> f(3) == 3\nFalse", ["f(2) > 0", "(f(3) == 3) == False"]),
    ],
)
def test_awaited_calls_and_comparisons(text: str, expected: list[str]) -> None:
    """What waits is waited for where the example is run; bounds and memberships say something, too."""
    assert [str(found) for found in ground_truth(f"Write it.\n{text}").examples] == expected


@pytest.mark.parametrize(
    ("goal", "required"),
    [
        ("Write a class Counter2 that counts: add(n) and total().", ["Counter2"]),
        ("Write a thread-safe Python class Stack.", ["Stack"]),
        ("Write a class Stack with a method called push and `pop()`", ["Stack"]),
        ("class BankAccount storing money", ["BankAccount"]),
        ("Please write an async function fetch that gets a page", ["fetch"]),
        ("Create a function slugify: lower case, dashes", ["slugify"]),
        ("Write a function to_roman converting numbers", ["to_roman"]),
        ("Write a function slug that makes slugs. other(2) == 4", ["other"]),
        ("Write a class JSON reader", []),
        ("Write a class that counts words", []),
        ("Write a function that returns the class Math that is best", []),
        ("Write a function computing that", []),
        ("Write a function such that it ends", []),
        ("Write a function able to sort", []),
        ("Write a function in Python that sorts", []),
        ("Write a function sorted that is stable", []),
    ],
)
def test_the_name_of_what_is_asked_for(goal: str, required: list[str]) -> None:
    """The word after `class` or `function` is taken where it surely is a name."""
    assert ground_truth(goal).required == required


def test_two_ascending_numbers_may_be_a_range() -> None:
    """`in [0, 1]` in prose is taken for what both readings say; as an example it is Python."""
    assert [str(found) for found in ground_truth("f('a') in [0, 1]").examples] == ["0 <= f('a') <= 1"]
    assert [str(found) for found in ground_truth("", ["f('a') in [0, 1]"]).examples] == ["f('a') in [0, 1]"]


@pytest.mark.parametrize(
    "text",
    [
        "f(2) in 3 steps",
        "f(2) in (3) steps",
        "f(2) in (1, 2, 3) steps",
        "f(2) in the loop",
        "f('x') in 'xyz'",
        "f(2) < 3 seconds",
        "f(2) < 3ms",
        "f(2) > 5%",
        "f(2) > 1,000",
        "f(2) > 3/4",
        "f(2) > None",
        "f(2) <br>",
        "f(2)\n> 3 words",
        "f(2) > 0?",
        "f(2) > 0 if it rains",
        "f(2) > 0 or f(2) < -3",
        "if f(2) > 0 then stop",
        "while f(2) < 3: go on",
        "not f(2) > 0",
        "2 * f(3) > 5",
        "y = f(3) > 5",
        "x - 1 <= f(2)",
        "0 < f(2) < n",
        "a < f(2) < 3",
        "6 >= f(2) <= 1",
        "x1 <= f(2)",
        "asyncio.run(main)",
    ],
)
def test_prose_is_not_taken_for_a_comparison(text: str) -> None:
    """A condition, a part of something larger, or a measure states nothing of the call."""
    assert ground_truth(f"Write it. {text}").examples == []


def test_several_examples_in_one_text_are_as_many() -> None:
    """They aren't taken for one tuple, which is always true."""
    given = ground_truth("", ["f(2) == 4, f(3) > 8"])
    assert [str(found) for found in given.examples] == ["f(2) == 4", "f(3) > 8"]


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


STUB = '''from typing import List


def helper(text: str) -> str:
    """ Helps. helper('a') ➞ 'b' """
    return text


def asked(values: List[int], least: int = 0) -> List[int]:
    """ Does it, where ord('a') == 0.
    asked([1]) ➞ [1]
    asked([2], 3) ==> [] # nothing
    asked([3]) should return [3].
    asked([4]) -> 19 - 5 = 14
    asked([5], least="x") raises ValueError
    >>> asked([6])
    [6]
    >>> asked([7])
    Traceback (most recent call last):
    TypeError: no
    >>> helper('c')
    'd'
    >>> asked([8])
    [8]
    """
'''
READ = [
    "asked([6]) == [6]",
    "asked([7]) raises TypeError",
    "asked([8]) == [8]",
    "asked([1]) == [1]",
    "asked([2], 3) == []",
    "asked([3]) == [3]",
    'asked([5], least="x") raises ValueError',
]


@pytest.mark.parametrize(
    "goal",
    [
        STUB,
        f"Write a function with this signature and docstring:\n\n{STUB}",
        f"Please write\n```python\n{STUB}```\nThanks, and don't print.",
        f"Please write\n\n{STUB}\nThanks, and don't print.",
        f"It's this:\n\n{textwrap.indent(STUB, '    ')}\nThanks.",
        STUB.rstrip("\n") + "\n    pass\n",
        STUB.rstrip("\n") + "\n    raise NotImplementedError\n\n\ndef other():\n    return 1\n",
    ],
)
def test_a_stub_in_a_goal_is_read_as_code(goal: str) -> None:
    """Fenced, indented or in the text: the function without a body is asked for, its docstring has the examples."""
    given = ground_truth(goal)
    assert [str(example) for example in given.examples] == READ
    assert given.required == ["asked"]
    assert given.signature == "asked(values: List[int], least: int=0) -> List[int]"
    assert given.code.startswith("from typing import List\n\ndef helper(text: str) -> str:\n")


def test_examples_beside_a_stub_count_too() -> None:
    """What the user says around the code is read as ever; what it doesn't say of the function is not."""
    goal = f"{STUB}\nBesides, asked([9]) == [9] and len('a') == 1.\n\nasked([0]) ➞ []"
    examples = [str(example) for example in ground_truth(goal).examples]
    assert examples == [*READ, "asked([9]) == [9]", "asked([0]) == []"]


def test_the_last_of_several_whole_functions_is_asked_for() -> None:
    """Code that is to be mended is given with its helpers, then itself."""
    goal = (
        "Mend this:\n```python\ndef one(x):\n    return x\n\ndef two(x):\n    return one(x)\n```\ntwo(1) == 2"
    )
    given = ground_truth(goal)
    assert (given.required, given.signature) == (["two"], "two(x)")
    assert given.code == "def one(x):\n    return x"


def test_an_example_that_calls_a_given_helper_does_not_demand_it() -> None:
    """The helper is there already."""
    goal = (
        'def pack(s):\n    return s\n\ndef unpack(s):\n    """ Undoes it. """\n\nunpack(pack(\'a\')) == \'a\''
    )
    given = ground_truth(goal)
    assert given.required == ["unpack"]
    assert [str(example) for example in given.examples] == ["unpack(pack('a')) == 'a'"]
    assert given.code == "def pack(s):\n    return s"


@pytest.mark.parametrize(
    "goal",
    [
        "def f(x): double it. f(1) == 2",
        "def f(x)\nf(1) == 2",
        "def f(x):\nf(1) == 2",
        "class A:\nf(1) == 2",
        "def f(x):\n'''never closed\nf(1) == 2",
    ],
)
def test_what_only_looks_like_a_stub_is_prose(goal: str) -> None:
    """A `def` in a sentence is a signature at most."""
    given = ground_truth(goal)
    assert [str(example) for example in given.examples] == ["f(1) == 2"]
    assert given.code == ""


def test_long_texts_are_read_soon() -> None:
    """A goal may have a whole file pasted into it."""
    before = time.process_time()
    ground_truth("def f(x):\n" * 3000 + "f(" * 3000 + "'''" + "f(1) ➞ " * 3000)
    ground_truth("def f(x):\n    '''" + "f(1, " * 3000 + "f(1) ➞ " + "1 + " * 3000 + "'''\n")
    assert time.process_time() - before < 10
