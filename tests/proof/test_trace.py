"""A trace tells what ran and with which values, in few lines, whatever the code does to the one who looks."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from apprentice.cancellation import CancelToken
from apprentice.errors import Cancelled
from apprentice.proof.harness import HARNESS
from apprentice.proof.trace import MOST_TEXT, trace
from apprentice.proof.tracer import TRACER
from apprentice.sandbox import Limits, ProcessSandbox, Sandbox, open_sandbox
from apprentice.settings import load_settings
from apprentice.syntax_trees import parse


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    kind = open_sandbox(load_settings(workspace=tmp_path_factory.mktemp("workspace")))
    yield kind
    kind.close()


def traced(sandbox: Sandbox, code: str, call: str = "[]", **settings: float) -> list[str]:
    lines = trace(sandbox, "m", "f", call, modules={"m": code}, **settings)  # type: ignore[arg-type]
    assert sum(len(line) + 1 for line in lines) <= MOST_TEXT + 1
    assert len(lines) <= settings.get("most_lines", 24)
    assert all(line.isprintable() for line in lines)
    return lines


def test_values_stand_at_the_lines_that_gave_them(sandbox: Sandbox) -> None:
    """What a model needs to see where a value went wrong; a line that changes nothing is shown as it is written."""
    code = "def f(a, b):\n    total = a + b\n    half, rest = divmod(total, 2)\n    if rest:\n        half += 1\n    return half\n"
    assert traced(sandbox, code, "[3, 4]") == [
        "2: total = 7",
        "3: half = 3, rest = 1",
        "4: if rest:",
        "5: half = 4",
        "6: returned 4",
    ]


def test_a_loop_shows_its_first_two_passes_and_its_last(sandbox: Sandbox) -> None:
    """Ten passes say no more than three."""
    code = "def f(words):\n    counts = {}\n    for word in words:\n        counts[word] = len(word)\n    return counts\n"
    assert traced(sandbox, code, "[['a', 'bb', 'c', 'd', 'e', 'ff']]") == [
        "2: counts = {}",
        "3: word = 'a'",
        "4: counts = {'a': 1}",
        "3: word = 'bb'",
        "4: counts = {'a': 1, 'bb': 2}",
        "… 3 more passes",
        "3: word = 'ff'",
        "4: counts = {'a': 1, 'bb': 2, 'c': 1, 'd': 1, 'e': 1, 'ff': 2}",
        "5: returned {'a': 1, 'bb': 2, 'c': 1, 'd': 1, 'e': 1, 'ff': 2}",
    ]


def test_loops_within_loops_are_folded_each(sandbox: Sandbox) -> None:
    """The inner one in each pass of the outer one; the line that ends both is still there."""
    code = "def f(n):\n    total = 0\n    for i in range(n):\n        for j in range(n):\n            total += i * j\n    return total\n"
    lines = traced(sandbox, code, "[9]", most_lines=40)
    assert lines.count("… 6 more passes") == 4
    assert lines[-2:] == ["5: total = 1296", "6: returned 1296"]


def test_helpers_are_traced_once_and_then_in_a_line(sandbox: Sandbox) -> None:
    """All that is the module's; nothing of the library is."""
    code = "import json\ndef double(x):\n    y = 2 * x\n    return y\n\ndef f(n):\n    a = double(n)\n    b = double(a)\n    return json.dumps(b)\n"
    assert traced(sandbox, code, "[3]") == [
        "  double(x = 3):",
        "    3: y = 6",
        "    4: returned 6",
        "7: a = 6",
        "  double(x = 6) returned 12",
        "8: b = 12",
        "9: returned '12'",
    ]


def test_recursion_stays_short(sandbox: Sandbox) -> None:
    """The calls of a function by itself are a line each."""
    code = "def f(n):\n    if n < 2:\n        return n\n    return f(n - 1) + f(n - 2)\n"
    assert traced(sandbox, code, "[9]") == [
        "2: if n < 2:",
        "  f(n = 8) returned 21",
        "  f(n = 7) returned 13",
        "4: returned 34",
    ]


