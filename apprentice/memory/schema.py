"""The schema of `memory.json`, version 1. Unknown fields are kept as they are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

SkillStatus = Literal["working", "untested", "failed"]
#: Where a skill comes from: written by a model, shipped with the program, or brought by the user as it is.
Origin = Literal["made", "seed", "tool"]
#: What a lesson was drawn from: a failure and what got past it, or an approach that passed where others failed.
LessonKind = Literal["failure", "pattern"]
#: How the line of a review begins that says why proving a skill again failed.
NOT_PROVEN: Final = "Not proven: "
#: The line of a review that says that this version was edited by hand.
EDITED: Final = "Edited by hand."
DirectiveStatus = Literal["pending", "running", "completed", "failed"]


def now() -> str:
    """The time now, UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Record(BaseModel):
    """A record of the file. Fields that this version doesn't know are carried along unchanged."""

    model_config = ConfigDict(extra="allow")


class Runs(Record):
    """How the later uses of a skill went: those that ended well, those that didn't, the latter since the last good one."""

    ok: int = 0
    failed: int = 0
    failed_in_a_row: int = 0
    last_at: str = ""

    @property
    def success_rate(self) -> float | None:
        """The share of uses that ended well; None before the first."""
        return self.ok / (self.ok + self.failed) if self.ok + self.failed else None


class Generalised(Record):
    """How one new version came about that does more than the one before it, and what that one said of itself."""

    version: int
    request: str
    run_id: str = ""
    at: str = Field(default_factory=now)
    #: the description and the signature of the version before
    description: str = ""
    signature: str = ""


class Rung(Record):
    """One rung of the ladder of proof: a fact from a run.

    Attributes:
        held: whether it held; None where there was nothing to run, or an earlier rung had decided.
        fact: what was seen, in one line.
    """

    name: str
    held: bool | None = None
    fact: str = ""


class Question(Record):
    """What a person can tell at a glance, and no run can: which value is right for one call.

    Attributes:
        call: as Python has it, e.g. `slugify('C++')`.
        values: those that candidates gave, as Python has them; `raises E` for one that raises.
    """

    call: str
    values: list[str]


class Proof(Record):
    """What shows that a skill does what was asked.

    Attributes:
        level: the minimum that `working` meant when it was proven.
        belief: how likely it is right by the votes of candidates and tests, 0 to 1; None where none were taken.
        rungs: in the order in which they were climbed.
        question: what is still to be decided by a person.
    """

    level: str = ""
    belief: float | None = None
    rungs: list[Rung] = Field(default_factory=list)
    question: Question | None = None


class SkillRecord(Record):
    """One skill. `name` is unique, and the module's name in `skills/`."""

    name: str
    status: SkillStatus
    description: str = ""
    created_at: str = Field(default_factory=now)
    updated_at: str = Field(default_factory=now)
    goal: str = ""
    function: str = ""
    signature: str = ""
    version: int = 1
    tests: dict[str, Any] = Field(default_factory=dict)
    #: what shows that it does what was asked; None for skills that were not written by a model, or before this was kept
    proof: Proof | None = None
    examples: list[str] = Field(default_factory=list)
    model: str = ""
    iterations: int = 0
    isolation: str = ""
    run_id: str = ""
    usage: dict[str, Any] = Field(default_factory=dict)
    review: list[str] = Field(default_factory=list)
    #: keys of the permissions that it can't do without
    permissions: list[str] = Field(default_factory=list)
    #: the packages that it was proven with, pinned: `numpy==2.1.0`
    packages: list[str] = Field(default_factory=list)
    origin: Origin = "made"
    #: names of the skills that it imports
    uses: list[str] = Field(default_factory=list)
    runs: Runs = Field(default_factory=Runs)
    #: ways in which a user would ask for it, as the planner sees them
    asked_as: list[str] = Field(default_factory=list)
    #: requests that it answered, with `{parameter}` in place of the values: `What is {percent} percent of {whole}?`
    answers: list[str] = Field(default_factory=list)
    #: the requests that it was generalised for, the first one first; `goal` stays what it was made for
    generalised: list[Generalised] = Field(default_factory=list)
    #: why it is no longer proposed for requests; empty while it is
    retired: str = ""
    #: what a seed or a tool was read from: its digest, a tool's file, and for a model call the prompt and the role
    source: dict[str, Any] = Field(default_factory=dict)

    @property
    def doubt(self) -> str:
        """Why proving it again failed, as the latest try said; empty where it didn't fail."""
        lines = [line for line in self.review if line.startswith(NOT_PROVEN)]
        return lines[-1].removeprefix(NOT_PROVEN) if lines else ""


