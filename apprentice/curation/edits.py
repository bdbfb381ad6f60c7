"""Skills whose files were edited by hand: they are proved before they are used, so that no proof outlives its code."""

from __future__ import annotations

from collections.abc import Iterable

from apprentice.cancellation import CancelToken
from apprentice.curation.proofs import Proofs
from apprentice.errors import UsageError, WorkspaceError
from apprentice.events import EventStream, Notice
from apprentice.graph.kept import settle
from apprentice.memory.schema import SkillRecord
from apprentice.memory.store import MemoryStore
from apprentice.skills.library import SkillLibrary


class Edits:
    """Sees to it that what a record says of a skill is said of the files that are there now."""

    def __init__(
        self, *, library: SkillLibrary, memory: MemoryStore, proofs: Proofs, events: EventStream
    ) -> None:
        self._library = library
        self._memory = memory
        self._proofs = proofs
        self._events = events

    def prove_edited(
        self,
        name: str,
        *,
        permissions: Iterable[str] = (),
        cancel: CancelToken | None = None,
        told: bool = False,
    ) -> None:
        """Prove a skill, and each that it uses, where its files are other than the version that is kept.

        What was edited becomes a version of its own; one whose tests fail is `untested`, and a line says what to do.

        Args:
            permissions: keys of what the caller allows for this proof.
            told: whether the caller itself says how the skill, if not what it uses, stands now.

        Raises:
            WorkspaceError: the skill's files are gone.
            Cancelled: `cancel` stopped it.
        """
        edited = [record for record in self._with_used(name) if self._edited(record)]
        if not edited:
            return
        # Another process may be about to write what seems to be an edit.
        settle(self._memory, self._library)
        for before in edited:
            record = self._memory.skill(before.name)
            if record is None or not self._edited(record):
                continue
            report = self._proofs.prove(record.name, permissions=permissions, cancel=cancel)
            self._proofs.prove_dependants(record.name, cancel=cancel)
            if not (told and record.name == name and report.ran):
                self._say(record, report.reason)

    def _edited(self, record: SkillRecord) -> bool:
        return self._library.edited(record.name, record.version)

    def _with_used(self, name: str) -> list[SkillRecord]:
        """The records of a skill's uses, and its own at the end; those without files are left out."""
        found: dict[str, SkillRecord] = {}
        waiting = [name]
        while waiting:
            at = waiting.pop()
            record = self._memory.skill(at) if at not in found else None
            if record is None or record.status == "failed" or record.source.get("kind") == "model":
                continue
            if at == name and self._library.missing(name):
                try:
                    self._library.code(name)
                except UsageError as error:
                    raise WorkspaceError(error.message, error.next_step) from None
            found[at] = record
            waiting += record.uses
        return list(found.values())[::-1]

    def _say(self, before: SkillRecord, reason: str) -> None:
        name, now = before.name, self._memory.skill(before.name)
        if now is None:
            return
        if now.status == "working":
            message = f"{name} was edited by hand; its tests pass, and it is version {now.version} now."
            self._events.emit(Notice(message=message))
            return
        message = f"{name} was edited by hand and is not proven: {reason}"
        steps = f":prove {name} runs its tests, :rollback {name} {before.version} takes the edit back."
        self._events.emit(Notice(message=f"{message.rstrip('.')}. {steps}", level="warning"))
