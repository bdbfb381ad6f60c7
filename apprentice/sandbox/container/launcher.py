"""Containers as sandboxes, where the kernel has no Landlock, or isn't Linux: warm, hardened, with the fork server inside.

A container has no network, no capability, a file system that is read-only but for a bounded scratch space in memory, and
a user that owns nothing in it. In there, each run is forked by the same server, and held by the same filter of system
calls, as behind the wall. A container takes one run at a time, and is emptied before the next.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from apprentice.errors import SandboxError
from apprentice.sandbox.base import Grants, Isolation
from apprentice.sandbox.container.engine import Bounds, Engine, Mounts, default_image, mounts_for
from apprentice.sandbox.container.process import Container
from apprentice.sandbox.container.run import ContainedRun
from apprentice.sandbox.launch import Ends, Started

#: Containers kept beside that for runs without grants.
_KEPT: Final = 3
#: What every container can give to a run; one that needs more gets a container that can.
_USUAL: Final = Bounds(memory_mb=1024, scratch_mb=256, processes=64)


class ContainerLauncher:
    """Starts each run in a warm container that has what was granted to it, and nothing else of the machine.

    A network or a command can't be granted in there.

    Args:
        engine: the container engine.
        image: an image with Python; that of this version when empty. It is never downloaded from here.
    """

    def __init__(self, engine: Engine, *, image: str = "") -> None:
        self._engine = engine
        self._image = image or default_image()
        self._containers: OrderedDict[tuple[Bounds, Mounts], Container] = OrderedDict()
        self._generation = 0
        self._closed = False
        self._lock = threading.Lock()

    @property
    def isolation(self) -> Isolation:
        """`container`."""
        return "container"

    @property
    def max_abi(self) -> int:
        """Not bounded."""
        return 99

    @property
    def description(self) -> str:
        """The engine and the image."""
        return f"container ({self._engine.name}, {self._image})"

    def start(self, ends: Ends, folder: Path, request: Mapping[str, Any], grants: Grants) -> Started:
        """Start one run, or put it in line behind the one that its container has.

        Raises:
            SandboxError: a container can't be started, or can't open what was granted.
        """
        mounts = mounts_for(grants)
        limits = request["limits"]
        bounds = Bounds(
            max(_USUAL.memory_mb, limits["memory_mb"]),
            max(_USUAL.scratch_mb, limits["scratch_mb"]),
            max(_USUAL.processes, limits["processes"]),
        )
        run = ContainedRun(ends, folder, request, grants, self._generation)
        try:
            for _ in range(3):
                container = self._container(bounds, mounts)
                container.start()
                if container.submit(run):
                    return run
        except BaseException:
            run.release()
            raise
        run.release()
        raise SandboxError(
            f"Code can't be run: {self._engine.name}'s containers end as soon as they have started.",
            f"Check free memory, and `{self._engine.name} events`.",
        )

    def renew(self, *, fresh: bool = False) -> None:
        """Fork later runs from a new interpreter, with another seed for hashes."""
        self._generation += 1

    def close(self) -> None:
        """End the containers and what runs in them."""
        with self._lock:
            self._closed = True
            containers = list(self._containers.values())
            self._containers.clear()
        for container in containers:
            container.close()

    def _container(self, bounds: Bounds, mounts: Mounts) -> Container:
        """The container for such a run; it may not have been started yet."""
        key = (bounds, mounts)
        with self._lock:
            if self._closed:
                raise SandboxError("Code can't be run: the sandbox has been closed.")
            container = self._containers.get(key)
            if container is None or container.ended:
                container = self._containers[key] = Container(self._engine, self._image, bounds, mounts)
            self._containers.move_to_end(key)
            special = [known for known in self._containers if known != (_USUAL, Mounts())]
            dropped = self._containers.pop(special[0]) if len(special) > _KEPT else None
        if dropped is not None:
            dropped.retire()
        return container
