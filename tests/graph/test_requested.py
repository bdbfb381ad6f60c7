"""What a goal's own words ask to be allowed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apprentice.agent import Agent
from apprentice.graph.requested import requested_permissions
from apprentice.models.scripted import ScriptedChatModel

PACKAGES = {"numpy": "numpy", "pandas": "pandas", "pillow": "PIL"}


def keys(goal: str) -> list[str]:
    return [found.key for found in requested_permissions(goal, lambda name: PACKAGES.get(name, ""))]


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("Fetch https://Example.com/a?b=1.", ["network:example.com:443"]),
        ("Fetch http://user:pw@host.org:81/x, then ws://h/", ["network:host.org:81", "network:h:80"]),
        ("fetch('http://127.0.0.1:8000/page') == 'x'", ["network:127.0.0.1:8000"]),
        ("from http://[::1]:8000/", ["network:[::1]:8000"]),
        ("Connect to localhost:9 and 10.0.0.5:5432.", ["network:localhost:9", "network:10.0.0.5:5432"]),
        ("Count the lines of /data/in.txt.", ["read:/data/in.txt"]),
        ("Write a function f(path) for files in /data/in", ["read:/data/in"]),
        ("Read '/data/my file.txt'", ["read:/data/my file.txt"]),
        ("Count words in ~/notes/x.md", ["read:~/notes/x.md"]),
        ("Save the report to /data/out", ["write:/data/out"]),
        ("Append a line to the file /data/log.txt", ["write:/data/log.txt"]),
        ("Delete the old files in /data/tmp", ["write:/data/tmp"]),
        ("Read /data/in.txt and write the sum to /data/out", ["read:/data/in.txt", "write:/data/out"]),
        ("Copy /data/a to /data/b", ["read:/data/a", "write:/data/b"]),
        ("Move /data/a to /data/b", ["write:/data/a", "write:/data/b"]),
        ("Write f(n). It reads /data/in; f(1) == 2", ["read:/data/in"]),
        ("Run the command `git status` and count lines", ["command:git status"]),
        ("Solve it using numpy, with Pandas, via pillow", ["package:numpy", "package:pandas", "package:PIL"]),
        ("Add the numbers with numpy(x)", []),
        ("Use requests to fetch it", []),
        ("Either/or: and/or 1/2 / // km/h", []),
        ("Join parts by '/'. join('a', 'b') == 'a/b'", []),
        ("Write a function is_even(n). is_even(2) == True", []),
        ("Run main.py:12 and time 12:30", []),
    ],
)
def test_what_a_goal_names(goal: str, expected: list[str]) -> None:
    """Hosts, paths, commands, packages; nothing that only looks like them."""
    assert keys(goal) == expected


@given(st.text(alphabet="aZ/:.~ '`\"[]()1*\\\n?", max_size=80))
def test_no_goal_breaks_it(goal: str) -> None:
    """Whatever a person writes; and every key is of a known kind."""
    for key in keys(f"read {goal} http://{goal} command `{goal}`"):
        assert key.partition(":")[0] in ("network", "read", "write", "command", "package")


def test_a_long_goal_is_read_in_no_time() -> None:
    """No pattern goes wild on a long text."""
    assert len(keys("save copy to from the " * 4000 + " /a/" + "b/" * 20_000)) <= 12
    assert keys("http://" * 10_000 + "`" * 10_000 + "command `" * 2_000) is not None


def test_the_specification_has_what_the_goal_the_planner_and_the_caller_name(tmp_path: Path) -> None:
    """Each once; what can't be granted, and what is no permission, is dropped; the coder is told in words."""
    plan = {
        "function": "f",
        "behaviour": "Says it.",
        "permissions": ["network:a.org:443", "network:*", "read:/nowhere", "nonsense", 3, "command:echo hi"],
    }
    rules = [
        {"role": "planner", "replies": [json.dumps(plan)]},
        {"role": "tester", "replies": ["none"]},
        {"role": "coder", "replies": ["```python\ndef f(n):\n    return 2 * n\n```"]},
    ]
    model = ScriptedChatModel.model_validate({"rules": rules})
    goal = f"Write f(n) from https://b.org/x and {tmp_path}. f(1) == 2"
    with Agent(workspace=tmp_path / "w", model=model, approver=pytest.fail) as agent:
        assert agent.run(goal, permissions=["network:c.org:443"]).ok
        record = agent.memory.skill("f")
    assert record is not None
    assert record.permissions == []
    prompt = "\n".join(text for _, text in model.prompts[-1])
    for host in ("a.org", "b.org", "c.org"):
        assert f"- open network connections to {host}, port 443" in prompt
    assert f"- read everything in the folder {os.path.realpath(tmp_path)}" in prompt
    assert "- run the command `echo hi`" in prompt
    assert "any public host" not in prompt
    assert "nowhere" not in prompt
