"""Where generated code runs: the isolation, its limits, its verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apprentice.sandbox.base import (
    Example,
    Isolation,
    Limits,
    RunResult,
    RunStatus,
    Sandbox,
    TestOutcome,
    TestReport,
)
from apprentice.sandbox.process import ProcessSandbox

if TYPE_CHECKING:
    from apprentice.settings import Settings

__all__ = [
    "Example",
    "Isolation",
    "Limits",
    "ProcessSandbox",
    "RunResult",
    "RunStatus",
    "Sandbox",
    "TestOutcome",
    "TestReport",
    "limits_from",
    "open_sandbox",
]


def open_sandbox(settings: Settings) -> Sandbox:
    """The sandbox that this machine offers, with the limits of the settings; scratch folders in `workspace/exec`."""
    return ProcessSandbox(settings.workspace / "exec", limits_from(settings))


def limits_from(settings: Settings) -> Limits:
    """The bounds of one run, as the settings have them."""
    return Limits(
        seconds=settings.execution_timeout,
        memory_mb=settings.max_memory_mb,
        processes=settings.max_processes,
        open_files=settings.max_open_files,
        file_mb=settings.max_file_mb,
        output_kb=settings.max_output_kb,
    )
