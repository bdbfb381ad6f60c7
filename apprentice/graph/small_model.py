"""Prompts for models under about three billion parameters: short, the answer's beginning given, no planner.

Which goals such a model solves changes with the prompt, and diversity of prompts is worth more than more samples of
one. So every iteration asks in another way; after the last way, the same ways are asked again at a higher temperature.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from apprentice.graph.claims import calls_in
from apprentice.graph.code_text import signature_in
from apprentice.graph.state import Adapted, GivenExample, SkillState, Spec
from apprentice.models.base import CallOptions, Message
from apprentice.models.prompting import conversation
from apprentice.skills.signature import Signature, parse_signature, takes
from apprentice.syntax_trees import lines_of, parse

#: Ways of asking, with the temperature of the answer: the best on their own first, each followed by unlike ones. Most of the
#: first twelve go on with the prompt of an earlier one, which the prefix cache serves (`python -m benchmarks prefix`).
WAYS = (
    ("small_worked_2", 0.0),
    ("small_worked_1", 0.0),
    ("small_ask", 0.0),
    ("small_worked_2_loop", 0.0),
    ("small_ask", 0.8),
    ("small_worked_1_return", 0.0),
    ("small_worked_2", 0.8),
    ("small_complete", 0.4),
    ("small_worked_1", 0.8),
    ("small_worked_1_docstring", 0.0),
    ("small_ask", 0.5),
    ("small_worked_2", 0.5),
    ("small_worked_2_docstring", 0.0),
    ("small_plain", 0.0),
    ("small_worked_3", 0.0),
    ("small_system", 0.0),
    ("small_doctest", 0.4),
    ("small_loop", 0.4),
    ("small_builtin", 0.4),
)
#: Ways of asking for a change of a module that is there; after them, and between them later, it is written anew.
WAYS_TO_CHANGE = ("adapt_small_worked", "adapt_small_plain")
_STOP = ("\ndef ", "\nprint", "\nassert", "\nclass ", "\n#", "```")
MAX_TOKENS = 220
SHOWN_EXAMPLES = 3
#: a module of more characters is written anew, not changed
SHOWN_CODE = 1500


def code_question(
    state: SkillState, spec: Spec, *, prefills: bool, varied: bool = True
) -> tuple[list[Message], CallOptions]:
    """The messages of this iteration, and how to sample the answer; the same ones each time, but warm, if not `varied`."""
    turn = max(0, state.iteration - 1)
    if state.adapting:
        if (change := turn % (2 * len(WAYS_TO_CHANGE))) < len(WAYS_TO_CHANGE) and _shown(state.adapting):
            return _change_question(state, state.adapting, change, prefills=prefills)
        turn = max(0, turn - len(WAYS_TO_CHANGE))
    way, cycle = turn % len(WAYS), turn // len(WAYS)
    style, temperature = WAYS[way] if varied else (WAYS[0][0], 0.7 if turn else 0.0)
    task = task_of(state)
    examples = state.given.texts[:SHOWN_EXAMPLES]
    docstring = _sentence(task).replace('"""', "'''").replace("\\", "/")
    signature = spec.signature or spec.function
    opening = f"{signature}:" if spec.signature else f"{spec.function}("
    indented = "\n    " if spec.signature else ""
    messages, prefill = conversation(
        style,
        task=task,
        examples=examples or ["(none)"],
        opening=opening,
        docstring=f'{indented}"""{docstring}"""' if indented else "",
        doctest=f'{indented}"""{docstring}\n\n{_doctests(examples)}    """' if indented else "",
        body_start=f"{indented}return" if indented else "",
    )
    if spec.function[:1].isupper():
        prefill = f"```python\nclass {spec.function}:"
    if cycle:
        messages = _rotated(messages)
    if state.lessons:
        messages = _with_note(messages, state.lessons[0].text)
    options = CallOptions(
        temperature=min(1.0, temperature + 0.4 * cycle),
        seed=state.iteration,
        max_tokens=MAX_TOKENS * (2 if spec.function[:1].isupper() else 1),
        stop=_stops(spec) if prefill and prefills else (),
        prefill=prefill if prefills else "",
    )
    return messages, options


def _shown(adapted: Adapted) -> bool:
    return len(adapted.code) <= SHOWN_CODE and bool(signature_in(adapted.code, adapted.function))


def _change_question(
    state: SkillState, adapted: Adapted, way: int, *, prefills: bool
) -> tuple[list[Message], CallOptions]:
    """Ask for the old module, changed. The answer begins as the old module does, up to where it may have to differ."""
    code = adapted.code.strip()
    old = adapted.examples[:SHOWN_EXAMPLES]
    messages, prefill = conversation(
        WAYS_TO_CHANGE[way],
        code=code,
        task=task_of(state),
        examples=[str(example) for example in [*old, *state.given.examples[:SHOWN_EXAMPLES]]],
        opening=_opening(code, adapted.function, state.given.examples),
    )
    cycle = max(0, state.iteration - 1) // (2 * len(WAYS_TO_CHANGE))
    options = CallOptions(
        temperature=min(1.0, 0.4 * cycle),
        seed=state.iteration,
        max_tokens=MAX_TOKENS + len(code) // 3,
        stop=("\n```",) if prefills else (),
        prefill=prefill if prefills else "",
    )
    return messages, options


