"""Whether one skill does all that another does, shown by running it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from apprentice.cancellation import CancelToken
from apprentice.curation.proofs import Proofs
from apprentice.curation.tidy_tests import Entry, adapted, literal_calls
from apprentice.errors import PackageError, UsageError
from apprentice.graph.ground_truth import imported_module
from apprentice.graph.kept import run_kept_tests
from apprentice.graph.needs import always_granted, parsed
from apprentice.memory.schema import SkillRecord
from apprentice.memory.store import MemoryStore
from apprentice.proof.behaviour import Outcome, observe, same_outcome
from apprentice.proof.inputs import arguments_for, as_text, call_text
from apprentice.safety.permissions import Permission
from apprentice.sandbox.base import Grants, Sandbox
from apprentice.skills.files import SkillFiles, own_test_file
from apprentice.skills.library import SkillLibrary
from apprentice.skills.signature import Signature, signature_of
from apprentice.syntax_trees import literal

#: Fewer passed tests and equal results than this, taken together, show nothing.
LEAST_SHOWN: Final = 3
#: Calls of one skill at a time, at most; and the seconds that they may take together.
MAX_CALLS: Final = 120
_SECONDS: Final = 5.0

_HARMLESS: Final = ("read", "package", "finding")


@dataclass(frozen=True, slots=True)
class Side:
    """One skill of a pair, ready to be run."""

    record: SkillRecord
    files: SkillFiles
    signature: Signature
    closure: Mapping[str, str]
    grants: Grants

    @property
    def entry(self) -> Entry:
        """How it is called."""
        names = tuple(parameter.name for parameter in self.signature.parameters)
        return Entry(self.record.name, self.signature.function, names)

    def entry_in(self, file: str, text: str) -> Entry:
        """How one of its test files calls it: a file of the user's may have another name for the module."""
        entry = self.entry
        if file == own_test_file(self.record.name):
            return entry
        return replace(entry, module=imported_module(text).partition(".")[0] or entry.module)

    @property
    def calls(self) -> list[str]:
        """The texts of the argument lists of the calls in its tests that hold values only."""
        texts = (
            as_text(arguments)
            for file, text in self.files.tests.items()
            for arguments in literal_calls(text, self.entry_in(file, text))
        )
        return [text for text in texts if text]

    @property
    def needs(self) -> list[Permission]:
        """What it can't do without."""
        packages = [Permission("package", pin.partition("==")[0]) for pin in self.record.packages]
        return list(dict.fromkeys([*parsed(self.record.permissions), *packages]))


@dataclass(frozen=True, slots=True)
class Coverage:
    """What showed that a skill does all that another does.

    Attributes:
        tests: how many of the other's tests it passed: all.
        calls: on how many further calls both gave the same value.
        files: the other's test files, as tests of this skill.
        isolation: what the runs were under.
    """

    tests: int
    calls: int
    files: Mapping[str, str]
    isolation: str


class Comparison:
    """Compares skills by running them. Only what is always allowed is opened; nobody is asked.

    What it learns of a skill it keeps: make a new one for each look at the library.

    Args:
        sandbox: gives the sandbox, when it is needed.
    """

    def __init__(
        self,
        *,
        library: SkillLibrary,
        memory: MemoryStore,
        proofs: Proofs,
        sandbox: Callable[[], Sandbox],
        cancel: CancelToken | None = None,
    ) -> None:
        self._library = library
        self._memory = memory
        self._proofs = proofs
        self._sandbox = sandbox
        self._cancel = cancel
        self._sides: dict[str, Side | None] = {}
        self._seen: dict[str, dict[str, Outcome]] = {}
        #: Skills that can't be run here, with the reason in one line.
        self.left_out: dict[str, str] = {}

    def side(self, record: SkillRecord) -> Side | None:
        """A skill, ready to be run; None where it can't be without asking, or there is nothing to run."""
        if record.name not in self._sides:
            self._sides[record.name] = self._side(record)
        return self._sides[record.name]

    def glance(self, side: Side, others: Iterable[Side]) -> None:
        """Call a skill once with all values of its tests and of the others': most that only look alike differ on these.

        Raises:
            Cancelled: it was stopped.
            SandboxError: no code can be run on this machine.
        """
        if all(need.kind in _HARMLESS for need in side.needs):
            calls = list(dict.fromkeys(call for one in (side, *others) for call in one.calls))[:MAX_CALLS]
            results = zip(calls, self._outcomes(side, calls), strict=True)
            self._seen[side.record.name] = {call: outcome for call, outcome in results if outcome.ended}

    def covers(self, kept: Side, other: Side) -> Coverage | None:
        """What shows that `kept` can take the place of `other`; None where it can't, or it isn't shown.

        It passes all tests of the other, gives the same values as it does on calls near those of the tests, takes the same
        arguments, and needs no permission that the other doesn't need.

        Raises:
            Cancelled: it was stopped.
            SandboxError: no code can be run on this machine.
        """
        if kept.record.status != "working" or not other.files.tests or not _fits(kept, other):
            return None
        files = tests_for(other, kept)
        if files is None or self._differ(kept, other):
            return None
        passed = 0
        isolation = ""
        believed = False
        for text in files.values():
            facts, isolation = run_kept_tests(
                self._sandbox(),
                kept.record.name,
                kept.closure,
                {own_test_file(kept.record.name): text},
                cancel=self._cancel,
                grants=kept.grants,
            )
            if not facts or not all(fact.passed for fact in facts):
                return None
            believed = believed or any(fact.judged == "agent" for fact in facts)
            passed += len(facts)
        calls = self._calls(kept, other)
        if calls is None or not believed or passed + calls < LEAST_SHOWN:
            return None
        return Coverage(passed, calls, files, isolation)

    # Inside

    def _side(self, record: SkillRecord) -> Side | None:
        name = record.name
        if record.status == "failed" or record.source.get("kind") == "model":
            return None
        try:
            if self._library.edited(name, record.version):
                self.left_out[name] = f"{name} was edited by hand; prove it first: :prove {name}"
                return None
            files = self._library.files(name)
            signature = signature_of(files.code, record.function or name)
            granted = always_granted(self._memory, name)
            if not all(any(one.opens(need) for one in granted) for need in parsed(record.permissions)):
                self.left_out[name] = f"{name} needs an approval first"
                return None
            grants = self._proofs.grants(record)
            side = Side(record, files, signature, self._library.closure(name), grants)
            list(map(side.entry_in, files.tests, files.tests.values()))
            return side
        except (SyntaxError, ValueError):
            self.left_out[name] = f"the tests of {name} are not valid Python; correct them"
            return None
        except (UsageError, PackageError) as error:
            self.left_out[name] = f"{name}: {error.message}"
            return None

    def _calls(self, kept: Side, other: Side) -> int | None:
        """On how many calls both give the same value; None where they differ on one."""
        if any(need.kind not in _HARMLESS for need in (*kept.needs, *other.needs)):
            return 0  # a call more might do harm outside
        both = sorted((kept, other), key=lambda side: side.record.name)
        # What the other was never meant for says nothing of whether its place can be taken.
        calls = probing_calls(like((call for side in both for call in side.calls), other.calls))
        results = zip(calls, self._outcomes(other, calls), strict=True)
        given = {call: outcome for call, outcome in results if _gave_a_value(outcome)}
        return agreement(self._outcomes(kept, list(given)), list(given.values()))

    def _differ(self, kept: Side, other: Side) -> bool:
        """Whether what was seen already shows that one can't take the place of the other."""
        one, two = self._seen.get(kept.record.name, {}), self._seen.get(other.record.name, {})
        both = like((call for call in one if call in two), other.calls)
        return agreement([one[call] for call in both], [two[call] for call in both]) is None

    def _outcomes(self, side: Side, calls: Sequence[str]) -> tuple[Outcome, ...]:
        return observe(
            self._sandbox(),
            side.entry.module,
            side.entry.function,
            calls,
            modules=side.closure,
            grants=side.grants,
            cancel=self._cancel,
            seconds=_SECONDS,
        ).outcomes


