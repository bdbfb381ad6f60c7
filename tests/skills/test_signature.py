"""What a skill takes, read from its text without running it, and whether values fit."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apprentice.errors import UsageError
from apprentice.skills.signature import (
    MAX_ARGUMENTS,
    Parameter,
    Signature,
    parse_signature,
    signature_of,
    takes,
)


def signature(text: str) -> Signature:
    """A signature from its text."""
    found = parse_signature(text)
    assert found is not None
    return found


#: annotation, what fits as it is, what is brought into the form, what is refused
TYPES: list[tuple[str, list[Any], list[tuple[Any, Any]], list[Any]]] = [
    ("int", [0, -3, 10**30], [("15", 15), (3.0, 3), (True, 1)], [1.5, "x", None, [1], ""]),
    ("float", [0, 1.5, 10**6], [("1.5", 1.5), (True, 1.0)], ["x", None, [], {}]),
    ("str", ["", "a", "ü🙂"], [], [1, None, ["a"], True]),
    ("bool", [True, False], [("true", True), (1, True), (0, False)], ["maybe", 2, None, []]),
    ("list", [[], [1, "a"]], [], ["abc", 1, None, {"a": 1}]),
    ("list[int]", [[], [1]], [(["1"], [1])], [["a"], 1, "1", [[1]]]),
    ("List[str]", [["a"]], [], [[1], "a"]),
    ("typing.List[float]", [[1, 2.5]], [], [["a"]]),
    ("dict", [{}, {"a": 1}], [], [[], "a", 1]),
    ("dict[str, int]", [{"a": 1}], [({"a": "1"}, {"a": 1})], [{"a": "x"}, [1]]),
    ("int | None", [1, None], [("1", 1)], ["x", [1]]),
    ("Optional[str]", ["a", None], [], [1]),
    ("Union[int, str]", [1, "a"], [], [[1], None]),
    ("Literal['a', 'b']", ["a"], [], ["c", 1]),
    ("tuple[int, str]", [[1, "a"]], [], [[1], ["a", 1, 2], "a"]),
    ("tuple[int, ...]", [[], [1, 2]], [], [["a"]]),
    ("Sequence[int]", [[1]], [], [["a"], 3]),
    ("Iterable[int]", [[1]], [], [["a"], 3]),
    ("Path", ["/a/b"], [], [3]),
    ("'list[int]'", [[1]], [], [["a"]]),
    ("Any", [1, None, "a", [1], {}], [], []),
    ("MyOwnType", [1, None, "a", [1], {}], [], []),
    ("Callable[[int], str]", [1, "a"], [], []),
    ("", [1, None, "a", [1], {}], [], []),
    ("1 +", [1, "a"], [], []),
    ("list[MyOwnType]", [[1, "a", None]], [], [3]),
]


@pytest.mark.parametrize(("annotation", "fitting", "brought", "refused"), TYPES, ids=[t[0] for t in TYPES])
def test_exactly_what_the_type_says_is_accepted(
    annotation: str, fitting: list[Any], brought: list[tuple[Any, Any]], refused: list[Any]
) -> None:
    """As it is, or brought into its form; else one line that names argument, type and value."""
    parameter = Parameter("x", annotation)
    takes_x = Signature("f", (parameter,))
    for value in fitting:
        assert takes_x.checked("f", {"x": value}) == {"x": value}
        assert takes(parameter, value)
    for value, form in brought:
        found = takes_x.checked("f", {"x": value})["x"]
        assert (found, type(found)) == (form, type(form))
    for value in refused:
        assert not takes(parameter, value)
        with pytest.raises(UsageError) as caught:
            takes_x.checked("f", {"x": value})
        assert "'x' of f must be" in str(caught.value)
        assert "\n" not in str(caught.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(json_values, st.sampled_from([each[0] for each in TYPES]))
def test_any_json_value_fits_or_is_one_line(value: Any, annotation: str) -> None:
    """What comes out is JSON again, and fits."""
    parameter = Parameter("x", annotation)
    try:
        checked = Signature("f", (parameter,)).checked("f", {"x": value})
    except UsageError:
        return
    json.dumps(checked, allow_nan=False)
    assert takes(parameter, checked["x"])
    if takes(parameter, value):
        assert checked == {"x": value}


@pytest.mark.parametrize(
    "value",
    [{1, 2}, object(), b"x", float("nan"), float("inf"), {"a": {1}}, {(1, 2): 3}],
    ids=["set", "object", "bytes", "nan", "inf", "set inside", "key"],
)
def test_what_json_cant_hold_is_no_argument(value: Any) -> None:
    """Also where any type is taken."""
    for parameters in ((Parameter("x"),), (Parameter("x", "list"),)):
        with pytest.raises(UsageError, match="what JSON can't"):
            Signature("f", parameters).checked("f", {"x": value})


def test_a_list_in_itself_is_no_argument() -> None:
    """Nor one that is nested without end."""
    ring: list[Any] = []
    ring.append(ring)
    with pytest.raises(UsageError, match="what JSON can't"):
        Signature("f", (Parameter("x"),)).checked("f", {"x": ring})
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(UsageError, match="what JSON can't"):
        Signature("f", (Parameter("x"),)).checked("f", {"x": deep})


def test_missing_unknown_and_too_long() -> None:
    """Each names the argument and how the skill is called."""
    f = signature("f(a: int, b: str = 'x', *, c: float) -> bool")
    assert f.checked("f", {"a": 1, "c": 2}) == {"a": 1, "c": 2}
    with pytest.raises(
        UsageError,
        match=r"f needs the argument 'c'\. It is called as f\(a: int, b: str = …, c: float\) -> bool",
    ):
        f.checked("f", {"a": 1})
    with pytest.raises(UsageError, match="f takes no argument 'd'"):
        f.checked("f", {"a": 1, "c": 2, "d": 3})
    with pytest.raises(UsageError, match=rf"{MAX_ARGUMENTS:,} can be passed\. Put the data into a file"):
        f.checked("f", {"a": 1, "c": 2, "b": "x" * MAX_ARGUMENTS})
    assert f.checked("f", {"a": 1, "c": 2, "b": "x" * 1_000_000})


@pytest.mark.parametrize(
    ("code", "shown", "required"),
    [
        ("def f(a, b: int = 2): ...", "f(a, b: int = …)", ["a"]),
        ("async def f(a: 'list[int]') -> 'str': ...", "f(a: list[int]) -> str", ["a"]),
        ("def f(*args, **kw): ...", "f(*args, **kwargs)", []),
        ("def f(a, /, b, *, c=1): ...", "f(a, b, c = …)", ["a", "b"]),
        ("class f:\n    def __init__(self, n: int): ...", "f(n: int)", ["n"]),
        ("class f: ...", "f()", []),
        ("def f(x): ...\ndef f(y): ...", "f(y)", ["y"]),
        ("from helper import g as f", "f(*args, **kwargs)", []),
    ],
)
def test_signatures_are_read_without_running_anything(code: str, shown: str, required: list[str]) -> None:
    """Functions, classes, the last definition of several, what is only imported."""
    found = signature_of(code, "f")
    assert str(found) == shown
    assert [parameter.name for parameter in found.required] == required


@pytest.mark.parametrize("code", ["", "def g(): ...", "def f(:", "f = 3", "\0"])
def test_a_module_without_the_function_is_one_line(code: str) -> None:
    """Whatever else is in it."""
    with pytest.raises(UsageError, match="doesn't define f"):
        signature_of(code, "f")


@pytest.mark.parametrize("text", ["", "f", "f(", "1(a)", "f(a b)", "class f", "f(): pass\ndef g()", "\0"])
def test_what_is_no_signature(text: str) -> None:
    """A planner writes many things there."""
    found = parse_signature(text)
    assert found is None or found.function == "f"


@pytest.mark.parametrize("text", ["f(a: int)", "def f(a: int):", " def f(a: int) ", "f(a: int):"])
def test_signatures_as_planners_write_them(text: str) -> None:
    """With or without what stands around them in code."""
    assert str(signature(text)) == "f(a: int)"


names = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)


@given(st.lists(names, unique=True, max_size=5), st.data())
def test_what_is_taken_is_all_that_is_required_and_nothing_unknown(
    names: list[str], data: st.DataObject
) -> None:
    """For any parameters and any names given."""
    f = Signature("f", tuple(Parameter(name, required=data.draw(st.booleans())) for name in names))
    given_names = data.draw(st.lists(st.sampled_from([*names, "zz0"]), unique=True))
    right = {p.name for p in f.required} <= set(given_names) <= set(names)
    try:
        f.checked("f", dict.fromkeys(given_names, 1))
    except UsageError:
        assert not right
    else:
        assert right


@given(st.text(max_size=60))
def test_any_annotation_is_read_without_an_error(annotation: str) -> None:
    """What can't be told is taken as any type."""
    takes(Parameter("x", annotation), 1)


def test_a_function_in_a_block_of_the_module_has_a_signature() -> None:
    """The last definition counts, as when it is imported."""
    code = "try:\n    import numpy\nexcept ImportError:\n    def mean(values: list[float]) -> float:\n        return 0.0\n"
    assert str(signature_of(code, "mean")) == str(
        signature_of("def mean(values: list[float]) -> float: ...", "mean")
    )
    with pytest.raises(UsageError, match="doesn't define"):
        signature_of("if __name__ == '__main__':\n    def mean(values): ...\n", "mean")
