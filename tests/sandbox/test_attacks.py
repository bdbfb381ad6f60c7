"""No attack gets out of any sandbox of this machine, and where there is none, the canaries tell."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from apprentice.sandbox import Sandbox
from apprentice.sandbox.launched import LaunchedSandbox
from apprentice.sandbox.wall import WallLauncher
from tests.sandbox.attacks.__main__ import expected_without_wall
from tests.sandbox.attacks.attack import USUAL, Attack, load_all
from tests.sandbox.attacks.canaries_forged import EXAMPLES, HONEST, TESTS
from tests.sandbox.attacks.plain_python import PlainPython
from tests.sandbox.attacks.registry import CANARIES
from tests.sandbox.attacks.runner import attack_sandbox, attack_without_wall
from tests.sandbox.harmless.sandboxes import walls

ATTACKS = load_all()
#: All of them are run by `python -m tests.sandbox.attacks`, in each sandbox; here, each eighteenth in each sandbox.
CASES = [(title, attack) for start, title in enumerate(walls()) for attack in ATTACKS[start::18]]


def one_for_each_canary() -> Iterator[tuple[str, Attack]]:
    """An attack that must get through without a wall, for each kind of canary; forged results aside, which take long."""
    for kind in CANARIES:
        for attack in ATTACKS:
            if attack.control == "through" and [name for name, _ in attack.canaries] == [kind]:
                yield kind, attack
                break


@pytest.fixture(scope="module")
def sandboxes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Sandbox, Path]]]:
    made: dict[str, tuple[Sandbox, Path]] = {}
    for title, make in walls().items():
        root = tmp_path_factory.mktemp("attacks") / "exec"
        made[title] = (make(root), root)
    yield made
    for sandbox, _ in made.values():
        sandbox.close()


@pytest.mark.parametrize(("title", "attack"), CASES, ids=[f"{title}-{attack.id}" for title, attack in CASES])
def test_no_attack_gets_through(
    title: str, attack: Attack, sandboxes: dict[str, tuple[Sandbox, Path]]
) -> None:
    """The wall holds, the run leaves nothing behind, and the sandbox goes on working."""
    sandbox, root = sandboxes[title]
    verdict = attack_sandbox(attack, sandbox, root)
    assert verdict.result in ("held", "absent"), verdict.evidence


CONTROLS = list(one_for_each_canary())


@pytest.mark.parametrize(("kind", "attack"), CONTROLS, ids=[kind for kind, _ in CONTROLS])
def test_the_canary_tells(kind: str, attack: Attack, tmp_path: Path) -> None:
    """A canary that could not fail would prove nothing: without a wall it reports the attack."""
    root = tmp_path / "exec"
    verdict = attack_without_wall(attack, PlainPython(root, USUAL), root)
    assert verdict.result in expected_without_wall(attack), verdict.evidence


def test_the_corpus_is_large_and_has_no_namesakes() -> None:
    """At least ninety programs of many kinds, each for itself."""
    assert len({attack.source for attack in ATTACKS}) == len(ATTACKS) >= 90
    assert len({attack.group for attack in ATTACKS}) >= 10


@pytest.mark.skipif(os.name != "posix", reason="needs a wall")
def test_an_honest_skill_passes_what_the_forgers_do_not(tmp_path: Path) -> None:
    """The tests that no forger may pass can be passed."""
    root = tmp_path / "exec"
    sandbox = LaunchedSandbox(WallLauncher(root), root, USUAL)
    try:
        report = sandbox.run_tests("skill", modules={"skill": HONEST}, examples=EXAMPLES, tests=TESTS)
    finally:
        sandbox.close()
    assert report.ok, [one for one in report.outcomes if not one.passed]
    assert report.passed >= 13
