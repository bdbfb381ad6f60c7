"""Tests that use hypothesis don't wait for its import: the fork server has it already, and other runs don't carry it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from apprentice.sandbox import Sandbox, open_sandbox
from apprentice.settings import load_settings

EARLY = {"m": "import sys\nearly = 'hypothesis.core' in sys.modules\n"}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    kind = open_sandbox(load_settings(workspace=tmp_path_factory.mktemp("workspace")))
    yield kind
    kind.close()


@pytest.mark.parametrize(("beginning", "early"), [("import hypothesis\n", True), ("", False)])
def test_it_is_there_before_the_module_where_tests_ask_for_it(
    sandbox: Sandbox, beginning: str, early: bool
) -> None:
    """Only where a file begins with it: the memory of all others stays small."""
    if sandbox.isolation not in ("wall", "reduced"):
        pytest.skip("no fork server here")
    tests = f"{beginning}import m\n\n\ndef test_early():\n    assert m.early is {early}\n"
    report = sandbox.run_tests("m", modules=EARLY, tests=tests)
    assert report.ok, report


def test_warming_up_leaves_no_trace_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server runs in the root folder."""
    from apprentice.sandbox.child.hypothesis_ahead import warm_up

    monkeypatch.chdir(tmp_path)
    warm_up()
    assert not list(tmp_path.iterdir())
