"""Tests of the skill `flatten_list`."""

from typing import Any

import pytest
from flatten_list import flatten_list


def test_a_flat_list_stays() -> None:
    assert flatten_list([1, 2, 3]) == [1, 2, 3]
    assert flatten_list([]) == []


def test_any_depth_in_order() -> None:
    assert flatten_list([[1, [2]], [[[3]]], 4]) == [1, 2, 3, 4]


def test_texts_and_objects_are_not_taken_apart() -> None:
    assert flatten_list([["ab"], {"a": [1]}]) == ["ab", {"a": [1]}]


def test_very_deep_lists() -> None:
    deep: list[Any] = [1]
    for _ in range(5000):
        deep = [deep]
    assert flatten_list(deep) == [1]


def test_what_is_no_list_is_refused() -> None:
    with pytest.raises(TypeError):
        flatten_list((1, 2))  # type: ignore[arg-type]
