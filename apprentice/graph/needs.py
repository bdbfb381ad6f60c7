"""What a piece of code has to be allowed: the gate's findings, made exact by the specification.

Where the gate knows exactly what code needs, that is asked for. Where it knows only the kind (`network:*`, because the URL
is a parameter), what the specification names of that kind is asked for instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from apprentice.errors import UsageError
from apprentice.grants import exact
from apprentice.memory.store import MemoryStore
from apprentice.safety.findings import USES_FILES, Finding
from apprentice.safety.gate import Review
from apprentice.safety.permissions import ANY, Permission, split_host

_NAME_IT = {
    "read": "name the file or folder in the goal, as an absolute path that is there",
    "write": "name the folder in the goal, as an absolute path that is there",
    "command": "name the whole command in the goal, e.g. the command `git status`",
    "package": "import the package itself; the agent installs it",
    "finding": "write it another way",
}


@dataclass(frozen=True, slots=True)
class Need:
    """One permission to ask for.

    Attributes:
        line: the line that needs it; 0 for none.
        why: one plain line.
        needed: whether the code can't run without; else it may only turn out to need it.
    """

    permission: Permission
    line: int
    why: str
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Needs:
    """What a review leaves to be asked.

    Attributes:
        asked: what a person can allow.
        impossible: what nobody can allow, one line each, with what to do instead.
    """

    asked: tuple[Need, ...] = ()
    impossible: tuple[str, ...] = ()

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """The permissions to ask for, each once, in order."""
        return tuple(dict.fromkeys(need.permission for need in self.asked))


def needs_of(
    review: Review,
    declared: Collection[Permission],
    workspace: Path,
    *,
    required: Collection[Permission] = (),
) -> Needs:
    """What has to be asked for, beyond what the review was told is granted.

    Args:
        review: the review of the code, whose tier isn't `never`.
        declared: what the specification names; it stands in where the code doesn't say exactly what it needs.
        workspace: the agent's own folder.
        required: what the code is known to need, whatever the review finds.
    """
    asked: list[Need] = []
    impossible: list[str] = []
    known = list(dict.fromkeys(_exact(declared, workspace)))
    open_findings = review.open_findings
    for finding in review.findings:
        if finding.permission is None or finding.tier != "approval":
            continue
        settled = finding not in open_findings
        if settled and not _is_vague(finding.permission):
            continue
        try:
            asked += _of_finding(finding, finding.permission, known, workspace, settled=settled)
        except UsageError as error:
            impossible.append(f"{finding}: {error.message} {error.next_step}".strip())
    uses = {rule.removeprefix("uses."): review.uses(rule) for rule in USES_FILES}
    for permission in known:
        line = uses["write"] or (uses["read"] if permission.kind == "read" else 0)
        if permission.kind in uses and line:
            why = "the specification names it, and a path is opened that is known only when it runs"
            asked.append(Need(permission, line, why, needed=False))
    found = {need.permission for need in asked}
    asked += [Need(p, 0, "it needed this when it was tested") for p in required if p not in found]
    return Needs(
        asked=tuple(
            need for need in asked if not any(grant.opens(need.permission) for grant in review.granted)
        ),
        impossible=tuple(dict.fromkeys(impossible)),
    )


def _is_vague(needed: Permission) -> bool:
    """Whether the code doesn't say all of what it will open."""
    if needed.kind != "network":
        return not needed.exact
    host, port = split_host(needed.target)
    return host == ANY or port is None


def _of_finding(
    finding: Finding,
    needed: Permission,
    known: Collection[Permission],
    workspace: Path,
    *,
    settled: bool,
) -> Iterable[Need]:
    if _is_vague(needed):
        named = [permission for permission in known if permission.covers(needed)]
        if named or settled:
            return [
                Need(permission, finding.line, finding.message, needed=not settled) for permission in named
            ]
        if needed.kind != "network":
            raise UsageError(f"{_unnamed(needed)};", f"{_NAME_IT[needed.kind]}.")
    return [Need(exact(needed, workspace), finding.line, finding.message)]


def _unnamed(needed: Permission) -> str:
    if needed.kind in ("read", "write") and needed.target.startswith("~"):
        return "a run has a home folder of its own, so that ~ isn't the user's"
    if needed.kind in ("read", "write") and needed.target != ANY and ANY not in needed.target:
        return "a run is in a folder of its own, so that a relative path leads nowhere outside"
    return "what it would open is known only when it runs, and that can't be granted"


def _exact(permissions: Iterable[Permission], workspace: Path) -> list[Permission]:
    """Those that can be granted, as they would be."""
    found: list[Permission] = []
    for permission in permissions:
        try:
            found.append(exact(permission, workspace))
        except UsageError:
            continue
    return found


def always_granted(memory: MemoryStore, skill: str) -> list[Permission]:
    """What a person allowed a skill for all its uses, and did not revoke. Older versions kept what names nothing exactly."""
    keys = [key for record in memory.approvals(skill) if record.always for key in record.permissions]
    return [permission for permission in parsed(dict.fromkeys(keys)) if permission.exact]


def parsed(keys: Iterable[str]) -> list[Permission]:
    """The permissions of some keys; what is none is left out."""
    found: list[Permission] = []
    for key in keys:
        try:
            found.append(Permission.parse(key))
        except UsageError:
            continue
    return found
