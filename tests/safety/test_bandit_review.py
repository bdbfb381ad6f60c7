"""The static review: what it finds, what it leaves, what needs a person, and that it never disturbs the program."""

from __future__ import annotations

import ast
import logging
import os
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import pytest

from apprentice.safety.bandit_review import SKIPPED, UNREVIEWED, needs_approval, static_review

HARMLESS = sorted((Path(__file__).parent / "snippets" / "harmless").glob("*.py"))

FOUND = [
    ("import subprocess\nsubprocess.run('tar ' + name, shell=True)\n", "B602", "high", 2, True),
    ("import os\nos.system('rm ' + name)\n", "B605", "high", 2, True),
    ("from os import popen as p\np(command)\n", "B605", "high", 2, True),
    ("import tarfile\ntarfile.open(a).extractall(b)\n", "B202", "high", 2, True),
    ("import requests\nrequests.get(u, verify=False, timeout=3)\n", "B501", "high", 2, True),
    ("import ssl\nssl.wrap_socket(ssl_version=ssl.PROTOCOL_SSLv3)\n", "B502", "high", 2, True),
    ("import ftplib\n", "B402", "high", 1, True),
    ("import telnetlib\n", "B401", "high", 1, True),
    ("import paramiko\nparamiko.SSHClient().set_missing_host_key_policy(paramiko.AutoAddPolicy)\n", "B507", "high", 2, True),
    ("admin = '\u202e\u2066'\n", "B613", "high", 1, True),
    ("# coding: latin-1\nadmin = '\u202e\u2066'\n", "B613", "high", 2, True),
    ("import hashlib\nhashlib.md5(b'x').hexdigest()\n", "B324", "high", 2, True),
    ("import jinja2\njinja2.Environment(autoescape=False)\n", "B701", "high", 2, True),
    ("import pickle\npickle.loads(data)\n", "B301", "medium", 2, False),
    ("import yaml\nyaml.load(text)\n", "B506", "medium", 2, False),
    ("eval(text)\n", "B307", "medium", 1, False),
    ("q = 'SELECT * FROM t WHERE a = %s' % name\n", "B608", "medium", 1, False),
    ("import requests\nrequests.get(u)\n", "B113", "medium", 2, False),
    ("import subprocess\nsubprocess.run('ls', shell=True)\n", "B602", "low", 2, False),
]  # fmt: skip

LEFT = [
    "assert f(2) == 4\n",
    "import random\nrandom.choice([1, 2])\n",
    "try:\n    f()\nexcept ValueError:\n    pass\n",
    "token = 'abc'\n",
    "import subprocess\nsubprocess.run(['git', 'status'])\n",
    "import xml.etree.ElementTree as et\net.fromstring(text)\n",
    "import hashlib\nhashlib.sha256(b'x')\n",
    "",
]


@pytest.mark.parametrize(("code", "test", "severity", "line", "asks"), FOUND)
def test_what_is_found(code: str, test: str, severity: str, line: int, asks: bool) -> None:
    """Each kind of finding carries its id, severity and line, and asks a person exactly where it should."""
    found = [issue for issue in static_review(code) if issue.test == test]
    assert [(issue.severity, issue.line) for issue in found] == [(severity, line)]
    assert bool(needs_approval(found)) is asks
    assert found[0].rule == f"bandit.{test}"
    assert "\n" not in str(found[0])
    assert str(found[0]).startswith(f"line {line}: ")


@pytest.mark.parametrize("code", LEFT)
def test_what_is_left_alone(code: str) -> None:
    """Noise is not shown."""
    assert static_review(code) == ()


def test_a_comment_excuses_nothing() -> None:
    """`# nosec` in generated code is no one's decision."""
    code = "import os\nos.system('rm ' + name)  # nosec\nos.system('rm ' + name)  # nosec B605\n"
    assert [issue.line for issue in needs_approval(static_review(code))] == [2, 3]


def test_harmless_code_asks_nobody() -> None:
    """No snippet of the harmless corpus has a finding of high severity."""
    assert len(HARMLESS) > 50
    found = {path.name: static_review(path.read_text(encoding="utf-8")) for path in HARMLESS}
    assert {name: issues for name, issues in found.items() if any(i.severity == "high" for i in issues)} == {}


@pytest.mark.parametrize("code", ["def f(:", "x = '\udc80'", "a\x00b", "return return"])
def test_what_is_not_python_gives_nothing(code: str) -> None:
    """What can't be compiled can't run, and the review doesn't fail on it."""
    assert static_review(code) == ()


@pytest.mark.parametrize("code", ["x = " + "1 + " * 3000 + "1", "x = " + "-" * 4000 + "1"])
def test_what_cannot_be_reviewed_asks(code: str) -> None:
    """Code on which the reviewer gives up is not waved through."""
    found = static_review(code)
    assert [issue.test for issue in found] == [UNREVIEWED]
    assert needs_approval(found) == found


def test_a_test_that_fails_is_told() -> None:
    """An unknown encoding breaks nothing; the rest is reviewed."""
    assert [i.test for i in static_review("# coding: nonsense\nimport ftplib\n")] == ["B402"]


def test_every_exception_has_a_reason() -> None:
    """What is skipped or only shown says why, and nothing is both."""
    assert all(SKIPPED.values())


def test_many_threads_agree() -> None:
    """Reviews at the same time don't mix."""
    results: list[tuple[str, ...]] = []

    def review(number: int) -> None:
        code = "import os\n" + "\n" * number + "os.system('rm ' + name)\n"
        results.append(tuple(f"{i.test}:{i.line - number}" for i in static_review(code)))

    threads = [threading.Thread(target=review, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [("B605:2",)] * 12


def test_it_is_silent_and_leaves_the_program_as_it_was(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """No printing, no log lines, and the format of warnings stays."""
    before = warnings.formatwarning
    with caplog.at_level(logging.DEBUG):
        static_review("import ftplib\n")
    assert warnings.formatwarning is before
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_first_review_in_a_new_process(tmp_path: Path) -> None:
    """Importing the room doesn't import bandit; the first review writes nothing to the home folder."""
    program = (
        "import sys\nfrom apprentice.safety.bandit_review import static_review\n"
        "assert 'bandit' not in sys.modules\n"
        "import logging; logging.basicConfig(level=logging.DEBUG)\n"
        "print([issue.test for issue in static_review('import ftplib')])\n"
    )
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip
    assert (ran.stdout, ran.stderr, ran.returncode) == ("['B402']\n", "", 0)
    assert not (tmp_path / "cache").exists()


def test_a_long_module_is_reviewed_in_good_time() -> None:
    """Some 3,000 lines take about a third of a second; far more would be felt by the user."""
    static_review("x = 1\n")
    code = "\n".join(
        f"def f{n}(a, b={n}):\n    c = [a, b, {n}]\n    return sum(c) + len(str(a))\n" for n in range(800)
    )
    started = time.process_time()
    assert static_review(code) == ()
    assert time.process_time() - started < 10


def test_nodes_that_all_trees_share_bear_no_marks_afterwards() -> None:
    """A mark on `ast.Load()` would hang the reviewed tree on each other one, and grow with each review."""
    code = "import os\nfor i in a:\n    b[i] += not i and -c < d or os.system(f'x{i}')\n    del b\n"
    static_review(code)
    for node in ast.walk(ast.parse(code)):
        assert node._fields or not vars(node), type(node)


def test_what_python_warns_of_is_not_printed() -> None:
    """Warnings of a candidate's code are no lines of the terminal; tests turn any warning into an error."""
    assert static_review("def f(x):\n    return x is 'a' or [1] (0)\n") == ()
