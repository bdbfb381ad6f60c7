"""Tidying: finds skills that do the same, that keep failing, that nobody uses, and files without a record. It proposes only."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from apprentice.cancellation import CancelToken
from apprentice.crashpoints import crash_point
from apprentice.curation.deletion import Trash
from apprentice.curation.loaded import REMOVED
from apprentice.curation.proofs import FAILURES_IN_A_ROW, Proofs
from apprentice.curation.tidy_compare import Comparison, Side
from apprentice.curation.tidy_merge import Merge
from apprentice.curation.tidy_pairs import MAX_PAIRS, Double, doubles
from apprentice.curation.tidy_proposal import Action, Proposal, ProposalKind, Tidied
from apprentice.curation.trial import digest
from apprentice.errors import UsageError
from apprentice.events import EventStream, Notice
from apprentice.graph.kept import awaited, failing, run_kept_tests
from apprentice.memory.schema import SkillRecord
from apprentice.memory.store import MemoryStore
from apprentice.retrieval import Finder
from apprentice.sandbox.base import Sandbox
from apprentice.skills.imports import users
from apprentice.skills.library import SkillLibrary
from apprentice.syntax_trees import parse, top_level

#: A skill that was never proven and never used is proposed for deletion after so long.
UNUSED: Final = timedelta(days=30)
#: A skill fails often if it was used so often, and less than this share ended well.
LEAST_USES: Final = 5
LEAST_SUCCESS: Final = 0.5


class Tidy:
    """Looks a library through, and does what was agreed to.

    Args:
        sandbox: gives the sandbox, when it is needed.
        clock: the time now, in UTC.
    """

    def __init__(
        self,
        *,
        library: SkillLibrary,
        memory: MemoryStore,
        finder: Finder,
        proofs: Proofs,
        trash: Trash,
        sandbox: Callable[[], Sandbox],
        events: EventStream,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._library = library
        self._memory = memory
        self._finder = finder
        self._proofs = proofs
        self._trash = trash
        self._sandbox = sandbox
        self._events = events
        self._clock = clock

    # Proposing

    def proposals(self, *, pairs: int = MAX_PAIRS, cancel: CancelToken | None = None) -> list[Proposal]:
        """What should be done, each skill at most once; nothing is changed. Skills are run with what is always allowed.

        Args:
            pairs: so many pairs of near skills are compared by running them, the nearest first.
            cancel: stops it.

        Raises:
            Cancelled: it was stopped.
            SandboxError: no code can be run on this machine.
            WorkspaceError: the workspace can't be read.
        """
        records = {record.name: record for record in self._memory.skills()}
        modules = self._library.modules()
        comparison = self._comparison(cancel)
        found: dict[str, Proposal] = {}
        for proposal in (
            *self._failing(records, modules, comparison, cancel),
            *self._unused(records, modules),
            *self._orphans(records, modules),
        ):
            found.setdefault(proposal.name, proposal)
        gone = frozenset(found)
        live = {name: record for name, record in records.items() if name not in gone and name in modules}
        for double in doubles(self._finder, live, comparison, self._notice, cancel, limit=pairs):
            found[double.loser.record.name] = self._of_double(double, modules)
        if comparison.left_out:
            lines = list(comparison.left_out.values())
            more = f" (and {len(lines) - 3} more)" if len(lines) > 3 else ""
            self._notice(f"Not compared by running: {'; '.join(lines[:3])}{more}.")
        order: tuple[ProposalKind, ...] = ("same", "covered", "failing", "unused", "orphan")
        return sorted(found.values(), key=lambda proposal: (order.index(proposal.kind), proposal.name))

    def _of_double(self, double: Double, modules: Mapping[str, str]) -> Proposal:
        kept, loser = double.kept.record, double.loser.record
        away = not (loser.runs.ok or loser.runs.failed)
        action = self._away(loser, modules) if away else "retire"
        return Proposal(
            "same" if double.same else "covered",
            loser.name,
            action,
            double.evidence,
            kept.name,
            {kept.name: self._seen_kept(kept.name), loser.name: self._seen(loser.name)},
        )

    def _failing(
        self,
        records: Mapping[str, SkillRecord],
        modules: Mapping[str, str],
        comparison: Comparison,
        cancel: CancelToken | None,
    ) -> Iterator[Proposal]:
        for record in records.values():
            if record.name not in modules or record.retired or not _fails_often(record):
                continue
            side = comparison.side(record)
            if side is None:
                continue
            runs = record.runs
            uses = f"{runs.failed} of its {runs.ok + runs.failed} uses failed"
            if runs.failed_in_a_row > 1:
                uses += f", the last {runs.failed_in_a_row} in a row"
            failed, tests = self._run_again(side, cancel)
            action: Action = self._away(record, modules) if failed else "retire"
            yield Proposal("failing", record.name, action, f"{uses}. {tests}", "", self._both(record.name))

    def _run_again(self, side: Side, cancel: CancelToken | None) -> tuple[bool, str]:
        """Whether the tests of a skill don't show that it works, and what came of them in words."""
        if not side.files.tests:
            return True, "It has no tests."
        facts, isolation = run_kept_tests(
            self._sandbox(),
            side.record.name,
            side.closure,
            side.files.tests,
            cancel=cancel,
            grants=side.grants,
        )
        failed = sum(not fact.passed for fact in facts)
        where = f"under isolation '{isolation}'"
        if failed or not facts:
            first = " ".join(failing(facts).split())
            return True, f"Its tests were run again {where}: {failed} of {len(facts)} failed ({first[:160]})."
        return False, (
            f"Its tests were run again {where}, and all {len(facts)} passed, so they don't see what goes wrong."
        )

    def _unused(self, records: Mapping[str, SkillRecord], modules: Mapping[str, str]) -> Iterator[Proposal]:
        before = self._clock() - UNUSED
        for record in records.values():
            runs = record.runs
            idle = record.status == "untested" and not (runs.ok or runs.failed) and record.origin == "made"
            if (
                not idle
                or awaited(record)
                or record.retired
                or record.name not in modules
                or not _older(record, before)
            ):
                continue
            if users(record.name, modules):
                continue
            evidence = (
                f"It was never proven and never used, no skill imports it, and it has not changed since "
                f"{record.updated_at[:10]}."
            )
            yield Proposal("unused", record.name, "delete", evidence, "", self._both(record.name))

    def _orphans(self, records: Mapping[str, SkillRecord], modules: Mapping[str, str]) -> Iterator[Proposal]:
        for name in self._library.names():
            record = records.get(name)
            if name.startswith("_") or (record is not None and record.status != "failed"):
                continue
            path = self._library.path(name).relative_to(self._library.workspace).as_posix()
            evidence = f"{path} is no skill that memory.json knows"
            tests = len(self._library.tests(name))
            action: Action = "prove"
            if not _defines_something(modules.get(name, "")) and not users(name, modules):
                action = "delete"
                evidence += ", and it defines no function."
            elif tests:
                evidence += f"; it has {tests} test file{'s' if tests > 1 else ''} that can prove it."
            else:
                evidence += "; it has no tests, so it will be kept as untested."
            yield Proposal("orphan", name, action, evidence, "", self._both(name))

    def _away(self, record: SkillRecord, modules: Mapping[str, str]) -> Action:
        """Seeds and tools come back by themselves, and what others use must stay; all else may go."""
        return "delete" if record.origin == "made" and not users(record.name, modules) else "retire"

    # Doing

    def carry_out(self, proposal: Proposal, *, cancel: CancelToken | None = None) -> Tidied:
        """Do what a person agreed to. Done already, it is harmless.

        Raises:
            UsageError: something has changed since it was proposed, so that nothing is done.
            Cancelled: it was stopped.
            SandboxError: no code can be run on this machine.
            WorkspaceError: the workspace can't be written; files and records are as they were.
        """
        if done := self._done(proposal):
            return done
        for name, seen in proposal.seen.items():
            now = self._seen_kept(name) if name == proposal.kept else self._seen(name, runs=not proposal.kept)
            if seen != now:
                raise UsageError(f"{name} has changed since it was looked at, so nothing was done.", _AGAIN)
        if proposal.action == "delete" and (using := self._library.users(proposal.name)):
            raise UsageError(
                f"{proposal.name} is used by {', '.join(using)} now, so nothing was done.", _AGAIN
            )
        if proposal.action == "prove":
            return self._proved(proposal, cancel)
        if proposal.kind == "failing":
            report = self._proofs.prove(proposal.name, cancel=cancel)
            if report.ok and proposal.action == "delete":
                raise UsageError(f"{proposal.name} passes its tests now, so it stays.", _AGAIN)
        added = 0
        if proposal.kept:
            added = Merge(self._library, self._memory, self._sandbox).into(
                *self._pair(proposal, cancel), cancel=cancel
            )
            crash_point("tidy.merged")
        gained = f" {proposal.kept} has got {added} of its tests." if added else ""
        if proposal.action == "retire":
            self._retire(proposal)
            return _retired(proposal, gained, added)
        deletion = self._trash.delete(proposal.name, cancel=cancel)
        summary = f"{proposal.name} is deleted (trash/{deletion.folder}).{gained}"
        return Tidied(proposal, summary, f":undo {proposal.name}", added)

    def revive(self, name: str) -> SkillRecord:
        """Have a retired skill found for requests again.

        Raises:
            UsageError: there is no such skill, it is not retired, or its tool was taken away.
        """
        with self._memory.update() as changes:
            record = changes.skill(name)
            if record is None:
                raise UsageError(f"There is no skill {name!r}.", "List them with :skills.")
            if not record.retired:
                raise UsageError(f"{name} is not retired.", "Nothing has to be done.")
            if record.retired == REMOVED:
                raise UsageError(
                    f"{name} is retired because its tool was taken away.",
                    "Put the tool back; it comes with it.",
                )
            record.retired = ""
            return changes.put_skill(record)

    def _done(self, proposal: Proposal) -> Tidied | None:
        record = self._memory.skill(proposal.name)
        if proposal.action == "retire" and record is not None and record.retired == _reason(proposal):
            return _retired(proposal, "", 0)
        if proposal.action == "delete" and record is None and proposal.name not in self._library.names():
            undo = any(deleted.name == proposal.name for deleted in self._trash.deleted())
            return Tidied(proposal, f"{proposal.name} is deleted.", f":undo {proposal.name}" if undo else "")
        return None

    def _proved(self, proposal: Proposal, cancel: CancelToken | None) -> Tidied:
        report = self._proofs.prove(proposal.name, cancel=cancel)
        if self._memory.skill(proposal.name) is None:
            raise UsageError(f"{proposal.name} could not be recorded: {report.reason}", _AGAIN)
        reason = f" {report.reason}" if report.reason else ""
        return Tidied(proposal, f"{proposal.name} has a record now and is {report.status}.{reason}")

    def _retire(self, proposal: Proposal) -> None:
        with self._memory.update() as changes:
            record = changes.skill(proposal.name)
            if record is None:
                raise UsageError(f"There is no skill {proposal.name} any more, so nothing was done.", _AGAIN)
            record.retired = _reason(proposal)
            changes.put_skill(record)

    def _pair(self, proposal: Proposal, cancel: CancelToken | None) -> Sequence[Side]:
        comparison = self._comparison(cancel)
        sides = []
        for name in (proposal.kept, proposal.name):
            record = self._memory.skill(name)
            side = comparison.side(record) if record is not None else None
            if side is None:
                why = comparison.left_out.get(name, f"{name} can't be run")
                raise UsageError(f"{why}, so nothing was done.", _AGAIN)
            sides.append(side)
        return sides

    # Inside

    def _comparison(self, cancel: CancelToken | None) -> Comparison:
        return Comparison(
            library=self._library,
            memory=self._memory,
            proofs=self._proofs,
            sandbox=self._sandbox,
            cancel=cancel,
        )

    def _both(self, name: str) -> dict[str, str]:
        return {name: self._seen(name, runs=True)}

    def _seen(self, name: str, *, runs: bool = False) -> str:
        """What identifies a skill as it is now; with `runs`, also how its uses went."""
        record = self._memory.skill(name)
        parts = [self._seen_kept(name)]
        if name in self._library.names():
            parts += [text for pair in sorted(self._library.tests(name).items()) for text in pair]
        if record is not None and runs:
            parts.append(record.runs.model_dump_json())
        return digest(*parts)

    def _seen_kept(self, name: str) -> str:
        """What a double's place is judged by: the code, and what it may do. Its tests may become more meanwhile."""
        record = self._memory.skill(name)
        parts = (
            [] if record is None else [record.status, record.retired, record.function, *record.permissions]
        )
        if name in self._library.names():
            parts += [text for pair in sorted(self._library.closure(name).items()) for text in pair]
        return digest(*parts)

    def _notice(self, message: str) -> None:
        self._events.emit(Notice(message=message))


