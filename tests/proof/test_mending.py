"""Failing candidates are mended by small edits: what comes out holds the examples, and is found again the same way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from apprentice.cancellation import CancelToken
from apprentice.errors import Cancelled
from apprentice.proof.mending import Mended, mend_by_edits
from apprentice.sandbox import Sandbox, open_sandbox
from apprentice.sandbox.base import Example
from apprentice.settings import load_settings


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    kind = open_sandbox(load_settings(workspace=tmp_path_factory.mktemp("workspace")))
    yield kind
    kind.close()


@dataclass(frozen=True)
class Miss:
    """What a model of 135 million parameters wrote, and what would show that it's mended."""

    function: str
    goal: str
    examples: tuple[str, ...]
    hidden: tuple[str, ...]
    codes: tuple[str, ...]


MISSES = [
    Miss(
        "reverse_words",
        "reverses the order of the words in a text. Words are separated by spaces; in the result by exactly one space.",
        ("reverse_words('hello big world') == 'world big hello'", "reverse_words('') == ''"),
        ("reverse_words('a  b') == 'b a'", "reverse_words('one') == 'one'"),
        (
            "def reverse_words(text):\n    return ''.join([word[::-1] for word in text.split()[::-1]])\n",
            "def reverse_words(text):\n    return ' '.join(reversed(text))\n",
            "def reverse_words(text):\n    return text[::-1]\n",
        ),
    ),
    Miss(
        "iso_date",
        "writes a date as YYYY-MM-DD, with zeros in front of one-digit months and days and of years below 1000.",
        ("iso_date(2024, 3, 5) == '2024-03-05'", "iso_date(987, 11, 30) == '0987-11-30'"),
        ("iso_date(5, 1, 2) == '0005-01-02'",),
        (
            'def iso_date(year, month, day):\n    return f"{year:02d}-{month:02d}-{day:02d}"\n',
            'def iso_date(year, month, day):\n    return f"{year:02d}-{month:02d}T{day:02d}Z"\n',
        ),
    ),
    Miss(
        "merge_dicts",
        "returns a new dictionary with the entries of both. Where both have a key, the value of the second counts.",
        (
            "merge_dicts({'a': 1}, {'b': 2}) == {'a': 1, 'b': 2}",
            "merge_dicts({'a': 1}, {'a': 2}) == {'a': 2}",
        ),
        ("merge_dicts({}, {}) == {}", "merge_dicts({'x': 1, 'y': 2}, {'y': 3}) == {'x': 1, 'y': 3}"),
        ("def merge_dicts(first, second):\n    return {key: value for key, value in zip(first, second)}\n",),
    ),
    Miss(
        "every_second",
        "returns a list of every second item of a list, beginning with the first.",
        ("every_second([1, 2, 3, 4, 5]) == [1, 3, 5]", "every_second([]) == []"),
        ("every_second(['a', 'b', 'c']) == ['a', 'c']", "every_second([4, 4, 6]) == [4, 6]"),
        ("def every_second(items):\n    return [x for x in items if every_second(x)]\n",),
    ),
    Miss(
        "last_item",
        "returns the last item of a list, or None if the list is empty.",
        ("last_item([1, 2, 3]) == 3", "last_item([]) == None"),
        ("last_item(['b', 'a']) == 'a'",),
        (
            "def last_item(items):\n    if len(items) == 0:\n        return None\n    return items[-1][-1]\n",
            "def last_item(items):\n    if not isinstance(items, list) or not isinstance(items[0]):\n"
            "        return None\n    return items[-1]\n",
        ),
    ),
    Miss(
        "file_extension",
        "returns what stands after the last dot of a file name, in lower case, or an empty text if there is no dot.",
        ("file_extension('Photo.JPG') == 'jpg'", "file_extension('README') == ''"),
        ("file_extension('a.tar.GZ') == 'gz'",),
        ("def file_extension(name):\n    return name[name.rindex('.') + 1:]\n",),
    ),
    Miss(
        "transpose",
        "turns the rows of a matrix into columns. Rows of different lengths raise a ValueError.",
        ("transpose([[1, 2, 3], [4, 5, 6]]) == [[1, 4], [2, 5], [3, 6]]", "transpose([[1, 2], [3]]) raises ValueError"),
        ("transpose([]) == []", "transpose([['a']]) == [['a']]"),
        ("def transpose(matrix):\n    return [list(str(x)[::-1]) for x in zip(*matrix)]\n",),
    ),
    Miss(
        "is_palindrome",
        "tells whether a text reads the same backwards. Upper and lower case count as the same letter.",
        ("is_palindrome('Level') == True", "is_palindrome('ab') == False"),
        ("is_palindrome('')", "not is_palindrome('a b')", "is_palindrome('Otto')"),
        ("def is_palindrome(text):\n    return text == text[::-1]\n",),
    ),
    Miss(
        "parse_numbers",
        "turns a text of integers separated by commas into a list of integers. An empty text gives an empty list.",
        ("parse_numbers('1, 2,3') == [1, 2, 3]", "parse_numbers('') == []"),
        ("parse_numbers('-4') == [-4]",),
        ("def parse_numbers(text):\n    return [int(num) for num in text.split(',')]\n",),
    ),
    Miss(
        "invert_dict",
        "swaps the keys and the values of a dictionary.",
        ("invert_dict({'a': 1, 'b': 2}) == {1: 'a', 2: 'b'}", "invert_dict({}) == {}"),
        ("invert_dict({'x': 0, 'y': 4}) == {0: 'x', 4: 'y'}",),
        ("def invert_dict(mapping):\n    return {key: value for key, value in mapping.items() if value % 2}\n",),
    ),
    Miss(
        "common_items",
        "returns a list of the items of the first list that are in the second list too, in the order of the first list.",
        ("common_items([1, 2, 3], [3, 2]) == [2, 3]", "common_items([1], []) == []"),
        ("common_items(['b', 'a', 'c'], ['a', 'b']) == ['b', 'a']",),
        ("def common_items(first, second):\n    return [x for x in (first + second) // 2 if x in second]\n",),
    ),
    Miss(
        "count_filled_lines",
        "counts the lines of a text that aren't blank. A line of nothing but spaces or tabs is blank.",
        ("count_filled_lines('one\\n\\ntwo\\n') == 2", "count_filled_lines('') == 0"),
        ("count_filled_lines('a\\n \\nb c\\n\\t') == 2",),
        (
            "def count_filled_lines(content):\n    return len([line.strip() for line in content.split('\\n')])\n",
        ),
    ),
]  # fmt: skip


