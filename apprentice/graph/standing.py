"""Where the candidates of a run stand: which of them behave alike, how likely each is right, and what tells them apart."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Final, TypeVar

from apprentice.graph.code_text import signature_in
from apprentice.graph.evidence import shape_of
from apprentice.graph.parts import Parts
from apprentice.graph.state import Attempt, SkillState
from apprentice.graph.test import modules_for
from apprentice.graph.versions import in_parallel, passed_by
from apprentice.proof.behaviour import MOST_SECONDS, Behaviour, Outcome, agree, groups, observe, telling
from apprentice.proof.belief import Odds, Votes, belief, luck
from apprentice.proof.inputs import arguments_for, call_text
from apprentice.proof.mutants import mutants
from apprentice.proof.undecided import stumbles, undecided
from apprentice.sandbox.base import Grants

#: Inputs on which candidates are compared, and mutants by which examples are weighed.
INPUTS: Final = 40
MUTANTS: Final = 24
_LEAST_MUTANTS: Final = 4
#: Processor seconds for one call of a candidate.
CALL_SECONDS: Final = 0.1
#: What two candidates of the same form count: they were written for different prompts. So many copies count at most.
_SAME_FORM: Final = 0.5
_COPIES: Final = 6
#: What a repaired candidate counts beside others, and how often a wrong one holds what was given, at least.
_OF_MENDED: Final = 0.25
_MENDED: Final = 0.65

_SMALL: Final = Odds(able=(0.05, 0.15, 0.3, 0.5, 0.7), alike=0.3, same_slip=0.4)
_LARGE: Final = Odds(
    able=(0.3, 0.5, 0.7, 0.9, 0.97), careful=(0.5, 0.7, 0.7, 0.9, 0.9, 0.97), alike=0.2, same_slip=0.5
)

_CHANGING: Final = re.compile(
    r"\b(?:random\w*|shuffl\w*|dice|uuid\w*|today\w*|right now|current (?:time|date|year|month|day)|unique id\w*|"
    r"generat\w+ (?:an? )?(?:\w+ )?(?:passwords?|tokens?|ids?))\b",
    re.IGNORECASE,
)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Survivors:
    """Mutants of a candidate that hold all that the user gave, of how many; `share` is what they say of chance, 0 to 1."""

    codes: tuple[str, ...]
    made: int
    share: float


@dataclass(frozen=True, slots=True)
class Rivals:
    """One call for which candidates that hold all that is known give different values.

    Attributes:
        call: as Python has it.
        values: the values as texts, the likeliest first; those that raise begin with `raises `.
    """

    call: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The candidates that hold all that the user gave, by classes of those that behave alike, the likeliest first.

    Attributes:
        leaders: the candidate of each class that stands for it.
        sizes: how many candidates each class has.
        forms: how many of them are written differently.
        by_program: for each class, whether all of them were repaired by a program to hold what was given.
        members: the digests of their codes.
        beliefs: how likely each class is right, 0 to 1.
        survivors: for each class, the mutants of its leader that hold what was given, too.
        compared: inputs on which the candidates were compared.
        behaviours: of the leaders.
        left_open: calls on which they differ, but of which nobody said what they give.
        rivals: the call that tells the two likeliest classes apart; None where there is none.
    """

    leaders: tuple[Attempt, ...] = ()
    sizes: tuple[int, ...] = ()
    forms: tuple[int, ...] = ()
    by_program: tuple[bool, ...] = ()
    members: tuple[frozenset[str], ...] = ()
    beliefs: tuple[float, ...] = ()
    survivors: tuple[Survivors, ...] = ()
    compared: int = 0
    rivals: Rivals | None = None
    behaviours: tuple[Behaviour, ...] = field(default=(), repr=False)
    left_open: tuple[str, ...] = ()

    @property
    def believed(self) -> float:
        """How likely the likeliest is right; 0 where there is none."""
        return self.beliefs[0] if self.beliefs else 0.0


