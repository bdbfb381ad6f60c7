"""Tidying: what does the same is found by running it, nothing is done without a yes, and what is done can be undone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from apprentice.cancellation import CancelToken
from apprentice.curation.loaded import REMOVED
from apprentice.curation.tidy import Tidy
from apprentice.curation.tidy_proposal import Proposal
from apprentice.errors import Cancelled, UsageError
from apprentice.events import Notice
from apprentice.interfaces import tidy_view
from apprentice.memory.schema import ApprovalRecord, Runs
from apprentice.retrieval import Finder
from tests.curation.keeping import House, check_whole
from tests.retrieval.hashing import HashingEmbedder

PERCENT = "def percent_of(percent, whole):\n    return whole * percent / 100\n"
PERCENT_TESTS = (
    "from percent_of import percent_of\n\n\n"
    "def test_example_1():\n    assert percent_of(15, 300) == 45\n\n\n"
    "def test_names():\n    assert percent_of(percent=50, whole=8) == 4\n"
)
SHARE = "def share(part, total):\n    return part / 100 * total\n"
SHARE_TESTS = (
    "import share\nfrom share import share as of\n\n\n"
    "def test_share():\n    # a comment that stays\n    assert of(part=10, total=50) == 5\n"
    "    assert share.share(25, total=4) == 1\n"
)

#: Whether `x` is in `xs`, which must be sorted.
IN_ORDER = "return bisect.bisect_left(xs, x) < bisect.bisect(xs, x)"


def tidy_of(house: House, *, words_only: bool = False, clock: datetime | None = None) -> Tidy:
    """Tidies a house up, with a real index."""
    finder = Finder(house.memory, house.workspace / "index.sqlite", None if words_only else HashingEmbedder())
    more: dict[str, Any] = {} if clock is None else {"clock": lambda: clock}
    return Tidy(
        library=house.library,
        memory=house.memory,
        finder=finder,
        proofs=house.proofs,
        trash=house.trash,
        sandbox=lambda: house.agent.sandbox,
        events=house.agent.events,
        **more,
    )


def put_doubles(house: House) -> None:
    """Two skills that do the same, with other names of everything."""
    house.put(
        "percent_of",
        PERCENT,
        PERCENT_TESTS,
        description="Calculate a percentage of a number",
        signature="percent_of(percent, whole)",
        examples=["percent_of(15, 300) == 45"],
        answers=["What is {percent} percent of {whole}?"],
        runs=Runs(ok=5),
    )
    house.put(
        "share",
        SHARE,
        SHARE_TESTS,
        goal="Calculate the percentage of a number",
        signature="share(part, total)",
        examples=["share(part=10, total=50) == 5"],
        answers=["How much is {part} per cent of {total}?"],
    )


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An empty workspace."""
    house = House(tmp_path)
    yield house
    house.agent.close()


def kinds(proposals: list[Proposal]) -> list[tuple[str, str, str, str]]:
    """What is proposed, without the evidence."""
    return [(one.kind, one.name, one.action, one.kept) for one in proposals]


@pytest.mark.parametrize("words_only", [False, True])
def test_doubles_under_other_names_are_found_and_merged(house: House, words_only: bool) -> None:
    """Both pass the other's tests; the used one gets tests, examples and requests of the other, which can come back."""
    put_doubles(house)
    tidy = tidy_of(house, words_only=words_only)
    before = house.memory.read()
    (proposal,) = tidy.proposals()
    assert house.memory.read() == before
    assert kinds([proposal]) == [("same", "share", "delete", "percent_of")]
    assert (
        "percent_of passes the only test of share, and share all 2 tests of percent_of" in proposal.evidence
    )
    assert "further calls both gave the same value" in proposal.evidence
    done = tidy.carry_out(proposal)
    assert (done.added, done.undo) == (1, ":undo share")
    kept = house.memory.skill("percent_of")
    assert kept is not None
    assert kept.version == 2
    assert kept.status == "working"
    assert kept.runs.ok == 5
    assert kept.examples == ["percent_of(15, 300) == 45", "percent_of(percent=10, whole=50) == 5"]
    assert kept.answers == [
        "What is {percent} percent of {whole}?",
        "How much is {percent} per cent of {whole}?",
        "Calculate the percentage of a number",
    ]
    added = house.library.tests("percent_of")["test_percent_of_given1.py"]
    assert "import percent_of as share\nfrom percent_of import percent_of as of\n" in added
    assert "# a comment that stays" in added
    assert "of(percent=10, whole=50)" in added
    assert "share.percent_of(25, whole=4)" in added
    assert house.proofs.prove("percent_of").passed == 3
    assert tidy.carry_out(proposal).summary == "share is deleted."
    assert tidy.proposals() == []
    house.trash.restore("share")
    assert house.library.code("share") == SHARE
    assert house.memory.skill("percent_of").version == 2  # type: ignore[union-attr]
    check_whole(house.workspace)


