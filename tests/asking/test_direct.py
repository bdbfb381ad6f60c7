"""Requests that one kept skill answers without a model, and those that only look like them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.asking.answer import Answer
from apprentice.curation import seeds
from apprentice.models.scripted import ScriptedChatModel
from tests.asking.library import add_skill

SEEDS = ("word_count", "is_prime", "slugify", "title_case", "hash_text")


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    """Skills that are shipped, and a planner that has no plan."""

    def respond(_prompt: list[Any], _role: str) -> str:
        return "I don't know."

    with Agent(
        workspace=tmp_path / "w",
        model=ScriptedChatModel(respond=respond),
        profile="large",
        embedding_model="none",
        max_replans=0,
    ) as made:
        seeds.install(
            SEEDS, library=made.library, memory=made.memory, gate=made.gate, sandbox=lambda: made.sandbox
        )
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
