"""Files that are not memory, or an older form of it: the original is always kept, the agent always starts."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apprentice.errors import MemoryFileError, WorkspaceError
from apprentice.memory import FailureRecord, MemoryStore, SkillRecord

EMPTY = {"version": 1, "skills": [], "failures": [], "directives": [], "approvals": [], "lessons": []}
VALID = {
    "version": 1,
    "skills": [{"name": "even", "status": "working", "created_at": "2020", "updated_at": "2020"}],
    "failures": [{"skill": "odd", "error": "e", "code_snippet": "", "timestamp": "2020"}],
    "directives": [],
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.json"


def kept(path: Path, kind: str) -> list[Path]:
    return sorted(path.parent.glob(f"memory.json.{kind}-*"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \n",
        b"{",
        b"not json",
        json.dumps(VALID).encode()[:-20],
        b"\0" * 4096,
        b"\x80\x81\xff",
        json.dumps(VALID).encode("utf-16"),
        b"[]",
        b'"text"',
        b"null",
        b"[" * 100_000,
        b'{"version": 1, "skills": 5}',
        b'{"version": 1, "skills": [7, null, []], "failures": [{}]}',
        b'{"version": 1, "skills": [' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"]}",
        b'{"version": 1, "skills": ' + b"9" * 5000 + b"}",
    ],
    ids=range(16),
)
def test_a_damaged_file_is_kept_aside_and_memory_starts_empty(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    heard: list[str] = []
    store = MemoryStore(path, on_notice=heard.append)
    assert store.read() == EMPTY
    (aside,) = kept(path, "damaged")
    assert aside.read_bytes() == content
    assert not path.exists()
    assert heard == store.notices
    assert len(heard) == 1
    assert aside.name in heard[0]
    assert "empty" in heard[0]
    assert "\n" not in heard[0]
    store.put_skill(SkillRecord(name="even", status="working"))
    assert MemoryStore(path).skill("even") is not None


def test_a_write_on_a_damaged_file_keeps_it_aside_first(path: Path) -> None:
    path.write_bytes(b"precious")
    MemoryStore(path).add_failure(FailureRecord(skill="s", error="e"))
    assert [aside.read_bytes() for aside in kept(path, "damaged")] == [b"precious"]
    assert len(MemoryStore(path).failures()) == 1


def test_damage_while_running_is_noticed_too(path: Path) -> None:
    store = MemoryStore(path)
    store.put_skill(SkillRecord(name="even", status="working"))
    path.write_bytes(b"garbage")
    assert store.skills() == []
    assert len(kept(path, "damaged")) == 1


def test_what_was_kept_earlier_is_never_overwritten(path: Path) -> None:
    contents = [f"garbage {number}".encode() for number in range(5)]
    for content in contents:
        path.write_bytes(content)
        assert MemoryStore(path).read() == EMPTY
    assert sorted(aside.read_bytes() for aside in kept(path, "damaged")) == contents


def test_a_folder_in_place_of_the_file_is_kept_aside(path: Path) -> None:
    path.mkdir()
    (path / "mine").write_text("x")
    store = MemoryStore(path)
    store.put_skill(SkillRecord(name="even", status="working"))
    (aside,) = kept(path, "damaged")
    assert (aside / "mine").read_text() == "x"
    assert path.is_file()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_place_of_the_file_does_not_hang(path: Path) -> None:
    os.mkfifo(path)
    assert MemoryStore(path).read() == EMPTY


@pytest.mark.parametrize(
    "content",
    [{"name": "left-pad", "version": "1.0.0", "dependencies": {}}, {"users": [1, 2]}, {"version": "x"}],
)
def test_a_foreign_file_is_kept_aside_under_that_word(path: Path, content: object) -> None:
    path.write_text(json.dumps(content))
    store = MemoryStore(path)
    assert store.read() == EMPTY
    (aside,) = kept(path, "foreign")
    assert json.loads(aside.read_text()) == content
    assert "foreign" in store.notices[0]


@pytest.mark.parametrize("version", [2, 99, 1.5])
def test_a_newer_file_is_left_alone(path: Path, version: object) -> None:
    content = json.dumps({**VALID, "version": version})
    path.write_text(content)
    store = MemoryStore(path)
    with pytest.raises(MemoryFileError, match="newer"):
        store.read()
    with pytest.raises(MemoryFileError, match="newer"):
        store.add_failure(FailureRecord(skill="s", error="e"))
    assert path.read_text() == content
    assert kept(path, "*") == []


def test_records_that_cannot_be_read_do_not_cost_the_others(path: Path) -> None:
    content = json.dumps({**VALID, "failures": [*VALID["failures"], 7, {"colour": "red"}], "mine": 1})
    path.write_text(content)
    store = MemoryStore(path)
    assert [skill.name for skill in store.skills()] == ["even"]
    assert [failure.skill for failure in store.failures()] == ["odd"]
    assert store.read()["mine"] == 1
    (aside,) = kept(path, "damaged")
    assert aside.read_text() == content
    assert "2 of its records" in store.notices[0]
    assert MemoryStore(path).read() == store.read()


def test_a_record_with_a_value_that_is_not_allowed_is_named(path: Path) -> None:
    """The file was of version 1 before: what was put right is said, not that it was brought to that version."""
    skills = [*VALID["skills"], {**VALID["skills"][0], "name": "odd", "status": "great"}]
    path.write_text(json.dumps({**VALID, "skills": skills}))
    store = MemoryStore(path)
    assert [(skill.name, skill.status) for skill in store.skills()] == [
        ("even", "working"),
        ("odd", "untested"),
    ]
    (notice,) = store.notices
    assert "skill 'odd': status was 'great', is 'untested' now" in notice
    assert "brought to version 1" not in notice
    (aside,) = kept(path, "v0")
    assert aside.name in notice


def test_records_that_cannot_be_read_are_named(path: Path) -> None:
    """A few of them."""
    bad = [{"colour": "red", "skill": f"s{number}", "error": []} for number in range(5)]
    path.write_text(json.dumps({**VALID, "failures": bad}))
    store = MemoryStore(path)
    store.skills()
    assert "5 of its records can't be read" in store.notices[0]
    assert "failure of 's0' can't be read; " in store.notices[0]
    assert "and 2 more" in store.notices[0]


def migrated(path: Path, content: object) -> MemoryStore:
    """The store after it read an older form; what it read before is beside it, byte by byte."""
    path.write_text(json.dumps(content))
    store = MemoryStore(path)
    result = store.read()
    (aside,) = kept(path, "v0")
    assert json.loads(aside.read_text()) == content
    assert aside.name in store.notices[0]
    assert json.loads(path.read_text()) == result
    again = MemoryStore(path)
    assert again.read() == result
    assert again.notices == []
    return store


def test_a_file_without_a_version_is_brought_to_version_1(path: Path) -> None:
    store = migrated(path, {name: value for name, value in VALID.items() if name != "version"})
    assert store.skill("even").status == "working"
    assert store.read()["version"] == 1


def test_lists_that_were_dictionaries_are_migrated(path: Path) -> None:
    store = migrated(
        path,
        {
            "skills": {"even": {"status": "success", "description": "d"}, "odd": "tells odd", "prime": None},
            "failures": {"even": ["first", {"message": "second", "snippet": "x=1"}], "odd": "third"},
            "directives": {"make even": "done", "d7": {"goal": "make odd", "status": "in_progress"}},
        },
    )
    assert [(skill.name, skill.status) for skill in store.skills()] == [
        ("even", "working"),
        ("odd", "untested"),
        ("prime", "untested"),
    ]
    assert store.skill("odd").description == "tells odd"
    assert [(f.skill, f.error, f.code_snippet) for f in store.failures()] == [
        ("even", "first", ""),
        ("even", "second", "x=1"),
        ("odd", "third", ""),
    ]
    assert [(d.goal, d.status) for d in store.directives()] == [
        ("make even", "completed"),
        ("make odd", "running"),
    ]
    assert store.directive("d7").goal == "make odd"


def test_lists_of_plain_strings_are_migrated(path: Path) -> None:
    store = migrated(path, {"skills": ["even", "odd"], "failures": ["boom"], "directives": ["make even"]})
    assert [(skill.name, skill.status) for skill in store.skills()] == [
        ("even", "untested"),
        ("odd", "untested"),
    ]
    assert store.failures()[0].error == "boom"
    assert (store.directives()[0].goal, store.directives()[0].status) == ("make even", "pending")


@pytest.mark.parametrize("version", [None, 0, 1, "1", 1.0])
def test_fields_with_other_names_and_times_as_numbers_are_migrated(path: Path, version: object) -> None:
    content = {
        "version": version,
        "skills": [
            {"name": "even", "status": "working", "created": 1.6e9, "updated": 1.6e12, "stars": 5},
            {"skill": "odd", "status": "broken", "created_at": "2020", "version": "3", "usage": "none"},
        ],
        "failures": [{"skill": "even", "message": "m", "snippet": "s", "timestamp": 1600000000}],
        "directives": [{"directive": "make", "status": "complete", "created": "2020"}],
        "approvals": [{"skill": "even", "permission": "network", "answer": "no", "timestamp": 1.6e9}],
    }
    store = migrated(path, content)
    even, odd = store.skills()
    assert even.created_at == even.updated_at == "2020-09-13T12:26:40+00:00"
    assert even.stars == 5
    assert (odd.name, odd.status, odd.version, odd.usage) == ("odd", "failed", 3, {})
    (failure,) = store.failures()
    assert (failure.error, failure.code_snippet) == ("m", "s")
    assert failure.timestamp == "2020-09-13T12:26:40+00:00"
    assert (store.directives()[0].goal, store.directives()[0].status) == ("make", "completed")
    assert store.approvals()[0].permissions == ["network"]
    assert store.approvals()[0].id


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf" + json.dumps(VALID).encode(),
        json.dumps({**VALID, "note": "half \ud800"}).encode(),
        json.dumps({**VALID, "note": float("nan")}).encode(),
        json.dumps({**VALID, "note": 7}).replace("7", "1e999").encode(),
        json.dumps(VALID).replace("{", '{"skills": [], ', 1).encode(),
    ],
    ids=["byte order mark", "lone surrogate", "NaN", "infinity", "a field twice"],
)
def test_slips_of_other_writers_are_put_right_and_the_original_kept(path: Path, text: bytes) -> None:
    path.write_bytes(text)
    store = MemoryStore(path)
    assert [skill.name for skill in store.skills()] == ["even"]
    assert [aside.read_bytes() for aside in kept(path, "v0")] == [text]
    assert MemoryStore(path).read() == store.read()


def test_another_layout_of_the_same_json_is_no_reason_to_touch_the_file(path: Path) -> None:
    text = json.dumps(dict(reversed(VALID.items())), indent=7)
    path.write_text(text)
    store = MemoryStore(path)
    assert store.skill("even").status == "working"
    assert path.read_text() == text
    assert [entry.name for entry in path.parent.iterdir()] == ["memory.json"]


def test_a_file_where_the_folder_should_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "workspace").write_text("x")
    store = MemoryStore(tmp_path / "workspace" / "memory.json")
    with pytest.raises(WorkspaceError):
        store.put_skill(SkillRecord(name="even", status="working"))
    with pytest.raises(WorkspaceError):
        store.read()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
field_names = st.sampled_from(
    "name skill status error message code timestamp created created_at updated_at goal id answer permissions usage "
    "tests version".split()
)
field_values = json_values | st.sampled_from(["working", "pending", "once", "a", "2020", 1.6e9, {}, ["x"]])
records = st.dictionaries(field_names | st.text(max_size=4), field_values, max_size=8) | json_values
lists = (
    st.lists(records, max_size=4) | st.dictionaries(st.text(max_size=4), records, max_size=3) | json_values
)
files = (
    st.fixed_dictionaries(
        {},
        optional={
            "version": st.sampled_from([1, 0, 2, "1", None]) | json_values,
            "skills": lists,
            "failures": lists,
            "directives": lists,
            "approvals": lists,
            "lessons": lists,
            "more": json_values,
        },
    )
    | json_values
)


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(value=files, indent=st.sampled_from([None, 2, 3]), ascii_only=st.booleans())
def test_any_json_is_loaded_or_kept_aside_and_no_byte_is_lost(
    tmp_path_factory: pytest.TempPathFactory, value: object, indent: int | None, ascii_only: bool
) -> None:
    folder = tmp_path_factory.mktemp("any")
    path = folder / "memory.json"
    original = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "replace")
    path.write_bytes(original)
    store = MemoryStore(path)
    try:
        result = store.read()
    except MemoryFileError:
        assert path.read_bytes() == original
        return
    assert original in [entry.read_bytes() for entry in folder.iterdir()]
    assert result["version"] == 1
    assert store.snapshot().version == 1
    assert MemoryStore(path).read() == result
    before = [entry.read_bytes() for entry in folder.glob("memory.json.[vdf]*")]
    store.add_failure(FailureRecord(id="a new one", skill="s", error="e"))
    store.put_skill(SkillRecord(name="a new one", status="working"))
    after = MemoryStore(path).read()
    assert len(after["failures"]) == len(result["failures"]) + 1
    assert after["skills"][: len(result["skills"])] == result["skills"]
    assert {name: item for name, item in after.items() if name not in EMPTY} == {
        name: item for name, item in result.items() if name not in EMPTY
    }
    assert [entry.read_bytes() for entry in folder.glob("memory.json.[vdf]*")] == before


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(cut=st.integers(0, 10_000), junk=st.binary(max_size=6))
def test_a_file_cut_or_overwritten_anywhere_never_stops_the_agent(
    tmp_path_factory: pytest.TempPathFactory, cut: int, junk: bytes
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    path = folder / "memory.json"
    store = MemoryStore(path)
    with store.update() as changes:
        for number in range(3):
            changes.put_skill(SkillRecord(name=f"skill_{number}", status="working"))
            changes.add_failure(FailureRecord(skill="s", error="größer", id=str(number)))
    text = path.read_bytes()
    place = cut % len(text)
    original = text[:place] + junk + (text[place + len(junk) :] if junk else b"")
    path.write_bytes(original)
    try:
        result = store.read()
    except MemoryFileError:
        assert path.read_bytes() == original
        return
    assert original in [entry.read_bytes() for entry in folder.iterdir()]
    assert MemoryStore(path).read() == result
