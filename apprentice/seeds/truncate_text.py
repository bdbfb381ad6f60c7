"""Texts made shorter."""


def truncate_text(text: str, length: int, ending: str = "…") -> str:
    """Shorten a text to at most so many characters, at the end of a word where there is one, with an ellipsis.

    >>> truncate_text('The quick brown fox', 12)
    'The quick…'
    >>> truncate_text('short', 10)
    'short'

    Raises:
        TypeError: the text or the ending is no text, or the length no whole number.
        ValueError: the length leaves no room for the ending.
    """
    if not isinstance(text, str) or not isinstance(ending, str):
        raise TypeError("text and ending must be texts")
    if isinstance(length, bool) or not isinstance(length, int):
        raise TypeError("length must be a whole number")
    if length < len(ending) or length < 0:
        raise ValueError("length must leave room for the ending")
    if len(text) <= length:
        return text
    room = length - len(ending)
    kept = text[:room]
    if not text[room].isspace() and " " in kept.strip():
        kept = kept[: kept.rindex(" ")]
    return kept.rstrip() + ending
