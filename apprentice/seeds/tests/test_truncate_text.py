"""Tests of the skill `truncate_text`."""

import pytest
from truncate_text import truncate_text


def test_what_fits_stays() -> None:
    assert truncate_text("hello", 5) == "hello"
    assert truncate_text("", 3) == ""


def test_it_ends_with_a_whole_word() -> None:
    assert truncate_text("one two three", 9) == "one two…"
    assert truncate_text("one two three", 8) == "one two…"


def test_a_long_word_is_cut() -> None:
    assert truncate_text("incomprehensible", 6) == "incom…"


def test_another_ending() -> None:
    assert truncate_text("one two three", 10, "...") == "one two..."
    assert truncate_text("abcdef", 3, "") == "abc"


def test_never_longer_than_asked() -> None:
    text = "some words of several lengths, all in a row"
    assert all(len(truncate_text(text, length)) <= length for length in range(1, 50))


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError):
        truncate_text("hello", 2, "...")
    with pytest.raises(TypeError):
        truncate_text("hello", 2.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        truncate_text(12345, 3)  # type: ignore[arg-type]
