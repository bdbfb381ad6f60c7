"""Which sandbox this machine gets: the best of those that work when tried; or none, and then nothing is run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from apprentice.errors import SandboxError
from apprentice.sandbox.base import Limits
from apprentice.sandbox.launch import Launcher
from apprentice.sandbox.launched import LaunchedSandbox
from apprentice.sandbox.namespaces import find_bubblewrap
from apprentice.sandbox.probe import Probe, probe
from apprentice.sandbox.process import ProcessSandbox
from apprentice.sandbox.seatbelt import SeatbeltLauncher, find_seatbelt
from apprentice.sandbox.wall import WallLauncher

#: What running without a sandbox means, said each time.
UNSAFE = (
    "--unsafe-no-sandbox: generated code runs as you, without a wall. It can read and change all your files, use the "
    "network, and start programs. Only time, memory and output are bounded."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A sandbox with what was tried to find it.

    Attributes:
        tried: the candidates in order, each with its outcome in one line.
    """

    sandbox: LaunchedSandbox
    tried: tuple[str, ...]


Candidate = tuple[str, Callable[[], Launcher]]


def choose(
    scratch_root: Path,
    limits: Limits,
    *,
    unsafe: bool = False,
    offered: Iterable[Candidate] | None = None,
    container_image: str = "",
) -> Choice:
    """Try the candidates of this machine, the strongest first, and take the first that holds.

    Args:
        scratch_root: folder for the scratch folders.
        limits: bounds of a run that isn't given its own.
        unsafe: where none holds, run without one.
        offered: candidates to try instead of this machine's.
        container_image: image with Python for a container; that of this version of Python when empty.

    Raises:
        SandboxError: none holds, and running without one was not asked for.
    """
    tried: list[str] = []
    for name, make in candidates(scratch_root, container_image) if offered is None else offered:
        sandbox = None
        try:
            sandbox = LaunchedSandbox(make(), scratch_root, limits)
            outcome = probe(sandbox)
        except (SandboxError, OSError) as error:
            tried.append(f"{name}: {error}")
        else:
            tried.append(f"{name}: {outcome}")
            if _good_enough(sandbox, outcome):
                return Choice(sandbox, tuple(tried))
        if sandbox is not None:
            sandbox.close()
    if unsafe:
        return Choice(ProcessSandbox(scratch_root, limits), (*tried, "no sandbox: as asked for"))
    raise SandboxError(
        f"Generated code can't be run: no sandbox holds on this machine ({'; '.join(tried) or sys.platform}).",
        "Use Linux 6.2 or newer, or install Docker; or, if you accept what it means, add --unsafe-no-sandbox.",
    )


def candidates(scratch_root: Path, container_image: str = "") -> Iterator[Candidate]:
    """What this machine could offer, the strongest first."""
    if sys.platform == "linux":
        bubblewrap = find_bubblewrap()
        if bubblewrap is not None:
            yield (
                "Landlock, seccomp and namespaces",
                lambda: WallLauncher(scratch_root, bubblewrap=bubblewrap),
            )
        yield "Landlock and seccomp", lambda: WallLauncher(scratch_root)
    if sys.platform in ("linux", "darwin"):
        from apprentice.sandbox.container.engine import find_container_engines
        from apprentice.sandbox.container.launcher import ContainerLauncher

        for engine in find_container_engines():
            yield f"container ({engine.name})", partial(ContainerLauncher, engine, image=container_image)
    seatbelt = find_seatbelt()
    if seatbelt is not None:
        yield "sandbox-exec", lambda: SeatbeltLauncher(seatbelt)


def _good_enough(sandbox: LaunchedSandbox, outcome: Probe) -> bool:
    return outcome.usable if sandbox.isolation == "reduced" else outcome.whole
