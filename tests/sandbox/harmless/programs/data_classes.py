# dataclasses, enums and named tuples: comparing, replacing, freezing, flags, matching.
# expect: Point(x=1, y=2, tags=['a']) True
# expect: order [Version(1, 2), Version(1, 10)]
# expect: frozen FrozenInstanceError
# expect: Permission.READ|WRITE 3 True
# expect: matched circle of 2, square of 3, nothing
# expect: asdict {'x': 5, 'y': 2, 'tags': ['a']} slots True
import enum
from collections import namedtuple
from dataclasses import FrozenInstanceError, asdict, dataclass, field, replace
from typing import NamedTuple


@dataclass(slots=True)
class Point:
    x: int
    y: int = 2
    tags: list = field(default_factory=list)


@dataclass(frozen=True, order=True)
class Version:
    major: int
    minor: int

    def __repr__(self):
        return f"Version({self.major}, {self.minor})"


class Permission(enum.Flag):
    READ = enum.auto()
    WRITE = enum.auto()


class Circle(NamedTuple):
    radius: int


Square = namedtuple("Square", "side")


def name(shape):
    match shape:
        case Circle(radius):
            return f"circle of {radius}"
        case Square(side=side) if side > 2:
            return f"square of {side}"
        case _:
            return "nothing"


point = Point(1, tags=["a"])
print(point, point == Point(1, 2, ["a"]))
print("order", sorted([Version(1, 10), Version(1, 2)]))
try:
    Version(1, 1).major = 2
except FrozenInstanceError as error:
    print("frozen", type(error).__name__)
both = Permission.READ | Permission.WRITE
print(both, both.value, Permission.READ in both)
print("matched", ", ".join(map(name, (Circle(2), Square(3), Square(1)))))
print("asdict", asdict(replace(point, x=5)), "slots", not hasattr(point, "__dict__"))
