"""Raise in a call an error whose class's name, text and arguments are endless.

canary: output
control: through
mode: call
limits: memory_mb=1024, seconds=4
"""


class Endless(Exception):
    def __str__(self) -> str:
        return "s" * (60 << 20)

    __repr__ = __str__


Endless.__name__ = Endless.__qualname__ = "N" * (20 << 20)
Endless.__module__ = "M" * (20 << 20)


def attack(*args, **named):
    error = Endless("a" * (20 << 20), ["b" * (1 << 20)] * 30)
    error.__notes__ = ["n" * (1 << 20)] * 40
    raise error
