"""Skills that are near each other: by the cosine of what describes them, and by the rare words that they share."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Two skills less alike than this are not looked at together.
LEAST_COSINE: Final = 0.5
LEAST_WORDS: Final = 0.2

_BLOCK: Final = 512
#: Words of more skills than this tell nothing of a pair; in a small library, a share of it.
_COMMON: Final = 40


@dataclass(frozen=True, slots=True)
class NearPair:
    """Two skills that may do the same; `first` is before `second` in the alphabet.

    Attributes:
        cosine: of the vectors that describe them; None where they have none, or aren't near by it.
        words: the share of their words that both have, 0 to 1, rare ones counting more.
    """

    first: str
    second: str
    cosine: float | None = None
    words: float = 0.0

    @property
    def score(self) -> float:
        """How near they are, 0 to 1: those that are so in both ways before those that are in one."""
        return ((self.cosine or 0.0) + self.words) / 2


def near_rows(
    matrix: NDArray[np.float32], count: int, least: float = LEAST_COSINE
) -> list[tuple[int, int, float]]:
    """Pairs of rows, the smaller number first, with their cosine: for each row its nearest others.

    Compared a block of rows at a time, so that memory is bounded.

    Args:
        matrix: vectors of length one.
        count: at most so many others a row.
        least: the smallest cosine.
    """
    total = len(matrix)
    wanted = min(count, total - 1)
    found: dict[tuple[int, int], float] = {}
    if wanted < 1:
        return []
    for start in range(0, total, _BLOCK):
        cosines = matrix[start : start + _BLOCK] @ matrix.T
        rows = np.arange(len(cosines))
        cosines[rows, rows + start] = -2.0
        nearest = np.argpartition(-cosines, wanted - 1, axis=1)[:, :wanted]
        values = np.take_along_axis(cosines, nearest, axis=1)
        for row, place in zip(*np.nonzero(values >= least), strict=True):
            one, other = int(row) + start, int(nearest[row, place])
            found[min(one, other), max(one, other)] = float(values[row, place])
    return [(one, other, cosine) for (one, other), cosine in found.items()]


def near_words(
    terms: Mapping[str, Iterable[str]], count: int, least: float = LEAST_WORDS
) -> dict[tuple[str, str], float]:
    """Pairs of names, in the order of the alphabet, with the share of their terms that both have.

    Args:
        terms: the words of each skill.
        count: at most so many others a skill.
    """
    of: dict[str, list[str]] = defaultdict(list)
    sets = {name: set(words) for name, words in sorted(terms.items())}
    for name, words in sets.items():
        for word in words:
            of[word].append(name)
    weight = {word: math.log(1 + len(sets) / len(names)) for word, names in of.items()}
    common = max(_COMMON, len(sets) // 200)
    shared: dict[tuple[str, str], float] = defaultdict(float)
    for word, names in of.items():
        if len(names) <= common:
            for place, one in enumerate(names):
                for other in names[place + 1 :]:
                    shared[one, other] += weight[word]
    whole = {name: sum(weight[word] for word in words) for name, words in sets.items()}
    near: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for (one, other), both in shared.items():
        if 2 * both >= least * (whole[one] + whole[other]) / 2:
            # The common words count as well, once there is reason to look.
            shares = sum(map(weight.__getitem__, sets[one] & sets[other]))
            score = 2 * shares / (whole[one] + whole[other])
            if score >= least:
                near[one].append((score, other))
                near[other].append((score, one))
    pairs: dict[tuple[str, str], float] = {}
    for one, others in near.items():
        for score, other in sorted(others, reverse=True)[:count]:
            pairs[min(one, other), max(one, other)] = score
    return pairs
