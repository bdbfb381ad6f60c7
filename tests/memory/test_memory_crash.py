"""Processes that write at once, are killed, or run out of disk: the file is always whole, and nothing told is lost."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from apprentice.memory import FailureRecord, MemoryStore, SkillRecord
from tests.forked import run_script

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills processes with signals")

ROOT = Path(__file__).resolve().parents[2]

PRELUDE = """
import sys
from pathlib import Path
from apprentice.memory import FailureRecord, MemoryStore, SkillRecord
store = MemoryStore(Path(sys.argv[1]), lock_timeout=60)
"""

#: Adds failures until it is told to stop, and says so of each only after it is written.
ADD = (
    PRELUDE
    + """
name, count = sys.argv[2], int(sys.argv[3])
for number in range(count):
    store.add_failure(FailureRecord(id=f"{name}-{number}", skill=name, error="größer " * 20))
    print(f"{name}-{number}", flush=True)
"""
)

#: Forgets one skill and adds another, in one write.
SWAP = (
    PRELUDE
    + """
with store.update() as changes:
    changes.delete_skill("old")
    changes.put_skill(SkillRecord(name="new", status="working"))
print("written", flush=True)
"""
)


def start(script: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_processes_write_two_hundred_times_each_and_all_is_there(tmp_path: Path) -> None:
    path = tmp_path / "memory.json"
    processes = [start(ADD, path, name, 200) for name in ("one", "two")]
    for process in processes:
        _, errors = process.communicate(timeout=100)
        assert process.returncode == 0, errors
    failures = MemoryStore(path).failures()
    assert {failure.id for failure in failures} == {
        f"{name}-{number}" for name in ("one", "two") for number in range(200)
    }
    assert len(failures) == 400
    # In each process's order.
    assert [f.id for f in failures if f.skill == "one"] == [f"one-{number}" for number in range(200)]


@pytest.mark.parametrize(
    ("point", "expected"), [("memory.before_rename", "old"), ("memory.after_rename", "new")]
)
def test_killed_around_the_rename_the_file_is_the_old_or_the_new_one(
    tmp_path: Path, point: str, expected: str
) -> None:
    path = tmp_path / "memory.json"
    for _ in range(3):
        store = MemoryStore(path)
        with store.update() as changes:
            changes.delete_skill("new")
            changes.put_skill(SkillRecord(name="old", status="working"))
        ended = run_script(SWAP, path, AGENT_CRASH_AT=point)
        assert ended.returncode == -signal.SIGKILL
        assert ended.stdout == ""
        assert [skill["name"] for skill in json.loads(path.read_text())["skills"]] == [expected]
        # The next run does the same again, without doubling it, and clears up.
        ended = run_script(SWAP, path)
        assert ended.stdout == "written\n", ended.stderr
        after = MemoryStore(path)
        assert [skill.name for skill in after.skills()] == ["new"]
        assert after.notices == []
        assert sorted(entry.name for entry in tmp_path.iterdir()) == ["memory.json", "memory.json.lock"]


def test_killed_at_any_moment_the_file_is_whole_and_holds_all_that_was_told(tmp_path: Path) -> None:
    path = tmp_path / "memory.json"
    chance = random.Random(7)
    told: set[str] = set()
    with MemoryStore(path).update() as changes:
        for number in range(300):
            changes.add_failure(FailureRecord(id=f"start-{number}", skill="s", error="e" * 500))
            told.add(f"start-{number}")
    for turn in range(10):
        process = start(ADD, path, f"turn{turn}", 100_000)
        assert process.stdout is not None
        told.add(process.stdout.readline().strip())
        time.sleep(chance.uniform(0, 0.08))
        process.send_signal(signal.SIGKILL)
        # Not by `communicate`, which would pass over what the first line's reading has taken along.
        lines = process.stdout.read()
        process.wait(60)
        told.update(line for line in lines.split("\n")[:-1] if line)
        present = [failure["id"] for failure in json.loads(path.read_text())["failures"]]
        assert len(present) == len(set(present))
        assert told <= set(present)
        # At most the one write that was not told yet.
        assert len(present) <= len(told) + turn + 1
    store = MemoryStore(path)
    assert len(store.failures()) >= len(told)
    assert store.notices == []


def test_when_the_disk_is_full_it_says_so_and_the_old_file_stays(tmp_path: Path) -> None:
    """A limit on the size of files stands for the full disk: the write itself fails half way."""
    path = tmp_path / "memory.json"
    script = (
        PRELUDE
        + """
import resource
from apprentice.errors import WorkspaceError
store.put_skill(SkillRecord(name="old", status="working"))
before = store.path.read_bytes()
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, resource.RLIM_INFINITY))
written = 0
try:
    for number in range(100):
        store.add_failure(FailureRecord(id=str(number), skill="s", error="e" * 500))
        written += 1
except WorkspaceError as error:
    assert len(store.failures()) == written, "what failed must not seem kept"
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    store.add_failure(FailureRecord(id="later", skill="s", error="e"))
    print(f"{written}|{error}", flush=True)
"""
    )
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    output, errors = start(script, path).communicate(timeout=60)
    written, _, line = output.partition("|")
    assert 0 < int(written) < 100, errors
    assert "memory.json" in line
    assert line.count("\n") == 1
    store = MemoryStore(path)
    assert len(store.failures()) == int(written) + 1
    assert store.skill("old") is not None
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["memory.json", "memory.json.lock"]


#: What an ordinary user meets; run as one also where the tests run as root, who may do everything.
FORBIDDEN = (
    PRELUDE
    + """
import os
from apprentice.errors import WorkspaceError
path = store.path
os.chmod(path.parent, 0o555)
os.chmod(path, int(sys.argv[2], 8))
if os.geteuid() == 0:
    os.setuid(65534)
try:
    print([skill.name for skill in store.skills()])
    store.put_skill(SkillRecord(name="new", status="working"))
except WorkspaceError as error:
    print(error)
"""
)


@pytest.mark.parametrize(
    ("mode", "expected"), [("644", "['old']\n{path} can't be written"), ("0", "{path} can't be read")]
)
def test_what_may_not_be_written_or_read_is_one_line_and_stays_as_it_is(mode: str, expected: str) -> None:
    with tempfile.TemporaryDirectory() as folder:  # every user can reach it, unlike pytest's
        os.chmod(folder, 0o755)
        path = Path(folder) / "workspace" / "memory.json"
        MemoryStore(path).put_skill(SkillRecord(name="old", status="working"))
        before = path.read_bytes()
        os.unlink(f"{path}.lock")
        output, errors = start(FORBIDDEN, path, mode).communicate(timeout=60)
        path.parent.chmod(0o755)
        path.chmod(0o644)
        assert output.startswith(expected.format(path=path)), errors
        assert output.count("\n") == expected.count("\n") + 1
        assert path.read_bytes() == before
        assert list(path.parent.iterdir()) == [path]
