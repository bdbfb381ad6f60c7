"""What a function does is seen as it is, whatever the code does to the one who looks, and each call on its own."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import pytest

from apprentice.cancellation import CancelToken
from apprentice.errors import Cancelled
from apprentice.proof.behaviour import Behaviour, Outcome, agree, groups, observe, steady, telling
from apprentice.proof.harness import HARNESS
from apprentice.sandbox import Limits, ProcessSandbox, Sandbox, open_sandbox
from apprentice.settings import load_settings
from apprentice.syntax_trees import parse


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    kind = open_sandbox(load_settings(workspace=tmp_path_factory.mktemp("workspace")))
    yield kind
    kind.close()


def seen(sandbox: Sandbox, code: str, *calls: str, seconds: float = 0.5) -> Behaviour:
    return observe(sandbox, "m", "f", calls, modules={"m": code}, seconds_per_call=seconds)


def of_value(sandbox: Sandbox, expression: str, before: str = "") -> Outcome:
    return seen(sandbox, f"{before}\ndef f():\n    return {expression}\n", "[]").outcomes[0]


def kinds(behaviour: Behaviour) -> list[str]:
    return [outcome.kind for outcome in behaviour.outcomes]


def behaviour_of(*texts: str) -> Behaviour:
    """One made by hand: `!X` was raised, `?` isn't known, `…` was slow."""
    outcomes = [
        Outcome("unknown")
        if text == "?"
        else Outcome("slow")
        if text == "…"
        else Outcome("raised", text[1:], text[1:])
        if text.startswith("!")
        else Outcome("returned", f'["str", "{text}"]', repr(text))
        for text in texts
    ]
    return Behaviour(tuple(f"[{number}]" for number in range(len(texts))), tuple(outcomes))


def test_values_and_errors_are_told_apart(sandbox: Sandbox) -> None:
    """The basis of all: what was returned, what was raised, in one run."""
    code = "def f(a, b=2):\n    return a // b\n"
    behaviour = seen(sandbox, code, "[7]", "[7, 3]", "[7, 0]", "['x']", "[1, 2, 3]")
    assert kinds(behaviour) == ["returned", "returned", "raised", "raised", "raised"]
    assert [outcome.form for outcome in behaviour.outcomes[2:]] == [
        "ZeroDivisionError",
        "TypeError",
        "TypeError",
    ]
    assert [outcome.text for outcome in behaviour.outcomes[:2]] == ["3", "2"]
    assert (behaviour.error, behaviour.runs, behaviour.ended) == ("", 1, 5)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("{'a': 1, 'b': 2}", "{'b': 2, 'a': 1}", True),
        ("{3, 1, 2}", "set([2, 3, 1])", True),
        ("[1, 2]", "(1, 2)", False),
        ("1", "1.0", False),
        ("1", "True", False),
        ("0.1 + 0.2", "0.3", True),
        ("[0.1 + 0.2]", "[0.31]", False),
        ("float('nan')", "float('nan')", True),
        ("'a'", "b'a'", False),
        ("iter([1, 2])", "(n for n in (1, 2))", True),
        ("'x' * 9000", "'x' * 9000", True),
        ("'x' * 9000", "'x' * 8999 + 'y'", False),
        ("[n / 7 for n in range(900)]", "[n * (1 / 7) for n in range(900)]", True),
        ("[n for n in range(900)]", "[n for n in range(899)] + [0]", False),
        ("10 ** 6000", "10 ** 6000 + 1", False),
        ("__import__('datetime').date(2024, 1, 2)", "__import__('datetime').date(2024, 1, 2)", True),
        ("__import__('collections').Counter('aab')", "{'b': 1, 'a': 2}", True),
        ("P(1, 2)", "P(1, 3)", False),
        ("P(1, 2)", "P(1, 2)", True),
    ],
)
def test_values_are_compared_by_what_they_hold(sandbox: Sandbox, one: str, other: str, same: bool) -> None:
    """Order in sets and dicts doesn't count, nor what binary fractions leave; types do."""
    before = "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n    y: int\n"
    first, second = (seen(sandbox, f"{before}def f():\n    return {text}\n", "[]") for text in (one, other))
    assert kinds(first) == kinds(second) == ["returned"]
    assert agree(first, second) == [same]


