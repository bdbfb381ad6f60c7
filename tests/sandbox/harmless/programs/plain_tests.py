# A test file of plain functions and a plain class: asserts, coroutines, threads and files.
# outside: differs
# passes: test_word_count, test_empty, test_awaited, test_in_threads, test_file, TestMore::test_case
import asyncio


def word_count(text):
    counts = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    return counts


async def later(value):
    await asyncio.sleep(0.001)
    return value
# --- tests ---
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from plain_tests import later, word_count


def test_word_count():
    assert word_count("a b A") == {"a": 2, "b": 1}


def test_empty():
    assert word_count("") == {}
    assert not word_count("  ")


async def test_awaited():
    assert await later(3) == 3


def test_in_threads():
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(word_count, ["x", "y"])) == [{"x": 1}, {"y": 1}]


def test_file():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text"
        path.write_text("one two two", encoding="utf-8")
        assert word_count(path.read_text(encoding="utf-8"))["two"] == 2


class TestMore:
    def test_case(self):
        assert word_count("Ä ä") == {"ä": 2}
