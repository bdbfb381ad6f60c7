"""Many variants are run at once, and none of them can do more than spoil its own place."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import pytest

from apprentice.cancellation import CancelToken
from apprentice.errors import Cancelled
from apprentice.proof.batch import VARIANT_SECONDS, Outcomes, form_of, run_many
from apprentice.proof.behaviour import observe
from apprentice.sandbox import Limits, ProcessSandbox, Sandbox, open_sandbox
from apprentice.settings import load_settings


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    kind = open_sandbox(load_settings(workspace=tmp_path_factory.mktemp("workspace")))
    yield kind
    kind.close()


def seen(
    sandbox: Sandbox,
    codes: Sequence[str],
    *calls: str,
    seconds: float = 20.0,
    seconds_each: float = VARIANT_SECONDS,
) -> list[Outcomes | None]:
    return run_many(
        sandbox, codes, "f", calls or ["[1]"], modules={}, seconds=seconds, seconds_each=seconds_each
    )


def good(number: int) -> str:
    return f"def f(x):\n    return x + {number}\n"


HOSTILE = {
    "loops": "def f(x):\n    while True:\n        pass\n",
    "loops at import": "while True:\n    pass\ndef f(x):\n    return 1\n",
    "catches all": "def f(x):\n    while True:\n        try:\n            while True: pass\n        except:\n            pass\n",
    "ends the process": "import os\ndef f(x):\n    os._exit(0)\n",
    "one long operation": "def f(x):\n    return 10 ** 10 ** 8\n",
    "sleeps": "import time\ndef f(x):\n    time.sleep(60)\n",
    "not Python": "def f(x:\n",
    "no function": "x = 1\n",
    "no module": "import nothing_of_this_name\ndef f(x):\n    return 1\n",
    "fails at import": "1 / 0\ndef f(x):\n    return 1\n",
    "exits at import": "raise SystemExit(0)\n",
    "ignores signals": "import signal\nfor s in (signal.SIGALRM, signal.SIGPROF):\n    signal.signal(s, signal.SIG_IGN)\n"
    "def f(x):\n    while True: pass\n",
    "kills itself": "import os\ndef f(x):\n    os.kill(os.getpid(), 9)\n",
}  # fmt: skip
ODD = {
    "exits": ("import sys\ndef f(x):\n    sys.exit(0)\n", "raised", "SystemExit"),
    "own error": ("class E(BaseException): pass\ndef f(x):\n    raise E\n", "raised", "E"),
    "recurses": ("def f(x):\n    return f(x)\n", "raised", "RecursionError"),
    "eats memory": ("def f(x):\n    return 'a' * 10 ** 11\n", "raised", "MemoryError"),
    "prints much": ("def f(x):\n    print('y' * 10 ** 6)\n    return 7\n", "returned", '["int", "7"]'),
    "reads": ("def f(x):\n    return input()\n", "raised", "EOFError"),
    "lies": (
        "class N(int):\n    def __eq__(self, o): return True\n    def __repr__(self): return '9'\ndef f(x):\n    return N(3)\n",
        "returned",
        '["int", "3"]',
    ),
    "writes to the output": ("import os\ndef f(x):\n    os.write(1, b'x' * 1000)\n    return 8\n", "returned", '["int", "8"]'),
    "is huge": ("def f(x):\n    return list(range(10 ** 5))\n", "unknown", ""),
    "not a function": ("f = 3\n", "raised", "TypeError"),
}  # fmt: skip


def test_each_code_answers_each_call(sandbox: Sandbox) -> None:
    """Values, errors and changed arguments, in the order in which they were asked for."""
    codes = [good(1), "def f(x):\n    x.append(1)\n    return x\n"]
    found = seen(sandbox, codes, "[1]", "[[0]]")
    assert found[0] is not None
    assert found[1] is not None
    assert [(one.kind, one.form) for one in found[0]] == [
        ("returned", '["int", "2"]'),
        ("raised", "TypeError"),
    ]
    assert [(one.kind, one.changed) for one in found[1]] == [("raised", False), ("returned", True)]


def test_forms_are_those_of_a_behaviour(sandbox: Sandbox) -> None:
    """What's seen here can be compared with what's seen there."""
    code = "def f(x):\n    return {'b': {x, 2}, 'a': (x, 1.5, None, b'1')}\n"
    found = seen(sandbox, [code], "['q']")[0]
    other = observe(sandbox, "m", "f", ["['q']"], modules={"m": code})
    assert found is not None
    assert found[0].form == other.outcomes[0].form
    assert found[0].text == other.outcomes[0].text


@pytest.mark.parametrize(
    "value", [None, True, 3, -2.5, "a", b"b", [1, [2]], (1,), {1: "a", "b": []}, {3, 1}, "x" * 5000]
)
def test_form_of_a_value_is_that_of_a_result(sandbox: Sandbox, value: object) -> None:
    """What an example expects is in the form in which results come."""
    found = seen(sandbox, [f"def f():\n    return {value!r}\n"], "[]")[0]
    assert found is not None
    assert form_of(value) == found[0].form


def test_hostile_variants_spoil_only_their_own_place(sandbox: Sandbox) -> None:
    """Those that hang, end the process or can't be loaded give None; all others are as they'd be alone."""
    names = list(HOSTILE)
    codes = [code for name in names for code in (good(1), HOSTILE[name], good(2))]
    found = seen(sandbox, codes, "[1]", seconds=40.0)
    spoilt = [found[3 * place + 1] for place in range(len(names))]
    assert spoilt == [None] * len(names)
    rest = [one for place, one in enumerate(found) if place % 3 != 1]
    assert [one[0].text if one else "lost" for one in rest] == ["2", "3"] * len(names)


@pytest.mark.parametrize("name", list(ODD))
def test_odd_variants_are_seen_as_they_are(sandbox: Sandbox, name: str) -> None:
    """Exits, floods and lies are outcomes like others."""
    code, kind, form = ODD[name]
    before, found, after = seen(sandbox, [good(1), code, good(2)])
    assert before is not None
    assert before[0].text == "2"
    assert after is not None
    assert after[0].text == "3"
    assert found is not None
    assert (found[0].kind, found[0].form) == (kind, form)


def test_a_forged_line_is_not_believed(sandbox: Sandbox) -> None:
    """What a variant prints says nothing about others."""
    forged = "import os\ndef f(x):\n    os.write(1, b'\\n0 [1, \"ended\", []]\\n')\n    return 5\n"
    found = seen(sandbox, [forged, good(1)])
    assert [one[0].text for one in found if one] == ["5", "2"]


def test_names_do_not_leak(sandbox: Sandbox) -> None:
    """Each variant has a module of its own."""
    found = seen(sandbox, ["kept = 1\ndef f(x):\n    return x\n", "def f(x):\n    return kept\n"])
    assert found[1] is not None
    assert found[1][0].form == "NameError"


def test_too_many_endings_are_given_up(sandbox: Sandbox) -> None:
    """A pool of variants that all end the process doesn't take a run for each."""
    codes = [HOSTILE["ends the process"]] * 60
    began = time.monotonic()
    assert seen(sandbox, codes) == [None] * 60
    assert time.monotonic() - began < 15


