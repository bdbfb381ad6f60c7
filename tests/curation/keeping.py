"""A workspace with skills in it, and what keeps them up; everything real, with a wall where the machine has one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from apprentice.agent import Agent
from apprentice.curation.deletion import Trash
from apprentice.curation.proofs import Proofs
from apprentice.curation.versions import Versions
from apprentice.graph.kept import put_version, settle
from apprentice.memory.schema import SkillRecord
from apprentice.models.scripted import ScriptedChatModel
from apprentice.skills.library import SkillFiles

DOUBLE = "def double(n):\n    return 2 * n\n"
DOUBLE_TESTS = "from double import double\n\n\ndef test_double():\n    assert double(4) == 8\n"
FOUR = "from double import double\n\n\ndef four(n):\n    return double(double(n))\n"
FOUR_TESTS = "from four import four\n\n\ndef test_four():\n    assert four(3) == 12\n"


class House:
    """An agent that never asks a model, and the upkeep of its library."""

    def __init__(self, workspace: Path, **settings: Any) -> None:
        self.workspace = workspace
        self.agent = Agent(workspace=workspace, model=ScriptedChatModel(replies=[]), **settings)
        self.library, self.memory = self.agent.library, self.agent.memory
        self.proofs = Proofs(
            library=self.library,
            memory=self.memory,
            gate=self.agent.gate,
            approvals=self.agent.approvals,
            sandbox=lambda: self.agent.sandbox,
            events=self.agent.events,
            workspace=workspace,
        )
        parts: dict[str, Any] = {"library": self.library, "memory": self.memory, "proofs": self.proofs}
        self.versions = Versions(**parts)
        self.trash = Trash(**parts)

    def put(
        self, name: str, code: str, test: str = "", *, parts: dict[str, str] | None = None, **fields: Any
    ) -> SkillRecord:
        """Keep a skill that counts as proven."""
        files = SkillFiles(name, code, {f"test_{name}.py": test} if test else {}, parts or {})
        record = SkillRecord.model_validate({"name": name, "status": "working", "function": name, **fields})
        return put_version(files, record, memory=self.memory, library=self.library)

    def status(self, name: str) -> str:
        """What memory says."""
        record = self.memory.skill(name)
        return record.status if record else ""

    def settle(self) -> bool:
        """What an agent does when it starts."""
        return settle(self.memory, self.library)


def check_whole(workspace: Path) -> None:
    """The view shows each record's version, every version is whole, and nothing else lies about."""
    house = House(workspace)
    house.settle()
    records = {record.name: record for record in house.memory.skills()}
    assert house.library.names() == sorted(records)
    for name, record in records.items():
        numbers = house.library.versions.numbers(name)
        assert numbers == list(range(1, record.version + 1)), name
        assert not house.library.edited(name, record.version)
        for number in numbers:
            assert house.library.versions.record(name, number)["version"] == number
    shown = {file for name in records for file in house.library.tests(name)}
    assert {path.name for path in (workspace / "tests").iterdir()} == shown
    assert {path.name for path in (workspace / "versions").iterdir()} <= {".lock", "conftest.py", *records}
    for folder in (path for path in (workspace / "trash").iterdir() if path.name != "conftest.py"):
        assert (folder / "record.json").is_file()
    for folder in ("skills", "tests", "trash"):
        assert not list((workspace / folder).rglob(".*"))
    house.agent.close()
