"""Models on an Ollama server, by its native chat endpoint."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx
import ollama
from langchain_ollama import ChatOllama

from apprentice.errors import (
    ContextOverflow,
    ModelError,
    ModelMissing,
    ModelTimeout,
    ModelUnavailable,
    ModelUnsupported,
    StreamBroken,
)
from apprentice.events import EventStream, PullProgress
from apprentice.models.base import (
    CallOptions,
    Message,
    ModelInfo,
    RunningCalls,
    estimate_tokens,
    is_small,
    one_line,
)
from apprentice.models.ollama_http import ServerAddress, client_arguments
from apprentice.settings import Settings

DEFAULT_CONTEXT = 32768
CONTEXT_BY_MODEL: Mapping[str, int] = {"glm-4.7-flash": 8192}
"""Context used, in tokens, of models that need less than the default; by name without its tag."""

_PULL_SILENCE_SECONDS = 300.0
_PULL_EVENT_SECONDS = 0.2
_ASK_SECONDS = 30.0

# Its warning about replies that only load the model would reach the terminal; that case is an error of ours.
logging.getLogger("langchain_ollama").addHandler(logging.NullHandler())

_slots_lock = threading.Lock()
_slots: dict[tuple[str, int], threading.Semaphore] = {}


def _slots_of(server: str, limit: int) -> threading.Semaphore:
    """The places at a server, shared by all clients in this process."""
    with _slots_lock:
        return _slots.setdefault((server, limit), threading.Semaphore(limit))


def normalised(name: str) -> str:
    """A model's name as `/api/tags` has it: with its tag, `latest` unless one is given."""
    name = name.strip().lower()
    return name if ":" in name.rsplit("/", 1)[-1] else f"{name}:latest"


