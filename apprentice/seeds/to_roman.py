"""Roman numerals, written."""

NUMERALS = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)


def to_roman(number: int) -> str:
    """Write a whole number from 1 to 3999 as a Roman numeral.

    >>> to_roman(2024)
    'MMXXIV'
    >>> to_roman(4)
    'IV'

    Raises:
        TypeError: it is no whole number.
        ValueError: it is below 1 or above 3999.
    """
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError("number must be a whole number")
    if not 1 <= number <= 3999:
        raise ValueError("number must be from 1 to 3999")
    numeral = ""
    for value, letters in NUMERALS:
        count, number = divmod(number, value)
        numeral += letters * count
    return numeral
