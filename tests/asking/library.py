"""A small library of real skills that the requests of these tests are answered with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from apprentice.agent import Agent
from apprentice.memory.schema import SkillRecord
from apprentice.skills.library import SkillFiles
from apprentice.skills.signature import signature_of

#: Modules by skill, each with one assertion that holds.
SKILLS: Final[dict[str, tuple[str, str]]] = {
    "percent_of": (
        '''def percent_of(percent: float, whole: float) -> float:
    """Percentage of a number."""
    return percent * whole / 100
''',
        "percent_of(15, 300) == 45",
    ),
    "reverse_text": (
        '''def reverse_text(text: str) -> str:
    """Reverse the characters of a text."""
    return text[::-1]
''',
        "reverse_text('abc') == 'cba'",
    ),
    "upper_text": (
        '''def upper_text(text: str) -> str:
    """Write a text in capital letters."""
    return text.upper()
''',
        "upper_text('abc') == 'ABC'",
    ),
    "word_count": (
        '''def word_count(text: str) -> int:
    """Count the words of a text."""
    return len(text.split())
''',
        "word_count('a b c') == 3",
    ),
    "read_text": (
        '''def read_text(path: str) -> str:
    """Read a text file."""
    with open(path, encoding="utf-8") as file:
        return file.read()
''',
        "callable(read_text)",
    ),
    "write_text": (
        '''def write_text(path: str, text: str) -> str:
    """Write a text into a file; returns the path."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path
''',
        "callable(write_text)",
    ),
    "split_lines": (
        '''def split_lines(text: str) -> list[str]:
    """The lines of a text that are not blank."""
    return [line.strip() for line in text.splitlines() if line.strip()]
''',
        "split_lines('a\\n\\nb') == ['a', 'b']",
    ),
    "join_texts": (
        '''def join_texts(items: list[str], separator: str = ", ") -> str:
    """Join texts with a separator."""
    return separator.join(items)
''',
        "join_texts(['a', 'b'], '-') == 'a-b'",
    ),
    "total": (
        '''def total(numbers: list[float]) -> float:
    """Add up numbers."""
    return sum(numbers)
''',
        "total([1, 2, 3]) == 6",
    ),
    "divide": (
        '''def divide(dividend: float, divisor: float) -> float:
    """Divide one number by another."""
    return dividend / divisor
''',
        "divide(6, 3) == 2",
    ),
    "read_table": (
        '''import csv
import io


def read_table(text: str) -> dict:
    """A CSV text as its columns and rows."""
    reader = csv.DictReader(io.StringIO(text))
    rows = list(reader)
    return {"columns": list(reader.fieldnames or []), "rows": rows}
''',
        "read_table('a,b\\n1,2')['rows'] == [{'a': '1', 'b': '2'}]",
    ),
    "column": (
        '''def column(rows: list[dict], name: str) -> list[float]:
    """The numbers in one column of a table's rows."""
    return [float(row[name]) for row in rows]
''',
        "column([{'a': '1'}], 'a') == [1.0]",
    ),
    "frequencies": (
        '''def frequencies(text: str) -> dict[str, int]:
    """How often each word is in a text."""
    words = text.lower().split()
    return {word: words.count(word) for word in sorted(set(words))}
''',
        "frequencies('b a b') == {'a': 1, 'b': 2}",
    ),
    "largest": (
        '''def largest(counts: dict[str, int]) -> str:
    """The key with the largest count."""
    return max(counts, key=lambda key: counts[key])
''',
        "largest({'a': 1, 'b': 2}) == 'b'",
    ),
}


def add_skills(agent: Agent, names: Iterable[str] = SKILLS) -> None:
    """Put skills of this module into an agent's library, as they are."""
    for name in names:
        code, fact = SKILLS[name]
        add_skill(agent, name, code, fact)


def add_skill(agent: Agent, name: str, code: str, fact: str = "", **record: object) -> None:
    """Put one skill into an agent's library."""
    test = (
        f"from {name} import {name}\n\n\ndef test_{name}():\n    assert {fact or 'callable(' + name + ')'}\n"
    )
    signature = signature_of(code, name)
    doc = code.partition('"""')[2].partition('"""')[0]
    agent.library.save(SkillFiles(name, code, {f"test_{name}.py": test}))
    agent.memory.put_skill(
        SkillRecord.model_validate(
            {
                "name": name,
                "status": "working",
                "description": doc,
                "goal": f"Write a function {name}: {doc}",
                "function": name,
                "signature": str(signature),
                "examples": [fact] if fact else [],
                **record,
            }
        )
    )
