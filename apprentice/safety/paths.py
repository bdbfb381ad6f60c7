"""Paths that stay inside a folder, whatever name was given."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path, PureWindowsPath
from typing import NoReturn

from apprentice.errors import UsageError

#: Longest file name that common file systems hold, in bytes.
MAX_NAME_BYTES = 255

_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])\s*(?:\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f<>:\"/\\|?*\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class PathRefused(UsageError):
    """A path would lead out of its folder, or a name isn't a plain file name."""


def plain_name(name: str) -> str:
    """`name`, if it is a plain file name on every common system.

    No separators, control characters or `<>:"|?*`, no leading dot, no trailing dot or space, no name that Windows
    reserves (CON, NUL, COM1, …), at most 255 bytes in UTF-8.

    Raises:
        PathRefused: it isn't; says why.
    """
    if not name or name.isspace():
        _refuse(name, "it is empty")
    if found := _FORBIDDEN.search(name):
        _refuse(name, f"it contains {found.group()!r}")
    if name.startswith((".", " ")):
        _refuse(name, "it begins with a dot or a space")
    if name.endswith((".", " ")):
        _refuse(name, "it ends with a dot or a space")
    if _RESERVED.fullmatch(name):
        _refuse(name, "Windows reserves it")
    if len(name.encode()) > MAX_NAME_BYTES:
        _refuse(name, f"it is longer than {MAX_NAME_BYTES} bytes")
    return name


def confine(root: Path, name: str | Path) -> Path:
    """The resolved path of `name` inside `root`, which may itself be a symlink. The file need not exist.

    Refused are absolute paths, `..`, empty names, control characters, names too long, symlinks that lead out (at
    any depth, dangling ones too), files with more than one hard link, and whatever is neither file nor folder.
    The answer holds for the moment of asking; a hostile process at the same time is the sandbox's matter.

    Raises:
        PathRefused: the path is one of these; says why.
    """
    text = str(name) if isinstance(name, str) else os.fspath(name)
    if not text or text.isspace():
        _refuse(text, "it is empty")
    if "\0" in text:
        _refuse(text, "it contains a NUL character")
    windows = PureWindowsPath(text)
    if os.path.isabs(text) or windows.drive or windows.root:
        _refuse(text, "it is absolute")
    parts = [part for part in re.split(r"[/\\]" if os.name == "nt" else "/", text) if part not in ("", ".")]
    if ".." in parts or ".." in windows.parts:
        _refuse(text, "it contains '..'")
    if not parts:
        _refuse(text, "it names the folder itself")
    try:
        base = root.resolve(strict=False)
        path = base.joinpath(*parts).resolve(strict=False)
        if path == base or not path.is_relative_to(base):
            _refuse(text, f"it leads out of {root.name or root}")
        # Where a symlink can't be followed to its end, resolve() keeps it as it is: then its target is unknown.
        for ancestor in [path, *path.parents]:
            if ancestor == base:
                break
            if ancestor.is_symlink():
                _refuse(text, "it goes through a symlink that can't be followed")
        _check_kind(path, text)
    except (OSError, ValueError, RuntimeError) as error:
        _refuse(text, str(getattr(error, "strerror", None) or error))
    return path


def _check_kind(path: Path, text: str) -> None:
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return
    if stat.S_ISREG(found.st_mode):
        if found.st_nlink > 1:
            _refuse(text, "the file has another name elsewhere (a hard link)")
    elif not stat.S_ISDIR(found.st_mode):
        _refuse(text, "it is a device, pipe or socket")


def _refuse(name: str, why: str) -> NoReturn:
    shown = name if len(name) <= 80 else name[:77] + "…"
    raise PathRefused(f"The path {shown!r} is refused: {why}.", "Use a plain name inside the workspace.")
