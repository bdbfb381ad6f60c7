"""doctor: what works on this machine, and what to do about what doesn't."""

from __future__ import annotations

import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apprentice.errors import AgentError

if TYPE_CHECKING:
    from apprentice.agent import Agent

LOW_DISK_MB = 500
_PROBE = "import json\nprint(json.dumps({'sum': sum(range(10))}))"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report. `needed` says whether the agent can do without."""

    name: str
    ok: bool
    detail: str
    next_step: str = ""
    needed: bool = True

    def __str__(self) -> str:
        return f"{'✓' if self.ok else '✗'} {self.name}: {self.detail}" + (
            f" {self.next_step}" if self.next_step else ""
        )


def examine(agent: Agent) -> Iterator[Check]:
    """Try everything that a goal needs, really."""
    yield Check(
        "Python",
        sys.version_info >= (3, 11),
        f"{platform.python_version()} on {platform.system()} {platform.machine()}",
    )
    yield _tried("Workspace", lambda: _write(agent))
    yield _tried("Memory", lambda: _memory(agent))
    yield _disk(agent)
    yield _tried("Model", lambda: agent.model_line())
    yield _tried(
        "Context", lambda: f"{agent.chat.info('coder').context_tokens} tokens are used of the model's context"
    )
    yield _tried("Reply", lambda: _reply(agent))
    yield _tried("Search", lambda: _search(agent))
    yield _tried("Sandbox", lambda: _sandbox(agent))


def _tried(name: str, probe: Callable[[], str]) -> Check:
    try:
        return Check(name, True, probe())
    except AgentError as error:
        return Check(name, False, error.message, error.next_step)
    except OSError as error:
        return Check(name, False, f"{error}.")


def _write(agent: Agent) -> str:
    from apprentice.files import write_atomic

    probe = agent.settings.workspace / "exec" / ".doctor"
    write_atomic(probe, "x")
    probe.unlink()
    return f"{agent.settings.workspace} can be written"


def _memory(agent: Agent) -> str:
    memory = agent.memory.snapshot()
    notices = " ".join(agent.memory.notices)
    counts = (
        f"{len(memory.skills)} skills, {len(memory.failures)} failures, {len(memory.directives)} directives"
    )
    return f"{counts}. {notices}".strip()


def _disk(agent: Agent) -> Check:
    free = shutil.disk_usage(agent.settings.workspace).free // 1_000_000
    ok = free >= LOW_DISK_MB
    return Check("Disk", ok, f"{free:,} MB free", "" if ok else "Free some space.", needed=False)


def _reply(agent: Agent) -> str:
    from apprentice.models.base import CallOptions

    options = CallOptions(temperature=0.0, max_tokens=400)
    reply = agent.chat.complete("coder", [("user", "Answer with the word ready.")], options)
    usage = reply.usage
    return f"first token after {usage.first_token_seconds:.1f} s, {usage.tokens_per_second:.0f} tokens/s"


def _search(agent: Agent) -> str:
    from apprentice.models.embeddings import open_embedder

    embedder = open_embedder(agent.settings)
    if embedder is None:
        return "skills are found by words alone: no embedding model is there"
    embedder.embed(["first"])
    started = time.monotonic()
    embedder.embed(["What is 15 percent of 300?"])
    return f"skills are found by words and by meaning ({embedder.name}, {1000 * (time.monotonic() - started):.0f} ms a request)"


def _sandbox(agent: Agent) -> str:
    sandbox = agent.sandbox
    for _ in range(2):  # the second is the warm one
        result = sandbox.run_code(_PROBE)
    if not result.ok or "45" not in result.stdout:
        raise AgentError(f"a test program ended with {result.status}: {result.message or result.stderr}")
    tried = "".join(f"\n    {line}" for line in agent.sandbox_tried)
    return (
        f"isolation '{sandbox.isolation}' ({sandbox.description}), a run takes {1000 * result.seconds:.0f} ms; "
        f"tried:{tried}"
    )
