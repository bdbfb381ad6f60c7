"""Texts like those that were seen: dates stay dates, digits digits, and words are told apart by what told them apart."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, Final

_SUMS: Final = "+-*/%() 0123456789."
_ALPHABETS: Final = ("01", "ACGT", "ACGU", "IVXLCDM", "ivxlcdm", "()[]{} ", "()[]{}<> ", ".-", ".- /")
_SUM: Final = re.compile(r"[\d)]\s*[+*/]\s*[\d(]|\s-\s")
_VOCABULARIES: Final = (
    "zero one two three four five six seven eight nine".split(),
    "north south east west".split(),
    "left right up down".split(),
    "yes no true false on off".split(),
    "january february march april may june july august september october november december".split(),
    "monday tuesday wednesday thursday friday saturday sunday".split(),
)
_HEX: Final = re.compile(r"(?:#|0x)?[0-9a-fA-F]+")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")
_ROMAN: Final = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"),
    (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
#: Parts of a text whose digits mean something together.
_PARTS: Final = re.compile(
    r"(?P<iso>\d{4}-\d{2}-\d{2})"
    r"|(?P<day>\b\d{1,2}(?P<mark>[/.-])\d{1,2}(?P=mark)\d{4}\b)"
    r"|(?P<ymd>\b\d{4}(?P<other>[/.])\d{1,2}(?P=other)\d{1,2}\b)"
    r"|(?P<time>\b\d{1,2}:\d{2}(?::\d{2})?)"
    r"|(?P<ip>\b\d{1,3}(?:\.\d{1,3}){3}\b)"
    r"|(?P<word>[^\W\d_]+)|(?P<number>\d+)"
)
_STRICT: Final = ("iso", "day", "ymd", "time", "ip")
_WORDS: Final = "alpha the Beta go gamma Delta is a quick epsilon zeta well One two Three".split()
_MONTHS: Final = (
    "January February March April May June July August September October November December Jan Feb Mar Apr Jun Jul Aug Sep Oct "
    "Nov Dec Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Wed Thu Fri Sat Sun"
).split()
_DATES: Final = ("2024-02-29", "2023-12-31", "2000-01-01", "1999-03-01", "2024-02-28", "2023-03-31")
_TEXTS: Final = (
    "", " ", "a", "A", "Hello World", "hello, world!", "  two  spaces ", "a-b_c", "UPPER lower", "x1y22", "line one\nline two",
    "it's", "café Ürün", "aaa", "tab\there", "42", "!?", "racecar", "The quick brown fox jumps over the lazy dog.",
)  # fmt: skip


class Texts:
    """Makes texts like those that were seen; any texts where none was.

    Args:
        seen: of one parameter, or of one place in it.
    """

    def __init__(self, seen: Sequence[str]) -> None:
        self._seen = list(dict.fromkeys(seen))
        filled = [text for text in self._seen if text]
        self._make = _maker(filled) if filled else None
        self._words = list(dict.fromkeys(word for text in filled for word in text.split()))
        #: Whether any text will do, so that odd ones are worth a try.
        self.free = self._make is None and not any(_is_strict(text) for text in filled)

    def edges(self) -> Iterator[str]:
        """Texts where functions go wrong."""
        if self.free:
            yield from _TEXTS
        elif self._make is None:
            for text in self._seen[:3]:
                yield from (_with_dates(text, date) for date in _DATES if "-" in text)

    def near(self, text: str, random: Random) -> Iterator[str]:
        """Texts that differ a little from one."""
        if not self.free:
            for _ in range(8):
                yield self.any(random, text)
            return
        half = len(text) // 2
        words = text.split()
        yield from (
            "",
            text.upper(),
            text[:half],
            _changed(text, random),
            f" {text} ",
            text[::-1],
            text.lower(),
        )
        yield from (self.recombined(text, random), text + text, text.title(), text[:1], text[half:])
        yield from (
            " ".join(reversed(words)),
            "  ".join(words),
            _changed(text, random),
            f"{text}\n{text}",
            f"{text}!",
        )
        yield from (f"é{text}", f"{text} 7", f"{text}, {text}", f"-{text}-", text.swapcase())

    def any(self, random: Random, base: str | None = None, size: int = 3) -> str:
        """A text of about `size` words, or of the shape of `base` or of one that was seen."""
        if self._make is not None:
            return self._make(random, base or random.choice([text for text in self._seen if text]))
        if base is None and self._seen and (not self.free or random.random() < 0.7):
            base = random.choice(self._seen)
        if base and not self.free:
            return _changed(base, random)
        if base and random.random() < 0.8:
            return _changed(base, random) if random.random() < 0.5 else self.recombined(base, random)
        words = [random.choice(self._words or _WORDS) for _ in range(random.randint(0, max(1, size)))]
        words = [word if random.random() < 0.7 else _like(word, random) for word in words]
        return random.choice([" ", " ", " ", ", ", "-", "  ", "\n"] if self.free else [" "]).join(words)

    def recombined(self, text: str, random: Random) -> str:
        """Words of the seen texts between the separators of this one."""
        parts = re.split(r"([^\w']+)", text)
        words, marks = parts[::2], parts[1::2]
        pool = [
            word for word in self._words + words if word and (self.free or not _PARTS.fullmatch(word))
        ] or words
        words = [random.choice(pool) if random.random() < 0.4 else word for word in words]
        if len(words) > 2 and random.random() < 0.5:
            gone = random.randrange(len(words) - 1)
            del words[gone], marks[gone]
        elif marks and random.random() < 0.5:
            words.append(random.choice(pool))
            marks.append(random.choice(marks))
        return "".join(word + mark for word, mark in zip(words, [*marks, ""], strict=False))


def _changed(text: str, random: Random) -> str:
    """The text with some of its words and numbers changed, each to one of the same characters' kinds."""
    places = [match for match in _PARTS.finditer(text) if match[0] not in _MONTHS]
    if not places:
        return text
    picked = random.sample(places, random.randint(1, min(3, len(places))))
    for match in sorted(picked, key=lambda match: -match.start()):
        part = _other_part(str(match.lastgroup), match[0], random)
        text = text[: match.start()] + part + text[match.end() :]
    return text


