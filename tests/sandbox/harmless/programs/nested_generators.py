# Generators nested five thousand deep, generator pipelines, send, throw and close.
# expect: nested 5000 deep: 5000 values
# expect: tree 511 [1, 256, 511]
# expect: pipeline 1333333000
# expect: average [10.0, 15.0, 20.0]
# expect: thrown ['caught ValueError', 'closed']
import itertools
import sys

sys.setrecursionlimit(20_000)


def nested(depth):
    if depth:
        yield depth
        yield from nested(depth - 1)


values = list(nested(5000))
print(f"nested {values[0]} deep:", len(values), "values")


def tree(low, high):
    if low <= high:
        middle = (low + high) // 2
        yield from tree(low, middle - 1)
        yield middle
        yield from tree(middle + 1, high)


walked = list(tree(1, 511))
print("tree", len(walked), [walked[0], walked[255], walked[-1]])
numbers = (n for n in itertools.count() if n % 2)
squares = (n * n for n in numbers)
print("pipeline", sum(itertools.islice(squares, 1000)))


def average():
    total, count, value = 0.0, 0, None
    while True:
        total += yield value
        count += 1
        value = total / count


averages = average()
next(averages)
print("average", [averages.send(n) for n in (10, 20, 30)])
log = []


def sturdy():
    try:
        yield 1
    except ValueError as error:
        log.append(f"caught {type(error).__name__}")
    try:
        yield 2
    finally:
        log.append("closed")


generator = sturdy()
next(generator)
generator.throw(ValueError())
generator.close()
print("thrown", log)
