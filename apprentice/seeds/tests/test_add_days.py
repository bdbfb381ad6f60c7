"""Tests of the skill `add_days`."""

import pytest
from add_days import add_days


def test_no_days_is_the_same_date() -> None:
    assert add_days("2024-05-05", 0) == "2024-05-05"


def test_over_the_end_of_a_month() -> None:
    assert add_days("2024-02-28", 1) == "2024-02-29"
    assert add_days("2023-02-28", 1) == "2023-03-01"


def test_backwards_over_the_turn_of_a_year() -> None:
    assert add_days("2024-01-01", -1) == "2023-12-31"


def test_many_days() -> None:
    assert add_days("2000-01-01", 36525) == "2100-01-01"


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError):
        add_days("2024-13-01", 1)
    with pytest.raises(TypeError):
        add_days("2024-01-01", 1.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        add_days("2024-01-01", True)


def test_a_date_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(OverflowError):
        add_days("9999-12-31", 1)