def _opening(code: str, function: str, examples: Sequence[GivenExample]) -> str:
    """The module up to the last parameter of the function, and the name of a further one that the examples give."""
    calls = [call for example in examples for call in calls_in(example.source, function)]
    named = dict.fromkeys(keyword.arg for call in calls for keyword in call.keywords if keyword.arg)
    for node in parse(code).body:
        if isinstance(node, ast.FunctionDef) and node.name == function and not node.decorator_list:
            before = "\n".join(lines_of(code)[: node.lineno - 1])
            parameters = "" if node.args.kwarg else ast.unparse(node.args)
            plain = not (node.args.kwarg or node.args.vararg or node.args.kwonlyargs)
            known = [argument.arg for argument in node.args.args]
            if plain and (new := next((name for name in named if name not in known), "")):
                parameters += f", {new}="
            elif plain and any(len(call.args) > len(known) for call in calls):
                parameters += ","
            return f"{before}\ndef {function}({parameters}".strip()
    return ""


def tester_question(state: SkillState, spec: Spec) -> tuple[list[Message], CallOptions]:
    """Ask for three asserts; used only where the user gave nothing to check against."""
    messages, prefill = conversation("small_tests", task=task_of(state), function=spec.function)
    options = CallOptions(temperature=0.0, seed=1, max_tokens=120, stop=("```", "\ndef "), prefill=prefill)
    return messages, options


def tests_from(reply: str, spec: Spec) -> str:
    """Test functions from the asserts in a reply, at most five, each on its own.

    Those that call the function with what its signature doesn't take say nothing of it.
    """
    functions: list[str] = []
    signature = parse_signature(spec.signature) if spec.signature else None
    for line in re.findall(r"^\s*(assert .+)$", reply, re.MULTILINE):
        try:
            tree = parse(line.strip())
        except (SyntaxError, ValueError):
            continue
        calls = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == spec.function
        ]
        if calls and all(signature is None or _fits(call, signature) for call in calls):
            functions.append(f"def test_{len(functions) + 1}():\n    {line.strip()}\n")
    return "\n\n".join(dict.fromkeys(functions[:5]))


def _fits(call: ast.Call, signature: Signature) -> bool:
    """Whether a call's plain values are of the parameters' types, and as many as there are."""
    if any(isinstance(argument, ast.Starred) for argument in call.args) or call.keywords:
        return True
    if len(call.args) < len(signature.required) or len(call.args) > len(signature.parameters):
        return signature.open_positions
    for parameter, argument in zip(signature.parameters, call.args, strict=False):
        try:
            value = ast.literal_eval(argument)
        except (ValueError, TypeError, SyntaxError):
            continue
        if not takes(parameter, value):
            return False
    return True


def task_of(state: SkillState) -> str:
    """The goal in words, without the examples at its end."""
    goal = " ".join(state.goal.split())
    starts = [
        position
        for example in state.given.examples
        for position in [goal.find(re.split(r" (?:==|is) ", example.source)[0])]
        if position > 0
    ]
    words = goal[: min(starts)].rstrip(" `:;,.-") + "." if starts else goal
    return words if len(words) > 20 else goal


def _sentence(task: str) -> str:
    """`Write a function f(n) that tells X.` as `Tells X.`"""
    match = re.search(r"\)?\s+(?:that|which|to)\s+(.+)$", task)
    text = match[1] if match else task
    return text[:1].upper() + text[1:]


def _doctests(examples: list[str]) -> str:
    lines = []
    for example in examples:
        call, sign, expected = example.partition(" == ")
        if sign:
            lines += [f"    >>> {call}", f"    {expected}"]
    return "\n".join(lines) + "\n" if lines else ""


def _rotated(messages: list[Message]) -> list[Message]:
    """The same conversation with its first worked example last: another prompt, at no cost in clarity."""
    if len(messages) < 5:
        return messages
    return [*messages[2:-1], *messages[:2], messages[-1]]


def _with_note(messages: list[Message], lesson: str) -> list[Message]:
    """The conversation with a lesson at the end of its last question."""
    role, text = messages[-1]
    return [*messages[:-1], (role, f"{text}\nNote: {lesson}")]


def _stops(spec: Spec) -> tuple[str, ...]:
    return tuple(stop for stop in _STOP if not (spec.function[:1].isupper() and stop.strip() == "def"))
