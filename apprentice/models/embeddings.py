"""Which model turns texts into vectors: one that the Ollama server has, the small one in this process, or none."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from apprentice.errors import ModelError, ModelUnavailable, UsageError
from apprentice.events import EventStream, Notice
from apprentice.models.base import RunningCalls
from apprentice.models.minilm import MiniLm, find_weights
from apprentice.settings import Settings

Vectors = NDArray[np.float32]

#: Embedding models in the order in which they are taken where a server has several; by name without its tag.
PREFERRED: Final = (
    "nomic-embed-text",
    "mxbai-embed-large",
    "bge-m3",
    "snowflake-arctic-embed2",
    "snowflake-arctic-embed",
    "embeddinggemma",
    "qwen3-embedding",
    "granite-embedding",
    "bge-large",
    "all-minilm",
    "paraphrase-multilingual",
)

#: Seconds for what a user waits for: to find out what the server has, and for one batch of texts.
_ASK_SECONDS: Final = 3.0
_EMBED_SECONDS: Final = 30.0
_CONNECT_SECONDS: Final = 1.0
#: Seconds in which a server that failed isn't asked again.
_PAUSE_SECONDS: Final = 60.0
_BATCH: Final = 32
#: Characters of a text that are sent: about what these models read.
_LONGEST: Final = 4_000


class Embedder(Protocol):
    """Turns texts into unit vectors. `name` says which vectors can be compared with each other."""

    @property
    def name(self) -> str:
        """The model; vectors of different names must not be compared."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector; 0 where it isn't known before the first."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in their order, float32.

        Raises:
            ModelError: the model can't be asked now.
        """
        ...


class OllamaEmbedder:
    """An embedding model on an Ollama server. After a failure, the server is left alone for a minute.

    Args:
        model: its name, as `ollama list` has it.
        settings: the server's address and how long it keeps the model.
    """

    def __init__(self, model: str, settings: Settings) -> None:
        from apprentice.models.ollama_http import parse_host

        self.model = model
        self.name = f"ollama:{model}"
        self.dimensions = 0
        self._address = parse_host(settings.ollama_host)
        self._keep_alive = settings.keep_alive
        self._connect = min(_CONNECT_SECONDS, settings.connect_timeout)
        self._resting_until = 0.0

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in their order.

        Raises:
            ModelError: the server doesn't answer, or not with vectors.
        """
        import httpx

        from apprentice.models.ollama_http import client_arguments

        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        if time.monotonic() < self._resting_until:
            raise ModelUnavailable(f"The Ollama server at {self._address.url} did not answer a moment ago.")
        parts: list[Vectors] = []
        try:
            arguments = client_arguments(self._address, RunningCalls(), self._connect, read=_EMBED_SECONDS)
            with httpx.Client(**arguments) as client:
                for start in range(0, len(texts), _BATCH):
                    batch = [text[:_LONGEST] or " " for text in texts[start : start + _BATCH]]
                    body = {
                        "model": self.model,
                        "input": batch,
                        "keep_alive": self._keep_alive,
                        "truncate": True,
                    }
                    reply = client.post(f"{self._address.url}/api/embed", json=body)
                    if reply.status_code != 200:
                        raise ValueError(f"{reply.status_code} {reply.text[:200]}")
                    parts.append(_unit_vectors(reply.json(), len(batch)))
            vectors = np.concatenate(parts)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, KeyError, TypeError) as error:
            self._resting_until = time.monotonic() + _PAUSE_SECONDS
            raise ModelUnavailable(
                f"The Ollama server at {self._address.url} gives no vectors of {self.model}: "
                f"{' '.join(str(error).split()) or type(error).__name__}."
            ) from error
        self.dimensions = vectors.shape[1]
        return vectors


def _unit_vectors(reply: dict[str, object], count: int) -> Vectors:
    vectors = np.asarray(reply["embeddings"], np.float32)
    if vectors.ndim != 2 or vectors.shape[0] != count or not vectors.shape[1]:
        raise ValueError("not one vector for each text")
    if not np.isfinite(vectors).all():
        raise ValueError("not all of it are numbers")
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), np.float32)


