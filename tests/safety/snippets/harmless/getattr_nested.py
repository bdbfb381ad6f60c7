from functools import reduce


def deep(obj, path):
    return reduce(getattr, path.split("."), obj)
