"""Ends of a run: a skill is kept, or the best attempt is put beside the library. Doing either twice changes nothing."""

from __future__ import annotations

from typing import Any

from apprentice.crashpoints import crash_point
from apprentice.graph.adapt import recorded
from apprentice.graph.needs import needs_of, parsed
from apprentice.graph.parts import Parts
from apprentice.graph.state import SkillState, passed_by
from apprentice.graph.test import believed
from apprentice.memory.schema import SkillRecord, SkillStatus
from apprentice.safety.bandit_review import static_review
from apprentice.skills.library import SkillFiles, file_names_of_tests, render_tests


def keep(state: SkillState, parts: Parts, status: SkillStatus, reason: str = "") -> dict[str, Any]:
    """Save module and tests, then record the skill: the record comes last, so that it never names a missing file."""
    spec = state.spec
    if spec is None:
        raise ValueError("nothing was specified")
    names = list(dict.fromkeys([spec.function, *state.given.required]))
    own = render_tests(
        state.skill,
        names,
        [(example.source, example.raises) for example in state.given.examples],
        believed(state),
    )
    files = file_names_of_tests(state.skill, len(state.given.tests))
    has_own = bool(state.given.examples) or bool(state.tests)
    texts = {**({files[0]: own} if has_own else {}), **dict(zip(files[1:], state.given.tests, strict=True))}
    path = parts.library.save(SkillFiles(name=state.skill, code=state.code, tests=texts))
    before = parts.memory.skill(state.skill)
    again = before is not None and before.run_id == state.run_id
    record = _record(
        state, parts, status, version=1 if before is None else before.version + (0 if again else 1)
    )
    parts.memory.put_skill(recorded(state, record, before))
    crash_point("keep.recorded")
    return {"status": status, "path": str(path), "reason": reason}


def give_up(state: SkillState, parts: Parts, reason: str) -> dict[str, Any]:
    """Keep the best attempt beside the library and record the failure; a skill that works is never put down for it."""
    best = state.best
    path = ""
    if best is not None and best.code and state.skill:
        path = str(parts.library.save_attempt(state.skill, best.code))
    before = parts.memory.skill(state.skill) if state.skill else None
    if state.skill and not state.adapting and (before is None or before.status == "failed"):
        parts.memory.put_skill(_record(state, parts, "failed", version=before.version if before else 1))
    return {"status": "failed", "reason": reason, "path": path}


def describe(goal: str) -> str:
    """The first line of the goal, at most 200 characters."""
    line = next((line.strip() for line in goal.splitlines() if line.strip()), "")
    return line if len(line) <= 200 else line[:199] + "…"


def _record(state: SkillState, parts: Parts, status: SkillStatus, version: int) -> SkillRecord:
    facts = state.facts if status != "failed" else (state.best.facts if state.best else [])
    counted = [fact for fact in facts if fact.name not in state.dropped]
    return SkillRecord(
        name=state.skill,
        status=status,
        description=describe(state.goal),
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
        examples=[str(example) for example in state.given.examples],
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
    )


def _needed(state: SkillState, parts: Parts) -> list[str]:
    """Keys of the permissions that the kept code can't do without, so that its later uses ask for them beforehand."""
    granted = parts.granted(state)
    if not granted or state.spec is None:
        return []
    review = parts.gate.review(state.code, kind="skill")
    declared = [*granted, *parsed(state.spec.permissions)]
    needed = needs_of(review, declared, parts.settings.workspace).permissions
    return [permission.key for permission in needed if any(grant.opens(permission) for grant in granted)]
