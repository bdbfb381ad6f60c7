"""The peers' endpoint, its budgets, what is taken from a peer's text, and the loop around a peer's process.

Nothing is installed and no model is asked: the engine is a stand-in, and the peer's process a few lines of Python.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from apprentice.errors import ContextOverflow
from apprentice.models.base import RunningCalls
from benchmarks.peers import environments
from benchmarks.peers import run as peers_run
from benchmarks.peers.backends import EmbeddedBackend, OllamaBackend, messages_of
from benchmarks.peers.endpoint import Endpoint
from benchmarks.peers.environments import PeerMissing, python_of, requirements_of
from benchmarks.peers.extraction import answer_of, code_in, module_of
from benchmarks.peers.langgraph_runner import _parts
from benchmarks.peers.run import PEERS, run_peer
from benchmarks.peers.runner_io import error_of, failing
from benchmarks.peers.tasks import PeerResult, PeerTask
from tests.models.ollama_server import ChatReply, OllamaServer


class StandInEngine:
    """Answers as the embedded engine streams, with ten prompt tokens and one token a word."""

    def __init__(self, text: str = "def f(x): return x", error: Exception | None = None) -> None:
        self.text, self.error = text, error
        self.bodies: list[Mapping[str, Any]] = []

    def stream(self, body: Mapping[str, Any], calls: RunningCalls) -> Iterator[dict[str, Any]]:
        self.bodies.append(body)
        if self.error is not None:
            raise self.error
        words = self.text.split(" ")[: body["max_tokens"]]
        yield {"prompt_progress": {"processed": 10}, "choices": []}
        for number, word in enumerate(words):
            yield {"choices": [{"delta": {"content": word if number == 0 else f" {word}"}}]}
        cut = len(words) == body["max_tokens"]
        yield {"choices": [{"delta": {}, "finish_reason": "length" if cut else "stop"}]}
        yield {"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": len(words)}}


@pytest.fixture
def engine() -> StandInEngine:
    return StandInEngine()


@pytest.fixture
def endpoint(engine: StandInEngine) -> Iterator[Endpoint]:
    with Endpoint(EmbeddedBackend(engine), budget_tokens=40) as served:
        yield served


def ask(endpoint: Endpoint, task: str = "", **more: Any) -> httpx.Response:
    """One call in OpenAI's protocol."""
    body = {"model": "m", "messages": [{"role": "user", "content": "hello"}], **more}
    return httpx.post(
        f"{endpoint.url}/v1/chat/completions", json=body, headers={"X-Task": task} if task else {}, timeout=10
    )


def test_a_completion_has_the_reply_and_its_tokens(endpoint: Endpoint) -> None:
    """OpenAI's clients read text, usage and the reason of the end."""
    endpoint.begin("t")
    facts = ask(endpoint).json()
    assert facts["choices"][0]["message"] == {"role": "assistant", "content": "def f(x): return x"}
    assert facts["choices"][0]["finish_reason"] == "stop"
    assert facts["usage"] == {"prompt_tokens": 10, "completion_tokens": 4, "total_tokens": 14}


