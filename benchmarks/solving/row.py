"""What one way of solving made of one task: one line of the results."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from benchmarks.tasks.task import Task

Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Cost:
    """What was spent: model calls, tokens as the model's server counted them, seconds of wall time.

    Attributes:
        prompt_tokens: of all prompts, those that came from the server's cache included.
        cached_tokens: of these, what the server had in its cache, as far as it says.
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    seconds: float = 0.0

    @property
    def tokens(self) -> int:
        """In and out."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Cost) -> Cost:
        return Cost(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Cost)))


@dataclass(frozen=True, slots=True)
class Row:
    """One task in one mode.

    Attributes:
        model: as it is set up; a simulated one with its competence.
        digest: of the mode's settings and the task's text.
        right: the code that it ended with passes the hidden checks, whatever it was said to be.
        marked: it was said to work: by the agent, by a peer, or because it passes the prompt's examples.
        offered: whether what the model offered held a right one; None where that can't be known.
        budget: tokens that it might use; 0 for no limit.
        until_accepted: what it would have cost to stop at the first answer that passes the examples; None for other modes.
        status: how it ended, in a word.
        reason: why, in a line.
        error: what went wrong with the measurement itself; such a row counts for nothing and is measured again.
        program: digest of the agent's text, to tell what is measured with another one.
    """

    model: str
    mode: str
    task: str
    digest: str
    right: bool = False
    marked: bool = False
    cost: Cost = field(default_factory=Cost)
    offered: bool | None = None
    budget: int = 0
    until_accepted: Cost | None = None
    status: str = ""
    reason: str = ""
    versions: str = ""
    code: str = ""
    error: str = ""
    program: str = ""

    @property
    def key(self) -> Key:
        """What is measured once."""
        return self.model, self.mode, self.task, self.digest

    @property
    def wrong(self) -> bool:
        """Said to work, and doesn't."""
        return self.marked and not self.right

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Row:
        """The reverse of `to_json`.

        Raises:
            TypeError, KeyError: these are no row's facts.
        """
        until = facts.get("until_accepted")
        return cls(
            **{
                **facts,
                "cost": Cost(**facts["cost"]),
                "until_accepted": None if until is None else Cost(**until),
            }
        )


def digest_of(settings: Mapping[str, Any], task: Task) -> str:
    """Identifies how a task was set and solved."""
    stated = [task.prompt, task.examples, task.checks, task.check_code]
    text = json.dumps([settings, stated], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
