"""Goals as they are worked on: accepted, run on the graph, finished, and gone on with after an interruption."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from apprentice.approvals import Approvals
from apprentice.cancellation import CancelToken
from apprentice.crashpoints import crash_point
from apprentice.errors import AgentError, Cancelled, UsageError
from apprentice.events import EventStream, GoalFinished, GoalStarted
from apprentice.graph.state import SkillState
from apprentice.memory.schema import DirectiveRecord
from apprentice.memory.store import MemoryStore
from apprentice.runs import (
    Busy,
    Deadline,
    OutcomeStatus,
    RunOutcome,
    Tally,
    check_length,
    first_state,
    new_directive,
    only_here,
    outcome_of,
    why_failed,
)
from apprentice.settings import Settings

if TYPE_CHECKING:
    from langgraph.checkpoint.sqlite import SqliteSaver

    from apprentice.graph.build import SkillGraph
    from apprentice.graph.parts import Parts


class Directives:
    """Works on goals: each is written down before anything is done for it, and can be gone on with until it has ended.

    Args:
        parts: the parts of a run with this token.
        checkpoints: where the states of runs are kept; opened when they are first needed.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        memory: MemoryStore,
        events: EventStream,
        approvals: Approvals,
        parts: Callable[[CancelToken], Parts],
        checkpoints: Callable[[], SqliteSaver],
    ) -> None:
        self._settings = settings
        self._memory = memory
        self._events = events
        self._approvals = approvals
        self._parts = parts
        self._checkpoints = checkpoints

    def accept(self, goal: str, *, permissions: Iterable[str] = (), **request: Any) -> DirectiveRecord:
        """Check a request and write it down before anything is done for it."""
        allowed = [permission.key for permission in self._approvals.checked(permissions)]
        directive = new_directive(goal, permissions=allowed, **request)
        self._memory.put_directive(directive)
        return directive

    def work(
        self, directive: DirectiveRecord, cancel: CancelToken | None, *, resumed: bool, attended: bool = True
    ) -> RunOutcome:
        """Run a goal to its end; see `Agent.run`.

        Raises:
            Busy: another process works on it, or has ended it.
        """
        with only_here(self._settings.workspace, directive.id):
            directive = self._memory.directive(directive.id) or directive
            if directive.status not in ("pending", "running"):
                raise Busy("Another process has ended this goal.")
            started = time.monotonic()
            self._events.emit(GoalStarted(run_id=directive.id, goal=directive.goal, resumed=resumed))
            self._memory.put_directive(directive.model_copy(update={"status": "running"}))
            tally = Tally(directive.id)
            listening = self._events.subscribe(tally)
            before: SkillState | None = None
            try:
                before = self._saved(directive)
                state = self._run_graph(directive, cancel, before, tally, attended=attended)
            except Cancelled as stop:
                state = tally.counted(self._state_of(directive), before)
                outcome = outcome_of(directive, state, "stopped", stop.message)
            except UsageError as error:
                self._set(directive, "failed", reason=str(error))
                raise
            except (AgentError, KeyboardInterrupt) as error:
                self._set(directive, "pending", reason=str(error))
                raise
            except (OSError, sqlite3.Error, MemoryError) as error:
                # The machine's state, such as a full disk, is no fault of the goal: it can be gone on with.
                self._set(directive, "pending", reason=why_failed(error))
                raise
            except Exception as error:
                # Begun again, it would end so again.
                logging.getLogger(__name__).exception("The goal %s ended unexpectedly", directive.id)
                self._set(directive, "failed", reason=why_failed(error))
                raise
            else:
                status: OutcomeStatus = "failed" if state.status == "running" else state.status
                outcome = outcome_of(directive, state, status, state.reason)
            finally:
                listening()
            self._finish(directive, outcome, time.monotonic() - started)
            return outcome

    def _finish(self, directive: DirectiveRecord, outcome: RunOutcome, seconds: float) -> None:
        ended = {"working": "completed", "untested": "completed", "failed": "failed", "stopped": "pending"}
        self._set(directive, ended[outcome.status], skill=outcome.skill, reason=outcome.reason)
        crash_point("run.before_cleanup")
        if outcome.status != "stopped":
            self._checkpoints().delete_thread(directive.id)
        self._events.emit(
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
        self._memory.put_directive(
            DirectiveRecord.model_validate({**directive.model_dump(), "status": status, **changes})
        )

    def _run_graph(
        self,
        directive: DirectiveRecord,
        cancel: CancelToken | None,
        saved: SkillState | None,
        tally: Tally,
        *,
        attended: bool,
    ) -> SkillState:
        """Invoke the graph until it has ended, answering its questions on the way."""
        from langgraph.types import Command

        from apprentice.graph.build import STEPS_PER_ITERATION
        from apprentice.graph.keep import give_up

        used = saved.seconds if saved else 0.0
        token = Deadline(max(1.0, self._settings.max_seconds - used), cancel)
        parts = self._parts(token)
        check_length(directive.goal, parts.chat.info("coder").context_tokens)
        graph = self._graph
        config: Any = {
            "configurable": {"thread_id": directive.id},
            "recursion_limit": STEPS_PER_ITERATION * self._settings.max_iterations + 10,
        }
        step: Any = None if saved else first_state(directive)
        try:
            if saved and saved.status != "running":
                return saved
            while True:
                if step is not None or not graph.get_state(config).interrupts:
                    graph.invoke(step, config, context=parts, durability="sync")
                snapshot = graph.get_state(config)
                state = SkillState.model_validate(snapshot.values)
                if not snapshot.interrupts:
                    return state
                answer = self._approvals.answer(state, attended=attended)
                step = Command(resume=answer)
        except Cancelled:
            if not token.out_of_time:
                raise
            state = tally.counted(self._state_of(directive), saved)
            reason = f"The budget of {self._settings.max_seconds:g} seconds is used up."
            return state.model_copy(update=give_up(state, parts, reason))

    @cached_property
    def _graph(self) -> SkillGraph:
        from apprentice.graph.build import build_graph

        return build_graph(self._checkpoints())

    def _saved(self, directive: DirectiveRecord) -> SkillState | None:
        """The state of the last checkpoint; None if the run never got that far."""
        values = self._graph.get_state({"configurable": {"thread_id": directive.id}}).values
        return SkillState.model_validate(values) if values else None

    def _state_of(self, directive: DirectiveRecord) -> SkillState:
        return self._saved(directive) or first_state(directive)
