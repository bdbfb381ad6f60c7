"""analyze: a verdict computed from the facts; on failure a diagnosis, a lesson, and the route."""

from __future__ import annotations

import shlex
from typing import Any

from apprentice.crashpoints import crash_point
from apprentice.errors import ModelError, PackageError, UsageError
from apprentice.events import BudgetWarning, VerdictReached
from apprentice.graph.adapt import leave_if_stuck, merged
from apprentice.graph.contested import contested
from apprentice.graph.course import course_of, is_stuck, is_voted
from apprentice.graph.evidence import passes_all, suspects
from apprentice.graph.keep import give_up, keep
from apprentice.graph.learning import count_shown, learn, names_of
from apprentice.graph.lessons import lesson_of
from apprentice.graph.mending import mended
from apprentice.graph.parts import Parts, spent
from apprentice.graph.prompts import diagnose_messages
from apprentice.graph.proving import Vote, climb, doubt, question_of, vote, with_agreed
from apprentice.graph.questions import ask_person
from apprentice.graph.signature import signature_of
from apprentice.graph.standing import Standing
from apprentice.graph.state import Attempt, SkillState
from apprentice.graph.test import run_facts
from apprentice.graph.told import is_repairable, told, with_trace
from apprentice.graph.write import IMPOSSIBLE
from apprentice.memory.schema import FailureRecord, Proof
from apprentice.models.base import CallOptions

WARN_AT = 0.75
#: how likely a candidate must be that others, which agree against an example, are not heard
LIKELY = 0.5
#: how often the same thing may be refused before the run ends
REFUSALS = 3


def analyze(state: SkillState, parts: Parts) -> dict[str, Any]:
    """Decide by what ran: keep the skill, go on, or give up."""
    crash_point("analyze.before")
    parts.begins(state, "analyze", "Results")
    attempt = Attempt(
        iteration=state.iteration,
        mode=state.mode,
        angle=state.angle,
        code=state.code,
        facts=state.facts,
        problem=state.problem,
        lessons=state.lessons,
    )
    attempts = [*(a for a in state.attempts if a.iteration != state.iteration), attempt]
    state = state.model_copy(
        update={"attempts": attempts, "dropped": {**state.dropped, **suspects(attempts)}}
    )
    if parts.settings.proof != "basic" and parts.uses("mending") and (repaired := mended(state, parts)):
        attempts = [*attempts[:-1], *repaired, attempt]
        state = state.model_copy(update={"attempts": attempts})
    changes: dict[str, Any] = {"attempts": attempts, "dropped": state.dropped}
    chosen, voted = _chosen(state, parts)
    if chosen is None and (left := leave_if_stuck(state, parts)):
        state = state.model_copy(update=left)
        changes |= left
        chosen, voted = _chosen(state, parts)
    if chosen is None and (answered := ask_person(state, parts, voted.standing)):
        crash_point("analyze.asked")
        state = state.model_copy(update=answered)
        changes |= answered
        attempts = state.attempts
        attempt = attempts[-1]
        chosen, voted = _chosen(state, parts)
    state = state.model_copy(update={"dropped": {**state.dropped, **voted.dropped}})
    changes["dropped"] = state.dropped
    if chosen is not None:
        state = state.model_copy(update={"code": chosen.code, "facts": chosen.facts})
        changes |= _accept(state, parts, voted.standing)
    if changes.get("status") is None:
        if chosen is not None:
            attempt, attempts = _refuted(attempts, chosen, voted, changes.pop("problem"))
            state = state.model_copy(update={"attempts": attempts})
        standing = voted.standing if chosen is None else Standing()
        if attempt.code and not attempt.problem and passes_all(attempt.facts, state.dropped):
            changes |= _go_on_comparing(state, parts, attempt, standing)
        else:
            changes |= _learn(state, parts, attempt, standing)
    elif changes["status"] == "working":
        changes |= learn(state, parts, changes["code"])
        crash_point("analyze.learnt")
    if changes.get("status") and state.adapted is not None and state.adapted.left:
        changes["reason"] = f"{state.adapted.left} {changes['reason']}".strip()
    crash_point("analyze.after")
    return changes


