"""Writes the generated parts of the documentation: the pictures of the graphs and the table of settings.

`python -m benchmarks.docs` writes them, `--check` only says whether they are up to date (exit code 1 if not).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent


def graph() -> str:
    """The compiled graph of a goal as Mermaid text."""
    from apprentice.graph.build import mermaid

    return f"```mermaid\n{mermaid().strip()}\n```"


def ask_graph() -> str:
    """The compiled graph of a request as Mermaid text."""
    from apprentice.asking.build import mermaid

    return f"```mermaid\n{mermaid().strip()}\n```"


def settings() -> str:
    """Every setting with its environment variable, default and meaning."""
    from apprentice.settings import Settings
    from autonomous_agent import constants

    defaults = constants()
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        variable = "OLLAMA_HOST" if name == "ollama_host" else f"AGENT_{name.upper()}"
        value = defaults[name] if name in defaults and name != "dangerous_patterns" else field.default
        shown = "" if value in ("", None, ()) else f"`{value}`"
        lines.append(f"| `{variable}` | {shown} | {field.description} |")
    return "\n".join(lines)


PARTS: tuple[tuple[str, str, Callable[[], str]], ...] = (
    ("ARCHITECTURE.md", "graph", graph),
    ("ARCHITECTURE.md", "ask_graph", ask_graph),
    ("SETUP.md", "settings", settings),
)


def main(arguments: list[str]) -> int:
    """Write, or with `--check` compare."""
    stale = []
    for file, name, make in PARTS:
        path = ROOT / file
        text = path.read_text(encoding="utf-8")
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        made = make()
        fresh, count = pattern.subn(lambda match, made=made: f"{match[1]}{made}\n{match[2]}", text)  # type: ignore[misc]
        if count != 1:
            print(f"{file} has no part named {name}")
            return 1
        if fresh != text:
            stale.append(f"{file} ({name})")
            if "--check" not in arguments:
                path.write_text(fresh, encoding="utf-8")
    if stale and "--check" in arguments:
        print(f"Out of date: {', '.join(stale)}. Run: make docs")
        return 1
    print("The generated parts of the documentation are up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
