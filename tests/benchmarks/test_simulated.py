"""The simulated coder: as often right as it is set to be, the same each time, and a server like any other to the agent."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from apprentice.agent import Agent
from apprentice.errors import ModelMissing
from apprentice.events import EventStream
from apprentice.graph.code_text import find_code
from apprentice.graph.plan import PlannedSkill
from apprentice.models.base import CallOptions, Message
from apprentice.models.choose import open_models
from apprentice.settings import load_settings
from benchmarks.simulated import MODEL, Competence, SimulatedServer
from benchmarks.simulated.coder import Coder
from benchmarks.simulated.pool import BadTask, pool_of
from benchmarks.simulated.running import values, verdicts
from tests.benchmarks.simulated_tasks import COUNT_WORDS, FIZZ, LONGEST_RUN, SECOND_LARGEST, TASKS, Task

SYSTEM = "You are a careful Python engineer."
TESTER = "You write tests for Python modules that you have not seen.\n- Import: from {} import f"
HALF = Competence(p=0.5, q=0.7, r=0.8, seed=3)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is made of the tasks, made once."""
    return tmp_path_factory.mktemp("pools")


@pytest.fixture
def coder(cache: Path) -> Coder:
    return Coder(TASKS, HALF, cache)


def body(*turns: tuple[str, str], **options: object) -> dict[str, object]:
    """A request to /api/chat."""
    messages = [{"role": role, "content": text} for role, text in turns]
    return {"model": MODEL, "messages": messages, "options": {"temperature": 0.4, **options}}


def fresh(task: Task) -> tuple[tuple[str, str], ...]:
    return ("system", SYSTEM), ("user", f"# Goal\n{task.prompt}\n\nWrite the module.")


def repair(task: Task, code: str, fact: str) -> tuple[tuple[str, str], ...]:
    return *fresh(task), ("assistant", f"```python\n{code}\n```"), ("user", fact)


def codes(coder: Coder, count: int, *turns: tuple[str, str]) -> list[str]:
    """The modules of so many answers; what can't be read from the fence counts as it is."""
    return [coder.answer(body(*turns)).partition("```python\n")[2].removesuffix("```") for _ in range(count)]


def right_of(task: Task, modules: list[str]) -> float:
    return sum(verdict.checks for verdict in verdicts(task, modules)) / len(modules)


@pytest.mark.parametrize("task", [SECOND_LARGEST, FIZZ], ids=lambda task: task.function)
def test_fresh_modules_are_right_as_often_as_is_set(coder: Coder, task: Task) -> None:
    """Run, not believed: about half hold the hidden checks, and what it says of itself is what is so."""
    modules = codes(coder, 100, *fresh(task))
    share = right_of(task, modules)
    assert 0.38 <= share <= 0.62
    assert coder.given[task.id]["code right"] == round(share * 100)
    assert coder.given[task.id]["code wrong"] == 100 - round(share * 100)


def test_wrong_modules_now_and_then_hold_the_visible_examples(cache: Path) -> None:
    """Else telling right from wrong would be no work; and none of them holds the hidden checks."""
    coder = Coder(TASKS, Competence(p=0.0), cache)
    found = [v for task in TASKS for v in verdicts(task, codes(coder, 30, *fresh(task)))]
    assert not any(verdict.checks for verdict in found)
    assert 0.17 <= sum(verdict.examples for verdict in found) / len(found) <= 0.37


def test_right_modules_differ_in_text(cache: Path) -> None:
    """Twelve right candidates of one task aren't one text twelve times."""
    coder = Coder(TASKS, Competence(p=1.0), cache)
    for task in TASKS:
        modules = codes(coder, 12, *fresh(task))
        assert len(set(modules)) >= 8
        assert len({ast.dump(ast.parse(module)) for module in modules}) >= 4
        assert right_of(task, modules) == 1.0


def test_repairs_need_facts(cache: Path) -> None:
    """Told what failed it is right with r, else with p as from anew; it never gives a right module back as a failed repair."""
    coder = Coder(TASKS, Competence(p=0.0, r=1.0), cache)
    wrong = "def count_words(text):\n    return {}"
    told = repair(
        COUNT_WORDS, wrong, "These failed:\n- count_words('a') == {'a': 1}: got {}, expected {'a': 1}"
    )
    untold = repair(COUNT_WORDS, wrong, "Once more.")
    assert right_of(COUNT_WORDS, codes(coder, 20, *told)) == 1.0
    assert right_of(COUNT_WORDS, codes(coder, 20, *untold)) == 0.0
    helpless = Coder(TASKS, Competence(p=1.0, r=0.0), cache)
    given = codes(helpless, 40, *told)
    assert right_of(COUNT_WORDS, given) == 0.0
    assert 5 <= sum(module.strip() == wrong for module in given) <= 28
    false_alarm = repair(COUNT_WORDS, COUNT_WORDS.solution, "- test_a failed: got {}, expected {1: 1}")
    assert right_of(COUNT_WORDS, codes(helpless, 20, *false_alarm)) == 0.0


