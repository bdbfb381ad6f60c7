"""The parts that decide without running anything: what a test file holds, how output is cut, how values cross."""

from __future__ import annotations

import ast
import math
from typing import Any

import pytest

from apprentice.sandbox.judge.plan import plan_tests
from apprentice.sandbox.output import CappedOutput, share
from apprentice.sandbox.plain import NotPlain, cut, decode, dump_json, encode


@pytest.mark.parametrize(
    ("source", "runner", "names"),
    [
        ("", "native", []),
        ("def test_a(): pass\nasync def test_b(): pass\ndef helper(): pass", "native", ["test_a", "test_b"]),
        ("def test_a(): pass\ndef test_b(): pass\ndef test_a(): pass", "native", ["test_b", "test_a"]),
        ("def test_a(x): pass", "pytest", ["test_a"]),
        ("def test_a(x=1): pass", "native", ["test_a"]),
        ("import pytest\ndef test_a():\n    with pytest.raises(ValueError): pass", "native", ["test_a"]),
        ("import pytest as p\n@p.mark.skip\ndef test_a(): pass", "pytest", ["test_a"]),
        ("from pytest import mark\ndef test_a(): pass", "native", ["test_a"]),
        ("from pytest import mark\n@mark.slow\ndef test_a(): pass", "pytest", ["test_a"]),
        (
            "import pytest\n@pytest.mark.parametrize('x', [1, 'a'])\ndef test_a(x): pass",
            "native",
            ["test_a[1]", "test_a[a]"],
        ),
        ("import pytest\n@pytest.mark.parametrize('x', f())\ndef test_a(x): pass", "pytest", ["test_a"]),
        ("def setup_function(): pass\ndef test_a(): pass", "pytest", ["test_a"]),
        ("if True:\n    def test_a(): pass", "pytest", []),
        ("class TestA:\n    def test_b(self): pass\n    def other(self): pass", "native", ["TestA::test_b"]),
        ("class TestA:\n    def __init__(self): pass\n    def test_b(self): pass", "native", []),
        ("class TestA:\n    __test__ = False\n    def test_b(self): pass", "native", []),
        (
            "class TestA:\n    def setup_method(self): pass\n    def test_b(self): pass",
            "pytest",
            ["TestA::test_b"],
        ),
        ("class A:\n    def test_b(self): pass", "native", []),
        (
            "from unittest import TestCase as T\nclass A(T):\n    def test_b(self): pass",
            "native",
            ["A::test_b"],
        ),
        (
            "import unittest\nclass Base(unittest.TestCase):\n    def test_a(self): pass\n"
            "class B(Base):\n    def test_b(self): pass",
            "native",
            ["Base::test_a", "B::test_a", "B::test_b"],
        ),
    ],
)
def test_tests_are_counted_from_the_source(source: str, runner: str, names: list[str]) -> None:
    plan = plan_tests(source)
    assert plan.runner == runner
    assert [test.name for test in plan.tests] == names


@pytest.mark.parametrize("text", ["short", "x" * 100, "ü" * 60, "🧪" * 30, "a" * 99 + "🧪" * 40])
@pytest.mark.parametrize("step", [1, 7, 1000])
def test_output_is_cut_in_its_middle_and_between_characters(text: str, step: int) -> None:
    data = text.encode()
    output = CappedOutput(100)
    for start in range(0, len(data), step):
        output.add(data[start : start + step])
    kept = output.text(100)
    assert "�" not in kept
    if len(data) <= 100:
        assert kept == text
    else:
        head, _, rest = kept.partition("\n… ")
        tail = rest.partition(" …\n")[2]
        assert text.startswith(head)
        assert text.endswith(tail)
        assert 90 <= len((head + tail).encode()) <= 100


def test_two_streams_share_one_cap() -> None:
    big, small = CappedOutput(100), CappedOutput(100)
    big.add(b"x" * 1000)
    small.add(b"y" * 10)
    first, second = share(big, small, 100)
    assert (first.count("x"), second) == (90, "y" * 10)
    small.add(b"y" * 1000)
    first, second = share(big, small, 100)
    assert (first.count("x"), second.count("y")) == (50, 50 + 1)  # the y of "bytes"


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -5,
        10**500,
        1.5,
        -0.0,
        math.inf,
        "ü\ud800",
        b"\0\xff",
        [1, [2]],
        (1,),
        {1: (2,)},
        {1},
        2 - 3j,
    ],
)
def test_values_cross_unchanged(value: Any) -> None:
    import json

    back = decode(json.loads(dump_json(encode(value))))
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize(
    "data", [None, [], ["?"], ["i", "x"], ["d", [[["l", []], ["n"]]]], ["l", 3], {}, ["Q", "1", "0"]]
)
def test_damaged_values_are_refused(data: Any) -> None:
    with pytest.raises(NotPlain):
        decode(data)


def test_a_class_that_pretends_to_be_an_int_is_not_plain() -> None:
    class Pretender:
        __class__ = int  # type: ignore[assignment]

    with pytest.raises(NotPlain):
        encode(Pretender())


def test_cutting_keeps_both_ends() -> None:
    assert cut("abcdefghij", 10) == "abcdefghij"
    assert cut("abcdefghijk", 10) == "abcdef…ijk"


def test_marks_on_shared_nodes_do_not_keep_a_test_from_being_judged() -> None:
    """Libraries hang trees of their own on nodes that all trees of a process share, endless ones too."""
    tests = (
        "from skill import f\nCASES = [(1, 2), (2, 4)]\ndef check(x, y):\n    assert f(x) == -y\n"
        "def test_a():\n    for x, y in CASES:\n        assert f(-x) == y\n    check(1, 2)\n"
    )
    shared = [node for node in ast.walk(ast.parse("a = -b")) if not node._fields]
    chain: ast.AST = ast.Pass()
    for _ in range(2_000):
        chain = ast.Expr(chain)
    plain = plan_tests(tests)
    for node in shared:
        node.mark = chain  # type: ignore[attr-defined]
    try:
        assert plan_tests(tests) == plain
    finally:
        for node in shared:
            del node.mark  # type: ignore[attr-defined]
    assert plain.checks
