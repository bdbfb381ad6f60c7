"""What tests may import beside the standard library: the test tools, found by name in the agent's own environment.

The rest of that environment is neither on the module path nor readable. Standard library only; child side.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from types import ModuleType
from typing import Any, Final

_NAMES: Final = (
    "py", "pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments", "hypothesis", "_hypothesis_globals",
    "_hypothesis_ftz_detector", "attr", "attrs", "sortedcontainers", "tzdata",
)  # fmt: skip


def find_tools(folders: list[str]) -> dict[str, str]:
    """The file of each test tool's module, or of its package's `__init__`, that is installed in one of the folders."""
    found: dict[str, str] = {}
    for folder in folders:
        for name in _NAMES:
            for path in (os.path.join(folder, name, "__init__.py"), os.path.join(folder, f"{name}.py")):
                if name not in found and os.path.exists(path):
                    found[name] = path
    return found


def paths_of(tools: Iterable[str]) -> list[str]:
    """The files of tools that are one module, the folders of those that are packages."""
    return [os.path.dirname(path) if path.endswith("/__init__.py") else path for path in tools]


class ToolFinder:
    """Imports the test tools, and nothing else, from the folders where they are installed.

    Args:
        folders: site-packages folders. All such folders are taken off the module path.
    """

    def __init__(self, folders: list[str]) -> None:
        self._found = find_tools(folders)
        sites = ("site-packages", "dist-packages")
        sys.path[:] = [path for path in sys.path if os.path.basename(path) not in sites]

    def paths(self) -> list[str]:
        """The files and folders of the tools."""
        return paths_of(self._found.values())

    def install(self) -> None:
        """Find them from now on, after everything else."""
        if self not in sys.meta_path:
            sys.meta_path.append(self)

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Part of the import protocol."""
        found = self._found.get(name) if path is None else None
        if found is None:
            return None
        package = os.path.dirname(found)
        if found.endswith("/__init__.py"):
            return spec_from_file_location(name, found, submodule_search_locations=[package])
        return spec_from_file_location(name, found)
