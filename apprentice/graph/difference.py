"""What a module that passes does that one that fails does not, and the other way round, from their syntax trees."""

from __future__ import annotations

import ast
import builtins
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from apprentice.syntax_trees import parse

MAX_CODE: Final = 400
MAX_PHRASE: Final = 70
#: More changes than these are a module written anew, of which the first ones say little.
MANY: Final = 8
MOST: Final = 60
#: A line became another one, rather than being replaced, when so much of it (of 1) is the same.
LIKE: Final = 0.5

_BUILTINS: Final = frozenset(dir(builtins))
_EXCEPTIONS: Final = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
)
#: What is told first; the prefix of a feature's key.
_ORDER: Final = (
    "except",
    "check",
    "call",
    "keyword",
    "raise",
    "operator",
    "slice",
    "compare",
    "step",
    "default",
)
_ORDER_ALL: Final = (*_ORDER, "import", "return", "makes", "flow", "line")
#: Where one of these is gone, what came for it is told as its replacement.
_REPLACED: Final = frozenset({"call", "operator", "compare", "default", "step", "slice", "import", "line"})
#: Calls that are in nearly every module and tell nothing.
_PLAIN_CALLS: Final = frozenset({"append", "print", "len", "range", "super"})


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the passing module has (`added`) or no longer has.

    Attributes:
        key: the same for the same thing in another module: `call:.strip`.
        code: the piece of the module, one line.
    """

    key: str
    code: str
    added: bool

    @property
    def sign(self) -> str:
        """The key with its direction."""
        return ("+" if self.added else "-") + self.key

    @property
    def kind(self) -> str:
        """The key's prefix."""
        return self.key.partition(":")[0]


def changes_between(failing: str, passing: str, between: str = "") -> list[Change]:
    """What changed, the most telling first; empty where a module doesn't parse or nothing is told by its syntax.

    Args:
        between: the module that got past this very error, where others had to be mended after it: what it already
            has of the passing one's changes is all that counts.
    """
    before, after = features(failing), features(passing)
    if before is None or after is None:
        return []
    found = [Change(key, code, True) for key, code in after.items() if key not in before]
    found += [Change(key, code, False) for key, code in before.items() if key not in after]
    middle = features(between) if between else None
    if middle is not None:
        had = [change for change in found if (change.key in middle) == change.added]
        found = had or found
    return sorted(found, key=_rank)[:MOST] or _other_line(failing, passing)


def features(code: str) -> dict[str, str] | None:
    """What a module does, by key, each with a piece of code that shows it; None where it doesn't parse."""
    try:
        tree = parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    own = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    found: dict[str, str] = {}
    try:
        for node in ast.walk(tree):
            for key, text in _of(node, own):
                line = " ".join(text.split())
                known = found.get(key)
                if len(line) <= MAX_PHRASE and (known is None or len(line) < len(known)):
                    found[key] = line
                else:
                    found.setdefault(key, line[: MAX_PHRASE - 1] + "…" if len(line) > MAX_PHRASE else line)
    except RecursionError:
        return None
    return found


def in_words(changes: Sequence[Change], most: int = 3) -> str:
    """The changes as the end of a sentence: "uses `p.strip()`, instead of `int(p)`"; empty for none."""
    said = _telling([change for change in changes if change.added])[:most]
    gone = _telling([change for change in changes if not change.added and change.kind in _REPLACED])
    left = next((change for change in gone if not any(_within(change.code, one.code) for one in said)), None)
    if not said:
        left = left or next(iter(changes), None)
        return f"does without `{left.code}`" if left is not None else ""
    verbs: dict[str, list[str]] = {}
    for change in said:
        verb, what = _phrase(change)
        verbs.setdefault(verb, []).append(what)
    words = ", ".join(f"{verb} {' and '.join(objects)}" for verb, objects in verbs.items())
    return f"{words}, instead of `{left.code}`" if left is not None else words


def snippet(failing: str, passing: str) -> str:
    """The lines that changed, with `-` and `+` before them, shortened."""
    lines = difflib.unified_diff(failing.splitlines(), passing.splitlines(), n=0, lineterm="")
    kept = [
        line.rstrip()
        for line in lines
        if line[:1] in "+-" and line[:3] not in ("+++", "---") and line[1:].strip()
    ]
    text = "\n".join(kept)
    return text if len(text) <= MAX_CODE else text[: MAX_CODE - 1] + "…"


def _phrase(change: Change) -> tuple[str, str]:
    """A verb and its object."""
    name = f"`{change.key.partition(':')[2]}`"
    match change.kind:
        case "except":
            return "catches", name
        case "raise":
            return "raises", name
        case "import":
            return "imports", name
        case "check":
            return "has", f"`{change.code}`"
        case "default":
            return "has as its default", f"`{change.code}`"
        case _:
            return "uses", f"`{change.code}`"


