"""Small tasks for the tests of the simulated coder."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """The least that the simulation needs."""

    id: str
    function: str
    prompt: str
    examples: tuple[str, ...]
    checks: tuple[str, ...]
    solution: str
    check_code: str = ""


SECOND_LARGEST = Task(
    "second_largest",
    "second_largest",
    "Write a function second_largest(numbers: list[int]) -> int that returns the second largest of the different numbers "
    "in a list, or None where there are fewer than two. second_largest([3, 1, 2]) == 2; second_largest([5]) == None",
    ("second_largest([3, 1, 2]) == 2", "second_largest([5]) == None"),
    (
        "second_largest([]) == None",
        "second_largest([4, 4]) == None",
        "second_largest([4, 4, 1]) == 1",
        "second_largest([-1, -5, -3]) == -3",
        "second_largest([10, 20, 30, 40]) == 30",
        "second_largest([0, 1]) == 0",
    ),
    '''
def second_largest(numbers: list[int]) -> int | None:
    """The second largest of the different numbers."""
    different = sorted(set(numbers), reverse=True)
    if len(different) < 2:
        return None
    return different[1]
''',
)
COUNT_WORDS = Task(
    "count_words",
    "count_words",
    "Write a function count_words(text: str) -> dict[str, int] that counts how often each word occurs, in lower case. "
    "count_words('a b A') == {'a': 2, 'b': 1}",
    ("count_words('a b A') == {'a': 2, 'b': 1}",),
    (
        "count_words('') == {}",
        "count_words('  x ') == {'x': 1}",
        "count_words('One two TWO') == {'one': 1, 'two': 2}",
        "count_words('a\\nb') == {'a': 1, 'b': 1}",
        "count_words('Z') == {'z': 1}",
        "count_words('q q q q') == {'q': 4}",
    ),
    """
def count_words(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    return counts
""",
)
LONGEST_RUN = Task(
    "longest_run",
    "longest_run",
    "Write a function longest_run(text: str) -> int that returns the length of the longest run of one character. "
    "longest_run('aabbb') returns 3; longest_run('') raises ValueError",
    ("longest_run('aabbb') == 3", "raises:ValueError: longest_run('')"),
    (
        "longest_run('a') == 1",
        "longest_run('abc') == 1",
        "longest_run('aaab') == 3",
        "longest_run('abba') == 2",
        "longest_run('xxyyyyz') == 4",
        "raises:ValueError: longest_run('')",
    ),
    """
def longest_run(text: str) -> int:
    if not text:
        raise ValueError("an empty text has no run")
    best = current = 1
    for before, char in zip(text, text[1:]):
        if char == before:
            current += 1
        else:
            current = 1
        if current > best:
            best = current
    return best
""",
)
#: as HumanEval has them: the prompt is the beginning of a module, the check a function
FIZZ = Task(
    "set/fizz",
    "fizz",
    'def fizz(n: int) -> int:\n    """Return how often the digit 7 appears in the integers less than n that are divisible '
    'by 11 or 13.\n    >>> fizz(78)\n    2\n    >>> fizz(79)\n    3\n    """\n',
    ("fizz(78) == 2", "fizz(79) == 3"),
    (),
    '''def fizz(n: int) -> int:
    """Return how often the digit 7 appears in the integers less than n that are divisible by 11 or 13."""
    numbers = []
    for i in range(n):
        if i % 11 == 0 or i % 13 == 0:
            numbers.append(i)
    return sum(str(number).count("7") for number in numbers)
''',
    check_code="""
def check(candidate):
    assert candidate(50) == 0
    assert candidate(78) == 2
    assert candidate(79) == 3
    assert candidate(100) == 3
    assert candidate(200) == 6
    assert candidate(4000) == 192
""",
)
TASKS = (SECOND_LARGEST, COUNT_WORDS, LONGEST_RUN, FIZZ)
