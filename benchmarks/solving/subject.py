"""The model that is measured: a real one, or the simulated coder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import apprentice
from apprentice.agent import Agent
from apprentice.errors import UsageError
from apprentice.settings import Settings
from benchmarks.simulated import MODEL, Competence, SimulatedServer
from benchmarks.tasks.task import Task

SIMULATED: Final = "simulated"
#: settings that are the model's, the place's, or the mode's own
_NOT_COMPARED: Final = {"workspace", "tools", "model", "ollama_host", "proof", "without", "max_tokens"}


@dataclass(frozen=True, slots=True)
class Subject:
    """Which model.

    Attributes:
        name: `embedded`, `ollama:NAME`, `simulated`, or any other name that the agent's setting `model` takes.
        competence: of a simulated one.
        cache: folder for what the simulation makes of the tasks.
    """

    name: str = "embedded"
    competence: Competence = field(default_factory=Competence)
    cache: Path | None = None

    @property
    def simulated(self) -> bool:
        """Whether there is no model at all behind it."""
        return self.name == SIMULATED

    @property
    def label(self) -> str:
        """What results call it."""
        if not self.simulated:
            return self.name.removeprefix("ollama:")
        made = self.competence
        seed = f", seed={made.seed}" if made.seed else ""
        return f"simulated coder, p={made.p:g}, q={made.q:g}, r={made.r:g}{seed}"


class OpenSubject:
    """A subject that can be asked, as a context manager.

    Args:
        subject: which.
        tasks: that a simulated one is to know.
        scratch: folder for workspaces.

    Raises:
        UsageError: the simulation has no solutions to answer from.
    """

    def __init__(self, subject: Subject, tasks: Sequence[Task], scratch: Path) -> None:
        if subject.simulated and not all(task.solution for task in tasks):
            raise UsageError(
                "The simulated coder answers from known solutions, and these tasks have none.",
                "Use the tasks plain or humaneval.",
            )
        self.subject = subject
        self._scratch = scratch
        self._stack = ExitStack()
        self._number = 0
        self.server: SimulatedServer | None = None
        if subject.simulated:
            self.server = self._stack.enter_context(
                SimulatedServer(tasks, subject.competence, cache=subject.cache)
            )
        #: of the baselines; its sandbox is the judge's
        self.asker = self._stack.enter_context(self.agent())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def host(self) -> str:
        """Of the simulated server; empty for another model."""
        return self.server.host if self.server else ""

    @cached_property
    def settings_apart(self) -> dict[str, Any]:
        """The agent's settings that differ from their defaults, as from the environment; without those of the modes."""
        default = Settings.model_construct().model_dump(mode="json")
        return {
            name: value
            for name, value in self.asker.settings.model_dump(mode="json").items()
            if name not in _NOT_COMPARED and value != default[name]
        }

    def agent(self, **settings: Any) -> Agent:
        """An agent with this model and an empty workspace."""
        self._number += 1
        if self.server:
            settings = {"ollama_host": self.server.host, **settings}
        name = f"ollama:{MODEL}" if self.server else self.subject.name
        return Agent(workspace=self._scratch / f"workspace-{self._number}", model=name, **settings)

    def begin(self, task: Task) -> None:
        """Before each task: a simulated coder makes ready what it needs, and forgets what it was asked.

        So no task waits for that, and the order of tasks doesn't matter.
        """
        if self.server:
            self.server.coder.known(task)
            self.server.coder.reset()

    def offered(self, task: Task) -> bool | None:
        """Whether a simulated coder has offered a right module since `begin`; None for a model that can't be seen into."""
        if self.server is None:
            return None
        given = self.server.coder.given.get(task.id)
        return given is not None and given["code right"] > 0


@cache
def program() -> str:
    """Digest of the agent's own text."""
    folder = Path(apprentice.__file__).parent
    texts = [
        (str(path.relative_to(folder)), path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".py", ".j2")
    ]
    return hashlib.sha256(repr(texts).encode()).hexdigest()[:12]
