"""Tests of the skill `unique_items`."""

import pytest
from unique_items import unique_items


def test_the_first_of_each_stays() -> None:
    assert unique_items(["b", "a", "b", "c", "a"]) == ["b", "a", "c"]


def test_nothing_and_no_duplicates() -> None:
    assert unique_items([]) == []
    assert unique_items([1, 2]) == [1, 2]


def test_lists_and_objects() -> None:
    assert unique_items([[1], [1], {"a": 1, "b": 2}, {"b": 2, "a": 1}]) == [[1], {"a": 1, "b": 2}]


def test_true_is_not_one() -> None:
    assert unique_items([1, True, "1", None, None]) == [1, True, "1", None]


def test_what_is_no_list_is_refused() -> None:
    with pytest.raises(TypeError):
        unique_items("aab")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        unique_items([{1, 2}])