class FallbackEmbedder:
    """An embedder that may fail, and one in this process for then. Its name is that of the one in use.

    The first failure is told in one line. From then on the second embedder serves, so that vectors stay comparable
    from one request to the next.
    """

    def __init__(self, first: Embedder, second: Embedder, events: EventStream | None = None) -> None:
        self._used = first
        self._second = second
        self._events = events
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The name of the one in use."""
        return self._used.name

    @property
    def dimensions(self) -> int:
        """Those of the one in use."""
        return self._used.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in their order.

        Raises:
            ModelError: neither can be asked.
        """
        used = self._used
        try:
            return used.embed(texts)
        except ModelError as error:
            if used is self._second:
                raise
            with self._lock:
                told = self._used is self._second
                self._used = self._second
            if self._events is not None and not told:
                self._events.emit(
                    Notice(
                        message=f"{error.message} Skills are compared by {self._second.name} until the next start.",
                        level="warning",
                    )
                )
            return self._second.embed(texts)


def open_embedder(settings: Settings, events: EventStream | None = None) -> Embedder | None:
    """The embedding model that the settings name, or that is there; None where only words are compared.

    `auto` takes one that the Ollama server already has (nothing is ever downloaded), else MiniLM where its weights are
    installed. With AGENT_NO_MODELS=1 no server is asked.

    Args:
        settings: `embedding_model`, and the server's address.
        events: gets one `Notice` if a server fails later.

    Raises:
        ModelMissing: `minilm` is asked for by name, and isn't installed.
        UsageError: OLLAMA_HOST isn't an address; or AGENT_NO_MODELS is set and a model of a server is named.
    """
    wanted = settings.embedding_model.strip()
    offline = os.environ.get("AGENT_NO_MODELS") == "1"
    if wanted.lower() == "none":
        return None
    if wanted.lower() == "minilm":
        return MiniLm()
    local = MiniLm() if find_weights() is not None else None
    if wanted.lower() in ("", "auto"):
        name = "" if offline else _find_on_server(settings)
    elif offline:
        raise UsageError(
            f"AGENT_NO_MODELS=1 forbids the embedding model {wanted}.",
            "Set AGENT_EMBEDDING_MODEL to minilm or none, or unset AGENT_NO_MODELS.",
        )
    else:
        name = wanted.removeprefix("ollama:")
    if not name:
        return local
    served = OllamaEmbedder(name, settings)
    return served if local is None else FallbackEmbedder(served, local, events)


def _find_on_server(settings: Settings) -> str:
    """The name of the best embedding model that the server has; empty where there is none, or no server."""
    import httpx

    from apprentice.models.ollama_http import client_arguments, parse_host

    address = parse_host(settings.ollama_host)
    connect = min(_CONNECT_SECONDS, settings.connect_timeout)
    try:
        with httpx.Client(**client_arguments(address, RunningCalls(), connect, read=_ASK_SECONDS)) as client:
            reply = client.get(f"{address.url}/api/tags")
            if reply.status_code != 200:
                return ""
            names = [str(model.get("model") or model.get("name") or "") for model in reply.json()["models"]]
            for name in sorted(filter(_may_embed, names), key=_preference):
                shown = client.post(f"{address.url}/api/show", json={"model": name})
                if shown.status_code == 200 and "embedding" in (shown.json().get("capabilities") or ()):
                    return name
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, KeyError, TypeError, AttributeError):
        return ""
    return ""


def _base(name: str) -> str:
    return name.rsplit("/", 1)[-1].split(":", 1)[0].lower()


def _may_embed(name: str) -> bool:
    """Whether asking the server about it is worth while; a server may have a hundred models."""
    base = _base(name)
    return base in PREFERRED or any(part in base for part in ("embed", "bge", "minilm", "gte", "e5"))


def _preference(name: str) -> tuple[int, str]:
    base = _base(name)
    return (PREFERRED.index(base) if base in PREFERRED else len(PREFERRED), name)
