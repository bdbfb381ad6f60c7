"""Approvals from end to end: what is asked, what an answer opens and for how long, and how it is taken back.

Each kind of permission comes in a pair: refused without approval, working with it, and with it nothing beside it.
"""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from apprentice.agent import Agent
from apprentice.errors import UsageError
from apprentice.events import ApprovalAnswered, ApprovalAsked, Event
from apprentice.graph.state import Answer, ApprovalRequest
from apprentice.models.scripted import ScriptedChatModel
from tests.packages.conftest import Index

FETCH = """import urllib.request


def fetch(url):
    with urllib.request.urlopen(url, timeout=5) as page:
        return page.read().decode()
"""
LINES = "def lines(path):\n    with open(path) as file:\n        return len(file.readlines())\n"
NOTE = "def note(path, text):\n    with open(path, 'w') as file:\n        return file.write(text)\n"
SAY = "import subprocess\n\n\ndef say(n):\n    return subprocess.run(['echo', 'hello'], capture_output=True, text=True).stdout * n\n"


class Person:
    """Answers as told, and remembers what it was asked."""

    def __init__(self, answer: Answer = "no") -> None:
        self.answer = answer
        self.asked: list[ApprovalRequest] = []

    def __call__(self, request: ApprovalRequest) -> Answer:
        self.asked.append(request)
        return self.answer

    @property
    def keys(self) -> list[tuple[str, ...]]:
        """What was asked for, one entry a question."""
        return [request.keys for request in self.asked]


class Page(http.server.BaseHTTPRequestHandler):
    """Says hello, and at /away leads to the address in the query."""

    def do_GET(self) -> None:
        if self.path.startswith("/away?"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/away?"))
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def servers() -> Iterator[tuple[int, int]]:
    """The ports of two servers on this machine."""
    running = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) for _ in range(2)]
    threads = [threading.Thread(target=server.serve_forever, daemon=True) for server in running]
    for thread in threads:
        thread.start()
    yield running[0].server_port, running[1].server_port
    for server, thread in zip(running, threads, strict=True):
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with its links followed."""
    return Path(os.path.realpath(tmp_path))


@pytest.fixture
def make(root: Path) -> Iterator[Callable[..., Agent]]:
    """Makes agents of one workspace, whose model writes the given module."""
    made: list[Agent] = []

    def build(code: str, person: Person | None = None, **settings: Any) -> Agent:
        model = ScriptedChatModel(respond=lambda prompt, role: f"```python\n{code}```")
        agent = Agent(
            workspace=root / "w",
            model=model,
            approver=person,
            **{"profile": "small", "max_iterations": 3, **settings},
        )
        made.append(agent)
        return agent

    yield build
    for agent in made:
        agent.close()


def fetch_goal(port: int) -> str:
    return f"Write a function fetch(url) that gives a page. fetch('http://127.0.0.1:{port}/') == 'hello'"


# Pairs


def test_network(make: Callable[..., Agent], servers: tuple[int, int]) -> None:
    """The URL is a parameter, so what the goal names is asked for; no second port, no redirect to one, is reached."""
    port, other = servers
    refused = make(FETCH, Person("no")).run(fetch_goal(port))
    assert refused.status == "failed"
    person = Person("skill")
    agent = make(FETCH, person)
    assert agent.run(fetch_goal(port)).ok
    assert person.keys == [(f"network:127.0.0.1:{port}",)]
    assert agent.call("fetch", [f"http://127.0.0.1:{port}/x"]).value == "hello"
    for url in (f"http://127.0.0.1:{other}/", f"http://127.0.0.1:{port}/away?http://127.0.0.1:{other}/"):
        result = agent.call("fetch", [url])
        assert (result.ok, result.value) == (False, None)
    assert len(person.asked) == 1


def test_reading_a_folder(make: Callable[..., Agent], root: Path) -> None:
    """The path is a parameter and the gate sees nothing in it; the goal names the folder, so it is asked for."""
    (root / "in").mkdir()
    (root / "in" / "a.txt").write_text("1\n2\n3\n")
    (root / "secret.txt").write_text("x\n")
    goal = f"Write a function lines(path) that counts the lines of a file in {root}/in. lines('{root}/in/a.txt') == 3"
    refused = Person("no")
    assert make(LINES, refused).run(goal).status == "failed"
    assert refused.keys == [(f"read:{root}/in", f"read:{root}/in/a.txt")]
    agent = make(LINES, Person("skill"))
    assert agent.run(goal).ok
    assert agent.call("lines", [f"{root}/in/a.txt"]).value == 3
    for path in (f"{root}/secret.txt", f"{root}/in/../secret.txt"):
        assert agent.call("lines", [path]).error_type in ("PermissionError", "FileNotFoundError")
    writing = "def f():\n    open('%s', 'w').close()\n" % (root / "in" / "a.txt")
    with pytest.raises(UsageError, match="approval"):
        make("x = 1").execute(writing, permissions=[f"read:{root}/in"])
    assert (root / "in" / "a.txt").read_text() == "1\n2\n3\n"


def test_writing_a_folder(make: Callable[..., Agent], root: Path) -> None:
    """A file that isn't there yet needs its folder; nothing beside the folder is written."""
    (root / "out").mkdir()
    goal = f"Write a function note(path, text) that saves the text to {root}/out/n.txt. note('{root}/out/n.txt', 'abc') == 3"
    assert make(NOTE).run(goal).status == "failed"
    assert not list((root / "out").iterdir())
    person = Person("skill")
    agent = make(NOTE, person)
    assert agent.run(goal).ok
    assert person.keys[0][0] == f"write:{root}/out"
    assert agent.call("note", [f"{root}/out/b.txt", "x"]).ok
    assert (root / "out" / "b.txt").read_text() == "x"
    assert not agent.call("note", [f"{root}/beside.txt", "x"]).ok
    assert not (root / "beside.txt").exists()


