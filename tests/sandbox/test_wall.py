"""The wall as a whole: its verdicts, its server's life, and that nothing of a run or of the agent stays behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from apprentice.errors import SandboxError
from apprentice.sandbox import Grants, Limits, ProcessSandbox
from apprentice.sandbox.choose import choose
from apprentice.sandbox.fork_server import TURNS, ForkServer
from apprentice.sandbox.launched import LaunchedSandbox
from apprentice.sandbox.namespaces import Bubblewrap, find_bubblewrap
from apprentice.sandbox.probe import ESSENTIAL, FURTHER, probe
from apprentice.sandbox.process import ProcessLauncher
from apprentice.sandbox.wall import WallLauncher
from tests.sandbox.conftest import alive

Wall = LaunchedSandbox


@pytest.fixture(params=["wall", "wall, Landlock ABI 4", "wall and namespaces"])
def each_wall(request: pytest.FixtureRequest, scratch_root: Path) -> Iterator[Wall]:
    bubblewrap = None
    if request.param == "wall and namespaces":
        bubblewrap = working_bubblewrap(scratch_root)
    launcher = WallLauncher(
        scratch_root, bubblewrap=bubblewrap, max_abi=4 if request.param.endswith("4") else 99
    )
    kind = LaunchedSandbox(launcher, scratch_root, Limits(seconds=20))
    yield kind
    kind.close()


def working_bubblewrap(root: Path) -> Bubblewrap:
    """The system's bubblewrap, where it works."""
    bubblewrap = find_bubblewrap()
    if bubblewrap is None:
        pytest.skip("there is no bubblewrap here")
    command = [*bubblewrap.prefix(read=(), write=()), "/bin/true"]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("this system allows no user namespaces")
    return bubblewrap


# --- The choice


def test_every_attempt_to_get_out_is_held(each_wall: Wall) -> None:
    outcome = probe(each_wall)
    assert outcome.whole, outcome
    assert each_wall.isolation == "wall"
    assert "Landlock" in each_wall.description


def test_the_same_attempts_get_through_without_a_wall(scratch_root: Path) -> None:
    outcome = probe(ProcessSandbox(scratch_root, Limits()))
    assert set(outcome.through) == {*ESSENTIAL, *FURTHER}
    assert not outcome.usable


def test_this_machine_gets_a_wall(scratch_root: Path) -> None:
    choice = choose(scratch_root, Limits())
    with_text = " ".join(choice.tried)
    assert choice.sandbox.isolation == "wall"
    assert "held when tried" in with_text
    assert choice.sandbox.run_code("pass").isolation == "wall"
    choice.sandbox.close()


def test_without_any_sandbox_nothing_runs_unless_asked_for(scratch_root: Path) -> None:
    with pytest.raises(SandboxError, match="no sandbox holds") as caught:
        choose(scratch_root, Limits(), offered=())
    assert "--unsafe-no-sandbox" in caught.value.next_step
    assert choose(scratch_root, Limits(), offered=(), unsafe=True).sandbox.isolation == "process"


def test_a_sandbox_that_does_not_hold_is_not_taken(scratch_root: Path) -> None:
    pretender = ("pretender", lambda: ProcessLauncher((), "wall", "says that it is a wall"))
    with pytest.raises(SandboxError, match="does not hold: read a file outside"):
        choose(scratch_root, Limits(), offered=[pretender])


def test_a_landlock_that_cannot_hold_truncation_is_called_reduced(scratch_root: Path) -> None:
    kind = LaunchedSandbox(WallLauncher(scratch_root, max_abi=2), scratch_root, Limits())
    assert (kind.isolation, kind.run_code("pass").isolation) == ("reduced", "reduced")
    kind.close()


def test_without_landlock_nothing_runs(scratch_root: Path) -> None:
    kind = LaunchedSandbox(WallLauncher(scratch_root, max_abi=0), scratch_root, Limits())
    result = kind.run_code("print('ran')")
    assert "ran" not in result.stdout
    assert not result.ok
    kind.close()


# --- Verdicts


