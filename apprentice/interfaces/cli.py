"""The way in: no arguments open the prompt, anything else is a command. Exit codes: 0 done, 1 failed, 2 usage, 3 environment."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from apprentice.errors import AgentError

if TYPE_CHECKING:
    from apprentice.agent import Agent

FAILED, USAGE, ENVIRONMENT, INTERRUPTED = 1, 2, 3, 130


def main(make_agent: Callable[..., Agent], argv: Sequence[str] | None = None) -> int:
    """Open the prompt or run a command; returns the exit code. No traceback reaches the user."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _speak_utf8()
    try:
        if not arguments:
            from apprentice.interfaces.repl import Repl

            return Repl(make_agent).loop()
        from apprentice.interfaces.commands import run_command

        return run_command(make_agent, arguments)
    except AgentError as error:
        print(f"error: {error}", file=sys.stderr)
        _document(arguments, error=error.message, next_step=error.next_step)
        return error.exit_code
    except KeyboardInterrupt:
        _document(arguments, error="stopped", next_step="autonomous_agent.py resume")
        print("Stopped. The goal is kept: go on with the command resume.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone; Python would complain again when it flushes at the end.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:  # noqa: BLE001
        print(f"error: {type(error).__name__}: {error} {_logged(error)}".strip(), file=sys.stderr)
        return ENVIRONMENT


def _document(arguments: Sequence[str], **fields: str) -> None:
    """With `--json`, standard output holds one document whatever happens."""
    if "--json" in arguments:
        import json

        print(json.dumps({"ok": False, **fields}, ensure_ascii=False))


def _logged(error: Exception) -> str:
    """Put the traceback of an unexpected error into the log, and say where it is."""
    from pathlib import Path

    folder = Path(os.environ.get("AGENT_WORKSPACE", "agent_workspace")) / "logs"
    if not folder.is_dir():
        return ""
    from apprentice.log import JsonLog

    log = JsonLog(folder / "agent.jsonl")
    log.error(error)
    log.close()
    return f"(details in {folder / 'agent.jsonl'})"


def _speak_utf8() -> None:
    """Print the icons on any terminal: where the encoding can't hold them they are replaced, never an error."""
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            with contextlib.suppress(ValueError, OSError):
                reconfigure(encoding="utf-8", errors="replace")
