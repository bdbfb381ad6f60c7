from __future__ import annotations

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Point:
    x: float
    y: float = 0.0
    tags: list[str] = field(default_factory=list)

    def __add__(self, other: "Point") -> "Point":
        return Point(self.x + other.x, self.y + other.y)


print(asdict(Point(1) + Point(2, 3)))