@pytest.mark.parametrize(
    ("code", "limits", "status"),
    [
        ("while True: pass", Limits(seconds=0.5), "timeout"),
        ("import threading\n[threading.Thread(target=lambda: [0 for _ in iter(int, 1)]).start() for _ in range(4)]",
         Limits(seconds=20, cpu_seconds=1), "cpu"),
        ("x = bytearray(1 << 30)", Limits(memory_mb=256), "memory"),
        ("x = ' ' * 100\nwhile True: x += x", Limits(memory_mb=256), "memory"),
        ("import threading, time\nfor _ in range(200): threading.Thread(target=time.sleep, args=(30,)).start()",
         Limits(processes=16), "processes"),
        ("x = [open(__file__) for _ in range(100)]", Limits(open_files=32), "files"),
        ("while True: print('x' * 10_000)", Limits(output_kb=16), "output"),
        ("open('big', 'wb').write(bytes(9 << 20))", Limits(file_mb=4), "disk"),
        ("import time\nfor n in range(99): open(f'{n}', 'wb').write(bytes(4 << 20))\ntime.sleep(20)",
         Limits(file_mb=4, scratch_mb=32), "disk"),
        ("import time\nx = []\nfor n in range(30):\n    f = open('same', 'wb')\n    f.write(bytes(4 << 20))\n    f.flush()\n"
         "    x.append(f)\n    import os\n    os.unlink('same')\ntime.sleep(20)", Limits(file_mb=4, scratch_mb=32), "disk"),
        ("import time\nfor n in range(5000): open(f'{n}', 'w').close()\ntime.sleep(20)", Limits(scratch_files=500), "disk"),
        ("import os\nos.kill(os.getpid(), 9)", Limits(), "killed"),
        ("import ctypes\nctypes.string_at(0)", Limits(), "killed"),
    ],
    ids=["time", "cpu", "memory", "growing", "threads", "open files", "output", "file size", "disk", "deleted files",
         "many files", "killed", "crash"],
)  # fmt: skip
def test_each_limit_has_its_verdict(wall: Wall, code: str, limits: Limits, status: str) -> None:
    result = wall.run_code(code, limits=limits)
    assert result.status == status, result
    assert result.message.endswith(".")
    assert result.seconds < 15


def test_a_second_fork_is_refused_and_the_run_goes_on(wall: Wall) -> None:
    result = wall.run_code("import os\ntry:\n    os.fork()\nexcept PermissionError as error: print(error)")
    assert result.ok
    assert "not permitted" in result.stdout


# --- What a grant opens


def test_a_granted_folder_is_open_and_its_neighbours_are_not(each_wall: Wall, tmp_path: Path) -> None:
    for name in ("given", "kept", "written"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    (tmp_path / "given" / "way out").symlink_to(tmp_path / "kept" / "file")
    code = "\n".join(
        [
            "import json",
            "seen = {}",
            "def attempt(name, action):",
            "    try: seen[name] = action()",
            "    except OSError: seen[name] = None",
            f"at = {str(tmp_path)!r}",
            "attempt('read', lambda: open(f'{at}/given/file').read())",
            "attempt('change', lambda: open(f'{at}/given/file', 'w'))",
            "attempt('neighbour', lambda: open(f'{at}/kept/file').read())",
            "attempt('up', lambda: open(f'{at}/given/../kept/file').read())",
            "attempt('link', lambda: open(f'{at}/given/way out').read())",
            "attempt('write', lambda: open(f'{at}/written/new', 'w').write('new'))",
            "print(json.dumps(seen))",
        ]
    )
    read, write = str(tmp_path / "given"), str(tmp_path / "written")
    granted = each_wall.run_code(code, grants=Grants(read=(read,), write=(write,)))
    denied = each_wall.run_code(code)
    held = dict.fromkeys(("change", "neighbour", "up", "link"))
    assert json.loads(granted.stdout) == {"read": "given", "write": 3, **held}
    assert json.loads(denied.stdout) == {"read": None, "write": None, **held}
    assert (tmp_path / "written" / "new").read_text() == "new"
    assert (tmp_path / "given" / "file").read_text() == "given"


def test_a_granted_package_can_be_imported_and_others_of_the_agent_cannot(
    each_wall: Wall, tmp_path: Path
) -> None:
    (tmp_path / "environment" / "gadget").mkdir(parents=True)
    (tmp_path / "environment" / "gadget" / "__init__.py").write_text("answer = 42\n")
    (tmp_path / "environment" / "json.py").write_text(
        "raise SystemExit('took the place of a standard module')\n"
    )
    grants = Grants(packages=(str(tmp_path / "environment"),))
    code = "import json, gadget\nprint(gadget.answer)"
    assert each_wall.run_code(code, grants=grants).stdout == "42\n"
    assert each_wall.run_code(code).error_type == "ModuleNotFoundError"
    assert each_wall.run_code("import pydantic", grants=grants).error_type == "ModuleNotFoundError"


# --- The server's life


def test_runs_at_the_same_time_do_not_mix(each_wall: Wall) -> None:
    results: dict[int, str] = {}

    def one(number: int) -> None:
        for _ in range(5):
            code = f"import os\nopen('mine', 'w').write('{number}')\nprint(open('mine').read(), os.listdir())"
            results[number] = each_wall.run_code(code).stdout

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: f"{number} ['mine']\n" for number in range(8)}


