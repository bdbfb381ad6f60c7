"""E-mail addresses in texts."""

import re

ADDRESS = re.compile(
    r"(?<![\w.+%-])[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.)+[A-Za-z]{2,24}\b"
)


def extract_emails(text: str) -> list[str]:
    """Find the e-mail addresses in a text, each once, in the order in which they appear.

    >>> extract_emails('Write to ann@example.com or bob@example.org.')
    ['ann@example.com', 'bob@example.org']
    >>> extract_emails('nobody here')
    []

    Raises:
        TypeError: the text is no text.
    """
    if not isinstance(text, str):
        raise TypeError("text must be a text")
    found: dict[str, str] = {}
    for address in ADDRESS.findall(text):
        found.setdefault(address.lower(), address)
    return list(found.values())
