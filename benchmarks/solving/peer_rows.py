"""Other agents on the same tasks with the same tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from apprentice.errors import AgentError
from benchmarks.peers.backends import open_backend
from benchmarks.peers.environments import PeerMissing
from benchmarks.peers.run import run_peer
from benchmarks.peers.tasks import PeerResult, PeerTask
from benchmarks.simulated import MODEL
from benchmarks.solving.row import Cost, Row
from benchmarks.solving.subject import OpenSubject
from benchmarks.solving.unit import Unit, judged


class PeerUnavailable(AgentError):
    """A peer can't be run here; the other modes can."""


def run_peers(opened: OpenSubject, units: Sequence[Unit], folder: Path, done: Callable[[Row], None]) -> None:
    """What a peer makes of each unit of its mode; `done` gets each row as it comes.

    Raises:
        PeerUnavailable: its environment can't be made, or it can't use this model.
        AgentError: the model can't be used.
    """
    provider = opened.asker.chat.info("coder").provider
    if provider not in ("embedded", "ollama"):
        raise PeerUnavailable(
            "peers can be run with the embedded model or with one on an Ollama server only.",
            "Name one with --model, or leave the peers out.",
        )
    waiting = {unit.task.id: unit for unit in units}

    def ended(result: PeerResult) -> None:
        unit = waiting[result.id]
        row = replace(
            unit.row,
            marked=result.claims == "done",
            code=result.code,
            cost=Cost(result.calls, result.prompt_tokens, result.completion_tokens, 0, result.seconds),
            status=result.claims,
            reason=result.reason,
            versions=result.versions,
        )
        done(judged(opened, unit.task, row))

    for unit in units:
        opened.begin(unit.task)
    try:
        run_peer(
            units[0].mode.name,
            [
                PeerTask(unit.task.id, unit.task.function, unit.task.prompt, unit.task.examples)
                for unit in units
            ],
            model=open_backend("embedded")
            if provider == "embedded"
            else open_backend(MODEL if opened.server else opened.subject.name, host=opened.host),
            budget_tokens={unit.task.id: unit.row.budget for unit in units},
            folder=folder,
            progress=ended,
        )
    except (PeerMissing, OSError) as error:
        said = " ".join(str(error).split())
        raise PeerUnavailable(
            f"its environment can't be made: {said[-300:]}",
            "It needs a package index once; run again with one.",
        ) from None
