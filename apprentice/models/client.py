"""The one way to a model: deadlines, retries, checks and figures around every call."""

from __future__ import annotations

import dataclasses
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from apprentice.cancellation import CancelToken
from apprentice.errors import (
    AgentError,
    Cancelled,
    ContextOverflow,
    ModelError,
    ReplyCut,
    ReplyInvalid,
    ReplyLooped,
    StreamBroken,
    UsageError,
)
from apprentice.events import EventStream, ModelCalled, ModelProgress
from apprentice.models.base import DEFAULT_OPTIONS, CallOptions, Message, ModelInfo, Provider, Reply, Usage
from apprentice.models.received import Received
from apprentice.models.replies import find_json, flat_schema, is_looping, split_thinking
from apprentice.models.stream import Deadlines, FirstTokenTimeout, ReplyStream
from apprentice.settings import Role, Settings

ModelT = TypeVar("ModelT", bound=BaseModel)
OnToken = Callable[[str, Usage], None]

_BACKOFF_SECONDS = 0.2
_MOST_BACKOFF_SECONDS = 5.0
_PROGRESS_SECONDS = 0.2
_LOOP_CHECK_CHARACTERS = 256
_ENOUGH_CHARACTERS = 20
_CUT_REASONS = frozenset({"length", "max_tokens", "max_output_tokens", "model_length"})


