"""Writes the stream of events to `logs/agent.jsonl`, one JSON object a line, without secrets and home paths."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import traceback
from collections.abc import Mapping, MutableMapping
from functools import cache
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog

from apprentice.events import Event, ModelCalled, ModelProgress, Notice, PullProgress

MAX_BYTES = 10_000_000
BACKUPS = 3
MAX_TEXT = 4000

_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL", re.IGNORECASE)
_SECRETS = (
    re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"),
    re.compile(r"\b(?:sk|pk|rk|ghp|gho|github_pat|xox[a-z]|hf|glpat)[-_][\w-]{8,}"),
    re.compile(r"(?i)(?<=bearer )[\w.~+/=-]{8,}|(?<=basic )[\w+/=-]{8,}"),
    re.compile(
        r"(?i)\b(?:password|passwd|api[_-]?key|secret|token)[\"']?\s*[=:]\s*(?:\"[^\"]*\"|'[^']*'|[^\s,;}\"']+)"
    ),
    re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*"),
    re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
)


class JsonLog:
    """A listener that keeps what happened. It never disturbs a run: what can't be written is dropped.

    Args:
        path: the file; it is rotated at 10 MB, and three older ones are kept.
        level: lowest level that is written.
    """

    def __init__(self, path: Path, level: str = "info") -> None:
        self._logger = logging.Logger("apprentice.events", getattr(logging, level.upper()))
        self._handler = RotatingFileHandler(
            path, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8", delay=True
        )
        self._handler.handleError = lambda record: None  # type: ignore[method-assign]
        self._logger.addHandler(self._handler)
        self._log = structlog.wrap_logger(
            self._logger,
            processors=[
                structlog.stdlib.filter_by_level,
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _redact,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
            wrapper_class=structlog.stdlib.BoundLogger,
        )

    def __call__(self, event: Event) -> None:
        """Write one event."""
        if isinstance(event, ModelProgress | PullProgress):
            return
        fields = event.as_dict()
        name = fields.pop("event")
        fields.pop("at", None)
        failed = isinstance(event, ModelCalled) and event.error
        level = event.level if isinstance(event, Notice) else "warning" if failed else "info"
        fields.pop("level", None)
        with contextlib.suppress(OSError, ValueError):
            self._log.log(getattr(logging, level.upper()), name, **fields)

    def error(self, error: BaseException) -> None:
        """Write an unexpected error with its traceback."""
        text = "".join(traceback.format_exception(error))
        with contextlib.suppress(OSError, ValueError):
            self._log.error("UnexpectedError", error=str(error), kind=type(error).__name__, traceback=text)

    def close(self) -> None:
        """Close the file."""
        self._handler.close()


def redact(text: str) -> str:
    """The text without secrets, and with the home folder as `~`."""
    return _Redaction().of(text)


class _Redaction:
    """What is secret in the environment, looked up once for all the texts of an event."""

    def __init__(self) -> None:
        self._values = [
            os.environ[name] for name in os.environ if _is_secret(name) and len(os.environ.get(name, "")) >= 8
        ]
        home = os.path.expanduser("~")
        self._home = rf"{re.escape(home)}(?=[/\\\s'\":,)]|$)" if len(home) > 1 else ""

    def of(self, text: str) -> str:
        """See `redact`."""
        for value in self._values:
            text = text.replace(value, "[secret]")
        for pattern in _SECRETS:
            text = pattern.sub("[secret]", text)
        if self._home:
            text = re.sub(self._home, "~", text)
        return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"

    def clean(self, value: Any) -> Any:
        """The same of all texts in a value."""
        if isinstance(value, str):
            return self.of(value)
        if isinstance(value, dict):
            return {key: self.clean(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.clean(item) for item in value]
        return value


@cache
def _is_secret(name: str) -> bool:
    return not name.startswith("AGENT_") and bool(_SECRET_NAME.search(name))


def _redact(logger: Any, method: str, fields: MutableMapping[str, Any]) -> Mapping[str, Any]:
    redaction = _Redaction()
    return {name: redaction.clean(value) for name, value in fields.items()}
