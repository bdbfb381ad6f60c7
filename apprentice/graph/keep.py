"""Ends of a run: a skill is kept, or the best attempt is put beside the library. Doing either twice changes nothing."""

from __future__ import annotations

import ast
import re
from typing import Any

from apprentice.crashpoints import crash_point
from apprentice.errors import PackageError, UsageError
from apprentice.graph.adapt import recorded
from apprentice.graph.kept import Seen, awaited, decided, failing, put_version, run_kept_tests
from apprentice.graph.needs import needs_of, parsed
from apprentice.graph.parts import Parts
from apprentice.graph.state import Attempt, SkillState, passed_by
from apprentice.graph.stubs import find_stub
from apprentice.graph.test import believed, modules_for
from apprentice.memory.schema import SkillRecord, SkillStatus
from apprentice.safety.bandit_review import static_review
from apprentice.skills.library import SkillFiles, file_names_of_tests, own_test_file, render_tests
from apprentice.skills.naming import same_goal, unique_name


def keep(state: SkillState, parts: Parts, status: SkillStatus, reason: str = "") -> dict[str, Any]:
    """Keep the skill as a new version: module, tests and record together, or nothing of them.

    Another skill of the name that works is replaced only by one that works and passes its tests, too; else it stays, and
    the new one is kept beside it under a name of its own.

    Raises:
        UsageError: the skill would come to use itself.
        WorkspaceError: the disk is full or the workspace can't be written; all is as it was.
    """
    if state.spec is None:
        raise ValueError("nothing was specified")
    kept = _kept_by_this_run(state, parts)
    if kept is None:
        # Another run may keep a skill of this name while this one looks at what there is.
        kept, reason = decided(lambda: _put(state, parts, status, reason))
        crash_point("keep.recorded")
    changes = {"status": kept.status, "path": str(parts.library.path(kept.name)), "reason": reason}
    return changes if kept.name == state.skill else {**changes, "skill": kept.name}


def _put(state: SkillState, parts: Parts, status: SkillStatus, reason: str) -> tuple[SkillRecord, str]:
    """The record as kept, in the place of what there is or beside it, with the reason.

    Raises:
        ChangedMeanwhile: what there is isn't what was decided on; nothing is changed.
    """
    name = state.skill
    seen = Seen.now(name, memory=parts.memory, library=parts.library)
    worse = _why_worse(state, parts, seen, status)
    if worse and seen.record is not None:
        name = unique_name(name, lambda name: _is_taken(name, parts))
        reason = f"{seen.name} stays at version {seen.record.version}, and this is {name}: {worse}"
        seen = Seen(name)
    record = _record(state, parts, status, version=1)
    review = [*record.review, *([reason] if name != state.skill else ())]
    record = record.model_copy(update={"name": name, "review": review})

    def following(before: SkillRecord | None) -> SkillRecord:
        seen.check(before, parts.library)
        if before is None:
            return record
        return recorded(state, record.model_copy(update={"answers": before.answers}), before)

    files = _files(state, name, seen)
    return put_version(files, following, memory=parts.memory, library=parts.library), reason


def give_up(state: SkillState, parts: Parts, reason: str, best: Attempt | None = None) -> dict[str, Any]:
    """Keep the best attempt beside the library and record the failure; a skill that works is never put down for it."""
    best = best or state.best
    path = ""
    if best is not None and best.code and state.skill:
        path = str(parts.library.save_attempt(state.skill, best.code))
    if state.skill and not state.adapting:
        record = _record(state, parts, "failed", version=1)
        with parts.memory.update() as changes:
            before = changes.skill(state.skill)
            if before is None or before.status == "failed":
                version = before.version if before else 1
                changes.put_skill(record.model_copy(update={"version": version}))
    return {"status": "failed", "reason": reason, "path": path}


_ASKED_FOR = re.compile(
    r"(?:please\s+)?(?:write|create|implement|develop|build|make|code)\s+(?:me\s+)?an?\s+(?:\w+\s+){0,2}?(?:function|skill)\b.*?"
    r"\b(?:that|which)\s+(?:does this:\s*)?",
    re.IGNORECASE,
)


def describe(goal: str) -> str:
    """What a goal asks for, from its first line, at most 200 characters: "Write a function f(n) that tells X" as "Tells X".

    Of a goal that is a function's head, it is what its docstring says before the examples.
    """
    stub = find_stub(goal) if "def " in goal else None
    said = ast.get_docstring(stub.definition) if stub else None
    if said and (words := " ".join(re.split(r"(?im)^\s*(?:>>>|examples?\b|for example)", said)[0].split())):
        goal = words
    line = next((line.strip() for line in goal.splitlines() if line.strip()), "")
    match = _ASKED_FOR.match(line)
    if match is not None and line[match.end() :].strip():
        rest = line[match.end() :].strip()
        line = f"{rest[:1].upper()}{rest[1:]}"
    return line if len(line) <= 200 else line[:199] + "…"