def test_tests_are_right_as_often_as_is_set(coder: Coder) -> None:
    """Each test function by itself, run against the solution; most inputs are not those of the hidden checks."""
    right = total = 0
    for task in TASKS:
        for _ in range(8):
            asked = (
                ("system", TESTER.format("skill")),
                ("user", f"# Goal\n{task.prompt}\n\nWrite the tests."),
            )
            text = find_code(coder.answer(body(*asked)))
            assert "from skill import " + task.function in text
            functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
            assert 5 <= len(functions) <= 8
            for function in functions:
                total += 1
                right += passes(task, ast.unparse(function), function.name)
    assert 0.6 <= right / total <= 0.8
    given = [coder.given[task.id] for task in TASKS]
    assert sum(one["tests right"] for one in given) == right
    assert sum(one["tests wrong"] for one in given) == total - right


def passes(task: Task, test: str, name: str) -> bool:
    names: dict[str, object] = {"pytest": pytest}
    exec(task.solution + "\n" + test, names)
    try:
        names[name]()  # type: ignore[operator]
    except (AssertionError, pytest.fail.Exception):
        return False
    except ValueError:
        return False
    return True


def test_the_same_answers_whatever_the_order_of_threads(cache: Path) -> None:
    """One after the other or eight at once: each request of a task gets the answers that it got before."""
    asked = [body(*fresh(task), seed=1000 + turn) for turn in range(12) for task in (*TASKS, SECOND_LARGEST)]
    coder, again, other = (Coder(TASKS, one, cache) for one in (HALF, HALF, Competence(p=0.5, seed=4)))
    once = [coder.answer(one) for one in asked]
    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(again.answer, reversed(asked))) == sorted(once)
    assert again.given == coder.given
    assert [other.answer(one) for one in asked] != once


def test_pools_are_the_same_without_a_cache(cache: Path) -> None:
    """A cache saves time and changes nothing."""
    assert pool_of(COUNT_WORDS) == pool_of(COUNT_WORDS, cache) == pool_of(COUNT_WORDS, cache)


def test_a_cold_request_gets_one_answer_and_reset_begins_anew(coder: Coder) -> None:
    """Temperature 0 gives the same text for the same messages; after a reset all begins as at first."""
    cold = {coder.answer(body(*fresh(FIZZ), temperature=0)) for _ in range(5)}
    assert len(cold) == 1
    warm = [coder.answer(body(*fresh(FIZZ))) for _ in range(5)]
    assert len(set(warm)) > 1
    coder.reset()
    assert not coder.calls
    assert [coder.answer(body(*fresh(FIZZ))) for _ in range(5)] == warm


def test_the_task_is_known_by_its_prompt_not_by_one_mentioned_beside_it(coder: Coder) -> None:
    """Another layout, another task recalled behind it, examples cut away."""
    reader = coder._reader
    recalled = f"# Goal\n{FIZZ.prompt}\n# Learnt before\n- The skill count_words does: {COUNT_WORDS.prompt}"
    assert reader.task_of([("system", SYSTEM), ("user", recalled)]) is FIZZ
    assert reader.task_of([("user", re.sub(r"\s+", "  ", LONGEST_RUN.prompt))]) is LONGEST_RUN
    assert reader.task_of([("user", "Repair second_largest, please.")]) is SECOND_LARGEST
    assert reader.task_of([("user", "What is the weather?")]) is None


def test_a_task_whose_solution_is_wrong_is_refused(cache: Path) -> None:
    """Figures of a wrong solution would be worth nothing."""
    bad = Task("bad", "f", "Write f.", ("f(1) == 2",), ("f(2) == 3",), "def f(n):\n    return n")
    with pytest.raises(BadTask):
        pool_of(bad, cache)


def test_a_loop_without_end_and_an_exit_take_nothing_else_along() -> None:
    """Each module runs in a process of its own, with limits."""
    modules = [
        "def f(n):\n    while True: pass",
        "import os\nos._exit(0)",
        "def f(n):\n    try:\n        raise SystemExit\n    finally:\n        n += 1",
        "def f(n):\n    return n + 1",
    ]
    task = Task("f", "f", "f", ("f(1) == 2",), ("f(2) == 3",), modules[-1])
    assert [v.checks for v in verdicts(task, modules, 0.3)] == [False, False, False, True]
    assert values([modules[-1]], ["f(1)", "f('x')", "g()"]) == [
        [{"value": "2"}, {"raises": "TypeError"}, {"raises": "NameError"}]
    ]