def stand(state: SkillState, parts: Parts, also: Sequence[str] = ()) -> Standing:
    """Compare the candidates that hold what the user gave; on the argument lists of `also`, too."""
    if state.spec is None:
        return Standing()
    usable = [attempt for attempt in state.attempts if attempt.code and not attempt.problem]
    holding = [attempt for attempt in usable if _holds_given(attempt)]
    if not holding:
        return Standing()
    forms: dict[str, list[Attempt]] = {}
    for attempt in holding:
        forms.setdefault(shape_of(attempt.code), []).append(attempt)
    written = list(forms.values())
    leaders = [same[0] for same in written]
    grants = parts.grants(state)
    behaviours, left_open = behaviours_of(state, parts, leaders, grants, also)
    members = groups(behaviours, exact=False) if behaviours else _by_facts(leaders)
    counts = [
        _OF_MENDED
        if all(a.mended for a in same)
        else 1.0 + _SAME_FORM * min(_COPIES, sum(not a.mended for a in same) - 1)
        for same in written
    ]
    first = [min(group, key=lambda place: _worth(leaders[place])) for group in members]
    chosen = [leaders[place] for place in first]
    survivors = [_survivors(state, parts, attempt, grants) for attempt in chosen]
    repaired = [all(a.mended for one in group for a in written[one]) for group in members]
    # Of hundreds of edits, some hold the examples by chance.
    surviving = [
        max(found.share, _MENDED) if by_program else found.share
        for found, by_program in zip(survivors, repaired, strict=True)
    ]
    observed = [behaviours[place] for place in first] if behaviours else []
    failed = len({shape_of(a.code) for a in usable if a.facts and not _holds_given(a)})
    votes = Votes(
        sizes=[max(1.0, sum(counts[place] for place in group)) for group in members],
        surviving=surviving,
        failed=failed,
        tests=_test_votes(state, chosen) if parts.uses("tests") else [],
        values=_value_votes(observed),
        stumbles=_stumbles(state, chosen, observed),
    )
    odds = _SMALL if parts.small else _LARGE
    odds = replace(odds, fitted=luck(state.given.texts))
    near = _near(state, parts, chosen[0], survivors)
    odds = odds if near is None else replace(odds, near=near)
    beliefs = _doubted(belief(votes, odds), votes, repaired, odds)
    order = sorted(range(len(members)), key=lambda place: (-beliefs[place], chosen[place].iteration))
    ranked = [observed[place] for place in order] if observed else []
    return Standing(
        leaders=tuple(chosen[place] for place in order),
        sizes=tuple(sum(len(written[one]) for one in members[place]) for place in order),
        forms=tuple(len(members[place]) for place in order),
        by_program=tuple(repaired[place] for place in order),
        members=tuple(frozenset(a.digest for one in members[place] for a in written[one]) for place in order),
        beliefs=tuple(beliefs[place] for place in order),
        survivors=tuple(survivors[place] for place in order),
        compared=max((behaviour.ended for behaviour in ranked), default=0),
        rivals=_rivals(state, ranked),
        behaviours=tuple(ranked),
        left_open=left_open,
    )


def _doubted(beliefs: Sequence[float], votes: Votes, repaired: Sequence[bool], odds: Odds) -> list[float]:
    """The beliefs, none higher than it is without the candidates that a program repaired: those are no witnesses."""
    written = [place for place, by_program in enumerate(repaired) if not by_program]
    if not written or len(written) == len(repaired):
        return list(beliefs)
    alone = belief(
        replace(
            votes,
            sizes=[votes.sizes[place] for place in written],
            surviving=[votes.surviving[place] for place in written],
            tests=[[row[place] for place in written] for row in votes.tests],
            values=[
                row
                for row in ([row[place] for place in written] for row in votes.values)
                if len(set(row)) > 1
            ],
            stumbles=[votes.stumbles[place] for place in written] if votes.stumbles else (),
        ),
        odds,
    )
    known = dict(zip(written, alone, strict=True))
    return [min(one, known.get(place, one)) for place, one in enumerate(beliefs)]


def _holds_given(attempt: Attempt) -> bool:
    return all(fact.passed for fact in attempt.facts if fact.source != "generated")


def _worth(attempt: Attempt) -> tuple[int, int, int]:
    """Of candidates that behave alike, the one that passes most tests stands for them, then the shortest."""
    return -attempt.passed, len(attempt.code), attempt.iteration


def may_change(state: SkillState) -> bool:
    """Whether the goal asks for results that differ from call to call: by chance, or by the time of day."""
    return bool(_CHANGING.search(state.goal))


def behaviours_of(
    state: SkillState,
    parts: Parts,
    attempts: Sequence[Attempt],
    grants: Grants | None,
    also: Sequence[str] = (),
) -> tuple[list[Behaviour], tuple[str, ...]]:
    """What each does on the same inputs, without those that decide nothing, and these, as Python has them.

    Nothing where it can't be compared, or would use what was granted.
    """
    if grants is None or grants or not parts.uses("comparison") or may_change(state):
        return [], ()
    return _without_undecided(state, _observed(state, parts, attempts, also))


