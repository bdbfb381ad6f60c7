"""Tests of the skill `merge_json`."""

import pytest
from merge_json import merge_json


def test_keys_of_both() -> None:
    assert merge_json({"a": 1}, {"b": 2}) == {"a": 1, "b": 2}


def test_the_second_counts() -> None:
    assert merge_json({"a": 1, "b": 1}, {"b": None}) == {"a": 1, "b": None}


def test_objects_are_merged_deeply() -> None:
    assert merge_json({"a": {"b": {"c": 1}}}, {"a": {"b": {"d": 2}}}) == {"a": {"b": {"c": 1, "d": 2}}}


def test_lists_and_other_kinds_are_replaced() -> None:
    assert merge_json({"a": [1, 2], "b": {"x": 1}}, {"a": [3], "b": 5}) == {"a": [3], "b": 5}


def test_the_arguments_stay_as_they_are() -> None:
    base = {"a": {"b": 1}}
    merge_json(base, {"a": {"c": 2}})
    assert base == {"a": {"b": 1}}


def test_empty_objects() -> None:
    assert merge_json({}, {}) == {}


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(TypeError):
        merge_json([1], {"a": 1})  # type: ignore[arg-type]
