"""The function by which a module that was not written here is called: its name, signature, description, examples."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass

from apprentice.errors import UsageError
from apprentice.graph.ground_truth import ground_truth
from apprentice.graph.state import GivenExample
from apprentice.memory.schema import SkillRecord
from apprentice.syntax_trees import parse, top_level


@dataclass(frozen=True, slots=True)
class EntryFunction:
    """A module's entry: what is called.

    Attributes:
        name: the function's name.
        signature: with its types, e.g. `add(a: int, b: int = 0) -> int`.
        docstring: its docstring, or the module's where it has none; may be empty.
    """

    name: str
    signature: str
    docstring: str

    @property
    def description(self) -> str:
        """The first line of the docstring."""
        return next((line.strip() for line in self.docstring.splitlines() if line.strip()), "")

    @property
    def examples(self) -> list[GivenExample]:
        """The doctests that can be run as they stand."""
        if ">>>" not in self.docstring:
            return []
        try:
            return list(ground_truth("", [self.docstring]).examples)
        except UsageError:
            return []


def entry_function(code: str, wanted: str) -> EntryFunction:
    """The function of the name `wanted`, else the only public one of the module.

    Raises:
        ValueError: the code is no Python, or it isn't clear which function is meant; says so without a full stop.
    """
    try:
        tree = parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        reason = error.msg if isinstance(error, SyntaxError) else str(error)
        raise ValueError(f"its code is not valid Python ({reason}{line})") from None
    functions = {node.name: node for node in top_level(tree) if isinstance(node, ast.FunctionDef)}
    public = [name for name in functions if not name.startswith("_")]
    name = wanted if wanted in functions else public[0] if len(public) == 1 else ""
    if not name:
        if any(isinstance(node, ast.AsyncFunctionDef) for node in top_level(tree)):
            raise ValueError(f"it has no ordinary function {wanted} (async functions can't be called)")
        found = f"; it has {', '.join(public[:6])}" if public else ""
        raise ValueError(f"its code has no function {wanted}{found}")
    node = functions[name]
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    docstring = ast.get_docstring(node) or ast.get_docstring(tree) or ""
    return EntryFunction(
        name, f"{name}({ast.unparse(node.args)}){returns}", inspect.cleandoc(docstring) if docstring else ""
    )


def as_written(record: SkillRecord, code: str) -> SkillRecord:
    """A skill's record with the signature of its function and, where it has no description, what its docstring says."""
    function = record.function or record.name
    try:
        found = entry_function(code, function)
    except ValueError:
        return record
    if found.name != function:
        return record
    description = record.description or found.description
    return record.model_copy(update={"signature": found.signature, "description": description})
