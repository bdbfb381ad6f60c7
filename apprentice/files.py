"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from apprentice.errors import WorkspaceError


def write_atomic(
    path: Path, data: bytes | str, *, sync: bool = True, before_rename: Callable[[], None] | None = None
) -> None:
    """Write the whole of `data` to a temporary file beside `path`, sync it, and rename it over `path`.

    Raises:
        WorkspaceError: the folder can't be written or the disk is full; `path` is then as it was.
    """
    raw = data.encode() if isinstance(data, str) else data
    temporary: str | None = None
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        if before_rename is not None:
            before_rename()
        os.replace(temporary, path)
        if sync:
            _sync_folder(path.parent)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise workspace_error(error, path) from error


def workspace_error(error: OSError, path: Path) -> WorkspaceError:
    """The one line that a user needs for an operating-system error on a file of the workspace."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return WorkspaceError(
            f"No disk space left to write {path.name}; what was there is unchanged.",
            f"Free some space on the disk that holds {path.parent}, then :resume.",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return WorkspaceError(
            f"{path} can't be written: {error.strerror}.",
            "Make the folder writable, or name another one with AGENT_WORKSPACE.",
        )
    return WorkspaceError(
        f"{path}: {error.strerror or error}.", "Check the workspace folder (AGENT_WORKSPACE)."
    )


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