def _maker(seen: Sequence[str]) -> Callable[[Random, str], str] | None:
    """What makes texts of a shape that all seen ones have; None where there is none but that of each."""
    letters = set("".join(seen))
    if all(map(_is_strict, seen)):
        return None
    if any(len(text) > 1 for text in seen):
        for alphabet in _ALPHABETS:
            if letters <= set(alphabet):
                return _of_alphabet(alphabet, seen)
    if letters <= set(_SUMS) and all(map(_SUM.search, seen)):
        return _other_sum
    if all(_NUMBER.fullmatch(text) for text in seen):
        return _other_number
    if all(_HEX.fullmatch(text) for text in seen) and any(text[0] == "#" or len(text) > 3 for text in seen):
        return _other_hex
    if all(_json(text) is not None for text in seen):
        return lambda random, base: json.dumps(_other_json(_json(base), random))
    if all(any(map(str.isdigit, text)) and not any(map(str.isalpha, text)) for text in seen):
        return lambda random, base: _changed(base, random)
    words = [word for text in seen for word in text.split()]
    for known in _VOCABULARIES:
        if words and {word.lower() for word in words} <= set(known):
            return _of_words(known if words[0].islower() else [word.title() for word in known])
    if (
        len(words) >= 6
        and 2 * len(set(words)) <= len(words)
        and not any(word.isalpha() and len(word) > 1 for word in words)
    ):
        return _of_words(list(dict.fromkeys(words)))
    return None


def _of_words(words: Sequence[str]) -> Callable[[Random, str], str]:
    def make(random: Random, base: str) -> str:
        most = 2 * len(base.split()) if len(base.split()) > 1 else 1
        return " ".join(random.choice(words) for _ in range(random.randint(1, most)))

    return make


def _other_sum(random: Random, base: str) -> str:
    """Sums stay sums: only their numbers and operators change."""
    return re.sub(
        r"\d+|[-+*]",
        lambda match: _digits(match[0], random) if match[0].isdigit() else random.choice("+-*"),
        base,
    )


def _balanced(pairs: Sequence[str], random: Random, size: int) -> str:
    text = ""
    for _ in range(size):
        pair = random.choice(pairs)
        left, right = pair[0], pair[1]
        text = random.choice((left + text + right, text + left + right, left + right + text))
    return text


def _of_alphabet(alphabet: str, seen: Sequence[str]) -> Callable[[Random, str], str]:
    if alphabet in ("IVXLCDM", "ivxlcdm"):
        return lambda random, base: _roman(random.randint(1, 3999), alphabet.islower())
    letters = sorted(set("".join(seen)) | set(alphabet[:2] if alphabet[0] != "(" else ""))
    pairs = [pair for pair in ("()", "[]", "{}", "<>") if set(pair) <= set(letters)]
    least = min(map(len, seen))
    even = len(set(map(len, seen))) == 1 and len(seen) > 1

    def make(random: Random, base: str) -> str:
        if pairs and random.random() < 0.5:
            groups = [_balanced(pairs, random, random.randint(1, 4)) for _ in range(random.randint(1, 3))]
            return (" " if " " in letters else "").join(groups)
        if random.random() < 0.5 and len(base) > 1:
            place = random.randrange(len(base))
            return base[:place] + random.choice(letters) + base[place + 1 :]
        size = len(base) if even else random.randint(min(1, least), max(4, 2 * len(base)))
        return "".join(random.choice(letters) for _ in range(size))

    return make


