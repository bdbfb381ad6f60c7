"""Older and damaged forms of `memory.json`: what of them can be used, and whether the original must be kept aside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import ValidationError

from apprentice.memory.document import SECTIONS, Document, encode_value, fitting, loads, scrub
from apprentice.memory.schema import Record, SkillRecord

Values = dict[str, Any]
#: Records that a notice names.
SHOWN: Final = 3


class NotMemoryError(ValueError):
    """The file holds no memory. `kind` says what it is; `str(error)` says why in a few words."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


class NewerVersionError(ValueError):
    """The file was written by a newer program."""

    def __init__(self, version: object) -> None:
        super().__init__(f"version {version}")
        self.version = version


@dataclass(slots=True)
class Reading:
    """What a text that isn't in the usual form says.

    Attributes:
        document: all that can be used.
        changed: whether a value had to be changed, so that the original is worth keeping.
        rejected: number of records that can't be used.
        older: whether the text as a whole has another form than version 1.
        records: a line for each record that was put right or can't be used: which, and what of it.
    """

    document: Document
    changed: bool
    rejected: int
    older: bool = False
    records: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """The records that were put right or can't be used, the first few of them."""
        more = len(self.records) - SHOWN
        return "; ".join([*self.records[:SHOWN], *([f"and {more} more"] if more > 0 else [])])


def interpret(text: bytes) -> Reading:
    """Read any text as memory, older forms included.

    Raises:
        NotMemoryError: nothing in it can be used.
        NewerVersionError: it says that it is newer than version 1.
    """
    changed = False
    try:
        value = loads(text)
    except ValueError:
        value, changed = _loads_leniently(text), True
    if not isinstance(value, dict):
        raise NotMemoryError("damaged", "it holds no object")
    changed |= _check_version(value)
    work = _Migration()
    sections = {name: work.section(name, value.pop(name, None)) for name in SECTIONS}
    value.pop("version", None)
    if work.rejected and not any(sections.values()):
        raise NotMemoryError("damaged", "its records can't be read")
    try:
        document = Document.of_values(sections, value)
        document.encode()
    except (ValueError, RecursionError):
        raise NotMemoryError("damaged", "its values can't be kept") from None
    return Reading(
        document, changed or work.changed, work.rejected, changed or work.older, tuple(work.records)
    )


def _loads_leniently(text: bytes) -> Any:
    if not text.strip():
        raise NotMemoryError("damaged", "it is empty")
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotMemoryError("damaged", "it isn't UTF-8") from None
    try:
        return scrub(json.loads(decoded))
    except json.JSONDecodeError as error:
        raise NotMemoryError("damaged", f"it isn't valid JSON, line {error.lineno}") from None
    except (ValueError, RecursionError):
        raise NotMemoryError("damaged", "it isn't valid JSON") from None


def _check_version(value: Values) -> bool:
    """Whether the version has to be put right."""
    version = value.get("version")
    ours = any(name in value for name in SECTIONS)
    number = version
    if isinstance(version, str):
        try:
            number = int(version)
        except ValueError:
            number = None
    if isinstance(number, int | float) and not isinstance(number, bool):
        if number > 1 and (ours or not isinstance(version, str)):
            raise NewerVersionError(version)
        ours |= number == 1
    if value and not ours:
        raise NotMemoryError("foreign", "it belongs to something else")
    return type(version) is not int or version != 1


@dataclass(slots=True)
class _Migration:
    changed: bool = False
    rejected: int = 0
    older: bool = False
    records: list[str] = field(default_factory=list)

    def section(self, name: str, value: object) -> list[Values]:
        """The records of one list, in version 1."""
        if value is None:
            return []
        if not isinstance(value, list | dict):
            self.changed = True
            self.rejected += 1
            self.records.append(f"{name} is no list")
            return []
        records = []
        if isinstance(value, dict):
            self.changed = self.older = True
            items = _keyed(name, value)
        else:
            items = iter(value)
        for item in items:
            record = self._record(name, item)
            if record is None:
                self.rejected += 1
                self.records.append(f"{_label(name, item)} can't be read")
            else:
                records.append(record)
        return records

    def _record(self, name: str, item: object) -> Values | None:
        model = SECTIONS[name]
        if isinstance(item, dict) and _fits(model, item):
            return item
        self.changed = True
        if isinstance(item, str) and item.strip() and name in _MAIN_FIELD:
            item = {_MAIN_FIELD[name]: item}
        if not isinstance(item, dict):
            return None
        record = _renamed(name, item)
        _FITTERS[name](record)
        fitted = _fitted(model, record)
        if fitted is not None:
            self.records.append(f"{_label(name, item)}: {_difference(item, fitted)}")
        return fitted


#: The field that a record has where an older form had only a string.
_MAIN_FIELD: Final = {"skills": "name", "failures": "error", "directives": "goal", "lessons": "text"}

#: The field that a key of an older form, a dictionary, stands for.
_KEY_FIELD: Final = {
    "skills": "name",
    "failures": "skill",
    "directives": "goal",
    "approvals": "skill",
    "lessons": "id",
}

#: The field that a string in such a dictionary stands for.
_VALUE_FIELD: Final = {
    "skills": "description",
    "failures": "error",
    "directives": "status",
    "lessons": "text",
}

_CREATED: Final = ("created", "timestamp", "time", "date")
_UPDATED: Final = ("updated", "modified", "modified_at", "last_updated")

