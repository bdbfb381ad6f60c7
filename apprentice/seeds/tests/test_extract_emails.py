"""Tests of the skill `extract_emails`."""

import pytest
from extract_emails import extract_emails


def test_punctuation_around_is_left_out() -> None:
    assert extract_emails("(ann@example.com), <bob.b+x@mail.example.co.uk>.") == [
        "ann@example.com",
        "bob.b+x@mail.example.co.uk",
    ]


def test_each_is_given_once_in_order() -> None:
    assert extract_emails("b@example.com a@example.com B@example.com") == ["b@example.com", "a@example.com"]


def test_no_addresses() -> None:
    assert extract_emails("") == []
    assert extract_emails("a@b, @example.com, me@, 5 @ 3") == []


def test_a_long_text_without_any_is_quick() -> None:
    assert extract_emails("a." * 5000) == []


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError):
        extract_emails(None)  # type: ignore[arg-type]
