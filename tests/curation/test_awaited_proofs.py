"""A skill is `working` only while its proof holds: stopped or killed before the proof, it is not, and the next use proves it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from apprentice.cancellation import CancelToken
from apprentice.curation import proofs
from apprentice.errors import Cancelled
from apprentice.events import Notice
from apprentice.graph.kept import awaited, run_kept_tests
from tests.curation.keeping import DOUBLE, DOUBLE_TESTS, FOUR, FOUR_TESTS, House
from tests.forked import exit_code

WRONG = "def double(n):\n    return 3 * n if n == 12 else 2 * n\n"
#: holds with either `double`
ZERO = "from double import double\n\n\ndef zero(n):\n    return double(0 * n)\n"
ZERO_TESTS = "from zero import zero\n\n\ndef test_zero():\n    assert zero(3) == 0\n"
FOUR_BROKEN = FOUR_TESTS + "    assert four(6) == 24\n"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A skill whose first version is wrong for 12, and two that use it: one sees that, one doesn't."""
    made = House(tmp_path)
    made.put("double", WRONG, DOUBLE_TESTS)
    made.put("double", DOUBLE, DOUBLE_TESTS)
    made.put("four", FOUR, FOUR_BROKEN)
    made.put("zero", ZERO, ZERO_TESTS)
    made.put("apart", "def apart():\n    return 1\n")
    yield made
    made.agent.close()


def examples(house: House, cancel: CancelToken | None = None) -> None:
    """A false example."""
    house.agent.add_examples("four", ["f(1) == 5"], cancel=cancel)


def roll_back(house: House, cancel: CancelToken | None = None) -> None:
    """To the version that is wrong for 12."""
    house.versions.rollback("double", 1, cancel=cancel)


def roll_back_user(house: House, cancel: CancelToken | None = None) -> None:
    """To a version that was proven with another `double`."""
    house.versions.rollback("four", 1, cancel=cancel)


def delete(house: House, cancel: CancelToken | None = None) -> None:
    """What others use."""
    house.trash.delete("double", force=True, cancel=cancel)


CHANGES: dict[str, Callable[..., None]] = {
    change.__name__: change for change in (examples, roll_back, roll_back_user, delete)
}


def prepare(house: House, change: str) -> None:
    """What has to be there before the change, and is proven."""
    if change == "roll_back_user":
        house.put("four", FOUR, FOUR_TESTS)
        house.put("double", WRONG, DOUBLE_TESTS)
        house.proofs.prove_awaited()
        assert house.status("four") == "working"


def work(workspace: str, change: str, crash: str) -> None:
    """In a process of its own."""
    house = House(Path(workspace))
    os.environ["AGENT_CRASH_AT"] = crash
    CHANGES[change](house)


def check_proven_at_the_next_use(workspace: Path, change: str) -> None:
    """It doesn't count as proven; a restart and a use later it is what its tests say, and nothing is left to prove."""
    house = House(workspace)
    record = house.memory.skill("four")
    assert record is not None
    assert record.status == "untested"
    assert awaited(record)
    assert house.status("zero") == ("untested" if change in ("roll_back", "delete") else "working")
    house.agent.call("apart")
    record = house.memory.skill("four")
    assert record is not None
    assert (record.status, awaited(record)) == ("untested", [])
    assert [line for line in record.review if line.startswith("Not proven: ")]
    assert house.status("zero") == ("untested" if change == "delete" else "working")
    house.agent.close()


@pytest.mark.parametrize("change", [change for change in CHANGES if change != "delete"])
def test_stopped_before_the_proof(change: str, house: House) -> None:
    """Ctrl-C between the change and the proof."""
    prepare(house, change)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        CHANGES[change](house, token)
    check_proven_at_the_next_use(house.workspace, change)


@pytest.mark.skipif(os.name != "posix", reason="kills processes with signals")
@pytest.mark.parametrize("point", ["memory.after_rename", "library.ending"])
@pytest.mark.parametrize("change", CHANGES)
def test_killed_before_the_proof(change: str, point: str, house: House) -> None:
    """As soon as memory knows of the change, it knows what is to be proven."""
    prepare(house, change)
    assert exit_code(work, str(house.workspace), change, point) == -signal.SIGKILL
    check_proven_at_the_next_use(house.workspace, change)


