"""A goal told to a scripted model: refused network, a wrong module, its repair. Stateless: any process tells the same."""

from __future__ import annotations

import json
from pathlib import Path

GOAL = "Write a function slug(text) that makes a slug. slug('A b') == 'a-b'"

PLAN = json.dumps(
    {
        "function": "slug",
        "signature": "slug(text: str) -> str",
        "behaviour": "Returns the words of the text in lower case, joined by hyphens.",
        "edge_cases": ["An empty text gives an empty string."],
    }
)
TESTS = "```python\nfrom slug import slug\n\n\ndef test_empty():\n    assert slug('') == ''\n\n\ndef test_three():\n    assert slug('a B c') == 'a-b-c'\n```"
NETWORK = "```python\nimport urllib.request\n\n\ndef slug(text):\n    return urllib.request.urlopen(text).read().decode()\n```"
WRONG = "```python\ndef slug(text: str) -> str:\n    return text.replace(' ', '-')\n```"
RIGHT = "```python\ndef slug(text: str) -> str:\n    return '-'.join(text.lower().split())\n```"

RULES = [
    {"role": "planner", "replies": [PLAN]},
    {"role": "tester", "replies": [TESTS]},
    {"role": "coder", "match": r"tests passed\. These failed", "replies": [RIGHT]},
    {"role": "coder", "match": r"A person refused|not approved", "replies": [WRONG]},
    {"role": "coder", "replies": [NETWORK]},
]


def write_story(folder: Path, rules: list[dict[str, object]] | None = None) -> str:
    """Write the script; returns the model's name."""
    path = folder / "story.json"
    path.write_text(json.dumps({"rules": rules or RULES}), encoding="utf-8")
    return f"scripted:{path}"
