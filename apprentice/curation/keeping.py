"""Keeping what was brought: files and record of a skill's next version."""

from __future__ import annotations

from apprentice.crashpoints import crash_point
from apprentice.memory.schema import SkillRecord
from apprentice.memory.store import MemoryStore
from apprentice.skills.library import SkillFiles, SkillLibrary


def put_version(
    files: SkillFiles, record: SkillRecord, *, memory: MemoryStore, library: SkillLibrary
) -> SkillRecord:
    """Keep a new version of a skill, or its first; returns the record as kept, with its version.

    The record comes last, so that it never names a file that isn't there. After a crash, doing it again finishes it.

    Raises:
        WorkspaceError: the disk is full or the workspace can't be written.
    """
    with memory.update() as changes:
        before = changes.skill(record.name)
        library.save(files)
        version = 1 if before is None else before.version + 1
        kept = changes.put_skill(record.model_copy(update={"version": version}))
    crash_point("keep.recorded")
    return kept
