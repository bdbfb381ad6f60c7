"""Test files run as their authors mean them, with one outcome for each test and the values that were seen."""

from __future__ import annotations

import pytest

from apprentice.sandbox import Example, Limits, ProcessSandbox, TestOutcome, TestReport

SKILL = "def f(x):\n    if x is None:\n        raise ValueError('no\\nvalue')\n    return x * 2\n"


def run(sandbox: ProcessSandbox, tests: str, skill: str = SKILL, limits: Limits | None = None) -> TestReport:
    return sandbox.run_tests("skill", modules={"skill": skill}, tests=tests, limits=limits)


def by_name(report: TestReport) -> dict[str, TestOutcome]:
    names = [outcome.name for outcome in report.outcomes]
    assert len(set(names)) == len(names)
    return {outcome.name: outcome for outcome in report.outcomes}


def test_functions_classes_and_coroutines_run_in_the_order_of_the_file(sandbox: ProcessSandbox) -> None:
    report = run(
        sandbox,
        "import unittest, asyncio\nfrom skill import f\n"
        "def test_b():\n    assert f(1) == 2\n"
        "class TestIt:\n    def test_method(self):\n        assert f('a') == 'aa'\n    def helper(self): return 1\n"
        "async def test_a():\n    await asyncio.sleep(0)\n    assert f(2) == 4\n"
        "class Case(unittest.TestCase):\n    def test_two(self):\n        self.assertEqual(f(2), 4)\n"
        "    def test_one(self):\n        with self.assertRaises(ValueError):\n            f(None)\n"
        "class Asynchronous(unittest.IsolatedAsyncioTestCase):\n    async def test_x(self):\n"
        "        self.assertTrue(f(1))\n"
        "def not_a_test():\n    assert False\n",
    )
    assert report.ok
    assert report.run.status == "ok"
    assert [outcome.name for outcome in report.outcomes] == [
        "test_b",
        "TestIt::test_method",
        "test_a",
        "Case::test_two",
        "Case::test_one",
        "Asynchronous::test_x",
    ]


def test_a_failed_assert_tells_the_values_it_saw(sandbox: ProcessSandbox) -> None:
    outcomes = by_name(
        run(
            sandbox,
            "from skill import f\nimport unittest\ncount = []\n"
            "def test_equal():\n    assert f(2) == 5\n"
            "def test_not():\n    assert not f(1), 'should be false'\n"
            "def test_call():\n    assert isinstance(f(1), str)\n"
            "def test_and():\n    assert f(1) == 2 and f(2) == 2\n"
            "def test_in():\n    x = f([1])\n    assert 3 in x\n"
            "def test_once():\n    def g():\n        count.append(1)\n        return len(count)\n    assert g() == 7\n"
            "def test_chain():\n    assert 0 < f(1) < 1\n"
            "def test_repr():\n    class Bad:\n        def __repr__(self): raise RuntimeError\n    assert Bad() is None\n"
            "def test_long():\n    assert f('x' * 1000) == ''\n"
            "class Case(unittest.TestCase):\n"
            "    def test_equal(self):\n        self.assertEqual(f(3), 7)\n"
            "    def test_list(self):\n        self.assertEqual(f([1]), [1, 2], 'a note')\n",
        )
    )
    assert not any(outcome.passed for outcome in outcomes.values())
    assert outcomes["test_equal"].message == "assert f(2) == 5: f(2) was 4"
    assert outcomes["test_equal"].values == {"f(2)": "4", "5": "5"}
    assert outcomes["test_equal"].error_type == "AssertionError"
    assert outcomes["test_not"].message == "assert not f(1): f(1) was 2 (should be false)"
    assert outcomes["test_call"].values["f(1)"] == "2"
    assert outcomes["test_and"].message == "assert f(2) == 2: f(2) was 4"
    assert outcomes["test_in"].message == "assert 3 in x: x was [1, 1]"
    assert outcomes["test_once"].values == {"g()": "1", "7": "7"}
    assert outcomes["test_chain"].message == "assert 0 < f(1) < 1: f(1) was 2"
    assert outcomes["test_repr"].values["Bad()"] == "<Bad whose repr raised RuntimeError>"
    assert len(outcomes["test_long"].values["f('x' * 1000)"]) == 200
    assert outcomes["Case::test_equal"].message == "assertEqual(f(3), 7): 6 != 7"
    assert outcomes["Case::test_equal"].values == {"f(3)": "6", "7": "7"}
    assert outcomes["Case::test_list"].values == {"f([1])": "[1, 1]", "[1, 2]": "[1, 2]"}


def test_an_error_in_the_skill_has_its_line_there(sandbox: ProcessSandbox) -> None:
    outcome = run(sandbox, "import skill\ndef test_it():\n    skill.f(None)\n").outcomes[0]
    assert (outcome.error_type, outcome.message, outcome.line) == ("ValueError", "no value", 3)


