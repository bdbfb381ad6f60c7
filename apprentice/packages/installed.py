"""A folder of installed packages: what is taken out of it, what is in it, and whether it is still the same."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.metadata import distributions
from pathlib import Path

from packaging.utils import InvalidName, canonicalize_name
from packaging.version import InvalidVersion, Version

from apprentice.errors import PackageError

#: What installers write beside a package's own files; it differs between them.
_NOTES = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json"})
_UNWANTED = frozenset({"bin", ".lock", *(("scripts",) if os.name == "nt" else ())})
_AT_START = frozenset({"sitecustomize", "usercustomize"})
_SUFFIXES = (".py", ".pyc", ".pyw", ".pyd", ".so", *EXTENSION_SUFFIXES)


def clean(folder: Path) -> None:
    """Take out what no skill needs and what would act by itself: commands, `.pth` files, `sitecustomize`, and modules
    named like ones of the standard library.

    Raises:
        PackageError: there is something that is no plain file or folder, such as a link that may lead outside.
        OSError: the folder can't be changed.
    """
    for path, mode in _walk(folder):
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise PackageError(
                f"A package brings {path.relative_to(folder)}, which is no plain file.",
                "Use another package.",
            )
        if mode & (stat.S_ISUID | stat.S_ISGID):
            path.chmod(stat.S_IMODE(mode) & 0o777)
    for path in folder.glob("*.dist-info/direct_url.json"):
        path.unlink()
    for path in (*folder.iterdir(), *folder.glob("__pycache__/*")):
        if _is_unwanted(path):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _is_unwanted(path: Path) -> bool:
    name = path.name.lower()
    stem = name if path.is_dir() else name.split(".", maxsplit=1)[0]
    if name in _UNWANTED or name.endswith((".pth", ".egg-link")) or stem in _AT_START:
        return True
    # The standard library comes first on a run's module path; what would hide behind it is of no use.
    return (path.is_dir() or name.endswith(_SUFFIXES)) and stem in sys.stdlib_module_names


def pins(folder: Path) -> tuple[str, ...]:
    """All packages in the folder as `name==version`, sorted, from their own metadata.

    Raises:
        PackageError: a package's metadata are damaged, or two are of one name.
    """
    found: dict[str, str] = {}
    for distribution in distributions(path=[str(folder)]):
        try:
            name = canonicalize_name(str(distribution.metadata["Name"]), validate=True)
            version = str(Version(str(distribution.metadata["Version"])))
        except (InvalidName, InvalidVersion, KeyError):
            raise PackageError("A package's metadata are damaged.", "Use another version of it.") from None
        if name in found:
            raise PackageError(f"{name} was installed twice.", "Check the index.")
        found[name] = version
    return tuple(f"{name}=={version}" for name, version in sorted(found.items()))


def provides(folder: Path, name: str) -> bool:
    """Whether the folder has a module or package of this dotted name."""
    *parents, last = name.split(".")
    place = folder.joinpath(*parents)
    return (place / last).is_dir() or any((place / f"{last}{suffix}").is_file() for suffix in _SUFFIXES)


def fingerprint(folder: Path, *, sync: bool = False) -> str:
    """A hash over all paths and contents, without compiled files and what installers note; `sync` writes all to disk.

    Raises:
        OSError: a file can't be read.
    """
    total = hashlib.sha256()
    found = sorted((path.relative_to(folder).as_posix(), path, mode) for path, mode in _walk(folder))
    for name, path, mode in found:
        if stat.S_ISREG(mode):
            with path.open("rb") as file:
                if not name.endswith(".pyc") and not _is_note(path):
                    total.update(f"{name}\0{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    if sync and os.name == "posix":
        for path in (*(path for _, path, _ in found), folder):
            _sync(path)
    return total.hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_note(path: Path) -> bool:
    return path.name in _NOTES and path.parent.name.endswith(".dist-info")


def _walk(folder: Path) -> Iterator[tuple[Path, int]]:
    """All that is beneath a folder, with its type; links are not followed."""
    with os.scandir(folder) as entries:
        for entry in entries:
            mode = entry.stat(follow_symlinks=False).st_mode
            yield Path(entry.path), mode
            if stat.S_ISDIR(mode):
                yield from _walk(Path(entry.path))
