"""A hash that is too weak for secrets is warned of, unless the goal names it: then no better one can be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from apprentice.agent import Agent
from apprentice.models.scripted import ScriptedChatModel

CODE = """```python
import hashlib


def digest(text):
    return hashlib.md5(text.encode()).hexdigest()
```"""
EXAMPLE = "digest('a') == '0cc175b9c0f1b6a831c399e269772661'"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("returns the MD5 hash of a text in hexadecimal", "working"),
        ("returns a secure fingerprint of a text", "failed"),
    ],
)
def test_a_weak_hash_needs_to_be_named(tmp_path: Path, words: str, status: str) -> None:
    model = ScriptedChatModel(respond=lambda prompt, role: CODE)
    with Agent(workspace=tmp_path, model=model, profile="small", max_iterations=2) as agent:
        assert agent.run(f"Write a function digest(text) that {words}. {EXAMPLE}").status == status
