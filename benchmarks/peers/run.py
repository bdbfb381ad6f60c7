"""Run a peer over tasks: its environment, the endpoint, a process that is ended when it takes too long."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from benchmarks.peers.backends import Backend, open_backend
from benchmarks.peers.endpoint import REPLY_TOKENS, Endpoint, Spent
from benchmarks.peers.environments import python_of
from benchmarks.peers.tasks import PeerResult, PeerTask

_ROOT = Path(__file__).parents[2]
#: beyond a task's seconds: for the call under way, and the code that the peer runs last
_GRACE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer as it is set up.

    Attributes:
        environment: whose packages it needs, and which runner it is.
        checked: the examples are wired into the peer's own check (smolagents' `final_answer_checks`; the graph's check
            node), which neither documentation does.
        fenced: code is asked for between Markdown fences: not smolagents' `<code>` tags, not the tutorial's JSON.
        restarts: a peer that gave up begins anew while its budget lasts.
    """

    environment: str
    checked: bool = False
    fenced: bool = False
    restarts: bool = False

    @property
    def options(self) -> list[str]:
        """The runner's."""
        return [f"--{name}" for name in ("checked", "fenced", "restarts") if getattr(self, name)]


#: as their documentation has them, and the strongest forms that could be made of them without changing what they are
PEERS = {
    "smolagents": Peer("smolagents"),
    "smolagents-strong": Peer("smolagents", checked=True, fenced=True, restarts=True),
    "langgraph": Peer("langgraph"),
    "langgraph-fenced": Peer("langgraph", fenced=True),
    "langgraph-strong": Peer("langgraph", checked=True, fenced=True, restarts=True),
}


def run_peer(
    name: str,
    tasks: Sequence[PeerTask],
    *,
    model: str | Backend,
    budget_tokens: int | Mapping[str, int],
    folder: Path,
    progress: Callable[[PeerResult], None] | None = None,
    host: str = "",
    temperature: float | None = None,
    reply_tokens: int = REPLY_TOKENS,
    task_seconds: float = 900.0,
) -> list[PeerResult]:
    """What a peer makes of each task, in order.

    Args:
        name: one of `PEERS`.
        tasks: each with an id of its own.
        model: `embedded`, `ollama:NAME`, or a backend that is open already.
        budget_tokens: for each task, or by the tasks' ids; prompts and replies together.
        folder: where the environments are made and kept.
        progress: called with each result as it comes, so that it can be shown and kept.
        host: of the Ollama server; empty for OLLAMA_HOST.
        temperature: of all calls; None for the peer's own.
        reply_tokens: the longest reply where the peer names no limit.
        task_seconds: after which no further call is answered; soon after, the peer's process is ended.

    Raises:
        PeerMissing: its environment can't be made.
        ModelMissing: the embedded model isn't installed.
        KeyError: there is no such peer.
    """
    peer = PEERS[name]
    python = python_of(peer.environment, folder)
    backend = open_backend(model, host=host) if isinstance(model, str) else model
    options = peer.options
    if temperature is not None:
        options += ["--temperature", str(temperature)]
    results: list[PeerResult] = []
    with (
        Endpoint(backend, budget_tokens=0, reply_tokens=reply_tokens) as endpoint,
        tempfile.TemporaryDirectory(prefix="peer-", ignore_cleanup_errors=True) as scratch,
    ):
        command = [
            *(str(python), "-P", "-m", f"benchmarks.peers.{peer.environment}_runner"),
            *("--endpoint", endpoint.url, "--model", backend.name, *options),
        ]
        runner = Runner(command, Path(scratch))
        try:
            for task in tasks:
                budget = budget_tokens if isinstance(budget_tokens, int) else budget_tokens[task.id]
                spent = endpoint.begin(task.id, budget_tokens=budget, seconds=task_seconds)
                line = runner.ask(task.to_json(), task_seconds + _GRACE_SECONDS)
                if line is None:
                    backend.abort()
                results.append(_result(name, task, line, spent, runner.last_words))
                if progress is not None:
                    progress(results[-1])
        finally:
            runner.close()
    return results


