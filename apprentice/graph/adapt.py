"""Generalising a skill: the old tests hold on, the new examples hold too; where that can't be, a new skill is made.

A request to generalise is decided by facts in this order: the skill does it already (its code holds the new
examples); it can't be done (an old test and a new example claim different results of the same call, or the skill is the
user's own function); candidates are written, and each must pass the old tests and the new. Where several candidates do
what is asked and fail the same old test, the two can't both hold: a new skill is made under another name.
"""

from __future__ import annotations

from typing import Any

from apprentice.events import Notice
from apprentice.graph.claims import claims_of_examples, claims_of_tests, contradiction, parameters_of
from apprentice.graph.code_text import signature_in
from apprentice.graph.comparisons import settled
from apprentice.graph.old_tests import examples_in, imported_names
from apprentice.graph.parts import Parts
from apprentice.graph.state import Adapted, Attempt, Fact, GivenExample, SkillState
from apprentice.graph.test import believed, run_facts
from apprentice.graph.write import complete_tests, names_of_tests
from apprentice.memory.schema import Generalised, SkillRecord
from apprentice.skills.awaiting import without_waiting
from apprentice.skills.library import own_test_file
from apprentice.skills.naming import check_name, unique_name
from apprentice.syntax_trees import parse

#: how many candidates must fail the same old test before it is believed that it can't be held
CONFLICTS = 3
#: length of a description, in characters
DESCRIPTION = 200


def begin(state: SkillState, parts: Parts) -> dict[str, Any]:
    """Look at the skill to be generalised, and decide what needs no model.

    Raises:
        UsageError: there is no such skill.
    """
    if unreadable := _unreadable(state, parts):
        # A hand has been at it: whoever asks for more is not kept waiting for that to be mended.
        bare = Adapted(name=state.adapts, function=state.adapts)
        return _left(state, parts, bare, f"{unreadable} is not valid Python any more.")
    adapted, origin = _snapshot(state, parts)
    if clash := _clash(state, adapted):
        return _left(state, parts, adapted, clash)
    facts, isolation = _tried(state, parts, adapted)
    adapted = adapted.model_copy(update={"facts": facts})
    if facts and all(fact.passed for fact in facts):
        reason = f"{adapted.name} does that already: nothing was changed."
        parts.emit(Notice(run_id=state.run_id, message=reason))
        record = parts.memory.skill(adapted.name)
        return {
            "skill": adapted.name,
            "adapted": adapted.model_copy(update={"generic": True}),
            "facts": facts,
            "isolation": isolation,
            "status": "working" if record is not None and record.status == "working" else "untested",
            "reused": True,
            "reason": reason,
            "path": str(parts.library.path(adapted.name)),
        }
    if origin == "tool":
        return _left(state, parts, adapted, f"{adapted.name} is a function of yours, which stays as it is.")
    return {"skill": adapted.name, "adapted": adapted}


def _unreadable(state: SkillState, parts: Parts) -> str:
    """The first file of the skill that doesn't parse; empty if all do."""
    texts = {f"{state.adapts}.py": parts.library.code(state.adapts), **parts.library.tests(state.adapts)}
    for file, text in texts.items():
        try:
            parse(text)
        except (SyntaxError, ValueError):
            return file
    return ""


def _snapshot(state: SkillState, parts: Parts) -> tuple[Adapted, str]:
    name = state.adapts
    code = parts.library.code(name)
    tests = parts.library.tests(name)
    record = parts.memory.skill(name) or SkillRecord(name=name, status="untested")
    examples = examples_in(own)[0] if (own := tests.get(own_test_file(name))) else []
    adapted = Adapted(
        name=name,
        function=record.function or name,
        signature=record.signature,
        description=record.description or record.goal,
        goal=record.goal,
        version=record.version,
        code=code,
        tests=tests,
        examples=_as_written(examples, record.examples),
        required=list(
            dict.fromkeys(found for text in tests.values() for found in imported_names(text, name))
        ),
        other_name=_other_name(state, parts, name),
    )
    return adapted, record.origin


def _as_written(examples: list[GivenExample], texts: list[str]) -> list[GivenExample]:
    """The examples of the tests in the words in which the user gave them."""
    written = {}
    for text in texts:
        source, _, raises = text.rpartition(" raises ") if " raises " in text else (text, "", "")
        try:
            written[without_waiting(source), raises] = source
        except (SyntaxError, ValueError):
            continue
    return [
        settled(example).model_copy(update={"source": written[key]}) if key in written else settled(example)
        for example in examples
        for key in [(without_waiting(example.source), example.raises)]
    ]


def _other_name(state: SkillState, parts: Parts, name: str) -> str:
    """A name for a new skill that nothing has, except what this run itself has left there."""
    runs = {record.name: record.run_id for record in parts.memory.skills()}
    files = set(parts.library.names())
    checkpointed = state.adapted.other_name if state.adapted else ""

    def taken(candidate: str) -> bool:
        if candidate == name:
            return True
        if candidate in runs:
            return runs[candidate] != state.run_id
        return candidate in files and candidate != checkpointed

    wanted = check_name(state.wanted_name) if state.wanted_name else name
    return checkpointed if checkpointed and not taken(checkpointed) else unique_name(wanted, taken)


def _clash(state: SkillState, adapted: Adapted) -> str:
    """Why the request can't hold together with the skill's tests; empty if nothing shows it."""
    parameters = parameters_of(adapted.code, adapted.function)
    old = claims_of_examples(adapted.examples, adapted.function, parameters)
    for text in adapted.tests.values():
        old += claims_of_tests(text, adapted.function, parameters)
    new = claims_of_examples(state.given.examples, adapted.function, parameters)
    for text in state.given.tests:
        new += claims_of_tests(text, adapted.function, parameters)
    found = contradiction(old, new)
    if found is None:
        return ""
    return f"{adapted.name} was kept with `{found[0].text}`, and now `{found[1].text}` is asked for."


