"""Recall: what has to do with a goal is found, in any script, and nothing else is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apprentice.memory import FailureRecord, SkillRecord, related
from apprentice.memory.recall import _fold, terms

GOALS = {
    "create_a_json_validator_skill": "Create a JSON validator skill",
    "is_even": "Write a function is_even(n) that tells whether an integer is even. is_even(4) == True",
    "regex_matcher": "Create a regex pattern matcher",
    "celsius_to_fahrenheit": "Convert Celsius to Fahrenheit",
    "url_parser": "Create a URL parser",
    "base64_encoder": "Create a base64 encoder",
    "fib": "Return the n-th Fibonacci number",
    "reverse_string": "Reverse a string",
    "is_palindrome": "Check whether a string is a palindrome",
    "sort_ru": "сортировка списка чисел",
    "sort_zh": "编写一个函数对列表进行排序",
}


def skill(name: str, goal: str, status: str = "working") -> SkillRecord:
    return SkillRecord.model_validate({"name": name, "status": status, "description": goal, "goal": goal})


SKILLS = [skill(name, goal) for name, goal in GOALS.items()]


def failure(lesson: str, goal: str = "", timestamp: str = "2020", name: str = "x") -> FailureRecord:
    return FailureRecord(skill=name, error="e", lesson=lesson, goal=goal, timestamp=timestamp)


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("Decode base64", "base64_encoder"),
        ("Fibonacci numbers below a limit", "fib"),
        ("URL query parsing", "url_parser"),
        ("the longest palindromic substring", "is_palindrome"),
        ("Matching with a regex", "regex_matcher"),
        ("validating JSON", "create_a_json_validator_skill"),
        ("Use isEven to count even integers", "is_even"),
        ("сортировать список", "sort_ru"),
        ("排序列表", "sort_zh"),
    ],
)
def test_the_related_skill_is_found(goal: str, expected: str) -> None:
    found = related(goal, SKILLS, [])
    assert found.skills[0].skill.name == expected
    assert 0 < found.skills[0].score <= 1.0001


@pytest.mark.parametrize(
    "goal",
    [
        "Convert kilometers to miles",
        "Count the vowels in a string",
        "Create a skill",
        "",
        "!!!",
        "🦄",
        "計算",
    ],
)
def test_the_unrelated_is_not_returned(goal: str) -> None:
    assert related(goal, SKILLS, [failure("Strip the URL first.")]).skills == ()
    assert related(goal, SKILLS, [failure("Strip the URL first.")]).lessons == ()


def test_only_working_skills_are_recalled() -> None:
    others = [skill("json_a", "validate JSON", "failed"), skill("json_b", "validate JSON", "untested")]
    assert related("validate JSON", others, []).skills == ()


def test_a_lesson_is_given_once_the_newest_first() -> None:
    failures = [
        failure("Escape quotes.", "Write a JSON encoder", "2020", "a"),
        failure("Escape quotes.", "Write a JSON encoder", "2023", "b"),
        failure("Handle NaN.", "Write a JSON encoder", "2022"),
        failure("Close the file.", "Write a JSON encoder", "2024"),
        failure("", "Write a JSON encoder", "2025"),
        failure("Sum first.", "Average of a list", "2026"),
    ]
    found = related("JSON encoder", [], failures)
    assert [lesson.text for lesson in found.lessons] == ["Close the file.", "Escape quotes.", "Handle NaN."]
    assert found.lessons[1].failure.skill == "b"
    assert len(related("JSON encoder", [], failures, limit=1).lessons) == 1
    assert related("JSON encoder", [], failures, limit=0).lessons == ()


def test_a_rare_word_counts_more_than_a_frequent_one() -> None:
    many = [skill(f"json_{n}", f"json tool number{n}") for n in range(50)]
    found = related("json base64", [*many, skill("b64", "base64 tool")], [])
    assert found.skills[0].skill.name == "b64"


def test_identifiers_are_taken_apart_and_endings_cut() -> None:
    assert terms("parseJSONNumbers") == terms("parse_json_number") == terms("parsing JSON numbers")
    assert terms("sorted sorting sorts sort") == terms("sort")
    assert terms("हिन्दी") == {"हिन्"} or len(terms("हिन्दी")) == 1
    assert terms("列表去重") == {"列表", "表去", "去重"}


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_can_be_asked_and_a_word_is_always_part_of_its_folded_text(one: str, other: str) -> None:
    """Texts are passed over by that rule: a word it missed would never be found."""
    folded = _fold(one)
    assert all(term in folded for term in terms(one))
    for match in related(one, [skill("a", other), skill("b", one)], [failure(other, one)]).skills:
        assert 0 < match.score <= 1.0001


def test_a_goal_of_100_kb_and_ten_thousand_failures_stay_quick() -> None:
    failures = [failure(f"Lesson {n}: mind unit {n % 99}.", f"Convert unit {n % 300}") for n in range(10_000)]
    begin = time.process_time()
    for _ in range(5):
        related("unit " + "word and more " * 8_000, SKILLS, failures)
    assert (time.process_time() - begin) / 5 < 1
