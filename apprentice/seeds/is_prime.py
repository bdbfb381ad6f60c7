"""Prime numbers."""

#: With these bases the test is exact for every number below LIMIT.
BASES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
LIMIT = 3_317_044_064_679_887_385_961_981


def is_prime(number: int) -> bool:
    """Tell whether a whole number is a prime number.

    >>> is_prime(97)
    True
    >>> is_prime(91)
    False

    Raises:
        TypeError: it is no whole number.
        ValueError: it is too large to be sure (3.3e24 and more).
    """
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError("number must be a whole number")
    if number >= LIMIT:
        raise ValueError(f"number must be below {LIMIT}")
    if number < 2:
        return False
    for prime in BASES:
        if number % prime == 0:
            return number == prime
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_passes(number, base, odd, twos) for base in BASES)


def _passes(number: int, base: int, odd: int, twos: int) -> bool:
    """Whether a number passes the Miller-Rabin test for one base."""
    power = pow(base, odd, number)
    if power in (1, number - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False
