"""Which parts of the code the regular expressions see."""

from __future__ import annotations

import pytest

from apprentice.errors import UsageError
from apprentice.safety import DEFAULT_DANGEROUS_PATTERNS, check_patterns


def lines(code: str, *patterns: str) -> list[int]:
    return [finding.line for finding in check_patterns(code, patterns or DEFAULT_DANGEROUS_PATTERNS)]


def test_every_default_pattern_finds_something() -> None:
    """Each of the list is a working expression of its own."""
    examples = [
        "eval(x)",
        "__import__('os')",
        "os.system(x)",
        "os.setuid(0)",
        "import ctypes",
        "pickle.loads(x)",
        "f.__globals__",
        "sys._getframe()",
        "gc.get_objects()",
    ]
    assert len(examples) == len(DEFAULT_DANGEROUS_PATTERNS)
    for example, pattern in zip(examples, DEFAULT_DANGEROUS_PATTERNS, strict=True):
        assert lines(f"x = 1\n{example}\n", pattern) == [2]


@pytest.mark.parametrize(
    "code",
    [
        '"""Never use eval(x) or os.system("ls")."""\n',
        "# eval(x)\nx = 1  # os.system('ls')\n",
        "x = 'eval(1)' + \"exec(2)\" + r'''os.system(3)'''\n",
        "x = b'eval(1)'\n",
        "x = f'eval(1) {1} exec(2)'\n",
        "class A:\n    def eval(self):\n        'eval(x)'\n\n\nA().eval()\n",
        "def compile(x):\n    return x\n\n\ncompile(1)\n",
        "def f(exec):\n    return exec(1)\n",
        "def f(exec):\n    return f'{exec(1)}'\n",
        "import re\n\nre.compile('x')\n",
        "model.eval()\ncursor.exec('x')\n",
        "os = Machine()\nos.system('x')\n",
    ],
)
def test_defaults_leave_words_and_own_names_alone(code: str) -> None:
    """Comments, docstrings, strings, methods and functions of the code's own are no danger."""
    assert lines(code) == []


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("x = f'{eval(y)}'\n", 1),
        ("x = (f'a' f'{1:{eval(y)}}')\n", 1),
        ("x = f\"{f'{exec(y)}'}\"\n", 1),
        ("'''doc'''\n\n# no\nx = [\n    eval(\n        y)]\n", 5),
        ("x = '''a\nb'''; eval(y)\n", 2),
        ("ä = 'ö'; eval(y)\n", 1),
        ("x = 1\r\neval(y)\r\n", 2),
    ],
)
def test_defaults_see_code_wherever_it_stands(code: str, line: int) -> None:
    """Expressions inside f-strings are code; the line is the right one."""
    assert lines(code) == [line]


def test_defaults_see_expressions_in_long_f_strings() -> None:
    """Python 3.11 has no places inside f-strings: the line is that of the string or of the expression."""
    assert lines("x = f'''\n{eval(y)}\n'''\n")[0] in (1, 2)


def test_user_patterns_see_strings_but_no_comments_and_docstrings() -> None:
    """A user may mean a text: a host name, a table, a path."""
    code = '"""Talks to secret.example."""\n# secret.example\nURL = "https://secret.example/"\nx = f"{URL} secret.example"\n'
    assert lines(code, r"secret\.example") == [3, 4]


def test_user_patterns_are_matched_by_line() -> None:
    """`^` and `$` are the ends of a line."""
    assert lines("x = 1\nimport turtle\n", r"^import turtle$") == [2]


def test_code_that_cannot_be_tokenized_is_matched_as_it_is() -> None:
    """Then nothing can be told apart, so everything is looked at."""
    assert lines("def f(:\n  eval(x)\n") == [2]


def test_a_faulty_pattern_is_refused() -> None:
    """Also one that isn't even a text."""
    with pytest.raises(UsageError, match="no regular expression"):
        check_patterns("x", ["*"])
    with pytest.raises(UsageError, match="no text"):
        check_patterns("x", [3])  # type: ignore[list-item]