def test_the_budget_ends_in_429_that_no_client_tries_again(endpoint: Endpoint) -> None:
    """Calls are answered until the tokens are used; then each is refused in words, and not counted as a call."""
    endpoint.begin("t")
    assert [ask(endpoint).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = ask(endpoint)
    assert refused.headers["x-should-retry"] == "false"
    assert refused.json()["error"]["code"] == "budget_exhausted"
    assert "used 42 of 40 tokens in 3 calls" in refused.json()["error"]["message"]
    spent = endpoint.spent("t")
    assert (spent.calls, spent.prompt_tokens, spent.completion_tokens, spent.refused) == (3, 30, 12, 3)


def test_a_reply_never_overruns_the_budget(engine: StandInEngine) -> None:
    """A long reply is cut where the budget ends, whatever the peer asked for."""
    engine.text = "word " * 500
    with Endpoint(EmbeddedBackend(engine), budget_tokens=40, reply_tokens=25) as endpoint:
        endpoint.begin("t")
        assert ask(endpoint).json()["usage"]["completion_tokens"] == 25
        facts = ask(endpoint, max_tokens=400).json()
        assert facts["usage"]["completion_tokens"] == 5
        assert facts["choices"][0]["finish_reason"] == "length"


def test_each_task_has_its_own_account(endpoint: Endpoint) -> None:
    """A header names the task; without one it is the task that was begun last."""
    endpoint.begin("a")
    endpoint.begin("b")
    ask(endpoint, "a")
    ask(endpoint)
    ask(endpoint)
    assert (endpoint.spent("a").calls, endpoint.spent("b").calls) == (1, 2)


def test_a_budget_can_be_opened_and_read_over_http(endpoint: Endpoint) -> None:
    """Programs outside this process use `/budget` before a task and after it."""
    opened = httpx.post(f"{endpoint.url}/budget", json={"task": "x y", "budget_tokens": 12})
    assert opened.json()["budget_tokens"] == 12
    assert [ask(endpoint).status_code for _ in range(2)] == [200, 429]
    facts = httpx.get(f"{endpoint.url}/budget", params={"task": "x y"}).json()
    assert (facts["calls"], facts["prompt_tokens"], facts["completion_tokens"]) == (1, 10, 4)
    assert facts["over"].startswith("budget exhausted")


def test_a_call_for_a_task_that_nobody_began_is_refused(endpoint: Endpoint) -> None:
    """No call goes uncounted."""
    assert ask(endpoint).status_code == 400
    assert ask(endpoint, "unknown").json()["error"]["code"] == "unknown_task"


def test_after_its_seconds_a_task_gets_no_answer(endpoint: Endpoint) -> None:
    """Time ends a task as tokens do."""
    endpoint.begin("t", seconds=0)
    refused = ask(endpoint)
    assert refused.status_code == 429
    assert "time is over" in refused.json()["error"]["message"]


def test_what_a_call_asks_for_reaches_the_engine(endpoint: Endpoint, engine: StandInEngine) -> None:
    """Sampling, stop strings and the schema go through; a message in parts becomes one text; seeds count up."""
    endpoint.begin("t")
    schema = {"type": "object", "properties": {"code": {"type": "string"}}}
    ask(
        endpoint,
        messages=[
            {"role": "developer", "content": "be brief"},
            {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
        ],
        temperature=0.5,
        stop="END",
        response_format={
            "type": "json_schema",
            "json_schema": {"name": "n", "schema": schema, "strict": True},
        },
    )
    ask(endpoint)
    ask(endpoint, seed=99)
    body = engine.bodies[0]
    assert body["messages"] == [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": "a\nb"},
    ]
    assert (body["temperature"], body["stop"]) == (0.5, ["END"])
    assert body["response_format"]["json_schema"]["schema"] == schema
    assert [body["seed"] for body in engine.bodies] == [1, 2, 99]


def test_a_client_that_streams_gets_the_reply_in_one_piece(endpoint: Endpoint) -> None:
    """Enough of the streaming protocol for clients that always stream."""
    endpoint.begin("t")
    lines = [line for line in ask(endpoint, stream=True).text.splitlines() if line]
    assert "def f(x): return x" in lines[0]
    assert lines[-1] == "data: [DONE]"


def test_ollamas_protocol_shares_the_budget(endpoint: Endpoint, engine: StandInEngine) -> None:
    """`/api/chat` answers in Ollama's words, and refuses as Ollama says errors."""
    endpoint.begin("t", budget_tokens=14)
    body = {"messages": [{"role": "user", "content": "hi"}], "options": {"num_predict": 3, "seed": 5}}
    facts = httpx.post(f"{endpoint.url}/api/chat", json=body).json()
    assert facts["message"]["content"] == "def f(x): return"
    assert (facts["done"], facts["prompt_eval_count"], facts["eval_count"]) == (True, 10, 3)
    assert engine.bodies[0]["seed"] == 5
    httpx.post(f"{endpoint.url}/api/chat", json=body)
    refused = httpx.post(f"{endpoint.url}/api/chat", json=body)
    assert refused.status_code == 429
    assert refused.json()["error"].startswith("budget exhausted")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"messages": []}',
        b'{"messages": "x"}',
        b'{"messages": [{"role": "user", "content": 3}]}',
    ],
)
def test_a_request_that_cannot_be_read_is_told_so(endpoint: Endpoint, body: bytes) -> None:
    """A peer's mistake is its mistake, not the end of the endpoint."""
    endpoint.begin("t")
    assert httpx.post(f"{endpoint.url}/v1/chat/completions", content=body).status_code == 400
    assert ask(endpoint).status_code == 200


