"""The model asked without the agent around it: once, or twelve times with the first that passes the examples."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from apprentice.agent import Agent
from apprentice.errors import ContextOverflow, ReplyCut, ReplyInvalid, ReplyLooped
from apprentice.graph import small_model
from apprentice.graph.ground_truth import ground_truth
from apprentice.graph.prompts import fresh_messages
from apprentice.graph.state import SkillState, Spec
from apprentice.graph.write import usable_code
from apprentice.models.base import CallOptions, Message
from benchmarks.solving.meter import Meter
from benchmarks.solving.mode import SAMPLES, TEMPERATURE
from benchmarks.solving.row import Cost
from benchmarks.tasks.judge import is_right, passes_examples
from benchmarks.tasks.task import Task

#: the one prompt of models that aren't small: the agent's own for a new module, without a plan
LARGE_STYLE: Final = "fresh"
_SMALL_STYLES: Final = tuple(dict.fromkeys(style for style, _ in small_model.WAYS))


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered: the code that counts, whether it passes the examples, whether any answer is right, the cost."""

    code: str
    accepted: bool
    any_right: bool
    cost: Cost
    until_accepted: Cost | None = None


def styles_of(agent: Agent) -> tuple[str, ...]:
    """The single prompts for the agent's model, the best on its own first."""
    return _SMALL_STYLES if agent.chat.info("coder").small else (LARGE_STYLE,)


def one_answer(agent: Agent, task: Task, style: str) -> Answered:
    """One answer at temperature 0.

    Raises:
        ModelError: the model can't be asked.
        SandboxError: code can't be run.
    """
    (code,), costs = _answers(agent, task, style, [(0.0, 1)])
    passing, seconds = _passing(agent, task, [code])
    right = bool(code) and is_right(agent.sandbox, task, code)
    return Answered(code, code in passing, right, sum(costs, seconds))


def first_that_passes(agent: Agent, task: Task, style: str) -> Answered:
    """Twelve warm answers, all of them drawn. The first that passes the prompt's examples counts, else the last.

    Raises:
        ModelError: the model can't be asked.
        SandboxError: code can't be run.
    """
    codes, costs = _answers(agent, task, style, [(TEMPERATURE, seed) for seed in range(1, SAMPLES + 1)])
    passing, seconds = _passing(agent, task, codes)
    first = next((number for number, code in enumerate(codes) if code in passing), None)
    return Answered(
        code=codes[-1] if first is None else codes[first],
        accepted=first is not None,
        any_right=any(is_right(agent.sandbox, task, code) for code in dict.fromkeys(codes) if code),
        cost=sum(costs, seconds),
        until_accepted=sum(costs[: SAMPLES if first is None else first + 1], Cost()),
    )


def _passing(agent: Agent, task: Task, codes: Sequence[str]) -> tuple[set[str], Cost]:
    """Those that pass the prompt's examples, and the time that it took to find out."""
    started = time.monotonic()
    passing = {code for code in dict.fromkeys(codes) if code and passes_examples(agent.sandbox, task, code)}
    return passing, Cost(seconds=time.monotonic() - started)


def _answers(
    agent: Agent, task: Task, style: str, drawn: Sequence[tuple[float, int]]
) -> tuple[list[str], list[Cost]]:
    """The code of an answer for each temperature and seed ("" where there is none), and the cost of each."""
    given = ground_truth(task.prompt)
    spec = Spec(function=task.function, signature=given.signature)
    state = SkillState(run_id="", goal=task.prompt, skill=task.function, given=given, spec=spec)
    messages, options = _question(agent, state, spec, style)
    codes: list[str] = []
    costs: list[Cost] = []
    for temperature, seed in drawn:
        with Meter(agent) as meter:
            text = _text(agent, messages, replace(options, temperature=temperature, seed=seed))
        codes.append(usable_code(text, state, spec, from_memory=True)[0] if text else "")
        costs.append(meter.cost)
    return codes, costs


def _question(agent: Agent, state: SkillState, spec: Spec, style: str) -> tuple[list[Message], CallOptions]:
    if style == LARGE_STYLE:
        return fresh_messages(state, spec), CallOptions()
    turn = [name for name, _ in small_model.WAYS].index(style)
    state = state.model_copy(update={"iteration": turn + 1})
    prefills = agent.chat.info("coder").prefills
    return small_model.code_question(state, spec, prefills=prefills)


def _text(agent: Agent, messages: list[Message], options: CallOptions) -> str:
    """The answer's text, also of one that reached its length; empty where there is none."""
    try:
        return agent.chat.complete("coder", messages, options).text
    except ReplyCut as error:
        return error.text
    except (ReplyLooped, ReplyInvalid, ContextOverflow):
        return ""
