"""Whether code knows its examples by heart, told from what changes with each value that is spelled out in it.

However an answer is disguised, somewhere it is spelled out, and so is what it is found by. A value whose change changes what
comes of an example, and of no other call, serves that example alone; and where all that the examples show changes word for
word with what is spelled out, nothing of what the code computes was seen to be right.
"""

from __future__ import annotations

import ast
import builtins
import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from apprentice.cancellation import CancelToken
from apprentice.proof.batch import Outcomes, form_of, run_many
from apprentice.proof.cases import Case, cases_of
from apprentice.proof.disguises import shares
from apprentice.proof.hard_coded import hard_coded, is_closed_word, is_told, is_trivial, prose_of
from apprentice.proof.inputs import arguments_for, call_text
from apprentice.proof.reachable import is_docstring, reachable
from apprentice.sandbox.base import Limits, Sandbox
from apprentice.syntax_trees import literal, parse, top_level

#: Calls that are made beside those of the examples, and values that are changed.
CALLS: Final = 40
_MOST_SITES: Final = 60
_MOST_CLOSED: Final = 16
_MOST_TEXT: Final = 20_000
_SECONDS: Final = 1.5
#: Calls beside the examples that must give something, before what serves none of them is doubted.
_LEAST_OTHERS: Final = 8
#: Digits or letters that tell one call from others.
_LEAST_SIZE: Final = 3
_NUMBER: Final = 7919
_TEXT: Final = "q7"
_CLOSED_VALUES: Final = "_values_that_depend_on_nothing"
_Constant = int | float | str | bytes


@dataclass(frozen=True, slots=True)
class _Site:
    """A constant: its place among the tree's nodes, and the table or the comparisons that it belongs to."""

    place: int
    value: _Constant
    group: tuple[int, str]


def remembered(
    sandbox: Sandbox,
    code: str,
    function: str,
    examples: Sequence[str],
    signature: str,
    *,
    goal: str = "",
    modules: Mapping[str, str],
    cancel: CancelToken | None = None,
) -> str:
    """Why the code is taken to know the examples' answers by heart; empty where nothing says so.

    Args:
        examples: `f(2) == 4` and the like; those that are no comparison of one call with a literal are left out.
        signature: the function's, for calls beside those of the examples.
        goal: what was asked for, in words: an answer that it states is none that is known by heart.
        modules: what the code may import.

    Raises:
        Cancelled: it was stopped.
        SandboxError: no code can be run on this machine.
    """
    known = [case for case in cases_of(examples, function, signature) if not case.raises]
    calls = arguments_for(signature, examples, function, count=CALLS)
    cases = [case for case in known if case.arguments in calls and not _is_base(case)]
    if not cases:
        return ""
    codes = [code]
    folded = _folded(sandbox, code, function, modules=modules, cancel=cancel)
    if folded != code:
        if reason := hard_coded(folded, function, examples, goal=goal):
            return reason
        codes.append(folded)
    sites = _sites(folded)
    if not sites:
        return ""
    tree = parse(folded)
    codes += [_changed(tree, site) for site in sites]
    found = run_many(
        sandbox, codes, function, calls, modules=modules, cancel=cancel, seconds=_SECONDS, seconds_each=0.05
    )
    own = found[0]
    if own is None or (folded != code and not _alike(own, found[1])):
        return ""
    given = {calls.index(case.arguments) for case in known if case.arguments in calls}
    case = _Judge(
        cases, given, calls, own, list(zip(sites, found[len(codes) - len(sites) :], strict=True))
    ).known(prose_of(goal, function), set(re.findall(r"[a-z]+", function.lower())))
    if case is None:
        return ""
    call = call_text(signature, function, case.arguments)
    return f"that {call} is {case.expected!r} is spelled out in it, and serves nothing else"


