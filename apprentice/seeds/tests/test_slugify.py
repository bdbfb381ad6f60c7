"""Tests of the skill `slugify`."""

import pytest
from slugify import slugify


def test_words_are_joined_by_single_hyphens() -> None:
    assert slugify("  Hello --  World  ") == "hello-world"


def test_accents_are_taken_off() -> None:
    assert slugify("Ünïcödé Test") == "unicode-test"


def test_digits_stay_and_apostrophes_vanish() -> None:
    assert slugify("Don't panic: 42") == "dont-panic-42"


def test_a_slug_stays_as_it_is() -> None:
    assert slugify("already-a-slug") == "already-a-slug"


def test_nothing_to_keep_is_refused() -> None:
    with pytest.raises(ValueError):
        slugify("!!!")
    with pytest.raises(ValueError):
        slugify("")
    with pytest.raises(TypeError):
        slugify(7)  # type: ignore[arg-type]
