"""Hang in a call, in what its value's text is made of, and in the error that stops it.

canary: clock, survivors
control: through
mode: call
limits: seconds=2
"""
import time

END = time.monotonic() + 5


def hang(*args):
    while time.monotonic() < END:
        try:
            time.sleep(1)
        except BaseException:
            pass
    return "late"


class Slow(dict):
    items = __iter__ = keys = __len__ = __repr__ = __str__ = hang


class Late(BaseException):
    __str__ = __repr__ = hang


def attack(*args, **named):
    try:
        return Slow(a=Slow(b=1))
    finally:
        try:
            raise Late
        except Late as error:
            str(error)
