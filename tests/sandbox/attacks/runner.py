"""Runs one attack under the eyes of its canaries, and says what they saw."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from apprentice.errors import SandboxError
from apprentice.sandbox.base import NOTHING, Grants, Sandbox
from tests.sandbox.attacks.attack import Attack
from tests.sandbox.attacks.canaries_files import remove
from tests.sandbox.attacks.canaries_forged import EXAMPLES, TESTS, deceives_pytest
from tests.sandbox.attacks.canary import Canary, Outcome, Place, Unavailable
from tests.sandbox.attacks.registry import CANARIES
from tests.sandbox.attacks.watch import Watch, end

#: How often an attack is tried again whose evidence may come from other work on the machine, or that was never seen.
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an attack.

    Attributes:
        result: `unseen` means that its processes could not be watched, so nothing is known; `absent`, that the machine
            has nothing to attack; `skipped`, that it is too dangerous without a wall.
        evidence: one line: what got through, or why nothing is known.
        status: how the run ended.
    """

    result: Literal["held", "through", "unseen", "absent", "skipped"]
    evidence: str = ""
    status: str = ""
    seconds: float = 0.0


def attack_sandbox(attack: Attack, sandbox: Sandbox, scratch_root: Path) -> Verdict:
    """Run an attack behind a wall. Beside its own canaries, nothing may be left of it, and the sandbox must go on working."""
    began = time.monotonic()
    verdict = Verdict("unseen")
    for _ in range(_TRIES):
        verdict, certain = _once(attack, sandbox, scratch_root, walled=True)
        if certain:
            break
    return Verdict(verdict.result, verdict.evidence, verdict.status, time.monotonic() - began)


def attack_without_wall(attack: Attack, sandbox: Sandbox, scratch_root: Path) -> Verdict:
    """Run an attack where nothing stops it: its canaries must then tell that it got through."""
    if attack.control.startswith("skipped"):
        return Verdict("skipped", attack.control.partition(", ")[2])
    if attack.mode == "tests" and all(kind != "forged" for kind, _ in attack.canaries):
        return Verdict("skipped", "pytest alone has no channel of reports")
    if attack.mode == "tests":
        evidence = deceives_pytest(attack.source_for({}))
        return Verdict("through" if evidence else "held", evidence)
    verdict = Verdict("unseen")
    for _ in range(_TRIES):
        verdict, _ = _once(attack, sandbox, scratch_root, walled=False)
        if verdict.result in ("through", "absent"):
            break
    return verdict


def _once(attack: Attack, sandbox: Sandbox, scratch_root: Path, *, walled: bool) -> tuple[Verdict, bool]:
    """One run with its verdict, and whether that is certain."""
    with tempfile.TemporaryDirectory(prefix="canary-", ignore_cleanup_errors=True) as name:
        folder = Path(os.path.realpath(name))
        scratch_root.mkdir(parents=True, exist_ok=True)
        place = Place(folder, scratch_root, f"at{secrets.token_hex(5)}", sandbox, attack.limits)
        canaries: list[Canary] = []
        try:
            for kind, arguments in attack.canaries:
                canaries.append(CANARIES[kind](place, arguments))
        except Unavailable as missing:
            for canary in canaries:
                canary.close()
            return Verdict("absent", str(missing)), True
        try:
            return _watched(attack, place, canaries, walled=walled)
        finally:
            for canary in canaries:
                with contextlib.suppress(OSError):
                    canary.close()
            for left in list(folder.iterdir()):
                remove(left)


def _watched(attack: Attack, place: Place, canaries: list[Canary], *, walled: bool) -> tuple[Verdict, bool]:
    looking = [canary for canary in canaries if canary.looks]
    watch = Watch(place.scratch_root, place.name, [canary.look for canary in looking])
    outcome = Outcome()
    watch.start()
    try:
        problem = _run(attack, place, canaries, outcome)
    finally:
        watch.stop()
    survivors = watch.survivors()
    end(survivors)
    if watch.error is not None:
        raise watch.error
    status = outcome.runs[0].status if outcome.runs else problem
    evidence = [(canary, text) for canary in canaries if (text := canary.got_through(outcome))]
    lines = [text for _, text in evidence]
    if survivors and (walled or any(kind == "survivors" for kind, _ in attack.canaries)):
        lines.append(f"{len(survivors)} of its processes outlived the run")
    if walled:
        lines += _left(place)
        lines += [f"the sandbox failed: {problem}"] if problem else []
        lines += [] if _works(place) else ["the sandbox no longer works"]
    if lines:
        noisy = all(canary.noisy for canary, _ in evidence) and len(lines) == len(evidence)
        return Verdict("through", "; ".join(lines), status), not noisy
    if any(canary.sees_processes for canary in canaries) and not watch.saw_the_run:
        return Verdict("unseen", "the processes of the run were not seen", status), False
    return Verdict("held", status=status), True


def _run(attack: Attack, place: Place, canaries: list[Canary], outcome: Outcome) -> str:
    """Run it; what the sandbox can't do is returned."""
    targets: dict[str, object] = {"marker": place.name}
    for canary in canaries:
        targets |= canary.targets()
    program = attack.source_for(targets)
    paths = tuple(str(targets[name]) for name in attack.granted)
    grants = Grants(read=paths) if paths else NOTHING
    with _timed(outcome):
        try:
            if attack.mode == "tests":
                report = place.sandbox.run_tests(
                    "skill",
                    modules={"skill": program},
                    examples=EXAMPLES,
                    tests=TESTS,
                    limits=attack.limits,
                    grants=grants,
                )
                outcome.reports.append(report)
                outcome.runs.append(report.run)
            elif attack.mode == "call":
                outcome.runs.append(
                    place.sandbox.call(
                        "skill",
                        "attack",
                        (),
                        {},
                        modules={"skill": program},
                        limits=attack.limits,
                        grants=grants,
                    )
                )
            else:
                outcome.runs.append(place.sandbox.run_code(program, limits=attack.limits, grants=grants))
        except SandboxError as error:
            return error.message
    return ""


@contextlib.contextmanager
def _timed(outcome: Outcome) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    finally:
        outcome.seconds = time.monotonic() - began


def _left(place: Place) -> list[str]:
    left = os.listdir(place.scratch_root)
    return [f"{left[0]} is left in the scratch root"] if left else []


def _works(place: Place) -> bool:
    try:
        return place.sandbox.run_code("print('still here')").stdout == "still here\n"
    except SandboxError:
        return False
