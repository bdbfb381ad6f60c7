"""Which modules a text imports, and so which skills use which."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Mapping

from apprentice.errors import UsageError
from apprentice.syntax_trees import parse


def imported(code: str) -> frozenset[str]:
    """The first parts of all names that a module imports, anywhere in it; none where it doesn't parse.

    Relative imports stay within the module's own package and are not among them.
    """
    try:
        tree = parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return frozenset(found)


def uses(name: str, texts: Iterable[str], library: Collection[str]) -> list[str]:
    """The skills among `library` that a skill's modules import, sorted; never itself."""
    found = {root for text in texts for root in imported(text)}
    return sorted(root for root in found if root != name and root in library)


def users(name: str, modules: Mapping[str, str]) -> list[str]:
    """The skills, by the texts of all modules, that import a skill; sorted."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    return sorted(
        {
            skill
            for module, text in modules.items()
            if name in text
            and (skill := module.partition(".")[0]) != name
            and word.search(text)
            and name in imported(text)
        }
    )


def check_cycle(name: str, used: Mapping[str, Collection[str]]) -> None:
    """See that a skill doesn't come to use itself.

    Args:
        name: the skill.
        used: for each skill what it imports, `name` itself among them.

    Raises:
        UsageError: it does; says by which way.
    """
    way: dict[str, str] = {}
    waiting = [name]
    while waiting:
        at = waiting.pop()
        for next_ in used.get(at, ()):
            if next_ == name:
                round_ = [name]
                while at != name:
                    round_.insert(1, at)
                    at = way[at]
                raise UsageError(
                    f"{name} would use itself: {' → '.join([*round_, name])}.",
                    "Take the import out of one of them.",
                )
            if next_ not in way:
                way[next_] = at
                waiting.append(next_)
