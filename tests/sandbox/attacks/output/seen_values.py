"""Answer tests with values of a hundred megabytes, whose text and items are endless, and print them too.

canary: output
control: skipped, because plain pytest has no channel of reports
mode: tests
limits: seconds=4, memory_mb=1024
"""
import sys


class Endless:
    def __repr__(self):
        return "r" * (50 << 20)

    def __iter__(self):
        while True:
            yield "i" * 1000

    def __eq__(self, other):
        sys.stdout.write("=" * (40 << 20))
        return False

    __hash__ = None


GIVEN = ["g" * (100 << 20), ["l" * (1 << 20)] * 100, Endless(), 1 << 40_000_000, b"\xff" * (50 << 20), [Endless()] * 2000]


def f(x):
    GIVEN.append(GIVEN.pop(0))
    return GIVEN[-1]
