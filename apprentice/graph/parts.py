"""What the nodes work with: the rooms below, and the token of the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apprentice.cancellation import CancelToken
from apprentice.errors import PackageError, UsageError
from apprentice.events import Event, EventStream, Notice, Phase, PhaseStarted
from apprentice.grants import grants_for
from apprentice.graph.needs import always_granted, parsed
from apprentice.graph.state import QuestionRequest, SkillState
from apprentice.memory.store import MemoryStore
from apprentice.models.base import Usage
from apprentice.packages import PackageStore
from apprentice.safety.gate import SafetyGate
from apprentice.safety.permissions import Permission
from apprentice.sandbox.base import Grants, Sandbox
from apprentice.settings import Part, Settings
from apprentice.skills.library import SkillLibrary

if TYPE_CHECKING:
    from apprentice.models.client import ChatClient
    from apprentice.retrieval import Finder


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one run. Nodes get them beside the state and keep nothing between calls."""

    settings: Settings
    chat: ChatClient
    sandbox: Sandbox
    memory: MemoryStore
    library: SkillLibrary
    finder: Finder
    packages: PackageStore
    gate: SafetyGate
    events: EventStream
    cancel: CancelToken
    #: what the user's tools have to tell of a goal
    told: Callable[[str], list[str]] = lambda goal: []
    #: asks a person which value is right; None where nobody is there
    question: Callable[[QuestionRequest], str | None] | None = None

    def emit(self, event: Event) -> None:
        """Hand an event to every listener."""
        self.events.emit(event)

    def begins(
        self, state: SkillState, phase: Phase, subject: str, *, iteration: int | None = None, detail: str = ""
    ) -> None:
        """Tell that a node begins, and what the run has used so far."""
        self.emit(
            PhaseStarted(
                run_id=state.run_id,
                phase=phase,
                iteration=state.iteration if iteration is None else iteration,
                subject=subject,
                detail=detail,
                tokens=state.tokens,
                seconds=state.seconds,
            )
        )

    def uses(self, part: Part) -> bool:
        """Whether a part of the proof or of the search is used; benchmarks leave one out to see what it brings."""
        return part not in self.settings.without

    @property
    def small(self) -> bool:
        """Whether the coder is a small model: short prompts, few calls."""
        return self.chat.info("coder").small

    def granted(self, state: SkillState) -> list[Permission]:
        """What was allowed in this run, and what the skill is always allowed; without what was revoked since."""
        revoked = {
            key
            for record in self.memory.approvals(state.skill)
            if record.revoked_at
            and (record.id.startswith(f"{state.run_id}:") or record.scope == state.run_id)
            for key in record.permissions
        }
        here = parsed(key for key in state.granted if key not in revoked)
        return list(dict.fromkeys([*here, *always_granted(self.memory, state.skill)]))

    def opened(self, state: SkillState) -> tuple[Grants, list[str]]:
        """What the sandbox opens for this run's code, and the packages that are in it, pinned.

        Raises:
            UsageError: a permission can't be opened (any more).
            PackageError: a package can't be installed.
        """
        record = self.memory.skill(state.skill)
        grants, pinned = grants_for(
            self.granted(state),
            workspace=self.settings.workspace,
            install=lambda imports: self.packages.ensure(
                state.skill,
                imports,
                pinned=record.packages if record else (),
                cancel=self.cancel,
                on_event=lambda line: self.emit(Notice(run_id=state.run_id, message=line)),
            ),
        )
        return grants, list(pinned)

    def grants(self, state: SkillState) -> Grants | None:
        """What the sandbox opens for this run's code; None where that can't be opened now."""
        try:
            return self.opened(state)[0]
        except (UsageError, PackageError):
            return None


def spent(state: SkillState, *usages: Usage) -> dict[str, Any]:
    """The budget fields after these model calls."""
    return {
        "prompt_tokens": state.prompt_tokens + sum(usage.prompt_tokens for usage in usages),
        "completion_tokens": state.completion_tokens + sum(usage.completion_tokens for usage in usages),
        "cached_tokens": state.cached_tokens + sum(usage.cached_tokens for usage in usages),
        "model_calls": state.model_calls + sum(usage.calls for usage in usages),
        "model_seconds": state.model_seconds + sum(usage.seconds for usage in usages),
    }