def _record(state: SkillState, parts: Parts, status: SkillStatus, version: int) -> SkillRecord:
    facts = state.facts if status != "failed" else (state.best.facts if state.best else [])
    counted = [fact for fact in facts if fact.name not in state.dropped]
    return SkillRecord(
        name=state.skill,
        status=status,
        description=_description(state),
        goal=state.goal,
        function=state.spec.function if state.spec else "",
        signature=state.spec.signature if state.spec else "",
        version=version,
        tests={
            "passed": sum(fact.passed for fact in counted),
            "failed": sum(not fact.passed for fact in counted),
            "passed_by": passed_by(counted),
            "names": [fact.name for fact in counted],
            "given": sum(fact.source != "generated" for fact in counted),
            "dropped": state.dropped,
        },
        examples=state.given.texts,
        asked_as=state.spec.asked_as if state.spec else [],
        model=parts.chat.info("coder").name,
        iterations=state.iteration,
        isolation=state.isolation,
        run_id=state.run_id,
        usage={
            "prompt_tokens": state.prompt_tokens,
            "completion_tokens": state.completion_tokens,
            "calls": state.model_calls,
            "seconds": round(state.seconds, 3),
        },
        review=[*state.review, *(map(str, static_review(state.code)) if status != "failed" else ())],
        permissions=_needed(state, parts) if status != "failed" else [],
        packages=state.packages if status != "failed" else [],
        proof=state.proof if status != "failed" else None,
    )


def _description(state: SkillState) -> str:
    """The planner's words where there are any, else the goal's."""
    planned = " ".join((state.spec.behaviour if state.spec else "").split())
    return describe(planned or state.goal)


def _kept_by_this_run(state: SkillState, parts: Parts) -> SkillRecord | None:
    """What this run has kept already: it was killed before it could say so."""
    name, number = state.skill, 2
    while (record := parts.memory.skill(name)) is not None:
        if record.run_id == state.run_id and record.status != "failed":
            return record
        name, number = f"{state.skill}_{number}", number + 1
    return None


def _why_worse(state: SkillState, parts: Parts, seen: Seen, status: SkillStatus) -> str:
    """Why the code may not take the place of the skill that there is; empty if it may."""
    if (
        seen.record is None
        or seen.files is None
        or not (seen.record.status == "working" or awaited(seen.record))
    ):
        return ""
    if status != "working":
        return "it works, and the new code was not proven."
    tests = seen.files.tests
    if not tests:
        return ""
    try:
        grants, _ = parts.opened(state)
        modules = modules_for(state, parts, state.code)
    except (UsageError, PackageError) as error:
        return f"its tests could not be run: {error.message}"
    facts, _ = run_kept_tests(parts.sandbox, state.skill, modules, tests, cancel=parts.cancel, grants=grants)
    failed = failing(facts)
    return f"the new code fails a test of the old: {failed}" if failed else ""


def _is_taken(name: str, parts: Parts) -> bool:
    return parts.memory.skill(name) is not None or parts.library.path(name).is_file()


def _files(state: SkillState, name: str, seen: Seen) -> SkillFiles:
    """Module and tests; what was to hold of the version before is still to hold."""
    names = list(dict.fromkeys([state.spec.function if state.spec else "", *state.given.required]))
    examples = [(example.source, example.raises) for example in state.given.examples]
    tests = {}
    if examples or state.tests:
        generated = _renamed(believed(state), state.skill, name)
        tests[own_test_file(name)] = render_tests(name, names, examples, generated, state.code)
    given = list(state.given.tests)
    # A version that another run made meanwhile has tests that this one doesn't know.
    before = seen.record
    merged = state.adapting is not None and before is not None and state.adapting.version == before.version
    if before is not None and not merged and seen.files is not None:
        for file, text in seen.files.tests.items():
            own = file == own_test_file(name)
            if text not in given and not (own and same_goal(before.goal, state.goal)):
                given.append(text)
    tests |= dict(zip(file_names_of_tests(name, len(given))[1:], given, strict=True))
    return SkillFiles(name=name, code=state.code, tests=tests)


def _renamed(tests: str, module: str, name: str) -> str:
    """Generated tests, importing the skill by the name under which it is kept in the end."""
    if module == name:
        return tests
    tests = re.sub(rf"(?m)^(\s*from\s+){re.escape(module)}(?=\s+import\b)", rf"\g<1>{name}", tests)
    return re.sub(rf"(?m)^(\s*import\s+){re.escape(module)}\s*$", rf"\g<1>{name} as {module}", tests)


def _needed(state: SkillState, parts: Parts) -> list[str]:
    """Keys of the permissions that the kept code can't do without, so that its later uses ask for them beforehand."""
    granted = parts.granted(state)
    if not granted or state.spec is None:
        return []
    review = parts.gate.review(state.code, kind="skill")
    declared = [*granted, *parsed(state.spec.permissions)]
    needed = needs_of(review, declared, parts.settings.workspace).permissions
    return [permission.key for permission in needed if any(grant.opens(permission) for grant in granted)]
