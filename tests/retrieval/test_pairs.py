"""Pairs of skills that are near each other, without comparing all with all in Python."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from apprentice.memory.schema import SkillRecord
from apprentice.memory.store import MemoryStore
from apprentice.retrieval import Finder
from apprentice.retrieval.pairs import near_rows, near_words
from tests.retrieval.hashing import HashingEmbedder


def test_the_nearest_rows_are_found_across_blocks() -> None:
    """Each pair once, none with itself."""
    random = np.random.default_rng(0)
    matrix = random.normal(size=(1300, 64)).astype(np.float32)
    matrix[1200] = matrix[3] + 0.01
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    pairs = near_rows(matrix, 2, 0.9)
    assert [pair[:2] for pair in pairs] == [(3, 1200)]
    assert near_rows(matrix[:1], 3) == []
    assert near_rows(np.zeros((0, 0), np.float32), 3) == []
    assert len(near_rows(matrix[:2], 3, -1.0)) == 1


def test_rare_words_make_a_pair() -> None:
    """Common ones don't."""
    terms = {f"skill{number}": ["text", "number", f"word{number}"] for number in range(100)}
    terms |= {"one": ["roman", "numeral", "text"], "two": ["numeral", "roman", "number"]}
    assert list(near_words(terms, 3)) == [("one", "two")]


def test_pairs_of_a_memory_leave_out_what_is_failed_or_retired(tmp_path: Path) -> None:
    """By vectors and by words; one that is no longer there is in no pair."""
    memory = MemoryStore(tmp_path / "memory.json")
    for name, fields in {"a": {}, "b": {}, "c": {"status": "failed"}, "d": {"retired": "b"}, "e": {}}.items():
        values = {"name": name, "status": "working", "description": "Reverse a text", **fields}
        memory.put_skill(SkillRecord.model_validate(values))
    for embedder in (HashingEmbedder(), None):
        finder = Finder(memory, tmp_path / "index.sqlite", embedder)
        pairs = finder.near_pairs()
        assert {(pair.first, pair.second) for pair in pairs} == {("a", "b"), ("a", "e"), ("b", "e")}
        assert all(pair.words > 0.5 and (pair.cosine is None) is (embedder is None) for pair in pairs)
        memory.delete_skill("e")
        assert [(pair.first, pair.second) for pair in finder.near_pairs()] == [("a", "b")]
        memory.put_skill(SkillRecord(name="e", status="working", description="Reverse a text"))
        finder.close()


def test_ten_thousand_vectors_are_compared_in_bounded_time() -> None:
    """In blocks, by the matrix."""
    random = np.random.default_rng(0)
    matrix = random.normal(size=(10_000, 64)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    started = time.process_time()
    near_rows(matrix, 3)
    near_words({f"s{n}": [f"w{n % 900}", f"v{n % 700}", f"u{n % 300}", "all"] for n in range(10_000)}, 3)
    assert time.process_time() - started < 60
