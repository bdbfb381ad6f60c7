"""The model that needs no server: SmolLM2-135M, or another GGUF file, in this process."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel, generate_from_stream
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    SystemMessage,
)
from langchain_core.messages.ai import InputTokenDetails, UsageMetadata, subtract_usage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from apprentice.errors import ModelError
from apprentice.models.base import (
    CallOptions,
    Message,
    ModelInfo,
    RunningCalls,
    estimate_tokens,
    is_small,
    one_line,
)
from apprentice.models.embedded_engine import Engine, shared_engine
from apprentice.settings import Settings

DEFAULT_CONTEXT = 4096
DEFAULT_NAME = "SmolLM2-135M"
DEFAULT_PARAMETERS = 0.135


class EmbeddedChatModel(BaseChatModel):
    """A GGUF model in this process, as a LangChain chat model; loaded at its first use.

    A trailing assistant message is the beginning of the answer, which is gone on with; it must not end in white
    space. The keyword arguments of a call are `temperature`, `seed`, `max_tokens`, `repeat_penalty`, and `schema`
    (a JSON schema that the reply is held to).
    """

    gguf: Path | None = None
    n_ctx: int = DEFAULT_CONTEXT
    threads: int | None = None
    _engine: Engine | None = PrivateAttr(default=None)
    _calls: RunningCalls = PrivateAttr(default_factory=RunningCalls)

    @property
    def _llm_type(self) -> str:
        return "embedded"

    @property
    def engine(self) -> Engine:
        """The engine behind it, not loaded yet before the first call."""
        if self._engine is None:
            self._engine = shared_engine(self.gguf, self.n_ctx, self.threads)
        return self._engine

    def abort(self, thread: threading.Thread | None = None) -> None:
        """Stop the call of a thread, or all calls."""
        self._calls.abort(thread)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        body = _body(messages, stop, kwargs)
        done_reason = ""
        usage: Mapping[str, Any] = {}
        timings: Mapping[str, Any] = {}
        told = UsageMetadata(input_tokens=0, output_tokens=0, total_tokens=0)
        for part in self.engine.stream(body, self._calls):
            usage = part.get("usage") or usage
            timings = part.get("timings") or timings
            if "prompt_progress" in part:
                progress = {"prompt_progress": part["prompt_progress"].get("processed", 0)}
                yield ChatGenerationChunk(message=AIMessageChunk(content=""), generation_info=progress)
                continue
            for choice in part.get("choices", ()):
                done_reason = choice.get("finish_reason") or done_reason
                if text := choice.get("delta", {}).get("content"):
                    total = _counted({}, timings)
                    more = subtract_usage(total, told)
                    told = total
                    chunk = ChatGenerationChunk(message=AIMessageChunk(content=text, usage_metadata=more))
                    if run_manager is not None:
                        run_manager.on_llm_new_token(text, chunk=chunk)
                    yield chunk
        if done_reason:
            yield _last(done_reason, subtract_usage(_counted(usage, timings), told), timings)


def _body(
    messages: Sequence[BaseMessage], stop: Sequence[str] | None, options: Mapping[str, Any]
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "messages": [{"role": _role(message), "content": str(message.text)} for message in messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        # Signs of life while the prompt is read, between which the call can be stopped.
        "return_progress": True,
        # The figures come with each token, since the last ones don't come where the call is cut.
        "timings_per_token": True,
        "cache_prompt": True,
        "stop": list(stop or ()),
    }
    for name in ("temperature", "seed", "max_tokens", "repeat_penalty"):
        if options.get(name) is not None:
            body[name] = options[name]
    if options.get("schema") is not None:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": options["schema"]},
        }
    return body


def _role(message: BaseMessage) -> str:
    if isinstance(message, SystemMessage):
        return "system"
    return "assistant" if isinstance(message, AIMessage) else "user"


def _counted(usage: Mapping[str, Any], timings: Mapping[str, Any]) -> UsageMetadata:
    """The tokens so far."""
    cached = int(timings.get("cache_n", 0))
    prompt = int(usage.get("prompt_tokens", cached + int(timings.get("prompt_n", 0))))
    completion = int(usage.get("completion_tokens", timings.get("predicted_n", 0)))
    return UsageMetadata(
        input_tokens=prompt,
        output_tokens=completion,
        total_tokens=prompt + completion,
        input_token_details=InputTokenDetails(cache_read=cached),
    )


def _last(done_reason: str, usage: UsageMetadata, timings: Mapping[str, Any]) -> ChatGenerationChunk:
    # The names are Ollama's, so that all models tell their figures alike.
    info = {
        "done_reason": done_reason,
        "eval_duration": int(float(timings.get("predicted_ms", 0.0)) * 1e6),
        "prompt_eval_duration": int(float(timings.get("prompt_ms", 0.0)) * 1e6),
    }
    return ChatGenerationChunk(
        message=AIMessageChunk(content="", usage_metadata=usage),
        generation_info=info,
    )


def _by_file_size(gguf: Path) -> float:
    """About how many billions of parameters a file holds, at the usual five bits each."""
    path = gguf.expanduser()
    return path.stat().st_size / 0.65e9 if path.is_file() else 0.0


class EmbeddedProvider:
    """The embedded model as a provider.

    Raises:
        ModelMissing: the runtime or the model file isn't installed.
    """

    def __init__(self, settings: Settings) -> None:
        context = min(settings.num_ctx or DEFAULT_CONTEXT, settings.max_num_ctx)
        own_file = settings.embedded_model
        self.chat = EmbeddedChatModel(
            gguf=own_file, n_ctx=context, threads=settings.embedded_threads or os.cpu_count() or 1
        )
        self.slots: threading.Semaphore | None = self.chat.engine.slots
        parameters = _by_file_size(own_file) if own_file else DEFAULT_PARAMETERS
        self.info = ModelInfo(
            name=own_file.stem if own_file else DEFAULT_NAME,
            provider="embedded",
            parameters=parameters,
            context_tokens=context,
            thinks=False,
            prefills=True,
            small=is_small(parameters, settings.profile),
        )

    def call_kwargs(self, options: CallOptions) -> dict[str, Any]:
        """The options as `EmbeddedChatModel` takes them."""
        return {
            "temperature": options.temperature,
            "seed": options.seed,
            "max_tokens": options.max_tokens,
            "repeat_penalty": options.repeat_penalty,
            "schema": None if options.schema is None else dict(options.schema),
            "stop": list(options.stop) or None,
        }

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """An estimate on the safe side; the exact count comes with the reply."""
        return estimate_tokens(messages)

    def translate(self, error: Exception) -> ModelError:
        """What the engine says."""
        if isinstance(error, ModelError):
            return error
        return ModelError(
            f"The embedded model failed: {one_line(error)}.", "Try again, or use another model."
        )

    def abort(self, thread: threading.Thread | None = None) -> None:
        """Stop the call of a thread, or all calls, at the next token or batch of the prompt."""
        self.chat.abort(thread)

    def close(self) -> None:
        """Stop all calls. The model stays loaded for the next agent in this process."""
        self.chat.abort()
