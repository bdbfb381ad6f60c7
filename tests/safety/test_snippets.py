"""Dangerous and harmless snippets, each with its verdict: nothing dangerous passes, nothing harmless is refused.

The first line of a dangerous snippet says what it needs: `# never: …` or `# approval:<kind>: …`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from apprentice.safety import DEFAULT_DANGEROUS_PATTERNS, Review, SafetyGate

SNIPPETS = Path(__file__).parent / "snippets"
DANGEROUS = sorted((SNIPPETS / "dangerous").glob("*.py"))
HARMLESS = sorted((SNIPPETS / "harmless").glob("*.py"))
EVASIONS = (SNIPPETS / "evasions.txt").read_text().rstrip().split("\n###\n")
EVERYDAY = (SNIPPETS / "everyday.txt").read_text().rstrip().split("\n###\n")

gate = SafetyGate(DEFAULT_DANGEROUS_PATTERNS, lambda: ["text_tools"])
scan_alone = SafetyGate(())


def review_file(path: Path) -> Review:
    return gate.review(path.read_text(), kind="test" if path.name.startswith("pytest_") else "skill")


def test_there_are_enough_snippets() -> None:
    """The collection stays at least as large as it was asked for."""
    assert len(DANGEROUS) >= 75
    assert len(HARMLESS) >= 75


@pytest.mark.parametrize("path", DANGEROUS, ids=lambda path: path.stem)
def test_no_dangerous_snippet_passes(path: Path) -> None:
    """Each is found by the syntax scan alone, at the tier and with the kind of permission it must have."""
    code = path.read_text()
    expected, kind = code.splitlines()[0].removeprefix("# ").split(":")[:2]
    for review in (scan_alone.review(code), gate.review(code)):
        assert review.tier == expected, review.refusals
        assert not review.allowed
        assert review.refusals
        if expected == "approval":
            assert kind in {permission.kind for permission in review.permissions}


def test_at_most_one_harmless_snippet_is_refused() -> None:
    """The patterns and the scan together leave ordinary code alone."""
    refused = {
        path.stem: reviewed.refusals for path in HARMLESS if not (reviewed := review_file(path)).allowed
    }
    assert len(refused) <= 1, refused


@pytest.mark.parametrize("code", EVASIONS, ids=range(len(EVASIONS)))
def test_no_evasion_passes(code: str) -> None:
    """Aliases, containers, built names, namespaces, frames, other modules' modules: none gets past the scan."""
    assert not scan_alone.review(code).allowed


@pytest.mark.parametrize("code", EVERYDAY, ids=range(len(EVERYDAY)))
def test_everyday_code_passes(code: str) -> None:
    """What skills ordinarily look like needs nobody's approval."""
    assert gate.review(code).refusals == ()


def test_granted_permissions_let_the_approval_snippets_run() -> None:
    """After exactly what a snippet asks for is granted, it runs; what it doesn't name exactly can't be granted."""
    for path in DANGEROUS:
        code = path.read_text()
        if code.startswith("# approval:"):
            needed = gate.review(code).permissions
            review = gate.review(code, granted=[*needed, *(p.resolved() for p in needed)])
            assert all(not permission.exact for permission in review.permissions), path.stem
