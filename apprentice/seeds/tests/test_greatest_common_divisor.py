"""Tests of the skill `greatest_common_divisor`."""

import pytest
from greatest_common_divisor import greatest_common_divisor


def test_shared_divisors() -> None:
    assert greatest_common_divisor(48, 36) == 12
    assert greatest_common_divisor(17, 5) == 1


def test_with_zero_it_is_the_other() -> None:
    assert greatest_common_divisor(0, 9) == 9


def test_the_sign_does_not_matter() -> None:
    assert greatest_common_divisor(-12, 18) == 6


def test_large_numbers() -> None:
    assert greatest_common_divisor(10**30, 2 * 10**29) == 2 * 10**29


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError):
        greatest_common_divisor(0, 0)
    with pytest.raises(TypeError):
        greatest_common_divisor(1.5, 2)  # type: ignore[arg-type]
