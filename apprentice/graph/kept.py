"""What is kept of skills, seen from memory and library together: new versions, what they inherit, and their tests."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self, TypeVar

from apprentice.cancellation import CancelToken
from apprentice.errors import Cancelled, WorkspaceError
from apprentice.graph.ground_truth import imported_module
from apprentice.graph.state import Fact
from apprentice.memory.schema import NOT_PROVEN, SkillRecord
from apprentice.memory.store import MemoryStore
from apprentice.memory.transaction import Transaction
from apprentice.sandbox.base import NOTHING, Grants, Sandbox, TestOutcome
from apprentice.skills.library import SkillFiles, SkillLibrary, own_test_file

T = TypeVar("T")

#: How often a change is decided anew because another process changed the skill meanwhile.
ATTEMPTS: Final = 10

#: How a line of a record's review begins that says why the skill isn't proven.
_AWAITS = f"{NOT_PROVEN}to be proven again, because "


class MemoryRecords:
    """What the library has to know of memory.json; see `apprentice.skills.changes.Records`."""

    def __init__(self, memory: MemoryStore) -> None:
        self._memory = memory

    def version(self, name: str) -> int | None:
        """The version of a skill; 0 where its record says that there are no files, None where there is no record."""
        record = self._memory.skill(name)
        return None if record is None else 0 if record.status == "failed" else record.version

    def record(self, name: str) -> Mapping[str, Any] | None:
        """The record of a skill as plain values."""
        record = self._memory.skill(name)
        return None if record is None else record.model_dump(mode="json")


def settle(memory: MemoryStore, library: SkillLibrary) -> bool:
    """Make the files of the library say what memory says, after a process was killed; whether there was anything to do.

    Raises:
        WorkspaceError: the library is locked for too long or can't be written.
    """
    return library.settle(MemoryRecords(memory).version)


def without_verdict(review: Iterable[str]) -> list[str]:
    """The lines of a review but for those that say why the skill isn't proven."""
    return [line for line in review if not line.startswith(NOT_PROVEN)]


def to_be_proven(record: SkillRecord, because: str) -> SkillRecord:
    """The record of a skill whose proof holds no more, until it is proven again; one that wasn't proven is as it was.

    It is kept together with the change that makes it so. Whatever stops the process before the proof, the skill doesn't
    count as `working`, and the next use of the agent proves it.
    """
    if record.status != "working" and not awaited(record):
        return record
    review = [*without_verdict(record.review), f"{_AWAITS}{because}."]
    return record.model_copy(update={"status": "untested", "review": review})


def awaited(record: SkillRecord) -> list[str]:
    """Why a skill that was proven is to be proven again; empty where it isn't."""
    if record.status != "untested":
        return []
    return [line for line in record.review if line.startswith(_AWAITS)]


def put_down_users(changes: Transaction, users: Iterable[str], because: str) -> None:
    """Have the skills that use a skill proven again, in the transaction that changes it."""
    for user in users:
        record = changes.skill(user)
        if record is not None and (record.status == "working" or awaited(record)):
            changes.put_skill(to_be_proven(record, because))


class ChangedMeanwhile(Exception):
    """A skill is other than it was when it was decided what to do with it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A skill as it was when it was decided what to do with it; `record` and `files` are None where there were none."""

    name: str
    record: SkillRecord | None = None
    files: SkillFiles | None = None

    @classmethod
    def now(cls, name: str, *, memory: MemoryStore, library: SkillLibrary) -> Self:
        """The skill as it is now."""
        return cls(name, memory.skill(name), _files(name, library))

    def check(self, record: SkillRecord | None, library: SkillLibrary) -> None:
        """See that nothing has changed, while nothing can: called by what makes the record in `put_version`.

        Raises:
            ChangedMeanwhile: there is another version, status or text of it.
        """
        texts = [
            (files.files, files.tests) if files else None
            for files in (self.files, _files(self.name, library))
        ]
        if texts[0] != texts[1] or _identity(record) != _identity(self.record):
            raise ChangedMeanwhile(self.name)


def decided(change: Callable[[], T]) -> T:
    """The result of a change that looks at a skill, decides and keeps; it decides anew where the skill changed meanwhile.

    Raises:
        WorkspaceError: it changed again each time.
    """
    for _ in range(ATTEMPTS):
        with contextlib.suppress(ChangedMeanwhile):
            return change()
    raise WorkspaceError("Other processes keep changing the skill.", "Try again when they have ended.")


