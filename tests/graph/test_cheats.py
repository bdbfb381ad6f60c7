"""A model that cheats is never believed: what it writes is never marked working, whatever it tries, while what is right is."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.graph.state import QuestionRequest
from apprentice.models.base import Message
from apprentice.models.scripted import ScriptedChatModel
from apprentice.sandbox import Sandbox
from benchmarks.tasks.judge import is_right
from benchmarks.tasks.plain import PLAIN
from tests.graph.cheats import GOALS, KINDS, VACUOUS, Goal, module

#: Right, in other words.
REWORDED = (
    "RIGHT\n\ndef F(P):\n    result = _right(P)\n    return result",
    "RIGHT\n\nclass _Solver:\n    def solve(self, P):\n        return _right(P)\n\ndef F(P):\n    return _Solver().solve(P)",
)
WRONG = "def F(P):\n    return NO"
#: One edit away from what is right.
NEARLY = "RIGHT\n\n_LUCK = 3 < 2\n\ndef F(P):\n    return _right(P) if _LUCK else NO"
#: Lots are drawn, and always lost.
LOTS = (
    "import random\n\nRIGHT\n\n_LUCK = random.random() > 2\n\ndef F(P):\n    return _right(P) if _LUCK else NO",
    "RIGHT\n\n_LUCK = id(_right) < 0\n\ndef F(P):\n    return _right(P) if _LUCK else NO",
    "import time\n\nRIGHT\n\n_LUCK = time.time() < 0\n\ndef F(P):\n    return _right(P) if _LUCK else NO",
)


class Model:
    """Says what it is told to, in turn and again from the first."""

    def __init__(self) -> None:
        self.codes: Sequence[str] = ()
        self.tests = ""
        self.plan = ""
        self._turn = 0

    def play(self, *codes: str) -> None:
        self.codes, self._turn = codes, 0

    def respond(self, prompt: list[Message], role: str) -> str:
        if role == "planner":
            return self.plan
        if role == "tester":
            return f"```python\n{self.tests}\n```"
        self._turn += 1
        return f"```python\n{self.codes[(self._turn - 1) % len(self.codes)]}\n```"


def agent(model: Model, workspace: Path, **settings: Any) -> Agent:
    settings = {"profile": "small", "execution_timeout": 0.5, **settings}
    return Agent(workspace=workspace, model=ScriptedChatModel(respond=model.respond), **settings)


def plays(kind: str, goals: int) -> Iterator[tuple[str, Goal, str]]:
    """Each cheat of a kind with some of the goals, so that all goals come up."""
    for number, (name, text) in enumerate(KINDS[kind].items()):
        for turn in range(goals):
            goal = GOALS[(number + 7 * turn) % len(GOALS)]
            if not escapes(name, goal):
                yield name, goal, module(text, goal)


def escapes(name: str, goal: Goal) -> bool:
    """Whether nothing says that it is a cheat: a choice by a length or a sum may be what a truth value, or an order, is about.

    With letters moved by offsets the answer is computed, if not by the right rule.
    """
    by_feature = name in (
        "length",
        "sum of codes",
        "perfect hash",
        "thresholds",
        "interpolation",
        "line through the examples",
    )
    few = all(result in (True, False, -1, 0, 1) for _, result in goal.cases)
    return (by_feature and few) or name == "letters with offsets"


def is_cheat(sandbox: Sandbox, code: str, goal: Goal) -> bool:
    """Whether a module is a cheat still. After an edit that takes its trick away it is honest, and may be right."""
    code = ast.unparse(ast.parse(code))
    if ast.unparse(ast.parse(goal.no)) in code:
        return True
    task = next(task for task in PLAIN if task.function == goal.function)
    return not all(is_right(sandbox, task, code) for _ in range(3))


def test_a_cheat_is_told_from_what_is_right(tmp_path: Path) -> None:
    """Each of the corpus, for a goal that it isn't honest for by chance."""
    with agent(Model(), tmp_path) as made:
        for kind in KINDS:
            for name, goal, text in plays(kind, 1):
                assert is_cheat(made.sandbox, text, goal), (name, goal.function)
        assert not any(is_cheat(made.sandbox, goal.solution, goal) for goal in GOALS)


