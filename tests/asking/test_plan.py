"""Plans: their order, their references, and what is refused before anything runs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from apprentice.asking.plan import (
    MAX_STEPS,
    Plan,
    PlannedStep,
    as_literal,
    literal_of,
    part_of,
    references,
    resolved,
    with_literals,
)
from apprentice.errors import UsageError


def planned(needs: dict[str, list[str]], **more: Any) -> Plan:
    """A plan of which each step refers to these others."""
    steps = [
        PlannedStep(id=id_, skill="f", arguments={f"a{n}": {"from": other} for n, other in enumerate(others)})
        for id_, others in needs.items()
    ]
    return Plan(steps=steps, **more)


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    """Steps that refer to some of those before them, in any order in the plan."""
    ids = [f"s{number}" for number in range(draw(st.integers(1, MAX_STEPS)))]
    needs = {
        id_: draw(st.lists(st.sampled_from(ids[:place]), unique=True, max_size=3)) if place else []
        for place, id_ in enumerate(ids)
    }
    order = draw(st.permutations(ids))
    return {id_: needs[id_] for id_ in order}


@given(graphs())
def test_every_step_runs_after_all_that_it_needs_and_as_early_as_it_can(needs: dict[str, list[str]]) -> None:
    """Each exactly once, whatever the order in which the planner wrote them."""
    waves = planned(needs).waves()
    place = {id_: number for number, wave in enumerate(waves) for id_ in wave}
    assert sorted(id_ for wave in waves for id_ in wave) == sorted(needs)
    for id_, others in needs.items():
        assert place[id_] == max((place[other] + 1 for other in others), default=0)


@given(graphs(), st.data())
def test_every_cycle_is_refused_by_name(needs: dict[str, list[str]], data: st.DataObject) -> None:
    """However long it is, and whatever else is in the plan; the steps outside of it are not blamed."""
    ids = sorted(needs)
    ring = data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
    for one, other in zip(ring, [*ring[1:], ring[0]], strict=True):
        needs[one] = [*needs[one], other]
    with pytest.raises(UsageError, match="cycle") as caught:
        planned(needs).waves()
    assert all(id_ in caught.value.message for id_ in ring)


def test_what_depends_on_a_file_waits_for_its_writer() -> None:
    """By its name alone; two that write the same file never run at once; an attached file waits for nobody."""
    write = {"path": {"new_file": "o"}}
    plan = Plan(
        steps=[
            PlannedStep(id="r", skill="read", arguments={"path": [{"file": "o"}]}),
            PlannedStep(id="w", skill="write", arguments=write),
            PlannedStep(id="v", skill="write", arguments=write),
            PlannedStep(id="x", skill="copy", arguments={"a": {"file": "o"}, "b": {"new_file": "p"}}),
        ]
    )
    assert plan.waves() == [["w"], ["v"], ["r", "x"]]
    assert plan.waves(["o"]) == [["r", "w", "x"], ["v"]]


def test_a_file_that_a_step_alone_reads_and_writes_is_no_cycle() -> None:
    """It is told one path twice."""
    step = PlannedStep(id="w", skill="f", arguments={"a": {"new_file": "o"}, "b": {"file": "o"}})
    assert Plan(steps=[step]).waves() == [["w"]]


@pytest.mark.parametrize(
    "name", ["", ".", "..", ".hidden", "a/b", "/etc/x", "a\\b", "a\0b", "a\nb", "x" * 81]
)
def test_new_files_have_plain_names(name: str) -> None:
    """None leads out of the request's folder."""
    plan = Plan(steps=[PlannedStep(id="s", skill="f", arguments={"p": {"new_file": name}})])
    with pytest.raises(UsageError, match="plain name"):
        plan.waves()


@pytest.mark.parametrize("name", ["out.csv", "grüße.txt", "a b", "a..b"])
def test_plain_names_of_new_files_are_taken(name: str) -> None:
    """Spaces, other scripts and dots inside do no harm."""
    plan = Plan(steps=[PlannedStep(id="s", skill="f", arguments={"p": {"new_file": name}})])
    assert plan.waves() == [["s"]]
    assert resolved(plan.steps[0].arguments, {}, {f"new:{name}": "/w"}) == {"p": "/w"}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=10,
)


@given(values)
def test_values_without_references_stay_as_they_are(value: Any) -> None:
    """An object that only looks a little like a reference is one of the user's."""
    if not list(references(value)):
        assert resolved(value, {}, {}) == value


@given(values, values)
def test_a_reference_is_replaced_wherever_it_stands(value: Any, other: Any) -> None:
    """Alone, in a list, in an object, in both; what was put in is not looked into again."""
    results = {"s1": value}
    wanted = {
        "a": {"from": "s1"},
        "b": [1, {"c": {"from": "s1", "path": ""}}],
        "d": {"from": "s1", "path": None},
    }
    assert resolved(wanted, results, {}) == {"a": value, "b": [1, {"c": value}], "d": value}
    assert resolved({"from": "s1"}, {"s1": {"from": "s2"}}, {}) == {"from": "s2"}
    assert resolved([{"from": "s1", "path": "[0].k"}], {"s1": [{"k": other}]}, {}) == [other]


