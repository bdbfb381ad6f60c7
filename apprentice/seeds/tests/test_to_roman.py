"""Tests of the skill `to_roman`."""

import pytest
from to_roman import to_roman


def test_one_to_ten() -> None:
    numerals = [to_roman(number) for number in range(1, 11)]
    assert numerals == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]


def test_years() -> None:
    assert to_roman(1994) == "MCMXCIV"
    assert to_roman(1888) == "MDCCCLXXXVIII"


def test_the_largest() -> None:
    assert to_roman(3999) == "MMMCMXCIX"


def test_outside_the_range_is_refused() -> None:
    with pytest.raises(ValueError):
        to_roman(0)
    with pytest.raises(ValueError):
        to_roman(4000)
    with pytest.raises(TypeError):
        to_roman("12")  # type: ignore[arg-type]
