"""Ten medium tasks about text, dates and parsing: a short loop or two, with edges that the wording decides."""

from __future__ import annotations

from typing import Final

from benchmarks.tasks.task import Task, plain

MEDIUM_TEXT: Final[tuple[Task, ...]] = (
    plain(
        "camel_to_snake(name)",
        "turns a name such as userName into user_name: each upper case letter becomes lower case, with an underscore "
        "before it unless it is the first character of the name. All other characters stay as they are.",
        examples=("camel_to_snake('userName') == 'user_name'", "camel_to_snake('UserID') == 'user_i_d'"),
        checks=(
            "camel_to_snake('') == ''",
            "camel_to_snake('plain') == 'plain'",
            "camel_to_snake('A') == 'a'",
            "camel_to_snake('HTMLPage') == 'h_t_m_l_page'",
            "camel_to_snake('version2Name') == 'version2_name'",
            "camel_to_snake('twoWordsMore') == 'two_words_more'",
            "camel_to_snake('x') == 'x'",
        ),
        solution='''
def camel_to_snake(name):
    """Turn userName into user_name."""
    pieces = []
    for index, character in enumerate(name):
        if character.isupper():
            pieces.append(("_" if index else "") + character.lower())
        else:
            pieces.append(character)
    return "".join(pieces)
''',
        grade="medium",
        domain="text",
    ),
    plain(
        "top_words(text: str, count: int) -> list[str]",
        "returns the most frequent words of a text, the most frequent first, at most `count` of them. Words consist of "
        "the letters a to z; upper case counts as lower case, and everything else separates words. "
        "Words that are equally frequent stand in alphabetical order.",
        examples=(
            "top_words('the cat and the dog', 2) == ['the', 'and']",
            "top_words('', 3) == []",
        ),
        checks=(
            "top_words('b a', 1) == ['a']",
            "top_words('One, one; two!', 5) == ['one', 'two']",
            "top_words('x x y y z', 2) == ['x', 'y']",
            "top_words('z z a', 2) == ['z', 'a']",
            "top_words('a b c', 0) == []",
            "top_words('go-go stop', 1) == ['go']",
            "top_words('1 2 3', 2) == []",
            "top_words('d c b a d', 3) == ['d', 'a', 'b']",
        ),
        solution='''
import re
from collections import Counter


def top_words(text: str, count: int) -> list[str]:
    """Return the most frequent words, the most frequent first."""
    frequency = Counter(re.findall("[a-z]+", text.lower()))
    return sorted(frequency, key=lambda word: (-frequency[word], word))[:count]
''',
        grade="medium",
        domain="text",
    ),
    plain(
        "is_balanced(text)",
        "tells whether the brackets (), [] and {} in a text are balanced: each is closed by one of its kind, in the "
        "right order. All other characters are ignored.",
        examples=(
            "is_balanced('f(a[0]) { }') == True",
            "is_balanced('(]') == False",
            "is_balanced('') == True",
        ),
        checks=(
            "is_balanced('([)]') == False",
            "is_balanced('(((') == False",
            "is_balanced(')(') == False",
            "is_balanced(']') == False",
            "is_balanced('{[()()]}') == True",
            "is_balanced('no brackets') == True",
            "is_balanced('(a) b)') == False",
            "is_balanced('[]{}') == True",
        ),
        solution='''
def is_balanced(text):
    """Tell whether all brackets are closed in the right order."""
    closing = {"(": ")", "[": "]", "{": "}"}
    expected = []
    for character in text:
        if character in closing:
            expected.append(closing[character])
        elif character in closing.values() and (not expected or expected.pop() != character):
            return False
    return not expected
''',
        grade="medium",
        domain="text",
    ),
    plain(
        "add_months(day: str, months: int) -> str",
        "adds months to a date written as YYYY-MM-DD and returns it in the same form. The number may be negative. "
        "Where the month has no such day, its last day is taken.",
        examples=(
            "add_months('2024-01-15', 2) == '2024-03-15'",
            "add_months('2024-01-31', 1) == '2024-02-29'",
        ),
        checks=(
            "add_months('2023-01-31', 1) == '2023-02-28'",
            "add_months('2023-12-01', 1) == '2024-01-01'",
            "add_months('2024-01-10', -1) == '2023-12-10'",
            "add_months('2024-05-31', -1) == '2024-04-30'",
            "add_months('2024-02-29', 12) == '2025-02-28'",
            "add_months('2020-06-30', 0) == '2020-06-30'",
            "add_months('2020-11-05', 25) == '2022-12-05'",
            "add_months('2024-12-31', -13) == '2023-11-30'",
            "add_months('2024-01-31', 11) == '2024-12-31'",
        ),
        solution='''
import calendar


def add_months(day: str, months: int) -> str:
    """Add months to a date; the day is cut to the month's last one."""
    year, month, number = map(int, day.split("-"))
    year, month = divmod(year * 12 + month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return f"{year:04d}-{month + 1:02d}-{min(number, last):02d}"
''',
        grade="medium",
        domain="dates",
    ),
    plain(
        "working_days(start: str, end: str) -> int",
        "counts the days from Monday to Friday between two dates written as YYYY-MM-DD, both dates included. "
        "If the end is before the start, the result is 0.",
        examples=(
            "working_days('2024-03-04', '2024-03-10') == 5",
            "working_days('2024-03-09', '2024-03-10') == 0",
        ),
        form="->",
        checks=(
            "working_days('2024-03-04', '2024-03-04') == 1",
            "working_days('2024-03-08', '2024-03-11') == 2",
            "working_days('2024-03-10', '2024-03-04') == 0",
            "working_days('2024-02-26', '2024-03-01') == 5",
            "working_days('2023-12-30', '2024-01-02') == 2",
            "working_days('2024-01-01', '2024-12-31') == 262",
            "working_days('2024-03-10', '2024-03-10') == 0",
        ),
        solution='''
from datetime import date, timedelta


def working_days(start: str, end: str) -> int:
    """Count the days from Monday to Friday, both ends included."""
    day, last = date.fromisoformat(start), date.fromisoformat(end)
    count = 0
    while day <= last:
        count += day.weekday() < 5
        day += timedelta(days=1)
    return count
''',
        grade="medium",
        domain="dates",
    ),
    plain(
        "parse_query(query: str) -> dict[str, str]",
        "turns a query string such as a=1&b=2 into a dictionary. A question mark at its beginning is ignored. A name "
        "without = has the empty text as its value; the value is all after the first =. If a name is repeated, its last "
        "value counts. Empty pieces are ignored, and nothing is decoded.",
        examples=(
            "parse_query('a=1&b=2') == {'a': '1', 'b': '2'}",
            "parse_query('?flag') == {'flag': ''}",
        ),
        checks=(
            "parse_query('') == {}",
            "parse_query('?') == {}",
            "parse_query('a=1&a=2') == {'a': '2'}",
            "parse_query('a=&b') == {'a': '', 'b': ''}",
            "parse_query('e=x=y') == {'e': 'x=y'}",
            "parse_query('a=1&&b=2&') == {'a': '1', 'b': '2'}",
            "parse_query('q=a+b%20c') == {'q': 'a+b%20c'}",
            "parse_query('?page=3&sort=name') == {'page': '3', 'sort': 'name'}",
        ),
        solution='''
def parse_query(query: str) -> dict[str, str]:
    """Read a query string, without decoding."""
    result = {}
    for piece in query.removeprefix("?").split("&"):
        if piece:
            name, _, value = piece.partition("=")
            result[name] = value
    return result
''',
        grade="medium",
        domain="parsing",
    ),
    plain(
        "parse_duration(text: str) -> int",
        "turns a duration such as 1h30m, 45s or 2d 4h into seconds. The units are d (days), h, m and s, each after a whole "
        "number; there may be spaces between the parts. Anything else, an empty text too, raises a ValueError.",
        examples=(
            "parse_duration('1h30m') == 5400",
            "parse_duration('2d 4h') == 187200",
            "raises:ValueError: parse_duration('soon')",
        ),
        checks=(
            "parse_duration('45s') == 45",
            "parse_duration('0s') == 0",
            "parse_duration('1d') == 86400",
            "parse_duration('1h 1m 1s') == 3661",
            "parse_duration('90m') == 5400",
            "parse_duration('100s') == 100",
            "raises:ValueError: parse_duration('')",
            "raises:ValueError: parse_duration('5')",
            "raises:ValueError: parse_duration('3w')",
            "raises:ValueError: parse_duration('1h later')",
        ),
        solution='''
import re

SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


def parse_duration(text: str) -> int:
    """Turn a duration such as 1h30m into seconds."""
    if not re.fullmatch(r"(\\s*\\d+[dhms])+\\s*", text):
        raise ValueError(f"not a duration: {text!r}")
    return sum(int(number) * SECONDS[unit] for number, unit in re.findall(r"(\\d+)([dhms])", text))
''',
        grade="medium",
        domain="parsing",
    ),
    plain(
        "compare_versions(first, second)",
        "compares two version numbers such as 1.10.2: -1 if the first is lower, 1 if it is higher, 0 if they are equal. "
        "The parts are compared as numbers from left to right; missing parts count as 0.",
        examples=(
            "compare_versions('1.9', '1.10') == -1",
            "compare_versions('2.0', '2') == 0",
        ),
        form="returns",
        checks=(
            "compare_versions('1', '1') == 0",
            "compare_versions('2.0.1', '2') == 1",
            "compare_versions('1.2.3', '1.2.4') == -1",
            "compare_versions('10.0', '9.9.9') == 1",
            "compare_versions('1.02', '1.2') == 0",
            "compare_versions('1', '1.0.0.1') == -1",
            "compare_versions('1.0.0', '1.0') == 0",
            "compare_versions('0.1', '0.0.9') == 1",
        ),
        solution='''
from itertools import zip_longest


def compare_versions(first, second):
    """Compare two version numbers part by part."""
    for left, right in zip_longest(first.split("."), second.split("."), fillvalue="0"):
        if int(left) != int(right):
            return -1 if int(left) < int(right) else 1
    return 0
''',
        grade="medium",
        domain="parsing",
    ),
    plain(
        "parse_ini(content: str) -> dict[str, dict[str, str]]",
        "reads the contents of an INI file into a dictionary of dictionaries. A line [name] begins a section; a line "
        "key = value belongs to the section above it. Spaces around keys, values and lines are removed. Blank lines and "
        "lines that begin with ; or # are ignored. A section without keys is an empty dictionary. A key before any "
        "section, or a line of another kind, raises a ValueError.",
        examples=(
            "parse_ini('[db]\\nhost = local\\nport=5432') == {'db': {'host': 'local', 'port': '5432'}}",
            "parse_ini('; nothing\\n') == {}",
            "raises:ValueError: parse_ini('a = 1')",
        ),
        checks=(
            "parse_ini('') == {}",
            "parse_ini('[empty]') == {'empty': {}}",
            "parse_ini('[a]\\nx=1\\n[b]\\nx=2\\n') == {'a': {'x': '1'}, 'b': {'x': '2'}}",
            "parse_ini('  [a]  \\n  x  =  y z  ') == {'a': {'x': 'y z'}}",
            "parse_ini('[a]\\n# no = 1\\n\\nyes = 1') == {'a': {'yes': '1'}}",
            "parse_ini('[a]\\nurl = k=v') == {'a': {'url': 'k=v'}}",
            "parse_ini('[a]\\nx =') == {'a': {'x': ''}}",
            "parse_ini('[a]\\nlist = [1]') == {'a': {'list': '[1]'}}",
            "raises:ValueError: parse_ini('[a]\\nnonsense')",
            "raises:ValueError: parse_ini('[a')",
            "raises:ValueError: parse_ini('x = 1\\n[a]')",
        ),
        solution='''
def parse_ini(content: str) -> dict[str, dict[str, str]]:
    """Read the contents of an INI file."""
    sections: dict[str, dict[str, str]] = {}
    current = None
    for line in map(str.strip, content.splitlines()):
        if not line or line[0] in ";#":
            continue
        if line.startswith("[") and line.endswith("]"):
            current = sections.setdefault(line[1:-1], {})
            continue
        key, equals, value = line.partition("=")
        if not equals or current is None:
            raise ValueError(f"can't be read: {line!r}")
        current[key.strip()] = value.strip()
    return sections
''',
        grade="medium",
        domain="parsing",
    ),
    plain(
        "headings(markdown: str) -> list[tuple[int, str]]",
        "lists the headings of a Markdown text as pairs of level and title, in order. A heading is a line that begins with "
        "one to six # and a space; the title is the rest, without spaces around it. Lines between a line that begins with "
        "``` and the next such line are code and hold no headings.",
        examples=(
            "headings('# Top\\ntext\\n## Part one') == [(1, 'Top'), (2, 'Part one')]",
            "headings('#tag') == []",
        ),
        checks=(
            "headings('') == []",
            "headings('###### Deep') == [(6, 'Deep')]",
            "headings('####### Too deep') == []",
            "headings('```\\n# code\\n```\\n# Real') == [(1, 'Real')]",
            "headings('```python\\n# code\\n## code\\n```') == []",
            "headings('#   Spaced  ') == [(1, 'Spaced')]",
            "headings('see # 1\\n not') == []",
            "headings('``\\n# A') == [(1, 'A')]",
            "headings('# A\\n# A') == [(1, 'A'), (1, 'A')]",
            "headings('# One\\n```\\n# no\\n```\\n## Two\\n```\\n# no\\n```') == [(1, 'One'), (2, 'Two')]",
        ),
        solution='''
import re


def headings(markdown: str) -> list[tuple[int, str]]:
    """List the headings with their levels; code blocks hold none."""
    found = []
    code = False
    for line in markdown.split("\\n"):
        if line.startswith("```"):
            code = not code
        elif not code and (match := re.match("(#{1,6}) (.*)", line)):
            found.append((len(match[1]), match[2].strip()))
    return found
''',
        grade="medium",
        domain="parsing",
    ),
)
