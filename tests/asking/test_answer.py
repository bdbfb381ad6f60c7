"""Values as a person would write them down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apprentice.asking.answer import Answer, in_words


@pytest.mark.parametrize(
    ("request_", "value", "text"),
    [
        ("What is 15 percent of 300?", 45.0, "45"),
        ("Half of 3", 1.5, "1.5"),
        ("Sum", 0.1 + 0.2, "0.3"),
        ("Big", 1e300, "1e+300"),
        ("Big", 10**30, str(10**30)),
        ("Minus", -0.0, "0"),
        ("Exact", 2**53 + 1, "9007199254740993"),
        ("Exact", [2**60 + 1], "1152921504606846977"),
        ("Exact", 2.0**53, "9007199254740992"),
        ("Digits", 1 / 3, "0.333333333333333"),
        ("Digits", 123456789012.345, "123456789012.345"),
        ("Digits", 2.5, "2.5"),
        ("Rounding", sum([0.1] * 100), "10"),
        ("Is 7 prime?", True, "Yes."),
        ("are they equal", False, "No."),
        ("Check 7", True, "true"),
        ("Reverse", "nohtyP", "nohtyP"),
        ("Reverse", "", ""),
        ("Primes", [2, 3, 5.0], "2, 3, 5"),
        ("Both", [True, False], "true, false"),
        ("Words", ["a, b", "c"], "- a, b\n- c"),
        ("None", [], "(nothing)"),
        ("Table", {"a": 1.0, "b": None, "c": True}, "a: 1\nb: none\nc: true"),
        ("Deep", {"a": [1]}, '{\n  "a": [\n    1\n  ]\n}'),
        ("Empty", {}, "{}"),
        ("Do", None, "Done; there is no result to show."),
    ],
)
def test_values_in_words(request_: str, value: Any, text: str) -> None:
    """Numbers without what floating point left, lists as sentences, yes and no where that was asked."""
    assert in_words(request_, value) == text


def test_what_a_long_value_has_more_of_is_said() -> None:
    """A list or table that is cut never looks whole."""
    texts = in_words("Lines", [f"line {number}" for number in range(500)]).splitlines()
    assert (len(texts), texts[199:]) == (201, ["- line 199", "… 300 more"])
    table = in_words("Table", {str(number): number for number in range(201)}).splitlines()
    assert table[199:] == ["199: 199", "… 1 more"]
    assert "more" not in in_words("Lines", ["long line"] * 200)


def test_files_that_were_written_are_named(tmp_path: Path) -> None:
    """Where there is no other result."""
    (tmp_path / "a.csv").write_text("x")
    assert in_words("Save it", None, str(tmp_path)) == f"Written: {tmp_path / 'a.csv'}"
    assert in_words("Save it", 3, str(tmp_path)) == "3"


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_every_json_value_has_words_and_is_a_document(value: Any) -> None:
    """And a program gets it unchanged."""
    text = in_words("x", value)
    assert isinstance(text, str)
    answer = Answer("x", "answered", "r", text=text, value=value)
    assert json.loads(json.dumps(answer.as_dict()))["value"] == value
