"""The values in a request: found, put into a template, and bound again."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apprentice.asking.literals import by_template, by_types, literals, template_of
from apprentice.skills.signature import Signature, parse_signature


def signature(text: str) -> Signature:
    """A signature from its text."""
    found = parse_signature(text)
    assert found is not None
    return found


def values(request: str, *files: str) -> list[Any]:
    """The values alone."""
    return [found.value for found in literals(request, files)]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("What is 15 percent of 300?", [15, 300]),
        ("What is 15% of 300.", [15, 300]),
        ("Reverse 'Python'", ["Python"]),
        ('Reverse "it\'s"', ["it's"]),
        ("Reverse 'it's here'", ["it's here"]),
        ("What's the user's name?", []),
        ("Reverse “hello” and „Welt“ and «bon» and 「日本」", ["hello", "Welt", "bon", "日本"]),
        ("Add 1,234,567 and -3.5 and 1e3", [1234567, -3.5, 1000.0]),
        ("Add −4 and +5", [-4, 5]),
        ("Sum [1, 2, 3]", [[1, 2, 3]]),
        ('Sort {"a": 1} and [\'x\', "y"]', [{"a": 1}, ["x", "y"]]),
        ("Days from 2024-02-28 to 2024-03-01", ["2024-02-28", "2024-03-01"]),
        ("At 12:30 and 2024-01-01T10:00:00Z", ["12:30", "2024-01-01T10:00:00Z"]),
        ("Version 1.2.3 of abc123 and x86", []),
        ("10km in 5h, 30°", [10, 5, 30]),
        ("Count 'a", []),
        ("'' and ''", ["", ""]),
        ("[1, 2", [1, 2]),
        ("[oops]", []),
        ("", []),
    ],
)
def test_what_is_found(request_: str, expected: list[Any]) -> None:
    """As people write it."""
    assert values(request_) == expected


def test_files_are_found_by_their_names() -> None:
    """The longest first, and never within another word."""
    assert values("Read a.txt and data/a.txt", "a.txt") == ["a.txt"]
    assert values("Read my data.csv", "data.csv", "my data.csv") == ["my data.csv"]
    assert values("Read a.txts", "a.txt") == []
    assert values("Read 'a.txt'", "a.txt") == ["a.txt"]


words = st.from_regex(r"[A-Za-z][a-z]{0,6}( [a-z]{1,6}){0,3}", fullmatch=True)
texts = st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=40)


@given(words, texts, words)
def test_quoting_any_text_finds_it(before: str, text: str, after: str) -> None:
    """Double quotes hold every text that has none in it; backslashes and line ends are taken as they are."""
    assume('"' not in text)
    found = literals(f'{before} "{text}" {after}')
    assert [(item.kind, item.value) for item in found] == [("text", text)]


@given(words, st.integers(-(10**12), 10**12), words)
def test_any_whole_number_is_found(before: str, number: int, after: str) -> None:
    """With its sign."""
    assert values(f"{before} {number} {after}") == [number]


@given(words, st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_is_found(before: str, number: float) -> None:
    """As Python writes it."""
    assert values(f"{before} {number!r}?") == [number]


data = st.lists(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=6),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


@given(words, data)
def test_any_list_is_found_as_json_and_as_python_writes_it(before: str, value: list[Any]) -> None:
    """Also with brackets and quotes in its texts."""
    assert values(f"{before} {json.dumps(value)} now") == [value]
    assert values(f"{before} {json.dumps(value, ensure_ascii=False)}") == [value]


@given(words, data)
def test_any_list_is_found_as_python_writes_it(before: str, value: list[Any]) -> None:
    """True, None and single quotes."""
    assert values(f"{before} {value!r}") == [value]


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(request_: str) -> None:
    """The values lie in it, in order, and don't overlap."""
    found = literals(request_)
    ends = [0, *(item.end for item in found)]
    assert all(item.start >= end for item, end in zip(found, ends, strict=False))
    assert all(item.end <= len(request_) for item in found)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "'" * 100_000, "1," * 50_000, '"a' * 50_000, "[1" * 30_000, "{'" * 30_000]
)
def test_a_long_request_is_read_in_time(text: str) -> None:
    """Brackets and quotes that are never closed don't make it slow."""
    started = time.process_time()
    literals(text)
    assert time.process_time() - started < 20


