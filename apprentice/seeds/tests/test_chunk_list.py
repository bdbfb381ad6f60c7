"""Tests of the skill `chunk_list`."""

import pytest
from chunk_list import chunk_list


def test_it_comes_out_even() -> None:
    assert chunk_list([1, 2, 3, 4], 2) == [[1, 2], [3, 4]]


def test_a_rest_is_a_shorter_chunk() -> None:
    assert chunk_list(["a", "b", "c"], 2) == [["a", "b"], ["c"]]


def test_a_size_beyond_the_list() -> None:
    assert chunk_list([1, 2], 10) == [[1, 2]]
    assert chunk_list([], 10) == []


def test_the_list_stays_as_it_is() -> None:
    items = [1, 2, 3]
    chunk_list(items, 1)
    assert items == [1, 2, 3]


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError):
        chunk_list([1], 0)
    with pytest.raises(TypeError):
        chunk_list("abc", 2)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        chunk_list([1], "2")  # type: ignore[arg-type]
