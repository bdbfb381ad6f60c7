"""Texts as parts of web addresses."""

import re
import unicodedata


def slugify(text: str) -> str:
    """Turn a text into a slug for a web address: lower case, words joined by hyphens, accents taken off.

    >>> slugify('Hello, World!')
    'hello-world'
    >>> slugify('Crème Brûlée')
    'creme-brulee'

    Raises:
        TypeError: the text is no text.
        ValueError: nothing of it can be kept.
    """
    if not isinstance(text, str):
        raise TypeError("text must be a text")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain.replace("'", "")))
    if not slug:
        raise ValueError("the text has no letters or digits that a slug can keep")
    return slug
