"""Roman numerals, read."""

import re

VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
NUMERAL = re.compile(r"(?=[MDCLXVI])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")


def from_roman(numeral: str) -> int:
    """Read a Roman numeral, in capitals or not, and give the number.

    >>> from_roman('MMXXIV')
    2024
    >>> from_roman('iv')
    4

    Raises:
        TypeError: it is no text.
        ValueError: it is no numeral as they are written, from I to MMMCMXCIX.
    """
    if not isinstance(numeral, str):
        raise TypeError("numeral must be a text")
    letters = numeral.strip().upper()
    if not NUMERAL.fullmatch(letters):
        raise ValueError(f"{numeral!r} is no Roman numeral")
    total = 0
    for letter, following in zip(letters, [*letters[1:], "I"], strict=True):
        value = VALUES[letter]
        total += -value if value < VALUES[following] else value
    return total
