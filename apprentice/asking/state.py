"""What one request knows. Nodes return the fields that changed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from apprentice.asking.plan import Plan
from apprentice.models.base import Usage

#: How a step came to its skill: found as it is, made more general, written now, or not yet known.
How = Literal["", "reused", "adapted", "made"]
StepStatus = Literal["pending", "ok", "failed", "skipped"]
AskStatus = Literal["running", "answered", "failed"]


class Step(BaseModel):
    """One step of the plan, and what came of it.

    Attributes:
        made: id of the run that wrote or changed the skill; empty where none did.
        usage: what that run took: tokens in and out, model calls.
        proven: whether the skill's status is `working`.
        arguments: as they were passed, references replaced by what they stand for.
        log: what the skill printed.
        cached: the value comes from the same call in an earlier plan of this request.
    """

    id: str
    skill: str
    description: str = ""
    how: How = ""
    version: int = 0
    made: str = ""
    usage: dict[str, int] = Field(default_factory=dict)
    proven: bool = False
    arguments: dict[str, Any] = Field(default_factory=dict)
    status: StepStatus = "pending"
    value: Any = None
    error: str = ""
    seconds: float = 0.0
    log: str = ""
    isolation: str = ""
    cached: bool = False


class Candidate(BaseModel):
    """A skill that may serve, as the planner sees it."""

    name: str
    signature: str
    description: str = ""
    status: str = "working"


class AskState(BaseModel):
    """The state of one request."""

    run_id: str
    request: str
    #: paths of the attached files by name
    files: dict[str, str] = Field(default_factory=dict)
    #: expressions that a skill for this request must fulfil
    examples: list[str] = Field(default_factory=list)
    #: keys of the permissions that the caller gave beforehand
    allowed: list[str] = Field(default_factory=list)
    #: folder for files that steps write; empty until one is needed
    folder: str = ""

    candidates: list[Candidate] = Field(default_factory=list)
    decision: str = ""
    plan: Plan | None = None
    #: the request with its parameters' names in place of the values, where it was bound without a model
    template: str = ""
    steps: list[Step] = Field(default_factory=list)
    #: results of calls that ended well and that no file bears on, by skill, version and arguments: a new plan doesn't repeat them
    done: dict[str, Any] = Field(default_factory=dict)
    plans: int = 0
    problems: list[str] = Field(default_factory=list)

    status: AskStatus = "running"
    value: Any = None
    text: str = ""
    notes: list[str] = Field(default_factory=list)
    reason: str = ""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    model_calls: int = 0
    model_seconds: float = 0.0

    def spent(self, usage: Usage) -> dict[str, Any]:
        """The budget fields after model calls."""
        return {
            "prompt_tokens": self.prompt_tokens + usage.prompt_tokens,
            "completion_tokens": self.completion_tokens + usage.completion_tokens,
            "cached_tokens": self.cached_tokens + usage.cached_tokens,
            "model_calls": self.model_calls + usage.calls,
            "model_seconds": self.model_seconds + usage.seconds,
        }
