"""What has come of one reply so far, and what it has cost."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from apprentice.models.base import ENOUGH, Usage
from apprentice.models.stream import is_progress

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk


class Received:
    """What has come of one reply so far.

    Args:
        adds_up: the figures in the parts add up; else the largest of each is its total.
    """

    def __init__(self, *, adds_up: bool = False) -> None:
        self.adds_up = adds_up
        self.started: float | None = None
        self.parts: list[str] = []
        self.thoughts: list[str] = []
        self.tokens = 0
        self.first_token_seconds = 0.0
        self.done_reason = ""
        self.counted: dict[str, int] = {}
        self.estimated_prompt = 0
        self.generation_seconds = 0.0

    def begin(self, prefill: str) -> None:
        """The call is sent now; the text starts with what was given."""
        self.started = time.monotonic()
        if prefill:
            self.parts.append(prefill)

    @property
    def seconds(self) -> float:
        """Since the call was sent."""
        return 0.0 if self.started is None else time.monotonic() - self.started

    def add(self, chunk: AIMessageChunk) -> str:
        """Take a chunk in; returns its text."""
        if is_progress(chunk):
            return ""
        if not self.first_token_seconds:
            self.first_token_seconds = self.seconds
        text = str(chunk.text)
        thought = chunk.additional_kwargs.get("reasoning_content") or ""
        if text:
            self.parts.append(text)
        if thought:
            self.thoughts.append(str(thought))
        if text or thought:
            self.tokens += 1
        facts = chunk.response_metadata
        for name in ("done_reason", "finish_reason", "stop_reason"):
            if facts.get(name):
                self.done_reason = str(facts[name])
        if facts.get("eval_duration"):
            self.generation_seconds = float(facts["eval_duration"]) / 1e9
        if chunk.usage_metadata:
            for key, value in chunk.usage_metadata.items():
                # Some servers count in several chunks, others repeat their totals: the largest is the total of both.
                if isinstance(value, int):
                    self._count(key, value)
                elif key == "input_token_details" and isinstance(value, dict):
                    self._count("cached", int(value.get("cache_read") or 0))
        return text

    def _count(self, key: str, value: int) -> None:
        before = self.counted.get(key, 0)
        self.counted[key] = before + value if self.adds_up else max(before, value)

    def cut(self, estimated_prompt: int) -> None:
        """The call is ended here, because it has brought enough: its last figures will not come."""
        self.done_reason = ENOUGH
        self.estimated_prompt = estimated_prompt

    def usage(self) -> Usage:
        """What it cost so far."""
        seconds = self.seconds
        tokens = self.counted.get("output_tokens", self.tokens)
        if self.done_reason == ENOUGH and not self.adds_up:
            tokens = max(tokens, self.tokens)
        generating, generated = self.generation_seconds, tokens
        if not generating:  # only wall time is known, and the first token's time is not generation
            generating, generated = seconds - self.first_token_seconds, max(0, tokens - 1)
        return Usage(
            prompt_tokens=self.counted.get("input_tokens") or self.estimated_prompt,
            completion_tokens=tokens,
            cached_tokens=self.counted.get("cached", 0),
            first_token_seconds=self.first_token_seconds,
            seconds=seconds,
            tokens_per_second=generated / generating if generating > 0 else 0.0,
            calls=0 if self.started is None else 1,
        )

    def text(self) -> str:
        """The text so far, thoughts in tags included."""
        return "".join(self.parts)