def test_pytest_features(sandbox: ProcessSandbox) -> None:
    report = run(
        sandbox,
        "import pytest, unittest\nfrom skill import f\n"
        "@pytest.fixture\ndef two():\n    yield 2\n"
        "@pytest.mark.parametrize('a, b', [(1, 2), ('x', 'xx'), (3, 7)])\n"
        "def test_parametrized(a, b):\n    assert f(a) == b\n"
        "def test_fixture(two, tmp_path, monkeypatch, capsys):\n"
        "    (tmp_path / 'file').write_text('x')\n    print('hi')\n"
        "    assert f(two) == 4\n"
        "def test_approx():\n    assert f(0.15) == pytest.approx(0.3)\n    with pytest.raises(ValueError, match='no'):\n"
        "        f(None)\n"
        "def test_not_raised():\n    with pytest.raises(KeyError):\n        f(1)\n"
        "def test_unknown_fixture(nothing): pass\n"
        "@pytest.mark.asyncio\nasync def test_async(two):\n    assert f(two) == 4\n"
        "class TestSetUp:\n    def setup_method(self):\n        self.x = 2\n    def test_it(self):\n"
        "        assert f(self.x) == 4\n"
        "class Case(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(f(1), 3)\n"
        "def test_line():\n    f(None)\n",
    )
    outcomes = by_name(report)
    failed = {name for name, outcome in outcomes.items() if not outcome.passed}
    assert failed == {
        "test_parametrized[3-7]",
        "test_not_raised",
        "test_unknown_fixture",
        "Case::test_it",
        "test_line",
    }
    assert len(outcomes) == 11
    assert outcomes["test_parametrized[3-7]"].message == "assert f(a) == b: f(a) was 6 and b was 7"
    assert outcomes["test_unknown_fixture"].message == "fixture 'nothing' not found"
    assert outcomes["Case::test_it"].values == {"f(1)": "2", "3": "3"}
    assert outcomes["test_line"].line == 3
    assert report.import_error is None


def test_errors_of_pytest_itself_are_told(sandbox: ProcessSandbox) -> None:
    report = run(
        sandbox,
        "import pytest\n@pytest.mark.parametrize('b', [1])\ndef test_a(a): pass\ndef test_b(): pass\n",
    )
    assert not report.ok
    assert {outcome.name for outcome in report.outcomes} == {"test_a", "test_b"}
    assert "uses no argument 'b'" in report.outcomes[0].message


def test_tests_of_a_suite_with_plain_pytest_import_run_directly(sandbox: ProcessSandbox) -> None:
    report = run(
        sandbox,
        "import pytest\nfrom skill import f\ndef test_a():\n    assert f(0.15) == pytest.approx(0.3)\n",
    )
    assert report.ok


@pytest.mark.parametrize(
    ("tests", "kind"),
    [
        ("import unittest\nclass C(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls):\n        1 / 0\n"
         "    def test_a(self): pass\n", "ZeroDivisionError"),
        ("import unittest\nclass C(unittest.TestCase):\n    def test_a(self):\n        for i in range(3):\n"
         "            with self.subTest(i=i):\n                self.assertEqual(i % 2, 0)\n", "AssertionError"),
        ("import unittest\nclass C(unittest.TestCase):\n    def tearDown(self):\n        {}[1]\n"
         "    def test_a(self): pass\n", "KeyError"),
        ("import unittest\nclass C(unittest.TestCase):\n    def test_a(self):\n        raise KeyboardInterrupt\n",
         "KeyboardInterrupt"),
        ("def test_a():\n    raise SystemExit(0)\n", "SystemExit"),
        ("def test_a():\n    return False\n", "AssertionError"),
        ("def test_a():\n    def g(): g()\n    g()\n", "RecursionError"),
        ("del_me = 1\ndef test_a(): pass\ndel test_a\n", "AttributeError"),
    ],
)  # fmt: skip
def test_every_way_to_fail_is_a_failure(sandbox: ProcessSandbox, tests: str, kind: str) -> None:
    report = run(sandbox, tests)
    assert [(outcome.passed, outcome.error_type) for outcome in report.outcomes] == [(False, kind)]
    assert report.run.status == "failed"


def test_skips_of_the_test_file_are_left_out_and_skips_of_the_skill_fail(sandbox: ProcessSandbox) -> None:
    skill = "import unittest\ndef f():\n    raise unittest.SkipTest('not me')\n"
    report = run(
        sandbox,
        "import unittest\nfrom skill import f\n"
        "class C(unittest.TestCase):\n    @unittest.skip('later')\n    def test_a(self): pass\n"
        "    def test_b(self):\n        self.skipTest('no')\n    def test_c(self):\n        f()\n"
        "    @unittest.expectedFailure\n    def test_d(self):\n        self.fail()\n"
        "def test_e():\n    f()\n",
        skill,
    )
    assert {outcome.name: outcome.passed for outcome in report.outcomes} == {
        "C::test_c": False,
        "test_e": False,
    }
    report = run(
        sandbox,
        "import pytest\nfrom skill import f\n@pytest.mark.skip\ndef test_a(): pass\n"
        "@pytest.mark.xfail\ndef test_b(): assert False\ndef test_c(): pytest.skip('no')\ndef test_d(): f()\n",
        skill,
    )
    assert {outcome.name: outcome.passed for outcome in report.outcomes} == {"test_d": False}


