"""Trying out code that was not written here. Only what ran well in the sandbox makes it a `working` skill."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apprentice.cancellation import CancelToken
from apprentice.errors import Cancelled
from apprentice.graph.kept import fact_of
from apprentice.graph.state import Fact, GivenExample, passed_by
from apprentice.sandbox.base import NOTHING, Example, Grants, Sandbox


@dataclass(frozen=True, slots=True)
class Trial:
    """What running examples and tests showed."""

    facts: tuple[Fact, ...] = ()
    isolation: str = ""

    @property
    def passed(self) -> bool:
        """Whether there was something to run, and all of it passed."""
        return bool(self.facts) and all(fact.passed for fact in self.facts)

    @property
    def failure(self) -> str:
        """What failed, in one line; empty if nothing did."""
        failed = [fact for fact in self.facts if not fact.passed]
        if not failed:
            return ""
        why = " ".join(f"{failed[0].error_type} {failed[0].message}".split())
        why = why if len(why) <= 200 else why[:199] + "…"
        return f"{len(failed)} of {len(self.facts)} tests failed; {failed[0].name}: {why}"

    def record(self, *, given: bool) -> dict[str, Any]:
        """The field `tests` of a skill's record; `given` for tests of the user's own."""
        return {
            "passed": sum(fact.passed for fact in self.facts),
            "failed": sum(not fact.passed for fact in self.facts),
            "passed_by": passed_by(self.facts),
            "names": [fact.name for fact in self.facts],
            "given": len(self.facts) if given else 0,
            "dropped": {},
        }


def try_out(
    sandbox: Sandbox,
    name: str,
    code: str,
    *,
    tests: Sequence[str] = (),
    examples: Sequence[GivenExample] = (),
    modules: Mapping[str, str] | None = None,
    grants: Grants = NOTHING,
    cancel: CancelToken | None = None,
) -> Trial:
    """Run the examples and the test files against a module; nothing to run gives a trial without facts.

    Args:
        name: the module's name.
        tests: texts of test files in pytest's style.
        modules: further modules that it may import, by name.
        grants: what a person allowed.

    Raises:
        Cancelled: it was stopped.
        SandboxError: no code can be run on this machine.
    """
    facts: list[Fact] = []
    isolation = ""
    named = [
        Example(source=example.source, name=f"example_{place}", raises=example.raises)
        for place, example in enumerate(examples, start=1)
    ]
    first, *further = list(tests) or [""]
    for shown, text in ((named, first), *(([], text) for text in further)):
        if not shown and not text.strip():
            continue
        report = sandbox.run_tests(
            name,
            modules={**(modules or {}), name: code},
            examples=shown,
            tests=text,
            cancel=cancel,
            grants=grants,
        )
        if report.run.status == "cancelled":
            raise Cancelled("Stopped.", "What was finished before is kept.")
        isolation = report.run.isolation
        outcomes = list(report.outcomes)
        if report.import_error is not None and not outcomes:
            outcomes = [report.import_error]
        facts += [fact_of(outcome, generated=False) for outcome in outcomes]
    return Trial(tuple(facts), isolation)


def digest(*texts: str) -> str:
    """Identifies some texts together."""
    return hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()[:32]
