"""Tests of the skill `is_leap_year`."""

import pytest
from is_leap_year import is_leap_year


def test_every_fourth_year() -> None:
    assert is_leap_year(2024) is True
    assert is_leap_year(2023) is False


def test_centuries_are_none() -> None:
    assert is_leap_year(1900) is False
    assert is_leap_year(2100) is False


def test_every_fourth_century_is_one() -> None:
    assert is_leap_year(2000) is True
    assert is_leap_year(1600) is True


def test_what_is_no_year_is_refused() -> None:
    with pytest.raises(ValueError):
        is_leap_year(0)
    with pytest.raises(TypeError):
        is_leap_year("2024")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        is_leap_year(2024.0)  # type: ignore[arg-type]
