"""Repairs of failing candidates without a model: many small edits are tried, and those kept that hold all examples."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from apprentice.cancellation import CancelToken
from apprentice.errors import Cancelled
from apprentice.proof.batch import Outcomes, form_of, run_many
from apprentice.proof.behaviour import Outcome, same_outcome
from apprentice.proof.cases import Case, cases_of
from apprentice.proof.edits import Edit, edits, signature_of
from apprentice.proof.hard_coded import hard_coded
from apprentice.proof.inputs import arguments_for
from apprentice.proof.nearness import nearness
from apprentice.proof.reachable import reachable
from apprentice.safety.scan import scan
from apprentice.sandbox.base import Example, Limits, Sandbox
from apprentice.syntax_trees import parse

#: Edits tried of each candidate, and of all together.
OF_EACH: Final = 260
MOST_FIRST: Final = 1_600
#: Variants that came nearer and are edited once more; edits tried of each.
MOST_NEAR: Final = 10
OF_NEAR: Final = 130
#: Variants that hold all examples and are looked at any further.
_MOST_HOLDING: Final = 80
#: Inputs on which they are compared.
_PROBES: Final = 24
#: Share of the time after which no first edits are tried.
_FIRST_SHARE: Final = 0.6
_CHECK_LIMITS: Final = Limits(seconds=3.0, memory_mb=512)
_BATCH: Final = 200
_SLOWNESS: Final = 0.45


@dataclass(frozen=True, slots=True)
class Mended:
    """A repaired candidate that holds all examples.

    Attributes:
        code: the whole module.
        what: the edits in words, joined by `; `.
        edits: how many, 1 or 2.
        sources: how many different candidates an edit of which behaves like this one on the probing inputs.
        ways: how many variants behave like this one.
        cost: how unlikely the edits are; the lower, the likelier.
    """

    code: str
    what: str
    edits: int
    sources: int = 1
    ways: int = 1
    cost: float = 0.0


@dataclass(slots=True)
class _Variant:
    code: str
    what: tuple[str, ...]
    cost: float
    source: int
    outcomes: Outcomes = ()
    score: float = 0.0
    base: float = 0.0

    @property
    def rank(self) -> tuple[int, float, int, str]:
        return len(self.what), self.cost, len(self.code), self.code


@dataclass(slots=True)
class _Search:
    """What stays the same during the search."""

    sandbox: Sandbox
    function: str
    cases: Sequence[Case]
    modules: Mapping[str, str]
    cancel: CancelToken | None
    ends: float
    expected: list[Outcome] = field(default_factory=list)

    @property
    def left(self) -> float:
        return self.ends - time.monotonic()

    def run(self, variants: Sequence[_Variant], calls: Sequence[str], until: float = 0.0) -> Iterator[_Variant]:
        """Those that could be run, with their outcomes, until the time that must be left."""
        for start in range(0, len(variants), _BATCH):
            seconds = self.left - until
            if seconds < 0.03:
                return
            part = variants[start : start + _BATCH]
            found = run_many(
                self.sandbox,
                [variant.code for variant in part],
                self.function,
                calls,
                modules=self.modules,
                cancel=self.cancel,
                seconds=seconds,
            )
            for variant, outcomes in zip(part, found, strict=True):
                if outcomes is not None:
                    variant.outcomes = outcomes
                    yield variant

    def scored(self, variants: Iterable[_Variant]) -> list[_Variant]:
        found = []
        for variant in variants:
            variant.score = sum(
                1.0 if same_outcome(seen, wanted, exact=False) else _near(seen, wanted)
                for seen, wanted in zip(variant.outcomes, self.expected, strict=True)
            )
            found.append(variant)
        return found

    def holds(self, variant: _Variant) -> bool:
        return all(
            same_outcome(seen, wanted, exact=False)
            for seen, wanted in zip(variant.outcomes, self.expected, strict=True)
        )


def mend_by_edits(
    sandbox: Sandbox,
    codes: Sequence[str],
    function: str,
    examples: Sequence[str],
    *,
    modules: Mapping[str, str],
    goal: str = "",
    signature: str = "",
    cancel: CancelToken | None = None,
    seconds: float = 1.5,
    most: int = 6,
) -> list[Mended]:
    """Repairs of failing candidates that hold all examples, one for each behaviour: fewest edits and likeliest ones first.

    Candidates that need a permission, and those that hold the examples already, are left as they are. What is found depends
    on the arguments alone, as long as the time is enough.

    Args:
        codes: texts of modules; several failing candidates for one function.
        examples: `f(2) == 4`, `f('') raises ValueError`; at least one must be a call with plain values.
        modules: what the codes may import.
        goal: what was asked for, in words.
        signature: as specified; else that of the first candidate.
        seconds: of wall time, for all.
        most: behaviours.

    Raises:
        Cancelled: it was stopped.
        SandboxError: no code can be run on this machine.
    """
    ends = time.monotonic() + seconds
    usable = [code for code in dict.fromkeys(codes) if _is_harmless(code, modules)]
    signature = signature or next(filter(None, (_signature(code, function) for code in usable)), "")
    cases = cases_of(examples, function, signature)
    if not usable or not cases:
        return []
    search = _Search(sandbox, function, cases, modules, cancel, ends)
    search.expected = [_expected(case) for case in cases]
    calls = [case.arguments for case in cases]
    bases = [_Variant(code, (), 0.0, number) for number, code in enumerate(usable)]
    run = search.scored(search.run(bases, calls))
    failing = {variant.source: variant.score for variant in run if not search.holds(variant)}
    done = {variant.source for variant in run if search.holds(variant)}
    # One that can't be loaded or takes too long may be one edit away as well.
    sources = [base for base in bases if base.source not in done]
    seen = set(usable)
    first = _together(
        [
            [
                _Variant(edit.code, (edit.what,), edit.cost, base.source, base=failing.get(base.source, 0.0))
                for edit in _edits(base.code, search, examples, goal, OF_EACH)
            ]
            for base in sources
        ],
        seen,
        MOST_FIRST,
    )
    tried = search.scored(search.run(first, calls, seconds * (1 - _FIRST_SHARE)))
    found = _mended(search, tried, examples, goal, signature, most)
    if found or search.left < 0.1:
        return found
    second = _together(
        [
            [
                _Variant(edit.code, (*near.what, edit.what), near.cost + edit.cost, near.source)
                for edit in _edits(near.code, search, examples, goal, OF_NEAR)
            ]
            for near in _nearest(tried)
        ],
        seen,
        MOST_NEAR * OF_NEAR,
    )
    tried = search.scored(search.run(second, calls, 0.15 * seconds))
    return _mended(search, tried, examples, goal, signature, most)


def _edits(code: str, search: _Search, examples: Sequence[str], goal: str, limit: int) -> list[Edit]:
    if search.left < 0.1:
        return []
    return edits(code, search.function, examples, limit=limit, goal=goal)


def _together(groups: Sequence[Sequence[_Variant]], seen: set[str], most: int) -> list[_Variant]:
    """The likeliest of each in turn, each text once."""
    found: list[_Variant] = []
    for turn in zip_longest(*groups):
        for variant in turn:
            if variant is not None and variant.code not in seen and len(found) < most:
                seen.add(variant.code)
                found.append(variant)
    return found


def _nearest(tried: Sequence[_Variant]) -> list[_Variant]:
    """Variants that come nearer than what they were made of, of each outcome the likeliest."""
    closer = [variant for variant in tried if variant.score > variant.base + 0.05]
    closer.sort(key=lambda variant: (-variant.score, variant.rank))
    best: dict[tuple[tuple[str, str], ...], _Variant] = {}
    for variant in closer:
        best.setdefault(tuple((seen.kind, seen.form) for seen in variant.outcomes), variant)
    return list(best.values())[:MOST_NEAR]


def _mended(
    search: _Search, tried: Sequence[_Variant], examples: Sequence[str], goal: str, signature: str, most: int
) -> list[Mended]:
    """Of variants that hold all cases, one for each behaviour; each run once more by itself."""
    holding = sorted((variant for variant in tried if search.holds(variant)), key=lambda one: one.rank)
    holding = [
        variant
        for variant in holding[:_MOST_HOLDING]
        if not hard_coded(variant.code, search.function, examples, goal=goal)
        and _reads_arguments(variant.code, search.function)
    ]
    if not holding:
        return []
    probes = arguments_for(signature, examples, search.function, count=_PROBES + len(search.cases))
    alike: dict[object, list[_Variant]] = {}
    for variant in search.run(holding, probes, -1.0):
        key = tuple((seen.kind, seen.form, seen.changed) for seen in variant.outcomes)
        alike.setdefault(key, []).append(variant)
    found: list[Mended] = []
    for group in sorted(alike.values(), key=lambda group: group[0].rank):
        if len(found) >= most:
            break
        for variant in group[:3]:
            if _passes(search, variant.code, examples):
                sources = len({one.source for one in group})
                what = "; ".join(variant.what)
                found.append(
                    Mended(variant.code, what, len(variant.what), sources, len(group), round(variant.cost, 3))
                )
                break
    return found


def _passes(search: _Search, code: str, examples: Sequence[str]) -> bool:
    """Whether the code by itself holds all examples, those too that aren't plain calls."""
    module = "mended"
    while module in search.modules:
        module += "_"
    report = search.sandbox.run_tests(
        module,
        modules={**search.modules, module: code},
        examples=[_example(text, number) for number, text in enumerate(examples)],
        limits=_CHECK_LIMITS,
        cancel=search.cancel,
    )
    if report.run.status == "cancelled":
        raise Cancelled("Stopped.", "Nothing was changed.")
    return report.ok


