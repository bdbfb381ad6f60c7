"""Tests of the skill `least_common_multiple`."""

import pytest
from least_common_multiple import least_common_multiple


def test_shared_multiples() -> None:
    assert least_common_multiple(12, 18) == 36
    assert least_common_multiple(5, 7) == 35


def test_one_that_divides_the_other() -> None:
    assert least_common_multiple(4, 12) == 12
    assert least_common_multiple(9, 9) == 9


def test_the_sign_does_not_matter() -> None:
    assert least_common_multiple(-4, 6) == 12


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError):
        least_common_multiple(0, 5)
    with pytest.raises(TypeError):
        least_common_multiple("4", 6)  # type: ignore[arg-type]
