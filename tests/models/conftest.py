"""An Ollama server for each test that asks for one, and a way to the models through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from apprentice.events import Event, EventStream
from apprentice.models.choose import open_models
from apprentice.models.client import ChatClient
from apprentice.settings import Settings, load_settings
from tests.models.ollama_server import OllamaServer

OpenClient = Callable[..., ChatClient]


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer() as running:
        yield running


@pytest.fixture
def events() -> EventStream:
    return EventStream()


@pytest.fixture
def seen(events: EventStream) -> list[Event]:
    """All events, in their order."""
    collected: list[Event] = []
    events.subscribe(collected.append)
    return collected


@pytest.fixture
def settings(server: OllamaServer) -> Settings:
    return load_settings(ollama_host=server.url, model="qwen3-coder", connect_timeout=2.0)


@pytest.fixture
def open_client(
    server: OllamaServer, settings: Settings, events: EventStream, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenClient]:
    """Opens the models with changed settings; closed at the end of the test."""
    monkeypatch.delenv("AGENT_NO_MODELS", raising=False)
    with ExitStack() as stack:

        def open_it(confirm_pull: Callable[[str], bool] | None = None, **changes: Any) -> ChatClient:
            chosen = settings.model_copy(update=changes)
            return stack.enter_context(open_models(chosen, events, confirm_pull=confirm_pull))

        yield open_it
