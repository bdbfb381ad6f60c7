"""Words of a text."""

import re


def word_count(text: str) -> int:
    """Count the words in a text.

    A word is a run of letters and digits; apostrophes and hyphens within it belong to it.

    >>> word_count('The quick brown fox')
    4
    >>> word_count("It's a well-known fact.")
    4

    Raises:
        TypeError: the text is no text.
    """
    if not isinstance(text, str):
        raise TypeError("text must be a text")
    return len(re.findall(r"\w+(?:['’-]\w+)*", text))
