"""Named places where a test can kill the process, to prove that nothing is lost or doubled there.

A point costs one dictionary look-up when it isn't armed. `AGENT_CRASH_AT=name` arms it, `name:3` at its third passing.
"""

from __future__ import annotations

import os
import signal
from typing import Final

#: Every point in the program, in the order in which one goal passes them. Tests walk this list.
CRASH_POINTS: Final = (
    "memory.before_rename",
    "memory.after_rename",
    "plan.before",
    "plan.specified",
    "plan.after",
    "write.before",
    "write.tests_written",
    "write.after",
    "approve.decided",
    "test.before",
    "test.ran",
    "test.after",
    "analyze.before",
    "analyze.asked",
    "analyze.lesson_kept",
    "keep.tests_saved",
    "keep.module_saved",
    "keep.recorded",
    "analyze.learnt",
    "analyze.after",
    "run.before_cleanup",
)

#: The points that only the installation of packages passes, in order.
PACKAGE_CRASH_POINTS: Final = (
    "packages.installing",
    "packages.installed",
    "packages.renamed",
    "packages.recorded",
)

#: The points that only changes of the library pass, in order; a new version passes "keep.tests_saved" and
#: "keep.module_saved" between the second and the third.
LIBRARY_CRASH_POINTS: Final = (
    "library.settling",
    "library.intended",
    "library.stored",
    "library.moved",
    "library.shown",
    "library.ending",
)

#: The points around the writes of the search index, in order.
INDEX_CRASH_POINTS: Final = (
    "index.created",
    "index.before_commit",
    "index.after_commit",
    "index.vectors_kept",
)

#: The point between what a kept skill gets of its double, and the double's end.
TIDY_CRASH_POINTS: Final = ("tidy.merged",)

_passed: dict[str, int] = {}


def crash_point(name: str) -> None:
    """Kill this process with SIGKILL if `AGENT_CRASH_AT` names this point.

    Raises:
        KeyError: the name isn't in the lists (only looked up when a point is armed).
    """
    armed = os.environ.get("AGENT_CRASH_AT")
    if not armed:
        return
    if name not in (
        *CRASH_POINTS,
        *PACKAGE_CRASH_POINTS,
        *LIBRARY_CRASH_POINTS,
        *INDEX_CRASH_POINTS,
        *TIDY_CRASH_POINTS,
    ):
        raise KeyError(name)
    wanted, _, turn = armed.partition(":")
    if wanted != name:
        return
    _passed[name] = _passed.get(name, 0) + 1
    if _passed[name] == int(turn or 1):
        os.kill(os.getpid(), signal.SIGKILL)