def test_running_a_command(make: Callable[..., Agent]) -> None:
    """With its arguments, as they were shown."""
    goal = "Write a function say(n). say(2) == 'hello\\nhello\\n'"
    assert make(SAY).run(goal).status == "failed"
    person = Person("skill")
    agent = make(SAY, person)
    assert agent.run(goal).ok
    assert person.keys == [("command:echo hello",)]
    assert "run the command `echo hello`" in person.asked[0].permissions[0]
    run = "import subprocess, sys\nprint(subprocess.run({}, capture_output=True, text=True).stdout)"
    allowed = ["command:echo hello"]
    assert agent.execute(run.format("['echo', 'hello']"), permissions=allowed).stdout.strip() == "hello"
    unknown = (
        "def words():\n    return ['echo', input() or 'other']\nimport subprocess\nsubprocess.run(words())"
    )
    assert not agent.execute(unknown, permissions=allowed).ok


def test_using_a_package(make: Callable[..., Agent], root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installed for this skill alone, pinned and recorded with it, gone when it is revoked."""
    index = Index(root / "index")
    for name in ("alpha", "beta"):
        index.wheel(name, "1.5")
    for tool in ("PIP", "UV"):
        monkeypatch.setenv(f"{tool}_NO_INDEX", "1")
        monkeypatch.setenv(f"{tool}_FIND_LINKS", str(index.folder))
    (root / "w").mkdir()
    (root / "w" / "allowed_packages.txt").write_text("alpha\nbeta\n")
    code = "import alpha\n\n\ndef version(n):\n    return alpha.VERSION * n\n"
    goal = "Write a function version(n) using alpha. version(2) == '1.51.5'"
    assert make(code, Person("no")).run(goal).status == "failed"
    assert not (root / "w" / "environments" / "version").exists()
    person = Person("skill")
    agent = make(code, person)
    assert agent.run(goal).ok
    assert person.keys == [("package:alpha",)]
    record = agent.memory.skill("version")
    assert record is not None
    assert (record.permissions, record.packages) == (["package:alpha"], ["alpha==1.5"])
    assert agent.call("version", [1]).value == "1.5"
    with pytest.raises(UsageError, match="approval"):
        make("x = 1").execute("import alpha")
    assert (
        agent.execute("import alpha\nprint(alpha.VERSION)", permissions=["package:alpha"]).stdout == "1.5\n"
    )
    path = root / "w" / "skills" / "version.py"
    path.write_text(path.read_text().replace("alpha", "beta"))
    with pytest.raises(UsageError, match="package:beta"):
        make("x = 1").call("version", [1])
    agent.revoke("version")
    assert not (root / "w" / "environments" / "version").exists()


def test_a_package_that_is_not_on_the_list(make: Callable[..., Agent], root: Path) -> None:
    """One that isn't on the list can't be approved at all, and the line says how to put it there."""
    person = Person("skill")
    outcome = make("import nowhere_known\n\n\ndef f(n):\n    return n\n", person).run("Write f(n). f(1) == 1")
    assert outcome.status == "failed"
    assert "allowed_packages.txt" in outcome.reason
    assert person.asked == []
    with pytest.raises(UsageError, match=r"allowed_packages\.txt"):
        make("x = 1").execute("print(1)", permissions=["package:nowhere_known"])
    with pytest.raises(UsageError, match="--allow package:numpy"):
        make("x = 1").execute("import numpy")


# How long an answer holds


def test_once_is_for_the_run_or_the_call_alone(make: Callable[..., Agent], servers: tuple[int, int]) -> None:
    """Every later call asks again, before anything runs."""
    port, _ = servers
    person = Person("once")
    agent = make(FETCH, person)
    assert agent.run(fetch_goal(port)).ok
    assert agent.memory.skill("fetch").permissions == [f"network:127.0.0.1:{port}"]  # type: ignore[union-attr]
    assert agent.permissions() == []
    for _ in range(2):
        assert agent.call("fetch", [f"http://127.0.0.1:{port}/"]).value == "hello"
    assert len(person.asked) == 3
    person.answer = "no"
    with pytest.raises(UsageError, match=rf"was not given.*--allow network:127\.0\.0\.1:{port}"):
        agent.call("fetch", [f"http://127.0.0.1:{port}/"])


def test_always_holds_until_it_is_revoked(make: Callable[..., Agent], servers: tuple[int, int]) -> None:
    """Also for another agent of the workspace; afterwards it is asked again, with nobody there it is no."""
    port, _ = servers
    person = Person("skill")
    assert make(FETCH, person).run(fetch_goal(port)).ok
    alone = make(FETCH)
    assert alone.call("fetch", [f"http://127.0.0.1:{port}/"]).value == "hello"
    (held,) = alone.permissions()
    assert (held.skill, held.permissions, held.scope) == ("fetch", (f"network:127.0.0.1:{port}",), "skill")
    assert f"port {port}" in held.words[0]
    assert [decision.number for decision in alone.revoke(held.number)] == [held.number]
    with pytest.raises(UsageError, match="needs an approval, which was not given"):
        alone.call("fetch", [f"http://127.0.0.1:{port}/"])
    again = make(FETCH, person)
    assert again.call("fetch", [f"http://127.0.0.1:{port}/"]).ok
    assert len(person.asked) == 2
    assert [d.number for d in again.permissions()] == [
        d.number for d in again.permissions(everything=True) if d.answer == "skill" and not d.revoked_at
    ]


def test_revoking_by_skill_and_all(make: Callable[..., Agent]) -> None:
    """By number, by name, everything; what isn't there is said."""
    agent = make(SAY, Person("skill"))
    assert agent.run("Write a function say(n). say(1) == 'hello\\n'").ok
    with pytest.raises(UsageError, match=r"There is no permission '99'.*1 \(say\)"):
        agent.revoke(99)
    assert [decision.skill for decision in agent.revoke("say")] == ["say"]
    with pytest.raises(UsageError, match="None holds"):
        agent.revoke("say")
    assert agent.revoke("all") == []
    assert agent.call("say", [1]).ok
    assert [decision.skill for decision in agent.revoke("all")] == ["say"]


def test_a_changed_skill_is_asked_for_what_is_new(make: Callable[..., Agent], root: Path) -> None:
    """An edit by hand doesn't inherit more than was allowed."""
    person = Person("skill")
    agent = make(SAY, person)
    assert agent.run("Write a function say(n). say(1) == 'hello\\n'").ok
    path = root / "w" / "skills" / "say.py"
    path.write_text(path.read_text().replace("'hello'", "'changed'"))
    assert agent.call("say", [1]).value == "changed\n"
    assert person.keys[1:] == [("command:echo changed",)]


# Callers


def test_a_caller_allows_beforehand(make: Callable[..., Agent], servers: tuple[int, int]) -> None:
    """For a goal, a call, a script, and one goal of a batch; nobody is asked, and it is written down."""
    port, other = servers
    key = f"network:127.0.0.1:{port}"
    agent = make(FETCH)
    assert agent.run(fetch_goal(port), permissions=[key]).ok
    (record,) = agent.memory.approvals()
    assert (record.skill, record.permissions, record.answer, record.by) == ("fetch", [key], "once", "caller")
    url = f"http://127.0.0.1:{port}/"
    with pytest.raises(UsageError, match="approval"):
        agent.call("fetch", [url])
    assert agent.call("fetch", [url], permissions=[key]).value == "hello"
    script = f"import urllib.request\nprint(urllib.request.urlopen('{url}').read().decode())"
    with pytest.raises(UsageError, match="approval"):
        agent.execute(script)
    assert agent.execute(script, permissions=[key]).stdout == "hello\n"
    with pytest.raises(UsageError, match="approval"):
        agent.execute(script, permissions=[f"network:127.0.0.1:{other}"])
    goals = [
        fetch_goal(port),
        {"goal": fetch_goal(port), "permissions": [key]},
        {"goal": "x", "permissions": "y:z"},
    ]
    outcomes = agent.run_batch(goals)
    assert [outcome.status for outcome in outcomes] == ["failed", "working", "failed"]
    assert key in outcomes[0].reason
    assert "--allow" in outcomes[0].reason
    assert "no permission" in outcomes[2].reason


def test_a_batch_asks_nobody(make: Callable[..., Agent], servers: tuple[int, int]) -> None:
    """Even where somebody is there."""
    person = Person("skill")
    outcomes = make(FETCH, person).run_batch([fetch_goal(servers[0])])
    assert outcomes[0].status == "failed"
    assert person.asked == []


def test_a_file_is_executed_by_its_path(make: Callable[..., Agent], root: Path) -> None:
    """Text is code, a path is a file; a script is never allowed anything for good."""
    file = root / "report.py"
    file.write_text(
        "import subprocess\nprint(subprocess.run(['echo', 'hi'], capture_output=True, text=True).stdout)"
    )
    person = Person("skill")
    agent = make("x = 1", person)
    for _ in range(2):
        assert agent.execute(file).stdout.strip() == "hi"
    assert [(request.skill, request.always) for request in person.asked] == [("report.py", False)] * 2
    assert agent.permissions() == []
    with pytest.raises(UsageError, match="can't be read"):
        agent.execute(root / "nowhere.py")
    with pytest.raises(UsageError, match="no permission"):
        agent.execute("print(1)", permissions=["everything"])


# What is asked


def test_the_question_has_words_reason_and_lines(
    make: Callable[..., Agent], servers: tuple[int, int]
) -> None:
    """What, why, and the lines of the code that need it; the events say the same."""
    port, _ = servers
    events: list[Event] = []
    person = Person("no")
    make(FETCH, person, on_event=events.append).run(fetch_goal(port))
    (request,) = person.asked
    assert request.lines == ((5, "    with urllib.request.urlopen(url, timeout=5) as page:"),)
    assert "line 5: urllib.request.urlopen" in request.reason
    assert request.code == FETCH
    assert request.goal == fetch_goal(port)
    asked = [event.permissions for event in events if isinstance(event, ApprovalAsked)]
    answers = [event.answer for event in events if isinstance(event, ApprovalAnswered)]
    assert (asked, answers) == ([request.permissions], ["no"])


def test_what_cannot_be_granted_is_told_to_the_model_and_to_the_user(make: Callable[..., Agent]) -> None:
    """Nobody is asked for any command or any file: the goal has to name it."""
    person = Person("skill")
    code = "import subprocess\n\n\ndef f(c):\n    return subprocess.run(c, capture_output=True, text=True).stdout\n"
    agent = make(code, person)
    outcome = agent.run("Write f(c) that runs c. f(['true']) == ''")
    assert outcome.status == "failed"
    assert "name the whole command in the goal" in outcome.reason
    assert person.asked == []
    named = agent.run("Write f(c) that runs c, e.g. the command `true`. f(['true']) == ''", skill_name="g")
    assert named.ok
    assert person.keys == [("command:true",)]


def test_a_network_that_the_goal_does_not_name_is_asked_for_in_honest_words(
    make: Callable[..., Agent],
) -> None:
    """Any public host: and that is no host of this machine."""
    person = Person("once")
    agent = make("x = 1", person)
    result = agent.execute(f"{FETCH}\nfetch(chr(104) + 'ttp://127.0.0.1:9/')")
    assert person.asked[0].permissions == ("open network connections to any public host, any port",)
    assert not result.ok
    assert "not among the approved hosts" in result.stderr


def test_a_refused_choice_does_not_stop_what_can_do_without(make: Callable[..., Agent], root: Path) -> None:
    """A folder that the goal names and the code may not need: no is no, and the code still runs without it."""
    (root / "in").mkdir()
    code = "def size(path):\n    try:\n        return len(open(path).read())\n    except OSError:\n        return -1\n"
    person = Person("no")
    outcome = make(code, person).run(f"Write size(path), e.g. for files in {root}/in. size('nowhere') == -1")
    assert outcome.ok
    assert person.keys == [(f"read:{root}/in",)]


def test_old_approvals_that_name_nothing_exactly_open_nothing(make: Callable[..., Agent], root: Path) -> None:
    """Records of the version before, without the newer fields: loaded, listed, and inert where they are broad."""
    agent = make(SAY, Person("once"))
    assert agent.run("Write a function say(n). say(1) == 'hello\\n'").ok
    path = root / "w" / "memory.json"
    text = path.read_text().replace(
        '"approvals": [',
        '"approvals": [{"id": "old", "skill": "say", "permissions": ["command:*", "command:echo hi"], "answer": "skill"},',
    )
    path.write_text(text)
    alone = make(SAY)
    assert [decision.permissions for decision in alone.permissions()] == [("command:*", "command:echo hi")]
    with pytest.raises(UsageError, match="approval"):
        alone.call("say", [1])