def behaviour_of(
    state: SkillState,
    parts: Parts,
    code: str,
    calls: Sequence[str],
    seconds: float = CALL_SECONDS,
    most: float = MOST_SECONDS,
) -> Behaviour:
    """What the skill's function does on these calls in a module.

    Args:
        seconds: of processor time, for one call.
        most: of wall time, for all.
    """
    return observe(
        parts.sandbox,
        state.skill,
        state.spec.function if state.spec else state.skill,
        calls,
        modules=modules_for(state, parts, code),
        cancel=parts.cancel,
        seconds_per_call=seconds,
        seconds=most,
    )


def _observed(
    state: SkillState, parts: Parts, attempts: Sequence[Attempt], also: Sequence[str]
) -> list[Behaviour]:
    """What each does on the same inputs; nothing where inputs can't be made for it."""
    calls = inputs_of(state, attempts[0].code)
    return behaviours_on(state, parts, attempts, list(dict.fromkeys([*calls, *also]))) if calls else []


def behaviours_on(
    state: SkillState,
    parts: Parts,
    attempts: Sequence[Attempt],
    calls: Sequence[str],
    most: float = MOST_SECONDS,
) -> list[Behaviour]:
    """What each does on these calls, in at most so many seconds each; nothing where one of them can't be called."""
    if not calls or state.spec is None:
        return []
    function = state.spec.function

    def behaviour(attempt: Attempt) -> Behaviour:
        return _remembered(
            ("behaviour", attempt.code, function, *calls),
            lambda: behaviour_of(state, parts, attempt.code, calls, most=most),
        )

    found = in_parallel(behaviour, attempts)
    return found if all(one.ended for one in found) else []


def _without_undecided(
    state: SkillState, behaviours: Sequence[Behaviour]
) -> tuple[list[Behaviour], tuple[str, ...]]:
    """The behaviours without the calls that decide nothing, and those calls as Python has them."""
    if state.spec is None or len(behaviours) < 2:
        return list(behaviours), ()
    function = state.spec.function
    signature = state.spec.signature or function
    examples = state.given.texts
    places = undecided(_words(state), examples, signature, function, behaviours)
    kept = [
        replace(
            one,
            outcomes=tuple(
                Outcome("unknown") if place in places else outcome
                for place, outcome in enumerate(one.outcomes)
            ),
        )
        for one in behaviours
    ]
    return kept, tuple(call_text(signature, function, behaviours[0].calls[place]) for place in places)


def _words(state: SkillState) -> str:
    """What was said of the skill, by the user and the planner."""
    planned = [state.spec.behaviour, *state.spec.edge_cases] if state.spec else []
    return " ".join([state.goal, *planned])


def inputs_of(state: SkillState, code: str) -> list[str]:
    """Texts of argument lists for the skill's function, the examples' own first."""
    if state.spec is None or state.spec.function[:1].isupper():
        return []
    function = state.spec.function
    signature = state.spec.signature or signature_in(code, function)
    examples = state.given.texts
    return arguments_for(signature, examples, function, count=INPUTS)


def _by_facts(attempts: Sequence[Attempt]) -> list[list[int]]:
    """Where calls can't be compared, those that pass and fail the same tests with the same values are alike."""
    found: dict[str, list[int]] = {}
    for place, attempt in enumerate(attempts):
        key = repr([(fact.name, fact.passed, fact.values, fact.error_type) for fact in attempt.facts])
        found.setdefault(key, []).append(place)
    return list(found.values())


def _survivors(state: SkillState, parts: Parts, attempt: Attempt, grants: Grants | None) -> Survivors:
    """An attempt's mutants that hold what was given."""
    if state.spec is None or not (state.given.examples or state.given.tests or state.adapting):
        return Survivors((), 0, 1.0)
    if grants is None or grants or not parts.uses("mutants"):
        return Survivors((), 0, 0.5)  # what was granted would be used once for each mutant
    made = mutants(attempt.code, state.spec.function, limit=MUTANTS)
    given = state.model_copy(update={"tests": ""})
    key = ("survivors", attempt.code, state.skill, repr(state.given), repr(bool(state.adapting)))
    codes = [attempt.code, *(mutant.code for mutant in made)]
    left = _remembered(key, lambda: passing(given, parts, attempt.code, codes))
    if attempt.code not in left:
        return Survivors((), 0, 0.5)  # its own tests take longer than a mutant is given
    left = left[1:]
    # None of a few isn't none.
    return Survivors(left, len(made), (len(left) + 0.5) / (len(made) + 1))


