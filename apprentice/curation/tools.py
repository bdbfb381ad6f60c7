"""The tools that the user brings: read at start; functions become skills as they are, libraries are told to the coder."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from apprentice.approvals import Approvals
from apprentice.cancellation import CancelToken
from apprentice.curation import libraries
from apprentice.curation.function_tools import FunctionTools
from apprentice.curation.loaded import (
    BROUGHT,
    REMOVED,
    LoadedTool,
    LoadedTools,
    ToolRefused,
    following,
    unchanged,
)
from apprentice.curation.model_tools import ModelTool
from apprentice.curation.tool_files import (
    FROM_PROGRAM,
    FunctionTool,
    LibraryTool,
    PromptTool,
    Reading,
    ReadTool,
    read_tools,
)
from apprentice.curation.trial import digest
from apprentice.errors import AgentError
from apprentice.files import write_atomic
from apprentice.memory.schema import SkillRecord
from apprentice.memory.store import MemoryStore
from apprentice.safety.gate import SafetyGate
from apprentice.sandbox.base import Sandbox
from apprentice.settings import Settings
from apprentice.skills.imports import imported
from apprentice.skills.library import SkillLibrary

__all__ = ["LoadedTool", "LoadedTools", "ModelTool", "Tools", "place_of"]


def place_of(settings: Settings) -> Path | None:
    """Where the user's tools are: the setting, else the folder `tools` in the workspace where there is one."""
    if settings.tools is not None:
        return settings.tools
    usual = settings.workspace / "tools"
    return usual if usual.is_dir() else None


