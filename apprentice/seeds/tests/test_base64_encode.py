"""Tests of the skill `base64_encode`."""

import pytest
from base64_encode import base64_encode


def test_known_texts() -> None:
    assert base64_encode("Man") == "TWFu"
    assert base64_encode("Ma") == "TWE="
    assert base64_encode("M") == "TQ=="


def test_nothing_is_nothing() -> None:
    assert base64_encode("") == ""


def test_other_scripts_are_utf_8() -> None:
    assert base64_encode("größe €") == "Z3LDtsOfZSDigqw="


def test_bad_input_is_refused() -> None:
    with pytest.raises(TypeError):
        base64_encode(b"Man")  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        base64_encode("\ud800")
