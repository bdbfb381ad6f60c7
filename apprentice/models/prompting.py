"""Prompts are text templates in `prompts/`; a name that a template uses and a caller forgets is an error."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

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
