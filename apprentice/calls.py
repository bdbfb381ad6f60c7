"""Uses of the kept skills: each goes through approvals, and runs in the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from apprentice.approvals import Approvals
from apprentice.cancellation import CancelToken
from apprentice.graph.ground_truth import ground_truth, renamed
from apprentice.memory.schema import SkillRecord
from apprentice.memory.store import MemoryStore
from apprentice.sandbox.base import Example, RunResult, Sandbox
from apprentice.skills.library import SkillLibrary


class Calls:
    """Calls skills, and checks them against examples.

    Args:
        sandbox: where they run; opened when it is first needed.
    """

    def __init__(
        self,
        *,
        library: SkillLibrary,
        memory: MemoryStore,
        approvals: Approvals,
        sandbox: Callable[[], Sandbox],
    ) -> None:
        self._library = library
        self._memory = memory
        self._approvals = approvals
        self._sandbox = sandbox

    def ready(
        self, skill: str, permissions: Iterable[str], cancel: CancelToken | None
    ) -> Callable[[Sequence[Any], Mapping[str, Any]], RunResult]:
        """What calls a skill, with arguments by position and by name, once what it needs is approved.

        Raises:
            UsageError: there is no such skill, or it may not run without an approval that was not given.
            PackageError: a package that it needs can't be installed.
        """
        code = self._library.code(skill)
        record = self._memory.skill(skill) or SkillRecord(name=skill, status="untested")
        grants = self._approvals.allow(
            code,
            skill,
            required=record.permissions,
            pinned=record.packages,
            permissions=permissions,
            goal=record.goal,
        )
        modules = self._library.closure(skill)

        def call(positional: Sequence[Any], named: Mapping[str, Any]) -> RunResult:
            return self._sandbox().call(
                skill,
                record.function or skill,
                positional,
                named,
                modules=modules,
                cancel=cancel,
                grants=grants,
            )

        return call

    def passes(self, skill: str, examples: Sequence[str], cancel: CancelToken) -> bool:
        """Whether a skill fulfils examples, whatever they call its function.

        Raises:
            UsageError, PackageError: as `ready`; or an example can't be read.
        """
        record = self._memory.skill(skill) or SkillRecord(name=skill, status="untested")
        code = self._library.code(skill)
        function = record.function or skill
        checks = [
            Example(source=renamed(example.source, function), name=f"example_{number}", raises=example.raises)
            for number, example in enumerate(ground_truth("", examples).examples, start=1)
        ]
        grants = self._approvals.allow(
            code, skill, required=record.permissions, pinned=record.packages, goal=record.goal
        )
        report = self._sandbox().run_tests(
            skill,
            modules=self._library.closure(skill),
            examples=checks,
            cancel=cancel,
            grants=grants,
        )
        return report.ok
