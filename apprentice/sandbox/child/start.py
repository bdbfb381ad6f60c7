"""Starts one of the scripts of this folder; executed by path in a fresh, isolated interpreter. Standard library only.

Arguments: the script's name, then its own.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType


def main() -> None:
    """Make the package importable, without its start-up and its third-party libraries, and run the script's `main`."""
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for name, path in (("apprentice", os.path.dirname(folder)), ("apprentice.sandbox", folder)):
        package = ModuleType(name)
        package.__path__ = [path]
        sys.modules[name] = package
    script = f"apprentice.sandbox.child.{sys.argv.pop(1)}"
    __import__(script)
    sys.modules[script].main()


if __name__ == "__main__":
    main()
