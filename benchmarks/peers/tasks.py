"""What a peer is told, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Claims = Literal["done", "gave up"]


@dataclass(frozen=True, slots=True)
class PeerTask:
    """One goal.

    Attributes:
        id: names the task in one run.
        function: what the code must define.
        prompt: what the user types, with the examples.
        examples: the same examples as Python expressions that must be true; only `checked` peers are given them.
    """

    id: str
    function: str
    prompt: str
    examples: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As one line for a runner."""
        return asdict(self)

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> PeerTask:
        """The reverse of `to_json`."""
        return cls(
            str(facts["id"]), str(facts["function"]), str(facts["prompt"]), tuple(facts.get("examples", ()))
        )


@dataclass(frozen=True, slots=True)
class Ended:
    """How a peer ended a task: the module that it ended with, and whether it says that the task is done."""

    code: str
    claims: Claims
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PeerResult:
    """What a peer made of one task, and what that cost.

    Attributes:
        code: text of a module that defines the function, as the peer ended with it; empty where there is none.
        claims: `done` when the peer presents it as the solution, by its own means.
        reason: why it gave up.
        calls, prompt_tokens, completion_tokens: as the endpoint counted them, cached prompt tokens included.
        seconds: wall time of the task.
        versions: of the peer's packages, as installed.
    """

    peer: str
    id: str
    code: str
    claims: Claims
    reason: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    versions: str

    def to_json(self) -> dict[str, Any]:
        """For a file of results."""
        return asdict(self)
