"""Tests that only the run finds count where the file has room for them, and nowhere else."""

from __future__ import annotations

import pytest

from apprentice.sandbox import Example, ProcessSandbox, TestReport
from apprentice.sandbox.judge.plan import plan_tests
from tests.sandbox.forgers import FORGERS

SKILL = "class Counter:\n    def __init__(self): self.value = 0\n    def add(self, n): self.value += n\n"
MACHINE = """
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from skill import Counter
class Machine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.counter, self.expected = Counter(), 0
    @rule(n=st.integers(-3, 3))
    def add(self, n):
        self.counter.add(n)
        self.expected += n
    @invariant()
    def agrees(self):
        assert self.counter.value == self.expected
Machine.TestCase.settings = settings(max_examples=10, stateful_step_count=4, derandomize=True, database=None, deadline=None)
"""
#: A forger that adds passes of every kind to whatever runs, from the moment that it is imported.
INVENTING = (
    FORGERS["reports a pass"].partition("def f(x)")[0]
    + """
import unittest
class Suite(unittest.TestCase):
    def test_mine(self): pass
class Thing: pass
def f(x):
    invent()
    return 0
def invent():
    for key in ("c0", "c1", "c2"):
        tell("found", id=key, names=["test_mine"])
        tell("result", id=key + ":test_mine", passed=True, seconds=0.0)
    for name in ("TestAll::test_mine", "TestThing::test_mine", "test_mine", "Suite::test_mine"):
        tell("items", names=[name])
        tell("result", name=name, passed=True, seconds=0.0)
import threading
def later():
    for _ in range(200): invent()
threading.Thread(target=later, daemon=True).start()
invent()
"""
)


def run(sandbox: ProcessSandbox, tests: str, skill: str = SKILL) -> TestReport:
    return sandbox.run_tests("skill", modules={"skill": skill}, tests=tests)


def facts(report: TestReport) -> list[tuple[str, bool, str]]:
    return [(one.name, one.passed, one.judged) for one in report.outcomes]


@pytest.mark.parametrize(
    "bound", ["TestCounter = Machine.TestCase", "class TestCounter(Machine.TestCase): pass"]
)
@pytest.mark.parametrize("head", ["", "import pytest\npytestmark = []\n"], ids=["native", "pytest"])
def test_a_state_machine_is_run_and_fails_where_the_skill_is_wrong(
    sandbox: ProcessSandbox, bound: str, head: str
) -> None:
    tests = head + MACHINE + bound + "\n"
    assert facts(run(sandbox, tests)) == [("TestCounter::runTest", True, "run")]
    wrong = run(sandbox, tests, SKILL.replace("+= n", "+= n + (n != 0)"))
    assert facts(wrong) == [("TestCounter::runTest", False, "run")]
    assert wrong.outcomes[0].error_type == "AssertionError"


def test_a_class_made_by_a_function_of_the_file_is_run(sandbox: ProcessSandbox) -> None:
    tests = (
        "import unittest\nfrom skill import Counter\n"
        "def make(start):\n    class Made(unittest.TestCase):\n"
        "        def test_starts(self): assert Counter().value == start\n"
        "        def test_b(self): pass\n"
        "    return Made\n"
        "TestZero = make(0)\nTestOne = make(1)\n"
        "TestTyped = type('TestTyped', (unittest.TestCase,), {'test_it': lambda self: self.assertEqual(1, 2)})\n"
        "class TestAdded(unittest.TestCase):\n    pass\nsetattr(TestAdded, 'test_x', lambda self: None)\n"
    )
    assert sorted(facts(run(sandbox, tests))) == [
        ("TestAdded::test_x", True, "run"),
        ("TestOne::test_b", True, "run"),
        ("TestOne::test_starts", False, "run"),
        ("TestTyped::test_it", False, "run"),
        ("TestZero::test_b", True, "run"),
        ("TestZero::test_starts", True, "run"),
    ]


def test_a_method_in_the_place_of_an_inherited_test_is_run_alone(sandbox: ProcessSandbox) -> None:
    tests = (
        MACHINE + "Contract = type('Contract', (Machine.TestCase,), {'test_a': lambda self: 1 / 0})\n"
        "class TestIt(Contract):\n    def test_a(self):\n        assert Counter().value == 0\n"
    )
    found = {name: (passed, judged) for name, passed, judged in facts(run(sandbox, tests))}
    assert found["TestIt::test_a"] == (True, "run")
    assert found["Contract::test_a"] == (False, "run")
    assert not [name for name in found if name not in ("TestIt::test_a", "Contract::test_a")]


@pytest.mark.parametrize(
    "tests",
    [
        "import skill\n",
        "from skill import *\n",
        "from skill import Suite\n",
        "import skill\nTestAll = skill.Suite\n",
        "from skill import Suite as S\nTestAll = S\nclass TestThing(S): pass\n",
        "import unittest, skill\nTestAll = type('T', (skill.Suite, unittest.TestCase), {})\n",
        "import unittest, skill\nclass TestAll(skill.Suite, unittest.TestCase): pass\n",
        "import skill, json\nTestThing = json.JSONDecoder\n",
        "import skill\nfrom hypothesis import HealthCheck as TestThing\n",
        "import skill, hypothesis\nTestAll = hypothesis.HealthCheck\n",
        "import skill\nclass Mine: pass\nTestAll = Mine\n",
        "import skill\nif skill.f:\n    TestAll = skill.Suite\n",
        "import skill, pytest\n@pytest.fixture\ndef x(): pass\nclass TestAll(skill.Thing): pass\n",
    ],
)
def test_a_file_without_tests_does_not_pass_on_tests_that_the_run_invents(
    sandbox: ProcessSandbox, tests: str
) -> None:
    report = run(sandbox, tests, INVENTING)
    assert not report.ok
    assert not [outcome.name for outcome in report.outcomes if outcome.passed]