def probing_calls(known: Iterable[str]) -> list[str]:
    """The texts of argument lists: those that are known, then others whose values are of the same kinds as in one of them.

    There are at most `MAX_CALLS`.
    """
    groups: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    for call in known:
        groups[_kinds(call)][call] = None
    found = {call: None for group in groups.values() for call in group}
    room = max(0, MAX_CALLS - len(found))
    for group in groups.values():
        # Lists that are in order in all tests needn't be in use.
        examples = [call_text("", "f", call) for call in dict.fromkeys((*group, *map(_turned, group)))]
        found.update(dict.fromkeys(arguments_for("", examples, "f", count=len(group) + room // len(groups))))
    return list(found)[:MAX_CALLS]


def like(calls: Iterable[str], known: Iterable[str]) -> list[str]:
    """Those of the calls whose values are of the same kinds as in one that is known; all where none is known."""
    kinds = set(map(_kinds, known))
    return [call for call in calls if not kinds or _kinds(call) in kinds]


def agreement(kept: Sequence[Outcome], other: Sequence[Outcome]) -> int | None:
    """On how many calls both gave the same value; None where `other` gave one and `kept` didn't, or another one.

    A value that can't be compared is another one.
    """
    pairs = [(one, two) for one, two in zip(kept, other, strict=True) if _gave_a_value(two)]
    return len(pairs) if all(same_outcome(one, two, exact=False) for one, two in pairs) else None


def tests_for(one: Side, other: Side) -> dict[str, str] | None:
    """All test files of a skill as tests of another, by their names; None where it can't be told how for one of them."""
    files: dict[str, str] = {}
    for file, text in one.files.tests.items():
        try:
            made = adapted(text, one.entry_in(file, text), other.entry)
        except SyntaxError:
            return None
        if made is None:
            return None
        files[file] = made
    return files


def _fits(kept: Side, other: Side) -> bool:
    """Whether one can be called as the other is, uses it in no way, and needs no more than it."""
    one, two = kept.signature, other.signature
    names = (kept.record.name, other.record.name)
    if any(name in side.closure for name, side in zip(names, (other, kept), strict=True)):
        return False
    if any(signature.open_names or signature.open_positions for signature in (one, two)):
        return False
    if len(one.required) > len(two.required) or len(one.parameters) < len(two.parameters):
        return False
    return all(
        any(two_need.opens(need) or two_need == need for two_need in other.needs) for need in kept.needs
    )


def _gave_a_value(outcome: Outcome) -> bool:
    """Whether it did, as far as is known: where it did not, another may do as it likes."""
    return outcome.kind in ("returned", "unknown")


def _turned(call: str) -> str:
    """The same with each list back to front."""
    return as_text([value[::-1] if isinstance(value, list) else value for value in literal(call)])


def _kinds(call: str) -> tuple[str, ...]:
    names = (type(value).__name__ for value in literal(call))
    return tuple("number" if name in ("int", "float") else name for name in names)
