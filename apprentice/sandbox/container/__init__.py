"""Runs inside a hardened container, where there is no Landlock."""

from apprentice.sandbox.container.engine import find_container_engines
from apprentice.sandbox.container.launcher import ContainerLauncher

__all__ = ["ContainerLauncher", "find_container_engines"]
