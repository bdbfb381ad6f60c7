"""The benchmark of solving: what is measured once is kept, budgets are equal, and the table says what the rows say."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from apprentice.errors import UsageError, WorkspaceError
from benchmarks.simulated import Competence
from benchmarks.solving import command
from benchmarks.solving.bench import Bench, Plan
from benchmarks.solving.figures import figures_of, stopping
from benchmarks.solving.journal import Journal
from benchmarks.solving.measurement import Measurement, best_style
from benchmarks.solving.mode import PARTS, Mode, best_of, greedy, named
from benchmarks.solving.report import markdown
from benchmarks.solving.row import Cost, Row
from benchmarks.solving.subject import Subject
from benchmarks.solving.task_sets import spread, task_set
from benchmarks.tasks.plain import PLAIN
from benchmarks.tasks.task import Task
from tests.benchmarks.simulated_tasks import COUNT_WORDS, LONGEST_RUN, SECOND_LARGEST

TASKS = tuple(
    Task(**dataclasses.asdict(task), grade="easy", domain="text")
    for task in (SECOND_LARGEST, COUNT_WORDS, LONGEST_RUN)
)
NAMES = [task.id for task in TASKS]


def row(task: str = "t", mode: str = "agent", **facts: Any) -> Row:
    """A row of a model."""
    return Row(**{"model": "m", "mode": mode, "task": task, "digest": "d", "program": "now", **facts})


# What is measured once is kept.


def test_a_line_that_a_kill_left_half_written_is_dropped_and_the_others_stay(tmp_path: Path) -> None:
    """A killed run loses the task under way, and the next row doesn't end up on its half line."""
    path = tmp_path / "r.jsonl"
    with Journal(path) as journal:
        for task in "abc":
            journal.add(row(task, cost=Cost(1, 2, 3, 4, 5.0), until_accepted=Cost(1)))
    whole = path.read_bytes()
    path.write_bytes(whole[:-25])
    with Journal(path) as journal:
        assert journal.get(row("a").key) == row("a", cost=Cost(1, 2, 3, 4, 5.0), until_accepted=Cost(1))
        assert journal.get(row("c").key) is None
        journal.add(row("c", cost=Cost(1, 2, 3, 4, 5.0), until_accepted=Cost(1)))
    assert path.read_bytes() == whole


def test_a_line_that_is_no_row_is_passed_over(tmp_path: Path) -> None:
    """Results of an older form, or edited by hand, don't end the run."""
    path = tmp_path / "r.jsonl"
    path.write_text(f'{{"model": "m"}}\n[]\nno JSON\n{json.dumps(row("a").to_json())}\n')
    with Journal(path) as journal:
        assert journal.get(row("a").key) == row("a")


def test_fresh_begins_anew(tmp_path: Path) -> None:
    """FRESH=1 forgets what was measured."""
    with Journal(tmp_path / "r.jsonl") as journal:
        journal.add(row())
    with Journal(tmp_path / "r.jsonl", fresh=True) as journal:
        assert journal.get(row().key) is None
    assert (tmp_path / "r.jsonl").read_bytes() == b""


def test_what_could_not_be_measured_is_measured_again(tmp_path: Path) -> None:
    """A timeout of the server doesn't stand as a task that was not solved."""
    with Journal(tmp_path / "r.jsonl") as journal:
        journal.add(row(error="no answer"))
        assert journal.get(row().key) is None
        assert journal.last(row().key) == row(error="no answer")
        journal.add(row(right=True))
        assert journal.get(row().key) == row(right=True)


def test_two_runs_do_not_write_to_one_file(tmp_path: Path) -> None:
    """The second one says so in a line."""
    with Journal(tmp_path / "r.jsonl"), pytest.raises(WorkspaceError, match="Another run"):
        Journal(tmp_path / "r.jsonl")


# Which tasks, which modes.


@pytest.mark.parametrize("limit", [1, 7, 12, 25, 49])
def test_a_limit_is_spread_over_the_grades(limit: int) -> None:
    """Twelve of fifty tasks are as hard as the fifty; the same ones each time, and in their order."""
    tasks = spread(PLAIN, limit)
    assert len(tasks) == limit
    assert tasks == spread(PLAIN, limit)
    assert list(tasks) == [task for task in PLAIN if task in tasks]
    all_, some = Counter(task.grade for task in PLAIN), Counter(task.grade for task in tasks)
    for grade, count in all_.items():
        assert abs(some[grade] - count * limit / len(PLAIN)) < 1