@pytest.mark.parametrize(
    ("other", "tests"),
    [
        # Found by a test of the one, by a test of the other, and by none of them.
        ("return part * total / 100 if total else 1", "assert share(10, 50) == 5"),
        ("return abs(part) * total / 100", "assert share(10, 50) == 5"),
        ("return round(part * total / 100)", "assert share(10, 50) == 5"),
        ("return part * total / 100 if part < 200 else 200", "assert share(250, 2) == 200"),
        ("return part * total / 100, part", "assert share(10, 50)[0] == 5"),
        ("return total * 100 / part", "assert share(10, 10) == 100"),
    ],
)
def test_what_differs_on_one_edge_case_is_never_merged(house: House, other: str, tests: str) -> None:
    """Nor what only looks alike: values near those of the tests are tried, too."""
    put_doubles(house)
    code = f"def share(part, total):\n    {other}\n"
    house.put(
        "share",
        code,
        f"from share import share\n\n\ndef test_share():\n    {tests}\n",
        goal="Calculate the percentage of a number",
        signature="share(part, total)",
    )
    assert tidy_of(house).proposals() == []


@pytest.mark.parametrize(
    ("takes", "one", "other", "tests", "same"),
    [
        (
            "(n)",
            "return n % 4 == 0",
            "return n % 4 == 0 and n % 100 != 0",
            ["(2024)", "not (2023)", "(4)"],
            False,
        ),
        (
            "(a, b)",
            "return {**a, **b}",
            "return {**b, **a}",
            ["({'x': 1}, {'y': 2})", "not ({}, {})", "({'x': 1}, {})"],
            False,
        ),
        ("(text)", "print(text)", "return None", ["not ('a')", "not ('b')", "not ('c')"], False),
        ("(xs, x)", "return x in xs", IN_ORDER, ["([1, 2, 3], 2)", "not ([1, 3], 5)", "([4, 6], 4)"], False),
        ("(x)", "return math.floor(x + 0.5)", "return round(x)", ["(1.2)", "(2.7)", "(3.0)"], False),
        ("(a, *, b)", "return a - b", "return -(b - a)", ["(2, b=3)", "(4, b=5)", "not (1, b=1)"], True),
        (
            "(n)",
            "return [0] * (n + 1 or 1 / 0)",
            "return [0] * (n + 1 or endless())",
            ["(2)", "(3)", "(5)"],
            True,
        ),
    ],
)
def test_doubles_are_told_from_what_only_looks_alike(
    house: House, takes: str, one: str, other: str, tests: list[str], same: bool
) -> None:
    """By what they return and print; what a call does that the other raises on is nothing to it."""
    head = "import bisect\nimport math\n\n\ndef endless():\n    while True:\n        pass\n\n\n"
    for name, body in (("one", one), ("other", other)):
        checks = "".join(
            f"def test_{place}():\n    assert {test.replace('(', name + '(', 1)}\n\n\n"
            for place, test in enumerate(tests)
        )
        house.put(
            name,
            f"{head}def {name}{takes}:\n    {body}\n",
            f"from {name} import {name}\n\n\n{checks}",
            description="Do the same thing",
            signature=f"{name}{takes}",
        )
    assert len(tidy_of(house).proposals()) == same


def test_a_comparison_can_be_stopped(house: House) -> None:
    """While a skill runs that never ends."""
    body = "def {0}(n):\n    while n:\n        pass\n"
    test = "from {0} import {0}\n\n\ndef test_it():\n    assert not {0}(0)\n    assert {0}(1)\n"
    for name in ("one", "other"):
        house.put(name, body.format(name), test.format(name), description="Wait")
    with pytest.raises(Cancelled):
        tidy_of(house).proposals(cancel=CancelToken(1.0))


