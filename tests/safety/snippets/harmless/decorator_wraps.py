import functools
import time


def timed(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        start = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            wrapper.seconds = time.perf_counter() - start

    wrapper.arguments = function.__code__.co_varnames[: function.__code__.co_argcount]
    return wrapper
