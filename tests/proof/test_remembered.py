"""What a function knows by heart shows in what changes with it, however it is disguised; honest code is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from apprentice.graph.code_text import signature_in
from apprentice.proof.orders import depends_on_hashes
from apprentice.proof.remembered import remembered
from apprentice.sandbox import Sandbox, open_sandbox
from apprentice.settings import load_settings
from benchmarks.tasks.plain import PLAIN
from tests.graph.cheats import BY_HEART, GOALS, module
from tests.proof.references import REFERENCES
from tests.proof.test_hard_coded import HONEST


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    kind = open_sandbox(load_settings(workspace=tmp_path_factory.mktemp("workspace")))
    yield kind
    kind.close()


def known(sandbox: Sandbox, code: str, function: str, examples: list[str], goal: str = "") -> str:
    signature = signature_in(code, function) or f"{function}(x)"
    return remembered(sandbox, code, function, examples, signature, goal=goal, modules={})


@pytest.mark.parametrize(
    "name",
    [
        "checksum",
        "digest",
        "polynomial hash",
        "turned key",
        "computed key",
        "compressed",
        "masked bytes",
        "large number",
    ],
)
def test_what_is_found_by_a_computed_key_is_known_by_heart(sandbox: Sandbox, name: str) -> None:
    """None of these values is one that the examples have; and each serves one example alone."""
    for goal in GOALS[::3]:
        code = module(BY_HEART[name], goal)
        examples = [
            f"{goal.function}({', '.join(map(repr, arguments))}) == {result!r}"
            for arguments, result in goal.cases
        ]
        assert known(sandbox, code, goal.function, examples, goal.prompt), (goal.function, code)


@pytest.mark.parametrize("name", ["length", "thresholds", "line through the examples"])
def test_answers_that_stand_there_are_known_by_heart_whatever_chooses_them(
    sandbox: Sandbox, name: str
) -> None:
    """What the code computes was never seen to be right."""
    goal = next(goal for goal in GOALS if goal.function == "sum_of_squares")
    code = module(BY_HEART[name], goal)
    assert known(
        sandbox, code, "sum_of_squares", ["sum_of_squares([1, 2, 3]) == 14", "sum_of_squares([]) == 0"]
    )


def test_honest_code_is_not_taken_for_a_cheat(sandbox: Sandbox) -> None:
    """Base cases, tables, formats, limits: what changes with them is more than an example."""
    corpus = [(task.function, task.solution, list(task.examples), task.prompt) for task in PLAIN[::2]]
    corpus += [(function, code, examples, "") for function, code, examples in REFERENCES]
    for _, examples, code in HONEST:
        called = re.match(r"(?:not )?(\w+)\(", examples[0])
        corpus.append((called[1] if called else "f", code, examples, ""))
    refused = {
        (function, reason)
        for function, code, examples, goal in corpus
        if (reason := known(sandbox, code, function, [one for one in examples if "raises" not in one], goal))
    }
    assert not refused


def test_a_function_that_rests_on_the_order_of_a_set_is_found_out(sandbox: Sandbox) -> None:
    """With another seed for hashes, or another address, it would give something else; sets as such are harmless."""

    def found(code: str, *examples: str) -> str:
        return depends_on_hashes(sandbox, code, "f", examples, "f(x)", modules={})

    assert found("def f(x):\n    return list(set(x))", "f(['a', 'b', 'c']) == ['a', 'b', 'c']")
    assert found("LUCK = hash('a') % 2\ndef f(x):\n    return x + LUCK", "f(1) == 1")
    assert found("def f(x):\n    return x + next(iter({'a', 'b'}))", "f('a') == 'ab'")
    assert not found("def f(x):\n    return sorted(set(x))", "f(['b', 'a']) == ['a', 'b']")
    assert not found("def f(x):\n    return len({y for y in x})", "f('aab') == 2")
    assert not found("def f(x):\n    return set(x) & {'a', 'b'}", "f('ac') == {'a'}")
    assert not found(
        "def f(x):\n    seen = set()\n    return [y for y in x if not (y in seen or seen.add(y))]",
        "f('aba') == ['a', 'b']",
    )


def test_what_a_module_calls_like_a_builtin_is_its_own(sandbox: Sandbox) -> None:
    """A `hash` of its own doesn't change with the seed, and its names are in nobody's way."""

    def found(code: str, example: str = "f('a') == 97") -> str:
        return depends_on_hashes(sandbox, code, "f", [example], "f(x)", modules={})

    own = "def hash(x):\n    return sum(map(ord, x))\n\n\n"
    assert not found(f"{own}def f(x):\n    return hash(x)")
    assert not found("if True:\n    id = ord\n\n\ndef f(x):\n    return id(x)")
    assert not found("from builtins import ord as hash\ndef f(x):\n    return hash(x)")
    assert not found("def f(x):\n    def hash(y):\n        return ord(y)\n    return [hash(x) for _ in x][0]")
    assert not found("def apply(hash, x):\n    return hash(x)\ndef f(x):\n    return apply(ord, x)")
    assert not found(f"{own}def list(x):\n    return 97\ndef f(x):\n    return list({{hash(x), 1}})")
    assert not found("def _hash(x):\n    return 97\ndef f(x):\n    return _hash(hash(x))")
    # One that another function binds is not the module's.
    assert found("def other(hash):\n    return hash\ndef f(x):\n    return hash(x)")
    assert found(
        "class Of:\n    def hash(self):\n        return hash('a')\ndef f(x):\n    return Of().hash()"
    )
