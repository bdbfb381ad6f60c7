"""Is it what is asked for? Sure only where words and values say so too; the nearness of vectors alone does not tell.

Measured on the tuning half of `benchmarks/retrieval`: the nearest skill's cosine is 0.60 (median) for requests whose skill
exists and 0.52 for near misses that have none, and one near miss in twenty is above 0.73. So a cosine only finds
candidates. What makes sure is that a request says again what a skill answered before; or that every telling word of the
request is the skill's and every word of its name the request's; or that one skill is clearly the nearest, most of the
request's words are said of it, and the values fit its parameters.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import BaseModel, Field

from apprentice.memory import SkillRecord
from apprentice.models.base import Message
from apprentice.models.prompting import render
from apprentice.retrieval.literals import Literal as Value
from apprentice.retrieval.literals import literals, masked
from apprentice.retrieval.texts import stem, words
from apprentice.syntax_trees import parse

DecisionKind = Literal["EXISTS_AND_GENERIC", "EXISTS_BUT_SPECIFIC", "NOT_EXISTS"]

#: Chosen on the tuning half of `benchmarks/retrieval`, with MiniLM's vectors; other models' cosines lie elsewhere.
CALIBRATED_MODEL: Final = "all-MiniLM-L6-v2"
FAR_COSINE: Final = 0.23
NEAR_COSINE: Final = 0.35
#: What makes reuse sure without the same words: this near to a phrase or text of the skill, this much nearer than to the
#: next skill, and this share of the request's telling words said of the skill.
SURE_COSINE: Final = 0.5
SURE_MARGIN: Final = 0.15
SURE_SHARE: Final = 0.7
#: Words that turn the meaning round, or ask for more than one thing; a few of them barely move a vector.
_TURNING: Final = frozenset(
    "not no never none without except instead unless then also both neither nicht kein keine keinen nie niemals ohne "
    "außer statt dann auch".split()
)

#: Words that name the form of a value or of an answer, not what is done.
_FORMAL: Final = frozenset(
    stem(word)
    for word in "string strings text texts value values number numbers numeric given list lists item items element "
    "elements input output result results integer integers function argument arguments calculate calculates compute "
    "computes determine find finds convert converts show display print put using use used following answer "
    "berechne berechnen finde zeige text zahl zahlen liste wert werte zeichenkette".split()
)
#: Words that tell nothing at all.
_EMPTY: Final = frozenset(
    "a am an and are as at be been but by can could do does doing done for from get give gives had has have he her here "
    "him his how i if in into is it its just let like make me my of on or our out please she should so some such tell "
    "than that the their them then there these they this those to us was we were what which who will with would you "
    "your need want write returns return s t re "
    "als am an auf aus bei bin bitte da das dem den der des die du ein eine einem einen einer es für gib hat ich im ist "
    "ja kann man mein meine mir mit oder sich sie sind so und uns von was wie wir wird zu zum zur".split()
)
#: Parts of the record that count as said of a skill, at most.
_MAX_ANSWERS: Final = 20
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s")


@dataclass(frozen=True, slots=True)
class Match:
    """A skill that may fit.

    Attributes:
        record: the skill, a copy of its own.
        score: of the fused ranking; comparable within one search only.
        cosine: nearness of meaning, -1 to 1; None without an embedding model.
        lexical: share of the request's words that the skill has, rare ones counting more; 0 to 1.
        same_request: a request it answered, or its goal, differs from this one in the values only.
        embedder: the model that the cosine is of; empty without one.
    """

    record: SkillRecord
    score: float
    cosine: float | None = None
    lexical: float = 0.0
    same_request: bool = False
    embedder: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a search comes to. Where it isn't `sure`, ask a model with `decision_messages`.

    Attributes:
        match: the skill to reuse or adapt; where there is none, the nearest one, if any.
        reason: one short sentence for the log and the steps shown.
    """

    kind: DecisionKind
    sure: bool
    match: Match | None
    reason: str


class DecisionReply(BaseModel):
    """What a model says: which of the skills does what is asked, if any."""

    skill: str = Field("", description="Name of the one skill that does what is asked; empty if none does.")
    kind: DecisionKind = Field(
        description="EXISTS_AND_GENERIC: call it as it is; EXISTS_BUT_SPECIFIC: must be made more general; NOT_EXISTS."
    )