def test_without_a_limit_or_with_a_large_one_all_tasks_are_taken() -> None:
    """0 means all; a negative one is refused."""
    assert spread(PLAIN, 0) == spread(PLAIN, 1000) == PLAIN
    with pytest.raises(UsageError, match="can't be -1"):
        spread(PLAIN, -1)


def test_the_tasks_of_one_grade_are_taken_from_all_over_the_set() -> None:
    """Not the first ones only."""
    places = [PLAIN.index(task) for task in spread([task for task in PLAIN if task.grade == "medium"], 4)]
    assert max(places) - min(places) > 10


def test_the_sixteen_goals_of_the_readme_are_a_task_set() -> None:
    """Each with its example in the prompt."""
    tasks = task_set("goals")
    assert len(tasks) == 16
    assert all(example in task.prompt for task in tasks for example in task.examples)


def test_modes_are_named_alone_or_in_groups() -> None:
    """The parts that can be left out are those of the setting."""
    assert named("greedy,best agent") == ("greedy", "best12", "agent")
    assert named("ablation") == tuple(f"agent-{part}" for part in PARTS)
    assert named("agent-hard-coded") == ("agent-hard_coded",)
    assert "smolagents" in named("peers")
    with pytest.raises(UsageError, match="no mode 'agent-nothing'"):
        named("agent-nothing")


# The table's figures.

AGENT = Mode("agent", "agent")
ROWS = [
    row("a", right=True, marked=True, cost=Cost(2, 100, 50, 60, 1.0), budget=200, offered=True),
    row("b", right=True, marked=False, cost=Cost(5, 200, 100, 0, 2.0), budget=200, offered=True),
    row("c", right=False, marked=True, cost=Cost(1, 10, 5, 0, 0.5), budget=200, offered=True),
    row("d", cost=Cost(12, 90, 45, 0, 4.0), budget=200, offered=False, program="before"),
    row("e", error="ModelTimeout: silence"),
]


def test_figures_are_those_of_the_rows() -> None:
    """Right counts whatever the status, wrong only what is marked working; what wasn't measured counts for nothing."""
    found = figures_of(AGENT, ROWS, program="now")
    assert (found.tasks, found.right, found.right_marked, found.marked, found.wrong) == (4, 2, 1, 2, 1)
    assert found.wrong_share == 0.5
    assert found.cost == Cost(20, 400, 200, 60, 7.5)
    assert found.calls_for_right == 3.5
    assert found.tokens_for_right == 300
    assert (found.budget, found.over_budget, found.most_of_budget) == (800, 1, 1.5)
    assert found.of_budget == 0.75
    assert (found.offered, found.right_of_offered) == (3, 2)
    assert (found.errors, found.other_program) == (1, 1)


def test_figures_of_nothing_divide_by_nothing() -> None:
    """An empty mode, or one that never is right, has no ratios."""
    found = figures_of(AGENT, [row("a")])
    assert (found.wrong_share, found.calls_for_right, found.tokens_for_right, found.of_budget) == (None,) * 4
    assert figures_of(AGENT, []).tasks == 0


def test_stopping_at_the_first_accepted_costs_less_and_decides_the_same() -> None:
    """Twelve are always drawn, so that budgets are the same; what stopping would have cost is told beside it."""
    sampled = row("a", right=True, cost=Cost(12, 120), until_accepted=Cost(3, 30))
    (stopped,) = stopping([sampled])
    assert stopped.cost == Cost(3, 30)
    assert stopped.right


def test_the_best_single_prompt_is_the_one_that_is_right_most_often() -> None:
    """Of equals the one that the agent asks first."""
    right, wrong = row(right=True), row()
    assert best_style({"one": [right, wrong], "two": [right, right], "three": [right, right]}) == "two"


