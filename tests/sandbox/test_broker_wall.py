"""Granted hosts and commands through the whole wall: each opens what it names, and the run ends with all it started."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from apprentice.sandbox import Grants, Limits
from apprentice.sandbox.base import NOTHING
from apprentice.sandbox.broker.command import argv_of
from apprentice.sandbox.launched import LaunchedSandbox
from apprentice.sandbox.namespaces import find_bubblewrap
from apprentice.sandbox.process import ProcessLauncher
from apprentice.sandbox.wall import WallLauncher


@pytest.fixture(params=["wall", "wall, Landlock ABI 4", "wall and namespaces"])
def wall(request: pytest.FixtureRequest, scratch_root: Path) -> Iterator[LaunchedSandbox]:
    bubblewrap = None
    if request.param == "wall and namespaces":
        bubblewrap = find_bubblewrap()
        if bubblewrap is None:
            pytest.skip("there is no bubblewrap here")
        command = [*bubblewrap.prefix(read=(), write=()), "/bin/true"]
        if subprocess.run(command, capture_output=True, check=False).returncode != 0:
            pytest.skip("this system allows no user namespaces")
    launcher = WallLauncher(
        scratch_root, bubblewrap=bubblewrap, max_abi=4 if request.param.endswith("4") else 99
    )
    sandbox = LaunchedSandbox(launcher, scratch_root, Limits(seconds=20))
    yield sandbox
    sandbox.close()


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


SKILL = """
import subprocess, urllib.request

def fetch(port):
    with urllib.request.urlopen(f"http://localhost:{port}/", timeout=10) as answer:
        return answer.read().decode()

def say(word):
    return subprocess.run(["echo", word], capture_output=True, text=True, check=True).stdout
"""


def test_a_skill_fetches_a_page_only_when_it_may(wall: LaunchedSandbox, port: int) -> None:
    def fetch(grants: Grants) -> tuple[object, str]:
        result = wall.call("skill", "fetch", [port], {}, modules={"skill": SKILL}, grants=grants)
        return result.value, result.stderr

    assert fetch(NOTHING)[0] is None
    assert fetch(Grants(commands=(("echo", "hello"),)))[0] is None
    assert fetch(Grants(connect=(("localhost", port),))) == ("hello", "")
    value, errors = fetch(Grants(connect=(("localhost", 1),)))
    assert value is None
    assert "is not among the approved hosts" in errors


def test_a_skill_runs_a_command_only_when_it_may(wall: LaunchedSandbox, port: int) -> None:
    def say(word: str, grants: Grants) -> tuple[object, str]:
        result = wall.call("skill", "say", [word], {}, modules={"skill": SKILL}, grants=grants)
        return result.value, result.stderr

    granted = Grants(commands=(("echo", "hello"),))
    assert say("hello", NOTHING)[0] is None
    assert say("hello", Grants(connect=(("localhost", port),)))[0] is None
    assert say("hello", granted) == ("hello\n", "")
    value, errors = say("hell", granted)
    assert value is None
    assert "the command echo hell is not among the approved commands" in errors


def test_granted_things_work_in_tests_of_a_skill(wall: LaunchedSandbox, port: int) -> None:
    tests = f"""
import pytest
from skill import fetch, say

def test_fetch():
    assert fetch({port}) == "hello"

def test_other_port():
    with pytest.raises(OSError):
        fetch(1)

def test_say():
    assert say("hello") == "hello\\n"
"""
    grants = Grants(connect=(("localhost", port),), commands=(("echo", "hello"),))
    report = wall.run_tests("skill", modules={"skill": SKILL}, tests=tests, grants=grants)
    assert report.ok, report


def test_a_command_is_in_the_runs_folder_and_prints_with_the_run(wall: LaunchedSandbox) -> None:
    code = """
import os, subprocess
with open("mine.txt", "w") as file:
    file.write("of the run\\n")
subprocess.run(["cat", "mine.txt"])
os.system("echo of the command > theirs.txt")
print(open("theirs.txt").read(), end="")
"""
    grants = Grants(commands=(("cat", "mine.txt"), argv_of("echo of the command > theirs.txt")))
    result = wall.run_code(code, grants=grants)
    assert (result.status, result.stdout, result.stderr) == ("ok", "of the run\nof the command\n", "")


def test_a_run_that_times_out_takes_its_commands_with_it(
    wall: LaunchedSandbox, tmp_path: Path, all_gone: Callable[[Path, int], bool]
) -> None:
    pids = tmp_path / "pids" / "pids"
    pids.parent.mkdir()
    line = f"trap '' TERM HUP; echo $$ >> {pids}; (sleep 300; true) & sleep 300"
    code = f"import subprocess, time; subprocess.Popen({line!r}, shell=True); time.sleep(300)"
    grants = Grants(commands=(argv_of(line),), write=(str(pids.parent),))
    began = time.monotonic()
    result = wall.run_code(code, grants=grants, limits=Limits(seconds=2))
    assert result.status == "timeout"
    assert time.monotonic() - began < 8
    assert all_gone(pids, 1)
    assert not any(str(pids).encode() in read_command(name) for name in os.listdir("/proc") if name.isdigit())


def read_command(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_without_a_wall_the_permissions_work_the_same(scratch_root: Path, port: int) -> None:
    sandbox = LaunchedSandbox(ProcessLauncher(), scratch_root, Limits(seconds=20))
    grants = Grants(connect=(("localhost", port),), commands=(("echo", "hello"),))
    code = f"{SKILL}\nimport json\nprint(json.dumps([fetch({port}), say('hello')]))"
    result = sandbox.run_code(code, grants=grants)
    assert json.loads(result.stdout) == ["hello", "hello\n"], result
    sandbox.close()
