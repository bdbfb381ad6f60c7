"""What a goal uses of its budgets is shown while it runs."""

from __future__ import annotations

import io
import re

import pytest

from apprentice.events import (
    Event,
    GoalStarted,
    ModelCalled,
    ModelProgress,
    PhaseStarted,
    RequestStarted,
)
from apprentice.interfaces.console import ConsoleView
from apprentice.settings import load_settings


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(*events: Event, live: bool) -> str:
    stream = Terminal()
    view = ConsoleView(stream, live=live)
    view.limits(load_settings(max_iterations=12, max_tokens=200_000))
    for event in events:
        view(event)
    view.pause()
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", stream.getvalue())


def plan(iteration: int, **used: float) -> PhaseStarted:
    return PhaseStarted(
        phase="plan", iteration=iteration, subject="a goal", detail="repair: it was 3", **used
    )  # type: ignore[arg-type]


CALLED = ModelCalled(
    role="coder", model="m", prompt_tokens=700, completion_tokens=90, cached_tokens=0, first_token_seconds=0.1, seconds=1.0,
    tokens_per_second=90.0, done_reason="stop",
)  # fmt: skip
COMING = ModelProgress(role="coder", tokens=10, seconds=0.5, tokens_per_second=20.0)


def test_each_further_iteration_says_what_was_used() -> None:
    """Iterations, tokens and seconds; the first one says the goal, as there's nothing used yet."""
    text = shown(plan(1), plan(4, tokens=5210, seconds=34.2), live=False)
    assert text.splitlines() == [
        "🧠 PLANNING: a goal",
        "🧠 PLANNING: iteration 4 of 12 · 5,210 of 200,000 tokens · 34 s: repair: it was 3",
    ]


def test_the_status_line_counts_tokens_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of calls that ended since the phase began, and of the reply that is coming in; seconds go on after a resume."""
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    text = shown(GoalStarted(goal="a goal"), plan(4, tokens=5210, seconds=3400), CALLED, COMING, live=True)
    assert re.search(r"planning · iteration 4 of 12 · 6,010 of 200,000 tokens \(20/s\) · 34\d\d s", text)


def test_outside_of_a_goal_there_are_no_budgets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request's plan has none."""
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    text = shown(RequestStarted(request="what?"), COMING, live=True)
    assert "finding · 10 tokens (20/s)" in text
    assert "iteration" not in text
