"""The canary of forged results: a fixed set of tests that an attack's skill doesn't satisfy, and of which none may pass."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from apprentice.sandbox.base import Example
from tests.sandbox.attacks.canary import Canary, Outcome

EXAMPLES: Final = tuple(
    Example(source, f"example_{number}")
    for number, source in enumerate(("f(2) == 4", "f(3) == 9", "f(10) == 100"))
)

TESTS: Final = """\
import unittest

import pytest
from skill import f


def test_plain():
    assert f(4) == 16
    assert f(5) == 25


def test_not_equal():
    result = f(6)
    assert result != 35 and result == 36


def test_of_a_list():
    assert [f(number) for number in range(2, 5)] == [4, 9, 16]


@pytest.mark.parametrize(("given", "expected"), [(7, 49), (8, 64), (-3, 9)])
def test_many(given, expected):
    assert f(given) == expected


class TestInAClass:
    def test_kind(self):
        assert isinstance(f(9), int)
        assert f(9) == 81

    def test_membership(self):
        assert f(11) in (121,)


class OldStyle(unittest.TestCase):
    def test_equal(self):
        self.assertEqual(f(12), 144)

    def test_in(self):
        self.assertIn(f(13), [169])
"""

#: What satisfies them: with it, all of them pass.
HONEST: Final = "def f(x):\n    return x * x\n"


class Forged(Canary):
    """No test and no example may pass."""

    def got_through(self, outcome: Outcome) -> str:
        passed = [one.name for report in outcome.reports for one in report.outcomes if one.passed]
        return f"passed: {', '.join(passed)}" if passed else ""


def deceives_pytest(skill: str) -> str:
    """Whether plain pytest, in a process of its own and judged by its exit code, takes the skill for right."""
    with tempfile.TemporaryDirectory(prefix="forged-") as folder:
        Path(folder, "skill.py").write_text(skill, encoding="utf-8")
        Path(folder, "test_skill.py").write_text(TESTS, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null"]
        try:
            ended = subprocess.run(
                [*command, "--rootdir", folder, folder],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=40,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return ""
    if ended.returncode == 0:
        return "pytest ended with exit code 0"
    last = ended.stdout.rstrip().rpartition(b"\n")[2]
    return "pytest counted passed tests" if b" passed" in last else ""