def test_a_prompt_beyond_the_context_is_the_callerserror_of() -> None:
    """Clients must not try it again: 400, as OpenAI says it."""
    engine = StandInEngine(
        error=ContextOverflow("The prompt is longer than the context.", "Make it shorter.")
    )
    with Endpoint(EmbeddedBackend(engine), budget_tokens=40) as endpoint:
        endpoint.begin("t")
        refused = ask(endpoint)
        assert refused.status_code == 400
        assert "longer than the context" in refused.json()["error"]["message"]


def test_calls_of_one_task_wait_for_each_other(engine: StandInEngine) -> None:
    """Two calls at once can't both use the last tokens."""
    with Endpoint(EmbeddedBackend(engine), budget_tokens=14) as endpoint:
        endpoint.begin("t")
        statuses: list[int] = []
        threads = [
            threading.Thread(target=lambda: statuses.append(ask(endpoint).status_code)) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses) == [200, 429, 429, 429]


def test_an_ollama_server_can_stand_behind_the_endpoint() -> None:
    """The same budget in front of a real or simulated server; its own figures are counted."""
    with OllamaServer() as server:
        server.queue(ChatReply(text="def f(): pass"))
        with Endpoint(OllamaBackend("qwen3-coder", server.url), budget_tokens=1000) as endpoint:
            endpoint.begin("t")
            facts = ask(endpoint, temperature=0.25, max_tokens=77).json()
            spent = endpoint.spent("t")
        assert facts["choices"][0]["message"]["content"] == "def f(): pass"
        assert spent.completion_tokens > 0
        options = server.chats[0]["options"]
        assert (options["temperature"], options["num_predict"], options["seed"]) == (0.25, 77, 1)


def test_messages_without_a_known_role_are_refused() -> None:
    """Nothing is passed on that the model's template doesn't know."""
    with pytest.raises(ValueError, match="no role"):
        messages_of([{"role": "robot", "content": "x"}])


# What is taken from a peer's text.


def test_the_last_definition_with_all_that_it_needs_is_the_answer() -> None:
    """State lives on between a code agent's steps, so helpers of earlier steps belong to the answer."""
    code = module_of(
        [
            "import math\nimport os\nSQUARES = {}\nfor i in range(3):\n    SQUARES[i] = i * i\nprint(SQUARES)",
            "def helper(x):\n    return SQUARES[x]\n\ndef f(x):\n    return 1",
            "def f(x):\n    return helper(math.floor(x))\n\nprint(f(2.5))\nfinal_answer(f)",
        ],
        "f",
    )
    space: dict[str, Any] = {}
    exec(code, space)
    assert space["f"](2.5) == 4
    assert "print" not in code
    assert "final_answer" not in code
    assert "import os" not in code


@pytest.mark.parametrize("pieces", [[], [""], ["x = 1"], ["def g(): pass"], ["f(3)"], ["for f in []: pass"]])
def test_no_definition_is_no_answer(pieces: list[str]) -> None:
    """An empty code is wrong in the table, not a crash of the benchmark."""
    assert module_of(pieces, "f") == ""


