"""Decides on the agent's side what a test file or an example asserts, from the values that a run reports."""

from apprentice.sandbox.judge.examples import PlannedExample, plan_example
from apprentice.sandbox.judge.judge import are_all_there, first_failure, is_judged
from apprentice.sandbox.judge.plan import PlannedTest, TestPlan, plan_tests

__all__ = [
    "PlannedExample",
    "PlannedTest",
    "TestPlan",
    "are_all_there",
    "first_failure",
    "is_judged",
    "plan_example",
    "plan_tests",
]
