"""The constants, the lazy import, and that what the package exports is what the front door shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import autonomous_agent
from apprentice.models.scripted import ScriptedChatModel
from apprentice.safety.patterns import DEFAULT_DANGEROUS_PATTERNS

ROOT = Path(__file__).parent.parent


def test_the_constants_are_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Constants under environment under arguments."""
    monkeypatch.setattr(autonomous_agent, "MAX_ITERATIONS", 7)
    monkeypatch.setattr(autonomous_agent, "EXECUTION_TIMEOUT", 3)
    monkeypatch.setenv("AGENT_EXECUTION_TIMEOUT", "4")
    with autonomous_agent.AutonomousAgent(
        workspace=tmp_path, model=ScriptedChatModel(), max_tokens=9
    ) as agent:
        assert (
            agent.settings.max_iterations,
            agent.settings.execution_timeout,
            agent.settings.max_tokens,
        ) == (7, 4, 9)


def test_the_patterns_of_the_front_door_are_the_known_ones() -> None:
    """The list that a user edits begins as the one whose false alarms are tested."""
    assert tuple(autonomous_agent.DANGEROUS_PATTERNS) == DEFAULT_DANGEROUS_PATTERNS


def test_importing_the_front_door_imports_no_heavy_library() -> None:
    """The prompt does not wait for LangGraph."""
    code = "import autonomous_agent, sys; print([m for m in ('langgraph', 'langchain_core', 'pydantic') if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert result.stdout.strip() == "[]"


def test_an_unknown_name_is_an_attribute_error() -> None:
    """The lazy attribute hides no mistake."""
    with pytest.raises(AttributeError, match="Autonomous"):
        _ = autonomous_agent.Autonomous
