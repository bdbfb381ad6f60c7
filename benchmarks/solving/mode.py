"""The ways of solving a task that are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from apprentice.errors import UsageError
from apprentice.settings import Part
from benchmarks.peers.run import PEERS

Kind = Literal["greedy", "best12", "agent", "peer"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)
SAMPLES: Final = 12
TEMPERATURE: Final = 0.8
#: words that stand for modes
_ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "best": ("best12",),
    "ablation": tuple(f"agent-{part}" for part in PARTS),
    "peers": tuple(PEERS),
}
DEFAULT: Final = "greedy,best12,agent"


@dataclass(frozen=True, slots=True)
class Mode:
    """One way of solving.

    Attributes:
        name: as it stands in results.
        style: of a baseline: the prompt that it asks with.
        without: of the agent: the part that is left out.
    """

    name: str
    kind: Kind
    style: str = ""
    without: Part | None = None

    @property
    def budgeted(self) -> bool:
        """Whether it is held to the tokens of the twelve samples."""
        return self.kind in ("agent", "peer")

    @property
    def title(self) -> str:
        """What a table calls it."""
        if self.kind == "greedy":
            return f"one greedy answer, {self.style}"
        if self.kind == "best12":
            return f"best of {SAMPLES} by the examples, {self.style}"
        if self.kind == "agent":
            return "the agent" + (f" without {self.without}" if self.without else "")
        return self.name


def greedy(style: str) -> Mode:
    """One answer at temperature 0."""
    return Mode(f"greedy:{style}", "greedy", style=style)


def best_of(style: str) -> Mode:
    """Twelve warm answers, of which the first counts that passes the prompt's examples."""
    return Mode(f"best{SAMPLES}:{style}", "best12", style=style)


def named(text: str) -> tuple[str, ...]:
    """The modes that a text asks for, in order: `greedy`, `best12`, `agent`, `agent-PART`, peers; groups are spelt out.

    Raises:
        UsageError: there is no such mode.
    """
    known = ["greedy", "best12", "agent", *_ALIASES["ablation"], *PEERS]
    found: list[str] = []
    for word in text.replace(",", " ").split():
        if word.startswith("agent-"):
            word = f"agent-{word.removeprefix('agent-').replace('-', '_')}"
        names = _ALIASES.get(word, (word,))
        if unknown := [name for name in names if name not in known]:
            raise UsageError(
                f"There is no mode {unknown[0]!r}.",
                f"The modes are: {', '.join([*known, *_ALIASES])}.",
            )
        found += names
    if not found:
        raise UsageError("No mode is named.", f"Name some, e.g. {DEFAULT}.")
    return tuple(dict.fromkeys(found))


def modes_of(name: str, styles: Sequence[str], best_style: str) -> tuple[Mode, ...]:
    """What a name means for a model that is asked with these styles of prompt."""
    if name == "greedy":
        return tuple(greedy(style) for style in styles)
    if name == "best12":
        return (best_of(best_style),)
    if name in PEERS:
        return (Mode(name, "peer"),)
    left_out = name.partition("-")[2]
    return (Mode(name, "agent", without=next((part for part in PARTS if part == left_out), None)),)
