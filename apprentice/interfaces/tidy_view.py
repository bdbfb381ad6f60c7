"""What the prompt and the command line print of tidying."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from apprentice.interfaces.console import one_line, plain

if TYPE_CHECKING:
    from apprentice.curation.tidy_proposal import Proposal, Tidied

#: Asked after each proposal; only an answer that begins with y or a is a yes.
QUESTION: Final = "[y]es / [n]o / [a]ll / [q]uit: "

NOTHING: Final = "Nothing has to be tidied up."

_TITLES: Final = {
    "same": "{name} and {kept} do the same.",
    "covered": "{kept} does all that {name} does.",
    "failing": "{name} keeps failing.",
    "unused": "{name} was never proven and never used.",
    "orphan": "{name} lies in the folder without a record.",
}
_ACTIONS: Final = {
    "retire": "Retire {name}: it is no longer found for requests, and can still be called by its name",
    "delete": "Delete {name}: it goes to the trash, and :undo {name} brings it back",
    "prove": "Run its tests, and give it a record",
}


def proposal(one: Proposal, number: int, total: int) -> str:
    """A proposal: what is the matter, what shows it, and what would be done."""
    names = {"name": plain(one.name), "kept": plain(one.kept)}
    action = _ACTIONS[one.action].format(**names)
    if one.kept:
        action += f"; {names['kept']} gets its tests and requests"
    return "\n".join(
        [
            f"({number}/{total}) {_TITLES[one.kind].format(**names)}",
            f"  {one_line(one.evidence, 600)}",
            f"  → {action}.",
        ]
    )


def question(one: Proposal) -> str:
    """The question that follows a proposal."""
    words = {
        "retire": f"Retire {plain(one.name)}?",
        "delete": f"Delete {plain(one.name)}?",
        "prove": f"Prove {plain(one.name)}?",
    }
    return f"  {words[one.action]} {QUESTION}"


def done(one: Tidied) -> str:
    """What carrying out a proposal did, and how to undo it."""
    undo = f" Undo it with {plain(one.undo)}." if one.undo else ""
    return f"  ✅ {one_line(one.summary, 300)}{undo}"


def refused(reason: str) -> str:
    """Why a proposal was not carried out though it was agreed to."""
    return f"  ⚠️ {one_line(reason, 300)}"


def summary(total: int, carried_out: Sequence[Tidied], not_possible: int = 0) -> str:
    """What came of all proposals, in one line.

    Args:
        total: how many there were.
        not_possible: how many of them were agreed to and could not be carried out.
    """
    if not total:
        return NOTHING
    counts = {
        "retired": sum(one.proposal.action == "retire" for one in carried_out),
        "deleted": sum(one.proposal.action == "delete" for one in carried_out),
        "proved": sum(one.proposal.action == "prove" for one in carried_out),
    }
    parts = [f"{count} {word}" for word, count in counts.items() if count]
    if not_possible:
        parts.append(f"{not_possible} not possible any more")
    left = total - len(carried_out) - not_possible
    if left:
        parts.append(f"{left} left as {'they are' if left > 1 else 'it is'}")
    return f"{total} proposal{'s' if total > 1 else ''}: {', '.join(parts)}."


def tidy_json(proposals: Sequence[Proposal], carried_out: Sequence[Tidied] = ()) -> str:
    """The proposals for programs; those that were carried out say what was done."""
    by_name = {one.proposal.name: one for one in carried_out}
    rows: list[dict[str, Any]] = [
        by_name[one.name].as_dict() if one.name in by_name else {**one.as_dict(), "done": False}
        for one in proposals
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)