def test_few_tests_that_agree_by_chance_show_nothing(house: House) -> None:
    """2 + 2 is 2 * 2."""
    for name, sign in (("twice", "+"), ("square", "*")):
        test = f"from {name} import {name}\n\n\ndef test_it():\n    assert {name}(2) == 4\n"
        house.put(name, f"def {name}(n):\n    return n {sign} n\n", test, description="Work out a number")
    assert tidy_of(house).proposals() == []


def test_a_skill_that_does_more_takes_the_place_of_one_that_does_less(house: House) -> None:
    """Not the other way round, however often the lesser one was used; used by its name, it stays callable."""
    test = "from {0} import {0}\n\n\ndef test_it():\n    assert {0}('a b') == 2\n    assert {0}('x') == 1\n"
    house.put(
        "count_words",
        "def count_words(text):\n    return len(text.split())\n",
        test.format("count_words"),
        description="Count the words of a text",
        runs=Runs(ok=9),
    )
    more = "def words_in(text, sep=None):\n    return len(text.split(sep))\n"
    house.put(
        "words_in",
        more,
        test.format("words_in") + "\n\ndef test_sep():\n    assert words_in('a,b', ',') == 2\n",
        description="Count the words in a text",
    )
    tidy = tidy_of(house)
    (proposal,) = tidy.proposals()
    assert kinds([proposal]) == [("covered", "count_words", "retire", "words_in")]
    done = tidy.carry_out(proposal)
    assert done.undo == ":revive count_words"
    record = house.memory.skill("count_words")
    assert record is not None
    assert record.retired == "words_in does all that it does."
    assert house.agent.call("count_words", ["a b c"]).value == 3
    assert tidy.carry_out(proposal).summary.startswith("count_words is retired")
    assert tidy.proposals() == []
    assert tidy.revive("count_words").retired == ""
    assert kinds(tidy.proposals()) == kinds([proposal])
    # The test that both had is there once.
    assert house.memory.skill("words_in").version == 1  # type: ignore[union-attr]


def test_what_others_use_and_what_was_shipped_is_retired_not_deleted(house: House) -> None:
    """Seeds and tools come back by themselves; an import must not break."""
    for name in ("best", "used", "seed"):
        test = f"from {name} import {name}\n\n\ndef test_it():\n    assert {name}('ab') == 'ba'\n"
        fields: dict[str, Any] = {"runs": Runs(ok=4)} if name == "best" else {}
        house.put(
            name,
            f"def {name}(text):\n    return text[::-1]\n",
            test,
            description="Reverse a text",
            origin="seed" if name == "seed" else "made",
            **fields,
        )
    house.put("user", "from used import used\n\n\ndef user(text):\n    return used(text) + '!'\n")
    tidy = tidy_of(house)
    proposals = tidy.proposals()
    assert kinds(proposals) == [("same", "seed", "retire", "best"), ("same", "used", "retire", "best")]
    for proposal in proposals:
        tidy.carry_out(proposal)
    assert house.agent.call("user", ["ab"]).value == "ba!"
    assert tidy.proposals() == []


def test_a_proposal_that_is_no_longer_true_is_refused(house: House) -> None:
    """Whatever changed: code, tests, a new user, or the kept skill's being there at all."""
    put_doubles(house)
    tidy = tidy_of(house)
    (proposal,) = tidy.proposals()

    def refused(why: str) -> None:
        before = house.memory.read()
        with pytest.raises(UsageError, match=why):
            tidy.carry_out(proposal)
        assert house.memory.read() == before

    path = house.library.path("share")
    path.write_text(SHARE + "# mine\n", encoding="utf-8")
    refused("share has changed since it was looked at, so nothing was done")
    path.write_text(SHARE, encoding="utf-8")
    house.put("user", "import share\n\n\ndef user():\n    return share.share(1, 2)\n")
    refused("share is used by user now")
    house.trash.delete("user")
    house.put("percent_of", PERCENT + "# new\n", PERCENT_TESTS)
    refused("percent_of has changed")
    house.trash.delete("percent_of")
    refused("percent_of has changed")
    assert house.library.code("share") == SHARE