def _example(text: str, number: int) -> Example:
    source, raises, name = text.rpartition(" raises ")
    if raises and name.strip().replace(".", "").isidentifier():
        return Example(source.strip(), f"example_{number}", name.strip())
    return Example(text.strip(), f"example_{number}")


def _expected(case: Case) -> Outcome:
    if case.raises:
        return Outcome("raised", case.raises)
    return Outcome("returned", form_of(case.expected))


def _near(seen: Outcome, wanted: Outcome) -> float:
    if seen.kind == "returned" and wanted.kind == "returned":
        return nearness(seen.form, wanted.form)
    # It got as far as to an answer, if a wrong one; or it raises something else.
    return 0.1 if seen.kind == wanted.kind == "raised" else 0.0


def _is_harmless(code: str, modules: Mapping[str, str]) -> bool:
    """Whether nothing in the code has to be allowed, or could be refused."""
    try:
        return not scan(code, library=tuple(modules))
    except (RecursionError, MemoryError, ValueError):
        return False


def _signature(code: str, function: str) -> str:
    try:
        nodes = parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    own = [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == function]
    return signature_of(own[-1]) if own else ""


def _reads_arguments(code: str, function: str) -> bool:
    """Whether the function reads one of its arguments at all."""
    own = [
        node
        for node in reachable(parse(code), function)
        if isinstance(node, ast.FunctionDef) and node.name == function
    ]
    if not own:
        return False
    names = {argument.arg for argument in ast.walk(own[-1].args) if isinstance(argument, ast.arg)}
    read = {node.id for node in ast.walk(own[-1]) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return not names or bool(names & read)
