"""A token that every model stream and every sandbox run looks at, so that Ctrl-C is felt within a second."""

from __future__ import annotations

import threading
import time

from apprentice.errors import Cancelled


class CancelToken:
    """Set from any thread; checked by whatever takes time.

    Args:
        seconds: time until the token cancels itself; None for no deadline.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self._event = threading.Event()
        self._reason = "Stopped."
        self._deadline = None if seconds is None else time.monotonic() + seconds

    def cancel(self, reason: str = "Stopped.") -> None:
        """Stop the work that carries this token, at its next check."""
        self._reason = reason
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether the work should stop now."""
        return self._event.is_set() or self.remaining == 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds to the deadline, at least 0; None without a deadline."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def check(self) -> None:
        """Raise `Cancelled` if the work should stop."""
        if self._event.is_set():
            raise Cancelled(self._reason, "Go on with :resume, or agent.resume().")
        if self.remaining == 0.0:
            raise Cancelled("The time for this goal is used up.", "Go on with :resume, or agent.resume().")
