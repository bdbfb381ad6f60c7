"""Runs many attacks, several at a time, each process with sandboxes of its own."""

from __future__ import annotations

import multiprocessing
import os
import queue
import shutil
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
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
    waiting = queue.SimpleQueue[tuple[str, Attack]]()
    for case in cases:
        waiting.put(case)
    table: dict[str, dict[str, Verdict]] = {title: {} for title in titles}
    with ThreadPoolExecutor(jobs) as threads:
        for worked in [threads.submit(_work_off, waiting, table) for _ in range(jobs)]:
            worked.result()
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    return table


def _work_off(waiting: queue.SimpleQueue[tuple[str, Attack]], table: dict[str, dict[str, Verdict]]) -> None:
    """Attack in a process of its own, and in another when an attack has ended that one."""
    context = multiprocessing.get_context("spawn")
    process = ProcessPoolExecutor(1, context, _prepare)
    while True:
        try:
            title, attack = waiting.get_nowait()
        except queue.Empty:
            process.shutdown()
            return
        try:
            verdict = process.submit(_one, title, attack).result()
        except BrokenProcessPool:
            verdict = Verdict("through", "the agent was ended")
            process = ProcessPoolExecutor(1, context, _prepare)
        table[title][attack.id] = verdict
        if sys.stderr.isatty():
            done = sum(map(len, table.values()))
            print(f"\r{title}: {done} done\x1b[K", end="", file=sys.stderr)


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


def _one(title: str, attack: Attack) -> Verdict:
    if title not in _OPEN:
        root = Path(os.path.realpath(_HERE[0]), f"exec{len(_OPEN)}")
        sandbox = PlainPython(root, USUAL) if title == CONTROL else walls()[title](root)
        # A sandbox that can't start would look like one that an attack has broken.
        sandbox.run_code("pass")
        _OPEN[title] = sandbox, root
    sandbox, root = _OPEN[title]
    run = attack_without_wall if title == CONTROL else attack_sandbox
    return run(attack, sandbox, root)
