"""The log: one JSON object a line, no secret, no home path, and never in the way of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from apprentice.events import ModelProgress, Notice
from apprentice.interfaces.arguments import parse_arguments
from apprentice.log import JsonLog, redact


def test_events_become_lines(tmp_path: Path) -> None:
    """Progress is left out, and tracebacks of unexpected errors are in."""
    log = JsonLog(tmp_path / "agent.jsonl")
    log(Notice(message="hello", level="warning", run_id="r"))
    log(ModelProgress(role="coder", tokens=1, seconds=1.0, tokens_per_second=1.0))
    log.error(ValueError("odd"))
    log.close()
    lines = [json.loads(line) for line in (tmp_path / "agent.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["event"], line["level"]) for line in lines] == [
        ("Notice", "warning"),
        ("UnexpectedError", "error"),
    ]
    assert "ValueError: odd" in lines[1]["traceback"]


@pytest.mark.parametrize(
    "secret",
    [
        "https://user:hunter22@host/x",
        "sk-abcdefghijklmnop",
        "Authorization: Bearer abcdefghijkl",
        "password=hunter22",
        "password: 'hunter22'",
        '{"token": "hunter22"}',
        "Authorization: Basic aHVudGVyMjI=",
        "AKIAABCDEFGHIJKLMNOP",
    ],
)
def test_secrets_are_kept_out(secret: str) -> None:
    """Whatever way they come."""
    assert "[secret]" in redact(f"call {secret} now")
    assert "hunter22" not in redact(secret)


def test_values_of_secret_variables_and_the_home_folder_are_kept_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """By name of the variable, by path."""
    monkeypatch.setenv("MY_API_KEY", "plainlooking1")
    monkeypatch.setenv("HOME", "/home/someone")
    assert redact("x plainlooking1 /home/someone/file") == "x [secret] ~/file"


def test_a_log_that_cannot_be_written_disturbs_nothing(tmp_path: Path) -> None:
    """A folder where the file should be."""
    (tmp_path / "agent.jsonl").mkdir()
    JsonLog(tmp_path / "agent.jsonl")(Notice(message="x"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", []),
        ("4", [4]),
        ("2 3", [2, 3]),
        ("2, 3", [2, 3]),
        ('{"n": 4}', {"n": 4}),
        ("[1, 2]", [[1, 2]]),
        ("n=4 text='a b'", {"n": 4, "text": "a b"}),
        ("hello", ["hello"]),
        ("'a b' c", ["a b", "c"]),
        ("it's", ["it's"]),
        ("true None", [True, None]),
        ("(1, 2) x", [(1, 2), "x"]),
    ],
)
def test_arguments_as_typed(text: str, value: object) -> None:
    """JSON, Python literals, names, bare words."""
    assert parse_arguments(text) == value
