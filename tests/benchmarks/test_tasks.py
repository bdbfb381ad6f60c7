"""The task sets are sound: what is right passes, what is wrong doesn't, and no hidden check is given away."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apprentice.graph.code_text import with_given
from apprentice.graph.docstrings import docstring_examples
from apprentice.graph.ground_truth import ground_truth
from apprentice.sandbox import Sandbox, open_sandbox
from apprentice.settings import Settings
from benchmarks.goals import GOALS
from benchmarks.tasks.human_eval import CONTRADICTED, human_eval
from benchmarks.tasks.judge import checked, is_right, passes_examples
from benchmarks.tasks.plain import PLAIN
from benchmarks.tasks.task import Task, raising
from tests.benchmarks.wrong_solutions import WRONG

BY_NAME = {task.function: task for task in PLAIN}
EACH = pytest.mark.parametrize("task", PLAIN, ids=lambda task: task.function)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    opened = open_sandbox(Settings(workspace=tmp_path_factory.mktemp("tasks")))
    yield opened
    opened.close()


def test_plain_tasks_are_graded_and_mostly_about_more_than_arithmetic() -> None:
    assert Counter(task.grade for task in PLAIN) == {"easy": 18, "medium": 20, "hard": 12}
    domains = Counter(task.domain for task in PLAIN)
    assert set(domains) == {
        "text",
        "dates",
        "parsing",
        "structures",
        "numbers",
        "files",
        "sequences",
        "encoding",
    }
    assert domains["numbers"] * 3 <= len(PLAIN)


def test_no_two_tasks_have_one_name() -> None:
    assert len(BY_NAME) == len(PLAIN)
    assert not set(BY_NAME) & {goal.function for goal in GOALS}
    assert len({task.id for task in (*PLAIN, *human_eval())}) == len(PLAIN) + 164


def test_the_seed_skills_solve_no_task() -> None:
    seeds = Path(__file__).resolve().parents[2] / "apprentice" / "seeds"
    assert not set(BY_NAME) & {path.stem for path in seeds.glob("*.py")}


@EACH
def test_a_task_is_complete(task: Task) -> None:
    assert 2 <= len(task.examples) <= 3
    assert 6 <= len(task.checks) <= 14
    assert len(set(task.checks)) == len(task.checks)
    for check in (*task.examples, *task.checks):
        expression = ast.parse(raising(check)[0], mode="eval")
        assert task.function in {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
    assert ast.get_docstring(
        next(
            node
            for node in ast.parse(task.solution).body
            if isinstance(node, ast.FunctionDef) and node.name == task.function
        )
    )


@EACH
def test_no_hidden_check_is_an_example(task: Task) -> None:
    """Nor does the prompt have one in another form: same call, same exception."""
    hidden = {_spelled(check) for check in task.checks}
    assert not hidden & {_spelled(example) for example in task.examples}
    assert not {call for call, _ in hidden} & {call for call, _ in map(_spelled, task.examples)}
    for check in task.checks:
        assert check.split(" == ")[0] not in task.prompt


@EACH
def test_the_agent_reads_the_examples_out_of_the_prompt(task: Task) -> None:
    given = ground_truth(task.prompt)
    read = [(example.source.replace(" is None", " == None"), example.raises) for example in given.examples]
    assert read == [raising(example) for example in task.examples]
    assert given.required == [task.function]
    assert given.signature.startswith(f"{task.function}(")


@EACH
def test_the_reference_solution_is_right_and_other_things_are_not(task: Task, sandbox: Sandbox) -> None:
    report = checked(sandbox, task, task.solution)
    assert report.ok, [outcome.message for outcome in report.outcomes if not outcome.passed]
    assert all(outcome.judged == "agent" for outcome in report.outcomes)
    assert passes_examples(sandbox, task, task.solution)
    assert not is_right(sandbox, task, f"def {task.function}(*given):\n    return None\n")
    assert not is_right(sandbox, task, f"def {task.function}(*given):\n    return given[0]\n")


def test_code_that_ends_the_run_or_defines_nothing_is_not_right(sandbox: Sandbox) -> None:
    task = BY_NAME["last_item"]
    for code in (
        "",
        "raise SystemExit(0)\n",
        "import os\nos._exit(0)\n",
        "def last_item(\n",
        "last_item = None\n",
    ):
        assert not is_right(sandbox, task, code)
        assert not passes_examples(sandbox, task, code)


@EACH
def test_answers_learned_by_heart_are_not_right(task: Task, sandbox: Sandbox) -> None:
    known = {}
    for example in task.examples:
        call, name = raising(example)
        if not name:
            call, _, expected = call.rpartition(" == ")
            known[repr(_arguments(call))] = ast.literal_eval(expected)
    raised = {repr(_arguments(raising(e)[0])): raising(e)[1] for e in task.examples if raising(e)[1]}
    code = (
        f"def {task.function}(*given):\n"
        f"    if repr(given) in {raised!r}:\n        raise {next(iter(raised.values()), 'ValueError')}\n"
        f"    return {known!r}.get(repr(given))\n"
    )
    assert passes_examples(sandbox, task, code)
    assert not is_right(sandbox, task, code)


@pytest.mark.parametrize("name", WRONG)
def test_plausible_wrong_solutions_are_told_from_right_ones(name: str, sandbox: Sandbox) -> None:
    assert len(WRONG[name]) >= 3
    for code in WRONG[name]:
        report = checked(sandbox, BY_NAME[name], code + "\n")
        assert not report.ok, code
        assert report.import_error is None
        assert any(outcome.passed for outcome in report.outcomes), code


def test_human_eval_is_split_for_tuning_and_testing() -> None:
    assert [task.id for task in human_eval()] == [f"HumanEval/{number}" for number in range(164)]
    assert len(human_eval("tune")) == 80
    assert human_eval("test")[0].id == "HumanEval/80"
    assert human_eval()[0].signature == "has_close_elements(numbers: List[float], threshold: float) -> bool"
    for task in human_eval():
        assert f"def {task.function}(" in task.prompt
        assert "canonical" not in task.prompt
        assert "check(" in task.check_code


def test_examples_of_human_eval_hold_for_its_own_solutions() -> None:
    found = 0
    for task in human_eval():
        names: dict[str, Any] = {}
        exec(task.solution, names)
        for example in task.examples:
            assert eval(example, dict(names)), (task.id, example)
        found += bool(task.examples)
    assert found >= 150


def test_the_agent_reads_the_examples_out_of_the_prompts_of_human_eval() -> None:
    """All of them, and none that doesn't hold, but for the sentences that HumanEval contradicts itself."""
    for task in human_eval():
        given = ground_truth(task.prompt)
        read = [example for example in given.examples if example.source not in CONTRADICTED]
        assert tuple(map(str, read)) == task.examples, task.id
        assert given.required == [task.function], task.id
        assert given.signature == task.signature, task.id
        names: dict[str, Any] = {}
        exec(task.solution, names)
        for example in read:
            assert not example.raises
            assert eval(example.source, dict(names)), (task.id, example)


