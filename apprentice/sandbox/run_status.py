"""From the bare facts of a run to its result: status, and one plain line that says why."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Mapping
from typing import Any, Final

from apprentice.sandbox.base import Isolation, Limits, RunResult, RunStatus
from apprentice.sandbox.launch import FLOOD_BYTES, Ended
from apprentice.sandbox.plain import MAX_MESSAGE, MAX_REPR, cut

_DISK: Final = (errno.EFBIG, errno.ENOSPC, errno.EDQUOT)

#: error types of tests that a limit ended.
ERROR_OF: Final[Mapping[str, str]] = {
    "timeout": "Timeout",
    "cpu": "CpuLimit",
    "processes": "ProcessLimit",
    "files": "FileLimit",
    "memory": "MemoryError",
    "output": "OutputLimit",
    "disk": "DiskLimit",
    "killed": "Killed",
    "cancelled": "Cancelled",
}


def run_result(ended: Ended, limits: Limits, isolation: Isolation, value: Any = None) -> RunResult:
    """The result of a script or a call."""
    error = next((report["error"] for report in ended.reports if report.get("kind") == "error"), None)
    status, message = _status(ended, limits, error)
    error_type = ERROR_OF.get(status, "")
    if error is not None and status in ("failed", "memory", "disk", "files", "processes"):
        error_type = str(error.get("type", ""))
    return RunResult(
        status,
        _exit_code(ended),
        ended.stdout,
        ended.stderr,
        ended.seconds,
        isolation,
        ended.output_cut,
        value if status == "ok" else None,
        cut(error_type, MAX_REPR),
        cut(message, 2 * MAX_MESSAGE),
    )


def call_result(ended: Ended, limits: Limits, isolation: Isolation, module: str, function: str) -> RunResult:
    """The result of a call: `ok` only with a value that came back."""
    kinds = {report.get("kind"): report for report in ended.reports}
    result = run_result(ended, limits, isolation, kinds.get("value", {}).get("value"))
    message, error_type = "", ""
    if "no_function" in kinds:
        message, error_type = f"There is no function {function!r} in the module {module!r}.", "AttributeError"
    elif "not_json" in kinds:
        what = kinds["not_json"].get("type")
        message, error_type = f"{function} returned {what}, which JSON can't hold.", "TypeError"
    elif result.status == "ok" and "value" not in kinds:
        message, error_type = f"The process {ended_how(ended)} before {function} returned.", "NoReport"
    if not message or result.status not in ("ok", "failed"):
        return result
    return with_status(result, "failed", error_type, message)


def with_status(result: RunResult, status: RunStatus, error_type: str, message: str) -> RunResult:
    """The same run, without its value, where what it reported makes it another result."""
    return RunResult(
        status,
        result.exit_code,
        result.stdout,
        result.stderr,
        result.seconds,
        result.isolation,
        result.output_cut,
        None,
        cut(error_type, MAX_REPR),
        cut(message, 2 * MAX_MESSAGE),
    )


def _status(ended: Ended, limits: Limits, error: Mapping[str, Any] | None) -> tuple[RunStatus, str]:
    """How the run ended, and the line that says so."""
    match ended.stop:
        case "cancelled":
            return "cancelled", "The run was cancelled."
        case "timeout":
            return "timeout", f"The run took longer than {limits.seconds:g} s and was ended."
        case "output":
            size = min(64 * limits.output_kb, FLOOD_BYTES >> 10)
            return (
                "output",
                f"The run wrote more than {max(2 * limits.output_kb, size)} KiB of output and was ended.",
            )
        case "cpu":
            return "cpu", _cpu_message(limits)
        case "processes":
            return (
                "processes",
                f"The run had more than {limits.processes} processes and threads and was ended.",
            )
        case "memory":
            return (
                "memory",
                f"The run's processes needed more than {limits.memory_mb} MiB of memory together.",
            )
        case "disk":
            bounds = f"{limits.scratch_mb} MiB (or {limits.scratch_files} files)"
            return "disk", f"The run put more than {bounds} into its folder and was ended."
        case "files":
            return "files", _files_message(limits)
        case "lost" | "stopped":
            return "killed", "The run ended the process that watched over it."
    code = _exit_code(ended)
    if code is None:
        return "killed", "The run could not be ended cleanly."
    if code < 0:
        return _status_of_signal(-code, ended, limits)
    if error is not None and (found := limit_of_error(error, limits)) is not None:
        return found
    if code == 0:
        return "ok", ""
    if error is None or error.get("type") == "SystemExit":
        return "failed", f"The code ended with exit code {code}."
    line = error.get("line")
    where = f" (line {line})" if line else ""
    return "failed", f"{error.get('type')}: {error.get('message', '')}".rstrip(": ") + where


def _status_of_signal(number: int, ended: Ended, limits: Limits) -> tuple[RunStatus, str]:
    cpu = limits.cpu_seconds or limits.seconds
    if number == signal.SIGXCPU or (number == signal.SIGKILL and ended.cpu_seconds > int(cpu) + 0.8):
        return "cpu", _cpu_message(limits)
    if number == signal.SIGXFSZ:
        return "disk", f"The run wrote a file larger than {limits.file_mb} MiB and was ended."
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    return "killed", f"The process was killed by {name}."


def limit_of_error(error: Mapping[str, Any], limits: Limits) -> tuple[RunStatus, str] | None:
    """The limit that an error which ended the run, or a test, comes from."""
    if error.get("type") == "MemoryError":
        return "memory", f"The run needed more than {limits.memory_mb} MiB of memory."
    if error.get("errno") in _DISK:
        return "disk", _disk_message(error)
    if error.get("errno") == errno.EMFILE:
        return "files", _files_message(limits)
    if error.get("type") == "RuntimeError" and error.get("message") == "can't start new thread":
        return "processes", f"The run had more than {limits.processes} processes and threads."
    return None


def _cpu_message(limits: Limits) -> str:
    cpu = limits.cpu_seconds or limits.seconds
    return f"The run used more than {cpu:g} s of processor time and was ended."


def _files_message(limits: Limits) -> str:
    return f"The run had more than {limits.open_files} files open."


def _disk_message(error: Mapping[str, Any]) -> str:
    if error.get("errno") == errno.EFBIG:
        return "The run wrote a file that is larger than it may be."
    return "The run found no space left on the disk."


def _exit_code(ended: Ended) -> int | None:
    """The worker's exit code, negative for a signal; None where the run was ended from outside."""
    if ended.stop or ended.wait_status is None:
        return None
    return os.waitstatus_to_exitcode(ended.wait_status)


def ended_how(ended: Ended) -> str:
    """The end in words, e.g. `ended (exit code 0)`."""
    code = _exit_code(ended)
    return "was ended" if code is None else f"ended (exit code {code})"