def _tried(state: SkillState, parts: Parts, adapted: Adapted) -> tuple[list[Fact], str]:
    """What of the request the skill holds as it is."""
    state = state.model_copy(update={"skill": adapted.name, "granted": list(state.allowed), "adapted": None})
    if not state.given.examples and not state.given.tests:
        return [], ""
    grants = parts.grants(state)
    return ([], "") if grants is None else run_facts(state, parts, adapted.code, grants)


def _left(state: SkillState, parts: Parts, adapted: Adapted, why: str) -> dict[str, Any]:
    """Go on with a new skill: the old tests bind it no more, and what was learnt from them is forgotten."""
    name = _other_name(state.model_copy(update={"adapted": adapted}), parts, adapted.name)
    adapted = adapted.model_copy(update={"left": why, "other_name": name})
    parts.emit(
        Notice(
            run_id=state.run_id,
            message=f"{why} So {adapted.name} stays as it is, and a new skill is made: {name}.",
        )
    )
    names = list(dict.fromkeys([adapted.function, *state.given.required]))
    return {
        "skill": name,
        "adapted": adapted,
        "attempts": [_without_old(attempt) for attempt in state.attempts],
        "tests": complete_tests(state.tests, name, names) if state.tests else "",
    }


def _without_old(attempt: Attempt) -> Attempt:
    return attempt.model_copy(update={"facts": [f for f in attempt.facts if f.source != "old_test"]})


def leave_if_stuck(state: SkillState, parts: Parts) -> dict[str, Any]:
    """Go on with a new skill when candidates show that old tests and request don't go together; empty while they may."""
    adapted = state.adapting
    if adapted is None:
        return {}
    limit = parts.settings.max_iterations
    candidates = [failed for attempt in state.attempts if (failed := _only_old_failed(attempt)) is not None]
    same: set[str] = set()
    if len(candidates) >= CONFLICTS:
        same = set.intersection(*map(set, candidates[-CONFLICTS:]))
    if not same and state.iteration >= limit:
        same = next((set(failed) for failed in reversed(candidates) if failed), set())
    if not same:
        return {}
    test = min(same)
    message = next(failed[test] for failed in reversed(candidates) if test in failed)
    name = test.partition(" ")[2]
    why = f"What does what is asked fails a test that {adapted.name} was kept with: {name}: {message}."
    return _left(state, parts, adapted, why)


def _only_old_failed(attempt: Attempt) -> dict[str, str] | None:
    """The old tests that a candidate failed, with the message; None for one that doesn't do what is asked either."""
    if not attempt.code or attempt.problem:
        return None
    asked = [fact for fact in attempt.facts if fact.source in ("example", "user_test")]
    asked = asked or [fact for fact in attempt.facts if fact.source == "generated"]
    if not asked or not all(fact.passed for fact in asked):
        return None
    return {
        fact.name: (fact.message or fact.error_type).rstrip(".")
        for fact in attempt.facts
        if fact.source == "old_test" and not fact.passed
    }


def merged(state: SkillState) -> SkillState:
    """The state with the old ground truth as its own: what a new version is proven with a last time, and kept with."""
    adapted = state.adapting
    if adapted is None or not adapted.tests:
        return state
    own = adapted.tests.get(own_test_file(adapted.name), "")
    rest = examples_in(own)[1] if own else ""
    others = [text for file, text in adapted.tests.items() if file != own_test_file(adapted.name)]
    required = list(dict.fromkeys([adapted.function, *state.given.required, *adapted.required]))
    both = "\n\n\n".join(text.strip() for text in (rest, believed(state)) if text.strip())
    tests = complete_tests(both, state.skill, required) if both else ""
    given = state.given.model_copy(
        update={
            "examples": list(dict.fromkeys([*adapted.examples, *state.given.examples])),
            "tests": list(dict.fromkeys([*others, *state.given.tests])),
            "required": required,
        }
    )
    return state.model_copy(
        update={
            "given": given,
            "tests": tests if tests and names_of_tests(tests) else "",
            "adapted": adapted.model_copy(update={"tests": {}}),
        }
    )


def recorded(state: SkillState, record: SkillRecord, before: SkillRecord | None) -> SkillRecord:
    """The record of a new version: made for the old goal, and for the request that it was generalised for.

    Where it comes from, what it answered and how its uses went stay; `generalised` tells what it was before.
    """
    adapted = state.adapting
    if adapted is None or before is None:
        return record
    earlier = [entry for entry in before.generalised if entry.run_id != state.run_id]
    entry = Generalised(
        version=adapted.version + 1,
        request=state.goal,
        run_id=state.run_id,
        description=adapted.description,
        signature=adapted.signature,
    )
    return record.model_copy(
        update={
            "goal": adapted.goal or record.goal,
            "description": _description(state, adapted),
            "signature": signature_in(state.code, adapted.function) or record.signature,
            "generalised": [*earlier, entry],
            "answers": before.answers,
            "asked_as": list(dict.fromkeys([*before.asked_as, *record.asked_as]))[:10],
            "runs": before.runs,
            "retired": before.retired,
        }
    )


def _description(state: SkillState, adapted: Adapted) -> str:
    """What was planned for the new version, else the old description with the request behind it."""
    behaviour = " ".join((state.spec.behaviour if state.spec else "").split())
    if behaviour:
        return _cut(behaviour, DESCRIPTION)
    request = " ".join(state.goal.split())
    old = _cut(adapted.description, DESCRIPTION // 2).rstrip(".")
    return _cut(f"{old}; also: {request}" if old else request, DESCRIPTION)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