def mended(sandbox: Sandbox, miss: Miss, seconds: float = 60.0, most: int = 6) -> list[Mended]:
    return mend_by_edits(
        sandbox,
        miss.codes,
        miss.function,
        miss.examples,
        modules={},
        goal=miss.goal,
        seconds=seconds,
        most=most,
    )


def holds(sandbox: Sandbox, code: str, checks: tuple[str, ...]) -> bool:
    examples = []
    for number, check in enumerate(checks):
        source, raises, name = check.rpartition(" raises ")
        examples.append(Example(source if raises else check, f"check_{number}", name if raises else ""))
    return sandbox.run_tests("m", modules={"m": code}, examples=examples).ok


def simple(function: str, *examples: str, code: str) -> Miss:
    return Miss(function, "", examples, (), (code,))


@pytest.mark.parametrize("miss", MISSES, ids=lambda miss: miss.function)
def test_near_misses_of_a_small_model_are_mended(sandbox: Sandbox, miss: Miss) -> None:
    """No candidate is right; one that's one or two edits away is, and every one that is offered holds the examples."""
    assert not any(holds(sandbox, code, miss.examples) for code in miss.codes)
    found = mended(sandbox, miss)
    assert all(holds(sandbox, one.code, miss.examples) for one in found)
    assert any(holds(sandbox, one.code, miss.hidden) for one in found)


def test_the_same_is_found_again(sandbox: Sandbox) -> None:
    """Nothing of it is left to chance."""
    assert mended(sandbox, MISSES[0]) == mended(sandbox, MISSES[0])


def test_one_for_each_behaviour(sandbox: Sandbox) -> None:
    """Variants that differ only in how they are written count for one, with the number of their sources."""
    codes = (
        "def double(n):\n    return n + 3 * 2\n",
        "def double(n):\n    return n * 3\n",
        "def double(n):\n    return n ** 2 + n * 2\n",
    )
    miss = Miss(
        "double", "doubles a number", ("double(4) == 8", "double(5) == 10", "double(0) == 0"), (), codes
    )
    found = mended(sandbox, miss)
    assert found[0].sources >= 2
    assert found[0].edits == 1
    assert holds(sandbox, found[0].code, ("double(21) == 42",))


def test_candidates_that_hold_the_examples_are_left_alone(sandbox: Sandbox) -> None:
    """There is nothing to mend, so nothing is made up."""
    assert mended(sandbox, simple("f", "f(2) == 4", code="def f(n):\n    return n * 2\n")) == []


