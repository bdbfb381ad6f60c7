"""Tests of the skill `validate_json`."""

import pytest
from validate_json import validate_json


def test_every_kind_of_value_is_valid() -> None:
    for text in ('{"a": [1, null]}', "[]", '"text"', "3", "true", " null "):
        assert validate_json(text) == {"valid": True}


def test_the_place_of_the_error() -> None:
    result = validate_json('{"a": 1,\n "b" 2}')
    assert result["valid"] is False
    assert result["line"] == 2
    assert result["column"] == 6
    assert "delimiter" in result["error"]


def test_nothing_is_not_json() -> None:
    assert validate_json("")["valid"] is False


def test_python_is_not_json() -> None:
    assert validate_json("{'a': 1}")["valid"] is False
    assert validate_json("NaN")["valid"] is False
    assert validate_json("[1, 2,]")["valid"] is False


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError):
        validate_json({"a": 1})  # type: ignore[arg-type]
