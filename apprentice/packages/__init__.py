"""Packages that a person allowed for a skill: what may be had, and where it is installed."""

from apprentice.packages.allowed import Allowed, AllowList, parse_allowed
from apprentice.packages.environment import Environment
from apprentice.packages.installer import find_uv
from apprentice.packages.store import PackageStore

__all__ = ["AllowList", "Allowed", "Environment", "PackageStore", "find_uv", "parse_allowed"]
