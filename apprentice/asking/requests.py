"""Requests as they are worked on: checked, run on the graph, written down, learnt from."""

from __future__ import annotations

import contextlib
import json
import re
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from apprentice.asking.answer import Answer, answer_of
from apprentice.asking.literals import MAX_DIGITS, Found, literals, template_of, too_large
from apprentice.asking.parts import AskParts
from apprentice.asking.plan import literal_of
from apprentice.asking.state import AskState
from apprentice.asking.under_way import UnderWay
from apprentice.cancellation import CancelToken
from apprentice.errors import AgentError, Cancelled, UsageError
from apprentice.events import EventStream, RequestFinished, RequestStarted
from apprentice.files import workspace_error, write_atomic
from apprentice.graph.ground_truth import ground_truth
from apprentice.memory.store import MemoryStore
from apprentice.runs import RunOutcome

MAX_REQUEST_BYTES: Final = 2_000_000
#: Forms of requests that a skill remembers.
MAX_ANSWERS: Final = 12
#: Where a number may be too large; looking for all values of a long request takes time.
_LARGE: Final = re.compile(r"\d[\d,]{300}|\d[eE]\+?\d{3}")
#: Requests whose records are kept.
KEPT: Final = 500


class Requests:
    """Works on requests. Each leaves a record in the workspace's `requests/`: what was asked, the steps, the answer.

    Args:
        workspace: the agent's folder.
        parts: the parts of a request with this token.
    """

    def __init__(
        self,
        *,
        workspace: Path,
        memory: MemoryStore,
        events: EventStream,
        parts: Callable[[CancelToken], AskParts],
    ) -> None:
        self._folder = workspace / "requests"
        self._under_way = UnderWay(workspace)
        self._under_way.mark_ended()
        self._memory = memory
        self._events = events
        self._parts = parts

    def ask(
        self,
        request: str,
        *,
        files: Iterable[str | Path] = (),
        examples: Sequence[str] = (),
        permissions: Sequence[str] = (),
        cancel: CancelToken | None = None,
    ) -> Answer:
        """Answer a request; see `Agent.ask`."""
        state = first_state(request, files=files, examples=examples, permissions=permissions)
        started = time.monotonic()
        self._under_way.hold(state.run_id)
        self._write(state, {"request": state.request, "status": "running"})
        self._events.emit(RequestStarted(run_id=state.run_id, request=state.request))
        try:
            for latest in self._states(state, cancel or CancelToken()):
                state = latest
            if state.status == "answered" and (template := learnt_form(state)):
                self._remember(state.steps[0].skill, template)
        except Cancelled as stop:
            return self._ended(answer_of(state, time.monotonic() - started, "stopped", stop.message), state)
        except KeyboardInterrupt:
            self._ended(answer_of(state, time.monotonic() - started, "stopped", "Stopped."), state)
            raise
        except Exception as error:
            reason = str(error) if isinstance(error, AgentError) else f"{type(error).__name__}: {error}"
            self._ended(answer_of(state, time.monotonic() - started, "failed", reason), state)
            raise
        return self._ended(answer_of(state, time.monotonic() - started), state)

    def _ended(self, answer: Answer, state: AskState) -> Answer:
        self._write(state, answer.as_dict())
        self._under_way.release(state.run_id)
        self._events.emit(
            RequestFinished(
                run_id=answer.run_id,
                request=answer.request,
                status=answer.status,
                seconds=answer.usage["seconds"],
                text=answer.text,
                reason=answer.reason,
            )
        )
        return answer

    def _states(self, state: AskState, cancel: CancelToken) -> Iterator[AskState]:
        """The states of the request, one after each node."""
        from apprentice.asking.build import STEPS_PER_PLAN, build_graph

        parts = self._parts(cancel)
        limit = STEPS_PER_PLAN * (parts.settings.max_replans + 2) + 5
        for values in build_graph().stream(
            state, {"recursion_limit": limit}, context=parts, stream_mode="values"
        ):
            yield AskState.model_validate(values)

    def _remember(self, skill: str, template: str) -> None:
        """The next request of this form needs no search to be sure."""
        with self._memory.update() as changes:
            record = changes.skill(skill)
            if record is not None and template not in record.answers:
                answers = [*record.answers, template][-MAX_ANSWERS:]
                changes.put_skill(record.model_copy(update={"answers": answers}))

    def _write(self, state: AskState, content: dict[str, Any]) -> None:
        path = self._folder / f"{state.run_id}.json"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise workspace_error(error, self._folder) from error
        text = json.dumps(content, ensure_ascii=False, indent=2, default=str)
        write_atomic(path, text.encode("utf-8", "replace"), sync=False)
        if content.get("status") == "running":
            records = sorted(self._folder.glob("*.json"), key=lambda file: file.name)
            for old in records[:-KEPT]:
                with contextlib.suppress(OSError):
                    old.unlink()


