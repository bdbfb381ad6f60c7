"""Canaries on what a run uses up: memory, disk, the agent's own memory, time."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.sandbox.attacks.canary import Canary, Outcome, Place
from tests.sandbox.attacks.watch import Process, read_process, read_text

_MIB: Final = 1 << 20
#: Beyond the bound: what an interpreter and its libraries hold.
_MEMORY_MARGIN: Final = 64 * _MIB
#: What can be written between two measurements of the sandbox, which polls what a folder holds.
_BYTES_MARGIN: Final = 200 * _MIB
_ENTRIES_MARGIN: Final = 3_000
#: As parsed data, what a run may report takes several times its bytes.
_AGENT_MARGIN: Final = 64 * _MIB


class Memory(Canary):
    """All processes of the run and its shared memory, together."""

    looks = sees_processes = True
    noisy = True

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self._shared = _shared_memory()

    def look(self, processes: list[Process]) -> None:
        used = sum(process.resident for process in processes if process.inside)
        used += max(0, _shared_memory() - self._shared)
        bound = self.place.limits.memory_mb * _MIB + _MEMORY_MARGIN
        if used > bound:
            self.seen = f"the run held {used // _MIB} MiB, {bound // _MIB} with the margin were allowed"


class Disk(Canary):
    """What the run's files take, deleted ones included that are still open, their number, and the largest of them."""

    looks = True
    noisy = True

    def look(self, processes: list[Process]) -> None:
        limits = self.place.limits
        used, entries, largest = _taken(self.place.scratch_root)
        for process in processes:
            for number, target in process.descriptors():
                if process.inside and target.endswith(" (deleted)"):
                    with contextlib.suppress(OSError):
                        used += os.stat(f"{process.folder}/fd/{number}").st_blocks * 512
        if used > limits.scratch_mb * _MIB * 1.5 + _BYTES_MARGIN:
            self.seen = f"the run's files took {used // _MIB} MiB"
        if entries > limits.scratch_files * 1.5 + _ENTRIES_MARGIN:
            self.seen = f"the run had {entries} files and folders"
        if largest > limits.file_mb * _MIB:
            self.seen = f"one file took {largest // _MIB} MiB"


class Output(Canary):
    """What is kept of the output, and how the agent grows by it."""

    looks = True
    noisy = True

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self._before = _resident()

    def look(self, processes: list[Process]) -> None:
        grown = _resident() - self._before
        if grown > _AGENT_MARGIN:
            self.seen = f"the agent grew by {grown // _MIB} MiB"

    def got_through(self, outcome: Outcome) -> str:
        # Each of standard output, standard error, the value and the message is bounded for itself.
        bound = self.place.limits.output_kb * 1024 * 4 + 65_536
        kept = len(outcome.text)
        return self.seen or (f"{kept} characters were kept" if kept > bound else "")


class Clock(Canary):
    """How long the run lasts, and what processor time it takes."""

    looks = True
    noisy = True

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self._ticks: dict[tuple[int, int], float] = {}

    def look(self, processes: list[Process]) -> None:
        for process in processes:
            fields = process.text("stat").rpartition(") ")[2].split()
            if process.inside and len(fields) > 12:
                spent = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
                self._ticks[process.pid, process.started] = spent

    def got_through(self, outcome: Outcome) -> str:
        limits = self.place.limits
        if outcome.seconds > limits.seconds + 1.5:
            return f"the run lasted {outcome.seconds:.1f} s, {limits.seconds:g} were allowed"
        allowed = limits.cpu_seconds or limits.seconds
        spent = sum(self._ticks.values())
        return f"the run took {spent:.1f} s of processor time" if spent > allowed + 1.5 else ""


def _shared_memory() -> int:
    found = re.search(r"^Shmem:\s+(\d+)", read_text("/proc/meminfo"), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _resident() -> int:
    process = read_process(os.getpid())
    return process.resident if process else 0


def _taken(folder: Path) -> tuple[int, int, int]:
    """Bytes, entries and the largest file's size; of as many entries as can be seen within a fifth of a second."""
    until = time.monotonic() + 0.2
    used = entries = largest = 0
    waiting = [str(folder)]
    while waiting and time.monotonic() < until:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as found:
            for entry in found:
                entries += 1
                with contextlib.suppress(OSError):
                    facts = entry.stat(follow_symlinks=False)
                    used += facts.st_blocks * 512
                    largest = max(largest, facts.st_size if entry.is_file(follow_symlinks=False) else 0)
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
    return used, entries, largest
