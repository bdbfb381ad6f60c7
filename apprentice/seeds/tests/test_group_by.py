"""Tests of the skill `group_by`."""

import pytest
from group_by import group_by


def test_records_come_in_groups() -> None:
    records = [{"city": "Rome", "n": 1}, {"city": "Oslo", "n": 2}, {"city": "Rome", "n": 3}]
    assert group_by(records, "city") == {
        "Rome": [{"city": "Rome", "n": 1}, {"city": "Rome", "n": 3}],
        "Oslo": [{"city": "Oslo", "n": 2}],
    }


def test_groups_keep_their_order() -> None:
    assert list(group_by([{"k": "z"}, {"k": "a"}, {"k": "z"}], "k")) == ["z", "a"]


def test_numbers_name_groups_as_text() -> None:
    assert group_by([{"k": 1}, {"k": 2}], "k") == {"1": [{"k": 1}], "2": [{"k": 2}]}


def test_records_without_the_key() -> None:
    assert group_by([{"a": 1}, {"k": None}], "k") == {"": [{"a": 1}, {"k": None}]}
    assert group_by([], "k") == {}


def test_bad_input_is_refused() -> None:
    with pytest.raises(TypeError):
        group_by([1, 2], "k")  # type: ignore[list-item]
    with pytest.raises(TypeError):
        group_by([{"k": 1}], 1)  # type: ignore[arg-type]
