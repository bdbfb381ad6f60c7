"""Tests of the skill `title_case`."""

import pytest
from title_case import title_case


def test_small_words_are_small_inside() -> None:
    assert title_case("war and peace") == "War and Peace"


def test_small_words_at_the_ends_are_not() -> None:
    assert title_case("the world we live in") == "The World We Live In"


def test_words_with_capitals_inside_stay() -> None:
    assert title_case("my iPhone at NASA") == "My iPhone at NASA"


def test_white_space_stays() -> None:
    assert title_case("two  spaces\nand a line") == "Two  Spaces\nand a Line"
    assert title_case("") == ""


def test_an_apostrophe_starts_no_word() -> None:
    assert title_case("don't stop") == "Don't Stop"


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError):
        title_case(["a"])  # type: ignore[arg-type]
