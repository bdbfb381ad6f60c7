"""`memory.json` as text and as records: each record keeps its encoded text, so that a write encodes only what changed."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeVar

import orjson

from apprentice.memory.schema import (
    ApprovalRecord,
    DirectiveRecord,
    FailureRecord,
    LessonRecord,
    Record,
    SkillRecord,
)

_R = TypeVar("_R", bound=Record)

#: The lists of the file, in the order in which they are written.
SECTIONS: Final[Mapping[str, type[Record]]] = {
    "skills": SkillRecord,
    "failures": FailureRecord,
    "directives": DirectiveRecord,
    "approvals": ApprovalRecord,
    "lessons": LessonRecord,
}

#: Fields that each record of version 1 has; an older form may have them under other names.
_EXPECTED: Final[Mapping[type[Record], frozenset[str]]] = {
    SkillRecord: frozenset({"name", "status", "created_at", "updated_at"}),
    FailureRecord: frozenset({"skill", "error", "code_snippet", "timestamp"}),
    DirectiveRecord: frozenset({"goal", "status", "created_at"}),
    ApprovalRecord: frozenset({"id", "skill", "permissions", "answer"}),
    LessonRecord: frozenset({"id", "text", "created_at", "updated_at"}),
}

_SEPARATOR: Final = b",\n    "
_LIST_END: Final = b"\n  ]"
_OPTIONS: Final = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS


class Entry(NamedTuple):
    """One record: its text as it stands in the file, and what the text says."""

    raw: bytes
    record: Record


class Document:
    """The content of the file. A published document is never changed; changes are made to a `copy()`."""

    def __init__(
        self, sections: Mapping[str, list[Entry]] | None = None, extra: Mapping[str, Any] | None = None
    ) -> None:
        self.sections = {name: list((sections or {}).get(name, ())) for name in SECTIONS}
        #: Fields at the top of the file that this version doesn't know.
        self.extra = dict(extra or {})
        self._ids: dict[str, set[str]] = {}

    def copy(self) -> Document:
        """A document whose lists can be changed without touching this one's."""
        copy = Document(self.sections, self.extra)
        copy._ids = {name: set(ids) for name, ids in self._ids.items()}
        return copy

    def add(self, name: str, id_: str, entry: Entry) -> None:
        """Append a record to a list whose records have ids."""
        self.ids(name).add(id_)
        self.sections[name].append(entry)

    def ids(self, name: str) -> set[str]:
        """The ids of a list's records; they must not be changed but by `add`."""
        if name not in self._ids:
            self._ids[name] = {getattr(entry.record, "id", "") for entry in self.sections[name]}
        return self._ids[name]

    def encode(self) -> bytes:
        """The whole text of the file, indented by two."""
        # One join over all records, what stands between the lists glued to their neighbours: one copy of the text.
        pieces: list[bytes] = []
        glue = b'{\n  "version": 1'
        for name, entries in self.sections.items():
            glue += b',\n  "%s": [' % name.encode()
            if entries:
                records = [entry.raw for entry in entries]
                records[0] = glue + b"\n    " + records[0]
                glue = records.pop() + _LIST_END
                pieces += records
            else:
                glue += b"]"
        for key, value in self.extra.items():
            glue += b",\n  " + encode_value(key) + b": " + _indent(encode_value(value), b"  ")
        pieces.append(glue + b"\n}\n")
        return _SEPARATOR.join(pieces)

    def plain(self) -> dict[str, Any]:
        """The file as plain values, new with each call."""
        lists = {
            name: orjson.loads(b"[" + b",".join([entry.raw for entry in entries]) + b"]")
            for name, entries in self.sections.items()
        }
        return {"version": 1, **lists, **self.plain_extra()}

    def plain_extra(self) -> dict[str, Any]:
        """A copy of the fields at the top of the file that this version doesn't know."""
        return loads(encode_value(self.extra)) if self.extra else {}

    @classmethod
    def of_values(cls, sections: Mapping[str, list[dict[str, Any]]], extra: Mapping[str, Any]) -> Document:
        """A document of plain records that fit the schema."""
        return cls(
            {
                name: [make_entry(SECTIONS[name], value) for value in values]
                for name, values in sections.items()
            },
            extra,
        )

    @classmethod
    def parse(cls, text: bytes, previous: Document | None = None) -> Document:
        """Read a text in the form that `encode` gives it; records also found in `previous` are not read again.

        The lists are cut out along their line breaks (JSON strings hold none), each record is read by itself, and
        what is left must be valid with a mark in place of each list: so the text as a whole is valid, too.

        Raises:
            ValueError: the text has another form, isn't valid, or a record doesn't fit the schema.
        """
        mark = os.urandom(8).hex()
        sections: dict[str, list[Entry]] = {}
        skeleton: list[bytes] = []
        position = 0
        for name, model in SECTIONS.items():
            header = b'\n  "%s": [\n    ' % name.encode()
            found = text.find(header, position)
            if found < 0:
                continue
            skeleton.append(b'%s\n  "%s": "%s"' % (text[position:found], name.encode(), mark.encode()))
            known = previous.sections[name] if previous else []
            sections[name], position = _parse_list(text, found + len(header), model, known)
        skeleton.append(text[position:])
        rest = loads(b"".join(skeleton))
        if not isinstance(rest, dict) or type(rest.get("version")) is not int or rest.pop("version") != 1:
            raise ValueError("not a file of version 1")
        for name in SECTIONS:
            if rest.pop(name, []) != (mark if name in sections else []):
                raise ValueError(f"{name} is not a list of records in the usual form")
        return cls(sections, rest)


