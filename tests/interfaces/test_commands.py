"""The command line: what it prints, where, and its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

import autonomous_agent
from apprentice.sandbox.base import Isolation
from tests.graph.story import GOAL, write_story

ROOT = Path(__file__).parent.parent.parent


def command(tmp_path: Path, *arguments: str, model: str | None = None) -> int:
    """Run a command in this process; returns its exit code."""
    chosen = ["--model", model] if model else []
    return autonomous_agent.main(["--workspace", str(tmp_path / "w"), *chosen, *arguments])


def test_run_then_use_the_skill(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One document of JSON on standard output, the phases on standard error; the skill is listed and called."""
    model = write_story(tmp_path)
    assert command(tmp_path, "run", GOAL, "--json", model=model) == 0
    out, err = capsys.readouterr()
    outcome = json.loads(out)
    assert (outcome["ok"], outcome["skill"], outcome["iterations"]) == (True, "slug", 3)
    assert "🧠 PLANNING" in err
    assert command(tmp_path, "skills") == 0
    assert "✅ slug: " in capsys.readouterr().out
    assert command(tmp_path, "call", "slug", '{"text": "Ä B"}') == 0
    assert capsys.readouterr().out == '"ä-b"\n'
    assert command(tmp_path, "--execute-tool", "slug", '["X y"]') == 0
    assert capsys.readouterr().out == '"x-y"\n'
    assert command(tmp_path, "call", "slug", "3") == 1
    assert "AttributeError" in capsys.readouterr().err
    assert command(tmp_path, "memory", "--json") == 0
    assert json.loads(capsys.readouterr().out)["version"] == 1
    for shown in (["show", "slug"], ["failures"], ["memory"], ["graph"], ["version"]):
        assert command(tmp_path, *shown) == 0
    assert "-->" in capsys.readouterr().out


def test_the_phases_are_printed_as_the_setup_page_shows_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The literal lines of a session."""
    rules: list[dict[str, object]] = [
        {"role": "planner", "replies": ['{"function": "validate", "signature": "validate(text: str) -> bool", "behaviour": "Says whether a text is JSON.", "edge_cases": []}']},
        {"role": "tester", "replies": ["```python\ndef test_it():\n    assert validate('[1]') is True and validate('{') is False\n```"]},
        {"role": "coder", "replies": ["```python\nimport json\n\n\ndef validate(text: str) -> bool:\n    try:\n        json.loads(text)\n    except ValueError:\n        return False\n    return True\n```"]},
    ]  # fmt: skip
    model = write_story(tmp_path, rules)
    assert command(tmp_path, "run", "Create a JSON validator skill", model=model) == 0
    assert command(tmp_path, "skills") == 0
    assert capsys.readouterr().out.strip().splitlines() == [
        "🧠 PLANNING: Create a JSON validator skill",
        "📝 WRITING: create_a_json_validator_skill.py",
        "🧪 TESTING: create_a_json_validator_skill",
        "✓ Test passed",
        "🔍 ANALYZING: Results",
        "✅ SUCCESS: Skill is working!",
        "",
        "Skills (1):",
        "  ✅ create_a_json_validator_skill: Says whether a text is JSON.",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["run", ""], 2, "empty"),
        (["run", "f(1) == 1", "--skill-name", "../x"], 2, "can't be a skill's name"),
        (["run", "x", "--example", "two"], 2, "can't be read"),
        (["run", "x", "--tests", "/nowhere/t.py"], 2, "can't be read"),
        (["call", "nope", "1"], 2, "no skill 'nope'"),
        (["call", "nope", "{bad"], 2, "not JSON"),
        (["bogus"], 2, "No such command"),
        (["run"], 2, "Missing argument"),
        (["exec", "/nowhere.py"], 2, "can't be read"),
        (["batch", "/nowhere"], 2, "can't be read"),
        (["run", "f(1) == 1"], 2, "AGENT_NO_MODELS"),
    ],
)
def test_wrong_use_is_one_line_and_no_traceback(
    arguments: list[str], code: int, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code says whose turn it is."""
    assert command(tmp_path, *arguments) == code
    err = capsys.readouterr().err
    assert text in err
    assert "Traceback" not in err


def test_exec_prints_the_facts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status, exit code, output, seconds, isolation."""
    file = tmp_path / "p.py"
    file.write_text("import sys\nprint('hi')\nsys.exit(3)\n")
    assert command(tmp_path, "exec", str(file), "--json") == 1
    facts = json.loads(capsys.readouterr().out)
    assert (facts["status"], facts["exit_code"], facts["stdout"]) == ("failed", 3, "hi\n")
    assert facts["isolation"] in get_args(Isolation)
    file.write_text("print('fine')")
    assert command(tmp_path, "exec", str(file)) == 0
    assert "fine" in capsys.readouterr().out


def test_a_batch_says_how_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One failing goal makes the exit code 1, and the others are done."""
    goals = tmp_path / "goals.txt"
    goals.write_text(f"# comment\n{GOAL}\n\n   \n")
    assert command(tmp_path, "batch", str(goals), model=write_story(tmp_path)) == 0
    assert "1 of 1" in capsys.readouterr().out
    goals.write_text(json.dumps([{"goal": GOAL}, {"goal": GOAL, "nonsense": 1}]))
    assert command(tmp_path, "batch", str(goals), "--json", model=write_story(tmp_path)) == 1
    assert [o["status"] for o in json.loads(capsys.readouterr().out)] == ["working", "failed"]