def test_code_that_needs_a_permission_is_not_touched(sandbox: Sandbox) -> None:
    """Hundreds of variants of code that opens files or connections are never run."""
    for line in ("open(name).read()", "__import__('os').listdir(name)"):
        miss = simple("f", "f('a') == 1", code=f"def f(name):\n    {line}\n    return 2\n")
        assert mended(sandbox, miss) == []
    code = "from os import getenv, remove\n\n\ndef f(name):\n    return len(name)\n"
    assert mended(sandbox, simple("f", "f('a') == 2", "f('ab') == 3", code=code)) == []
    harmless = code.replace("os import getenv, remove", "math import floor")
    assert mended(sandbox, simple("f", "f('a') == 2", "f('ab') == 3", code=harmless))


def test_answers_are_not_spelled_out(sandbox: Sandbox) -> None:
    """An edit never brings an example's answer into the code, even where that would be the shortest way."""
    miss = simple("f", "f('ab') == 'k7'", "f('cd') == 'q9'", code="def f(text):\n    return text\n")
    assert mended(sandbox, miss) == []
    fixed = simple("f", "f(3) == 17", code="def f(n):\n    return 0\n")
    assert mended(sandbox, fixed) == []


def test_each_argument_has_a_part_in_it(sandbox: Sandbox) -> None:
    """An answer that does without one of the arguments is right by chance."""
    miss = simple("f", "f([1, 2], [2]) == [2]", code="def f(first, second):\n    return first + second\n")
    assert all("second" in one.code.split("return")[1] for one in mended(sandbox, miss))


def test_unreadable_examples_and_codes_give_nothing(sandbox: Sandbox) -> None:
    """What can't be read is no reason to fail."""
    assert mended(sandbox, simple("f", "sorted(f(2)) == g(1)", code="def f(n):\n    return n\n")) == []
    assert mended(sandbox, simple("f", "f(2) == 4", code="def f(n:\n")) == []
    assert mended(sandbox, simple("f", "f(2) == 4", code="def g(n):\n    return n\n")) == []
    assert mended(sandbox, simple("f", code="def f(n):\n    return n\n")) == []


def test_examples_that_are_no_plain_call_count_in_the_end(sandbox: Sandbox) -> None:
    """What the search can't compare decides when each is run by itself."""
    miss = simple("f", "f(2) == 4", "f(3) + f(1) == 8", code="def f(n):\n    return n - 2\n")
    found = mended(sandbox, miss)
    assert found
    assert all(holds(sandbox, one.code, ("f(3) + f(1) == 8",)) for one in found)


def test_keyword_arguments_are_bound(sandbox: Sandbox) -> None:
    """Examples may pass values by name."""
    miss = simple(
        "f", "f('a', times=2) == 'aa'", "f(text='b', times=3) == 'bbb'", code="def f(text, times):\n    return text + times\n"
    )  # fmt: skip
    assert mended(sandbox, miss)


def test_what_goes_on_for_ever_does_not_stop_it(sandbox: Sandbox) -> None:
    """A candidate that never ends may be one edit away as well."""
    code = (
        "def f(n):\n    total = 0\n    while n > 0:\n        total += n\n        n += 1\n    return total\n"
    )
    found = mended(sandbox, simple("f", "f(3) == 6", "f(0) == 0", "f(5) == 15", code=code))
    assert any(holds(sandbox, one.code, ("f(10) == 55",)) for one in found)


def test_it_ends_in_time(sandbox: Sandbox) -> None:
    """The time is for all of it, however much there would be to try."""
    lines = "".join(f"    x{n} = (text.count('{n}') + len(text) * {n}) // 3\n" for n in range(60))
    code = f"def f(text):\n{lines}    return x1 + x59\n"
    began = time.monotonic()
    mended(sandbox, simple("f", "f('abc') == 'no'", code=code), seconds=0.5)
    assert time.monotonic() - began < 10


def test_it_can_be_stopped(sandbox: Sandbox) -> None:
    """A person who stops the run doesn't wait for the rest."""
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        mend_by_edits(
            sandbox, MISSES[0].codes, "reverse_words", MISSES[0].examples, modules={}, cancel=cancel
        )


def test_the_library_can_be_used(sandbox: Sandbox) -> None:
    """Candidates may import skills."""
    code = "import helper\n\ndef f(n):\n    return helper.double(n) + 1\n"
    found = mend_by_edits(
        sandbox,
        [code],
        "f",
        ["f(2) == 4", "f(5) == 10"],
        modules={"helper": "def double(n):\n    return n * 2\n"},
        seconds=60.0,
    )
    assert found
