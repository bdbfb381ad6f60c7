"""Prompts are text templates in `prompts/`; a name that a template uses and a caller forgets is an error."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from apprentice.models.base import Message

FOLDER = Path(__file__).parent / "prompts"


@cache
def _environment() -> Environment:
    # Prompts are plain text for a model, not HTML: escaping would change the user's code.
    return Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )


def render(template: str, **values: Any) -> str:
    """The text of a template, with white space at its ends removed.

    Raises:
        jinja2.UndefinedError: the template uses a name that wasn't given.
    """
    return _environment().get_template(f"{template}.j2").render(**values).strip()


def conversation(template: str, **values: Any) -> tuple[list[Message], str]:
    """The messages of a template with lines `@system`, `@user`, `@assistant`, and the beginning of the answer.

    The part behind `@prefill` is the beginning of the answer. It never ends in white space: behind a newline, small
    models stop at once, because the token boundary is not one that they have learnt.
    """
    messages: list[Message] = []
    prefill = ""
    for part in re.split(r"^@(?=\w+$)", render(template, **values), flags=re.MULTILINE)[1:]:
        role, _, text = part.partition("\n")
        if role == "prefill":
            prefill = text.strip()
        else:
            messages.append((cast("Any", role), text.strip()))
    return messages, prefill
