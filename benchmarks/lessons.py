"""What lessons save: the same goals with and without them, and with a lesson that is wrong.

The model is a script that makes the same kind of mistake at every goal of a family, and once more in its first repair,
unless its prompt tells what to do instead: then it does that, be it right or wrong. It has to find the words in the
prompt; nothing but a lesson puts them there.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from apprentice.agent import Agent
from apprentice.memory.lessons import lesson_id
from apprentice.memory.schema import LessonRecord
from apprentice.models.base import Message
from apprentice.models.scripted import ScriptedChatModel

_GOAL: Final = re.compile(r"^# Goal\nWrite (\w+)\(", re.MULTILINE)

#: Attempts at a goal in which the model makes its mistake, unless it is told.
STUBBORN: Final = 2


@dataclass(frozen=True, slots=True)
class Task:
    """One goal, the mistake that the model makes at it (in two ways of writing), and the right module.

    Attributes:
        cue: what a prompt must say for the model to write the right module at once.
    """

    family: str
    function: str
    goal: str
    check: str
    mistakes: tuple[str, str]
    right: str
    cue: str


def _task(
    family: str, cue: str, call: str, goal: str, check: str, mistake: str, again: str, right: str
) -> Task:
    head = f"def {call}:\n"
    bodies = [
        head + "".join(f"    {line}\n" for line in body.split("; ")) for body in (mistake, again, right)
    ]
    return Task(family, call.partition("(")[0], goal, check, (bodies[0], bodies[1]), bodies[2], cue)


def _blank(call: str, goal: str, check: str, sign: str, work: str) -> Task:
    """Numbers in a text, of which some are blank."""
    return _task(
        "blank items",
        ".strip()",
        call,
        goal,
        check,
        f"return {work}([int(part) for part in text.split('{sign}')])",
        f"numbers = [int(part) for part in text.split('{sign}')]; return {work}(numbers)",
        f"return {work}([int(part) for part in text.split('{sign}') if part.strip()])",
    )


def _empty(call: str, goal: str, check: str, work: str) -> Task:
    """Something of a list that may be empty."""
    return _task(
        "empty list",
        "if not ",
        call,
        goal,
        check,
        f"return {work}",
        f"result = {work}; return result",
        f"if not xs: return 0; return {work}".replace(": return", ":\n        return"),
    )


def _key(call: str, goal: str, check: str, key: str, default: str) -> Task:
    """A field that may be missing."""
    return _task(
        "missing field",
        ".get(",
        call,
        goal,
        check,
        f"return record['{key}']",
        f"value = record['{key}']; return value",
        f"return record.get('{key}', {default})",
    )


def _case(call: str, goal: str, check: str, mistake: str, right: str) -> Task:
    """Texts that must be compared without regard to case."""
    return _task(
        "case",
        ".casefold()",
        call,
        goal,
        check,
        f"return {mistake}",
        f"result = {mistake}; return result",
        f"return {right}",
    )


def _cents(call: str, goal: str, check: str, work: str) -> Task:
    """Amounts with two decimals."""
    return _task(
        "rounding",
        "round(",
        call,
        goal,
        check,
        f"return {work}",
        f"amount = {work}; return amount",
        f"return round({work}, 2)",
    )


TASKS: Final = (
    _blank(
        "add_up(text)",
        "Write add_up(text): the sum of the numbers in a comma-separated text. add_up('1, ,2') == 3",
        "add_up('4,5') == 9",
        ",",
        "sum",
    ),
    _empty(
        "mean(xs)",
        "Write mean(xs): the average of a list of numbers, 0 for none. mean([]) == 0",
        "mean([2, 4]) == 3",
        "sum(xs) / len(xs)",
    ),
    _key(
        "age_of(record)",
        "Write age_of(record): the age in a record of a person. age_of({'name': 'Ann'}) == 0",
        "age_of({'age': 7}) == 7",
        "age",
        "0",
    ),
    _case(
        "same_word(a, b)",
        "Write same_word(a, b): whether two words are the same, whatever their letters' case. same_word('Ab', 'aB') == True",
        "same_word('a', 'b') == False",
        "a == b",
        "a.casefold() == b.casefold()",
    ),
    _cents(
        "net_price(price)",
        "Write net_price(price): a price without its tax of 19 percent, in cents precision. net_price(10) == 8.4",
        "net_price(119) == 100.0",
        "price / 1.19",
    ),
    _blank(
        "largest(text)",
        "Write largest(text): the largest of the numbers in a semicolon-separated text. largest('3;;8') == 8",
        "largest('2;1') == 2",
        ";",
        "max",
    ),
    _empty(
        "peak(xs)",
        "Write peak(xs): the highest of some measured values per item, 0 without any. peak([]) == 0",
        "peak([2, 4]) == 2.0",
        "max(xs) / len(xs)",
    ),
    _key(
        "city_of(record)",
        "Write city_of(record): the city in a record of an address. city_of({'zip': 1}) == ''",
        "city_of({'city': 'Rome'}) == 'Rome'",
        "city",
        "''",
    ),
    _case(
        "count_word(words, word)",
        "Write count_word(words, word): how often a word is in a list, whatever the case of its letters. count_word(['A', 'a'], 'a') == 2",
        "count_word(['b'], 'a') == 0",
        "sum(w == word for w in words)",
        "sum(w.casefold() == word.casefold() for w in words)",
    ),
    _cents(
        "share(total, parts)",
        "Write share(total, parts): what each pays when a bill is split, in cents precision. share(10, 3) == 3.33",
        "share(9, 3) == 3.0",
        "total / parts",
    ),
    _blank(
        "spread(text)",
        "Write spread(text): the numbers of a text separated by bars, in order. spread('5|2| ') == [2, 5]",
        "spread('1|0') == [0, 1]",
        "|",
        "sorted",
    ),
    _empty(
        "density(xs)",
        "Write density(xs): the share of true flags in a list, 0 for an empty one. density([]) == 0",
        "density([True, False]) == 0.5",
        "xs.count(True) / len(xs)",
    ),
    _key(
        "mail_of(record)",
        "Write mail_of(record): the mail address in a record of a customer. mail_of({}) == 'none'",
        "mail_of({'mail': 'a@b'}) == 'a@b'",
        "mail",
        "'none'",
    ),
    _case(
        "is_inside(part, text)",
        "Write is_inside(part, text): whether a text has a part, whatever the case of its letters. is_inside('AB', 'cabd') == True",
        "is_inside('x', 'abc') == False",
        "part in text",
        "part.casefold() in text.casefold()",
    ),
    _cents(
        "with_tip(bill)",
        "Write with_tip(bill): a bill with a tip of 15 percent, in cents precision. with_tip(9.99) == 11.49",
        "with_tip(20) == 23.0",
        "bill * 1.15",
    ),
)

#: Goals of one family, for the lesson that is wrong.
SIGNS: Final = (",", ";", "|", "/", "-", "+", ":", "_", "&", "%")
ONE_FAMILY: Final = tuple(
    _blank(
        f"{name}(text)",
        f"Write {name}(text): the {word} of the numbers in a text separated by {mark}. {name}('1{sign}{sign}2') == {result}",
        f"{name}('4{sign}5') == {other}",
        sign,
        work,
    )
    for (name, word, work, result, other), sign, mark in zip(
        (
            ("sum_of", "sum", "sum", 3, 9),
            ("max_of", "largest", "max", 2, 5),
            ("min_of", "smallest", "min", 1, 4),
            ("count_of", "count", "len", 2, 2),
            ("order_of", "sorted list", "sorted", [1, 2], [4, 5]),
            ("total_of", "total", "sum", 3, 9),
            ("top_of", "top", "max", 2, 5),
            ("low_of", "lowest", "min", 1, 4),
            ("size_of", "number", "len", 2, 2),
            ("rank_of", "ranking", "sorted", [1, 2], [4, 5]),
        ),
        SIGNS,
        (
            "commas",
            "semicolons",
            "bars",
            "slashes",
            "hyphens",
            "pluses",
            "colons",
            "underscores",
            "ampersands",
            "percent signs",
        ),
        strict=True,
    )
)

#: What the wrong lesson tells, and the model then does.
WRONG_CUE: Final = "int(part, 16)"
WRONG: Final = LessonRecord(
    id=lesson_id("failure", "wrong", ["+call:int"], ""),
    text=f"A number in a separated text could not be read. The module that passed uses `{WRONG_CUE}`, instead of `int(part)`.",
    signature="test|ValueError|invalid literal for int() with base 0: _",
    error_type="ValueError",
    goal="The largest of the numbers in a text separated by bars.",
)


class Stubborn:
    """The model: it repeats its mistake, until it is told or has failed often enough."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._tasks = {task.function: task for task in tasks}
        self._tries = dict.fromkeys(self._tasks, 0)
        self.calls = 0

    def __call__(self, prompt: list[Message], role: str) -> str:
        """The answer to a prompt."""
        self.calls += 1
        said = "\n".join(text for kind, text in prompt if kind == "user")
        task = self._tasks[_GOAL.search(said)[1]]  # type: ignore[index]
        if role == "planner":
            return json.dumps({"function": task.function, "behaviour": "As the goal says.", "edge_cases": []})
        if role == "tester":
            return _fenced(f"def test_other():\n    assert {task.check}\n")
        if role != "coder":
            return "Look at the failing example."
        self._tries[task.function] += 1
        if WRONG_CUE in said:
            return _fenced(task.mistakes[0].replace("int(part)", WRONG_CUE))
        if task.cue in said or self._tries[task.function] > STUBBORN:
            return _fenced(task.right)
        return _fenced(task.mistakes[self._tries[task.function] - 1])