def test_a_definition_before_a_broken_end_is_still_an_answer() -> None:
    """A reply that the budget cut is worth what parses of it."""
    assert module_of(["def f(x):\n    return x\n\nprint(f("], "f") == "def f(x):\n    return x\n"


@pytest.mark.parametrize(
    "answer",
    [
        "def f(x):\n    return x + 1",
        "Here it is:\n```python\ndef f(x):\n    return x + 1\n```\nIt adds one.",
        "```\n    def f(x):\n        return x + 1\n",
        "Thought: easy.\n<code>\ndef f(x):\n    return x + 1\n</code>",
        "The function is\ndef f(x):\n    return x + 1",
        "f = lambda x: x + 1",
    ],
)
def test_the_code_of_an_answer_is_found_however_it_is_wrapped(answer: str) -> None:
    """A peer isn't marked wrong for its wrapping."""
    space: dict[str, Any] = {}
    exec(answer_of(answer, "f"), space)
    assert space["f"](1) == 2


def test_a_whole_answer_stays_as_the_peer_wrote_it() -> None:
    """Nothing is mended or tidied where the text is a module already."""
    text = "# adds\ndef f(x):  # one\n    return x + 1\n\nassert f(1) == 2\n"
    assert answer_of(text, "f") == text


def test_several_blocks_of_an_answer_are_one_module() -> None:
    """Small models put the imports, the function and its use into blocks of their own."""
    text = "```python\nimport math\n```\nand\n```python\ndef f(x):\n    return math.floor(x)\n```"
    assert code_in(text) == "import math\n\ndef f(x):\n    return math.floor(x)"


def test_the_checks_of_the_graph_tell_what_failed() -> None:
    """The graph's check: runs, fails with the error's last line, or names the example that doesn't hold."""
    assert error_of(failing("def f(x): return x", ("f(1) == 1",))) == ""
    assert (
        error_of("import no_such_module_here") == "ModuleNotFoundError: No module named 'no_such_module_here'"
    )
    assert "this is not true: f(1) == 2" in error_of(failing("def f(x): return x", ("f(1) == 2",)))
    assert _parts("Use:\n```python\nimport re\ndef f(): pass\n```")["imports"] == "import re"


# The loop around a peer's process.

RUNNER = """
import json, sys, urllib.request
endpoint = sys.argv[sys.argv.index("--endpoint") + 1]
for line in sys.stdin:
    task = json.loads(line)
    if task["prompt"] == "die":
        print("last words", file=sys.stderr)
        sys.exit(3)
    if task["prompt"] == "hang":
        import time
        time.sleep(600)
    print("noise that is no result")
    body = json.dumps({"messages": [{"role": "user", "content": task["prompt"]}]}).encode()
    reason = ""
    try:
        for _ in range(task["prompt"] == "greedy" and 100 or 1):
            request = urllib.request.Request(endpoint + "/v1/chat/completions", body, {"X-Task": task["id"]})
            code = json.load(urllib.request.urlopen(request))["choices"][0]["message"]["content"]
    except urllib.error.HTTPError as error:
        reason = str(error)
    claims = "gave up" if reason else "done"
    facts = {"id": task["id"], "code": code, "claims": claims, "reason": reason, "seconds": 0.5, "versions": "p 1"}
    print(json.dumps(facts), flush=True)
    if task["prompt"] == "once":
        sys.exit(0)
"""


