"""What prompts may tell of an attempt, and what isn't told: tests held out, so that no repair is fitted to them."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from apprentice.graph.claims import tests_in
from apprentice.graph.code_text import signature_in
from apprentice.graph.parts import Parts
from apprentice.graph.state import Attempt, Fact, SkillState
from apprentice.graph.test import modules_for
from apprentice.proof.inputs import Place, as_text, call_text, calls_in, places_of
from apprentice.proof.trace import trace
from apprentice.sandbox.base import NOTHING
from apprentice.syntax_trees import parse

#: How the names of tests begin that are made where candidates agree: no model wrote them.
AGREED_TEST: Final = "test_agreed_"
#: One of so many written tests is shown to no prompt.
_ONE_OF: Final = 3
#: Errors that no test brings about in code that is right.
_FAULTS: Final = frozenset(
    {"NameError", "UnboundLocalError", "ImportError", "ModuleNotFoundError", "RecursionError", "SyntaxError"}
)


@lru_cache(maxsize=64)
def held_out(tests: str) -> frozenset[str]:
    """The names of those written tests that no prompt shows: a third of them, always the same ones."""
    names = [name for name, _ in tests_in(parse(tests)) if not name.startswith(AGREED_TEST)]
    names.sort(key=lambda name: hashlib.sha256(name.encode()).digest())
    return frozenset(names[: len(names) // _ONE_OF])


def is_held_out(fact: Fact, tests: str) -> bool:
    """Whether a fact is of a test that no prompt shows."""
    return fact.source == "generated" and _name(fact) in held_out(tests)


def told(state: SkillState, attempt: Attempt) -> Attempt:
    """The attempt with the facts that prompts may tell: all of what the user gave; of written tests those that are
    believed, without those held out."""
    facts = [
        fact
        for fact in attempt.facts
        if fact.source != "generated" or not (fact.name in state.dropped or is_held_out(fact, state.tests))
    ]
    return attempt.model_copy(update={"facts": facts})


def is_repairable(state: SkillState, attempt: Attempt, *, voted: bool) -> bool:
    """Whether there are facts to repair an attempt with that are more than a model's word.

    Repairing against wrong tests of one's own makes code worse (arXiv 2501.12793). So where candidates are compared by
    `voted` tests, an attempt that fails nothing but written ones stands as it is, beside others - unless it fails most of
    them, or with an error that is a fault of the code whatever a test expects.
    """
    if attempt.problem:
        return True
    failures = told(state, attempt).failures
    if not voted or not failures or failures[0].source != "generated":
        return bool(failures)
    counted = [fact for fact in told(state, attempt).facts if fact.source == "generated"]
    return 2 * len(failures) > len(counted) or any(fact.error_type in _FAULTS for fact in failures)


def with_trace(state: SkillState, parts: Parts, attempt: Attempt) -> Attempt:
    """The attempt with what ran in the first failing call that is known, the user's first.

    Nothing is run for small models, which get no repair prompts, nor where something was granted, which would act twice.
    """
    spec = state.spec
    if spec is None or parts.small or attempt.problem or attempt.trace or not parts.uses("traces"):
        return attempt
    function = spec.function
    if function[:1].isupper() or parts.grants(state) != NOTHING:
        return attempt
    signature = signature_in(attempt.code, function) or spec.signature or function
    places = places_of(signature, function)
    for fact in told(state, attempt).failures:
        arguments = _call_of(state, fact, function, places)
        if not arguments:
            continue
        lines = trace(
            parts.sandbox,
            state.skill,
            function,
            arguments,
            modules=modules_for(state, parts, attempt.code),
            cancel=parts.cancel,
        )
        call = call_text(signature, function, arguments) or f"{function}({arguments[1:-1]})"
        return attempt.model_copy(update={"trace": [call, *lines]}) if lines else attempt
    return attempt


def _call_of(state: SkillState, fact: Fact, function: str, places: Sequence[Place]) -> str:
    """The text of the argument list of the call that failed; empty where it isn't known."""
    if fact.error_type == "NotRun":
        return ""
    for expression in fact.values:
        if found := _calls(expression, function, places):
            return found[0]
    if fact.source == "example":
        example = state.given.example(fact.name)
        return next(iter(_calls(example.source, function, places)), "") if example else ""
    found = [call for source in _tests_of(state, fact) for call in _calls(source, function, places)]
    # Which of several calls of a test failed isn't known.
    return found[0] if len(set(found)) == 1 else ""


def _calls(source: str, function: str, places: Sequence[Place]) -> list[str]:
    texts = [as_text(values) for values in calls_in(source, function, places)]
    return [text for text in texts if text]


def _tests_of(state: SkillState, fact: Fact) -> Iterator[str]:
    """The text of the test, from each file that may have it."""
    match fact.source:
        case "generated":
            files = [state.tests]
        case "user_test":
            files = state.given.tests
        case _:
            files = list(state.adapting.tests.values()) if state.adapting else []
    for text in files:
        try:
            yield from (ast.unparse(node) for name, node in tests_in(parse(text)) if name == _name(fact))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue


def _name(fact: Fact) -> str:
    """The name of the test in its file: `TestB.test_c` for `test_x.py: TestB::test_c[1]`."""
    return fact.name.rpartition(": ")[2].partition("[")[0].replace("::", ".")