@pytest.mark.parametrize(
    ("skill", "kind", "line"),
    [
        ("x = 1\nraise RuntimeError('broken')\n", "RuntimeError", 2),
        ("x = 1\n\ndef f(:\n", "SyntaxError", 3),
        ("import not_there_at_all\n", "ModuleNotFoundError", 1),
        ("import sys\nsys.exit(0)\n", "SystemExit", 2),
    ],
)
def test_a_skill_that_cannot_be_imported_fails_everything(
    sandbox: ProcessSandbox, skill: str, kind: str, line: int
) -> None:
    report = sandbox.run_tests(
        "skill",
        modules={"skill": skill},
        examples=[Example("f(1) == 1", "example")],
        tests="from skill import f\ndef test_a(): pass\n",
    )
    assert report.import_error is not None
    assert (report.import_error.error_type, report.import_error.line) == (kind, line)
    assert report.import_error.name == "import skill"
    assert [(outcome.name, outcome.passed) for outcome in report.outcomes] == [
        ("example", False),
        ("test_a", False),
    ]
    assert report.run.status == "failed"
    assert report.run.message == report.import_error.message


@pytest.mark.parametrize(
    "tests",
    [
        "def test_a(:\n",
        "from skill import nothing\ndef test_a(): pass\n",
        "def test_a(): pass\n1 / 0\n",
        "\0",
    ],
)
def test_a_test_file_that_cannot_be_imported_fails_everything(sandbox: ProcessSandbox, tests: str) -> None:
    report = sandbox.run_tests(
        "skill", modules={"skill": SKILL}, examples=[Example("f(1) == 2", "example")], tests=tests
    )
    assert report.import_error is not None
    assert report.import_error.name == "import tests"
    assert report.import_error.message.startswith("the test file can't be ")
    assert not any(outcome.passed for outcome in report.outcomes)
    assert report.outcomes[0].name == "example"


def test_a_hanging_test_is_named_and_the_later_ones_are_not_run(sandbox: ProcessSandbox) -> None:
    report = run(
        sandbox,
        "def test_a(): pass\ndef test_b():\n    import time\n    time.sleep(60)\ndef test_c(): pass\n",
        limits=Limits(seconds=3),
    )
    first, hanging, later = report.outcomes
    assert first.passed
    assert (hanging.passed, hanging.error_type) == (False, "Timeout")
    assert hanging.message == "The run took longer than 3 s and was ended during this test"
    assert (later.passed, later.error_type) == (False, "NotRun")
    assert report.run.status == "timeout"


def test_a_hanging_import_is_told(sandbox: ProcessSandbox) -> None:
    report = run(sandbox, "def test_a(): pass\n", "while True: pass", Limits(seconds=1))
    assert report.import_error is not None
    assert report.import_error.error_type == "Timeout"
    assert not report.ok


def test_limits_met_in_a_test_are_the_status_of_the_run(sandbox: ProcessSandbox) -> None:
    memory = run(sandbox, "def test_a():\n    x = bytearray(2 << 30)\n")
    assert (memory.run.status, memory.outcomes[0].error_type) == ("memory", "MemoryError")
    disk = run(sandbox, "def test_a():\n    open('x', 'wb').write(bytearray(9 << 20))\n")
    assert (disk.run.status, disk.outcomes[0].error_type) == ("disk", "OSError")
    output = run(sandbox, "def test_a():\n    while True: print('x' * 10000)\n")
    assert (output.run.status, output.outcomes[0].error_type) == ("output", "OutputLimit")


def test_printed_output_is_kept(sandbox: ProcessSandbox) -> None:
    report = run(sandbox, "def test_a():\n    print('seen')\n")
    assert report.run.stdout == "seen\n"


def test_no_tests_at_all_is_not_a_success(sandbox: ProcessSandbox) -> None:
    report = run(sandbox, "")
    assert not report.ok
    assert list(report.outcomes) == []


def test_skills_can_import_the_skills_given_with_them(sandbox: ProcessSandbox) -> None:
    report = sandbox.run_tests(
        "skill",
        modules={"skill": "from other import g\ndef f(x): return g(x)", "other": "def g(x): return -x"},
        examples=[Example("f(1) == -1", "e")],
        tests="from skill import f\nfrom other import g\ndef test_a():\n    assert f(2) == g(2)\n",
    )
    assert report.ok
    assert report.passed == 2
