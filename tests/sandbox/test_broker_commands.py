"""What a run may start with granted commands, and what those can do."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from pathlib import Path

import pytest

from apprentice.sandbox.base import Grants
from apprentice.sandbox.broker.command import argv_of
from tests.sandbox.broker_runs import PYTHON, needs_python, outcomes, run_with

SHELL = "/bin/sh"


@pytest.mark.parametrize(
    ("line", "argv"),
    [
        ("git status", ("git", "status")),
        ("  ls   -l  ", ("ls", "-l")),
        ("grep 'a b|c' file", ("grep", "a b|c", "file")),
        ('grep "a (b) *" file', ("grep", "a (b) *", "file")),
        (r"echo a\ b", ("echo", "a b")),
        ("make CC=gcc", ("make", "CC=gcc")),
        ("tool --x=1", ("tool", "--x=1")),
    ],
)
def test_a_simple_line_is_its_words(line: str, argv: tuple[str, ...]) -> None:
    assert argv_of(line) == argv


@pytest.mark.parametrize(
    "line",
    ["a | b", "a > b", "a < b", "a; b", "a && b", "a &", "echo $HOME", 'echo "$HOME"', "echo `x`", 'echo "`x`"', "ls *.py",
     "ls ?", "ls [ab]", "echo ~", "# x", "echo {a,b}", "! a", "A=1 b", "cd x", "export A", ". x", "a\nb", "echo 'a", 'echo "a',
     "echo a\\", r'echo "\$x"', "(a)", "exit"],
)  # fmt: skip
def test_a_line_that_needs_a_shell_gets_one(line: str) -> None:
    assert argv_of(line) == (SHELL, "-c", line)


@pytest.mark.parametrize("line", ["", "  ", "a\0b"])
def test_no_command(line: str) -> None:
    with pytest.raises(ValueError):
        argv_of(line)


@pytest.mark.parametrize(
    "line", ["echo a", "printf %s 'x y'", r"printf '%s|' a\ b 'c' \"d\"", r'printf %s "a\"b\\c"']
)
def test_words_are_those_that_a_shell_would_make(line: str) -> None:
    direct = subprocess.run(argv_of(line), capture_output=True, check=True).stdout
    assert argv_of(line)[0] != SHELL
    assert direct == subprocess.run(line, shell=True, capture_output=True, check=True).stdout


def test_exactly_the_granted_vectors_run(tmp_path: Path) -> None:
    grants = Grants(commands=(("echo", "hello"), (SHELL, "-c", "cat | wc -c")))
    found = outcomes(
        tmp_path,
        grants,
        "['echo', 'hello']",
        "'echo hello', shell=True",
        "'cat | wc -c', shell=True, input='abc'",
        "['sh', '-c', 'cat | wc -c'], input='abcd'",
        "['echo', 'hell']",
        "['echo', 'hello', 'x']",
        "['echo']",
        "['/bin/echo', 'hello']",
        "'echo hello; id', shell=True",
        "['cat | wc -c']",
        "['echo', 'hello'], executable='/usr/bin/id'",
        "['echo', 'hello'], preexec_fn=print",
        "['echo', 'hello'], user=1",
    )
    assert found[:4] == [
        [0, "hello\n", ""],
        [0, "hello\n", ""],
        [0, "3\n", ""],
        [0, "4\n", ""],
    ]
    assert [each[0] for each in found[4:]] == ["PermissionError"] * 9
    assert "the command echo hell is not among the approved commands" in str(found[4][1])


def test_nothing_runs_where_another_command_was_granted(tmp_path: Path) -> None:
    found = outcomes(tmp_path, Grants(commands=(("true",),)), "['id']", "'id', shell=True", "['true']")
    assert [each[0] for each in found] == ["PermissionError", "PermissionError", 0]


def test_the_filter_and_not_the_patches_holds_the_run(tmp_path: Path) -> None:
    code = """
import _posixsubprocess, os
def attempt(action):
    try:
        action()
    except OSError as error:
        print(type(error).__name__)
    else:
        print("done")
attempt(lambda: os.fork())
attempt(lambda: os.execv("/bin/echo", ["echo", "hello"]))
attempt(lambda: os.posix_spawn("/bin/echo", ["echo", "hello"], {}))
"""
    with run_with(tmp_path, Grants(commands=(("echo", "hello"),))) as run:
        assert run.python(code).split() == ["PermissionError"] * 3


def test_ordinary_ways_to_start_a_command(tmp_path: Path) -> None:
    code = """
