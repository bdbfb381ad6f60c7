"""A module with doctests.

>>> double(2)
4
"""


def double(n):
    """Twice n.

    >>> double(3)
    6
    >>> [double(x) for x in range(3)]
    [0, 2, 4]
    """
    return n * 2


if __name__ == "__main__":
    import doctest

    doctest.testmod(verbose=False)
