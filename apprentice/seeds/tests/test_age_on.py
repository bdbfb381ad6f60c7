"""Tests of the skill `age_on`."""

import pytest
from age_on import age_on


def test_around_the_birthday() -> None:
    assert age_on("2000-05-20", "2020-05-19") == 19
    assert age_on("2000-05-20", "2020-05-20") == 20
    assert age_on("2000-05-20", "2020-05-21") == 20


def test_on_the_day_of_birth_it_is_zero() -> None:
    assert age_on("2000-05-20", "2000-05-20") == 0


def test_born_on_a_leap_day() -> None:
    assert age_on("2004-02-29", "2023-02-28") == 18
    assert age_on("2004-02-29", "2023-03-01") == 19


def test_before_the_birth_is_refused() -> None:
    with pytest.raises(ValueError):
        age_on("2020-01-02", "2020-01-01")


def test_what_is_no_date_is_refused() -> None:
    with pytest.raises(ValueError):
        age_on("1990", "2020-01-01")
    with pytest.raises(TypeError):
        age_on(1990, "2020-01-01")  # type: ignore[arg-type]
