"""`make bench`: what the agent achieves and costs, measured on this machine."""

from __future__ import annotations

import sys

from benchmarks import memory, overhead, solve


def main(arguments: list[str]) -> int:
    """Run all benchmarks, or those that are named: cost, solve."""
    wanted = arguments or ["cost", "solve"]
    if "cost" in wanted:
        print("| own cost | median |\n|---|---|")
        print(f"| first prompt on the screen | {1000 * overhead.first_prompt():.0f} ms |")
        print(f"| one iteration without model and sandbox | {1000 * overhead.iteration():.1f} ms |")
        for name, milliseconds in memory.measure_memory().items():
            print(f"| memory, 10,000 failures: {name} | {milliseconds:.1f} ms |")
        print()
    if "solve" in wanted:
        print(solve.report(solve.solve()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
