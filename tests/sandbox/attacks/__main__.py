"""`python -m tests.sandbox.attacks`: every attack in every sandbox of this machine, as a table. Exit code 1 if one gets through.

Options: `--group NAME` or names of attacks restrict it; `--variant TITLE` to one sandbox; `--control` runs them without a
wall instead, to see that the canaries do tell; `--json` prints facts for programs; `--all` names each attack.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter

from tests.sandbox.attacks.attack import Attack, load_all
from tests.sandbox.attacks.jobs import CONTROL, run_all
from tests.sandbox.attacks.runner import Verdict


def main(arguments: list[str]) -> int:
    """Run what was asked for, and print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.sandbox.attacks")
    parser.add_argument("names", nargs="*", help="attacks, as group/name or name")
    parser.add_argument("--group", default="", help="attacks of one kind only")
    parser.add_argument("--variant", default="", help="one sandbox only")
    parser.add_argument("--control", action="store_true", help="without a wall: the canaries must tell")
    parser.add_argument("--jobs", type=int, default=1, help="processes that attack at the same time")
    parser.add_argument("--all", action="store_true", help="a line for each attack")
    parser.add_argument("--json", action="store_true", help="facts for programs")
    options = parser.parse_args(arguments)
    attacks = [
        attack
        for attack in load_all(group=options.group)
        if not options.names or attack.id in options.names or attack.name in options.names
    ]
    table = run_all(attacks, options.variant, control=options.control, jobs=options.jobs)
    if options.json:
        facts = {
            title: {
                name: {"result": verdict.result, "evidence": verdict.evidence, "status": verdict.status}
                for name, verdict in verdicts.items()
            }
            for title, verdicts in table.items()
        }
        print(json.dumps({"user": os.getuid(), "attacks": len(attacks), "results": facts}, indent=1))
    else:
        print_table(attacks, table, each=options.all or bool(options.names))
    wrong = unexpected(attacks, table)
    for line in wrong:
        print(line, file=sys.stderr)
    return int(bool(wrong) or not attacks)


def unexpected(attacks: list[Attack], table: dict[str, dict[str, Verdict]]) -> list[str]:
    """A line for each attack that came out otherwise than it must."""
    lines = []
    for title, verdicts in table.items():
        for attack in attacks:
            verdict = verdicts[attack.id]
            wanted = expected_without_wall(attack) if title == CONTROL else ("held", "absent")
            if verdict.result not in wanted:
                lines.append(f"{attack.id} ({title}): {verdict.result}: {verdict.evidence or verdict.status}")
    return lines


def expected_without_wall(attack: Attack) -> tuple[str, ...]:
    """What may come of an attack that nothing stops."""
    if attack.control == "through" or (attack.control == "through as root" and os.getuid() == 0):
        return ("through", "absent")
    if attack.control.startswith("held"):
        return ("held", "unseen", "absent")
    return ("held", "through", "unseen", "absent", "skipped")


def print_table(attacks: list[Attack], table: dict[str, dict[str, Verdict]], *, each: bool) -> None:
    """Markdown: a line for each kind, or for each attack."""
    print(f"Attacks as {'root' if os.getuid() == 0 else 'a user without privileges'}:\n")
    print(f"| attacks | number | {' | '.join(table)} |")
    print(f"|---|---:|{'---|' * len(table)}")
    groups = Counter(attack.group for attack in attacks)
    for group, count in groups.items():
        members = [attack for attack in attacks if attack.group == group]
        cells = [_sum([verdicts[attack.id] for attack in members]) for verdicts in table.values()]
        print(f"| {group} | {count} | {' | '.join(cells)} |")
        for attack in members if each else []:
            found = [verdicts[attack.id] for verdicts in table.values()]
            cells = [f"{one.result} ({one.status or '–'}, {one.seconds:.1f} s)" for one in found]
            print(f"| {attack.id}: {attack.tries} | | {' | '.join(cells)} |")
    total = [_sum(list(verdicts.values())) for verdicts in table.values()]
    print(f"| **all** | **{len(attacks)}** | {' | '.join(total)} |")


def _sum(verdicts: list[Verdict]) -> str:
    counts = Counter(verdict.result for verdict in verdicts)
    return ", ".join(
        f"**{count} {result}**" if result in ("through", "unseen") else f"{count} {result}"
        for result, count in sorted(counts.items())
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