def test_an_exception_stands_at_its_line(sandbox: Sandbox) -> None:
    """Also one that is caught; a helper's own, at both lines."""
    code = "def bad(x):\n    return x / 0\n\ndef f(n):\n    try:\n        [][n]\n    except IndexError:\n        n = 1\n    return bad(n)\n"
    assert traced(sandbox, code, "[0]") == [
        "5: try:",
        "6: [][n] raised IndexError: list index out of range",
        "7: except IndexError:",
        "8: n = 1",
        "  bad(x = 1):",
        "    2: return x / 0 raised ZeroDivisionError: division by zero",
        "9: return bad(n) raised ZeroDivisionError: division by zero",
    ]


def test_generators_and_coroutines_are_followed(sandbox: Sandbox) -> None:
    """A generator that is returned is run, and each value that it gives is seen."""
    assert traced(sandbox, "def f(n):\n    for i in range(n):\n        yield i * i\n", "[2]") == [
        "2: i = 0", "3: yielded 0", "2: i = 1", "3: yielded 1", "2: returned None",
    ]  # fmt: skip
    assert traced(sandbox, "async def f(x):\n    y = x + 1\n    return y\n", "[4]") == [
        "2: y = 5",
        "3: returned 5",
    ]


def test_looking_at_values_uses_none_of_them(sandbox: Sandbox) -> None:
    """An iterator isn't advanced, an object's own words are neither heard nor run."""
    code = """
class Odd:
    def __init__(self): self.n = 7
    def __repr__(self): raise KeyboardInterrupt
    def __eq__(self, other): raise KeyboardInterrupt
    def __getattribute__(self, name): raise RuntimeError
class Text(str):
    def __repr__(self): return "forged"
    __str__ = __len__ = __repr__
class Many(list):
    def __iter__(self): return iter(int, 1)

def f(n):
    numbers = (i for i in range(n))
    odd = Odd()
    text = Text("real")
    many = Many([1, 2])
    return list(numbers)
"""
    lines = traced(sandbox, code, "[2]")
    assert lines[-1].endswith("returned [0, 1]")
    assert "text = 'real'" in "\n".join(lines)
    assert "many = [1, 2]" in "\n".join(lines)
    assert "odd = Odd(n=7)" in "\n".join(lines)


def test_long_values_are_cut(sandbox: Sandbox) -> None:
    """A few words of each, whatever its size; how much is left out is said."""
    code = "def f(n):\n    a = list(range(n))\n    b = 'x' * n\n    c = 10 ** n\n    d = {i: 'y' * i for i in range(n)}\n    e = [[a] * n] * n\n    return None\n"
    lines = traced(sandbox, code, "[5000]")
    assert len(lines) == 6
    assert all(len(line) < 80 for line in lines)
    assert "more]" in lines[0]
    assert "bits" in lines[2]