class _Judge:
    def __init__(
        self,
        cases: Sequence[Case],
        given: set[int],
        calls: Sequence[str],
        own: Outcomes,
        variants: Sequence[tuple[_Site, Outcomes | None]],
    ) -> None:
        self._cases = cases
        self._place = {id(case): calls.index(case.arguments) for case in cases}
        self._given = given
        self._others = [
            place for place in range(len(calls)) if place not in given and own[place].kind == "returned"
        ]
        self._own = own
        self._variants = [(site, outcomes) for site, outcomes in variants if outcomes is not None]

    def known(self, prose: str, words: set[str]) -> Case | None:
        """The first case whose answer is known by heart."""
        cases = [case for case in self._cases if not is_told(prose, words, case.values, case.expected)]
        word_for_word = {id(case): self._word_for_word(case) for case in cases}
        for case in cases:
            alone = self._alone(case)
            sites = word_for_word[id(case)]
            made_of_it = bool(sites) and shares(case.expected, case.values)
            if made_of_it or (_telling(alone) and not self._serves_others(alone, len(cases))):
                return case
        judged = [
            case for case in self._cases if not isinstance(case.expected, bool) and case.expected is not None
        ]
        data = [case for case in judged if case in cases and _is_data(case.expected)]
        if data and all(word_for_word.get(id(case)) for case in judged):
            sites = [site for case in judged for site in word_for_word[id(case)]]
            answers = {repr(case.expected) for case in judged}
            named = any(self._is_named(case, word_for_word[id(case)]) for case in judged)
            if not named and not self._serves_others(sites, len(answers)):
                return data[0]
        return None

    def _alone(self, case: Case) -> list[_Site]:
        """What changes this example and no call that is none, and is no part of the example as it stands.

        Of a value that is, `hard_coded` knows when it may stand there.
        """
        place = self._place[id(case)]
        if len(self._others) < _LEAST_OTHERS:
            return []
        return [
            site
            for site, outcomes in self._variants
            if _size(site.value)
            and not _is_within(site.value, [*case.values, case.expected])
            and not _same(outcomes[place], self._own[place])
            and all(_same(outcomes[other], self._own[other]) for other in self._others)
        ]

    def _is_named(self, case: Case, answers: Sequence[_Site]) -> bool:
        """Whether it is found by what is passed as it stands, of which `hard_coded` knows when it may stand there."""
        place = self._place[id(case)]
        tables = {site.group[0] for site in answers}
        return any(
            _size(site.value)
            and (is_closed_word(site.value) or site.group[0] not in tables)
            and _is_within(site.value, case.values)
            and not _is_within(site.value, [case.expected])
            and not _same(outcomes[place], self._own[place])
            for site, outcomes in self._variants
        )

    def _word_for_word(self, case: Case) -> list[_Site]:
        """The parts of the answer, if each of them stands in the code for itself."""
        place = self._place[id(case)]
        found = []
        for site, outcomes in self._variants:
            if _same(outcomes[place], self._own[place]):
                continue
            forms = {form_of(changed) for changed in _substituted(case.expected, site.value)}
            if outcomes[place].form in forms:
                found.append(site)
        return found if len(found) >= _leaves(case.expected) else []

    def _serves_others(self, sites: Sequence[_Site], examples: int) -> bool:
        """Whether there is more like it that is none of the examples'."""
        groups = {site.group for site in sites}
        used = {
            site.place
            for site, outcomes in self._variants
            if any(not _same(outcomes[place], self._own[place]) for place in self._given)
        }
        beside = {
            repr(site.value)
            for site, _ in self._variants
            if site.group in groups and site.place not in used and _size(site.value)
        }
        return len(beside) >= max(2, examples)


def _is_base(case: Case) -> bool:
    """Whether a function may well name it: all that is passed is empty or very small."""
    return all(is_trivial(value) or (type(value) is int and abs(value) <= 3) for value in case.values)


def _is_data(value: Any) -> bool:
    """Whether it is more than a word that a function may choose among others."""
    if isinstance(value, str):
        return len(value) > 4 and not re.fullmatch(r"[^\W\d_]+(?: [^\W\d_]+)*", value)
    return not is_trivial(value)


def _leaves(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_leaves, [*value.keys(), *value.values()]))
    if isinstance(value, list | tuple | set | frozenset):
        return sum(map(_leaves, value))
    return int(value is not None and not isinstance(value, bool))


def _telling(sites: Sequence[_Site]) -> bool:
    return sum(_size(site.value) for site in sites) >= _LEAST_SIZE


def _is_within(value: _Constant, parts: Iterable[Any]) -> bool:
    """Whether a constant stands somewhere in these values as it is, or as a piece of a text."""
    for part in parts:
        if isinstance(part, dict):
            part = [*part.keys(), *part.values()]
        if isinstance(part, list | tuple | set | frozenset):
            if _is_within(value, part):
                return True
        elif isinstance(part, str) and isinstance(value, str):
            if value.lower() in part.lower():
                return True
        elif isinstance(part, bytes) and isinstance(value, bytes):
            if value in part:
                return True
        elif part == value:
            return True
    return False


def _same(first: Any, second: Any) -> bool:
    return (first.kind, first.form) == (second.kind, second.form)


def _alike(first: Outcomes, second: Outcomes | None) -> bool:
    return second is not None and all(map(_same, first, second))


def _size(value: _Constant) -> int:
    """How much a constant tells, roughly; 0 for what stands in any code."""
    if isinstance(value, str | bytes):
        return len(value) if len(value) > 1 else 0
    return 0 if value in (-1, 0, 1, 2) else len(str(abs(value)))


def _sites(code: str) -> list[_Site]:
    tree = parse(code)
    places = {id(node): number for number, node in enumerate(ast.walk(tree))}
    found: list[_Site] = []
    _visit(tree, places, found, (0, ""))
    found.sort(key=lambda site: -min(_size(site.value), 3))
    return found[:_MOST_SITES]