def _result(
    peer: str, task: PeerTask, line: dict[str, Any] | None, spent: Spent, last_words: str
) -> PeerResult:
    facts = line or {"code": "", "claims": "gave up", "reason": f"its process ended: {last_words}"}
    return PeerResult(
        peer=peer,
        id=task.id,
        code=facts["code"],
        claims="done" if facts["claims"] == "done" else "gave up",
        reason=spent.over if facts["claims"] != "done" and spent.refused and spent.over else facts["reason"],
        calls=spent.calls,
        prompt_tokens=spent.prompt_tokens,
        completion_tokens=spent.completion_tokens,
        seconds=facts["seconds"] if line else spent.seconds,
        versions=facts.get("versions", ""),
    )


class Runner:
    """A runner's process, started when it is first needed and again whenever it has ended."""

    def __init__(self, command: Sequence[str], scratch: Path) -> None:
        self._command, self._scratch = command, scratch
        self._process: subprocess.Popen[str] | None = None
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        #: the end of what it said on standard error
        self.last_words = ""
        #: of the process that ended last; None where it was ended
        self.exit_code: int | None = None

    def ask(self, task: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """Hand over a task and wait for its line; None when the process ended, or was ended, without one."""
        for _ in range(2):
            if self._process is None or self._process.poll() is not None:
                self._start()
            with contextlib.suppress(OSError):
                self._send(task)
            if (facts := self._wait(str(task["id"]), seconds)) is not None:
                return facts
            # It may end well between two tasks, as it does when code of the last one still runs.
            if self.exit_code != 0:
                break
        return None

    def _send(self, task: dict[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()

    def _wait(self, task: str, seconds: float) -> dict[str, Any] | None:
        try:
            while (line := self._lines.get(timeout=seconds)) is not None:
                try:
                    facts = json.loads(line)
                except ValueError:
                    continue
                if isinstance(facts, dict) and facts.get("id") == task:
                    return facts
            self.last_words = self._tail()
            assert self._process is not None
            self.exit_code = _ended_with(self._process)
        except Empty:
            self.last_words = f"it took more than {seconds:.0f} seconds"
            self.exit_code = None
        self.close()
        return None

    def _start(self) -> None:
        self.close()
        errors = (self._scratch / "errors.txt").open("w", encoding="utf-8")
        with errors:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
                errors="replace",
                cwd=self._scratch,
                env=_environment(self._scratch),
                start_new_session=True,
            )
        self._lines = SimpleQueue()
        threading.Thread(
            target=_read, args=(self._process, self._lines), name="peer-output", daemon=True
        ).start()

    def _tail(self) -> str:
        text = (self._scratch / "errors.txt").read_text(encoding="utf-8", errors="replace")
        return " ".join(text.strip().splitlines()[-2:])[-300:]

    def close(self) -> None:
        """End the process with all that it started."""
        process, self._process = self._process, None
        if process is None:
            return
        if hasattr(os, "killpg"):
            # Its group outlives it while something that it started runs.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _ended_with(process: subprocess.Popen[str]) -> int | None:
    try:
        return process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        return None


def _read(process: subprocess.Popen[str], lines: SimpleQueue[str | None]) -> None:
    assert process.stdout is not None
    try:
        for line in process.stdout:
            lines.put(line)
    except (OSError, ValueError):
        pass
    lines.put(None)


def _environment(scratch: Path) -> dict[str, str]:
    """Nothing of the caller's but the way to programs: no keys, and nothing that calls home."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "PYTHONPATH": str(_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "LANGSMITH_TRACING": "false",
        "LANGCHAIN_TRACING_V2": "false",
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "NO_PROXY": "127.0.0.1",
    }
