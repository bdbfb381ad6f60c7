"""One small family of errors. Each says in one line what happened and what to do next."""

from __future__ import annotations

from typing import ClassVar


class AgentError(Exception):
    """Something the user can act on. `str(error)` is the whole line that the user sees.

    Attributes:
        message: what happened.
        next_step: what to do about it; empty when there is nothing to do.
        exit_code: the command line's exit code for it (1 goal failed, 2 usage, 3 environment).
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message, next_step)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class UsageError(AgentError):
    """What the caller gave can't be used: an empty goal, a name that is no identifier, bad JSON."""

    exit_code = 2


class WorkspaceError(AgentError):
    """The workspace can't be read or written: permissions, a full disk, a lock that is never released."""


class MemoryFileError(WorkspaceError):
    """`memory.json` can't be used as it is."""


class SandboxError(AgentError):
    """Code could not be run at all (not: the code failed)."""


class PackageError(AgentError):
    """A package may not be used, or could not be installed."""


class ModelError(AgentError):
    """The model did not answer as needed. `retryable` says whether the same call may go through later.

    `usage` is what the calls cost (`apprentice.models.base.usage_of`), None where that isn't known.
    """

    retryable: ClassVar[bool] = False
    usage: object = None


class ModelUnavailable(ModelError):
    """The model's server is down, or refused, or is overloaded."""

    retryable = True


class ModelMissing(ModelError):
    """The server answers but doesn't have this model."""


class ModelUnsupported(ModelError):
    """The model lacks something that the call asked for (thinking, tools, images)."""


class ContextOverflow(ModelError):
    """The prompt is longer than the model's context."""


class ModelTimeout(ModelError):
    """A deadline passed: connecting, the first token, silence between tokens, or the whole call."""

    retryable = True


class StreamBroken(ModelError):
    """The reply ended before the model said that it was done."""

    retryable = True


class ReplyCut(ModelError):
    """The reply reached its token limit: what came is not whole. Never retried unchanged."""

    def __init__(self, message: str, next_step: str = "", text: str = "") -> None:
        super().__init__(message, next_step)
        self.text = text


class ReplyLooped(ModelError):
    """The model repeated itself without end and was stopped."""


class ReplyInvalid(ModelError):
    """The reply does not have the form that was asked for, also after one repair turn."""


class Cancelled(AgentError):
    """The user, or a deadline of the run, stopped the work. The goal stays resumable."""

    exit_code = 1
