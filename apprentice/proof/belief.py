"""How likely it is that a candidate does what was asked, from what ran: Bayes' rule over "this one is right" and "none is".

Candidates that behave alike form a class. Candidates and tests vote on each other, as in CodeT (Chen et al., arXiv
2207.10397); but where CodeT multiplies counts, each vote here counts as far as it tells a right candidate from a wrong one:

- that it holds what the user gave, by how many mutants of it don't;
- that a second candidate, written for another prompt, behaves alike: wrong ones rarely are wrong in the same way;
- a test that was written for it, by how far tests are right at all, which is learnt from the votes;
- an input on which the candidates differ, by how many of them agree.

How able the model is, is not known beforehand either: it is learnt from how many of its candidates fail.
"""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from apprentice.syntax_trees import parse


@dataclass(frozen=True, slots=True)
class Odds:
    """What the votes are worth.

    Attributes:
        able: shares of right candidates that a model may have, each as likely as the others.
        careful: shares of right tests that it may have, each as likely as the others; what is likelier stands there more
            often.
        alike: how often two wrong candidates that hold what was given behave alike.
        near: how often a wrong candidate gives the right value for an input all the same.
        subtle: the same for one whose fault shows on few inputs, and how many of the wrong ones are so.
        same_slip: how often two candidates that are wrong for an input give the same wrong value.
        lucky: how often a wrong test's claim is what a wrong candidate gives.
        fitted: how often a wrong candidate holds what was given by luck, or because the model wrote it to, whatever mutants
            do; see `luck`.
        stumbles: how often a right candidate, and how often a wrong one, ends with an error on an input of the kind that was
            shown, though it raises no such error itself.
    """

    able: tuple[float, ...] = (0.05, 0.15, 0.3, 0.5, 0.7, 0.9)
    careful: tuple[float, ...] = (0.3, 0.5, 0.5, 0.7, 0.7, 0.7, 0.9, 0.9, 0.9, 0.97, 0.97)
    alike: float = 0.25
    near: float = 0.6
    subtle: tuple[float, float] = (0.95, 0.25)
    same_slip: float = 0.2
    lucky: float = 0.05
    fitted: float = 0.15
    stumbles: tuple[float, float] = (0.08, 0.25)


DEFAULT_ODDS: Final = Odds()
#: How many tests what is known before them counts for.
_BEFORE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Votes:
    """What is known of all candidates that hold what the user gave, by classes of those that behave alike.

    Attributes:
        sizes: for each class, how many different candidates it has.
        surviving: for each class, the share of its mutants that hold what was given as well, 0 to 1; 1 where nothing was.
        failed: how many candidates don't hold what was given.
        tests: for each test, which classes pass it.
        values: for each input on which the classes differ, the number of the value that each class gives.
        stumbles: for each class, whether it ends with an error where it shouldn't; empty where that isn't known.
    """

    sizes: Sequence[float]
    surviving: Sequence[float]
    failed: int = 0
    tests: Sequence[Sequence[bool]] = ()
    values: Sequence[Sequence[int]] = ()
    stumbles: Sequence[bool] = ()


def luck(examples: Sequence[str]) -> float:
    """How often a wrong candidate that was written with these examples before it holds them all, by what they expect.

    A truth value is guessed half of the time; an empty or small value often is what a wrong candidate gives as well; any
    other rarely is.
    """
    chance = 1.0
    for example in examples:
        chance *= _guessed(example)
    return min(0.6, max(0.02, chance))


def _guessed(example: str) -> float:
    try:
        tree = parse(example, mode="eval").body
        expected = ast.literal_eval(tree.comparators[0]) if isinstance(tree, ast.Compare) else True
    except (SyntaxError, ValueError, TypeError):
        return 0.3
    if isinstance(expected, bool) or expected is None:
        return 0.5
    if (
        not expected
        or expected in (1, -1)
        or (isinstance(expected, str | list | tuple | dict) and len(expected) == 1)
    ):
        return 0.4
    return 0.12


