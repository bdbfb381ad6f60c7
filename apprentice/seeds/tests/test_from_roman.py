"""Tests of the skill `from_roman`."""

import pytest
from from_roman import from_roman


def test_years() -> None:
    assert from_roman("MCMXCIV") == 1994
    assert from_roman("MMMCMXCIX") == 3999


def test_small_letters_and_white_space() -> None:
    assert from_roman(" xiv ") == 14


def test_each_letter() -> None:
    assert [from_roman(letter) for letter in "IVXLCDM"] == [1, 5, 10, 50, 100, 500, 1000]


def test_what_is_not_written_so_is_refused() -> None:
    for text in ("", "IIII", "VX", "IC", "ABC", "MMMM", "12"):
        with pytest.raises(ValueError):
            from_roman(text)


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError):
        from_roman(14)  # type: ignore[arg-type]
