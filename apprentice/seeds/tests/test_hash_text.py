"""Tests of the skill `hash_text`."""

import pytest
from hash_text import hash_text


def test_known_hashes() -> None:
    assert hash_text("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert hash_text("abc", "sha1") == "a9993e364706816aba3e25717850c26c9cd0d89d"


def test_other_scripts_are_utf_8() -> None:
    assert hash_text("ä", "md5") == "8419b71c87a225a2c70b50486fbee545"


def test_the_name_of_the_algorithm_is_read_kindly() -> None:
    assert hash_text("abc", "SHA-256") == hash_text("abc", "sha256")


def test_lengths() -> None:
    assert len(hash_text("abc", "sha512")) == 128
    assert len(hash_text("abc", "sha3_256")) == 64


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError):
        hash_text("abc", "rot13")
    with pytest.raises(TypeError):
        hash_text(b"abc")  # type: ignore[arg-type]
