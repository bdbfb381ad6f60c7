"""The simulated coder: what it answers to a request, decided by dice that depend on the request alone."""

from __future__ import annotations

import ast
import json
import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from apprentice.syntax_trees import parse
from benchmarks.simulated.competence import Competence, SimulatedTask, dice
from benchmarks.simulated.equal_forms import laid_out
from benchmarks.simulated.pool import Pool, pool_of
from benchmarks.simulated.requests import Asked, Reader
from benchmarks.simulated.running import verdicts
from benchmarks.simulated.tests_written import Known, known_calls, written
from benchmarks.simulated.trees import signature_of

#: how often a repair that isn't right gives back the module as it was
UNCHANGED = 0.4
_OPENINGS = ("", "", "", "Here is the module:\n\n", "This should do it.\n\n")


class _Prepared:
    """What is made of a task when it is first asked for."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pool: Pool | None = None
        self.known: list[Known] | None = None


class Coder:
    """Answers requests. May be used from several threads.

    Args:
        tasks: what it knows; each with another id.
        competence: how good it is.
        cache: a folder for what is made of tasks, so that it is made once; None for none.
    """

    def __init__(
        self, tasks: Sequence[SimulatedTask], competence: Competence, cache: Path | None = None
    ) -> None:
        self.competence = competence
        self._tasks = {task.id: task for task in tasks}
        if len(self._tasks) < len(tasks):
            raise ValueError("two tasks have the same id")
        self._reader = Reader(tasks)
        self._cache = cache
        self._prepared = {task.id: _Prepared() for task in tasks}
        self._lock = threading.Lock()
        self._times: Counter[tuple[object, ...]] = Counter()
        self._digests: dict[tuple[object, ...], int] = {}
        self._right_before: dict[tuple[str, str], bool] = {}
        self.calls: Counter[str] = Counter()
        self.given: dict[str, Counter[str]] = {}

    def reset(self, competence: Competence | None = None) -> None:
        """As if nothing had been asked; with another competence if one is given. What was prepared stays."""
        with self._lock:
            self.competence = competence or self.competence
            self._times.clear()
            self._digests.clear()
            self.calls.clear()
            self.given.clear()

    def prepare(self, done: Callable[[SimulatedTask], object] = lambda task: None) -> None:
        """Make now, for all tasks, what else is made when a task is first asked for (some seconds each)."""
        for task in self._tasks.values():
            self.known(task)
            done(task)

    def pool(self, task: SimulatedTask) -> Pool:
        """The right and wrong modules of a task."""
        prepared = self._prepared[task.id]
        with prepared.lock:
            if prepared.pool is None:
                prepared.pool = pool_of(task, self._cache)
            return prepared.pool

    def known(self, task: SimulatedTask) -> list[Known]:
        """The calls that its tests of a task may be about."""
        pool = self.pool(task)
        prepared = self._prepared[task.id]
        with prepared.lock:
            if prepared.known is None:
                prepared.known = known_calls(task, pool, self._cache)
            return prepared.known

    def answer(self, body: Mapping[str, Any]) -> str:
        """The text that answers the body of a request to `/api/chat`."""
        asked = self._reader.read(body)
        task = asked.task
        rng = self._drawn(asked, body)
        match asked.job:
            case "plan" if task:
                return self._noted(asked, json.dumps(plan(task)))
            case "plan" | "decision":
                return self._noted(asked, json.dumps(fitting(asked.schema or {})))
            case "tests" if task:
                tests = written(task, self.known(task), self.competence, asked.module, rng)
                right = sum(tests.right.values())
                self._note(asked, "tests right", right)
                self._note(asked, "tests wrong", len(tests.right) - right)
                return self._noted(asked, f"```python\n{tests.text}```")
            case "code" if task:
                return self._noted(asked, self._code(asked, task, self.competence.p, rng))
            case "repair" if task:
                return self._noted(asked, self._repair(asked, task, rng))
            case "diagnosis":
                return self._noted(
                    asked,
                    "The module treats one of the cases of the specification otherwise than it says; look at the "
                    "conditions and the edge cases. (Simulated: nothing was analysed.)",
                )
        words = "Ready. This is a simulated coder: it answers from known solutions, to tasks that it knows."
        return self._noted(asked, words)

    def _drawn(self, asked: Asked, body: Mapping[str, Any]) -> random.Random:
        """The dice of this time, by how often this was asked before.

        Warm, each time counts anew; the request's own seed keeps apart what is asked at the same time. Cold, the same
        messages get the same answer, as from a model.
        """
        options = body.get("options") or {}
        warm = float(options.get("temperature", 0.8)) > 0
        name = asked.task.id if asked.task else ""
        with self._lock:
            if warm:
                key = (name, asked.job, True, options.get("seed"))
                number = self._times[key]
                self._times[key] += 1
            else:
                key = (name, asked.job, False, None)
                digest = sha256(json.dumps(body.get("messages"), sort_keys=True).encode()).hexdigest()
                number = self._digests.setdefault((*key, digest), self._times[key])
                self._times[key] += number == self._times[key]
        return dice(self.competence.seed, *key, number)

    def _code(self, asked: Asked, task: SimulatedTask, probability: float, rng: random.Random) -> str:
        pool = self.pool(task)
        wrong = None if rng.random() < probability else pool.wrong_one(rng, self.competence.seen)
        if wrong is not None:
            self._note(asked, "code wrong", 1)
            self._note(asked, "code wrong that holds the examples", int(wrong.seen))
            return _reply(wrong.code, task, asked.prefill, rng, closed=wrong.closed)
        self._note(asked, "code right", 1)
        return _reply(pool.right_one(rng), task, asked.prefill, rng)

    def _repair(self, asked: Asked, task: SimulatedTask, rng: random.Random) -> str:
        if not asked.facts:
            return self._code(asked, task, self.competence.p, rng)
        if rng.random() < self.competence.r:
            return self._code(asked, task, 1.0, rng)
        if rng.random() < UNCHANGED and not self._is_right(task, asked.previous):
            self._note(asked, "code wrong", 1)
            self._note(asked, "code unchanged", 1)
            return _fenced(asked.previous)
        return self._code(asked, task, 0.0, rng)

    def _is_right(self, task: SimulatedTask, code: str) -> bool:
        """Whether a module holds the checks: a right one that is to be repaired isn't given back as a failed repair."""
        key = (task.id, code)
        if key not in self._right_before:
            (verdict,) = verdicts(task, [code])
            self._right_before[key] = verdict.checks
        return self._right_before[key]

    def _noted(self, asked: Asked, reply: str) -> str:
        if asked.schema and asked.job in ("code", "repair"):
            code = reply.partition("```python\n")[2].removesuffix("```")
            reply = json.dumps({**fitting(asked.schema), "code": code})
        self._note(asked, asked.job, 1)
        with self._lock:
            self.calls[asked.job if asked.task or asked.job in ("decision", "words") else "unknown task"] += 1
        return reply

    def _note(self, asked: Asked, what: str, count: int) -> None:
        if asked.task:
            with self._lock:
                self.given.setdefault(asked.task.id, Counter())[what] += count


