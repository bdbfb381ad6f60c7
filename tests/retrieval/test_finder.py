"""A search finds what is meant in any script, and only what is sure is called sure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apprentice.memory import MemoryStore, SkillRecord
from apprentice.retrieval import DecisionReply, Finder, decision_messages, decision_of, parameters_of
from apprentice.retrieval.decision import CALIBRATED_MODEL
from apprentice.retrieval.vectors import VectorTable, coded
from benchmarks.retrieval.measure import load_requests, load_skills, measure, recall, wrong_reuse
from tests.retrieval.hashing import HashingEmbedder


def skill(name: str, signature: str, description: str, **fields: Any) -> SkillRecord:
    given = {"status": "working", **fields}
    return SkillRecord(name=name, signature=signature, description=description, **given)


REVERSE = skill(
    "reverse_string",
    "reverse_string(text: str) -> str",
    "Return the characters of a text in the opposite order.",
    goal="Reverse the string 'hello world'",
)
PERCENTAGE = skill(
    "percentage",
    "percentage(percent: float, whole: float) -> float",
    "Compute how much a percentage of a number is.",
    answers=["What is {percent} percent of {whole}?"],
    origin="seed",
)
KM = skill("km_to_miles", "km_to_miles(km: float) -> float", "Convert km to miles.")
ENCODE = skill("base64_encode", "base64_encode(text: str) -> str", "Encode a text as Base64.")
LARGEST = skill(
    "largest_number", "largest_number(numbers: list[float]) -> float", "Return the largest number of a list."
)


@pytest.fixture
def memory(tmp_path: Path) -> MemoryStore:
    store = MemoryStore(tmp_path / "memory.json")
    for record in (REVERSE, PERCENTAGE, KM, ENCODE, LARGEST):
        store.put_skill(record)
    return store


@pytest.fixture
def finder(memory: MemoryStore, tmp_path: Path) -> Finder:
    return Finder(memory, tmp_path / "index.sqlite", HashingEmbedder())


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        ("Reverse 'Python'", "reverse_string"),
        ('reverse the text "Python", please', "reverse_string"),
        ("Reverse the string 'hello world'", "reverse_string"),
        ("What is 15 percent of 300?", "percentage"),
        ("what is 7.5 percent of 12", "percentage"),
        ("Convert 5 km to miles", "km_to_miles"),
        ("What is the largest number in [3, 9, 2]?", "largest_number"),
        ("Encode 'hello' as base64", "base64_encode"),
    ],
)
def test_what_says_the_same_is_surely_reused(finder: Finder, request_: str, name: str) -> None:
    decision = finder.decide(request_, finder.search(request_))
    assert decision.match is not None
    assert (decision.match.record.name, decision.kind, decision.sure) == (name, "EXISTS_AND_GENERIC", True)


@pytest.mark.parametrize(
    "request_",
    [
        "Decode 'aGVsbG8=' from base64",
        "Convert 5 miles to km",
        "What is the smallest number in [3, 9, 2]?",
        "What is the second largest number in [3, 9, 2]?",
        "Reverse the words in 'one two'",
        "Do not reverse 'Python'",
        "Reverse 'Python' and encode it as base64",
        "Is 'abc' the reverse of 'cba'?",
        "By what percentage did 300 grow to 345?",
        "What is the largest number?",
        "Reverse 5, 6 and 7",
        "",
        "???",
    ],
)
def test_what_says_something_else_is_never_surely_reused(finder: Finder, request_: str) -> None:
    decision = finder.decide(request_, finder.search(request_))
    assert not (decision.sure and decision.kind == "EXISTS_AND_GENERIC")


def test_a_skill_without_parameters_is_too_specific_for_other_values(
    memory: MemoryStore, finder: Finder
) -> None:
    memory.put_skill(
        skill("shout_hello", "shout_hello() -> str", "Shout hello.", goal="Shout the word 'hello' aloud")
    )
    same = finder.decide("Shout the word 'hello' aloud", finder.search("Shout the word 'hello' aloud"))
    assert (same.kind, same.sure) == ("EXISTS_AND_GENERIC", True)
    other = finder.decide("shout the word 'bye' aloud!", finder.search("shout the word 'bye' aloud!"))
    assert (other.kind, other.sure) == ("EXISTS_BUT_SPECIFIC", True)
    assert other.match is not None
    assert other.match.record.name == "shout_hello"


def test_an_empty_library_surely_has_nothing(tmp_path: Path) -> None:
    finder = Finder(MemoryStore(tmp_path / "memory.json"), tmp_path / "index.sqlite")
    assert finder.search("anything") == []
    decision = finder.decide("anything", [])
    assert (decision.kind, decision.sure, decision.match) == ("NOT_EXISTS", True, None)


def test_failed_and_retired_skills_are_left_out_and_untested_ones_say_so(
    memory: MemoryStore, finder: Finder
) -> None:
    memory.put_skill(KM.model_copy(update={"status": "failed"}))
    memory.put_skill(ENCODE.model_copy(update={"retired": "merged into base64"}))
    memory.put_skill(REVERSE.model_copy(update={"status": "untested"}))
    found = {match.record.name: match.record.status for match in finder.search("anything at all", limit=10)}
    assert found == {"reverse_string": "untested", "percentage": "working", "largest_number": "working"}


def test_a_match_is_a_copy_and_the_newest_state(memory: MemoryStore, finder: Finder) -> None:
    (first,) = finder.search("reverse a string", limit=1)
    first.record.examples.append("changed")
    memory.put_skill(REVERSE.model_copy(update={"version": 2}))
    (second,) = finder.search("reverse a string", limit=1)
    assert (second.record.version, second.record.examples) == (2, [])


@pytest.mark.parametrize(
    ("name", "description", "request_"),
    [
        ("zaehle_woerter", "Zählt die Wörter eines Textes.", "wie viele wörter"),
        ("fanzhuan", "反转一个字符串中的字符。", "把字符串反转"),
        ("mojiretsu", "文字列を逆順にします。", "文字列を逆に"),
        ("munja", "문자열을 뒤집습니다.", "문자열을 뒤집어"),
        ("slova", "Считает слова в тексте.", "слова в тексте"),
        ("athroisma", "Υπολογίζει το άθροισμα μιας λίστας.", "ΑΘΡΟΙΣΜΑ λιστας"),
        ("kalimat", "عكس ترتيب الكلمات في الجملة", "ترتيب الكلمات"),
        ("shabd", "वाक्य के शब्द गिनता है।", "शब्द वाक्य"),
        ("kham", "นับคำในประโยค", "นับคำ"),
        ("parseHTTPHeader", "Take a header apart.", "parse http header"),
    ],
)
def test_words_of_any_script_are_found_without_a_model(
    memory: MemoryStore, tmp_path: Path, name: str, description: str, request_: str
) -> None:
    memory.put_skill(skill(name, f"{name}(text: str) -> str", description))
    finder = Finder(memory, tmp_path / "words.sqlite", None)
    (first, *_) = finder.search(request_)
    assert first.record.name == name
    assert first.cosine is None
    assert first.lexical > 0.3


@pytest.mark.parametrize(
    "request_",
    [
        '"',
        "a OR b NOT",
        "name:*",
        "(((",
        "NEAR(a b)",
        "'; DROP TABLE skills; --",
        "\x00",
        "𝔘\ud800",
        "x" * 1_000_000,
    ],
)
def test_no_text_upsets_the_search(finder: Finder, request_: str) -> None:
    finder.decide(request_, finder.search(request_))


def test_the_question_to_a_model_names_each_skill_and_its_answer_is_read(finder: Finder) -> None:
    matches = finder.search("Turn 'abc' around")
    ((role, text),) = decision_messages("Turn 'abc' around", matches)
    assert role == "user"
    assert all(match.record.signature in text for match in matches)
    assert len(text) < 3_000
    chosen = decision_of(DecisionReply(skill="reverse_string(text)", kind="EXISTS_AND_GENERIC"), matches)
    assert chosen.match is not None
    assert (chosen.match.record.name, chosen.sure) == ("reverse_string", True)
    invented = decision_of(DecisionReply(skill="turn_around", kind="EXISTS_AND_GENERIC"), matches)
    assert invented.kind == "NOT_EXISTS"


def test_parameters_are_read_from_a_signature() -> None:
    record = skill("f", "f(a: int, b: list[str] = (), *, c: str) -> None", "F.")
    parameters = parameters_of(record)
    assert parameters is not None
    assert [(p.name, p.type, p.needed) for p in parameters] == [
        ("a", "int", True),
        ("b", "list[str]", False),
        ("c", "str", True),
    ]
    assert parameters_of(skill("f", "f(", "F.")) is None


def test_on_the_benchmark_words_alone_reuse_no_wrong_skill_and_find_many() -> None:
    """A part of the set; with the embedding model it is measured by `python -m benchmarks retrieval`."""
    requests = [request for request in load_requests() if request.split == "tune"][::4]
    outcomes = measure(None, requests)
    assert wrong_reuse(outcomes) <= 0.02
    assert recall(outcomes, 5) >= 0.7
    assert len(load_skills()) == 200


def test_the_reply_has_a_flat_schema() -> None:
    schema = DecisionReply.model_json_schema()
    assert set(schema["properties"]) == {"skill", "kind"}
    json.dumps(schema)


TIP = skill(
    "tip_amount",
    "tip_amount(bill: float, percent: float) -> float",
    "Compute the gratuity for a restaurant bill.",
    asked_as=["how much should I leave the waiter on a bill of 80", "what tip for a dinner that cost 45"],
)
CELSIUS = skill(
    "celsius_to_fahrenheit",
    "celsius_to_fahrenheit(degrees: float) -> float",
    "Convert a temperature.",
    asked_as=["how hot is 30 celsius in fahrenheit"],
)


@pytest.fixture
def calibrated(memory: MemoryStore, tmp_path: Path) -> Finder:
    """A finder whose cosines count as those of the model that the thresholds were chosen for."""
    for record in (TIP, CELSIUS):
        memory.put_skill(record)
    return Finder(memory, tmp_path / "index.sqlite", HashingEmbedder(CALIBRATED_MODEL))


def test_a_phrase_finds_its_skill_by_words_and_by_meaning(calibrated: Finder, memory: MemoryStore) -> None:
    request = "how much should we leave the waiter"
    assert calibrated.search(request)[0].record.name == "tip_amount"
    assert calibrated.index.rankings(request).meaning[0][0] == "tip_amount"
    memory.put_skill(TIP.model_copy(update={"asked_as": ["what to give the sommelier"]}))
    assert calibrated.search("give the sommelier something")[0].record.name == "tip_amount"


def test_what_is_asked_for_almost_like_a_phrase_is_surely_reused(calibrated: Finder) -> None:
    request = "how much should I leave the nice waiter on a bill of 120 at 15"
    decision = calibrated.decide(request, calibrated.search(request))
    assert decision.match is not None
    assert (decision.match.record.name, decision.kind, decision.sure) == (
        "tip_amount",
        "EXISTS_AND_GENERIC",
        True,
    )


@pytest.mark.parametrize(
    "request_",
    [
        "how much should I not leave the waiter on a bill of 120 at 15",
        "how much should I leave the waiter on a bill",
        "how much should I leave the waiter on a bill of 1, 2, 3 and 4",
        "how much do waiters in Spain pay in income tax on 120 at 15",
        "how hot is 30 fahrenheit in celsius, quickly",
    ],
)
def test_almost_a_phrase_is_not_sure_if_turned_round_or_without_fitting_values(
    calibrated: Finder, request_: str
) -> None:
    decision = calibrated.decide(request_, calibrated.search(request_))
    assert not (decision.sure and decision.kind == "EXISTS_AND_GENERIC")


def test_of_two_skills_with_an_equally_near_text_the_one_with_nearer_others_comes_first() -> None:
    table = VectorTable()
    near, half, far = np.eye(3, dtype=np.float32)
    table.put(1, coded(np.stack([near, far])))
    table.put(2, coded(np.stack([near, near + half])))
    assert [skill for skill, _ in table.nearest(near[None], 2)] == [2, 1]
    assert [round(cosine, 3) for _, cosine in table.nearest(near[None], 2)] == [1.0, 1.0]


@given(st.integers(0, 2**32 - 1), st.integers(8, 400))
def test_a_vector_kept_in_bytes_has_nearly_the_same_cosines(seed: int, width: int) -> None:
    vectors = np.random.default_rng(seed).standard_normal((3, width)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    table = VectorTable()
    table.put(7, coded(vectors[1:2]))
    table.put(8, coded(vectors[2:]))
    found = dict(table.nearest(vectors[:1], 2))
    assert abs(found[7] - float(vectors[0] @ vectors[1])) < 0.005
    assert abs(found[8] - float(vectors[0] @ vectors[2])) < 0.005
