"""What every model looks like from above: messages and options in, text and figures out."""

from __future__ import annotations

import math
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from apprentice.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

Message = tuple[Literal["system", "user", "assistant"], str]

SMALL_MODEL_PARAMETERS = 3.0
"""Models under this many billions of parameters get the small profile."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What calls cost: tokens as the server counted them, wall time in seconds.

    `cached_tokens` are the prompt tokens that were not processed again; 0 where the server doesn't tell, as Ollama, which
    counts the whole prompt either way. Of a call that was cut before a server's figures came, the tokens of the prompt are
    estimated, and those of the reply are the pieces in which it came. In a sum, times add up and `tokens_per_second` is the
    speed over all of them.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    first_token_seconds: float = 0.0
    seconds: float = 0.0
    tokens_per_second: float = 0.0
    calls: int = 0

    def __add__(self, other: Usage) -> Usage:
        """Both together, with the speed computed anew."""
        tokens = self.completion_tokens + other.completion_tokens
        seconds = self._generation_seconds + other._generation_seconds
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            first_token_seconds=self.first_token_seconds + other.first_token_seconds,
            seconds=self.seconds + other.seconds,
            tokens_per_second=tokens / seconds if seconds > 0 else 0.0,
            calls=self.calls + other.calls,
        )

    @property
    def _generation_seconds(self) -> float:
        return self.completion_tokens / self.tokens_per_second if self.tokens_per_second > 0 else 0.0


@dataclass(frozen=True, slots=True)
class CallOptions:
    """How one reply is to be made.

    Attributes:
        temperature: 0 for the most likely reply.
        seed: for the same reply again, as far as the server keeps it; None for a new one each time.
        max_tokens: longest reply; None for the setting `num_predict`.
        stop: texts that end the reply; they are not part of it.
        schema: JSON schema that the reply must fit, for models that can be held to one.
        prefill: beginning of the assistant's answer, kept at the start of `Reply.text`. White space at its end
            is left to the model. Ignored by models that can't (`ModelInfo.prefills`).
        repeat_penalty: above 1 to discourage repetition; None for the model's own.
        enough: asked with the text so far, without thoughts, every 20 characters or so; once it says True, the call is
            ended as soon as the model goes on. The reply then has the `done_reason` `ENOUGH`.
    """

    temperature: float = 0.2
    seed: int | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = None
    prefill: str = ""
    repeat_penalty: float | None = None
    enough: Callable[[str], bool] | None = None


ENOUGH = "enough"
"""Why a reply ended that was cut because it had all that was asked for."""

DEFAULT_OPTIONS = CallOptions()


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What is known of a model.

    Attributes:
        parameters: in billions; None when unknown.
        context_tokens: the context used, prompt and reply together.
        thinks: it can think before it answers.
        prefills: the beginning of its answer can be given.
        small: it gets short prompts and few calls.
    """

    name: str
    provider: Literal["ollama", "embedded", "remote", "scripted"]
    parameters: float | None
    context_tokens: int
    thinks: bool
    prefills: bool
    small: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply: its text without thoughts, the thoughts, what it cost, and why it ended."""

    text: str
    usage: Usage
    done_reason: str
    model: str
    thinking: str = ""


class Provider(Protocol):
    """One model on one server, behind the LangChain interface."""

    @property
    def info(self) -> ModelInfo:
        """What is known of the model."""

    @property
    def chat(self) -> BaseChatModel:
        """The model itself."""

    @property
    def slots(self) -> threading.Semaphore | None:
        """Taken for each call, so that the server isn't flooded; None for no limit."""

    def call_kwargs(self, options: CallOptions) -> dict[str, Any]:
        """The options as keyword arguments of `chat.stream`."""

    def translate(self, error: Exception) -> ModelError:
        """The error with what happened in one line, and the next step."""

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of a prompt, counted or estimated on the safe side."""

    def abort(self, thread: threading.Thread | None = None) -> None:
        """Stop the call that runs in a thread, or all calls; returns at once."""

    def close(self) -> None:
        """Stop all calls and free what can be freed."""


class RunningCalls:
    """The calls that a provider has under way, by their thread, each with what stops it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stops: weakref.WeakKeyDictionary[threading.Thread, Callable[[], None]] = (
            weakref.WeakKeyDictionary()
        )
        self._aborted: weakref.WeakSet[threading.Thread] = weakref.WeakSet()

    def register(self, stop: Callable[[], None]) -> bool:
        """Say how the current thread's call is stopped. False, and stopped, if it was aborted already."""
        thread = threading.current_thread()
        with self._lock:
            self._stops[thread] = stop
            aborted = thread in self._aborted
        if aborted:
            stop()
        return not aborted

    def forget(self) -> None:
        """The current thread's call has ended."""
        with self._lock:
            self._stops.pop(threading.current_thread(), None)

    def abort(self, thread: threading.Thread | None = None) -> None:
        """Stop the call of a thread, also one that registers later; without a thread, all registered ones."""
        with self._lock:
            if thread is None:
                stops = list(self._stops.values())
            else:
                self._aborted.add(thread)
                stops = [self._stops[thread]] if thread in self._stops else []
        for stop in stops:
            stop()


def estimate_tokens(messages: Sequence[Message]) -> int:
    """Tokens of a prompt without its tokenizer, on the safe side: three bytes a token, and each message's frame.

    English takes about four bytes a token, code three to four, most other scripts three or more.
    """
    return sum(math.ceil(len(text.encode("utf-8", "replace")) / 3) + 8 for _, text in messages) + 8


def usage_of(error: ModelError) -> Usage:
    """What the calls cost that ended in an error."""
    return error.usage if isinstance(error.usage, Usage) else Usage(calls=1)


def is_small(parameters: float | None, profile: str) -> bool:
    """Whether a model of so many billions of parameters gets the small profile (`auto`: by its size)."""
    if profile != "auto":
        return profile == "small"
    return parameters is not None and parameters < SMALL_MODEL_PARAMETERS


def one_line(text: object, limit: int = 300) -> str:
    """The first line of a message that says something, short enough for a terminal."""
    lines = [line.strip() for line in str(text).splitlines() if line.strip()]
    line = lines[0] if lines else ""
    return line if len(line) <= limit else line[: limit - 1] + "…"
