"""Texts read from Base64."""

import base64


def base64_decode(encoded: str) -> str:
    """Decode a Base64 text, ordinary or for web addresses, to the text in UTF-8 that it stands for.

    >>> base64_decode('aGVsbG8=')
    'hello'
    >>> base64_decode('aGVsbG8')
    'hello'

    Raises:
        TypeError: it is no text.
        ValueError: it is no Base64, or doesn't stand for a text.
    """
    if not isinstance(encoded, str):
        raise TypeError("encoded must be a text")
    compact = "".join(encoded.split()).rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True).decode()