@pytest.mark.parametrize(
    "value",
    [{"from": "s1", "to": "s2"}, {"from": 3}, {"path": "x"}, {"file": "a", "mode": "r"}, {"file": 3}, {}],
)
def test_what_is_no_reference(value: dict[str, Any]) -> None:
    """An object with other keys is a value."""
    assert list(references(value)) == []
    assert resolved(value, {}, {}) == value


TABLE = {"rows": [{"name": "Ada", "n": [1, 2]}, {"name": "Lin"}], "a b": 1, "0": "zero", "x-y": {"é": 2}}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("rows[0].name", "Ada"),
        ("rows[-1].name", "Lin"),
        ("rows[0]['name']", "Ada"),
        ('["a b"]', 1),
        ("$.rows[1].name", "Lin"),
        (".rows[1].name", "Lin"),
        ("rows.1.name", "Lin"),
        ("rows[0].n[1]", 2),
        ("a b", 1),
        ("[0]", "zero"),
        ("x-y.é", 2),
        (" rows ", TABLE["rows"]),
        ("", TABLE),
        ("$", TABLE),
        ("rows[2]", None),
        ("rows.name", None),
        ("nope", None),
        ("rows[0].name.first", None),
    ],
)
def test_paths(path: str, expected: Any) -> None:
    """As planners write them; one that leads to nothing is one line with what is there."""
    if expected is not None:
        assert part_of(TABLE, path, "s1") == expected
        return
    with pytest.raises(UsageError, match="has no part") as caught:
        part_of(TABLE, path, "s1")
    assert len(str(caught.value)) < 200


def test_a_character_of_a_text_is_a_part_of_it() -> None:
    """As in Python."""
    assert part_of("abc", "[1]", "s1") == "b"
    assert part_of(["x"], "0", "s1") == "x"


def test_a_planners_small_slips_are_forgiven() -> None:
    """Nulls, numbers as ids, brackets behind a name, fields that nobody asked for."""
    text = '{"steps": [{"id": 1, "skill": " f(x) ", "arguments": null, "for_each": null, "description": null, "why": "x"}], "answer": 1}'
    plan = Plan.model_validate(json.loads(text))
    assert (plan.steps[0].id, plan.steps[0].skill, plan.steps[0].arguments) == ("1", "f", {})
    assert plan.answering == "1"
    assert plan.waves() == [["1"]]


def test_the_answer_is_the_last_steps_where_the_plan_names_none() -> None:
    """Or names one that is not there."""
    assert planned({"a": [], "b": []}).answering == "b"
    assert planned({"a": [], "b": []}, answer="a").answering == "a"
    assert planned({"a": [], "b": []}, answer="z").answering == "b"


@pytest.mark.parametrize(
    "wrong", [{"steps": []}, {"steps": [{"id": "s", "skill": ""}]}, {"steps": [{"id": "", "skill": "f"}]}, {}]
)
def test_what_is_no_plan(wrong: dict[str, Any]) -> None:
    """No steps, or one without a name."""
    with pytest.raises(ValidationError):
        Plan.model_validate(wrong)


@given(values)
def test_a_literal_is_passed_as_it_is(value: Any) -> None:
    """Whatever it looks like: a reference, or a literal itself."""
    for one in (value, {"from": "s1"}, [{"file": "a"}, value], {"$literal": value}, {"a": {"new_file": "o"}}):
        assert list(references(as_literal(one))) == []
        assert resolved({"p": as_literal(one)}, {}, {}) == {"p": one}
        assert literal_of(as_literal(one)) == one


def test_a_planners_copy_of_the_users_data_is_no_reference() -> None:
    """Where it leads nowhere; a step, or an attached file, of that name is meant."""
    trip = {"from": "Berlin"}
    steps = [
        PlannedStep(id="s1", skill="f", arguments={"a": trip, "b": [trip, {"file": "a.txt"}]}),
        PlannedStep(id="s2", skill="f", arguments={"a": {"from": "s1"}, "b": {"from": "nowhere"}}),
    ]
    data = [[trip, {"file": "a.txt"}], {"from": "s1"}]
    kept = with_literals(Plan(steps=steps), data, ["a.txt"])
    assert list(references(kept.steps[0].arguments)) == [("file", "a.txt", "")]
    assert [name for _, name, _ in references(kept.steps[1].arguments)] == ["s1", "nowhere"]
    assert resolved(kept.steps[0].arguments, {}, {"a.txt": "/a"}) == {"a": trip, "b": [trip, "/a"]}
