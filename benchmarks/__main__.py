"""`make bench`: what the agent achieves and costs, measured on this machine."""

from __future__ import annotations

import sys


def main(arguments: list[str]) -> int:
    """Run cost and solve, or those benchmarks that are named: cost, solve, sandbox, retrieval, library."""
    wanted = arguments or ["cost", "solve"]
    if "cost" in wanted:
        from benchmarks import memory, overhead

        print("| own cost | median |\n|---|---|")
        print(f"| first prompt on the screen | {1000 * overhead.first_prompt():.0f} ms |")
        print(f"| one iteration without model and sandbox | {1000 * overhead.iteration():.1f} ms |")
        for name, milliseconds in memory.measure_memory().items():
            print(f"| memory, 10,000 failures: {name} | {milliseconds:.1f} ms |")
        print()
    if "solve" in wanted:
        from benchmarks import solve

        print(solve.report(solve.solve()))
    if "sandbox" in wanted:
        from benchmarks import sandbox

        print(sandbox.report(sandbox.measure_all()))
    if "retrieval" in wanted:
        from benchmarks.retrieval import measure

        print(measure.report())
    if "library" in wanted:
        from benchmarks import library_scale

        print(library_scale.report())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
