"""Arguments under the names that a skill's parameters have."""

from __future__ import annotations

from collections.abc import Iterable

from apprentice.errors import UsageError
from apprentice.skills.signature import Signature, parse_signature


def parameter_names(
    skill: str, given: Iterable[str], signature: Signature, asked: str = ""
) -> dict[str, str]:
    """For each name that a plan gives, the parameter that it stands for.

    A name that the skill has stands for itself, and a single other one for the single parameter that is left. More of them could
    be told apart by their order alone, which says nothing.

    Args:
        asked: the signature that a skill was made to have for this plan; one that was made with other names takes them in the
            same places.

    Raises:
        UsageError: a name stands for no parameter.
    """
    names = list(given)
    known = [parameter.name for parameter in signature.parameters if parameter.by_name]
    other = [name for name in names if name not in known]
    if not other or signature.open_names:
        return {name: name for name in names}
    free = [name for name in known if name not in names]
    if len(other) == 1 and len(free) == 1:
        places = {other[0]: free[0]}
    else:
        wanted = parse_signature(asked)
        order = [parameter.name for parameter in wanted.parameters] if wanted else []
        actual = [parameter.name for parameter in signature.parameters]
        places = dict(zip(order, actual, strict=True)) if len(order) == len(actual) else {}
        places = {name: place for name, place in places.items() if name in other and place in free}
    if unknown := next((name for name in other if name not in places), None):
        raise UsageError(f"{skill} takes no argument {unknown!r}.", f"It is called as {signature}.")
    return {name: places.get(name, name) for name in names}
