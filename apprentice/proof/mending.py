"""Repairs of failing candidates without a model: many small edits are tried, and those kept that hold all examples."""

from __future__ import annotations

import ast
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from apprentice.cancellation import CancelToken
from apprentice.errors import Cancelled
from apprentice.proof.batch import Outcomes, run_many
from apprentice.proof.behaviour import Outcome, same_outcome
from apprentice.proof.cases import Case, cases_of, expected_of
from apprentice.proof.edits import Edit, edits, signature_of
from apprentice.proof.hard_coded import hard_coded
from apprentice.proof.harmless import is_harmless
from apprentice.proof.ingredients import Ingredient, ingredients_of
from apprentice.proof.inputs import arguments_for
from apprentice.proof.nearness import nearness
from apprentice.proof.reachable import is_docstring, reachable
from apprentice.sandbox.base import Example, Limits, Sandbox
from apprentice.syntax_trees import parse, top_level

#: Edits tried of each candidate, and of all together.
OF_EACH: Final = 600
MOST_FIRST: Final = 1_400
#: Variants that came nearer and are edited once more; edits tried of each.
MOST_NEAR: Final = 10
OF_NEAR: Final = 130
#: Variants that hold all examples and are looked at any further.
_MOST_HOLDING: Final = 80
#: Inputs on which they are compared.
_PROBES: Final = 40
#: Share of the time after which no first edits are tried.
_FIRST_SHARE: Final = 0.6
_CHECK_LIMITS: Final = Limits(seconds=3.0, memory_mb=512)
_BATCH: Final = 320
#: From so many on they're shared out among two runs at a time.
_TWO_RUNS: Final = 60
#: Score of a candidate that can't be run: its variants come later.
_UNRUN: Final = -5.0
#: What is added to the cost where a float is returned for an int, or the other way round.
_OTHER_NUMBER: Final = 0.4
#: How much less likely a variant may be than one that holds all examples.
_MUCH: Final = 0.6