def test_what_was_brought_back_waits_for_its_users_proofs(house: House) -> None:
    """Undoing a deletion, stopped before the proofs: the next use proves it."""
    house.trash.delete("four")
    house.put("double", WRONG, DOUBLE_TESTS)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        house.trash.restore("four", cancel=token)
    check_proven_at_the_next_use(house.workspace, "roll_back")


def test_a_new_version_waits_for_nothing_where_only_tests_are_new(house: House) -> None:
    """Its users see the modules alone."""
    house.put("double", DOUBLE, DOUBLE_TESTS + "    assert double(0) == 0\n")
    assert (house.status("four"), house.status("zero")) == ("working", "working")


def test_a_proof_with_what_has_changed_meanwhile_counts_for_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process changes a used skill while the tests run."""
    other, left = House(house.workspace), [None]

    def run(*args: Any, **fields: Any) -> Any:
        result = run_kept_tests(*args, **fields)
        if left:
            left.pop()
            other.put("double", WRONG, DOUBLE_TESTS)
        return result

    monkeypatch.setattr(proofs, "run_kept_tests", run)
    report = house.proofs.prove("four")
    assert (report.status, report.ok) == ("untested", False)
    assert "double is at version 3 now" in report.reason
    assert awaited(house.memory.skill("four"))  # type: ignore[arg-type]
    other.agent.close()


def test_what_can_not_be_proved_again_is_asked_for_once(house: House) -> None:
    """A module that is gone doesn't stop every later use; a person sees why it is untested."""
    seen: list[Notice] = []
    house.agent.events.subscribe(lambda event: seen.append(event) if isinstance(event, Notice) else None)
    house.put("double", WRONG, DOUBLE_TESTS)
    house.library.path("four").unlink()
    assert house.agent.call("apart").value == 1
    assert house.status("zero") == "working"
    assert "could not be proved again" in house.memory.skill("four").review[-1]  # type: ignore[union-attr]
    assert [notice.level for notice in seen] == ["warning"]
    assert house.proofs.prove_awaited() == []


def fail_three_times(house: House, cancel: CancelToken | None = None) -> None:
    """As a use that fails is counted."""
    for _ in range(3):
        house.proofs.note_use("zero", False, cancel=cancel)


def third_failure(workspace: str, crash: str) -> None:
    """In a process of its own."""
    house = House(Path(workspace))
    house.proofs.note_use("zero", False)
    house.proofs.note_use("zero", False)
    os.environ["AGENT_CRASH_AT"] = crash
    house.proofs.note_use("zero", False)


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_failing_uses_have_a_skill_proven_at_the_next_use_where_nothing_could_at_once(
    how: str, house: House
) -> None:
    """Its tests hold: it is working again, and three more failures have it proven again."""
    if how == "stopped":
        token = CancelToken()
        token.cancel()
        with pytest.raises(Cancelled):
            fail_three_times(house, token)
    else:
        assert exit_code(third_failure, str(house.workspace), "memory.after_rename") == -signal.SIGKILL
    record = house.memory.skill("zero")
    assert record is not None
    assert (record.status, len(awaited(record)), record.runs.failed) == ("untested", 1, 3)
    house.agent.call("apart")
    record = house.memory.skill("zero")
    assert record is not None
    assert (record.status, record.runs.failed_in_a_row, record.runs.failed) == ("working", 0, 3)


def test_where_the_proof_after_a_third_failing_use_is_stopped_the_use_still_has_its_result(
    house: House,
) -> None:
    """It went through before."""
    house.put(
        "zero",
        "def zero(n):\n    return 0 // n\n",
        "from zero import zero\n\n\ndef test_zero():\n    assert zero(2) == 0\n",
    )
    token = CancelToken()

    for _ in range(2):
        house.agent.call("zero", 0)
    ready = house.agent._calls.ready("zero", (), token)
    result = ready([0], {})
    token.cancel()
    house.agent._calls.note_use("zero", result, token)
    assert result.error_type == "ZeroDivisionError"
    assert awaited(house.memory.skill("zero"))  # type: ignore[arg-type]
