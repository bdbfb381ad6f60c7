"""Proving kept skills again: what came out of the tests is what the record says, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from apprentice.cancellation import CancelToken
from apprentice.curation.proofs import counts_for
from apprentice.errors import Cancelled, SandboxError, UsageError
from apprentice.graph.state import ApprovalRequest
from apprentice.sandbox.base import RunResult, Sandbox
from tests.curation.keeping import DOUBLE, DOUBLE_TESTS, FOUR, FOUR_TESTS, House, check_whole


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An empty workspace."""
    house = House(tmp_path)
    yield house
    house.agent.close()


def test_a_proof_records_what_ran(house: House) -> None:
    """Counts, who judged, under which isolation; a skill that was untested works again."""
    house.put("double", DOUBLE, DOUBLE_TESTS, status="untested", review=["Not proven: once upon a time"])
    report = house.proofs.prove("double")
    assert (report.ok, report.status, report.passed, report.failed) == (True, "working", 1, 0)
    record = house.memory.skill("double")
    assert record is not None
    assert record.tests["passed_by"] == {"agent": 1, "run": 0}
    assert record.isolation == house.agent.sandbox.isolation
    assert record.review == []
    assert record.version == 1


def test_a_skill_that_fails_its_tests_is_untested(house: House) -> None:
    """By the facts, with the reason, which the next proof takes away again."""
    house.put("double", "def double(n):\n    return n + 3\n", DOUBLE_TESTS)
    report = house.proofs.prove("double")
    assert (report.status, report.failed) == ("untested", 1)
    assert report.failures[0].startswith("test_double: ")
    assert house.memory.skill("double").review == [f"Not proven: {report.reason}"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("tests", "reason"),
    [
        ("from double import double\n\n\ndef test_all():\n    assert True\n", "proves nothing"),
        ("from double import nothing\n\n\ndef test_all():\n    assert nothing\n", "nothing"),
        ("import double\n", "None of its tests ran"),
    ],
)
def test_tests_that_prove_nothing_make_no_skill_working(house: House, tests: str, reason: str) -> None:
    """What passes on any module, can't be imported, or isn't there."""
    house.put("double", DOUBLE, tests, status="untested")
    report = house.proofs.prove("double")
    assert report.status == "untested"
    assert reason in report.reason


def test_a_skill_without_tests_is_not_proven(house: House) -> None:
    """Unless it is a tool that the user brought as it is."""
    house.put("double", DOUBLE)
    house.put("tool", "def tool(n):\n    return n\n", origin="tool")
    assert house.proofs.prove("double").status == "untested"
    assert house.proofs.prove("tool").status == "working"
    with pytest.raises(UsageError, match="no skill 'nobody'"):
        house.proofs.prove("nobody")


def test_a_users_test_file_that_imports_another_name_is_run_on_the_skill(house: House) -> None:
    """As it was when the skill was made."""
    house.put("double", DOUBLE)
    text = "from twofold import double\n\n\ndef test_mine():\n    assert double(2) == 4\n"
    (house.workspace / "tests" / "test_double_given1.py").write_text(text, encoding="utf-8")
    assert house.proofs.prove("double").ok


def test_what_is_not_always_allowed_is_asked_for(tmp_path: Path) -> None:
    """Refused, nothing is run and nothing changed; allowed, the tests see what was opened."""
    data = tmp_path / "data.txt"
    data.write_text("21", encoding="utf-8")
    asked: list[ApprovalRequest] = []
    answers = iter(["no", "once"])

    def approve(request: ApprovalRequest) -> str:
        asked.append(request)
        return next(answers)

    house = House(tmp_path / "w", approver=approve)
    code = f"def double(n):\n    with open({str(data)!r}) as file:\n        return n * int(file.read())\n"
    tests = "from double import double\n\n\ndef test_double():\n    assert double(2) == 42\n"
    key = f"read:{data}"
    house.put("double", code, tests, permissions=[key])
    user = "import double\n\n\ndef twice(n):\n    return double.double(n) * 2\n"
    assert house.put("twice", user, tests.replace("double", "twice").replace("42", "84")).permissions == [key]
    report = house.proofs.prove("double")
    assert (report.ran, report.status) == (False, "working")
    assert "needs an approval" in report.reason
    assert house.proofs.prove("twice").ok
    assert [request.keys for request in asked] == [(key,), (key,)]
    house.agent.close()


