"""What the prompt and the command line print of versions, differences, deletions and proofs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from apprentice.interfaces.console import ICONS, one_line, plain

if TYPE_CHECKING:
    from apprentice.curation.deletion import Deletion
    from apprentice.curation.proofs import ProofReport
    from apprentice.curation.versions import Version
    from apprentice.memory.schema import Question, SkillRecord
    from apprentice.skills.library import Deleted


def history(name: str, versions: Sequence[Version]) -> str:
    """The versions of a skill, the latest first, one a line."""
    lines = [f"{plain(name)}: {len(versions)} version{'s' if len(versions) != 1 else ''}"]
    for version in reversed(versions):
        tests = f"{version.passed} passed" + (f", {version.failed} failed" if version.failed else "")
        marks = [
            mark
            for mark, holds in (
                ("current", version.current),
                ("edited by hand since", version.edited),
            )
            if holds
        ]
        lines.append(
            f"  {'*' if version.current else ' '} {version.number:>3}  {version.at}  "
            f"{ICONS.get(version.status, '?')} {version.status}, {tests}; made by {plain(version.model) or 'hand'}"
            + (f" ({', '.join(marks)})" if marks else "")
        )
        if version.goal:
            lines.append(f"         {one_line(version.goal, 100)}")
        if version.note:
            lines.append(f"         {one_line(version.note, 100)}")
    return "\n".join(lines)


def history_json(versions: Sequence[Version]) -> str:
    """The same for programs."""
    fields = ("number", "at", "model", "status", "goal", "passed", "failed", "current", "edited", "note")
    rows: list[dict[str, Any]] = [{name: getattr(version, name) for name in fields} for version in versions]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def diff(text: str) -> str:
    """A difference, as it is; a line where there is none."""
    return plain(text.rstrip("\n")) if text else "They are the same."


def rolled_back(record: SkillRecord) -> str:
    """What going back to a version did."""
    note = next((line for line in reversed(record.review) if line.startswith("The same as version")), "")
    lines = [f"{ICONS[record.status]} {record.name} is at version {record.version} now. {note}".rstrip()]
    return "\n".join([*lines, *_not_proven(record)])


def deletion(done: Deletion) -> str:
    """What deleting a skill did, and how to undo it."""
    lines = [
        f"Deleted {plain(done.name)}; :undo {plain(done.name)} brings it back (trash/{plain(done.folder)})."
    ]
    return "\n".join([*lines, *(f"  {_line(report)}" for report in done.dependants)])


def deleted(found: Sequence[Deleted]) -> str:
    """What is in the trash, the latest first."""
    if not found:
        return "The trash is empty."
    lines = [f"Deleted skills ({len(found)}); :undo NAME brings back the latest of a name:"]
    for one in found:
        goal = one.record.get("goal") or one.record.get("description") or ""
        lines.append(f"  {_time(one.at)}  {plain(one.name)}: {one_line(str(goal), 100)}")
    return "\n".join(lines)


def restored(record: SkillRecord) -> str:
    """What bringing a skill back did."""
    lines = [f"{ICONS[record.status]} {record.name} is back ({record.status}, version {record.version})."]
    return "\n".join([*lines, *_not_proven(record)])


def proof(report: ProofReport, dependants: Sequence[ProofReport] = ()) -> str:
    """What proving a skill again showed, and its dependants."""
    lines = [_line(report)]
    lines += [f"  failed: {one_line(failure, 160)}" for failure in report.failures]
    return "\n".join([*lines, *(f"  {_line(other)}" for other in dependants)])


def _line(report: ProofReport) -> str:
    counts = f"{report.passed} passed, {report.failed} failed" if report.ran else "its tests were not run"
    where = f" under isolation '{report.isolation}'" if report.isolation else ""
    reason = f" {one_line(report.reason, 200)}" if report.reason and not report.failures else ""
    return f"{ICONS[report.status]} {plain(report.name)} is {report.status}: {counts}{where}.{reason}"


def _not_proven(record: SkillRecord) -> list[str]:
    return [f"  {one_line(line, 200)}" for line in record.review if line.startswith("Not proven: ")]


def _time(at: str) -> str:
    """`20260131T235959Z` as `2026-01-31 23:59:59`."""
    if len(at) != 16:
        return at
    return f"{at[:4]}-{at[4:6]}-{at[6:8]} {at[9:11]}:{at[11:13]}:{at[13:15]}"


def questions(found: Mapping[str, Question]) -> str:
    """The open questions, one a line."""
    if not found:
        return "Nothing is open."
    lines = [
        f"{name}: {plain(question.call)} is "
        + " or ".join(f"[{number}] {plain(value)}" for number, value in enumerate(question.values, start=1))
        for name, question in found.items()
    ]
    return "\n".join([*lines, "Answer with :questions SKILL NUMBER, or the value itself."])