def decision_messages(request: str, matches: Sequence[Match]) -> list[Message]:
    """One short question to a model: which of the skills does what is asked. The reply is a `DecisionReply`."""
    skills = [match.record for match in matches]
    return [("user", render("decide", request=request, skills=skills))]


def decision_of(reply: DecisionReply, matches: Sequence[Match]) -> Decision:
    """The decision that a model's reply comes to; a name that was not offered means that none exists."""
    named = reply.skill.strip().strip("`'\"").partition("(")[0]
    match = next((match for match in matches if match.record.name == named), None)
    if reply.kind == "NOT_EXISTS" or match is None:
        return Decision("NOT_EXISTS", True, matches[0] if matches else None, "No skill does this.")
    return Decision(reply.kind, True, match, f"{match.record.name} was chosen by the model.")


def decide(request: str, matches: Sequence[Match]) -> Decision:
    """Whether one of the matches does what is asked, and whether that is sure."""
    if not matches:
        return Decision("NOT_EXISTS", True, None, "No skill is like it.")
    for match in matches:
        if match.same_request:
            return _as_before(request, match)
    saying = [match for match in matches if _says_the_same(request, match)]
    if saying:
        others = [match for match in saying[1:] if _name_words(match.record) != _name_words(saying[0].record)]
        return _fitting(request, saying[0], sure=not others)
    close = _means_the_same(request, matches)
    if close is not None:
        return Decision(
            "EXISTS_AND_GENERIC",
            True,
            close,
            f"{close.record.name} is asked for like this, and the values fit.",
        )
    nearest = matches[0]
    if all(_is_far(match) for match in matches):
        return Decision("NOT_EXISTS", True, nearest, "No skill is near it.")
    return Decision("NOT_EXISTS", False, nearest, f"{nearest.record.name} is the nearest.")


def _as_before(request: str, match: Match) -> Decision:
    record = match.record
    parameters = parameters_of(record)
    values = literals(request)
    if parameters is not None and not parameters and values:
        if _plain(request) in map(_plain, (record.goal, *record.answers)):
            return Decision("EXISTS_AND_GENERIC", True, match, f"{record.name} was made for exactly this.")
        return Decision("EXISTS_BUT_SPECIFIC", True, match, f"{record.name} takes no values.")
    return Decision("EXISTS_AND_GENERIC", True, match, f"{record.name} is known for such requests.")


def _fitting(request: str, match: Match, *, sure: bool) -> Decision:
    """The kind, from the values in the request and the parameters of the skill."""
    name = match.record.name
    parameters = parameters_of(match.record)
    values = literals(request)
    if parameters is None:
        return Decision(
            "EXISTS_AND_GENERIC", False, match, f"{name} says the same; its parameters aren't known."
        )
    if not parameters and values:
        return Decision("EXISTS_BUT_SPECIFIC", sure, match, f"{name} says the same, but takes no values.")
    fits = _fits(values, parameters)
    return Decision(
        "EXISTS_AND_GENERIC",
        sure and fits,
        match,
        f"{name} says the same, and the values fit." if fits else f"{name} says the same; its values differ.",
    )


def _says_the_same(request: str, match: Match) -> bool:
    """Whether all telling words of the request are the skill's, and those of its name the request's."""
    if match.embedder == CALIBRATED_MODEL and match.cosine is not None and match.cosine < NEAR_COSINE:
        return False
    asked = _telling(masked(request))
    record = match.record
    # A value of the first request may have come into the name: reverse_hello_world.
    values = _telling(" ".join(value.text for value in literals(record.goal)))
    name = [word for word in _name_words(record) if word not in values or word in asked]
    if not asked or not name:
        return False
    said = _said_of(record)
    if not all(any(_alike(word, other) for other in said) for word in asked):
        return False
    if not all(any(_alike(word, other) for other in asked) for word in name):
        return False
    return _in_order(record.name, asked)


