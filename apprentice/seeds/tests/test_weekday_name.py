"""Tests of the skill `weekday_name`."""

import pytest
from weekday_name import weekday_name


def test_known_dates() -> None:
    assert weekday_name("1969-07-20") == "Sunday"
    assert weekday_name("2024-02-29") == "Thursday"


def test_seven_days_in_a_row_have_seven_names() -> None:
    assert [weekday_name(f"2024-01-0{day}") for day in range(1, 8)] == [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ]


def test_white_space_around_is_fine() -> None:
    assert weekday_name(" 2024-01-01 ") == "Monday"


def test_what_is_no_date_is_refused() -> None:
    with pytest.raises(ValueError):
        weekday_name("2023-02-29")
    with pytest.raises(ValueError):
        weekday_name("")
    with pytest.raises(TypeError):
        weekday_name(None)  # type: ignore[arg-type]
