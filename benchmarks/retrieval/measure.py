"""Recall and wrong reuse of the finder on the set of this folder, by split and with what is searched."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from apprentice.errors import ModelMissing
from apprentice.memory import MemoryStore, SkillRecord
from apprentice.models.embeddings import Embedder
from apprentice.models.minilm import MiniLm
from apprentice.retrieval import Decision, Finder, Match

FOLDER: Final = Path(__file__).parent
SPLITS: Final = ("tune", "test")


@dataclass(frozen=True, slots=True)
class Request:
    """A request, the skill that is right for it (None: there is none), and its split."""

    text: str
    skill: str | None
    split: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the finder made of a request."""

    request: Request
    matches: Sequence[Match]
    decision: Decision

    @property
    def place(self) -> int:
        """Place of the right skill, from 1; 0 if it wasn't found or there is none."""
        names = [match.record.name for match in self.matches]
        return names.index(self.request.skill) + 1 if self.request.skill in names else 0

    @property
    def reuses_wrongly(self) -> bool:
        """Whether it is sure of a skill that isn't the right one."""
        decision = self.decision
        chosen = decision.match.record.name if decision.match is not None else None
        return decision.sure and decision.kind == "EXISTS_AND_GENERIC" and chosen != self.request.skill

    @property
    def says_none(self) -> bool:
        """Whether it is sure that no skill does this."""
        return self.decision.sure and self.decision.kind == "NOT_EXISTS"

    @property
    def surely_right(self) -> bool:
        """Whether it is sure of the right skill, or rightly of none."""
        if self.says_none:
            return self.request.skill is None
        match = self.decision.match
        return self.decision.sure and match is not None and match.record.name == self.request.skill


def load_skills(*, phrases: bool = True) -> list[SkillRecord]:
    """The 200 skills, with or without the phrases to ask for them."""
    lines = (FOLDER / "skills.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        SkillRecord(
            name=row["name"],
            status="working",
            signature=row["signature"],
            description=row["description"],
            examples=row["examples"],
            asked_as=row["asked_as"] if phrases else [],
        )
        for row in map(json.loads, lines)
    ]


def load_requests() -> list[Request]:
    """The 400 requests."""
    lines = (FOLDER / "requests.jsonl").read_text(encoding="utf-8").splitlines()
    return [Request(row["request"], row["skill"], row["split"]) for row in map(json.loads, lines)]


def measure(
    embedder: Embedder | None, requests: Sequence[Request] | None = None, *, phrases: bool = True
) -> list[Outcome]:
    """Search and decide for each request, in a library of the 200 skills."""
    with tempfile.TemporaryDirectory() as folder:
        memory = MemoryStore(Path(folder) / "memory.json")
        with memory.update() as changes:
            for record in load_skills(phrases=phrases):
                changes.put_skill(record)
        finder = Finder(memory, Path(folder) / "index.sqlite", embedder)
        finder.refresh(embed_seconds=None)
        outcomes = []
        for request in requests or load_requests():
            matches = finder.search(request.text)
            outcomes.append(Outcome(request, matches, finder.decide(request.text, matches)))
        finder.close()
        return outcomes


def recall(outcomes: Sequence[Outcome], at: int) -> float:
    """The share of the requests with a skill that find it among the first `at`."""
    asked = [outcome for outcome in outcomes if outcome.request.skill is not None]
    return sum(0 < outcome.place <= at for outcome in asked) / len(asked)


def wrong_reuse(outcomes: Sequence[Outcome]) -> float:
    """The share of all requests that would be answered by a wrong skill without asking."""
    return sum(outcome.reuses_wrongly for outcome in outcomes) / len(outcomes)


def report() -> str:
    """Two tables, for MiniLM and words and for words alone, with and without phrases: what is found, what is decided."""
    found = ["| searched by | phrases | split | recall@1 | recall@5 |", "|---|---|---|---|---|"]
    decided = [
        "| searched by | phrases | split | wrong reuse, of all | with a skill: surely reused, rightly | wrongly "
        "| surely none | not sure | without a skill: surely reused | surely none | not sure |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    embedders: list[tuple[str, Embedder | None]] = [("words alone", None)]
    missing = ""
    try:
        model = MiniLm()
        embedders.insert(0, (f"{model.name} and words", model))
    except ModelMissing as error:
        missing = f"{error}\n\n"
    for name, embedder in embedders:
        for phrases in (True, False):
            outcomes = measure(embedder, phrases=phrases)
            for split in SPLITS:
                chosen = [one for one in outcomes if one.request.split == split]
                title = f"| {name} | {'with' if phrases else 'without'} | {split} "
                found.append(f"{title}| {recall(chosen, 1):.3f} | {recall(chosen, 5):.3f} |")
                decided.append(f"{title}| {wrong_reuse(chosen):.2%} | {_decisions(chosen)} |")
    return missing + "\n".join([*found, "", *decided])


def _decisions(outcomes: Sequence[Outcome]) -> str:
    asked = [one for one in outcomes if one.request.skill is not None]
    others = [one for one in outcomes if one.request.skill is None]
    counts = [
        sum(one.surely_right for one in asked),
        sum(one.reuses_wrongly for one in asked),
        sum(one.says_none for one in asked),
        sum(not one.decision.sure for one in asked),
        sum(one.reuses_wrongly for one in others),
        sum(one.says_none for one in others),
        sum(not one.decision.sure for one in others),
    ]
    return " | ".join(map(str, counts))
