"""write: tests first, without sight of the code; then the module, through the safety gate."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from apprentice.crashpoints import crash_point
from apprentice.errors import ReplyCut, ReplyInvalid, ReplyLooped
from apprentice.grants import in_words
from apprentice.graph import small_model
from apprentice.graph.claims import claims_of_examples, claims_of_tests, contradiction, parameters_of
from apprentice.graph.code_text import defined_names, find_code, ignores_its_arguments, mend, with_given
from apprentice.graph.drafts import beside, draw, required_names
from apprentice.graph.kept import used_records
from apprentice.graph.needs import needs_of, parsed
from apprentice.graph.old_tests import renamed_apart, taken_names
from apprentice.graph.parts import Parts, spent
from apprentice.graph.prompts import tester_messages
from apprentice.graph.state import SkillState, Spec
from apprentice.graph.test import without
from apprentice.models.base import CallOptions, Usage, usage_of
from apprentice.proof.hard_coded import hard_coded
from apprentice.safety.gate import Review
from apprentice.safety.permissions import Permission
from apprentice.syntax_trees import is_too_deep, lines_of, parse

TEST_TRIES = 2
#: how the problem begins of a module that wants what nobody can allow
IMPOSSIBLE = "It can't be allowed:"
_WEAK_HASH = re.compile(r"\b(?:md5|sha-?1)\b", re.IGNORECASE)
_ASKED_AS = re.compile(r"^[ \t]*#[ \t]*asked as:[ \t]*(.*?)[ \t]*\n", re.IGNORECASE | re.MULTILINE)


def write(state: SkillState, parts: Parts) -> dict[str, Any]:
    """Write the tests, once, and a module."""
    crash_point("write.before")
    spec = state.spec
    if spec is None:
        raise ValueError("write comes after plan")
    parts.begins(state, "write", f"{state.skill}.py")
    if _wants_tests(state, parts):
        written, drawn = beside(
            parts, lambda: _write_tests(state, spec, parts), lambda: draw(state, spec, parts)
        )
        changes = _with_tests(state, spec, written)
        usages = [written.usage, *drawn.usages]
    else:
        drawn = draw(state, spec, parts)
        changes = {}
        usages = drawn.usages
    crash_point("write.tests_written")
    code, problem = "", drawn.reply.problem
    if not problem:
        code, problem = usable_code(drawn.reply.text, state, spec, from_memory=not parts.uses("hard_coded"))
    changes |= {
        "angle": max(state.angle, drawn.reply.angle),
        "drafts": drawn.waiting,
        "prompts_seen": [*state.prompts_seen, *drawn.prompts],
        **spent(state, *usages),
    }
    if code:
        review = _as_named(
            parts.gate.review(code, kind="skill", granted=parts.granted(state), static=True), state
        )
        changes |= _gated(state, review, spec, parts, _inherited(state, parts, code))
        changes["code"] = code
    if problem:
        changes["problem"] = problem
    crash_point("write.after")
    return changes


def _wants_tests(state: SkillState, parts: Parts) -> bool:
    """Large models always write tests; small ones only where the user gave nothing to check against."""
    if state.tests or state.tests_asked >= TEST_TRIES:
        return False
    return not parts.small or not (state.given.examples or state.given.tests)


@dataclass(frozen=True, slots=True)
class _Tests:
    """What a tester wrote, why it can't be used ("" if it can), and what it cost."""

    text: str
    problem: str
    usage: Usage


def _with_tests(state: SkillState, spec: Spec, written: _Tests) -> dict[str, Any]:
    phrases, tests = _phrases(written.text)
    changes: dict[str, Any] = {"tests": tests, "tests_asked": state.tests_asked + 1}
    if phrases and not spec.asked_as:
        changes["spec"] = spec.model_copy(update={"asked_as": phrases})
    if written.problem and not tests:
        line = f"Tests of iteration {state.iteration} were not used: {written.problem}"
        changes["review"] = [*state.review, line]
    return changes


def _write_tests(state: SkillState, spec: Spec, parts: Parts) -> _Tests:
    names = list(dict.fromkeys([spec.function, *state.given.required]))
    problem = next((line for line in reversed(state.review) if line.startswith("Tests of")), "")
    if parts.small:
        messages, options = small_model.tester_question(state, spec)
    else:
        messages = tester_messages(state, spec, names, problem)
        options = CallOptions(temperature=0.2 + 0.3 * state.tests_asked, seed=500 + state.tests_asked)
    try:
        reply = parts.chat.complete("tester", messages, options, cancel=parts.cancel, run_id=state.run_id)
    except (ReplyCut, ReplyLooped, ReplyInvalid) as error:
        return _Tests("", error.message, usage_of(error))
    tests = small_model.tests_from(reply.text, spec) if parts.small else find_code(reply.text)
    if not tests:
        return _Tests("", "there was no test that parses in the answer", reply.usage)
    tests = complete_tests(tests, state.skill, names)
    tests = _beside_old(tests, state)
    if not names_of_tests(tests):
        return _Tests("", "no function in the answer is called test_...", reply.usage)
    review = parts.gate.review(tests, kind="test", modules=(state.skill,))
    if not review.allowed:
        return _Tests("", "the safety rules refuse them: " + "; ".join(review.refusals), reply.usage)
    return _Tests(tests, "", reply.usage)


def _phrases(tests: str) -> tuple[list[str], str]:
    """The ways of asking that a test file's comments tell, at most six, and the file without them."""
    found = [" ".join(match[1].split())[:200] for match in _ASKED_AS.finditer(tests)]
    return [phrase for phrase in found if phrase][:6], _ASKED_AS.sub("", tests).lstrip("\n")


