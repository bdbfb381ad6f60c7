"""What a person reads of versions, deletions and proofs."""

from __future__ import annotations

import json
from pathlib import Path

from apprentice.interfaces import library_view
from tests.curation.keeping import DOUBLE, DOUBLE_TESTS, FOUR, FOUR_TESTS, House


def test_each_says_in_a_few_lines_what_was_done_and_how_to_go_on(tmp_path: Path) -> None:
    """The whole way: two versions, their difference, back, a proof, a deletion and its undoing."""
    house = House(tmp_path)
    house.put("double", DOUBLE, DOUBLE_TESTS, goal="Double a number", model="one")
    house.put("double", "def double(n):\n    return n\n", DOUBLE_TESTS, goal="Double it")
    house.put("four", FOUR, FOUR_TESTS)
    shown = library_view.history("double", house.versions.history("double"))
    assert shown.splitlines()[0] == "double: 2 versions"
    assert "*   2" in shown
    assert "made by one" in shown
    assert "made by hand (current)" in shown
    assert [v["number"] for v in json.loads(library_view.history_json(house.versions.history("double")))] == [
        1,
        2,
    ]
    assert "+    return n" in library_view.diff(house.versions.diff("double"))
    assert library_view.diff(house.versions.diff("double", 1, 1)) == "They are the same."
    proof = library_view.proof(house.proofs.prove("double"), house.proofs.prove_dependants("double"))
    assert "double is untested: 0 passed, 1 failed under isolation" in proof
    assert "  failed: test_double: " in proof
    assert "four is untested" in proof
    back = library_view.rolled_back(house.versions.rollback("double"))
    assert "double is at version 3 now. The same as version 1." in back
    deletion = library_view.deletion(house.trash.delete("double", force=True))
    assert "Deleted double; :undo double brings it back" in deletion
    assert "four is untested" in deletion
    assert "double: Double a number" in library_view.deleted(house.trash.deleted())
    assert "double is back (working, version 3)." in library_view.restored(house.trash.restore("double"))
    assert library_view.deleted(house.trash.deleted()) == "The trash is empty."
    house.agent.close()
