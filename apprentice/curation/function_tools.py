"""Functions of the user's that become skills as they are: reviewed, tried out in the sandbox, recorded last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from apprentice.approvals import Approvals
from apprentice.cancellation import CancelToken
from apprentice.curation.loaded import BROUGHT, LoadedTool, ToolRefused, following, unchanged
from apprentice.curation.tool_files import FunctionTool
from apprentice.curation.trial import Trial, digest, try_out
from apprentice.errors import PackageError, SandboxError, UsageError
from apprentice.grants import in_words
from apprentice.graph.ground_truth import ground_truth
from apprentice.graph.kept import put_version, used_records
from apprentice.graph.needs import always_granted, needs_of, parsed
from apprentice.graph.state import GivenExample
from apprentice.memory.schema import SkillRecord
from apprentice.memory.store import MemoryStore
from apprentice.safety.bandit_review import static_review
from apprentice.safety.gate import SafetyGate
from apprentice.safety.permissions import Permission
from apprentice.sandbox.base import NOTHING, Grants, Sandbox
from apprentice.skills.library import SkillFiles, SkillLibrary, file_names_of_tests, render_tests


@dataclass(frozen=True, slots=True)
class _Reviewed:
    """A function that may be kept.

    Attributes:
        needed: the permissions that it can't do without.
        asked: those of them that a person has yet to give.
        grants: what it may be tried out with, where nothing has to be asked.
    """

    examples: tuple[GivenExample, ...] = ()
    needed: tuple[Permission, ...] = ()
    asked: tuple[Permission, ...] = ()
    grants: Grants = NOTHING


class FunctionTools:
    """Brings functions into the library.

    Args:
        workspace: the agent's own folder.
        sandbox: opens the sandbox; called only where something has to be run.
    """

    def __init__(
        self,
        *,
        library: SkillLibrary,
        memory: MemoryStore,
        gate: SafetyGate,
        approvals: Approvals,
        workspace: Path,
        sandbox: Callable[[], Sandbox],
    ) -> None:
        self._library = library
        self._memory = memory
        self._gate = gate
        self._approvals = approvals
        self._workspace = workspace
        self._sandbox = sandbox

    def load(
        self,
        tool: FunctionTool,
        file: str,
        before: SkillRecord | None,
        *,
        cancel: CancelToken | None = None,
    ) -> LoadedTool:
        """Keep a function as a skill, or as its next version. One that didn't change costs nothing.

        Args:
            before: the record of the skill of its name.

        Raises:
            ToolRefused: it can't be used; an earlier version of it stays.
            Cancelled: it was stopped.
            WorkspaceError: the workspace can't be written.
        """
        identity = digest(
            tool.code,
            tool.description,
            "\0".join(tool.tests),
            "\0".join(tool.examples),
            "\0".join(tool.answers),
            "\0".join(tool.permissions),
        )
        kept = self._kept(tool.name)
        _check_free(before, kept, tool.code)
        same = before is not None and kept is not None and before.source.get("digest") == identity
        has_tests = bool(tool.tests or tool.examples or tool.entry.examples)
        if before is not None and same and (before.status != "untested" or not has_tests):
            return unchanged(self._memory, before, file)
        reviewed = self._reviewed(tool, before)
        if before is not None and same and reviewed.asked:
            return unchanged(self._memory, before, file, note=_will_ask(reviewed.asked))
        trial = self._tried(tool, reviewed, cancel)
        if trial.failure:
            stays = " The earlier version stays." if kept is not None else ""
            raise ToolRefused(f"{trial.failure}. Correct the function or its tests.{stays}")
        record = following(self._record(tool, trial, reviewed, file=file, identity=identity), before)
        if before is not None and same:
            # It could not be tried out before: the same version, proven now.
            self._memory.put_skill(record.model_copy(update={"version": before.version}))
            return LoadedTool(tool.name, "there", file)
        files = SkillFiles(name=tool.name, code=tool.code, tests=_test_files(tool, reviewed.examples))
        try:
            put_version(files, record, memory=self._memory, library=self._library)
        except UsageError as error:
            raise ToolRefused(str(error)) from None
        note = _will_ask(reviewed.asked) if reviewed.asked else "" if trial.facts else "it has no tests"
        return LoadedTool(tool.name, "added" if before is None else "changed", file, note)

    def _kept(self, name: str) -> str | None:
        """The text of the module of this name in the library; None where there is none."""
        return self._library.code(name) if self._library.path(name).exists() else None

    def _reviewed(self, tool: FunctionTool, before: SkillRecord | None) -> _Reviewed:
        """Review a function as a skill's code is reviewed, and open what it was always allowed."""
        review = self._gate.review(tool.code, kind="skill")
        if review.tier == "never":
            raise ToolRefused(f"the safety rules refuse it: {'; '.join(review.refusals)}. Change the code.")
        for text in tool.tests:
            tests = self._gate.review(text, kind="test", modules=[tool.name])
            if tests.tier == "never":
                raise ToolRefused(
                    f"the safety rules refuse its tests: {'; '.join(tests.refusals)}. Change them."
                )
        try:
            declared = self._approvals.checked(tool.permissions)
            examples = [*tool.entry.examples, *ground_truth("", tool.examples).examples]
        except UsageError as error:
            raise ToolRefused(str(error)) from None
        inherited = used_records(
            tool.name, {tool.name: tool.code}, memory=self._memory, library=self._library
        )
        declared += parsed(key for record in inherited for key in record.permissions)
        needs = needs_of(review, declared, self._workspace, required=declared)
        if needs.impossible:
            raise ToolRefused(f"it needs what can't be allowed: {' '.join(needs.impossible)}")
        granted = always_granted(self._memory, tool.name)
        asked = tuple(need for need in needs.permissions if not any(grant.opens(need) for grant in granted))
        grants = NOTHING
        if needs.asked and not asked:
            try:
                grants = self._approvals.allow(
                    tool.code,
                    tool.name,
                    required=[permission.key for permission in needs.permissions],
                    pinned=before.packages if before is not None else (),
                    goal=tool.description,
                )
            except (UsageError, PackageError) as error:
                raise ToolRefused(f"what it was allowed can't be opened: {error}") from None
        return _Reviewed(tuple(dict.fromkeys(examples)), needs.permissions, asked, grants)

    def _tried(self, tool: FunctionTool, reviewed: _Reviewed, cancel: CancelToken | None) -> Trial:
        if reviewed.asked or not (reviewed.examples or tool.tests):
            return Trial()
        try:
            return try_out(
                self._sandbox(),
                tool.name,
                tool.code,
                tests=tool.tests,
                examples=reviewed.examples,
                modules=self._library.needed(tool.name, {tool.name: tool.code}),
                grants=reviewed.grants,
                cancel=cancel,
            )
        except SandboxError as error:
            raise ToolRefused(f"it could not be tried out: {error}") from None

    def _record(
        self, tool: FunctionTool, trial: Trial, reviewed: _Reviewed, *, file: str, identity: str
    ) -> SkillRecord:
        return SkillRecord(
            name=tool.name,
            status="working" if trial.passed else "untested",
            description=tool.description,
            goal=tool.description,
            function=tool.entry.name,
            signature=tool.entry.signature,
            tests=trial.record(given=True),
            examples=[str(example) for example in reviewed.examples],
            model=BROUGHT,
            isolation=trial.isolation,
            review=list(map(str, static_review(tool.code))),
            permissions=[permission.key for permission in reviewed.needed],
            origin="tool",
            answers=list(tool.answers),
            source={"kind": "function", "file": file, "digest": identity},
        )


def _check_free(before: SkillRecord | None, kept: str | None, code: str) -> None:
    """Whether a tool may have its name: never that of a skill that was made, nor of a module of unknown origin."""
    if before is None and kept not in (None, code):
        raise ToolRefused("there is a module of this name in skills/. Rename the tool, or take that away.")
    if before is not None and before.origin != "tool" and (before.status != "failed" or kept is not None):
        raise ToolRefused("there is a skill of this name. Rename the tool, or delete the skill.")


def _will_ask(asked: Sequence[Permission]) -> str:
    return f"it will ask to {', and to '.join(map(in_words, asked))}"


def _test_files(tool: FunctionTool, examples: Sequence[GivenExample]) -> dict[str, str]:
    own, *given = file_names_of_tests(tool.name, len(tool.tests))
    files = dict(zip(given, tool.tests, strict=True))
    if examples:
        pairs = [(example.source, example.raises) for example in examples]
        files[own] = render_tests(tool.name, [tool.entry.name], pairs, "", tool.code)
    return files
