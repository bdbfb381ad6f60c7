"""Container engines: which there are, whether they answer, and the command line of a hardened container."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from apprentice.errors import SandboxError
from apprentice.sandbox.base import Grants
from apprentice.sandbox.child.relay import FOLDER, HOME, PACKAGE, ROOM, TOOLS
from apprentice.sandbox.child.tools import find_tools

#: Programs that understand docker's command line, in the order in which they are tried.
ENGINES: Final = ("docker", "podman")
#: Seconds for an engine to answer a question.
ANSWER_SECONDS: Final = 10.0
#: The user and group "nobody" of most systems. No file of the image belongs to it.
_NOBODY: Final = 65534
#: MiB beside what a run may have: the relay, its servers, and what is on its way.
_ROOM_MB: Final = 256
#: MiB of scratch space beside what a run may have, so that it is its limit that ends it.
_DISK_ROOM_MB: Final = 64
_PROCESSES: Final = 128
#: Folders of the container itself; what would take their place, or lie in the last ones, can't be granted.
_SYSTEM: Final = (
    "/",
    "/bin",
    "/etc",
    "/lib",
    "/lib64",
    "/opt",
    "/sbin",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
)
_OWN: Final = ("/dev", "/proc", "/sys", "/usr/local/bin", "/usr/local/lib", HOME, FOLDER)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one container can give to a run."""

    memory_mb: int
    scratch_mb: int
    processes: int


