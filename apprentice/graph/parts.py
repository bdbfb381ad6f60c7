"""What the nodes work with: the rooms below, and the token of the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apprentice.cancellation import CancelToken
from apprentice.events import Event, EventStream
from apprentice.graph.state import SkillState
from apprentice.memory.store import MemoryStore
from apprentice.models.base import Usage
from apprentice.models.client import ChatClient
from apprentice.safety.gate import SafetyGate
from apprentice.sandbox.base import Sandbox
from apprentice.settings import Settings
from apprentice.skills.library import SkillLibrary


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one run. Nodes get them beside the state and keep nothing between calls."""

    settings: Settings
    chat: ChatClient
    sandbox: Sandbox
    memory: MemoryStore
    library: SkillLibrary
    gate: SafetyGate
    events: EventStream
    cancel: CancelToken

    def emit(self, event: Event) -> None:
        """Hand an event to every listener."""
        self.events.emit(event)

    @property
    def small(self) -> bool:
        """Whether the coder is a small model: short prompts, few calls."""
        return self.chat.info("coder").small


def spent(state: SkillState, *usages: Usage) -> dict[str, Any]:
    """The budget fields after these model calls."""
    return {
        "prompt_tokens": state.prompt_tokens + sum(usage.prompt_tokens for usage in usages),
        "completion_tokens": state.completion_tokens + sum(usage.completion_tokens for usage in usages),
        "cached_tokens": state.cached_tokens + sum(usage.cached_tokens for usage in usages),
        "model_calls": state.model_calls + sum(usage.calls for usage in usages),
        "model_seconds": state.model_seconds + sum(usage.seconds for usage in usages),
    }
