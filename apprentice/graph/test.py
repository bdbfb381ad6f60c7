"""test: run the user's examples and tests, and the tests written for the skill; report facts."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from apprentice.crashpoints import crash_point
from apprentice.errors import Cancelled, PackageError, UsageError
from apprentice.events import TestRan
from apprentice.graph.ground_truth import imported_module
from apprentice.graph.parts import Parts
from apprentice.graph.state import Fact, SkillState, Source
from apprentice.sandbox.base import Example, Grants, Limits, TestOutcome, TestReport
from apprentice.syntax_trees import parse


def test(state: SkillState, parts: Parts) -> dict[str, Any]:
    """Run everything there is against the module."""
    crash_point("test.before")
    parts.begins(state, "test", state.skill)
    try:
        parts.library.check_cycle(state.skill, {state.skill: state.code})
        grants, packages = parts.opened(state)
    except (UsageError, PackageError) as error:
        # It uses itself, or what was approved can't be opened: nothing is run, and the model is told to do without.
        return {"facts": [], "problem": str(error)}
    facts, isolation = run_facts(state, parts, state.code, grants)
    for fact in facts:
        parts.emit(TestRan(run_id=state.run_id, name=fact.name, passed=fact.passed, message=fact.message))
    crash_point("test.ran")
    changes = {"facts": facts, "isolation": isolation, "packages": packages}
    crash_point("test.after")
    return changes


def run_facts(
    state: SkillState, parts: Parts, code: str, grants: Grants, limits: Limits | None = None
) -> tuple[list[Fact], str]:
    """The result of each example and test against this code, the user's first, and the isolation they ran under.

    Without `limits` those of the settings hold.
    """
    examples = [
        Example(source=example.source, name=f"example_{number}", raises=example.raises)
        for number, example in enumerate(state.given.examples, start=1)
    ]
    facts: list[Fact] = []
    isolation = ""
    own = {state.skill: code}
    used = parts.library.needed(state.skill, own)
    if examples or state.tests:
        report = parts.sandbox.run_tests(
            state.skill,
            modules={**used, **own},
            examples=examples,
            tests=believed(state),
            limits=limits,
            cancel=parts.cancel,
            grants=grants,
        )
        isolation = _note(report, facts, "example", {example.name for example in examples})
    for given in state.given.tests:
        modules = {**used, **own, imported_module(given) or state.skill: code}
        report = parts.sandbox.run_tests(
            state.skill, modules=modules, tests=given, limits=limits, cancel=parts.cancel, grants=grants
        )
        isolation = _note(report, facts, "user_test", None)
    for file, text in state.adapting.tests.items() if state.adapting else ():
        modules = {**used, **own, imported_module(text) or state.skill: code}
        old: list[Fact] = []
        report = parts.sandbox.run_tests(
            state.skill, modules=modules, tests=text, limits=limits, cancel=parts.cancel, grants=grants
        )
        isolation = _note(report, old, "old_test", None)
        # A name of its own: it is neither one of the request's tests nor ever dropped as one of the model's.
        facts += [fact.model_copy(update={"name": f"{file}: {fact.name}"}) for fact in old]
    return sorted(facts, key=lambda fact: fact.source == "generated"), isolation


def modules_for(state: SkillState, parts: Parts, code: str) -> dict[str, str]:
    """The module, and what it uses of the library."""
    own = {state.skill: code}
    return {**parts.library.needed(state.skill, own), **own}


def believed(state: SkillState) -> str:
    """The generated tests without those that are no longer believed."""
    return without(state.tests, state.dropped)


def without(tests: str, dropped: Sequence[str] | dict[str, str]) -> str:
    """A test file without some of its tests. Names are as reported: `test_a`, `TestB.test_c`, `test_d[1]`."""
    names = {name.split("[")[0].replace("::", ".") for name in dropped}
    if not names or not tests:
        return tests
    tree = parse(tests)
    holders: list[tuple[str, ast.Module | ast.ClassDef]] = [
        ("", tree),
        *((f"{node.name}.", node) for node in tree.body if isinstance(node, ast.ClassDef)),
    ]
    for prefix, holder in holders:
        kept = [
            n
            for n in holder.body
            if not (isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and f"{prefix}{n.name}" in names)
        ]
        holder.body = kept or ([ast.Pass()] if isinstance(holder, ast.ClassDef) else [])
    return ast.unparse(tree)


def facts_of(report: TestReport, source: Source) -> list[Fact]:
    """The facts of a report; a module that can't be imported is one, too."""
    facts = [_fact(report.import_error, source)] if report.import_error and not report.outcomes else []
    return facts + [_fact(outcome, source) for outcome in report.outcomes]


def _note(report: TestReport, facts: list[Fact], source: Source, names: set[str] | None) -> str:
    if report.run.status == "cancelled":
        raise Cancelled("Stopped.", "Go on with :resume, or agent.resume().")
    if report.import_error is not None and not report.outcomes:
        facts.append(_fact(report.import_error, source))
    for outcome in report.outcomes:
        facts.append(_fact(outcome, source if names is None or outcome.name in names else "generated"))
    return report.run.isolation


def _fact(outcome: TestOutcome, source: Source) -> Fact:
    return Fact(
        name=outcome.name,
        source=source,
        passed=outcome.passed,
        error_type=outcome.error_type,
        message=outcome.message,
        values=dict(outcome.values),
        line=outcome.line,
        judged=outcome.judged,
    )


test.__test__ = False  # type: ignore[attr-defined]
