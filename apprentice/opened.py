"""What is opened on first use: the sandbox, the models, the search index, the checkpoints."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from apprentice.events import EventStream, Notice
from apprentice.memory.store import MemoryStore
from apprentice.sandbox import UNSAFE, choose_sandbox
from apprentice.sandbox.base import Sandbox
from apprentice.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langgraph.checkpoint.sqlite import SqliteSaver

    from apprentice.models.client import ChatClient
    from apprentice.retrieval import Finder


class Opened:
    """Opens each part when it is first needed, so that what doesn't need it doesn't wait for it.

    Args:
        model: a model that is given as an object; None where the settings name one.
        on_pull: asked whether a missing model should be downloaded.
    """

    def __init__(
        self,
        settings: Settings,
        events: EventStream,
        memory: MemoryStore,
        model: BaseChatModel | None,
        on_pull: Callable[[str], bool] | None,
    ) -> None:
        self._settings = settings
        self._events = events
        self._memory = memory
        self._model = model
        self._on_pull = on_pull
        self.sandbox_tried: tuple[str, ...] = ()

    @cached_property
    def sandbox(self) -> Sandbox:
        """See `Agent.sandbox`."""
        choice = choose_sandbox(self._settings)
        self.sandbox_tried = choice.tried
        if choice.sandbox.isolation == "process":
            self._warn(UNSAFE)
        return choice.sandbox

    @cached_property
    def chat(self) -> ChatClient:
        """See `Agent.chat`."""
        from apprentice.models.choose import open_models

        return open_models(self._settings, self._events, confirm_pull=self._on_pull, model=self._model)

    @cached_property
    def finder(self) -> Finder:
        """See `Agent.finder`."""
        from apprentice.models.embeddings import open_embedder
        from apprentice.retrieval import Finder

        return Finder(
            self._memory,
            self._settings.workspace / "index.sqlite",
            lambda: open_embedder(self._settings, self._events),
            on_notice=self._warn,
        )

    @cached_property
    def checkpoints(self) -> SqliteSaver:
        """The states of the runs."""
        from apprentice.graph.checkpoints import open_checkpoints

        return open_checkpoints(self._settings.workspace / "checkpoints.sqlite")

    def close(self) -> None:
        """Close what was opened."""
        for name in ("chat", "checkpoints", "finder", "sandbox"):
            part = self.__dict__.pop(name, None)
            connection = getattr(part, "conn", part)
            if hasattr(connection, "close"):
                connection.close()

    def _warn(self, message: str) -> None:
        self._events.emit(Notice(message=message, level="warning"))
