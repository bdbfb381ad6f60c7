"""Texts written in Base64."""

import base64


def base64_encode(text: str) -> str:
    """Encode a text, in UTF-8, as Base64.

    >>> base64_encode('hello')
    'aGVsbG8='
    >>> base64_encode('')
    ''

    Raises:
        TypeError: it is no text.
        ValueError: it has characters that UTF-8 can't hold.
    """
    if not isinstance(text, str):
        raise TypeError("text must be a text")
    return base64.b64encode(text.encode()).decode()
