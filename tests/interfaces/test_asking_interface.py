"""Requests on the command line and at the prompt."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import autonomous_agent
from apprentice.agent import Agent
from apprentice.interfaces.arguments import take_files
from tests.asking.library import add_skill, add_skills
from tests.asking.stories import of, plan, step
from tests.graph.story import write_story
from tests.interfaces.test_commands import ROOT, command
from tests.interfaces.test_repl import piped

BOTH = plan(step("s1", "reverse_text", text="abc"), step("s2", "upper_text", text=of("s1")))
REQUEST = "Reverse 'abc' and then write it in capital letters"


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scripted model plans, and no embedding model is loaded."""
    monkeypatch.setenv("AGENT_PROFILE", "large")
    monkeypatch.setenv("AGENT_EMBEDDING_MODEL", "none")
    monkeypatch.setenv("AGENT_MAX_REPLANS", "0")


def prepared(tmp_path: Path, *replies: dict[str, Any] | str) -> str:
    """A workspace with skills, and a model that plans like this; returns the model's name."""
    with Agent(workspace=tmp_path / "w") as agent:
        add_skills(agent)
    texts = [reply if isinstance(reply, str) else json.dumps(reply) for reply in replies]
    return write_story(tmp_path, [{"role": "planner", "replies": texts}])


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The one JSON document on standard output; no traceback anywhere."""
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    found: dict[str, Any] = json.loads(out)
    return found


def test_an_answer_is_all_that_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On standard output; the way to it on standard error, more of it with --steps."""
    model = prepared(tmp_path, BOTH)
    assert command(tmp_path, "ask", REQUEST, model=model) == 0
    out, err = capsys.readouterr()
    assert out == "CBA\n"
    assert "🧭 PLAN: s1: reverse_text; s2: upper_text" in err
    assert command(tmp_path, "ask", REQUEST, "--steps", model=model) == 0
    out, err = capsys.readouterr()
    assert out == "CBA\n"
    assert '✓ s1: reverse_text(text="abc")   [from the library, version 1' in err
    assert '"CBA"' in err


def test_json_is_one_document_for_an_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With each step's skill, arguments, value and time."""
    model = prepared(tmp_path, BOTH)
    assert command(tmp_path, "ask", REQUEST, "--json", model=model) == 0
    found = document(capsys)
    assert (found["ok"], found["status"], found["value"], found["text"]) == (True, "answered", "CBA", "CBA")
    assert [(s["skill"], s["arguments"], s["value"], s["how"]) for s in found["steps"]] == [
        ("reverse_text", {"text": "abc"}, "cba", "reused"),
        ("upper_text", {"text": "cba"}, "CBA", "reused"),
    ]
    assert all(s["seconds"] > 0 for s in found["steps"])
    assert found["usage"]["calls"] == 1
    assert (tmp_path / "w" / "requests" / f"{found['run_id']}.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        ([REQUEST], 1, "gave no plan"),
        ([""], 2, "The request is empty."),
        ([REQUEST, "--file", "/nowhere/x"], 2, "can't be read"),
        ([REQUEST, "--file", "/"], 2, "is not a file"),
        ([REQUEST, "--example", "two"], 2, "can't be read"),
        ([REQUEST, "--allow", "nonsense"], 2, "no permission"),
        (["x" * 2_000_001], 2, "2,000,001 bytes"),
    ],
)
def test_json_is_one_document_also_when_there_is_no_answer(
    arguments: list[str], code: int, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1: no answer was found; 2: it was not asked rightly."""
    model = prepared(tmp_path, "no plan")
    assert command(tmp_path, "ask", *arguments, "--json", model=model) == code
    found = document(capsys)
    assert found["ok"] is False
    assert expected in (found.get("reason") or found.get("error") or "")
    assert command(tmp_path, "ask", *arguments, model=model) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert expected in err
    assert "Traceback" not in err


def test_json_is_one_document_when_no_model_can_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The environment's fault is exit code 3, or 2 where the setting says so."""
    prepared(tmp_path)
    assert command(tmp_path, "ask", REQUEST, "--json") in (2, 3)
    found = document(capsys)
    assert found["ok"] is False
    assert found["next_step"]


def test_files_are_attached_and_read_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Several, each by its name."""
    for name, text in (("a b.txt", "one two"), ("c.txt", "three")):
        (tmp_path / name).write_text(text)
    model = prepared(
        tmp_path,
        plan(
            step("s1", "read_text", path=[{"file": "a b.txt"}, {"file": "c.txt"}], for_each="path"),
            step("s2", "join_texts", items=of("s1"), separator=" "),
            step("s3", "word_count", text=of("s2")),
        ),
    )
    files = [part for name in ("a b.txt", "c.txt") for part in ("--file", str(tmp_path / name))]
    assert command(tmp_path, "ask", "Read both files and then count their words", *files, model=model) == 0
    assert capsys.readouterr().out == "3\n"
    assert (tmp_path / "c.txt").read_text() == "three"


def test_a_request_comes_from_standard_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dash reads it, as other commands do."""
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO(REQUEST + "\n"))
    assert command(tmp_path, "ask", "-", model=prepared(tmp_path, BOTH)) == 0
    assert capsys.readouterr().out == "CBA\n"


