"""Tests in which expected values can be read run apart from those that the agent judges: nothing can be learnt from them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apprentice.cancellation import CancelToken
from apprentice.sandbox import Example, Limits, ProcessSandbox
from apprentice.sandbox.judge.plan import plan_tests

#: Gives whatever large number it finds: in what it is compared with, in the tests' code and objects, in their file.
LEARNER = """
import gc, glob, re, sys, types
KNOWN = set()

class Asking:
    def keep(self, other):
        note(other)
        return True
    __eq__ = __lt__ = __gt__ = __le__ = __ge__ = keep
    __hash__ = None
    def __ne__(self, other):
        note(other)
        return False

def note(thing, depth=0):
    if type(thing) is int and 1000 < thing < 10000:
        KNOWN.add(thing)
    elif depth < 5 and isinstance(thing, (tuple, list, set, frozenset)):
        for one in thing:
            note(one, depth + 1)
    elif depth < 5 and isinstance(thing, dict):
        for one in [*thing.keys(), *thing.values()]:
            note(one, depth + 1)
    elif isinstance(thing, types.CodeType):
        note(thing.co_consts, depth + 1)
    elif isinstance(thing, types.FunctionType) and thing.__module__ == "test_skill":
        note(thing.__code__)
    elif isinstance(thing, type) and thing.__module__ == "test_skill":
        note(dict(vars(thing)), depth + 1)

def look():
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_globals.get("__name__") == "test_skill":
            note(frame.f_code)
            note(dict(frame.f_locals))
        frame = frame.f_back
    for one in dict(vars(sys.modules["test_skill"])).values():
        note(one)
    for path in ["test_skill.py", *glob.glob("**/test_skill.py", recursive=True), sys.modules["test_skill"].__file__]:
        try:
            KNOWN.update(int(one) for one in re.findall(r"\\b[1-9]\\d{3}\\b", open(path).read()))
        except OSError:
            pass

def f(x):
    look()
    return max(KNOWN) if KNOWN else Asking()