class Tools:
    """The tools of one agent.

    Args:
        workspace: the agent's own folder.
        sandbox: opens the sandbox; called only where something new has to be run.
        on_changed: called with the name of each function that has changed, for what uses it to be proved again.
    """

    def __init__(
        self,
        *,
        library: SkillLibrary,
        memory: MemoryStore,
        gate: SafetyGate,
        approvals: Approvals,
        workspace: Path,
        sandbox: Callable[[], Sandbox],
        on_changed: Callable[[str], object] | None = None,
    ) -> None:
        self._on_changed = on_changed
        self._functions = FunctionTools(
            library=library,
            memory=memory,
            gate=gate,
            approvals=approvals,
            workspace=workspace,
            sandbox=sandbox,
        )
        self._library = library
        self._memory = memory
        self._workspace = workspace
        self._said = workspace / "logs" / "tools_said.json"
        self._libraries: tuple[LibraryTool, ...] = ()
        #: What the last reading did.
        self.loaded = LoadedTools()

    def load(
        self,
        place: Path | None,
        entries: Sequence[Mapping[str, Any]] = (),
        *,
        cancel: CancelToken | None = None,
    ) -> LoadedTools:
        """Read the tools and bring the library up to date with them. What didn't change costs nothing.

        A function is reviewed, and run against its doctests, examples and tests in the sandbox; one without any, or one
        that needs an approval first, is kept as `untested` and can be used. One whose tests fail is not kept. Nobody is
        asked here. A tool that was taken away is retired, never deleted. One bad entry doesn't stop the others.

        Args:
            place: a folder, or one file; None for none.
            entries: further tools, each as in a file.

        Raises:
            Cancelled: it was stopped.
            WorkspaceError: the workspace can't be written.
        """
        reading = read_tools(place, entries)
        problems = list(reading.problems)
        self._libraries = tuple(read.tool for read in reading.tools if isinstance(read.tool, LibraryTool))
        known = {record.name: record for record in self._memory.skills(origin="tool")}
        done: list[LoadedTool] = []
        for read in _in_order(reading):
            if cancel is not None:
                cancel.check()
            tool, file = read.tool, read.file
            if isinstance(tool, LibraryTool):
                continue
            before = known.get(tool.name) or self._memory.skill(tool.name)
            try:
                if isinstance(tool, FunctionTool):
                    done.append(self._functions.load(tool, file, before, cancel=cancel))
                else:
                    done.append(self._load_prompt(tool, file, before))
            except ToolRefused as refused:
                done.append(LoadedTool(tool.name, "problem", file, str(refused)))
                problems.append(f"{file}, {tool.name}: {refused}")
        if self._on_changed is not None:
            for loaded in done:
                if loaded.status == "changed":
                    self._on_changed(loaded.name)
        self.loaded = LoadedTools(
            tuple(done),
            tuple(libraries.listed(self._libraries, self._workspace)),
            tuple(self._retire(reading, known.values())),
            tuple(problems),
        )
        return self.loaded

    def unsaid(self) -> list[str]:
        """The problems of the last reading that were not said at an earlier start; they count as said from now on."""
        problems = list(self.loaded.problems)
        try:
            said = json.loads(self._said.read_bytes())
        except (OSError, ValueError):
            said = []
        if problems != said:
            # What can't be written down is said again.
            with contextlib.suppress(AgentError, OSError):
                write_atomic(self._said, json.dumps(problems).encode(), sync=False)
        return [line for line in problems if not isinstance(said, list) or line not in said]

    def prompt_texts(self, goal: str, tokens: int = libraries.PROMPT_TOKENS) -> list[str]:
        """What to tell the planner and the coder of the user's libraries for a goal; see `libraries.prompt_texts`."""
        return libraries.prompt_texts(self._libraries, goal, self._workspace, tokens)

    def model_tool(self, name: str) -> ModelTool | None:
        """The model call of this name; None where the name is another skill's, or nothing's."""
        record = self._memory.skill(name)
        return ModelTool.of(record) if record is not None else None

    def _load_prompt(self, tool: PromptTool, file: str, before: SkillRecord | None) -> LoadedTool:
        pairs = [list(pair) for pair in tool.parameters]
        identity = digest(tool.prompt, tool.description, tool.role, str(pairs), "\0".join(tool.answers))
        self._check_free(tool.name, before)
        if before is not None and before.source.get("digest") == identity:
            return unchanged(self._memory, before, file)
        model = ModelTool(tool.name, tool.description, tool.parameters, tool.prompt, tool.role)
        record = SkillRecord(
            name=tool.name,
            status="untested",
            description=tool.description,
            goal=tool.description,
            signature=model.signature,
            model=BROUGHT,
            origin="tool",
            answers=list(tool.answers),
            source={
                "kind": "model",
                "file": file,
                "digest": identity,
                "prompt": tool.prompt,
                "role": tool.role,
                "parameters": pairs,
            },
        )
        with self._memory.update() as changes:
            # Another process may have made a skill of this name meanwhile.
            before = changes.skill(tool.name)
            self._check_free(tool.name, before)
            version = 1 if before is None else before.version + 1
            changes.put_skill(following(record, before).model_copy(update={"version": version}))
        return LoadedTool(tool.name, "added" if before is None else "changed", file)

    def _check_free(self, name: str, before: SkillRecord | None) -> None:
        """Whether a model call may have this name: never that of anything with a module."""
        if before is not None and before.source.get("kind") == "function":
            raise ToolRefused("it was a function until now. Give the model call another name.")
        if self._library.path(name).exists() or (
            before is not None and before.origin != "tool" and before.status != "failed"
        ):
            raise ToolRefused("there is a skill of this name. Rename the tool, or delete the skill.")

    def _retire(self, reading: Reading, known: Iterable[SkillRecord]) -> list[str]:
        """Retire the tools that are in no file any more, as far as the files could be read."""
        if "*" in reading.unknown:
            return []
        gone = [
            record
            for record in known
            if not record.retired
            and record.name not in reading.names | reading.broken
            and record.source.get("file") not in reading.unknown | {FROM_PROGRAM}
        ]
        if gone:
            with self._memory.update() as changes:
                for record in gone:
                    changes.put_skill(record.model_copy(update={"retired": REMOVED}))
        return [record.name for record in gone]


def _in_order(reading: Reading) -> Iterator[ReadTool]:
    """Functions that others import come before those others, so that these find them in the library."""
    left = list(reading.tools)
    needed = {
        read.tool.name: imported(read.tool.code) & reading.names - {read.tool.name}
        for read in left
        if isinstance(read.tool, FunctionTool)
    }
    done: set[str] = set()
    while left:
        ready = [
            read for read in left if not isinstance(read.tool, FunctionTool) or needed[read.tool.name] <= done
        ]
        # What imports each other in a circle comes as it stands.
        ready = ready or left
        yield from ready
        done |= {read.tool.name for read in ready if not isinstance(read.tool, LibraryTool)}
        left = [read for read in left if read not in ready]
