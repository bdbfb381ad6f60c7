"""Canaries among files: what must not be read, what must not change, what must not be left."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import stat
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.sandbox.attacks.canary import Canary, Outcome, Place
from tests.sandbox.attacks.watch import Process

_SET_FLAGS: Final = 0x40086602


def token() -> str:
    """A text that nobody can guess."""
    return f"secret-{secrets.token_hex(12)}"


class Leak(Canary):
    """A secret that must not be in anything that the run gives back."""

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self.token = token()

    def got_through(self, outcome: Outcome) -> str:
        return self.seen or ("its output holds the secret" if self.token in outcome.text else "")


class Secret(Leak):
    """A file outside whose text must not come out: `secret`, `secret_relative`; also open in the agent."""

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self.folder = place.folder / "private"
        self.folder.mkdir(mode=0o700)
        self.file = self.folder / "secret.txt"
        self.file.write_text(self.token)
        self._open = os.open(self.file, os.O_RDONLY)
        os.set_inheritable(self._open, True)

    def targets(self) -> dict[str, object]:
        return {
            "secret": str(self.file),
            "secret_folder": str(self.folder),
            "secret_relative": os.path.relpath(self.file, self.place.scratch_root / "run" / "work"),
            "inode": self.file.stat().st_ino,
        }

    def close(self) -> None:
        os.close(self._open)


class SecretName(Leak):
    """A folder outside whose files' names must not come out: `secret_names`. One comes and goes during the run."""

    looks = True

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self.folder = place.folder / "names"
        self.folder.mkdir(mode=0o700)
        (self.folder / self.token).touch()

    def targets(self) -> dict[str, object]:
        return {"secret_names": str(self.folder)}

    def look(self, processes: list[Process]) -> None:
        passing = self.folder / f"passing-{self.token}"
        passing.touch()
        passing.unlink()


class Untouched(Canary):
    """A folder outside that must stay as it is: `folder`, with `file` and `program` in it; and `shared` beside it."""

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self.folder = place.folder / "victim"
        self.shared = place.folder / "shared"
        for folder in (self.folder, self.shared):
            (folder / "sub").mkdir(parents=True)
            (folder / "keep.txt").write_text("keep\n" * 100)
            (folder / "sub" / "other.txt").write_text("other\n")
            (folder / "program").write_text("#!/bin/sh\nexit 0\n")
            (folder / "program").chmod(0o755)
        self._before = self._state()

    def targets(self) -> dict[str, object]:
        return {
            "folder": str(self.folder),
            "file": str(self.folder / "keep.txt"),
            "program": str(self.folder / "program"),
            "folder_relative": os.path.relpath(self.folder, self.place.scratch_root / "run" / "work"),
            "shared": str(self.shared),
            "shared_file": str(self.shared / "keep.txt"),
        }

    def got_through(self, outcome: Outcome) -> str:
        after = self._state()
        for name in sorted({*self._before, *after}):
            if name not in after:
                return f"{name} was removed"
            if name not in self._before:
                return f"{name} was made"
            for what, value in self._before[name].items():
                if after[name][what] != value:
                    return f"{what} of {name} was changed"
        return ""

    def _state(self) -> dict[str, dict[str, object]]:
        found: dict[str, dict[str, object]] = {}
        for path in self._paths():
            facts = path.lstat()
            found[str(path.relative_to(self.place.folder))] = {
                "mode": facts.st_mode,
                "owner": (facts.st_uid, facts.st_gid),
                "link count": facts.st_nlink,
                "text": path.read_bytes() if stat.S_ISREG(facts.st_mode) else b"",
                "modification time": facts.st_mtime_ns,
                "attributes": sorted(os.listxattr(path, follow_symlinks=False)),
                "inode": facts.st_ino,
                "change time": facts.st_ctime_ns,
            }
        return found

    def _paths(self) -> Iterator[Path]:
        for folder in (self.folder, self.shared):
            if folder.is_symlink() or folder.exists():
                yield folder
            yield from folder.rglob("*")