def test_a_goal_that_fails_is_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And the last line says why."""
    model = write_story(tmp_path, [{"replies": ["I can't."]}])
    assert command(tmp_path, "run", GOAL, model=model) == 1
    assert "❌ FAILED: The budget of 12 iterations is used up." in capsys.readouterr().out


def test_doctor_tries_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A check for each thing that a goal needs; exit code 3 when one that is needed fails."""
    assert command(tmp_path, "doctor", model=write_story(tmp_path, [{"replies": ["ready"]}])) == 0
    out = capsys.readouterr().out
    assert [
        name
        for name in ("Workspace", "Memory", "Disk", "Model", "Context", "Sandbox")
        if f"✓ {name}" not in out
    ] == []
    assert command(tmp_path, "doctor") == 3
    assert "✗ Model" in capsys.readouterr().out


def test_output_survives_a_terminal_without_unicode_and_a_closed_pipe(tmp_path: Path) -> None:
    """LANG=C, and `| head -1`."""
    line = f"{sys.executable} {ROOT / 'autonomous_agent.py'} --workspace {tmp_path / 'w'} doctor"
    result = subprocess.run(
        ["sh", "-c", f"{line} | head -1"],
        env={"PATH": "/usr/bin:/bin", "LANG": "C", "PYTHONIOENCODING": "ascii", "AGENT_NO_MODELS": "1"},
        capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    assert "Python" in result.stdout
    assert "Traceback" not in result.stderr


def test_json_is_one_document_also_when_it_goes_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A program that reads standard output always gets JSON."""
    assert command(tmp_path, "run", "", "--json") == 2
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] is False
    assert "empty" in document["error"]


def test_numbers_below_zero_and_control_characters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`-5` is an argument, and what generated code prints can't steer the terminal."""
    rules: list[dict[str, object]] = [
        {"role": "planner", "replies": ["{}"]},
        {"role": "tester", "replies": ["none"]},
        {"role": "coder", "replies": ["```python\ndef f(n):\n    print('\\x1b[2J')\n    return abs(n)\n```"]},
    ]
    assert command(tmp_path, "run", "Write f(n). f(-2) == 2", model=write_story(tmp_path, rules)) == 0
    capsys.readouterr()
    assert command(tmp_path, "call", "f", "-5") == 0
    out, err = capsys.readouterr()
    assert out == "5\n"
    assert "\x1b" not in err


SAY: list[dict[str, object]] = [
    {"role": "planner", "replies": ['{"function": "say", "behaviour": "Says hello.", "permissions": ["command:echo hello", "nonsense", 3]}']},
    {"role": "tester", "replies": ["none"]},
    {"role": "coder", "replies": ["```python\nimport subprocess\n\n\ndef say(n):\n    return subprocess.run(['echo', 'hello'], capture_output=True, text=True).stdout * n\n```"]},
]  # fmt: skip
SAY_GOAL = "Write say(n). say(1) == 'hello\\n'"


def test_allow_is_the_callers_own_approval(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On run, call and exec; without it there is one line with the option to give."""
    model = write_story(tmp_path, SAY)
    assert command(tmp_path, "run", SAY_GOAL, model=model) == 1
    assert "--allow 'command:echo hello'" in capsys.readouterr().out
    assert command(tmp_path, "run", SAY_GOAL, "--allow", "command:echo hello", model=model) == 0
    capsys.readouterr()
    assert command(tmp_path, "call", "say", "2") == 2
    err = capsys.readouterr().err
    assert "say needs an approval" in err
    assert "--allow 'command:echo hello'" in err
    assert command(tmp_path, "call", "say", "2", "--allow", "command:echo hello") == 0
    assert capsys.readouterr().out == '"hello\\nhello\\n"\n'
    file = tmp_path / "p.py"
    file.write_text("import subprocess\nsubprocess.run(['echo', 'hello'])")
    assert command(tmp_path, "exec", str(file)) == 2
    assert command(tmp_path, "exec", str(file), "--allow", "command:echo hello") == 0
    assert command(tmp_path, "exec", str(file), "--allow", "command:*") == 2
    assert "no single command" in capsys.readouterr().err


def test_permissions_are_listed_and_revoked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a table and as JSON; a number, a skill, or all."""
    assert command(tmp_path, "permissions") == 0
    assert capsys.readouterr().out == "No permission holds.\n"
    with autonomous_agent.AutonomousAgent(
        workspace=tmp_path / "w", model=write_story(tmp_path, SAY), approver=lambda request: "skill"
    ) as agent:
        assert agent.run(SAY_GOAL).ok
    assert command(tmp_path, "show", "say") == 0
    assert "needs: command:echo hello" in capsys.readouterr().out
    assert command(tmp_path, "permissions") == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["number", "skill", "may", "for", "since"]
    assert row.split()[:2] == ["1", "say"]
    assert "run the command `echo hello`" in row
    assert "always" in row
    assert command(tmp_path, "permissions", "--json") == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["number"], listed["permissions"], listed["by"]) == (1, ["command:echo hello"], "person")
    assert command(tmp_path, "permissions", "revoke", "7") == 2
    assert "1 (say)" in capsys.readouterr().err
    assert command(tmp_path, "permissions", "revoke", "1") == 0
    assert capsys.readouterr().out == "Revoked: say may no longer run the command `echo hello`.\n"
    assert command(tmp_path, "call", "say", "1") == 2
    capsys.readouterr()
    assert command(tmp_path, "permissions", "--all") == 0
    assert "revoked" in capsys.readouterr().out
    assert command(tmp_path, "permissions", "revoke", "all") == 0
    assert capsys.readouterr().out == "Nothing was to be revoked.\n"
