"""An example that several candidates contradict, which hold all else, is named; nothing is marked working against it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from apprentice.agent import Agent
from apprentice.models.scripted import ScriptedChatModel

GOAL = (
    "Write a function middle(items) that returns the median of a list of numbers. "
    "middle([3, 1, 2]) == 2; middle([5, 1, 4, 2, 3]) == 3; middle([1, 2, 3, 10]) == 6.5"
)
MEDIANS = (
    "def middle(items):\n    items = sorted(items)\n    half = len(items) // 2\n"
    "    return items[half] if len(items) % 2 else (items[half - 1] + items[half]) / 2",
    "import statistics\n\n\ndef middle(items):\n    return statistics.median(items)",
    "def middle(items):\n    items = sorted(items)\n    while len(items) > 2:\n        items = items[1:-1]\n"
    "    return sum(items) / len(items)",
)
OTHERS = ("def middle(items):\n    return max(items) - 1", "def middle(items):\n    return items[0] - 1")


def run(tmp_path: Path, *codes: str, **settings: Any) -> Any:
    left = list(codes)

    def respond(prompt: list[Any], role: str) -> str:
        code = left.pop(0) if len(left) > 1 else left[0]
        return f"```python\n{code}\n```"

    model = ScriptedChatModel(respond=respond)
    settings = {"profile": "small", "proof": "standard", "without": ("mending",), **settings}
    with Agent(workspace=tmp_path, model=model, max_iterations=4, **settings) as agent:
        return agent.run(GOAL)


def test_the_example_is_named_and_the_candidate_that_most_agree_with_is_kept_beside(tmp_path: Path) -> None:
    outcome = run(tmp_path, *MEDIANS, OTHERS[0])
    assert outcome.status == "failed"
    assert "middle([1, 2, 3, 10]) == 6.5 may be mistaken" in outcome.reason
    assert "3 candidates that hold all else" in outcome.reason
    assert "2.5" in outcome.reason
    assert outcome.path is not None
    assert "half" in outcome.path.read_text(encoding="utf-8")
    assert not (tmp_path / "skills" / "middle.py").exists()


def test_two_are_not_enough(tmp_path: Path) -> None:
    outcome = run(tmp_path, *MEDIANS[:2], *OTHERS)
    assert outcome.status == "failed"
    assert "mistaken" not in outcome.reason
