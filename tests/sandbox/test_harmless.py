"""What ordinary programs use works in the sandbox: each of the corpus comes to what it must come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from apprentice.sandbox import Sandbox
from tests.sandbox.harmless.corpus import Program, programs, read_program
from tests.sandbox.harmless.judge import judge
from tests.sandbox.harmless.sandboxes import variants


@pytest.fixture(scope="module", params=list(variants()))
def any_sandbox(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sandbox]:
    """Each kind of sandbox that this machine has, kept warm over the programs."""
    made = variants()[request.param](tmp_path_factory.mktemp("harmless") / "exec")
    yield made
    made.close()


@pytest.mark.parametrize("program", programs(), ids=lambda program: program.name)
def test_a_program_works_in_the_sandbox(program: Program, any_sandbox: Sandbox) -> None:
    verdict = judge(program, any_sandbox)
    if verdict.outcome == "skipped":
        pytest.skip(verdict.reason)
    assert verdict.outcome == "works", f"{program.purpose}\n{verdict.reason}"


def named(name: str) -> Program:
    return next(program for program in programs() if program.name == name)


def test_the_corpus_is_as_large_as_it_has_to_be() -> None:
    assert len(programs()) >= 45
    assert {program.kind for program in programs()} == {"script", "call", "tests"}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("hashing", {"stdout": "md5 of something else\n"}),
        ("hashing", {"stdout": named("hashing").stdout + "more\n"}),
        ("hashing", {"stdout": named("hashing").stdout.partition("\n")[0] + "\n"}),
        ("hashing", {"exit_code": 1}),
        ("hashing", {"source": named("hashing").source + "raise SystemExit(2)\n"}),
        ("hashing", {"source": named("hashing").source + "import os; os.write(2, b'oh')\n"}),
        ("exit_codes", {"stderr": "other words"}),
        ("own_source", {"value": {}}),
        ("plain_tests", {"passes": ("test_word_count",)}),
        ("plain_tests", {"passes": (*named("plain_tests").passes, "test_more")}),
        ("plain_tests", {"source": named("plain_tests").source + "word_count = dict\n"}),
    ],
)
def test_a_program_that_comes_to_something_else_is_told(
    name: str, change: dict[str, Any], tmp_path: Path
) -> None:
    """The check itself is real."""
    made = variants()["process"](tmp_path / "exec")
    assert judge(replace(named(name), **change), made).outcome == "fails"


@pytest.mark.parametrize("text", ["x = 1\n", "# Uses nothing that could be checked.\nprint(1)\n"])
def test_a_program_without_an_expectation_is_no_part_of_the_corpus(text: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"program\.py"):
        read_program(path)
