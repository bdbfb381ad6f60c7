"""Eighteen easy tasks: a few lines each, which a very small model sometimes gets right."""

from __future__ import annotations

from typing import Final

from benchmarks.tasks.task import Task, plain

EASY: Final[tuple[Task, ...]] = (
    plain(
        "reverse_words(text)",
        "reverses the order of the words in a text. Words are separated by spaces; in the result by exactly one space.",
        examples=("reverse_words('hello big world') == 'world big hello'", "reverse_words('') == ''"),
        checks=(
            "reverse_words('one') == 'one'",
            "reverse_words('a b') == 'b a'",
            "reverse_words('  padded   text ') == 'text padded'",
            "reverse_words('The end.') == 'end. The'",
            "reverse_words('x y x z') == 'z x y x'",
            "reverse_words('   ') == ''",
        ),
        solution='''
def reverse_words(text):
    """Return the words of the text in reverse order."""
    return " ".join(reversed(text.split()))
''',
        grade="easy",
        domain="text",
    ),
    plain(
        "is_palindrome(text)",
        "tells whether a text reads the same backwards. Upper and lower case count as the same letter; all other "
        "characters, spaces too, are compared as they are.",
        examples=("is_palindrome('Level') == True", "is_palindrome('ab') == False"),
        checks=(
            "is_palindrome('') == True",
            "is_palindrome('x') == True",
            "is_palindrome('noon') == True",
            "is_palindrome('abca') == False",
            "is_palindrome('RaceCar') == True",
            "is_palindrome('nurses run') == False",
            "is_palindrome('a b a') == True",
        ),
        solution='''
def is_palindrome(text):
    """Tell whether the text reads the same backwards, whatever the case."""
    lowered = text.lower()
    return lowered == lowered[::-1]
''',
        grade="easy",
        domain="text",
    ),
    plain(
        "count_letter(text, letter)",
        "counts how often a letter occurs in a text, in upper or lower case.",
        examples=("count_letter('Banana', 'a') == 3", "count_letter('', 'x') == 0"),
        checks=(
            "count_letter('Apple', 'a') == 1",
            "count_letter('apple', 'P') == 2",
            "count_letter('xyz', 'a') == 0",
            "count_letter('AaAa', 'a') == 4",
            "count_letter('AaAa', 'A') == 4",
            "count_letter('one or two oo', 'o') == 5",
        ),
        solution='''
def count_letter(text, letter):
    """Count the letter in the text, whatever the case."""
    return text.lower().count(letter.lower())
''',
        grade="easy",
        domain="text",
    ),
    plain(
        "quarter_of(month: int) -> int",
        "returns the quarter of the year, 1 to 4, that a month from 1 to 12 is in. "
        "Any other number raises a ValueError.",
        examples=("quarter_of(5) == 2", "raises:ValueError: quarter_of(13)"),
        checks=(
            "quarter_of(1) == 1",
            "quarter_of(3) == 1",
            "quarter_of(4) == 2",
            "quarter_of(6) == 2",
            "quarter_of(9) == 3",
            "quarter_of(10) == 4",
            "quarter_of(12) == 4",
            "raises:ValueError: quarter_of(0)",
            "raises:ValueError: quarter_of(-1)",
        ),
        solution='''
def quarter_of(month: int) -> int:
    """Return the quarter that the month is in."""
    if not 1 <= month <= 12:
        raise ValueError("a month is between 1 and 12")
    return (month - 1) // 3 + 1
''',
        grade="easy",
        domain="dates",
    ),
    plain(
        "iso_date(year, month, day)",
        "writes a date as YYYY-MM-DD, with zeros in front of one-digit months and days and of years below 1000.",
        examples=("iso_date(2024, 3, 5) == '2024-03-05'", "iso_date(987, 11, 30) == '0987-11-30'"),
        checks=(
            "iso_date(2024, 12, 31) == '2024-12-31'",
            "iso_date(1999, 1, 1) == '1999-01-01'",
            "iso_date(2000, 10, 9) == '2000-10-09'",
            "iso_date(1, 1, 10) == '0001-01-10'",
            "iso_date(2023, 9, 10) == '2023-09-10'",
            "iso_date(50, 10, 2) == '0050-10-02'",
        ),
        solution='''
def iso_date(year, month, day):
    """Write the date as YYYY-MM-DD."""
    return f"{year:04d}-{month:02d}-{day:02d}"
''',
        grade="easy",
        domain="dates",
    ),
    plain(
        "parse_numbers(text)",
        "turns a text of integers separated by commas into a list of integers. There may be spaces around each number. "
        "An empty text gives an empty list.",
        examples=("parse_numbers('1, 2,3') == [1, 2, 3]", "parse_numbers('') == []"),
        checks=(
            "parse_numbers('7') == [7]",
            "parse_numbers('10,20') == [10, 20]",
            "parse_numbers('-1, 0, 5') == [-1, 0, 5]",
            "parse_numbers('  4 ,  4  ') == [4, 4]",
            "parse_numbers('100, 2000, 30000') == [100, 2000, 30000]",
            "parse_numbers('3,2,1') == [3, 2, 1]",
        ),
        solution='''
def parse_numbers(text):
    """Read the integers of a text, separated by commas."""
    return [int(piece) for piece in text.split(",")] if text.strip() else []
''',
        grade="easy",
        domain="parsing",
    ),
    plain(
        "merge_dicts(first, second)",
        "returns a new dictionary with the entries of both. Where both have a key, the value of the second counts. "
        "Neither argument is changed.",
        examples=(
            "merge_dicts({'a': 1}, {'b': 2}) == {'a': 1, 'b': 2}",
            "merge_dicts({'a': 1}, {'a': 2}) == {'a': 2}",
        ),
        checks=(
            "merge_dicts({}, {}) == {}",
            "merge_dicts({'x': 1}, {}) == {'x': 1}",
            "merge_dicts({}, {'x': 1}) == {'x': 1}",
            "merge_dicts({'a': 1, 'b': 2}, {'b': 3, 'c': 4}) == {'a': 1, 'b': 3, 'c': 4}",
            "(lambda d: [merge_dicts(d, {'b': 2}), d])({'a': 1}) == [{'a': 1, 'b': 2}, {'a': 1}]",
            "(lambda d: [merge_dicts({'b': 2}, d), d])({'a': 1}) == [{'a': 1, 'b': 2}, {'a': 1}]",
            "merge_dicts({1: 'one'}, {2: 'two'}) == {1: 'one', 2: 'two'}",
        ),
        solution='''
def merge_dicts(first, second):
    """Return a new dictionary with the entries of both; the second's count."""
    return {**first, **second}
''',
        grade="easy",
        domain="structures",
    ),
    plain(
        "invert_dict(mapping)",
        "swaps the keys and the values of a dictionary. If a value occurs more than once, the last key with it counts.",
        examples=("invert_dict({'a': 1, 'b': 2}) == {1: 'a', 2: 'b'}", "invert_dict({}) == {}"),
        form="->",
        checks=(
            "invert_dict({'x': 'y'}) == {'y': 'x'}",
            "invert_dict({1: 2, 3: 4}) == {2: 1, 4: 3}",
            "invert_dict({'a': 1, 'b': 1}) == {1: 'b'}",
            "invert_dict({'a': 1, 'b': 2, 'c': 1}) == {1: 'c', 2: 'b'}",
            "invert_dict({'k': None}) == {None: 'k'}",
            "invert_dict({'one': 1, 'two': 2, 'three': 3}) == {1: 'one', 2: 'two', 3: 'three'}",
        ),
        solution='''
def invert_dict(mapping):
    """Swap keys and values; the last key counts."""
    return {value: key for key, value in mapping.items()}
''',
        grade="easy",
        domain="structures",
    ),
    plain(
        "last_item(items)",
        "returns the last item of a list, or None if the list is empty.",
        examples=("last_item([1, 2, 3]) == 3", "last_item([]) == None"),
        form="returns",
        checks=(
            "last_item(['a']) == 'a'",
            "last_item([5, 0]) == 0",
            "last_item([None, False]) == False",
            "last_item([[1], [2, 3]]) == [2, 3]",
            "last_item(['x', '']) == ''",
            "last_item([3, 2, 1, 1]) == 1",
        ),
        solution='''
def last_item(items):
    """Return the last item; None if there is none."""
    return items[-1] if items else None
''',
        grade="easy",
        domain="sequences",
    ),
    plain(
        "remove_duplicates(items)",
        "returns a list without repeated items: the first of equal items stays, and the order too.",
        examples=("remove_duplicates([3, 1, 3, 2, 1]) == [3, 1, 2]", "remove_duplicates([]) == []"),
        checks=(
            "remove_duplicates(['b', 'a', 'b']) == ['b', 'a']",
            "remove_duplicates([1, 1, 1]) == [1]",
            "remove_duplicates([9, 8, 7]) == [9, 8, 7]",
            "remove_duplicates(['x', 'X']) == ['x', 'X']",
            "remove_duplicates([10, -1, 10, 5, -1]) == [10, -1, 5]",
            "remove_duplicates(['z', 'y', 'z', 'a', 'y', 'm']) == ['z', 'y', 'a', 'm']",
        ),
        solution='''
def remove_duplicates(items):
    """Return the items without repeated ones, in order."""
    return list(dict.fromkeys(items))
''',
        grade="easy",
        domain="sequences",
    ),
    plain(
        "every_second(items)",
        "returns a list of every second item of a list, beginning with the first.",
        examples=("every_second([1, 2, 3, 4, 5]) == [1, 3, 5]", "every_second([]) == []"),
        checks=(
            "every_second([1]) == [1]",
            "every_second([1, 2]) == [1]",
            "every_second(['a', 'b', 'c']) == ['a', 'c']",
            "every_second([4, 3, 2, 1]) == [4, 2]",
            "every_second([7, 7, 7, 7]) == [7, 7]",
            "every_second([0, 10, 0, 20, 0, 30]) == [0, 0, 0]",
        ),
        solution='''
def every_second(items):
    """Return every second item, from the first on."""
    return items[::2]
''',
        grade="easy",
        domain="sequences",
    ),
    plain(
        "common_items(first, second)",
        "returns a list of the items of the first list that are in the second list too, in the order of the first list.",
        examples=(
            "common_items([1, 2, 3], [3, 2]) == [2, 3]",
            "common_items([1], []) == []",
        ),
        checks=(
            "common_items([], [1, 2]) == []",
            "common_items(['a', 'b'], ['b', 'c']) == ['b']",
            "common_items([5, 4], [4, 5]) == [5, 4]",
            "common_items([1, 2], [3, 4]) == []",
            "common_items(['z', 'm', 'a'], ['a', 'm', 'z']) == ['z', 'm', 'a']",
            "common_items([1, 2, 3], [3, 3, 1]) == [1, 3]",
        ),
        solution='''
def common_items(first, second):
    """Return the items of the first list that the second has too."""
    return [item for item in first if item in second]
''',
        grade="easy",
        domain="sequences",
    ),
    plain(
        "largest(numbers)",
        "returns the largest number of a list, or None if the list is empty.",
        examples=("largest([3, 9, 2]) == 9", "largest([]) == None"),
        checks=(
            "largest([5]) == 5",
            "largest([-3, -1, -2]) == -1",
            "largest([0, -5]) == 0",
            "largest([1, 2, 3]) == 3",
            "largest([2.5, 2.25]) == 2.5",
            "largest([7, 7]) == 7",
            "largest([0]) == 0",
        ),
        solution='''
def largest(numbers):
    """Return the largest number; None if there is none."""
    return max(numbers) if numbers else None
''',
        grade="easy",
        domain="numbers",
    ),
    plain(
        "sum_of_squares(numbers)",
        "returns the sum of the squares of the numbers in a list.",
        examples=("sum_of_squares([1, 2, 3]) == 14", "sum_of_squares([]) == 0"),
        checks=(
            "sum_of_squares([5]) == 25",
            "sum_of_squares([-2]) == 4",
            "sum_of_squares([0, 0]) == 0",
            "sum_of_squares([1, -1, 1]) == 3",
            "sum_of_squares([0.5, 1.5]) == 2.5",
            "sum_of_squares([10, 20]) == 500",
        ),
        solution='''
def sum_of_squares(numbers):
    """Return the sum of the squares."""
    return sum(number * number for number in numbers)
''',
        grade="easy",
        domain="numbers",
    ),
    plain(
        "average(numbers)",
        "returns the average of a list of numbers, or 0 for an empty list.",
        examples=("average([1, 2, 3, 4]) == 2.5", "average([]) == 0"),
        checks=(
            "average([5]) == 5",
            "average([2, 4]) == 3",
            "average([-1, 1]) == 0",
            "average([0, 0, 3]) == 1",
            "average([1.5, 2.5]) == 2",
            "average([1, 2]) == 1.5",
        ),
        solution='''
def average(numbers):
    """Return the average of the numbers; 0 if there are none."""
    return sum(numbers) / len(numbers) if numbers else 0
''',
        grade="easy",
        domain="numbers",
    ),
    plain(
        "character_codes(text)",
        "returns a list of the Unicode code points of the characters of a text.",
        examples=("character_codes('AB') == [65, 66]", "character_codes('') == []"),
        form=">>>",
        checks=(
            "character_codes('a') == [97]",
            "character_codes('é') == [233]",
            "character_codes(' ') == [32]",
            "character_codes('€1') == [8364, 49]",
            "character_codes('aa') == [97, 97]",
            "character_codes('Zz\\n') == [90, 122, 10]",
        ),
        solution='''
def character_codes(text):
    """Return the code points of the characters."""
    return [ord(character) for character in text]
''',
        grade="easy",
        domain="encoding",
    ),
    plain(
        "file_extension(name)",
        "returns what stands after the last dot of a file name, in lower case, or an empty text if there is no dot.",
        examples=(
            "file_extension('Photo.JPG') == 'jpg'",
            "file_extension('README') == ''",
        ),
        form="returns",
        checks=(
            "file_extension('notes.txt') == 'txt'",
            "file_extension('archive.tar.gz') == 'gz'",
            "file_extension('') == ''",
            "file_extension('a.b.C') == 'c'",
            "file_extension('dot.') == ''",
            "file_extension('REPORT.Pdf') == 'pdf'",
        ),
        solution='''
def file_extension(name):
    """Return what stands after the last dot, in lower case."""
    return name.rpartition(".")[2].lower() if "." in name else ""
''',
        grade="easy",
        domain="files",
    ),
    plain(
        "count_filled_lines(content)",
        "is given the contents of a text file and counts its lines that aren't blank. "
        "A line of nothing but spaces or tabs is blank.",
        examples=("count_filled_lines('one\\n\\ntwo\\n') == 2", "count_filled_lines('') == 0"),
        checks=(
            "count_filled_lines('one') == 1",
            "count_filled_lines('\\n\\n') == 0",
            "count_filled_lines('a\\nb\\nc') == 3",
            "count_filled_lines('a\\n   \\nb\\n') == 2",
            "count_filled_lines('\\t\\n') == 0",
            "count_filled_lines('  indented\\n') == 1",
            "count_filled_lines('two words\\n\\nand three more') == 2",
        ),
        solution='''
def count_filled_lines(content):
    """Count the lines that aren't blank."""
    return sum(1 for line in content.split("\\n") if line.strip())
''',
        grade="easy",
        domain="files",
    ),
)
