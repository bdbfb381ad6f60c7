"""Where generated code runs: the isolation, its limits, its verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apprentice.sandbox.base import (
    NOTHING,
    Example,
    Grants,
    Isolation,
    Limits,
    RunResult,
    RunStatus,
    Sandbox,
    TestOutcome,
    TestReport,
)
from apprentice.sandbox.choose import UNSAFE, Choice, choose
from apprentice.sandbox.process import ProcessSandbox

if TYPE_CHECKING:
    from apprentice.settings import Settings

__all__ = [
    "NOTHING",
    "UNSAFE",
    "Choice",
    "Example",
    "Grants",
    "Isolation",
    "Limits",
    "ProcessSandbox",
    "RunResult",
    "RunStatus",
    "Sandbox",
    "TestOutcome",
    "TestReport",
    "choose_sandbox",
    "limits_from",
    "open_sandbox",
]


def open_sandbox(settings: Settings) -> Sandbox:
    """The sandbox that this machine offers, with the limits of the settings; scratch folders in `workspace/exec`.

    Raises:
        SandboxError: no sandbox holds on this machine, and running without one was not asked for.
    """
    return choose_sandbox(settings).sandbox


def choose_sandbox(settings: Settings) -> Choice:
    """The same, with what was tried to find it.

    Raises:
        SandboxError: as `open_sandbox`.
    """
    return choose(
        settings.workspace / "exec",
        limits_from(settings),
        unsafe=settings.unsafe_no_sandbox,
        container_image=settings.container_image,
    )


def limits_from(settings: Settings) -> Limits:
    """The bounds of one run, as the settings have them."""
    return Limits(
        seconds=settings.execution_timeout,
        cpu_seconds=settings.max_cpu_seconds,
        memory_mb=settings.max_memory_mb,
        processes=settings.max_processes,
        open_files=settings.max_open_files,
        file_mb=settings.max_file_mb,
        scratch_mb=settings.max_scratch_mb,
        scratch_files=settings.max_scratch_files,
        output_kb=settings.max_output_kb,
    )
