# numpy from a granted folder: arrays, linear algebra, random numbers, files, threads.
# needs: numpy
# expect: sum 499999500000
# expect: solved [1.0, 2.0]
# expect: determinant -2.0
# expect: saved True
# expect: fft 8 sorted True
# expect: threads [285, 285, 285, 285]
from concurrent.futures import ThreadPoolExecutor

import numpy as np

print("sum", int(np.arange(1_000_000, dtype=np.int64).sum()))
a = np.array([[1.0, 2.0], [3.0, 4.0]])
print("solved", [round(float(x), 9) for x in np.linalg.solve(a, a @ np.array([1.0, 2.0]))])
print("determinant", round(float(np.linalg.det(a)), 9))
numbers = np.random.default_rng(1).normal(size=(1000, 100))
np.save("numbers.npy", numbers)
mapped = np.load("numbers.npy", mmap_mode="r")
print("saved", bool(np.array_equal(mapped, numbers)))
print("fft", len(np.fft.fft(np.ones(8))), "sorted", bool((np.diff(np.sort(numbers.ravel())) >= 0).all()))
with ThreadPoolExecutor(4) as pool:
    print("threads", list(pool.map(lambda _: int((np.arange(10) ** 2).sum()), range(4))))
