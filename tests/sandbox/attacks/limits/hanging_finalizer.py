"""Hang in finalizers: of an object in a cycle, of a generator, of a weak reference, of a module's globals.

canary: clock, survivors
control: through
limits: seconds=2
"""
import gc
import sys
import time
import weakref

END = time.monotonic() + 5


def hang(*args: object) -> None:
    while time.monotonic() < END:
        try:
            time.sleep(1)
        except BaseException:
            pass


class Hanging:
    __del__ = hang


def endless():
    try:
        yield
    finally:
        hang()


first = Hanging()
first.itself = first
weakref.finalize(first, hang)
sys.kept = [Hanging(), generator := endless()]
next(generator)
del first
gc.collect()
