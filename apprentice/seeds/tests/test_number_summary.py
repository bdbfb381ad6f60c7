"""Tests of the skill `number_summary`."""

import pytest
from number_summary import number_summary


def test_all_figures() -> None:
    assert number_summary([1, 2, 3, 4, 10]) == {
        "count": 5,
        "sum": 20,
        "mean": 4,
        "median": 3,
        "standard_deviation": 12.5**0.5,
        "min": 1,
        "max": 10,
    }


def test_the_mean_of_fractions() -> None:
    assert number_summary([1.5, 2.5, 5])["mean"] == 3.0
    assert number_summary([1, 2, 3, 4])["median"] == 2.5


def test_one_number() -> None:
    summary = number_summary([3.5])
    assert summary["mean"] == 3.5
    assert summary["median"] == 3.5
    assert summary["standard_deviation"] == 0.0


def test_order_does_not_matter() -> None:
    assert number_summary([3, 1, 2]) == number_summary([1, 2, 3])


def test_negative_numbers() -> None:
    assert number_summary([-1, 1])["mean"] == 0
    assert number_summary([-3, -1])["max"] == -1


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError):
        number_summary([])
    with pytest.raises(ValueError):
        number_summary([1, float("inf")])
    with pytest.raises(TypeError):
        number_summary([1, "2"])  # type: ignore[list-item]
    with pytest.raises(TypeError):
        number_summary(5)  # type: ignore[arg-type]
