"""Tests of the skill `csv_column_stats`."""

import pytest
from csv_column_stats import csv_column_stats

TABLE = "item,price,note\nA,10,x\nB,2.5,\nC,,z\n"


def test_the_figures() -> None:
    assert csv_column_stats(TABLE, "price") == {
        "count": 2,
        "sum": 12.5,
        "mean": 6.25,
        "min": 2.5,
        "max": 10.0,
    }


def test_one_value() -> None:
    assert csv_column_stats("n\n-4\n", "n") == {
        "count": 1,
        "sum": -4.0,
        "mean": -4.0,
        "min": -4.0,
        "max": -4.0,
    }


def test_an_unknown_column() -> None:
    with pytest.raises(KeyError):
        csv_column_stats(TABLE, "weight")
    with pytest.raises(KeyError):
        csv_column_stats("", "price")


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError):
        csv_column_stats(TABLE, "note")


def test_a_column_without_values_is_refused() -> None:
    with pytest.raises(ValueError):
        csv_column_stats("a,b\n,1\n", "a")


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError):
        csv_column_stats(TABLE, 1)  # type: ignore[arg-type]
