"""A deterministic chat model for tests and demonstrations: it answers from a script."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel, generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, field_validator

from apprentice.errors import (
    ContextOverflow,
    ModelError,
    ModelMissing,
    ModelTimeout,
    ModelUnavailable,
    ReplyLooped,
    StreamBroken,
    UsageError,
)
from apprentice.models.base import (
    CallOptions,
    Message,
    ModelInfo,
    RunningCalls,
    estimate_tokens,
    is_small,
    one_line,
)
from apprentice.settings import Settings

_ERRORS: dict[str, type[ModelError]] = {
    "server down": ModelUnavailable,
    "model missing": ModelMissing,
    "timeout": ModelTimeout,
    "stream broken": StreamBroken,
    "context overflow": ContextOverflow,
    "looped": ReplyLooped,
}
_CHUNK = re.compile(r".{1,24}", re.DOTALL)


class ScriptedReply(BaseModel):
    """One reply of the script.

    Attributes:
        text: what is said.
        thinking: what is thought before.
        delay: seconds before the first piece.
        piece_delay: seconds before each further piece.
        done_reason: why it ends; empty for a stream that just breaks off.
        error: fails after the text: `server down`, `model missing`, `timeout`, `stream broken`, `context overflow`,
            `looped`, or any other text for a plain error.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = ""
    thinking: str = ""
    delay: float = Field(0.0, ge=0)
    piece_delay: float = Field(0.0, ge=0)
    done_reason: str = "stop"
    error: str = ""


