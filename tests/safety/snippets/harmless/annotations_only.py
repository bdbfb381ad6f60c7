from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Generic, Literal, Optional, Protocol, TypeVar, cast

if TYPE_CHECKING:
    import os
    from pathlib import Path

T = TypeVar("T")


class Reader(Protocol[T]):
    def read(self, where: "Path") -> "Optional[T]": ...


def apply(function: "Callable[[int], int]", values: Mapping[str, int]) -> Iterator[int]:
    return (function(v) for v in values.values())


def where(path: os.PathLike[str]) -> Literal["here"]:
    return cast("Literal['here']", str(path))
