"""What one run knows: one small model that is checkpointed after every node."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from apprentice.memory.schema import Proof

Source = Literal["example", "user_test", "old_test", "generated"]
Mode = Literal["fresh", "repair"]
Answer = Literal["once", "skill", "no"]
Status = Literal["running", "working", "untested", "failed"]
#: What became of the skill to be generalised: it did what was asked already, it has a new version, or a new one was made.
Adaptation = Literal["", "reused", "adapted", "new"]


class Given(BaseModel):
    """What the user gave: the ground truth, which outranks a model's word and is never edited."""

    model_config = ConfigDict(frozen=True)

    #: expressions that must hold, e.g. `f(2) == 4`; with `raises` set, a call that must raise
    examples: list[GivenExample] = Field(default_factory=list)
    #: the text of test files
    tests: list[str] = Field(default_factory=list)
    #: names that the module must define, the entry function first
    required: list[str] = Field(default_factory=list)
    #: the signature as the user wrote it, e.g. `f(a: int) -> bool`
    signature: str = ""
    #: code that stands with the function to be written: imports, helper functions
    code: str = ""

    @property
    def texts(self) -> list[str]:
        """The examples as they are shown, those that must raise with what they raise."""
        return [str(example) for example in self.examples]

    def example(self, name: str) -> GivenExample | None:
        """The example of a fact's name, `example_1` for the first; None where it is no example's."""
        number = name.removeprefix("example_")
        return (
            self.examples[int(number) - 1]
            if number.isdecimal() and 0 < int(number) <= len(self.examples)
            else None
        )


class GivenExample(BaseModel):
    """One example of the user's."""

    model_config = ConfigDict(frozen=True)

    source: str
    raises: str = ""

    def __str__(self) -> str:
        return f"{self.source} raises {self.raises}" if self.raises else self.source


class Spec(BaseModel):
    """What the skill must do."""

    function: str
    signature: str = ""
    behaviour: str = ""
    edge_cases: list[str] = Field(default_factory=list)
    #: ways in which a user would ask for it, for finding it again
    asked_as: list[str] = Field(default_factory=list)
    #: keys of what it may have to be allowed, e.g. `network:example.com:443`; a person decides when code needs it
    permissions: list[str] = Field(default_factory=list)


class Fact(BaseModel):
    """One test's result, as the sandbox reported it."""

    name: str
    source: Source
    passed: bool
    error_type: str = ""
    message: str = ""
    values: dict[str, str] = Field(default_factory=dict)
    line: int | None = None
    #: who decided it: the agent, on values that the run reported, or the run, on its own word
    judged: Literal["agent", "run"] = "agent"


def passed_by(facts: Sequence[Fact]) -> dict[str, int]:
    """How many of the tests that passed were judged by the agent, and how many by the run itself."""
    judges = Counter(fact.judged for fact in facts if fact.passed)
    return {"agent": judges["agent"], "run": judges["run"]}


class ShownLesson(BaseModel):
    """A lesson in a prompt. `because` is the signature of the error that it was shown for; empty: for the goal."""

    model_config = ConfigDict(frozen=True)

    id: str
    text: str
    because: str = ""


class Attempt(BaseModel):
    """One candidate and what running it showed."""

    iteration: int
    mode: Mode
    angle: int
    code: str = ""
    facts: list[Fact] = Field(default_factory=list)
    #: why there was nothing to test: no code in the reply, missing names, refused by the safety gate
    problem: str = ""
    diagnosis: str = ""
    #: the edits by which a program repaired a failing candidate; empty where a model wrote it
    mended: str = ""
    #: the first failing call that is known, and what ran in it, line by line: for the prompt that asks for its repair
    trace: list[str] = Field(default_factory=list)
    #: the lessons that its prompt showed
    lessons: list[ShownLesson] = Field(default_factory=list)

    @property
    def digest(self) -> str:
        """Identifies the code."""
        return hashlib.sha256(self.code.encode()).hexdigest()[:16]

    @property
    def passed(self) -> int:
        """Number of tests passed."""
        return sum(fact.passed for fact in self.facts)

    @property
    def failures(self) -> list[Fact]:
        """The tests that failed, the user's first."""
        return sorted((f for f in self.facts if not f.passed), key=lambda f: f.source == "generated")

    @property
    def signature(self) -> str:
        """Identifies the error: two attempts with the same signature failed in the same way."""
        if self.problem:
            return self.problem
        return "; ".join(f"{f.name}:{f.error_type}:{f.message}" for f in self.failures)

    def rank(self) -> tuple[int, int, int]:
        """Order of attempts by what ran: the user's facts first, then all passed tests, then that there is code."""
        given = sum(f.passed for f in self.facts if f.source != "generated")
        return given, self.passed, int(bool(self.code))


class Draft(BaseModel):
    """A reply that waits for an iteration of its own: it was asked for together with another one.

    `angle` is what it was asked to do differently; `problem` why the reply can't be used.
    """

    model_config = ConfigDict(frozen=True)

    angle: int
    text: str = ""
    problem: str = ""


