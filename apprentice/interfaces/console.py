"""Shows the stream of events on a terminal, or as plain lines where there is none."""

from __future__ import annotations

import re
import sys
import time
from typing import TYPE_CHECKING, TextIO

from apprentice.events import (
    ApprovalAnswered,
    ApprovalAsked,
    BudgetWarning,
    Event,
    GoalFinished,
    GoalStarted,
    ModelCalled,
    ModelProgress,
    Notice,
    PhaseStarted,
    PullProgress,
    RequestFinished,
    RequestPlanned,
    RequestStarted,
    StepFinished,
    StepStarted,
    TestRan,
    VerdictReached,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

    from apprentice.settings import Settings

ICONS = {"working": "✅", "untested": "⚠️", "failed": "❌"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LEVELS = {"warning": "⚠️ ", "error": "❌ ", "info": ""}


class ConsoleView:
    """A listener that prints the phases of a goal as they happen.

    Args:
        stream: where to print; default standard output.
        live: whether to show a spinner with tokens/s and elapsed time; default when the stream is a terminal.
    """

    def __init__(self, stream: TextIO | None = None, *, live: bool | None = None) -> None:
        self._given = stream
        self._gone = False
        self._live = self._stream.isatty() if live is None else live
        self.max_iterations, self.max_tokens = 12, 200_000
        self._iteration = self._tokens = 0
        self._tests: list[TestRan] = []
        self._several = False
        self._status: Status | None = None
        self._text = ""
        self._started = time.monotonic()

    @property
    def _stream(self) -> TextIO:
        # Looked up each time: the prompt replaces standard output while it is open.
        return self._given or sys.stdout

    def __call__(self, event: Event) -> None:
        """Show one event."""
        match event:
            case GoalStarted():
                self._started = time.monotonic()
                self._line("")
                if event.resumed:
                    self._line(f"⏯  RESUMING: {one_line(event.goal)}")
            case PhaseStarted():
                self._phase(event)
            case TestRan():
                self._tests.append(event)
            case ModelProgress():
                self._show(self._text, event)
            case ModelCalled():
                self._tokens += event.prompt_tokens + event.completion_tokens
                if event.error and event.error != "KeyboardInterrupt":
                    self._line(f"⚠️  {event.error}")
            case VerdictReached() if event.next_step == "reuse":
                self._line(f"♻️  REUSED: {one_line(event.summary)}")
            case BudgetWarning():
                self._line(f"⚠️  {event.used:g} of {event.limit:g} {event.budget} are used.")
            case ApprovalAsked():
                self.pause()
                self._line(f"✋ APPROVAL: {event.skill} wants to {', '.join(event.permissions)}")
            case ApprovalAnswered():
                self._line(
                    {"once": "Allowed once.", "skill": "Allowed always for this skill."}.get(
                        event.answer, "Not allowed."
                    )
                )
            case PullProgress():
                done = f" {event.completed / event.total:.0%}" if event.total else ""
                self._show(f"{event.model}: {event.status}{done}")
            case RequestStarted():
                self._started, self._text, self._iteration = time.monotonic(), "finding", 0
                self._show(self._text)
            case RequestPlanned():
                self._several = len(event.steps) > 1
                if self._several:
                    self._line(f"🧭 PLAN: {one_line('; '.join(event.steps), 300)}")
            case StepStarted():
                self._text = "running"
                how = "" if event.detail == "reused" else f" {event.detail}"
                self._line(f"🔧 {f'{event.step}: ' if self._several else ''}{event.skill}{how}")
            case StepFinished() if self._several or not event.ok:
                self._line(f"{'✓' if event.ok else '✗'} {event.step}: {one_line(event.detail, 300)}")
            case RequestFinished():
                self.pause()
            case Notice():
                self._line(f"{_LEVELS[event.level]}{event.message}")
            case GoalFinished():
                self._finish(event)
            case _:
                pass

    def limits(self, settings: Settings) -> None:
        """Show what is used of these budgets."""
        self.max_iterations, self.max_tokens = settings.max_iterations, settings.max_tokens

    def pause(self) -> None:
        """Take the spinner away, so that a person can be asked."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    def _phase(self, event: PhaseStarted) -> None:
        self._iteration, self._tokens = event.iteration, event.tokens
        self._started = time.monotonic() - event.seconds
        if event.phase == "plan":
            again = f"{self._used()} · {event.seconds:,.0f} s: {event.detail}"
            self._line(f"🧠 PLANNING: {one_line(again if event.iteration > 1 else event.subject)}")
        elif event.phase == "write":
            self._line(f"📝 WRITING: {event.subject}")
        elif event.phase == "test":
            self._tests.clear()
            self._line(f"🧪 TESTING: {event.subject}")
        elif event.phase == "analyze":
            self._tests_line()
            self._line(f"🔍 ANALYZING: {event.subject}")
        self._text = {"plan": "planning", "write": "writing", "test": "testing", "analyze": "analyzing"}.get(
            event.phase, ""
        )
        self._show(self._text)

    def _used(self, streamed: int = 0) -> str:
        """What the goal has used of its budgets."""
        tokens = f"{self._tokens + streamed:,} of {self.max_tokens:,} tokens"
        return f"iteration {self._iteration} of {self.max_iterations} · {tokens}"

    def _tests_line(self) -> None:
        if not self._tests:
            return
        failed = [test for test in self._tests if not test.passed]
        total = len(self._tests)
        if failed:
            first = one_line(failed[0].message or failed[0].name)
            self._line(
                f"✗ {len(failed)} of {total} tests failed: {first}"
                if total > 1
                else f"✗ Test failed: {first}"
            )
        else:
            self._line("✓ Test passed" if total == 1 else f"✓ {total} tests passed")
        self._tests.clear()

    def _finish(self, event: GoalFinished) -> None:
        self.pause()
        self._iteration = 0
        reason = one_line(event.reason, 400)
        line = {
            "working": "✅ SUCCESS: Skill is working!",
            "untested": f"⚠️ UNTESTED: {reason}",
            "failed": f"❌ FAILED: {reason}",
        }.get(event.status, f"⏸  STOPPED: {reason}")
        self._line(line)
        if self._live and event.status != "stopped":
            self._line(f"   {event.skill}: {event.iterations} iterations, {event.seconds:.1f} s")
        self._line("")

    def _line(self, text: str) -> None:
        """Print a whole line above the spinner."""
        was = self._status is not None
        self.pause()
        if self._gone:
            return
        try:
            print(text, file=self._stream, flush=True)
        except BrokenPipeError:
            # Nobody reads any more; the goal goes on all the same.
            self._gone = True
        except UnicodeEncodeError:
            encoding = self._stream.encoding or "ascii"
            print(text.encode(encoding, "replace").decode(encoding), file=self._stream, flush=True)
        if was:
            self._show(self._text)

    def _show(self, text: str, coming: ModelProgress | None = None) -> None:
        if not self._live:
            return
        if self._iteration:
            text += f" · {self._used(coming.tokens if coming else 0)}"
        elif coming:
            text += f" · {coming.tokens:,} tokens"
        if coming:
            text += f" ({coming.tokens_per_second:.0f}/s)"
        elapsed = time.monotonic() - self._started
        shown = f"[dim]{text} · {elapsed:.0f} s[/dim]"
        if self._status is None:
            self._status = self._console().status(shown)
            self._status.start()
        else:
            self._status.update(shown)

    def _console(self) -> Console:
        from rich.console import Console

        return Console(file=self._stream)


def one_line(text: str, width: int = 160) -> str:
    """The text on one line, cut at `width` characters."""
    text = " ".join(plain(text).split())
    return text if len(text) <= width else text[: width - 1] + "…"


def plain(text: str) -> str:
    """The text without control characters: what generated code prints can't steer the terminal."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
