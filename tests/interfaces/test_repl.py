"""The prompt: from a pipe, and on a real terminal."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forked import exit_code, program, start
from tests.graph.story import GOAL, RULES, write_story
from tests.interfaces.test_commands import SAY, SAY_GOAL

ROOT = Path(__file__).parent.parent.parent


def piped(tmp_path: Path, text: str, model: str) -> str:
    """What the prompt prints for these lines on standard input."""
    environment = {"AGENT_WORKSPACE": str(tmp_path / "w"), "AGENT_MODEL": model}
    paths = [tmp_path / name for name in ("stdin", "stdout", "stderr")]
    for path in paths:
        path.write_text(text if path.name == "stdin" else "", encoding="utf-8")
    code = exit_code(program, str(tmp_path), [], tuple(map(str, paths)), **environment)
    out, errors = (path.read_text(encoding="utf-8") for path in paths[1:])
    assert code == 0, errors
    assert "Traceback" not in out + errors
    return out


def really_piped(tmp_path: Path, text: str, model: str) -> str:
    """The same of a program that is started anew, from a real pipe."""
    environment = {**os.environ, "AGENT_WORKSPACE": str(tmp_path / "w"), "AGENT_MODEL": model}
    result = subprocess.run(
        [sys.executable, str(ROOT / "autonomous_agent.py")],
        input=text, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=100, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    return result.stdout


def test_a_session_from_a_pipe(tmp_path: Path) -> None:
    """Every command, right and wrong use, ends at the end of the input."""
    out = really_piped(
        tmp_path,
        f":skills\n:directive {GOAL}\n:skills\n:show slug\n:run slug 'A  B'\n:run slug text=\"C d\"\n:run slug 3\n"
        ":memory\n:failures\n:model\n:graph\n:help\n:resume\n:directive\n:show\n:show nope\n:run\n:skilz\nhello\n:run slug 'x\n",
        write_story(tmp_path),
    )
    for expected in (
        "Skills (0):",
        "✅ SUCCESS: Skill is working!",
        "Skills (1):\n  ✅ slug: ",
        "version 1",
        "'a-b'",
        "'c-d'",
        "AttributeError",
        "failures: 2",
        "Failures (2):",
        "scripted",
        "graph TD",
        ":directive <goal>",
        "Nothing to resume.",
        "Say what the skill should do",
        "There is no skill 'nope'",
        "Did you mean :skills?",
        "No answer: The model gave no plan",
        "not closed",
    ):
        assert expected in out, expected


def test_a_goal_over_several_lines(tmp_path: Path) -> None:
    """A backslash at the end of a line goes on in the next."""
    first, _, rest = GOAL.partition(" that")
    out = piped(tmp_path, f":directive {first}\\\nthat{rest}\n", write_story(tmp_path))
    assert "✅ SUCCESS" in out


def test_an_agent_that_cannot_start_is_said_when_it_is_needed(tmp_path: Path) -> None:
    """The prompt stays."""
    (tmp_path / "w").write_text("a file where the workspace should be")
    out = piped(tmp_path, ":skills\n:help\n", "embedded")
    assert "error: " in out
    assert ":directive <goal>" in out


class Terminal:
    """A program on a pseudo-terminal."""

    def __init__(self, tmp_path: Path, model: str) -> None:
        main, child = pty.openpty()
        self.main = main
        self.seen = ""
        self._child = child  # kept open until the process has opened its own
        self.process = start(
            program, str(tmp_path), [], (os.ttyname(child),) * 3, True,
            AGENT_WORKSPACE=str(tmp_path / "w"), AGENT_MODEL=model, TERM="xterm", COLUMNS="200", PROMPT_TOOLKIT_NO_CPR="1",
        )  # fmt: skip

    def until(self, text: str, seconds: float = 30.0) -> str:
        """Read until the text is on the screen; fails after some seconds."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            assert time.monotonic() < end, f"{text!r} never came; seen: {self.seen[-2000:]!r}"
            if select.select([self.main], [], [], 0.1)[0]:
                with contextlib.suppress(OSError):
                    self.seen += os.read(self.main, 65536).decode("utf-8", "replace")
        before, _, self.seen = self.seen.partition(text)
        return before

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self.main, text.encode())

    def ended(self) -> bool:
        """Whether it ends within some seconds, and well."""
        self.process.join(20)
        return self.process.exitcode == 0

    def close(self) -> None:
        """End the program."""
        self.process.kill()
        self.process.join(10)
        os.close(self._child)
        os.close(self.main)


