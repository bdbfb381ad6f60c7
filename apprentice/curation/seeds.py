"""Seed skills: a small set that is shipped with its tests, and installed on demand."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from apprentice.cancellation import CancelToken
from apprentice.curation.entry import entry_function
from apprentice.curation.trial import Trial, digest, try_out
from apprentice.errors import UsageError
from apprentice.graph.kept import put_version
from apprentice.graph.state import GivenExample
from apprentice.memory.schema import SkillRecord
from apprentice.memory.store import MemoryStore
from apprentice.safety.gate import SafetyGate
from apprentice.sandbox.base import Sandbox
from apprentice.skills.library import SkillFiles, SkillLibrary, file_names_of_tests

FOLDER: Final = Path(__file__).resolve().parent.parent / "seeds"
#: What the record of a seed has in place of a model.
SHIPPED: Final = "shipped"

#: `new`: not in the library. `update`: an older form of it is, unchanged. `there`: it is. `yours`: a skill of this name
#: that is not the seed, or not any more.
Standing = Literal["new", "update", "there", "yours"]
InstalledStatus = Literal["installed", "updated", "there", "yours", "failed"]

_YOURS: Final = "a skill of yours has this name; it stays as it is"


@dataclass(frozen=True, slots=True)
class Seed:
    """One shipped skill.

    Attributes:
        answers: the requests that it answers, with `{parameter}` in place of the values.
        examples: the doctests of its docstring.
    """

    name: str
    description: str
    signature: str
    code: str
    tests: str
    answers: tuple[str, ...]
    examples: tuple[GivenExample, ...]

    @property
    def digest(self) -> str:
        """Identifies this form of it."""
        return digest(self.code, self.tests, *self.answers)


@dataclass(frozen=True, slots=True)
class Installed:
    """What became of one seed.

    Attributes:
        reason: why it was not installed; empty where it was.
    """

    name: str
    status: InstalledStatus
    reason: str = ""


def available() -> list[Seed]:
    """All seeds, by name."""
    return list(_shipped())


@cache
def _shipped() -> tuple[Seed, ...]:
    about: Mapping[str, Any] = tomllib.loads((FOLDER / "seeds.toml").read_text(encoding="utf-8"))
    return tuple(_read(path, about.get(path.stem, {})) for path in sorted(FOLDER.glob("*.py")))


def _read(path: Path, about: Mapping[str, Any]) -> Seed:
    code = path.read_text(encoding="utf-8")
    entry = entry_function(code, path.stem)
    return Seed(
        name=path.stem,
        description=entry.description,
        signature=entry.signature,
        code=code,
        tests=(path.parent / "tests" / f"test_{path.stem}.py").read_text(encoding="utf-8"),
        answers=tuple(about.get("answers", ())),
        examples=tuple(entry.examples),
    )


def install(
    names: Collection[str] | None = None,
    *,
    library: SkillLibrary,
    memory: MemoryStore,
    gate: SafetyGate,
    sandbox: Callable[[], Sandbox],
    cancel: CancelToken | None = None,
    on_installed: Callable[[Installed], None] | None = None,
) -> list[Installed]:
    """Put seeds into the library: each is run against its tests first, and recorded last.

    A skill of the same name that isn't the seed is never touched. Doing it twice changes nothing; after a crash, doing it
    again finishes it.

    Args:
        names: which; None for all. A seed that was retired comes back when it is named.
        sandbox: opens the sandbox; called only where something has to be run.
        cancel: stops between two seeds and within one; what was installed stays.
        on_installed: called after each.

    Raises:
        UsageError: there is no such seed.
        Cancelled: it was stopped.
        SandboxError: no code can be run on this machine.
        WorkspaceError: the workspace can't be written.
    """
    results = []
    for seed in _chosen(names):
        if cancel is not None:
            cancel.check()
        result = _install(seed, library, memory, gate, sandbox, cancel=cancel, named=names is not None)
        results.append(result)
        if on_installed is not None:
            on_installed(result)
    return results


def standing(seed: Seed, library: SkillLibrary, record: SkillRecord | None) -> Standing:
    """How the library stands to a seed."""
    kept = _code(library, seed.name)
    if record is None or (record.status == "failed" and kept is None):
        return "new" if kept is None or kept == seed.code else "yours"
    if record.origin != "seed":
        return "yours"
    if kept is None:
        return "update"
    if record.source.get("digest") == seed.digest:
        return "there"
    return "update" if kept == seed.code or digest(kept) == record.source.get("code") else "yours"


def _chosen(names: Collection[str] | None) -> list[Seed]:
    seeds = {seed.name: seed for seed in available()}
    if names is None:
        return list(seeds.values())
    for name in names:
        if name not in seeds:
            close = get_close_matches(name, seeds, n=3, cutoff=0.5)
            raise UsageError(
                f"There is no seed skill {name!r}.",
                f"Did you mean {' or '.join(close)}?" if close else "They are listed by :seed.",
            )
    return [seeds[name] for name in dict.fromkeys(names)]


def _install(
    seed: Seed,
    library: SkillLibrary,
    memory: MemoryStore,
    gate: SafetyGate,
    sandbox: Callable[[], Sandbox],
    *,
    cancel: CancelToken | None,
    named: bool,
) -> Installed:
    before = memory.skill(seed.name)
    state = standing(seed, library, before)
    if state == "yours":
        return Installed(seed.name, "yours", _YOURS)
    if state == "there":
        if before is None or not (before.retired and named):
            return Installed(seed.name, "there")
        memory.put_skill(before.model_copy(update={"retired": ""}))
        return Installed(seed.name, "updated")
    review = gate.review(seed.code, kind="skill")
    if not review.allowed:
        return Installed(seed.name, "failed", f"your safety rules refuse it: {'; '.join(review.refusals)}")
    trial = try_out(
        sandbox(),
        seed.name,
        seed.code,
        tests=[seed.tests],
        examples=seed.examples,
        modules=library.needed(seed.name, {seed.name: seed.code}),
        cancel=cancel,
    )
    if not trial.passed:
        return Installed(seed.name, "failed", trial.failure or "its tests could not be run")
    # Another process may have made a skill of this name meanwhile.
    before = memory.skill(seed.name)
    if (state := standing(seed, library, before)) in ("there", "yours"):
        return Installed(seed.name, state, _YOURS if state == "yours" else "")
    files = SkillFiles(name=seed.name, code=seed.code, tests={file_names_of_tests(seed.name)[0]: seed.tests})
    put_version(files, _record(seed, trial, before), memory=memory, library=library)
    return Installed(seed.name, "updated" if before is not None and before.origin == "seed" else "installed")


def _record(seed: Seed, trial: Trial, before: SkillRecord | None) -> SkillRecord:
    fresh = SkillRecord(
        name=seed.name,
        status="working",
        description=seed.description,
        goal=seed.description,
        function=seed.name,
        signature=seed.signature,
        tests=trial.record(given=False),
        examples=[str(example) for example in seed.examples],
        model=SHIPPED,
        isolation=trial.isolation,
        origin="seed",
        answers=list(seed.answers),
        source={"digest": seed.digest, "code": digest(seed.code)},
    )
    if before is None or before.origin != "seed":
        return fresh
    answers = list(dict.fromkeys([*seed.answers, *before.answers]))
    return fresh.model_copy(update={"runs": before.runs, "answers": answers})


def _code(library: SkillLibrary, name: str) -> str | None:
    try:
        return library.code(name)
    except UsageError:
        return None
