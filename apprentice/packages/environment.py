"""One skill's environment, and the file that says which folder it is and what is in it."""

from __future__ import annotations

import json
import re
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from apprentice.files import workspace_error, write_atomic
from apprentice.packages.allowed import Allowed
from apprentice.packages.installed import provides

FILE_NAME: Final = "environment.json"

#: Which Python the packages are for, e.g. `cpython-311-linux-x86_64`.
PYTHON: Final = f"{sys.implementation.cache_tag}-{sysconfig.get_platform()}"

_GENERATION = re.compile(r"v-[0-9a-z_]+")


@dataclass(frozen=True, slots=True)
class Environment:
    """The packages of one skill.

    Attributes:
        folder: goes on the module path of the skill's runs, after the standard library, and is readable there.
        pinned: all packages in it, as `name==version`, sorted.
        requested: what was asked for, as requirements of the allow-list.
    """

    folder: Path
    pinned: tuple[str, ...]
    requested: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EnvironmentRecord:
    """What `environment.json` holds. `generation` is the folder's name, beside the file."""

    generation: str
    python: str
    requested: tuple[str, ...]
    imports: tuple[str, ...]
    pinned: tuple[str, ...]
    sha256: str
    installer: str
    installed_at: str
    version: int = 1

    def environment(self, home: Path) -> Environment:
        """The environment whose file lies in `home`."""
        return Environment(home / self.generation, self.pinned, self.requested)

    def covers(self, wanted: Iterable[Allowed]) -> bool:
        """Whether the pinned versions are what the lines ask for."""
        extras: dict[str, set[str]] = {}
        for text in self.requested:
            requirement = Requirement(text)
            extras.setdefault(canonicalize_name(requirement.name), set()).update(requirement.extras)
        return fits(self.pinned, wanted) and all(
            entry.requirement.extras <= extras.get(entry.name, set()) for entry in wanted
        )

    def usable(self, home: Path) -> bool:
        """Whether the folder is there, for this Python."""
        folder = home / self.generation
        return self.python == PYTHON and all(provides(folder, name) for name in self.imports)


def fits(pinned: Iterable[str], wanted: Iterable[Allowed]) -> bool:
    """Whether each line's package is pinned, within its limits."""
    versions = pinned_versions(pinned)
    return all(
        entry.name in versions
        and entry.requirement.specifier.contains(versions[entry.name], prereleases=True)
        for entry in wanted
    )


def pinned_versions(pinned: Iterable[str]) -> dict[str, Version]:
    """Versions by name, of `name==version`.

    Raises:
        ValueError: something isn't of this form.
    """
    found: dict[str, Version] = {}
    for pin in pinned:
        name, separator, version = pin.partition("==")
        if not separator:
            raise ValueError(pin)
        found[canonicalize_name(name.strip(), validate=True)] = Version(version.strip())
    return found


def read_record(home: Path) -> EnvironmentRecord | None:
    """What the file in `home` says; None where there is none, or where it is damaged.

    Raises:
        WorkspaceError: it can't be read.
    """
    path = home / FILE_NAME
    try:
        values = json.loads(path.read_bytes())
        return _record(values)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, InvalidRequirement, RecursionError):
        return None
    except OSError as error:
        raise workspace_error(error, path) from error


def _record(values: dict[str, Any]) -> EnvironmentRecord | None:
    if values["version"] != 1 or not _GENERATION.fullmatch(values["generation"]):
        return None
    lists = {name: tuple(map(str, values[name])) for name in ("requested", "imports", "pinned")}
    pinned_versions(lists["pinned"])
    for requirement in lists["requested"]:
        Requirement(requirement)
    return EnvironmentRecord(
        generation=values["generation"],
        python=str(values["python"]),
        requested=lists["requested"],
        imports=lists["imports"],
        pinned=lists["pinned"],
        sha256=str(values["sha256"]),
        installer=str(values["installer"]),
        installed_at=str(values["installed_at"]),
    )


def write_record(home: Path, record: EnvironmentRecord) -> None:
    """Write the file whole; from then on the environment is the folder that it names.

    Raises:
        WorkspaceError: the disk is full or the folder can't be written.
    """
    write_atomic(home / FILE_NAME, json.dumps(asdict(record), indent=2) + "\n")
