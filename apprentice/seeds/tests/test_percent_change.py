"""Tests of the skill `percent_change`."""

import pytest
from percent_change import percent_change


def test_growth_and_decline() -> None:
    assert percent_change(80, 100) == 25
    assert percent_change(100, 80) == -20


def test_no_change_is_zero() -> None:
    assert percent_change(42, 42) == 0


def test_a_fraction() -> None:
    assert percent_change(8, 9) == 12.5
    assert percent_change(0.1, 0.3) == 200


def test_from_a_negative_value_upwards_is_growth() -> None:
    assert percent_change(-50, -25) == 50


def test_from_zero_there_is_no_percentage() -> None:
    with pytest.raises(ValueError):
        percent_change(0, 5)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(TypeError):
        percent_change("80", 100)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        percent_change(1, float("inf"))
