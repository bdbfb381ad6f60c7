"""Whether what was given holds again and again: in one process, in any order, in other processes, with other hashes."""

from __future__ import annotations

import ast
import random
import re
from typing import Final

from apprentice.errors import Cancelled
from apprentice.graph.code_text import signature_in
from apprentice.graph.parts import Parts
from apprentice.graph.state import SkillState
from apprentice.graph.test import modules_for, run_facts
from apprentice.proof.inputs import call_text
from apprentice.proof.orders import depends_on_hashes
from apprentice.sandbox.base import NOTHING, Example, Limits
from apprentice.syntax_trees import parse

#: How often what was given is checked in one process, in all.
CHECKS: Final = 48
#: Seconds that this may take; what isn't done by then isn't missed.
SECONDS: Final = 1.0
#: Further processes for code that reads what differs from process to process.
PROCESSES: Final = 10

#: By these, code learns what no argument says. Most of it is harmless, so such code is only tried more often.
_MODULES: Final = frozenset(
    "random secrets uuid time os sys platform socket tempfile threading multiprocessing asyncio gc inspect getpass resource "
    "signal numpy weakref".split()
)
_CLOCKS: Final = frozenset("now today utcnow".split())
_BUILTINS: Final = frozenset("id object hash globals vars".split())
_ADDRESSES: Final = frozenset(("id", "object", "hash"))
#: By these, code keeps something on disk: a second call in the same folder may rightly give something else.
_FILES: Final = frozenset("open Path pathlib os shutil sqlite3 tempfile".split())
_FILE_NAME: Final = re.compile(r"\w\.\w{1,5}\b|[\w.]/\w|\w\\\w")


def unsteady(state: SkillState, parts: Parts) -> str:
    """Why what was given can't be relied on to hold: what failed when it was tried again; empty if it held."""
    tree = parse(state.code)
    if any(map(_is_address, ast.walk(tree))):
        return "It reads the address of a new object, which nothing decides: results differ from run to run"
    problem = "" if _keeps_files(state, tree) else _repeated(state, parts)
    problem = problem or _with_other_hashes(state, parts)
    if problem or not reads_chance(tree):
        return problem
    addresses = any(isinstance(node, ast.Name) and node.id in _ADDRESSES for node in ast.walk(tree))
    for _ in range(PROCESSES):
        if addresses:
            # Processes of one server have the same addresses and hashes.
            parts.sandbox.renew(fresh=True)
        facts, _ = run_facts(state, parts, state.code, NOTHING)
        failed = next((fact for fact in facts if not fact.passed and fact.name not in state.dropped), None)
        if failed is not None:
            return f"It passed once and failed when run again: {failed.name}: {failed.message}"
    return ""


def _is_address(node: ast.AST) -> bool:
    """`id([])`, `id(object())`: no name has the object, so nothing but chance can come of it."""
    match node:
        case ast.Call(func=ast.Name(id="id"), args=[argument]):
            return not isinstance(argument, ast.Name | ast.Attribute | ast.Subscript)
    return False


def reads_chance(tree: ast.Module) -> bool:
    """Whether code names what may differ from run to run: chance, clocks, addresses, hashes, its surroundings."""
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                if any(alias.name.partition(".")[0] in _MODULES for alias in node.names):
                    return True
            case ast.ImportFrom(module=str(module)):
                if module.partition(".")[0] in _MODULES:
                    return True
            case ast.Attribute(attr=name):
                if name in _CLOCKS:
                    return True
            case ast.Name(id=name):
                if name in _BUILTINS:
                    return True
    return False


def _keeps_files(state: SkillState, tree: ast.Module) -> bool:
    """Whether the code can write files, and examples pass what looks like the name of one."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return bool(names & _FILES) and any(_FILE_NAME.search(example.source) for example in state.given.examples)


def _repeated(state: SkillState, parts: Parts) -> str:
    """The examples many times over in one process, each time in another order."""
    given = [
        example
        for example in state.given.examples
        if f"{state.spec.function if state.spec else ''}()" not in example.source
    ]
    if not given:
        return ""
    mixed = random.Random(0)
    chosen = [mixed.sample(given, len(given)) for _ in range(max(2, CHECKS // len(given)))]
    examples = [
        Example(source=example.source, name=f"again_{number}", raises=example.raises)
        for number, example in enumerate(example for turn in chosen for example in turn)
    ]
    report = parts.sandbox.run_tests(
        state.skill,
        modules=modules_for(state, parts, state.code),
        examples=examples,
        limits=Limits(seconds=SECONDS),
        cancel=parts.cancel,
    )
    if report.run.status == "cancelled":
        raise Cancelled("Stopped.", "Go on with :resume, or agent.resume().")
    if report.run.status in ("timeout", "cpu"):
        return ""
    failed = next((outcome for outcome in report.outcomes if not outcome.passed), None)
    return f"It held once and failed when called again: {failed.message}" if failed else ""


def _with_other_hashes(state: SkillState, parts: Parts) -> str:
    if state.spec is None:
        return ""
    function = state.spec.function
    signature = state.given.signature or state.spec.signature or signature_in(state.code, function)
    call = depends_on_hashes(
        parts.sandbox,
        state.code,
        function,
        state.given.texts,
        signature,
        modules=parts.library.needed(state.skill, {state.skill: state.code}),
        cancel=parts.cancel,
    )
    if not call:
        return ""
    return (
        f"Its result depends on the order of a set, or on hashes, which differ from run to run: "
        f"{call_text(signature, function, call)}"
    )