def test_an_int_may_count_as_the_float_that_equals_it(sandbox: Sandbox) -> None:
    """Where the asker wants it so, as in an example that is checked with `==`."""
    first, second = (seen(sandbox, f"def f():\n    return {text}\n", "[]") for text in ("[2]", "[2.0]"))
    assert agree(first, second) == [False]
    assert agree(first, second, exact=False) == [True]


@pytest.mark.parametrize(
    "expression", ["object", "lambda: 1", "list(range(10**6))", "open", "(i for i in iter(int, 1))"]
)
def test_what_cannot_be_compared_is_unknown(sandbox: Sandbox, expression: str) -> None:
    """Neither the same nor another: functions, classes, endless and huge values."""
    outcome = of_value(sandbox, expression)
    assert outcome.kind == "unknown"
    assert outcome.text
    once = Behaviour(("[]",), (outcome,))
    assert agree(once, once) == [None]


def test_texts_are_short_and_become_examples_when_whole(sandbox: Sandbox) -> None:
    """A person reads them, and an answer to a question is kept as an example."""
    outcome = of_value(sandbox, "{'b': (1,), 'a': {3, 1}, 'c': [None, -0.5]}")
    assert outcome.text == "{'a': {1, 3}, 'b': (1,), 'c': [None, -0.5]}"
    assert outcome.literal
    for long in ("list(range(900))", "'y' * 400", "'z' * 5000", "10 ** 9000"):
        outcome = of_value(sandbox, long)
        assert len(outcome.text) <= 200
        assert not outcome.literal
    assert not of_value(sandbox, "iter('ab')").literal


def test_hostile_values_are_no_trouble(sandbox: Sandbox) -> None:
    """Values that raise, claim or print when they are looked at are seen as what they hold."""
    before = """
class Odd:
    def __init__(self): self.n = 1
    def __eq__(self, other): raise ValueError
    def __repr__(self): raise ValueError
    def __hash__(self): return 1
    def __getattribute__(self, name): raise RuntimeError
class Text(str):
    def __eq__(self, other): return True
    def __str__(self): return "forged"
    def __repr__(self): return "forged"
    __hash__ = str.__hash__
class Many(list):
    def __iter__(self): return iter([9])
    def __len__(self): return 7
"""
    assert of_value(sandbox, "[Odd()]", before).kind == "returned"
    assert of_value(sandbox, "Text('true')", before).text == "'true'"
    assert of_value(sandbox, "Many([1, 2])", before).text == "[1, 2]"


def test_errors_are_compared_by_the_nearest_of_pythons_own(sandbox: Sandbox) -> None:
    """A module's own kind of ValueError is one to whoever catches it; what it says is shown."""
    before = "class Bad(ValueError): pass\nclass Own(Exception): pass\ndef fail(e): raise e\n"
    outcome = of_value(sandbox, "fail(Bad('no date'))", before)
    assert (outcome.kind, outcome.form, outcome.text) == ("raised", "ValueError", "Bad: no date")
    assert of_value(sandbox, "fail(Own())", before).form == "Own"


HOSTILE = """
import os, sys, time
def f(n):
    if n == 1:
        while True: pass
    if n == 2: print("x" * 10**6); sys.__stdout__.write("y" * 10**6); sys.__stdout__.flush(); os.write(1, b"z" * 9999)
    if n == 3: sys.exit(3)
    if n == 4: os._exit(0)
    if n == 5: return [0] * 10**9
    if n == 6: raise KeyboardInterrupt
    if n == 7: return f(n)
    if n == 8: sys.stdout.close(); sys.stdout = None
    if n == 9: return input()
    return n
"""


def test_each_trouble_stays_with_its_call(sandbox: Sandbox) -> None:
    """One call that hangs, prints, exits, ends the process or wants all memory leaves the others as they are."""
    behaviour = seen(sandbox, HOSTILE, *(f"[{n}]" for n in range(12)))
    named = dict(enumerate(behaviour.outcomes))
    assert (named[1].kind, named[4].kind) == ("slow", "died")
    raised = {number: outcome.form for number, outcome in named.items() if outcome.kind == "raised"}
    assert raised == {
        3: "SystemExit", 5: "MemoryError", 6: "KeyboardInterrupt", 7: "RecursionError", 8: "AttributeError", 9: "EOFError",
    }  # fmt: skip
    assert [named[n].text for n in (0, 2, 10, 11)] == ["0", "2", "10", "11"]
    assert behaviour.runs <= 4