def _of(node: ast.AST, own: set[str]) -> Iterator[tuple[str, str]]:
    """The features of one node, without those inside it."""
    match node:
        case ast.Call():
            yield from _of_call(node, own)
        case ast.ExceptHandler(type=caught):
            yield f"except:{ast.unparse(caught) if caught else 'everything'}", "except"
        case ast.Raise(exc=raised) if raised is not None:
            name = raised.func if isinstance(raised, ast.Call) else raised
            yield f"raise:{ast.unparse(name)}", ast.unparse(node)
        case ast.If(test=test, body=[ast.Return() | ast.Raise() | ast.Continue() as then]):
            yield f"check:{shape(test, own)}", f"if {ast.unparse(test)}: {ast.unparse(then)}"
        case ast.If(test=test) | ast.IfExp(test=test):
            yield f"check:{shape(test, own)}", f"if {ast.unparse(test)}"
        case ast.comprehension(ifs=tests):
            for test in tests:
                yield f"check:{shape(test, own)}", f"if {ast.unparse(test)}"
        case ast.Compare(ops=[op]) if not isinstance(op, ast.Eq):
            yield f"compare:{type(op).__name__}", ast.unparse(node)
        case ast.BinOp(op=op, left=left, right=right):
            yield f"operator:{type(op).__name__}", ast.unparse(node)
            if any(isinstance(side, ast.Constant) and isinstance(side.value, int) for side in (left, right)):
                yield f"step:{shape(node, own)}", ast.unparse(node)
        case ast.Subscript(slice=ast.Slice()):
            yield f"slice:{shape(node.slice, own)}", ast.unparse(node)
        case ast.Import(names=names):
            for alias in names:
                yield f"import:{alias.name}", ast.unparse(node)
        case ast.ImportFrom(module=module):
            yield f"import:{module or '.'}", ast.unparse(node)
        case ast.FunctionDef(args=arguments) | ast.AsyncFunctionDef(args=arguments):
            for default in (*arguments.defaults, *filter(None, arguments.kw_defaults)):
                yield f"default:{shape(default, own)}", ast.unparse(default)
        case ast.Return(value=ast.Constant() | ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Tuple(elts=[])):
            yield f"return:{ast.unparse(node)}", ast.unparse(node)
        case ast.Set() | ast.SetComp() | ast.DictComp():
            yield f"makes:{type(node).__name__}", ast.unparse(node)
        case ast.While() | ast.With():
            yield f"flow:{type(node).__name__.lower()}", type(node).__name__.lower()


def _of_call(node: ast.Call, own: set[str]) -> Iterator[tuple[str, str]]:
    if isinstance(node.func, ast.Attribute):
        name = f".{node.func.attr}"
    elif isinstance(node.func, ast.Name) and node.func.id not in own:
        name = node.func.id
    else:
        return
    if name.lstrip(".") not in _PLAIN_CALLS | _EXCEPTIONS:
        yield f"call:{name}", ast.unparse(node)
    for keyword in node.keywords:
        if keyword.arg:
            yield f"keyword:{name}.{keyword.arg}", ast.unparse(node)


def _other_line(failing: str, passing: str) -> list[Change]:
    """The first line that became another, where the syntax tells no difference: other constants, another order."""
    before, after = ([line.strip() for line in code.splitlines()] for code in (failing, passing))
    for tag, i, _, j, _ in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "replace" or after[j].startswith(("#", '"', "'")):
            continue
        if difflib.SequenceMatcher(None, before[i], after[j]).ratio() >= LIKE:
            return [
                Change(f"line:{code}"[:90], code[:MAX_PHRASE], new)
                for code, new in ((after[j], True), (before[i], False))
            ]
    return []


def shape(node: ast.AST, own: set[str]) -> str:
    """The text of an expression with its own names masked: `not xs` as `not _`."""
    copy = parse(
        ast.unparse(node) if not isinstance(node, ast.Slice) else f"_[{ast.unparse(node)}]", mode="eval"
    )
    for name in ast.walk(copy):
        if isinstance(name, ast.Name) and (name.id not in _BUILTINS or name.id in own):
            name.id = "_"
    return ast.unparse(copy)[:80]


def _telling(changes: Sequence[Change]) -> list[Change]:
    """Without changes whose code is a part of another's, which is told anyway."""
    return [
        change
        for place, change in enumerate(changes)
        if change.kind == "except"
        or not any(
            _within(change.code, other.code) and (change.code != other.code or before < place)
            for before, other in enumerate(changes)
            if before != place and other.kind not in ("flow", "makes")
        )
    ]


def _within(piece: str, code: str) -> bool:
    """Whether a piece of code stands in another as such, not as the end of a longer name."""
    return re.search(rf"(?<![\w.]){re.escape(piece)}", code) is not None


def _rank(change: Change) -> tuple[int, bool, int]:
    return _ORDER_ALL.index(change.kind), not change.added, len(change.code)
