"""Decides whether code is right: a task's examples and hidden checks, in one run of the sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from apprentice.sandbox.base import Example, Limits, Sandbox, TestReport
from benchmarks.tasks.task import Task, raising

_SKILL: Final = "skill"
_HIDDEN: Final = "hidden_checks"
_VERDICT: Final = "passes_hidden_checks"
#: Seconds and MiB; hidden checks of HumanEval have lists of some size.
_LIMITS: Final = Limits(seconds=10.0)


def is_right(sandbox: Sandbox, task: Task, code: str) -> bool:
    """Whether the code passes the task's examples and all hidden checks.

    Raises:
        SandboxError: code could not be run at all.
    """
    report = checked(sandbox, task, code)
    return report.ok


def passes_examples(sandbox: Sandbox, task: Task, code: str) -> bool:
    """Whether the code passes all examples of the prompt; False where it has none.

    Raises:
        SandboxError: code could not be run at all.
    """
    return bool(task.examples) and _run(sandbox, task, code, task.examples).ok


def checked(sandbox: Sandbox, task: Task, code: str) -> TestReport:
    """The outcome of each hidden check and of each example.

    Where `check_code` decides, examples don't: a few of HumanEval's docstrings contradict their own tests.

    Raises:
        SandboxError: code could not be run at all.
    """
    if not task.check_code:
        return _run(sandbox, task, code, (*task.checks, *task.examples))
    # A module of its own rather than a test file: whatever helpers and loops the code has, the answer is one value.
    hidden = (
        f"from {_SKILL} import {task.function}\n\n_candidate = {task.function}\n\n{task.check_code}\n\n"
        f"def {_VERDICT}():\n    check(_candidate)\n    return 'right'\n"
    )
    example = Example(source=f"{_VERDICT}() == 'right'", name="check_code")
    return sandbox.run_tests(
        _HIDDEN, modules={_SKILL: code, _HIDDEN: hidden}, examples=[example], limits=_LIMITS
    )


def as_example(check: str, name: str) -> Example:
    """A check as the sandbox takes it."""
    source, exception = raising(check)
    return Example(source=source, name=name, raises=exception)


def _run(sandbox: Sandbox, task: Task, code: str, checks: Sequence[str]) -> TestReport:
    examples = [as_example(check, f"check_{number}") for number, check in enumerate(checks, start=1)]
    return sandbox.run_tests(_SKILL, modules={_SKILL: code}, examples=examples, limits=_LIMITS)