def _fenced(code: str) -> str:
    return f"```python\n{code}```"


@dataclass(frozen=True, slots=True)
class Learnt:
    """How a sequence of goals went.

    Attributes:
        iterations: of each goal, in order.
        working: how many were reached.
        calls: of the model.
        faded: number of the goal after which the planted lesson was faded; 0 if it never was, or none was planted.
    """

    name: str
    iterations: tuple[int, ...]
    working: int
    calls: int
    faded: int = 0


def sequence(name: str, tasks: Sequence[Task], *, lessons: bool, plant: LessonRecord | None = None) -> Learnt:
    """Give an agent with an empty workspace these goals, one after the other."""
    model = Stubborn(tasks)
    iterations: list[int] = []
    working = faded = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        Agent(
            workspace=Path(folder),
            model=ScriptedChatModel(respond=model),
            lessons=lessons,
            profile="large",
            proof="basic",
        ) as agent,
    ):
        if plant is not None:
            agent.memory.put_lesson(plant)
        for number, task in enumerate(tasks, start=1):
            outcome = agent.run(task.goal)
            working += outcome.ok
            iterations.append(outcome.iterations)
            if plant is not None and not faded:
                kept = next((lesson for lesson in agent.memory.lessons() if lesson.id == plant.id), None)
                faded = number if kept is None or kept.faded else 0
    return Learnt(name, tuple(iterations), working, model.calls, faded)


def measure() -> list[Learnt]:
    """All sequences: the goals of five families without and with lessons, those of one family also with a wrong one."""
    return [
        sequence("five families, lessons off", TASKS, lessons=False),
        sequence("five families, lessons on", TASKS, lessons=True),
        sequence("one family, lessons off", ONE_FAMILY, lessons=False),
        sequence("one family, lessons on", ONE_FAMILY, lessons=True),
        sequence("one family, lessons on, a wrong one planted", ONE_FAMILY, lessons=True, plant=WRONG),
    ]


def report(measured: Sequence[Learnt]) -> str:
    """The table, in Markdown."""
    lines = [
        "| a model that repeats its mistakes unless told | goals | working | iterations | model calls | iterations goal by goal |",
        "|---|---|---|---|---|---|",
    ]
    for one in measured:
        each = " ".join(map(str, one.iterations))
        lines.append(
            f"| {one.name} | {len(one.iterations)} | {one.working} | {sum(one.iterations)} | {one.calls} | {each} |"
        )
    planted = [one for one in measured if one.faded]
    lines += ["", *(f"The wrong lesson had faded after goal {one.faded}." for one in planted)]
    return "\n".join(lines).rstrip()
