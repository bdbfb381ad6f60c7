"""Lengths, masses, volumes, times, speeds, data sizes and temperatures in other units."""

from fractions import Fraction

#: kind -> names of the unit, and how many of the kind's base unit it is
FACTORS: dict[str, dict[str, str]] = {
    "length": {
        "mm millimeter millimeters millimetre millimetres": "0.001",
        "cm centimeter centimeters centimetre centimetres": "0.01",
        "m meter meters metre metres": "1",
        "km kilometer kilometers kilometre kilometres": "1000",
        "in inch inches": "0.0254",
        "ft foot feet": "0.3048",
        "yd yard yards": "0.9144",
        "mi mile miles": "1609.344",
        "nmi": "1852",
    },
    "mass": {
        "mg milligram milligrams": "0.000001",
        "g gram grams": "0.001",
        "kg kilogram kilograms kilo kilos": "1",
        "t ton tons tonne tonnes": "1000",
        "oz ounce ounces": "0.028349523125",
        "lb lbs pound pounds": "0.45359237",
        "st stone stones": "6.35029318",
    },
    "volume": {
        "ml milliliter milliliters millilitre millilitres": "0.001",
        "cl centiliter centiliters centilitre centilitres": "0.01",
        "l liter liters litre litres": "1",
        "gal gallon gallons": "3.785411784",
        "qt quart quarts": "0.946352946",
        "pt pint pints": "0.473176473",
        "cup cups": "0.2365882365",
    },
    "time": {
        "ms millisecond milliseconds": "0.001",
        "s sec second seconds": "1",
        "min minute minutes": "60",
        "h hr hour hours": "3600",
        "d day days": "86400",
        "wk week weeks": "604800",
    },
    "speed": {
        "m/s mps": "3.6",
        "km/h kmh kph": "1",
        "mph": "1.609344",
        "kn knot knots": "1.852",
    },
    "data": {
        "b byte bytes": "1",
        "kb kilobyte kilobytes": "1000",
        "mb megabyte megabytes": "1000000",
        "gb gigabyte gigabytes": "1000000000",
        "tb terabyte terabytes": "1000000000000",
        "kib": "1024",
        "mib": "1048576",
        "gib": "1073741824",
    },
}
#: names of a temperature scale -> kelvins of its zero, and kelvins of a degree
SCALES: dict[str, tuple[Fraction, Fraction]] = {
    "k kelvin kelvins": (Fraction(0), Fraction(1)),
    "c °c celsius": (Fraction("273.15"), Fraction(1)),
    "f °f fahrenheit": (Fraction("459.67") * 5 / 9, Fraction(5, 9)),
}
UNITS: dict[str, tuple[str, Fraction, Fraction]] = {
    **{
        name: (kind, Fraction(0), Fraction(factor))
        for kind, units in FACTORS.items()
        for names, factor in units.items()
        for name in names.split()
    },
    **{
        name: ("temperature", zero, degree)
        for names, (zero, degree) in SCALES.items()
        for name in names.split()
    },
}


def convert_units(value: float, from_unit: str, to_unit: str) -> float:
    """Convert a measure from one unit to another: length, mass, volume, time, speed, data size or temperature.

    Units are given by name or symbol (`km`, `miles`, `lb`, `celsius`), in any case. Gallons, quarts, pints and cups are
    those of the United States.

    >>> convert_units(10, 'km', 'm')
    10000
    >>> convert_units(100, 'celsius', 'fahrenheit')
    212

    Raises:
        TypeError: the value is no number, or a unit is no text.
        ValueError: a unit isn't known, the two measure different things, or it is colder than absolute zero.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("value must be a number")
    if not isinstance(from_unit, str) or not isinstance(to_unit, str):
        raise TypeError("units must be texts")
    found = []
    for name in (from_unit, to_unit):
        unit = UNITS.get(name.strip().lower())
        if unit is None:
            raise ValueError(f"the unit {name!r} isn't known")
        found.append(unit)
    (kind, zero, size), (other_kind, other_zero, other_size) = found
    if kind != other_kind:
        raise ValueError(f"{from_unit} measures {kind}, {to_unit} measures {other_kind}")
    base = Fraction(str(value)) * size + zero
    if kind == "temperature" and base < 0:
        raise ValueError("nothing is colder than absolute zero")
    result = (base - other_zero) / other_size
    return int(result) if result.denominator == 1 else float(result)