def plan(task: SimulatedTask) -> dict[str, Any]:
    """The specification of a task: its name and signature as the solution has them, its behaviour in the prompt's words."""
    words = task.function.replace("_", " ")
    behaviour = purpose(task.prompt) or f"Does what {words} says."
    return {
        "function": task.function,
        "signature": signature_of(task.solution, task.function),
        "behaviour": behaviour[:900],
        "edge_cases": [],
        "permissions": [],
        "asked_as": [f"{words} of this", f"work out the {words}", f"give me {words}", f"I need {words} here"],
    }


def purpose(prompt: str) -> str:
    """The prose of a prompt: no code, no examples, on one line."""
    docstrings = re.findall(r'"""(.*?)"""|\'\'\'(.*?)\'\'\'', prompt, re.DOTALL)
    text = (docstrings[-1][0] or docstrings[-1][1]) if docstrings else prompt
    lines: list[str] = []
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith((">>>", "def ", "import ", "from ", "```")) or re.match(
            r"(?i)examples?\b", stripped
        ):
            break
        lines.append(stripped)
    prose = " ".join(" ".join(lines).split())
    sentences = re.split(r"(?<=[.!?])\s+", prose)
    sentences[0] = re.sub(r"^Write a function .*? that (\w)", lambda match: match[1].upper(), sentences[0])
    kept = [sentence for sentence in sentences if "==" not in sentence and "->" not in sentence]
    return " ".join(kept or sentences[:1]).replace("\\", "/").replace('"', "'")


def fitting(schema: Mapping[str, Any], name: str = "") -> Any:
    """A small value that fits a JSON schema; of several allowed answers one that claims nothing."""
    if choices := schema.get("enum"):
        return next((choice for choice in ("NOT_EXISTS", "none", "no") if choice in choices), choices[0])
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if kind == "object" or "properties" in schema:
        properties = schema.get("properties") or {}
        wanted = schema.get("required") or list(properties)
        return {key: fitting(properties.get(key, {}), key) for key in wanted}
    if kind == "array":
        return [fitting(schema.get("items") or {}) for _ in range(int(schema.get("minItems", 0)))]
    if kind in ("integer", "number"):
        return max(1 if kind == "integer" else 1.0, schema.get("minimum", 0))
    if kind == "boolean":
        return True
    if kind == "null":
        return None
    words = (
        "Simulated."
        if name in ("reason", "why", "explanation")
        else "simulated"
        if schema.get("minLength")
        else ""
    )
    return words.ljust(int(schema.get("minLength", 0)), ".")


def _reply(code: str, task: SimulatedTask, prefill: str, rng: random.Random, *, closed: bool = True) -> str:
    text = laid_out(code, task.function, _sentence(task), rng) if closed else code
    if prefill:
        return _continued(text, task.function, prefill, closed=closed)
    return rng.choice(_OPENINGS) + (_fenced(text) if closed else f"```python\n{text}".rstrip())


def _fenced(code: str) -> str:
    return f"```python\n{code.strip()}\n```"


def _sentence(task: SimulatedTask) -> str:
    text = re.split(r"(?<=[.!?])\s", purpose(task.prompt))[0]
    return text[:90].rstrip(". ") + "." if text else "Do what the goal says."


def _continued(code: str, function: str, prefill: str, *, closed: bool) -> str:
    """What comes after the beginning of an answer that was given: from behind its `def` line on, where it has one.

    What the module has before that line follows at its end.
    """
    end = "\n```" if closed else ""
    if not re.search(rf"def {re.escape(function)}\b", prefill):
        opened = "```" in prefill
        return f"{code.strip()}{end}" if opened else f"\n```python\n{code.strip()}{end}"
    try:
        tree = parse(code)
    except SyntaxError:
        return code.partition(f"def {function}")[2] + end
    lines = code.splitlines()
    entry = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function)
    body_from = entry.body[0].lineno - 1
    stop = entry.end_lineno or len(lines)
    others = [*lines[: entry.lineno - 1], *lines[stop:]]
    head = " ".join(line.strip() for line in lines[entry.lineno - 1 : body_from])
    begun = prefill[prefill.rindex(f"def {function}") :]
    rest = "" if begun.rstrip().endswith(":") else head[len(begun) :] if head.startswith(begun) else "):"
    body = "\n".join(lines[body_from:stop])
    return f"{rest}\n{body}\n\n" + "\n".join(others).strip() + end