import asyncio, os, signal, subprocess, sys, time
from subprocess import PIPE, STDOUT, DEVNULL, Popen
sys.stdout.write("first\\n"); sys.stdout.flush()
assert subprocess.call(["echo", "hello"]) == 0
assert subprocess.check_output(["echo", "hello"]) == b"hello\\n"
assert subprocess.getstatusoutput("echo hello") == (0, "hello")
assert os.system("echo hello >&2; exit 3") == 3 << 8
assert os.popen("echo hello").read() == "hello\\n"
try:
    subprocess.run(["false"], check=True)
except subprocess.CalledProcessError as error:
    assert error.returncode == 1
done = subprocess.run("echo hello >&2; exit 3", shell=True, stdout=PIPE, stderr=STDOUT, text=True)
assert (done.stdout, done.returncode) == ("hello\\n", 3), done
with open("out.txt", "w") as file:
    subprocess.run(["echo", "hello"], stdout=file, check=True)
with open("out.txt") as file:
    assert subprocess.run(["cat"], stdin=file, capture_output=True, text=True).stdout == "hello\\n"
big = os.urandom(300_000)
assert subprocess.run(["cat"], input=big, capture_output=True).stdout == big
assert subprocess.run(["cat"], stdin=DEVNULL, capture_output=True).stdout == b""

process = Popen(["sleep", "100"])
assert process.poll() is None and process.pid > 0
try:
    process.wait(0.2)
except subprocess.TimeoutExpired:
    process.terminate()
assert process.wait(20) == -signal.SIGTERM == process.returncode
process.kill()
process = Popen(["sleep", "100"], start_new_session=True)
os.killpg(os.getpgid(process.pid), signal.SIGINT)
assert process.wait() == -signal.SIGINT
try:
    subprocess.run(["sleep", "100"], timeout=0.2)
except subprocess.TimeoutExpired as error:
    print("timeout")
reader = Popen(["cat"], stdin=PIPE, stdout=PIPE, text=True, bufsize=1)
reader.stdin.write("line\\n")
assert reader.stdout.readline() == "line\\n"
assert reader.communicate()[0] == "" and reader.returncode == 0
a = Popen(["echo", "hello"], stdout=PIPE)
b = Popen(["cat"], stdin=a.stdout, stdout=PIPE)
assert b.communicate()[0] == b"hello\\n" and a.wait() == 0

async def main():
    one = await asyncio.create_subprocess_exec("cat", stdin=PIPE, stdout=PIPE)
    assert await one.communicate(b"abc") == (b"abc", None) and one.returncode == 0
    two = await asyncio.create_subprocess_exec("sleep", "100")
    two.kill()
    assert await two.wait() == -signal.SIGKILL
    three = await asyncio.create_subprocess_shell("echo hello >&2; exit 3", stderr=PIPE)
    assert (await three.communicate())[1] == b"hello\\n" and three.returncode == 3
    try:
        await asyncio.create_subprocess_exec("id")
    except PermissionError as error:
        print("refused")
asyncio.run(main())
"""
    commands = (("echo", "hello"), ("cat",), ("false",), ("sleep", "100"), argv_of("echo hello >&2; exit 3"))
    with run_with(tmp_path, Grants(commands=commands)) as run:
        assert run.python(code).split() == ["first", "hello", "timeout", "refused"]


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("no program")
    grants = Grants(commands=(("no-such-program",), (str(text),), ("./here",), ("/etc",)))
    found = outcomes(
        tmp_path / "run", grants, "['no-such-program']", f"[{str(text)!r}]", "['./here']", "['/etc']"
    )
    assert [each[0] for each in found] == [
        "FileNotFoundError",
        "FileNotFoundError",
        "PermissionError",
        "FileNotFoundError",
    ]
    assert "no-such-program" in str(found[0][1])


def test_files_beyond_the_grants_are_out_of_reach(tmp_path: Path) -> None:
    """Reading, writing, listing: refused without a grant, done with it; the machine's secrets and other places never."""
    outside = tmp_path / "outside"
    outside.mkdir()
    canary = outside / "canary.txt"
    canary.write_text("secret")
    lines = {
        "read": f"cat {canary}",
        "list": f"ls {outside}",
        "link": f"ln -s {canary} link && cat link",
        "write": f"echo changed > {canary}",
        "create": f"echo new > {outside}/new.txt",
        "remove": f"rm -f {canary}",
        "shadow": "cat /etc/shadow",
        "proc": "cat /proc/self/environ",
        "root": "ls /root",
        "memory": "echo x > /dev/shm/x",
        "temporary": "echo x > /tmp/broker-test-x",
    }
    commands = tuple(argv_of(line) for line in lines.values())
    calls = [f"{line!r}, shell=True" for line in lines.values()]
    denied = dict(zip(lines, outcomes(tmp_path / "a", Grants(commands=commands), *calls), strict=True))
    assert all(found[0] != 0 and not found[1] for found in denied.values()), denied
    assert canary.read_text() == "secret"
    assert os.listdir(outside) == ["canary.txt"]
    reading = Grants(commands=commands, read=(str(outside),))
    read = dict(zip(lines, outcomes(tmp_path / "b", reading, *calls), strict=True))
    assert [name for name, found in read.items() if found[0] == 0] == ["read", "list", "link"]
    assert read["link"][1] == "secret"
    assert canary.read_text() == "secret"
    writing = Grants(commands=commands, write=(str(outside),))
    written = dict(zip(lines, outcomes(tmp_path / "c", writing, *calls), strict=True))
    done = [name for name, found in written.items() if found[0] == 0]
    assert done == ["read", "list", "link", "write", "create", "remove"]
    assert os.listdir(outside) == ["new.txt"]