@dataclass(frozen=True, slots=True)
class Mended:
    """A repaired candidate that holds all examples.

    Attributes:
        code: the whole module.
        what: the edits in words, joined by `; `.
        edits: how many, 1 or 2.
        sources: of how many different candidates an edit behaves like this one on the probing inputs; what could be put into
            any of them, as a part of another one, doesn't count.
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
    borrowed: bool = False
    sources: set[int] = field(default_factory=set)
    outcomes: Outcomes = ()
    holds: bool = False
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
    ingredients: Sequence[Ingredient] = ()

    @property
    def left(self) -> float:
        return self.ends - time.monotonic()

    def run(self, variants: Sequence[_Variant], until: float = 0.0) -> Iterator[_Variant]:
        """Those that could be run on the examples, with their scores, until the time that must be left.

        Where some hold all of them, much less likely ones aren't run any more.
        """
        calls = [case.arguments for case in self.cases]
        enough = math.inf
        for start in range(0, len(variants), _BATCH):
            if variants[start].cost > enough:
                return
            for variant in self.observed(variants[start : start + _BATCH], calls, until):
                same = [
                    same_outcome(seen, wanted, exact=False)
                    for seen, wanted in zip(variant.outcomes, self.expected, strict=True)
                ]
                variant.holds = all(same)
                variant.score = sum(
                    1.0 if held else _near(seen, wanted)
                    for held, seen, wanted in zip(same, variant.outcomes, self.expected, strict=True)
                )
                if variant.holds and any(
                    not same_outcome(seen, wanted)
                    for seen, wanted in zip(variant.outcomes, self.expected, strict=True)
                ):
                    variant.cost += _OTHER_NUMBER
                if variant.holds and variant.what:
                    enough = min(enough, variant.cost + _MUCH)
                yield variant

    def observed(
        self, variants: Sequence[_Variant], calls: Sequence[str], until: float = 0.0
    ) -> Iterator[_Variant]:
        """Those that could be run on calls, with their outcomes."""
        seconds = self.left - until
        if seconds < 0.03:
            return
        half = (len(variants) + 1) // 2 if len(variants) >= _TWO_RUNS else len(variants)
        parts = [part for part in (variants[:half], variants[half:]) if part]

        def run(part: Sequence[_Variant]) -> list[Outcomes | None]:
            return run_many(
                self.sandbox,
                [variant.code for variant in part],
                self.function,
                calls,
                modules=self.modules,
                cancel=self.cancel,
                seconds=seconds,
            )

        if len(parts) == 1:
            found = run(parts[0])
        else:
            with ThreadPoolExecutor(2, thread_name_prefix="mending") as pool:
                found = [outcomes for each in pool.map(run, parts) for outcomes in each]
        for variant, outcomes in zip(variants, found, strict=True):
            if outcomes is not None:
                variant.outcomes = outcomes
                yield variant


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
    usable = [code for code in _different(codes) if is_harmless(code, modules)]
    signature = signature or next(filter(None, (_signature(code, function) for code in usable)), "")
    cases = cases_of(examples, function, signature)
    if not usable or not cases:
        return []
    search = _Search(sandbox, function, cases, modules, cancel, ends)
    search.expected = [expected_of(case) for case in cases]
    search.ingredients = ingredients_of(usable, function)
    bases = [_Variant(code, (), 0.0, number) for number, code in enumerate(usable)]
    run = list(search.run(bases))
    score = {variant.source: variant.score for variant in run}
    done = {variant.source for variant in run if variant.holds}
    # One that can't be loaded or takes too long may be one edit away as well.
    sources = [base for base in bases if base.source not in done]
    seen = set(usable)
    first = [
        _Variant(
            edit.code,
            (edit.what,),
            edit.cost,
            base.source,
            edit.borrowed,
            base=score.get(base.source, _UNRUN),
        )
        for base in sources
        for edit in _edits(base.code, search, examples, goal, min(OF_EACH, MOST_FIRST // len(sources)))
    ]
    tried = list(search.run(_likeliest(first, seen), seconds * (1 - _FIRST_SHARE)))
    found = _mended(search, tried, examples, goal, signature, most)
    if found or search.left < 0.1:
        return found
    second = [
        _Variant(
            edit.code,
            (*near.what, edit.what),
            near.cost + edit.cost,
            near.source,
            near.borrowed or edit.borrowed,
            base=near.score,
        )
        for near in _nearest(tried)
        for edit in _edits(near.code, search, examples, goal, OF_NEAR)
    ]
    tried = list(search.run(_likeliest(second, seen), 0.1 * seconds))
    return _mended(search, tried, examples, goal, signature, most)


def _edits(code: str, search: _Search, examples: Sequence[str], goal: str, limit: int) -> list[Edit]:
    if search.left < 0.1:
        return []
    return edits(code, search.function, examples, limit=limit, goal=goal, ingredients=search.ingredients)


def _likeliest(variants: Sequence[_Variant], known: set[str]) -> list[_Variant]:
    """The likeliest first, each text once; those of better candidates before those of worse ones."""
    found: dict[str, _Variant] = {}
    for variant in sorted(variants, key=lambda one: (round(one.cost - 0.1 * one.base, 1), one.rank)):
        if variant.code not in known:
            kept = found.setdefault(variant.code, variant)
            if not variant.borrowed:
                kept.sources.add(variant.source)
    known.update(found)
    return list(found.values())


def _different(codes: Sequence[str]) -> list[str]:
    """Codes that differ in more than comments, docstrings and layout; of those that don't, the first."""
    found: dict[str, str] = {}
    for code in codes:
        try:
            tree = parse(code)
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef) and len(node.body) > 1 and is_docstring(node.body[0]):
                    del node.body[0]
            found.setdefault(ast.dump(tree), code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return list(found.values())


def _nearest(tried: Sequence[_Variant]) -> list[_Variant]:
    """Variants that come nearer than what they were made of, of each outcome the likeliest."""
    closer = [variant for variant in tried if variant.score > max(variant.base, 0.0) + 0.05]
    closer.sort(key=lambda variant: (-variant.score, variant.rank))
    best: dict[tuple[tuple[str, str], ...], _Variant] = {}
    for variant in closer:
        best.setdefault(tuple((seen.kind, seen.form) for seen in variant.outcomes), variant)
    return list(best.values())[:MOST_NEAR]


def _mended(
    search: _Search, tried: Sequence[_Variant], examples: Sequence[str], goal: str, signature: str, most: int
) -> list[Mended]:
    """Of variants that hold all cases, one for each behaviour; each run once more by itself."""
    holding = sorted((variant for variant in tried if variant.holds), key=lambda one: one.rank)
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
    for variant in search.observed(holding, probes, -1.0):
        key = tuple((seen.kind, seen.form, seen.changed) for seen in variant.outcomes)
        alike.setdefault(key, []).append(variant)
    found: list[Mended] = []
    for group in sorted(alike.values(), key=lambda group: group[0].rank):
        if len(found) >= most:
            break
        for variant in group[:3]:
            if is_harmless(variant.code, search.modules) and _passes(search, variant.code, examples):
                sources = max(1, len(set().union(*(one.sources for one in group))))
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


def _near(seen: Outcome, wanted: Outcome) -> float:
    if seen.kind == "returned" and wanted.kind == "returned":
        return nearness(seen.form, wanted.form)
    # It got as far as to an answer, if a wrong one; or it raises something else.
    return 0.1 if seen.kind == wanted.kind == "raised" else 0.0


def _signature(code: str, function: str) -> str:
    try:
        nodes = list(top_level(parse(code)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    own = [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == function]
    return signature_of(own[-1]) if own else ""


def _reads_arguments(code: str, function: str) -> bool:
    """Whether the function reads each of its arguments; an answer that one has no part in is right by chance."""
    own = [
        node
        for node in reachable(parse(code), function)
        if isinstance(node, ast.FunctionDef) and node.name == function
    ]
    if not own:
        return False
    names = {argument.arg for argument in ast.walk(own[-1].args) if isinstance(argument, ast.arg)}
    read = {
        node.id for node in ast.walk(own[-1]) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    return names <= read
