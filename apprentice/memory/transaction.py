"""What memory holds, as typed records, and the changes that can be made to it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar, cast

import orjson

from apprentice.memory.document import SECTIONS, Document, encode_value, make_entry
from apprentice.memory.lessons import Outcome, counted, learnt_again, same_lesson
from apprentice.memory.schema import (
    ApprovalRecord,
    DirectiveRecord,
    DirectiveStatus,
    FailureRecord,
    LessonRecord,
    MemoryFile,
    Origin,
    Record,
    SkillRecord,
    now,
)

#: The longest code snippet and error text that a failure keeps, in characters.
MAX_SNIPPET: Final = 2_000
MAX_ERROR: Final = 1_000

R = TypeVar("R", bound=Record)


class MemoryView:
    """Reading what memory holds. All records handed out are copies, free to be changed."""

    def _document(self) -> Document:
        raise NotImplementedError

    def read(self) -> dict[str, Any]:
        """The whole memory as plain values, in the file's form: a new dict with each call."""
        return self._document().plain()

    def snapshot(self) -> MemoryFile:
        """The whole memory as typed records."""
        document = self._document()
        lists = {name: [_copy(entry.record) for entry in document.sections[name]] for name in SECTIONS}
        return MemoryFile.model_validate({**document.plain_extra(), **lists})

    def skills(
        self, *, origin: Origin | None = None, where: Callable[[SkillRecord], bool] | None = None
    ) -> list[SkillRecord]:
        """All skills, in the order in which they came; with `origin`, only those from there.

        Copies are dear where there are thousands: `where` picks before anything is copied, and changes nothing.
        """
        return list(self._records("skills", SkillRecord, picked=where, origin=origin))

    def skill(self, name: str) -> SkillRecord | None:
        """The skill of this name."""
        return next(self._records("skills", SkillRecord, name=name), None)

    def failures(self, skill: str | None = None) -> list[FailureRecord]:
        """The failures, oldest first; with `skill`, only those of that skill."""
        return list(self._records("failures", FailureRecord, skill=skill))

    def directives(self, status: DirectiveStatus | None = None) -> list[DirectiveRecord]:
        """The goals given, oldest first; with `status`, only those that stand so."""
        return list(self._records("directives", DirectiveRecord, status=status))

    def directive(self, id: str) -> DirectiveRecord | None:  # noqa: A002
        """The goal of this id."""
        return next(self._records("directives", DirectiveRecord, id=id), None)

    def approvals(self, skill: str | None = None) -> list[ApprovalRecord]:
        """The decisions, oldest first; with `skill`, only those about that skill."""
        return list(self._records("approvals", ApprovalRecord, skill=skill))

    def lessons(self) -> list[LessonRecord]:
        """The lessons, oldest first, those that faded among them."""
        return list(self._records("lessons", LessonRecord))

    def _records(
        self,
        section: str,
        model: type[R],
        *,
        picked: Callable[[R], bool] | None = None,
        **wanted: str | None,
    ) -> Iterator[R]:
        asked = [(name, value) for name, value in wanted.items() if value is not None]
        for entry in self._document().sections[section]:
            if all(getattr(entry.record, name) == value for name, value in asked) and (
                picked is None or picked(cast("R", entry.record))
            ):
                yield _copy(cast("R", entry.record))


