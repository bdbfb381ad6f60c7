"""Calls give their JSON value back, or say plainly why they can't."""

from __future__ import annotations

from typing import Any

import pytest

from apprentice.errors import SandboxError
from apprentice.sandbox import ProcessSandbox, RunResult


def call(sandbox: ProcessSandbox, source: str, *args: Any, **kwargs: Any) -> RunResult:
    return sandbox.call("skill", "f", args, kwargs, modules={"skill": source})


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -(10**40),
        1.5,
        "",
        "Grüße 🧪\ud800\x00\n",
        [1, [2, [3]]],
        {"a": {"b": None}},
        "x" * 300_000,
    ],
)
def test_json_values_go_in_and_come_back_unchanged(sandbox: ProcessSandbox, value: Any) -> None:
    result = call(sandbox, "def f(x, *, y): return [x, y]", value, y=value)
    assert result.ok
    assert result.value == [value, value]


def test_tuples_become_lists_and_plain_keys_text(sandbox: ProcessSandbox) -> None:
    result = call(sandbox, "def f(): return (1, {2: 'a', None: 'b', True: 'c', 1.5: 'd'})")
    assert result.value == [1, {"2": "a", "null": "b", "true": "c", "1.5": "d"}]


@pytest.mark.parametrize(
    ("expression", "what"),
    [
        ("{1}", "a set"),
        ("b'x'", "a bytes"),
        ("float('nan')", "the float nan"),
        ("[1, [float('-inf')]]", "the float -inf"),
        ("(x for x in [])", "a generator"),
        ("{(1, 2): 3}", "a dict key that is a tuple"),
        ("{1: 'a', '1': 'b'}", "a dict with two keys that JSON writes as '1'"),
        ("__import__('collections').OrderedDict()", "a collections.OrderedDict"),
        ("10 ** 5000", "an int of thousands of digits"),
        ("(lambda l: l.append(l) or l)([])", "a value nested more than 100 deep"),
    ],
)
def test_what_json_cannot_hold_is_named(sandbox: ProcessSandbox, expression: str, what: str) -> None:
    result = call(sandbox, f"def f(): return {expression}")
    assert (result.status, result.value) == ("failed", None)
    assert result.message == f"f returned {what}, which JSON can't hold."


def test_a_coroutine_function_is_run(sandbox: ProcessSandbox) -> None:
    result = call(sandbox, "import asyncio\nasync def f(x):\n    await asyncio.sleep(0)\n    return x + 1", 1)
    assert result.value == 2


def test_an_exception_is_reported_with_its_line(sandbox: ProcessSandbox) -> None:
    result = call(sandbox, "def f(x):\n    return g(x)\ndef g(x):\n    return 1 / x\n", 0)
    assert (result.status, result.error_type) == ("failed", "ZeroDivisionError")
    assert result.message == "ZeroDivisionError: division by zero (line 4)"
    assert "Traceback" in result.stderr
    assert "child" not in result.stderr


@pytest.mark.parametrize("ending", ["os._exit(0)", "sys.exit(0)", "os.kill(os.getpid(), 9)"])
def test_ending_early_is_never_ok(sandbox: ProcessSandbox, ending: str) -> None:
    result = call(sandbox, f"import os, sys\ndef f():\n    {ending}")
    assert not result.ok
    assert result.value is None
    assert result.message


def test_a_missing_function_and_a_missing_module_are_named(sandbox: ProcessSandbox) -> None:
    result = call(sandbox, "def g(): pass")
    assert result.message == "There is no function 'f' in the module 'skill'."
    with pytest.raises(SandboxError, match="skill"):
        sandbox.call("skill", "f", [], {}, modules={})


def test_a_skill_named_like_a_standard_module_is_the_one_called(sandbox: ProcessSandbox) -> None:
    result = sandbox.call("json", "f", [], {}, modules={"json": "def f(): return 'mine'"})
    assert result.value == "mine"


def test_printing_does_not_disturb_the_value(sandbox: ProcessSandbox) -> None:
    result = call(sandbox, "import os\ndef f():\n    print('{')\n    os.write(2, b'x')\n    return 1")
    assert (result.value, result.stdout, result.stderr) == (1, "{\n", "x")


def test_threads_that_go_on_do_not_keep_a_call_waiting(sandbox: ProcessSandbox) -> None:
    source = "import threading, time\ndef f():\n    threading.Thread(target=time.sleep, args=(60,)).start()\n    return 1"
    result = call(sandbox, source)
    assert result.value == 1
    assert result.seconds < 15
