"""Sandboxes of agents whose servers are warm already: what starts an interpreter for each agent is what tests wait for most.

Each agent still tries its sandbox, and has its own limits and its own folder. The tests in `tests/sandbox`, and all
processes that tests start, have servers of their own.
"""

from __future__ import annotations

from pathlib import Path

from apprentice.sandbox import Choice, Limits, choose, choose_sandbox, limits_from
from apprentice.sandbox.launched import LaunchedSandbox
from apprentice.sandbox.wall import WallLauncher
from apprentice.settings import Settings


class _Lasting(WallLauncher):
    """A launcher whose servers outlive the sandboxes that use it."""

    def close(self) -> None:
        """Its servers end with `end`."""

    def end(self) -> None:
        """End the servers."""
        super().close()


class WarmSandboxes:
    """Opens the sandboxes of agents, as `choose_sandbox`.

    Args:
        root: the folder in which the workspaces lie; those elsewhere get servers of their own.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._offered: tuple[str, _Lasting] | None = None
        self._tried = False

    def choose(self, settings: Settings) -> Choice:
        """See `choose_sandbox`."""
        scratch = settings.workspace.resolve() / "exec"
        if settings.container_image or not scratch.is_relative_to(self._root):
            return choose_sandbox(settings)
        if not self._tried:
            self._offered, self._tried = self._best(), True
        if self._offered is None:
            return choose_sandbox(settings)
        name, launcher = self._offered
        return choose(
            scratch,
            limits_from(settings),
            unsafe=settings.unsafe_no_sandbox,
            offered=[(name, lambda: launcher)],
        )

    def end(self) -> None:
        """End the servers."""
        if self._offered is not None:
            self._offered[1].end()

    def _best(self) -> tuple[str, _Lasting] | None:
        """What this machine gives an agent, if that is a wall."""
        choice = choose(self._root, Limits())
        assert isinstance(choice.sandbox, LaunchedSandbox)
        made = choice.sandbox._launcher
        choice.sandbox.close()
        if not isinstance(made, WallLauncher):
            return None
        launcher = _Lasting(self._root, bubblewrap=made._bubblewrap, max_abi=made.max_abi)
        return choice.tried[-1].partition(":")[0], launcher