def test_a_skill_that_needs_more_never_takes_the_place_of_one_that_needs_less(tmp_path: Path) -> None:
    """Skills with permissions are run with what they are always allowed, and nobody is asked."""
    data = tmp_path / "rate.txt"
    data.write_text("2", encoding="utf-8")
    key = f"read:{data}"
    asked: list[object] = []

    def approve(request: object) -> str:
        asked.append(request)
        return "no"

    house = House(tmp_path / "w", approver=approve)
    heard: list[str] = []
    house.agent.events.subscribe(
        lambda event: heard.append(event.message) if isinstance(event, Notice) else None
    )
    reading = f"def doubled(n):\n    with open({str(data)!r}) as file:\n        return n * int(file.read())\n"
    test = "from {0} import {0}\n\n\ndef test_it():\n    assert {0}(4) == 8\n\n\ndef test_more():\n    assert {0}(5) == 10\n"
    about: dict[str, Any] = {"description": "Double a number"}
    house.put("doubled", reading, test.format("doubled"), permissions=[key], runs=Runs(ok=9), **about)
    house.put("twice", "def twice(n):\n    return n + n\n", test.format("twice"), **about)
    tidy = tidy_of(house)
    assert tidy.proposals() == []
    assert any("doubled needs an approval first" in line for line in heard)
    house.memory.add_approval(
        ApprovalRecord(id="1", skill="doubled", permissions=[key], answer="skill", scope="skill")
    )
    proposals = tidy.proposals()
    # The better known one needs to read a file, so the other stays.
    assert kinds(proposals) == [("covered", "doubled", "retire", "twice")]
    house.memory.put_skill(house.memory.skill("twice").model_copy(update={"permissions": [key]}))  # type: ignore[union-attr]
    house.memory.add_approval(
        ApprovalRecord(id="2", skill="twice", permissions=[key], answer="skill", scope="skill")
    )
    with pytest.raises(UsageError, match="twice has changed"):
        tidy.carry_out(proposals[0])
    assert kinds(tidy.proposals()) == [("same", "twice", "delete", "doubled")]
    tidy.carry_out(tidy.proposals()[0])
    assert asked == []
    house.agent.close()


def test_skills_that_keep_failing_are_proved_again_and_proposed(house: House) -> None:
    """One whose tests fail, too, may go; one whose tests pass is only put aside; one that has recovered stays."""
    test = "from {0} import {0}\n\n\ndef test_it():\n    assert {0}(4) == 8\n"
    for name in ("broken", "blind"):
        body = "n" if name == "broken" else "2 * n"
        house.put(
            name,
            f"def {name}(n):\n    return {body}\n",
            test.format(name),
            description=f"{name} things",
            runs=Runs(ok=1, failed=6, failed_in_a_row=3),
        )
    house.put("fine", "def fine(n):\n    return n\n", runs=Runs(ok=8, failed=2))
    tidy = tidy_of(house)
    blind, broken = tidy.proposals()
    assert kinds([blind, broken]) == [("failing", "blind", "retire", ""), ("failing", "broken", "delete", "")]
    assert "6 of its 7 uses failed, the last 3 in a row" in broken.evidence
    assert "1 of 1 failed" in broken.evidence
    assert house.status("broken") == "working"
    house.proofs.note_use("blind", True)
    with pytest.raises(UsageError, match="blind has changed"):
        tidy.carry_out(blind)
    assert tidy.carry_out(broken).undo == ":undo broken"
    assert house.trash.restore("broken").status == "untested"
    (again,) = [one for one in tidy.proposals() if one.name == "blind"]
    tidy.carry_out(again)
    assert house.memory.skill("blind").retired == "Its uses keep failing."  # type: ignore[union-attr]


def test_what_nobody_used_for_a_month_may_go(house: House) -> None:
    """Only what was never proven, is used by no one, and came from a goal."""
    nothing: dict[str, Any] = {"status": "untested"}
    house.put("idle", "def idle():\n    pass\n", **nothing)
    house.put("needed", "def needed():\n    pass\n", **nothing)
    house.put("user", "import needed\n\n\ndef user():\n    pass\n")
    house.put("seed", "def seed():\n    pass\n", origin="seed", **nothing)
    house.put("tried", "def tried():\n    pass\n", runs=Runs(ok=1), **nothing)
    assert tidy_of(house).proposals() == []
    tidy = tidy_of(house, clock=datetime.now(UTC) + timedelta(days=31))
    (proposal,) = tidy.proposals()
    assert kinds([proposal]) == [("unused", "idle", "delete", "")]
    tidy.carry_out(proposal)
    assert "idle" not in house.library.names()
    house.trash.restore("idle")


