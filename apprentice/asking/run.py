"""run: the steps of the plan, those that don't need each other at the same time, each behind the wall."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import BoundedSemaphore, Event
from typing import Any

from apprentice.asking.arguments import parameter_names
from apprentice.asking.parts import AskParts, Ready
from apprentice.asking.plan import PlannedStep, references, resolved
from apprentice.asking.state import AskState, Step
from apprentice.errors import AgentError, Cancelled, UsageError
from apprentice.events import StepFinished
from apprentice.sandbox.base import RunResult
from apprentice.skills.signature import Signature

#: What is taken to be the signature of a skill whose code doesn't tell.
ANYTHING = Signature("", (), open_names=True, open_positions=True)
AT_ONCE = 4
MAX_EACH = 1_000
MAX_LOG = 20_000


def run(state: AskState, parts: AskParts) -> dict[str, Any]:
    """Run the plan wave by wave; after the first wave in which a step fails, the later ones are skipped."""
    plan = state.plan
    if plan is None or not state.steps or any(step.status == "failed" for step in state.steps):
        return {}
    steps = {step.id: step for step in state.steps}
    done = dict(state.done)
    problems: list[str] = []
    folder, paths = _paths(state, parts)
    allowed = [*state.allowed, *([f"write:{folder}"] if folder else [])]
    # One for all calls: a step for each element of a list is many of them.
    slots = BoundedSemaphore(AT_ONCE)
    for wave in plan.waves(list(state.files)):
        parts.cancel.check()
        if problems:
            steps |= {id_: steps[id_].model_copy(update={"status": "skipped"}) for id_ in wave}
            continue
        # What a person has to be asked is asked first, one question after the other.
        ready = {id_: _ready(steps[id_], allowed, parts) for id_ in wave}
        values = {id_: step.value for id_, step in steps.items() if step.status == "ok"}
        uses: list[tuple[str, RunResult]] = []
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="step") as pool:
            futures = {
                id_: pool.submit(
                    _run_step, plan.step(id_), steps[id_], ready[id_], values, paths, state.done, slots, parts
                )
                for id_ in wave
            }
            try:
                for id_, future in futures.items():
                    steps[id_], used = future.result()
                    uses += [(steps[id_].skill, result) for result in used]
            except BaseException:
                # Ctrl-C is felt by this thread alone; the steps still running heed the token.
                parts.cancel.cancel()
                raise
        for id_ in wave:
            step = steps[id_]
            parts.emit(
                StepFinished(
                    run_id=state.run_id,
                    step=id_,
                    skill=step.skill,
                    ok=step.status == "ok",
                    seconds=step.seconds,
                    detail=step.error or shown(step.value, 200),
                )
            )
            if step.status == "failed":
                problems.append(f"Step {id_} ({step.skill}): {step.error}")
            elif not plan.step(id_).for_each and not _of_files(step, [*paths.values(), folder], parts):
                done[_key(step, step.arguments)] = step.value
        # A skill whose uses keep failing is proved again, which may ask a person: never in the middle of a wave.
        for skill, result in uses:
            parts.cancel.check()
            parts.note_use(skill, result)
    return {
        "steps": [steps[step.id] for step in state.steps],
        "done": done,
        "folder": folder,
        "problems": [*state.problems, *problems],
    }


def shown(value: Any, length: int) -> str:
    """A value as text, shortened."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _ready(step: Step, allowed: list[str], parts: AskParts) -> Ready | AgentError:
    try:
        return parts.ready(step.skill, allowed)
    except Cancelled:
        raise
    except AgentError as error:
        return error


