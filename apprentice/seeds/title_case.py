"""Headlines."""

import re

SMALL_WORDS = frozenset("a an and as at but by for from in nor of on or the to with".split())


def title_case(text: str) -> str:
    """Write a text in title case: each word with a capital letter, small words like "of" only at the ends.

    Words that have capitals inside, such as NASA or iPhone, stay as they are.

    >>> title_case('the lord of the rings')
    'The Lord of the Rings'
    >>> title_case('a visit to NASA')
    'A Visit to NASA'

    Raises:
        TypeError: the text is no text.
    """
    if not isinstance(text, str):
        raise TypeError("text must be a text")
    pieces = re.split(r"(\s+)", text)
    words = [place for place, piece in enumerate(pieces) if piece.strip()]
    for place in words:
        word = pieces[place]
        if word[1:] != word[1:].lower():
            continue
        inner = place not in (words[0], words[-1])
        lower = word.lower()
        pieces[place] = lower if inner and lower in SMALL_WORDS else lower[:1].upper() + lower[1:]
    return "".join(pieces)
