"""Code can't have itself reported as passed: not by ending early, by lying objects, or by noise on the pipes, not by reading
what its tests expect, and not by taking the place of what reports.
"""

from __future__ import annotations

import pytest
from forgers import FORGERS

from apprentice.sandbox import Example, ProcessSandbox, TestReport
from apprentice.sandbox.judge.plan import plan_tests

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


#: Both ways to run tests, and both kinds of sandbox; pytest in a process of its own adds only time.
DIRECT_AND_PYTEST = ("wall-direct", "process-direct", "wall-pytest")


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(
    ("sandbox", "tests"),
    [("wall", TESTS), ("process", TESTS), ("wall", PYTEST)],
    ids=DIRECT_AND_PYTEST,
    indirect=["sandbox"],
)
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


#: Every way to expect something; `wanted` marks what must not be seen by the code.
EXPECTING = """
import math, pytest, re, unittest
from skill import f
CASES = [(1, "wanted-one"), (2, "wanted-two")]
WANTED = {"a": "wanted-three"}
def check(x, y):
    assert f(x) == y, "not as wanted"
def test_equal():
    assert f(2) == "wanted-four"
def test_not_equal():
    assert f(2) == f(2) and not f(3) != "wanted-five"
def test_table():
    for x, expected in CASES:
        assert f(x) == expected
def test_constants():
    wanted = "wanted-six"
    assert f(2) == wanted
    assert f(3) == WANTED["a"] and f("a") == WANTED
def test_helper():
    check(4, "wanted-seven")
@pytest.mark.parametrize("x, expected", [(5, "wanted-eight"), (6, ["wanted-nine"])])
def test_parameters(x, expected):
    assert f(x) == expected
def test_all():
    assert all(f(x) == y for x, y in CASES)
    assert [f(x) for x, _ in CASES] == [y for _, y in CASES]
def test_text():
    assert "wanted-ten" in f(1) and f(1).startswith("wanted-")
    assert re.search("wanted-1.", f(1))
def test_raises():
    with pytest.raises(ZeroDivisionError, match="wanted") as info:
        f("zero")
    assert str(info.value) == "wanted-twelve"
def test_try():
    try:
        f("none")
        assert False, "wanted an error"
    except LookupError as error:
        assert str(error) == "wanted-13"
def test_number():
    assert abs(f(7) - 48151.62342) < 1e-6 and f(8) == pytest.approx(48151.62342)
    assert math.isclose(f(9), 48151.62342)
class Case(unittest.TestCase):
    EXPECTED = "wanted-14"
    def test_methods(self):
        for x, expected in [(1, "wanted-15")]:
            with self.subTest(x=x, expected=expected):
                self.assertEqual(f(x), expected, "as wanted")
        self.assertEqual(f(2), self.EXPECTED)
        self.assertIn("wanted-16", f(3))
        with self.assertRaisesRegex(ZeroDivisionError, "wanted"):
            f("zero")
"""
WITH_FIXTURE = (
    EXPECTING
    + """
@pytest.fixture
def four(): return 4
def test_fixture(four):
    assert f(four) == "wanted-17"
"""
)


@pytest.mark.parametrize("forger", FORGERS)
@pytest.mark.parametrize(
    ("sandbox", "tests"),
    [("wall", EXPECTING), ("process", EXPECTING), ("wall", WITH_FIXTURE)],
    ids=DIRECT_AND_PYTEST,
    indirect=["sandbox"],
)
def test_a_forger_passes_nothing(sandbox: ProcessSandbox, forger: str, tests: str) -> None:
    report = sandbox.run_tests(
        "skill",
        modules={"skill": FORGERS[forger]},
        examples=[
            Example("f(2) == 'wanted-18'", "example"),
            Example("f(1) > 48151 and not f(2) < 48151", "condition"),
            Example("f(1) in ('wanted-19', 'wanted-20')", "membership"),
        ],
        tests=tests,
    )
    planned = [test.name for test in plan_tests(tests).tests]
    names = [outcome.name for outcome in report.outcomes]
    assert sorted(names) == sorted(["example", "condition", "membership", *planned])
    assert [outcome.name for outcome in report.outcomes if outcome.passed] == []
    assert not report.ok
    assert all(outcome.error_type and outcome.message for outcome in report.outcomes)


