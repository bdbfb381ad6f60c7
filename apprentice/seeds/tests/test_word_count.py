"""Tests of the skill `word_count`."""

import pytest
from word_count import word_count


def test_no_text_has_no_words() -> None:
    assert word_count("") == 0
    assert word_count("  \n\t ") == 0
    assert word_count("... --- !!!") == 0


def test_white_space_and_punctuation_divide_words() -> None:
    assert word_count("one, two;three\nfour") == 4


def test_apostrophes_and_hyphens_do_not() -> None:
    assert word_count("don't re-read it") == 3


def test_other_scripts_and_digits() -> None:
    assert word_count("größer als 25 Äpfel") == 4


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError):
        word_count(None)  # type: ignore[arg-type]
