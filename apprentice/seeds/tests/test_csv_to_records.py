"""Tests of the skill `csv_to_records`."""

import pytest
from csv_to_records import csv_to_records


def test_rows_become_records() -> None:
    assert csv_to_records("a,b\n1,2\n3,4\n") == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]


def test_quotes_hold_commas_and_lines() -> None:
    assert csv_to_records('a,b\n"x, y","two\nlines"\n') == [{"a": "x, y", "b": "two\nlines"}]


def test_empty_lines_are_passed_over() -> None:
    assert csv_to_records("a\n\n1\n\n") == [{"a": "1"}]


def test_column_names_alone_give_no_records() -> None:
    assert csv_to_records("a,b\n") == []


def test_a_byte_order_mark_is_no_part_of_a_name() -> None:
    assert csv_to_records("\ufeffa\n1") == [{"a": "1"}]


def test_bad_tables_are_refused() -> None:
    with pytest.raises(ValueError):
        csv_to_records("")
    with pytest.raises(ValueError):
        csv_to_records("a,b\n1")
    with pytest.raises(ValueError):
        csv_to_records("a,a\n1,2")
    with pytest.raises(ValueError):
        csv_to_records("a,b\n1,2", "")
    with pytest.raises(TypeError):
        csv_to_records(None)  # type: ignore[arg-type]