def test_one_run_cannot_see_the_folder_of_another(each_wall: Wall, scratch_root: Path) -> None:
    inside = threading.Thread(
        target=each_wall.run_code,
        args=("import time\nopen('secret', 'w').write('secret')\ntime.sleep(3)",),
        daemon=True,
    )
    inside.start()
    secret = str(Path("run-*", "work", "secret"))
    deadline = time.monotonic() + 10
    while not list(scratch_root.glob(secret)) and time.monotonic() < deadline:
        time.sleep(0.01)
    code = (
        f"import glob\nfound = glob.glob({str(scratch_root / '*' / 'work' / '*')!r})\n"
        f"print(found)\nprint(open({str(next(scratch_root.glob(secret)))!r}).read())"
    )
    result = each_wall.run_code(code)
    assert result.stdout == "[]\n"
    assert result.error_type == "PermissionError"
    inside.join()


def test_a_killed_server_comes_back_and_its_runs_are_tried_again(scratch_root: Path) -> None:
    launcher = WallLauncher(scratch_root)
    kind = LaunchedSandbox(launcher, scratch_root, Limits(seconds=20))
    assert kind.run_code("pass").ok
    server = launcher._server("plain")
    found: list[str] = []
    runner = threading.Thread(
        target=lambda: found.append(kind.run_code("import time\ntime.sleep(1)\nprint('whole')").stdout)
    )
    runner.start()
    time.sleep(0.3)
    os.kill(server.pid, signal.SIGKILL)
    runner.join(20)
    assert found == ["whole\n"]
    assert kind.run_code("print(1)").stdout == "1\n"
    kind.close()


def test_a_server_that_does_not_start_is_an_error_that_says_why(tmp_path: Path) -> None:
    program = tmp_path / "server.py"
    program.write_text("raise SystemExit('no sandbox today')")
    with pytest.raises(SandboxError, match="no sandbox today"):
        ForkServer(server=program).start()


def test_nothing_is_left_when_the_sandbox_is_closed(each_wall: Wall, scratch_root: Path) -> None:
    before = children()
    each_wall.run_code("pass")
    assert children() - before
    each_wall.close()
    assert list(scratch_root.iterdir()) == []
    assert children() <= before


def children() -> set[int]:
    """The child processes of this one."""
    return set(map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()))


def test_hashes_are_seeded_anew_after_renewal(wall: Wall) -> None:
    code = "print(hash('a'), hash('b'))"
    first = wall.run_code(code).stdout
    assert wall.run_code(code).stdout == first
    wall.renew()
    assert wall.run_code(code).stdout != first


def test_a_few_interpreters_take_turns_at_renewals_and_a_killed_one_is_replaced(wall: Wall) -> None:
    """Starting one takes ten times as long as a run, so most renewals start none."""
    hashes = "print(hash('a'))"
    before = children()

    def turn() -> str:
        wall.renew()
        return wall.run_code(hashes).stdout

    first = [turn() for _ in range(TURNS)]
    assert len(set(first)) == TURNS
    started = children() - before
    assert [turn() for _ in range(2 * TURNS)] == 2 * first
    assert children() - before == started
    for child in started:
        os.kill(child, signal.SIGKILL)
    assert all(text.strip().lstrip("-").isdigit() for text in (turn() for _ in range(TURNS)))
    assert len(children() - before) == len(started)


