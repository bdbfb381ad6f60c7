"""Inputs made of the code's own constants reach the bounds that it tests for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from apprentice.proof.seeding import constants_of, seeded
from apprentice.syntax_trees import literal

DATE = """
def is_date(text):
    "Whether 77 is a date."
    day, month, _ = map(int, text.split('-'))
    if month == 2 and day > 29:
        return False
    return 1 <= month <= 12 and 1 <= day <= 31
"""
SHIPPING = """
def shipping(weight):
    if weight > 4250:
        return 'heavy'
    return 'light'
"""
SPACES = """
def squeeze(text):
    while '~~~' in text:
        text = text.replace('~~~', '_')
    return text
"""

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-100, 100) | st.floats(allow_nan=False, allow_infinity=False, width=16) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def inputs(code: str, function: str, example: str) -> list[object]:
    return [literal(text)[0] for text in seeded(f"{function}(value)", [example], function, [code])]


def test_several_numbers_of_a_text_are_replaced_at_once() -> None:
    """30 February needs the right day and the right month together."""
    made = inputs(DATE, "is_date", "is_date('15-01-2012') == True")
    assert any(str(text).startswith(("30-02-", "31-02-", "30-2-", "31-2-")) for text in made)


def test_numbers_are_tried_on_both_sides_of_a_bound() -> None:
    """4250 and 4251 are told apart by `> 4250` alone."""
    made = inputs(SHIPPING, "shipping", "shipping(3) == 'light'")
    assert {4249, 4250, 4251} <= set(made)


def test_texts_of_the_code_are_put_in() -> None:
    """No text of the example holds what the code looks for."""
    made = inputs(SPACES, "squeeze", "squeeze('a b') == 'a b'")
    assert any("~~~" in str(text) for text in made)


def test_docstrings_are_no_constants() -> None:
    """What a docstring says is no bound of the code."""
    found = constants_of([DATE])
    assert 29 in found.numbers
    assert 77 not in found.numbers
    assert not any("date" in text for text in found.texts)


@given(st.lists(st.lists(plain, min_size=1, max_size=2), min_size=1, max_size=3))
def test_any_examples_give_readable_lists_without_repeats(calls: list[list[object]]) -> None:
    """Each is a list that can be read, as long as the examples' own, and the same every time."""
    examples = [f"f({', '.join(map(repr, values))}) == 1" for values in calls]
    made = seeded("", examples, "f", [DATE, SPACES, "not Python ("], count=20)
    assert len(set(made)) == len(made) <= 20
    assert all(len(literal(text)) == max(map(len, calls)) for text in made)
    assert made == seeded("", examples, "f", [DATE, SPACES, "not Python ("], count=20)