def _chosen(state: SkillState, parts: Parts) -> tuple[Attempt | None, Vote]:
    """The attempt to accept, if there is one: by what ran alone, or by vote."""
    nothing = Vote(Standing(), None, {})
    if parts.settings.proof == "basic" or state.adapting or not any(a.facts for a in state.attempts):
        return _acceptable(state), nothing
    voted = vote(state, parts)
    return voted.chosen, voted


def _refuted(
    attempts: list[Attempt], chosen: Attempt, voted: Vote, problem: str
) -> tuple[Attempt, list[Attempt]]:
    """The last attempt, and all of them, with the problem noted at the chosen one and those that behave like it."""
    alike = {chosen.digest} | (voted.standing.members[0] if voted.standing.members else set())
    marked = [a.model_copy(update={"problem": problem}) if a.digest in alike else a for a in attempts]
    return next(a for a in reversed(marked) if not a.mended), marked


def _acceptable(state: SkillState) -> Attempt | None:
    """The latest attempt that passes all that is believed; an older one counts when a test was dropped since."""
    for attempt in reversed(state.attempts):
        if attempt.code and not attempt.problem and passes_all(attempt.facts, state.dropped):
            return attempt
    last = state.attempts[-1]
    nothing_to_run = not last.problem and not last.facts
    return last if last.code and nothing_to_run else None


def _accept(state: SkillState, parts: Parts, standing: Standing) -> dict[str, Any]:
    """Keep what passed, if its tests were seen to fail without it; else say what is missing."""
    if not state.facts and not state.adapting:
        return keep(
            state, parts, "untested", "There was nothing to test it with: add an example, e.g. f(2) == 4."
        ) | {"code": state.code}
    try:
        grants, packages = parts.opened(state)
    except (UsageError, PackageError) as error:
        return {"code": state.code, "facts": [], "problem": str(error)}
    before = state.tests
    state, agreed = with_agreed(state, parts, standing)
    # A second run: a result that depends on chance, hashes, time or leftovers shows itself.
    parts.sandbox.renew()
    state, proof, unsteady = climb(state, parts, grants, standing, agreed=agreed)
    red = next(rung.held for rung in proof.rungs if rung.name == "red")
    state = merged(state.model_copy(update={"proof": proof}))
    facts, isolation = run_facts(state, parts, state.code, grants)
    state = state.model_copy(
        update={"facts": facts, "isolation": isolation or state.isolation, "packages": packages}
    )
    after: dict[str, Any] = {
        "dropped": state.dropped,
        "facts": facts,
        "isolation": state.isolation,
        "packages": packages,
        "code": state.code,
        "tests": before,
        "proof": proof,
    }
    if unsteady:
        return {**after, "problem": unsteady}
    if facts and not passes_all(facts, state.dropped):
        failed = next(fact for fact in facts if not fact.passed)
        return {
            **after,
            "problem": f"It passed once and failed when run again: {failed.name}: {failed.message}",
        }
    if agreed:
        after["tests"] = state.tests
    reason = ""
    if not red or not facts:
        reason = "Its tests also pass without it, so they prove nothing: add an example."
    elif not any(fact.passed and (fact.judged == "agent" or fact.source == "user_test") for fact in facts):
        reason = "That its tests pass is the code's own word, which proves nothing: add an example."
    passed = sum(fact.passed for fact in facts)
    if reason and state.adapting:
        # A version that was proven is not replaced by one that wasn't.
        reason = f"Nothing shows that it does more than before, so nothing was changed. {reason}"
        _verdict(state, parts, passed, 0, reason, "give up")
        return {**after, **give_up(state, parts, reason)}
    _verdict(state, parts, passed, 0, f"{passed} tests passed", "keep")
    return {**after, **keep(state, parts, "untested" if reason else "working", reason)}


