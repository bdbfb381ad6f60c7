"""Runs many attacks, several at a time, each process with sandboxes of its own."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Final

from apprentice.sandbox import Sandbox
from tests.sandbox.attacks.attack import USUAL, Attack
from tests.sandbox.attacks.plain_python import PlainPython
from tests.sandbox.attacks.runner import Verdict, attack_sandbox, attack_without_wall
from tests.sandbox.harmless.sandboxes import walls

CONTROL: Final = "no wall"


def run_all(
    attacks: list[Attack], variant: str = "", *, control: bool, jobs: int = 1
) -> dict[str, dict[str, Verdict]]:
    """Verdicts by sandbox and attack."""
    titles = [CONTROL] if control else [title for title in walls() if variant in ("", title)]
    cases = [(title, attack) for title in titles for attack in attacks]
    table: dict[str, dict[str, Verdict]] = {title: {} for title in titles}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_prepare) as pool:
        for number, (title, name, verdict) in enumerate(pool.map(_one, cases), 1):
            table[title][name] = verdict
            if sys.stderr.isatty():
                print(f"\r{title}: {number} of {len(cases)}\x1b[K", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    return table


def _prepare() -> None:
    """In each process: a folder and sandboxes of its own, given back at its end."""
    folder = tempfile.mkdtemp(prefix="attacks-")
    Finalize(None, _leave, (folder,), exitpriority=10)
    _HERE[:] = [folder]


def _leave(folder: str) -> None:
    for sandbox, _ in _OPEN.values():
        sandbox.close()
    shutil.rmtree(folder, ignore_errors=True)


#: What a process has: its folder, its sandboxes by title.
_HERE: list[str] = []
_OPEN: dict[str, tuple[Sandbox, Path]] = {}


def _one(case: tuple[str, Attack]) -> tuple[str, str, Verdict]:
    title, attack = case
    if title not in _OPEN:
        root = Path(os.path.realpath(_HERE[0]), f"exec{len(_OPEN)}")
        sandbox = PlainPython(root, USUAL) if title == CONTROL else walls()[title](root)
        # A sandbox that can't start would look like one that an attack has broken.
        sandbox.run_code("pass")
        _OPEN[title] = sandbox, root
    sandbox, root = _OPEN[title]
    run = attack_without_wall if title == CONTROL else attack_sandbox
    return title, attack.id, run(attack, sandbox, root)
