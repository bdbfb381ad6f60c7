"""What a request asks for, seen from its text: which task, and which of a coder's jobs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from benchmarks.simulated.competence import SimulatedTask

Job = Literal["plan", "decision", "tests", "code", "repair", "diagnosis", "words"]

_LEAST_LINE = 12
#: behind these the request proper begins; what stands before or far behind may be of other tasks
_MARKS = ("# Goal\n", "# Request\n")
_TESTS = re.compile(
    r"\bwrite (?:me |up |down )?(?:the |some |only |three |four |five |six |a few |unit |pytest )*(?:tests?|asserts?|test cases)\b",
    re.IGNORECASE,
)
_TESTER = re.compile(r"\byou write tests\b", re.IGNORECASE)
_DIAGNOSIS = re.compile(r"\byou find out why\b|\bwhy does it fail\b|\bdo not write code\b", re.IGNORECASE)
_LESSON = re.compile(r"\byou draw one lesson\b|\bwhat is the lesson\b", re.IGNORECASE)
_CODE = re.compile(r"\bpython\b|\bdef \w+\(|\bfunction\b|\bmodule\b|\bcode\b", re.IGNORECASE)
_FENCED = re.compile(r"```[a-zA-Z]*[ \t]*\n(.*?)(?:```|\Z)", re.DOTALL)
_FACTS = re.compile(
    r"\bfail(?:s|ed|ing|ure)?\b|\bexpected\b|\bgot\b|\breturned\b|\b[A-Z]\w*(?:Error|Exception)\b|\bassert|Traceback"
    r"|\bcould not be used\b|\binstead of\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked.

    Attributes:
        task: what it is about, None if that isn't known.
        job: what is to be answered.
        module: the name of the module that tests are to import.
        previous: for a repair, the module to repair.
        facts: for a repair, whether the request tells facts about the failure.
        prefill: the answer's beginning, where the request gives it.
        schema: the JSON schema of the answer, None where it is free.
    """

    task: SimulatedTask | None
    job: Job
    module: str = ""
    previous: str = ""
    facts: bool = False
    prefill: str = ""
    schema: Mapping[str, Any] | None = None


class Reader:
    """Reads requests about some tasks. May be used from several threads."""

    def __init__(self, tasks: Sequence[SimulatedTask]) -> None:
        self._prompts = [(task, _squeezed(task.prompt)) for task in tasks]
        self._lines = [
            (task, [line for text in task.prompt.splitlines() if len(line := _squeezed(text)) >= _LEAST_LINE])
            for task in tasks
        ]
        self._names = [(task, re.compile(rf"\b{re.escape(task.function)}\b")) for task in tasks]

    def read(self, body: Mapping[str, Any]) -> Asked:
        """What the body of a request to `/api/chat` asks for."""
        turns = [
            (str(turn.get("role")), str(turn.get("content") or "")) for turn in body.get("messages") or ()
        ]
        prefill = ""
        if turns and turns[-1][0] == "assistant":
            prefill = turns.pop()[1]
        schema = body.get("format")
        task = self.task_of(turns)
        if isinstance(schema, Mapping) and schema:
            properties = schema.get("properties") or {}
            if task and "code" in properties:
                # Peers ask for code in a field of an object.
                previous, said = self._previous(turns, task)
                job: Job = "repair" if previous else "code"
                return Asked(task, job, previous=previous, facts=bool(_FACTS.search(said)), schema=schema)
            plans = "function" in properties and "behaviour" in properties
            return Asked(task, "plan" if plans else "decision", schema=schema)
        system = "\n".join(text for role, text in turns if role == "system")
        asked = [text for role, text in turns if role == "user"]
        last = asked[-1] if asked else ""
        if _TESTER.search(system) or _TESTS.search(_without_code(last)):
            named = re.search(r"^.*\bfrom (\w+) import\b", f"{system}\n{last}", re.MULTILINE)
            module = named[1] if named else task.function if task else ""
            return Asked(task, "tests", module=module, prefill=prefill)
        if _DIAGNOSIS.search(system) or _DIAGNOSIS.search(last):
            return Asked(task, "diagnosis")
        if _LESSON.search(system) or _LESSON.search(last):
            return Asked(task, "words")
        previous, said = self._previous(turns, task)
        if previous:
            return Asked(task, "repair", previous=previous, facts=bool(_FACTS.search(said)), prefill=prefill)
        codes = prefill or (task and _CODE.search(f"{system}\n{last}"))
        return Asked(task, "code" if codes else "words", prefill=prefill)

    def task_of(self, turns: Sequence[tuple[str, str]]) -> SimulatedTask | None:
        """The task whose prompt a conversation holds: a whole prompt counts most, then many of its lines, then the name."""
        texts = [text for role, text in turns if role != "assistant"]
        behind = [text.split(mark, 1)[1] for mark in _MARKS for text in texts if mark in text]
        for text in [*behind, *reversed(texts)]:
            squeezed = _squeezed(text)
            places = [
                (squeezed.find(prompt), -len(prompt), number)
                for number, (_, prompt) in enumerate(self._prompts)
                if prompt in squeezed
            ]
            if places:
                return self._prompts[min(places)[2]][0]
        whole = _squeezed("\n".join(texts))
        plain = "\n".join(texts)
        scores = [
            (
                sum(len(line) for line in lines if line in whole),
                bool(name.search(plain)) * len(task.function),
                number,
            )
            for number, ((task, lines), (_, name)) in enumerate(zip(self._lines, self._names, strict=True))
        ]
        best = max(scores, default=(0, 0, 0))
        return self._lines[best[2]][0] if best[0] or best[1] else None

    @staticmethod
    def _previous(turns: Sequence[tuple[str, str]], task: SimulatedTask | None) -> tuple[str, str]:
        """The last module that the conversation holds and what is said after it; empty texts if there is none."""
        if task is None:
            return "", ""
        defines = re.compile(rf"^\s*def {re.escape(task.function)}\b", re.MULTILINE)
        for number in range(len(turns) - 1, -1, -1):
            role, text = turns[number]
            blocks = [block for block in _FENCED.finditer(text) if defines.search(block[1])]
            if not blocks or role == "system":
                continue
            later = "\n".join(said for who, said in turns[number + 1 :] if who == "user")
            after = text[blocks[-1].end() :] if role == "user" else ""
            # A goal that itself is the beginning of a function, in a fence or not, is no module to repair.
            if _squeezed(blocks[-1][1]) in _squeezed(task.prompt):
                continue
            return blocks[-1][1], f"{after}\n{later}"
        return "", ""


def _squeezed(text: str) -> str:
    """Without white space and quotes, so that another layout or quoting doesn't matter."""
    return re.sub(r"[\s\\'\"`]+", "", text.replace("\\n", " ")).lower()


def _without_code(text: str) -> str:
    return _FENCED.sub("", text)
