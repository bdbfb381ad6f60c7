"""The index is what memory says, whatever happened in between; where it can't be kept, search still works."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apprentice.memory import MemoryStore, SkillRecord
from apprentice.memory.store import SkillEntries
from apprentice.retrieval import Finder, SkillIndex
from tests.forked import run_script
from tests.retrieval.hashing import HashingEmbedder

ROOT = Path(__file__).resolve().parents[2]


def record(name: str, description: str = "Does something.", **fields: Any) -> SkillRecord:
    given = {"status": "working", "signature": f"{name}(text: str) -> str", **fields}
    return SkillRecord(name=name, description=description, **given)


def contents(path: Path) -> dict[str, Any]:
    """All that the file says, with names in place of numbers."""
    connection = sqlite3.connect(path)
    names = dict(connection.execute("SELECT id, name FROM skills"))

    def rows(query: str) -> list[tuple[Any, ...]]:
        return sorted((names[id_], *rest) for id_, *rest in connection.execute(query))

    found = {
        "skills": rows("SELECT id, digest, views FROM skills"),
        "templates": rows("SELECT skill, template FROM templates"),
        "words": rows("SELECT rowid, * FROM words"),
        "vectors": sorted(connection.execute("SELECT embedder, name, views, vectors FROM packs")),
    }
    connection.close()
    return found


def assert_is_truth(path: Path, memory: MemoryStore, embedder: HashingEmbedder) -> None:
    """The index at `path` says what one made anew would say."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = SkillIndex(Path(folder) / "fresh.sqlite", embedder)
        fresh.sync(memory.skill_entries, embed_seconds=None)
        assert contents(path) == contents(Path(folder) / "fresh.sqlite")
        fresh.close()


names = st.sampled_from(["reverse_text", "count_words", "zähle_wörter", "add_days"])
steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("put"), names, st.sampled_from(["Reverse it.", "Count words.", "Etwas anderes, 你好。"])
        ),
        st.tuples(st.just("delete"), names, st.just("")),
        st.tuples(st.just("fail"), names, st.just("")),
        st.tuples(st.just("retire"), names, st.just("")),
        st.tuples(st.just("answer"), names, st.sampled_from(["Reverse {text}", "What is {x}?"])),
        st.tuples(st.just("sync"), st.just(""), st.just("")),
        st.tuples(st.just("reopen"), st.just(""), st.just("")),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(steps)