def _visit(node: ast.AST, places: Mapping[int, int], found: list[_Site], group: tuple[int, str]) -> None:
    """Note the constants below a node; those of one table, and those of one function's comparisons, belong together."""
    if isinstance(node, ast.stmt) and is_docstring(node):
        return
    if isinstance(node, ast.Raise | ast.Import | ast.ImportFrom):
        return
    if isinstance(node, ast.Constant):
        if isinstance(node.value, int | float | str | bytes) and not isinstance(node.value, bool):
            own = (places[id(node)], "alone") if group[1] in ("", "body") else group
            found.append(_Site(places[id(node)], node.value, own))
        return
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        group = (places[id(node)], "body")
    elif isinstance(node, ast.Compare | ast.MatchValue) and group[1] in ("", "body", "answer"):
        group = (group[0], "compared")
    elif isinstance(node, ast.Return | ast.IfExp) and group[1] in ("", "body"):
        group = (group[0], "answer")
    table = isinstance(node, ast.Dict | ast.List | ast.Tuple | ast.Set) and group[1] not in ("key", "item")
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        below = (places[id(node)], "key" if name == "keys" else "item") if table else group
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                _visit(child, places, found, below)


def _changed(tree: ast.Module, site: _Site) -> str:
    changed = copy.deepcopy(tree)
    node = next(node for number, node in enumerate(ast.walk(changed)) if number == site.place)
    assert isinstance(node, ast.Constant)
    node.value = _other(site.value)
    return ast.unparse(changed)


def _other(value: _Constant) -> _Constant:
    if isinstance(value, str):
        return value + _TEXT
    return value + _TEXT.encode() if isinstance(value, bytes) else value + _NUMBER


def _substituted(expected: Any, value: _Constant) -> Iterator[Any]:
    """The result with a constant in it changed: in all its places, or in one of them."""
    count = 0

    def replaced(part: Any, only: int | None) -> Any:
        nonlocal count
        if type(part) is list or type(part) is tuple:
            return type(part)(replaced(item, only) for item in part)
        if type(part) is dict:
            return {replaced(key, only): replaced(item, only) for key, item in part.items()}
        if type(part) is type(value) and part == value:
            count += 1
            return _other(value) if only in (None, count) else part
        return part

    yield replaced(expected, None)
    for number in range(1, min(count, 6) + 1):
        count = 0
        yield replaced(expected, number)


# --- what depends on no argument


def _folded(
    sandbox: Sandbox, code: str, function: str, *, modules: Mapping[str, str], cancel: CancelToken | None
) -> str:
    """The code with values in the place of calls that depend on no argument; the same code where there are none."""
    tree = parse(code)
    closed = _closed(tree, function)
    if not closed:
        return code
    listed = ", ".join(f"lambda: {ast.unparse(node)}" for node in closed)
    asking = (
        f"\n\ndef {_CLOSED_VALUES}():\n    found = []\n    for give in ({listed},):\n        try:\n"
        "            found.append(repr(give()))\n        except Exception:\n            found.append('')\n"
        f"    return [text if len(text) < {_MOST_TEXT} else '' for text in found]\n"
    )
    name = "_folded"
    result = sandbox.call(
        name,
        _CLOSED_VALUES,
        [],
        {},
        modules={**modules, name: code + asking},
        limits=Limits(seconds=_SECONDS),
        cancel=cancel,
    )
    if not result.ok or not isinstance(result.value, list) or len(result.value) != len(closed):
        return code
    values: dict[int, ast.expr] = {}
    for node, text in zip(closed, result.value, strict=True):
        try:
            value = literal(str(text))
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
        if isinstance(value, str | bytes | list | tuple | dict | set) and len(value) > 0:
            values[id(node)] = parse(repr(value), mode="eval").body
    if not values:
        return code
    return ast.unparse(_Replace(values).visit(tree))


class _Replace(ast.NodeTransformer):
    def __init__(self, values: Mapping[int, ast.expr]) -> None:
        self._values = values

    def visit(self, node: ast.AST) -> Any:
        return self._values.get(id(node)) or super().visit(node)


def _closed(tree: ast.Module, function: str) -> list[ast.expr]:
    """The outermost calls and comprehensions in which nothing is read but what the module has at its top."""
    free = set(dir(builtins))
    for node in top_level(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            free.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            free |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        else:
            free |= {
                part.id
                for part in ast.walk(node)
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            }
    local: set[str] = set()
    for inner in ast.walk(tree):
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            local |= {part.arg for part in ast.walk(inner.args) if isinstance(part, ast.arg)}
            local |= {
                part.id
                for part in ast.walk(inner)
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            }
    found: list[ast.expr] = []

    def look(node: ast.AST) -> None:
        if isinstance(node, ast.Call | ast.ListComp | ast.DictComp | ast.SetComp) and _is_closed(
            node, free - local, function
        ):
            found.append(node)
            return
        for child in ast.iter_child_nodes(node):
            look(child)

    for part in reachable(tree, function):
        look(part)
    return found[:_MOST_CLOSED]


def _is_closed(node: ast.expr, free: set[str], function: str) -> bool:
    bound = {
        part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
    read = {
        part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
    }
    inner = any(
        isinstance(part, ast.Lambda | ast.Await | ast.Yield | ast.NamedExpr) for part in ast.walk(node)
    )
    return not inner and function not in read and read - bound <= free and bool(read)
