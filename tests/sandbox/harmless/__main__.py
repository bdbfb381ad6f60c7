"""`python -m tests.sandbox.harmless`: which of the programs work, in each sandbox of this machine, as a table.

Options: `--outside` tries them in a plain interpreter as well; names of programs restrict it to these; `--only=NAME` to
one sandbox. Exit code 1 when one fails.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.sandbox.harmless.corpus import programs
from tests.sandbox.harmless.judge import Verdict, judge, judge_outside
from tests.sandbox.harmless.sandboxes import variants


def main(arguments: list[str]) -> int:
    """Print the table."""
    names = {argument for argument in arguments if not argument.startswith("--")}
    only = {argument.removeprefix("--only=") for argument in arguments if argument.startswith("--only=")}
    chosen = [program for program in programs() if not names or program.name in names]
    table: dict[str, list[Verdict]] = {}
    for title, make in variants().items():
        if only and title not in only:
            continue
        with tempfile.TemporaryDirectory(prefix="harmless-") as folder:
            sandbox = make(Path(folder) / "exec")
            try:
                table[title] = [judge(program, sandbox) for program in chosen]
            finally:
                sandbox.close()
    if "--outside" in arguments:
        table["no sandbox"] = [judge_outside(program) for program in chosen]
    print(f"| program | {' | '.join(table)} |")
    print(f"|---|{'---|' * len(table)}")
    for index, program in enumerate(chosen):
        cells = [_cell(verdicts[index]) for verdicts in table.values()]
        print(f"| {program.name} | {' | '.join(cells)} |")
    print(f"| **{len(chosen)} programs** | {' | '.join(map(_sum, table.values()))} |")
    failed = False
    for title, verdicts in table.items():
        for program, verdict in zip(chosen, verdicts, strict=True):
            if verdict.outcome == "fails":
                failed = True
                print(f"{program.name} ({title}): {verdict.reason}", file=sys.stderr)
    return int(failed)


def _cell(verdict: Verdict) -> str:
    if verdict.outcome == "works":
        return f"{1000 * verdict.seconds:.0f} ms"
    return "**fails**" if verdict.outcome == "fails" else verdict.reason


def _sum(verdicts: list[Verdict]) -> str:
    counts = {name: sum(one.outcome == name for one in verdicts) for name in ("works", "fails", "skipped")}
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
