"""`make bench`: what the agent achieves and costs, measured on this machine."""

from __future__ import annotations

import sys


def main(arguments: list[str]) -> int:
    """Run cost, reuse and solve, or those benchmarks that are named.

    Names: cost, reuse, solve, sandbox, retrieval, library, decomposition, adaptation, lessons, prefix, ladder. What
    follows `solve` as the first one are its own arguments.
    """
    if arguments[:1] == ["solve"]:
        from benchmarks.solving import command

        return command.main(arguments[1:])
    wanted = arguments or ["cost", "reuse", "solve"]
    if "cost" in wanted:
        from benchmarks import memory, overhead

        print("| own cost | median |\n|---|---|")
        print(f"| first prompt on the screen | {1000 * overhead.first_prompt():.0f} ms |")
        print(f"| one iteration without model and sandbox | {1000 * overhead.iteration():.1f} ms |")
        for name, milliseconds in memory.measure_memory().items():
            print(f"| memory, 10,000 failures: {name} | {milliseconds:.1f} ms |")
        print()
    if "reuse" in wanted:
        from benchmarks import reuse

        print(f"{reuse.report(reuse.measure())}\n")
    if "solve" in wanted:
        from benchmarks.solving import command

        if code := command.main(["--tasks", "goals"]):
            return code
    if "sandbox" in wanted:
        from benchmarks import sandbox

        print(sandbox.report(sandbox.measure_all()))
    if "retrieval" in wanted:
        from benchmarks.retrieval import measure

        print(measure.report())
    if "library" in wanted:
        from benchmarks import library_scale

        print(library_scale.report())
    if "decomposition" in wanted:
        from benchmarks import decomposition

        print(decomposition.report(decomposition.decomposition()))
    if "adaptation" in wanted:
        from benchmarks import adaptation

        print(adaptation.report(adaptation.adapt()))
    if "lessons" in wanted:
        from benchmarks import lessons

        print(lessons.report(lessons.measure()))
    if "prefix" in wanted:
        from benchmarks import prefix

        print(prefix.report(prefix.measure()))
    if "ladder" in wanted:
        from benchmarks import ladder

        print(ladder.report(ladder.measure()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