@pytest.fixture
def measurement() -> Measurement:
    """Two baselines, an agent, and a peer that can't be run."""
    greedy_rows = [row(task, right=task == "a", marked=task == "a") for task in NAMES]
    rows = {
        "greedy:one": [dataclasses.replace(one, right=one.task == NAMES[0]) for one in greedy_rows],
        "greedy:two": greedy_rows,
        "best12:one": [
            row(NAMES[0], right=True, marked=True, cost=Cost(12, 1200), until_accepted=Cost(1, 100)),
            row(NAMES[1], marked=True, cost=Cost(12, 600), until_accepted=Cost(2, 100)),
        ],
        "agent": [
            row(task, right=True, marked=True, cost=Cost(2, 600, 30), budget=600) for task in NAMES[:2]
        ],
    }
    return Measurement(
        title="3 plain goals",
        model="m",
        simulated=True,
        tasks=TASKS,
        modes=[greedy("one"), greedy("two"), best_of("one"), AGENT, Mode("smolagents", "peer")],
        rows=rows,
        notes={"smolagents": "its environment can't be made: no index"},
        best_style="one",
        program="now",
    )


def test_the_table_names_the_best_prompt_what_is_over_budget_and_what_could_not_be_run(
    measurement: Measurement,
) -> None:
    """What a reader has to know to believe a figure stands beside it."""
    text = markdown(measurement)
    assert text.startswith("# Simulation, no model: 3 plain goals, m\n")
    assert "| one greedy answer, one (the best single prompt) | 1 |" in text
    assert "| best of 12 by the examples, one | 1 of 2 | 2 | 1 (50.0%) | 24 | 12 | 1,800 |" in text
    assert "| the same 12, stopping at the first accepted | 1 of 2 | 2 | 1 (50.0%) | 3 | 1 | 200 |" in text
    assert "| 105%; 2 over, at most 105% |" in text
    assert "| smolagents | could not be run: its environment can't be made: no index |" in text
    assert f"Marked working but wrong, best of 12 by the examples, one: {NAMES[1]}." in text
    assert (
        "The agent is right for 2: one greedy answer for 1 of 3; best of 12 for 1, 2.00 times as many."
        in text
    )
    columns = {line.count("|") for line in text.split("\n\n")[1].splitlines()}
    assert len(columns) == 1


# Whole runs, with the simulated coder.


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is made of the tasks, made once."""
    return tmp_path_factory.mktemp("pools")


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    """It speaks a real model's protocol."""
    monkeypatch.delenv("AGENT_NO_MODELS")
    return


def bench(plan: Plan, path: Path) -> Measurement:
    """What a run of a plan makes."""
    with Journal(path) as journal:
        return Bench(plan, journal, Console(quiet=True)).run()


def plan(cache: Path, **facts: Any) -> Plan:
    """Three tasks."""
    subject = Subject("simulated", Competence(p=0.3, q=0.7, r=0.5, seed=2), cache)
    base: dict[str, Any] = {"names": ("greedy", "best12", "agent"), "peers": cache / "none", **facts}
    return Plan(subject, TASKS, "3 tasks", **base)


def told(measurement: Measurement) -> dict[str, list[Row]]:
    """The rows without what a clock says."""
    return {
        mode: [
            dataclasses.replace(
                one,
                cost=dataclasses.replace(one.cost, seconds=0.0),
                until_accepted=one.until_accepted and dataclasses.replace(one.until_accepted, seconds=0.0),
            )
            for one in rows
        ]
        for mode, rows in measurement.rows.items()
    }


def test_a_run_that_was_killed_goes_on_and_ends_the_same(
    simulated: None, cache: Path, tmp_path: Path
) -> None:
    """A simulation gives the same rows whatever was measured before, in which order, and in how many processes."""
    path = tmp_path / "r.jsonl"
    three = plan(cache, tokens=900)
    first = bench(three, path)
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 9
    path.write_bytes(b"".join([*lines[:2], *lines[3:7]]) + lines[7][:40])
    again = bench(dataclasses.replace(three, jobs=2), path)
    assert told(again) == told(first)
    kept = path.read_bytes().splitlines(keepends=True)
    # The half line is gone; what was whole stays, to the letter.
    assert kept[:6] == [*lines[:2], *lines[3:7]]
    assert len(kept) == 9


