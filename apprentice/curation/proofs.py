"""Proving kept skills again: their tests are run in the sandbox, and what came out is what their records say."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from apprentice.approvals import Approvals
from apprentice.cancellation import CancelToken
from apprentice.curation.entry import as_written
from apprentice.errors import PackageError, SandboxError, UsageError
from apprentice.events import EventStream, Notice
from apprentice.graph.evidence import trivial_modules
from apprentice.graph.kept import (
    awaited,
    failing,
    put_version,
    run_kept_tests,
    to_be_proven,
    with_inherited,
    without_verdict,
)
from apprentice.graph.needs import always_granted, needs_of, parsed
from apprentice.graph.state import Fact, Given, SkillState, Spec, passed_by
from apprentice.memory.schema import NOT_PROVEN, SkillRecord, SkillStatus, now
from apprentice.memory.store import MemoryStore
from apprentice.safety.gate import SafetyGate
from apprentice.sandbox.base import Grants, RunResult, Sandbox
from apprentice.skills.gone import check_used
from apprentice.skills.library import SkillLibrary
from apprentice.syntax_trees import parse, top_level

#: A skill whose uses failed this often in a row is proved again.
FAILURES_IN_A_ROW: Final = 3

#: How Python says that a call doesn't fit a function's parameters.
_WRONG_ARGUMENTS = (
    r"(?:missing \d+ required|takes |got an unexpected|got multiple values|got some positional-only)"
)


@dataclass(frozen=True, slots=True)
class ProofReport:
    """What proving a skill again showed.

    Attributes:
        status: the skill's status now.
        ran: whether its tests were run at all; where not, `reason` says why, and the status is as it was.
        reason: why it is not proven; empty where it is.
        failures: each test that failed, with its message.
    """

    name: str
    status: SkillStatus
    ran: bool = True
    passed: int = 0
    failed: int = 0
    reason: str = ""
    failures: tuple[str, ...] = ()
    isolation: str = ""

    @property
    def ok(self) -> bool:
        """Whether its tests were run and prove it."""
        return self.ran and not self.reason


class Proofs:
    """Runs the tests of kept skills again, and counts how their uses go.

    Args:
        sandbox: gives the sandbox, when it is needed.
        workspace: the agent's own folder.
    """

    def __init__(
        self,
        *,
        library: SkillLibrary,
        memory: MemoryStore,
        gate: SafetyGate,
        approvals: Approvals,
        sandbox: Callable[[], Sandbox],
        events: EventStream,
        workspace: Path,
    ) -> None:
        self._library = library
        self._memory = memory
        self._gate = gate
        self._approvals = approvals
        self._sandbox = sandbox
        self._events = events
        self._workspace = workspace

    def grants(self, record: SkillRecord, *, permissions: Iterable[str] = ()) -> Grants:
        """What a kept skill may be run with, asking for what it needs and isn't always allowed.

        All of its modules are reviewed, and those of the skills that it uses.

        Args:
            record: its record; what it inherits counts, too.
            permissions: keys of what the caller allows for this use.

        Raises:
            UsageError: there is no such skill, the safety rules refuse a module, or an approval was not given.
            PackageError: a package can't be installed.
        """
        name, modules = record.name, self._library.closure(record.name)
        own = {module: text for module, text in modules.items() if module.partition(".")[0] == name}
        whole = with_inherited(record, own, memory=self._memory, library=self._library)
        check_used(name, modules, self._library, [pin.partition("==")[0] for pin in whole.packages])
        granted = [*parsed(whole.permissions), *always_granted(self._memory, name)]
        required = list(whole.permissions)
        for module, text in modules.items():
            if module == name:
                continue
            review = self._gate.review(text, kind="skill", granted=granted)
            if review.tier == "never":
                raise UsageError(f"The safety rules refuse {module}: " + "; ".join(review.refusals) + ".")
            if module in own:
                needs = needs_of(review, granted, self._workspace)
                if needs.impossible:
                    raise UsageError(f"{module} can't be allowed: " + " ".join(needs.impossible))
                required += [permission.key for permission in needs.permissions]
        return self._approvals.allow(
            modules[name],
            name,
            required=list(dict.fromkeys(required)),
            pinned=whole.packages,
            permissions=permissions,
            goal=record.goal,
        )

    def prove(
        self, name: str, *, permissions: Iterable[str] = (), cancel: CancelToken | None = None
    ) -> ProofReport:
        """Run a skill's tests, and set it to `working` or `untested` by what comes out.

        Files that were edited by hand become a version of their own first. What the skill needs and isn't always
        allowed, a person is asked for; without an approval, or without a sandbox, nothing is run and nothing changed.

        Args:
            permissions: keys of what the caller allows for this proof.
            cancel: stops it.

        Raises:
            UsageError: there is no such skill.
            Cancelled: `cancel` stopped it; nothing is changed.
        """
        return self._prove(name, permissions=permissions, cancel=cancel)

    def dependants(self, name: str) -> list[str]:
        """The skills that use a skill, directly or through others; each before those that use it in turn."""
        return self._library.users(name)

    def prove_dependants(self, name: str, *, cancel: CancelToken | None = None) -> list[ProofReport]:
        """Prove every skill again that uses a skill which has changed; one that can't be proved is `untested`.

        Raises:
            Cancelled: `cancel` stopped it; those before are proved.
        """
        reports = []
        for user in self.dependants(name):
            before = self._memory.skill(user)
            if before is None or before.status == "failed":
                continue
            report = self._prove(user, cancel=cancel)
            reports.append(self._held(before, report, f"{name} has changed", f"uses {name} and is"))
        return reports

    def prove_awaited(self, *, cancel: CancelToken | None = None) -> list[ProofReport]:
        """Prove the skills whose proof a stopped or killed process left undone; one that can't be proved is `untested`.

        Costs nearly nothing where there are none.

        Raises:
            Cancelled: `cancel` stopped it; those before are proved.
        """
        entries = self._memory.skill_entries().entries
        left = [e.record for e in entries if isinstance(e.record, SkillRecord) and awaited(e.record)]
        reports = []
        for before in left:
            try:
                report = self._prove(before.name, cancel=cancel)
            except UsageError as error:
                report = ProofReport(before.name, before.status, ran=False, reason=str(error))
            what = "was to be proven again and is"
            reports.append(self._held(before, report, "It was to be proven again", what))
        return reports

    def note_use(
        self, name: str, ok: bool, *, counts: bool = True, cancel: CancelToken | None = None
    ) -> ProofReport | None:
        """Count a use of a skill. After three failures in a row it is `untested`, and proved again at once.

        Args:
            ok: whether it ended well.
            counts: False for what says nothing about the skill: a refusal, wrong arguments, a cancelled run.
            cancel: stops the proof.

        Returns:
            What proving it again showed, where that was due.

        Raises:
            Cancelled: `cancel` stopped the proof; the use is counted, and the next one proves the skill.
        """
        if not counts:
            return None
        with self._memory.update() as changes:
            record = changes.skill(name)
            if record is None:
                return None
            runs = record.runs
            runs.ok, runs.failed = runs.ok + ok, runs.failed + (not ok)
            runs.failed_in_a_row = 0 if ok else runs.failed_in_a_row + 1
            runs.last_at = now()
            due = record.status == "working" and runs.failed_in_a_row >= FAILURES_IN_A_ROW
            because = f"{runs.failed_in_a_row} uses in a row failed"
            changes.put_skill(to_be_proven(record, because) if due else record)
        if not due:
            return None
        report = self._prove(name, cancel=cancel)
        if not report.ran:
            self._unproven(name, because, report)
        self._events.emit(
            Notice(
                message=f"{name} failed {FAILURES_IN_A_ROW} times in a row and was proved again: it is {report.status}."
                + (f" {report.reason}" if report.reason else ""),
                level="info" if report.ok else "warning",
            )
        )
        return report

    # Inside

    def _held(self, before: SkillRecord, report: ProofReport, because: str, what: str) -> ProofReport:
        """Tell of a skill that isn't any more what it was; one that counted as proven and could not be proved is put down."""
        was: SkillStatus = "working" if awaited(before) else before.status
        if not report.ran and was == "working":
            report = self._unproven(before.name, because, report)
        if report.status != was:
            level: Literal["info", "warning"] = "info" if report.status == "working" else "warning"
            message = f"{before.name} {what} {report.status} now. {report.reason}".strip()
            self._events.emit(Notice(message=message, level=level))
        return report

    def _unproven(self, name: str, because: str, report: ProofReport) -> ProofReport:
        """Put down a skill that was to be proven again and could not be."""
        reason = f"{because}, and this could not be proved again: {report.reason}"
        self._put_down(name, reason)
        return ProofReport(name, "untested", ran=False, reason=reason)

    def _prove(
        self,
        name: str,
        *,
        permissions: Iterable[str] = (),
        cancel: CancelToken | None = None,
    ) -> ProofReport:
        files = self._library.files(name)
        record = self._memory.skill(name)
        if record is None or record.status == "failed" or self._library.edited(name, record.version):
            record = self._adopt(name, record)
        seen_red = record.status == "working" or bool(awaited(record))
        if not files.tests:
            return self._without_tests(record)
        try:
            grants = self.grants(record, permissions=permissions)
            facts, isolation = run_kept_tests(
                self._sandbox(),
                name,
                self._library.closure(name),
                files.tests,
                cancel=cancel,
                grants=grants,
            )
            reason = _why_not(facts)
            if not reason and not seen_red and not self._red(record, files.tests, grants, cancel):
                reason = "Its tests also pass without it, so they prove nothing."
        except (UsageError, PackageError, SandboxError) as error:
            return ProofReport(name, record.status, ran=False, reason=str(error))
        return self._record(record, facts, isolation, reason)

    def _adopt(self, name: str, record: SkillRecord | None) -> SkillRecord:
        """Keep what lies in the folder as a version, unproven: it was put there, or edited, by hand."""
        files = self._library.files(name)
        if record is None or record.status == "failed":
            goal = record.goal if record else ""
            function = _entry(files.code, name)
            record = SkillRecord(name=name, status="untested", goal=goal, function=function)
        else:
            review = [*without_verdict(record.review), "Edited by hand."]
            record = record.model_copy(update={"status": "untested", "model": "", "review": review})
        return put_version(files, as_written(record, files.code), memory=self._memory, library=self._library)

    def _without_tests(self, record: SkillRecord) -> ProofReport:
        reason = "It has no tests."
        if record.status == "working" and record.origin != "tool":
            self._put_down(record.name, reason)
            return ProofReport(record.name, "untested", ran=False, reason=reason)
        return ProofReport(record.name, record.status, ran=False, reason=reason)

    def _red(
        self, record: SkillRecord, tests: dict[str, str], grants: Grants, cancel: CancelToken | None
    ) -> bool:
        """Whether the tests, taken together, fail on each module that is certainly wrong."""
        names = _imported_names(record, tests.values())
        state = SkillState(
            run_id="",
            goal="",
            given=Given(required=names),
            spec=Spec(function=record.function or record.name),
        )
        return all(
            failing(
                run_kept_tests(
                    self._sandbox(), record.name, {record.name: code}, tests, cancel=cancel, grants=grants
                )[0]
            )
            for code in trivial_modules(state)
        )

    def _record(self, proved: SkillRecord, facts: Sequence[Fact], isolation: str, reason: str) -> ProofReport:
        status: SkillStatus = "untested" if reason else "working"
        passed = sum(fact.passed for fact in facts)
        own = self._library.files(proved.name).modules
        whole = with_inherited(proved, own, memory=self._memory, library=self._library)
        with self._memory.update() as changes:
            record = changes.skill(proved.name)
            if record is not None and (why := awaited(record)) and why != awaited(proved):
                # What it uses has changed while its tests ran: whoever changed that has it proven again.
                status, reason = "untested", why[-1].removeprefix(NOT_PROVEN)
            elif record is not None and record.version == proved.version:
                record.status = status
                if status == "working" and record.runs.failed_in_a_row >= FAILURES_IN_A_ROW:
                    record.runs.failed_in_a_row = 0
                record.isolation = isolation
                record.tests = {
                    **record.tests,
                    "passed": passed,
                    "failed": len(facts) - passed,
                    "passed_by": passed_by(facts),
                    "names": [fact.name for fact in facts],
                    "proved_at": now(),
                }
                record.uses, record.permissions = whole.uses, whole.permissions
                record.packages = whole.packages
                record.review = [
                    *without_verdict(record.review),
                    *([f"{NOT_PROVEN}{reason}"] if reason else []),
                ]
                changes.put_skill(record)
        failures = tuple(
            f"{fact.name}: {fact.message or fact.error_type}" for fact in facts if not fact.passed
        )
        return ProofReport(
            proved.name,
            status,
            passed=passed,
            failed=len(facts) - passed,
            reason=reason,
            failures=failures,
            isolation=isolation,
        )

    def _put_down(self, name: str, reason: str) -> None:
        with self._memory.update() as changes:
            record = changes.skill(name)
            if record is not None:
                record.status = "untested"
                record.review = [*without_verdict(record.review), f"{NOT_PROVEN}{reason}"]
                changes.put_skill(record)


