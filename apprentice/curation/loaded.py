"""What became of the user's tools when they were read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from apprentice.curation.libraries import ListedLibrary
from apprentice.memory.schema import SkillRecord
from apprentice.memory.store import MemoryStore

#: Why a skill is retired whose tool was taken away; it comes back with the tool.
REMOVED: Final = "its tool was taken away"
#: What the record of a tool has in place of a model.
BROUGHT: Final = "brought by you"

LoadedStatus = Literal["added", "changed", "back", "there", "problem"]


@dataclass(frozen=True, slots=True)
class LoadedTool:
    """What became of one function or prompt.

    Attributes:
        file: the file that it stands in.
        note: what to know of it: why it can't be used, or what it will ask for.
    """

    name: str
    status: LoadedStatus
    file: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class LoadedTools:
    """What reading the tools did.

    Attributes:
        retired: names of skills whose tool was taken away.
        problems: one line each: which, why, what to do.
    """

    tools: tuple[LoadedTool, ...] = ()
    libraries: tuple[ListedLibrary, ...] = ()
    retired: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class ToolRefused(Exception):
    """A tool can't be used. The text says why and what to do, without its name."""


def unchanged(memory: MemoryStore, record: SkillRecord, file: str, note: str = "") -> LoadedTool:
    """A tool that is kept as it stands; one that had been taken away is no longer retired."""
    back = record.retired == REMOVED
    if back or record.source.get("file") != file:
        source = {**record.source, "file": file}
        retired = "" if back else record.retired
        memory.put_skill(record.model_copy(update={"retired": retired, "source": source}))
    return LoadedTool(record.name, "back" if back else "there", file, note)


def following(record: SkillRecord, before: SkillRecord | None) -> SkillRecord:
    """The record as that of the next version of the one before, with its uses counted on."""
    if before is None:
        return record
    return record.model_copy(
        update={
            "runs": before.runs,
            "packages": before.packages,
            "retired": "" if before.retired == REMOVED else before.retired,
        }
    )
