"""Libraries that the user names: what the planner and the coder are told of them."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from apprentice.curation.tool_files import LibraryTool
from apprentice.grants import package_named
from apprentice.memory.recall import terms

#: Tokens that libraries may take in a prompt.
PROMPT_TOKENS: Final = 600


@dataclass(frozen=True, slots=True)
class ListedLibrary:
    """A library, and whether code may use it.

    Attributes:
        usable: it is part of Python, or on the list of packages that may be asked for.
    """

    name: str
    usable: bool
    instructions: str = ""


def listed(tools: Sequence[LibraryTool], workspace: Path) -> list[ListedLibrary]:
    """The libraries, each once."""
    names = {name: tool.instructions for tool in reversed(tools) for name in reversed(tool.names)}
    return [ListedLibrary(name, usable(name, workspace), text) for name, text in reversed(names.items())]


def usable(name: str, workspace: Path) -> bool:
    """Whether code may import it: as a part of Python, or after a person's approval."""
    top = name.partition(".")[0]
    return top in sys.stdlib_module_names or bool(package_named(top, workspace))


def prompt_texts(
    tools: Sequence[LibraryTool], goal: str, workspace: Path, tokens: int = PROMPT_TOKENS
) -> list[str]:
    """What to tell of the libraries for a goal, the most relevant first; those that code may not use are left out.

    A library with instructions or an example is told of where the goal names it or has words in common with them; the
    names of all others are one short line.

    Args:
        tokens: about how many all texts together may take.
    """
    wanted = terms(goal)
    words = set(re.findall(r"\w+", goal.lower()))
    plain: list[str] = []
    ranked: list[tuple[int, int, str]] = []
    for place, tool in enumerate(tools):
        names = [name for name in tool.names if usable(name, workspace)]
        if not names:
            continue
        if not tool.instructions and not tool.code_example:
            plain += names
            continue
        named = any(name.partition(".")[0].lower() in words for name in names)
        shared = len(wanted & terms(f"{' '.join(tool.names)} {tool.instructions}"))
        if score := 10 * named + shared:
            ranked.append((-score, place, _told(names, tool)))
    texts = [text for _, _, text in sorted(ranked)]
    if plain:
        texts.append(f"May be imported where it helps: {', '.join(dict.fromkeys(plain))}.")
    chosen: list[str] = []
    for text in texts:
        cost = len(text.encode("utf-8", "replace")) // 3 + 4
        if cost <= tokens:
            chosen.append(text)
            tokens -= cost
    return chosen


def _told(names: Sequence[str], tool: LibraryTool) -> str:
    text = f"{' and '.join(names)} may be imported."
    if tool.instructions:
        text += f" {tool.instructions}"
    if tool.code_example:
        text += f"\nAn example of its use:\n```python\n{tool.code_example}\n```"
    return text
