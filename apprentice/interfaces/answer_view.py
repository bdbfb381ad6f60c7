"""What is printed of an answer and of the steps that led to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from apprentice.interfaces.console import one_line, plain

if TYPE_CHECKING:
    from apprentice.asking.answer import Answer
    from apprentice.asking.state import Step

_HOW = {"reused": "from the library", "adapted": "made more general", "made": "new"}
_MARK = {"ok": "✓", "failed": "✗", "skipped": "·", "pending": "·"}


def answer(given: Answer) -> str:
    """The answer in plain words with its doubts; or why there is none."""
    if not given.ok:
        return f"{'Stopped' if given.status == 'stopped' else 'No answer'}: {one_line(given.reason, 600)}"
    lines = [plain(given.text)]
    lines += [f"⚠️  {one_line(note, 300)}" for note in given.notes]
    return "\n".join(lines)


def steps(given: Answer) -> str:
    """Every step: skill, arguments, value, time, and what it printed."""
    lines = [f"{given.run_id}: {one_line(given.request)}"]
    for step in given.steps:
        lines.append(f"  {_MARK[step.status]} {step.id}: {call(step)}   [{_how(step)}]")
        result = f"error: {step.error}" if step.error else _json(step.value, 1_000)
        lines.append(f"      {one_line(result, 1_000)}")
        lines += [f"      | {line}" for line in plain(step.log).splitlines()[:50]]
    return "\n".join(lines)


def call(step: Step) -> str:
    """A step as a call: `percent_of(percent=15, whole=300)`."""
    inside = ", ".join(f"{name}={_json(value, 120)}" for name, value in step.arguments.items())
    return one_line(f"{step.skill}({inside})", 400)


def _how(step: Step) -> str:
    parts = [_HOW.get(step.how, "not reached")]
    if step.version:
        parts.append(f"version {step.version}")
    if step.status == "ok":
        parts.append("result of before" if step.cached else f"{step.seconds:.2f} s")
    if step.isolation:
        parts.append(f"isolation '{step.isolation}'")
    return ", ".join(parts)


def _json(value: Any, width: int) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= width else f"{text[: width - 1]}…"
