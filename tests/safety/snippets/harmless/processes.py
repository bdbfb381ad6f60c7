import multiprocessing
from concurrent.futures import ProcessPoolExecutor


def square(n):
    return n * n


def squares(numbers):
    with ProcessPoolExecutor(max_workers=2) as pool:
        return list(pool.map(square, numbers))


if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        print(pool.map(square, range(3)))
