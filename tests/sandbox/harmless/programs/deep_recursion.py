# Recursion ten thousand deep, mutual recursion, memoised recursion, and a clean RecursionError.
# expect: depth 10000 sum 50005000
# expect: even True
# expect: memoised 2880067194370816120
# expect: ackermann 125
# expect: error caught RecursionError, and on we go
# expect: in a thread 20000
import functools
import sys
import threading


def total(n):
    return 0 if n == 0 else n + total(n - 1)


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n != 0 and even(n - 1)


@functools.cache
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def ackermann(m, n):
    if m == 0:
        return n + 1
    return ackermann(m - 1, 1) if n == 0 else ackermann(m - 1, ackermann(m, n - 1))


def endless():
    return endless()


try:
    endless()
except RecursionError as error:
    caught = type(error).__name__
sys.setrecursionlimit(12_000)
print("depth 10000 sum", total(10_000))
print("even", even(9000))
print("memoised", fibonacci(90))
print("ackermann", ackermann(3, 4))
print("error caught", f"{caught}, and on we go")
sys.setrecursionlimit(50_000)
threading.stack_size(64 << 20)
result = []
thread = threading.Thread(target=lambda: result.append(total(20_000) // 20_001 * 2))
thread.start()
thread.join()
print("in a thread", *result)