def learnt_form(state: AskState) -> str:
    """The request's form, where one skill answered it with the request's own values; empty where it says less.

    A plan whose arguments hold anything that doesn't stand in the request, or leave out what does, teaches no form; nor does an
    answer that is in doubt, or that a skill gave which nothing proves.
    """
    if state.notes or not all(step.proven for step in state.steps):
        return ""
    if state.template or state.plan is None or len(state.plan.steps) != 1:
        return state.template
    planned = state.plan.steps[0]
    found = literals(state.request, state.files)
    if planned.for_each or not found or len(found) != len(planned.arguments):
        return ""
    bound: list[tuple[str, Found]] = []
    for name, value in planned.arguments.items():
        plain = value["file"] if isinstance(value, dict) and set(value) == {"file"} else literal_of(value)
        same = [item for item in found if type(item.value) is type(plain) and item.value == plain]
        if len(same) != 1:
            return ""
        bound.append((name, same[0]))
    if len({item.start for _, item in bound}) != len(bound) or "{" in state.request:
        return ""
    return template_of(state.request, bound)


def first_state(
    request: str,
    *,
    files: Iterable[str | Path] = (),
    examples: Sequence[str] = (),
    permissions: Sequence[str] = (),
) -> AskState:
    """The state in which a request begins.

    Raises:
        UsageError: the request is empty or too long, or a file or an example can't be read; says which.
    """
    request = request.replace("\0", "").encode("utf-8", "replace").decode().strip()
    if not request:
        raise UsageError(
            "The request is empty.", "Say what you want to know, e.g. 'What is 15 percent of 300?'"
        )
    if len(request.encode()) > MAX_REQUEST_BYTES:
        raise UsageError(
            f"The request has {len(request.encode()):,} bytes; at most {MAX_REQUEST_BYTES:,} can be used.",
            "Put the data into a file and attach it with --file.",
        )
    ground_truth("", examples)
    if _LARGE.search(request) and (large := too_large(literals(request))):
        raise UsageError(
            f"The number {large.value[:12]}… is too large: numbers have at most {MAX_DIGITS:,} digits, and those with a point or an "
            "exponent are below 1.8e308.",
            "Put it in quotes to have it taken as a text.",
        )
    paths: dict[str, str] = {}
    for file in files:
        path = Path(file).expanduser()
        try:
            resolved = path.resolve(strict=True)
            if not resolved.is_file():
                raise UsageError(
                    f"{file} is not a file.", "Attach files; a folder can be allowed with --allow read:PATH."
                )
            with resolved.open("rb"):
                pass
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise UsageError(f"The file {str(file)!r} can't be read: {why}.", "Check the path.") from None
        name = path.name
        if name in paths and paths[name] != str(resolved):
            name = str(file)
        paths[name] = str(resolved)
    now = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    return AskState(
        run_id=f"{now}-{uuid.uuid4().hex[:6]}",
        request=request,
        files=paths,
        examples=list(examples),
        allowed=[*permissions, *(f"read:{path}" for path in paths.values())],
    )


_GOAL: Final = re.compile(
    r"\s*(?:please\s+)?(?:write|create|implement|develop|build|make|code|program)\s+(?:me\s+)?(?:(?:an?|another|one)\s+)?"
    r"(?:(?!(?:of|the|in|for|from|to|with|and|that)\b)[\w.+#-]+\s+){0,4}?(?:function|skill|class|method|module)\b(?!\s+(?:name|names|of)\b)",
    re.IGNORECASE,
)


def is_goal(request: str) -> bool:
    """Whether a request asks for a skill itself: "Write a function f(n) that …"."""
    return _GOAL.match(request) is not None


def answer_of_goal(outcome: RunOutcome) -> Answer:
    """What is answered to a request for a skill."""
    kept = outcome.status in ("working", "untested")
    made = "There is" if outcome.reused else "Made"
    text = f"{made} the skill {outcome.skill}. Use it with :run {outcome.skill}, or ask for what it does."
    return Answer(
        request=outcome.goal,
        status="answered" if kept else "stopped" if outcome.status == "stopped" else "failed",
        run_id=outcome.run_id,
        text=text if kept else "",
        value=outcome.skill if kept else None,
        notes=(outcome.reason,) if outcome.status == "untested" and outcome.reason else (),
        reason="" if kept else outcome.reason,
        usage=outcome.usage,
    )
