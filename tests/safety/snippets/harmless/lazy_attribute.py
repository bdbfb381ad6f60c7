import math
import sys


def __getattr__(name):
    if name == "tau":
        return math.tau
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted(globals())


IN_TEST = "pytest" in sys.modules