def test_what_a_test_expects_is_not_in_what_runs() -> None:
    for tests in (EXPECTING, WITH_FIXTURE):
        plan = plan_tests(tests)
        told = plan.source + str([test.as_request() for test in plan.tests])
        for secret in ("wanted", "48151", "ZeroDivisionError", "LookupError", "test_equal", "expected"):
            assert secret not in told


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("assert f(1)", "assert not f(1)"),
        ("assert f(1) == 2", "assert f(1) != 3"),
        ("assert f(1) < 2", "assert not 7 <= f(1)"),
        ("assert f(1) is True", "assert f(1) is None"),
        ("assert f(1) in [1, 2]", "assert f(1) not in [3]"),
        ("assert isinstance(f(1), int)", "assert not isinstance(f(1), (str, list))"),
        ("assert f(1) == f(2)", "assert f(1) > f(2)"),
        ("with pytest.raises(ValueError): f(1)", "with pytest.raises(KeyError, match='x'): f(1)"),
        ("pytest.raises(TypeError, f, 1)", "with pytest.raises((KeyError, ValueError)): f(1)"),
    ],
)
def test_whether_a_test_wants_something_or_its_opposite_does_not_show(one: str, other: str) -> None:
    text = "import pytest\nfrom skill import f\ndef test_{}():\n    {}\n"
    assert plan_tests(text.format("yes", one)).source == plan_tests(text.format("no", other)).source


def test_a_method_does_not_show_what_it_asserts() -> None:
    text = "import unittest\nfrom skill import f\nclass C(unittest.TestCase):\n    def test_it(self):\n        self.{}\n"
    asserted = ("assertTrue(f(1))", "assertFalse(f(1))", "assertEqual(f(1), 2)", "assertIsNone(f(1), 'note')")
    assert len({plan_tests(text.format(one)).source for one in asserted}) == 1


def test_only_what_the_run_decided_itself_is_called_so(sandbox: ProcessSandbox) -> None:
    report = sandbox.run_tests(
        "skill",
        modules={"skill": "class S:\n    def __eq__(self, other): return True\ndef f(x): return x * x\n"},
        examples=[
            Example("f(2) == 4", "value"),
            Example("f(2) == f(-2)", "pair"),
            Example("f(2) > 3", "condition"),
        ],
        tests="from skill import f, S\nimport pytest\ndef test_value(): assert f(2) == 4\n"
        "def test_none(): f(2)\ndef test_pair(): assert f(2) == f(-2)\ndef test_object(): assert S() == S()\n"
        "def test_mixed():\n    assert f(2) == f(-2)\n    assert f(3) > 8\n"
        "def test_raises():\n    with pytest.raises(TypeError): f('a')\n"
        "def test_true(): assert True\n",
    )
    assert report.ok
    judged = {outcome.name: outcome.judged for outcome in report.outcomes}
    assert judged == {
        "value": "agent",
        "pair": "run",
        "condition": "agent",
        "test_value": "agent",
        "test_none": "run",
        "test_pair": "run",
        "test_object": "run",
        "test_mixed": "run",
        "test_raises": "agent",
        "test_true": "run",
    }


def test_checks_that_are_left_out_fail_the_test(sandbox: ProcessSandbox) -> None:
    skill = (
        "import sys\ndef f(x):\n    tests = sys.modules['test_skill']\n"
        "    tests._apprentice_ = lambda *args, **named: None\n    return x\n"
    )
    report = sandbox.run_tests(
        "skill",
        modules={"skill": skill},
        tests="from skill import f\ndef test_a():\n    x = f(1)\n    assert x == 1\n",
    )
    (outcome,) = report.outcomes
    assert (outcome.passed, outcome.error_type) == (False, "NoReport")
    assert outcome.message == "the run did not report all that the test checks"


def test_the_forgers_do_find_the_reporter(sandbox: ProcessSandbox) -> None:
    """They fail because of the judge, and not because they are clumsy."""
    report = sandbox.run_tests(
        "skill",
        modules={"skill": FORGERS["reports the end"]},
        tests="import skill\ndef test_a():\n    assert len(skill.reporters()) > 1\n",
    )
    assert report.ok


def test_a_test_that_checks_nothing_passes_on_the_forgers_word(sandbox: ProcessSandbox) -> None:
    """What isn't held, and is said to be so."""
    forger = FORGERS["reports a pass and leaves"]
    tests = "from skill import f\ndef test_0():\n    f(1)\n    raise KeyError\ndef test_1():\n    f(1)\n    assert f(2) == 2\n"
    outcomes = sandbox.run_tests("skill", modules={"skill": forger}, tests=tests).outcomes
    assert [(outcome.passed, outcome.judged) for outcome in outcomes] == [(True, "run"), (False, "agent")]
