"""Tests of the skill `records_to_csv`."""

import csv
import io

import pytest
from records_to_csv import records_to_csv


def test_one_line_a_record() -> None:
    assert records_to_csv([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]) == "a,b\n1,x\n2,y\n"


def test_missing_values_are_empty_and_new_columns_come_last() -> None:
    assert records_to_csv([{"a": 1}, {"b": 2}]) == "a,b\n1,\n,2\n"


def test_null_is_empty() -> None:
    assert records_to_csv([{"a": 1, "b": None}]) == "a,b\n1,\n"


def test_commas_quotes_and_lines_come_back() -> None:
    records = [{"a": 'say "hi", please', "b": "two\nlines"}]
    assert list(csv.DictReader(io.StringIO(records_to_csv(records)))) == records


def test_nothing_gives_nothing() -> None:
    assert records_to_csv([]) == ""


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(TypeError):
        records_to_csv({"a": 1})  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        records_to_csv([{"a": [1, 2]}])
