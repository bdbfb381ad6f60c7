import operator
from functools import partial, reduce
from operator import attrgetter, itemgetter, methodcaller

double = partial(operator.mul, 2)


def by_name(people):
    return sorted(people, key=attrgetter("name.last", "age"))


def seconds(pairs):
    return list(map(itemgetter(1), pairs))


def lowered(texts):
    return list(map(methodcaller("lower"), texts))


def product(numbers):
    return reduce(operator.mul, numbers, 1)
