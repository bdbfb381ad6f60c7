"""Scripts run as scripts do, in a clean and empty place, and leave nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from apprentice.cancellation import CancelToken
from apprentice.errors import SandboxError
from apprentice.sandbox import Limits, ProcessSandbox, open_sandbox
from apprentice.settings import load_settings


def test_output_and_exit_code_are_those_of_a_script(sandbox: ProcessSandbox) -> None:
    result = sandbox.run_code("import sys\nprint('héllo 🧪')\nprint('no', file=sys.stderr)\nsys.exit(3)")
    assert (result.status, result.exit_code) == ("failed", 3)
    assert (result.stdout, result.stderr) == ("héllo 🧪\n", "no\n")
    assert result.message == "The code ended with exit code 3."
    assert result.isolation == sandbox.isolation


@pytest.mark.parametrize(
    "code", ["raise SystemExit", "import sys; sys.exit(0)", "", "import os; os._exit(0)"]
)
def test_a_clean_exit_is_ok(sandbox: ProcessSandbox, code: str) -> None:
    result = sandbox.run_code(code)
    assert result.ok
    assert result.exit_code == 0


def test_an_exception_is_told_in_one_line_and_as_a_traceback(sandbox: ProcessSandbox) -> None:
    result = sandbox.run_code("def f():\n    return {}['ключ']\n\nf()\n")
    assert (result.status, result.exit_code, result.error_type) == ("failed", 1, "KeyError")
    assert result.message == "KeyError: 'ключ' (line 2)"
    assert result.stderr.startswith("Traceback (most recent call last):\n  File ")
    assert "child" not in result.stderr


def test_a_syntax_error_is_told(sandbox: ProcessSandbox) -> None:
    result = sandbox.run_code("x = 1\ndef f(:\n")
    assert (result.status, result.error_type) == ("failed", "SyntaxError")
    assert "(line 2)" in result.message


def test_exit_handlers_threads_and_unflushed_output_are_honoured(sandbox: ProcessSandbox) -> None:
    result = sandbox.run_code(
        "import atexit, threading, time, sys\n"
        "atexit.register(lambda: print('bye'))\n"
        "threading.Thread(target=lambda: (time.sleep(0.1), print('thread'))).start()\n"
        "sys.stdout.write('part ')\n"
    )
    assert result.ok
    assert result.stdout == "part thread\nbye\n"


def test_the_environment_is_empty(process_sandbox: ProcessSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret-in-the-agent")
    result = process_sandbox.run_code(
        "import os, sys\nprint(sorted(os.environ))\n"
        "print(b'secret-in-the-agent' in open('/proc/self/environ', 'rb').read())\n"
        "print(sys.argv[1:], sys.flags.isolated, sys.flags.utf8_mode, sys.stdin.read() == '')"
    )
    assert result.stdout.splitlines() == [
        "['HOME', 'LANG', 'MALLOC_ARENA_MAX', 'TMPDIR']",
        "False",
        "[] 1 1 True",
    ]


def test_no_descriptor_of_the_agent_is_open(sandbox: ProcessSandbox, tmp_path: Path) -> None:
    with open(tmp_path / "agent.txt", "w", encoding="utf-8") as file:
        os.set_inheritable(file.fileno(), True)
        result = sandbox.run_code(
            "import os\nprint([os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd') "
            "if os.path.exists(f'/proc/self/fd/{n}')])"
        )
    assert "agent.txt" not in result.stdout


def test_scratch_is_the_working_folder_and_is_removed(sandbox: ProcessSandbox, scratch_root: Path) -> None:
    result = sandbox.run_code(
        "import os, tempfile\nprint(os.getcwd(), tempfile.gettempdir(), os.path.expanduser('~'))\n"
        "os.makedirs('deep/er')\nopen('deep/er/file', 'w').close()\nos.chmod('deep', 0)"
    )
    folders = set(result.stdout.split())
    assert result.ok
    assert len(folders) == 1
    assert Path(folders.pop()).parent.parent == scratch_root
    assert list(scratch_root.iterdir()) == []


def test_a_link_in_place_of_the_scratch_folder_is_not_followed(
    sandbox: ProcessSandbox, scratch_root: Path, tmp_path: Path
) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("kept")
    sandbox.run_code(
        "import os\nhere = os.getcwd()\nos.rename(here, here + '-moved')\n"
        f"os.symlink({str(tmp_path / 'precious')!r}, here)"
    )
    assert (tmp_path / "precious" / "file").read_text() == "kept"
    assert not any(path.is_symlink() for path in scratch_root.iterdir())


def test_modules_can_be_imported_and_come_from_the_given_text(sandbox: ProcessSandbox) -> None:
    result = sandbox.run_code(
        "open('tool.py', 'w').write('VALUE = 2')\nimport tool\nprint(tool.VALUE, tool.__file__)",
        modules={"tool": "VALUE = 1"},
    )
    assert result.stdout.startswith("1 /")
    assert result.stdout.endswith("/tool.py\n")


def test_the_agent_itself_is_not_in_reach_of_an_import(sandbox: ProcessSandbox) -> None:
    result = sandbox.run_code(
        "import sys\nprint([n for n in sys.modules if n.startswith('apprentice')])\n"
        "import __main__\nprint(sorted(n for n in vars(__main__) if not n.startswith('__')))"
    )
    assert result.stdout.splitlines() == ["[]", "['sys']"]


@pytest.mark.parametrize("name", ["../evil", "a.b", "class", "", "a/b"])
def test_module_names_that_are_no_names_are_refused(sandbox: ProcessSandbox, name: str) -> None:
    with pytest.raises(SandboxError):
        sandbox.run_code("", modules={name: ""})


def test_folders_of_dead_processes_are_swept_and_those_of_living_ones_kept(scratch_root: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    living = os.getppid()
    names = [
        f"run-{dead.pid}-{'0' * 16}",
        f"run-{os.getpid()}-{'1' * 16}",
        f"run-{living}-{'2' * 16}",
        "mine",
    ]
    for name in names:
        (scratch_root / name).mkdir(parents=True)
    ProcessSandbox(scratch_root, Limits())
    assert sorted(path.name for path in scratch_root.iterdir()) == ["mine", names[2]]


def test_runs_of_several_threads_do_not_disturb_each_other(
    sandbox: ProcessSandbox, scratch_root: Path
) -> None:
    results: dict[int, str] = {}

    def run(number: int) -> None:
        results[number] = sandbox.run_code(f"print({number})").stdout
        ProcessSandbox(scratch_root, Limits())

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: f"{number}\n" for number in range(8)}


def test_cancelling_ends_a_run_at_once(sandbox: ProcessSandbox, scratch_root: Path) -> None:
    token, cancelled_at = CancelToken(), [0.0]

    def cancel_when_it_runs() -> None:
        deadline, mark = time.monotonic() + 15, str(Path("run-*", "work", "on"))
        while not list(scratch_root.glob(mark)) and time.monotonic() < deadline:
            time.sleep(0.01)
        cancelled_at[0] = time.monotonic()
        token.cancel()

    canceller = threading.Thread(target=cancel_when_it_runs)
    canceller.start()
    result = sandbox.run_code(
        "print('on', flush=True)\nopen('on', 'w').close()\nwhile True: pass", cancel=token
    )
    canceller.join()
    assert (result.status, result.exit_code, result.stdout) == ("cancelled", None, "on\n")
    assert result.message == "The run was cancelled."
    assert time.monotonic() - cancelled_at[0] < 5


def test_an_unwritable_scratch_root_is_a_sandbox_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SandboxError, match="Code can't be run"):
        ProcessSandbox(tmp_path / "file" / "exec", Limits()).run_code("")


def test_no_descriptor_and_no_child_is_left_in_the_agent(sandbox: ProcessSandbox) -> None:
    sandbox.run_code("")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        sandbox.run_code("print(1)")
    assert len(os.listdir("/proc/self/fd")) == before


def test_limits_and_place_come_from_the_settings(tmp_path: Path) -> None:
    sandbox = open_sandbox(load_settings(workspace=tmp_path, execution_timeout=7.5))
    result = sandbox.run_code(
        "import os, resource\nprint(os.getcwd(), resource.getrlimit(resource.RLIMIT_CPU)[0])"
    )
    place, cpu = result.stdout.split()
    assert Path(place).parent.parent == tmp_path / "exec"
    assert cpu == "8"
