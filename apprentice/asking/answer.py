"""The answer to a request: in plain words, with the steps that led to it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from math import isclose
from pathlib import Path
from typing import Any, Literal

from apprentice.asking.state import AskState, Step

AnswerStatus = Literal["answered", "failed", "stopped"]
_YES_NO = re.compile(
    r"^\s*(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|may|must)\b", re.IGNORECASE
)
MAX_LINES = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request ended. `ok` means that it was answered.

    Attributes:
        text: the answer in plain words; empty where there is none.
        value: the answer as a JSON value.
        steps: what was done: each with its skill, how it was come by, arguments, value, seconds and log.
        notes: doubts that the facts leave, one line each.
        reason: why there is no answer, in one line.
        usage: tokens in and out, those of the prompts that a cache spared, model calls, seconds.
    """

    request: str
    status: AnswerStatus
    run_id: str
    text: str = ""
    value: Any = None
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str = ""
    usage: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the request was answered."""
        return self.status == "answered"

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "ok": self.ok,
            "request": self.request,
            "status": self.status,
            "text": self.text,
            "value": self.value,
            "steps": [step.model_dump() for step in self.steps],
            "notes": list(self.notes),
            "reason": self.reason,
            "run_id": self.run_id,
            "usage": dict(self.usage),
        }


def answer_of(state: AskState, seconds: float, ended: AnswerStatus | None = None, reason: str = "") -> Answer:
    """What a request's state says of how it ended; `ended` and `reason` are for one that was broken off."""
    status: AnswerStatus = ended or ("answered" if state.status == "answered" else "failed")
    return Answer(
        request=state.request,
        status=status,
        run_id=state.run_id,
        text=in_words(state.request, state.value, state.folder) if status == "answered" else "",
        value=state.value,
        steps=tuple(state.steps),
        notes=tuple(state.notes),
        reason=reason or state.reason,
        usage={
            "prompt_tokens": state.prompt_tokens,
            "completion_tokens": state.completion_tokens,
            "cached_tokens": state.cached_tokens,
            "calls": state.model_calls,
            "seconds": round(seconds, 3),
        },
    )


def in_words(request: str, value: Any, folder: str = "") -> str:
    """A value as a person would write it down."""
    if value is None:
        return _written(folder) or "Done; there is no result to show."
    if isinstance(value, bool):
        return ("Yes." if value else "No.") if _YES_NO.match(request) else str(value).lower()
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        texts = [_word(item) for item in value]
        short = sum(map(len, texts)) < 200 and not any("\n" in text or "," in text for text in texts)
        return (", ".join(texts) if short else _lines([f"- {text}" for text in texts])) or "(nothing)"
    if (
        isinstance(value, dict)
        and value
        and all(isinstance(item, str | int | float | bool | None) for item in value.values())
    ):
        return _lines([f"{key}: {_word(item)}" for key, item in value.items()])
    return json.dumps(value, ensure_ascii=False, indent=2)


def _lines(lines: list[str]) -> str:
    """The first lines, and how many more there are."""
    more = len(lines) - MAX_LINES
    return "\n".join([*lines[:MAX_LINES], *([f"… {more} more"] if more > 0 else [])])


def _word(value: str | int | float | bool | None) -> str:
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else _number(value)


def _number(value: int | float) -> str:
    if isinstance(value, int):
        return str(value)
    if value.is_integer() and abs(value) <= 2**53:
        return str(int(value))
    # What is left of a sum's rounding is no digit of the answer; where 12 digits say less than the value, 15 are shown.
    short = f"{value:.12g}"
    return short if isclose(float(short), value, rel_tol=1e-14) else f"{value:.15g}"


def _written(folder: str) -> str:
    files = sorted(Path(folder).iterdir()) if folder and Path(folder).is_dir() else []
    return "\n".join(f"Written: {file}" for file in files)
