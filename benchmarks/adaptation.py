"""Skills that must be generalised: how many candidates each takes, and whether the old tests and the new hold.

The model is scripted: some of its answers break what the skill did before, and some don't do what is asked, so that the
table shows that the facts decide, not the answers.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from apprentice.agent import Agent
from apprentice.models.base import Message
from apprentice.models.scripted import ScriptedChatModel
from apprentice.runs import RunOutcome
from apprentice.sandbox.base import Example


@dataclass(frozen=True, slots=True)
class Case:
    """A skill, and what it is to do besides.

    Attributes:
        old: examples that the skill is made with.
        first: its first module.
        new: examples that come with the request.
        answers: the modules that the model gives for the request, in order; the last one holds everything.
    """

    name: str
    skill: str
    goal: str
    old: tuple[str, ...]
    first: str
    request: str
    new: tuple[str, ...]
    answers: tuple[str, ...]

    @property
    def iterations(self) -> int:
        """How many it takes."""
        return len(self.answers)


CASES = (
    Case(
        "a constant becomes a parameter",
        "add_tax",
        "Write a function add_tax(price) that adds 20 percent of tax.",
        ("add_tax(100) == 120.0", "add_tax(0) == 0"),
        "def add_tax(price):\n    return price * 1.2\n",
        "The rate can be given.",
        ("add_tax(100, 50) == 150.0", "add_tax(10, 0) == 10"),
        ("def add_tax(price, rate=20):\n    return price * (100 + rate) / 100\n",),
    ),
    Case(
        "whole numbers become fractions",
        "mean_of",
        "Write a function mean_of(values) that returns the mean of whole numbers.",
        ("mean_of([2, 4]) == 3", "mean_of([]) raises ZeroDivisionError"),
        "def mean_of(values):\n    return sum(values) // len(values)\n",
        "It should be exact for fractions, too.",
        ("mean_of([1, 2]) == 1.5", "mean_of([0.5, 0.5]) == 0.5"),
        (
            "def mean_of(values):\n    return sum(values) / len(values) if values else 0\n",
            "def mean_of(values):\n    return sum(values) / len(values)\n",
        ),
    ),
    Case(
        "a list becomes anything to walk over",
        "total",
        "Write a function total(values) that adds the numbers of a list.",
        ("total([1, 2, 3]) == 6", "total([]) == 0"),
        "def total(values):\n    return sum(values[i] for i in range(len(values)))\n",
        "Take iterators, and dictionaries by their values.",
        ("total({'a': 1, 'b': 2}) == 3", "total(iter([4, 5])) == 9"),
        (
            "def total(values):\n    return sum(values)\n",
            "def total(values):\n    return sum(values.values() if isinstance(values, dict) else values)\n",
        ),
    ),
    Case(
        "one separator becomes several",
        "split_fields",
        "Write a function split_fields(text) that splits a text at commas.",
        ("split_fields('a,b') == ['a', 'b']", "split_fields('a;b') == ['a;b']"),
        "def split_fields(text):\n    return text.split(',')\n",
        "The separators can be given, as one text.",
        ("split_fields('a;b,c', ';,') == ['a', 'b', 'c']", "split_fields('x', ';') == ['x']"),
        (
            "import re\n\n\ndef split_fields(text, separators=',;'):\n"
            "    return re.split('[' + re.escape(separators) + ']', text)\n",
            "import re\n\n\ndef split_fields(text, separators=','):\n"
            "    return re.split('[' + re.escape(separators) + ']', text)\n",
        ),
    ),
    Case(
        "ASCII becomes Unicode",
        "make_slug",
        "Write a function make_slug(text) that makes a slug of a text.",
        ("make_slug('Hello World') == 'hello-world'", "make_slug('a  b') == 'a-b'"),
        "import re\n\n\ndef make_slug(text):\n    return '-'.join(re.findall('[a-z0-9]+', text.lower()))\n",
        "Letters with accents lose them.",
        ("make_slug('Café Été') == 'cafe-ete'", "make_slug('Ünal') == 'unal'"),
        (
            "import re\nimport unicodedata\n\n\ndef make_slug(text):\n"
            "    plain = unicodedata.normalize('NFKD', text).encode('ascii', 'ignore').decode()\n"
            "    return '-'.join(re.findall('[a-z0-9]+', plain.lower()))\n",
        ),
    ),
    Case(
        "an error becomes a default, where one is given",
        "largest",
        "Write a function largest(values) that returns the largest.",
        ("largest([3, 1]) == 3", "largest([]) raises ValueError"),
        "def largest(values):\n    return max(values)\n",
        "A default for empty input can be given.",
        ("largest([], default=0) == 0", "largest([], default=None) is None"),
        (
            "def largest(values, default=None):\n    return max(values) if values else default\n",
            "_NOTHING = object()\n\n\ndef largest(values, default=_NOTHING):\n"
            "    if not values and default is not _NOTHING:\n        return default\n    return max(values)\n",
        ),
    ),
    Case(
        "one unit becomes several",
        "to_fahrenheit",
        "Write a function to_fahrenheit(degrees) that converts from Celsius.",
        ("to_fahrenheit(100) == 212", "to_fahrenheit(0) == 32"),
        "def to_fahrenheit(degrees):\n    return degrees * 9 / 5 + 32\n",
        "Take Kelvin, too.",
        ("to_fahrenheit(273.15, unit='K') == 32", "to_fahrenheit(100, 'C') == 212"),
        (
            "def to_fahrenheit(degrees, unit='K'):\n"
            "    celsius = degrees - 273.15 if unit == 'K' else degrees\n    return celsius * 9 / 5 + 32\n",
            "def to_fahrenheit(degrees, unit='C'):\n"
            "    celsius = degrees - 273.15 if unit == 'K' else degrees\n    return celsius * 9 / 5 + 32\n",
        ),
    ),
    Case(
        "a keyword is added",
        "join_twice",
        "Write a function join_twice(text) that repeats a text.",
        ("join_twice('ab') == 'abab'", "join_twice('') == ''"),
        "def join_twice(text):\n    return text + text\n",
        "Something can be put between the two.",
        ("join_twice('ab', between='-') == 'ab-ab'",),
        ("def join_twice(text, *, between=''):\n    return text + between + text\n",),
    ),
    Case(
        "case may be ignored",
        "count_word",
        "Write a function count_word(text, word) that counts a word.",
        ("count_word('a A a', 'a') == 2", "count_word('', 'a') == 0"),
        "def count_word(text, word):\n    return text.split().count(word)\n",
        "Upper and lower case can be taken as the same.",
        ("count_word('a A a', 'a', ignore_case=True) == 3",),
        (
            "def count_word(text, word, ignore_case=True):\n    if ignore_case:\n"
            "        text, word = text.lower(), word.lower()\n    return text.split().count(word)\n",
            "def count_word(text, word, ignore_case=False):\n    if ignore_case:\n"
            "        text, word = text.lower(), word.lower()\n    return text.split().count(word)\n",
        ),
    ),
    Case(
        "one level becomes any depth",
        "flat",
        "Write a function flat(values) that flattens a list of lists by one level.",
        ("flat([[1], [2, 3]]) == [1, 2, 3]", "flat([[1, [2]]]) == [1, [2]]"),
        "def flat(values):\n    return [item for part in values for item in part]\n",
        "The depth can be given, and single items may stand between lists.",
        ("flat([1, [2, [3, [4]]]], depth=2) == [1, 2, 3, [4]]", "flat([[1], 2]) == [1, 2]"),
        (
            "def flat(values, depth=None):\n    found = []\n    for item in values:\n"
            "        if isinstance(item, list) and depth != 0:\n"
            "            found.extend(flat(item, None if depth is None else depth - 1))\n"
            "        else:\n            found.append(item)\n    return found\n",
            "def flat(values, depth=1):\n    found = []\n    for item in values:\n"
            "        if isinstance(item, list) and depth:\n            found.extend(flat(item, depth - 1))\n"
            "        else:\n            found.append(item)\n    return found\n",
        ),
    ),
    Case(
        "base ten becomes any base",
        "digits_of",
        "Write a function digits_of(number) that returns the digits of a number.",
        ("digits_of(120) == [1, 2, 0]", "digits_of(0) == [0]"),
        "def digits_of(number):\n    return [int(digit) for digit in str(number)]\n",
        "For any base.",
        ("digits_of(5, base=2) == [1, 0, 1]", "digits_of(255, base=16) == [15, 15]"),
        (
            "def digits_of(number, base=10):\n    digits = []\n    while number:\n"
            "        number, digit = divmod(number, base)\n        digits.insert(0, digit)\n    return digits\n",
            "def digits_of(number, base=10):\n    digits = []\n    while number:\n"
            "        number, digit = divmod(number, base)\n        digits.insert(0, digit)\n"
            "    return digits or [0]\n",
        ),
    ),
    Case(
        "two arguments become any number",
        "add_up",
        "Write a function add_up(a, b) that adds two numbers.",
        ("add_up(1, 2) == 3", "add_up(a=1, b=-1) == 0"),
        "def add_up(a, b):\n    return a + b\n",
        "Add any number of them.",
        ("add_up(1, 2, 3) == 6", "add_up(1) == 1"),
        (
            "def add_up(*numbers):\n    return sum(numbers)\n",
            "def add_up(a, b=0, *more):\n    return a + b + sum(more)\n",
        ),
    ),
    Case(
        "one format becomes two",
        "date_parts",
        "Write a function date_parts(text) that reads an ISO date.",
        ("date_parts('2024-01-31') == (2024, 1, 31)", "date_parts('x') raises ValueError"),
        "def date_parts(text):\n    year, month, day = map(int, text.split('-'))\n    return year, month, day\n",
        "Read 31.1.2024 as well.",
        ("date_parts('31.1.2024') == (2024, 1, 31)",),
        (
            "def date_parts(text):\n    day, month, year = map(int, text.split('.'))\n    return year, month, day\n",
            "def date_parts(text):\n    if '.' in text:\n        day, month, year = map(int, text.split('.'))\n"
            "    else:\n        year, month, day = map(int, text.split('-'))\n    return year, month, day\n",
        ),
    ),
    Case(
        "one type becomes several",
        "backwards",
        "Write a function backwards(text) that reverses a text.",
        ("backwards('abc') == 'cba'", "backwards('') == ''"),
        "def backwards(text):\n    return ''.join(reversed(text))\n",
        "Reverse lists and bytes, too.",
        ("backwards([1, 2]) == [2, 1]", "backwards(b'ab') == b'ba'"),
        (
            "def backwards(value):\n    return list(reversed(value))\n",
            "def backwards(value):\n    return value[::-1]\n",
        ),
    ),
)


def replies(case: Case) -> ScriptedChatModel:
    """A model that makes the skill, and then gives the case's answers to the request, each once."""
    modules = iter([case.first, *case.answers])
    plans = iter([(case.goal, case.old), (case.request, case.new)])
    asserts = iter([case.old, case.new])

    def respond(prompt: list[Message], role: str) -> str:
        if role == "planner":
            goal, _ = next(plans)
            return json.dumps({"function": case.skill, "behaviour": goal})
        if role == "tester":
            example = next(text for text in next(asserts) if " raises " not in text)
            return f"```python\nfrom {case.skill} import {case.skill}\n\n\ndef test_it():\n    assert {example}\n```"
        return f"```python\n{next(modules)}```"

    return ScriptedChatModel(respond=respond)


