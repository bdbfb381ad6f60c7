"""The whole way of a goal: over the Ollama protocol, and on the real embedded model."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from apprentice.agent import Agent
from apprentice.curation import seeds
from apprentice.errors import ModelError, ModelMissing
from tests.graph.story import GOAL, PLAN, RIGHT, TESTS, WRONG
from tests.models.ollama_server import ChatReply, OllamaServer, ServedModel

CODER = {"qwen3-coder:latest": ServedModel()}


@pytest.fixture(autouse=True)
def models_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests open real providers, on loopback or in this process."""
    monkeypatch.delenv("AGENT_NO_MODELS")
    monkeypatch.delenv("AGENT_EMBEDDING_MODEL")


def test_a_goal_over_the_ollama_protocol(tmp_path: Path) -> None:
    """Plan by schema, tests, a wrong module, its repair: four requests, one fixed context, nothing cut silently."""
    settings = {"workspace": tmp_path, "without": ("direct",)}
    with OllamaServer(CODER) as server, Agent(ollama_host=server.url, **settings) as agent:
        server.queue(PLAN, TESTS, WRONG, RIGHT)
        outcome = agent.run(GOAL)
        assert outcome.status == "working"
        assert outcome.iterations == 2
        assert outcome.usage["completion_tokens"] > 0
        assert len(server.chats) == 4
        assert {chat["options"]["num_ctx"] for chat in server.chats} == {32768}
        assert all(chat["truncate"] is False for chat in server.chats)
        assert server.chats[0]["format"]["type"] == "object"


def test_a_server_that_dies_in_the_middle_of_a_reply(tmp_path: Path) -> None:
    """One typed error; the goal stays pending; it goes on when the server is back."""
    settings = {"model_retries": 0, "workspace": tmp_path, "without": ("direct",)}
    with OllamaServer(CODER) as server, Agent(ollama_host=server.url, **settings) as agent:
        server.queue(PLAN, TESTS, ChatReply(text=RIGHT, end="reset"))
        with pytest.raises(ModelError) as caught:
            agent.run(GOAL)
        assert "Traceback" not in str(caught.value)
        assert "\n" not in str(caught.value)
        assert [d.status for d in agent.memory.directives()] == ["pending"]
    with OllamaServer(CODER) as server, Agent(ollama_host=server.url, **settings) as agent:
        server.queue(TESTS, RIGHT)
        assert [outcome.status for outcome in agent.resume()] == ["working"]


def test_an_unknown_model_names_the_command_and_keeps_the_goal(tmp_path: Path) -> None:
    """`ollama pull …` is in the line, and the goal waits."""
    with (
        OllamaServer(CODER) as server,
        Agent(workspace=tmp_path, model="nope:7b", ollama_host=server.url) as agent,
    ):
        with pytest.raises(ModelMissing, match="ollama pull nope:7b"):
            agent.run(GOAL)
        assert [d.status for d in agent.memory.directives()] == ["pending"]


@pytest.mark.model
def test_a_goal_on_the_real_embedded_model(tmp_path: Path) -> None:
    """The embedded default makes a working skill, in a fresh process, from the command line."""
    goal = "Write a function is_even(n) that tells whether an integer is even. is_even(4) == True; is_even(7) == False"
    root = Path(__file__).parent.parent
    command = [
        sys.executable,
        str(root / "autonomous_agent.py"),
        "--workspace",
        str(tmp_path),
        "--model",
        "embedded",
    ]
    result = subprocess.run(
        [*command, "run", goal, "--json"], capture_output=True, text=True, timeout=110, check=False
    )
    assert result.returncode == 0, result.stderr
    outcome = json.loads(result.stdout)
    assert (outcome["status"], outcome["skill"]) == ("working", "is_even")
    assert (tmp_path / "skills" / "is_even.py").exists()
    called = subprocess.run(
        [*command, "call", "is_even", "[10]"], capture_output=True, text=True, timeout=60, check=True
    )
    assert called.stdout.strip() == "true"


def test_a_request_over_the_ollama_protocol(tmp_path: Path) -> None:
    """One plan by schema, a new skill with tests, the calls, one look at the result; the next such request asks no model."""
    plan = {
        "steps": [
            {
                "id": "s1",
                "skill": "slug",
                "description": "Makes a slug of a text.",
                "signature": "slug(text: str) -> str",
                "arguments": {"text": "A b"},
            }
        ]
    }
    judged = {"answers": True, "reason": "It is the slug."}
    with OllamaServer(CODER) as server, Agent(workspace=tmp_path, ollama_host=server.url) as agent:
        server.queue(json.dumps(plan), PLAN, TESTS, RIGHT, json.dumps(judged))
        answer = agent.ask("Make a slug of 'A b'")
        assert (answer.ok, answer.text, answer.notes) == (True, "a-b", ())
        assert answer.usage["calls"] == 5
        assert len(server.chats) == 5
        again = agent.ask("make a slug of 'Second One'")
        assert (again.text, again.steps[0].how, len(server.chats)) == ("second-one", "reused", 5)


@pytest.mark.model
def test_a_request_of_two_steps_on_the_real_embedded_model(tmp_path: Path) -> None:
    """The first step's skill is written by the model, the second is shipped; the third request writes nothing."""
    with Agent(workspace=tmp_path, model="embedded") as agent:
        seeds.install(
            ["word_count"],
            library=agent.library,
            memory=agent.memory,
            gate=agent.gate,
            sandbox=lambda: agent.sandbox,
        )
        answer = agent.ask("Reverse the string 'hello world', then count the words")
        assert answer.ok, answer.reason
        first, second = answer.steps
        assert (first.how, second.how, second.skill) == ("made", "reused", "word_count")
        assert second.arguments == {"text": first.value}
        assert answer.value == len(str(first.value).split())
        again = agent.ask("Reverse the string 'one two three', then count the words")
        assert [step.how for step in again.steps] == ["reused", "reused"]
        assert again.usage["calls"] == 0
