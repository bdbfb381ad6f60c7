"""One model call in a thread of its own, read under deadlines and a cancel token."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from apprentice.cancellation import CancelToken
from apprentice.errors import ModelError, ModelTimeout, StreamBroken
from apprentice.models.base import Message, Provider

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

_POLL_SECONDS = 0.05
_LEAVE_SECONDS = 1.0
_MORE_TIME = "Give it more time with {}, make the prompt shorter, or use a smaller model."


class FirstTokenTimeout(ModelTimeout):
    """Nothing came in time; may be worth one more try, since the model is loaded by then."""


class CallTimeout(ModelTimeout):
    """The whole call took too long, and would again."""

    retryable: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds until the first token, between two tokens, and for the whole call."""

    first_token: float
    silence: float
    call: float


class ReplyStream:
    """The chunks of one reply. A context manager: leaving it aborts what still runs.

    Args:
        provider: whose model is called.
        messages: the prompt.
        kwargs: for `chat.stream`.
        deadlines: how long to wait for what.
        cancel: looked at every 50 ms.
    """

    def __init__(
        self,
        provider: Provider,
        messages: Sequence[Message],
        kwargs: dict[str, Any],
        deadlines: Deadlines,
        cancel: CancelToken | None,
    ) -> None:
        self._provider = provider
        self._messages = list(messages)
        self._kwargs = kwargs
        self._deadlines = deadlines
        self._cancel = cancel
        self._chunks: queue.SimpleQueue[AIMessageChunk | Exception | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        # A daemon, so that a server that never answers can't hold the program at its end.
        self._thread = threading.Thread(target=self._pump, name="model-call", daemon=True)

    def __enter__(self) -> ReplyStream:
        self._thread.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._provider.abort(self._thread)
            if kind is None:  # so that the server is free when the next call comes
                self._thread.join(_LEAVE_SECONDS)

    def _pump(self) -> None:
        try:
            stream = self._provider.chat.stream(self._messages, **self._kwargs)
            try:
                for chunk in stream:
                    if self._stopped.is_set():
                        break
                    self._chunks.put(chunk)
            finally:
                if isinstance(stream, Generator):
                    stream.close()
            self._chunks.put(None)
        except Exception as error:  # noqa: BLE001  # whatever it is, the caller's thread must hear of it
            self._chunks.put(error)

    def __iter__(self) -> Iterator[AIMessageChunk]:
        """The chunks as they come.

        Raises:
            Cancelled: the token was set.
            ModelTimeout: a deadline passed.
            ModelError: the call failed; what exactly says the provider.
        """
        started = last = time.monotonic()
        begun = False
        while True:
            if self._cancel is not None:
                self._cancel.check()
            try:
                item = self._chunks.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                self._check_deadlines(started, last, begun)
                continue
            if item is None:
                return
            if isinstance(item, ModelError):
                raise item
            if isinstance(item, Exception):
                raise self._translated(item, begun) from item
            last = time.monotonic()
            begun = begun or not is_progress(item)
            yield item
            self._check_deadlines(started, last, begun)

    def _translated(self, error: Exception, begun: bool) -> ModelError:
        if isinstance(error, ValueError) and not begun and "No generation chunks" in str(error):
            return StreamBroken("The model answered with nothing at all.", "Try again.")
        return self._provider.translate(error)

    def _check_deadlines(self, started: float, last: float, begun: bool) -> None:
        now, limits, name = time.monotonic(), self._deadlines, self._provider.info.name
        if now - started > limits.call:
            raise CallTimeout(
                f"{name} did not finish its reply in {limits.call:g} s.",
                _MORE_TIME.format("AGENT_CALL_TIMEOUT"),
            )
        if not begun and now - started > limits.first_token:
            raise FirstTokenTimeout(
                f"{name} did not begin to answer in {limits.first_token:g} s.",
                _MORE_TIME.format("AGENT_FIRST_TOKEN_TIMEOUT"),
            )
        if begun and now - last > limits.silence:
            raise ModelTimeout(
                f"{name} fell silent for {limits.silence:g} s in the middle of its reply.",
                _MORE_TIME.format("AGENT_SILENCE_TIMEOUT"),
            )


def is_progress(chunk: AIMessageChunk) -> bool:
    """Whether a chunk only says that the prompt is being read."""
    return "prompt_progress" in chunk.response_metadata
