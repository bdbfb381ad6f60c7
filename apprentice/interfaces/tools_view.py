"""What the prompt and the command line print of seed skills and of the user's tools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from apprentice.interfaces.console import ICONS, one_line, plain

if TYPE_CHECKING:
    from apprentice.curation.loaded import LoadedTools
    from apprentice.curation.seeds import Installed, Seed, Standing
    from apprentice.memory.schema import SkillRecord


def seeds(listed: Sequence[tuple[Seed, Standing]]) -> str:
    """The seeds, those that are installed marked, and how to install others.

    Args:
        listed: each seed with how the library stands to it; see `curation.seeds.standing`.
    """
    marks = {"there": "✅", "update": "⬆️ ", "yours": "👤", "new": "  "}
    there = sum(state in ("there", "update") for _, state in listed)
    width = max((len(seed.name) for seed, _ in listed), default=0)
    lines = [f"Seed skills ({len(listed)}, {there} installed):"]
    lines += [f"  {marks[state]} {seed.name.ljust(width)}  {seed.description}" for seed, state in listed]
    if any(state == "yours" for _, state in listed):
        lines.append("👤: you have a skill of this name; it stays as it is.")
    if any(state == "update" for _, state in listed):
        lines.append("⬆️ : a newer form of it can be installed.")
    lines.append("Install some with :seed NAME…, all with :seed all.")
    return "\n".join(lines)


def installed(results: Sequence[Installed]) -> str:
    """What installing did: one line for all that went well, one for each that didn't."""
    sentences = {
        "installed": "Installed, with all tests passed: {}.",
        "updated": "Brought up to date: {}.",
        "there": "Installed already: {}.",
    }
    lines = []
    for status, sentence in sentences.items():
        if names := [result.name for result in results if result.status == status]:
            lines.append(sentence.format(_many(names)))
    lines += [
        f"{result.name} is not installed: {plain(result.reason)}."
        for result in results
        if result.status in ("yours", "failed")
    ]
    return "\n".join(lines) or "Nothing was to be installed."


def tools(loaded: LoadedTools, records: Sequence[SkillRecord], place: str) -> str:
    """The user's tools: functions and model calls with how they stand, libraries, and what could not be used.

    Args:
        records: the skills' records; those that are no tools are passed over.
        place: where tools are read from; empty for nowhere.
    """
    by_name = {record.name: record for record in records if record.origin == "tool"}
    kept = [record for name, record in sorted(by_name.items()) if not record.retired]
    if not kept and not loaded.libraries and not loaded.problems:
        where = f"There are none in {plain(place)}." if place else "No folder of tools is set."
        return (
            f"{where} Put functions (NAME.py) or entries (YAML, JSON) into the folder tools of the workspace, "
            "or name a folder in AGENT_TOOLS, and start anew."
        )
    lines = [f"Tools ({len(kept)}), from {plain(place)}:" if place else f"Tools ({len(kept)}):"]
    for record in kept:
        kind = "asks the model" if record.source.get("kind") == "model" else f"version {record.version}"
        icon = "💬" if record.source.get("kind") == "model" else ICONS[record.status]
        lines.append(f"  {icon} {plain(record.signature)} ({kind}): {one_line(record.description, 100)}")
        if record.permissions:
            lines.append(f"      needs: {one_line(', '.join(record.permissions), 200)}")
        if record.source.get("kind") == "function" and not record.tests.get("names"):
            lines.append(
                "      never tried out: it needs an approval first"
                if record.permissions
                else "      it has no tests"
            )
    if loaded.libraries:
        lines.append(f"Libraries ({len(loaded.libraries)}):")
        for library in loaded.libraries:
            said = one_line(library.instructions, 80) if library.instructions else ""
            if not library.usable:
                said = "not on the list of packages: add it to allowed_packages.txt"
            lines.append(
                f"  {'✅' if library.usable else '❌'} {library.name}" + (f": {said}" if said else "")
            )
    away = [name for name, record in sorted(by_name.items()) if record.retired]
    if away:
        lines.append(f"Retired ({len(away)}): {', '.join(away)}")
    lines += problems(loaded.problems)
    return "\n".join(lines)


def problems(lines: Sequence[str]) -> list[str]:
    """One line for each entry that can't be used."""
    return [f"❌ {plain(line)}" for line in lines]


def changed(loaded: LoadedTools, unsaid: Sequence[str] = ()) -> str:
    """What is to be said at start: tools that are new, changed, back or gone, and problems; empty if nothing is.

    Args:
        unsaid: the problems that were not said before.
    """
    lines = []
    for status, word in (("added", "New tools"), ("changed", "Changed tools"), ("back", "Tools back")):
        names = [tool.name for tool in loaded.tools if tool.status == status]
        if names:
            lines.append(f"{word}: {_many(names)}.")
    if loaded.retired:
        lines.append(f"Retired, because the tool was taken away: {_many(loaded.retired)}.")
    return "\n".join([*lines, *problems(unsaid)])


def _many(names: Sequence[str]) -> str:
    if len(names) <= 6:
        return ", ".join(names)
    return f"{len(names)} ({', '.join(names[:5])}, …)"
