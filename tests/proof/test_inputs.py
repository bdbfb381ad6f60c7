"""The arguments that a function is tried with are of the kinds that it takes, and tell right from nearly right."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apprentice.proof.inputs import arguments_for, call_text
from apprentice.proof.kinds import Kind, fits, kind_of
from apprentice.syntax_trees import literal

ROOT = Path(__file__).parents[2]


def values_for(signature: str, examples: list[str], function: str = "f", **options: Any) -> list[list[Any]]:
    return [literal(text) for text in arguments_for(signature, examples, function, **options)]


@pytest.mark.parametrize(
    ("signature", "examples"),
    [
        ("f(text: str) -> str", ["f('Hello, World') == 'hello-world'"]),
        ("f(n: int) -> int", ["f(0) == 0", "f(10) == 55"]),
        ("f(a, b)", ["f([1, 3], [2]) == [1, 2, 3]"]),
        ("f(rows, key)", ["f([{'n': 'a', 'v': 1}, {'n': 'b', 'v': 2}], 'n') == ['a', 'b']"]),
        ("f(x: float | None, y: tuple[int, str], z: dict[str, list[int]], w: set[int])", []),
        ("f(*numbers: int)", ["f(1, 2, 3) == 6"]),
        ("", ["f({'a': 1}) == 2"]),
        ("f(data: bytes)", ["f(b'ab') == 'YWI='"]),
    ],
)
def test_arguments_are_readable_distinct_and_begin_with_the_examples(
    signature: str, examples: list[str]
) -> None:
    """Whoever runs or shows them can rely on the form, and what the user gave is always among them."""
    texts = arguments_for(signature, examples, "f")
    assert len(texts) == len(set(texts)) == 60
    assert all(isinstance(literal(text), list) for text in texts)
    known = [text for example in examples for text in arguments_for("", [example], "f", count=1)]
    assert texts[: len(known)] == known


def test_the_same_seed_gives_the_same_arguments_in_any_process() -> None:
    """Figures repeat: nothing depends on the seed for hashes. Another seed gives others."""
    code = (
        "from apprentice.proof.inputs import arguments_for\n"
        "print(arguments_for('f(a: set[str], b: dict[str, int], c: list[float])', "
        "[\"f({'x', 'yy', 'zzz'}, {'k': 1}, [1.5]) == 1\"], 'f'))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    one, other = (arguments_for("f(a: str)", ["f('ab c') == 1"], "f", seed=seed) for seed in (0, 1))
    assert one != other


@pytest.mark.parametrize(
    "annotation",
    [
        "int",
        "float",
        "str",
        "bool",
        "bytes",
        "list",
        "list[str]",
        "List[Tuple[int, str]]",
        "dict[str, float]",
        "dict",
        "tuple[int, ...]",
        "tuple[float, float]",
        "set[int]",
        "Optional[str]",
        "int | str",
        "Union[int, None]",
        "Sequence[int]",
        "Literal['a', 'b']",
        "list[dict[str, int]]",
        "'list[int]'",
        "Mapping[str, list[str]]",
    ],
)
def test_annotations_alone_give_values_of_their_kind(annotation: str) -> None:
    """Without an example there is still something to try, and none of it is of another kind."""
    kind = kind_of(annotation)
    found = values_for(f"f(x: {annotation})", [])
    assert len(found) >= 2
    assert all(len(values) == 1 and fits(kind, values[0]) for values in found)


def test_unknown_annotations_without_examples_give_nothing() -> None:
    """No value is better than one of a kind that the function was never meant for."""
    assert arguments_for("f(when: date)", [], "f") == []
    assert arguments_for("f(x)", [], "f") == []
    assert arguments_for("", [], "f") == []
    assert arguments_for("not a signature (", ["neither this"], "f") == []


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.floats(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(PLAIN, min_size=1, max_size=3))
def test_values_are_of_the_kinds_that_the_examples_have(values: list[Any]) -> None:
    """Whatever a user's examples hold: none fails, and no value of another kind comes of it."""
    kind = kind_of("", values)
    for arguments in values_for("f(x)", [f"f({value!r}) == 1" for value in values], count=30):
        assert len(arguments) == 1
        assert fits(kind, arguments[0])


