"""What code may be run at all: patterns, a syntax scan, tiers, permissions, and paths that stay inside."""

from __future__ import annotations

from apprentice.safety.findings import Finding, Permission, PermissionKind, Tier
from apprentice.safety.gate import CodeKind, Review, SafetyGate
from apprentice.safety.paths import PathRefused, confine, plain_name
from apprentice.safety.patterns import DEFAULT_DANGEROUS_PATTERNS, check_patterns
from apprentice.safety.scan import scan

__all__ = [
    "DEFAULT_DANGEROUS_PATTERNS",
    "CodeKind",
    "Finding",
    "PathRefused",
    "Permission",
    "PermissionKind",
    "Review",
    "SafetyGate",
    "Tier",
    "check_patterns",
    "confine",
    "plain_name",
    "scan",
]
