"""The gate: tiers, permissions, grants, and the list of patterns that the user edits."""

from __future__ import annotations

import pytest

from apprentice.errors import UsageError
from apprentice.safety import DEFAULT_DANGEROUS_PATTERNS, Permission, SafetyGate


@pytest.fixture
def gate() -> SafetyGate:
    return SafetyGate(DEFAULT_DANGEROUS_PATTERNS)


def test_an_appended_pattern_is_obeyed_at_the_next_review() -> None:
    """The user appends to the list while the program runs; the gate reads it anew."""
    patterns = list(DEFAULT_DANGEROUS_PATTERNS)
    gate = SafetyGate(patterns)
    code = "import turtle\nturtle.forward(1)\n"
    assert gate.review(code).allowed
    patterns.append(r"\bturtle\b")
    review = gate.review(code)
    assert review.tier == "never"
    assert "line 1" in review.refusals[0]
    patterns.remove(r"\bturtle\b")
    assert gate.review(code).allowed


def test_patterns_may_come_from_a_function() -> None:
    """Settings can give the list; it is asked at each review."""
    found: list[str] = []
    gate = SafetyGate(lambda: found)
    assert gate.review("x = 1").allowed
    found.append("x")
    assert not gate.review("x = 1").allowed


def test_a_faulty_pattern_is_named_with_its_position() -> None:
    """A typing error in DANGEROUS_PATTERNS is the user's to correct, so it says which and where."""
    with pytest.raises(UsageError, match=r"'ab\(' in DANGEROUS_PATTERNS .* at position 2"):
        SafetyGate(["ab("]).review("x = 1")
    with pytest.raises(UsageError, match="position"):
        SafetyGate(["[z-a]"]).review("def broken(:")


def test_code_that_cannot_be_parsed_is_refused_with_its_line(gate: SafetyGate) -> None:
    """The model gets the syntax error and the line as a constraint."""
    review = gate.review("x = 1\ndef f(:\n    pass\n")
    assert review.tier == "never"
    assert review.refusals[0].startswith("line 2: the code can't be parsed:")


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("x\0", "syntax"),
        ("# coding: utf-7\nx = 1", "encoding"),
        ("#!/usr/bin/python\n# -*- coding: rot13 -*-\nx = 1", "encoding"),
        ("x = " + "-" * 5000 + "1", "too-complex"),
        ("x = 1\n" * 200_000, "too-long"),
    ],
)
def test_code_that_cannot_be_reviewed_is_refused(gate: SafetyGate, code: str, rule: str) -> None:
    """What can't be read as Python would run it, or is too large to read, never runs."""
    assert rule in {finding.rule for finding in gate.review(code).findings}


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        ("import subprocess\nsubprocess.run(['git', 'status'])", ["command:git status"]),
        ("import subprocess\nsubprocess.run('ls -l', shell=True)", ["command:ls -l"]),
        ("import subprocess\ndef f(x):\n    subprocess.run(['git', 'show', x])", ["command:git *"]),
        ("import subprocess\ndef f(x):\n    subprocess.run(['sh', '-c', x])", ["command:*"]),
        ("import subprocess\ndef f(x):\n    subprocess.run(f'ls {x}', shell=True)", ["command:*"]),
        ("import urllib.request as r\nr.urlopen('https://example.com/a')", ["network:example.com:443"]),
        ("import urllib.request as r\nr.urlopen('http://example.com:81')", ["network:example.com:81"]),
        ("import urllib.request as r\ndef f(p):\n    r.urlopen(f'http://a.org/{p}')", ["network:a.org:80"]),
        ("import urllib.request as r\ndef f(h):\n    r.urlopen(f'http://{h}/')", ["network:*"]),
        ("import socket\ns = socket.socket()\ns.connect(('h', 5))", ["network:h:5"]),
        ("import smtplib\nsmtplib.SMTP('mail.org', 25)", ["network:mail.org:25"]),
        ("open('/etc/hosts')", ["read:/etc/hosts"]),
        ("open('/etc/../etc/hosts', 'r+')", ["write:/etc/hosts"]),
        ("import os\nopen(os.path.join('..', 'x'), 'w')", ["write:../x"]),
        ("import numpy.linalg", ["package:numpy"]),
        (
            "import subprocess\nsubprocess.run(['pip', 'install', 'attrs'])",
            ["command:pip install attrs", "package:attrs"],
        ),
    ],
)
def test_permissions_name_what_they_are_for(gate: SafetyGate, code: str, keys: list[str]) -> None:
    """A person approves one host, command, file or package, not the kind as a whole, wherever it is known."""
    assert [permission.key for permission in gate.review(code).permissions] == keys


