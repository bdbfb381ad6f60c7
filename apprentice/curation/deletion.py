"""Deleting skills into the trash of the workspace, and bringing them back."""

from __future__ import annotations

from dataclasses import dataclass

from apprentice.cancellation import CancelToken
from apprentice.curation.proofs import ProofReport, Proofs
from apprentice.errors import UsageError
from apprentice.graph.kept import MemoryRecords, awaited, put_down_users, to_be_proven
from apprentice.memory.schema import SkillRecord
from apprentice.memory.store import MemoryStore
from apprentice.skills.library import Deleted, SkillLibrary


@dataclass(frozen=True, slots=True)
class Deletion:
    """What deleting a skill did: its folder in the trash, and how the skills fared that use it."""

    name: str
    folder: str
    dependants: tuple[ProofReport, ...] = ()


class Trash:
    """Deletes skills so that it can be undone."""

    def __init__(self, *, library: SkillLibrary, memory: MemoryStore, proofs: Proofs) -> None:
        self._library = library
        self._memory = memory
        self._proofs = proofs

    def delete(self, name: str, *, force: bool = False, cancel: CancelToken | None = None) -> Deletion:
        """Move a skill with all its versions and its record into the trash. What it was always allowed is revoked.

        Args:
            force: also where other skills use it; those are proved again.

        Raises:
            UsageError: there is no such skill, or others use it.
            WorkspaceError: the disk is full or the workspace can't be written; all is as it was.
        """
        users = self._proofs.dependants(name)
        if users and not force:
            raise UsageError(
                f"{name} is used by {', '.join(users)}.",
                f"Delete them first, or delete it anyway: :delete {name} --force.",
            )
        with (
            self._library.deleting(name, MemoryRecords(self._memory)) as folder,
            self._memory.update() as changes,
        ):
            changes.delete_skill(name)
            put_down_users(changes, users, f"{name} is deleted")
            # Another skill may get this name; what a person allowed this one is not for that one.
            changes.revoke_approvals(lambda _, record: record.skill == name and record.always)
        reports = self._proofs.prove_dependants(name, cancel=cancel)
        return Deletion(name, folder, tuple(reports))

    def deleted(self) -> list[Deleted]:
        """What is in the trash, the latest first."""
        return self._library.deleted()

    def restore(self, name: str, *, cancel: CancelToken | None = None) -> SkillRecord:
        """Bring back the skill of this name that was deleted last; the skills that use it are proved again.

        What it was allowed before it was deleted is asked for anew.

        Raises:
            UsageError: none was deleted, or the name is taken again.
            WorkspaceError: the disk is full or the workspace can't be written; all is as it was.
        """
        found = next((deleted for deleted in self.deleted() if deleted.name == name), None)
        if found is None:
            names = ", ".join(dict.fromkeys(deleted.name for deleted in self.deleted()))
            raise UsageError(
                f"There is no deleted skill {name!r}.",
                f"Those in the trash are: {names}." if names else "The trash is empty.",
            )
        with self._library.restoring(found.folder, MemoryRecords(self._memory)) as values:
            record = SkillRecord.model_validate(values)
            if record.uses:
                # What it uses may be other than it was then.
                record = to_be_proven(record, "it was deleted")
            users = self._proofs.dependants(name)
            with self._memory.update() as changes:
                put_down_users(changes, users, f"{name} is there again")
                record = changes.put_skill(record)
        if record.uses or awaited(record):
            self._proofs.prove(name, cancel=cancel)
        self._proofs.prove_dependants(name, cancel=cancel)
        return self._memory.skill(name) or record
