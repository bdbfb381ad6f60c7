"""What a library of 10,000 skills with five phrases each costs: to open it, to search it, to add one."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from apprentice.memory import MemoryStore, SkillRecord
from apprentice.models.embeddings import Embedder, Vectors
from apprentice.models.minilm import DIMENSIONS, NAME, MiniLm, find_weights
from apprentice.retrieval import Finder

SKILLS: Final = 10_000

_VERBS: Final = (
    "convert count sort merge split parse format validate reverse sum filter group round encode decode extract compare "
    "normalise replace rotate scale sample rank shift pad wrap trim hash index label"
).split()
_THINGS: Final = (
    "lines words dates prices angles colours tokens emails files folders rows columns matrices vectors intervals "
    "currencies temperatures distances weights volumes scores hands cards boards graphs trees paths nodes edges keys "
    "records fields invoices taxes loans genes strands molecules atoms notes chords beats logs requests sessions"
).split()
_WAYS: Final = (
    "by length|in reverse|per month|without duplicates|within a range|by category|ignoring case|with a limit|from text|"
    "as a table|by weight|per customer|for each day|between two bounds|to metric units|from a file|by frequency|in pairs"
).split("|")

_OPEN: Final = """
import json, sys, time
begin = time.perf_counter()
from pathlib import Path
from apprentice.memory import MemoryStore
from apprentice.retrieval import Finder
imported = time.perf_counter()
class Known:
    name, dimensions = sys.argv[2], 384
    def embed(self, texts):
        import numpy as np
        return np.ones((len(texts), 384), np.float32) / 19.6
folder = Path(sys.argv[1])
finder = Finder(MemoryStore(folder / "memory.json"), folder / "index.sqlite", Known())
finder.refresh()
opened = time.perf_counter()
assert finder.search("sort the invoices by weight")
print(json.dumps([imported - begin, opened - imported, time.perf_counter() - opened]))
"""


class _Synthetic:
    """Vectors made of the text's digest, for the 10,000: computing real ones would take minutes."""

    name = NAME
    dimensions = DIMENSIONS

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.stack(
            [np.random.default_rng(abs(hash(text))).standard_normal(DIMENSIONS) for text in texts]
        ).astype(np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def synthetic_skill(number: int) -> SkillRecord:
    """One of the skills; each number another one."""
    chance = random.Random(number)
    verb, thing, way = chance.choice(_VERBS), chance.choice(_THINGS), chance.choice(_WAYS)
    name = f"{verb}_{thing}_{number}"
    return SkillRecord(
        name=name,
        status="working",
        goal=f"Write a function that can {verb} {thing} {way}, variant {number}",
        function=name,
        signature=f"{name}({thing}: list[str], limit: int = {number % 50}) -> list[str]",
        description=f"{verb.capitalize()} {thing} {way}, keeping at most {number % 50} of them.",
        examples=[f"{name}(['a', 'b'], {number % 9}) == ['b']", f"{name}([]) == []"],
        tests={"total": 5, "passed": 5, "names": [f"test_{number}_{n}" for n in range(5)]},
        model="qwen3-coder",
        isolation="namespaces",
        usage={"prompt_tokens": 1234, "completion_tokens": 345},
        asked_as=[
            f"I want my {thing} to {verb} {way}, {number}",
            f"can you {verb} {number} {thing} for me {way}",
            f"{verb}ing of {thing} {way} up to {number}",
            f"how do I {verb} the {thing} {way} number {number}",
            f"give me {thing} that are {verb}ed {way}, {number} of them",
        ],
        answers=[f"{verb} my {thing} {way} please, {{limit}} at most"] if number % 10 == 0 else [],
    )


def measure_library(skills: int = SKILLS, times: int = 15) -> dict[str, float]:
    """Medians in milliseconds by what was done."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        memory = MemoryStore(folder / "memory.json")
        with memory.update() as changes:
            # Beside `put_skill`, which looks for a skill of the same name, this is what takes long.
            for number in range(skills):
                changes.put_skill(synthetic_skill(number))
        finder = Finder(memory, folder / "index.sqlite", _Synthetic())
        begin = time.perf_counter()
        finder.refresh(embed_seconds=None)
        figures["index made anew, without computing vectors"] = (time.perf_counter() - begin) * 1000
        finder.close()

        opened = [_open(folder) for _ in range(5)]
        figures["open: memory and index read"] = statistics.median(row[1] for row in opened) * 1000
        figures["open: Python's imports before that"] = statistics.median(row[0] for row in opened) * 1000
        figures["open: first search after it"] = statistics.median(row[2] for row in opened) * 1000

        model = MiniLm() if find_weights() is not None else None
        for label, embedder in (("without", _Synthetic()), ("with", model)):
            if embedder is not None:
                first = skills + times * (label == "with")
                figures |= _measure_use(memory, folder, embedder, label, first, times)
        begin = time.perf_counter()
        memory.put_skill(synthetic_skill(skills + 10 * times))
        figures["add one: memory.json alone"] = (time.perf_counter() - begin) * 1000
        figures["size of memory.json, MB"] = (folder / "memory.json").stat().st_size / 1e6
        figures["size of the index, MB"] = (folder / "index.sqlite").stat().st_size / 1e6
    return figures


def _measure_use(
    memory: MemoryStore, folder: Path, embedder: Embedder, label: str, first: int, times: int
) -> dict[str, float]:
    """Searches, and additions from number `first` on, in milliseconds."""
    finder = Finder(memory, folder / "index.sqlite", embedder)
    finder.search("warm up")
    searches = sorted(_seconds(lambda: finder.search(_request(turn))) for turn in range(3 * times))  # noqa: B023
    added, after = [], []
    for turn in range(times):
        added.append(_seconds(lambda: _add(memory, finder, first + turn)))  # noqa: B023
        after.append(_seconds(lambda: finder.search(_request(turn))))  # noqa: B023
    finder.close()
    return {
        f"search p50, {label} MiniLM's vector of the request": 1000 * statistics.median(searches),
        f"search p95, {label} MiniLM's vector of the request": 1000 * searches[int(len(searches) * 0.95)],
        f"add one to memory and index, {label} MiniLM": 1000 * statistics.median(added),
        f"search right after it, {label} MiniLM's vectors of it": 1000 * statistics.median(after),
    }


def _open(folder: Path) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", _OPEN, str(folder), NAME], capture_output=True, text=True, check=True
    )
    rows: list[float] = json.loads(done.stdout)
    return rows


def _request(turn: int) -> str:
    chance = random.Random(-1 - turn)
    return (
        f"Please {chance.choice(_VERBS)} the {chance.choice(_THINGS)} {chance.choice(_WAYS)}, {turn} at most"
    )


def _add(memory: MemoryStore, finder: Finder, number: int) -> None:
    """The vectors of a new skill are made by the next search, which waits for them."""
    memory.put_skill(synthetic_skill(number))
    finder.refresh(embed_seconds=0)


def _seconds(step: Any) -> float:
    begin = time.perf_counter()
    step()
    return time.perf_counter() - begin


def report() -> str:
    """The table."""
    rows = [
        f"| {what} | {value:.1f} {'MB' if what.endswith('MB') else 'ms'} |"
        for what, value in measure_library().items()
    ]
    return "\n".join([f"| a library of {SKILLS:,} skills | median |", "|---|---|", *rows])