def test_a_fresh_renewal_shares_nothing_with_any_run_before(wall: Wall) -> None:
    seen = {wall.run_code("print(hash('a'))").stdout}
    for _ in range(TURNS + 1):
        wall.renew(fresh=True)
        seen.add(wall.run_code("print(hash('a'))").stdout)
    assert len(seen) == TURNS + 2


def test_a_run_that_has_to_be_killed_takes_its_own_interpreter_along_and_no_other() -> None:
    server = ForkServer()
    other = server._ensure()
    server.renew()
    current = server._ensure()
    server.kill(other)
    assert other.process.poll() is not None
    assert current.process.poll() is None
    assert server.pid == current.process.pid
    server.close()
    assert current.process.poll() is not None


def test_renewal_lets_runs_come_to_their_end(wall: Wall) -> None:
    found: list[str] = []
    runner = threading.Thread(
        target=lambda: found.append(wall.run_code("import time\ntime.sleep(0.7)\nprint('whole')").stdout)
    )
    runner.start()
    time.sleep(0.3)
    wall.renew()
    assert wall.run_code("print(2)").stdout == "2\n"
    runner.join(20)
    assert found == ["whole\n"]


AGENT = """
import sys, threading, time
from pathlib import Path
from apprentice.sandbox import Limits
from apprentice.sandbox.choose import choose
root = Path(sys.argv[1])
sandbox = choose(root, Limits(seconds=100)).sandbox
code = "import signal, time\\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\\nopen('here', 'w').close()\\ntime.sleep(100)"
for _ in range(3):
    threading.Thread(target=sandbox.run_code, args=(code,)).start()
while len(list(root.glob(str(Path("run-*", "work", "here"))))) < 3:
    time.sleep(0.01)
print("running", flush=True)
time.sleep(100)
"""


def test_nothing_is_left_of_an_agent_that_is_killed(tmp_path: Path) -> None:
    root = tmp_path / "exec"
    agent = subprocess.Popen(
        [sys.executable, "-c", AGENT, str(root)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parent.parent.parent,
    )
    assert agent.stdout is not None
    assert agent.stdout.readline() == b"running\n"
    family = [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _descends(pid, agent.pid)]
    assert len(family) >= 4
    agent.kill()
    killed = time.monotonic()
    agent.wait()
    agent.stdout.close()
    while any(map(alive, family)) and time.monotonic() < killed + 10:
        time.sleep(0.01)
    assert not any(map(alive, family))
    assert not list(root.glob("run-*"))


def _descends(pid: int, ancestor: int) -> bool:
    while pid > 1:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[1])
        except OSError:
            return False
        if pid == ancestor:
            return True
    return False


def test_what_cannot_be_looked_into_counts_as_a_full_disk(wall: Wall, scratch_root: Path) -> None:
    deep = "import os, time\nfor _ in range(30):\n    os.mkdir('d' * 250)\n    os.chdir('d' * 250)\nopen('f', 'w').close()\n"
    result = wall.run_code(deep + "time.sleep(20)", limits=Limits(seconds=20))
    assert result.status == "disk"
    result = wall.run_code(
        "import mmap, os, time\nkept = []\nfor _ in range(12):\n    with open('f', 'w+b') as f:\n        f.write(bytes(4 << 20))\n"
        "        f.flush()\n        kept.append(mmap.mmap(f.fileno(), 4 << 20))\n    os.unlink('f')\ntime.sleep(20)",
        limits=Limits(seconds=20, scratch_mb=32),
    )
    assert result.status == "disk"
    assert list(scratch_root.iterdir()) == []


def test_a_very_deep_tree_is_removed(wall: Wall, scratch_root: Path) -> None:
    result = wall.run_code("import os\nfor _ in range(1500):\n    os.mkdir('d')\n    os.chdir('d')\n")
    assert result.ok, result
    assert list(scratch_root.iterdir()) == []
