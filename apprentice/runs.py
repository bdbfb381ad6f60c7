"""One run of a goal: how it begins, what bounds it, how it ended."""

from __future__ import annotations

import threading
import traceback
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from apprentice.cancellation import CancelToken
from apprentice.errors import AgentError, UsageError, WorkspaceError
from apprentice.events import Event, ModelCalled
from apprentice.files import workspace_error
from apprentice.graph.ground_truth import ground_truth
from apprentice.graph.state import Adaptation, SkillState, passed_by
from apprentice.memory.schema import DirectiveRecord
from apprentice.skills.naming import check_name

MAX_GOAL_BYTES = 200_000
_SPENT = ("prompt_tokens", "completion_tokens", "cached_tokens", "model_calls", "model_seconds")

OutcomeStatus = Literal["working", "untested", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How a goal ended. `ok` means that the skill is there and its tests passed.

    Attributes:
        status: `working`, `untested` (kept, but nothing proves it), `failed`, or `stopped` (resumable).
        path: the module that was kept, or the best attempt at a goal that failed.
        tests: `passed`, `failed` and `names`.
        usage: tokens in and out, those of the prompts that a cache spared, model calls, seconds, tokens per second.
        reason: why it is not `working`, or what became of the skill that was to be generalised, in one line.
        adaptation: what became of a skill that was to be generalised: `reused` (it did that already), `adapted` (it has
            a new version), `new` (it couldn't be: there is another skill); empty if it failed, and for other goals.
        reused: whether a skill of the library fulfilled the goal already.
    """

    goal: str
    skill: str
    status: OutcomeStatus
    run_id: str
    path: Path | None = None
    iterations: int = 0
    tests: dict[str, Any] = field(default_factory=dict)
    usage: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    reused: bool = False
    adaptation: Adaptation = ""

    @property
    def ok(self) -> bool:
        """Whether the skill works."""
        return self.status == "working"

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {"ok": self.ok, **asdict(self), "path": str(self.path) if self.path else None}


class Busy(WorkspaceError):
    """Another process holds the run."""


class Deadline(CancelToken):
    """The run's own deadline, joined with the caller's token."""

    def __init__(self, seconds: float, outer: CancelToken | None) -> None:
        super().__init__(seconds)
        self._outer = outer

    @property
    def out_of_time(self) -> bool:
        """Whether the run's own deadline ended it, not the caller."""
        return self.remaining == 0.0 and not (self._outer is not None and self._outer.cancelled)

    @property
    def cancelled(self) -> bool:
        """Whether the work should stop now."""
        return super().cancelled or (self._outer is not None and self._outer.cancelled)

    def check(self) -> None:
        """Raise `Cancelled` if the work should stop."""
        if self._outer is not None:
            self._outer.check()
        super().check()


def why_failed(error: Exception) -> str:
    """Why a goal came to no end of its own, in one line."""
    if isinstance(error, AgentError):
        return str(error)
    said = " ".join(str(error).split())[:300]
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return f"It ended unexpectedly, by {type(error).__name__}{f': {said}' if said else ''}{place}."


class Tally:
    """Counts what the model calls of a run cost, as they end: a step that is stopped keeps nothing of its own."""

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._lock = threading.Lock()
        self._spent: dict[str, float] = dict.fromkeys(_SPENT, 0)

    def __call__(self, event: Event) -> None:
        """Take an event in."""
        if not isinstance(event, ModelCalled) or event.run_id != self._run_id or not event.seconds:
            return
        with self._lock:
            self._spent["prompt_tokens"] += event.prompt_tokens
            self._spent["completion_tokens"] += event.completion_tokens
            self._spent["cached_tokens"] += event.cached_tokens
            self._spent["model_calls"] += 1
            self._spent["model_seconds"] += event.seconds

    def counted(self, state: SkillState, before: SkillState | None) -> SkillState:
        """The state with at least what was spent since the state in which this part of the run began."""
        with self._lock:
            total = {
                name: spent + (getattr(before, name) if before else 0) for name, spent in self._spent.items()
            }
        return state.model_copy(update={name: max(getattr(state, name), total[name]) for name in total})


def new_directive(
    goal: str,
    *,
    skill_name: str | None = None,
    examples: Sequence[str] = (),
    tests: str | Path | Sequence[str | Path] | None = None,
    permissions: Sequence[str] = (),
    fresh: bool = False,
    adapts: str = "",
) -> DirectiveRecord:
    """A request, checked, as it is written down before anything is done for it.

    Args:
        permissions: keys of what the caller allows beforehand, checked.
        fresh: whether the skill is written anew in any case.
        adapts: the name of the skill that is to be generalised; empty for a new skill.

    Raises:
        UsageError: the goal, an example, a test file or the name can't be used.
    """
    goal = goal.replace("\0", "").encode("utf-8", "replace").decode().strip()
    if not goal:
        raise UsageError(
            "The goal is empty.", "Say what the skill should do, e.g. 'Write a function is_even(n)'."
        )
    if len(goal.encode()) > MAX_GOAL_BYTES:
        raise UsageError(
            f"The goal has {len(goal.encode()):,} bytes; at most {MAX_GOAL_BYTES:,} can be used.",
            "Shorten it: say what the skill does, not the data it is used on.",
        )
    if isinstance(examples, str):
        examples = [examples]
    if skill_name:
        check_name(skill_name)
    texts = [_test_text(test) for test in ([tests] if isinstance(tests, str | Path) else tests or ())]
    given = ground_truth(goal, list(examples), texts)
    return DirectiveRecord(
        id=uuid.uuid4().hex[:12],
        goal=goal,
        status="pending",
        request={
            "skill_name": skill_name or "",
            "given": given.model_dump(),
            **({"permissions": list(permissions)} if permissions else {}),
            **({"fresh": True} if fresh else {}),
            **({"adapts": adapts} if adapts else {}),
        },
    )


def check_length(goal: str, context: int) -> None:
    """Refuse a goal that a model with a context of so many tokens could only read in part.

    Raises:
        UsageError: it is too long.
    """
    estimate = len(goal.encode()) // 4
    if estimate > context // 2:
        raise UsageError(
            f"The goal has about {estimate:,} tokens; half of the model's context of {context:,} is the limit.",
            "Shorten it, or use a model with a longer context (AGENT_NUM_CTX, AGENT_MAX_NUM_CTX).",
        )


def _test_text(test: str | Path) -> str:
    """The text of a test file given by its path or as text."""
    if isinstance(test, str) and ("\n" in test or "def " in test or "assert " in test):
        return test
    return text_of(Path(test), "The test file")


def text_of(path: Path, what: str = "The file") -> str:
    """The text of a file of Python.

    Raises:
        UsageError: it can't be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{what} {path} can't be read: {error}.", "Check the path.") from None


@contextmanager
def only_here(workspace: Path, run_id: str) -> Iterator[None]:
    """Hold a run, so that two processes never work on the same goal. The lock goes with the process.

    Raises:
        Busy: another process holds it.
        WorkspaceError: the workspace can't be written.
    """
    folder = workspace / "exec"
    lock = FileLock(folder / f"run-{run_id}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Busy("Another process works on this goal.") from None
    except OSError as error:
        raise workspace_error(error, folder) from error
    try:
        yield
    finally:
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


def first_state(directive: DirectiveRecord) -> SkillState:
    """The state in which a goal begins."""
    request = directive.request
    given = request.get("given") or ground_truth(directive.goal).model_dump()
    return SkillState.model_validate(
        {
            "run_id": directive.id,
            "goal": directive.goal,
            "given": given,
            "wanted_name": request.get("skill_name", ""),
            "allowed": request.get("permissions", []),
            "fresh": bool(request.get("fresh")),
            "adapts": request.get("adapts", ""),
        }
    )


def outcome_of(
    directive: DirectiveRecord, state: SkillState, status: OutcomeStatus, reason: str
) -> RunOutcome:
    """What a run's state says of how it ended."""
    facts = state.facts if status != "failed" else (state.best.facts if state.best else [])
    counted = [fact for fact in facts if fact.name not in state.dropped]
    speed = state.completion_tokens / state.model_seconds if state.model_seconds else 0.0
    return RunOutcome(
        goal=directive.goal,
        skill=state.skill,
        status=status,
        run_id=directive.id,
        path=Path(state.path) if state.path else None,
        iterations=state.iteration,
        tests={
            "passed": sum(fact.passed for fact in counted),
            "failed": sum(not fact.passed for fact in counted),
            "passed_by": passed_by(counted),
            "names": [fact.name for fact in counted],
        },
        usage={
            "prompt_tokens": state.prompt_tokens,
            "completion_tokens": state.completion_tokens,
            "cached_tokens": state.cached_tokens,
            "calls": state.model_calls,
            "seconds": round(state.seconds, 3),
            "tokens_per_second": round(speed, 1),
        },
        reason=reason,
        reused=state.reused,
        adaptation=state.adaptation if status in ("working", "untested") else "",
    )