def test_what_the_prompts_of_human_eval_give_beside_the_function_is_kept() -> None:
    """Helper functions of the prompt are there for an answer that calls them and doesn't repeat them."""
    for number, helper in ((10, "is_palindrome"), (32, "poly"), (38, "encode_cyclic"), (50, "encode_shift")):
        task = human_eval()[number]
        given = ground_truth(task.prompt)
        answer = f"def {task.function}(*given):\n    return {helper}(*given)\n"
        names: dict[str, Any] = {}
        exec(with_given(answer, given.code), names)
        assert {task.function, helper} <= set(names)
        assert with_given("def f(x):\n    return x\n", given.code) == "def f(x):\n    return x\n"


def test_examples_left_out_are_those_that_human_eval_contradicts_itself() -> None:
    seen = set()
    for task in human_eval():
        names: dict[str, Any] = {}
        for example in set(docstring_examples(task.solution, task.function)) & CONTRADICTED:
            exec(task.solution, names)
            assert not eval(example, names)
            seen.add(example)
    assert seen == CONTRADICTED


# Some with helpers beside the function (32, 38, 50), one whose test calls it by its name (33), loops (151), and others.
@pytest.mark.parametrize("number", [0, 32, 33, 38, 50, 67, 89, 107, 124, 151, 163])
def test_human_eval_is_judged_by_its_own_tests(number: int, sandbox: Sandbox) -> None:
    task = human_eval()[number]
    assert is_right(sandbox, task, task.solution)
    assert not is_right(sandbox, task, f"def {task.function}(*given):\n    return None\n")
    assert not is_right(sandbox, task, f"def {task.function}(*given):\n    raise SystemExit(0)\n")
    assert not is_right(sandbox, task, "import os\nos._exit(0)\n")
    assert not is_right(sandbox, task, "")


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        (">>> f(1)\n    2\n    >>> f(2) # two\n    4", ("f(1) == 2", "f(2) == 4")),
        ("f([1, 2]) ➞ 'a b' # why", ("f([1, 2]) == 'a b'",)),
        ('f("x)") ==> true', ('f("x)") == True',)),
        ("f(1) => 2.5.", ("f(1) == 2.5",)),
        ("f(3) -> 19 - 5 = 14", ()),
        ("f(n) == 2 and g(1) == 2", ()),
        ("f(5) # returns [1, (2, 3)]", ("f(5) == [1, (2, 3)]",)),
        ("Input: [1, 2]\n    Output: 3", ("f([1, 2]) == 3",)),
        ("For x = 5 the output should be -1.", ("f(5) == -1",)),
        ("Input: other = 5\n    Output: 1", ()),
        (">>> f(1) == 2", ("f(1) == 2",)),
        ("nothing of the kind: f(1)", ()),
    ],
)
def test_examples_are_read_out_of_docstrings(docstring: str, expected: tuple[str, ...]) -> None:
    assert docstring_examples(f"def f(x):\n    '''Text.\n\n    {docstring}\n    '''\n", "f") == expected


def _spelled(check: str) -> tuple[str, str]:
    source, name = raising(check)
    call = source if name else source.rpartition(" == ")[0]
    return ast.unparse(ast.parse(call, mode="eval")), name


def _arguments(call: str) -> tuple[Any, ...]:
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    return tuple(ast.literal_eval(argument) for argument in node.args)
