"""Composes the parts: takes goals, runs the graph, asks a person where one is needed, and says how it ended."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from filelock import FileLock, Timeout

from apprentice.cancellation import CancelToken
from apprentice.crashpoints import crash_point
from apprentice.errors import AgentError, Cancelled, UsageError
from apprentice.events import (
    ApprovalAnswered,
    ApprovalAsked,
    Event,
    EventStream,
    GoalFinished,
    GoalStarted,
    Notice,
)
from apprentice.files import workspace_error
from apprentice.graph.ground_truth import ground_truth
from apprentice.graph.state import Answer, ApprovalRequest, SkillState
from apprentice.log import JsonLog
from apprentice.memory.schema import ApprovalRecord, DirectiveRecord
from apprentice.memory.store import MemoryStore
from apprentice.runs import Busy, Deadline, OutcomeStatus, RunOutcome, first_state, outcome_of
from apprentice.safety.gate import Permission, SafetyGate
from apprentice.sandbox import open_sandbox
from apprentice.sandbox.base import RunResult, Sandbox
from apprentice.settings import Settings, load_settings
from apprentice.skills.library import SkillLibrary

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langgraph.checkpoint.sqlite import SqliteSaver

    from apprentice.graph.build import SkillGraph
    from apprentice.graph.parts import Parts
    from apprentice.models.client import ChatClient

Approver = Callable[[ApprovalRequest], Answer]

MAX_GOAL_BYTES = 200_000


class Agent:
    """Turns goals into skills that are proven by running them.

    Args:
        workspace: folder for all that is kept; default `agent_workspace`.
        model: a model's name (`qwen3-coder`, `embedded`, `openai:…`), or any LangChain chat model.
        approver: asked when code wants what only a person may allow; without one the answer is no.
        on_event: called with each event of the runs.
        on_pull: asked whether a missing model should be downloaded; without one it is an error.
        constants: defaults by setting name.
        settings: any setting of `apprentice.settings` by name.

    Raises:
        UsageError: a setting doesn't exist or doesn't fit.
        WorkspaceError: the workspace can't be used.
    """

    def __init__(
        self,
        *,
        workspace: str | Path | None = None,
        model: str | BaseChatModel | None = None,
        approver: Approver | None = None,
        on_event: Callable[[Event], None] | None = None,
        on_pull: Callable[[str], bool] | None = None,
        constants: Mapping[str, Any] | None = None,
        **settings: Any,
    ) -> None:
        defaults = dict(constants or {})
        self._patterns: Collection[str] = defaults.pop("dangerous_patterns", ())
        name = model if isinstance(model, str) else None
        self.settings: Settings = load_settings(defaults, workspace=workspace, model=name, **settings)
        self._model = None if isinstance(model, str) else model
        self._approver = approver
        self._on_pull = on_pull
        self.events = EventStream()
        if on_event is not None:
            self.events.subscribe(on_event)
        self.library = SkillLibrary(self.settings.workspace)
        self.log = JsonLog(self.settings.workspace / "logs" / "agent.jsonl", self.settings.log_level)
        self.events.subscribe(self.log)
        self.memory = MemoryStore(self.settings.workspace / "memory.json", on_notice=self._warn)
        self.gate = SafetyGate(
            lambda: (*self._patterns, *self.settings.dangerous_patterns), library=self.library.names
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # What is opened on first use

    @cached_property
    def sandbox(self) -> Sandbox:
        """Where generated code runs."""
        return open_sandbox(self.settings)

    @cached_property
    def chat(self) -> ChatClient:
        """The models, by role.

        Raises:
            ModelError: no model can be used; says what to do.
        """
        from apprentice.models.choose import open_models

        return open_models(self.settings, self.events, confirm_pull=self._on_pull, model=self._model)

    @cached_property
    def _checkpoints(self) -> SqliteSaver:
        from apprentice.graph.checkpoints import open_checkpoints

        return open_checkpoints(self.settings.workspace / "checkpoints.sqlite")

    def warm(self) -> None:
        """Import and open everything that a goal needs, so that the first one doesn't wait for it.

        Raises:
            AgentError: something that a goal needs is not there.
        """
        import apprentice.graph.build  # noqa: F401

        _ = self.sandbox, self._checkpoints, self.chat

    def close(self) -> None:
        """Give back the models and files. The agent can't be used afterwards."""
        for name in ("chat", "_checkpoints", "sandbox"):
            part = self.__dict__.pop(name, None)
            connection = getattr(part, "conn", part)
            if hasattr(connection, "close"):
                connection.close()
        self.log.close()

    # Goals

    def run(
        self,
        goal: str,
        *,
        skill_name: str | None = None,
        examples: Sequence[str] = (),
        tests: str | Path | Sequence[str | Path] | None = None,
        cancel: CancelToken | None = None,
    ) -> RunOutcome:
        """Turn a goal into a skill.

        Args:
            goal: what the skill should do, in plain words; examples and signatures in it are taken as fact.
            skill_name: the skill's name; default: from the goal.
            examples: expressions that must hold, e.g. `f(2) == 4` or `f('') raises ValueError`.
            tests: test files in pytest's style, as paths or as text.
            cancel: stops the run from another thread; it stays resumable.

        Raises:
            UsageError: the goal, an example, a test file or the name can't be used.
            ModelError: the model can't be reached or can't answer; the goal stays pending.
            WorkspaceError: the disk is full or the workspace can't be written; the goal stays pending.
        """
        directive = self._accept(goal, skill_name=skill_name, examples=examples, tests=tests)
        return self._work(directive, cancel, resumed=False)

    def resume(self, *, cancel: CancelToken | None = None) -> list[RunOutcome]:
        """Go on with every goal that was interrupted, the oldest first; those another process works on are left to it."""
        outcomes = []
        for directive in self.memory.directives():
            if directive.status in ("pending", "running") and directive.id:
                try:
                    outcomes.append(self._work(directive, cancel, resumed=True))
                except Busy:
                    continue
                if outcomes[-1].status == "stopped":
                    break
        return outcomes

    def run_batch(
        self, goals: Sequence[str | Mapping[str, Any]], *, cancel: CancelToken | None = None
    ) -> list[RunOutcome]:
        """Run goals one after another; one that fails never stops the others. Nobody is asked: approvals are "no".

        Args:
            goals: texts, or mappings with `goal` and what else `run` takes (`skill_name`, `examples`, `tests`).
        """
        outcomes = []
        for number, item in enumerate(goals, start=1):
            request = {"goal": item} if isinstance(item, str) else dict(item)
            goal = str(request.pop("goal", ""))
            self.events.emit(Notice(message=f"Goal {number} of {len(goals)}"))
            try:
                directive = self._accept(goal, **request)
                outcome = self._work(directive, cancel, resumed=False, attended=False)
            except (AgentError, TypeError) as error:
                outcome = RunOutcome(goal=goal, skill="", status="failed", run_id="", reason=str(error))
                self.events.emit(
                    GoalFinished(
                        goal=goal, skill="", status="failed", iterations=0, seconds=0.0, reason=str(error)
                    )
                )
            outcomes.append(outcome)
            if cancel is not None and cancel.cancelled:
                break
        return outcomes

    # Skills

    def call(self, skill: str, args: Any = None) -> RunResult:
        """Run a kept skill in the sandbox.

        Args:
            skill: its name.
            args: a JSON value: an object gives keyword arguments, a list positional ones, anything else one.

        Raises:
            UsageError: there is no such skill, or it may not run without an approval that was not given.
        """
        code = self.library.code(skill)
        record = self.memory.skill(skill)
        function = (record.function if record else "") or skill
        self._allowed(code, skill, granted=self._granted(skill))
        positional = (
            args if isinstance(args, list) else [] if args is None or isinstance(args, dict) else [args]
        )
        keywords = args if isinstance(args, dict) else {}
        return self.sandbox.call(skill, function, positional, keywords, modules=self._modules(skill, code))

    def execute(self, code: str, *, name: str = "script") -> RunResult:
        """Run any Python text in the sandbox, through the safety gate.

        Raises:
            UsageError: the safety rules refuse it, or a person would have to approve it and did not.
        """
        self._allowed(code, name, granted=(), kind="script")
        return self.sandbox.run_code(code, modules=self._modules("", ""))

    def graph_mermaid(self) -> str:
        """The graph as Mermaid text."""
        from apprentice.graph.build import mermaid

        return mermaid()

    def model_line(self) -> str:
        """The model in one line: name, where it runs, context used."""
        info = self.chat.info("coder")
        size = f", {info.parameters:g} billion parameters" if info.parameters else ""
        return f"{info.name} ({info.provider}{size}, context {info.context_tokens} tokens, {'small' if info.small else 'large'} profile)"

    # Inside

    def _warn(self, message: str) -> None:
        self.events.emit(Notice(message=message, level="warning"))

    def _accept(
        self,
        goal: str,
        *,
        skill_name: str | None = None,
        examples: Sequence[str] = (),
        tests: str | Path | Sequence[str | Path] | None = None,
    ) -> DirectiveRecord:
        """Check a request and write it down before anything is done for it."""
        from apprentice.skills.naming import check_name

        goal = goal.replace("\0", "").encode("utf-8", "replace").decode().strip()
        if not goal:
            raise UsageError(
                "The goal is empty.", "Say what the skill should do, e.g. 'Write a function is_even(n)'."
            )
        if len(goal.encode()) > MAX_GOAL_BYTES:
            raise UsageError(
                f"The goal has {len(goal.encode()):,} bytes; at most {MAX_GOAL_BYTES:,} can be used.",
                "Shorten it: say what the skill does, not the data it is used on.",
            )
        if isinstance(examples, str):
            examples = [examples]
        if skill_name:
            check_name(skill_name)
        texts = [_test_text(test) for test in ([tests] if isinstance(tests, str | Path) else tests or ())]
        given = ground_truth(goal, list(examples), texts)
        directive = DirectiveRecord(
            id=uuid.uuid4().hex[:12],
            goal=goal,
            status="pending",
            request={"skill_name": skill_name or "", "given": given.model_dump()},
        )
        self.memory.put_directive(directive)
        return directive

    def _check_length(self, goal: str) -> None:
        """Refuse a goal that the model could only read in part."""
        context = self.chat.info("coder").context_tokens
        estimate = len(goal.encode()) // 4
        if estimate > context // 2:
            raise UsageError(
                f"The goal has about {estimate:,} tokens; half of the model's context of {context:,} is the limit.",
                "Shorten it, or use a model with a longer context (AGENT_NUM_CTX, AGENT_MAX_NUM_CTX).",
            )

    def _work(
        self, directive: DirectiveRecord, cancel: CancelToken | None, *, resumed: bool, attended: bool = True
    ) -> RunOutcome:
        with self._only_here(directive.id):
            directive = self.memory.directive(directive.id) or directive
            if directive.status not in ("pending", "running"):
                raise Busy("Another process has ended this goal.")
            started = time.monotonic()
            self.events.emit(GoalStarted(run_id=directive.id, goal=directive.goal, resumed=resumed))
            self.memory.put_directive(directive.model_copy(update={"status": "running"}))
            try:
                state = self._run_graph(directive, cancel, attended=attended)
            except Cancelled as stop:
                state = self._state_of(directive)
                outcome = outcome_of(directive, state, "stopped", stop.message)
            except UsageError as error:
                self._set(directive, "failed", reason=str(error))
                raise
            except (AgentError, KeyboardInterrupt) as error:
                self._set(directive, "pending", reason=str(error))
                raise
            else:
                status: OutcomeStatus = "failed" if state.status == "running" else state.status
                outcome = outcome_of(directive, state, status, state.reason)
            self._finish(directive, outcome, time.monotonic() - started)
            return outcome

    def _finish(self, directive: DirectiveRecord, outcome: RunOutcome, seconds: float) -> None:
        ended = {"working": "completed", "untested": "completed", "failed": "failed", "stopped": "pending"}
        self._set(directive, ended[outcome.status], skill=outcome.skill, reason=outcome.reason)
        crash_point("run.before_cleanup")
        if outcome.status != "stopped":
            self._checkpoints.delete_thread(directive.id)
        self.events.emit(
            GoalFinished(
                run_id=directive.id,
                goal=directive.goal,
                skill=outcome.skill,
                status=outcome.status,
                iterations=outcome.iterations,
                seconds=seconds,
                reason=outcome.reason,
            )
        )

    def _set(self, directive: DirectiveRecord, status: str, **changes: Any) -> None:
        self.memory.put_directive(
            DirectiveRecord.model_validate({**directive.model_dump(), "status": status, **changes})
        )

    def _run_graph(
        self, directive: DirectiveRecord, cancel: CancelToken | None, *, attended: bool
    ) -> SkillState:
        """Invoke the graph until it has ended, answering its questions on the way."""
        from langgraph.types import Command

        from apprentice.graph.build import STEPS_PER_ITERATION
        from apprentice.graph.keep import give_up

        self._check_length(directive.goal)
        saved = self._saved(directive)
        used = saved.seconds if saved else 0.0
        token = Deadline(max(1.0, self.settings.max_seconds - used), cancel)
        parts = self._parts(token)
        graph = self._graph(parts)
        config: Any = {
            "configurable": {"thread_id": directive.id},
            "recursion_limit": STEPS_PER_ITERATION * self.settings.max_iterations + 10,
        }
        step: Any = None if saved else first_state(directive)
        try:
            if saved and saved.status != "running":
                return saved
            while True:
                if not (step is None and self._waits_for_answer(graph, config)):
                    graph.invoke(step, config, durability="sync")
                snapshot = graph.get_state(config)
                state = SkillState.model_validate(snapshot.values)
                if not snapshot.interrupts:
                    return state
                answer = self._ask(state, attended=attended)
                step = Command(resume=answer)
        except Cancelled:
            if not token.out_of_time:
                raise
            state = self._state_of(directive) or first_state(directive)
            reason = f"The budget of {self.settings.max_seconds:g} seconds is used up."
            return state.model_copy(update=give_up(state, parts, reason))

    @staticmethod
    def _waits_for_answer(graph: SkillGraph, config: Any) -> bool:
        return bool(graph.get_state(config).interrupts)

    def _ask(self, state: SkillState, *, attended: bool) -> Answer:
        """Put the question to the person, if there is one, and write down the answer."""
        permissions = [Permission.parse(key) for key in state.wanted_permissions]
        words = tuple(str(permission) for permission in permissions)
        self.events.emit(ApprovalAsked(run_id=state.run_id, skill=state.skill, permissions=words))
        answer: Answer = "no"
        review = self.gate.review(state.code, kind="skill", granted=())
        reason = "\n".join(
            f"line {finding.line}: {finding.message}" for finding in review.findings if finding.permission
        )
        if self._approver is not None and attended:
            request = ApprovalRequest(skill=state.skill, permissions=words, code=state.code, reason=reason)
            said = self._approver(request)
            answer = said if said in ("once", "skill") else "no"
        self.memory.add_approval(
            ApprovalRecord(
                id=f"{state.run_id}:{state.iteration}",
                skill=state.skill,
                permissions=list(state.wanted_permissions),
                answer=answer,
                by="person" if self._approver is not None and attended else "nobody there",
            )
        )
        self.events.emit(
            ApprovalAnswered(run_id=state.run_id, skill=state.skill, permissions=words, answer=answer)
        )
        return answer

    def _allowed(
        self,
        code: str,
        name: str,
        *,
        granted: Collection[Permission],
        kind: Literal["skill", "script"] = "skill",
    ) -> None:
        review = self.gate.review(code, kind=kind, granted=granted)
        if review.tier == "never":
            raise UsageError("The safety rules refuse this code: " + "; ".join(review.refusals) + ".")
        if review.tier == "approval":
            words = tuple(str(permission) for permission in review.permissions)
            reason = "\n".join(f"line {finding.line}: {finding.message}" for finding in review.findings)
            request = ApprovalRequest(skill=name, permissions=words, code=code, reason=reason)
            answer = self._approver(request) if self._approver is not None else "no"
            if answer not in ("once", "skill"):
                raise UsageError(f"This needs approval, which was not given: {', '.join(words)}.")

    def _granted(self, skill: str) -> list[Permission]:
        kept = [
            key
            for record in self.memory.approvals(skill)
            if record.answer in ("once", "skill")
            for key in record.permissions
        ]
        return [Permission.parse(key) for key in dict.fromkeys(kept)] if self.memory.skill(skill) else []

    def _modules(self, skill: str, code: str) -> dict[str, str]:
        """The library's modules, so that skills can use each other."""
        modules = {name: self.library.code(name) for name in self.library.names()}
        return {**modules, skill: code} if skill else modules

    def _parts(self, token: CancelToken) -> Parts:
        from apprentice.graph.parts import Parts

        return Parts(
            settings=self.settings,
            chat=self.chat,
            sandbox=self.sandbox,
            memory=self.memory,
            library=self.library,
            gate=self.gate,
            events=self.events,
            cancel=token,
        )

    def _graph(self, parts: Parts | None) -> SkillGraph:
        from apprentice.graph.build import build_graph

        return build_graph(parts, self._checkpoints)

    def _saved(self, directive: DirectiveRecord) -> SkillState | None:
        """The state of the last checkpoint; None if the run never got that far."""
        values = self._graph(None).get_state({"configurable": {"thread_id": directive.id}}).values
        return SkillState.model_validate(values) if values else None

    def _state_of(self, directive: DirectiveRecord) -> SkillState:
        return self._saved(directive) or first_state(directive)

    @contextmanager
    def _only_here(self, run_id: str) -> Iterator[None]:
        """Hold a run, so that two processes never work on the same goal. The lock goes with the process."""
        folder = self.settings.workspace / "exec"
        lock = FileLock(folder / f"run-{run_id}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise Busy("Another process works on this goal.") from None
        except OSError as error:
            raise workspace_error(error, folder) from error
        try:
            yield
        finally:
            lock.release()
            Path(lock.lock_file).unlink(missing_ok=True)


def _test_text(test: str | Path) -> str:
    """The text of a test file given by its path or as text."""
    if isinstance(test, str) and ("\n" in test or "def " in test or "assert " in test):
        return test
    path = Path(test)
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The test file {path} can't be read: {error}.", "Check the path.") from None