def test_invented_tests_do_not_stand_in_for_those_of_the_file(sandbox: ProcessSandbox) -> None:
    head = "import unittest\nfrom skill import *\nimport hypothesis\nTestThing = hypothesis.HealthCheck\n"
    for tests in (
        "class TestAll(unittest.TestCase):\n    def test_b(self):\n        assert f(1) == 48151\n",
        "import pytest\n@pytest.fixture\ndef x(): return 1\ndef test_b(x):\n    assert f(x) == 48151\n",
    ):
        report = run(sandbox, head + tests, INVENTING)
        assert [one.passed for one in report.outcomes if one.name.endswith("test_b")] == [False]
        assert not report.ok
        assert not [one for one in report.outcomes if one.passed and one.judged == "agent"]


@pytest.mark.parametrize("head", ["", "import pytest\npytestmark = []\n"], ids=["native", "pytest"])
def test_a_class_that_must_have_tests_fails_where_the_run_tells_of_none(
    sandbox: ProcessSandbox, head: str
) -> None:
    hiding = SKILL + "from hypothesis.stateful import RuleBasedStateMachine as R\nR.TestCase = object\n"
    report = run(
        sandbox, head + MACHINE.replace("Machine.TestCase.s", "s") + "TestIt = Machine.TestCase\n", hiding
    )
    assert [(one.name, one.passed, one.error_type) for one in report.outcomes] == [
        ("TestIt", False, "NoReport")
    ]
    assert report.outcomes[0].message == "the run reported no test of this class"


def test_a_file_that_can_not_be_imported_names_its_classes(sandbox: ProcessSandbox) -> None:
    report = run(sandbox, MACHINE + "TestIt = Machine.TestCase\n", "1 / 0\n")
    assert [(one.name, one.error_type) for one in report.outcomes] == [("TestIt", "ZeroDivisionError")]


def test_a_skip_that_the_file_does_not_have_fails(sandbox: ProcessSandbox) -> None:
    skill = SKILL + "import unittest\ndef f(): raise unittest.SkipTest('later')\n"
    tests = MACHINE + "Machine.agrees = lambda self: __import__('skill').f()\nTestIt = Machine.TestCase\n"
    report = run(
        sandbox,
        tests.replace(
            "    @invariant()\n", "    @invariant()\n    def f(self): _f()\n    def g(self): pass\n"
        )
        + "from skill import f as _f\n",
        skill,
    )
    assert facts(report) == [("TestIt::runTest", False, "run")]


def test_tests_in_statements_count_by_their_names_alone(sandbox: ProcessSandbox) -> None:
    tests = "from skill import f\nif True:\n    def test_there():\n        assert f(1) == 1\nelse:\n    def test_gone(): pass\n"
    report = run(sandbox, tests, "def f(x): return x\ndef test_mine(): pass\n")
    assert facts(report) == [("test_there", True, "run")]
    report = run(sandbox, tests, INVENTING)
    assert facts(report) == [("test_there", False, "run")]


def test_what_only_the_run_finds_counts_beside_other_tests(sandbox: ProcessSandbox) -> None:
    tests = "import unittest\nclass Mine(unittest.TestCase):\n    def test_a(self): assert Counter().value == 0\nfrom skill import Counter\nTestAgain = Mine\n"
    assert facts(run(sandbox, tests)) == [("Mine::test_a", True, "run"), ("TestAgain::test_a", True, "run")]
    only = "import unittest, hypothesis\nTestAll = hypothesis.HealthCheck\n"
    report = sandbox.run_tests(
        "skill", modules={"skill": SKILL}, tests=only, examples=[Example("Counter().value == 0", "one")]
    )
    assert [one.name for one in report.outcomes] == ["one"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("TestCase = unittest.TestCase", []),
        ("suite = unittest.defaultTestLoader.loadTestsFromTestCase(Own)", []),
        ("result = unittest.TextTestRunner()", []),
        ("TestLoud = lib.LoudTestCase", ["TestLoud"]),
        ("TestLoud: type = lib.LoudTestCase", ["TestLoud"]),
        ("class Loud(lib.LoudTestCase): pass", ["Loud"]),
        ("class Base(lib.TestCase): pass\nclass Loud(Base): pass", ["Loud"]),
        ("class Loud(lib.TestCase):\n    __test__ = False", []),
        ("TestSkill = skill.TestCase", []),
        ("TestNumber = 3", []),
    ],
)
def test_what_must_have_tests_is_told_from_the_source(line: str, names: list[str]) -> None:
    source = f"import unittest, lib, skill\nclass Own(unittest.TestCase): pass\n{line}\n"
    plan = plan_tests(source, ["skill"])
    assert plan.names == names
    assert plan.runner == "native"
