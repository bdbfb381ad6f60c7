"""The versions of a skill: which there are, how they differ, and going back to one."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apprentice.cancellation import CancelToken
from apprentice.curation.proofs import Proofs
from apprentice.errors import UsageError
from apprentice.graph.kept import awaited, put_version, to_be_proven
from apprentice.memory.schema import SkillRecord, now
from apprentice.memory.store import MemoryStore
from apprentice.skills.library import SkillFiles, SkillLibrary


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a skill.

    Attributes:
        at: when it was made, UTC, ISO 8601.
        model: which model wrote it; empty for one by hand.
        passed: how many of its tests passed; `failed` how many did not.
        current: whether it is the one that is in use; `edited` whether its files were edited by hand since.
        note: what is to be known of it, e.g. that it is an earlier one again.
    """

    number: int
    at: str
    model: str
    status: str
    goal: str
    passed: int
    failed: int
    current: bool = False
    edited: bool = False
    note: str = ""


class Versions:
    """Looks at the versions of skills, and goes back to one."""

    def __init__(self, *, library: SkillLibrary, memory: MemoryStore, proofs: Proofs) -> None:
        self._library = library
        self._memory = memory
        self._proofs = proofs

    def history(self, name: str) -> list[Version]:
        """All versions of a skill, the oldest first.

        Raises:
            UsageError: there is no such skill.
            WorkspaceError: a version can't be read.
        """
        current = self._known(name)
        numbers = sorted({*self._library.versions.numbers(name), current.version})
        return [
            _version(
                current.model_dump()
                if number == current.version
                else self._library.versions.record(name, number),
                number,
                current=number == current.version,
                edited=number == current.version and self._library.edited(name, number),
            )
            for number in numbers
        ]

    def diff(self, name: str, old: int | None = None, new: int | None = None) -> str:
        """How two versions differ, modules and tests, in the unified form; empty where they don't.

        Args:
            old: the older version; default: the one before `new`, or the version itself where it was edited by hand.
            new: the newer version; default: what is in the folder now.

        Raises:
            UsageError: there is no such skill or version, or there is nothing to compare.
        """
        current = self._known(name)
        edited = new is None and self._library.edited(name, current.version)
        later = current.version if new is None else new
        if old is None:
            old = later if edited else self._before(name, later)
        newer = self._library.files(name) if edited else self._read(name, later, current)
        older = self._read(name, old, current)
        return _unified(older, newer, f"version {old}", "now" if edited else f"version {later}")

    def rollback(
        self, name: str, number: int | None = None, *, cancel: CancelToken | None = None
    ) -> SkillRecord:
        """Go back to an earlier version, which becomes a new one; the skills that use it are proved again.

        Args:
            number: the version; default: the one before the current, or the current one where its files are gone.

        Raises:
            UsageError: there is no such skill or version, or it is the current one.
            WorkspaceError: the disk is full or the workspace can't be written; all is as it was.
        """
        current = self._known(name)
        gone = self._library.missing(name)
        if number is None:
            number = current.version if gone else self._before(name, current.version)
        if number == current.version and not gone and not self._library.edited(name, number):
            raise UsageError(
                f"{name} is at version {number} now.", f"Name another one: :history {name} lists them."
            )
        files = self._read(name, number, current)
        record = SkillRecord.model_validate(self._library.versions.record(name, number))
        record.runs.failed_in_a_row = 0
        record.updated_at = now()
        notes = [line for line in record.review if not line.startswith(_AGAIN)]
        record.review = [*notes, f"{_AGAIN}{number}."]

        def again(_: SkillRecord | None) -> SkillRecord:
            if not self._library.uses(name, files.modules):
                return record
            # What it uses may be other than it was then.
            return to_be_proven(record, f"it is as in version {number} again")

        kept = put_version(files, again, memory=self._memory, library=self._library)
        if kept.uses or awaited(kept):
            self._proofs.prove(name, cancel=cancel)
        self._proofs.prove_dependants(name, cancel=cancel)
        return self._memory.skill(name) or kept

    # Inside

    def _known(self, name: str) -> SkillRecord:
        record = self._memory.skill(name)
        if record is None:
            self._library.code(name)
            raise UsageError(
                f"{name} is in the folder, but not in memory.json, so it has no versions.",
                f"Prove it first: :prove {name}.",
            )
        if record.status == "failed":
            raise UsageError(
                f"{name} was never made, so it has no versions.", "Give its goal again to make it."
            )
        return record

    def _before(self, name: str, number: int) -> int:
        earlier = [other for other in self._library.versions.numbers(name) if other < number]
        if not earlier:
            raise UsageError(
                f"There is no version of {name} before {number}.", f"See its versions with :history {name}."
            )
        return earlier[-1]

    def _read(self, name: str, number: int, current: SkillRecord) -> SkillFiles:
        if number == current.version and number not in self._library.versions.numbers(name):
            return self._library.files(name)
        return self._library.versions.read(name, number)


_AGAIN = "The same as version "


def _version(record: Mapping[str, Any], number: int, *, current: bool, edited: bool) -> Version:
    tests = record.get("tests") or {}
    again = [
        str(line) for line in record.get("review") or () if str(line).startswith((_AGAIN, "Edited by hand"))
    ]
    return Version(
        number=number,
        at=str(record.get("updated_at", "")),
        model=str(record.get("model", "")),
        status=str(record.get("status", "")),
        goal=str(record.get("goal", "")),
        passed=int(tests.get("passed", 0)),
        failed=int(tests.get("failed", 0)),
        current=current,
        edited=edited,
        note=again[-1] if again else "",
    )


def _unified(old: SkillFiles, new: SkillFiles, old_label: str, new_label: str) -> str:
    older = {
        **{f"skills/{p}": t for p, t in old.files.items()},
        **{f"tests/{p}": t for p, t in old.tests.items()},
    }
    newer = {
        **{f"skills/{p}": t for p, t in new.files.items()},
        **{f"tests/{p}": t for p, t in new.tests.items()},
    }
    lines: list[str] = []
    for path in sorted({*older, *newer}):
        lines += difflib.unified_diff(
            older.get(path, "").splitlines(),
            newer.get(path, "").splitlines(),
            f"{path} ({old_label})" if path in older else "/dev/null",
            f"{path} ({new_label})" if path in newer else "/dev/null",
            lineterm="",
        )
    return "\n".join(lines) + "\n" if lines else ""
