"""What the facts of a run are worth: tests seen to fail without the skill, and tests that candidates disbelieve.

A test that a majority of different candidates fails in the same way is suspect, not the candidates (CodeT,
arXiv 2207.10397; repairing against wrong tests of one's own makes code worse, arXiv 2501.12793).
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence

from apprentice.graph.parts import Parts
from apprentice.graph.state import Attempt, Fact, SkillState
from apprentice.graph.test import run_facts
from apprentice.graph.versions import in_one_run
from apprentice.sandbox.base import Grants
from apprentice.syntax_trees import parse

VOTERS = 3


def trivial_modules(state: SkillState, *, constants: bool = True) -> list[str]:
    """Modules that are certainly wrong: each required name returns None, raises, returns its first argument, or what an
    example expects."""
    names = list(dict.fromkeys([*state.given.required, *([state.spec.function] if state.spec else [])]))
    bodies = ["return None", "raise NotImplementedError('stub')", "return args[0] if args else None"]
    bodies += [f"return {text}" for text in _constants(state) if constants]
    return ["\n\n".join(_trivial(name, body) for name in names) + "\n" for body in bodies]


def _constants(state: SkillState) -> list[str]:
    """The values that the examples expect, as texts, at most three; of a call without arguments such a value is the answer."""
    found: dict[str, None] = {}
    for example in state.given.examples:
        try:
            tree = parse(example.source, mode="eval").body
        except (SyntaxError, ValueError):
            continue
        if isinstance(tree, ast.Compare) and len(tree.ops) == 1 and isinstance(tree.ops[0], ast.Eq | ast.Is):
            if isinstance(tree.left, ast.Call) and not tree.left.args and not tree.left.keywords:
                continue
            try:
                found[repr(ast.literal_eval(tree.comparators[0]))] = None
            except (ValueError, TypeError, SyntaxError):
                continue
    return list(found)[:3]


def _trivial(name: str, body: str) -> str:
    if name[:1].isupper():
        return f"class {name}:\n    def __init__(self, *args, **kwargs):\n        pass"
    return f"def {name}(*args, **kwargs):\n    {body}"


def seen_to_fail(state: SkillState, parts: Parts, grants: Grants) -> tuple[bool, list[str]]:
    """Run the tests against trivial modules.

    Returns:
        Whether the tests, taken together, failed on every trivial module; and the generated tests that passed on all
        of them, which therefore say nothing.
    """
    passes: Counter[str] = Counter()
    modules = trivial_modules(state, constants=parts.settings.proof != "basic")
    if adapted := state.adapting:
        # What the version before passes as well doesn't show that the new one does more.
        modules.append(adapted.code)
        state = state.model_copy(update={"adapted": None})
    written = {fact.name for fact in state.facts if fact.source == "generated"}
    found = None if grants else in_one_run(state, parts, state.code, modules, state.facts)
    if found is None:
        found = []
        for code in modules:
            facts, _ = run_facts(state, parts, code, grants)
            found.append({fact.name: fact.passed for fact in facts})
            written |= {fact.name for fact in facts if fact.source == "generated"}
    red = all(not all(facts.values()) for facts in found)
    passes.update(name for facts in found for name, passed in facts.items() if passed and name in written)
    return red, [name for name, count in passes.items() if count == len(modules)]


def suspects(attempts: Sequence[Attempt]) -> dict[str, str]:
    """Generated tests that are not believed any more, with the reason.

    A test is suspect when at least three different candidates that hold all that the user gave failed it, none
    passed it, and two thirds or more of them saw the same value: they agree with each other against the test.
    """
    voters = _voters(attempts)
    if len(voters) < VOTERS:
        return {}
    found: dict[str, str] = {}
    names = {fact.name for attempt in voters for fact in attempt.facts if fact.source == "generated"}
    for name in sorted(names):
        results = [fact for attempt in voters for fact in attempt.facts if fact.name == name]
        if len(results) < VOTERS or any(fact.passed for fact in results):
            continue
        seen, count = Counter(_seen(fact) for fact in results).most_common(1)[0]
        if seen and 3 * count >= 2 * len(results):
            found[name] = f"{count} of {len(results)} different candidates agree on {seen}, against this test"
    return found


def _voters(attempts: Sequence[Attempt]) -> list[Attempt]:
    different: dict[str, Attempt] = {}
    for attempt in attempts:
        if attempt.code and attempt.facts and all(f.passed for f in attempt.facts if f.source != "generated"):
            different[shape_of(attempt.code)] = attempt
    return list(different.values())


def shape_of(code: str) -> str:
    """The code without comments, docstrings and layout: candidates that differ only in these are the same one."""
    try:
        tree = parse(code)
    except (SyntaxError, ValueError):
        return code
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            node.body = body[1:] or [ast.Pass()]  # type: ignore[attr-defined]
    return ast.dump(tree)


def _seen(fact: Fact) -> str:
    """The value under test that this candidate gave; empty for errors, which prove nothing about the test."""
    if fact.error_type and fact.error_type != "AssertionError":
        return ""
    return "; ".join(f"{expression} = {value}" for expression, value in fact.values.items())


def passes_all(facts: Sequence[Fact], dropped: dict[str, str]) -> bool:
    """Whether there is something to go by and all that is believed passed; what the user gave always is."""
    counted = [fact for fact in facts if fact.source != "generated" or fact.name not in dropped]
    return bool(counted) and all(fact.passed for fact in counted)