def fitting(model: type[_R], value: object) -> _R:
    """The record that a plain value of version 1 stands for.

    Raises:
        ValueError: the value isn't such a record.
    """
    record = model.model_validate(value, strict=True)
    if not record.model_fields_set >= _EXPECTED[model]:
        raise ValueError("a field is missing")
    return record


def read_record(model: type[_R], raw: bytes) -> _R:
    """The record that a text stands for.

    Raises:
        ValueError: the text isn't valid, or isn't such a record.
    """
    return fitting(model, orjson.loads(raw))


def make_entry(model: type[Record], value: Mapping[str, Any]) -> Entry:
    """The entry of one plain record.

    Raises:
        pydantic.ValidationError: the record doesn't fit the schema.
    """
    text = encode_value(value)
    return Entry(_indent(text, b"    "), read_record(model, text))


def encode_value(value: object) -> bytes:
    """A value as indented JSON. What JSON can't hold is replaced: lone surrogates by U+FFFD, NaN by null."""
    try:
        return orjson.dumps(value, default=_plain_object, option=_OPTIONS)
    except TypeError:
        # Lone surrogates, integers beyond 64 bits and very deep nesting are refused by orjson.
        return json.dumps(scrub(value), indent=2, ensure_ascii=False, allow_nan=False).encode()


def loads(text: bytes) -> Any:
    """Read JSON, exactly: integers of any size, and no field twice.

    Raises:
        ValueError: the text isn't valid UTF-8 or JSON, or holds what can't be written back: half a surrogate pair,
            NaN, a number too large, a field twice, too deep a nesting.
    """
    if b"\\ud" in text.lower():
        orjson.loads(text)  # refuses half a surrogate pair
    try:
        return json.loads(
            text.decode(),
            parse_constant=_no_constant,
            parse_float=_finite,
            object_pairs_hook=_unique_fields,
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def scrub(value: object) -> Any:
    """The value made of what JSON in UTF-8 can hold."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, Mapping):
        return {scrub(str(key)): scrub(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [scrub(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    return scrub(_plain_object(value))


def _parse_list(text: bytes, start: int, model: type[Record], known: list[Entry]) -> tuple[list[Entry], int]:
    entries: list[Entry] = []
    position = start
    for entry in known:
        after = position + len(entry.raw)
        if not text.startswith(entry.raw, position):
            break
        if text.startswith(_SEPARATOR, after):
            entries.append(entry)
            position = after + len(_SEPARATOR)
        elif text.startswith(_LIST_END, after):
            entries.append(entry)
            return entries, after + len(_LIST_END)
        else:
            break
    end = text.find(_LIST_END, position)
    if end < 0:
        raise ValueError("a list has no end")
    pieces = text[position:end].split(b"\n    },\n    {")
    last = len(pieces) - 1
    for index, piece in enumerate(pieces):
        raw = (b"{" if index else b"") + piece + (b"\n    }" if index < last else b"")
        entries.append(Entry(raw, read_record(model, raw)))
    return entries, end + len(_LIST_END)


def _indent(text: bytes, by: bytes) -> bytes:
    return text.replace(b"\n", b"\n" + by)


def _plain_object(value: object) -> object:
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode(errors="replace")
    return str(value)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large")
    return number


def _unique_fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field is there twice")
    return fields
