"""Threads that read Python at once don't disturb each other."""

from __future__ import annotations

import ast
import sys
import threading

import pytest

from apprentice.syntax_trees import is_too_deep, literal, parse


def test_many_threads_read_python_at_once() -> None:
    code = "\n".join(f"def f{n}(a):\n    return [a + {n}, {{'x': (a, [a])}}]" for n in range(60))
    wanted = ast.dump(ast.parse(code))
    found: list[object] = []

    def read() -> None:
        for _ in range(20):
            try:
                found.append(ast.dump(parse(code)) == wanted)
            except SystemError as error:
                found.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=read) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert found == [True] * 120


def test_plain_values_only() -> None:
    assert literal("  {'a': [1, (2.5, None)]}") == {"a": [1, (2.5, None)]}
    with pytest.raises(ValueError):
        literal("f(1)")
    with pytest.raises(SyntaxError):
        parse("def f(:")


def test_what_is_nested_too_deeply_is_seen_without_recursion() -> None:
    branches = "\n".join(f"    elif n == {number}:\n        return {number}" for number in range(400))
    assert is_too_deep(f"def f(n):\n    if n < 0:\n        return 0\n{branches}")
    assert is_too_deep("x = " + " + ".join("1" * 500))
    assert not is_too_deep("def f(n):\n" + "    n += 1\n" * 2000)
    assert not is_too_deep("x = " + " + ".join("1" * 100))
    assert not is_too_deep("def f(")
