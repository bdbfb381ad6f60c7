"""What the prompt and the command line print of skills, memory and results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from apprentice.interfaces.console import ICONS, one_line, plain

if TYPE_CHECKING:
    from apprentice.agent import Agent
    from apprentice.approvals import Decision
    from apprentice.graph.state import Answer, ApprovalRequest, QuestionRequest
    from apprentice.memory.schema import SkillRecord
    from apprentice.sandbox.base import RunResult


def skills(agent: Agent) -> str:
    """The list of skills, one a line."""
    records = sorted(agent.memory.skills(), key=lambda record: record.name)
    lines = [f"Skills ({len(records)}):"]
    there = set(agent.library.names())
    for record in records:
        version = agent.library.missing(record.name) if record.name not in there else 0
        if version and record.status != "failed":
            back = f"version {version} is kept, :rollback {record.name} {version} brings it back"
            lines.append(f"  ❌ {record.name}: its file is missing; {back}")
        else:
            lines.append(f"  {ICONS[record.status]} {record.name}: {one_line(record.description, 100)}")
    return "\n".join(lines)


def memory(agent: Agent) -> str:
    """A summary of what is remembered."""
    snapshot = agent.memory.snapshot()
    path = agent.memory.path
    size = path.stat().st_size / 1000 if path.exists() else 0.0
    counts = {status: sum(r.status == status for r in snapshot.skills) for status in ICONS}
    lines = [
        f"Memory: {path} ({size:.1f} kB)",
        f"  skills: {len(snapshot.skills)} ({', '.join(f'{count} {status}' for status, count in counts.items())})",
        f"  failures: {len(snapshot.failures)}",
        f"  directives: {len(snapshot.directives)}",
    ]
    icons = {"completed": "✅", "failed": "❌", "pending": "⏸ ", "running": "▶ "}
    lines += [f"    {icons[d.status]} {one_line(d.goal, 100)}" for d in snapshot.directives[-5:]]
    if snapshot.approvals:
        lines.append(f"  approvals: {len(snapshot.approvals)} decisions; :permissions lists those that hold")
    return "\n".join(lines)


def failures(agent: Agent, limit: int = 10) -> str:
    """The latest failures, with their lessons."""
    records = agent.memory.failures()
    lines = [f"Failures ({len(records)}):"]
    for record in records[-limit:]:
        lines.append(f"  {record.timestamp} {record.skill}: {one_line(record.error, 120)}")
        if record.lesson and record.lesson != record.error:
            lines.append(f"    lesson: {one_line(record.lesson, 140)}")
    return "\n".join(lines)


def skill(agent: Agent, name: str) -> str:
    """One skill: what is known of it, its code, its tests."""
    code = agent.library.code(name)
    record = agent.memory.skill(name)
    lines = _facts(record) if record else [f"{name}: in the folder, not in memory.json"]
    lines += ["", code.rstrip()]
    for file, text in agent.library.tests(name).items():
        lines += ["", f"# {file}", text.rstrip()]
    return "\n".join(lines)


def _facts(record: SkillRecord) -> list[str]:
    tests = record.tests
    own_word = (tests.get("passed_by") or {}).get("run", 0)
    lines = [
        f"{ICONS[record.status]} {record.name} ({record.status}, version {record.version})",
        f"  goal: {one_line(record.goal or record.description)}",
        f"  signature: {record.signature or record.function}",
        f"  tests: {tests.get('passed', 0)} passed, {tests.get('failed', 0)} failed, {tests.get('given', 0)} of them yours"
        + (f"; {own_word} passed on the code's own word" if own_word else ""),
        f"  made by {record.model or 'hand'} in {record.iterations} iterations, tested under isolation '{record.isolation}'",
        f"  updated: {record.updated_at}",
    ]
    if (rate := record.runs.success_rate) is not None:
        lines.append(f"  used: {record.runs.ok + record.runs.failed} times, {rate:.0%} of them well")
    if record.retired:
        lines.append(f"  retired: {one_line(record.retired)}")
    if record.permissions:
        lines.append(f"  needs: {plain(', '.join(record.permissions))}")
    if record.packages:
        lines.append(f"  packages: {', '.join(record.packages)}")
    lines += proof(record)
    lines += [f"  not believed: {name} ({reason})" for name, reason in (tests.get("dropped") or {}).items()]
    return lines


def proof(record: SkillRecord) -> list[str]:
    """What shows that a skill does what was asked, a line for each rung."""
    found = record.proof
    if found is None:
        return []
    likely = "" if found.belief is None else f", {found.belief:.0%} likely right by vote"
    lines = [f"  proof ({found.level}{likely}):"] if found.rungs or likely else []
    marks = {True: "+", False: "-", None: " "}
    lines += [f"    {marks[rung.held]} {rung.name}: {one_line(rung.fact)}" for rung in found.rungs]
    if found.question is not None:
        lines.append(
            f"  open: {plain(found.question.call)} is {plain(' or '.join(found.question.values))}? :questions"
        )
    return lines


def question(request: QuestionRequest) -> str:
    """One question that can be answered at a glance: which value is right?"""
    choices = "   ".join(f"[{number}] {plain(value)}" for number, value in enumerate(request.values, start=1))
    return (
        f"\nThe goal leaves open what is right for {plain(request.call)}:\n  {choices}\n"
        "A number, another value as Python has it, or Enter for neither: "
    )


def question_answer(said: str, values: Sequence[str]) -> str | None:
    """The answer: one of the values by its number, or what was typed; None for nothing."""
    said = said.strip()
    if said.isdecimal() and 1 <= int(said) <= len(values):
        return values[int(said) - 1]
    return said or None


APPROVAL_QUESTION = "Allow it [o]nce, always for this [s]kill, or [n]ot? "
APPROVAL_QUESTION_ONCE = "Allow it [o]nce, or [n]ot? "


def approval(request: ApprovalRequest) -> str:
    """What a person is asked to allow: the code, what it wants in plain words, why, and the lines that need it."""
    lines = ["", *(f"  | {line}" for line in plain(request.code).splitlines()), ""]
    lines.append(f"{'The skill ' if request.always else ''}{request.skill} wants to")
    for words, key in zip(
        request.permissions, request.keys or ("",) * len(request.permissions), strict=False
    ):
        lines.append(f"  - {plain(words)}" + (f"   [{plain(key)}]" if key else ""))
    if request.goal:
        lines.append(f"for the goal: {one_line(request.goal)}")
    if request.reason:
        lines.append("because")
        lines += [f"  {plain(line)}" for line in request.reason.splitlines()]
    lines += [f"  line {number}: {one_line(text)}" for number, text in request.lines]
    return "\n".join(lines)


def approval_question(request: ApprovalRequest) -> str:
    """The question with its answers."""
    return APPROVAL_QUESTION if request.always else APPROVAL_QUESTION_ONCE


def approval_answer(text: str) -> Answer:
    """The answer in what was typed; anything unclear is no."""
    said = text.strip().lower()
    return "once" if said.startswith("o") else "skill" if said.startswith(("s", "a")) else "no"


def permissions(decisions: Sequence[Decision], *, everything: bool = False) -> str:
    """The permissions as a table: number, skill, what, for how long, since when."""
    if not decisions:
        return "Nothing was ever decided." if everything else "No permission holds."
    rows = [("number", "skill", "may", "for", "since")]
    for decision in decisions:
        scope = {"skill": "always", "call": "one call"}.get(decision.scope, f"run {decision.scope}".strip())
        if decision.answer == "no":
            scope = "refused"
        if decision.revoked_at:
            scope = f"revoked {decision.revoked_at}"
        words = [plain(text) for text in decision.words] or ["(nothing)"]
        for place, text in enumerate(words):
            first = place == 0
            rows.append(
                (
                    str(decision.number) if first else "",
                    plain(decision.skill) if first else "",
                    text,
                    scope if first else "",
                    decision.decided_at if first else "",
                )
            )
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[4]]).rstrip()
        for row in rows
    )


def revoked(decisions: Sequence[Decision]) -> str:
    """What was taken back, one line each."""
    lines = [
        f"Revoked: {plain(decision.skill)} may no longer {plain(', nor '.join(decision.words))}."
        for decision in decisions
    ]
    return "\n".join(lines) or "Nothing was to be revoked."


def failed_call(result: RunResult) -> str:
    """Why a skill's call failed, in a line or two; what the skill printed before comes first."""
    lines = [result.stdout.rstrip()] if result.stdout.strip() else []
    return plain("\n".join([*lines, f"{result.status}: {result.message or result.stderr.strip()}"]))


def run(result: RunResult) -> str:
    """The facts of a run."""
    code = "" if result.exit_code is None else f", exit code {result.exit_code}"
    lines = [f"{result.status}{code}, {result.seconds:.2f} s, isolation '{result.isolation}'"]
    if result.message:
        lines.append(result.message)
    for name, text in (("stdout", result.stdout), ("stderr", result.stderr)):
        if text.strip():
            lines += [f"--- {name}", text.rstrip()]
    if result.output_cut:
        lines.append("(output cut)")
    return plain("\n".join(lines))