@pytest.fixture
def small_peer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A peer whose environment is this one, and whose runner is RUNNER."""
    script = tmp_path / "runner.py"
    script.write_text(RUNNER, encoding="utf-8")
    launcher = tmp_path / "python"
    launcher.write_text(f'#!/bin/sh\nshift 3\nexec "{sys.executable}" "{script}" "$@"\n', encoding="utf-8")
    launcher.chmod(0o755)
    monkeypatch.setattr(peers_run, "python_of", lambda *_: launcher)
    return tmp_path


def run(folder: Path, *prompts: str, **more: Any) -> list[PeerResult]:
    tasks = [PeerTask(f"t{number}", "f", prompt) for number, prompt in enumerate(prompts)]
    backend = EmbeddedBackend(StandInEngine())
    return run_peer("langgraph", tasks, model=backend, budget_tokens=40, folder=folder, **more)


def test_results_come_with_the_figures_of_the_endpoint(small_peer: Path) -> None:
    """What counts is what the endpoint counted; progress comes with each task."""
    seen: list[PeerResult] = []
    results = run(small_peer, "a", "greedy", progress=seen.append)
    assert results == seen
    assert [(result.id, result.claims, result.calls) for result in results] == [
        ("t0", "done", 1),
        ("t1", "gave up", 3),
    ]
    assert (results[0].prompt_tokens, results[0].completion_tokens, results[0].versions) == (10, 4, "p 1")
    assert results[0].code == "def f(x): return x"
    assert results[1].reason.startswith("budget exhausted")
    assert results[1].code == "def f(x): return x"


def test_each_task_may_have_a_budget_of_its_own(small_peer: Path) -> None:
    """Equal budgets are equal task by task: what the other ways of solving it may use."""
    tasks = [PeerTask(f"t{number}", "f", "greedy") for number in range(2)]
    backend = EmbeddedBackend(StandInEngine())
    results = run_peer(
        "langgraph", tasks, model=backend, budget_tokens={"t0": 14, "t1": 40}, folder=small_peer
    )
    assert [result.calls for result in results] == [1, 3]


def test_a_peer_that_dies_costs_one_task(small_peer: Path) -> None:
    """A crash is a task that was given up; the next one gets a new process."""
    results = run(small_peer, "a", "die", "b")
    assert [result.claims for result in results] == ["done", "gave up", "done"]
    assert "last words" in results[1].reason


def test_a_peer_may_end_its_process_between_two_tasks(small_peer: Path) -> None:
    """Runners do that when code of a task still runs: no task is lost."""
    assert [result.claims for result in run(small_peer, "once", "once", "a")] == ["done"] * 3


def test_a_peer_that_hangs_is_ended(small_peer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One task can't hold up the benchmark."""
    monkeypatch.setattr(peers_run, "_GRACE_SECONDS", 0.0)
    results = run(small_peer, "hang", "a", task_seconds=3.0)
    assert [result.claims for result in results] == ["gave up", "done"]
    assert "more than 3 seconds" in results[0].reason


def test_a_task_survives_its_way_to_the_runner() -> None:
    """The line that a runner reads says the whole task."""
    task = PeerTask("1", "f", "Write f.", ("f(1) == 2",))
    assert PeerTask.from_json(task.to_json()) == task


# The environments.


@pytest.mark.parametrize("environment", sorted({peer.environment for peer in PEERS.values()}))
def test_every_version_is_pinned(environment: str) -> None:
    """The table names versions, so they must be the same tomorrow."""
    lines = [
        line
        for line in requirements_of(environment).read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert any(line.startswith(f"{environment}==") for line in lines)
    assert all("==" in line for line in lines)


def test_an_install_that_fails_leaves_nothing_and_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Half an environment would look like a whole one at the next run."""
    commands: list[list[str]] = []

    def install(command: list[str]) -> None:
        commands.append(command)
        if "pip" in command:
            raise PeerMissing("no space left")
        Path(command[-1], "bin").mkdir(parents=True)
        Path(command[-1], "bin", "python").touch()

    monkeypatch.setattr(environments, "_run", install)
    with pytest.raises(PeerMissing, match="no space"):
        python_of("langgraph", tmp_path)
    assert not (tmp_path / "langgraph").exists()
    monkeypatch.setattr(environments, "_run", lambda command: install(command) if "venv" in command else None)
    assert python_of("langgraph", tmp_path) == tmp_path / "langgraph" / "bin" / "python"
    made = len(commands)
    python_of("langgraph", tmp_path)
    assert len(commands) == made
