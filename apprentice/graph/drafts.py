"""Asking for modules: several at once where the model server has room, each for an iteration of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from apprentice.errors import ContextOverflow, ModelError, ReplyCut, ReplyInvalid, ReplyLooped
from apprentice.graph import small_model
from apprentice.graph.code_text import defined_names
from apprentice.graph.course import attempt_of
from apprentice.graph.finished import Finished
from apprentice.graph.parts import Parts
from apprentice.graph.prompts import coder_options, fresh_messages, never_twice, repair_messages
from apprentice.graph.state import Draft, SkillState, Spec
from apprentice.models.base import ENOUGH, CallOptions, Message, Usage, usage_of

#: Modules asked for at once: what more would bring is rarely still wanted.
MOST: Final = 3

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Drawn:
    """The reply of this iteration, those that wait for later ones, and what all of them cost."""

    reply: Draft
    waiting: list[Draft]
    prompts: list[str]
    usages: list[Usage]


def draw(state: SkillState, spec: Spec, parts: Parts) -> Drawn:
    """The reply of this iteration: one that was asked for before, or a new one, with others beside it where there is room.

    Raises:
        ModelError: the model can't be asked.
    """
    if state.mode == "fresh" and state.drafts:
        first, *later = state.drafts
        return Drawn(first, later, [], [])
    count = _room(state, parts)
    states = [
        state.model_copy(update={"iteration": state.iteration + number, "angle": state.angle + number})
        for number in range(count)
    ]
    prompts: list[str] = []
    asked = []
    for one in states:
        messages, options = question(one, spec, parts)
        messages, digest = never_twice(
            one.model_copy(update={"prompts_seen": [*one.prompts_seen, *prompts]}), messages
        )
        prompts.append(digest)
        asked.append((one, messages, options))
    if count == 1:
        reply, usage = _ask(*asked[0], spec, parts)
        return Drawn(reply, list(state.drafts), prompts, [usage])
    with ThreadPoolExecutor(count, thread_name_prefix="draft") as pool:
        first_reply = pool.submit(_ask, *asked[0], spec, parts)
        others = [pool.submit(_ask, *one, spec, parts) for one in asked[1:]]
        with _stopping(parts):
            reply, usage = first_reply.result()
            found = [draft for other in others if (draft := _unless_failed(other))]
    return Drawn(reply, [draft for draft, _ in found], prompts, [usage, *(used for _, used in found)])


def beside(parts: Parts, work: Callable[[], _T], other: Callable[[], Drawn]) -> tuple[_T, Drawn]:
    """Both, at the same time where the server has room for two requests."""
    if parts.settings.ollama_parallel < 2 or not parts.uses("parallel"):
        return work(), other()
    with ThreadPoolExecutor(1, thread_name_prefix="draft") as pool:
        drawn = pool.submit(other)
        with _stopping(parts):
            return work(), drawn.result()


@contextmanager
def _stopping(parts: Parts) -> Iterator[None]:
    """What runs beside is stopped, too, where the program is interrupted here: it would be waited for."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        parts.cancel.cancel()
        raise


def question(state: SkillState, spec: Spec, parts: Parts) -> tuple[list[Message], CallOptions]:
    """What the coder is asked in this iteration, and how it is to answer."""
    if parts.small:
        return small_model.code_question(
            state, spec, prefills=parts.chat.info("coder").prefills, varied=parts.uses("variety")
        )
    asked = state if parts.uses("variety") else state.model_copy(update={"angle": 0})
    messages = repair_messages(asked, spec) if state.mode == "repair" else fresh_messages(asked, spec)
    return messages, coder_options(state)


def required_names(state: SkillState, spec: Spec) -> list[str]:
    """Names that the module must define."""
    old = state.adapting.required if state.adapting else []
    return list(dict.fromkeys([*state.given.required, *old, spec.function]))


def _room(state: SkillState, parts: Parts) -> int:
    """How many modules to ask for now."""
    if state.mode != "fresh" or state.adapting or not parts.uses("parallel"):
        return 1
    slots = parts.settings.ollama_parallel
    if not state.attempts:
        # The first module of a large model often is right, and its tests are written beside it.
        slots = min(2, slots - 1) if not parts.small else slots
    return max(1, min(slots, MOST, parts.settings.max_iterations - state.iteration + 1))


def _unless_failed(other: Future[tuple[Draft, Usage]]) -> tuple[Draft, Usage] | None:
    """A reply beside the one that counts; its failure is no failure of this iteration."""
    try:
        return other.result()
    except ModelError:
        return None


def _ask(
    state: SkillState, messages: list[Message], options: CallOptions, spec: Spec, parts: Parts
) -> tuple[Draft, Usage]:
    finished = _finished(state, spec, prefilled=bool(options.prefill))
    options = replace(options, enough=finished.reached)
    try:
        reply = parts.chat.complete("coder", messages, options, cancel=parts.cancel, run_id=state.run_id)
    except ReplyCut as error:
        problem = f"The answer was cut at its length limit: {error.message} Write a shorter module."
        return Draft(angle=state.angle, problem=problem), usage_of(error)
    except (ReplyLooped, ReplyInvalid) as error:
        return Draft(angle=state.angle, problem=error.message), usage_of(error)
    except ContextOverflow:
        if state.mode == "fresh":
            raise
        problem = (
            "The module and its errors together are longer than the model's context. Write a shorter module."
        )
        return Draft(angle=state.angle, problem=problem), Usage()
    text = finished.part(reply.text) if reply.done_reason == ENOUGH else reply.text
    return Draft(angle=state.angle, text=text), reply.usage


def _finished(state: SkillState, spec: Spec, *, prefilled: bool) -> Finished:
    """Where the answer to the question is whole."""
    repaired = attempt_of(state, state.base) if state.mode == "repair" else None
    old = repaired.code if repaired else state.adapted.code if state.adapted else ""
    return Finished(
        required=tuple(required_names(state, spec)),
        known=frozenset(defined_names(state.given.code)),
        prefilled=prefilled,
        old=old,
    )
