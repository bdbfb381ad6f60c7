"""Tests of the skill `json_get`."""

import pytest
from json_get import json_get

DOCUMENT = '{"users": [{"name": "Ann", "tags": ["a", "b"]}, {"name": null}], "n": 1.5}'


def test_names_and_places() -> None:
    assert json_get(DOCUMENT, "users[0].tags[1]") == "b"
    assert json_get(DOCUMENT, "n") == 1.5


def test_from_the_end_of_a_list() -> None:
    assert json_get(DOCUMENT, "users[0].tags[-1]") == "b"


def test_null_is_a_value() -> None:
    assert json_get(DOCUMENT, "users[1].name") is None


def test_a_list_at_the_top_and_the_whole_document() -> None:
    assert json_get("[10, 20]", "[1]") == 20
    assert json_get("[10, 20]", "") == [10, 20]


def test_nothing_there() -> None:
    with pytest.raises(LookupError):
        json_get(DOCUMENT, "users[7].name")
    with pytest.raises(LookupError):
        json_get(DOCUMENT, "n.deeper")
    with pytest.raises(LookupError):
        json_get(DOCUMENT, "missing")


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError):
        json_get("{no json", "a")
    with pytest.raises(ValueError):
        json_get("{}", "a[")
    with pytest.raises(TypeError):
        json_get({"a": 1}, "a")  # type: ignore[arg-type]
