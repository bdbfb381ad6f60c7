"""Examples are judged by the agent, on plain values, as Python would judge them."""

from __future__ import annotations

import pytest

from apprentice.sandbox import Example, ProcessSandbox, TestOutcome
from apprentice.sandbox.judge.examples import NotConstant, constant_value, equal, plan_example

SKILL = """
import collections, datetime, decimal, enum, fractions
from dataclasses import dataclass

def f(x):
    return x

def double(x):
    if x is None:
        raise TypeError("can't double None")
    return x * 2

async def later(x):
    return x + 1

@dataclass
class Point:
    x: int

class Liar:
    def __eq__(self, other): return True
    def __hash__(self): return 0
    def __bool__(self): return True

class LyingInt(int):
    def __eq__(self, other): return True
    __hash__ = int.__hash__

class MyError(ValueError): pass
class KeyError(Exception): pass

def fail(kind):
    raise kind("so it is")

def _hidden(): return 1
"""


def check(sandbox: ProcessSandbox, *sources: str, raises: str = "") -> list[TestOutcome]:
    examples = [Example(source, f"e{index}", raises) for index, source in enumerate(sources)]
    return list(sandbox.run_tests("skill", modules={"skill": SKILL}, examples=examples).outcomes)


def test_true_examples_pass(sandbox: ProcessSandbox) -> None:
    sources = [
        "double(2) == 4",
        "4 == double(2)",
        "f(1) == True",
        "f(True) == 1",
        "f(2.0) == 2",
        "f(0.1) + 0.2 == 0.3",
        "f([0.1 + 0.2, {'a': (0.1 + 0.2,)}]) == [0.3, {'a': (0.3,)}]",
        "f('ünï') == 'ünï'",
        "f(b'x') == b'x'",
        "f({1, 2}) == {2, 1}",
        "f(set()) == set()",
        "f(frozenset([1])) == {1}",
        "f({'a': None}) == {'a': None}",
        "f({1: 2}).keys() == {1}",
        "f(2j) == 2j",
        "f(float('inf')) == float('inf')",
        "f(2) == 2 ** 0 + 1",
        "f('ab') == 'a' + 'b'",
        "f(10 ** 400) == 10 ** 400",
        "f(collections.Counter('aab')) == {'a': 2, 'b': 1}",
        "f(collections.namedtuple('P', 'x y')(1, 2)) == (1, 2)",
        "f(decimal.Decimal('1.10')) == decimal.Decimal('1.1')",
        "f(fractions.Fraction(1, 2)) == 0.5",
        "f(datetime.date(2020, 1, 2)) == datetime.date(2020, 1, 2)",
        "Point(1) == Point(1)",
        "double(2) == double(1) + 2",
        "0 < f(1) < 2",
        "f(1) is not None and f(2) != 1",
        "math.isclose(f(0.1), 0.1)",
        "abs(f(0.1) - 0.1) < 1e-9",
        "later(1) == 2",
        "await later(1) == 2",
        "isinstance(Point(1), Point)",
        "f(LyingInt(3)) == 3",
        "skill.f(1) == 1",
    ]
    outcomes = check(sandbox, *sources)
    assert [source for source, outcome in zip(sources, outcomes, strict=True) if not outcome.passed] == []


def test_false_examples_fail_whatever_the_objects_claim(sandbox: ProcessSandbox) -> None:
    sources = [
        "double(2) == 5",
        "f(1) == '1'",
        "f(float('nan')) == float('nan')",
        "f([1, 2]) == (1, 2)",
        "f([1]) == [1, 2]",
        "f(1.000001) == 1",
        "f(Liar()) == 4",
        "4 == f(Liar())",
        "f([Liar()]) == [4]",
        "f(Liar()) == double(2)",
        "f(LyingInt(3)) == 4",
        "f({LyingInt(3): 1}) == {4: 1}",
        "f(Liar())",
        "f(1)",
        "f(Liar()) is True",
        "Point(1) == Point(2)",
        "(x for x in [1]) == [1]",
        "_hidden() == 1",
        "unknown(1) == 1",
    ]
    outcomes = check(sandbox, *sources)
    assert [source for source, outcome in zip(sources, outcomes, strict=True) if outcome.passed] == []
    assert all(outcome.message and outcome.error_type for outcome in outcomes)


def test_a_failed_example_tells_what_was_seen(sandbox: ProcessSandbox) -> None:
    wrong, raised, truth, liar = check(
        sandbox, "double('a') == 'a'", "double(None) == 0", "double(2) > 5", "f(Liar()) == 4"
    )
    assert wrong.message == "double('a') returned 'aa', expected 'a'"
    assert wrong.values == {"double('a')": "'aa'", "'a'": "'a'"}
    assert (raised.error_type, raised.line) == ("TypeError", 10)
    assert raised.message == "double(None) raised TypeError: can't double None"
    assert truth.message == "assert double(2) > 5: double(2) was 4"
    assert truth.values == {"double(2)": "4", "5": "5"}
    assert "a skill.Liar, not a plain value" in liar.message


def test_expected_exceptions(sandbox: ProcessSandbox) -> None:
    right, sub, builtin = check(sandbox, "double(None)", "fail(TypeError)", "[][1]", raises="TypeError")
    assert right.passed
    assert sub.passed
    assert builtin.message == "[][1] raised IndexError, expected TypeError: list index out of range"
    mine, returned = check(sandbox, "fail(MyError)", "double(1)", raises="ValueError")
    assert mine.passed
    assert returned.message == "double(1) returned 2, expected it to raise ValueError"
    assert check(sandbox, "fail(MyError)", raises="skill.MyError")[0].passed
    assert check(sandbox, "fail(KeyError)", raises="skill.KeyError")[0].passed
    assert check(sandbox, "fail(SystemExit)", raises="SystemExit")[0].passed


def test_a_class_named_like_a_builtin_exception_is_another(sandbox: ProcessSandbox) -> None:
    assert not check(sandbox, "fail(KeyError)", raises="KeyError")[0].passed


def test_the_expected_value_never_reaches_the_run() -> None:
    planned = plan_example(0, Example("f(2) == 'secret'", "e"))
    assert "secret" not in str(planned.as_request())


def test_an_example_that_is_no_expression_fails_all(sandbox: ProcessSandbox) -> None:
    report = sandbox.run_tests(
        "skill", modules={"skill": SKILL}, examples=[Example("f(1) == 1", "a"), Example("f(1) = 1", "b")]
    )
    assert not report.ok
    assert [outcome.name for outcome in report.outcomes] == ["a", "b"]
    assert report.import_error is not None
    assert "f(1) = 1" in report.import_error.message


@pytest.mark.parametrize(
    "source", ["9 ** 9 ** 9", "'a' * 10 ** 9", "[0] * (10 ** 9)", "open('x')", "x", "bytes(10 ** 9)"]
)
def test_constants_are_told_without_danger(source: str) -> None:
    import ast

    with pytest.raises(NotConstant):
        constant_value(ast.parse(source, mode="eval").body)


def test_equality_of_plain_values() -> None:
    assert equal(0.1 + 0.2, 0.3)
    assert equal(1, True)
    assert not equal(float("nan"), float("nan"))
    assert not equal("a", 1.0)
    assert not equal(10**400, 1.0)