"""
OWN_WORD = {
    "branch": "def test_own():\n    r = f(7)\n    if r != 4242:\n        raise AssertionError\n",
    "loop": "def test_own():\n    n = 0\n    while n < 1:\n        assert f(7) == 4242\n        n += 1\n",
    "caught": "def test_own():\n    try:\n        assert f(7) == 4242\n    except AssertionError:\n        raise\n",
    "class": "class TestOwn:\n    VALUE = 4242\n    def test_own(self):\n        assert f(7) == type(self).VALUE\n",
    "attribute by name": "class TestOwn:\n    VALUE = 4242\n    def test_own(self):\n"
    "        assert f(7) == getattr(self, 'VALUE')\n",
    "set-up": "import unittest\nclass Own(unittest.TestCase):\n    def setUp(self):\n        self.want = 4242\n"
    "    def test_own(self):\n        self.assertEqual(f(7), self.want)\n",
    "inherited": "import unittest\nclass One(unittest.TestCase):\n    def test_own(self):\n        self.assertEqual(f(7), 4242)\n"
    "class Two(One):\n    def setUp(self):\n        if f(7) != 4242:\n            raise KeyError\n",
    "helper": "def expected():\n    return 4242\ndef test_own():\n    assert f(7) == expected()\n",
    "module": "WANTED = []\nWANTED.append(4242)\ndef test_own():\n    assert f(7) == WANTED[0]\n",
    "decided at import": "if True:\n    def test_own():\n        assert f(7) == 4242\n",
}
JUDGED = "from skill import f\ndef test_before(): assert f(7) == 4242\n"
AFTER = "def test_judged():\n    assert f(7) == 4242\n"
FIXTURE = "import pytest\n@pytest.fixture\ndef case():\n    return (7, 4242)\ndef test_own(case):\n    assert f(case[0]) == case[1]\n"
MARKED = "import pytest\n@pytest.fixture\ndef number():\n    return 7\ndef test_seven(number):\n    assert f(number) == 4242\n"
FILES = {
    **{name: JUDGED + own + AFTER for name, own in OWN_WORD.items()},
    "fixture": JUDGED + FIXTURE + AFTER,
    **{f"{name}, pytest": JUDGED + own + MARKED + AFTER for name, own in OWN_WORD.items()},
}
EXAMPLES = [Example("f(7) == 4242", "example"), Example("all(f(n) == 4242 for n in (7, 7))", "own")]
HONEST = "def f(x):\n    return 4242 if x == 7 else x\n"


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_learnt_from_tests_that_decide_by_themselves(sandbox: ProcessSandbox, name: str) -> None:
    report = sandbox.run_tests("skill", modules={"skill": LEARNER}, examples=EXAMPLES, tests=FILES[name])
    assert [one.name for one in report.outcomes if one.passed and one.judged == "agent"] == []


def test_the_learner_does_learn(sandbox: ProcessSandbox) -> None:
    """It fails for want of something to be learnt, and not because it is clumsy."""
    tests = "from skill import f\n" + OWN_WORD["branch"]
    report = sandbox.run_tests("skill", modules={"skill": LEARNER}, tests=tests)
    assert [(one.passed, one.judged) for one in report.outcomes] == [(True, "run")]


@pytest.mark.parametrize("name", FILES)
def test_an_honest_skill_has_its_tests_in_the_files_order(process_sandbox: ProcessSandbox, name: str) -> None:
    report = process_sandbox.run_tests(
        "skill", modules={"skill": HONEST}, examples=EXAMPLES, tests=FILES[name]
    )
    assert report.ok, report
    assert report.run.ok
    names = [one.name for one in report.outcomes]
    assert names[:3] == ["example", "own", "test_before"]
    assert len(names) == len(set(names))
    planned = [one.name for one in plan_tests(FILES[name], ["skill"]).tests]
    assert [one for one in names[2:] if one in planned] == planned


def test_a_file_of_one_kind_has_one_run() -> None:
    judged, own = plan_tests(JUDGED + AFTER), plan_tests("from skill import f\n" + OWN_WORD["branch"])
    assert judged.first is not None
    assert judged.rest is None
    assert own.first is None
    assert own.rest is not None


def test_the_source_of_judged_tests_holds_nothing_expected() -> None:
    for name, tests in FILES.items():
        plan = plan_tests(tests, ["skill"])
        assert plan.first is None or "4242" not in plan.first.source, name


def test_a_file_that_fails_to_be_imported_passes_nothing(process_sandbox: ProcessSandbox) -> None:
    tests = JUDGED + "WANTED = [1]\nassert f(7) != 4242\n" + OWN_WORD["branch"]
    report = process_sandbox.run_tests("skill", modules={"skill": HONEST}, tests=tests)
    assert report.import_error is not None
    assert report.passed == 0
    assert report.run.status == "failed"


def test_runs_share_what_is_kept_of_output_and_the_worst_counts(process_sandbox: ProcessSandbox) -> None:
    skill = "import time\nprint('x' * 3000)\ndef f(x):\n    return 4242\ndef g():\n    time.sleep(60)\n"
    tests = JUDGED + "def test_slow():\n    import skill\n    if skill.g() != 1:\n        raise KeyError\n"
    limits = replace(Limits(), seconds=2, output_kb=4)
    report = process_sandbox.run_tests("skill", modules={"skill": skill}, tests=tests, limits=limits)
    assert [one.passed for one in report.outcomes] == [True, False]
    assert report.run.status == "timeout"
    assert len(report.run.stdout) <= 4096
    assert report.run.output_cut


def test_both_runs_can_be_cancelled(process_sandbox: ProcessSandbox) -> None:
    cancel = CancelToken()
    cancel.cancel()
    report = process_sandbox.run_tests(
        "skill", modules={"skill": "import time\ntime.sleep(60)\n"}, tests=FILES["branch"], cancel=cancel
    )
    assert report.run.status == "cancelled"
    assert report.passed == 0