class ChatClient:
    """The models of one agent, one for each role. May be used from several threads.

    Args:
        providers: the model of each role; several roles may share one.
        settings: deadlines, retries and the longest reply.
        events: gets `ModelProgress` (at most five a second) and one `ModelCalled` a call, also for failed calls.
    """

    def __init__(self, providers: Mapping[Role, Provider], settings: Settings, events: EventStream) -> None:
        self._providers = dict(providers)
        self._settings = settings
        self._events = events
        #: by model: how the server's count of the last prompt was to the estimate
        self._counted_per_estimated: dict[str, float] = {}
        self._deadlines = Deadlines(
            settings.first_token_timeout, settings.silence_timeout, settings.call_timeout
        )

    def __enter__(self) -> ChatClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def info(self, role: Role) -> ModelInfo:
        """What is known of a role's model."""
        return self._providers[role].info

    def provider(self, role: Role) -> Provider:
        """The model of a role itself."""
        return self._providers[role]

    def count_tokens(self, role: Role, messages: Sequence[Message]) -> int:
        """Tokens of a prompt for a role's model, counted or estimated on the safe side."""
        return self._providers[role].count_tokens(messages)

    def close(self) -> None:
        """Stop what runs and let go of the servers."""
        for provider in {id(provider): provider for provider in self._providers.values()}.values():
            provider.close()

    def complete(
        self,
        role: Role,
        messages: Sequence[Message],
        options: CallOptions = DEFAULT_OPTIONS,
        *,
        cancel: CancelToken | None = None,
        run_id: str = "",
        on_token: OnToken | None = None,
    ) -> Reply:
        """One whole reply. The usage is that of all calls made for it.

        What fails in passing (an overloaded or restarting server, a broken stream) is tried again
        `settings.model_retries` times with growing pauses; a reply that looped once more, hotter.

        Args:
            role: whose model is asked.
            messages: the prompt; the stable part first, so that the server's prefix cache helps.
            options: how the reply is made.
            cancel: stops the call within a tenth of a second.
            run_id: for the events.
            on_token: gets each piece of text and the usage so far; after a failed try the text begins anew.

        Raises:
            Cancelled: the token was set.
            ContextOverflow: the prompt is longer than the model's context; nothing was cut.
            ReplyCut: the reply reached its token limit; carries the text. Never retried.
            ReplyLooped: the model repeated itself, also the second time.
            ReplyInvalid: the reply is empty.
            ModelError: anything else, with the next step.
        """
        if not any(text.strip() for _, text in messages):
            raise UsageError("There is nothing to ask the model.", "Give a prompt with words in it.")
        provider = self._providers[role]
        spent = Usage()
        retries = self._settings.model_retries
        first_token_again = loop_again = True
        while True:
            received = Received(adds_up=provider.info.provider == "embedded")
            try:
                return self._call(
                    provider, role, messages, options, cancel, run_id, on_token, received, spent
                )
            except ModelError as error:
                spent += received.usage()
                error.usage = spent
                if isinstance(error, ReplyLooped):
                    if not loop_again:
                        raise
                    loop_again = False
                    options = dataclasses.replace(
                        options, temperature=min(1.0, options.temperature + 0.4), repeat_penalty=1.15
                    )
                elif not error.retryable or retries == 0:
                    raise
                elif isinstance(error, FirstTokenTimeout):
                    if not first_token_again:
                        raise
                    first_token_again = False
            if retries:
                done = self._settings.model_retries - retries
                _pause(min(_MOST_BACKOFF_SECONDS, _BACKOFF_SECONDS * 2**done), cancel)
                retries -= 1

    def structured(
        self,
        role: Role,
        messages: Sequence[Message],
        schema: type[ModelT],
        options: CallOptions = DEFAULT_OPTIONS,
        *,
        cancel: CancelToken | None = None,
        run_id: str = "",
    ) -> tuple[ModelT, Usage]:
        """A reply as a pydantic model. The schema goes to the server and into the prompt; one repair turn.

        Raises:
            ReplyInvalid: also the second reply doesn't fit.
            ModelError, Cancelled: as `complete`.
        """
        flat = flat_schema(schema.model_json_schema())
        options = dataclasses.replace(options, schema=flat)
        asked = "Answer with one JSON object only, that fits this JSON schema:\n" + json.dumps(flat)
        turns = _with_instruction(messages, asked)
        reply = self.complete(role, turns, options, cancel=cancel, run_id=run_id)
        try:
            return _validated(reply.text, schema), reply.usage
        except ValueError as problem:
            turns += [
                ("assistant", reply.text),
                ("user", f"This does not fit: {problem}\nAnswer again, with the corrected JSON object only."),
            ]
        second = self.complete(role, turns, options, cancel=cancel, run_id=run_id)
        try:
            return _validated(second.text, schema), reply.usage + second.usage
        except ValueError as problem:
            raise ReplyInvalid(
                f"{second.model} did not answer in the form asked for: {problem}",
                "Use a larger model, or ask again.",
            ) from None

    def _call(
        self,
        provider: Provider,
        role: Role,
        messages: Sequence[Message],
        options: CallOptions,
        cancel: CancelToken | None,
        run_id: str,
        on_token: OnToken | None,
        received: Received,
        spent: Usage,
    ) -> Reply:
        info = provider.info
        options = dataclasses.replace(
            options,
            max_tokens=options.max_tokens or self._settings.num_predict,
            prefill=options.prefill.rstrip() if info.prefills else "",
        )
        turns = [*messages, ("assistant", options.prefill)] if options.prefill else list(messages)
        estimate = provider.count_tokens(turns)
        problem = ""
        try:
            # The embedded engine counts exactly, and at once.
            if estimate > info.context_tokens and info.provider != "embedded":
                raise ContextOverflow(
                    f"The prompt takes about {estimate} tokens; {info.name} is used with a context of "
                    f"{info.context_tokens}.",
                    "Make it shorter, or raise AGENT_NUM_CTX (and AGENT_MAX_NUM_CTX) if the model allows.",
                )
            with _slot(provider.slots, cancel):
                received.begin(options.prefill)
                kwargs = provider.call_kwargs(options)
                if info.provider == "scripted":
                    kwargs["role"] = role
                with ReplyStream(provider, turns, kwargs, self._deadlines, cancel) as stream:
                    if self._read(stream, received, info, role, run_id, on_token, options.enough):
                        received.cut(self._estimated(info, estimate))
                    elif counted := received.counted.get("input_tokens"):
                        self._counted_per_estimated[info.name] = counted / estimate
            return self._checked(info, options, received, estimate, spent)
        except AgentError as error:
            problem = str(error)
            if isinstance(error, Cancelled) and received.started is not None:
                # The server's own figure comes with the end of a reply.
                received.estimated_prompt = self._estimated(info, estimate)
            raise
        except BaseException as error:
            problem = type(error).__name__
            raise
        finally:
            self._report(info, role, run_id, received, problem)

    def _estimated(self, info: ModelInfo, estimate: int) -> int:
        """Tokens of a prompt as the server would have counted them."""
        return round(estimate * self._counted_per_estimated.get(info.name, 1.0))

    def _read(
        self,
        stream: ReplyStream,
        received: Received,
        info: ModelInfo,
        role: Role,
        run_id: str,
        on_token: OnToken | None,
        enough: Callable[[str], bool] | None,
    ) -> bool:
        """Take the reply in, until it ends or is enough; True if the model would have gone on."""
        reported = time.monotonic()
        unchecked = unasked = 0
        whole = False
        for chunk in stream:
            text = received.add(chunk)
            if text and on_token is not None:
                on_token(text, received.usage())
            if time.monotonic() - reported >= _PROGRESS_SECONDS and received.tokens:
                reported = time.monotonic()
                usage = received.usage()
                self._events.emit(
                    ModelProgress(
                        run_id=run_id,
                        role=role,
                        tokens=usage.completion_tokens,
                        seconds=usage.seconds,
                        tokens_per_second=usage.tokens_per_second,
                    )
                )
            if enough is not None and text.strip() and not received.done_reason:
                # Most replies end where they are whole: one more token tells, and the server's figures come.
                if whole:
                    return True
                unasked += len(text)
                if unasked >= _ENOUGH_CHARACTERS:
                    unasked = 0
                    whole = enough(split_thinking(received.text())[0])
            unchecked += len(text) + len(chunk.additional_kwargs.get("reasoning_content") or "")
            if unchecked >= _LOOP_CHECK_CHARACTERS:
                unchecked = 0
                if is_looping(received.text()) or is_looping("".join(received.thoughts)):
                    raise ReplyLooped(
                        f"{info.name} repeated itself without end and was stopped.",
                        "Ask in other words, or use a larger model.",
                    )
        return False

    def _checked(
        self, info: ModelInfo, options: CallOptions, received: Received, estimate: int, spent: Usage
    ) -> Reply:
        """The reply, if it is whole."""
        if not received.done_reason and info.provider != "remote":
            raise StreamBroken(
                f"The reply of {info.name} ended before the model said that it was done.",
                "Try again; if it stays so, look at the server's log.",
            )
        usage = received.usage()
        text, thinking = split_thinking(received.text())
        thinking = "\n".join(part for part in ("".join(received.thoughts).strip(), thinking) if part)
        if received.done_reason.lower() in _CUT_REASONS:
            raise ReplyCut(
                f"The reply of {info.name} was cut at {usage.completion_tokens} tokens"
                + (", all of them thoughts." if thinking and not text.strip() else "."),
                "Ask for less, or raise AGENT_NUM_PREDICT"
                + (", or set AGENT_THINKING=false." if thinking else "."),
                text=text,
            )
        empty = not text.strip()
        if info.provider == "ollama" and _prompt_was_cut(usage.prompt_tokens, estimate, info, empty):
            raise ContextOverflow(
                f"The server read only {usage.prompt_tokens} tokens of a prompt of about {estimate}: it cut the "
                "prompt without a word.",
                "Update Ollama, or make the prompt shorter, or raise AGENT_NUM_CTX.",
            )
        if empty:
            raise ReplyInvalid(
                f"{info.name} answered with {'thoughts only' if thinking else 'an empty text'}.",
                "Set AGENT_THINKING=false, or use another model."
                if thinking
                else "Ask in other words, or use another model.",
            )
        return Reply(text, spent + usage, received.done_reason or "stop", info.name, thinking)

    def _report(self, info: ModelInfo, role: Role, run_id: str, received: Received, problem: str) -> None:
        usage = received.usage()
        self._events.emit(
            ModelCalled(
                run_id=run_id,
                role=role,
                model=info.name,
                prompt_tokens=usage.prompt_tokens,
                completion_tokens=usage.completion_tokens,
                cached_tokens=usage.cached_tokens,
                first_token_seconds=usage.first_token_seconds,
                seconds=usage.seconds,
                tokens_per_second=usage.tokens_per_second,
                done_reason=received.done_reason,
                error=problem,
            )
        )


