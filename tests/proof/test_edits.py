"""Edits reach what a candidate lacks, the likeliest first, and leave alone what they don't understand."""

from __future__ import annotations

import ast

import pytest

from apprentice.proof.edits import Edit, edits
from apprentice.proof.ingredients import ingredients_of
from benchmarks.tasks.plain import PLAIN


def of(code: str, *examples: str, goal: str = "", limit: int = 1000) -> list[Edit]:
    return edits(code, "f", examples, limit=limit, goal=goal)


def shape(code: str) -> str:
    return ast.unparse(ast.parse(code))


def body(text: str, parameters: str = "x") -> str:
    return f"def f({parameters}):\n" + "".join(f"    {line}\n" for line in text.split("\n"))


REACHED = [
    # what was written, what was meant, parameters, examples
    ("return x.lower().count(y) % 2 == 0", "return x.lower().count(y)", "x, y", ["f('Aa', 'a') == 2"]),
    ("return ''.join(x)", "return ' '.join(x)", "x", ["f(['a', 'b']) == 'a b'"]),
    ("return x.split(' ')", "return x.split(',')", "x", ["f('a,b') == ['a', 'b']"]),
    ("return x[:-2]", "return x[:-1]", "x", ["f('ab') == 'a'"]),
    ("return x[1]", "return x[-1]", "x", ["f([1, 2, 3]) == 3"]),
    ("return x - y", "return y - x", "x, y", ["f(1, 3) == 2"]),
    ("return x < y", "return x >= y", "x, y", ["f(1, 3) == False"]),
    ("return x + y", "return x * y", "x, y", ["f(2, 3) == 6"]),
    ("return x", "return sorted(x)", "x", ["f([2, 1]) == [1, 2]"]),
    ("return map(int, x)", "return list(map(int, x))", "x", ["f(['1']) == [1]"]),
    ("return [c for c in x]", "return ''.join([c for c in x])", "x", ["f('a') == 'a'"]),
    ("return len(x)", "return len(set(x))", "x", ["f([1, 1]) == 1"]),
    ("return x.join(y)", "return y.join(x)", "x, y", ["f(['a', 'b'], '-') == 'a-b'"]),
    ("return round(x, 2)", "return round(x)", "x", ["f(1.6) == 2"]),
    ("return sum(x) / len(x)", "if not x:\n    return 0\nreturn sum(x) / len(x)", "x", ["f([]) == 0", "f([4]) == 4"]),
    ("return max(x)", "return max(x, default=None)", "x", ["f([]) == None", "f([2]) == 2"]),
    ("t = 0\nfor n in x:\n    t += n\n    return t", "t = 0\nfor n in x:\n    t += n\nreturn t", "x", ["f([1, 2]) == 3"]),
    ("t = 0\nfor n in x:\n    t += n", "t = 0\nfor n in x:\n    t += n\nreturn t", "x", ["f([1, 2]) == 3"]),
    ("x.upper()", "return x.upper()", "x", ["f('a') == 'A'"]),
    ("print(x * 2)", "return x * 2", "x", ["f(2) == 4"]),
    (
        "for n in x:\n    if n > 9:\n        return True\n    else:\n        return False",
        "for n in x:\n    if n > 9:\n        return True\nreturn False",
        "x",
        ["f([1, 10]) == True"],
    ),
    ("r = []\nfor n in x:\n    r.extend(n)\nreturn r", "r = []\nfor n in x:\n    r.append(n)\nreturn r", "x", ["f([1]) == [1]"]),
    ("r = []\nfor n in x:\n    r += n\nreturn r", "r = ''\nfor n in x:\n    r += n\nreturn r", "x", ["f('a') == 'a'"]),
    ("r = 1\nfor n in x:\n    r = n + r\nreturn r", "r = 0\nfor n in x:\n    r = n + r\nreturn r", "x", ["f([1]) == 1"]),
    ("return {k: v for k, v in x}", "return {k: v for k, v in x.items()}", "x", ["f({'a': 1}) == {'a': 1}"]),
    ("return {k: v for k, v in x.items()}", "return {v: k for k, v in x.items()}", "x", ["f({'a': 1}) == {1: 'a'}"]),
    ("return [n for n in x if n]", "return [n for n in x]", "x", ["f([0]) == [0]"]),
    ("return txt[::-1]", "return text[::-1]", "text", ["f('ab') == 'ba'"]),
    ("if x == 0:\n    return 1\nreturn x * f(x)", "if x == 0:\n    return 1\nreturn x * f(x - 1)", "x", ["f(3) == 6"]),
    ("return f'{x:02d}'", "return f'{x:04d}'", "x", ["f(7) == '0007'"]),
    ("return f'{x}T{y}'", "return f'{x}-{y}'", "x, y", ["f(1, 2) == '1-2'"]),
    ("return x[0] + x[1]", "return (x[0])", "x", ["f([1]) == 1"]),
    ("return a + b * c", "return (a + b) * c", "a, b, c", ["f(1, 2, 3) == 9"]),
    ("return [list(r) for r in zip(*x)]", "return [list(r) for r in zip(*x, strict=True)]", "x", ["f([[1], []]) raises ValueError"]),
    ("return x['a']", "return x.get('a')", "x", ["f({}) == None"]),
    ("x.sort()\nx.pop()\nreturn x", "x.sort()\nreturn x", "x", ["f([2, 1]) == [1, 2]"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant", "parameters", "examples"), REACHED, ids=[one[1] for one in REACHED]
)
def test_what_was_meant_is_one_edit_away(
    written: str, meant: str, parameters: str, examples: list[str]
) -> None:
    """The common mistakes of models, each in a function of its own."""
    wanted = shape(body(meant, parameters))
    found = [shape(edit.code) for edit in of(body(written, parameters), *examples)]
    assert wanted in found


def test_the_likeliest_come_first() -> None:
    """A name that isn't defined, and what the goal speaks of, before what's merely possible."""
    undefined = of("def f(text):\n    return len(txt) + 1\n", "f('a') == 2")
    assert undefined[0].what == "`txt` became `text`"
    plain = [edit.what for edit in of(body("return x"), "f('b a') == 'a b'")]
    told = [edit.what for edit in of(body("return x"), "f('b a') == 'a b'", goal="reverses a text")]
    assert told.index("`x` became `x[::-1]`") < plain.index("`x` became `x[::-1]`")
    costs = [edit.cost for edit in of(body("return x.lower().count('a') % 2"), "f('a') == 1")]
    assert costs == sorted(costs)


def test_no_two_are_equal_and_all_are_python() -> None:
    """Over all solutions of the benchmark's tasks: many edits, each compiles, none is the code itself, none twice."""
    for task in PLAIN[::3]:
        made = edits(task.solution, task.function, task.examples, limit=150)
        texts = [edit.code for edit in made]
        assert len(texts) == len(set(texts))
        assert task.solution not in texts
        assert len(made) >= 20
        for edit in made:
            ast.parse(edit.code)
            assert edit.what


def test_the_same_edits_each_time() -> None:
    """Nothing depends on the order of sets."""
    task = PLAIN[5]
    assert edits(task.solution, task.function, task.examples) == edits(
        task.solution, task.function, task.examples
    )


def test_the_limit_is_kept() -> None:
    """The likeliest of all, not those that come first in the text."""
    code = body("a = x + 1\nb = a * 2\nreturn undefined")
    assert len(of(code, "f(1) == 4", limit=5)) == 5
    assert "`undefined`" in of(code, "f(1) == 4", limit=5)[0].what


def test_results_of_examples_are_not_written_into_the_code() -> None:
    """An answer that is more than empty or a truth can't come from an edit."""
    found = of(body("return x"), "f('key') == 'a long answer'", "f('other') == 'something else'")
    assert not any("answer" in edit.code or "something" in edit.code for edit in found)
    assert not any("4711" in edit.code for edit in of(body("return x + 1"), "f(3) == 4711"))


def test_a_guard_answers_only_what_an_example_says() -> None:
    """`if not x: return []` where an example has an empty argument with such a result; else there's none."""
    guarded = [edit.what for edit in of(body("return [x[0]]"), "f('') == []", "f('ab') == ['a']")]
    assert "`if not x: return []` was added" in guarded
    other = [edit.what for edit in of(body("return [x[0]]"), "f('') == ['none']", "f('ab') == ['a']")]
    assert not any("if not x: return" in what for what in other)


def test_what_the_function_does_not_use_stays_as_it_is() -> None:
    """Other functions of the module, docstrings and comments."""
    code = 'def other(a):\n    return a + 1\n\n\ndef f(x):\n    """Says 1."""\n    return x + 2  # note\n'
    for edit in of(code, "f(1) == 4"):
        assert "return a + 1" in edit.code
        assert "Says 1." in edit.code


def test_helpers_and_tables_are_edited_too() -> None:
    """What the function's answer depends on may be where the mistake is."""
    code = "UNITS = {'m': 59}\n\n\ndef helper(a):\n    return a - 1\n\n\ndef f(x):\n    return helper(x) * UNITS['m']\n"
    found = {edit.what for edit in of(code, "f(1) == 120")}
    assert "`59` became `60`" in found
    assert "`a - 1` became `a + 1`" in found


def test_the_first_of_two_definitions_may_be_the_better_one() -> None:
    """Models repeat a function, and the last one wins."""
    code = "def f(x):\n    return x.split()\n\n\ndef f(x):\n    return x[::-1]\n"
    assert any(
        shape(edit.code) == "def f(x):\n    return x.split()" for edit in of(code, "f('a b') == ['a', 'b']")
    )


def test_parts_of_other_candidates_are_taken_over() -> None:
    """A guard or a result that another candidate has, with the names of this one."""
    others = ["def f(items):\n    if len(items) == 0:\n        return None\n    return items[0]\n"]
    code = "def f(x):\n    return x[-1]\n"
    found = edits(code, "f", ["f([1]) == 1"], limit=500, ingredients=ingredients_of(others, "f"))
    assert any("len(x) == 0" in edit.code and "x[-1]" in edit.code for edit in found)
    assert any(edit.code == "def f(x):\n    return x[0]\n" for edit in found)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "def f(x:\n",
        "def g(x):\n    return 1\n",
        "class f:\n    pass\n",
        "f = 3\n",
        "x = 1\n" * 30_000,
        "\0",
    ],
)
def test_what_cannot_be_edited_gives_nothing(code: str) -> None:
    """No error for what isn't a module with that function."""
    assert edits(code, "f", ["f(1) == 2"]) == []


def test_odd_code_is_taken_as_it_is() -> None:
    """Decorators, nested functions, star arguments, matches, tabs, Windows line ends and characters of all kinds."""
    codes = [
        "import functools\n\n@functools.cache\ndef f(x):\n    return 'ä€' + x\n",
        "def f(*args, **kwargs):\n    def inner(y):\n        return y\n    return inner(args[0])\n",
        "def f(x):\n\tif x:\n\t\treturn 'ü'\n\treturn ''\n",
        "def f(x):\r\n    return x + 1\r\n",
        "def f(x):\n    match x:\n        case 1:\n            return 2\n        case _:\n            return 3\n",
        "def f(x): return x\n",
        "def f(x):\n    with open(x) as file:\n        return [line async for line in file]\n",
        "def f(x):\n    try:\n        return int(x)\n    except ValueError as e:\n        raise KeyError from e\n    finally:\n        pass\n",
        "def f(x):\n    return f'{x!r:>{x}}' + f\"{x['a']}\"\n",
        "def f(x):\n    while x:\n        x -= 1\n    else:\n        return x\n",
    ]  # fmt: skip
    for code in codes:
        for edit in of(code, "f(1) == 2"):
            ast.parse(edit.code)