_AGAIN: Final = "Tidy again: :tidy."


def _reason(proposal: Proposal) -> str:
    if proposal.kind == "failing":
        return "Its uses keep failing."
    return f"{proposal.kept} does " + ("the same." if proposal.kind == "same" else "all that it does.")


def _retired(proposal: Proposal, gained: str, added: int) -> Tidied:
    summary = f"{proposal.name} is retired: {_reason(proposal)} It can still be called by its name.{gained}"
    return Tidied(proposal, summary, f":revive {proposal.name}", added)


def _fails_often(record: SkillRecord) -> bool:
    runs = record.runs
    rate = runs.success_rate
    rarely = rate is not None and runs.ok + runs.failed >= LEAST_USES and rate < LEAST_SUCCESS
    return record.status != "failed" and (runs.failed_in_a_row >= FAILURES_IN_A_ROW or rarely)


def _older(record: SkillRecord, than: datetime) -> bool:
    try:
        times = [datetime.fromisoformat(at) for at in (record.created_at, record.updated_at) if at]
    except ValueError:
        return False
    aware = [at if at.tzinfo else at.replace(tzinfo=UTC) for at in times]
    return bool(aware) and max(aware) < than


def _defines_something(code: str) -> bool:
    try:
        body = list(top_level(parse(code)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for node in body)
