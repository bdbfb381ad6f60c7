"""Skills that others import, and that are no longer there."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping

from apprentice.errors import UsageError
from apprentice.skills.imports import imported
from apprentice.skills.library import SkillLibrary


def check_used(
    name: str, modules: Mapping[str, str], library: SkillLibrary, packages: Collection[str] = ()
) -> None:
    """See that no module of a skill imports a skill that was deleted, or whose file is gone.

    Args:
        modules: its modules, and those that it needs.
        packages: names of packages that it was proven with; a deleted skill may have had the same name.

    Raises:
        UsageError: one does; says how to bring it back.
    """
    roots = {root for text in modules.values() for root in imported(text)}
    there = {module.partition(".")[0] for module in modules} | set(packages) | sys.stdlib_module_names
    absent = sorted(root for root in roots - there if not library.path(root).is_file())
    if not absent:
        return
    deleted = {one.name for one in library.deleted()}
    for root in absent:
        if version := library.missing(root):
            raise UsageError(
                f"{name} uses the skill {root}, whose file is missing.",
                f"Version {version} is kept: :rollback {root} {version} brings it back.",
            )
        if root in deleted:
            raise UsageError(
                f"{name} uses the skill {root}, which was deleted.", f":undo {root} brings it back."
            )