def learn(agent: Agent, case: Case) -> RunOutcome:
    """Make the skill as it is at first."""
    return agent.run(case.goal, examples=case.old)


def improve(agent: Agent, case: Case) -> RunOutcome:
    """Ask for what it is to do besides."""
    return agent.improve(case.skill, case.request, examples=case.new)


def holds(agent: Agent, case: Case) -> bool:
    """Whether the kept module holds the old examples and the new, run once more in the sandbox."""
    examples = []
    for number, text in enumerate([*case.old, *case.new]):
        source, _, raises = text.partition(" raises ")
        examples.append(Example(source=source, name=f"c{number}", raises=raises))
    return agent.sandbox.run_tests(
        case.skill, modules={case.skill: agent.library.code(case.skill)}, examples=examples
    ).ok


@dataclass(frozen=True, slots=True)
class Adapted:
    """How one case went; `right` where old tests and new examples hold of version 2."""

    case: Case
    outcome: RunOutcome
    right: bool
    seconds: float


def adapt(cases: Sequence[Case] = CASES) -> list[Adapted]:
    """Every case, each in a workspace of its own."""
    done = []
    for case in cases:
        with (
            tempfile.TemporaryDirectory() as folder,
            Agent(workspace=Path(folder), model=replies(case), profile="large", proof="basic") as agent,
        ):
            learn(agent, case)
            started = time.monotonic()
            outcome = improve(agent, case)
            seconds = time.monotonic() - started
            record = agent.memory.skill(case.skill)
            right = outcome.ok and record is not None and record.version == 2 and holds(agent, case)
            done.append(Adapted(case, outcome, right, seconds))
    return done


def report(done: Sequence[Adapted]) -> str:
    """The table, in Markdown."""
    lines = [
        "| a skill is generalised (scripted model) | iterations | outcome | old and new hold | seconds |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.case.name} | {one.outcome.iterations} | {one.outcome.adaptation or one.outcome.status} "
        f"| {'yes' if one.right else 'no'} | {one.seconds:.1f} |"
        for one in done
    ]
    right = sum(one.right for one in done)
    return "\n".join(
        [*lines, "", f"{right} of {len(done)} skills do what was asked and what they did before."]
    )


if __name__ == "__main__":
    print(report(adapt()))
