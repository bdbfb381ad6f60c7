"""Tests of the skill `convert_units`."""

import pytest
from convert_units import convert_units


def test_lengths() -> None:
    assert convert_units(1, "foot", "inches") == 12
    assert convert_units(26.2, "miles", "km") == 42.1648128
    assert convert_units(5, "km", "mi") == pytest.approx(3.106855961)


def test_masses_and_volumes() -> None:
    assert convert_units(2.5, "kg", "g") == 2500
    assert convert_units(1, "lb", "kg") == 0.45359237
    assert convert_units(1, "gallon", "cups") == 16


def test_temperatures() -> None:
    assert convert_units(0, "C", "F") == 32
    assert convert_units(-40, "fahrenheit", "celsius") == -40
    assert convert_units(0, "celsius", "kelvin") == 273.15


def test_times_speeds_and_data() -> None:
    assert convert_units(90, "minutes", "hours") == 1.5
    assert convert_units(10, "m/s", "km/h") == 36
    assert convert_units(2, "GiB", "MiB") == 2048


def test_there_and_back_is_the_same() -> None:
    assert convert_units(convert_units(123.456, "yd", "mm"), "mm", "yd") == 123.456


def test_units_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError):
        convert_units(1, "km", "kg")
    with pytest.raises(ValueError):
        convert_units(1, "parsnip", "m")
    with pytest.raises(ValueError):
        convert_units(-300, "celsius", "kelvin")


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(TypeError):
        convert_units("5", "km", "m")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        convert_units(5, "km", None)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        convert_units(float("nan"), "km", "m")