#: Names that fields had in older forms, the likeliest first.
_OLDER_NAMES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "skills": {
        "name": ("skill", "skill_name", "title"),
        "description": ("summary", "goal"),
        "created_at": _CREATED,
        "updated_at": _UPDATED,
    },
    "failures": {
        "skill": ("skill_name", "name"),
        "error": ("message", "error_message", "exception", "reason"),
        "code_snippet": ("snippet", "code"),
        "timestamp": ("created_at", "created", "time", "date"),
    },
    "directives": {
        "goal": ("directive", "text", "prompt", "description"),
        "created_at": _CREATED,
        "updated_at": _UPDATED,
    },
    "approvals": {
        "skill": ("skill_name", "name"),
        "permissions": ("permission",),
        "answer": ("decision",),
        "decided_at": ("timestamp", "created_at", "created", "time", "date"),
    },
    "lessons": {
        "text": ("lesson", "message"),
        "created_at": _CREATED,
        "updated_at": _UPDATED,
    },
}

_TIMES: Final = ("created_at", "updated_at", "timestamp", "decided_at")

_SKILL_STATUS: Final = {
    "working": ("working", "work", "works", "ok", "success", "successful", "passed", "passing"),
    "failed": ("failed", "fail", "failing", "failure", "error", "broken"),
}
_DIRECTIVE_STATUS: Final = {
    "completed": ("completed", "complete", "done", "success", "successful", "ok", "finished"),
    "failed": ("failed", "fail", "failure", "error"),
    "running": ("running", "in_progress", "in progress", "active", "started"),
}


_LABELS: Final = {
    "skills": "skill",
    "failures": "failure of",
    "directives": "goal",
    "approvals": "decision about",
    "lessons": "lesson",
}


def _label(name: str, item: object) -> str:
    """How a record is called in a line: `skill 'is_even'`."""
    if isinstance(item, dict):
        named = next((item[key] for key in ("name", "skill", "goal", "text", "id") if item.get(key)), None)
    else:
        named = item
    return f"{_LABELS[name]} {_short(named) if named is not None else 'without a name'}"


def _difference(item: Values, fitted: Values) -> str:
    """What of a record was put right."""
    told = [
        f"{key} was {_short(value)}, is {_short(fitted[key])} now"
        for key, value in item.items()
        if key in fitted and fitted[key] != value
    ]
    return ", ".join(told[:SHOWN]) or "fields that it lacked were filled in"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _fits(model: type[Record], item: Values) -> bool:
    try:
        fitting(model, item)
    except ValueError:
        return False
    return True


def _keyed(name: str, value: Values) -> Iterator[object]:
    for key, items in value.items():
        for item in items if isinstance(items, list) else [items]:
            if isinstance(item, dict):
                # A key beside a goal of its own can only be an id.
                field_name = "id" if name == "directives" and "goal" in item else _KEY_FIELD[name]
                yield {field_name: key, **item}
            elif item is None:
                yield {_KEY_FIELD[name]: key}
            elif isinstance(item, str) and name in _VALUE_FIELD:
                yield {_KEY_FIELD[name]: key, _VALUE_FIELD[name]: item}
            else:
                yield item


def _renamed(name: str, item: Values) -> Values:
    record = {key: value for key, value in item.items() if value is not None}
    for field_name, older in _OLDER_NAMES[name].items():
        for other in older:
            if field_name in record or other not in record:
                continue
            if other in SECTIONS[name].model_fields:
                record[field_name] = record[other]
            else:
                record[field_name] = record.pop(other)
    for field_name in _TIMES:
        if field_name in record:
            record[field_name] = _iso(record[field_name])
    return record


def _iso(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    seconds = value / 1000 if abs(value) > 1e11 else value
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return value


def _status(value: object, known: Mapping[str, tuple[str, ...]], default: str) -> str:
    if isinstance(value, bool):
        value = "ok" if value else "failed"
    word = str(value).strip().lower()
    return next((status for status, words in known.items() if word in words), default)


def _fit_skill(record: Values) -> None:
    record["status"] = _status(record.get("status"), _SKILL_STATUS, "untested")


def _fit_failure(record: Values) -> None:
    record.setdefault("skill", "")


def _fit_directive(record: Values) -> None:
    record["status"] = _status(record.get("status"), _DIRECTIVE_STATUS, "pending")


def _fit_approval(record: Values) -> None:
    if isinstance(record.get("permissions"), str):
        record["permissions"] = [record["permissions"]]
    if "id" not in record:
        record["id"] = hashlib.sha256(encode_value(record)).hexdigest()[:16]


def _fit_lesson(record: Values) -> None:
    if "id" not in record:
        record["id"] = hashlib.sha256(encode_value(record)).hexdigest()[:16]


_FITTERS: Final[Mapping[str, Callable[[Values], None]]] = {
    "skills": _fit_skill,
    "failures": _fit_failure,
    "directives": _fit_directive,
    "approvals": _fit_approval,
    "lessons": _fit_lesson,
}


def _fitted(model: type[Record], record: Values) -> Values | None:
    """The record with its values in the right types; None where a needed one can't be had."""
    for name, about in model.model_fields.items():
        if about.annotation is str and isinstance(record.get(name), int | float):
            record[name] = str(record[name])
    try:
        model.model_validate(record)
    except ValidationError as error:
        wrong = {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}
        if any(model.model_fields[name].is_required() for name in wrong if name in model.model_fields):
            return None
        record = {name: value for name, value in record.items() if name not in wrong}
    try:
        dumped = model.model_validate(record).model_dump()
        if model is SkillRecord and not dumped["name"].strip():
            return None
        fitting(model, dumped)
    except ValueError:
        return None
    return dumped