def put_version(
    files: SkillFiles,
    record: SkillRecord | Callable[[SkillRecord | None], SkillRecord],
    *,
    memory: MemoryStore,
    library: SkillLibrary,
) -> SkillRecord:
    """Keep a new version of a skill, or its first, files and record together or not at all; returns it as kept.

    The record gets its version, what it uses, and the permissions and packages of what it uses. Where the modules change,
    the skills that use it are to be proven again; see `to_be_proven`. Not to be called within `memory.update()`: the
    library is locked before memory is.

    Args:
        record: the record, or what makes it from the one that there is while no other process can change the library;
            if that raises, nothing is changed.

    Raises:
        UsageError: the skill would come to use itself.
        WorkspaceError: the disk is full or the workspace can't be written; all is as it was.
    """
    made: list[SkillRecord] = []

    def numbered(number: int) -> Mapping[str, Any]:
        given = record(memory.skill(files.name)) if callable(record) else record
        whole = with_inherited(given, files.modules, memory=memory, library=library)
        made.append(whole.model_copy(update={"version": number}))
        return made[-1].model_dump(mode="json")

    with library.saving(files, MemoryRecords(memory), numbered) as number:
        users = library.users(files.name) if _differs(files, memory, library) else []
        with memory.update() as changes:
            put_down_users(changes, users, f"{files.name} is at version {number} now")
            return changes.put_skill(made[-1])


def with_inherited(
    record: SkillRecord, modules: Mapping[str, str], *, memory: MemoryStore, library: SkillLibrary
) -> SkillRecord:
    """The record with what its modules use, and with the permissions and packages of all that they come to use."""
    used = used_records(record.name, modules, memory=memory, library=library)
    permissions = [*record.permissions, *(key for other in used for key in other.permissions)]
    pins: dict[str, str] = {}
    for pin in [*record.packages, *(pin for other in used for pin in other.packages)]:
        pins.setdefault(pin.partition("==")[0], pin)
    return record.model_copy(
        update={
            "uses": library.uses(record.name, modules),
            "permissions": list(dict.fromkeys(permissions)),
            "packages": list(pins.values()),
        }
    )


def used_records(
    name: str, modules: Mapping[str, str], *, memory: MemoryStore, library: SkillLibrary
) -> list[SkillRecord]:
    """The records of all skills that these modules of a skill come to use."""
    reached = dict.fromkeys(module.partition(".")[0] for module in library.needed(name, modules))
    return [record for other in reached if (record := memory.skill(other)) is not None]


def run_kept_tests(
    sandbox: Sandbox,
    name: str,
    modules: Mapping[str, str],
    tests: Mapping[str, str],
    *,
    cancel: CancelToken | None = None,
    grants: Grants = NOTHING,
) -> tuple[list[Fact], str]:
    """The result of each test of a skill's kept test files, and the isolation they ran under.

    Args:
        modules: the skill's modules, and those of the library that it needs.
        tests: the files' texts by name.

    Raises:
        Cancelled: `cancel` stopped it.
        SandboxError: no code can be run on this machine.
    """
    facts: list[Fact] = []
    isolation = ""
    for file, text in tests.items():
        generated = file == own_test_file(name)
        chosen = dict(modules) if generated else {**modules, **_under_its_name(name, modules, text)}
        report = sandbox.run_tests(name, modules=chosen, tests=text, cancel=cancel, grants=grants)
        if report.run.status == "cancelled":
            raise Cancelled("Stopped.", "Go on with :resume, or agent.resume().")
        isolation = report.run.isolation
        outcomes = list(report.outcomes)
        if report.import_error is not None and not outcomes:
            outcomes = [report.import_error]
        facts += [fact_of(outcome, generated=generated) for outcome in outcomes]
    return facts, isolation


def fact_of(outcome: TestOutcome, *, generated: bool) -> Fact:
    """One test's result as a fact."""
    return Fact(
        name=outcome.name,
        source="generated" if generated else "user_test",
        passed=outcome.passed,
        error_type=outcome.error_type,
        message=outcome.message,
        values=dict(outcome.values),
        line=outcome.line,
        judged=outcome.judged,
    )


def failing(facts: Iterable[Fact]) -> str:
    """The first test that failed, with its message; empty where none did."""
    return next((f"{fact.name}: {fact.message or fact.error_type}" for fact in facts if not fact.passed), "")


def _differs(files: SkillFiles, memory: MemoryStore, library: SkillLibrary) -> bool:
    """Whether the modules are other than those of the version that memory names."""
    record = memory.skill(files.name)
    number = record.version if record is not None and record.status != "failed" else 0
    known = number in library.versions.numbers(files.name)
    return not known or library.versions.read(files.name, number).files != files.files


def _files(name: str, library: SkillLibrary) -> SkillFiles | None:
    return library.files(name) if library.path(name).is_file() else None


def _identity(record: SkillRecord | None) -> tuple[int, str, str, str] | None:
    return (record.version, record.status, record.run_id, record.created_at) if record else None


def _under_its_name(name: str, modules: Mapping[str, str], text: str) -> dict[str, str]:
    """The skill's modules under the name by which a user's test file imports them."""
    try:
        wanted = imported_module(text).partition(".")[0]
    except (SyntaxError, ValueError):
        return {}
    own = {module: code for module, code in modules.items() if module.partition(".")[0] == name}
    return {wanted + module.removeprefix(name): code for module, code in own.items()} if wanted else {}
