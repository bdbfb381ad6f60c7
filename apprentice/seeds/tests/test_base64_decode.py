"""Tests of the skill `base64_decode`."""

import pytest
from base64_decode import base64_decode


def test_known_texts() -> None:
    assert base64_decode("TWFu") == "Man"
    assert base64_decode("TQ==") == "M"
    assert base64_decode("") == ""


def test_lines_and_missing_padding() -> None:
    assert base64_decode("TW\nE") == "Ma"


def test_the_form_for_web_addresses() -> None:
    assert base64_decode("Pz8_") == base64_decode("Pz8/") == "???"


def test_other_scripts_are_utf_8() -> None:
    assert base64_decode("Z3LDtsOfZSDigqw=") == "größe €"


def test_what_is_no_base64_is_refused() -> None:
    for text in ("a", "%%%%", "/////w=="):
        with pytest.raises(ValueError):
            base64_decode(text)
    with pytest.raises(TypeError):
        base64_decode(None)  # type: ignore[arg-type]
