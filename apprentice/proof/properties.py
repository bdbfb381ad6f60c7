"""What must hold of a function whatever its inputs, as far as its specification surely says so, and whether it does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from apprentice.cancellation import CancelToken
from apprentice.errors import Cancelled
from apprentice.proof import laws, telling
from apprentice.proof.kinds import Kind
from apprentice.proof.rules import HEDGES, RULES, Rule, rounded_to, says_nothing_else
from apprentice.proof.specification import Shape, kind_of_result, read
from apprentice.proof.strategies import strategy
from apprentice.sandbox.base import NOTHING, Grants, Limits, Sandbox
from apprentice.syntax_trees import literal, parse, top_level

#: Inputs of each of both reaches that hypothesis makes.
INPUTS: Final = 40
#: Of the given calls so many are tried.
MOST_CALLS: Final = 30
_MEMORY_MB: Final = 512

_CRASHES: Final = (
    "TypeError", "AttributeError", "NameError", "UnboundLocalError", "RecursionError", "IndexError", "KeyError",
)  # fmt: skip
#: Errors that right code raises too, for a place or a key that isn't there.
_LOOKED_UP: Final = ("IndexError", "KeyError")
#: Words by which a goal asks a form of texts.
_FORM: Final = re.compile(
    r"date|time|format|valid|such as|represent|numer|number|digit|expression|parenthes|bracket|binary|hexa|roman|json|xml|csv|"
    r"\burl|path|\bfile|version|notation|\bcode|consist|\bonly|contain|assum|separat|delimit|pattern|field|name of|names of|names as|"
    r"\bof the form|grade|planet|month|card|address|mail|instruction|command|symbol|operat|note|unit|nucleo|dna|bencod|base64"
)
#: Words by which a goal restricts what a function is given.
_RESTRICTED: Final = re.compile(
    r"positive|negative|non-?empty|not empty|at least|at most|valid|assum|always|guarante|will be|can be|"
    r"must be|only contain|consist|between \d|from \d|\d (or|and) more|equal(ly)? long|same length|of equal length|distinct|"
    r"no duplicate|exactly|format|natural number|such as|[<>≤≥]"
)
_SORTED: Final = re.compile(r"(\w+ )?(\w+ )?sorted (lists?|arrays?|sequences?|numbers|integers)\b")
_RESULT: Final = re.compile(r"\b(returns?|into|new|one|as|gives?|to)\b")
_CHANGES: Final = re.compile(
    r"in[- ]place|modif|mutat|updat|append|\badds? .{0,30}\bto (a|the|its)|extend|remov\w* .{0,40}from (a|the)|delet|\bpop|fill|"
    r"\bswap|push|cache|memo|insert|\bput|consum|\bempties|drain|\bclears?\b|us(es|ed) up|"
    # Right code may sort its argument on the way.
    r"sort|\border|largest|smallest|maxim|minim|median|revers|rotat|shuffl|rank|\btop\b"
)
_KEEPS: Final = re.compile(
    r"(is|are|isn't|aren't|not|n't) (be )?(changed|modified|mutated)|(leaves?|without chang\w+|without modif\w+|new (list|dict\w*|set))|"
    r"neither argument is changed"
)
_UNSTEADY: Final = re.compile(
    r"random|shuffl|\bnow\b|today|current|clock|uuid|time ?stamp|unique id|token|password|secret|\bfiles?\b|folder|directory|\blog\b|"
    r"(each|every|next|last) call|session|counter|cache|visit|fetch|download|https?|\binput\(|stream|in[- ]place|memor|database"
)
_TELLS: Final = re.compile(
    r"tells? (whether|if)|\breturns? true (if|when)|\bchecks? (if|whether)|\bwhether\b|\bit returns true\b|\bshould return true\b"
)
_PAIRS: Final = (
    ("encode", "decode"), ("encrypt", "decrypt"), ("compress", "decompress"), ("serialize", "deserialize"),
    ("serialise", "deserialise"), ("pack", "unpack"), ("escape", "unescape"), ("encipher", "decipher"), ("dump", "load"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Property:
    """What must hold of each call.

    Attributes:
        name: of the law.
        source: the words of the goal that it follows from, the annotation, or "in general".
        text: what holds, for a person.
        options: of the law.
        crashes: of "no crash", the errors that aren't allowed.
    """

    name: str
    source: str
    text: str
    options: Mapping[str, Any] = field(default_factory=dict)
    crashes: tuple[str, ...] = ()
    #: Texts of strategies for argument lists, and the names of those that are given by name; the same in all of a function.
    narrow: str = ""
    wide: str = ""
    by_name: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """What came of one property.

    Attributes:
        held: None where it could not be tried.
        counterexample: the call for which it doesn't hold.
        said: what came of that call; where `held` is None, why.
    """

    property: Property
    held: bool | None
    counterexample: str = ""
    said: str = ""


def properties(
    goal: str, signature: str, function: str, examples: Sequence[str], code: str = ""
) -> list[Property]:
    """What surely follows from the specification; nothing that an example contradicts.

    Args:
        goal: the specification in a person's words.
        signature: `f(a: int) -> bool`; "" where none is known.
        examples: expressions, e.g. `f(2) == 4` or `f('') raises ValueError`.
        code: a module, for what its functions must do together; its annotations count for nothing.
    """
    shape = read(goal, signature, function, examples)
    found = [
        *_of_type(shape),
        *_bool(shape),
        *_unchanged(shape),
        *_steady(shape),
        *_no_crash(shape),
        *_of_words(shape),
        *_round_trips(shape, code),
    ]
    narrow, wide = _strategies(shape)
    by_name = tuple(place.name for place in shape.places[: len(shape.kinds)] if place.by_name)
    return [
        Property(p.name, p.source, p.text, p.options, p.crashes, narrow, wide, by_name)
        for p in found
        if not _contradicted(p, shape)
    ]


def check(
    sandbox: Sandbox,
    module: str,
    function: str,
    properties: Sequence[Property],
    calls: Sequence[str],
    *,
    modules: Mapping[str, str],
    grants: Grants = NOTHING,
    cancel: CancelToken | None = None,
    seconds: float = 1.0,
) -> list[Held]:
    """Try the properties in one run, on the given calls and on inputs that hypothesis makes; the run itself is the judge.

    Args:
        calls: texts of argument lists, as `arguments_for` gives them.
        seconds: for all calls of the function together; the run ends within three seconds more.

    Raises:
        Cancelled: it was stopped.
        SandboxError: no code can be run on this machine.
    """
    if not properties:
        return []
    first = properties[0]
    # Where a goal restricts what a function is given, calls that are near the examples may be beyond it.
    calls = [] if first.narrow and not first.wide else calls[:MOST_CALLS]
    chosen = [values for call in calls if (values := _values(call)) is not None]
    crashes = next((p.crashes for p in properties if p.name == "no_crash"), ())
    text = (
        "import hypothesis\n"
        "from math import inf, nan\n"
        "from _proof_examiner import Examiner\n\n"
        f"examiner = Examiner({module!r}, {function!r}, {[(p.name, dict(p.options)) for p in properties]!r}, {chosen!r}, "
        f"by_name={first.by_name!r}, narrow={first.narrow!r}, wide={first.wide!r}, crashes={crashes!r}, count={INPUTS}, "
        f"seconds={seconds!r})\n\n"
    ) + "\n".join(
        f"def test_{number}():\n    examiner.judge({number})\n" for number in range(len(properties))
    )
    report = sandbox.run_tests(
        module,
        modules={**modules, **_parts()},
        tests=text,
        limits=Limits(seconds=seconds + 3, memory_mb=_MEMORY_MB),
        cancel=cancel,
        grants=grants,
    )
    if report.run.status == "cancelled":
        raise Cancelled("Stopped.", "Nothing was changed.")
    outcomes = {outcome.name.rpartition("test_")[2]: outcome for outcome in report.outcomes}
    why = report.import_error.message if report.import_error else report.run.message or report.run.status
    held = []
    for number, one in enumerate(properties):
        outcome = outcomes.get(str(number))
        if outcome is not None and outcome.passed:
            held.append(Held(one, True))
        elif outcome is not None and "call" in outcome.values:
            held.append(Held(one, False, outcome.values["call"], outcome.values.get("said", "")))
        else:
            said = "" if outcome is None else outcome.values.get("open") or outcome.message
            held.append(Held(one, None, "", said or why))
    return held


@cache
def _parts() -> dict[str, str]:
    """The modules that run beside the code."""
    here = Path(__file__).parent
    examiner = (here / "examiner.py").read_text(encoding="utf-8")
    return {
        "_proof_laws": (here / "laws.py").read_text(encoding="utf-8"),
        "_proof_examiner": examiner.replace(
            "from apprentice.proof import laws", "import _proof_laws as laws"
        ),
    }


def _values(call: str) -> list[Any] | None:
    try:
        values = literal(call)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None
    return values if isinstance(values, list) else None


# --- what follows


def _of_type(shape: Shape) -> Iterator[Property]:
    if shape.returned is None or any(word in shape.goal for word in ("yield", "generator", "coroutine")):
        return
    kind = kind_of_result(shape.returned)
    if kind[0] != "any":
        text = ast.unparse(shape.returned)
        yield Property("of_type", f"-> {text}", f"the result is of type {text}", {"kind": kind})


def _bool(shape: Shape) -> Iterator[Property]:
    results = [result for _, result in shape.pairs]
    found = _TELLS.search(shape.goal)
    word = found[0] if found else shape.function if re.match(r"(is|has)_", shape.function) else ""
    if word and True in results and False in results and all(type(result) is bool for result in results):
        yield Property("a_bool", word, "the result is True or False")


def _unchanged(shape: Shape) -> Iterator[Property]:
    mutable = [kind for kind in shape.kinds if kind.name in ("list", "dict", "set", "union", "any")]
    if not mutable or (shape.pairs and all(result is None for _, result in shape.pairs)):
        return
    kept = _KEEPS.search(shape.goal)
    if kept:
        yield Property("unchanged", kept[0], "no argument is changed")
    elif (
        not _CHANGES.search(shape.goal)
        and shape.pairs
        and not any(_gives_back(*pair) for pair in shape.pairs)
    ):
        yield Property("unchanged", "in general", "no argument is changed")


def _gives_back(args: list[Any], result: Any) -> bool:
    """Whether the result might be an argument that was changed."""
    return isinstance(result, list | dict | set) and any(type(result) is type(value) for value in args)


def _steady(shape: Shape) -> Iterator[Property]:
    if not _UNSTEADY.search(shape.goal) and shape.kinds:
        yield Property("same_again", "in general", "the same call gives the same result")


def _no_crash(shape: Shape) -> Iterator[Property]:
    if not shape.pairs or not _strategies(shape)[0]:
        return
    crashes = [name for name in _CRASHES if name not in shape.raised and name.lower() not in shape.goal]
    alone = len(shape.kinds) == 1
    texts = any(_holds_texts(kind) for kind in shape.kinds)
    if not alone or (texts and _FORM.search(shape.goal)):
        crashes = [name for name in crashes if name not in _LOOKED_UP]
    if texts:
        crashes = [name for name in crashes if name != "KeyError"]
    yield Property(
        "no_crash",
        "in general",
        f"no {', '.join(crashes[:-1])} or {crashes[-1]} for arguments like those of the examples",
        crashes=tuple(crashes),
    )


def _of_words(shape: Shape) -> Iterator[Property]:
    for rule in () if HEDGES.search(shape.goal) else RULES:
        word = re.search(rule.words, shape.goal)
        if word is None or re.search(rule.but, shape.goal):
            continue
        if rule.exact and not says_nothing_else(shape.goal, word, shape.function):
            continue
        if (rule.arguments and len(shape.kinds) != rule.arguments) or not shape.kinds:
            continue
        if _confirmed(rule, shape):
            yield Property(rule.law, word[0], rule.states)
    places = rounded_to(shape.goal)
    if places is not None and any(telling.a_fraction(*pair) for pair in shape.pairs):
        text = f"the result has at most {places[1]} decimal places"
        yield Property("rounded", places[0], text, {"places": places[1]})


def _confirmed(rule: Rule, shape: Shape) -> bool:
    """Whether an example shows that the words mean the law."""
    return any(
        len(args) == len(shape.kinds)
        and rule.telling(args, result)
        and _holds(rule.law, {}, args, result, shape) is True
        for args, result in shape.pairs
    )


def _round_trips(shape: Shape, code: str) -> Iterator[Property]:
    """Two functions of the module that the goal names, of which one undoes the other."""
    if not code or len(shape.kinds) != 1 or shape.kinds[0].name != "str":
        return
    try:
        functions = {node.name: node for node in top_level(parse(code)) if isinstance(node, ast.FunctionDef)}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for pair in _PAIRS:
        for first, (mine, others) in ((True, pair), (False, pair[::-1])):
            if not re.search(rf"(^|_){mine}", shape.function):
                continue
            other = re.sub(rf"(^|_){mine}", rf"\g<1>{others}", shape.function, count=1)
            if other in functions and len(functions[other].args.args) == 1 and other in shape.goal:
                text = f"{pair[1]} undoes {pair[0]}"
                clear = "".join(str(args[0] if first else result) for args, result in shape.pairs)
                options = {"other": other, "first": first, "texts": _clear_texts(clear, bool(shape.pairs))}
                yield Property("read_back", other, text, options)


def _clear_texts(seen: str, known: bool) -> list[str]:
    """Texts of the letters that examples have: codes may have no signs for others, or for the other case."""
    letters = "".join(dict.fromkeys(c for c in seen if c.isascii() and c.isalpha()))
    if not known:
        letters = "abcdefghijklmnopqrstuvwxyz"
    pieces = [letters[start : start + size] for size in (1, 2, 3, 5, 8) for start in (0, 1, 4)]
    texts = [
        letters,
        letters[::-1],
        letters[:1] * 3,
        letters[:2] * 2,
        letters[:1] * 2 + letters[1:3] * 3,
        *pieces,
    ]
    return [text for text in dict.fromkeys(texts) if text]


def _contradicted(one: Property, shape: Shape) -> bool:
    return any(
        _holds(one.name, one.options, args, result, shape) is False
        for args, result in shape.pairs
        if len(args) == len(shape.kinds)
    )


def _holds(law: str, options: Mapping[str, Any], args: list[Any], result: Any, shape: Shape) -> bool | None:
    """Whether a law holds for an example; calls of the function are looked up among the examples."""
    if law in ("unchanged", "no_crash", "read_back"):
        return None

    def look_up(*values: Any) -> Any:
        return next(known for given, known in shape.pairs if laws.alike(given, list(values)))

    try:
        said: str | None = getattr(laws, law)(look_up, args, result, **options)
    except Exception:  # noqa: BLE001 - as it goes with a call in the run
        # Laws that call the function again are seldom answered by the examples.
        return True if law in ("same_when_repeated", "same_backwards", "either_way") else None
    return None if said is None else not said


# --- inputs


def _strategies(shape: Shape) -> tuple[str, str]:
    """Texts for lists of arguments: narrow and wide."""
    if not shape.kinds:
        return "", ""
    free = not _FORM.search(shape.goal)
    restricted = bool(_RESTRICTED.search(shape.goal))
    if any(not _RESULT.search(found[0]) for found in _SORTED.finditer(shape.goal)):
        kinds = [replace(kind, ordered=kind.ordered or kind.name == "list") for kind in shape.kinds]
        shape, restricted = replace(shape, kinds=kinds), True
    narrow = [strategy(kind, "narrow", free=free and not restricted) for kind in shape.kinds]
    wide = [strategy(kind, "wide", free=free) for kind in shape.kinds]
    several = f"st.tuples({', '.join(narrow)})" if all(narrow) else ""
    if restricted and shape.pairs:
        return several, ""
    return several, f"st.tuples({', '.join(wide)})" if all(wide) else ""


def _holds_texts(kind: Kind) -> bool:
    return kind.name in ("str", "bytes") or any(map(_holds_texts, kind.inner))