def test_the_agent_gets_the_tokens_of_the_twelve_samples(
    simulated: None, cache: Path, tmp_path: Path
) -> None:
    """Task by task; twelve samples are drawn for it also where they are not asked for."""
    one_task = dataclasses.replace(plan(cache, names=("agent-mutants",)), tasks=TASKS[:1])
    measured = bench(one_task, tmp_path / "r.jsonl")
    sampled, worked = measured.rows["best12:fresh"], measured.rows["agent-mutants"]
    assert [one.cost.calls for one in sampled] == [12]
    assert [one.budget for one in worked] == [one.cost.tokens for one in sampled]
    assert all(one.offered is not None for one in worked)


def test_a_set_budget_ends_the_agent(simulated: None, cache: Path, tmp_path: Path) -> None:
    """TOKENS= reaches the agent's own setting, and no samples are drawn for it."""
    measured = bench(plan(cache, names=("agent",), tokens=1), tmp_path / "r.jsonl")
    assert [mode.name for mode in measured.modes] == ["agent"]
    ended = [one for one in measured.rows["agent"] if one.status == "failed"]
    assert ended
    assert all("budget of 1 tokens" in one.reason.replace(",", "") for one in ended)
    assert all(one.cost.tokens > one.budget == 1 for one in ended)


def test_a_peer_that_cannot_be_run_leaves_the_others_alone(
    simulated: None, cache: Path, tmp_path: Path
) -> None:
    """Its line says why."""
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "environments"
    three = plan(cache, names=("smolagents", "greedy"), tokens=2000, peers=folder)
    measured = bench(three, tmp_path / "r.jsonl")
    assert "its environment can't be made" in measured.notes["smolagents"]
    assert len(measured.rows["greedy:fresh"]) == 3
    assert "could not be run: its environment can't be made" in markdown(measured)


# The command line.


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (["--modes", "agnet"], "There is no mode 'agnet'. The modes are: greedy, best12, agent,", 2),
        (["--tasks", "mine"], "There is no task set 'mine'. The sets are: plain, humaneval, goals.", 2),
        (["--model", "simulated", "--p", "3"], "p is a probability", 2),
        (["--model", "simulated", "--tasks", "goals"], "answers from known solutions", 2),
        (["--model", "embedded", "--sweep", "0.1,0.3"], "The competence of embedded can't be set.", 2),
        (["--model", "ollama:x", "--jobs", "2"], "with the simulated coder only", 2),
        (["--model", "embedded"], "AGENT_NO_MODELS=1 forbids embedded.", 2),
        (["--model", "scripted:missing.json"], "missing.json can't be read", 2),
    ],
)
def test_what_cannot_be_measured_is_said_in_one_line(
    arguments: list[str], said: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the next step, and without a traceback."""
    assert command.main([*arguments, "--results", str(tmp_path)]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err
    assert printed.err.count("\n") == 1


def test_a_server_that_does_not_answer_is_said_with_the_next_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing listens at this port."""
    monkeypatch.delenv("AGENT_NO_MODELS")
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    monkeypatch.setenv("AGENT_MODEL_RETRIES", "0")
    assert command.main(["--model", "ollama:qwen3-coder", "--limit", "1", "--results", str(tmp_path)]) == 3
    assert "127.0.0.1:9" in capsys.readouterr().err


def test_the_command_writes_json_markdown_and_a_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any model that the agent takes: here a scripted one, whose only answer never fits."""
    script = tmp_path / "s.json"
    script.write_text(json.dumps({"rules": [{"replies": ["def f(x):\n    return x"]}]}))
    arguments = [
        "--model",
        f"scripted:{script}",
        "--limit",
        "1",
        "--modes",
        "best12",
        "--results",
        str(tmp_path),
    ]
    assert command.main(arguments) == 0
    assert "best of 12 by the examples, fresh | 0 | 0 | 0 | 12 |" in capsys.readouterr().out
    (facts,) = tmp_path.glob("plain-*.json")
    assert json.loads(facts.read_text())["simulation"] is False
    assert facts.with_suffix(".md").read_text().startswith("# 1 of 50 plain goals, scripted:")
    assert facts.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
