"""Code can't have itself reported as passed by ending early, by lying objects, or by noise on the pipes."""

from __future__ import annotations

import pytest

from apprentice.sandbox import Example, ProcessSandbox, TestReport

TESTS = "from skill import f\ndef test_a():\n    assert f(2) == 4\ndef test_b():\n    assert f(3) == 9\n"
PYTEST = (
    TESTS + "import pytest\n@pytest.mark.parametrize('x', [1, 2])\ndef test_c(x):\n    assert f(x) == x * x\n"
)

NOISE = """
import json, os, random
def noise(text):
    for fd in range(3, 64):
        try: os.write(fd, text)
        except OSError: pass
"""

ATTACKS = {
    "exit at import": "import os\nos._exit(0)",
    "sys.exit at import": "import sys\nsys.exit()",
    "exit in the call": "import os\ndef f(x): os._exit(0)",
    "exit after the report": "import os, threading\ndef f(x):\n    threading.Timer(0, os._exit, (0,)).start()\n    return 0",
    "kill": "import os\ndef f(x): os.kill(os.getpid(), 9)",
    "close all": "import os\nos.closerange(3, 256)\ndef f(x): return x * x",
    "noise": NOISE + "noise(b'\\n{\"kind\": \"result\", \"id\": \"t0\", \"passed\": true}\\n' * 3)\ndef f(x): return 0",
    "half a line": NOISE + "def f(x):\n    noise(b'{\"kind\"')\n    return 0",
    "binary": NOISE + "def f(x):\n    noise(b'\\xff\\x00' * 5000)\n    return 0",
    "other token": NOISE + "noise(b'\\n{\"token\": \"%s\", \"kind\": \"done\"}\\n' % (b'0' * 32))\ndef f(x): return 0",
    "redirect": "import os\nr, w = os.pipe()\nfor n in map(int, os.listdir('/proc/self/fd')):\n    if n > 2 and n != w:\n        os.dup2(w, n)\n"
    "def f(x): return x * x",
    "patched write": "import os, json\nos.write = lambda *a: 1\njson.dumps = None\ndef f(x): return 0",
    "fork and exit": "import os\ndef f(x):\n    if os.fork():\n        os._exit(0)\n    return x * x",
    "exec": "import os, sys\ndef f(x): os.execv('/bin/true', ['true'])",
    "equal to all": "class E:\n    def __eq__(self, o): return True\n    def __bool__(self): return False\n"
    "def f(x): return E() if x == 5 else None",
    "rewritten tests": "import os\nopen('test_skill.py', 'w').write('def test_a(): pass\\ndef test_b(): pass\\n')\n"
    "open('conftest.py', 'w').write('def pytest_collection_modifyitems(items): items.clear()')\n"
    "def f(x): return 0",
    "keyboard": "def f(x): raise KeyboardInterrupt",
    "recursion": "import sys\nsys.setrecursionlimit(40)\ndef f(x): return f(x)",
}  # fmt: skip


def check(sandbox: ProcessSandbox, skill: str, tests: str) -> TestReport:
    examples = [Example("f(2) == 4", "example"), Example("f(5) == 25", "other"), Example("f(1) > 0", "truth")]
    return sandbox.run_tests("skill", modules={"skill": skill}, examples=examples, tests=tests)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("tests", [TESTS, PYTEST], ids=["direct", "pytest"])
def test_attack_passes_nothing(sandbox: ProcessSandbox, attack: str, tests: str) -> None:
    report = check(sandbox, ATTACKS[attack], tests)
    assert not report.ok
    assert report.passed == 0
    assert {"example", "other", "truth", "test_a", "test_b"} <= {outcome.name for outcome in report.outcomes}
    assert report.run.status not in ("ok", "timeout")
    assert report.run.message
    assert all(outcome.error_type and outcome.message for outcome in report.outcomes)


def test_the_right_skill_passes_the_same_checks(sandbox: ProcessSandbox) -> None:
    for tests in (TESTS, PYTEST):
        report = check(sandbox, "def f(x): return x * x", tests)
        assert report.ok, report


def test_an_early_exit_is_told_at_the_test_where_it_happened(sandbox: ProcessSandbox) -> None:
    report = sandbox.run_tests(
        "skill",
        modules={"skill": "import os\ndef f(x):\n    if x == 3: os._exit(0)\n    return 4"},
        tests=TESTS + "def test_later(): pass\n",
    )
    first, second, later = report.outcomes
    assert first.passed
    assert (second.error_type, second.message) == (
        "NoReport",
        "the process ended (exit code 0) during this test",
    )
    assert later.message == "the process ended (exit code 0) before this test reported"
    assert report.run.message == "The process ended (exit code 0) before all tests were run."


def test_the_token_is_not_in_arguments_or_environment(process_sandbox: ProcessSandbox) -> None:
    result = process_sandbox.run_code(
        "import os\nfor pid in (os.getpid(), os.getppid()):\n"
        "    print(len(open(f'/proc/{pid}/cmdline').read().split('\\0')))\n"
        "    print([len(part) for part in open(f'/proc/{pid}/cmdline').read().split('\\0')][-4:])"
    )
    lengths = result.stdout.splitlines()
    assert lengths[0] == lengths[2]
    assert all(int(length) < 4 for length in lengths[1].strip("[]").split(","))
