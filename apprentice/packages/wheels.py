"""Finding all that some packages need, from the wheels alone: pip resolves by building what it shouldn't."""

from __future__ import annotations

import email
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from apprentice.errors import PackageError
from apprentice.packages.explain import Unresolvable, url_dependency

MAX_METADATA: Final = 5_000_000
_ROUNDS: Final = 50


class Closure:
    """The wheels of some packages and of all that they depend on, downloaded into a folder.

    Where a package turns out to need an older version of one that was chosen before, that one is chosen anew; no other
    version of the package that asks is tried.

    Args:
        folder: where `download` puts the wheels.
        download: gets one wheel for each requirement, and nothing that they depend on.
    """

    def __init__(self, folder: Path, download: Callable[[Sequence[str]], None]) -> None:
        self._folder = folder
        self._download = download
        self._chosen: dict[str, tuple[Version, Path]] = {}

    def resolve(self, requirements: Sequence[Requirement], constraints: Sequence[str] = ()) -> None:
        """Download them all; wheels that are no longer needed are removed.

        Raises:
            Unresolvable: no versions fit, or a dependency is named by an address.
            PackageError: a download failed.
        """
        bounds = {str(canonicalize_name(pin.name)): pin.specifier for pin in map(Requirement, constraints)}
        for _ in range(_ROUNDS):
            needed = self._needed(requirements)
            missing = [name for name, (limits, _) in needed.items() if not self._fits(name, limits)]
            if not missing:
                for name in self._chosen.keys() - needed.keys():
                    self._chosen.pop(name)[1].unlink(missing_ok=True)
                return
            for name in missing:
                if name in self._chosen:
                    self._chosen.pop(name)[1].unlink(missing_ok=True)
            self._download(
                [f"{name}{needed[name][0] & bounds.get(name, SpecifierSet())}" for name in missing]
            )
            self._take(missing)
        raise Unresolvable(
            "No versions of the packages were found that fit together.",
            "Limit their versions in allowed_packages.txt.",
        )

    def _needed(self, requirements: Sequence[Requirement]) -> dict[str, tuple[SpecifierSet, frozenset[str]]]:
        """By name: the limits and the extras that the roots and the chosen wheels ask for."""
        needed: dict[str, tuple[SpecifierSet, frozenset[str]]] = {}
        waiting = list(requirements)
        while waiting:
            requirement = waiting.pop()
            name = canonicalize_name(requirement.name)
            limits, extras = needed.get(name, (SpecifierSet(), frozenset()))
            more = frozenset(requirement.extras) - extras
            first = name not in needed
            needed[name] = limits & requirement.specifier, extras | more
            if name in self._chosen and (first or more):
                waiting += _dependencies(self._chosen[name][1], needed[name][1])
        return dict(sorted(needed.items()))

    def _fits(self, name: str, limits: SpecifierSet) -> bool:
        return name in self._chosen and limits.contains(self._chosen[name][0], prereleases=True)

    def _take(self, names: Sequence[str]) -> None:
        for path in self._folder.glob("*.whl"):
            try:
                name, version, *_ = parse_wheel_filename(path.name)
            except InvalidWheelFilename:
                raise PackageError(
                    f"The index gave a file with a wrong name: {path.name[:80]!r}.", ""
                ) from None
            if name in names:
                self._chosen[name] = version, path
        if lost := [name for name in names if name not in self._chosen]:
            raise PackageError(f"The index gave no file for {lost[0]!r}.", "Check the index.")


def _dependencies(wheel: Path, extras: frozenset[str]) -> Iterator[Requirement]:
    for line in _metadata(wheel):
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            raise PackageError(
                f"{wheel.name} is damaged: it depends on {line[:80]!r}.", "Use another package."
            ) from None
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            if requirement.url:
                raise url_dependency(requirement.name)
            yield requirement


def _metadata(wheel: Path) -> list[str]:
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = [
                name
                for name in archive.namelist()
                if name.count("/") == 1 and name.endswith(".dist-info/METADATA")
            ]
            if len(names) != 1 or archive.getinfo(names[0]).file_size > MAX_METADATA:
                raise zipfile.BadZipFile
            return list(
                map(str, email.message_from_bytes(archive.read(names[0])).get_all("Requires-Dist", []))
            )
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        raise PackageError(
            f"{wheel.name} is damaged.", "Use another version of the package, or another index."
        ) from None
