"""What a program hands over: one text stands for a list of one, and what can't be used is one line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apprentice.errors import UsageError
from apprentice.given import check_states
from tests.curation.keeping import DOUBLE, DOUBLE_TESTS, House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A skill that answers a form of requests."""
    made = House(tmp_path / "w")
    made.put("double", DOUBLE, DOUBLE_TESTS, answers=["Double {n}"], signature="double(n)")
    yield made
    made.agent.close()


@pytest.mark.parametrize("request_", [None, 5, b"Double 4", ["Double 4"]])
def test_a_request_is_a_text(house: House, request_: Any) -> None:
    """Nothing else is guessed at."""
    for ask in (house.agent.ask, house.agent.run, lambda text: house.agent.improve("double", text)):
        with pytest.raises(UsageError, match="must be a text"):
            ask(request_)


@pytest.mark.parametrize(
    "more",
    [
        {"files": 5},
        {"files": b"a.txt"},
        {"files": [5]},
        {"examples": 5},
        {"examples": [b"f(1)"]},
        {"permissions": 5},
        {"permissions": {"network": "example.com"}},
    ],
)
def test_what_goes_with_a_request_has_its_form(house: House, more: dict[str, Any]) -> None:
    """The line says what it must be."""
    with pytest.raises(UsageError, match=r"must be (texts|paths), not"):
        house.agent.ask("Double 4", **more)


def test_one_stands_for_a_list_of_one(house: House, tmp_path: Path) -> None:
    """And None for none."""
    (tmp_path / "a.txt").write_text("x")
    ask = house.agent.ask
    for files in (None, str(tmp_path / "a.txt"), tmp_path / "a.txt"):
        assert ask("Double 4", files=files, examples=None, permissions=None).value == 8
    assert ask("Double 4", examples="f(3) == 6").value == 8
    assert house.agent.add_examples("double", "f(5) == 10").ok
    assert house.agent.call("double", 4, permissions="read:/etc/hostname").value == 8
    assert house.agent.call("double", 4, permissions=None).value == 8
    assert house.agent.execute("print(1)", permissions=None).ok


@pytest.mark.parametrize(
    "example",
    [
        "f(2) == 4",
        "f(2) in (1, 2)",
        "not f(2)",
        "is_even(4)",
        "isinstance(f(2), int)",
        "f(2) and f(3)",
        "f('') raises ValueError",
        ">>> f(2)\n4",
        "f('a').startswith('a')",
        "1 <= f(6) <= 6",
        "await f(2) == 4",
        "asyncio.run(is_even(4))",
        "f(2) == 4, f(3) == 6",
    ],
)
def test_what_states_something_is_an_example(example: str) -> None:
    """Comparisons, and what says yes or no."""
    check_states(example)


@pytest.mark.parametrize(
    "example", ["f(2)", "await f(2)", "f(2) == 4, f(3)", "assert f(2)", "f(2) + 1", "f(2).name"]
)
def test_what_states_nothing_is_refused(house: House, example: str) -> None:
    """A call without its result would pass for nearly any code."""
    with pytest.raises(UsageError, match="doesn't say what must come out") as caught:
        house.agent.add_examples("double", [example])
    assert "== RESULT" in str(caught.value)
    assert house.memory.skill("double").version == 1  # type: ignore[union-attr]


def test_a_contradicting_example_is_said_to_fail(house: House) -> None:
    """What the person said counts: the answer names the test that fails and the ways out of it."""
    report = house.agent.add_examples("double", ["double(10) == 21"])
    assert report.failures
    (note,) = house.agent.ask("Double 4").notes
    for part in ("the tests of double fail", "double(10) == 21", ":prove double", ":rollback double"):
        assert part in note
    assert "nothing proves" not in note
