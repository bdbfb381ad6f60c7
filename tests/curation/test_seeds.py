"""Seed skills: proven in the sandbox before they are recorded, never over the user's own, and never half there."""

from __future__ import annotations

import inspect
import json
import os
import re
import signal
import string
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from apprentice.agent import Agent
from apprentice.cancellation import CancelToken
from apprentice.curation import seeds
from apprentice.curation.seeds import FOLDER, Installed
from apprentice.errors import Cancelled, UsageError
from apprentice.graph.kept import put_version
from apprentice.memory.schema import SkillRecord
from apprentice.safety.gate import SafetyGate
from apprentice.skills.library import SkillFiles
from tests.forked import Ended, run_script

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    with Agent(workspace=tmp_path / "agent_workspace") as agent:
        yield agent


def install(agent: Agent, *names: str) -> list[Installed]:
    """Install some seeds, or all."""
    return seeds.install(
        names or None,
        library=agent.library,
        memory=agent.memory,
        gate=agent.gate,
        sandbox=lambda: agent.sandbox,
    )


def files_of(agent: Agent) -> dict[str, bytes]:
    """What is in the workspace, but for logs and locks."""
    folder = agent.settings.workspace
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "logs" not in path.parts and not path.name.endswith(".lock")
    }


def loaded(name: str) -> ModuleType:
    """A seed's module, as it is shipped."""
    module = ModuleType(name)
    exec(compile((FOLDER / f"{name}.py").read_text(encoding="utf-8"), name, "exec"), module.__dict__)
    return module


def test_every_seed_passes_its_tests_in_the_sandbox_and_a_second_time_changes_nothing(agent: Agent) -> None:
    """`working` is what ran, with the isolation it ran under; it is then called like any skill."""
    results = install(agent)
    assert [result for result in results if result.status != "installed"] == []
    assert len(results) == len(seeds.available()) >= 24
    for record in agent.memory.skills():
        assert (record.status, record.origin, record.model) == ("working", "seed", "shipped")
        assert record.isolation == agent.sandbox.isolation
        assert record.tests["failed"] == 0
        assert record.tests["passed"] >= 4 + len(record.examples)
    before = files_of(agent)
    assert {result.status for result in install(agent)} == {"there"}
    assert files_of(agent) == before
    assert agent.call("percent_of", {"percent": 15, "whole": 300}).value == 45
    assert agent.call("convert_units", {"value": 10, "from_unit": "km", "to_unit": "m"}).value == 10000


@pytest.mark.parametrize("seed", seeds.available(), ids=lambda seed: seed.name)
def test_every_seed_says_what_it_does_and_which_requests_it_answers(seed: seeds.Seed) -> None:
    """A description, types, doctests, and templates whose placeholders are its parameters."""
    function = getattr(loaded(seed.name), seed.name)
    parameters = inspect.signature(function).parameters
    needed = {name for name, parameter in parameters.items() if parameter.default is parameter.empty}
    assert seed.description.endswith(".")
    assert seed.signature.startswith(f"{seed.name}(")
    assert " -> " in seed.signature
    assert all(parameter.annotation is not parameter.empty for parameter in parameters.values())
    assert len(seed.examples) >= 1
    assert 2 <= len(seed.answers) <= 4
    for template in seed.answers:
        fields = [field for _, field, _, _ in string.Formatter().parse(template) if field is not None]
        assert needed <= set(fields) <= set(parameters)
        assert len(fields) == len(set(fields))
    assert "Raises:" in (function.__doc__ or "")
    assert seed.tests.count("def test_") >= 4
    assert "pytest.raises" in seed.tests


def test_nothing_shipped_turns_a_text_around() -> None:
    """The first example of the README is to be made, not found."""
    texts = [f"{seed.name} {seed.description} {' '.join(seed.answers)}" for seed in seeds.available()]
    assert not any(re.search(r"\brevers|\bbackward", text, re.IGNORECASE) for text in texts)


def test_some_are_installed_by_name_and_an_unknown_one_is_one_line(agent: Agent) -> None:
    """Nothing is installed where a name is wrong."""
    assert [result.status for result in install(agent, "percent_of", "percent_of")] == ["installed"]
    assert agent.library.names() == ["percent_of"]
    with pytest.raises(UsageError, match=r"no seed skill 'slugfy'.*slugify"):
        install(agent, "word_count", "slugfy")
    assert agent.library.names() == ["percent_of"]


def test_a_skill_of_yours_is_never_overwritten(agent: Agent) -> None:
    """Neither one that is recorded, nor a module that was only put into the folder."""
    mine = "def percent_of(a, b):\n    return 'mine'\n"
    agent.library.save(SkillFiles(name="percent_of", code=mine, tests={}))
    agent.memory.put_skill(SkillRecord(name="percent_of", status="untested", goal="mine"))
    agent.library.save(SkillFiles(name="slugify", code=mine, tests={}))
    before = files_of(agent)
    assert {result.status for result in install(agent, "percent_of", "slugify")} == {"yours"}
    assert files_of(agent) == before


