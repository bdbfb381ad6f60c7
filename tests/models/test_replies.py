"""Reading replies: thoughts are told from answers, loops from long code, JSON from the words around it."""

from __future__ import annotations

import json
import random
from typing import Literal

import pytest
from pydantic import BaseModel, Field

from apprentice.errors import UsageError
from apprentice.models.base import Usage, estimate_tokens, is_small, one_line
from apprentice.models.replies import find_json, flat_schema, is_looping, split_thinking


@pytest.mark.parametrize(
    ("text", "answer", "thoughts"),
    [
        ("plain", "plain", ""),
        ("<think>a</think>b", "b", "a"),
        ("<think>\na\n</think>\n\nb", "b", "a"),
        ("<thinking>a</thinking>\nb", "b", "a"),
        ("<think>never closed", "", "never closed"),
        ("hm, so it is</think>\n\nb", "b", "hm, so it is"),
        ("<think>a</think>b\n<think>c</think>d", "b\nd", "a\nc"),
        ("<think>```py\nx\n</think>\n```py\ny\n```", "```py\ny\n```", "```py\nx"),
        ("```py\ntag = '<think>'\n<think>\n```", "```py\ntag = '<think>'\n<think>\n```", ""),
        ("```py\ntext = '''\nx</think>\n'''\n```", "```py\ntext = '''\nx</think>\n'''\n```", ""),
        ('{"goal": "strip <think>x</think> tags"}', '{"goal": "strip <think>x</think> tags"}', ""),
        ("Strip `<think>` from it.", "Strip `<think>` from it.", ""),
        ("", "", ""),
    ],
)
def test_thoughts_are_split_from_the_answer(text: str, answer: str, thoughts: str) -> None:
    assert split_thinking(text) == (answer, thoughts)


_numbers = random.Random(7)

LOOPS = {
    "line": "intro\n" + "    return result\n" * 100,
    "word": "the " * 400,
    "character": "x" * 800,
    "block": "def f(x):\n    if x:\n        return f(x - 1)\n    return 0\n\n" * 30,
    "long block": "".join(f"line {number} of a long block of text\n" for number in range(12)) * 10,
    "few lines in any order": "".join(
        _numbers.choice(["a = compute()  # again\n", "b = compute()\n", "c = compute(a, b)\n"])
        for _ in range(90)
    ),
}
CODE = {
    "assertions": "".join(f"assert is_even({n}) is {n % 2 == 0}\n" for n in range(0, 4000, 2)),
    "rows of numbers": "".join(
        f"    [{', '.join(str(_numbers.random())[:6] for _ in range(8))}],\n" for _ in range(200)
    ),
    "matrix of zeros": "grid = [\n" + "    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],\n" * 10 + "]\n",
    "ruler": "# " + "-" * 110 + "\n",
    "branches": "".join(f"    elif key == {n}:\n        return {n * n}\n" for n in range(200)),
    "same docstrings": "".join(
        f'def f{n}(x):\n    """Return it."""\n    return x + {n}\n\n' for n in range(99)
    ),
    "prose": "The quick brown fox jumps over the lazy dog while it rains. " * 3,
}


@pytest.mark.parametrize("name", LOOPS)
def test_endless_repetition_is_seen_wherever_it_is_looked_at(name: str) -> None:
    text = LOOPS[name]
    assert is_looping(text)
    assert any(is_looping(text[:end]) for end in range(0, len(text), 256))


@pytest.mark.parametrize("name", CODE)
def test_long_legitimate_code_is_never_taken_for_a_loop(name: str) -> None:
    text = CODE[name]
    assert not any(is_looping(text[:end]) for end in range(0, len(text) + 1, 16))


class Step(BaseModel):
    """One step."""

    action: str = Field(pattern="^[a-z]+$", min_length=1)
    cost: int | None = None
    kind: Literal["read", "write"] = "read"


class Outline(BaseModel):
    title: str
    pattern: str = Field(description="a property may be called like a keyword")
    steps: list[Step]
    first: Step
    extra: dict[str, int] = {}
    either: int | str = 0


def test_schema_is_flat_and_keeps_what_servers_understand() -> None:
    flat = flat_schema(Outline.model_json_schema())
    text = json.dumps(flat)
    for word in ("$ref", "$defs", "anyOf", "oneOf", "allOf"):
        assert word not in text
    assert set(flat["properties"]) == {"title", "pattern", "steps", "first", "extra", "either"}
    step = flat["properties"]["steps"]["items"]
    assert step["properties"]["action"] == {"type": "string", "minLength": 1}
    assert step["properties"]["cost"] == {"type": "integer"}
    assert step["properties"]["kind"]["enum"] == ["read", "write"]
    assert flat["properties"]["first"]["properties"] == step["properties"]
    assert flat["properties"]["extra"]["additionalProperties"] == {"type": "integer"}
    assert flat["required"] == ["title", "pattern", "steps", "first"]


class Tree(BaseModel):
    children: list[Tree]


def test_schema_that_contains_itself_is_refused() -> None:
    with pytest.raises(UsageError, match="contains itself"):
        flat_schema(Tree.model_json_schema())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('```json\n{"a": 1}\n```', {"a": 1}),
        ('Sure [as asked]: {"a": "x}{"} and more {', {"a": "x}{"}),
        ("[1, 2]", [1, 2]),
        ('{"a": "line\nbreak"}', {"a": "line\nbreak"}),
    ],
)
def test_json_is_found_in_a_reply(text: str, value: object) -> None:
    assert find_json(text) == value


@pytest.mark.parametrize("text", ["", "no braces", '{"a": ', "{'a': 1}"])
def test_reply_without_json_says_why(text: str) -> None:
    with pytest.raises(ValueError, match="JSON"):
        find_json(text)


def test_usage_adds_up_and_its_speed_is_computed_anew() -> None:
    slow = Usage(10, 100, 5, 1.0, 11.0, 10.0, 1)
    fast = Usage(20, 100, 0, 0.5, 1.5, 100.0, 1)
    both = slow + fast
    assert (both.prompt_tokens, both.completion_tokens, both.cached_tokens, both.calls) == (30, 200, 5, 2)
    assert (both.seconds, both.first_token_seconds) == (12.5, 1.5)
    assert both.tokens_per_second == pytest.approx(200 / 11)
    assert Usage() + slow == slow


def test_estimate_is_on_the_safe_side_for_other_scripts_too() -> None:
    assert estimate_tokens([("user", "word " * 100)]) >= 100
    assert estimate_tokens([("user", "世界" * 100)]) >= 200
    assert estimate_tokens([("user", "\ud800")]) > 0


def test_profile_goes_by_size_unless_it_is_set() -> None:
    assert is_small(0.135, "auto")
    assert not is_small(30.5, "auto")
    assert not is_small(None, "auto")
    assert is_small(30.5, "small")
    assert not is_small(0.135, "large")


def test_messages_for_people_are_one_short_line() -> None:
    assert one_line("\n\n first \nsecond") == "first"
    assert len(one_line("x" * 999)) == 300
    assert one_line("") == ""
