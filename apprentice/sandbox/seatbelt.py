"""macOS's sandbox-exec: a deprecated tool that still works; called `reduced`, because it doesn't hold processes apart."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from apprentice.sandbox.base import Grants
from apprentice.sandbox.launch import Ends, Started
from apprentice.sandbox.process import ProcessLauncher

_PROGRAM: Final = "/usr/bin/sandbox-exec"
_SYSTEM: Final = (
    "/usr/lib", "/usr/share", "/System", "/Library/Frameworks", "/Library/Developer/CommandLineTools",
    "/private/var/db/timezone", "/private/etc/localtime", "/dev/urandom", "/dev/random", "/dev/zero",
)  # fmt: skip


def find_seatbelt() -> str | None:
    """The program, on macOS."""
    return _PROGRAM if sys.platform == "darwin" and Path(_PROGRAM).exists() else None


class SeatbeltLauncher(ProcessLauncher):
    """Starts each run under a profile of its own, which denies all that it doesn't name."""

    def __init__(self, program: str) -> None:
        super().__init__((), "reduced", "sandbox-exec (no network, no files outside)")
        self._program = program

    def start(self, ends: Ends, folder: Path, request: Mapping[str, Any], grants: Grants) -> Started:
        """Start one run.

        Raises:
            SandboxError: the interpreter could not be started.
        """
        profile = seatbelt_profile(folder, grants)
        launcher = ProcessLauncher((self._program, "-p", profile), self.isolation, self.description)
        return launcher.start(ends, folder, request, grants)


def seatbelt_profile(folder: Path, grants: Grants) -> str:
    """The profile of one run, in the tool's own language."""
    package = Path(__file__).resolve().parent.parent
    site_packages = sysconfig.get_path("purelib")
    readable = [
        *_SYSTEM,
        sys.prefix,
        sys.base_prefix,
        sysconfig.get_path("stdlib"),
        site_packages,
        str(package),
        str(folder / "code"),
        *grants.read,
        *grants.packages,
    ]
    writable = [str(folder / "work"), *grants.write]

    def rules(paths: list[str]) -> str:
        quoted = (path.replace("\\", "\\\\").replace('"', '\\"') for path in dict.fromkeys(paths) if path)
        return " ".join(f'(subpath "{path}")' for path in quoted)

    return "\n".join(
        [
            "(version 1)",
            "(deny default)",
            "(allow process-fork)",
            f"(allow process-exec {rules([sys.prefix, sys.base_prefix])})",
            "(allow signal (target same-sandbox))",
            "(allow sysctl-read)",
            "(allow file-read-metadata)",
            f"(allow file-read* {rules(readable)})",
            f"(allow file-read* file-write* {rules(writable)})",
            '(allow file-read* file-write-data (literal "/dev/null"))',
        ]
    )
