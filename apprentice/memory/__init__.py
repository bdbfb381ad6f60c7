"""What the agent remembers: skills, failures and their lessons, goals, and decisions, in `memory.json`."""

from apprentice.memory.recall import Lesson, Related, RelatedSkill, related
from apprentice.memory.schema import (
    ApprovalRecord,
    DirectiveRecord,
    DirectiveStatus,
    FailureRecord,
    LessonRecord,
    MemoryFile,
    SkillRecord,
    SkillStatus,
    now,
)
from apprentice.memory.store import MemoryStore
from apprentice.memory.transaction import MAX_ERROR, MAX_SNIPPET, Transaction

__all__ = [
    "MAX_ERROR",
    "MAX_SNIPPET",
    "ApprovalRecord",
    "DirectiveRecord",
    "DirectiveStatus",
    "FailureRecord",
    "Lesson",
    "LessonRecord",
    "MemoryFile",
    "MemoryStore",
    "Related",
    "RelatedSkill",
    "SkillRecord",
    "SkillStatus",
    "Transaction",
    "now",
    "related",
]
