"""Tests of the skill `is_prime`."""

import pytest
from is_prime import is_prime


def test_the_primes_below_fifty() -> None:
    primes = [number for number in range(50) if is_prime(number)]
    assert primes == [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47]


def test_below_two_there_are_none() -> None:
    assert is_prime(1) is False
    assert is_prime(0) is False
    assert is_prime(-7) is False


def test_squares_and_carmichael_numbers_are_none() -> None:
    assert is_prime(41 * 41) is False
    assert is_prime(561) is False
    assert is_prime(3215031751) is False


def test_large_primes() -> None:
    assert is_prime(2**61 - 1) is True
    assert is_prime(10**18 + 9) is True
    assert is_prime(10**18 + 7) is False


def test_bad_input_is_refused() -> None:
    with pytest.raises(TypeError):
        is_prime(7.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        is_prime(10**30)
