"""Bubblewrap: namespaces around a fork server, as a second layer where the system allows them."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from apprentice.sandbox.child.tools import find_tools, paths_of

_SYSTEM: Final = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin")
_SETTINGS: Final = ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives")


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    """A bubblewrap program. https://github.com/containers/bubblewrap"""

    program: str

    def prefix(self, *, read: Sequence[str], write: Sequence[str]) -> list[str]:
        """The command that confines the one that follows it.

        Args:
            read: further absolute paths that are there, read-only.
            write: absolute paths that are there and can be changed.
        """
        package = Path(__file__).resolve().parent.parent
        interpreter = {
            str(Path(sys.executable).parent),
            str(Path(os.path.realpath(sys.executable)).parent),
            sys.base_prefix,
            sysconfig.get_path("stdlib"),
            sysconfig.get_path("purelib"),
            sysconfig.get_path("platlib"),
        }
        # Installers may link a package from elsewhere.
        tools = find_tools([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
        interpreter |= {os.path.realpath(path) for path in paths_of(tools.values()) if os.path.islink(path)}
        # A virtual environment is known by the file in its folder.
        settings = [str(Path(sys.prefix) / "pyvenv.cfg"), *_SETTINGS]
        command = [
            self.program, "--unshare-all", "--new-session", "--cap-drop", "ALL", "--clearenv",
            "--setenv", "LANG", "C.UTF-8", "--setenv", "MALLOC_ARENA_MAX", "2",
            "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", "/run",
        ]  # fmt: skip
        for path in (*_SYSTEM, *sorted(interpreter), *settings, str(package)):
            if os.path.islink(path) and path in _SYSTEM:
                command += ["--symlink", os.readlink(path), path]
            elif os.path.exists(path):
                command += ["--ro-bind", path, path]
        for path in read:
            command += ["--ro-bind", path, path]
        for path in write:
            command += ["--bind", path, path]
        return [*command, "--chdir", "/"]


def find_bubblewrap() -> Bubblewrap | None:
    """The bubblewrap of this system, whether or not it works here."""
    if sys.platform != "linux":
        return None
    program = shutil.which("bwrap", path="/usr/local/bin:/usr/bin:/bin")
    return None if program is None else Bubblewrap(program)