@pytest.mark.parametrize(
    "body",
    [
        "pow(7, 10**7)",
        "(lambda: exec('while True:\\n try:\\n  while True: pass\\n except BaseException: pass'))()",
        "__import__('time').sleep(9)",
        "sum(range(10**12))",
        "__import__('re').match('(a+)+$', 'a' * 60 + 'b')",
        "(n for n in iter(lambda: __import__('time').sleep(1), 1))",
    ],
)
def test_slow_calls_end_in_time_however_they_spend_it(sandbox: Sandbox, body: str) -> None:
    """Within one long operation, in sleep, swallowing whatever interrupts it, or while its value is looked at."""
    code = f"def f(n):\n    if n == 1:\n        return {body}\n    return n\n"
    began = time.monotonic()
    behaviour = seen(sandbox, code, "[0]", "[1]", "[2]", seconds=0.2)
    assert kinds(behaviour) == ["returned", "slow", "returned"]
    assert time.monotonic() - began < 15


def test_code_that_is_always_slow_or_deadly_is_given_up(sandbox: Sandbox) -> None:
    """Some troubles are enough: what is left is unknown, and says why."""
    calls = [f"[{n}]" for n in range(40)]
    slow = seen(sandbox, "def f(n):\n    while True: pass\n", *calls, seconds=0.1)
    assert kinds(slow) == ["slow"] * 3 + ["unknown"] * 37
    assert slow.outcomes[-1].text.startswith("Not called")
    dead = seen(sandbox, "import os\ndef f(n):\n    os._exit(n)\n", *calls)
    assert kinds(dead) == ["died"] * 3 + ["unknown"] * 37
    assert dead.runs <= 5


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import nothing_such\n", "ModuleNotFoundError"),
        ("def g(): pass\n", "f"),
        ("f = 3\n", "not callable"),
        ("raise SystemExit\n", "SystemExit"),
        ("import os\nos._exit(0)\n", "imported"),
        ("x = (\n", "SyntaxError"),
        ("while True: pass\n", "too long"),
    ],
)
def test_a_module_that_cannot_be_imported_says_why(sandbox: Sandbox, code: str, reason: str) -> None:
    """Nothing was called then, and no outcome claims so."""
    behaviour = seen(sandbox, code, "[1]", "[2]")
    assert kinds(behaviour) == ["unknown", "unknown"]
    assert reason in behaviour.error
    assert behaviour.ended == 0


def test_changed_arguments_and_printed_text_are_seen(sandbox: Sandbox) -> None:
    """A function that returns nothing is known by what it does; one that returns is known by that."""
    first = seen(sandbox, "def f(x):\n    x.sort()\n", "[[3, 1]]", "[[1, 3]]")
    second = seen(sandbox, "def f(x):\n    x.sort(reverse=True)\n", "[[3, 1]]", "[[1, 3]]")
    assert [outcome.changed for outcome in first.outcomes] == [True, False]
    assert agree(first, second) == [False, False]
    assert agree(first, first) == [True, True]
    loud, quiet = (
        seen(sandbox, f"def f(x):\n    {what}\n    return x[0]\n", "[[3, 1]]")
        for what in ("print(x)", "x.append(2)")
    )
    assert agree(loud, quiet) == [True]
    one, other = (seen(sandbox, f"def f(x):\n    print({what})\n", "[7]") for what in ("x", "x + 1"))
    assert agree(one, other) == [False]


def test_calls_are_fresh_and_values_by_name_reach_their_parameters(sandbox: Sandbox) -> None:
    """Arguments aren't shared between calls; those beyond the positions go to parameters by name only; coroutines run."""
    code = "def f(x, *, sep=',', n=1):\n    x.append(sep * n)\n    return x\n"
    behaviour = seen(sandbox, code, "[[]]", "[[]]", "[[], ';']", "[[], ';', 2]")
    assert [outcome.text for outcome in behaviour.outcomes] == ["[',']", "[',']", "[';']", "[';;']"]
    assert seen(sandbox, "async def f(x):\n    return x\n", "[4]").outcomes[0].text == "4"
    assert (
        seen(sandbox, "def f(*x):\n    return x\n", "[{1, 2}, set()]").outcomes[0].text == "({1, 2}, set())"
    )


def test_only_plain_values_are_passed(sandbox: Sandbox) -> None:
    """The text of a call is a value, never code."""
    behaviour = seen(sandbox, "def f(x):\n    return x\n", "[__import__('os')]", "7", "[1", "[1]")
    assert kinds(behaviour) == ["unknown", "unknown", "unknown", "returned"]