def passing(state: SkillState, parts: Parts, own: str, codes: Sequence[str]) -> tuple[str, ...]:
    """Those versions of a code that pass all that the state holds against them."""
    passed = passed_by(state, parts, own, codes)
    return tuple(code for code, facts in zip(codes, passed, strict=True) if facts and all(facts.values()))


def _near(state: SkillState, parts: Parts, attempt: Attempt, survivors: Sequence[Survivors]) -> float | None:
    """How often a wrong version that holds what was given passes a test all the same, as mutants tell; None if they don't."""
    codes = [code for found in survivors for code in found.codes][:MUTANTS]
    if not state.tests or len(codes) < _LEAST_MUTANTS:
        return None
    only = state.model_copy(update={"given": state.given.model_copy(update={"examples": [], "tests": []})})

    def shares() -> tuple[float, ...]:
        passed = passed_by(only, parts, attempt.code, codes, attempt.facts)
        return tuple(sum(facts.values()) / len(facts) for facts in passed if facts)

    key = ("near", state.tests, repr(sorted(state.dropped)), *codes)
    found = _remembered(key, shares)
    # A module that somebody wrote is nearer than what was changed at random.
    return min(0.9, max(0.5, sum(found) / len(found))) if found else None


def _test_votes(state: SkillState, chosen: Sequence[Attempt]) -> list[list[bool]]:
    """For each generated test which all were run against: who passes it."""
    results = [
        {fact.name: fact.passed for fact in attempt.facts if fact.source == "generated"} for attempt in chosen
    ]
    names = dict.fromkeys(name for result in results for name in result)
    return [
        [result[name] for result in results] for name in names if all(name in result for result in results)
    ]


def _value_votes(observed: Sequence[Behaviour]) -> list[list[int]]:
    """For each call on which they differ: the number of the value that each gives."""
    if len(observed) < 2:
        return []
    pairs = {
        (one, other): agree(observed[one], observed[other], exact=False)
        for one in range(len(observed))
        for other in range(one)
    }
    rows: list[list[int]] = []
    for place in range(len(observed[0].calls)):
        row: list[int] = []
        for one in range(len(observed)):
            alike = [pairs[one, other][place] for other in range(one)]
            if None in alike:
                break
            row.append(row[alike.index(True)] if True in alike else max(row, default=-1) + 1)
        if len(row) == len(observed) and len(set(row)) > 1:
            rows.append(row)
    return rows


def _stumbles(state: SkillState, chosen: Sequence[Attempt], observed: Sequence[Behaviour]) -> list[bool]:
    """For each class, whether it ends with an error where it shouldn't."""
    if state.spec is None or not state.given.examples:
        return []
    function = state.spec.function
    signature = state.spec.signature or function
    examples = state.given.texts
    return [
        stumbles(_words(state), examples, signature, function, attempt.code, behaviour)
        for attempt, behaviour in zip(chosen, observed, strict=False)
    ]


def _rivals(state: SkillState, ranked: Sequence[Behaviour]) -> Rivals | None:
    if len(ranked) < 2 or state.spec is None:
        return None
    place = telling(ranked[:3], exact=False)
    if place is None:
        return None
    texts = []
    for behaviour in ranked[:3]:
        outcome = behaviour.outcomes[place]
        if outcome.kind == "returned" and outcome.literal:
            texts.append(outcome.text)
        elif outcome.kind == "raised":
            texts.append(f"raises {outcome.form.strip(chr(34))}")
    different = tuple(dict.fromkeys(texts))
    if len(different) < 2:
        return None
    signature = state.spec.signature or state.spec.function
    return Rivals(call_text(signature, state.spec.function, ranked[0].calls[place]), different)


_R = TypeVar("_R")
_KEPT: Final = 512
_known: OrderedDict[str, object] = OrderedDict()
_lock = Lock()


def _remembered(key: tuple[str, ...], make: Callable[[], _R]) -> _R:
    """What was found before for the same code and inputs: each iteration compares all candidates again."""
    name = hashlib.sha256("\0".join(key).encode("utf-8", "replace")).hexdigest()
    with _lock:
        if name in _known:
            _known.move_to_end(name)
            return _known[name]  # type: ignore[return-value]
    made = make()
    with _lock:
        _known[name] = made
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return made
