"""Approvals: a person is asked, the answer is written down, and it opens exactly what it names, until it is revoked."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from apprentice.errors import UsageError
from apprentice.events import ApprovalAnswered, ApprovalAsked, EventStream, Notice
from apprentice.grants import exact, grants_for, in_words
from apprentice.graph.needs import Needs, always_granted, needs_of, parsed
from apprentice.graph.state import Answer, ApprovalRequest, SkillState
from apprentice.memory.schema import ApprovalRecord
from apprentice.memory.store import MemoryStore
from apprentice.packages import PackageStore
from apprentice.safety.gate import SafetyGate
from apprentice.safety.permissions import Permission
from apprentice.sandbox.base import Grants

Approver = Callable[[ApprovalRequest], Answer]


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer that was given, as it is listed.

    Attributes:
        number: its place in memory.json, from 1; it stays the same.
        skill: whose permission it is.
        permissions: the keys.
        answer: `skill` (always for this skill), `once` or `no`.
        scope: what it holds for: `skill`, `call`, or the id of a run.
        decided_at: when; `by` whom; `revoked_at` is empty while it holds.
    """

    number: int
    skill: str
    permissions: tuple[str, ...]
    answer: Answer
    scope: str
    decided_at: str
    by: str
    revoked_at: str

    @classmethod
    def of(cls, number: int, record: ApprovalRecord) -> Self:
        """The decision that a record keeps."""
        return cls(
            number=number,
            skill=record.skill,
            permissions=tuple(record.permissions),
            answer=record.answer,
            scope=record.scope or ("skill" if record.answer == "skill" else ""),
            decided_at=record.decided_at,
            by=record.by,
            revoked_at=record.revoked_at,
        )

    @property
    def words(self) -> tuple[str, ...]:
        """The permissions in plain words."""
        return tuple(map(in_words, parsed(self.permissions)))

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        names = ("number", "skill", "answer", "scope", "decided_at", "by", "revoked_at")
        return {
            **{name: getattr(self, name) for name in names},
            "permissions": list(self.permissions),
            "words": list(self.words),
        }