def _means_the_same(request: str, matches: Sequence[Match]) -> Match | None:
    """The skill that is clearly the nearest in meaning and shares most words, if its parameters fit the values."""
    near = sorted(
        (match for match in matches if match.cosine is not None and match.embedder == CALIBRATED_MODEL),
        key=lambda match: -(match.cosine or 0.0),
    )
    if not near or (near[0].cosine or 0.0) < SURE_COSINE:
        return None
    best = near[0]
    if len(near) > 1 and (best.cosine or 0.0) - (near[1].cosine or 0.0) < SURE_MARGIN:
        return None
    parameters = parameters_of(best.record)
    if parameters is None or not _fits(literals(request), parameters):
        return None
    # Neither words nor vectors tell km_to_miles from its reverse.
    if not {"to", "from"}.isdisjoint(words(best.record.name)):
        return None
    asked = _telling(masked(request))
    said = _said_of(best.record)
    if not asked or not _TURNING.isdisjoint(words(masked(request))):
        return None
    shared = sum(any(_alike(word, other) for other in said) for word in asked)
    return best if shared >= SURE_SHARE * len(asked) else None


def _said_of(record: SkillRecord) -> list[str]:
    """The telling words of a skill's name, of the first sentence of its description, and of requests for it."""
    return _telling(
        " ".join(
            (
                record.name,
                masked(record.goal),
                _SENTENCE.split(record.description, maxsplit=1)[0],
                *map(masked, record.answers[-_MAX_ANSWERS:]),
                *map(masked, record.asked_as[:_MAX_ANSWERS]),
            )
        )
    )


def _in_order(name: str, asked: Sequence[str]) -> bool:
    """Whether `a_to_b` is asked for as a to b, not b to a."""
    if "to" not in words(name):
        return True
    wanted = [word for word in _telling(name) if any(_alike(word, other) for other in asked)]
    places = [next(place for place, other in enumerate(asked) if _alike(word, other)) for word in wanted]
    return places == sorted(places)


def _is_far(match: Match) -> bool:
    """Whether neither meaning nor words connect them."""
    if match.embedder != CALIBRATED_MODEL or match.cosine is None:
        return False
    return match.cosine < FAR_COSINE and match.lexical == 0.0


def _telling(text: str) -> list[str]:
    found = (stem(word) for word in words(text) if word not in _EMPTY)
    return [word for word in dict.fromkeys(found) if word not in _FORMAL]


def _name_words(record: SkillRecord) -> list[str]:
    return _telling(record.name)


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= 5 and long.startswith(short) and len(long) - len(short) <= 4)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(" .!?")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a skill: its name, the text of its type, whether a call must give it."""

    name: str
    type: str
    needed: bool


def parameters_of(record: SkillRecord) -> list[Parameter] | None:
    """The parameters of a skill's signature; None where it has none that can be read."""
    signature = record.signature.strip().removeprefix("def ").rstrip(": ")
    if not signature:
        return None
    try:
        (function,) = parse(f"def {signature}: ...").body
    except (SyntaxError, ValueError, RecursionError):
        return None
    if not isinstance(function, ast.FunctionDef) or function.args.vararg or function.args.kwarg:
        return None
    positional = [*function.args.posonlyargs, *function.args.args]
    optional = len(positional) - len(function.args.defaults)
    found = [
        Parameter(argument.arg, _type(argument), place < optional)
        for place, argument in enumerate(positional)
    ]
    for argument, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        found.append(Parameter(argument.arg, _type(argument), default is None))
    return found


def _type(argument: ast.arg) -> str:
    return ast.unparse(argument.annotation) if argument.annotation is not None else ""


def _fits(values: Sequence[Value], parameters: Sequence[Parameter]) -> bool:
    """Whether the values can be the arguments of one call, as many and of such types as it takes."""
    needed = sum(parameter.needed for parameter in parameters)
    return needed <= len(values) <= len(parameters) and _types_fit(values, parameters)


def _types_fit(values: Sequence[Value], parameters: Sequence[Parameter]) -> bool:
    """Whether no value contradicts the types: a quoted text isn't a number, a number isn't a list."""
    texts = sum(value.kind == "text" for value in values)
    numbers = sum(value.kind == "number" for value in values)
    several = sum(value.kind == "list" for value in values)
    taking_lists = sum(_takes_list(parameter.type) for parameter in parameters)
    taking_numbers = sum(parameter.type in ("int", "float", "complex", "Decimal") for parameter in parameters)
    free = len(parameters) - taking_lists - taking_numbers
    return texts <= free and several <= taking_lists + free and numbers <= taking_numbers + free


def _takes_list(kind: str) -> bool:
    return kind.startswith(("list", "tuple", "set", "Sequence", "Iterable", "dict", "Mapping", "Collection"))
