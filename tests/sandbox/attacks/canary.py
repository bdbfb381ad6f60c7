"""What a canary is: something on the host's side that shows whether an attack got through, whatever it says itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from apprentice.sandbox.base import Limits, RunResult, Sandbox, TestReport
from tests.sandbox.attacks.watch import Process


class Unavailable(Exception):
    """This machine doesn't have what the canary observes. The text says what."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one attack takes place.

    Attributes:
        folder: for the canary's own files; the attack has nothing to do there.
        scratch_root: folder of the runs' scratch folders.
        name: unique; what the attack calls what it makes. At most 13 characters, so that it fits a process's name.
    """

    folder: Path
    scratch_root: Path
    name: str
    sandbox: Sandbox
    limits: Limits


@dataclass(slots=True)
class Outcome:
    """What came back from the sandbox.

    Attributes:
        seconds: from the request to the result.
    """

    runs: list[RunResult] = field(default_factory=list)
    reports: list[TestReport] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def text(self) -> str:
        """All that the agent was given to read."""
        parts: list[object] = []
        for run in self.runs:
            parts += [run.stdout, run.stderr, run.value, run.message]
        for report in self.reports:
            parts += [report.outcomes, report.import_error]
        return "\n".join(map(str, parts))


class Canary:
    """Set up when it is made; then `look` during the run, `got_through` after it, and `close`.

    Args:
        arguments: what the header gives in parentheses.

    Raises:
        Unavailable: there is nothing to observe on this machine.
    """

    #: Whether `look` is to be called.
    looks = False
    #: Whether a run whose processes were never seen proves nothing.
    sees_processes = False
    #: Whether other work on the machine can look like an attack; then evidence must come twice.
    noisy = False

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        self.place = place
        self.arguments = tuple(arguments)
        self.seen = ""

    def targets(self) -> dict[str, object]:
        """What the attack is told."""
        return {}

    def look(self, processes: list[Process]) -> None:
        """See what the run's processes have and do now; what is found goes to `seen`."""

    def got_through(self, outcome: Outcome) -> str:
        """One line of evidence; empty when the sandbox held."""
        return self.seen

    def close(self) -> None:
        """Let go of everything."""