def test_annotation_narrows_what_examples_say() -> None:
    """An example with whole numbers doesn't keep a float from being tried, and never a text."""
    found = [values[0] for values in values_for("f(x: float)", ["f(3) == 9"])]
    assert {type(value) for value in found} == {int, float}
    assert {type(values[0]) for values in values_for("f(x: int)", ["f(3) == 9"])} == {int}


def test_dates_stay_dates() -> None:
    """Candidates are told apart where the function is meant to work, not by how they refuse nonsense."""
    found = values_for("f(a: str, b: str)", ["f('2024-01-01', '2024-01-31') == 30"])
    dates = {date for values in found for date in values}
    assert all(datetime.date.fromisoformat(date) for date in dates)
    assert "2024-02-29" in dates
    for day, month, year in (
        values[0].split("/") for values in values_for("f(d)", ["f('31/12/2024') == '2024-12-31'"])[1:]
    ):
        assert datetime.date(int(year), int(month), int(day))


@pytest.mark.parametrize(
    ("examples", "pattern"),
    [
        (["f('XIV') == 14", "f('MCM') == 1900"], r"[IVXLCDM]+"),
        (["f('1011') == 11", "f('0') == 0"], r"[01]+"),
        (["f('ACGT') == 'TGCA'"], r"[ACGT]*"),
        (["f('#ff8800') == (255, 136, 0)"], r"#[0-9a-f]{6}"),
        (["f('14:05') == '2:05 PM'"], r"([01]\d|2[0-3]):[0-5]\d"),
        (["f('192.168.0.1') == True"], r"(\d{1,3}\.){3}\d{1,3}"),
        (["f('4111') == False", "f('79927398713') == True"], r"\d+"),
        (["f('([])') == True", "f('(]') == False"], r"[()\[\]]*"),
        (["f('( ) (( ))') == ['()', '(())']"], r"[() ]*"),
        (
            ["f('three one five') == 'one three five'"],
            r"((zero|one|two|three|four|five|six|seven|eight|nine) ?)*",
        ),
        (["f('o o| .| o| o| .| .| o o') == 1"], r"((o|o\||\.\|) ?)+"),
        (["f('555-1234') == '5551234'"], r"\d{3}-\d{4}"),
        (["f('50%') == 0.5", "f('7.5%') == 0.075"], r"[\d.]+%"),
        (["f('1 + 2 * 3') == 7"], r"\d [-+*] \d [-+*] \d"),
    ],
)
def test_texts_keep_the_shape_that_all_examples_have(examples: list[str], pattern: str) -> None:
    """Roman numerals, digits, colours, times and the like aren't tried with what they can't be."""
    import re

    found = [values[0] for values in values_for("f(s: str)", examples)]
    assert len(found) > 10
    assert [text for text in found if not re.fullmatch(pattern, text)] == []


def test_json_stays_json() -> None:
    """The text of a document is changed within the document."""
    found = values_for("f(s: str)", ['f(\'{"a": [1, 2], "b": "x"}\') == 1'])
    assert len(found) > 10
    assert all(isinstance(json.loads(values[0]), dict) for values in found)


def test_free_texts_meet_the_edges() -> None:
    """The empty text, space, letters of other languages, line ends: where text functions go wrong."""
    found = {values[0] for values in values_for("f(text: str)", ["f('Hello, World') == 'hello-world'"])}
    assert {"", " ", "Hello World"} <= found
    assert any("\n" in text for text in found)
    assert any(not text.isascii() for text in found)
    assert sum(", " in text for text in found) > 8


def test_tables_stay_tables() -> None:
    """Rows stay as long as each other, and squares square, when all examples are so."""
    tables = [values[0] for values in values_for("f(m)", ["f([[1, 2], [3, 4]]) == 1", "f([[1, 2, 3]]) == 2"])]
    assert all(len({len(row) for row in table}) <= 1 for table in tables)
    squares = [values[0] for values in values_for("f(m: list[list[int]])", ["f([[1, 2], [3, 4]]) == 1"])]
    assert all(len(row) == len(table) for table in squares for row in table if len(table) > 1)