class OllamaProvider:
    """One model on one Ollama server, with one fixed context size.

    Args:
        name: as `ollama list` has it.
        address: the server.
        settings: context, thinking, keep-alive, timeouts.
        events: gets `PullProgress` while a model is downloaded.
        confirm_pull: asked with the model's name whether to download it; None for no.

    Raises:
        ModelUnavailable: no server answers.
        ModelMissing: the server doesn't have the model, and it was not downloaded.
    """

    def __init__(
        self,
        name: str,
        address: ServerAddress,
        settings: Settings,
        events: EventStream,
        confirm_pull: Callable[[str], bool] | None = None,
    ) -> None:
        self._name = name
        self._address = address
        self._settings = settings
        self._calls = RunningCalls()
        self.slots: threading.Semaphore | None = _slots_of(address.url, settings.ollama_parallel)
        shown = self._find(events, confirm_pull)
        self.info = self._describe(shown)
        arguments = client_arguments(address, self._calls, settings.connect_timeout)
        self._transport: httpx.BaseTransport = arguments["transport"]
        self.chat = ChatOllama(
            model=name,
            base_url=address.url,
            num_ctx=self.info.context_tokens,
            num_predict=settings.num_predict,
            keep_alive=_keep_alive(settings.keep_alive),
            sync_client_kwargs=arguments,
        )

    def call_kwargs(self, options: CallOptions) -> dict[str, Any]:
        """The options as ChatOllama takes them. The context size is the same in every call."""
        chosen: dict[str, Any] = {
            "num_ctx": self.info.context_tokens,
            "num_predict": options.max_tokens or self._settings.num_predict,
            "temperature": options.temperature,
        }
        if options.seed is not None:
            chosen["seed"] = options.seed
        if options.stop:
            chosen["stop"] = list(options.stop)
        if options.repeat_penalty is not None:
            chosen["repeat_penalty"] = options.repeat_penalty
        kwargs: dict[str, Any] = {"options": chosen}
        if options.schema is not None:
            kwargs["format"] = dict(options.schema)
        if self.info.thinks:
            kwargs["reasoning"] = self._settings.thinking
        return kwargs

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """An estimate on the safe side; the server doesn't count without answering."""
        return estimate_tokens(messages)

    def abort(self, thread: threading.Thread | None = None) -> None:
        """Shut the connection of a thread's call down, or all connections."""
        self._calls.abort(thread)

    def close(self) -> None:
        """Stop all calls and close the connections."""
        self._calls.abort()
        self._transport.close()

    def translate(self, error: Exception) -> ModelError:
        """What the server, or the way to it, did."""
        return translate(error, self._name, self._address.url, self._settings.connect_timeout)

    def _client(self, read: float) -> ollama.Client:
        arguments = client_arguments(self._address, self._calls, self._settings.connect_timeout, read)
        return ollama.Client(host=self._address.url, **arguments)

    def _find(self, events: EventStream, confirm_pull: Callable[[str], bool] | None) -> ollama.ShowResponse:
        """What `/api/show` says of the model, after downloading it if need be."""
        try:
            with self._client(_ASK_SECONDS) as client:
                installed = [str(model.model) for model in client.list().models if model.model]
                if normalised(self._name) not in map(normalised, installed):
                    if confirm_pull is None or not confirm_pull(self._name):
                        raise self._missing(installed)
                    self._pull(events)
                shown: ollama.ShowResponse = client.show(self._name)
                return shown
        except ModelError:
            raise
        except Exception as error:
            raise self.translate(error) from error

    def _missing(self, installed: Sequence[str]) -> ModelMissing:
        others = ", ".join(sorted(installed)[:8])
        return ModelMissing(
            f"The Ollama server at {self._address.url} doesn't have the model {self._name}.",
            f"Get it with `ollama pull {self._name}`"
            + (f", or set AGENT_MODEL to one that is installed: {others}." if others else "."),
        )

    def _pull(self, events: EventStream) -> None:
        told = ("", 0.0)
        try:
            with self._client(_PULL_SILENCE_SECONDS) as client:
                status = ""
                for part in client.pull(self._name, stream=True):
                    status = part.status or ""
                    if status != told[0] or time.monotonic() - told[1] >= _PULL_EVENT_SECONDS:
                        told = (status, time.monotonic())
                        events.emit(
                            PullProgress(
                                model=self._name,
                                status=status,
                                completed=part.completed or 0,
                                total=part.total or 0,
                            )
                        )
        except ollama.ResponseError as error:
            raise ModelMissing(
                f"The model {self._name} could not be downloaded: {one_line(error.error)}.",
                "Look for its exact name at https://ollama.com/library, or try again.",
            ) from error
        if status != "success":
            raise StreamBroken(
                f"The download of {self._name} ended before it was whole.",
                f"Run `ollama pull {self._name}`; it goes on where it stopped.",
            )

    def _describe(self, shown: ollama.ShowResponse) -> ModelInfo:
        facts: Mapping[str, Any] = shown.modelinfo or {}
        capabilities = [str(capability) for capability in shown.capabilities or ()]
        size = shown.details.parameter_size if shown.details else None
        parameters = _billions(facts.get("general.parameter_count"), size)
        trained = next((n for key, n in facts.items() if key.endswith(".context_length")), None)
        settings = self._settings
        base = self._name.rsplit("/", 1)[-1].split(":", 1)[0].lower()
        context = settings.num_ctx or min(CONTEXT_BY_MODEL.get(base, DEFAULT_CONTEXT), settings.max_num_ctx)
        return ModelInfo(
            name=self._name,
            provider="ollama",
            parameters=parameters,
            context_tokens=min(context, trained) if isinstance(trained, int) and trained > 0 else context,
            thinks="thinking" in capabilities,
            prefills=False,
            small=is_small(parameters, settings.profile),
        )


def _billions(count: object, size: str | None) -> float | None:
    if isinstance(count, (int, float)) and count > 0:
        return float(count) / 1e9
    match = re.fullmatch(r"\s*([\d.]+)\s*([KMBT])\s*", size or "", re.IGNORECASE)
    if not match:
        return None
    return float(match[1]) * {"K": 1e-6, "M": 1e-3, "B": 1.0, "T": 1e3}[match[2].upper()]


def _keep_alive(value: str) -> int | str:
    """Plain numbers are seconds (-1: for ever), which Ollama takes as a number only."""
    try:
        return int(value)
    except ValueError:
        return value


