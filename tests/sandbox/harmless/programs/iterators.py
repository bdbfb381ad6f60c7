# itertools, functools, heapq, bisect, collections, operator.
# expect: itertools 120 [(1, 'a'), (1, 'b'), (2, 'a'), (2, 'b')] [0, 1, 3, 6]
# expect: grouped {'a': 3, 'b': 1}
# expect: primes 78498
# expect: heap [0, 1, 2] merged [1, 2, 3, 4]
# expect: bisect 3 [1, 3, 3, 4, 5]
# expect: collections deque([2, 3, 4], maxlen=3) [('l', 3)] {'x': 1, 'y': 2}
# expect: functools 3628800 int str hits 7
import bisect
import functools
import heapq
import itertools
import operator
from collections import ChainMap, Counter, deque

print("itertools", sum(1 for _ in itertools.permutations(range(5))), list(itertools.product((1, 2), "ab")), list(itertools.accumulate(range(4))))
print("grouped", {key: len(list(group)) for key, group in itertools.groupby("aaab")})
sieve = bytearray([1]) * 1_000_001
sieve[:2] = b"\0\0"
for n in range(2, 1001):
    if sieve[n]:
        sieve[n * n :: n] = bytes(len(range(n * n, 1_000_001, n)))
print("primes", sum(sieve))
heap = [5, 2, 0, 9, 1]
heapq.heapify(heap)
print("heap", [heapq.heappop(heap) for _ in range(3)], "merged", list(heapq.merge([1, 4], [2, 3])))
numbers = [1, 3, 3, 5]
at = bisect.bisect(numbers, 4)
bisect.insort(numbers, 4)
print("bisect", at, numbers)
print("collections", deque(range(5), maxlen=3), Counter("hello l").most_common(1), dict(sorted(ChainMap({"x": 1}, {"x": 0, "y": 2}).items())))


@functools.singledispatch
def kind(value):
    return "other"


kind.register(int)(lambda value: "int")
kind.register(str)(lambda value: "str")


@functools.lru_cache(maxsize=None)
def step(n):
    return n if n < 2 else step(n - 1) + step(n - 2)


step(9)
print("functools", functools.reduce(operator.mul, range(1, 11)), kind(1), kind(""), "hits", step.cache_info().hits)
