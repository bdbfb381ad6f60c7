"""Tests of the skill `days_between`."""

import pytest
from days_between import days_between


def test_the_same_day_is_zero() -> None:
    assert days_between("2024-05-05", "2024-05-05") == 0


def test_a_leap_day_counts() -> None:
    assert days_between("2024-02-28", "2024-03-01") == 2
    assert days_between("2023-02-28", "2023-03-01") == 1


def test_across_years() -> None:
    assert days_between("1999-12-31", "2000-01-01") == 1
    assert days_between("2000-01-01", "2100-01-01") == 36525


def test_backwards_is_negative() -> None:
    assert days_between("2024-01-10", "2024-01-01") == -9


def test_white_space_around_is_fine() -> None:
    assert days_between(" 2024-01-01 ", "2024-01-02\n") == 1


def test_what_is_no_date_is_refused() -> None:
    with pytest.raises(ValueError):
        days_between("2023-02-29", "2023-03-01")
    with pytest.raises(ValueError):
        days_between("yesterday", "2023-03-01")
    with pytest.raises(TypeError):
        days_between(20240101, "2024-01-02")  # type: ignore[arg-type]