def test_what_was_changed_since_stays_and_what_was_not_is_brought_up_to_date(agent: Agent) -> None:
    """A newer program's seed replaces the older form of it as a new version, with its uses counted on."""
    install(agent, "slugify", "word_count")
    shipped = agent.library.code("slugify")
    older = shipped + "\n# older\n"
    for name in ("slugify", "word_count"):
        record = agent.memory.skill(name)
        assert record is not None
        code = seeds.digest(older) if name == "slugify" else "another"
        record = record.model_copy(update={"source": {"digest": "older", "code": code}})
        files = SkillFiles(name=name, code=older, tests={})
        put_version(files, record, memory=agent.memory, library=agent.library)
    assert [result.status for result in install(agent, "slugify", "word_count")] == ["updated", "yours"]
    assert agent.library.code("slugify") == shipped
    assert agent.library.code("word_count") == older
    record = agent.memory.skill("slugify")
    assert record is not None
    assert record.version == 3
    assert agent.library.versions.numbers("slugify") == [1, 2, 3]


def test_a_seed_that_fails_here_is_not_installed(
    agent: Agent, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`working` only by facts: neither module nor record is left of one that fails."""
    for path in ("gone.py", "seeds.toml", "tests/test_gone.py"):
        (tmp_path / "shipped" / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "shipped" / "gone.py").write_text('def gone() -> int:\n    """One."""\n    return 2\n')
    (tmp_path / "shipped" / "seeds.toml").write_text("")
    (tmp_path / "shipped" / "tests" / "test_gone.py").write_text(
        "from gone import gone\n\n\ndef test_one():\n    assert gone() == 1\n"
    )
    monkeypatch.setattr(seeds, "FOLDER", tmp_path / "shipped")
    seeds._shipped.cache_clear()
    try:
        result = install(agent)[0]
    finally:
        seeds._shipped.cache_clear()
    assert (result.status, "1 of 1 tests failed; test_one" in result.reason) == ("failed", True)
    assert agent.library.names() == []
    assert agent.memory.skills() == []


def test_the_users_own_rules_are_obeyed(agent: Agent) -> None:
    """A pattern that the user forbids is forbidden in seeds, too."""
    agent.gate = SafetyGate(["hashlib"])
    result = install(agent, "hash_text")[0]
    assert result.status == "failed"
    assert "rules refuse" in result.reason
    assert agent.library.names() == []


def test_a_retired_seed_comes_back_only_when_it_is_named(agent: Agent) -> None:
    """Installing all doesn't undo what was tidied away."""
    install(agent, "chunk_list")
    record = agent.memory.skill("chunk_list")
    assert record is not None
    agent.memory.put_skill(record.model_copy(update={"retired": "never used"}))
    seeds.install(
        None, library=agent.library, memory=agent.memory, gate=agent.gate, sandbox=lambda: agent.sandbox
    )
    assert [r.retired for r in agent.memory.skills() if r.name == "chunk_list"] == ["never used"]
    assert install(agent, "chunk_list")[0].status == "updated"
    assert [r.retired for r in agent.memory.skills() if r.name == "chunk_list"] == [""]


def test_it_can_be_stopped_between_two(agent: Agent) -> None:
    """What was finished stays, what was not isn't begun."""
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        seeds.install(
            ["chunk_list", "group_by"],
            library=agent.library,
            memory=agent.memory,
            gate=agent.gate,
            sandbox=lambda: agent.sandbox,
            cancel=cancel,
            on_installed=lambda _: cancel.cancel(),
        )
    assert [record.name for record in agent.memory.skills()] == agent.library.names() == ["chunk_list"]


INSTALL = """
import sys
from apprentice.agent import Agent
from apprentice.curation import seeds
from apprentice.graph.kept import settle
with Agent(workspace=sys.argv[1]) as agent:
    settle(agent.memory, agent.library)
    print(agent.library.names() == [record.name for record in agent.memory.skills()])
    parts = dict(library=agent.library, memory=agent.memory, gate=agent.gate, sandbox=lambda: agent.sandbox)
    print([result.status for result in seeds.install(["is_prime"], **parts)])
"""


@pytest.mark.skipif(os.name != "posix", reason="kills processes with signals")
@pytest.mark.parametrize(
    ("point", "again"),
    [
        ("library.intended", "installed"),
        ("keep.module_saved", "installed"),
        ("memory.before_rename", "installed"),
        ("library.ending", "there"),
    ],
)
def test_killed_anywhere_it_is_there_wholly_or_not_at_all(tmp_path: Path, point: str, again: str) -> None:
    """The next start finds files and record that agree; the next installation finishes what was not."""

    def run(crash: str) -> Ended:
        return run_script(INSTALL, tmp_path / "w", AGENT_CRASH_AT=crash)

    assert run(point).returncode == -signal.SIGKILL
    memory = tmp_path / "w" / "memory.json"
    recorded = (
        [skill["name"] for skill in json.loads(memory.read_text())["skills"]] if memory.exists() else []
    )
    assert all((tmp_path / "w" / "skills" / f"{name}.py").is_file() for name in recorded)
    after = run("")
    assert after.stdout.splitlines() == ["True", str([again])], after.stderr
    records = json.loads(memory.read_text())["skills"]
    assert [(record["name"], record["version"]) for record in records] == [("is_prime", 1)]
