"""Belief follows the votes: more agreement, more of it; rivals and failed tests, less; never more than there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apprentice.proof.belief import Votes, belief


@st.composite
def votes(draw: st.DrawFn, least: int = 1) -> Votes:
    classes = draw(st.integers(least, 4))
    row = st.lists(st.booleans(), min_size=classes, max_size=classes)
    values = st.lists(st.integers(0, 2), min_size=classes, max_size=classes)
    return Votes(
        sizes=draw(st.lists(st.integers(1, 4), min_size=classes, max_size=classes)),
        surviving=draw(st.lists(st.floats(0, 1), min_size=classes, max_size=classes)),
        failed=draw(st.integers(0, 10)),
        tests=draw(st.lists(row, max_size=8)),
        values=draw(st.lists(values, max_size=4)),
    )


@given(votes())
def test_the_beliefs_are_shares_of_one(found: Votes) -> None:
    beliefs = belief(found)
    assert all(0.0 <= value <= 1.0 for value in beliefs)
    assert sum(beliefs) <= 1.0 + 1e-9


@given(votes(least=2), st.randoms(use_true_random=False))
def test_the_order_of_the_classes_is_of_no_account(found: Votes, chance: object) -> None:
    order = list(range(len(found.sizes)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    turned = Votes(
        sizes=[found.sizes[place] for place in order],
        surviving=[found.surviving[place] for place in order],
        failed=found.failed,
        tests=[[row[place] for place in order] for row in found.tests],
        values=[[row[place] for place in order] for row in found.values],
    )
    assert belief(turned) == pytest.approx([belief(found)[place] for place in order])


@given(st.integers(1, 5), st.floats(0, 0.5), st.integers(0, 3))
def test_another_that_behaves_alike_speaks_for_a_candidate(size: int, surviving: float, failed: int) -> None:
    (one,) = belief(Votes([size], [surviving], failed))
    (more,) = belief(Votes([size + 1], [surviving], failed))
    assert more > one


@given(st.floats(0, 0.9), st.integers(0, 6))
def test_examples_that_mutants_hold_as_well_are_worth_less(surviving: float, failed: int) -> None:
    (strong,) = belief(Votes([1], [surviving], failed))
    (weak,) = belief(Votes([1], [surviving + 0.1], failed))
    assert weak <= strong


def test_a_rival_makes_doubtful_and_tests_decide() -> None:
    (alone,) = belief(Votes([1], [0.3]))
    first, second = belief(Votes([1, 1], [0.3, 0.3], values=[[0, 1]]))
    assert first == pytest.approx(second)
    assert first < alone
    first, second = belief(Votes([1, 1], [0.3, 0.3], values=[[0, 1]], tests=[[True, False]] * 5))
    assert first > 0.8
    assert second < 0.05


def test_who_agrees_with_most_on_each_input_is_believed() -> None:
    """The second and the third each deviate somewhere, where the two others agree."""
    first, second, third = belief(Votes([1, 1, 1], [0.3] * 3, values=[[0, 0, 1], [0, 1, 0]]))
    assert first > 3 * second
    assert second == pytest.approx(third)


def test_tests_that_fail_for_all_who_agree_are_blamed_themselves() -> None:
    wrong = [[False, False]] * 2
    right = [[True, True]] * 3
    (alone,) = belief(Votes([1], [0.5], tests=[[False]] * 2 + [[True]] * 3))
    (agreed, _) = belief(Votes([3, 1], [0.5, 0.5], tests=wrong + right, values=[[0, 1]]))
    assert agreed > alone


def test_votes_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="each class"):
        belief(Votes([1, 1], [0.5, 0.5], tests=[[True]]))
    assert belief(Votes([], [])) == []
