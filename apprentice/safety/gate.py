"""The gate: every piece of code passes here before it is kept or run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal

from apprentice.safety.findings import Finding, Permission, Tier
from apprentice.safety.patterns import check_patterns
from apprentice.safety.scan import scan_tree
from apprentice.safety.syntax import parse

__all__ = ["CodeKind", "Finding", "Permission", "Review", "SafetyGate", "Tier"]

CodeKind = Literal["skill", "test", "script"]


@dataclass(frozen=True, slots=True)
class Review:
    """What a review of one piece of code found, and what was granted before."""

    findings: tuple[Finding, ...] = ()
    granted: frozenset[Permission] = field(default_factory=frozenset)

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """The findings that no grant settles; what is never allowed, no grant does."""
        return tuple(
            finding for finding in self.findings if finding.tier != "auto" and not self._settled(finding)
        )

    def uses(self, rule: str) -> int:
        """The first line that does what the rule of tier `auto` says; 0 if none does."""
        return next((finding.line for finding in self.findings if finding.rule == rule), 0)

    @property
    def tier(self) -> Tier:
        """The worst of what is open: `never`, `approval`, or `auto`."""
        tiers = {finding.tier for finding in self.open_findings}
        return "never" if "never" in tiers else "approval" if "approval" in tiers else "auto"

    @property
    def allowed(self) -> bool:
        """Whether the code may run now, without asking anybody."""
        return self.tier == "auto"

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """The permissions that are needed and not granted, each once, in order."""
        needed = (finding.permission for finding in self.open_findings if finding.tier == "approval")
        return tuple(dict.fromkeys(permission for permission in needed if permission is not None))

    @property
    def refusals(self) -> tuple[str, ...]:
        """One line for each open finding, to be told to the model as a constraint."""
        ending = {"never": "this is never allowed", "approval": "this needs a person's approval"}
        return tuple(dict.fromkeys(f"{finding}: {ending[finding.tier]}" for finding in self.open_findings))

    def _settled(self, finding: Finding) -> bool:
        if finding.tier != "approval" or finding.permission is None:
            return False
        needed = finding.permission.resolved()
        return any(permission.covers(needed) for permission in self.granted)


def _static_findings(code: str) -> list[Finding]:
    from apprentice.safety.bandit_review import needs_approval, static_review

    return [
        Finding("approval", issue.rule, issue.text, issue.line, Permission("finding", issue.test))
        for issue in needs_approval(static_review(code))
    ]


class SafetyGate:
    """Reviews code by the patterns and the syntax scan.

    Args:
        patterns: the regular expressions, or a function that gives them. They are read anew at every review, so that
            what the user appends is obeyed at the next one.
        library: gives the names of the modules in the skill library, which code may import.
    """

    def __init__(
        self,
        patterns: Sequence[str] | Callable[[], Sequence[str]],
        library: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        self._patterns = patterns
        self._library = library

    def review(
        self,
        code: str,
        *,
        kind: CodeKind = "skill",
        granted: Collection[Permission] = (),
        modules: Collection[str] = (),
        static: bool = False,
    ) -> Review:
        """Review one module's source.

        Args:
            code: the source.
            kind: `skill`, `script`, or `test`, where patching modules is in order.
            granted: permissions given before; each settles what it covers, see `Permission.covers`.
            modules: further modules that may be imported, such as the skill that a test is for.
            static: ask for what bandit finds of high severity, too.

        Raises:
            UsageError: a pattern isn't a regular expression.
        """
        patterns = tuple(self._patterns() if callable(self._patterns) else self._patterns)
        library = frozenset(self._library()) | frozenset(modules)
        tree = parse(code)
        if isinstance(tree, Finding):
            check_patterns("", patterns)
            return Review((tree,), frozenset(granted))
        found = [*scan_tree(tree, kind=kind, library=library), *check_patterns(code, patterns)]
        if static:
            found += _static_findings(code)
        return Review(tuple(sorted(found, key=lambda finding: finding.line)), frozenset(granted))
