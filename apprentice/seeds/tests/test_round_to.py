"""Tests of the skill `round_to`."""

import pytest
from round_to import round_to


def test_halves_go_away_from_zero() -> None:
    assert round_to(2.5, 0) == 3
    assert round_to(3.5, 0) == 4
    assert round_to(-2.5, 0) == -3


def test_decimals_as_they_are_written() -> None:
    assert round_to(1.005, 2) == 1.01
    assert round_to(3.14159, 3) == 3.142


def test_to_tens_and_hundreds() -> None:
    assert round_to(1234, -2) == 1200
    assert round_to(55, -1) == 60


def test_what_is_round_stays() -> None:
    assert round_to(7, 3) == 7
    assert round_to(0, 2) == 0


def test_bad_input_is_refused() -> None:
    with pytest.raises(TypeError):
        round_to("2.5", 1)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        round_to(2.5, 1.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        round_to(float("inf"), 1)