def _run_step(
    planned: PlannedStep,
    step: Step,
    ready: Ready | AgentError,
    values: Mapping[str, Any],
    paths: Mapping[str, str],
    done: Mapping[str, Any],
    slots: BoundedSemaphore,
    parts: AskParts,
) -> tuple[Step, list[RunResult]]:
    """One step with what came of it, whatever goes wrong, and what counts as a use of its skill.

    Args:
        done: results of earlier plans. Equal calls of one plan are made each: they are two because two are wanted.
    """
    if isinstance(ready, AgentError):
        return step.model_copy(update={"status": "failed", "error": str(ready)}), []
    arguments: dict[str, Any] = {}
    try:
        signature = parts.signature(step.skill) or ANYTHING
        given = resolved(planned.arguments, values, paths)
        # What a skill was asked to take says nothing of one that was there before.
        names = parameter_names(step.skill, given, signature, planned.signature if step.made else "")
        arguments = {names[name]: value for name, value in given.items()}
        if planned.for_each:
            each = names.get(planned.for_each, planned.for_each)
            return _each(each, step, signature, arguments, ready, slots, parts)
        arguments = signature.checked(step.skill, arguments)
    except UsageError as error:
        return step.model_copy(update={"status": "failed", "error": str(error), "arguments": arguments}), []
    step = step.model_copy(update={"arguments": arguments})
    key = _key(step, arguments)
    if key in done:
        return step.model_copy(update={"status": "ok", "value": done[key], "cached": True}), []
    with slots:
        parts.cancel.check()
        result = ready(arguments)
    return _finished(step, [result], one=True, parts=parts)


def _each(
    name: str,
    step: Step,
    signature: Signature,
    arguments: dict[str, Any],
    ready: Ready,
    slots: BoundedSemaphore,
    parts: AskParts,
) -> tuple[Step, list[RunResult]]:
    """A call for each element of the list; after the first that fails, no other is begun."""
    items = arguments[name]
    if not isinstance(items, list):
        raise UsageError(
            f"{step.skill} is to be called for each {name!r}, which is no list: {shown(items, 80)}.",
            "Pass a list, or leave for_each empty.",
        )
    if len(items) > MAX_EACH:
        raise UsageError(
            f"{step.skill} is to be called for {len(items):,} elements; at most {MAX_EACH:,} are done.",
            "Use a skill that takes the whole list.",
        )
    calls = [signature.checked(step.skill, {**arguments, name: item}) for item in items]
    stop = Event()

    def call(one: dict[str, Any]) -> RunResult | None:
        with slots:
            if stop.is_set() or parts.cancel.cancelled:
                return None
            ended_well = False
            try:
                result = ready(one)
                ended_well = result.ok
            finally:
                if not ended_well:
                    stop.set()
        return result

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="each") as pool:
        results = [result for result in pool.map(call, calls) if result is not None]
    parts.cancel.check()
    return _finished(step.model_copy(update={"arguments": arguments}), results, one=False, parts=parts)


def _finished(
    step: Step, results: list[RunResult], *, one: bool, parts: AskParts
) -> tuple[Step, list[RunResult]]:
    if any(result.status == "cancelled" for result in results):
        parts.cancel.check()
    bad = next((result for result in results if not result.ok), None)
    uses = results[:1] if bad is None else [bad] if bad.status != "cancelled" else []
    error = ""
    if bad is not None:
        error = bad.message or bad.error_type or bad.status
        if bad.error_type and not error.startswith(bad.error_type):
            error = f"{bad.error_type}: {error}"
    finished = step.model_copy(
        update={
            "status": "ok" if bad is None else "failed",
            "value": None if bad else results[0].value if one else [result.value for result in results],
            "error": error,
            "seconds": sum(result.seconds for result in results),
            "log": "".join(result.stdout for result in results)[:MAX_LOG],
            "isolation": results[0].isolation if results else "",
        }
    )
    return finished, uses


def _paths(state: AskState, parts: AskParts) -> tuple[str, dict[str, str]]:
    """The folder for files that steps write, where there are any, and the paths by name."""
    wanted = {
        name
        for step in (state.plan.steps if state.plan else ())
        for kind, name, _ in references(step.arguments)
        if kind == "new_file"
    }
    if not wanted:
        return state.folder, dict(state.files)
    folder = state.folder or parts.folder(state.run_id)
    return folder, {**state.files, **{f"new:{name}": str(Path(folder) / name) for name in wanted}}


def _of_files(step: Step, paths: Sequence[str], parts: AskParts) -> bool:
    """Whether a call is about files, which other steps may change: the next plan has to make it again."""
    record = parts.skill(step.skill)
    if record is not None and any(key.startswith(("write:", "command:")) for key in record.permissions):
        return True
    return any(path and path in text for text in _texts(step.arguments) for path in paths)


def _texts(value: Any) -> Iterator[str]:
    """The texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _key(step: Step, arguments: Mapping[str, Any]) -> str:
    return f"{step.skill}@{step.version}({json.dumps(arguments, sort_keys=True, ensure_ascii=False)})"
