"""How much work the agent puts into one test file before it leaves a test to the run: counted in steps, never in seconds."""

from __future__ import annotations

from typing import Any, Final

#: Steps for a whole file, over all rewritings of it, and for one function or statement of it. A step is a node that is
#: looked at, or some tens of characters or items.
MOST_STEPS: Final = 30_000
MOST_STEPS_OF_A_PART: Final = 12_000
#: Items of a value, at any depth, that count as one step.
_ITEMS_A_STEP: Final = 10
#: Items that a value that is computed here may have at any depth.
_LARGEST: Final = 200_000
_NUMBERS: Final = frozenset([int, float, bool])


class TooMuchWork(Exception):
    """It would take too long to take this apart. The run decides it by its own word."""


class Work:
    """Counts the steps that are left for one file, and for the part of it at hand."""

    __slots__ = ("_left", "_part")

    def __init__(self, most: int = MOST_STEPS) -> None:
        self._left = most
        self._part = min(most, MOST_STEPS_OF_A_PART)

    def begin(self) -> None:
        """Begin another part of the file."""
        self._part = min(self._left, MOST_STEPS_OF_A_PART)

    def charge(self, steps: int) -> None:
        """Count some steps.

        Raises:
            TooMuchWork: there are none left.
        """
        if steps > self._part:
            # What isn't done isn't counted either, but neither is this part of the file tried again.
            self._left -= self._part
            self._part = 0
            raise TooMuchWork
        self._left -= steps
        self._part -= steps

    def charge_value(self, value: Any, times: int = 1) -> None:
        """Count what a value with all in it takes to be looked at, so many times.

        Raises:
            TooMuchWork: there are no steps left, or it is too large.
        """
        self.charge(1 + _items_in(value) * times // _ITEMS_A_STEP)


def _items_in(value: Any) -> int:
    """How many items a plain value has at all depths; those of a list that is there twice count twice."""
    count = 0
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, str | bytes | int):
            count += len(inner) // 10 if isinstance(inner, str | bytes) else inner.bit_length() // 10
            continue
        if isinstance(inner, dict):
            waiting += inner.keys()
            waiting += inner.values()
        elif isinstance(inner, list | tuple | set | frozenset):
            waiting += inner
        elif isinstance(inner, range):
            count += len(inner)
            continue
        else:
            continue
        count += len(inner)
        if len(inner) > _ITEMS_A_STEP and _are_small_numbers(waiting[-len(inner) :]):
            del waiting[-len(inner) :]
        if count > _LARGEST:
            raise TooMuchWork
    return count


def _are_small_numbers(items: list[Any]) -> bool:
    """Whether none of the items takes longer to be looked at than others."""
    return _NUMBERS.issuperset(map(type, items)) and min(items) > -(1 << 64) and max(items) < 1 << 64
