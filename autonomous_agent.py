#!/usr/bin/env python3
"""The front door: the constants that you may edit, `AutonomousAgent`, and `main()`.

    from autonomous_agent import AutonomousAgent
    result = AutonomousAgent().run("Create a slugify function", examples=["slugify('A b') == 'a-b'"])

The constants are defaults: `.env`, the environment (`AGENT_…`) and arguments come over them, in this order.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apprentice.agent import Agent as AutonomousAgent

#: Folder that holds all that the agent makes and knows.
WORKSPACE_ROOT = "agent_workspace"
#: The Ollama model that is used when none is set.
OLLAMA_MODEL = "qwen3-coder"
#: Iterations (plan, write, test, analyze) that one skill may take.
MAX_ITERATIONS = 12
#: Seconds that one run of generated code may take.
EXECUTION_TIMEOUT = 15
#: Code that matches one of these regular expressions is never run. Append to the list and the next run obeys.
DANGEROUS_PATTERNS: list[str] = [
    r"(?<![\w.])(?<!def\s)(?<!class\s)(?:eval|exec|compile)\s*\(",
    r"(?<![\w.])(?<!def\s)__import__\b",
    r"\b(?:os|posix)\s*\.\s*(?:system|exec[lv]p?e?|fork(?:pty)?|kill(?:pg)?|abort|_exit|chroot|startfile)\b",
    r"\bos\s*\.\s*set(?:e|re|res)?[ug]id\b",
    r"^\s*(?:import|from)\s+(?:ctypes|cffi|marshal|dill|shelve|pty|runpy|codeop?)\b",
    r"\b(?:c?[pP]ickle|_pickle|marshal|dill|cloudpickle|joblib)\s*\.\s*(?:loads?|Unpickler)\b",
    r"(?<![\w])__(?:globals|builtins)__\b",
    r"\bsys\s*\.\s*(?:_getframe|settrace|setprofile)\b",
    r"\bgc\s*\.\s*get_(?:objects|referrers|referents)\b",
]


def constants() -> dict[str, Any]:
    """The constants above as they are now, by setting name; the list of patterns itself, not a copy."""
    return {
        "workspace": WORKSPACE_ROOT,
        "default_model": OLLAMA_MODEL,
        "max_iterations": MAX_ITERATIONS,
        "execution_timeout": EXECUTION_TIMEOUT,
        "dangerous_patterns": DANGEROUS_PATTERNS,
    }


@cache
def _agent_class() -> type[AutonomousAgent]:
    """The agent, with this file's constants as defaults. Imported on first use: the prompt need not wait for it."""
    from apprentice.agent import Agent

    class AutonomousAgent(Agent):
        __doc__ = Agent.__doc__

        def __init__(self, **settings: Any) -> None:
            super().__init__(constants=constants(), **settings)

    return AutonomousAgent


def __getattr__(name: str) -> Any:
    if name == "AutonomousAgent":
        return _agent_class()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def make_agent(**settings: Any) -> AutonomousAgent:
    """An agent with these settings, for the interfaces."""
    return _agent_class()(**settings)


def main(argv: Sequence[str] | None = None) -> int:
    """Open the prompt, or run one command; returns the exit code (0 done, 1 failed, 2 usage, 3 environment)."""
    from apprentice.interfaces.cli import main as run

    return run(make_agent, argv)


if __name__ == "__main__":
    sys.exit(main())