class House(Canary):
    """The scratch root, the run's folder and its `code` in it, which must stay as the sandbox made them."""

    looks = True

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self._states: dict[str, tuple[int, int]] = {}

    def look(self, processes: list[Process]) -> None:
        with contextlib.suppress(OSError):
            for run in os.listdir(self.place.scratch_root):
                if not run.startswith("run-"):
                    self.seen = self.seen or f"{run} was made in the scratch root"
                    continue
                self._look_at(os.path.join(self.place.scratch_root, run))

    def _look_at(self, run: str) -> None:
        for name in os.listdir(run):
            if name not in ("code", "work") and not self.seen:
                self.seen = f"{name} was made beside the work folder"
        for name in os.listdir(os.path.join(run, "code")):
            if name not in ("main.py", "skill.py", "test_skill.py"):
                self.seen = self.seen or f"{name} was made in the code folder"
                continue
            path = os.path.join(run, "code", name)
            facts = os.lstat(path)
            if facts.st_size == 0:
                # It is being written.
                self.seen = self.seen or (f"{name} was emptied" if path in self._states else "")
                continue
            now = (facts.st_mtime_ns, facts.st_nlink)
            if self._states.setdefault(path, now) != now:
                self.seen = self.seen or f"{name} in the code folder was changed"

    def got_through(self, outcome: Outcome) -> str:
        strange = [name for name in os.listdir(self.place.scratch_root) if not name.startswith("run-")]
        return self.seen or (f"{strange[0]} was made in the scratch root" if strange else "")

    def close(self) -> None:
        for name in os.listdir(self.place.scratch_root):
            remove(self.place.scratch_root / name)


class Leftovers(Canary):
    """Nothing of a run may be left in the scratch root."""

    def got_through(self, outcome: Outcome) -> str:
        left = os.listdir(self.place.scratch_root)
        return f"{left[0]} is left in the scratch root" if left else ""

    def close(self) -> None:
        for name in os.listdir(self.place.scratch_root):
            remove(self.place.scratch_root / name)


class Special(Canary):
    """No device and no setuid program may appear in a scratch folder."""

    looks = True

    def look(self, processes: list[Process]) -> None:
        for folder, _, names in os.walk(self.place.scratch_root):
            for name in names:
                with contextlib.suppress(OSError):
                    mode = os.lstat(os.path.join(folder, name)).st_mode
                    if stat.S_ISBLK(mode) or stat.S_ISCHR(mode):
                        self.seen = f"the device {name} was made"
                    elif mode & stat.S_ISUID:
                        self.seen = f"the setuid program {name} was made"


def remove(path: Path) -> None:
    """Remove what an attack has left, however it is protected."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    # Deeper than a path may be long: by descriptors, without recursion.
    while True:
        try:
            _flatten(path)
            shutil.rmtree(path)
        except FileNotFoundError:
            return
        except (OSError, RecursionError):
            continue
        return


def _flatten(top: Path) -> None:
    """Bring each folder below to the top, and take off what protects it."""
    home = os.open(top, os.O_RDONLY | os.O_DIRECTORY)
    try:
        count = 0
        waiting = [""]
        while waiting:
            name = waiting.pop()
            with contextlib.suppress(OSError):
                os.chmod(os.path.join(top, name), 0o700)
            here = os.open(name or ".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=home)
            try:
                for child in os.listdir(here):
                    mode = os.lstat(child, dir_fd=here).st_mode
                    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
                        _unprotect(child, here)
                    if stat.S_ISDIR(mode) and name:
                        count += 1
                        moved = f".flat-{secrets.token_hex(6)}-{count}"
                        os.rename(child, moved, src_dir_fd=here, dst_dir_fd=home)
                        waiting.append(moved)
                    elif stat.S_ISDIR(mode):
                        waiting.append(child)
            finally:
                os.close(here)
    finally:
        os.close(home)


def _unprotect(name: str, folder: int) -> None:
    with contextlib.suppress(OSError):
        os.chmod(name, 0o700, dir_fd=folder)
    with contextlib.suppress(OSError):
        descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK, dir_fd=folder)
        try:
            fcntl.ioctl(descriptor, _SET_FLAGS, struct.pack("L", 0))
        finally:
            os.close(descriptor)