class Transaction(MemoryView):
    """Changes that are written together, or not at all. Reading shows the changes made so far."""

    def __init__(self, document: Document) -> None:
        #: The records as changed so far.
        self.document = document.copy()
        self.changed = False

    def _document(self) -> Document:
        return self.document

    def put_skill(self, record: SkillRecord) -> SkillRecord:
        """Keep a skill, in place of the one of the same name; returns it as kept.

        The time of creation and fields that only the kept record has stay; the time of the change is set.

        Raises:
            ValueError: a field holds what the schema doesn't allow.
        """
        return self._put("skills", "name", record)

    def delete_skill(self, name: str) -> bool:
        """Forget a skill; whether there was one."""
        entries = self.document.sections["skills"]
        left = [entry for entry in entries if cast("SkillRecord", entry.record).name != name]
        self.document.sections["skills"] = left
        self.changed |= len(left) < len(entries)
        return len(left) < len(entries)

    def add_failure(self, record: FailureRecord) -> bool:
        """Keep a failure, its code and error text cut to a bounded length; False if its id is there already."""
        cut = {"code_snippet": _cut(record.code_snippet, MAX_SNIPPET), "error": _cut(record.error, MAX_ERROR)}
        return self._add("failures", record.model_copy(update=cut), record.id)

    def put_directive(self, record: DirectiveRecord) -> DirectiveRecord:
        """Keep a goal, in place of the one of the same id; returns it as kept, with a new id if it had none.

        Raises:
            ValueError: a field holds what the schema doesn't allow.
        """
        if not record.id:
            record = record.model_copy(update={"id": uuid.uuid4().hex})
        return self._put("directives", "id", record)

    def add_approval(self, record: ApprovalRecord) -> bool:
        """Keep a decision; False if its id is there already."""
        return self._add("approvals", record, record.id)

    def revoke_approvals(self, chosen: Callable[[int, ApprovalRecord], bool]) -> list[ApprovalRecord]:
        """Take back the decisions that `chosen` picks by their number (from 1) and record; returns them as kept.

        Those revoked before stay as they are.
        """
        revoked: list[ApprovalRecord] = []
        entries = self.document.sections["approvals"]
        for place, entry in enumerate(entries):
            record = cast("ApprovalRecord", entry.record)
            if record.revoked_at or not chosen(place + 1, _copy(record)):
                continue
            entries[place] = make_entry(ApprovalRecord, {**orjson.loads(entry.raw), "revoked_at": now()})
            revoked.append(_copy(cast("ApprovalRecord", entries[place].record)))
        self.changed |= bool(revoked)
        return revoked

    def put_lesson(self, record: LessonRecord) -> LessonRecord:
        """Keep a lesson, in place of the one of the same id; returns it as kept.

        Raises:
            ValueError: a field holds what the schema doesn't allow.
        """
        return self._put("lessons", "id", record)

    def learn_lesson(self, record: LessonRecord) -> LessonRecord:
        """Keep a lesson, or count it to the one that says the same; `counted` marks what it was learnt from.

        Learning from the same marks again changes nothing.
        """
        known = same_lesson(self._lessons(), record)
        return self.put_lesson(record if known is None else learnt_again(known, record))

    def count_lesson(self, id_: str, outcome: Outcome, mark: str) -> bool:
        """Count the outcome of showing a lesson, once for each `mark`; whether there is such a lesson."""
        lesson = next((record for record in self._lessons() if record.id == id_), None)
        if lesson is not None:
            self.put_lesson(counted(lesson, outcome, mark))
        return lesson is not None

    def delete_lesson(self, id_: str) -> bool:
        """Forget a lesson; whether there was one."""
        entries = self.document.sections["lessons"]
        left = [entry for entry in entries if cast("LessonRecord", entry.record).id != id_]
        self.document.sections["lessons"] = left
        self.changed |= len(left) < len(entries)
        return len(left) < len(entries)

    def _lessons(self) -> list[LessonRecord]:
        """The lessons themselves, not to be changed."""
        return [cast("LessonRecord", entry.record) for entry in self.document.sections["lessons"]]

    def _add(self, section: str, record: Record, id_: str) -> bool:
        if id_ and id_ in self.document.ids(section):
            return False
        self.document.add(section, id_, make_entry(SECTIONS[section], _values(record)))
        self.changed = True
        return True

    def _put(self, section: str, key: str, record: R) -> R:
        entries = self.document.sections[section]
        values = _values(record)
        place = next(
            (i for i, entry in enumerate(entries) if getattr(entry.record, key) == values[key]), None
        )
        if place is None:
            entries.append(make_entry(SECTIONS[section], values))
            place = -1
        else:
            kept = orjson.loads(entries[place].raw)
            unknown = {
                name: value for name, value in kept.items() if name not in SECTIONS[section].model_fields
            }
            values = {**unknown, **values, "created_at": kept["created_at"]}
            if _content(values) == _content(entries[place].record.model_dump()):
                return _copy(cast("R", entries[place].record))
            entries[place] = make_entry(SECTIONS[section], {**values, "updated_at": now()})
        self.changed = True
        return _copy(cast("R", entries[place].record))


def _values(record: Record) -> dict[str, Any]:
    """The record as JSON would give it back."""
    values: dict[str, Any] = orjson.loads(encode_value(record.model_dump(warnings="none")))
    return values


def _content(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "updated_at": None}


def _copy(record: R) -> R:
    # A failure holds strings and a number only; a deep copy of thousands would be felt.
    return record.model_copy(deep=not isinstance(record, FailureRecord) or bool(record.model_extra))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
