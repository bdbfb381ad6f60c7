"""Ten medium tasks about data structures, sequences, numbers, encodings and files."""

from __future__ import annotations

from typing import Final

from benchmarks.tasks.task import Task, plain

MEDIUM_DATA: Final[tuple[Task, ...]] = (
    plain(
        "transpose(matrix)",
        "turns the rows of a matrix into columns. The matrix is a list of rows, lists of equal length; the result is one "
        "too, and the argument isn't changed. A matrix without rows, or with empty rows only, gives an empty list. "
        "Rows of different lengths raise a ValueError.",
        examples=(
            "transpose([[1, 2, 3], [4, 5, 6]]) == [[1, 4], [2, 5], [3, 6]]",
            "raises:ValueError: transpose([[1, 2], [3]])",
        ),
        checks=(
            "transpose([]) == []",
            "transpose([[], []]) == []",
            "transpose([[1]]) == [[1]]",
            "transpose([[1, 2]]) == [[1], [2]]",
            "transpose([[1], [2]]) == [[1, 2]]",
            "transpose([['a', 'b'], ['c', 'd']]) == [['a', 'c'], ['b', 'd']]",
            "(lambda m: [transpose(m), m])([[1, 2], [3, 4]]) == [[[1, 3], [2, 4]], [[1, 2], [3, 4]]]",
            "raises:ValueError: transpose([[1], []])",
            "raises:ValueError: transpose([[1], [2, 3]])",
        ),
        solution='''
def transpose(matrix):
    """Turn rows into columns."""
    if any(len(row) != len(matrix[0]) for row in matrix):
        raise ValueError("the rows differ in length")
    return [list(column) for column in zip(*matrix)]
''',
        grade="medium",
        domain="structures",
    ),
    plain(
        "merge_intervals(intervals)",
        "joins intervals that overlap or touch. Each interval is a pair [start, end] with start <= end; they come in any "
        "order. The result is a list of lists, sorted by start. The argument isn't changed.",
        examples=(
            "merge_intervals([[1, 3], [2, 6], [8, 10]]) == [[1, 6], [8, 10]]",
            "merge_intervals([[1, 2], [2, 3]]) == [[1, 3]]",
            "merge_intervals([]) == []",
        ),
        checks=(
            "merge_intervals([[5, 6], [1, 2]]) == [[1, 2], [5, 6]]",
            "merge_intervals([[1, 10], [2, 3]]) == [[1, 10]]",
            "merge_intervals([[1, 10], [2, 3], [4, 12]]) == [[1, 12]]",
            "merge_intervals([[4, 4]]) == [[4, 4]]",
            "merge_intervals([[1, 2], [3, 4]]) == [[1, 2], [3, 4]]",
            "merge_intervals([[6, 8], [1, 9], [2, 4]]) == [[1, 9]]",
            "merge_intervals([[-5, -1], [-2, 0]]) == [[-5, 0]]",
            "merge_intervals([[1, 2], [4, 6], [5, 8]]) == [[1, 2], [4, 8]]",
            "merge_intervals([[1, 9], [10, 12], [11, 13]]) == [[1, 9], [10, 13]]",
            "(lambda i: [merge_intervals(i), i])([[3, 4], [1, 3]]) == [[[1, 4]], [[3, 4], [1, 3]]]",
        ),
        solution='''
def merge_intervals(intervals):
    """Join intervals that overlap or touch."""
    merged = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return merged
''',
        grade="medium",
        domain="structures",
    ),
    plain(
        "flatten_dict(nested: dict) -> dict",
        "turns a dictionary of dictionaries, of any depth, into one flat dictionary. Its keys are the keys on the way, "
        "joined by dots. Lists stay values as they are, and an empty dictionary inside stays a value too. All keys are "
        "texts without dots.",
        examples=(
            "flatten_dict({'a': {'b': 1, 'c': {'d': 2}}}) == {'a.b': 1, 'a.c.d': 2}",
            "flatten_dict({'a': {}}) == {'a': {}}",
        ),
        form="->",
        checks=(
            "flatten_dict({}) == {}",
            "flatten_dict({'x': 1}) == {'x': 1}",
            "flatten_dict({'x': [1, {'y': 2}]}) == {'x': [1, {'y': 2}]}",
            "flatten_dict({'a': {'b': {'c': {'d': 0}}}}) == {'a.b.c.d': 0}",
            "flatten_dict({'a': {'b': {}}, 'c': 3}) == {'a.b': {}, 'c': 3}",
            "flatten_dict({'a': {'x': None}, 'b': {'x': ''}}) == {'a.x': None, 'b.x': ''}",
        ),
        solution='''
def flatten_dict(nested: dict) -> dict:
    """Turn nested dictionaries into one with dotted keys."""
    flat = {}
    for key, value in nested.items():
        if isinstance(value, dict) and value:
            for rest, inner in flatten_dict(value).items():
                flat[f"{key}.{rest}"] = inner
        else:
            flat[key] = value
    return flat
''',
        grade="medium",
        domain="structures",
    ),
    plain(
        "rotate(items, steps)",
        "returns a new list with the items moved to the right by a number of steps; items that leave at the end come in at "
        "the beginning. A negative number moves to the left; the number may be larger than the list is long.",
        examples=("rotate([1, 2, 3, 4], 1) == [4, 1, 2, 3]", "rotate([], 3) == []"),
        form=">>>",
        checks=(
            "rotate([1, 2, 3], 0) == [1, 2, 3]",
            "rotate([1, 2, 3], -1) == [2, 3, 1]",
            "rotate([1, 2, 3], 3) == [1, 2, 3]",
            "rotate([1, 2, 3], 4) == [3, 1, 2]",
            "rotate([1, 2, 3], -5) == [3, 1, 2]",
            "rotate(['a'], 7) == ['a']",
            "(lambda l: [rotate(l, 2), l])([1, 2, 3]) == [[2, 3, 1], [1, 2, 3]]",
            "rotate([1, 2, 3, 4, 5], 12) == [4, 5, 1, 2, 3]",
        ),
        solution='''
def rotate(items, steps):
    """Return the items moved to the right."""
    if not items:
        return []
    cut = -steps % len(items)
    return items[cut:] + items[:cut]
''',
        grade="medium",
        domain="sequences",
    ),
    plain(
        "prime_factors(n: int) -> list[int]",
        "returns the prime factors of a positive integer in ascending order, each as often as it divides the number. "
        "1 has none. A number below 1 raises a ValueError.",
        examples=("prime_factors(12) == [2, 2, 3]", "prime_factors(1) == []"),
        checks=(
            "prime_factors(2) == [2]",
            "prime_factors(97) == [97]",
            "prime_factors(49) == [7, 7]",
            "prime_factors(360) == [2, 2, 2, 3, 3, 5]",
            "prime_factors(1024) == [2] * 10",
            "prime_factors(10403) == [101, 103]",
            "prime_factors(15) == [3, 5]",
            "raises:ValueError: prime_factors(0)",
            "raises:ValueError: prime_factors(-6)",
        ),
        solution='''
def prime_factors(n: int) -> list[int]:
    """Return the prime factors in ascending order."""
    if n < 1:
        raise ValueError("a positive integer is needed")
    factors = []
    divisor = 2
    while divisor * divisor <= n:
        while n % divisor == 0:
            factors.append(divisor)
            n //= divisor
        divisor += 1
    if n > 1:
        factors.append(n)
    return factors
''',
        grade="medium",
        domain="numbers",
    ),
    plain(
        "is_card_number(text: str) -> bool",
        "tells whether a text is a valid card number by the Luhn rule: from the right, every second digit is doubled, 9 is "
        "subtracted from results above 9, and the sum of all must be divisible by 10. Spaces are ignored. A text with any "
        "other character, or with fewer than two digits, isn't valid.",
        examples=(
            "is_card_number('4539 3195 0343 6467') == True",
            "is_card_number('8273 1232 7352 0569') == False",
            "is_card_number('0') == False",
        ),
        checks=(
            "is_card_number('') == False",
            "is_card_number('59') == True",
            "is_card_number('18') == True",
            "is_card_number('095 245 88') == True",
            "is_card_number('055a 444 285') == False",
            "is_card_number('0-0') == False",
            "is_card_number(' 0 ') == False",
            "is_card_number('79927398713') == True",
            "is_card_number('79927398710') == False",
            "is_card_number('0000 0') == True",
        ),
        solution='''
def is_card_number(text: str) -> bool:
    """Tell whether the text is valid by the Luhn rule."""
    digits = text.replace(" ", "")
    if len(digits) < 2 or any(character not in "0123456789" for character in digits):
        return False
    total = 0
    for position, character in enumerate(reversed(digits)):
        digit = int(character)
        if position % 2:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return total % 10 == 0
''',
        grade="medium",
        domain="numbers",
    ),
    plain(
        "run_lengths(text)",
        "compresses a text: each run of equal characters becomes the character and the run's length; the length 1 is left "
        "out.",
        examples=("run_lengths('aaabcc') == 'a3bc2'", "run_lengths('') == ''"),
        checks=(
            "run_lengths('x') == 'x'",
            "run_lengths('abc') == 'abc'",
            "run_lengths('aabaa') == 'a2ba2'",
            "run_lengths('zzzzzzzzzzzz') == 'z12'",
            "run_lengths('aA') == 'aA'",
            "run_lengths('  !') == ' 2!'",
            "run_lengths('abb') == 'ab2'",
        ),
        solution='''
from itertools import groupby


def run_lengths(text):
    """Write each run as its character and its length."""
    pieces = []
    for character, run in groupby(text):
        length = len(list(run))
        pieces.append(character + (str(length) if length > 1 else ""))
    return "".join(pieces)
''',
        grade="medium",
        domain="encoding",
    ),
    plain(
        "caesar(text: str, shift: int) -> str",
        "shifts each letter a to z and A to Z by a number of places in the alphabet, from z on again with a. The case "
        "stays, and so do all other characters. The number may be negative or above 26.",
        examples=("caesar('Hello, xyz!', 3) == 'Khoor, abc!'", "caesar('abc', -1) == 'zab'"),
        checks=(
            "caesar('', 5) == ''",
            "caesar('abc', 0) == 'abc'",
            "caesar('Zebra', 1) == 'Afcsb'",
            "caesar('abc', 26) == 'abc'",
            "caesar('abc', 29) == 'def'",
            "caesar('ABC', -27) == 'ZAB'",
            "caesar('123 é', 4) == '123 é'",
            "caesar(caesar('Round Trip', 11), -11) == 'Round Trip'",
        ),
        solution='''
def caesar(text: str, shift: int) -> str:
    """Shift the letters in the alphabet."""
    pieces = []
    for character in text:
        if "a" <= character <= "z":
            character = chr((ord(character) - 97 + shift) % 26 + 97)
        elif "A" <= character <= "Z":
            character = chr((ord(character) - 65 + shift) % 26 + 65)
        pieces.append(character)
    return "".join(pieces)
''',
        grade="medium",
        domain="encoding",
    ),
    plain(
        "save_lines(path: str, lines: list[str]) -> int",
        "writes lines of text into a file, as UTF-8 and each with a newline at its end, and returns how many it has "
        "written. What the file held before is lost. Lines that are empty or nothing but spaces are left out.",
        examples=(
            "save_lines('list.txt', ['milk', '', 'tea']) == 2",
            "save_lines('none.txt', []) == 0",
        ),
        form="returns",
        checks=(
            "save_lines('a.txt', ['x', '   ']) == 1",
            "[save_lines('b.txt', ['one', '', 'two']), open('b.txt').read()] == [2, 'one\\ntwo\\n']",
            "[save_lines('c.txt', ['old', 'old']), save_lines('c.txt', ['new']), open('c.txt').read()] == [2, 1, 'new\\n']",
            "[save_lines('d.txt', []), open('d.txt').read()] == [0, '']",
            "[save_lines('e.txt', ['é']), open('e.txt', 'rb').read()] == [1, b'\\xc3\\xa9\\n']",
            "[save_lines('f.txt', [' in ']), open('f.txt').read()] == [1, ' in \\n']",
        ),
        solution='''
def save_lines(path: str, lines: list[str]) -> int:
    """Write the lines that aren't blank; return their number."""
    kept = [line for line in lines if line.strip()]
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line + "\\n" for line in kept)
    return len(kept)
''',
        grade="medium",
        domain="files",
    ),
    plain(
        "log_levels(content: str) -> dict[str, int]",
        "is given the contents of a log file and counts its lines by level. A line is a date, a time, a level in upper or "
        "lower case, and a message, separated by spaces, such as `2024-03-05 10:15:00 ERROR disk full`. The levels are the "
        "result's keys in upper case. Lines with fewer than four parts are ignored.",
        examples=(
            "log_levels('2024-03-05 10:15:00 ERROR disk full\\n2024-03-05 10:16:00 info ok') == {'ERROR': 1, 'INFO': 1}",
            "log_levels('') == {}",
        ),
        checks=(
            "log_levels('d t WARN a\\nd t warn b\\n') == {'WARN': 2}",
            "log_levels('no level here') == {}",
            "log_levels('d t INFO ERROR in message') == {'INFO': 1}",
            "log_levels('\\n\\nd t INFO x\\n\\n') == {'INFO': 1}",
            "log_levels('d t Info m\\nd t INFO m\\nd t DEBUG m') == {'INFO': 2, 'DEBUG': 1}",
            "log_levels('d t error m n o p') == {'ERROR': 1}",
        ),
        solution='''
def log_levels(content: str) -> dict[str, int]:
    """Count the lines of a log file by level."""
    counts: dict[str, int] = {}
    for line in content.splitlines():
        parts = line.split()
        if len(parts) >= 4:
            level = parts[2].upper()
            counts[level] = counts.get(level, 0) + 1
    return counts
''',
        grade="medium",
        domain="files",
    ),
)
