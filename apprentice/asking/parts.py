"""What the nodes work with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from apprentice.cancellation import CancelToken
from apprentice.events import Event, EventStream
from apprentice.memory.schema import SkillRecord
from apprentice.memory.store import MemoryStore
from apprentice.runs import RunOutcome
from apprentice.sandbox.base import RunResult
from apprentice.settings import Settings
from apprentice.skills.library import SkillLibrary
from apprentice.skills.signature import Signature

#: Runs a skill once, behind the wall: what it needs was approved.
Ready = Callable[[dict[str, Any]], RunResult]

if TYPE_CHECKING:
    from apprentice.models.client import ChatClient
    from apprentice.retrieval import Finder


class Make(Protocol):
    """Writes a new skill, or makes one more general."""

    def __call__(
        self, name: str, goal: str, *, examples: Sequence[str], permissions: Sequence[str]
    ) -> RunOutcome:
        """Do it; `name` is the new skill's, or that of the one to adapt."""
        ...


@dataclass(frozen=True, slots=True)
class AskParts:
    """The parts of one request.

    Attributes:
        make: writes a new skill.
        improve: makes a skill of the library more general; what its old tests hold stays.
        ready: asks for what a skill needs, once, and returns what calls it.
        passes: whether a skill fulfils examples, in the sandbox; they may use any name for its function.
        add_examples: keeps examples as tests of a skill, and says whether they prove it.
        note_use: counts a use of a skill, and how it went.
        signature: what a skill takes; None where its code doesn't tell.
        prove_edited: proves a skill first whose files were edited by hand; a WorkspaceError where they are gone.
        learnt: what else the planner should know of a request, e.g. the user's libraries.
    """

    settings: Settings
    open_chat: Callable[[], ChatClient]
    memory: MemoryStore
    library: SkillLibrary
    finder: Finder
    events: EventStream
    cancel: CancelToken
    make: Make
    improve: Make
    ready: Callable[[str, Sequence[str]], Ready]
    passes: Callable[[str, Sequence[str]], bool]
    add_examples: Callable[[str, Sequence[str]], bool]
    note_use: Callable[[str, RunResult], None]
    signature: Callable[[str], Signature | None]
    folder: Callable[[str], str]
    prove_edited: Callable[[str], None] = field(default=lambda _: None)
    learnt: Callable[[str], list[str]] = field(default=lambda _: [])

    def emit(self, event: Event) -> None:
        """Hand an event to every listener."""
        self.events.emit(event)

    @property
    def chat(self) -> ChatClient:
        """The models; opened when one is first needed, so that a skill that is found answers without them.

        Raises:
            ModelError: no model can be used.
        """
        return self.open_chat()

    @property
    def small(self) -> bool:
        """Whether the planner is a small model: it is asked for code only, never for plans."""
        return self.chat.info("planner").small

    def skill(self, name: str) -> SkillRecord | None:
        """A skill that can be used: kept, and not failed. One that was edited by hand is proved first.

        Raises:
            WorkspaceError: its files are gone.
        """
        self.prove_edited(name)
        record = self.memory.skill(name)
        return record if record is not None and record.status != "failed" else None
