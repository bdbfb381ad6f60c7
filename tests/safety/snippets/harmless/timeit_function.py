import cProfile
import timeit


def work():
    return sum(range(100))


def measure():
    return timeit.timeit(work, number=10), timeit.timeit(lambda: work(), number=1), timeit.timeit("sum(range(9))", number=1)


def profile():
    with cProfile.Profile() as profiler:
        work()
    return profiler