def test_a_grant_settles_exactly_what_it_names(gate: SafetyGate) -> None:
    """Leave for one host is no leave for another; `*` is leave for public hosts alone; nothing settles `never`."""
    code = "import urllib.request as r\nr.urlopen('https://a.org')\nr.urlopen('https://b.org')\n"
    a, b = Permission("network", "a.org:443"), Permission("network", "b.org:443")
    assert gate.review(code).permissions == (a, b)
    review = gate.review(code, granted=[a])
    assert (review.tier, review.permissions) == ("approval", (b,))
    assert gate.review(code, granted=[a, b]).allowed
    assert gate.review(code, granted=[Permission("network")]).allowed
    assert not gate.review(code, granted=[Permission("command"), Permission("read", "a.org:443")]).allowed
    local = "import urllib.request as r\nr.urlopen('http://127.0.0.1:8000/')\n"
    assert not gate.review(local, granted=[Permission("network")]).allowed
    everything = [Permission(kind) for kind in ("network", "read", "write", "command", "package")]
    assert gate.review("eval('1')", granted=everything).tier == "never"


def test_an_exact_grant_settles_an_unknown_target_of_its_kind(gate: SafetyGate) -> None:
    """Code that is handed its command may run the granted one (the sandbox refuses others); nothing broad is granted."""
    code = "import subprocess\ndef f(c):\n    subprocess.run(c)\n"
    assert gate.review(code, granted=[Permission("command", "ls")]).allowed
    assert not gate.review(code, granted=[Permission("command", "*")]).allowed
    assert not gate.review(code, granted=[Permission("network", "a.org:443")]).allowed


def test_opening_a_path_that_is_known_only_when_it_runs_is_noted(gate: SafetyGate) -> None:
    """It needs nobody's approval by itself; a specification that names a folder makes it a question."""
    review = gate.review("def f(path):\n    x = 1\n    return open(path).read()\n")
    assert review.allowed
    assert (review.uses("uses.read"), review.uses("uses.write")) == (3, 0)
    assert gate.review("def f(path):\n    open(path, 'w').close()\n").uses("uses.write") == 2
    assert gate.review("def f(n):\n    return open('data.txt').read(n)\n").uses("uses.read") == 0


def test_permission_keys_are_stable() -> None:
    """They stand in memory.json: what was written is read back as the same permission."""
    for permission in (Permission("network", "h:1"), Permission("write", "C:\\x"), Permission("command")):
        assert Permission.parse(permission.key) == permission
    assert Permission("read", "") == Permission("read", "*")
    assert str(Permission("network", "h:1")) == "open network connections to h:1"
    assert str(Permission("package")) == "use or install any package"
    with pytest.raises(UsageError, match="is no permission"):
        Permission.parse("everything:*")


def test_library_and_further_modules_may_be_imported() -> None:
    """Skills build on skills; a test imports the skill it is for. A package of the same name stays foreign."""
    names: list[str] = []
    gate = SafetyGate((), lambda: names)
    code = "from word_count import count\nimport word_count\nword_count.open('/etc/x', 'w')\n"
    assert gate.review(code).tier == "approval"
    assert gate.review(code, modules=["word_count"]).allowed
    names.append("word_count")
    assert gate.review(code).allowed
    for evasion in ("word_count.os.system('ls')", "from word_count import os\nos.system('ls')"):
        assert gate.review(f"import word_count\n{evasion}").tier == "never"
    assert gate.review("from word_count import *\nos.system('ls')").tier == "never"
    names.append("os")
    assert gate.review("import os\nos.system('ls')").tier == "never"


def test_tests_may_patch_modules_and_skills_may_not(gate: SafetyGate) -> None:
    """In a test, patching is in order; handing out eval never is."""
    code = "import os\nimport pytest\n\n\ndef test_x(monkeypatch):\n    monkeypatch.setattr(os, 'getcwd', lambda: '.')\n"
    assert gate.review(code, kind="test").allowed
    assert not gate.review(code, kind="skill").allowed
    assert not gate.review("def test_x():\n    assert eval('1')", kind="test").allowed


def test_refusals_are_one_line_each_and_say_the_line(gate: SafetyGate) -> None:
    """They are given to the model as constraints."""
    review = gate.review("x = 1\nimport os\nos.system('ls')\nopen('/etc/x', 'w')\n")
    assert all("\n" not in line and line.startswith("line ") for line in review.refusals)
    assert any("subprocess.run" in line for line in review.refusals)
    assert review.refusals[-1].endswith("this needs a person's approval")


def test_a_review_is_the_same_every_time(gate: SafetyGate) -> None:
    """Findings, their order and their words don't depend on chance."""
    code = "import os, socket\nfor n in ('system', 'popen'):\n    getattr(os, n)('x')\nopen('/a'), open('/b', 'w')\n"
    assert gate.review(code) == gate.review(code) == SafetyGate(DEFAULT_DANGEROUS_PATTERNS).review(code)
