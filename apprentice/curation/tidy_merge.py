"""What a kept skill gets of its double before that goes: tests that it hasn't got, examples, and requests that it answers."""

from __future__ import annotations

import re
from collections.abc import Callable

from apprentice.cancellation import CancelToken
from apprentice.curation.tidy_compare import Side, tests_for
from apprentice.curation.tidy_tests import Entry, adapted_example, new_tests
from apprentice.errors import UsageError
from apprentice.graph.kept import failing, put_version, run_kept_tests
from apprentice.graph.state import Fact
from apprentice.memory.schema import SkillRecord
from apprentice.memory.store import MemoryStore
from apprentice.sandbox.base import Sandbox
from apprentice.skills.files import SkillFiles, file_names_of_tests, own_test_file
from apprentice.skills.library import SkillLibrary


class Merge:
    """Merges one skill into another. Doing it twice adds nothing the second time.

    Args:
        sandbox: gives the sandbox, when it is needed.
    """

    def __init__(self, library: SkillLibrary, memory: MemoryStore, sandbox: Callable[[], Sandbox]) -> None:
        self._library = library
        self._memory = memory
        self._sandbox = sandbox

    def into(self, kept: Side, other: Side, *, cancel: CancelToken | None = None) -> int:
        """Give the kept skill a new version with the tests of the other that it hasn't got; how many they are.

        They are run first. Where there are none, only its record changes.

        Raises:
            UsageError: a test doesn't pass, or the kept skill has changed meanwhile; nothing is changed.
            Cancelled: it was stopped; nothing is changed.
            SandboxError: no code can be run on this machine.
            WorkspaceError: the workspace can't be written; all is as it was.
        """
        added = _added(kept, other)
        if not added:
            with self._memory.update() as changes:
                record = changes.skill(kept.record.name)
                if record is not None:
                    changes.put_skill(_told(record, kept, other))
            return 0
        name = kept.record.name
        facts, isolation = run_kept_tests(
            self._sandbox(), name, kept.closure, added, cancel=cancel, grants=kept.grants
        )
        if not facts or (failed := failing(facts)):
            reason = failed if facts else "none of them ran"
            raise UsageError(
                f"{name} does not pass the tests of {other.record.name} ({reason}), so nothing was done.",
                "Tidy again: :tidy.",
            )

        def merged(before: SkillRecord | None) -> SkillRecord:
            if before is None or before.version != kept.record.version:
                raise UsageError(f"{name} has changed meanwhile, so nothing was done.", "Tidy again: :tidy.")
            return _with_facts(_told(before, kept, other), facts, isolation)

        files = SkillFiles(name, kept.files.code, {**kept.files.tests, **added}, kept.files.parts)
        put_version(files, merged, memory=self._memory, library=self._library)
        return len(facts)


def _added(kept: Side, other: Side) -> dict[str, str]:
    """The files that the kept skill gets, by their names."""
    name = kept.record.name
    known = list(kept.files.tests.values())
    number = sum(file != own_test_file(name) for file in kept.files.tests)
    added: dict[str, str] = {}
    for text in (tests_for(other, kept) or {}).values():
        if left := new_tests(text, known, kept.entry):
            number += 1
            added[file_names_of_tests(name, number)[-1]] = left
            known.append(left)
    return added


def _told(record: SkillRecord, kept: Side, other: Side) -> SkillRecord:
    """The record with the examples and the requests of the other."""
    one, two = other.entry, kept.entry
    asked = [*record.answers, *(_renamed(asked, one, two) for asked in other.record.answers)]
    if other.record.goal and other.record.goal != record.goal:
        asked.append(other.record.goal)
    examples = [*record.examples, *(adapted_example(text, one, two) for text in other.record.examples)]
    return record.model_copy(
        update={
            "answers": list(dict.fromkeys(asked)),
            "examples": list(dict.fromkeys(filter(None, examples))),
        }
    )


def _renamed(asked: str, one: Entry, two: Entry) -> str:
    """A request with the other's names for its parameters: `What is {p} percent of {n}?`"""
    renaming = one.renaming(two)
    return re.sub(r"\{(\w+)\}", lambda match: f"{{{renaming.get(match[1], match[1])}}}", asked)


def _with_facts(record: SkillRecord, facts: list[Fact], isolation: str) -> SkillRecord:
    tests = dict(record.tests)
    tests["passed"] = int(tests.get("passed", 0) or 0) + len(facts)
    tests["given"] = int(tests.get("given", 0) or 0) + len(facts)
    tests["names"] = [*tests.get("names", ()), *(fact.name for fact in facts)]
    return record.model_copy(update={"tests": tests, "isolation": record.isolation or isolation})