def test_the_runs_own_folders(tmp_path: Path) -> None:
    """`work` can be read and written, `code` only be read."""
    code = tmp_path / "code" / "skill.py"
    lines = [f"cat {code}", f"echo x >> {code}", "echo x > here && cat here", "pwd"]
    code.parent.mkdir()
    code.write_text("# skill")
    found = outcomes(
        tmp_path, Grants(commands=tuple(map(argv_of, lines))), *(f"{x!r}, shell=True" for x in lines)
    )
    assert [each[0] for each in found] == [0, 2, 0, 0]
    assert [found[0][1], found[2][1], found[3][1]] == ["# skill", "x\n", f"{tmp_path.resolve()}/work\n"]
    assert code.read_text() == "# skill"


@needs_python
@pytest.mark.parametrize("max_abi", [4, 99])
def test_a_command_has_no_network_and_no_other_process(tmp_path: Path, max_abi: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, subprocess.Popen(["sleep", "100"]) as neighbour:
        port = server.getsockname()[1]
        code = f"""
import os, signal, socket
def attempt(action):
    try:
        action()
    except OSError as error:
        print(type(error).__name__)
    else:
        print("done")
attempt(lambda: socket.create_connection(("127.0.0.1", {port})))
attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
attempt(lambda: socket.socket(socket.AF_UNIX))
attempt(lambda: os.kill({neighbour.pid}, signal.SIGKILL))
attempt(lambda: os.setsid())
attempt(lambda: socket.socketpair())
"""
        line = (PYTHON, "-c", code)
        grants = Grants(commands=(line,), connect=(("127.0.0.1", port),))
        try:
            [found] = outcomes(tmp_path, grants, repr(list(line)), max_abi=max_abi)
            assert neighbour.poll() is None
        finally:
            neighbour.kill()
    assert found[1] == "PermissionError\n" * 5 + "done\n", found


@needs_python
def test_no_way_to_the_network_is_handed_to_a_command(tmp_path: Path) -> None:
    """A run's sockets are no streams of a command; one smuggled in by a stream pair can't be connected there either."""
    command = (PYTHON, "-c", FAST_OPEN)
    with socket.create_server(("127.0.0.1", 0)) as granted, socket.create_server(("127.0.0.1", 0)) as other:
        ports = granted.getsockname()[1], other.getsockname()[1]
        code = f"""
import socket, subprocess
def attempt(stream):
    try:
        print(subprocess.run({list(command)!r}, stdin=stream).returncode, flush=True)
    except PermissionError as error:
        print(error, flush=True)
loose = socket.socket()
attempt(loose)
attempt(socket.create_connection(("127.0.0.1", {ports[0]})))
ours, theirs = socket.socketpair()
socket.send_fds(ours, [b"{ports[1]:05}"], [loose.fileno()])
attempt(theirs)
"""
        grants = Grants(commands=(command,), connect=(("127.0.0.1", ports[0]),))
        with run_with(tmp_path, grants) as run:
            lines = run.python(code).splitlines()
        other.settimeout(0.2)
        with pytest.raises(TimeoutError):
            other.accept()
    refused = "[Errno 13] a connection can't be one of a command's streams"
    assert lines == [refused, refused, "PermissionError", "0"]


FAST_OPEN = """
import socket
end = socket.socket(fileno=0)
data, descriptors, _, _ = socket.recv_fds(end, 5, 1)
loose = socket.socket(fileno=descriptors[0])
try:
    loose.sendmsg([b"x"], [], 0x20000000, ("127.0.0.1", int(data)))
except OSError as error:
    print(type(error).__name__, flush=True)
else:
    print("connected", flush=True)
"""


def test_only_harmless_names_reach_the_environment(tmp_path: Path) -> None:
    given = {
        "LANG": "de_DE.UTF-8",
        "LC_ALL": "C",
        "TZ": "Europe/Berlin",
        "TERM": "dumb",
        "PATH": "/evil",
        "LD_PRELOAD": "/evil.so",
        "LD_LIBRARY_PATH": "/evil",
        "PYTHONPATH": "/evil",
        "GIT_SSH_COMMAND": "evil",
        "HOME": "/evil",
        "BASH_ENV": "/evil",
        "IFS": "x",
        "LC_TIME": "../../evil",
        "LANGUAGE": "x;y",
    }
    [found] = outcomes(tmp_path, Grants(commands=(("env",),)), f"['env'], env={given!r}")
    lines = dict(line.split("=", 1) for line in str(found[1]).splitlines())
    assert {lines.pop(name) for name in ("HOME", "TMPDIR")} == {f"{tmp_path.resolve()}/work"}
    assert lines == {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "de_DE.UTF-8",
        "LC_ALL": "C",
        "TZ": "Europe/Berlin",
        "TERM": "dumb",
        "MALLOC_ARENA_MAX": "2",
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def test_the_working_folder_stays_within_the_run(tmp_path: Path) -> None:
    granted = tmp_path / "granted"
    granted.mkdir()
    inner = tmp_path / "run" / "work" / "inner"
    inner.mkdir(parents=True)
    (inner.parent / "link").symlink_to("/")
    grants = Grants(commands=(("pwd",),), read=(str(granted),))
    found = outcomes(
        tmp_path / "run", grants, "['pwd']", "['pwd'], cwd='inner'", f"['pwd'], cwd={str(granted)!r}", "['pwd'], cwd='/'",
        "['pwd'], cwd='link'", "['pwd'], cwd='inner/../../..'", "['pwd'], cwd='gone'",
    )  # fmt: skip
    assert [each[0] for each in found] == [0, 0, 0, *["PermissionError"] * 3, "FileNotFoundError"]
    assert [found[1][1], found[2][1]] == [f"{inner.resolve()}\n", f"{granted.resolve()}\n"]


def test_a_program_that_the_run_could_have_made_is_not_executed(tmp_path: Path) -> None:
    """Generated code doesn't become a command by its name: not in the run's folder, not in a writable one, not by a link."""
    script = "#!/bin/sh\necho made\n"
    writable = tmp_path / "writable"
    fixed = tmp_path / "fixed"
    work = tmp_path / "run" / "work"
    for folder in (writable, fixed, work):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "tool").write_text(script)
        (folder / "tool").chmod(0o755)
    (fixed / "link").symlink_to(work / "tool")
    (fixed / "wrapper").write_text(f"#!{work}/tool\n")
    (fixed / "wrapper").chmod(0o755)
    programs = [work / "tool", writable / "tool", fixed / "link", fixed / "wrapper", fixed / "tool"]
    grants = Grants(commands=tuple((str(each),) for each in programs), write=(str(writable),))
    found = outcomes(tmp_path / "run", grants, *(repr([str(each)]) for each in programs))
    assert [each[0] for each in found] == [*["PermissionError"] * 4, 0], found
    assert found[4][1] == "made\n"


def test_generated_files_are_not_executed_by_a_command(tmp_path: Path) -> None:
    line = "printf '#!/bin/sh\\necho made\\n' > tool; chmod +x tool; ./tool"
    work = tmp_path / "work"
    work.mkdir()
    (work / "ready").write_text("#!/bin/sh\necho made\n")
    (work / "ready").chmod(0o755)
    grants = Grants(commands=(argv_of(line), argv_of("./ready; true")))
    found = outcomes(tmp_path, grants, f"{line!r}, shell=True", "'./ready; true', shell=True")
    assert "made" not in json.dumps([each[1] for each in found])