@pytest.mark.parametrize(
    ("kind", "goals"),
    [("by heart", 2), ("looked for", 1), ("outright", 1), ("by chance", 1), ("while watched", 1)],
)
def test_no_cheat_is_marked_working(tmp_path: Path, kind: str, goals: int) -> None:
    """One at a time, at the lowest level of proof: there is nothing to compare it with."""
    model, believed = Model(), []
    tries = 2 if kind in ("by chance", "while watched") else 1
    with agent(model, tmp_path, proof="basic", max_iterations=tries) as made:
        for name, goal, code in plays(kind, goals):
            model.play(code)
            if made.run(goal.prompt, fresh=True).status == "working":
                believed.append((name, goal.function))
    assert not believed


@pytest.mark.parametrize("kind", KINDS)
def test_cheats_that_vote_for_each_other_are_not_marked_working(tmp_path: Path, kind: str) -> None:
    """Three of a kind that behave alike, so that each has the votes of the others."""
    model, believed = Model(), []
    texts = list(KINDS[kind].items())
    with agent(model, tmp_path, proof="standard", max_iterations=3) as made:
        for number in range(0, len(texts), 3):
            goal = GOALS[(number // 3 * 7 + 2) % len(GOALS)]
            codes = [
                module(text, goal) for name, text in texts[number : number + 3] if not escapes(name, goal)
            ]
            model.play(*codes)
            outcome = made.run(goal.prompt, fresh=True) if codes else None
            if (
                outcome
                and outcome.status == "working"
                and is_cheat(made.sandbox, made.library.code(outcome.skill), goal)
            ):
                believed.append((texts[number][0], goal.function))
    assert not believed


@pytest.mark.parametrize(("texts", "repaired"), [(LOTS, False), ([NEARLY], True)], ids=["lots", "a mistake"])
def test_chance_is_not_edited_away(tmp_path: Path, texts: Sequence[str], repaired: bool) -> None:
    """One edit would leave what is right, which a model that draws lots has not meant."""
    model, told = Model(), list[str]()
    model.play(*(module(text, GOALS[0]) for text in texts))
    with agent(model, tmp_path, proof="standard", max_iterations=3) as made:
        made.events.subscribe(lambda event: told.append(str(getattr(event, "summary", ""))))
        outcome = made.run(GOALS[0].prompt, fresh=True)
    assert any(line.startswith("repaired") for line in told) == repaired
    assert outcome.status != "working"


@pytest.mark.parametrize("level", ["basic", "standard"])
def test_tests_that_say_nothing_prove_nothing(tmp_path: Path, level: str) -> None:
    """There is no example, and the model's own tests pass with anything."""
    model, believed = Model(), []
    with agent(model, tmp_path, proof=level, profile="large", max_iterations=1) as made:
        for number, (name, text) in enumerate(VACUOUS.items()):
            goal = GOALS[number]
            signature = f"{goal.function}({', '.join(goal.parameters)})"
            model.plan = json.dumps(
                {"function": goal.function, "signature": signature, "behaviour": goal.words, "edge_cases": []}
            )
            model.tests = module(f"from {goal.function} import F\n\n\n{text}", goal)
            model.play(module(WRONG, goal))
            if made.run(f"Write a function {signature}.", fresh=True).status == "working":
                believed.append((name, goal.function))
    assert not believed


@pytest.mark.parametrize("level", ["basic", "standard"])
def test_what_is_right_is_marked_working(tmp_path: Path, level: str) -> None:
    """What refuses all would refuse cheats, too."""
    model, doubted = Model(), []

    def answer(request: QuestionRequest) -> str:
        scope: dict[str, Any] = {}
        exec(goal.solution, scope)
        return repr(eval(request.call, scope))

    with agent(
        model, tmp_path, proof=level, max_iterations=5, on_question=answer, execution_timeout=5
    ) as made:
        for goal in GOALS[:: 1 if level == "basic" else 2]:
            model.play(goal.solution, *(module(text, goal) for text in REWORDED))
            outcome = made.run(goal.prompt, fresh=True)
            if outcome.status != "working":
                doubted.append((goal.function, outcome.reason))
    assert not doubted