_CONTEXT_WORDS = re.compile(r"context (length|size|window)|exceeds? .*context|prompt (is )?too long", re.I)
_MEMORY_WORDS = re.compile(r"more system memory|out of memory|cudaMalloc|insufficient memory", re.I)
_UNSUPPORTED_WORDS = re.compile(r"does not support (\w+)", re.I)


def server_down(url: str) -> ModelUnavailable:
    """No server answers at a URL."""
    return ModelUnavailable(
        f"No Ollama server answers at {url}.",
        "Start it with `ollama serve`, or set OLLAMA_HOST, or AGENT_MODEL=embedded.",
    )


def translate(error: Exception, model: str, url: str, connect_timeout: float) -> ModelError:
    """An error of the ollama library, httpx or langchain-ollama as one of ours, with its next step."""
    if isinstance(error, ModelError):
        return error
    if isinstance(error, ollama.ResponseError):
        return _translate_response(error, model, url)
    if isinstance(error, (httpx.ConnectTimeout, httpx.PoolTimeout)):
        return ModelTimeout(
            f"The Ollama server at {url} could not be reached in {connect_timeout:g} s.",
            "Check OLLAMA_HOST and the network, or raise AGENT_CONNECT_TIMEOUT.",
        )
    if isinstance(error, httpx.TimeoutException):
        return ModelTimeout(f"The Ollama server at {url} did not answer in time.", "Try again.")
    # The ollama library turns httpx.ConnectError into the built-in one.
    if isinstance(error, httpx.ConnectError) or type(error) is ConnectionError:
        return server_down(url)
    if isinstance(error, (httpx.TransportError, httpx.StreamError, OSError)):
        return StreamBroken(
            f"The Ollama server at {url} closed the connection in the middle of an answer.",
            "See whether it still runs (`ollama ps`); try again.",
        )
    if isinstance(error, ValueError):  # JSON that is cut, or none; shapes that the library doesn't know
        return StreamBroken(
            f"What answers at {url} does not speak Ollama's language, or broke off in the middle of a line.",
            "Check OLLAMA_HOST; try again.",
        )
    return ModelError(f"The call of {model} failed: {type(error).__name__}: {one_line(error)}.", "Try again.")


def _translate_response(error: ollama.ResponseError, model: str, url: str) -> ModelError:
    status, text = error.status_code, one_line(error.error)
    if _CONTEXT_WORDS.search(text):
        return ContextOverflow(
            f"The prompt is longer than the context of {model}: {text}.",
            "Make it shorter, or raise AGENT_NUM_CTX (and AGENT_MAX_NUM_CTX) if the model allows.",
        )
    if _MEMORY_WORDS.search(text):
        return ModelError(
            f"{model} does not fit into the server's memory: {text}.",
            "Use a smaller model, or lower AGENT_NUM_CTX.",
        )
    if match := _UNSUPPORTED_WORDS.search(text):
        return ModelUnsupported(
            f"{model} does not support {match[1]}.",
            "Set AGENT_THINKING=false." if match[1] == "thinking" else "Use a model that does.",
        )
    if status == 404:
        return ModelMissing(
            f"The Ollama server at {url} doesn't have the model {model}.",
            f"Get it with `ollama pull {model}`.",
        )
    if status in (429, 503):
        return ModelUnavailable(
            f"The Ollama server at {url} is overloaded.",
            "Try again later, or let fewer requests run at the same time.",
        )
    if status == -1:
        return StreamBroken(
            f"The Ollama server broke off its answer: {text}.", "Try again; the server's log says more."
        )
    if status >= 500:
        return ModelUnavailable(
            f"The Ollama server at {url} failed ({status}): {text}.", "Try again; its log says more."
        )
    if status in (401, 403):
        return ModelError(
            f"The server at {url} refuses access ({status}).",
            "Give user name and password in OLLAMA_HOST, or set OLLAMA_API_KEY.",
        )
    if 300 <= status < 400:
        return ModelError(
            f"The server at {url} wants to be asked elsewhere ({status}).",
            "Set OLLAMA_HOST to its final address, with https:// if it has that.",
        )
    return ModelError(
        f"The Ollama server at {url} refused the request ({status}): {text}.", "Check the settings."
    )
