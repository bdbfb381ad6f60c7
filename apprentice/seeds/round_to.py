"""Rounding as it is taught."""

from decimal import ROUND_HALF_UP, Decimal, localcontext


def round_to(number: float, places: int) -> float:
    """Round a number to so many decimal places, halves away from zero; negative places round to tens, hundreds.

    >>> round_to(2.345, 2)
    2.35
    >>> round_to(1250, -2)
    1300

    Raises:
        TypeError: the number is no number, or the places no whole number.
        ValueError: the number is infinite or `nan`, or the places are not from -300 to 300.
    """
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise TypeError("number must be a number")
    if isinstance(places, bool) or not isinstance(places, int):
        raise TypeError("places must be a whole number")
    exact = Decimal(str(number))
    if not exact.is_finite() or not -300 <= places <= 300:
        raise ValueError("number must be finite, and places from -300 to 300")
    with localcontext(prec=1000):
        rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)