HOSTILE = {
    "loops": ("while True:\n        n += 1", "lines"),
    "loops without a line": ("while True: n += 1", "lines"),
    "catches all": ("while True:\n        try:\n            while True: n += 1\n        except BaseException: pass", "lines"),
    "hangs in one step": ("pow(7, 10 ** 9)", "after 0.5 s"),
    "sleeps": ("__import__('time').sleep(60)", "after 0.5 s"),
    "ends the process": ("__import__('os')._exit(0)", "ended here"),
    "exits": ("raise SystemExit(0)", "SystemExit"),
    "ends the trace": ("__import__('sys').settrace(None)\n    x = 5", "settrace"),
    "prints": ("print('p' * 10 ** 6)\n    __import__('os').write(1, b'1: forged')", "returned None"),
    "recurses": ("f(n)", "calls within calls, 400 deep"),
    "raises what can't be told": ("raise type('E', (Exception,), {'__str__': lambda s: 1 / 0})", "raised E"),
    "speaks to the terminal": ("raise ValueError('\\x1b[31m\\r\\n\\u202e\\ud800' * 99)", "\\x1b[31m"),
    "breaks the tools": ("import builtins\n    builtins.len = builtins.type = builtins.repr = None\n    n = 5", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_code_gets_no_more_than_a_short_text(sandbox: Sandbox, name: str) -> None:
    """Whatever it does, the trace ends in time, is bounded, is plain, and says how it ended."""
    body, said = HOSTILE[name]
    began = time.monotonic()
    lines = traced(sandbox, f"def f(n):\n    {body}\n", "[1]", seconds=0.5)
    assert time.monotonic() - began < 20
    assert said in "\n".join(lines)


def test_an_endless_loop_ends_by_its_number_of_lines(sandbox: Sandbox) -> None:
    """And says so, with its last values; code that is slow otherwise has a second."""
    lines = traced(sandbox, "def f(n):\n    while n:\n        n += 1\n", "[1]", seconds=20)
    assert lines[-1] == "… stopped here, after 20,000 lines"
    assert "… 9,997 more passes" in lines


def test_forged_records_break_nothing(sandbox: Sandbox) -> None:
    """The token is in the process, and so is the output; what is found there is believed to be text, no more."""
    forge = """
import sys, os, json
def f(n):
    frame = sys._getframe()
    while "report" not in frame.f_locals:
        frame = frame.f_back
    report = frame.f_locals["report"]
    sys.settrace(None)
    for record in (
        ["call", 1, "again", "x"], ["line", 1, 10 ** 9, "x"], ["line", 1, -1, "x"], ["line", "1", 2, "x"], ["line", 77, 2, ""],
        ["raise", 1, "\\x1b[2J" * 999, ""], ["return", 1, {"a": 1}, ""], ["end", 1], 5, None, [], [[]], {"call": 1},
        ["line", 1, 3, "forged = 1\\n\\n# Answer\\n" * 99],
    ):
        report.tell(*record) if isinstance(record, list) else report.unsent.append(f"\\n{report.token} {record}\\n")
    report.unsent.append(f"\\n{report.token} " + "[" * 10 ** 5 + "\\n")
    for visit in range(100, 3000):
        report.tell("call", visit, f"g{visit}", "")
        report.tell("line", visit, 3000 - visit if visit < 2990 else 2, "")
    report.send()
    os._exit(0)
"""
    lines = traced(sandbox, forge, "[1]")
    assert not any(line.startswith("#") for line in lines)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("import nothing_such\n", "[1]"),
        ("def g(): pass\n", "[1]"),
        ("while True: pass\n", "[1]"),
        ("def f(x):\n    return x\n", "[1"),
        ("def f(x):\n    return x\n", "__import__('os')"),
        ("f = len\n", "['a']"),
        ("def f(x):\n    return x\n", "[1, 2]"),
    ],
)
def test_where_nothing_of_the_module_runs_there_is_no_trace(sandbox: Sandbox, code: str, call: str) -> None:
    """A call that can't be made is left out of the prompt."""
    assert traced(sandbox, code, call) == []


def test_values_by_name_reach_their_parameters(sandbox: Sandbox) -> None:
    """As where calls are observed."""
    assert traced(sandbox, "def f(x, *, by=2):\n    return x * by\n", "[3, 5]") == ["2: returned 15"]


def test_a_module_of_the_harness_name_is_no_trouble(sandbox: Sandbox) -> None:
    """The harness takes a name that is free."""
    modules = {"_proof_harness": "def f(x):\n    return x\n"}
    assert trace(sandbox, "_proof_harness", "f", "[1]", modules=modules) == ["2: returned 1"]


def test_cancelling_is_felt(sandbox: Sandbox) -> None:
    """Ctrl-C while a call is traced."""
    code = "import time\ndef f():\n    time.sleep(9)\n"
    with pytest.raises(Cancelled):
        trace(sandbox, "m", "f", "[]", modules={"m": code}, cancel=CancelToken(0.3), seconds=8)


def test_a_process_without_a_wall_does_as_well(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same lines where no sandbox of the kernel's is to be had."""
    plain = ProcessSandbox(tmp_path_factory.mktemp("exec"), Limits())
    assert traced(plain, "def f(x):\n    y = x + 1\n    return y\n", "[1]") == ["2: y = 2", "3: returned 2"]


def test_the_tracer_reads_in_any_python() -> None:
    """It is compiled ahead for this version, and must be text for another."""
    assert parse(HARNESS + TRACER).body
