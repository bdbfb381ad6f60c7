"""Mistakes of a coder who had something in mind that nobody said: they hold most examples and fail where it matters."""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Iterator, Sequence

from apprentice.syntax_trees import literal, parse
from benchmarks.simulated.child import raising
from benchmarks.simulated.competence import SimulatedTask, check_code_of, checks_of
from benchmarks.simulated.trees import entry_of, text_of

#: What is done to an argument before the work begins. {0} is its name, {size} the greatest size in the examples.
_OF_ARGUMENTS = {
    "str": (
        "{0} = {0}.strip()",
        "{0} = {0}.lower()",
        "{0} = ' '.join({0}.split())",
        "{0} = ''.join(char for char in {0} if char.isalnum() or char == ' ')",
        "{0} = {0}.replace('-', ' ')",
        "if not {0}:\n    return None",
        "if len({0}) < 2:\n    return {0}",
        "{0} = {0}[:{size}]",
    ),
    "list": (
        "{0} = sorted({0})",
        "{0} = list(dict.fromkeys({0}))",
        "{0} = [entry for entry in {0} if entry]",
        "if not {0}:\n    return None",
        "if len({0}) < 2:\n    return {0}",
        "if len({0}) == 1:\n    return None",
        "{0} = {0}[:{size}]",
    ),
    "list of int": (
        "{0} = [abs(entry) for entry in {0}]",
        "{0} = [entry for entry in {0} if entry >= 0]",
        "{0} = [entry % 100 for entry in {0}]",
    ),
    "list of float": (
        "{0} = [round(entry, 1) for entry in {0}]",
        "{0} = [entry for entry in {0} if entry > 0]",
    ),
    "list of str": (
        "{0} = [entry.lower() for entry in {0}]",
        "{0} = [entry.strip() for entry in {0} if entry.strip()]",
    ),
    "int": (
        "{0} = abs({0})",
        "{0} = min({0}, {size} + 1)",
        "if {0} <= 1:\n    return {0}",
        "if {0} <= 0:\n    return None",
        "if {0} < 1:\n    raise ValueError('too small')",
        "if {0} > {size} * 2:\n    return None",
    ),
    "float": ("{0} = int({0})", "{0} = abs({0})", "{0} = round({0}, 1)", "if {0} <= 0:\n    return 0.0"),
    "dict": (
        "if not {0}:\n    return None",
        "{0} = {{key: {0}[key] for key in {0} if {0}[key]}}",
        "{0} = {{str(key).lower(): {0}[key] for key in {0}}}",
    ),
    "tuple": ("{0} = tuple(sorted({0}))", "{0} = {0}[:2]"),
}
#: What is done to the result at the end.
_OF_RESULTS = {
    "str": ("{0}.strip()", "{0}.lower()", "' '.join({0}.split())", "{0}[:{size}]", "{0} or None"),
    "list": (
        "sorted({0})",
        "list(dict.fromkeys({0}))",
        "[entry for entry in {0} if entry]",
        "{0}[:{size}]",
        "{0} or None",
    ),
    "int": ("abs({0})", "min({0}, {size})", "{0} or None", "{0} % 1000", "{0} % 100"),
    "float": ("round({0}, 1)", "round({0})", "abs({0})", "round({0}, 2)"),
    "dict": ("{{key: value for key, value in ({0}).items() if value}}", "{0} or None"),
    "tuple": ("tuple(sorted({0}))", "{0} or None"),
}
_PAIR = (
    "if {0} > {1}:\n    {0}, {1} = {1}, {0}",
    "if {0} < {1}:\n    {0}, {1} = {1}, {0}",
    "if {0} == {1}:\n    return {0}",
    "if not {0} or not {1}:\n    return None",
)


def misread(tree: ast.Module, task: SimulatedTask) -> Iterator[str]:
    """Modules with one such thing each."""
    entry = entry_of(tree, task.function)
    if entry is None:
        return
    names = [argument.arg for argument in (*entry.args.posonlyargs, *entry.args.args)]
    shown, all_calls = _calls(task, task.examples), _calls(task, [*task.examples, *_hidden(task)])
    for number, name in enumerate(names):
        size = _size([call[number] for call in shown if number < len(call)])
        for kind in sorted(
            {kind for call in all_calls if number < len(call) for kind in _kinds(call[number])}
        ):
            for text in _OF_ARGUMENTS.get(kind, ()):
                yield _begun(tree, task, text.format(name, size=size))
    for first, second in itertools.pairwise(names):
        for text in _PAIR:
            yield _begun(tree, task, text.format(first, second))
    results = _results([*task.examples, *_hidden(task)])
    size = _size(_results(task.examples))
    for kind in sorted({kind for result in results for kind in _kinds(result)}):
        for text in _OF_RESULTS.get(kind, ()):
            yield _ended(tree, task, text, size)


def _begun(tree: ast.Module, task: SimulatedTask, text: str) -> str:
    changed = copy.deepcopy(tree)
    entry = entry_of(changed, task.function)
    assert entry is not None
    entry.body[:0] = parse(text).body
    return text_of(changed)


def _ended(tree: ast.Module, task: SimulatedTask, text: str, size: int) -> str:
    changed = copy.deepcopy(tree)
    entry = entry_of(changed, task.function)
    assert entry is not None
    for node in ast.walk(entry):
        if (
            isinstance(node, ast.Return)
            and node.value is not None
            and not isinstance(node.value, ast.Constant)
        ):
            value = f"({ast.unparse(node.value)})"
            node.value = parse(text.format(value, size=size), mode="eval").body
    return text_of(changed)


def calls_of(task: SimulatedTask, text: str) -> list[list[object]]:
    """The plain positional arguments of each call of the task's function in a text."""
    try:
        tree = parse(text)
    except SyntaxError:
        return []
    found: list[list[object]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            if node.func.id not in (task.function, "candidate"):
                continue
            try:
                found.append([literal(ast.unparse(argument)) for argument in node.args])
            except (ValueError, SyntaxError, TypeError):
                continue
    return found


def _calls(task: SimulatedTask, texts: Sequence[str]) -> list[list[object]]:
    return [call for text in texts for call in calls_of(task, raising(text)[0])]


def _hidden(task: SimulatedTask) -> list[str]:
    return [*checks_of(task), check_code_of(task)]


def _results(texts: Sequence[str]) -> list[object]:
    found: list[object] = []
    for text in texts:
        try:
            tree = parse(raising(text)[0])
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare):
                try:
                    found.append(literal(ast.unparse(node.comparators[-1])))
                except (ValueError, SyntaxError, TypeError):
                    continue
    return found


def _kinds(value: object) -> set[str]:
    name = type(value).__name__
    inner = {f"list of {type(one).__name__}" for one in value} if isinstance(value, list) else set()
    return {name} | (inner if len(inner) == 1 else set())


def _size(values: list[object]) -> int:
    """The greatest length or number among values; 10 where there is none."""
    sizes = [len(value) for value in values if isinstance(value, str | list | tuple | dict)]
    sizes += [int(value) for value in values if isinstance(value, int) and not isinstance(value, bool)]
    return max([1, *sizes]) if sizes else 10