def test_what_a_skill_returns_cant_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither in the answer nor among the steps."""
    model = prepared(tmp_path, plan(step("s1", "evil", n=1), step("s2", "evil", n=2)))
    with Agent(workspace=tmp_path / "w") as agent:
        add_skill(
            agent,
            "evil",
            'def evil(n: int) -> str:\n    """Evil."""\n    print("\\x1b[2J")\n    return "\\x1b]0;x\\x07" * n\n',
        )
    assert command(tmp_path, "ask", "Do evil and then do it again", "--steps", model=model) == 0
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err


def test_ctrl_c_ends_a_step_on_the_command_line(tmp_path: Path) -> None:
    """At once, with the code that shells know, one line, and one document with --json."""
    model = prepared(tmp_path, plan(step("s1", "slow", n=1), step("s2", "total", numbers=[of("s1")])))
    with Agent(workspace=tmp_path / "w") as agent:
        add_skill(
            agent,
            "slow",
            'import time\n\n\ndef slow(n: int) -> int:\n    """Waits."""\n    time.sleep(60)\n    return n\n',
        )
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "autonomous_agent.py"), "--workspace", str(tmp_path / "w"), "--model", model, "ask", "Wait and then add it", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=tmp_path,
        env={**os.environ, "AGENT_EXECUTION_TIMEOUT": "100"},
        # Where the tests themselves run in the background, a shell has it ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert process.stderr is not None
    for line in process.stderr:
        if "s1: slow" in line:
            break
    time.sleep(1.5)
    stopped = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert time.monotonic() - stopped < 15
    assert process.returncode == 130, err
    assert json.loads(out)["ok"] is False
    assert "Traceback" not in err
    (record,) = [json.loads(path.read_text()) for path in (tmp_path / "w" / "requests").iterdir()]
    assert record["status"] == "stopped"
    assert [s["skill"] for s in record["steps"]] == ["slow", "total"]


def test_requests_at_the_prompt(tmp_path: Path) -> None:
    """A line is a request, with its files and permissions in it; :steps shows how the answer came about."""
    (tmp_path / "no tes.txt").write_text("a b c")
    read = plan(step("s1", "read_text", path={"file": "no tes.txt"}), step("s2", "word_count", text=of("s1")))
    model = prepared(tmp_path, BOTH, read, "no plan", "no plan")
    out = piped(
        tmp_path,
        f":steps\n{REQUEST}\n:steps\nRead it and then count --file '{tmp_path}/no tes.txt' its words\n:steps\n"
        "Read it and then count --file /nowhere.txt\nSay something else and then more\n:steps\n--file\n",
        model,
    )
    for expected in (
        "Nothing was asked yet.",
        "\nCBA\n",
        '✓ s2: upper_text(text="cba")   [from the library, version 1',
        "\n3\n",
        "Read it and then count its words",
        "error: The file '/nowhere.txt' can't be read",
        "No answer: The model gave no plan",
    ):
        assert expected in out, (expected, out)


@pytest.mark.parametrize(
    ("line", "rest", "files"),
    [
        ("count --file a.txt", "count", ["a.txt"]),
        ("--file a.txt count", "count", ["a.txt"]),
        ("count --file 'a b.txt' words", "count words", ["a b.txt"]),
        ('--file="a b.txt" --file c.txt go', "go", ["a b.txt", "c.txt"]),
        ("what does --file do?", "what does", ["do?"]),
        ("a--file b", "a--file b", []),
        ("count", "count", []),
    ],
)
def test_files_are_taken_out_of_a_line(line: str, rest: str, files: list[str]) -> None:
    """Wherever they stand in it."""
    assert take_files(line) == (rest, files)


def test_the_prompt_and_the_command_share_one_way(tmp_path: Path) -> None:
    """What `ask` answers in a program is what the command line answers."""
    model = prepared(tmp_path, BOTH)
    with autonomous_agent.AutonomousAgent(workspace=tmp_path / "w", model=model) as agent:
        assert agent.ask(REQUEST).text == "CBA"
