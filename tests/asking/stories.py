"""Requests of two to five steps with data flow: what a planner writes, and the answer that its skills must then give.

`tests/asking/test_decomposition.py` holds the agent against them, `benchmarks/decomposition.py` measures with them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from apprentice.models.base import Message
from apprentice.models.scripted import ScriptedChatModel


@dataclass(frozen=True, slots=True)
class New:
    """A skill that the scripted model writes when it is asked to."""

    signature: str
    behaviour: str
    code: str
    tests: str


@dataclass(frozen=True, slots=True)
class Story:
    """A request.

    Attributes:
        plans: what the planner answers, one a plan; the last again when it is asked once more.
        value: the answer; None with a `reason`, which is then in the line that says why there is none.
        steps: of the last plan: id -> (how it came to its skill, status); `cached` as status is a result of before.
        files: attached files by name.
        new: skills that are written for it, by name.
        verdicts: what the judge says, one a look; yes after the last.
        waves: the ids that run at the same time, of the last plan.
    """

    name: str
    request: str
    plans: tuple[dict[str, Any], ...]
    value: Any
    steps: Mapping[str, str]
    waves: tuple[tuple[str, ...], ...]
    reason: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    new: Mapping[str, New] = field(default_factory=dict)
    verdicts: tuple[bool, ...] = ()


def step(
    id_: str, skill: str, *, description: str = "", signature: str = "", for_each: str = "", **arguments: Any
) -> dict[str, Any]:
    """A step as a planner writes it."""
    return {
        "id": id_,
        "skill": skill,
        "description": description,
        "signature": signature,
        "arguments": arguments,
        "for_each": for_each,
    }


def plan(*steps: dict[str, Any], answer: str = "") -> dict[str, Any]:
    """A plan as a planner writes it."""
    return {"steps": list(steps), "answer": answer or steps[-1]["id"]}


def of(id_: str, path: str = "") -> dict[str, str]:
    """The result of a step, or a part of it."""
    return {"from": id_, "path": path} if path else {"from": id_}


def model(
    plans: tuple[dict[str, Any] | str, ...],
    new: Mapping[str, New] | None = None,
    verdicts: tuple[bool, ...] = (),
) -> ScriptedChatModel:
    """A large model that plans like this, writes these skills, and judges like this."""
    return ScriptedChatModel(respond=script(plans, new or {}, verdicts))


def script(
    plans: tuple[dict[str, Any] | str, ...], new: Mapping[str, New], verdicts: tuple[bool, ...]
) -> Callable[[list[Message], str], str]:
    """What such a model answers."""
    planned = judged = 0

    def respond(prompt: list[Message], role: str) -> str:
        nonlocal planned, judged
        everything = "\n".join(text for _, text in prompt)
        if "You plan how a request is answered" in everything:
            planned += 1
            said = plans[min(planned, len(plans)) - 1]
            return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        if "# What was done" in everything:
            judged += 1
            answers = verdicts[judged - 1] if judged <= len(verdicts) else True
            return json.dumps({"answers": answers, "reason": "" if answers else "It is something else."})
        if "EXISTS_BUT_SPECIFIC" in everything:
            return json.dumps({"skill": "", "kind": "NOT_EXISTS"})
        written = next((name for name in new if re.search(rf"\b{name}\b", everything)), None)
        if written is None:
            return "I don't know."
        skill = new[written]
        if role == "planner":
            return json.dumps(
                {
                    "function": written,
                    "signature": skill.signature,
                    "behaviour": skill.behaviour,
                    "edge_cases": [],
                }
            )
        return f"```python\n{skill.tests if role == 'tester' else skill.code}\n```"

    return respond


VOWELS: Final = New(
    "vowels(text: str) -> int",
    "Counts the vowels a, e, i, o, u of a text, in lower and upper case.",
    "def vowels(text: str) -> int:\n    return sum(letter in 'aeiou' for letter in text.lower())\n",
    "from vowels import vowels\n\n\ndef test_some():\n    assert vowels('Banana') == 3\n\n\n"
    "def test_none():\n    assert vowels('xyz') == 0\n",
)
#: Each attempt at it fails its tests.
WRONG_VOWELS: Final = New(
    VOWELS.signature, VOWELS.behaviour, "def vowels(text: str) -> int:\n    return len(text)\n", VOWELS.tests
)
NOTES: Final = "one two three\nfour five\n"
SALES: Final = "name,amount\nAda,10.5\nLin,4\nEva,20\n"

STORIES: Final = (
    Story(
        "chain",
        "Reverse 'Python' and then write it in capital letters",
        (plan(step("s1", "reverse_text", text="Python"), step("s2", "upper_text", text=of("s1"))),),
        "NOHTYP",
        {"s1": "reused ok", "s2": "reused ok"},
        (("s1",), ("s2",)),
    ),
    Story(
        "file, text, count",
        "Read notes.txt and then count its words",
        (plan(step("s1", "read_text", path={"file": "notes.txt"}), step("s2", "word_count", text=of("s1"))),),
        5,
        {"s1": "reused ok", "s2": "reused ok"},
        (("s1",), ("s2",)),
        files={"notes.txt": NOTES},
    ),
    Story(
        "fan-in",
        "Add 15 percent of 300 and 20 percent of 50 and then show them as one number",
        (
            plan(
                step("s1", "percent_of", percent=15, whole=300),
                step("s2", "percent_of", percent=20, whole=50),
                step("s3", "total", numbers=[of("s1"), of("s2"), 0.5]),
            ),
        ),
        55.5,
        {"s1": "reused ok", "s2": "reused ok", "s3": "reused ok"},
        (("s1", "s2"), ("s3",)),
    ),
    Story(
        "fan-out from one result",
        "Read notes.txt, then give its words counted, it in capitals, and both joined",
        (
            plan(
                step("s1", "read_text", path={"file": "notes.txt"}),
                step("s2", "split_lines", text=of("s1")),
                step("s3", "upper_text", text=of("s2", "[1]")),
                step("s4", "reverse_text", text=of("s2", "[0]")),
                step("s5", "join_texts", items=[of("s3"), of("s4")], separator=" | "),
            ),
        ),
        "FOUR FIVE | eerht owt eno",
        {f"s{number}": "reused ok" for number in range(1, 6)},
        (("s1",), ("s2",), ("s3", "s4"), ("s5",)),
        files={"notes.txt": NOTES},
    ),
    Story(
        "each line",
        "Read notes.txt, reverse each of its lines and then join them with ' / '",
        (
            plan(
                step("s1", "read_text", path={"file": "notes.txt"}),
                step("s2", "split_lines", text=of("s1")),
                step("s3", "reverse_text", text=of("s2"), for_each="text"),
                step("s4", "join_texts", items=of("s3"), separator=" / "),
            ),
        ),
        "eerht owt eno / evif ruof",
        {f"s{number}": "reused ok" for number in range(1, 5)},
        (("s1",), ("s2",), ("s3",), ("s4",)),
        files={"notes.txt": NOTES},
    ),
    Story(
        "each of three files",
        "Fetch the texts of these three files and count the words of each, then add them up",
        (
            plan(
                step(
                    "s1",
                    "read_text",
                    path=[{"file": "a.txt"}, {"file": "b.txt"}, {"file": "c.txt"}],
                    for_each="path",
                ),
                step("s2", "word_count", text=of("s1"), for_each="text"),
                step("s3", "total", numbers=of("s2")),
            ),
        ),
        6,
        {f"s{number}": "reused ok" for number in range(1, 4)},
        (("s1",), ("s2",), ("s3",)),
        files={"a.txt": "x", "b.txt": "y z", "c.txt": "u v w"},
    ),
    Story(
        "a part of a table",
        "Read sales.csv as a table and then write the name in its last row in capital letters",
        (
            plan(
                step("s1", "read_text", path={"file": "sales.csv"}),
                step("s2", "read_table", text=of("s1")),
                step("s3", "upper_text", text=of("s2", "rows[-1].name")),
            ),
        ),
        "EVA",
        {f"s{number}": "reused ok" for number in range(1, 4)},
        (("s1",), ("s2",), ("s3",)),
        files={"sales.csv": SALES},
    ),
    Story(
        "a table's column, divided by its length",
        "Read sales.csv and then add up the amounts, and divide them by 3",
        (
            plan(
                step("s1", "read_text", path={"file": "sales.csv"}),
                step("s2", "read_table", text=of("s1")),
                step("s3", "column", rows=of("s2", "rows"), name=of("s2", "columns[1]")),
                step("s4", "total", numbers=of("s3")),
                step("s5", "divide", dividend=of("s4"), divisor=3),
            ),
        ),
        11.5,
        {f"s{number}": "reused ok" for number in range(1, 6)},
        (("s1",), ("s2",), ("s3",), ("s4",), ("s5",)),
        files={"sales.csv": SALES},
    ),
    Story(
        "an object goes from step to step",
        "Count how often each word is in 'to be or not to be to' and then tell the most frequent of them",
        (
            plan(
                step("s1", "frequencies", text="to be or not to be to"),
                step("s2", "largest", counts=of("s1")),
            ),
        ),
        "to",
        {"s1": "reused ok", "s2": "reused ok"},
        (("s1",), ("s2",)),
    ),
    Story(
        "an object as the answer, by a step that is not the last",
        "Count each word of 'a b a' and then also tell the most frequent of them",
        (plan(step("s1", "frequencies", text="a b a"), step("s2", "largest", counts=of("s1")), answer="s1"),),
        {"a": 2, "b": 1},
        {"s1": "reused ok", "s2": "reused ok"},
        (("s1",), ("s2",)),
    ),
    Story(
        "a file written by one step is read by the next",
        "Write 'four words are here' into out.txt, then read it and count the words in it",
        (
            plan(
                step("s1", "write_text", path={"new_file": "out.txt"}, text="four words are here"),
                step("s2", "read_text", path=of("s1")),
                step("s3", "word_count", text=of("s2")),
            ),
        ),
        4,
        {f"s{number}": "reused ok" for number in range(1, 4)},
        (("s1",), ("s2",), ("s3",)),
    ),
    Story(
        "a written file is named, not passed on",
        "Write 'two words' into out.txt, then read it and write it in capital letters",
        (
            plan(
                step("s1", "write_text", path={"new_file": "out.txt"}, text="two words"),
                step("s2", "read_text", path={"file": "out.txt"}),
                step("s3", "upper_text", text=of("s2")),
            ),
        ),
        "TWO WORDS",
        {f"s{number}": "reused ok" for number in range(1, 4)},
        (("s1",), ("s2",), ("s3",)),
    ),
    Story(
        "a new skill between those of the library",
        "Reverse 'Banana' and then count the vowels in it, and take half of them",
        (
            plan(
                step("s1", "reverse_text", text="Banana"),
                step(
                    "s2",
                    "vowels",
                    description=VOWELS.behaviour,
                    signature=VOWELS.signature,
                    text=of("s1"),
                ),
                step("s3", "divide", dividend=of("s2"), divisor=2),
            ),
        ),
        1.5,
        {"s1": "reused ok", "s2": "made ok", "s3": "reused ok"},
        (("s1",), ("s2",), ("s3",)),
        new={"vowels": VOWELS},
    ),
    Story(
        "the same skill twice",
        "Take 50 percent of 300 and then 10 percent of that",
        (
            plan(
                step("s1", "percent_of", percent=50, whole=300),
                step("s2", "percent_of", percent=10, whole=of("s1")),
            ),
        ),
        15,
        {"s1": "reused ok", "s2": "reused ok"},
        (("s1",), ("s2",)),
    ),
    Story(
        "a step that fails is planned anew",
        "Count the words of 'a b c d' and then share them out to nobody",
        (
            plan(
                step("s1", "word_count", text="a b c d"), step("s2", "divide", dividend=of("s1"), divisor=0)
            ),
            plan(
                step("s1", "word_count", text="a b c d"), step("s2", "divide", dividend=of("s1"), divisor=1)
            ),
        ),
        4,
        {"s1": "reused cached", "s2": "reused ok"},
        (("s1",), ("s2",)),
    ),
    Story(
        "a step that fails with every plan",
        "Divide 1 by 0 and then reverse that",
        (
            plan(
                step("s1", "divide", dividend=1, divisor=0),
                step("s2", "percent_of", percent=1, whole=of("s1")),
            ),
        ),
        None,
        {"s1": "reused failed", "s2": "reused skipped"},
        (("s1",), ("s2",)),
        reason="ZeroDivisionError",
    ),
    Story(
        "a skill that can't be made is done without",
        "Reverse 'Banana' and then count the letters of it by splitting",
        (
            plan(
                step("s1", "reverse_text", text="Banana"),
                step(
                    "s2",
                    "vowels",
                    description=VOWELS.behaviour,
                    signature=VOWELS.signature,
                    text=of("s1"),
                ),
            ),
            plan(step("s1", "reverse_text", text="Banana"), step("s2", "word_count", text=of("s1"))),
        ),
        1,
        {"s1": "reused ok", "s2": "reused ok"},
        (("s1",), ("s2",)),
        new={"vowels": WRONG_VOWELS},
    ),
    Story(
        "the judge says no",
        "Write 'abc' in capital letters and then count the vowels in it",
        (
            plan(
                step(
                    "s1",
                    "vowels",
                    description=VOWELS.behaviour,
                    signature=VOWELS.signature,
                    text="abc",
                ),
                step("s2", "percent_of", percent=100, whole=of("s1")),
                answer="s2",
            ),
            plan(step("s1", "upper_text", text="abc"), step("s2", "vowels", text=of("s1"))),
        ),
        1,
        {"s1": "reused ok", "s2": "reused ok"},
        (("s1",), ("s2",)),
        new={"vowels": VOWELS},
        verdicts=(False,),
    ),
    Story(
        "unicode",
        "Lies „grüße.txt“ und dann schreibe es groß; kehre es um",
        (
            plan(
                step("s1", "read_text", path={"file": "grüße.txt"}),
                step("s2", "upper_text", text=of("s1")),
                step("s3", "reverse_text", text=of("s2")),
                step("s4", "join_texts", items=[of("s3"), "你好", "🙂"], separator="—"),
            ),
        ),
        "ŇŮK ÝKČUOŤULŽ—你好—🙂",
        {f"s{number}": "reused ok" for number in range(1, 5)},
        (("s1",), ("s2",), ("s3",), ("s4",)),
        files={"grüße.txt": "žluťoučký kůň"},
    ),
)
