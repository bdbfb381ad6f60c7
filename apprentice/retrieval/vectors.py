"""The vectors of all views in one matrix in memory, for the exact cosine."""

from __future__ import annotations

import math
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


class VectorTable:
    """Vectors by skill. Not safe for threads; its owner locks."""

    def __init__(self) -> None:
        self._matrix: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._owners: NDArray[np.int64] = np.zeros(0, np.int64)
        self._used = 0
        self._rows: dict[int, list[int]] = {}
        self._free: list[int] = []

    def __contains__(self, skill: int) -> bool:
        return skill in self._rows

    def clear(self) -> None:
        """Forget all."""
        self.__init__()  # type: ignore[misc]

    def fill(self, skills: Sequence[int], vectors: NDArray[np.float16] | None) -> None:
        """Take all vectors at once: the id of its skill for each of them."""
        self.clear()
        if vectors is None:
            return
        # With room for the next ones: growing copies all.
        self._matrix = np.zeros((len(skills) + _ROOM, vectors.shape[1]), np.float32)
        self._matrix[: len(skills)] = vectors
        self._owners = np.full(len(self._matrix), -1, np.int64)
        self._owners[: len(skills)] = skills
        self._used = len(skills)
        for row, skill in enumerate(skills):
            self._rows.setdefault(skill, []).append(row)

    def put(self, skill: int, vectors: Iterable[NDArray[np.floating[Any]]]) -> None:
        """Set a skill's vectors."""
        self.drop(skill)
        rows: list[int] = []
        for vector in vectors:
            if self._used and vector.shape[0] != self._matrix.shape[1]:
                continue
            row = self._free.pop() if self._free else self._grow(vector.shape[0])
            self._matrix[row] = vector
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
        rows = (
            np.argpartition(-cosines, wanted - 1)[:wanted]
            if wanted < len(cosines)
            else np.arange(len(cosines))
        )
        found: dict[int, list[float]] = {}
        for row in rows[np.argsort(-cosines[rows], kind="stable")].tolist():
            skill = int(self._owners[row])
            if skill >= 0:
                of_one = found.setdefault(skill, [])
                if len(of_one) < _SOFT_TEXTS:
                    of_one.append(float(cosines[row]))
        scores = {
            skill: sum(math.exp(_SOFTNESS * cosine) for cosine in of_one) for skill, of_one in found.items()
        }
        order = sorted(found, key=lambda skill: -scores[skill])
        return [(skill, found[skill][0]) for skill in order[:count]]

    def describing(self) -> tuple[list[int], NDArray[np.float32]]:
        """The skills that have vectors, and the first vector of each."""
        skills = sorted(self._rows)
        return skills, self._matrix[[self._rows[skill][0] for skill in skills]]

    def _cosines(self, queries: NDArray[np.float32]) -> NDArray[np.float32] | None:
        if not self._used or queries.shape[1] != self._matrix.shape[1]:
            return None
        matrix = self._matrix[: self._used]
        cosines = matrix @ queries[0] if len(queries) == 1 else (matrix @ queries.T).max(1)
        cosines[self._owners[: self._used] < 0] = -2.0
        return np.asarray(cosines, np.float32)

    def _grow(self, dimensions: int) -> int:
        if self._used >= len(self._owners):
            size = max(_LEAST, self._used + self._used // 4 + 64)
            matrix = np.zeros((size, dimensions), np.float32)
            owners = np.full(size, -1, np.int64)
            if self._used:
                matrix[: self._used] = self._matrix[: self._used]
                owners[: self._used] = self._owners[: self._used]
            self._matrix, self._owners = matrix, owners
        self._used += 1
        return self._used - 1