@given(words, texts, st.integers(-(10**9), 10**9), words)
def test_a_template_gives_the_values_back(middle: str, text: str, number: int, end: str) -> None:
    """And those of any other request of the same form."""
    assume('"' not in text)
    assume("{" not in text)
    takes = signature("f(text: str, number: int)")
    request = f'Take "{text}" {middle} {number} {end}'
    first, second = literals(request)
    template = template_of(request, [("text", first), ("number", second)])
    assert template == f"Take {{text}} {middle} {{number}} {end}"
    bound = by_template(request, takes, [template])
    assert bound is not None
    assert {name: item.value for name, item in bound.items()} == {"text": text, "number": number}
    other = by_template(f'take  "x" {middle} 7 {end}?', takes, [template])
    assert other is not None
    assert {name: item.value for name, item in other.items()} == {"text": "x", "number": 7}
    assert request[bound["text"].start : bound["text"].end] == f'"{text}"'


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("Convert 5 km to miles", {"value": 5, "unit": "km", "target": "miles"}),
        ("convert 5.5 km to miles.", {"value": 5.5, "unit": "km", "target": "miles"}),
        ("Convert five km to miles", None),
        ("Convert 5 km to miles and back to km", None),
        ("Convert 5 km to 6 miles", None),
        ("Convert 5 to miles", None),
        ("Please convert 5 km to miles", None),
        ("Convert 5 'sea miles' to km", {"value": 5, "unit": "sea miles", "target": "km"}),
    ],
)
def test_templates_with_words_as_values(request_: str, expected: dict[str, Any] | None) -> None:
    """One word stands for a text; more than that is another request."""
    takes = signature("convert(value: float, unit: str, target: str)")
    bound = by_template(request_, takes, ["Convert {value} {unit} to {target}"])
    assert (bound and {name: item.value for name, item in bound.items()}) == expected


def test_a_template_for_other_parameters_is_not_used() -> None:
    """The skill was changed since."""
    assert by_template("Double 2", signature("double(number: int)"), ["Double {n}"]) is None
    assert by_template("Double 2", signature("double(n: int, m: int)"), ["Double {n}"]) is None
    assert by_template("Double 2", signature("double(n: int, m: int = 3)"), ["Double {n}"]) is not None
    assert by_template("Double 'x'", signature("double(n: int)"), ["Double {n}"]) is None


@pytest.mark.parametrize(
    ("takes", "request_", "expected"),
    [
        ("f(n: int)", "Double 4", {"n": 4}),
        ("f(n: int)", "Double 4.5", None),
        ("f(n: float)", "Double 4", {"n": 4}),
        ("f(n: int)", "Double 'x'", None),
        ("f(text: str, n: int)", "Repeat 3 times 'x'", {"text": "x", "n": 3}),
        ("f(a: int, b: int)", "Subtract 3 from 4", None),
        ("f(a, b)", "Subtract 3 from 'x'", None),
        ("f(a)", "Take 'x'", {"a": "x"}),
        ("f(items: list[int])", "Sum [1, 2]", {"items": [1, 2]}),
        ("f(items: list[int])", "Sum ['a']", None),
        ("f(text: str, n: int = 1)", "Repeat 'x'", {"text": "x"}),
        ("f(text: str)", "Join 'x' and 'y'", None),
        ("f(text: str)", "Say something", None),
        ("f()", "Say 4", None),
    ],
)
def test_values_are_bound_by_type_only_where_there_is_one_way(
    takes: str, request_: str, expected: dict[str, Any] | None
) -> None:
    """Two values that could change places are told apart by nothing."""
    bound = by_types(signature(takes), literals(request_))
    assert (bound and {name: item.value for name, item in bound.items()}) == expected


@pytest.mark.parametrize(
    ("takes", "bound"),
    [
        ("f(path: str)", True),
        ("f(path)", True),
        ("f(csv_file: str)", True),
        ("f(inputFile: str)", True),
        ("f(source: Path)", True),
        ("f(source: str | os.PathLike[str])", True),
        ("f(text: str)", False),
        ("f(text)", False),
        ("f(profile: str)", False),
        ("f(path: list[str])", False),
        ("f(file: int)", False),
        ("f(n: int)", False),
    ],
)
@pytest.mark.parametrize("name", ["notes.txt", "'notes.txt'"])
def test_a_file_is_bound_to_a_path_alone(takes: str, bound: bool, name: str) -> None:
    """By its type or name: a function of a text would count the words of the path."""
    found = literals(f"Count {name}", ["notes.txt"])
    assert (by_types(signature(takes), found) is not None) == bound
    parameter = signature(takes).parameters[0].name
    template = by_template(f"Count {name}", signature(takes), [f"Count {{{parameter}}}"], ["notes.txt"])
    assert (template is not None) == bound


def test_long_values_are_bound_by_templates_too() -> None:
    """Where they stand is told as it is in the request."""
    takes = signature("f(text: str, n: int, other: str)")
    long, other = "a b " * 50_000, "x" * 100
    request = f"  Repeat '{long}' 3 times before \"{other}\"."
    bound = by_template(request, takes, ["Repeat {text} {n} times before {other}"])
    assert bound is not None
    assert {name: item.value for name, item in bound.items()} == {"text": long, "n": 3, "other": other}
    assert request[bound["n"].start : bound["n"].end] == "3"
    assert request[bound["other"].start : bound["other"].end] == f'"{other}"'


@pytest.mark.parametrize("words", ["a " * 200_000, "a to " * 100_000, "1 " * 200_000, "\x01" * 200_000])
def test_a_long_request_is_held_against_templates_in_time(words: str) -> None:
    """However often its pieces are in the request."""
    takes = signature("convert(value: float, unit: str, target: str)")
    started = time.process_time()
    assert by_template(f"Convert {words}", takes, ["Convert {value} {unit} to {target}"]) is None
    assert time.process_time() - started < 20
