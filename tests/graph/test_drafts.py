"""Where the model server has room, modules are asked for at the same time; each is still tried on its own."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.errors import ModelUnavailable
from apprentice.models.scripted import ScriptedChatModel, ScriptedReply
from apprentice.settings import load_settings

GOAL = "Write a function double(n: int) -> int that returns twice the number it is given. double(2) == 4"
TESTS = "```python\ndef test_three():\n    assert double(3) == 6\n```"
RIGHT = "def double(n: int) -> int:\n    return 2 * n"
WRONG = "def double(n: int) -> int:\n    return n * n * n"


def fenced(code: str) -> str:
    return f"```python\n{code}\n```"


class Server:
    """Answers when all that are expected at once have asked, or after a second; notes how many asked together."""

    def __init__(self, together: int, *codes: str | ScriptedReply) -> None:
        self.together, self.codes = together, list(codes)
        self.most = self.now = self.asked = 0
        self.changed = threading.Condition()

    def __call__(self, prompt: list[Any], role: str) -> str | ScriptedReply:
        with self.changed:
            number = 0
            if role == "coder":
                number, self.asked = self.asked, self.asked + 1
            self.now += 1
            self.most = max(self.most, self.now)
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.most >= self.together, timeout=1)
            self.now -= 1
        if role == "tester":
            return TESTS
        code = self.codes[min(number, len(self.codes) - 1)]
        return code if isinstance(code, ScriptedReply) else fenced(code)


def made(tmp_path: Path, server: Server, **settings: Any) -> Agent:
    settings = {"profile": "large", "proof": "standard", **settings}
    return Agent(workspace=tmp_path, model=ScriptedChatModel(respond=server), **settings)


def kept(tmp_path: Path) -> str:
    return (tmp_path / "skills" / "double.py").read_text(encoding="utf-8").strip()


def test_the_tests_are_written_beside_the_first_module(tmp_path: Path) -> None:
    server = Server(2, RIGHT)
    with made(tmp_path, server, ollama_parallel=2) as agent:
        agent.run(GOAL)
    assert kept(tmp_path) == RIGHT
    assert server.most == 2


def test_one_at_a_time_where_the_server_has_no_more_room(tmp_path: Path) -> None:
    server = Server(1, RIGHT)
    with made(tmp_path, server) as agent:
        agent.run(GOAL)
    assert server.most == 1


def test_a_module_that_waited_costs_no_further_call(tmp_path: Path) -> None:
    """Three are asked for at once; the second and the third iteration take what is there."""
    server = Server(3, WRONG, WRONG.replace("n * n * n", "n ** 3"), WRONG.replace("n * n * n", "n - 1"))
    with made(tmp_path, server, ollama_parallel=3, max_iterations=3, profile="small") as agent:
        outcome = agent.run(GOAL)
    assert outcome.iterations == 3
    assert outcome.usage["calls"] == server.asked == 3
    assert server.most == 3


def test_a_failed_request_beside_the_first_is_no_failure(tmp_path: Path) -> None:
    class Failing(Server):
        failed = False

        def __call__(self, prompt: list[Any], role: str) -> str | ScriptedReply:
            reply = super().__call__(prompt, role)
            if "Choose the simplest" in str(prompt) and not self.failed:
                self.failed = True
                return ScriptedReply(error="context overflow")
            return reply

    server = Failing(2, RIGHT)
    with made(tmp_path, server, ollama_parallel=3) as agent:
        agent.run(GOAL)
    assert kept(tmp_path) == RIGHT
    assert server.failed


def test_a_server_that_is_down_stops_the_run_with_its_error(tmp_path: Path) -> None:
    class Down(Server):
        def __call__(self, prompt: list[Any], role: str) -> str | ScriptedReply:
            return ScriptedReply(error="server down")

    with (
        made(tmp_path, Down(1, RIGHT), ollama_parallel=3, model_retries=0) as agent,
        pytest.raises(ModelUnavailable),
    ):
        agent.run(GOAL)


def test_the_room_is_read_as_ollama_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_NUM_PARALLEL", "4")
    assert load_settings().ollama_parallel == 4
    monkeypatch.setenv("AGENT_OLLAMA_PARALLEL", "2")
    assert load_settings().ollama_parallel == 2
    monkeypatch.delenv("AGENT_OLLAMA_PARALLEL")
    monkeypatch.setenv("OLLAMA_NUM_PARALLEL", "0")
    assert load_settings().ollama_parallel == 1
    assert load_settings(ollama_parallel=3).ollama_parallel == 3


def test_all_that_a_state_holds_can_be_read_from_a_checkpoint() -> None:
    """What isn't listed there is refused when a run goes on, and said on the terminal."""
    from pydantic import BaseModel

    from apprentice.graph import checkpoints, state

    listed = {name for _, name in checkpoints._TYPES}
    asked = {"QuestionRequest"}
    models = {
        name
        for name, value in vars(state).items()
        if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == state.__name__
    }
    assert models - listed <= asked
