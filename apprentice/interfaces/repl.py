"""The prompt: `Agent> `. Its own imports are few, so that it is on the screen at once; the rest loads behind it."""

from __future__ import annotations

import contextlib
import difflib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from apprentice.errors import AgentError, Cancelled
from apprentice.interfaces.console import plain
from apprentice.interfaces.library_commands import COMMANDS, LibraryCommand, help_lines, tidy_up, words_of
from apprentice.interfaces.question import ask_line

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

    from apprentice.agent import Agent
    from apprentice.asking import answer
    from apprentice.cancellation import CancelToken
    from apprentice.graph.state import Answer, ApprovalRequest, QuestionRequest

T = TypeVar("T")
PROMPT = "Agent> "
HELP = """\
<request>              anything else is a request: What is 15 percent of 300?   --file <path> attaches a file
:steps                 how the latest answer came about
:directive <goal>      turn a goal into a skill; end a line with \\ to go on in the next; --fresh: not reusing one
:skills                the skills, with their status
:show <skill>          one skill: facts, code, tests
:run <skill> <args>    run a skill: JSON values or name=value, e.g. :run add 2 3
:exec <file>           run a Python file in the sandbox
:permissions           what skills are always allowed to do; all: every decision; revoke <number|skill|all>
:memory                what is remembered
:failures              the latest failures and what was learnt
:tidy                  find skills that do the same, keep failing or lie unused, and ask what to do with them
:resume                go on with goals that were interrupted
:model                 the model in use
:graph                 the state machine, as Mermaid text
:help                  this page
:quit                  leave (also Ctrl-D)"""
FOOTER = """\
:directive, :run, :exec and requests take --allow <key>, e.g. --allow network:example.com:443, and don't ask about that.
Ctrl-C stops a goal; it is kept, and :resume goes on with it."""