def test_cancelling_is_felt(sandbox: Sandbox) -> None:
    """Ctrl-C while a candidate is observed."""
    cancel = CancelToken(0.3)
    with pytest.raises(Cancelled):
        observe(
            sandbox, "m", "f", ["[1]"], modules={"m": "import time\ndef f(n):\n    time.sleep(9)\n"}, cancel=cancel,
            seconds_per_call=8,
        )  # fmt: skip


def test_a_process_without_a_wall_does_as_well(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same outcomes where no sandbox of the kernel's is to be had."""
    plain = ProcessSandbox(tmp_path_factory.mktemp("exec"), Limits())
    behaviour = observe(plain, "m", "f", ["[0]", "[3]", "[4]", "[11]"], modules={"m": HOSTILE})
    assert kinds(behaviour) == ["returned", "raised", "died", "returned"]


def test_dependence_on_the_seed_for_hashes_is_found(sandbox: Sandbox) -> None:
    """The same code in two processes: an order that comes from hashes isn't steady, a sorted one is."""
    words = [f"w{n}" for n in range(30)]
    code = "def f(x, how):\n    return how and sorted(set(x)) or list(set(x))\n"
    runs = []
    for _ in range(2):
        runs.append(seen(sandbox, code, repr([words, True]), repr([words, False])))
        sandbox.renew()
    assert steady(*runs) == [True, False]
    drawn = "import random\ndef f():\n    return random.random()\n"
    assert steady(seen(sandbox, drawn, "[]"), seen(sandbox, drawn, "[]")) == [False]


def test_steady_judges_only_calls_that_ended() -> None:
    """A call that was slow on a busy machine isn't held against the code."""
    assert steady(behaviour_of("a", "…", "!E", "?"), behaviour_of("a", "b", "F", "?")) == [
        True,
        None,
        False,
        None,
    ]


def test_agreement_is_told_only_where_it_can_be() -> None:
    """Unknown is neither; slow is unlike what ended, and says nothing beside slow."""
    first = behaviour_of("a", "a", "!E", "!E", "…", "…", "?")
    second = behaviour_of("a", "b", "!E", "!F", "…", "a", "a")
    assert agree(first, second) == [True, False, True, False, None, False, None]


def test_groups_are_those_that_behave_alike() -> None:
    """The largest first; what can't be compared stands in no one's way, and what never ended stands alone."""
    behaviours = [
        behaviour_of("a", "b"),
        behaviour_of("a", "c"),
        behaviour_of("a", "?"),
        behaviour_of("?", "?"),
        behaviour_of("a", "c"),
        behaviour_of("a", "c"),
        behaviour_of("?", "?"),
    ]
    assert groups(behaviours) == [[1, 4, 5], [0, 2], [3], [6]]
    assert groups([]) == []


def test_the_telling_call_splits_evenly_and_is_simple() -> None:
    """One question to a person decides as much as it can, and is easy to answer."""
    behaviours = [
        behaviour_of("a", "x", "m" * 40, "p", "!E"),
        behaviour_of("a", "x", "m" * 40, "p", "!E"),
        behaviour_of("a", "x", "n" * 40, "q", "q"),
        behaviour_of("a", "y", "n" * 40, "q", "q"),
    ]
    assert telling(behaviours) == 3
    assert telling(behaviours[:2]) is None
    assert telling([]) is None


def test_the_harness_reads_in_any_python() -> None:
    """It is compiled ahead for this version, and must be text for another."""
    assert parse(HARNESS).body


def test_sixty_calls_cost_little_more_than_one_run(sandbox: Sandbox) -> None:
    """Dozens of candidates are observed for one goal. The bound is generous: the machine may be busy."""
    code = "def f(text):\n    return '-'.join(text.lower().split())\n"
    calls = [repr([f"Hello World {n}"]) for n in range(60)]
    seen(sandbox, code, *calls)
    bare, observed = [], []
    for _ in range(7):
        began = time.perf_counter()
        sandbox.call("m", "f", ["A b"], {}, modules={"m": code})
        bare.append(time.perf_counter() - began)
        began = time.perf_counter()
        assert seen(sandbox, code, *calls).ended == 60
        observed.append(time.perf_counter() - began)
    assert statistics.median(observed) < 5 * statistics.median(bare) + 0.1