def test_sorted_lists_stay_sorted_and_lists_of_one_length_too() -> None:
    """What every example has in common is part of what the function takes."""
    for items, _ in values_for("f(items, x)", ["f([1, 3, 9], 3) == 1", "f([2, 4], 5) == -1"]):
        assert items == sorted(items)
    for one, other in values_for("f(a, b)", ["f([1, 2], [3, 4]) == 11", "f([1], [2]) == 2"]):
        assert len(one) == len(other)


def test_records_keep_their_keys_and_keys_come_from_them() -> None:
    """A function over records is tried with records, mostly by keys that they have."""
    found = values_for("f(rows, key)", ["f([{'n': 'a', 'v': 1}, {'n': 'b', 'v': 2}], 'n') == ['a', 'b']"])
    assert all(list(row) == ["n", "v"] for rows, _ in found for row in rows)
    assert sum(key in ("n", "v") for _, key in found) > len(found) / 2
    assert any(key == "v" for _, key in found)


def test_large_numbers_come_late() -> None:
    """A right but slow function is asked what it can answer before what it can't."""
    found = [values[0] for values in values_for("f(n: int) -> int", ["f(0) == 0", "f(10) == 55"])]
    assert max(found[:25]) <= 30
    assert {-1, 0, 1, 2} <= set(found[:15])


def test_values_given_by_name_stand_in_the_order_of_the_signature() -> None:
    """One form for all calls; where a value was left out before another, its default fills the place."""
    signature = "def f(s: str, *, sep: str = ',', limit: int = 3) -> list[str]:"
    texts = arguments_for(signature, ["f('a b', limit=2) == ['a', 'b']", "f('a;b', sep=';') == 1"], "f")
    assert texts[:2] == ["['a b', ',', 2]", "['a;b', ';']"]
    assert call_text(signature, "f", texts[0]) == "f('a b', sep=',', limit=2)"
    assert call_text("f(a, b=1)", "f", "[[1], {'x': 2}]") == "f([1], {'x': 2})"
    assert call_text("", "f", "[1, (2,)]") == "f(1, (2,))"


@pytest.mark.parametrize(
    "value",
    [
        "1e307",
        "1e999",
        "-1e999",
        "10**100",
        "' '",
        "''",
        "'\\n'",
        "'-'",
        "'[1e999]'",
        "b''",
        "()",
        "[[], [1]]",
        "{}",
    ],
)
def test_odd_examples_do_no_harm(value: str) -> None:
    """Whatever a user gives: there is an answer, and it can be read."""
    for other in ("1", "'a'", value):
        found = values_for("f(x, y)", [f"f({value}, {other}) == 1", f"f({value}, {other}) == 2"])
        assert all(len(arguments) == 2 for arguments in found)


def test_examples_of_every_form_are_read() -> None:
    """Raising ones, negated ones, calls within calls and small sums of plain values."""
    examples = [
        "f('') raises ValueError",
        "not f('a')",
        "sorted(f('b')) == ['b']",
        "f('x' * 3) == 'xxx'",
        "m.f('d') is None",
    ]
    assert arguments_for("f(s)", examples, "f", count=5) == ["['']", "['a']", "['b']", "['xxx']", "['d']"]
    assert arguments_for("f(s)", ["g(1) == 2", "f(unknown) == 1", "f(['a'"], "f") == []


def test_bounds_are_kept() -> None:
    """No more than asked for, none near when none is wanted, none too long, and small kinds end by themselves."""
    assert len(arguments_for("f(x: int)", ["f(1) == 1"], "f", count=7)) == 7
    far = arguments_for("f(x: str)", ["f('Zanzibar') == 1"], "f", near=False, count=20)
    assert far[0] == "['Zanzibar']"
    assert "['ZANZIBAR']" not in far
    assert len(arguments_for("f(x: bool)", [], "f")) == 2
    long = arguments_for("f(x: str)", [f"f({'word ' * 380!r}) == 1"], "f")
    assert max(map(len, long)) <= 2000


def test_kinds_are_read_from_annotations() -> None:
    """What can't be known is any value, and that is said."""
    assert kind_of("list[int]").inner == (Kind("int"),)
    assert kind_of("Optional[int]").name == "union"
    assert not kind_of("Callable[[int], int]").known
    assert not kind_of("list[date]").inner[0].seen
    assert kind_of("broken[").name == "any"
    assert not fits(kind_of("int"), True)