def test_the_answer_goes_on_where_the_request_began_it(cache: Path) -> None:
    """A fence and a `def` line given beforehand come back as one module with what follows."""
    coder = Coder(TASKS, Competence(p=1.0), cache)
    for task, prefill in (
        (FIZZ, "```python\ndef fizz(n: int) -> int:"),
        (FIZZ, "```python\n"),
        (COUNT_WORDS, "```python\ndef count_words(text: str) -> dict[str, int]:\n"),
        (SECOND_LARGEST, "```python\ndef second_largest("),
    ):
        reply = prefill + coder.answer(body(*fresh(task), ("assistant", prefill)))
        assert right_of(task, [find_code(reply)]) == 1.0


def test_code_in_a_field_of_an_object(cache: Path) -> None:
    """As graphs ask for it that have structured replies."""
    schema = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("prefix", "imports", "code")},
    }
    reply = json.loads(
        Coder(TASKS, Competence(p=1.0), cache).answer({**body(*fresh(FIZZ)), "format": schema})
    )
    assert reply.keys() == {"prefix", "imports", "code"}
    assert right_of(FIZZ, [reply["code"]]) == 1.0


@pytest.fixture
def server(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedServer]:
    monkeypatch.delenv("AGENT_NO_MODELS")
    with SimulatedServer(TASKS, Competence(p=1.0, q=1.0), cache=cache) as running:
        yield running


def test_the_protocol_through_the_projects_own_client(server: SimulatedServer) -> None:
    """A plan by schema, code, words, a stop at the length limit, a model that isn't there."""
    settings = load_settings(ollama_host=server.host, model=f"ollama:{MODEL}")
    with open_models(settings, EventStream()) as chat:
        assert chat.info("coder").parameters == 30.0
        assert not chat.info("coder").small
        asked: list[Message] = [("user", f"# Goal\n{FIZZ.prompt}")]
        planned, usage = chat.structured("planner", asked, PlannedSkill)
        assert planned.function == "fizz"
        assert planned.signature == "fizz(n: int) -> int"
        assert planned.behaviour.startswith("Return how often the digit 7 appears")
        assert usage.prompt_tokens > 20
        reply = chat.complete("coder", [("system", SYSTEM), *asked], CallOptions(temperature=0.5, seed=7))
        assert reply.done_reason == "stop"
        assert right_of(FIZZ, [find_code(reply.text)]) == 1.0
        words = chat.complete("coder", [("user", "Answer with the word ready.")])
        assert "simulated" in words.text
    with (
        pytest.raises(ModelMissing),
        open_models(load_settings(ollama_host=server.host, model="ollama:nope"), EventStream()),
    ):
        pass


def test_the_protocol_without_streaming_and_what_the_server_tells_of_itself(server: SimulatedServer) -> None:
    """One JSON object with the counts; the calls so far; a reset with another competence."""
    with httpx.Client(base_url=server.host) as client:
        assert client.get("/api/version").json()["version"]
        reply = client.post("/api/chat", json={**body(*fresh(FIZZ)), "stream": False}).json()
        assert reply["done"]
        assert reply["done_reason"] == "stop"
        assert reply["eval_count"] > 0
        assert reply["prompt_eval_count"] > 0
        cut = {**body(*fresh(FIZZ), num_predict=5), "stream": False}
        assert client.post("/api/chat", json=cut).json()["done_reason"] == "length"
        lines = client.post("/api/chat", json=body(*fresh(FIZZ))).text.splitlines()
        assert [json.loads(line)["done"] for line in lines] == [False] * (len(lines) - 1) + [True]
        told = client.get("/simulated/calls").json()
        assert told["simulation"] is True
        assert told["calls"] == {"code": 3}
        assert told["tasks"]["set/fizz"]["code right"] == 3
        assert client.post("/simulated/reset", json={"p": 0.0}).status_code == 200
        assert client.post("/simulated/reset", json={"p": 2.0}).status_code == 400
        assert client.get("/simulated/calls").json()["calls"] == {}
        assert server.coder.competence.p == 0.0
        assert client.post("/api/chat", json={**body(*fresh(FIZZ)), "model": "other"}).status_code == 404


def test_a_whole_run_of_the_agent(server: SimulatedServer, tmp_path: Path) -> None:
    """A coder that is always right: plan, tests, code, working."""
    with Agent(workspace=tmp_path, ollama_host=server.host, model=f"ollama:{MODEL}") as agent:
        outcome = agent.run(SECOND_LARGEST.prompt)
        assert outcome.status == "working"
        assert outcome.iterations == 1
        assert outcome.path is not None
        assert right_of(SECOND_LARGEST, [outcome.path.read_text()]) == 1.0
    assert server.calls()["calls"] == {"code": 1, "tests": 1}
