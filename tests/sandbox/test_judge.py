"""What the agent decides on reported values is what Python and pytest decide, for tests in all the ways people write them."""

from __future__ import annotations

import copy
import json
import sys
import textwrap
import types
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apprentice.sandbox.child.checks import NAME, Checks
from apprentice.sandbox.judge.judge import are_all_there, first_failure
from apprentice.sandbox.judge.plan import plan_tests
from apprentice.sandbox.plain import dump_json

# --- the judge beside plain Python, on random tests


def skill_of(table: list[Any]) -> types.ModuleType:
    """A skill whose `f(i)` gives the i-th value, or raises it where it is an error."""
    module = types.ModuleType("skill")

    def f(index: int) -> Any:
        value = table[index]
        if isinstance(value, Exception):
            raise type(value)(*value.args)
        return copy.deepcopy(value)

    module.__dict__.update(f=f, same=lambda value: value)
    return module


def in_python(source: str, skill: types.ModuleType, monkeypatch_modules: dict[str, Any]) -> bool:
    """Whether the tests pass when they are simply called."""
    names: dict[str, Any] = {"__name__": "test_skill"}
    exec(compile(source, "<tests>", "exec"), names)
    try:
        names["test_it"]()
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - a test may fail in any way
        return False
    return True


def by_the_judge(source: str) -> bool:
    """Whether the judge passes the tests, on what the rewritten ones report."""
    plan = plan_tests(source)
    (test,) = plan.tests
    reports: list[dict[str, Any]] = []

    def send(kind: str, **fields: Any) -> None:
        reports.append(json.loads(dump_json({"kind": kind, **fields})))

    names: dict[str, Any] = {"__name__": "test_skill"}
    names[NAME] = Checks(send, names, ["skill"], frozenset())
    exec(compile(plan.source, "<tests>", "exec"), names)
    raised = False
    try:
        names[test.function]()
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - a test may fail in any way
        raised = True
    if first_failure(plan.checks, reports) is not None or raised:
        return False
    return are_all_there(test.required, reports)


numbers = st.integers(-3, 9) | st.sampled_from([0.5, 1.0, 2.5, -0.0, 1e300])
scalars = numbers | st.sampled_from(["", "a", "ab", "b a", "ü", b"", b"a", None, True, False])
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.sampled_from(["a", "b", 1]), inner, max_size=2)
    ),
    max_leaves=5,
)
errors = st.sampled_from([ValueError("bad a"), KeyError("a"), TypeError(), IndexError("far off")])


@st.composite
def conditions(draw: st.DrawFn, table: list[Any]) -> str:
    """An expression about `f`, true about as often as not."""
    index = draw(st.integers(0, len(table) - 1))
    call, near = f"f({index})", table[index]
    value = near if not isinstance(near, Exception) and draw(st.booleans()) else draw(values)
    one = repr(value)
    more = repr([*draw(st.lists(values, max_size=2)), value])
    pairs = repr([(number, item) for number, item in enumerate(table) if not isinstance(item, Exception)])
    operator = draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
    forms = [
        f"{call} {operator} {one}",
        f"{one} {operator} {call}",
        f"not {call} == {one}",
        f"{call} in {more}",
        f"{call} not in {more}",
        f"{call}",
        f"not {call}",
        f"{call} is None",
        f"{call} is not None",
        f"{call} is True",
        f"isinstance({call}, {draw(st.sampled_from(['int', 'str', '(list, tuple)', 'float', 'bool', 'dict']))})",
        f"type({call}) is {draw(st.sampled_from(['int', 'str', 'list', 'float', 'bool']))}",
        f"type({call}) == type({one})",
        f"len({call}) == {draw(st.integers(0, 3))}",
        f"abs({call} - {draw(numbers)!r}) < {draw(st.sampled_from(['1e-9', '2']))}",
        f"round({call}, 1) == {draw(numbers)!r}",
        f"{call} % 2 == 0",
        f"sorted({call}) == {one}",
        f"list({call}) == {one}",
        f"str({call}) == {str(value)!r}",
        f"{draw(numbers)!r} < {call} <= {draw(numbers)!r}",
        f"{call} == {one} or {draw(st.booleans())}",
        f"{call} == {one} or f({draw(st.integers(0, len(table) - 1))}) == {one}",
        f"({call} == {one} and {call} != 7) or {call} is None",
        f"all(f(x) == y for x, y in {pairs})",
        f"any(f(x) == {one} for x in range({len(table)}))",
        f"all(x == {draw(scalars)!r} for x in {call})",
        f"any(isinstance(x, str) for x in {call})",
        f"all(a == b for a, b in zip({call}, {one if isinstance(value, list | tuple) else '[1]'}))",
        f"'a' in {call}",
        f"{draw(scalars)!r} in {call}",
        f"{call}.startswith('a')",
        f"{call}[0] == {one}",
        f"{call}['a'] == {one}",
        f"same({call}) == {call}",
        f"[f({index}), 1] == [{one}, 1]",
        f"{{'a': f({index})}} == {{'a': {one}}}",
        f"f({index}) == f({draw(st.integers(0, len(table) - 1))})",
        f"(x := {call}) == {one} and x == {one}",
        f"sum({call}) == {draw(numbers)!r}",
        f"max({call}, {draw(numbers)!r}) == {draw(numbers)!r}",
        f"f'{{{call}}}' == {str(value)!r}",
        f"({call} == {one}) is {draw(st.booleans())}",
        f"bool({call}) == {draw(st.booleans())}",
        f"{call} if {draw(st.booleans())} else f({index}) == {one}",
        f"set({call}) == set({one if isinstance(value, list | tuple | str) else '[]'})",
    ]
    return draw(st.sampled_from(forms))