def test_the_time_is_kept(sandbox: Sandbox) -> None:
    """What isn't come to in time is None, and what was seen before stays."""
    codes = [good(1), *[HOSTILE["loops"]] * 500, good(2)]
    began = time.monotonic()
    found = seen(sandbox, codes, seconds=1.0)
    assert time.monotonic() - began < 15
    assert found[0] is not None
    assert found[-1] is None


def test_large_texts_are_shared_out(sandbox: Sandbox) -> None:
    """More text than one run takes is more than one run."""
    codes = [good(number) + f"\nPADDING = '{'p' * 30_000}'\n" for number in range(40)]
    found = seen(sandbox, codes, seconds_each=2.0)
    assert [one[0].text for one in found if one] == [str(number + 1) for number in range(40)]


def test_what_they_import_is_there(sandbox: Sandbox) -> None:
    """Skills and the standard library; the first one that imports something isn't the slow one."""
    codes = ["import helper, statistics, decimal\n\ndef f(x):\n    return helper.twice(x)\n"]
    modules = {"helper": "def twice(x):\n    return 2 * x\n"}
    found = run_many(sandbox, codes, "f", ["[4]"], modules=modules, seconds=20.0)
    assert found[0] is not None
    assert found[0][0].text == "8"


def test_it_can_be_stopped(sandbox: Sandbox) -> None:
    """The token counts here as well."""
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        run_many(sandbox, [good(1)], "f", ["[1]"], modules={}, cancel=cancel)


def test_nothing_to_run(sandbox: Sandbox) -> None:
    """No code, no run; no call, no outcome."""
    assert run_many(sandbox, [], "f", ["[1]"], modules={}) == []
    assert run_many(sandbox, [good(1)], "f", [], modules={}, seconds=20.0) == [()]


def test_a_plain_process_does_as_well(tmp_path_factory: pytest.TempPathFactory) -> None:
    """It needs nothing of one kind of sandbox."""
    plain = ProcessSandbox(tmp_path_factory.mktemp("exec"), Limits())
    found = seen(plain, [good(1), HOSTILE["loops"], HOSTILE["ends the process"], good(2)])
    assert [one[0].text if one else None for one in found] == ["2", None, None, "3"]
