"""What a write to, and the opening of, a memory with 10,000 failures costs."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from apprentice.memory import FailureRecord, MemoryStore

FAILURES = 10_000
SNIPPET = "def even(n):\n    # Größe prüfen\n    return n % 2 == 0 or n < 0\n\n" * 6


def _failure(number: int) -> FailureRecord:
    return FailureRecord(
        id=f"failure-{number}",
        skill=f"skill_{number % 200}",
        goal=f"Write a function that converts unit {number % 200} to unit {number % 7}",
        error=f"AssertionError: skill_{number % 200}({number}) == {number + 1}",
        error_type="AssertionError",
        lesson=f"Check the value {number} before converting unit {number % 200}.",
        code_snippet=SNIPPET[:400],
    )


def _median_ms(step: Callable[[int], object], times: int) -> float:
    seconds = []
    for turn in range(times):
        begin = time.perf_counter()
        step(turn)
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds) * 1000


def measure_memory(failures: int = FAILURES, times: int = 15) -> dict[str, float]:
    """Medians in milliseconds, by what was done, on a file with this many failures of 400 bytes of code each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "memory.json"
        one, other = MemoryStore(path), MemoryStore(path)
        with one.update() as changes:
            for number in range(failures):
                changes.add_failure(_failure(number))

        def write(number: int) -> None:
            one.add_failure(_failure(failures + number))

        def write_after_other(number: int) -> None:
            other.add_failure(_failure(failures + 10_000 + number))

        def alternate(number: int) -> float:
            write_after_other(number)
            begin = time.perf_counter()
            one.add_failure(_failure(failures + 20_000 + number))
            return (time.perf_counter() - begin) * 1000

        return {
            "write": _median_ms(write, times),
            "write after another process wrote": statistics.median(alternate(turn) for turn in range(times)),
            "open": _median_ms(lambda _: MemoryStore(path).skills(), 5),
            "read the plain dict": _median_ms(lambda _: one.read(), 5),
            "recall": _median_ms(lambda turn: one.related(f"Convert unit {turn} to Celsius"), 5),
        }


def main() -> None:
    """Print the table."""
    print(f"memory.json with {FAILURES:,} failures        median")
    for what, milliseconds in measure_memory().items():
        print(f"{what:<40}{milliseconds:>7.1f} ms")


if __name__ == "__main__":
    main()