def test_files_without_a_record_get_one_or_go(house: House) -> None:
    """With tests they are proven, without they are untested, and what is no skill at all goes to the trash."""
    texts = {"proven": "def proven(n):\n    return n + 1\n", "bare": "def bare():\n    pass\n", "junk": "x ="}
    for name, text in texts.items():
        house.library.path(name).write_text(text, encoding="utf-8")
    (house.workspace / "tests" / "test_proven.py").write_text(
        "from proven import proven\n\n\ndef test_it():\n    assert proven(1) == 2\n", encoding="utf-8"
    )
    tidy = tidy_of(house)
    proposals = tidy.proposals()
    assert [(one.name, one.action) for one in proposals] == [
        ("bare", "prove"),
        ("junk", "delete"),
        ("proven", "prove"),
    ]
    for proposal in proposals:
        tidy.carry_out(proposal)
    assert (house.status("proven"), house.status("bare"), house.status("junk")) == ("working", "untested", "")
    assert tidy.proposals() == []
    assert house.trash.deleted()[0].name == "junk"


def test_of_three_alike_the_best_is_kept(house: House) -> None:
    """Both others go in favour of it, one after the other, though it gets tests in between."""
    for name, uses, word in (("flip", 0, "ab"), ("turn", 7, "xy"), ("mirror", 2, "no")):
        test = (
            f"from {name} import {name}\n\n\ndef test_it():\n    assert {name}({word!r}) == {word[::-1]!r}\n"
        )
        code = f"def {name}(text):\n    return text[::-1]\n"
        house.put(name, code, test, description="Reverse a text", runs=Runs(ok=uses))
    tidy = tidy_of(house)
    proposals = tidy.proposals()
    assert kinds(proposals) == [("same", "flip", "delete", "turn"), ("same", "mirror", "retire", "turn")]
    for proposal in proposals:
        tidy.carry_out(proposal)
    assert house.memory.skill("turn").version == 3  # type: ignore[union-attr]
    assert house.proofs.prove("turn").passed == 3
    assert tidy.proposals() == []
    check_whole(house.workspace)


def test_a_skill_is_revived_only_where_it_can_be(house: House) -> None:
    """One clear line otherwise."""
    house.put("f", "def f():\n    pass\n")
    house.put("g", "def g():\n    pass\n", origin="tool", retired=REMOVED)
    tidy = tidy_of(house)
    for name, line in (("nobody", "There is no skill"), ("f", "f is not retired"), ("g", "was taken away")):
        with pytest.raises(UsageError, match=line):
            tidy.revive(name)


def test_many_skills_are_looked_through_quickly(house: House) -> None:
    """Only near ones that can be called alike are run; the doubles among them are found."""
    words = "sum join sort wrap trim pack scale shift merge split".split()
    for place in range(28):
        name = f"{words[place % 10]}_{place}"
        test = f"from {name} import {name}\n\n\ndef test_it():\n    assert {name}(1) == {place + 2}\n"
        code = f"def {name}(n):\n    return n + {place + 1}\n"
        house.put(
            name, code, test, description=f"{words[place % 10]} numbers {place}", signature=f"{name}(n)"
        )
    put_doubles(house)
    started = time.monotonic()
    assert kinds(tidy_of(house).proposals()) == [("same", "share", "delete", "percent_of")]
    assert time.monotonic() - started < 60


def test_what_is_printed(house: House) -> None:
    """Each proposal says what is the matter, what shows it, and what would be done; JSON says the same."""
    put_doubles(house)
    tidy = tidy_of(house)
    (proposal,) = tidy.proposals()
    text = tidy_view.proposal(proposal, 1, 1)
    assert "(1/1) share and percent_of do the same." in text
    assert (
        "→ Delete share: it goes to the trash, and :undo share brings it back; percent_of gets its tests"
        in text
    )
    assert tidy_view.question(proposal) == "  Delete share? [y]es / [n]o / [a]ll / [q]uit: "
    assert json.loads(tidy_view.tidy_json([proposal]))[0]["done"] is False
    done = tidy.carry_out(proposal)
    assert "percent_of has got 1 of its tests. Undo it with :undo share." in tidy_view.done(done)
    assert json.loads(tidy_view.tidy_json([proposal], [done]))[0]["undo"] == ":undo share"
    assert tidy_view.summary(3, [done], 1) == (
        "3 proposals: 1 deleted, 1 not possible any more, 1 left as it is."
    )
    assert tidy_view.summary(0, []) == tidy_view.NOTHING