def counts_for(result: RunResult, function: str) -> bool:
    """Whether a run says something about the skill: not where it was cancelled, or called with wrong arguments."""
    if result.status == "cancelled":
        return False
    wrong = rf"\b{re.escape(function)}\(\) {_WRONG_ARGUMENTS}"
    return not (result.status == "failed" and re.search(wrong, result.message))


def _why_not(facts: Sequence[Fact]) -> str:
    """Why these facts don't prove a skill; empty where they do."""
    if not facts:
        return "None of its tests ran."
    if failed := failing(facts):
        return failed
    if not any(fact.judged == "agent" or fact.source == "user_test" for fact in facts):
        return "That its tests pass is the code's own word, which proves nothing."
    return ""


def _imported_names(record: SkillRecord, tests: Iterable[str]) -> list[str]:
    names = [record.function or record.name]
    for text in tests:
        try:
            tree = parse(text)
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == record.name:
                names += [alias.name for alias in node.names if alias.name != "*"]
    return list(dict.fromkeys(names))


def _entry(code: str, name: str) -> str:
    """The function that a module of this name is for: of the same name, else its first public one."""
    try:
        body = list(top_level(parse(code)))
    except (SyntaxError, ValueError):
        return name
    functions = [node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    public = [function for function in functions if not function.startswith("_")]
    return name if name in public or not public else public[0]
