"""Taking a test file apart is bounded work, whatever the file: past it, a test is judged by the run's own word."""

from __future__ import annotations

import time
from itertools import pairwise
from string import ascii_lowercase, ascii_uppercase

import pytest

from apprentice.sandbox import ProcessSandbox
from apprentice.sandbox.judge.plan import TestPlan, plan_tests

#: Seconds of this process. An idle machine takes a tenth of it for the costliest of the files below.
MOST_SECONDS = 3.0

#: `check` of HumanEval/151: its list, known and then given to the skill, had the helper unfolded for ever.
FILTERED_SUM = """
from skill import double_the_difference

def check(candidate):
    assert candidate([]) == 0 , "This prints if this assert fails 1 (good for debugging!)"
    assert candidate([5, 4]) == 25 , "This prints if this assert fails 2 (good for debugging!)"
    lst = list(range(-99, 100, 2))
    odd_sum = sum([i**2 for i in lst if i%2!=0 and i > 0])
    assert candidate(lst) == odd_sum , "This prints if this assert fails 7 (good for debugging!)"

def test_all():
    check(double_the_difference)
"""
#: HumanEval/32 and 53: a hundred rounds with random values.
RANDOM_ROUNDS = """
import copy, math, random
from skill import find_zero

def poly(xs, x):
    return sum([coeff * math.pow(x, i) for i, coeff in enumerate(xs)])

def test_all():
    rng = random.Random(42)
    for _ in range(100):
        ncoeff = 2 * rng.randint(1, 4)
        coeffs = []
        for _ in range(ncoeff):
            coeff = rng.randint(-10, 10)
            if coeff == 0:
                coeff = 1
            coeffs.append(coeff)
        solution = find_zero(copy.deepcopy(coeffs))
        assert math.fabs(poly(coeffs, solution)) < 1e-4
"""
_IMPORT = "import pytest, re\nfrom fractions import Fraction\nfrom skill import f\n"
_CHAIN = ascii_lowercase[:8]
COSTLY = {
    "a helper whose list is given to the skill": FILTERED_SUM,
    "a loop over random values": RANDOM_ROUNDS,
    "loops in loops": "def test_a():\n"
    + "".join(f"{'  ' * (depth + 1)}for i{depth} in (1, 2):\n" for depth in range(15))
    + f"{'  ' * 17}assert i1 == f(3)\n{'  ' * 17}if f(1): break\n",
    "a list of a list of a list": "def test_a():\n  a = [1]\n"
    + "  a = [a, a]\n" * 40
    + "  assert f(1) == a\n",
    "a text that doubles": "def test_a():\n  a = 'xy'\n" + "  a = f'{a}{a}'\n" * 60 + "  assert f(1) == a\n",
    "a number that doubles": "def test_a():\n  x = Fraction(3, 7)\n"
    + "  x = x * x\n" * 60
    + "  assert f(1) == x\n",
    "helpers of helpers": "def a(x):\n  assert f(x) == 1\n"
    + "".join(f"def {name}(x):\n" + f"  {inner}(x)\n" * 20 for inner, name in pairwise(_CHAIN))
    + "def test_a():\n"
    + "  h(1)\n" * 20,
    "classes of classes": "A = (int, str)\n"
    + "".join(f"{name} = ({inner}, {inner})\n" for inner, name in pairwise(ascii_uppercase))
    + "def test_a():\n  assert isinstance(f(1), Z)\n",
    "long lists": "def test_a():\n" + "  x = sorted(list(range(100000)))\n" * 200 + "  assert f(1) == x\n",
    "patterns": "def test_a():\n" + "  assert re.search('a*a*a*b', 'a' * 200)\n" * 60,
    "a comprehension of ten thousand": "def test_a():\n"
    "  x = [i * j for i in range(1000) for j in range(10) if i % 3]\n  assert f(x) == sum(x)\n",
    "all of all": "def test_a():\n  x = list(range(200))\n  assert all(all(f(i) == j for i in x) for j in x)\n",
    "a long list within sums": f"def test_a():\n  assert f(1) == [{'1, ' * 5000}]{' + f(2)' * 80}\n",
    "lists nested deep": f"def test_a():\n  assert f(1) == {'[' * 60}f(2){', [1, 2, 3, 4, 5, 6]]' * 60}\n",
    "a long text in a loop": f"def test_a():\n  for i in range(900):\n    assert f('{'x' * 100_000}') == i\n",
    "parameters": "".join(f"@pytest.mark.parametrize('{one}', list(range(9)))\n" for one in "abc")
    + "def test_a(a, b, c):\n"
    + "  assert f(a, b) == c\n" * 50,
    "constants in a chain": "A0 = 1\n"
    + "".join(f"A{number + 1} = A{number} + 1\n" for number in range(500))
    + "def test_a():\n  assert f(A500) == A500\n",
    "many classes": "".join(
        f"class Test{number}:\n  A = [1]\n  def test_a(self):\n    assert f({number}) == 1\n"
        for number in range(200)
    ),
    "many errors": "def test_a():\n"
    + "".join(
        f"  with pytest.raises(ValueError) as e{number}:\n    f({number})\n  assert str(e{number}.value) == 'x'\n"
        for number in range(200)
    ),
}


def _planned(source: str) -> tuple[TestPlan, float]:
    before = time.process_time()
    plan = plan_tests(source if "import" in source else _IMPORT + source)
    return plan, time.process_time() - before


@pytest.mark.parametrize("source", COSTLY.values(), ids=COSTLY)
def test_any_file_is_planned_soon(source: str) -> None:
    """No file holds up the agent's own process; its tests are planned all the same."""
    plan, seconds = _planned(source)
    assert seconds < MOST_SECONDS
    assert plan.names
    assert plan.source


def test_the_limit_counts_steps() -> None:
    """The same file is planned in the same way at any speed of the machine."""
    source = _IMPORT + COSTLY["all of all"]
    plans = [plan_tests(source) for _ in range(2)]
    assert plans[0] == plans[1]
    assert plans[0].rest is not None
    assert not plans[0].checks


def test_a_costly_test_leaves_the_others_alone(process_sandbox: ProcessSandbox) -> None:
    """Only the test that takes too long is judged by the run's own word."""
    tests = (
        "from skill import f\n\n"
        "def test_costly():\n  x = list(range(200))\n  assert all(all(f(i) == i for i in x) for j in x)\n\n"
        "def test_wrong_and_costly():\n  x = list(range(200))\n  assert all(all(f(i) == j for i in x) for j in x)\n\n"
        "def test_cheap():\n  assert f(3) == 3\n"
    )
    report = process_sandbox.run_tests("skill", modules={"skill": "def f(x):\n    return x\n"}, tests=tests)
    outcomes = {outcome.name: (outcome.passed, outcome.judged) for outcome in report.outcomes}
    assert outcomes == {
        "test_costly": (True, "run"),
        "test_wrong_and_costly": (False, "run"),
        "test_cheap": (True, "agent"),
    }


def test_the_filtered_sum_is_still_judged_by_the_agent() -> None:
    """The helper of HumanEval/151 is unfolded into the test, where the agent judges it."""
    (test,) = plan_tests(FILTERED_SUM).tests
    assert len(test.required) == 3