def _go_on_comparing(state: SkillState, parts: Parts, attempt: Attempt, standing: Standing) -> dict[str, Any]:
    """It holds all there is, which is not enough: another candidate is written, to compare it with."""
    warnings, exhausted = _budget(state, parts)
    changes: dict[str, Any] = {"warned": [*state.warned, *warnings]}
    missing = doubt(state, standing) if standing.leaders else ""
    if exhausted and (mistaken := _mistaken(state, parts, standing)):
        return {**changes, **mistaken}
    if exhausted and standing.leaders:
        _verdict(state, parts, attempt.passed, 0, missing, "keep")
        return {**changes, **_keep_unproven(state, parts, standing)}
    if exhausted:
        _verdict(state, parts, attempt.passed, 0, exhausted, "give up")
        return {**changes, **give_up(state, parts, _why(state, exhausted))}
    summary = f"{standing.believed:.0%} likely right" if standing.leaders else "it holds"
    _verdict(state, parts, attempt.passed, 0, summary, "another candidate, to compare it with")
    return changes


def _keep_unproven(state: SkillState, parts: Parts, standing: Standing) -> dict[str, Any]:
    """The budget is used up: the likeliest candidate is kept, and what is missing is said."""
    leader = standing.leaders[0]
    proof = Proof(
        level=parts.settings.proof, belief=round(standing.believed, 4), question=question_of(standing)
    )
    dropped = {**state.dropped, **{f.name: "fails for the likeliest candidate" for f in leader.failures}}
    state = state.model_copy(
        update={"code": leader.code, "facts": leader.facts, "dropped": dropped, "proof": proof}
    )
    after = {"code": leader.code, "facts": leader.facts, "dropped": dropped, "proof": proof}
    return {**after, **keep(state, parts, "untested", doubt(state, standing))}


def _learn(state: SkillState, parts: Parts, attempt: Attempt, standing: Standing) -> dict[str, Any]:
    """Record the failure with its lesson, and go on or give up."""
    lesson = lesson_of(attempt)
    repairable = is_repairable(state, attempt, voted=is_voted(state, parts))
    diagnosis = lesson_of(told(state, attempt)).text if repairable else ""
    attempt = attempt.model_copy(update={"diagnosis": diagnosis})
    attempts = [*state.attempts[:-1], attempt]
    state = state.model_copy(update={"attempts": attempts})
    changes: dict[str, Any] = {"attempts": attempts}
    failure = FailureRecord(
        id=f"{state.run_id}:{state.iteration}",
        skill=state.skill,
        error=lesson.error,
        error_type=lesson.error_type,
        code_snippet=attempt.code,
        lesson=diagnosis,
        goal=state.goal[:500],
        run_id=state.run_id,
        iteration=state.iteration,
        signature=signature_of(attempt, names_of(state)),
    )
    with parts.memory.update() as kept:
        kept.add_failure(failure)
        count_shown(state, attempt, kept, passed=False)
    crash_point("analyze.lesson_kept")
    warnings, exhausted = _budget(state, parts)
    changes["warned"] = [*state.warned, *warnings]
    end = exhausted or _hopeless(state)
    if end:
        if not state.refused and (mistaken := _mistaken(state, parts, standing)):
            return {**changes, **mistaken}
        if standing.leaders and not state.refused:
            _verdict(state, parts, attempt.passed, len(attempt.failures), lesson.error, "keep")
            return {**changes, **_keep_unproven(state, parts, standing)}
        _verdict(state, parts, attempt.passed, len(attempt.failures), lesson.error, "give up")
        return {**changes, **give_up(state, parts, _why(state, end))}
    if not parts.small and not standing.leaders and is_stuck(state) and attempt.facts and repairable:
        changes |= _diagnose(state, parts, attempt)
    course = course_of(state.model_copy(update={"attempts": changes["attempts"]}), parts)
    if course.mode == "repair":
        # Kept with the attempt: a run that goes on after an interruption asks the same.
        changes["attempts"] = [
            with_trace(state, parts, one) if one.iteration == course.base and not one.mended else one
            for one in changes["attempts"]
        ]
    _verdict(state, parts, attempt.passed, len(attempt.failures), lesson.error, course.detail)
    return changes


