"""Many versions of one module against the same examples and tests: in one run where these are plain calls, else one by one."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final, TypeVar

from apprentice.graph.claims import raised_by, tests_in
from apprentice.graph.parts import Parts
from apprentice.graph.state import Fact, SkillState
from apprentice.graph.test import believed, modules_for, run_facts
from apprentice.proof.batch import Outcomes, run_many
from apprentice.proof.behaviour import same_outcome
from apprentice.proof.cases import Case, cases_of, expected_of
from apprentice.proof.harmless import is_harmless
from apprentice.sandbox import limits_from
from apprentice.sandbox.base import NOTHING, Limits
from apprentice.syntax_trees import parse

#: Processor and wall seconds for all tests of one version, by itself.
_SECONDS: Final = 0.5
_WALL_SECONDS: Final = 5.0
#: Processor seconds of one version among many, and wall seconds for all of them.
_EACH: Final = 0.15
_TOGETHER: Final = 4.0
#: From so many on they are shared out among two runs at a time.
_TWO_RUNS: Final = 8

_T = TypeVar("_T")
_R = TypeVar("_R")


def passed_by(
    state: SkillState, parts: Parts, own: str, codes: Sequence[str], known: Sequence[Fact] = ()
) -> list[dict[str, bool]]:
    """For each version, which examples and tests pass, by name; within little time: many versions never end.

    Args:
        own: the code that they are versions of. What it needs to be allowed, none of them may use.
        known: what came of its own run; what isn't in it, it passes.
    """
    found = in_one_run(state, parts, own, codes, known)
    return in_parallel(lambda code: _alone(state, parts, code), codes) if found is None else found


def in_one_run(
    state: SkillState, parts: Parts, own: str, codes: Sequence[str], known: Sequence[Fact] = ()
) -> list[dict[str, bool]] | None:
    """As `passed_by`; None where examples and tests say more than what single calls give, or the code isn't harmless."""
    plain = _plain(state)
    needed = modules_for(state, parts, own)
    needed.pop(state.skill)
    if not plain or not is_harmless(own, needed):
        return None
    found = _together(state, parts, plain, [own, *codes], needed)
    failed = {fact.name for fact in known if not fact.passed}
    # The short way must see what the long one saw.
    if found[0] != {name: name not in failed for name in plain}:
        return None
    return [one or dict.fromkeys(plain, False) for one in found[1:]]


def _alone(state: SkillState, parts: Parts, code: str) -> dict[str, bool]:
    limits = limits_from(parts.settings)
    quick: Limits = replace(limits, seconds=min(limits.seconds, _WALL_SECONDS), cpu_seconds=_SECONDS)
    facts, _ = run_facts(state, parts, code, NOTHING, quick)
    return {fact.name: fact.passed for fact in facts}


def _together(
    state: SkillState,
    parts: Parts,
    plain: Mapping[str, Sequence[Case]],
    codes: Sequence[str],
    needed: Mapping[str, str],
) -> list[dict[str, bool] | None]:
    """None for a version that can't be loaded, or takes too long."""
    cases = [case for held in plain.values() for case in held]
    calls = [case.arguments for case in cases]
    half = (len(codes) + 1) // 2 if len(codes) >= _TWO_RUNS else len(codes)

    def run(part: Sequence[str]) -> list[Outcomes | None]:
        return run_many(
            parts.sandbox,
            part,
            state.spec.function if state.spec else state.skill,
            calls,
            modules=needed,
            cancel=parts.cancel,
            seconds=_TOGETHER,
            seconds_each=_EACH,
        )

    shares = [part for part in (codes[:half], codes[half:]) if part]
    outcomes = [one for share in in_parallel(run, shares) for one in share]
    return [None if one is None else _held(plain, one) for one in outcomes]


def _held(plain: Mapping[str, Sequence[Case]], outcomes: Outcomes) -> dict[str, bool]:
    found = {}
    start = 0
    for name, cases in plain.items():
        seen = outcomes[start : start + len(cases)]
        start += len(cases)
        found[name] = all(
            same_outcome(outcome, expected_of(case), exact=False) is True
            for outcome, case in zip(seen, cases, strict=True)
        )
    return found


def _plain(state: SkillState) -> dict[str, list[Case]]:
    """What each example and test says of single calls; empty where one of them says anything else."""
    if state.spec is None or state.given.tests or state.adapting:
        return {}
    sources = {
        f"example_{number}": [text] for number, text in enumerate(state.given.texts, start=1)
    } | _asserted(believed(state))
    function, signature = state.spec.function, state.spec.signature
    found = {name: cases_of(texts, function, signature) for name, texts in sources.items()}
    whole = all(texts and len(found[name]) == len(texts) for name, texts in sources.items())
    return found if whole else {}


def _asserted(tests: str) -> dict[str, list[str]]:
    """The texts of what each test asserts; an empty list for one that does anything else."""
    found: dict[str, list[str]] = {}
    for name, test in tests_in(parse(tests)):
        texts: list[str] = []
        named = _Named()
        for node in test.body:
            if isinstance(node, ast.Assert):
                texts.append(ast.unparse(named.visit(node.test)))
            elif raised := raised_by(node):
                texts.append(f"{ast.unparse(named.visit(raised[1]))} raises {raised[0]}")
            elif not named.takes(node) and not (
                isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            ):
                texts = []
                break
        found[name] = texts
    return found


class _Named(ast.NodeTransformer):
    """Puts what was assigned to a name in its place."""

    def __init__(self) -> None:
        self._values: dict[str, ast.expr] = {}

    def takes(self, node: ast.stmt) -> bool:
        """Whether a statement does nothing but give a value its name."""
        if (
            isinstance(node, ast.Assign)
            and len(node.targets) == 1
            and isinstance(target := node.targets[0], ast.Name)
        ):
            self._values[target.id] = self.visit(node.value)
            return True
        return False

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Its value, if it was given one."""
        return copy.deepcopy(self._values.get(node.id, node))


def in_parallel(work: Callable[[_T], _R], items: Sequence[_T]) -> list[_R]:
    """The work done for each item, two at a time, in their order."""
    if len(items) < 2:
        return [work(item) for item in items]
    with ThreadPoolExecutor(2, thread_name_prefix="proof") as pool:
        return list(pool.map(work, items))
