"""The vectors of all views in one matrix in memory, for the cosine with each of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_LEAST: Final = 256
_ROOM: Final = 1_024
#: Texts of one skill that count, and how fast they lose weight; chosen on the tuning half of `benchmarks/retrieval`.
_SOFT_TEXTS: Final = 3
_SOFTNESS: Final = 10.0
#: Rows looked at for each skill that is wanted: the nearest ones may all be one skill's.
_PER_SKILL: Final = 12
#: Bytes of a coded vector's factor.
_FACTOR: Final = 4

#: Rows of coded vectors.
Coded = NDArray[np.int8]


def coded(vectors: NDArray[np.floating[Any]]) -> Coded:
    """Vectors as they are kept: a byte a number, and the factor that makes a unit vector of them.

    A quarter of the room and of the time to read it; a cosine moves by less than 0.005.
    """
    vectors = np.asarray(vectors, np.float32)
    largest = np.abs(vectors).max(1, keepdims=True)
    numbers = np.rint(vectors * (127.0 / np.maximum(largest, 1e-30))).astype(np.int8)
    lengths = np.linalg.norm(numbers.astype(np.float32), axis=1, keepdims=True)
    factors = np.where(lengths > 0, 1.0 / np.maximum(lengths, 1e-30), 0.0).astype(np.float32)
    return np.concatenate([numbers, factors.view(np.int8)], axis=1)


def read_coded(data: bytes, rows: int) -> Coded:
    """As many coded vectors out of their bytes.

    Raises:
        ValueError: they aren't of one length.
    """
    table = np.frombuffer(data, np.int8).reshape(rows, -1)
    if table.shape[1] <= _FACTOR:
        raise ValueError("too short for vectors")
    return table


class VectorTable:
    """Vectors by skill. Not safe for threads; its owner locks."""

    def __init__(self) -> None:
        self._matrix: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._factors: NDArray[np.float32] = np.zeros(0, np.float32)
        self._owners: NDArray[np.int64] = np.zeros(0, np.int64)
        self._used = 0
        self._rows: dict[int, list[int]] = {}
        self._free: list[int] = []

    def __contains__(self, skill: int) -> bool:
        return skill in self._rows

    def clear(self) -> None:
        """Forget all."""
        self.__init__()  # type: ignore[misc]

    def fill(self, skills: Sequence[tuple[int, int]], vectors: Coded | None) -> None:
        """Take all vectors at once: for each skill in turn its id, and how many of them are its."""
        self.clear()
        if vectors is None:
            return
        row = 0
        for skill, count in skills:
            self._rows[skill] = list(range(row, row + count))
            row += count
        # With room for the next ones: growing copies all.
        self._resize(row + _ROOM, vectors.shape[1] - _FACTOR)
        self._matrix[:row] = vectors[:, :-_FACTOR]
        self._factors[:row] = _factors(vectors)
        self._owners[:row] = np.repeat([skill for skill, _ in skills], [count for _, count in skills])
        self._used = row

    def put(self, skill: int, vectors: Iterable[Coded]) -> None:
        """Set a skill's vectors, each a coded row."""
        self.drop(skill)
        rows: list[int] = []
        for vector in vectors:
            width = vector.shape[0] - _FACTOR
            if self._used and width != self._matrix.shape[1]:
                continue
            row = self._free.pop() if self._free else self._grow(width)
            self._matrix[row] = vector[:-_FACTOR]
            self._factors[row] = _factors(vector[None])[0]
            self._owners[row] = skill
            rows.append(row)
        if rows:
            self._rows[skill] = rows

    def drop(self, skill: int) -> None:
        """Forget a skill's vectors."""
        for row in self._rows.pop(skill, ()):
            self._owners[row] = -1
            self._free.append(row)

    def nearest(self, queries: NDArray[np.float32], count: int) -> list[tuple[int, float]]:
        """The skills nearest to the queries, with the cosine of the nearest text.

        The order is that of a soft maximum over a skill's nearest texts: of two skills with one equally near text, the
        one whose other texts are nearer too is meant more often.
        """
        cosines = self._cosines(queries)
        if cosines is None:
            return []
        wanted = min(len(cosines), count * _PER_SKILL)
        least = len(cosines) - wanted
        rows = np.argpartition(cosines, least)[least:] if least else np.arange(len(cosines))
        rows = rows[np.argsort(-cosines[rows], kind="stable")]
        found: dict[int, list[float]] = {}
        for skill, cosine, weight in zip(
            self._owners[rows].tolist(),
            cosines[rows].tolist(),
            np.exp(_SOFTNESS * cosines[rows]).tolist(),
            strict=True,
        ):
            if skill < 0:
                continue
            of_one = found.setdefault(skill, [cosine, 0, 0.0])
            if of_one[1] < _SOFT_TEXTS:
                of_one[1] += 1
                of_one[2] += weight
        order = sorted(found, key=lambda skill: -found[skill][2])
        return [(skill, found[skill][0]) for skill in order[:count]]

    def describing(self) -> tuple[list[int], NDArray[np.float32]]:
        """The skills that have vectors, and the first vector of each, of length 1."""
        skills = sorted(self._rows)
        rows = [self._rows[skill][0] for skill in skills]
        return skills, self._matrix[rows] * self._factors[rows, None]

    def _cosines(self, queries: NDArray[np.float32]) -> NDArray[np.float32] | None:
        if not self._used or queries.shape[1] != self._matrix.shape[1]:
            return None
        matrix = self._matrix[: self._used]
        cosines = matrix @ queries[0] if len(queries) == 1 else (matrix @ queries.T).max(1)
        cosines *= self._factors[: self._used]
        cosines[self._owners[: self._used] < 0] = -2.0
        return np.asarray(cosines, np.float32)

    def _grow(self, dimensions: int) -> int:
        if self._used >= len(self._owners):
            self._resize(max(_LEAST, self._used + self._used // 4 + 64), dimensions)
        self._used += 1
        return self._used - 1

    def _resize(self, size: int, dimensions: int) -> None:
        used = self._used
        matrix, factors, owners = self._matrix, self._factors, self._owners
        self._matrix = np.zeros((size, dimensions), np.float32)
        self._factors = np.zeros(size, np.float32)
        self._owners = np.full(size, -1, np.int64)
        if used:
            self._matrix[:used] = matrix[:used]
            self._factors[:used] = factors[:used]
            self._owners[:used] = owners[:used]


def _factors(vectors: Coded) -> NDArray[np.float32]:
    return np.ascontiguousarray(vectors[:, -_FACTOR:]).view(np.float32)[:, 0]
