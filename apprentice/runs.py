"""One run of a goal: how it begins, what bounds it, how it ended."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from apprentice.cancellation import CancelToken
from apprentice.errors import WorkspaceError
from apprentice.graph.ground_truth import ground_truth
from apprentice.graph.state import SkillState
from apprentice.memory.schema import DirectiveRecord

OutcomeStatus = Literal["working", "untested", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How a goal ended. `ok` means that the skill is there and its tests passed.

    Attributes:
        status: `working`, `untested` (kept, but nothing proves it), `failed`, or `stopped` (resumable).
        path: the module that was kept, or the best attempt at a goal that failed.
        tests: `passed`, `failed` and `names`.
        usage: tokens in and out, model calls, seconds, tokens per second.
        reason: why it is not `working`, in one line.
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
    )