class FailureRecord(Record):
    """One failure, with the lesson drawn from it. `id` makes recording it twice harmless."""

    skill: str
    error: str
    code_snippet: str = ""
    timestamp: str = Field(default_factory=now)
    id: str = ""
    lesson: str = ""
    error_type: str = ""
    goal: str = ""
    run_id: str = ""
    iteration: int = 0
    #: the same for all failures of the same sort: kind, type and message without names, values and places
    signature: str = ""


class LessonRecord(Record):
    """What made the difference between failing and passing, in one or two sentences, and how it served since.

    Attributes:
        id: follows from what was learnt, so that learning it twice keeps it once.
        signature: of the failure that it gets past; empty for a pattern.
        goal: the goal that it was learnt at first; `goals`: further ones.
        difference: what the passing code has and the failing one hasn't, or the other way round, without names.
        code: the lines that made the difference, shortened.
        times: how often it was learnt.
        shown: in how many prompts that have been judged by their outcome; at most once a run for the same error.
        helped: how many of those got past the error; `useless`: how many still had it.
        edited_by_user: the user's own words: they are not merged and never fade.
        faded: why it is no longer shown; empty while it is.
        counted: marks of what these counts hold, so that counting it twice changes nothing; the latest only.
    """

    id: str
    text: str
    kind: LessonKind = "failure"
    signature: str = ""
    error_type: str = ""
    goal: str = ""
    goals: list[str] = Field(default_factory=list)
    skill: str = ""
    code: str = ""
    difference: list[str] = Field(default_factory=list)
    created_at: str = Field(default_factory=now)
    updated_at: str = Field(default_factory=now)
    times: int = 1
    shown: int = 0
    helped: int = 0
    useless: int = 0
    edited_by_user: bool = False
    faded: str = ""
    faded_at: str = ""
    counted: list[str] = Field(default_factory=list)


class DirectiveRecord(Record):
    """One goal the user gave. `request` holds all that is needed to begin it anew."""

    goal: str
    status: DirectiveStatus = "pending"
    created_at: str = Field(default_factory=now)
    updated_at: str = Field(default_factory=now)
    id: str = ""
    skill: str = ""
    reason: str = ""
    request: dict[str, Any] = Field(default_factory=dict)


class ApprovalRecord(Record):
    """One decision of a person (or of the rule for nobody there) about what code may do.

    Attributes:
        permissions: the keys, exactly as they were asked for.
        answer: `skill` is for every later use of the skill, until it is revoked; `once` for what `scope` says.
        by: who answered: `person`, `caller` (who allowed it beforehand), or `nobody there`.
        scope: id of the run, `call` for one use of a kept skill or script, or `skill`.
        revoked_at: when it was taken back; empty while it holds.
    """

    id: str
    skill: str
    permissions: list[str]
    answer: Literal["once", "skill", "no"]
    decided_at: str = Field(default_factory=now)
    by: str = ""
    scope: str = ""
    revoked_at: str = ""

    @property
    def always(self) -> bool:
        """Whether it allows the skill's later uses, too."""
        return self.answer == "skill" and not self.revoked_at


class MemoryFile(Record):
    """The whole file."""

    version: Literal[1] = 1
    skills: list[SkillRecord] = Field(default_factory=list)
    failures: list[FailureRecord] = Field(default_factory=list)
    directives: list[DirectiveRecord] = Field(default_factory=list)
    approvals: list[ApprovalRecord] = Field(default_factory=list)
    lessons: list[LessonRecord] = Field(default_factory=list)
