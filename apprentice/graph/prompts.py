"""The messages of each call: what never changes first, so that the server's prefix cache serves it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from apprentice.grants import in_words
from apprentice.graph.course import ANGLES, attempt_of
from apprentice.graph.needs import parsed
from apprentice.graph.state import Attempt, SkillState, Spec
from apprentice.graph.told import told
from apprentice.models.base import CallOptions, Message
from apprentice.models.prompting import render

SHOWN_FAILURES = 4
SHOWN_LESSONS = 4
#: how often a fresh attempt is shown a related skill's module: with it, candidates are like it, without it, they differ
ALIKE_EVERY = 3
#: of the skill that is generalised: how many of its examples, and its code up to so many characters
SHOWN_CALLS = 12
SHOWN_CODE = 20_000


def plan_messages(state: SkillState) -> list[Message]:
    """Ask for the specification."""
    return [
        ("system", render("system_planner")),
        (
            "user",
            _with_adapted(
                "adapt_plan",
                state,
                render("goal", **_goal(state), recalled=state.recalled, lessons=_lessons(state)),
            ),
        ),
    ]


def tester_messages(state: SkillState, spec: Spec, names: Sequence[str], problem: str) -> list[Message]:
    """Ask for tests, without sight of any code."""
    return [
        (
            "system",
            render("system_tester", module=state.skill, names=list(names), phrases=not spec.behaviour),
        ),
        ("user", f"{_spec(state, spec)}\n\n{render('tests', turn=state.tests_asked + 1, problem=problem)}"),
    ]


def fresh_messages(state: SkillState, spec: Spec) -> list[Message]:
    """Ask for a module, at the state's angle."""
    failed = [attempt.diagnosis for attempt in state.attempts if attempt.diagnosis]
    question = render(
        "code",
        recalled=state.recalled,
        lessons=_lessons(state),
        constraints=state.constraints,
        failed=list(dict.fromkeys(failed))[-SHOWN_LESSONS:],
        angle=ANGLES[state.angle % len(ANGLES)],
        alike=state.alike.strip() if state.angle % ALIKE_EVERY == 1 else "",
    )
    return [
        ("system", render("system")),
        ("user", f"{_asked(state, spec)}\n\n{question}"),
    ]


def repair_messages(state: SkillState, spec: Spec) -> list[Message]:
    """Ask for a corrected module, with the facts of the run that failed."""
    attempt = attempt_of(state, state.base)
    if attempt is None:
        return fresh_messages(state, spec)
    shown = told(state, attempt)
    question = render(
        "repair",
        problem=attempt.problem,
        passed=shown.passed,
        total=len(shown.facts),
        failures=shown.failures[:SHOWN_FAILURES],
        trace=attempt.trace,
        diagnosis=attempt.diagnosis,
        lessons=_lessons(state),
        constraints=state.constraints,
        turn=state.repairs,
    )
    return [
        ("system", render("system")),
        ("user", f"{_asked(state, spec)}\n\nWrite the module."),
        ("assistant", f"```python\n{attempt.code.strip()}\n```"),
        ("user", question),
    ]


def diagnose_messages(state: SkillState, spec: Spec, attempt: Attempt) -> list[Message]:
    """Ask why an attempt fails."""
    failures = told(state, attempt).failures[:SHOWN_FAILURES]
    question = render("diagnose", code=attempt.code.strip(), failures=failures)
    return [("system", render("system_analyst")), ("user", f"{_spec(state, spec)}\n\n{question}")]


def never_twice(state: SkillState, messages: list[Message]) -> tuple[list[Message], str]:
    """The messages with a digest that no earlier prompt of the run has; a repeated prompt gets a line that changes it."""
    digest = digest_of(messages)
    if digest in state.prompts_seen:
        role, text = messages[-1]
        number = state.iteration
        messages = [
            *messages[:-1],
            (role, f"{text}\n\nThis is attempt {number}: write it differently from before."),
        ]
        digest = digest_of(messages)
    return messages, digest


def digest_of(messages: Sequence[Message]) -> str:
    """Identifies a prompt."""
    return hashlib.sha256(repr(list(messages)).encode()).hexdigest()[:16]


def coder_options(state: SkillState) -> CallOptions:
    """Careful for the first attempt and for repairs, more varied for each fresh attempt after it."""
    warm = state.mode == "fresh" and state.angle > 0
    temperature = min(1.0, 0.4 + 0.1 * state.angle) if warm else 0.2
    return CallOptions(temperature=temperature, seed=1000 + state.iteration)


def _lessons(state: SkillState) -> list[str]:
    return [lesson.text for lesson in state.lessons]


def _goal(state: SkillState) -> dict[str, object]:
    return {
        "goal": state.goal,
        "required": state.given.required,
        "signature": state.given.signature,
        "examples": state.given.texts,
    }


def _spec(state: SkillState, spec: Spec) -> str:
    text = render(
        "spec",
        goal=state.goal,
        module=state.skill,
        spec=spec,
        allowed=[in_words(permission) for permission in parsed(spec.permissions)],
        required=state.given.required,
        examples=state.given.texts,
    )
    return _with_adapted("adapt_calls", state, text) if state.adapting else text


def _asked(state: SkillState, spec: Spec) -> str:
    """What is asked for, the same in each prompt of the run for a module."""
    return _with_adapted("adapt_code", state, _spec(state, spec))


def _with_adapted(template: str, state: SkillState, text: str) -> str:
    """The text, and behind it what there is to say of the skill that is generalised."""
    adapted = state.adapted
    if adapted is None or (template == "adapt_plan" and adapted.left):
        return text
    said = render(
        template,
        adapted=adapted,
        code=adapted.code.strip() if len(adapted.code) <= SHOWN_CODE else "",
        calls=[str(example) for example in adapted.examples[:SHOWN_CALLS]],
        failures=[fact for fact in adapted.facts if not fact.passed][:SHOWN_FAILURES],
    )
    return f"{text}\n\n{said}" if said else text
