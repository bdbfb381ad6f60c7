"""The one stream of typed events that every interface reads: console, log file, metrics, history."""

from __future__ import annotations

import dataclasses
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Phase = Literal["plan", "write", "approve", "test", "analyze"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened, when (seconds since the epoch), and in which run."""

    run_id: str = ""
    at: float = field(default_factory=time.time)

    def as_dict(self) -> dict[str, Any]:
        """The event as plain values, with its kind, for JSON."""
        return {"event": type(self).__name__, **dataclasses.asdict(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Event):
    """One line for the user that belongs to no phase."""

    message: str
    level: Literal["info", "warning", "error"] = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalStarted(Event):
    """Work on a goal begins, or goes on after an interruption."""

    goal: str
    resumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseStarted(Event):
    """A node of the graph begins. `subject` is the goal, file or skill it is about.

    `tokens` (in and out) and `seconds` are what the goal has used so far.
    """

    phase: Phase
    iteration: int
    subject: str
    detail: str = ""
    tokens: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelProgress(Event):
    """A reply is coming in."""

    role: str
    tokens: int
    seconds: float
    tokens_per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCalled(Event):
    """A model call ended. Seconds are wall time; tokens as the server counted them."""

    role: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    first_token_seconds: float
    seconds: float
    tokens_per_second: float
    done_reason: str
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullProgress(Event):
    """A model is being downloaded by its server, in bytes."""

    model: str
    status: str
    completed: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRan(Event):
    """One test of a skill ended."""

    __test__ = False

    name: str
    passed: bool
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictReached(Event):
    """What the facts of one iteration say."""

    iteration: int
    passed: int
    failed: int
    summary: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetWarning(Event):
    """Three quarters of a budget are used."""

    budget: str
    used: float
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked(Event):
    """Code wants something that only a person may allow."""

    skill: str
    permissions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAnswered(Event):
    """What the person, or the rule for "nobody there", said."""

    skill: str
    permissions: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalFinished(Event):
    """A goal ended, with its skill or without."""

    goal: str
    skill: str
    status: str
    iterations: int
    seconds: float
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestStarted(Event):
    """Work on a request begins."""

    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPlanned(Event):
    """How the request is to be answered: one line a step."""

    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted(Event):
    """A step of a plan begins; `detail` says how it came to its skill."""

    step: str
    skill: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFinished(Event):
    """A step of a plan ended; `detail` is its result or its error, shortened."""

    step: str
    skill: str
    ok: bool
    seconds: float
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFinished(Event):
    """A request ended, with its answer or without."""

    request: str
    status: str
    seconds: float
    text: str = ""
    reason: str = ""


Listener = Callable[[Event], None]


class EventStream:
    """Hands each event to every listener, in the order in which they subscribed.

    A listener that raises is reported to the log and does not disturb the work or the other listeners.
    """

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Add a listener; the returned function takes it away again."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def emit(self, event: Event) -> None:
        """Hand the event to all listeners."""
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:
                logging.getLogger(__name__).exception("A listener failed on %s", type(event).__name__)