def test_a_module_of_a_package_or_of_a_used_skill_that_is_never_allowed_is_not_run(house: House) -> None:
    """The gate sees all of what would run."""
    evil = "import os\n\n\ndef f():\n    os.system('true')\n"
    house.put("package", "from .inner import f\n", DOUBLE_TESTS, parts={"inner.py": evil})
    house.put("base", evil)
    house.put("double", "import base\n" + DOUBLE, DOUBLE_TESTS)
    for name in ("package", "double"):
        report = house.proofs.prove(name)
        assert not report.ran
        assert "refuse" in report.reason


def test_three_failures_in_a_row_prove_a_skill_again(house: House) -> None:
    """One that passes goes on working with its count at zero; one that fails is untested; others don't count."""
    house.put("double", DOUBLE, DOUBLE_TESTS)
    house.put("broken", "def broken(n):\n    return n\n", DOUBLE_TESTS.replace("double", "broken"))
    for name in ("double", "broken"):
        assert house.proofs.note_use(name, False) is None
        assert house.proofs.note_use(name, False, counts=False) is None
        assert house.proofs.note_use(name, False) is None
        report = house.proofs.note_use(name, False)
        assert report is not None
        record = house.memory.skill(name)
        assert record is not None
        assert (report.status, record.runs.failed) == (record.status, 3)
        assert record.runs.failed_in_a_row == (0 if name == "double" else 3)
    assert (house.status("double"), house.status("broken")) == ("working", "untested")
    assert house.proofs.note_use("broken", False) is None
    assert house.proofs.note_use("nobody", False) is None
    house.proofs.note_use("broken", True)
    assert house.memory.skill("broken").runs.failed_in_a_row == 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("code", "args", "counts"),
    [
        ("def f(a):\n    return a", [], False),
        ("def f(a):\n    return a", [1, 2], False),
        ("def f(a):\n    return a", {"b": 1}, False),
        ("def f(a):\n    return a + ''", [1], True),
        ("def f(a):\n    return g(a)\n\ndef g():\n    pass", [1], True),
        ("def f(a):\n    return {1}", [1], True),
        ("def f(a):\n    return a", [1], True),
    ],
)
def test_wrong_arguments_say_nothing_about_a_skill(
    house: House, code: str, args: object, counts: bool
) -> None:
    """A call that doesn't fit the parameters is the caller's mistake; whatever happens inside is the skill's."""
    house.put("f", code)
    assert counts_for(house.agent.call("f", args), "f") is counts


def test_a_cancelled_run_says_nothing_and_a_cancelled_proof_changes_nothing(house: House) -> None:
    """Ctrl-C is not the skill's fault."""
    assert not counts_for(RunResult("cancelled", None, "", "", 0.0, "wall"), "f")
    house.put("double", DOUBLE, DOUBLE_TESTS)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        house.proofs.prove("double", cancel=token)
    assert house.status("double") == "working"


def test_files_put_into_the_folder_or_edited_there_become_versions_when_they_are_proved(house: House) -> None:
    """What was proved is what is kept."""
    house.library.path("double").write_text(DOUBLE, encoding="utf-8")
    (house.workspace / "tests" / "test_double.py").write_text(DOUBLE_TESTS, encoding="utf-8")
    assert house.proofs.prove("double").ok
    house.library.path("double").write_text("def double(n):\n    return n + n\n", encoding="utf-8")
    assert house.proofs.prove("double").ok
    assert [(v.number, v.status) for v in house.versions.history("double")] == [
        (1, "working"),
        (2, "working"),
    ]
    check_whole(house.workspace)


def test_where_no_code_can_be_run_nothing_is_proven(tmp_path: Path) -> None:
    """A deletion is whole all the same; what used the skill is untested, and says why."""
    house = House(tmp_path)
    house.put("double", DOUBLE, DOUBLE_TESTS)
    house.put("four", FOUR, FOUR_TESTS)

    def missing() -> Sandbox:
        raise SandboxError("No sandbox holds on this machine.")

    house.proofs._sandbox = missing
    report = house.proofs.prove("double")
    assert (report.ran, report.status, report.reason) == (
        False,
        "working",
        "No sandbox holds on this machine.",
    )
    house.trash.delete("double", force=True)
    assert house.status("four") == "untested"
    check_whole(tmp_path)
    house.agent.close()