class Approvals:
    """Asks, remembers, lists and revokes.

    Args:
        approver: asks a person; without one the answer is no.
        workspace: the agent's own folder.
    """

    def __init__(
        self,
        *,
        memory: MemoryStore,
        gate: SafetyGate,
        events: EventStream,
        packages: PackageStore,
        workspace: Path,
        approver: Approver | None = None,
    ) -> None:
        self._memory = memory
        self._gate = gate
        self._events = events
        self._packages = packages
        self._workspace = workspace
        self._approver = approver

    def checked(self, keys: Iterable[str]) -> list[Permission]:
        """Permissions that a caller gives beforehand, as they would be opened.

        Raises:
            UsageError: one is none, or can't be granted; says why.
        """
        if isinstance(keys, str):
            keys = [keys]
        return list(dict.fromkeys(exact(key, self._workspace) for key in keys))

    def answer(self, state: SkillState, *, attended: bool) -> Answer:
        """Put a run's question to the person, if there is one, and write down the answer.

        A run that was killed after it was written down isn't asked again.
        """
        id_ = f"{state.run_id}:{state.iteration}"
        before = next((record for record in self._memory.approvals(state.skill) if record.id == id_), None)
        if before is not None and before.permissions == state.wanted_permissions and not before.revoked_at:
            return before.answer
        review = self._gate.review(state.code, kind="skill", static=True)
        declared = parsed([*(state.spec.permissions if state.spec else ()), *state.wanted_permissions])
        needs = needs_of(review, declared, self._workspace)
        wanted = parsed(state.wanted_permissions)
        request = _request(state.skill, state.code, wanted, needs, goal=state.goal)
        return self._ask(request, id_=id_, run_id=state.run_id, attended=attended)

    def allow(
        self,
        code: str,
        name: str,
        *,
        kind: Literal["skill", "script"] = "skill",
        required: Sequence[str] = (),
        pinned: Sequence[str] = (),
        permissions: Iterable[str] = (),
        goal: str = "",
    ) -> Grants:
        """What code may be run with, asking for what it needs and doesn't have.

        Args:
            code: the code.
            name: the skill's name, or the script's.
            kind: only a skill can be allowed something for good.
            required: keys of what a skill's record says that it needs.
            pinned: versions of the packages that it was proven with.
            permissions: keys of what the caller allows for this use.
            goal: what it is for.

        Raises:
            UsageError: the safety rules refuse the code, or it needs what was not approved or can't be.
            PackageError: a package can't be installed.
        """
        given = self.checked(permissions)
        granted = [*given, *(always_granted(self._memory, name) if kind == "skill" else ())]
        review = self._gate.review(code, kind=kind, granted=granted)
        if review.tier == "never":
            raise UsageError("The safety rules refuse this code: " + "; ".join(review.refusals) + ".")
        known = self._grantable(required)
        needs = needs_of(review, [*given, *known], self._workspace, required=known)
        if needs.impossible:
            raise UsageError("This can't be allowed: " + " ".join(needs.impossible))
        if given:
            self._note_caller(name, given)
        if needs.asked:
            wanted = list(needs.permissions)
            request = _request(name, code, wanted, needs, goal=goal, always=kind == "skill")
            if self._ask(request, id_=f"call-{uuid.uuid4().hex[:12]}") == "no":
                raise UsageError(
                    f"{name} needs an approval, which was not given, to {_joined(map(in_words, wanted))}.",
                    f"Allow it with {_options(wanted)}"
                    + (", or answer that it may always." if kind == "skill" else "."),
                )
            granted += wanted
        grants, _ = grants_for(
            granted,
            workspace=self._workspace,
            install=lambda imports: self._packages.ensure(
                name if kind == "skill" else _environment(imports),
                imports,
                pinned=pinned,
                on_event=lambda line: self._events.emit(Notice(message=line)),
            ),
        )
        return grants

    def listed(self, *, everything: bool = False) -> list[Decision]:
        """The permissions that hold: those of skills, and those of runs that have not ended.

        With `everything` also all other answers that were ever given.
        """
        running = self._running()
        return [
            Decision.of(number, record)
            for number, record in enumerate(self._memory.approvals(), start=1)
            if everything or _holds(record, running)
        ]

    def revoke(self, which: int | str) -> list[Decision]:
        """Take permissions back: that of a number, all of a skill, or `all`. Returns what held until now.

        Raises:
            UsageError: there is no such permission.
        """
        text = str(which).strip().removeprefix("#")
        running = self._running()
        decisions: list[Decision] = []

        def chosen(number: int, record: ApprovalRecord) -> bool:
            meant = text == "all" or (number == int(text) if text.isdecimal() else record.skill == text)
            if meant and _holds(record, running):
                decisions.append(Decision.of(number, record))
                return True
            return False

        revoked = self._memory.revoke_approvals(chosen)
        if not revoked and text != "all":
            known = ", ".join(f"{decision.number} ({decision.skill})" for decision in self.listed())
            raise UsageError(
                f"There is no permission {text!r} that could be revoked.",
                f"Those that hold are: {known}." if known else "None holds.",
            )
        for skill in {r.skill for r in revoked if any(key.startswith("package:") for key in r.permissions)}:
            if skill.isidentifier():
                self._packages.remove(skill)
        return decisions

    def _running(self) -> frozenset[str]:
        return frozenset(d.id for d in self._memory.directives() if d.status in ("pending", "running"))

    # Inside

    def _ask(self, request: ApprovalRequest, *, id_: str, run_id: str = "", attended: bool = True) -> Answer:
        self._events.emit(ApprovalAsked(run_id=run_id, skill=request.skill, permissions=request.permissions))
        answer: Answer = "no"
        there = self._approver is not None and attended
        if self._approver is not None and attended:
            said = self._approver(request)
            answer = said if said in ("once", "skill") else "no"
            if answer == "skill" and not request.always:
                answer = "once"
        if not there and not run_id:
            # Refusing is not worth a record each time.
            id_ = f"nobody-{_digest(request.skill, request.keys)}"
        self._memory.add_approval(
            ApprovalRecord(
                id=id_,
                skill=request.skill,
                permissions=list(request.keys),
                answer=answer,
                by="person" if there else "nobody there",
                scope="skill" if answer == "skill" else run_id or "call",
            )
        )
        self._events.emit(
            ApprovalAnswered(
                run_id=run_id, skill=request.skill, permissions=request.permissions, answer=answer
            )
        )
        return answer

    def _note_caller(self, name: str, given: Sequence[Permission]) -> None:
        """Write down, the first time, what callers allow by themselves; not the agent's own folder for written files."""
        own = f"{os.path.realpath(self._workspace / 'files')}{os.sep}"
        keys = [permission.key for permission in given if not permission.target.startswith(own)]
        if not keys:
            return
        self._memory.add_approval(
            ApprovalRecord(
                id=f"caller-{_digest(name, keys)}",
                skill=name,
                permissions=keys,
                answer="once",
                by="caller",
                scope="call",
            )
        )

    def _grantable(self, keys: Iterable[str]) -> list[Permission]:
        """Of what a record says, what can be granted at all; records of older versions say more."""
        found: list[Permission] = []
        for permission in parsed(keys):
            if permission.exact:
                found.append(exact(permission, self._workspace))
        return found


def _request(
    name: str,
    code: str,
    wanted: Sequence[Permission],
    needs: Needs,
    *,
    goal: str,
    always: bool = True,
) -> ApprovalRequest:
    source = code.splitlines()
    about = [need for need in needs.asked if need.permission in wanted]
    numbers = sorted({need.line for need in about if 0 < need.line <= len(source)})
    return ApprovalRequest(
        skill=name,
        permissions=tuple(map(in_words, wanted)),
        code=code,
        reason="\n".join(
            dict.fromkeys(f"line {need.line}: {need.why}" if need.line else need.why for need in about)
        ),
        keys=tuple(permission.key for permission in wanted),
        lines=tuple((number, source[number - 1]) for number in numbers),
        goal=goal,
        always=always,
    )


def _holds(record: ApprovalRecord, running: Collection[str]) -> bool:
    """Whether it allows anything from now on: every use of a skill, or the rest of a run."""
    once = record.answer == "once" and not record.revoked_at and record.scope in running
    return record.always or once


def _joined(words: Iterable[str]) -> str:
    return ", and to ".join(words)


def _options(permissions: Collection[Permission]) -> str:
    """The options of the command line that allow these."""
    return " ".join(f"--allow {shlex.quote(permission.key)}" for permission in permissions)


def _environment(imports: Sequence[str]) -> str:
    """The name of the environment that scripts with these packages share."""
    return "script_" + re.sub(r"\W", "_", "_".join(sorted(imports)))


def _digest(name: str, keys: Iterable[str]) -> str:
    return hashlib.sha256("\n".join([name, *sorted(keys)]).encode()).hexdigest()[:12]
