"""A real, small embedding model for tests: words hashed into a vector, the same in every process."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from apprentice.errors import ModelUnavailable


class HashingEmbedder:
    """Texts with the same words are near each other. Counts what it is asked; fails when told to."""

    dimensions = 64

    def __init__(self, name: str = "hashing") -> None:
        self.name = name
        self.texts = 0
        self.broken = False

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.broken:
            raise ModelUnavailable("The embedding model is gone.")
        self.texts += len(texts)
        rows = [self._vector(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dimensions), np.float32)

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.full(self.dimensions, 1e-3, np.float32)
        for word in text.casefold().split():
            digest = hashlib.md5(f"{self.name} {word.strip('.,:?!')}".encode()).digest()
            vector[digest[0] % self.dimensions] += 1.0 if digest[1] % 2 else -1.0
        return np.asarray(vector / np.linalg.norm(vector), np.float32)
