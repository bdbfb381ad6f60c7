"""Requests that one kept skill answers without a model, and those that only look like them."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.asking.answer import Answer
from apprentice.asking.literals import by_template, literals
from apprentice.curation import seeds
from apprentice.errors import UsageError
from apprentice.models.scripted import ScriptedChatModel
from apprentice.skills.signature import parse_signature
from tests.asking.library import add_skill

SEEDS = ("word_count", "is_prime", "slugify", "title_case", "hash_text")


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with skills that are shipped, proven once."""
    folder = tmp_path_factory.mktemp("seeded") / "w"
    with Agent(workspace=folder, model=ScriptedChatModel(replies=[])) as made:
        seeds.install(
            SEEDS, library=made.library, memory=made.memory, gate=made.gate, sandbox=lambda: made.sandbox
        )
    return folder


@pytest.fixture
def agent(tmp_path: Path, seeded: Path) -> Iterator[Agent]:
    """Skills that are shipped, and a planner that has no plan."""
    shutil.copytree(seeded, tmp_path / "w")

    def respond(_prompt: list[Any], _role: str) -> str:
        return "I don't know."

    with Agent(
        workspace=tmp_path / "w",
        model=ScriptedChatModel(respond=respond),
        profile="large",
        embedding_model="none",
        max_replans=0,
    ) as made:
        yield made


def planned(answer: Answer) -> bool:
    """Whether the planner was asked; here it has no plan, so that there is no answer then."""
    return answer.status == "failed" and "gave no plan" in answer.reason and not answer.steps


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A file of five words."""
    file = tmp_path / "notes.txt"
    file.write_text("one two three four five\n")
    return file


@pytest.mark.parametrize(
    "request_",
    [
        "How many words are in notes.txt?",
        "Count the words in 'notes.txt'",
        "What is the word count of notes.txt?",
        "Make a slug of notes.txt",
        "Write notes.txt in title case",
    ],
)
def test_a_files_path_is_not_taken_for_its_text(agent: Agent, notes: Path, request_: str) -> None:
    """What is asked about a file needs a step that reads it: the planner's business."""
    assert planned(agent.ask(request_, files=[notes]))


def test_a_skill_that_takes_a_path_is_given_the_file(agent: Agent, notes: Path) -> None:
    """No model is needed where the parameter is one for files."""
    code = (
        "def lines(path: str) -> int:\n    with open(path) as file:\n        return len(file.readlines())\n"
    )
    add_skill(agent, "lines", code, answers=["How many lines has {path}?"])
    assert agent.ask("How many lines has notes.txt?", files=[notes]).value == 1


@pytest.mark.parametrize(
    ("number", "shown"),
    [("7" * 4200, "777777777777…"), ("1e999", "1e999…"), ("-" + "9" * 400 + ".5", "-9999")],
)
def test_a_number_that_is_too_large_is_one_line(agent: Agent, number: str, shown: str) -> None:
    """It is not taken for another one, and not for infinity."""
    with pytest.raises(UsageError) as caught:
        agent.ask(f"Is {number} a prime number?")
    assert f"The number {shown}" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_numbers_up_to_that_are_exact(agent: Agent) -> None:
    """And longer ones can be passed as texts."""
    assert [item.value for item in literals("Take " + "7" * 4000)] == [int("7" * 4000)]
    assert agent.ask(f"How many words are in '{'7' * 5000}'?").value == 1


@pytest.mark.parametrize(
    "number",
    [
        "7!",
        "√49",
        "2^13",
        "2**13",
        "7²",
        "7%",
        "7°",
        "5*3",
        "sqrt(49)",
        "3-1",
        "1/7",
        "7k",
        "2 million",
        "|-7|",
    ],
)
@pytest.mark.parametrize(
    "form", ["Is {} a prime number?", "Is {} prime?", "Tell whether {} is a prime number"]
)
def test_a_number_in_a_formula_is_not_taken_for_all_of_it(agent: Agent, number: str, form: str) -> None:
    """7! is 5040."""
    answer = agent.ask(form.format(number))
    assert answer.status == "failed", answer.steps


def test_a_factorial_at_the_end_is_no_exclamation(agent: Agent) -> None:
    """What stands behind a number is the template's, or another request."""
    takes = parse_signature("f(n: int)")
    assert takes is not None
    assert by_template("Double 7!", takes, ["Double {n}"]) is None
    assert by_template("Double 7", takes, ["Double {n}!"]) is None
    for request, template in (
        ("Double 7!", "Double {n}!"),
        ("Double 7 !", "Double {n}"),
        ("Take 7%", "Take {n}%"),
    ):
        assert by_template(request, takes, [template]) is not None, request
    assert agent.ask("Is 7 a prime number!").value is True


@pytest.mark.parametrize("word", ["it", "this", "That", "them", "das", "es", "everything", "notes", "file"])
@pytest.mark.parametrize("form", ["Count the words in {}", "How many words are in {}?"])
def test_a_pronoun_for_a_file_is_no_text(agent: Agent, notes: Path, word: str, form: str) -> None:
    """What it stands for is in the file."""
    assert planned(agent.ask(form.format(word), files=[notes]))


def test_single_words_are_texts_still(agent: Agent, notes: Path) -> None:
    """Also beside a file; and a pronoun in quotes is what it says."""
    assert agent.ask("Make a slug of Hello", files=[notes]).value == "hello"
    assert agent.ask("Count the words in 'it'", files=[notes]).value == 1


def test_a_template_of_many_places_is_held_against_a_long_request_in_time() -> None:
    """Each place is bound where it stands, once."""
    names = "abcdefghij"
    takes = parse_signature(f"f({', '.join(f'{name}: float' for name in names)})")
    assert takes is not None
    template = f"Sum {' '.join(f'{{{name}}}' for name in names)}"
    started = time.process_time()
    for filler in ("a ", "1 ", "a"):
        assert by_template(f"Sum {filler * 400}", takes, [template]) is None
    assert time.process_time() - started < 5
    values = by_template("Sum 1 2 3 4 5 6 7 8 9 10", takes, [template])
    assert values is not None
    assert [found.value for found in values.values()] == list(range(1, 11))


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        ('{"from": "Berlin"}', ["from"]),
        ('{"file": "a.txt"}', ["file"]),
        ('{"new_file": "o"}', ["new_file"]),
        ('{"from": {"from": "s1"}, "path": "x"}', ["from", "path"]),
        ('{"$literal": {"from": "s1"}}', ["$literal"]),
    ],
)
def test_data_that_looks_like_a_reference_is_data(agent: Agent, data: str, keys: list[str]) -> None:
    """It is the user's, and passed on as it is."""
    code = "def key_names(data: dict) -> list[str]:\n    return sorted(data)\n"
    add_skill(agent, "key_names", code, "key_names({'a': 1}) == ['a']", answers=["Which keys has {data}?"])
    answer = agent.ask(f"Which keys has {data}?")
    assert answer.value == keys, answer.reason
    assert answer.steps[0].arguments == {"data": json.loads(data)}