@st.composite
def statements(draw: st.DrawFn, table: list[Any]) -> str:
    """Some lines of a test."""
    condition = draw(conditions(table))
    index = draw(st.integers(0, len(table) - 1))
    near = table[index]
    kinds = draw(
        st.sampled_from(["ValueError", "KeyError", "(KeyError, TypeError)", "LookupError", "Exception"])
    )
    match = draw(st.sampled_from(["", ", match='a'", ", match='^bad'", ", match=r'\\ba?\\b'"]))
    rows = repr([(number, item) for number, item in enumerate(table) if not isinstance(item, Exception)][:3])
    expected = draw(values) if isinstance(near, Exception) or draw(st.booleans()) else near
    forms = [
        f"assert {condition}",
        f"assert {condition}, 'note'",
        f"assert {condition} and {draw(conditions(table))}",
        f"expected = {expected!r}\nassert f({index}) == expected",
        f"got = f({index})\nexpected = {expected!r}\nassert got == expected\nassert expected == got",
        f"expected = []\nexpected.append({expected!r})\nassert [f({index})] == expected",
        f"data = {expected!r}\nassert same(data) is data\nassert same(data) == f({index})",
        f"for x, y in {rows}:\n    assert f(x) == y",
        f"for x, y in {rows}:\n    if y is None:\n        continue\n    assert f(x) == y, x",
        f"for number, (x, y) in enumerate({rows}):\n    assert f(x) == y and number == x",
        f"for x in f({index}):\n    assert x == {draw(scalars)!r}",
        f"rows = {rows}\nfor row in rows:\n    assert f(row[0]) == row[1]",
        f"check({index}, {expected!r})",
        f"check(y={expected!r}, x={index})",
        f"with pytest.raises({kinds}{match}):\n    f({index})",
        f"with pytest.raises({kinds}{match}) as info:\n    f({index})\nassert 'a' in str(info.value)",
        f"pytest.raises({kinds}, f, {index})",
        f"try:\n    f({index})\n    assert False, 'no'\nexcept {kinds} as error:\n    assert 'a' in str(error)",
        f"try:\n    f({index})\nexcept {kinds}:\n    pass\nelse:\n    pytest.fail('no')",
        f"try:\n    assert {condition}\nexcept {kinds}:\n    pass",
        f"try:\n    assert {condition}\nexcept AssertionError:\n    pass",
        f"try:\n    x = 1\n    assert {condition}\nfinally:\n    x = 2\nassert x == 2",
        f"if f({index}):\n    assert {condition}\nelse:\n    assert f({index}) == {expected!r}",
        f"x = 0\nwhile x < {len(table)}:\n    assert f(x) != {expected!r}\n    x += 1",
        f"if {condition}:\n    return\nassert f({index}) == {expected!r}",
        f"assert f({index}) == pytest.approx({draw(numbers)!r})",
        f"assert f({index}) == APPROX or f({index}) in CASES",
        "for x in CASES:\n    assert f(0) != x",
    ]
    return draw(st.sampled_from(forms))


@st.composite
def files(draw: st.DrawFn) -> tuple[list[Any], str]:
    """A skill's table, and a test file about it."""
    table = draw(st.lists(values | values | errors, min_size=1, max_size=4))
    body = "\n".join(draw(st.lists(statements(table), min_size=1, max_size=3)))
    head = (
        "import pytest\nfrom skill import f, same\n"
        f"CASES = {draw(st.lists(values, max_size=2))!r}\nAPPROX = {draw(scalars)!r}\n"
        "def check(x, y, note='no'):\n    got = f(x)\n    assert got == y, note\n"
    )
    return table, head + "def test_it():\n" + textwrap.indent(body, "    ") + "\n"


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(files())
def test_the_judge_decides_as_python_does(file: tuple[list[Any], str]) -> None:
    table, source = file
    before = sys.modules.get("skill")
    sys.modules["skill"] = skill_of(table)
    try:
        expected = in_python(source, sys.modules["skill"], {})
        assert by_the_judge(source) == expected, plan_tests(source).source
    finally:
        del sys.modules["skill"]
        if before is not None:
            sys.modules["skill"] = before
