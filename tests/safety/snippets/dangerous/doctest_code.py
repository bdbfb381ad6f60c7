# never: dangerous code in a doctest that is run
import doctest


def f():
    """
    >>> import os
    >>> os.system("ls")
    0
    """


doctest.testmod()
