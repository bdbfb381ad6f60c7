"""The benchmark set for finding skills is complete, balanced and well formed."""

from __future__ import annotations

import ast
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

SET = Path(__file__).resolve().parents[2] / "benchmarks" / "retrieval"


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SET / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def skills() -> list[dict[str, Any]]:
    return _rows("skills.jsonl")


@pytest.fixture(scope="module")
def requests() -> list[dict[str, Any]]:
    return _rows("requests.jsonl")


def test_there_are_200_skills_with_different_names_and_descriptions(skills: list[dict[str, Any]]) -> None:
    assert len(skills) == 200
    assert len({skill["name"] for skill in skills}) == 200
    assert len({skill["description"].casefold() for skill in skills}) == 200


def test_every_skill_has_exactly_the_documented_fields(skills: list[dict[str, Any]]) -> None:
    for skill in skills:
        assert set(skill) == {"name", "signature", "description", "examples", "domain", "asked_as"}
        assert skill["description"].endswith(".")


def test_every_skill_has_five_short_phrases_that_no_other_skill_has(skills: list[dict[str, Any]]) -> None:
    phrases = [phrase for skill in skills for phrase in skill["asked_as"]]
    assert all(len(skill["asked_as"]) == 5 for skill in skills)
    assert len({phrase.casefold() for phrase in phrases}) == 1000
    assert all(phrase == phrase.strip() and 4 <= len(phrase.split()) <= 14 for phrase in phrases)


def test_no_phrase_names_its_skill_or_repeats_its_description(skills: list[dict[str, Any]]) -> None:
    for skill in skills:
        for phrase in skill["asked_as"]:
            assert "_" not in skill["name"] or skill["name"] not in phrase
            assert phrase.casefold() != skill["description"].casefold().rstrip(".")


def test_skills_cover_at_least_16_domains(skills: list[dict[str, Any]]) -> None:
    domains = Counter(skill["domain"] for skill in skills)
    assert len(domains) >= 16
    assert min(domains.values()) >= 5


def test_signatures_are_annotated_python_of_the_named_function(skills: list[dict[str, Any]]) -> None:
    for skill in skills:
        (function,) = ast.parse(f"def {skill['signature']}: ...").body
        assert isinstance(function, ast.FunctionDef), skill
        assert function.name == skill["name"]
        assert function.returns is not None, skill
        assert function.args.args, skill
        assert all(argument.annotation for argument in function.args.args), skill


def test_examples_are_comparisons_that_call_the_skill_with_fitting_arguments(
    skills: list[dict[str, Any]],
) -> None:
    for skill in skills:
        (function,) = ast.parse(f"def {skill['signature']}: ...").body
        assert isinstance(function, ast.FunctionDef)
        accepted = len(function.args.args)
        needed = accepted - len(function.args.defaults)
        assert 1 <= len(skill["examples"]) <= 3
        for example in skill["examples"]:
            tree = ast.parse(example, mode="eval")
            assert isinstance(tree.body, ast.Compare), example
            calls = [
                node
                for node in ast.walk(tree)
                if isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == skill["name"]
            ]
            assert calls, example
            assert all(needed <= len(call.args) <= accepted for call in calls), example


def test_every_skill_is_asked_for_once_and_as_many_requests_have_none(
    skills: list[dict[str, Any]], requests: list[dict[str, Any]]
) -> None:
    assert len(requests) == 400
    asked = [request["skill"] for request in requests if request["skill"] is not None]
    assert sorted(asked) == sorted(skill["name"] for skill in skills)


def test_no_request_occurs_twice_or_names_its_skill(requests: list[dict[str, Any]]) -> None:
    texts = {" ".join(request["request"].casefold().split()) for request in requests}
    assert len(texts) == 400
    for request in requests:
        assert set(request) == {"request", "skill", "split"}
        name = request["skill"]
        assert name is None or "_" not in name or name not in request["request"]


def test_both_splits_hold_as_many_requests_with_and_without_a_skill(requests: list[dict[str, Any]]) -> None:
    sizes = Counter((request["split"], request["skill"] is None) for request in requests)
    assert sizes == {("tune", False): 100, ("tune", True): 100, ("test", False): 100, ("test", True): 100}