def _mistaken(state: SkillState, parts: Parts, standing: Standing) -> dict[str, Any]:
    """The end of a run whose candidates agree against examples; nothing where they don't, or one that holds all is likely."""
    likely = standing.leaders and not standing.by_program[0] and standing.believed >= LIKELY
    if parts.settings.proof == "basic" or state.adapting or likely:
        return {}
    if (found := contested(state, parts)) is None:
        return {}
    attempt, told = found
    _verdict(state, parts, attempt.passed, len(attempt.failures), told, "give up")
    return give_up(state, parts, told, attempt)


def _diagnose(state: SkillState, parts: Parts, attempt: Attempt) -> dict[str, Any]:
    """Stuck: ask the analyst, once, what to do differently. Its words are advice to the coder and set no verdict."""
    if state.spec is None:
        return {}
    try:
        reply = parts.chat.complete(
            "analyst",
            diagnose_messages(state, state.spec, attempt),
            CallOptions(temperature=0.2, max_tokens=300, seed=state.iteration),
            cancel=parts.cancel,
            run_id=state.run_id,
        )
    except ModelError:
        return {}
    advised = attempt.model_copy(update={"diagnosis": " ".join(reply.text.split())[:600]})
    return {"attempts": [*state.attempts[:-1], advised], **spent(state, reply.usage)}


def _budget(state: SkillState, parts: Parts) -> tuple[list[str], str]:
    """Budgets that now pass three quarters, and the first that is used up ("" if none is)."""
    settings = parts.settings
    warnings: list[str] = []
    for name, used, limit in (
        ("iterations", float(state.iteration), float(settings.max_iterations)),
        ("tokens", float(state.tokens), float(settings.max_tokens)),
        ("seconds", state.seconds, settings.max_seconds),
    ):
        if used >= limit:
            return warnings, f"The budget of {limit:g} {name} is used up."
        if used >= WARN_AT * limit and name not in state.warned:
            parts.emit(BudgetWarning(run_id=state.run_id, budget=name, used=used, limit=limit))
            warnings.append(name)
    return warnings, ""


def _hopeless(state: SkillState) -> str:
    """Why going on makes no sense: the model insists on what is refused."""
    recent = [attempt.problem for attempt in state.attempts[-REFUSALS:]]
    insists = len(recent) == REFUSALS and all(
        problem.startswith("It still wants") or "not approved" in problem for problem in recent
    )
    if insists and state.refused:
        return "The model insists on it."
    if len(recent) == REFUSALS and all(problem.startswith(IMPOSSIBLE) for problem in recent):
        return "The model insists on what nobody can allow."
    if (
        len(recent) == REFUSALS
        and all(problem.startswith("The safety rules refuse") for problem in recent)
        and len(set(recent)) == 1
    ):
        return "The model insists on what the safety rules never allow."
    return ""


def _why(state: SkillState, end: str) -> str:
    if state.refused:
        keys = " ".join(f"--allow {shlex.quote(key)}" for key in state.refused)
        end = f"A permission was refused; allow it when asked, or with {keys}. {end}"
    best = state.best
    if best is None:
        return end
    if best.failures:
        first = best.failures[0]
        total = len(best.facts)
        return f"{end} The best attempt passed {best.passed} of {total} tests; {first.name} failed: {first.message or first.error_type}"
    return f"{end} {best.problem}".strip()


def _verdict(state: SkillState, parts: Parts, passed: int, failed: int, summary: str, step: str) -> None:
    parts.emit(
        VerdictReached(
            run_id=state.run_id,
            iteration=state.iteration,
            passed=passed,
            failed=failed,
            summary=summary,
            next_step=step,
        )
    )
