"""Six hard tasks about text, dates, numbers and parsing: several rules at once, each decided by the wording."""

from __future__ import annotations

from typing import Final

from benchmarks.tasks.task import Task, plain

HARD_TEXT: Final[tuple[Task, ...]] = (
    plain(
        "justify(text: str, width: int) -> list[str]",
        "breaks a text into lines of exactly `width` characters and returns them. Each line takes as many words as fit with "
        "one space between them; then spaces are added between its words as evenly as possible, the gaps further left "
        "getting one more where it doesn't come out even. A line with one word, and the last line, are filled up with "
        "spaces at the right instead, the last one with single spaces between its words. A word longer than the width "
        "raises a ValueError. A text without words gives an empty list.",
        examples=(
            "justify('a bc def gh', 8) == ['a bc def', 'gh      ']",
            "justify('one two three four', 9) == ['one   two', 'three    ', 'four     ']",
            "raises:ValueError: justify('enormous', 4)",
        ),
        checks=(
            "justify('', 5) == []",
            "justify('   ', 5) == []",
            "justify('hi', 5) == ['hi   ']",
            "justify('hello', 5) == ['hello']",
            "justify('a b c d e', 6) == ['a  b c', 'd e   ']",
            "justify('aa bb cc dd', 9) == ['aa  bb cc', 'dd       ']",
            "justify('aaa b cc dddddddd', 10) == ['aaa  b  cc', 'dddddddd  ']",
            "justify('x  y   z', 3) == ['x y', 'z  ']",
            "justify('to be or not to be that is', 9) == ['to  be or', 'not to be', 'that is  ']",
            "raises:ValueError: justify('a enormous b', 4)",
        ),
        solution='''
def justify(text: str, width: int) -> list[str]:
    """Break a text into lines of one width."""
    rows: list[list[str]] = []
    for word in text.split():
        if len(word) > width:
            raise ValueError(f"longer than {width}: {word!r}")
        if rows and len(" ".join([*rows[-1], word])) <= width:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_filled(row, width, index == len(rows) - 1) for index, row in enumerate(rows)]


def _filled(words: list[str], width: int, last: bool) -> str:
    if last or len(words) == 1:
        return " ".join(words).ljust(width)
    gaps = len(words) - 1
    each, more = divmod(width - sum(map(len, words)), gaps)
    line = words[0]
    for index, word in enumerate(words[1:]):
        line += " " * (each + (index < more)) + word
    return line
''',
        grade="hard",
        domain="text",
    ),
    plain(
        "glob_match(pattern: str, text: str) -> bool",
        "tells whether a pattern matches a whole text. * stands for any number of characters, none included; ? for exactly "
        "one; [abc] for one of these characters, [a-d] for one in the range, [!abc] for one that isn't among them; a "
        "backslash makes the next character stand for itself. Everything else stands for itself, and case matters. "
        "A [ without a ] after it stands for itself.",
        examples=(
            "glob_match('*.py', 'main.py') == True",
            "glob_match('[!a]?', 'ab') == False",
            "glob_match('', '') == True",
        ),
        checks=(
            "glob_match('', 'a') == False",
            "glob_match('*', '') == True",
            "glob_match('?', '') == False",
            "glob_match('a*b*c', 'aXbYbZc') == True",
            "glob_match('a*b*c', 'aXbY') == False",
            "glob_match('file[0-9].txt', 'file7.txt') == True",
            "glob_match('file[0-9].txt', 'fileA.txt') == False",
            "glob_match('[a][!b]', 'aa') == True",
            "glob_match('a?c', 'abc') == True",
            "glob_match('a\\\\*', 'a*') == True",
            "glob_match('a\\\\?', 'ab') == False",
            "glob_match('a[b', 'a[b') == True",
            "glob_match('a.c', 'abc') == False",
            "glob_match('[ab]c', 'cc') == False",
        ),
        solution='''
import re


def glob_match(pattern: str, text: str) -> bool:
    """Tell whether the pattern matches the whole text."""
    pieces = []
    index = 0
    while index < len(pattern):
        character = pattern[index]
        if character == "*":
            pieces.append(".*")
        elif character == "?":
            pieces.append(".")
        elif character == "\\\\" and index + 1 < len(pattern):
            index += 1
            pieces.append(re.escape(pattern[index]))
        elif character == "[" and (end := pattern.find("]", index + 2)) > 0:
            inside = pattern[index + 1 : end]
            sign = "^" if inside.startswith("!") else ""
            escaped = re.sub(r"([\\\\^\\[\\]&~|])", r"\\\\\\1", inside.removeprefix("!"))
            pieces.append(f"[{sign}{escaped}]")
            index = end
        else:
            pieces.append(re.escape(character))
        index += 1
    return re.fullmatch("".join(pieces), text, re.DOTALL) is not None
''',
        grade="hard",
        domain="text",
    ),
    plain(
        "expand_cron(field: str, low: int, high: int) -> list[int]",
        "returns the sorted numbers, without repeats, that one field of a cron line stands for, where low to high are the "
        "numbers allowed. The field has parts separated by commas: a number, a range such as 2-5, or * for all; behind a "
        "range or *, /n takes every n-th number from its first on. A number out of bounds, a range that runs backwards, a "
        "step of 0 or anything else raises a ValueError.",
        examples=(
            "expand_cron('*/15', 0, 59) == [0, 15, 30, 45]",
            "expand_cron('1-3,7', 1, 12) == [1, 2, 3, 7]",
            "raises:ValueError: expand_cron('5-2', 0, 59)",
        ),
        form="returns",
        checks=(
            "expand_cron('5', 0, 59) == [5]",
            "expand_cron('*', 1, 5) == [1, 2, 3, 4, 5]",
            "expand_cron('10-20/5', 0, 59) == [10, 15, 20]",
            "expand_cron('*/2', 1, 6) == [1, 3, 5]",
            "expand_cron('3,1,3,2-4', 0, 6) == [1, 2, 3, 4]",
            "expand_cron('4-4', 0, 6) == [4]",
            "expand_cron('1-9/4,2', 0, 23) == [1, 2, 5, 9]",
            "raises:ValueError: expand_cron('60', 0, 59)",
            "raises:ValueError: expand_cron('0', 1, 12)",
            "raises:ValueError: expand_cron('*/0', 0, 59)",
            "raises:ValueError: expand_cron('', 0, 59)",
            "raises:ValueError: expand_cron('1,,2', 0, 59)",
            "raises:ValueError: expand_cron('5/2', 0, 59)",
            "raises:ValueError: expand_cron('1-2-3', 0, 59)",
        ),
        solution='''
def expand_cron(field: str, low: int, high: int) -> list[int]:
    """Return the numbers that a field of a cron line stands for."""
    numbers: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        if span == "*":
            first, last = low, high
        elif "-" in span:
            left, _, right = span.partition("-")
            first, last = _number(left), _number(right)
        else:
            first = last = _number(span)
            if slash:
                raise ValueError(f"a step needs a range: {part!r}")
        every = _number(step) if slash else 1
        if not low <= first <= last <= high or every == 0:
            raise ValueError(f"out of bounds: {part!r}")
        numbers.update(range(first, last + 1, every))
    return sorted(numbers)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"not a number: {text!r}")
    return int(text)
''',
        grade="hard",
        domain="dates",
    ),
    plain(
        "free_slots(meetings, start, end, minutes)",
        "finds the gaps of a working day that are at least `minutes` long. All times are texts HH:MM of one day; meetings is "
        "a list of pairs (begin, end) in any order, which may overlap and may reach beyond the working day from start to "
        "end. The result is a list of pairs (begin, end), in order, and lies within the working day.",
        examples=(
            "free_slots([('10:00', '11:00')], '09:00', '12:00', 30) == [('09:00', '10:00'), ('11:00', '12:00')]",
            "free_slots([], '09:00', '09:15', 30) == []",
        ),
        checks=(
            "free_slots([], '09:00', '17:00', 60) == [('09:00', '17:00')]",
            "free_slots([('09:00', '17:00')], '09:00', '17:00', 1) == []",
            "free_slots([('13:00', '14:00'), ('09:30', '10:00')], '09:00', '15:00', 60) == [('10:00', '13:00'), ('14:00', '15:00')]",
            "free_slots([('09:00', '12:00'), ('10:00', '11:00')], '09:00', '13:00', 30) == [('12:00', '13:00')]",
            "free_slots([('08:00', '09:30'), ('11:30', '14:00')], '09:00', '12:00', 30) == [('09:30', '11:30')]",
            "free_slots([('06:00', '07:00'), ('20:00', '21:00')], '09:00', '12:00', 30) == [('09:00', '12:00')]",
            "free_slots([('09:30', '10:00')], '09:00', '10:00', 30) == [('09:00', '09:30')]",
            "free_slots([('09:29', '10:00')], '09:00', '10:00', 30) == []",
            "free_slots([('10:00', '10:30'), ('10:30', '11:00')], '10:00', '11:30', 5) == [('11:00', '11:30')]",
            "free_slots([('13:05', '13:55'), ('10:10', '11:50')], '09:07', '14:02', 10) == "
            "[('09:07', '10:10'), ('11:50', '13:05')]",
        ),
        solution='''
def free_slots(meetings, start, end, minutes):
    """Find the gaps between meetings that are long enough."""
    free = []
    reached, last = _minutes(start), _minutes(end)
    for begin, stop in sorted((_minutes(begin), _minutes(stop)) for begin, stop in meetings):
        if min(begin, last) - reached >= minutes:
            free.append((reached, min(begin, last)))
        reached = max(reached, stop)
    if last - reached >= minutes:
        free.append((reached, last))
    return [(_clock(begin), _clock(stop)) for begin, stop in free]


def _minutes(clock):
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _clock(minutes):
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
''',
        grade="hard",
        domain="dates",
    ),
    plain(
        "number_to_words(n: int) -> str",
        "writes an integer from -999999 to 999999 in English words, in lower case, with a hyphen in twenty-one and the like, "
        "and without the word 'and'. A negative number begins with minus. A number out of these bounds raises a ValueError.",
        examples=(
            "number_to_words(342) == 'three hundred forty-two'",
            "number_to_words(0) == 'zero'",
            "number_to_words(-15) == 'minus fifteen'",
        ),
        form=">>>",
        checks=(
            "number_to_words(-1) == 'minus one'",
            "number_to_words(10) == 'ten'",
            "number_to_words(19) == 'nineteen'",
            "number_to_words(20) == 'twenty'",
            "number_to_words(100) == 'one hundred'",
            "number_to_words(1000) == 'one thousand'",
            "number_to_words(1001) == 'one thousand one'",
            "number_to_words(40018) == 'forty thousand eighteen'",
            "number_to_words(700000) == 'seven hundred thousand'",
            "number_to_words(999999) == 'nine hundred ninety-nine thousand nine hundred ninety-nine'",
            "raises:ValueError: number_to_words(1000000)",
            "raises:ValueError: number_to_words(-1000000)",
        ),
        solution='''
ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def number_to_words(n: int) -> str:
    """Write the number in English words."""
    if abs(n) > 999_999:
        raise ValueError("from -999999 to 999999")
    if n < 0:
        return "minus " + number_to_words(-n)
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10 - 2] + (f"-{ONES[n % 10]}" if n % 10 else "")
    for size, name in ((1000, "thousand"), (100, "hundred")):
        if n >= size:
            rest = f" {number_to_words(n % size)}" if n % size else ""
            return f"{number_to_words(n // size)} {name}{rest}"
    raise AssertionError
''',
        grade="hard",
        domain="numbers",
    ),
    plain(
        "evaluate(expression: str) -> float",
        "calculates an expression of numbers (such as 3 or 2.5), + - * / ^ and parentheses, with spaces allowed between "
        "them. ^ is a power; it binds strongest and groups from the right. * and / come before + and -; these four group "
        "from the left. A minus may stand before a number, a parenthesis or another minus; it binds less than ^. Anything "
        "else, such as an empty text or a missing parenthesis, raises a ValueError; division by zero raises a "
        "ZeroDivisionError.",
        examples=(
            "evaluate('2 + 3 * 4') == 14",
            "evaluate('-2^2') == -4",
            "raises:ValueError: evaluate('2 +')",
        ),
        checks=(
            "evaluate('7') == 7",
            "evaluate('(2+3)*4') == 20",
            "evaluate('10 - 4 - 3') == 3",
            "evaluate('16 / 4 / 2') == 2",
            "evaluate('2^3^2') == 512",
            "evaluate('2*-3') == -6",
            "evaluate('--4') == 4",
            "evaluate('-(1 + 2)') == -3",
            "evaluate('2.5 * 2') == 5",
            "raises:ZeroDivisionError: evaluate('1/0')",
            "raises:ValueError: evaluate('')",
            "raises:ValueError: evaluate('(1 + 2')",
            "raises:ValueError: evaluate('1 2')",
            "raises:ValueError: evaluate('2 + x')",
        ),
        solution='''
import re


def evaluate(expression: str) -> float:
    """Calculate an expression."""
    tokens = re.findall(r"\\d+(?:\\.\\d+)?|\\S", expression)
    value = _sum(tokens)
    if tokens:
        raise ValueError(f"unexpected: {tokens[0]!r}")
    return value


def _sum(tokens):
    value = _product(tokens)
    while tokens and tokens[0] in "+-":
        sign = 1 if tokens.pop(0) == "+" else -1
        value += sign * _product(tokens)
    return value


def _product(tokens):
    value = _signed(tokens)
    while tokens and tokens[0] in "*/":
        if tokens.pop(0) == "*":
            value *= _signed(tokens)
        else:
            value /= _signed(tokens)
    return value


def _signed(tokens):
    if tokens and tokens[0] == "-":
        tokens.pop(0)
        return -_signed(tokens)
    base = _atom(tokens)
    if tokens and tokens[0] == "^":
        tokens.pop(0)
        return base ** _signed(tokens)
    return base


def _atom(tokens):
    token = tokens.pop(0) if tokens else ""
    if token == "(":
        value = _sum(tokens)
        if not tokens or tokens.pop(0) != ")":
            raise ValueError("a parenthesis is missing")
        return value
    if not token or not token[0].isdigit():
        raise ValueError(f"unexpected: {token!r}")
    return float(token)
''',
        grade="hard",
        domain="parsing",
    ),
)
