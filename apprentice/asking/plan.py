"""The plan of a request: a few steps, each a call of one skill, whose arguments may be earlier steps' results."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

from apprentice.errors import UsageError

MAX_STEPS: Final = 12

#: Of an object with a value that is passed as it is, whatever it looks like.
_LITERAL: Final = "$literal"
#: Of a file that a step writes.
_PLAIN_NAME: Final = re.compile(r"(?!\.)[^/\\\x00-\x1f\x7f]{1,80}")
_PATH: Final = re.compile(r"""\[(-?\d+)\]|\[(["'])(.*?)\2\]|\.?([^.\[\]]+)""")


class PlannedStep(BaseModel):
    """One step as the planner writes it.

    Attributes:
        id: how later steps refer to its result.
        skill: the skill's name: one of the library, or the name of one that is to be made.
        description: what a skill that has to be made does in general; else empty.
        change: what a skill of the library must be able to do in addition, where it is only nearly right; else empty.
        signature: the signature of a skill that has to be made.
        arguments: by parameter name: plain JSON values, `{"from": "s1"}` for the result of step s1,
            `{"from": "s1", "path": "rows[0].name"}` for a part of it, `{"file": "data.csv"}` for the path of an attached file,
            `{"new_file": "out.csv"}` for the path of a file that the step is to write, which is then a `file` for steps after
            it; also inside of lists and objects.
        for_each: the argument that is a list of which each element is passed on its own; the result is the list of results.
    """

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str = Field(min_length=1, max_length=40)
    skill: str = Field(min_length=1, max_length=80)
    description: str = Field(default="", max_length=2000)
    signature: str = Field(default="", max_length=400)
    arguments: dict[str, Any] = Field(default_factory=dict)
    for_each: str = Field(default="", max_length=80)
    change: str = Field(default="", max_length=2000)

    @field_validator("description", "signature", "for_each", "change", mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: object) -> object:
        return "" if value is None else value

    @field_validator("arguments", mode="before")
    @classmethod
    def _no_arguments(cls, value: object) -> object:
        return {} if value is None else value

    @field_validator("skill")
    @classmethod
    def _bare(cls, value: str) -> str:
        return value.strip().partition("(")[0].strip()


class Plan(BaseModel):
    """The steps of a request. The answer is the result of the step named by `answer`; by default of the last."""

    steps: list[PlannedStep] = Field(min_length=1, max_length=MAX_STEPS)
    answer: str = ""

    @field_validator("answer", mode="before")
    @classmethod
    def _default(cls, value: object) -> object:
        return "" if value is None else str(value)

    def step(self, id_: str) -> PlannedStep:
        """The step of this id."""
        return next(step for step in self.steps if step.id == id_)

    @property
    def answering(self) -> str:
        """The id of the step whose result is the answer."""
        return self.answer if any(step.id == self.answer for step in self.steps) else self.steps[-1].id

    def waves(self, files: Sequence[str] = ()) -> list[list[str]]:
        """The ids of the steps in the order in which they can run: those in one list don't need each other.

        Args:
            files: names of the attached files.

        Raises:
            UsageError: two steps share an id, a reference names no step or file, or the steps wait for each other.
        """
        ids = [step.id for step in self.steps]
        if twice := next((id_ for id_ in ids if ids.count(id_) > 1), None):
            raise UsageError(
                f"The plan has two steps with the id {twice!r}.", "Give each step an id of its own."
            )
        needs = {step.id: self._needs(step, ids, files) for step in self.steps}
        waves: list[list[str]] = []
        done: set[str] = set()
        while len(done) < len(ids):
            wave = [id_ for id_ in ids if id_ not in done and needs[id_] <= done]
            if not wave:
                waiting = ", ".join(id_ for id_ in ids if id_ not in done)
                raise UsageError(
                    f"The plan has a cycle: {waiting} wait for each other's results.",
                    "A step may only refer to steps before it.",
                )
            waves.append(wave)
            done.update(wave)
        return waves

    def _needs(self, step: PlannedStep, ids: Sequence[str], files: Sequence[str]) -> set[str]:
        """The ids of the steps that must have run before one."""
        needs: set[str] = set()
        for kind, name, _ in references(step.arguments):
            if kind == "from":
                if name not in ids:
                    raise UsageError(
                        f"Step {step.id!r} refers to the result of step {name!r}, which is not in the plan.",
                        f"The steps are: {', '.join(ids)}.",
                    )
                needs.add(name)
            elif kind == "new_file" or name not in files:
                if kind == "new_file" and not _PLAIN_NAME.fullmatch(name):
                    raise UsageError(
                        f"{name!r} can't be the name of a new file.", "Use a plain name without folders."
                    )
                writers = self._writers(name)
                if not writers:
                    attached = f"The files are: {', '.join(files)}." if files else "Attach it with --file."
                    raise UsageError(
                        f"Step {step.id!r} wants the file {name!r}, which is not attached.", attached
                    )
                # A step that writes a file waits for the writer before it: never two at the same time.
                before = writers[: writers.index(step.id)] if step.id in writers else writers
                needs.update(before[-1:])
        if step.for_each and step.for_each not in step.arguments:
            raise UsageError(
                f"Step {step.id!r} is to be done for each {step.for_each!r}, which is none of its arguments.",
                f"Its arguments are: {', '.join(step.arguments) or 'none'}.",
            )
        return needs

    def _writers(self, name: str) -> list[str]:
        """The ids of the steps that write a new file of this name, in the plan's order."""
        return [step.id for step in self.steps if ("new_file", name, "") in references(step.arguments)]


def references(value: Any) -> Iterator[tuple[str, str, str]]:
    """The references in a value: kind (`from`, `file`, `new_file`), name, path."""
    if _is_literal(value):
        return
    if isinstance(value, Mapping):
        if found := _reference(value):
            yield found
            return
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from references(item)


def resolved(value: Any, results: Mapping[str, Any], paths: Mapping[str, str]) -> Any:
    """The value with what its references stand for in their place.

    Args:
        results: the steps' results by id.
        paths: the paths of files by name, those to be written as `new:NAME`.

    Raises:
        UsageError: a path leads to nothing.
    """
    if _is_literal(value):
        return value[_LITERAL]
    if isinstance(value, Mapping):
        found = _reference(value)
        if found is None:
            return {key: resolved(item, results, paths) for key, item in value.items()}
        kind, name, path = found
        if kind == "from":
            return part_of(results[name], path, name)
        return paths[name if kind == "file" and name in paths else f"new:{name}"]
    if isinstance(value, list | tuple):
        return [resolved(item, results, paths) for item in value]
    return value


def part_of(value: Any, path: str, step: str) -> Any:
    """The part of a result that a path such as `rows[0].name` leads to.

    Raises:
        UsageError: it leads to nothing.
    """
    for match in _PATH.finditer(path.strip().removeprefix("$").removeprefix(".")):
        index, _, quoted, bare = match.groups()
        key = bare if quoted is None else quoted
        try:
            if isinstance(value, Mapping):
                value = value[index if key is None else key]
            else:
                value = value[int(index if key is None else key)]
        except (KeyError, IndexError, TypeError, ValueError):
            raise UsageError(
                f"The result of step {step!r} has no part {path!r}.", f"It is {_short(value)} there."
            ) from None
    return value


def as_literal(value: Any) -> Any:
    """A value of the user's as an argument: kept as it is where it looks like a reference, `{"from": "Berlin"}`."""
    return {_LITERAL: value} if any(references(value)) or _escapes(value) else value


def literal_of(argument: Any) -> Any:
    """The value that an argument stands for as it is written."""
    return argument[_LITERAL] if _is_literal(argument) else argument


def with_literals(plan: Plan, data: Sequence[Any], files: Sequence[str]) -> Plan:
    """The plan with the request's own lists and objects kept as they are where they look like references that lead nowhere.

    Args:
        data: the lists and objects in the request.
        files: names of the attached files.
    """
    theirs = [part for value in data for part in _objects(value) if _reference(part)]
    ids = {step.id for step in plan.steps}
    written = {
        name for step in plan.steps for kind, name, _ in references(step.arguments) if kind == "new_file"
    }

    def kept(value: Any) -> Any:
        if isinstance(value, Mapping):
            found = _reference(value)
            if found is None:
                return {key: kept(item) for key, item in value.items()}
            leads = found[1] in ids if found[0] == "from" else found[1] in {*files, *written}
            return {_LITERAL: value} if value in theirs and not leads else value
        return [kept(item) for item in value] if isinstance(value, list) else value

    if not theirs:
        return plan
    steps = [step.model_copy(update={"arguments": kept(step.arguments)}) for step in plan.steps]
    return plan.model_copy(update={"steps": steps})


def _objects(value: Any) -> Iterator[Mapping[Any, Any]]:
    """The objects in a JSON value, itself among them."""
    if isinstance(value, Mapping):
        yield value
    if isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _objects(item)


def _escapes(value: Any) -> bool:
    return any(_is_literal(part) for part in _objects(value))


def _is_literal(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {_LITERAL}


def _reference(value: Mapping[Any, Any]) -> tuple[str, str, str] | None:
    keys = set(value)
    if keys and keys <= {"from", "path"} and isinstance(value.get("from"), str):
        path = value.get("path")
        return "from", value["from"], str(path) if path not in (None, "") else ""
    for kind in ("file", "new_file"):
        if keys == {kind} and isinstance(value[kind], str):
            return kind, value[kind], ""
    return None


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
