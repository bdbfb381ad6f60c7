"""Approvals in memory.json: kept, read in older forms, and taken back."""

from __future__ import annotations

import json
from pathlib import Path

from apprentice.memory import ApprovalRecord, MemoryStore, SkillRecord

OLD = {
    "version": 1,
    "skills": [
        {
            "name": "say",
            "status": "working",
            "created_at": "2025-01-01T00:00:00+00:00",
            "updated_at": "2025-01-01T00:00:00+00:00",
            "permissions": ["command:*"],
        }
    ],
    "failures": [],
    "directives": [],
    "approvals": [
        {
            "id": "r:1",
            "skill": "say",
            "permissions": ["command:*"],
            "answer": "skill",
            "decided_at": "2025-01-01T00:00:00+00:00",
            "by": "person",
        }
    ],
}


def test_records_without_the_newer_fields_are_read_and_not_called_damaged(tmp_path: Path) -> None:
    """A memory of the version before is used as it is."""
    path = tmp_path / "memory.json"
    path.write_text(json.dumps(OLD, indent=2))
    store = MemoryStore(path)
    (record,) = store.approvals("say")
    assert (record.scope, record.revoked_at, record.always) == ("", "", True)
    skill = store.skill("say")
    assert skill is not None
    assert (skill.permissions, skill.packages) == (["command:*"], [])
    assert store.notices == []
    assert [file.name for file in tmp_path.iterdir() if "memory.json." in file.name] in (
        [],
        ["memory.json.lock"],
    )


def test_a_revoked_approval_is_read_back_as_revoked(tmp_path: Path) -> None:
    """With its time; what was revoked before keeps its own, what isn't meant stays, unknown fields too."""
    path = tmp_path / "memory.json"
    store = MemoryStore(path)
    for number in (1, 2, 3):
        store.add_approval(
            ApprovalRecord(
                id=f"a{number}",
                skill="say",
                permissions=["command:ls"],
                answer="skill",
                scope="skill",
                note="kept",  # type: ignore[call-arg]
            )
        )
    assert [record.id for record in store.revoke_approvals(lambda number, record: number == 2)] == ["a2"]
    other = MemoryStore(path)
    assert [record.always for record in other.approvals()] == [True, False, True]
    revoked = other.approvals()[1]
    assert revoked.revoked_at
    assert revoked.model_extra == {"note": "kept"}
    assert other.revoke_approvals(lambda number, record: number == 2) == []
    before = path.stat().st_mtime_ns
    assert other.revoke_approvals(lambda number, record: False) == []
    assert path.stat().st_mtime_ns == before
    assert len(other.revoke_approvals(lambda number, record: True)) == 2


def test_what_a_skill_needs_is_kept_with_it(tmp_path: Path) -> None:
    """Permissions and pinned packages."""
    store = MemoryStore(tmp_path / "memory.json")
    record = SkillRecord(name="a", status="working", permissions=["read:/data"], packages=["numpy==2.1.0"])
    store.put_skill(record)
    kept = MemoryStore(tmp_path / "memory.json").skill("a")
    assert kept is not None
    assert (kept.permissions, kept.packages) == (["read:/data"], ["numpy==2.1.0"])
