def describe(value):
    return f"{type(value).__name__} of {type(value).__module__}: {value.__doc__}"


class Base:
    def __str__(self):
        return type(self).__qualname__
