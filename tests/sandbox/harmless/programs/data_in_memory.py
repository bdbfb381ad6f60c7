# Fifty megabytes in memory: bytes, a list of a million numbers, a dictionary, sorting.
# expect: bytes 52428800 sum 6684672000
# expect: sorted 1000000 ends 0 999999
# expect: counted 250000 groups of 4
# expect: set 1000000
# expect: joined 6888889
import collections
import random

data = bytearray(range(256)) * (50 * 4096)
print("bytes", len(data), "sum", sum(memoryview(data)[:256]) * (len(data) // 256))
numbers = list(range(1_000_000))
random.Random(7).shuffle(numbers)
numbers.sort()
print("sorted", len(numbers), "ends", numbers[0], numbers[-1])
counted = collections.Counter(n % 250_000 for n in numbers)
print("counted", len(counted), "groups of", *set(counted.values()))
print("set", len({n * 2 for n in numbers}))
print("joined", len(",".join(map(str, numbers))))
