"""The syntax scan as a whole: it always ends, never breaks, and doesn't depend on the order of the code."""

from __future__ import annotations

import itertools
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apprentice.safety import DEFAULT_DANGEROUS_PATTERNS, SafetyGate, scan

gate = SafetyGate(DEFAULT_DANGEROUS_PATTERNS)

WORDS = st.sampled_from(
    "os sys eval exec open getattr vars globals x y f self lambda def class import from as = == + % [ ] ( ) { } : , . "
    "'system' 'sys' 'tem' '__globals__' f'{x}' 1 -1 for in if else return yield await async match case with try except "
    "global nonlocal del * ** := @ __builtins__ __dict__ system path join\n\n\t".split(" ")
)


@settings(max_examples=200, deadline=None)
@given(code=st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=30).map(" ".join)))
def test_no_text_breaks_the_review(code: str) -> None:
    """Whatever a model writes, the answer is a review."""
    assert gate.review(code).tier in ("auto", "approval", "never")


PARTS = [
    "import os",
    "o = os",
    "p = o",
    "def f():\n    return p",
    "def g(q=p):\n    q.system('x')\n    f().system('x')",
]


@pytest.mark.parametrize("parts", list(itertools.permutations(PARTS)), ids=lambda parts: "")
def test_the_order_of_statements_does_not_matter(parts: tuple[str, ...]) -> None:
    """A chain of names is followed from wherever it is begun."""
    assert "os.system" in {finding.rule for finding in scan("\n".join(parts))}


@pytest.mark.parametrize("turned", [False, True])
def test_long_chains_of_names_are_followed_or_refused(turned: bool) -> None:
    """A hundred aliases hide nothing."""
    chain = [
        "def f():\n    return a100.system('x')",
        *(f"def g{n}():\n    global a{n}\n    a{n} = a{n - 1}" for n in range(1, 101)),
    ]
    code = "\n".join(["import os", "a0 = os", *(reversed(chain) if turned else chain)])
    assert any(finding.tier == "never" for finding in scan(code))


def test_circles_end() -> None:
    """Names that depend on themselves and on each other, growing, are worked out in bounded time."""
    code = """
def f(x):
    x = g(x) + "a"
    y = [x, y, f(y)]
    while x:
        x, y = y, x
        x = x.next or x.prev or h(x)
        y = {x: y, y: x}
    return [y, x]
def g(x):
    return f(x) + x + f(g(x)) % g(f(x))
def h(x):
    return lambda z: g(f(h(x)))(z)
"""
    begun = time.process_time()
    assert scan(code * 20) == []
    assert time.process_time() - begun < 20


def test_many_bindings_hide_nothing() -> None:
    """The one dangerous value among hundreds of harmless ones is still seen."""
    harmless = "\n".join(f"o = {n}\nself.o = {n}" for n in range(300))
    assert scan(f"import os\n{harmless}\no = os\no.system('x')")
    names = "\n".join(f"n = 'a{n}'" for n in range(50))
    assert scan(f"import os\n{names}\nn = 'system'\ngetattr(os, n)('x')")


def test_long_chains_of_elif_and_deep_brackets_pass() -> None:
    """Large tables of cases are ordinary code."""
    chain = "if x == 0:\n    y = 0\n" + "".join(f"elif x == {n}:\n    y = {n}\n" for n in range(1, 200))
    assert scan(f"def f(x):\n    y = None\n    return y\nx = 1\n{chain}") == []
    assert scan("x = " + " + ".join(map(str, range(200)))) == []
    assert scan("x = " + "[" * 40 + "]" * 40) == []
    assert scan("TABLE = {" + ", ".join(f"{n}: 'v{n}'" for n in range(3000)) + "}\nprint(TABLE[5])") == []


def test_ordinary_modules_of_the_standard_library_pass() -> None:
    """Large, real code that does nothing outside isn't refused, and is reviewed in little time."""
    folder = Path(sys.modules["json"].__file__ or "").parent.parent
    for name in (
        "textwrap",
        "difflib",
        "bisect",
        "heapq",
        "statistics",
        "fractions",
        "json/decoder",
        "string",
        "csv",
    ):
        assert gate.review((folder / f"{name}.py").read_text()).refusals == (), name


def test_reviews_in_several_threads_agree() -> None:
    """Candidates of one skill are reviewed at the same time."""
    codes = ["eval('1')", "x = 1", "import os\nos.system('x')", "open('/etc/x')"] * 5
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(gate.review, codes)) == [gate.review(code) for code in codes]
