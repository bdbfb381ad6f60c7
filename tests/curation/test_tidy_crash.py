"""SIGKILL in the middle of a merge: the library is whole, nothing is lost, and tidying again ends it."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile
from functools import cache
from pathlib import Path

import pytest

from apprentice.crashpoints import LIBRARY_CRASH_POINTS, TIDY_CRASH_POINTS
from apprentice.curation.tidy_proposal import Proposal
from apprentice.memory.schema import Runs
from tests.curation.keeping import House, check_whole
from tests.curation.test_tidy import put_doubles, tidy_of
from tests.forked import exit_code

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills processes with signals")

POINTS = [
    *(point for point in LIBRARY_CRASH_POINTS if point != "library.settling"),
    *TIDY_CRASH_POINTS,
    "keep.module_saved",
    "memory.before_rename",
    "memory.after_rename",
]


def work(workspace: str, crash: str, proposals: list[Proposal] | None) -> None:
    """In a process of its own: do all that is proposed; or look first."""
    house = House(Path(workspace))
    tidy = tidy_of(house)
    if proposals is None:
        proposals = tidy.proposals()
    # Looking changes nothing, and so passes no point.
    os.environ["AGENT_CRASH_AT"] = crash
    for proposal in proposals:
        tidy.carry_out(proposal)


def killed(workspace: Path, crash: str, proposals: list[Proposal] | None = None) -> bool:
    """Whether the point was passed, which killed the process."""
    code = exit_code(work, str(workspace), crash, proposals)
    assert code in (0, -signal.SIGKILL)
    return code != 0


def state_of(workspace: Path) -> dict[str, str]:
    """What is kept in the end."""
    house = House(workspace)
    house.settle()
    seen = {
        record.name: f"{record.version} {record.status} {record.retired} {record.answers} {record.tests}"
        for record in house.memory.skills()
    }
    for name in house.library.names():
        seen |= house.library.tests(name)
    house.agent.close()
    return seen


@cache
def prepared(used: bool) -> tuple[Path, dict[str, str], list[Proposal]]:
    """A workspace with two doubles, what it comes to where nothing is killed, and what is proposed for it."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    house = House(folder / "before")
    put_doubles(house)
    if used:
        record = house.memory.skill("share")
        assert record is not None
        house.memory.put_skill(record.model_copy(update={"runs": Runs(ok=1)}))
    house.agent.close()
    shutil.copytree(folder / "before", folder / "looked")
    house = House(folder / "looked")
    proposals = tidy_of(house).proposals()
    house.agent.close()
    shutil.copytree(folder / "before", folder / "after")
    assert not killed(folder / "after", "")
    after = state_of(folder / "after")
    assert ("share" in after) is used
    assert len(after) == (5 if used else 3)
    return folder / "before", after, proposals


@pytest.mark.parametrize("used", [False, True])
@pytest.mark.parametrize("point", POINTS)
def test_a_merge_that_is_killed_leaves_all_whole_and_ends_the_next_time(
    point: str, used: bool, tmp_path: Path
) -> None:
    """At each step, whether the double is deleted or retired; the tests are never added twice."""
    before, after, proposals = prepared(used)
    for turn in (1, 2):
        workspace = tmp_path / str(turn)
        shutil.copytree(before, workspace)
        if not killed(workspace, f"{point}:{turn}", proposals):
            # Only a deletion is a second change of the library, and only that moves something.
            assert turn == 2 or (used and point == "library.moved")
            break
        check_whole(workspace)
        assert not killed(workspace, "")
        assert state_of(workspace) == after
        check_whole(workspace)
