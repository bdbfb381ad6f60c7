"""Counts what an agent's model is asked, from its events: also the calls whose replies could not be used."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from apprentice.agent import Agent
from apprentice.events import Event, ModelCalled
from benchmarks.solving.row import Cost


class Meter:
    """While it is entered, the calls of one agent are counted; `cost` is what they took."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._calls: list[Cost] = []
        self._started = 0.0
        self._seconds = 0.0

    @property
    def cost(self) -> Cost:
        """Of all calls, with the wall time between entering and leaving."""
        return sum(self._calls, Cost(seconds=self._seconds))

    def __enter__(self) -> Self:
        self._started = time.monotonic()
        self._end = self._agent.events.subscribe(self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._seconds = time.monotonic() - self._started
        self._end()

    def _note(self, event: Event) -> None:
        if isinstance(event, ModelCalled):
            self._calls.append(Cost(1, event.prompt_tokens, event.completion_tokens, event.cached_tokens))
