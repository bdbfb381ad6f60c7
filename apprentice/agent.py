"""Composes the parts: takes goals, runs the graph, asks a person where one is needed, and says how it ended."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from apprentice.approvals import Approvals, Approver, Decision
from apprentice.asking.requests import Requests, answer_of_goal, is_goal
from apprentice.calls import Calls
from apprentice.cancellation import CancelToken
from apprentice.curation.deletion import Trash
from apprentice.curation.edits import Edits
from apprentice.curation.examples import Examples
from apprentice.curation.proofs import ProofReport, Proofs
from apprentice.curation.tools import Tools, place_of
from apprentice.curation.versions import Versions
from apprentice.directives import Directives
from apprentice.errors import AgentError, Cancelled, UsageError
from apprentice.events import Event, EventStream, GoalFinished, Notice
from apprentice.files import workspace_error
from apprentice.given import check_states, paths, text, texts
from apprentice.graph.ground_truth import renamed
from apprentice.graph.kept import settle
from apprentice.graph.questions import example_of
from apprentice.graph.state import QuestionRequest
from apprentice.log import JsonLog
from apprentice.memory.schema import DirectiveRecord, Question
from apprentice.memory.store import MemoryStore
from apprentice.opened import Opened
from apprentice.packages import PackageStore
from apprentice.runs import Busy, RunOutcome, text_of, why_failed
from apprentice.safety.gate import SafetyGate
from apprentice.sandbox.base import RunResult, Sandbox
from apprentice.settings import Settings, load_settings
from apprentice.skills.library import SkillLibrary

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from apprentice.asking.answer import Answer
    from apprentice.asking.parts import AskParts
    from apprentice.curation.tidy import Tidy
    from apprentice.graph.parts import Parts
    from apprentice.models.client import ChatClient
    from apprentice.retrieval import Finder


_GOAL, _REQUEST = "Write a function is_even(n)", "What is 15 percent of 300?"
_EXAMPLE, _PERMISSION = "f(2) == 4", "network:example.com:443"


OnQuestion = Callable[[QuestionRequest], str | None]


class Agent:
    """Turns goals into skills that are proven by running them.

    Args:
        workspace: folder for all that is kept; default `agent_workspace`.
        model: a model's name (`qwen3-coder`, `embedded`, `openai:…`), or any LangChain chat model.
        approver: asked when code wants what only a person may allow; without one the answer is no.
        on_question: asked which value is right where candidates differ and nothing that was said decides; returns one of
            the values, another one as Python has it, or None; without it the skill stays `untested`, with the question.
        on_event: called with each event of the runs.
        on_pull: asked whether a missing model should be downloaded; without one it is an error.
        tools: your tools: a folder or file of them, or the entries themselves; default: the folder `tools` in the workspace.
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
        on_question: OnQuestion | None = None,
        on_event: Callable[[Event], None] | None = None,
        on_pull: Callable[[str], bool] | None = None,
        tools: str | Path | Sequence[Mapping[str, Any]] | None = None,
        constants: Mapping[str, Any] | None = None,
        **settings: Any,
    ) -> None:
        defaults = dict(constants or {})
        self._patterns: Collection[str] = defaults.pop("dangerous_patterns", ())
        name = model if isinstance(model, str) else None
        self.settings: Settings = load_settings(
            defaults,
            workspace=workspace,
            model=name,
            tools=tools if isinstance(tools, str | Path) else None,
            **settings,
        )
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
        self._on_question = on_question
        self._opened = Opened(
            self.settings, self.events, self.memory, None if isinstance(model, str) else model, on_pull
        )
        self.packages = PackageStore(self.settings.workspace)
        self.approvals = Approvals(
            memory=self.memory,
            gate=self.gate,
            events=self.events,
            packages=self.packages,
            workspace=self.settings.workspace,
            approver=approver,
        )
        self._directives = Directives(
            settings=self.settings,
            memory=self.memory,
            events=self.events,
            approvals=self.approvals,
            parts=self._parts,
            checkpoints=lambda: self._opened.checkpoints,
        )
        #: Runs the tests of kept skills again.
        self.proofs = Proofs(
            library=self.library,
            memory=self.memory,
            gate=self.gate,
            approvals=self.approvals,
            sandbox=lambda: self.sandbox,
            events=self.events,
            workspace=self.settings.workspace,
        )
        #: The versions of each skill.
        self.versions = Versions(library=self.library, memory=self.memory, proofs=self.proofs)
        self._examples = Examples(library=self.library, memory=self.memory, proofs=self.proofs)
        #: What was deleted.
        self.trash = Trash(library=self.library, memory=self.memory, proofs=self.proofs)
        #: What the user brought: functions, libraries, model calls.
        self.tools = Tools(
            library=self.library,
            memory=self.memory,
            gate=self.gate,
            approvals=self.approvals,
            workspace=self.settings.workspace,
            sandbox=lambda: self.sandbox,
            on_changed=self.proofs.prove_dependants,
        )
        self._edits = Edits(library=self.library, memory=self.memory, proofs=self.proofs, events=self.events)
        self._calls = Calls(
            library=self.library,
            memory=self.memory,
            proofs=self.proofs,
            edits=self._edits,
            sandbox=lambda: self.sandbox,
            chat=lambda: self.chat,
        )
        self._requests = Requests(
            workspace=self.settings.workspace,
            memory=self.memory,
            events=self.events,
            parts=self._ask_parts,
        )
        settle(self.memory, self.library)
        place, entries = (
            place_of(self.settings),
            () if tools is None or isinstance(tools, str | Path) else tools,
        )
        if place is not None or entries:
            self.tools.load(place, entries)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # What is opened on first use

    @cached_property
    def tidy(self) -> Tidy:
        """Finds skills that do the same, keep failing or lie unused, and does what is agreed to."""
        from apprentice.curation.tidy import Tidy

        return Tidy(
            library=self.library,
            memory=self.memory,
            finder=self.finder,
            proofs=self.proofs,
            trash=self.trash,
            sandbox=lambda: self.sandbox,
            events=self.events,
        )

    @property
    def sandbox(self) -> Sandbox:
        """Where generated code runs.

        Raises:
            SandboxError: no sandbox holds on this machine, and running without one was not asked for.
        """
        return self._opened.sandbox

    @property
    def sandbox_tried(self) -> tuple[str, ...]:
        """What was tried to find the sandbox, one line each, once it is open."""
        return self._opened.sandbox_tried

    @property
    def chat(self) -> ChatClient:
        """The models, by role.

        Raises:
            ModelError: no model can be used; says what to do.
        """
        return self._opened.chat

    @property
    def finder(self) -> Finder:
        """Finds skills for a request."""
        return self._opened.finder

    def warm(self) -> None:
        """Import and open everything that a goal needs, so that the first one doesn't wait for it.

        Raises:
            AgentError: something that a goal needs is not there.
        """
        import apprentice.graph.build  # noqa: F401

        _ = self.sandbox, self._opened.checkpoints, self.chat

    def close(self) -> None:
        """Give back the models and files. The agent can't be used afterwards."""
        self._opened.close()
        self.log.close()

    # Goals

    def run(
        self,
        goal: str,
        *,
        skill_name: str | None = None,
        examples: Iterable[str] | None = (),
        tests: str | Path | Sequence[str | Path] | None = None,
        permissions: Iterable[str] | None = (),
        fresh: bool = False,
        cancel: CancelToken | None = None,
    ) -> RunOutcome:
        """Turn a goal into a skill. One that a skill of the library fulfils already, as running it shows, is answered by it.

        Args:
            goal: what the skill should do, in plain words; examples and signatures in it are taken as fact.
            skill_name: the skill's name; default: from the goal.
            examples: expressions that must hold, e.g. `f(2) == 4` or `f('') raises ValueError`.
            tests: test files in pytest's style, as paths or as text.
            permissions: what you allow for this goal without being asked, as keys: `network:example.com:443`,
                `read:/data/in`, `write:/data/out`, `command:git status`, `package:numpy`.
            fresh: write the skill anew, also where the library has one.
            cancel: stops the run from another thread; it stays resumable.

        Raises:
            UsageError: the goal, an example, a test file, the name or a permission can't be used.
            ModelError: the model can't be reached or can't answer; the goal stays pending.
            WorkspaceError: the disk is full or the workspace can't be written; the goal stays pending.
        """
        directive = self._directives.accept(
            text(goal, "The goal", _GOAL),
            skill_name=skill_name,
            examples=texts(examples, "The examples", _EXAMPLE),
            tests=tests,
            permissions=texts(permissions, "The permissions", _PERMISSION),
            fresh=fresh,
        )
        return self._worked(directive, cancel)

    def improve(
        self,
        skill: str,
        request: str,
        *,
        examples: Iterable[str] | None = (),
        tests: str | Path | Sequence[str | Path] | None = None,
        permissions: Iterable[str] | None = (),
        cancel: CancelToken | None = None,
    ) -> RunOutcome:
        """Generalise a skill: its old tests hold on, and what is asked for holds too.

        Where both can't be, a new skill is made under another name, and the old one stays as it is. The outcome's
        `adaptation` says what came of it. A request that fails leaves the skill as it was.

        Args:
            skill: its name.
            request: what it should do beyond what it does, in plain words; examples in it are taken as fact.
            examples: see `run`.
            tests: see `run`.
            permissions: see `run`.
            cancel: see `run`.

        Raises:
            UsageError: there is no such skill; else as `run`.
            ModelError: as `run`.
            WorkspaceError: as `run`.
        """
        self.library.code(skill)
        directive = self._directives.accept(
            text(request, "The request", _GOAL),
            examples=texts(examples, "The examples", _EXAMPLE),
            tests=tests,
            permissions=texts(permissions, "The permissions", _PERMISSION),
            adapts=skill,
        )
        return self._worked(directive, cancel)

    def resume(self, *, cancel: CancelToken | None = None) -> list[RunOutcome]:
        """Go on with every goal that was interrupted, the oldest first; those another process works on are left to it.

        One that can't be gone on with, or that ends unexpectedly, is failed, and doesn't stop the others.
        """
        outcomes: list[RunOutcome] = []
        for directive in self.memory.directives():
            if directive.status in ("pending", "running") and directive.id:
                try:
                    outcomes.append(self._worked(directive, cancel, resumed=True))
                except Busy:
                    continue
                except Exception as error:
                    if isinstance(error, AgentError) and not isinstance(error, UsageError):
                        raise
                    outcomes.append(self._failed(directive.goal, directive, error))
                if outcomes[-1].status == "stopped":
                    break
        return outcomes

    def run_batch(
        self, goals: Sequence[str | Mapping[str, Any]], *, cancel: CancelToken | None = None
    ) -> list[RunOutcome]:
        """Run goals one after another; one that fails never stops the others.

        Nobody is asked: what a goal's own `permissions` don't allow is refused.

        Args:
            goals: texts, or mappings with `goal` and what else `run` takes (`skill_name`, `examples`, `tests`,
                `permissions`).
        """
        outcomes = []
        for number, item in enumerate(goals, start=1):
            request = {"goal": item} if isinstance(item, str) else dict(item)
            goal = str(request.pop("goal", ""))
            self.events.emit(Notice(message=f"Goal {number} of {len(goals)}"))
            directive: DirectiveRecord | None = None
            try:
                directive = self._directives.accept(goal, **request)
                outcome = self._worked(directive, cancel, attended=False)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is this goal's alone
                outcome = self._failed(goal, directive, error)
            outcomes.append(outcome)
            if cancel is not None and cancel.cancelled:
                break
        return outcomes

    # Requests

    def ask(
        self,
        request: str,
        *,
        files: Iterable[str | Path] | Path | None = (),
        examples: Iterable[str] | None = (),
        permissions: Iterable[str] | None = (),
        cancel: CancelToken | None = None,
    ) -> Answer:
        """Answer a request by the skills of the library; what is missing is made. A goal for a skill is run as one.

        Args:
            request: what you want to know or have done, in plain words, with its values: "What is 15 percent of 300?"
            files: files that it is about, or the path of one; they are readable for its steps, and stay as they are.
            examples: expressions that the skill which gives the answer must fulfil, e.g. `f(2) == 4`; any name will do.
            permissions: keys of what you allow for this request without being asked; see `run`.
            cancel: stops it from another thread.

        Raises:
            UsageError: the request, a file, an example or a permission can't be used.
            ModelError: a model is needed and can't be reached.
            SandboxError: no code can be run on this machine.
            WorkspaceError: the workspace can't be written.
        """
        request = text(request, "The request", _REQUEST)
        files = paths(files, "The files")
        examples = texts(examples, "The examples", _EXAMPLE)
        permissions = texts(permissions, "The permissions", _PERMISSION)
        if is_goal(request) and not files:
            return answer_of_goal(
                self.run(request, examples=examples, permissions=permissions, cancel=cancel)
            )
        allowed = [permission.key for permission in self.approvals.checked(permissions)]
        self._prove_awaited(cancel)
        return self._requests.ask(request, files=files, examples=examples, permissions=allowed, cancel=cancel)

    # Skills

    def call(
        self,
        skill: str,
        args: Any = None,
        *,
        permissions: Iterable[str] | None = (),
        cancel: CancelToken | None = None,
    ) -> RunResult:
        """Run a kept skill in the sandbox. What it needs and isn't always allowed, a person is asked before it runs.

        Args:
            skill: its name.
            args: a JSON value: an object gives keyword arguments, a list positional ones, anything else one.
            permissions: keys of what you allow for this call; see `run`.
            cancel: stops it from another thread.

        Raises:
            UsageError: there is no such skill, or it may not run without an approval that was not given.
            PackageError: a package that it needs can't be installed.
            SandboxError: no code can be run on this machine.
        """
        self._prove_awaited(cancel)
        return self._calls.call(skill, args, permissions=permissions, cancel=cancel)

    def add_examples(
        self, skill: str, examples: Iterable[str], *, cancel: CancelToken | None = None
    ) -> ProofReport:
        """Keep examples as tests of a skill, and prove it with them; one that doesn't hold them is `untested`.

        Args:
            skill: its name.
            examples: see `run`; any name will do for the skill's function.
            cancel: stops it from another thread.

        Raises:
            UsageError: there is no such skill, or an example can't be read.
            WorkspaceError: the workspace can't be written.
        """
        examples = texts(examples, "The examples", _EXAMPLE)
        signature = self._calls.signature(skill)
        for example in examples:
            check_states(example, yes_no=signature is not None and signature.returns == "bool")
        return self._add_examples(skill, examples, cancel)

    def questions(self) -> dict[str, Question]:
        """What only a person can decide of skills that are `untested` for it, by the skills' names.

        Raises:
            WorkspaceError: memory can't be read.
        """
        return {
            record.name: record.proof.question
            for record in self.memory.skills(where=lambda record: record.status == "untested")
            if record.proof is not None and record.proof.question is not None
        }

    def answer(self, skill: str, value: str, *, cancel: CancelToken | None = None) -> ProofReport:
        """Answer a skill's open question: the answer becomes an example, and the skill is proved with it.

        Args:
            value: as Python has it, or `raises ValueError`.

        Raises:
            UsageError: nothing is open for the skill, or the value can't be read.
            WorkspaceError: the workspace can't be written.
        """
        open_ = self.questions()
        if skill not in open_:
            raise UsageError(
                f"There is no open question of {skill!r}.", "agent.questions(), or :questions, lists them."
            )
        example = example_of(open_[skill].call, value)
        if example is None:
            raise UsageError(
                f"The answer {value!r} can't be read.",
                "Give a value as Python has it, or: raises ValueError.",
            )
        report = self._add_examples(skill, [str(example)], cancel)
        record = self.memory.skill(skill)
        if record is not None and record.proof is not None:
            answered = record.proof.model_copy(update={"question": None})
            self.memory.put_skill(record.model_copy(update={"proof": answered}))
        return report

    def execute(
        self,
        code: str | Path,
        *,
        permissions: Iterable[str] | None = (),
        name: str = "",
        cancel: CancelToken | None = None,
    ) -> RunResult:
        """Run any Python text, or a file by its path, in the sandbox, through the safety gate.

        Args:
            code: the text; a `Path` is read.
            permissions: keys of what you allow for this run; see `run`.
            name: what to call it when a person is asked; default: the file's name, or `script`.
            cancel: stops it from another thread.

        Raises:
            UsageError: the file can't be read, the safety rules refuse the code, or a person would have to approve it
                and did not.
            PackageError: a package that it needs can't be installed.
            SandboxError: no code can be run on this machine.
        """
        if isinstance(code, Path):
            name, code = name or code.name, text_of(code)
        permissions = texts(permissions, "The permissions", _PERMISSION)
        grants = self.approvals.allow(code, name or "script", kind="script", permissions=permissions)
        return self.sandbox.run_code(code, modules=self.library.modules(), cancel=cancel, grants=grants)

    def permissions(self, *, everything: bool = False) -> list[Decision]:
        """The permissions that hold; with `everything` also what was refused, revoked, or given once."""
        return self.approvals.listed(everything=everything)

    def revoke(self, which: int | str) -> list[Decision]:
        """Take permissions back: by their number in `permissions()`, all of a skill by its name, or `all`.

        Raises:
            UsageError: there is no such permission.
        """
        return self.approvals.revoke(which)

    def model_line(self) -> str:
        """The model in one line: name, where it runs, context used."""
        info = self.chat.info("coder")
        size = f", {info.parameters:g} billion parameters" if info.parameters else ""
        return f"{info.name} ({info.provider}{size}, context {info.context_tokens} tokens, {'small' if info.small else 'large'} profile)"

    # Inside

    def _ask_parts(self, cancel: CancelToken) -> AskParts:
        from apprentice.asking.parts import AskParts

        def make(name: str, goal: str, *, examples: Sequence[str], permissions: Sequence[str]) -> RunOutcome:
            return self.run(
                goal,
                skill_name=name,
                examples=[renamed(example, name) for example in examples],
                permissions=permissions,
                cancel=cancel,
            )

        def improve(
            name: str, goal: str, *, examples: Sequence[str], permissions: Sequence[str]
        ) -> RunOutcome:
            record = self.memory.skill(name)
            function = record.function if record else name
            return self.improve(
                name,
                goal,
                examples=[renamed(example, function or name) for example in examples],
                permissions=permissions,
                cancel=cancel,
            )

        def ready(skill: str, permissions: Sequence[str]) -> Callable[[dict[str, Any]], RunResult]:
            call = self._calls.ready(skill, permissions, cancel)
            return lambda arguments: call((), arguments)

        seen: set[str] = set()

        def prove_edited(skill: str) -> None:
            if skill not in seen:
                self._edits.prove_edited(skill, cancel=cancel, told=True)
                seen.add(skill)

        return AskParts(
            settings=self.settings,
            open_chat=lambda: self.chat,
            memory=self.memory,
            library=self.library,
            finder=self.finder,
            events=self.events,
            cancel=cancel,
            make=make,
            improve=improve,
            ready=ready,
            passes=lambda skill, examples: self._calls.passes(skill, examples, cancel),
            add_examples=lambda skill, examples: self._add_examples(skill, examples, cancel).ok,
            note_use=lambda skill, result: self._calls.note_use(skill, result, cancel),
            signature=self._calls.signature,
            folder=self._files_folder,
            prove_edited=prove_edited,
            learnt=self.tools.prompt_texts,
        )

    def _add_examples(
        self, skill: str, examples: Sequence[str], cancel: CancelToken | None = None
    ) -> ProofReport:
        report = self._examples.add(skill, examples, cancel=cancel)
        self.proofs.prove_dependants(skill, cancel=cancel)
        return report

    def _files_folder(self, run_id: str) -> str:
        """A new folder for the files that a request's steps write."""
        folder = self.settings.workspace / "files" / run_id
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise workspace_error(error, folder) from error
        return str(folder.resolve())

    def _failed(self, goal: str, directive: DirectiveRecord | None, error: Exception) -> RunOutcome:
        """The outcome of one of several goals, which ended by an error."""
        run_id = directive.id if directive else ""
        # Where nothing was begun, a request had the wrong form, which Python's own words tell.
        reason = str(error) if directive is None else why_failed(error)
        self.events.emit(
            GoalFinished(
                run_id=run_id, goal=goal, skill="", status="failed", iterations=0, seconds=0.0, reason=reason
            )
        )
        return RunOutcome(goal=goal, skill="", status="failed", run_id=run_id, reason=reason)

    def _worked(self, directive: DirectiveRecord, cancel: CancelToken | None, **how: bool) -> RunOutcome:
        """Work on a goal; what uses a skill that has a new version is proved again."""
        self._prove_awaited(cancel)
        outcome = self._directives.work(directive, cancel, **{"resumed": False, **how})
        if outcome.status in ("working", "untested") and not outcome.reused:
            with suppress(Cancelled):
                self.proofs.prove_dependants(outcome.skill, cancel=cancel)
        return outcome

    def _prove_awaited(self, cancel: CancelToken | None) -> None:
        """Prove what a stopped or killed process left to be proven, before skills are used or asked for."""
        with suppress(Cancelled):
            self.proofs.prove_awaited(cancel=cancel)

    def _warn(self, message: str) -> None:
        self.events.emit(Notice(message=message, level="warning"))

    def _parts(self, token: CancelToken) -> Parts:
        from apprentice.graph.parts import Parts

        return Parts(
            settings=self.settings,
            chat=self.chat,
            sandbox=self.sandbox,
            memory=self.memory,
            library=self.library,
            finder=self.finder,
            packages=self.packages,
            gate=self.gate,
            events=self.events,
            cancel=token,
            told=self.tools.prompt_texts,
            question=self._on_question,
        )