class Adapted(BaseModel):
    """The skill that a run generalises, as it was when the run began, and the ground truth that it brings.

    Its tests are held by every candidate: they are never edited and never voted down.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    function: str
    signature: str = ""
    description: str = ""
    goal: str = ""
    version: int = 1
    code: str = ""
    #: the texts of its test files, by file name
    tests: dict[str, str] = Field(default_factory=dict)
    #: its examples, as they are written in its tests
    examples: list[GivenExample] = Field(default_factory=list)
    #: names that its tests import from it
    required: list[str] = Field(default_factory=list)
    #: what of the request it fails, seen before anything was written
    facts: list[Fact] = Field(default_factory=list)
    #: the name of the skill that is made when it can't be generalised
    other_name: str = ""
    #: why a new skill is made instead; empty while it is generalised
    left: str = ""
    #: it does already what is asked
    generic: bool = False


class SkillState(BaseModel):
    """The state of one run. Nodes return the fields that changed."""

    run_id: str
    goal: str
    skill: str = ""
    given: Given = Field(default_factory=Given)
    wanted_name: str = ""
    #: keys of the permissions that the caller gave beforehand
    allowed: list[str] = Field(default_factory=list)
    #: whether the skill is written anew, also where the library has one
    fresh: bool = False
    #: the name of the skill to be generalised; empty for a new skill
    adapts: str = ""

    # plan
    #: whether a skill of the library fulfilled the goal already
    reused: bool = False
    adapted: Adapted | None = None
    iteration: int = 0
    spec: Spec | None = None
    recalled: list[str] = Field(default_factory=list)
    #: the module of a related skill, which some prompts show
    alike: str = ""
    #: of earlier runs, for this iteration's prompt
    lessons: list[ShownLesson] = Field(default_factory=list)
    mode: Mode = "fresh"
    angle: int = 0
    repairs: int = 0
    #: iteration of the attempt that is repaired; 0 for a fresh one
    base: int = 0

    # write
    tests: str = ""
    tests_asked: int = 0
    #: replies for later iterations
    drafts: list[Draft] = Field(default_factory=list)
    code: str = ""
    problem: str = ""
    prompts_seen: list[str] = Field(default_factory=list)
    constraints: list[str] = Field(default_factory=list)
    review: list[str] = Field(default_factory=list)

    # approve
    wanted_permissions: list[str] = Field(default_factory=list)
    #: those of them that the code may also do without
    optional_permissions: list[str] = Field(default_factory=list)
    granted: list[str] = Field(default_factory=list)
    refused: list[str] = Field(default_factory=list)
    answer: Answer | Literal[""] = ""

    # test
    facts: list[Fact] = Field(default_factory=list)
    isolation: str = ""
    #: the packages that it ran with, pinned
    packages: list[str] = Field(default_factory=list)

    # analyze
    attempts: list[Attempt] = Field(default_factory=list)
    #: generated tests that are no longer believed, with the reason
    dropped: dict[str, str] = Field(default_factory=dict)
    status: Status = "running"
    reason: str = ""
    #: calls for which a person was asked what is right
    asked: list[str] = Field(default_factory=list)
    #: what shows that the kept code does what was asked
    proof: Proof | None = None
    path: str = ""

    # budget
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    model_calls: int = 0
    model_seconds: float = 0.0
    seconds: float = 0.0
    warned: list[str] = Field(default_factory=list)

    @property
    def tokens(self) -> int:
        """Tokens used so far, in and out."""
        return self.prompt_tokens + self.completion_tokens

    @property
    def adapting(self) -> Adapted | None:
        """The skill that is being generalised; None when a new one is made."""
        return self.adapted if self.adapted is not None and not self.adapted.left else None

    @property
    def adaptation(self) -> Adaptation:
        """What the run does, or did, to the skill to be generalised."""
        if self.adapted is None:
            return ""
        if self.adapted.left or self.skill != self.adapted.name:
            return "new"
        return "reused" if self.adapted.generic else "adapted"

    @property
    def last(self) -> Attempt | None:
        """The latest attempt."""
        return self.attempts[-1] if self.attempts else None

    @property
    def best(self) -> Attempt | None:
        """The attempt that did best by what ran; the earliest of equals."""
        return max(self.attempts, key=lambda a: (*a.rank(), -a.iteration), default=None)


@dataclass(frozen=True, slots=True)
class QuestionRequest:
    """What a person is asked: which value is right?

    Attributes:
        skill: the skill's name.
        goal: what it is for, in the user's words.
        call: as Python has it, e.g. `slugify('C++')`.
        values: those that candidates give, the likeliest first; `raises E` for one that raises. Another one may be right.
    """

    skill: str
    goal: str
    call: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """What a person is asked: may this code do this?

    Attributes:
        skill: the skill's name, or the script's.
        permissions: what the code wants to do, in plain words.
        code: the code that wants it.
        reason: why: what in the code needs it, one line each.
        keys: the permissions' keys, in the order of `permissions`.
        lines: the lines of the code that need it: number and text.
        goal: what the skill is for, in the user's words; empty if it isn't known.
        always: whether `skill` can be answered: allowed at every later use, until it is revoked.
    """

    skill: str
    permissions: tuple[str, ...]
    code: str
    reason: str
    keys: tuple[str, ...] = ()
    lines: tuple[tuple[int, str], ...] = ()
    goal: str = ""
    always: bool = True


Given.model_rebuild()