def test_after_any_changes_the_index_equals_memory(done: list[tuple[str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.sqlite"
        memory = MemoryStore(Path(folder) / "memory.json")
        embedder = HashingEmbedder()
        index = SkillIndex(path, embedder)
        for what, name, text in done:
            kept = memory.skill(name) if name else None
            match what:
                case "put":
                    memory.put_skill(record(name, text))
                case "delete":
                    memory.delete_skill(name)
                case "fail" if kept:
                    memory.put_skill(kept.model_copy(update={"status": "failed"}))
                case "retire" if kept:
                    memory.put_skill(kept.model_copy(update={"retired": "replaced"}))
                case "answer" if kept:
                    memory.put_skill(kept.model_copy(update={"answers": [*kept.answers, text]}))
                case "sync":
                    index.sync(memory.skill_entries, embed_seconds=None)
                case "reopen":
                    index.close()
                    index = SkillIndex(path, embedder)
        index.sync(memory.skill_entries, embed_seconds=None)
        assert set(index.digests()) == {skill.name for skill in memory.skills()}
        proposed = {s.name for s in memory.skills() if s.status != "failed" and not s.retired}
        found = index.rankings("reverse count words anything", 50)
        assert {name for name, _ in found.meaning} == proposed
        index.close()
        assert_is_truth(path, memory, embedder)


def test_only_what_changed_is_embedded_again(tmp_path: Path) -> None:
    memory = MemoryStore(tmp_path / "memory.json")
    for number in range(20):
        memory.put_skill(record(f"skill_{number}", f"Do thing {number}."))
    embedder = HashingEmbedder()
    index = SkillIndex(tmp_path / "index.sqlite", embedder)
    index.sync(memory.skill_entries)
    assert embedder.texts == 20
    memory.put_skill(record("skill_3", "Do something else."))
    memory.put_skill(record("skill_4", "Do thing 4.", version=2))
    index.sync(memory.skill_entries)
    assert embedder.texts == 21, "a record that says the same to a reader keeps its vectors"
    index.close()
    again = SkillIndex(tmp_path / "index.sqlite", embedder)
    again.sync(memory.skill_entries)
    assert embedder.texts == 21, "a new process takes what is stored"
    assert len(again.rankings("thing", 50).meaning) == 20


def test_a_skill_that_changes_keeps_the_vectors_of_what_it_still_says(tmp_path: Path) -> None:
    memory = MemoryStore(tmp_path / "memory.json")
    memory.put_skill(record("tip", "Compute a tip.", asked_as=["what to leave the waiter", "how much tip"]))
    embedder = HashingEmbedder()
    index = SkillIndex(tmp_path / "index.sqlite", embedder)
    index.sync(memory.skill_entries)
    assert embedder.texts == 3
    memory.put_skill(memory.skills()[0].model_copy(update={"answers": ["Tip for {bill} please"]}))
    index.sync(memory.skill_entries)
    assert embedder.texts == 4


def test_vectors_may_wait_for_the_next_search_which_has_them(tmp_path: Path) -> None:
    memory = MemoryStore(tmp_path / "memory.json")
    embedder = HashingEmbedder()
    finder = Finder(memory, tmp_path / "index.sqlite", embedder)
    memory.put_skill(record("tip", "Compute a tip.", asked_as=["what to leave the waiter"]))
    finder.refresh(embed_seconds=0)
    assert embedder.texts == 0
    (match,) = finder.search("what to leave the waiter")
    assert match.cosine is not None
    assert match.cosine > 0.99


def test_another_embedding_model_gets_vectors_of_its_own(tmp_path: Path) -> None:
    memory = MemoryStore(tmp_path / "memory.json")
    memory.put_skill(record("reverse_text", "Reverse a text."))
    path = tmp_path / "index.sqlite"
    for name in ("one", "other"):
        embedder = HashingEmbedder(name)
        index = SkillIndex(path, embedder)
        index.sync(memory.skill_entries)
        assert index.rankings("Reverse text: Reverse a text.").meaning[0][1] > 0.7
        assert embedder.texts == 2
        index.close()
    assert {row[0] for row in contents(path)["vectors"]} == {"one", "other"}


def test_a_model_that_fails_is_told_once_and_words_still_find(tmp_path: Path) -> None:
    memory = MemoryStore(tmp_path / "memory.json")
    memory.put_skill(record("reverse_text", "Reverse a text."))
    embedder, told = HashingEmbedder(), []
    embedder.broken = True
    index = SkillIndex(tmp_path / "index.sqlite", embedder, told.append)
    for _ in range(3):
        index.sync(memory.skill_entries)
        found = index.rankings("reverse the text")
        assert (list(found.words), list(found.meaning), found.embedder) == (["reverse_text"], [], "")
    assert len(told) == 1
    assert "words alone" in told[0]
    embedder.broken = False
    index.sync(memory.skill_entries)
    assert index.rankings("reverse the text").meaning


@pytest.mark.parametrize("damage", ["garbage", "cut", "other_form", "other_tables", "gone"])
def test_a_damaged_or_older_or_deleted_file_is_made_anew_in_silence(tmp_path: Path, damage: str) -> None:
    memory = MemoryStore(tmp_path / "memory.json")
    for number in range(50):
        memory.put_skill(record(f"skill_{number}", f"Reverse text number {number}."))
    path, told = tmp_path / "index.sqlite", list[str]()
    embedder = HashingEmbedder()
    index = SkillIndex(path, embedder, told.append)
    index.sync(memory.skill_entries)
    open_one = damage == "gone"
    if not open_one:
        index.close()
    if damage == "garbage":
        path.write_bytes(os.urandom(40_000))
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif damage == "gone":
        for left in tmp_path.glob("index.sqlite*"):
            left.unlink()
    else:
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version = 999" if damage == "other_form" else "DROP TABLE packs")
        connection.commit()
        connection.close()
    index = index if open_one else SkillIndex(path, embedder, told.append)
    index.sync(memory.skill_entries)
    assert "skill_7" in index.rankings("reverse text number 7").words
    index.close()
    assert told == []
    assert_is_truth(path, memory, embedder)


def test_where_the_file_cannot_be_written_search_works_in_memory_with_one_line(tmp_path: Path) -> None:
    memory = MemoryStore(tmp_path / "memory.json")
    memory.put_skill(record("reverse_text", "Reverse a text."))
    (tmp_path / "file").write_text("no folder")
    told: list[str] = []
    index = SkillIndex(tmp_path / "file" / "index.sqlite", HashingEmbedder(), told.append)
    for _ in range(2):
        index.sync(memory.skill_entries)
        assert index.rankings("reverse the text").words == ["reverse_text"]
    memory.put_skill(record("count_words", "Count the words."))
    index.sync(memory.skill_entries)
    assert index.rankings("count words").words == ["count_words"]
    assert len(told) == 1
    assert "searched in memory" in told[0]


FULL = """
import resource, signal, sys
from pathlib import Path
from apprentice.memory import MemoryStore
from apprentice.retrieval import SkillIndex
from tests.retrieval.hashing import HashingEmbedder
memory = MemoryStore(Path(sys.argv[1]) / "memory.json")
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
index = SkillIndex(Path(sys.argv[1]) / "index.sqlite", HashingEmbedder(), print)
index.sync(memory.skill_entries)
assert "skill_7" in index.rankings("reverse text number 7").words
print("found")
"""


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files")
def test_on_a_full_disk_search_works_in_memory_with_one_line(tmp_path: Path) -> None:
    """A limit on the size of files stands for the full disk."""
    memory = MemoryStore(tmp_path / "memory.json")
    with memory.update() as changes:
        for number in range(100):
            changes.put_skill(record(f"skill_{number}", f"Reverse text number {number}. " * 20))
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    lines = done.stdout.splitlines()
    assert lines[-1:] == ["found"], done.stderr
    assert len(lines) == 2
    assert "searched in memory" in lines[0]


KILLED = """
import sys
from pathlib import Path
from apprentice.memory import MemoryStore
from apprentice.retrieval import SkillIndex
from tests.retrieval.hashing import HashingEmbedder
memory = MemoryStore(Path(sys.argv[1]) / "memory.json")
SkillIndex(Path(sys.argv[1]) / "index.sqlite", HashingEmbedder()).sync(memory.skill_entries)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process with a signal")
@pytest.mark.parametrize("fresh", [True, False])
@pytest.mark.parametrize(
    "point", ["index.created", "index.before_commit", "index.after_commit", "index.vectors_kept"]
)
def test_killed_at_each_write_the_next_sync_makes_it_equal_memory(
    tmp_path: Path, point: str, fresh: bool
) -> None:
    memory = MemoryStore(tmp_path / "memory.json")
    memory.put_skill(record("old", "Reverse a text."))
    memory.put_skill(record("gone", "Count the words."))
    path, embedder = tmp_path / "index.sqlite", HashingEmbedder()
    if not fresh:
        index = SkillIndex(path, embedder)
        index.sync(memory.skill_entries)
        index.close()
    memory.put_skill(record("old", "Reverse the words."))
    memory.put_skill(record("new", "Add days."))
    memory.delete_skill("gone")
    done = run_script(KILLED, tmp_path, AGENT_CRASH_AT=point)
    assert done.returncode == (0 if point == "index.created" and not fresh else -9), done.stderr
    told: list[str] = []
    index = SkillIndex(path, embedder, told.append)
    index.sync(memory.skill_entries)
    assert sorted(index.digests()) == ["new", "old"]
    index.close()
    assert told == []
    assert_is_truth(path, memory, embedder)


BUSY = """
import sys
from pathlib import Path
from apprentice.memory import MemoryStore, SkillRecord
from apprentice.memory.store import SkillEntries
from apprentice.retrieval import Finder
from tests.retrieval.hashing import HashingEmbedder
folder, own = Path(sys.argv[1]), sys.argv[2]
memory = MemoryStore(folder / "memory.json", lock_timeout=60)
finder = Finder(memory, folder / "index.sqlite", HashingEmbedder(), print)
for number in range(25):
    name = f"{own}_{number}"
    memory.put_skill(SkillRecord(name=name, status="working", description=f"Handle {own} case {number}."))
    if number % 5 == 4:
        memory.delete_skill(f"{own}_{number - 2}")
    assert name in [match.record.name for match in finder.search(f"Handle {own} case {number}", limit=50)], name
"""


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[tuple[MemoryStore, SkillIndex, SkillIndex]]:
    """A memory with one skill, and the index of it as two processes have it open."""
    memory = MemoryStore(tmp_path / "memory.json")
    memory.put_skill(record("old", "Reverse a text."))
    one, other = (SkillIndex(tmp_path / "index.sqlite", HashingEmbedder()) for _ in range(2))
    one.sync(memory.skill_entries)
    other.sync(memory.skill_entries)
    yield memory, one, other
    one.close()
    other.close()


def test_who_read_memory_before_others_wrote_takes_nothing_out(
    shared: tuple[MemoryStore, SkillIndex, SkillIndex],
) -> None:
    memory, one, other = shared
    memory.put_skill(record("mine", "Add days."))
    readings = [memory.skill_entries()]

    def slow_reading() -> SkillEntries:
        if not readings:
            return memory.skill_entries()
        memory.put_skill(record("theirs", "Count the words."))
        other.sync(memory.skill_entries)
        return readings.pop()

    one.sync(slow_reading)
    found = other.rankings("Count the words.")
    assert "theirs" in dict(found.meaning)
    assert found.words[0] == "theirs"
    assert set(one.digests()) == {"old", "mine", "theirs"}


def test_what_another_process_writes_after_the_sync_is_still_found(
    shared: tuple[MemoryStore, SkillIndex, SkillIndex],
) -> None:
    memory, one, other = shared
    memory.put_skill(record("old", "Reverse a text.", answers=["Turn {text} round"]))
    other.sync(memory.skill_entries, embed_seconds=None)
    found = one.rankings("Reverse a text.")
    assert ([name for name, _ in found.meaning], list(found.words)) == (["old"], ["old"])
    assert list(one.rankings("Turn {text} round").same) == ["old"]


def test_two_processes_and_this_one_keep_one_index_together(tmp_path: Path) -> None:
    memory = MemoryStore(tmp_path / "memory.json", lock_timeout=60)
    embedder, told = HashingEmbedder(), list[str]()
    index = SkillIndex(tmp_path / "index.sqlite", embedder, told.append)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", BUSY, str(tmp_path), own],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for own in ("one", "two")
    ]
    while any(process.poll() is None for process in started):
        index.sync(memory.skill_entries)
        index.rankings("Handle one case 3")
    for process in started:
        output, errors = process.communicate()
        assert (process.returncode, output) == (0, ""), errors
    index.sync(memory.skill_entries, embed_seconds=None)
    assert set(index.digests()) == {skill.name for skill in memory.skills()}
    assert len(index.rankings("Handle one case 3", 100).meaning) == 40
    index.close()
    assert told == []
    assert_is_truth(tmp_path / "index.sqlite", memory, embedder)
