"""Where the endpoint's calls end: the embedded model in this process, or an Ollama server."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import httpx

from apprentice.errors import ContextOverflow, ModelError
from apprentice.models.base import RunningCalls
from apprentice.models.embedded_engine import shared_engine
from apprentice.models.ollama_http import parse_host

#: what SmolLM2 was trained for; peers with long prompts need it
CONTEXT = 8192
_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One call, in the words of OpenAI's protocol. What is None is left to the model's server."""

    messages: tuple[Mapping[str, str], ...]
    max_tokens: int
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = None

    def at_most(self, tokens: int) -> ChatRequest:
        """The same call with a shorter reply."""
        return replace(self, max_tokens=min(self.max_tokens, tokens))


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """The reply, and its tokens as the model's server counted them."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    done_reason: str = "stop"


class BackendError(Exception):
    """The model's server refused or failed.

    Attributes:
        status: what the endpoint answers with.
    """

    def __init__(self, message: str, status: int = 502) -> None:
        super().__init__(message)
        self.status = status


class Backend(Protocol):
    """A model that can be asked."""

    @property
    def name(self) -> str:
        """What the model is called in results."""

    def chat(self, request: ChatRequest) -> ChatAnswer:
        """One whole reply.

        Raises:
            BackendError: there is none.
        """

    def abort(self) -> None:
        """Stop the calls under way, where that can be done."""


class StreamingEngine(Protocol):
    """The part of `apprentice.models.embedded_engine.Engine` that is used here."""

    def stream(self, body: Mapping[str, Any], calls: RunningCalls) -> Any:
        """The parts of a reply."""


class EmbeddedBackend:
    """The embedded model. Calls run one after the other.

    Raises:
        ModelMissing: it isn't installed.
    """

    def __init__(
        self, engine: StreamingEngine | None = None, *, gguf: Path | None = None, context: int = CONTEXT
    ) -> None:
        self._engine = engine or shared_engine(gguf, context, os.cpu_count())
        self._calls = RunningCalls()

    @property
    def name(self) -> str:
        """The name of the embedded model."""
        return "embedded"

    def chat(self, request: ChatRequest) -> ChatAnswer:
        """One whole reply; a call that is aborted ends with what there is."""
        body: dict[str, Any] = {
            "messages": [dict(message) for message in request.messages],
            "max_tokens": request.max_tokens,
            "stop": list(request.stop),
            "stream": True,
            "stream_options": {"include_usage": True},
            "return_progress": True,
            "cache_prompt": True,
        }
        for name in ("temperature", "top_p", "seed"):
            if (value := getattr(request, name)) is not None:
                body[name] = value
        if request.schema is not None:
            schema = {"name": "answer", "schema": dict(request.schema)}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        texts: list[str] = []
        done_reason = "stop"
        usage: Mapping[str, Any] = {}
        try:
            for part in self._engine.stream(body, self._calls):
                usage = part.get("usage") or usage
                for choice in part.get("choices", ()):
                    done_reason = choice.get("finish_reason") or done_reason
                    texts.append(choice.get("delta", {}).get("content") or "")
        except ContextOverflow as error:
            raise BackendError(str(error), 400) from error
        except ModelError as error:
            raise BackendError(str(error)) from error
        return ChatAnswer(
            "".join(texts),
            int(usage.get("prompt_tokens", 0)),
            int(usage.get("completion_tokens", 0)),
            done_reason,
        )

    def abort(self) -> None:
        """Stop the call under way at its next token."""
        self._calls.abort()


class OllamaBackend:
    """A model on an Ollama server, or on the simulated coder that speaks its protocol."""

    def __init__(self, model: str, host: str = "", *, context: int = CONTEXT) -> None:
        self._model, self._context = model, context
        server = parse_host(host or os.environ.get("OLLAMA_HOST", ""))
        self._http = httpx.Client(base_url=server.url, headers=dict(server.headers), timeout=_SECONDS)

    @property
    def name(self) -> str:
        """The model's name on the server."""
        return self._model

    def chat(self, request: ChatRequest) -> ChatAnswer:
        """One whole reply from `/api/chat`."""
        options: dict[str, Any] = {"num_ctx": self._context, "num_predict": request.max_tokens}
        for name in ("temperature", "top_p", "seed"):
            if (value := getattr(request, name)) is not None:
                options[name] = value
        if request.stop:
            options["stop"] = list(request.stop)
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [dict(message) for message in request.messages],
            "stream": True,
            "options": options,
        }
        if request.schema is not None:
            body["format"] = dict(request.schema)
        texts: list[str] = []
        last: Mapping[str, Any] = {}
        try:
            with self._http.stream("POST", "/api/chat", json=body) as response:
                for line in response.iter_lines():
                    last = json.loads(line)
                    texts.append(last.get("message", {}).get("content") or "")
                status = response.status_code
        except (httpx.HTTPError, ValueError, AttributeError) as error:
            raise BackendError(f"The Ollama server did not answer: {error!r}") from error
        if status != 200 or "error" in last or not last.get("done"):
            said = last.get("error", f"HTTP status {status}, and no end of the reply")
            raise BackendError(f"The Ollama server said: {said}", 400 if 400 <= status < 500 else 502)
        return ChatAnswer(
            "".join(texts),
            int(last.get("prompt_eval_count", 0)),
            int(last.get("eval_count", 0)),
            str(last.get("done_reason", "stop")),
        )

    def abort(self) -> None:
        """Nothing: the server ends a call by itself."""


def open_backend(model: str, *, host: str = "") -> Backend:
    """The model that `embedded`, `ollama:NAME` or a NAME on the Ollama server at `host` means.

    Raises:
        ModelMissing: the embedded model isn't installed.
        UsageError: the host isn't an address.
    """
    if model == "embedded":
        return EmbeddedBackend()
    return OllamaBackend(model.removeprefix("ollama:"), host)


def messages_of(value: Any) -> tuple[Mapping[str, str], ...]:
    """The messages of a request as plain texts; a message in several parts becomes one text.

    Raises:
        ValueError: they aren't messages, or hold more than texts.
    """
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise ValueError("messages must be a list with at least one message.")
    return tuple({"role": _role(message), "content": _text(message.get("content"))} for message in value)


def _role(message: Any) -> str:
    if not isinstance(message, Mapping):
        raise ValueError("a message must be an object.")
    role = str(message.get("role", ""))
    role = {"developer": "system", "tool": "user", "tool-response": "user", "tool-call": "assistant"}.get(
        role, role
    )
    if role not in ("system", "user", "assistant"):
        raise ValueError(f"there is no role {role!r}.")
    return role


def _text(content: Any) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    if isinstance(content, Sequence) and all(
        isinstance(part, Mapping) and part.get("type") == "text" for part in content
    ):
        return "\n".join(str(part.get("text", "")) for part in content)
    raise ValueError("only texts can be sent.")