def _prompt_was_cut(prompt_tokens: int, estimate: int, info: ModelInfo, empty: bool) -> bool:
    """Whether a server that knows no `truncate: false` has dropped the front of the prompt."""
    if not prompt_tokens:
        return False
    return prompt_tokens >= info.context_tokens or (empty and estimate > 2 * prompt_tokens + 256)


@contextmanager
def _slot(slots: threading.Semaphore | None, cancel: CancelToken | None) -> Iterator[None]:
    """A place at the server, waited for as long as the token allows."""
    if slots is None:
        yield
        return
    while not slots.acquire(timeout=0.05):
        if cancel is not None:
            cancel.check()
    try:
        yield
    finally:
        slots.release()


def _pause(seconds: float, cancel: CancelToken | None) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if cancel is not None:
            cancel.check()
        time.sleep(min(0.05, left))


def _with_instruction(messages: Sequence[Message], instruction: str) -> list[Message]:
    """The messages with an instruction at the end of the last user message, where it keeps the prefix stable."""
    turns = list(messages)
    if turns and turns[-1][0] == "user":
        turns[-1] = ("user", f"{turns[-1][1]}\n\n{instruction}")
    else:
        turns.append(("user", instruction))
    return turns


def _validated(text: str, schema: type[ModelT]) -> ModelT:
    """Raises ValueError with one line a problem, in words that a model can act on."""
    try:
        return schema.model_validate(find_json(text))
    except ValidationError as error:
        raise ValueError(
            "; ".join(
                f"{'.'.join(map(str, item['loc'])) or 'the object'}: {item['msg']}"
                for item in error.errors()[:5]
            )
        ) from None