class Repl:
    """Reads commands and carries them out, on a terminal or from a pipe.

    Args:
        make_agent: makes the agent; called behind the first prompt.
        settings: given to `make_agent`.
    """

    def __init__(self, make_agent: Callable[..., Agent], **settings: Any) -> None:
        self._make_agent = make_agent
        self._settings = settings
        self._tty = sys.stdin.isatty() and sys.stdout.isatty()
        self._agent: Agent | None = None
        self._error: BaseException | None = None
        self._greeted = False
        self._lock = threading.Lock()
        self._view: Any = None
        self._questions: SimpleQueue[tuple[str, SimpleQueue[str]]] = SimpleQueue()
        self._log: Any = None
        self._answer: answer.Answer | None = None
        self._commands: dict[str, Callable[[str], None]] = {
            "directive": self._directive,
            "steps": lambda _: self._steps(),
            "skills": lambda _: self._print_from("skills"),
            "memory": lambda _: self._print_from("memory"),
            "failures": lambda _: self._print_from("failures"),
            "show": self._show,
            "run": self._run,
            "exec": self._exec,
            "permissions": self._permissions,
            "resume": lambda _: self._resume(),
            "model": lambda _: print(self._ready().model_line()),
            "tidy": self._tidy,
            "graph": lambda _: self._graph(),
            "help": lambda _: print(f"{HELP}\n\n{help_lines()}\n\n{FOOTER}"),
            **{name: partial(self._on_library, name, command) for name, command in COMMANDS.items()},
        }

    def loop(self) -> int:
        """Read until the end; returns the exit code."""
        if self._tty:
            # Whoever started this program may have told it to ignore Ctrl-C, as shells do for background jobs.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        for line in self._lines():
            line = line.strip()
            if line in (":quit", ":exit", ":q", "quit", "exit"):
                break
            if not line:
                continue
            try:
                self._do(line)
            except AgentError as error:
                print(f"error: {error}", flush=True)
            except KeyboardInterrupt:
                print("Stopped.", flush=True)
            except BrokenPipeError:
                raise
            except Exception as error:  # noqa: BLE001
                self._unexpected(error)
        if self._agent is not None:
            self._agent.close()
        return 0

    # Reading

    def _lines(self) -> Iterator[str]:
        read = self._terminal_reader() if self._tty else _pipe_reader()
        while True:
            try:
                line = read()
                while line.rstrip().endswith("\\"):
                    line = line.rstrip()[:-1] + "\n" + read()
            except KeyboardInterrupt:
                continue
            except EOFError:
                return
            yield line

    def _terminal_reader(self) -> Callable[[], str]:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.completion import WordCompleter

        # Asking the terminal for its cursor position delays the prompt, and some terminals never answer.
        os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
        words = [f":{name}" for name in (*self._commands, "quit")]
        session: PromptSession[str] = PromptSession(
            completer=WordCompleter(lambda: [*words, *self._skill_names()], sentence=False),
            complete_while_typing=False,
        )
        started = False

        def read() -> str:
            nonlocal started

            def begin() -> None:
                nonlocal started
                if not started:
                    started = True
                    self._add_history(session)
                    # The first frame is drawn before the heavy imports compete with it.
                    threading.Timer(0.05, self._prepare).start()

            return session.prompt(PROMPT, pre_run=begin)

        return read

    def _add_history(self, session: PromptSession[str]) -> None:
        from prompt_toolkit.history import FileHistory

        folder = str(
            self._settings.get("workspace") or os.environ.get("AGENT_WORKSPACE") or "agent_workspace"
        )
        with contextlib.suppress(OSError):
            os.makedirs(folder, exist_ok=True)
            session.history = FileHistory(os.path.join(folder, ".history"))
            session.default_buffer.history = session.history

    def _skill_names(self) -> list[str]:
        return self._agent.library.names() if self._agent is not None else []

    # The agent

    def _prepare(self) -> None:
        """Import and open everything, behind the prompt. An error is shown when the agent is first needed."""
        with self._lock:
            if self._agent is not None:
                return
            try:
                from apprentice.interfaces.console import ConsoleView

                agent = self._make_agent(
                    approver=self._approve, on_question=self._question, on_pull=self._pull, **self._settings
                )
                self._log = agent.log
                live = self._tty and agent.settings.color != "never" and "NO_COLOR" not in os.environ
                self._view = ConsoleView(live=live)
                self._view.limits(agent.settings)
                agent.events.subscribe(self._view)
                import apprentice.graph.build  # noqa: F401

                self._agent, self._error = agent, None
            except Exception as error:  # noqa: BLE001
                self._error = error

    def _ready(self, *, lists_tools: bool = False) -> Agent:
        self._prepare()
        if self._agent is None:
            raise self._error or AgentError("The agent could not be started.")
        if not self._greeted:
            self._greeted = True
            from apprentice.interfaces import tools_view

            unsaid = self._agent.tools.unsaid()
            if news := tools_view.changed(self._agent.tools.loaded, () if lists_tools else unsaid):
                print(news)
        return self._agent

    # Commands

    def _do(self, line: str) -> None:
        if not line.startswith(":"):
            self._ask(line)
            return
        name, _, rest = (
            line[1:].partition(" ") if " " in line.partition("\n")[0] else line[1:].partition("\n")
        )
        command = self._commands.get(name.lower())
        if command is None:
            near = difflib.get_close_matches(name.lower(), self._commands, n=1)
            hint = f"Did you mean :{near[0]}?" if near else ":help shows all commands."
            print(f"There is no command :{name}. {hint}")
            return
        command(rest.strip())

    def _directive(self, goal: str) -> None:
        if not goal:
            print("Say what the skill should do, e.g. :directive Write a function is_even(n)")
            return
        from apprentice.interfaces.arguments import take_allowed, take_flag

        goal, allowed = take_allowed(goal)
        goal, fresh = take_flag(goal, "--fresh")
        agent = self._ready()
        self._in_background(lambda token: [agent.run(goal, permissions=allowed, fresh=fresh, cancel=token)])

    def _ask(self, line: str) -> None:
        from apprentice.interfaces import answer_view
        from apprentice.interfaces.arguments import check_options, take_allowed, take_files

        request, allowed = take_allowed(line)
        request, files = take_files(request)
        check_options(request)
        agent = self._ready()
        answers = self._in_background(
            lambda token: [agent.ask(request, files=files, permissions=allowed, cancel=token)],
            kept="",
        )
        for answer in answers or ():
            self._answer = answer
            self._view.pause()
            print(answer_view.answer(answer), flush=True)

    def _steps(self) -> None:
        from apprentice.interfaces import answer_view

        print(answer_view.steps(self._answer) if self._answer is not None else "Nothing was asked yet.")

    def _resume(self) -> None:
        agent = self._ready()
        if self._in_background(lambda token: agent.resume(cancel=token)) == []:
            print("Nothing to resume.")

    def _in_background(
        self, work: Callable[[CancelToken], list[T]], kept: str = "The goal is kept: go on with :resume."
    ) -> list[T] | None:
        """Run a goal in a thread, so that Ctrl-C is felt at once whatever the goal is doing."""
        from apprentice.cancellation import CancelToken

        token = CancelToken()
        box: list[Any] = []

        def run() -> None:
            try:
                box.append(work(token))
            except BaseException as error:  # noqa: BLE001
                box.append(error)

        thread = threading.Thread(target=run, name="goal", daemon=True)
        thread.start()
        stopped = 0.0
        while thread.is_alive():
            try:
                thread.join(0.05)
                self._answer_questions(token)
            except KeyboardInterrupt:
                if stopped and time.monotonic() - stopped < 2:
                    break
                stopped = time.monotonic()
                token.cancel()
        if stopped:
            self._view.pause()
            print(f"Stopped. {kept}".strip(), flush=True)
            return None
        result = box[0]
        if isinstance(result, Cancelled):
            return None
        if isinstance(result, BaseException):
            self._view.pause()
            raise result
        return list(result)

    def _print_from(self, name: str) -> None:
        from apprentice.interfaces import render

        print(getattr(render, name)(self._ready()))

    def _show(self, name: str) -> None:
        from apprentice.interfaces import render

        if not name:
            print("Which skill? e.g. :show is_even")
            return
        text = render.skill(self._ready(), name)
        if self._tty:
            from rich.console import Console
            from rich.syntax import Syntax

            facts, _, code = text.partition("\n\n")
            print(facts + "\n")
            Console().print(Syntax(code, "python", background_color="default"))
        else:
            print(text)

    def _run(self, rest: str) -> None:
        from apprentice.interfaces import render
        from apprentice.interfaces.arguments import parse_arguments, take_allowed

        rest, allowed = take_allowed(rest)
        name, _, arguments = rest.partition(" ")
        if not name:
            print("Which skill? e.g. :run is_even 4")
            return
        result = self._ready().call(name, parse_arguments(arguments), permissions=allowed)
        print(repr(result.value) if result.ok else render.failed_call(result))
        if result.ok and result.stdout.strip():
            print(plain(result.stdout.rstrip()))

    def _on_library(self, name: str, command: LibraryCommand, rest: str) -> None:
        print(command.run(self._ready(lists_tools=name == "tools"), words_of(rest, name)))

    def _tidy(self, rest: str) -> None:
        tidy_up(self._ready(), self._asked if self._tty else lambda _: "n", print, yes=rest == "--yes")

    def _graph(self) -> None:
        from apprentice.graph.build import mermaid

        print(mermaid())

    def _exec(self, rest: str) -> None:
        from pathlib import Path

        from apprentice.interfaces import render
        from apprentice.interfaces.arguments import take_allowed

        rest, allowed = take_allowed(rest)
        if not rest:
            print("Which file? e.g. :exec report.py")
            return
        print(render.run(self._ready().execute(Path(rest).expanduser(), permissions=allowed)))

    def _permissions(self, rest: str) -> None:
        from apprentice.interfaces import render

        word, _, which = rest.partition(" ")
        if word == "revoke" and which.strip():
            print(render.revoked(self._ready().revoke(which)))
        elif word in ("", "all") and not which:
            everything = word == "all"
            decisions = self._ready().permissions(everything=everything)
            print(render.permissions(decisions, everything=everything))
        else:
            print("Say :permissions, :permissions all, or :permissions revoke <number|skill|all>")

    # Questions to the person

    def _approve(self, request: ApprovalRequest) -> Answer:
        if not self._tty:
            return "no"
        self._view.pause()
        from apprentice.interfaces import render

        print(render.approval(request))
        return render.approval_answer(self._asked(render.approval_question(request)).lower())

    def _question(self, request: QuestionRequest) -> str | None:
        if not self._tty:
            return None
        self._view.pause()
        from apprentice.interfaces import render

        return render.question_answer(self._asked(render.question(request)), request.values)

    def _pull(self, model: str) -> bool:
        if not self._tty:
            return False
        self._view.pause()
        return (
            self._asked(f"The model {model} is not on the server. Download it now [y/n]? ")
            .lower()
            .startswith("y")
        )

    def _asked(self, question: str) -> str:
        """Have the main thread ask: it alone reads the terminal, so that Ctrl-C reaches the question too."""
        if threading.current_thread() is threading.main_thread():
            return ask_line(question).strip()
        answer: SimpleQueue[str] = SimpleQueue()
        self._questions.put((question, answer))
        return answer.get()

    def _answer_questions(self, token: CancelToken) -> None:
        with contextlib.suppress(Empty):
            question, answer = self._questions.get_nowait()
            said = ""
            try:
                said = ask_line(question).strip()
            except KeyboardInterrupt:
                token.cancel()
                raise
            finally:
                answer.put(said)

    def _unexpected(self, error: Exception) -> None:
        if self._log is not None:
            self._log.error(error)
            print(f"error: {type(error).__name__}: {error} (details in logs/agent.jsonl)", flush=True)
        else:
            print(f"error: {type(error).__name__}: {error}", flush=True)


def _pipe_reader() -> Callable[[], str]:
    def read() -> str:
        print(PROMPT, end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            print(flush=True)
            raise EOFError
        print(line.rstrip("\n"), flush=True)
        return line.rstrip("\n")

    return read
