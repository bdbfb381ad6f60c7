class Vector:
    __slots__ = ("_values",)

    def __init__(self, *values):
        self._values = values

    def __eq__(self, other):
        if not isinstance(other, self.__class__):
            return NotImplemented
        return self._values == other._values

    def __hash__(self):
        return hash(self._values)

    def __repr__(self):
        return f"{self.__class__.__name__}({', '.join(map(repr, self._values))})"

    def __getitem__(self, index):
        return self._values[index]

    def __len__(self):
        return len(self._values)

    def __reduce__(self):
        return (type(self), self._values)