@dataclass(frozen=True, slots=True)
class Mounts:
    """What is there of the agent's files, under the same paths, beside the package and the test tools."""

    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Engine:
    """A container engine's program. https://docs.docker.com/reference/cli/docker/container/run/"""

    program: str

    @property
    def name(self) -> str:
        """`docker` or `podman`."""
        return Path(self.program).name

    def check(self, image: str) -> None:
        """See that the engine answers and has the image. Nothing is downloaded.

        Raises:
            SandboxError: it doesn't, or hasn't.
        """
        try:
            asked = subprocess.run(
                [self.program, "image", "inspect", "--format", "{{.Id}}", image],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=ANSWER_SECONDS,
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            reason = f"it did not answer within {ANSWER_SECONDS:g} s"
        except OSError as error:
            reason = f"it can't be started: {error.strerror or error}"
        else:
            if asked.returncode == 0:
                return
            reason = last_line(asked.stderr)
        raise self.failed(reason, image)

    def failed(self, reason: str, image: str) -> SandboxError:
        """The error for what the engine said."""
        if any(words in reason.lower() for words in ("no such image", "image not known", "no such object")):
            return SandboxError(
                f"Code can't be run: {self.name} does not have the image {image}.",
                f"Get it once: {self.name} pull {image}",
            )
        return SandboxError(
            f"Code can't be run: {self.name} does not work ({reason or 'it said nothing'}).",
            f"Start it, and check that `{self.name} info` answers.",
        )

    def kill(self, container: str) -> None:
        """End a container at once, if it is there."""
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(
                [self.program, "kill", container],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=ANSWER_SECONDS,
                start_new_session=True,
                check=False,
            )

    def command(self, container: str, image: str, bounds: Bounds, mounts: Mounts) -> list[str]:
        """The command that starts a container's relay and stays with it."""
        memory = f"{bounds.memory_mb + bounds.scratch_mb + _DISK_ROOM_MB + _ROOM_MB}m"
        scratch = f"rw,nosuid,nodev,noexec,mode=1777,size={bounds.scratch_mb + _DISK_ROOM_MB}m"
        user, group = _user(mounts)
        command = [
            self.program, "run", "--rm", "-i", "--name", container, "--pull", "never",
            "--network", "none", "--ipc", "none", "--read-only", "--cap-drop", "ALL",
            "--security-opt", "no-new-privileges", "--user", f"{user}:{group}",
            "--pids-limit", str(max(_PROCESSES, bounds.processes + _PROCESSES // 2)),
            "--memory", memory, "--memory-swap", memory,
            # What goes through the relay's streams must not be written to the engine's logs.
            "--log-driver", "none", "--no-healthcheck", "--workdir", "/", "--tmpfs", f"{ROOM}:{scratch}",
        ]  # fmt: skip
        if self.name == "podman":
            command.append("--read-only-tmpfs=false")
            if user != _NOBODY:
                command.append("--userns=keep-id")
        package = str(Path(__file__).resolve().parents[2])
        command += ["--mount", _mount(package, PACKAGE)]
        for name, path in find_tools([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]).items():
            at = f"{TOOLS}/{name}"
            source, target = (
                (os.path.dirname(path), at) if path.endswith("/__init__.py") else (path, f"{at}.py")
            )
            command += ["--mount", _mount(os.path.realpath(source), target)]
        for path in sorted(set(mounts.read) - set(mounts.write)):
            command += ["--mount", _mount(path, path)]
        for path in mounts.write:
            command += ["--mount", _mount(path, path, write=True)]
        start = f"{PACKAGE}/sandbox/child/start.py"
        return [*command, "--entrypoint", "python", image, "-I", "-X", "utf8", start, "relay", *mounts.write]


def find_container_engines() -> tuple[Engine, ...]:
    """The engines on the path, whether or not they work here."""
    found = (shutil.which(name) for name in ENGINES)
    return tuple(Engine(program) for program in found if program is not None)


def find_container_engine() -> Engine | None:
    """The first engine on the path, whether or not it works here."""
    return next(iter(find_container_engines()), None)


def default_image() -> str:
    """The image with the same version of Python."""
    return f"python:{sys.version_info.major}.{sys.version_info.minor}-slim"


def mounts_for(grants: Grants) -> Mounts:
    """What has to be mounted for a run.

    Raises:
        SandboxError: something was granted that a container can't open.
    """
    if grants.connect or grants.commands:
        what = "the network" if grants.connect else "a command"
        raise SandboxError(
            f"The code was granted {what}, which can't be opened in a container.",
            "Run it on Linux 6.2 or newer, where the kernel's own sandbox works, or revoke it with :permissions.",
        )
    for path in (*grants.read, *grants.write, *grants.packages):
        whole = os.path.normpath(path)
        if whole in _SYSTEM or any(whole == own or whole.startswith(f"{own}/") for own in _OWN):
            raise SandboxError(
                f"{path} was granted, which can't be opened in a container: it has its own.",
                "Name a folder of yours instead.",
            )
        if not os.path.exists(path):
            raise SandboxError(
                f"{path} was granted, but it isn't there.", "Make it, or revoke the permission."
            )
    read = tuple(dict.fromkeys((*grants.read, *grants.packages)))
    return Mounts(read, tuple(sorted(set(grants.write))))


def last_line(said: bytes) -> str:
    """The last line of what a program has said on its error output, in bounds."""
    lines = said.decode(errors="replace").strip().splitlines()
    # docker adds a hint on a line of its own.
    lines = [line for line in lines if line.strip() and not line.startswith(("See 'docker", "Run 'docker"))]
    return lines[-1].strip()[:300] if lines else ""


def _user(mounts: Mounts) -> tuple[int, int]:
    """Nobody; with folders of a person's, that person, because their files may be closed to others. Never root."""
    own = os.getuid(), os.getgid()
    closed = not os.stat(__file__).st_mode & 0o004
    return own if own[0] != 0 and (mounts.read or mounts.write or closed) else (_NOBODY, _NOBODY)


def _mount(source: str, target: str, *, write: bool = False) -> str:
    """An option of `--mount`: fields of a CSV line."""
    fields: Sequence[str] = (
        "type=bind",
        f"source={source}",
        f"target={target}",
        *(() if write else ("readonly",)),
    )
    return ",".join(
        '"' + text.replace('"', '""') + '"' if set(text) & set(',"\n') else text for text in fields
    )
