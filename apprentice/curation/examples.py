"""Examples that a person adds to a kept skill: they become its tests, and it is proved again."""

from __future__ import annotations

from collections.abc import Sequence

from apprentice.cancellation import CancelToken
from apprentice.curation.proofs import ProofReport, Proofs
from apprentice.errors import UsageError
from apprentice.graph.ground_truth import ground_truth, renamed
from apprentice.graph.kept import Seen, decided, put_version, to_be_proven
from apprentice.memory.schema import SkillRecord
from apprentice.memory.store import MemoryStore
from apprentice.skills.library import (
    SkillFiles,
    SkillLibrary,
    file_names_of_tests,
    own_test_file,
    render_tests,
)


class Examples:
    """Adds examples to skills."""

    def __init__(self, *, library: SkillLibrary, memory: MemoryStore, proofs: Proofs) -> None:
        self._library = library
        self._memory = memory
        self._proofs = proofs

    def add(self, name: str, texts: Sequence[str], *, cancel: CancelToken | None = None) -> ProofReport:
        """Keep examples as a test file of the skill, in a new version, and run all its tests.

        What a person says outranks what was believed: a skill that doesn't hold them is `untested` from now on.

        Args:
            texts: expressions that must hold, e.g. `f(2) == 4` or `f('') raises ValueError`; any name will do for its
                function.

        Raises:
            UsageError: there is no such skill, it is a tool of the user's, or an example can't be read.
            WorkspaceError: the workspace can't be written.
        """
        # Another process may add examples of its own at the same time.
        decided(lambda: self._kept(name, texts))
        return self._proofs.prove(name, cancel=cancel)

    def _kept(self, name: str, texts: Sequence[str]) -> None:
        """Keep the examples that are new.

        Raises:
            ChangedMeanwhile: the skill changed while they were being added; nothing is changed.
        """
        seen = Seen.now(name, memory=self._memory, library=self._library)
        files = seen.files or self._library.files(name)
        record = seen.record or SkillRecord(name=name, status="untested")
        if record.origin == "tool":
            raise UsageError(
                f"{name} is a tool of yours, which stays as it is.", "Put the example into its own tests."
            )
        function = record.function or name
        given = ground_truth("", [renamed(text, function) for text in texts])
        new = [example for example in given.examples if str(example) not in record.examples]
        if not new:
            return
        count = sum(file != own_test_file(name) for file in files.tests)
        file = file_names_of_tests(name, count + 1)[-1]
        pairs = [(example.source, example.raises) for example in new]
        tests = {**files.tests, file: render_tests(name, [function], pairs, "", files.code)}

        def with_examples(before: SkillRecord | None) -> SkillRecord:
            seen.check(before, self._library)
            examples = [*record.examples, *map(str, new)]
            kept = (before or record).model_copy(update={"examples": examples})
            return to_be_proven(kept, "it has got an example")

        put_version(
            SkillFiles(name, files.code, tests, files.parts),
            with_examples,
            memory=self._memory,
            library=self._library,
        )