def _as_reply(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


class ScriptedRule(BaseModel):
    """Replies for prompts whose last user message matches, one after the other and then again from the first.

    A rule with one reply has no state: a new process answers the same prompt the same way.

    Attributes:
        match: a regular expression, searched in the last user message.
        role: only for calls in this role (planner, coder, tester, analyst); empty for all.
        replies: at least one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    match: str = ""
    role: str = ""
    replies: tuple[ScriptedReply, ...] = Field(min_length=1)

    @field_validator("replies", mode="before")
    @classmethod
    def _plain_texts(cls, value: object) -> object:
        return [_as_reply(item) for item in value] if isinstance(value, (list, tuple)) else value

    @field_validator("match")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"{value!r} is no regular expression: {error}") from None
        return value


class ScriptedChatModel(BaseChatModel):
    """Answers from a script, in pieces, with usage.

    A call is answered by `respond` if it is given and doesn't return None, else by the first rule that matches, else by
    the next of `replies`. `prompts` holds what was asked, as (role, text) pairs, one list a call.
    """

    replies: list[ScriptedReply] = Field(default_factory=list)
    rules: list[ScriptedRule] = Field(default_factory=list)
    respond: Callable[[list[Message], str], str | ScriptedReply | None] | None = None
    name_of_script: str = "scripted"
    prompts: list[list[Message]] = Field(default_factory=list)
    _next_reply: int = PrivateAttr(default=0)
    _next_of_rule: dict[int, int] = PrivateAttr(default_factory=dict)
    _lock: threading.Lock = PrivateAttr(default_factory=threading.Lock)
    _calls: RunningCalls = PrivateAttr(default_factory=RunningCalls)

    @field_validator("replies", mode="before")
    @classmethod
    def _plain_texts(cls, value: object) -> object:
        return [_as_reply(item) for item in value] if isinstance(value, (list, tuple)) else value

    @classmethod
    def load(cls, path: Path) -> Self:
        """A script from a JSON file: {"replies": [...]} or {"rules": [{"match": "...", "replies": [...]}]}, or both.

        Raises:
            UsageError: the file can't be read, or isn't a script.
        """
        form = 'Give JSON such as {"replies": ["…"]} or {"rules": [{"match": "…", "replies": ["…"]}]}.'
        try:
            script = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(script, dict) or not set(script) <= {"replies", "rules"}:
                raise UsageError(f"The script {path.name} has another form than a script.", form)
            return cls(**script, name_of_script=f"scripted:{path.name}")
        except OSError as error:
            raise UsageError(
                f"The script {path.name} can't be read: {error.strerror}.", "Check its path."
            ) from None
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise UsageError(f"The script {path.name} is wrong at {where}: {first['msg']}.", form) from None
        except ValueError as error:
            raise UsageError(f"The script {path.name} is not JSON: {error}.", form) from None

    @property
    def _llm_type(self) -> str:
        return "scripted"

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
        prompt = [_as_message(message) for message in messages]
        stopped = threading.Event()
        self._calls.register(stopped.set)
        try:
            reply = self._choose(prompt, str(kwargs.get("role") or ""))
            pause = reply.delay
            pieces = [("", piece) for piece in _CHUNK.findall(reply.thinking)]
            pieces += [(piece, "") for piece in _CHUNK.findall(_before_stop(reply.text, stop))]
            for text, thought in pieces:
                if stopped.wait(pause) if pause else stopped.is_set():
                    return
                pause = reply.piece_delay
                extra = {"reasoning_content": thought} if thought else {}
                chunk = ChatGenerationChunk(message=AIMessageChunk(content=text, additional_kwargs=extra))
                if run_manager is not None:
                    run_manager.on_llm_new_token(text, chunk=chunk)
                yield chunk
            if not pieces and pause:
                stopped.wait(pause)
        finally:
            self._calls.forget()
        if reply.error:
            kind = _ERRORS.get(reply.error.lower(), ModelError)
            raise kind(f"The script says: {reply.error}.", "This error is part of the script.")
        if reply.done_reason:
            yield _last(reply, prompt)

    def _choose(self, prompt: list[Message], role: str) -> ScriptedReply:
        question = next((text for kind, text in reversed(prompt) if kind == "user"), "")
        with self._lock:
            self.prompts.append(prompt)
        # Without the lock: several calls may be under way, as with a server.
        answer = self.respond(prompt, role) if self.respond is not None else None
        if answer is not None:
            return ScriptedReply(text=answer) if isinstance(answer, str) else answer
        with self._lock:
            for number, rule in enumerate(self.rules):
                if rule.role in ("", role) and re.search(rule.match, question):
                    turn = self._next_of_rule.get(number, 0)
                    self._next_of_rule[number] = turn + 1
                    return rule.replies[turn % len(rule.replies)]
            if self._next_reply < len(self.replies):
                self._next_reply += 1
                return self.replies[self._next_reply - 1]
        raise ModelError(
            f"The scripted model has no reply left for {one_line(question, 80)!r} (call {len(self.prompts)}).",
            "Add a reply, or a rule that matches, to the script.",
        )


def _as_message(message: BaseMessage) -> Message:
    text = str(message.text)
    if message.type == "system":
        return ("system", text)
    return ("assistant", text) if message.type == "ai" else ("user", text)


def _before_stop(text: str, stop: Sequence[str] | None) -> str:
    ends = [text.find(mark) for mark in stop or () if mark and mark in text]
    return text[: min(ends)] if ends else text


def _last(reply: ScriptedReply, prompt: list[Message]) -> ChatGenerationChunk:
    asked, said = estimate_tokens(prompt), max(1, len(reply.text + reply.thinking) // 4)
    usage = UsageMetadata(input_tokens=asked, output_tokens=said, total_tokens=asked + said)
    return ChatGenerationChunk(
        message=AIMessageChunk(content="", usage_metadata=usage),
        generation_info={"done_reason": reply.done_reason},
    )


class ScriptedProvider:
    """The scripted model as a provider."""

    slots: threading.Semaphore | None = None

    def __init__(self, chat: ScriptedChatModel, settings: Settings) -> None:
        self.chat = chat
        self.info = ModelInfo(
            name=chat.name_of_script,
            provider="scripted",
            parameters=None,
            context_tokens=settings.num_ctx or settings.max_num_ctx,
            thinks=False,
            prefills=False,
            small=is_small(None, settings.profile),
        )

    def call_kwargs(self, options: CallOptions) -> dict[str, Any]:
        """Only what a script heeds: the stop strings."""
        return {"stop": list(options.stop) or None}

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """The estimate that its usage is made of, too."""
        return estimate_tokens(messages)

    def translate(self, error: Exception) -> ModelError:
        """A mistake in the script, or in its callable."""
        if isinstance(error, ModelError):
            return error
        return ModelError(
            f"The scripted model failed: {type(error).__name__}: {one_line(error)}.", "Correct the script."
        )

    def abort(self, thread: threading.Thread | None = None) -> None:
        """Stop the call of a thread, or all calls."""
        self.chat.abort(thread)

    def close(self) -> None:
        """Stop all calls."""
        self.chat.abort()