def belief(votes: Votes, odds: Odds = DEFAULT_ODDS) -> list[float]:
    """For each class, how likely it is that it is right, 0 to 1; what is missing to 1 is that none is.

    Raises:
        ValueError: the votes are of different numbers of classes.
    """
    classes = len(votes.sizes)
    rows = (votes.surviving, *votes.tests, *votes.values, *([votes.stumbles] if votes.stumbles else []))
    if any(len(row) != classes for row in rows):
        raise ValueError("each vote must say something of each class")
    if not classes:
        return []
    hypotheses: list[int | None] = [*range(classes), None]
    shares: list[list[float]] = [[] for _ in hypotheses]
    near, share = odds.subtle
    for faults, weight in ((odds, 1.0 - share), (replace(odds, near=near), share)):
        for place, right in enumerate(hypotheses):
            known = math.log(weight) + _log(_of_inputs(votes.values, right, faults))
            known += _of_stumbles(votes.stumbles, right, odds)
            by_able = [_of_candidates(votes, right, able, odds) for able in odds.able]
            by_careful = [_of_tests(votes.tests, right, careful, faults) for careful in odds.careful]
            shares[place] += [known + one + other for one, other in product(by_able, by_careful)]
    highest = max(max(row) for row in shares)
    sums = [sum(math.exp(value - highest) for value in row) for row in shares]
    return [value / sum(sums) for value in sums[:classes]]


def _of_candidates(votes: Votes, right: int | None, able: float, odds: Odds) -> float:
    """How likely it is, as a logarithm, that as many candidates hold what was given, in classes of these sizes."""
    total = 0.0
    slips = []
    for place, (size, surviving) in enumerate(zip(votes.sizes, votes.surviving, strict=True)):
        slip = odds.fitted + (1.0 - odds.fitted) * surviving
        slips.append(slip)
        if place == right:
            total += size * math.log(able)
        else:
            total += size * math.log(1.0 - able) + math.log(slip) + (size - 1) * math.log(slip * odds.alike)
    slip = min(0.95, sum(slips) / len(slips))
    return total + votes.failed * math.log((1.0 - able) * (1.0 - slip))


def _of_tests(tests: Sequence[Sequence[bool]], right: int | None, careful: float, odds: Odds) -> float:
    total = 0.0
    # Some are wrong for nearly all inputs: a class tells by its own results.
    nears = [
        min(odds.near, (sum(column) + _BEFORE * odds.near) / (len(column) + _BEFORE))
        for column in zip(*tests, strict=True)
    ]
    for row in tests:
        if_right, if_wrong = careful, 1.0 - careful
        for place, passed in enumerate(row):
            if place == right:
                if_right *= 1.0 if passed else 0.0
                if_wrong *= 0.0 if passed else 1.0
            else:
                if_right *= nears[place] if passed else 1.0 - nears[place]
                if_wrong *= odds.lucky if passed else 1.0 - odds.lucky
        total += math.log(max(if_right + if_wrong, 1e-12))
    return total


def _of_stumbles(stumbles: Sequence[bool], right: int | None, odds: Odds) -> float:
    total = 0.0
    for place, stumbled in enumerate(stumbles):
        chance = odds.stumbles[0 if place == right else 1]
        total += math.log(chance if stumbled else 1.0 - chance)
    return total


def _of_inputs(values: Sequence[Sequence[int]], right: int | None, odds: Odds) -> float:
    """How likely it is that the classes agree and differ as they do; inputs that split them alike count once."""
    chance = 1.0
    for row in {_pattern(row) for row in values}:
        counts = Counter(row)
        if right is not None:
            chance *= _of_input(counts, row[right], 1, odds)
        else:
            # The right value may be any that was given, or none of them.
            truths = [_of_input(counts, value, 0, odds) for value in counts]
            truths.append(_of_input(counts, None, 0, odds))
            chance *= sum(truths) / len(truths)
    return chance


def _of_input(counts: Counter[int], truth: int | None, known: int, odds: Odds) -> float:
    chance = 1.0
    for value, count in counts.items():
        if value == truth:
            chance *= odds.near ** (count - known)
        else:
            chance *= (1.0 - odds.near) ** count * odds.same_slip ** (count - 1)
    return chance


def _pattern(row: Sequence[int]) -> tuple[int, ...]:
    """The row with its values numbered in the order in which they come."""
    numbers: dict[int, int] = {}
    return tuple(numbers.setdefault(value, len(numbers)) for value in row)


def _log(chance: float) -> float:
    return math.log(max(chance, 1e-300))