def _beside_old(tests: str, state: SkillState) -> str:
    """New tests that go with those of the skill that is generalised: other names, and none that contradicts one of them."""
    adapted = state.adapting
    if adapted is None:
        return tests
    parameters = parameters_of(adapted.code, adapted.function)
    old = claims_of_examples(adapted.examples, adapted.function, parameters)
    for text in adapted.tests.values():
        old += claims_of_tests(text, adapted.function, parameters)
    wrong = {
        claim.test
        for claim in claims_of_tests(tests, adapted.function, parameters)
        if contradiction(old, [claim])
    }
    return renamed_apart(without(tests, sorted(wrong)), taken_names(adapted.tests.values()))


def complete_tests(tests: str, module: str, names: list[str]) -> str:
    """Give tests the imports that they need: the names under test from the module, and pytest where it is used."""
    tree = parse(tests)
    keep = [node for node in tree.body if not _imports_skill(node, module, names)]
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    extra = {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node not in keep
        for alias in node.names
        if alias.name != "*"
    }
    lines = lines_of(tests)
    for node in reversed([node for node in tree.body if node not in keep]):
        del lines[node.lineno - 1 : node.end_lineno]
    head = [f"from {module} import {', '.join(dict.fromkeys([*names, *sorted(extra)]))}"]
    if "pytest" in used and "pytest" not in imported:
        head.insert(0, "import pytest")
    return "\n".join([*head, "", "\n".join(lines).strip("\n")]).strip() + "\n"


def _imports_skill(node: ast.stmt, module: str, names: list[str]) -> bool:
    if not isinstance(node, ast.ImportFrom):
        return isinstance(node, ast.Import) and any(alias.name == module for alias in node.names)
    guessed = any(alias.name in names for alias in node.names)
    return node.module in (module, "__future__") or guessed


def names_of_tests(tests: str) -> list[str]:
    """Names of the test functions in a test file."""
    return [
        node.name
        for node in ast.walk(parse(tests))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test")
    ]


def usable_code(reply: str, state: SkillState, spec: Spec, *, from_memory: bool = False) -> tuple[str, str]:
    """The module in a reply, mended, and why it can't be used ("" if it can).

    With `from_memory`, one that answers the examples from memory can, too.
    """
    required = required_names(state, spec)
    found = find_code(reply, required)
    if not found:
        return "", "There was no Python code that parses in the answer."
    called = {name for example in state.given.examples for name in re.findall(r"\w+", example.source)}
    code = with_given(mend(found, required), state.given.code, called)
    missing = [name for name in required if name not in defined_names(code)]
    if missing:
        return code, f"The module doesn't define {', '.join(missing)}."
    if is_too_deep(code):
        return (
            code,
            "It is nested too deeply. Write it with a loop or a table instead of so many branches or operators.",
        )
    if ignores_its_arguments(code, spec.function):
        return code, f"{spec.function} reads none of its arguments, so it can only return a constant."
    examples = [] if from_memory else state.given.texts
    if examples and (known := hard_coded(code, spec.function, examples, goal=state.goal)):
        return code, f"It answers the examples from memory: {known}. Compute the result instead."
    if re.search(rf"^\s*(?:from|import)\s+{re.escape(state.skill)}\b", code, re.MULTILINE):
        return code, "The module imports itself."
    return code, ""


def _inherited(state: SkillState, parts: Parts, code: str) -> list[Permission]:
    """What the skills that the code uses need."""
    used = used_records(state.skill, {state.skill: code}, memory=parts.memory, library=parts.library)
    keys = dict.fromkeys(key for record in used for key in record.permissions)
    return [permission for permission in parsed(keys) if permission.exact]


def _as_named(review: Review, state: SkillState) -> Review:
    """The review without the warning of a weak hash where the goal names that very hash: no better one can be meant."""
    if not _WEAK_HASH.search(state.goal):
        return review
    return replace(review, findings=tuple(one for one in review.findings if one.rule != "bandit.B324"))


def _gated(
    state: SkillState, review: Review, spec: Spec, parts: Parts, inherited: Sequence[Permission]
) -> dict[str, Any]:
    """What the review means for the run: go on, ask a person, or tell the model what is not allowed."""
    if review.tier == "never":
        return {
            "problem": "The safety rules refuse it: " + "; ".join(review.refusals),
            "constraints": list(dict.fromkeys([*state.constraints, *review.refusals])),
        }
    warned = [
        f"{finding.message} ({finding.rule})"
        for finding in review.open_findings
        if finding.permission and finding.permission.kind == "finding"
    ]
    if new := [warning for warning in dict.fromkeys(warned) if warning not in state.constraints]:
        # Most of these can be written otherwise: a person is asked only where the model insists.
        return {
            "problem": "The static review warns: " + " ".join(new),
            "constraints": [*state.constraints, *new],
        }
    needs = needs_of(review, parsed(spec.permissions), parts.settings.workspace, required=inherited)
    if needs.impossible:
        return {
            "problem": f"{IMPOSSIBLE} " + " ".join(needs.impossible),
            "constraints": list(dict.fromkeys([*state.constraints, *needs.impossible])),
        }
    needed = {need.permission.key for need in needs.asked if need.needed}
    if refused := [key for key in state.refused if key in needed]:
        words = ", ".join(in_words(permission) for permission in parsed(refused))
        return {"problem": f"It still wants what a person refused: {words}."}
    asked = [permission.key for permission in needs.permissions if permission.key not in state.refused]
    return {
        "wanted_permissions": asked,
        "optional_permissions": [key for key in asked if key not in needed],
    }
