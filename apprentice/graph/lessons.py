"""What a failed attempt teaches, in one or two sentences, computed from its facts."""

from __future__ import annotations

from dataclasses import dataclass

from apprentice.graph.state import Attempt, Fact

_HINTS = {
    "NameError": "Define or import every name before it is used.",
    "ModuleNotFoundError": "Use the standard library only; that module is not there.",
    "ImportError": "Import only names that the module really has.",
    "AttributeError": "Use only attributes that this type has.",
    "TypeError": "Check the number and the types of arguments and operands.",
    "IndexError": "Check the length before indexing, the empty input first.",
    "KeyError": "Use dict.get or check that the key is there.",
    "ZeroDivisionError": "Treat the zero divisor and the empty input first.",
    "RecursionError": "Add a base case that every call reaches, or use a loop.",
    "Timeout": "It did not end in time: make sure that every loop ends, and use a faster algorithm.",
    "MemoryError": "It used too much memory: work on a part at a time.",
    "SyntaxError": "Write Python that parses.",
    "IndentationError": "Indent with four spaces, consistently.",
    "NoReport": "Do not end the process: no exit(), no os._exit().",
}


@dataclass(frozen=True, slots=True)
class Lesson:
    """The failure in one line, its type, and what to do differently."""

    error: str
    error_type: str
    text: str


def lesson_of(attempt: Attempt) -> Lesson:
    """The lesson of an attempt that failed."""
    if attempt.problem:
        return Lesson(error=attempt.problem, error_type="Rejected", text=attempt.problem)
    if not attempt.failures:
        return Lesson(error="nothing was run", error_type="Rejected", text="")
    fact = attempt.failures[0]
    message = fact.message or fact.error_type
    error = f"{fact.name}: {message}"
    kind = fact.error_type or "AssertionError"
    return Lesson(error=error, error_type=kind, text=f"{_sentence(message)} {_hint(fact)}".strip())


def _hint(fact: Fact) -> str:
    if fact.error_type in _HINTS:
        return _HINTS[fact.error_type]
    if "None" in fact.values.values() and "None" not in list(fact.values.values())[1:]:
        return "The function returned None: return the value on every path."
    return ""


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    text = text if len(text) <= 300 else text[:299] + "…"
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
