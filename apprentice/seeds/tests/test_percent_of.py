"""Tests of the skill `percent_of`."""

import pytest
from percent_of import percent_of


def test_a_whole_result_is_an_integer() -> None:
    assert percent_of(15, 300) == 45
    assert isinstance(percent_of(15, 300), int)


def test_a_fraction_stays_exact() -> None:
    assert percent_of(7, 0.1) == 0.007
    assert percent_of(33.3, 10) == 3.33


def test_zero_and_more_than_a_hundred() -> None:
    assert percent_of(0, 12) == 0
    assert percent_of(250, 4) == 10


def test_negative_numbers() -> None:
    assert percent_of(-10, 50) == -5
    assert percent_of(10, -50) == -5


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(TypeError):
        percent_of("15", 300)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        percent_of(True, 300)


def test_infinity_is_refused() -> None:
    with pytest.raises(ValueError):
        percent_of(float("inf"), 300)
    with pytest.raises(ValueError):
        percent_of(5, float("nan"))
