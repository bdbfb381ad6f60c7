"""One run of a harness beside the modules under test, and the records that it wrote."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from apprentice.cancellation import CancelToken
from apprentice.errors import Cancelled
from apprentice.sandbox.base import NOTHING, Grants, Limits, RunResult, Sandbox

_MODULE: Final = "_proof_harness"
_MEMORY_MB: Final = 512


def run_beside(
    sandbox: Sandbox,
    harness: str,
    entry: str,
    arguments: Sequence[Any],
    *,
    modules: Mapping[str, str],
    seconds: float,
    output_kb: int,
    grants: Grants = NOTHING,
    cancel: CancelToken | None = None,
) -> tuple[RunResult, list[Any]]:
    """Run a function of the harness; how the run ended, and its records in order.

    The code under test shares the process: whoever reads the records checks each for its form, and believes it about the
    code only.

    Args:
        harness: text of the module that `modules` get beside them, under a name that none of them has.
        entry: its function; it gets the token that marks records, then `arguments`.
        seconds: of wall time.

    Raises:
        Cancelled: it was stopped.
        SandboxError: no code can be run on this machine.
    """
    beside = _MODULE
    while beside in modules:
        beside += "_"
    token = secrets.token_hex(8)
    result = sandbox.call(
        beside,
        entry,
        [token, *arguments],
        {},
        modules={**modules, beside: harness},
        limits=Limits(seconds=seconds, memory_mb=_MEMORY_MB, output_kb=output_kb),
        cancel=cancel,
        grants=grants,
    )
    if result.status == "cancelled":
        raise Cancelled("Stopped.", "Nothing was changed.")
    return result, list(_records(result.stdout, token))


def _records(output: str, token: str) -> Iterator[Any]:
    """What stands behind the token, line by line; what isn't JSON is left out."""
    for line in output.split("\n"):
        mark, _, text = line.partition(" ")
        if mark != token:
            continue
        try:
            yield json.loads(text)
        except (ValueError, RecursionError):
            continue