def _is_strict(text: str) -> bool:
    """Whether the text is a date, a time, an address, or holds nothing else of note."""
    match = _PARTS.match(text)
    return (
        match is not None and match.lastgroup in (*_STRICT, "mark", "other") and len(match[0]) * 2 > len(text)
    )


def _other_part(kind: str, text: str, random: Random) -> str:
    marks = re.findall(r"\D", text)
    match kind:
        case "iso":
            return random.choice(_DATES) if random.random() < 0.3 else _date(random)
        case "day" | "mark":
            year = random.choice((1999, 2000, 2023, 2024))
            fields = [_padded(random.randint(1, 12), number) for number in re.findall(r"\d+", text)[:2]]
            return f"{fields[0]}{marks[0]}{fields[1]}{marks[1]}{year}"
        case "ymd" | "other":
            fields = [_padded(random.randint(1, 12), number) for number in re.findall(r"\d+", text)[1:]]
            return f"{random.randint(1990, 2030)}{marks[0]}{fields[0]}{marks[1]}{fields[1]}"
        case "time":
            fields = re.findall(r"\d+", text)
            hour = _padded(
                random.choice((0, 1, 9, 11, 12)) if int(fields[0]) <= 12 else random.randint(13, 23),
                fields[0],
            )
            return ":".join([hour, *[f"{random.choice((0, 1, 15, 30, 59)):02d}" for _ in fields[1:]]])
        case "ip":
            return ".".join(
                str(random.choice((0, 1, 10, 127, 192, 255, random.randint(0, 255)))) for _ in range(4)
            )
        case "number":
            return _digits(text, random)
        case _:
            return _like(text, random)


def _padded(number: int, like: str) -> str:
    return f"{number:02d}" if len(like) == 2 else str(min(number, 9))


def _date(random: Random) -> str:
    return f"{random.randint(1990, 2030)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"


def _with_dates(text: str, date: str) -> str:
    return re.sub(r"\d{4}-\d{2}-\d{2}", date, text)


def _digits(text: str, random: Random) -> str:
    """As many digits, with a nought in front only where there was one."""
    if text[0] == "0":
        return "0" * (len(text) > 1) + "".join(random.choice(string.digits) for _ in text[len(text) > 1 :])
    return random.choice("123456789") + "".join(random.choice(string.digits) for _ in text[1:])


def _like(word: str, random: Random) -> str:
    """A word of the same length, its letters large and small as in this one; sometimes with letters twice."""
    made = ""
    for letter in word:
        if letter.isdigit():
            made += random.choice(string.digits)
        elif letter.isupper():
            made += random.choice(string.ascii_uppercase)
        elif letter.islower():
            made += (
                made[-1]
                if made[-1:].islower() and random.random() < 0.2
                else random.choice("aeiourstlnbcdmpz")
            )
        else:
            made += letter
    return made


def _other_number(random: Random, text: str) -> str:
    return (
        re.sub(r"\d+", lambda match: _digits(match[0], random), text)
        if random.random() < 0.8
        else text + str(random.randint(0, 9))
    )


def _other_hex(random: Random, base: str) -> str:
    mark = next((mark for mark in ("#", "0x") if base.startswith(mark)), "")
    return mark + "".join(_hex_digit(digit, random) for digit in base[len(mark) :])


def _hex_digit(digit: str, random: Random) -> str:
    if random.random() < 0.5:
        return digit
    return random.choice("0123456789ABCDEF" if digit.isupper() else "0123456789abcdef")


def _roman(number: int, lower: bool) -> str:
    text = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text.lower() if lower else text


def _json(text: str) -> Any:
    if text[:1] not in "{[":
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _other_json(value: Any, random: Random) -> Any:
    if isinstance(value, dict):
        items = list(value.items())
        if len(items) > 1 and random.random() < 0.2:
            items.pop(random.randrange(len(items)))
        return {key: _other_json(item, random) for key, item in items}
    if isinstance(value, list):
        items = [_other_json(item, random) for item in value]
        return (
            items[1:]
            if items and random.random() < 0.2
            else items + items[:1]
            if random.random() < 0.2
            else items
        )
    if isinstance(value, str):
        return _like(value, random) if random.random() < 0.5 else value
    if isinstance(value, bool) or value is None:
        return value
    return type(value)(value + random.randint(-3, 9)) if random.random() < 0.5 else value
