# never: built code, run by timeit
import timeit


def measure(name):
    return timeit.timeit(f"{name}()", number=1)
