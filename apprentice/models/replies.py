"""Reading a reply: thoughts taken out, endless repetition seen, JSON found."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from apprentice.errors import UsageError

_MARKS = re.compile(
    r"(?P<fence>^[ \t]*(?:```|~~~))|(?P<open>^[ \t]*<think(?:ing)?>)|(?P<close></think(?:ing)?>)",
    re.MULTILINE,
)


def split_thinking(text: str) -> tuple[str, str]:
    """The answer and the thoughts of a reply.

    Thoughts stand in `<think>…</think>`, maybe never closed, or closed without having been opened (some templates
    open them in the prompt). Tags inside fenced code or in the middle of a line are text.
    """
    answer: list[str] = []
    thoughts: list[str] = []
    position = 0
    fenced = thinking = False
    for mark in _MARKS.finditer(text):
        if mark["fence"]:
            fenced = fenced if thinking else not fenced
        elif mark["open"] and not fenced and not thinking:
            answer.append(text[position : mark.start()])
            position, thinking = mark.end(), True
        elif mark["close"] and thinking:
            thoughts.append(text[position : mark.start()])
            position, thinking = mark.end(), False
        elif mark["close"] and not fenced and not thoughts and _ends_line(text, mark.end()):
            thoughts.append("".join(answer) + text[position : mark.start()])
            answer.clear()
            position = mark.end()
    (thoughts if thinking else answer).append(text[position:])
    if not thoughts:
        return text, ""
    return "".join(answer).lstrip("\r\n"), "\n".join(thought.strip() for thought in thoughts).strip()


def _ends_line(text: str, position: int) -> bool:
    rest = text[position:].split("\n", 1)[0]
    return not rest.strip()


_WINDOW = 12_000
_PROBE = 32
_LEAST = 600
_MANY_LINES = 60


def is_looping(text: str) -> bool:
    """Whether the end of a text repeats itself so long that no more of it is worth waiting for.

    Seen are one block repeated (20 times and 600 characters, or 8 times if the block is long) and a few lines in any
    order (60 lines of at most three kinds). Lines that differ, such as assertions or rows of numbers, are no loop.
    """
    tail = text[-_WINDOW:]
    if len(tail) < _LEAST:
        return False
    found = tail.rfind(tail[-_PROBE:], 0, len(tail) - 1)
    if found >= 0:
        period = len(tail) - _PROBE - found
        length = max(_LEAST, period * (20 if period < 100 else 8))
        if length <= len(tail) and tail[-length:-period] == tail[-length + period :]:
            return True
    lines = [line.strip() for line in tail.splitlines() if line.strip()][-_MANY_LINES - 1 : -1]
    return len(lines) == _MANY_LINES and len(set(lines)) <= 3 and sum(map(len, lines)) >= _LEAST


_DROPPED = frozenset(
    {"$defs", "$schema", "title", "default", "pattern", "format", "examples", "discriminator", "maxLength"}
)


def flat_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON schema that all servers understand: `$ref` inlined, no `anyOf`, `oneOf`, `allOf`, `pattern`, `maxLength`.

    A text's greatest length makes a grammar of as many parts, which servers refuse or are slow with. What a class says of
    itself is for people.

    What can't be said without these is left open; the reply is validated with the whole schema anyway.

    Raises:
        UsageError: the schema contains itself.
    """
    return _flat(schema, schema.get("$defs", {}), ())


def _flat(node: Mapping[str, Any], definitions: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    if reference := node.get("$ref"):
        name = str(reference).rsplit("/", 1)[-1]
        if name in path:
            raise UsageError(f"The schema {name} contains itself.", "Give a schema without recursion.")
        return {
            **_flat(definitions[name], definitions, (*path, name)),
            **({"description": node["description"]} if "description" in node else {}),
        }
    flat: dict[str, Any] = {}
    for key, value in node.items():
        if key in _DROPPED or (key == "description" and "properties" in node):
            continue
        if key in ("anyOf", "oneOf"):
            branches = [_flat(branch, definitions, path) for branch in value]
            flat.update(_one_of(branches))
        elif key == "allOf":
            for branch in value:
                flat.update(_flat(branch, definitions, path))
        elif key == "const":
            flat["enum"] = [value]
        elif key == "properties":
            flat[key] = {name: _flat(child, definitions, path) for name, child in value.items()}
        elif key in ("items", "additionalProperties") and isinstance(value, Mapping):
            flat[key] = _flat(value, definitions, path)
        elif key == "prefixItems":
            flat[key] = [_flat(child, definitions, path) for child in value]
        else:
            flat[key] = value
    return flat


def _one_of(branches: list[dict[str, Any]]) -> dict[str, Any]:
    real = [branch for branch in branches if branch.get("type") != "null"]
    return real[0] if len(real) == 1 else {}


def find_json(text: str) -> Any:
    """The first JSON object or array in a reply, without the fence or the words around it.

    Raises:
        ValueError: there is none; says why in words that a model can act on.
    """
    decoder = json.JSONDecoder(strict=False)
    starts = [match.start() for match in re.finditer(r"[{\[]", text)][:50]
    if not starts:
        raise ValueError("There is no JSON object in the answer.")
    first_problem: json.JSONDecodeError | None = None
    for start in starts:
        try:
            value, _ = decoder.raw_decode(text, start)
        except json.JSONDecodeError as problem:
            first_problem = first_problem or problem
        else:
            if start == starts[0] or isinstance(value, dict):
                return value
    raise ValueError(f"The answer is not valid JSON: {first_problem}.")
