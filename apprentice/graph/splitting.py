"""Inputs on which candidates differ that were taken to behave alike: looked for before they are believed."""

from __future__ import annotations

from typing import Final

from apprentice.graph.code_text import signature_in
from apprentice.graph.evidence import shape_of
from apprentice.graph.parts import Parts
from apprentice.graph.standing import Standing, behaviours_on
from apprentice.graph.state import SkillState
from apprentice.proof.behaviour import agree
from apprentice.proof.seeding import seeded

#: Wall seconds for the calls of one candidate.
SECONDS: Final = 2.0
#: Inputs that are tried, and how many of those that tell candidates apart are kept.
TRIED: Final = 200
KEPT: Final = 6


def splitting_calls(state: SkillState, parts: Parts, standing: Standing) -> list[str]:
    """Argument lists for which candidates of the likeliest class return different values, those first that part most.

    An input that some of them refuse with an error says nothing: it may be none that the function is for.
    """
    if state.spec is None or not standing.behaviours or not standing.members or not parts.uses("seeding"):
        return []
    forms = {shape_of(one.code): one for one in state.attempts if one.digest in standing.members[0]}
    if len(forms) < 2:
        return []
    attempts = list(forms.values())
    function = state.spec.function
    calls = seeded(
        state.spec.signature or signature_in(attempts[0].code, function),
        state.given.texts,
        function,
        [one.code for one in attempts],
        count=TRIED,
    )
    observed = behaviours_on(state, parts, attempts, calls, SECONDS)
    if not observed:
        return []
    pairs = [
        agree(one, other, exact=False) for place, one in enumerate(observed) for other in observed[:place]
    ]
    parted: dict[int, frozenset[int]] = {}
    for place in range(len(calls)):
        if all(one.outcomes[place].kind == "returned" for one in observed):
            differing = frozenset(number for number, pair in enumerate(pairs) if pair[place] is False)
            if differing and differing not in parted.values():
                parted[place] = differing
    return [calls[place] for place in sorted(parted, key=lambda place: (-len(parted[place]), place))[:KEPT]]
