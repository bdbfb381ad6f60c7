"""Uses of the kept skills: each goes through approvals, and runs in the sandbox."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from apprentice.cancellation import CancelToken
from apprentice.curation.edits import Edits
from apprentice.curation.model_tools import ModelTool
from apprentice.curation.proofs import Proofs, counts_for
from apprentice.errors import Cancelled, ModelError, UsageError
from apprentice.given import texts
from apprentice.graph.ground_truth import ground_truth, renamed
from apprentice.memory.schema import SkillRecord
from apprentice.memory.store import MemoryStore
from apprentice.sandbox.base import Example, RunResult, Sandbox
from apprentice.skills.library import SkillLibrary
from apprentice.skills.signature import Signature, parse_signature, signature_of

if TYPE_CHECKING:
    from apprentice.models.client import ChatClient


class Calls:
    """Calls skills, and checks them against examples.

    Args:
        sandbox: where they run; opened when it is first needed.
        chat: the models, for tools that are prompts.
    """

    def __init__(
        self,
        *,
        library: SkillLibrary,
        memory: MemoryStore,
        proofs: Proofs,
        edits: Edits,
        sandbox: Callable[[], Sandbox],
        chat: Callable[[], ChatClient],
    ) -> None:
        self._library = library
        self._memory = memory
        self._proofs = proofs
        self._edits = edits
        self._sandbox = sandbox
        self._chat = chat

    def ready(
        self, skill: str, permissions: Iterable[str], cancel: CancelToken | None
    ) -> Callable[[Sequence[Any], Mapping[str, Any]], RunResult]:
        """What calls a skill, with arguments by position and by name, once what it needs is approved.

        Raises:
            UsageError: there is no such skill, or it may not run without an approval that was not given.
            PackageError: a package that it needs can't be installed.
        """
        record = self._memory.skill(skill) or SkillRecord(name=skill, status="untested")
        if (tool := ModelTool.of(record)) is not None:
            return partial(self._ask_model, tool, cancel)
        grants = self._proofs.grants(record, permissions=permissions)
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

    def call(
        self,
        skill: str,
        args: Any,
        *,
        permissions: Iterable[str] | None = (),
        cancel: CancelToken | None = None,
    ) -> RunResult:
        """See `Agent.call`."""
        permissions = texts(permissions, "The permissions", "network:example.com:443")
        self._edits.prove_edited(skill, permissions=permissions, cancel=cancel)
        ready = self.ready(skill, permissions, cancel)
        positional = (
            args if isinstance(args, list) else [] if args is None or isinstance(args, dict) else [args]
        )
        result = ready(positional, args if isinstance(args, dict) else {})
        self.note_use(skill, result, cancel)
        return result

    def note_use(self, skill: str, result: RunResult, cancel: CancelToken | None = None) -> None:
        """Count how a use of a skill went; one whose uses keep failing is proved again, where it was stopped before the next."""
        record = self._memory.skill(skill)
        if record is not None:
            function = record.function or skill
            with suppress(Cancelled):
                self._proofs.note_use(skill, result.ok, counts=counts_for(result, function), cancel=cancel)

    def signature(self, skill: str) -> Signature | None:
        """What a skill takes; None where its code doesn't tell."""
        record = self._memory.skill(skill)
        if record is not None and ModelTool.of(record) is not None:
            return parse_signature(record.signature)
        try:
            return signature_of(self._library.code(skill), (record and record.function) or skill)
        except UsageError:
            # The files are gone: what it took is known all the same.
            return parse_signature(record.signature) if record is not None else None

    def _ask_model(
        self,
        tool: ModelTool,
        cancel: CancelToken | None,
        positional: Sequence[Any],
        named: Mapping[str, Any],
    ) -> RunResult:
        """A tool that is a prompt: no code runs, a model answers."""
        started = time.monotonic()
        try:
            text = tool.call(self._chat(), dict(named) if named else list(positional), cancel)
        except (ModelError, UsageError) as error:
            seconds = time.monotonic() - started
            kind = type(error).__name__
            return RunResult("failed", None, "", "", seconds, "model", error_type=kind, message=str(error))
        return RunResult("ok", 0, "", "", time.monotonic() - started, "model", value=text)

    def passes(self, skill: str, examples: Sequence[str], cancel: CancelToken) -> bool:
        """Whether a skill fulfils examples, whatever they call its function.

        Raises:
            UsageError, PackageError: as `ready`; or an example can't be read.
        """
        record = self._memory.skill(skill) or SkillRecord(name=skill, status="untested")
        function = record.function or skill
        if ModelTool.of(record) is not None:
            return False
        checks = [
            Example(source=renamed(example.source, function), name=f"example_{number}", raises=example.raises)
            for number, example in enumerate(ground_truth("", examples).examples, start=1)
        ]
        grants = self._proofs.grants(record)
        report = self._sandbox().run_tests(
            skill,
            modules=self._library.closure(skill),
            examples=checks,
            cancel=cancel,
            grants=grants,
        )
        return report.ok