@pytest.fixture
def slow_terminal(tmp_path: Path) -> Iterator[Terminal]:
    """The prompt with a model that takes a minute for a module."""
    rules = [*RULES[:2], {"role": "coder", "replies": [{"text": "```python\n", "delay": 60}]}]
    terminal = Terminal(tmp_path, write_story(tmp_path, rules))
    yield terminal
    terminal.close()


def test_ctrl_c_stops_a_goal_and_returns_to_the_prompt(slow_terminal: Terminal) -> None:
    """On a real terminal; the goal is kept."""
    terminal = slow_terminal
    terminal.until("Agent>")
    terminal.type(f":directive {GOAL}\r")
    terminal.until("WRITING")
    time.sleep(0.5)
    terminal.type("\x03")
    terminal.until("The goal is kept", seconds=10)
    # The goal's own last line comes when its thread has ended, before the prompt or after.
    if "STOPPED" not in terminal.until("Agent>"):
        terminal.until("STOPPED")
    terminal.type(":memory\r")
    terminal.until("⏸")
    terminal.until("Agent>")
    time.sleep(0.2)
    terminal.type("\x04")
    assert terminal.ended()


def test_approval_is_asked_on_the_terminal(tmp_path: Path) -> None:
    """The code is shown, and "n" goes on without it."""
    terminal = Terminal(tmp_path, write_story(tmp_path))
    try:
        terminal.until("Agent>")
        terminal.type(f":directive {GOAL}\r")
        shown = terminal.until("[n]ot?")
        assert "urlopen" in shown
        terminal.type("n\r")
        terminal.until("SUCCESS")
        terminal.type(":quit\r")
        assert terminal.ended()
    finally:
        terminal.close()


def test_ctrl_c_at_a_question_keeps_the_goal(tmp_path: Path) -> None:
    """The question ends, the goal is pending, and the prompt reads the next line itself."""
    terminal = Terminal(tmp_path, write_story(tmp_path))
    try:
        terminal.until("Agent>")
        terminal.type(f":directive {GOAL}\r")
        terminal.until("[n]ot?")
        terminal.type("\x03")
        terminal.until("The goal is kept", seconds=10)
        terminal.until("Agent>")
        terminal.type(":memory\r")
        terminal.until("⏸")
        terminal.type(":quit\r")
        assert terminal.ended()
    finally:
        terminal.close()


def test_approvals_at_the_prompt(tmp_path: Path) -> None:
    """:run asks before it runs; always is listed, revoked, and asked again; --allow asks nothing."""
    terminal = Terminal(tmp_path, write_story(tmp_path, SAY))
    try:
        terminal.until("Agent>")
        terminal.type(f":directive {SAY_GOAL}\r")
        shown = terminal.until("[n]ot?")
        for expected in ("run the command `echo hello`", "line 5:", "subprocess.run", "for the goal"):
            assert expected in shown
        terminal.type("o\r")
        terminal.until("SUCCESS")
        terminal.type(":run say 1\r")
        terminal.until("[n]ot?")
        terminal.type("n\r")
        terminal.until("--allow 'command:echo hello'")
        terminal.type(":run say 1 --allow 'command:echo hello'\r")
        terminal.until("'hello\\n'")
        terminal.type(":run say 2\r")
        terminal.until("[n]ot?")
        terminal.type("s\r")
        terminal.until("'hello\\nhello\\n'")
        terminal.type(":permissions\r")
        terminal.until("always")
        terminal.type(":permissions revoke say\r")
        terminal.until("Revoked: say may no longer run the command")
        terminal.type(":run say 1\r")
        terminal.until("[n]ot?")
        terminal.type("\x04")
        terminal.until("was not given")
        terminal.type(":quit\r")
        assert terminal.ended()
    finally:
        terminal.close()


def test_permissions_and_exec_from_a_pipe(tmp_path: Path) -> None:
    """Nobody is there to be asked: refused in one line; `--allow` does."""
    file = tmp_path / "p.py"
    file.write_text("import subprocess\nsubprocess.run(['echo', 'hello'])")
    out = piped(
        tmp_path,
        f":permissions\n:permissions all\n:permissions nonsense\n:permissions revoke 3\n:exec\n:exec {file}\n"
        f":exec {file} --allow 'command:echo hello'\n:exec {tmp_path}/no.py\n:directive x --allow nonsense\n",
        write_story(tmp_path),
    )
    for expected in (
        "No permission holds.",
        "Nothing was ever decided.",
        "Say :permissions, ",
        "There is no permission '3'",
        "Which file?",
        "p.py needs an approval, which was not given, to run the command `echo hello`.",
        "ok, exit code 0",
        "can't be read",
        "'nonsense' is no permission",
    ):
        assert expected in out, expected
