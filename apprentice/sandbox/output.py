"""Output that is capped while it is read."""

from __future__ import annotations

from collections import deque


class CappedOutput:
    """Keeps the head and the tail of a stream of bytes, at most `cap` bytes in all, and counts the rest."""

    def __init__(self, cap: int) -> None:
        self._head_cap = cap - cap // 2
        self._tail_cap = cap // 2
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_size = 0
        self.total = 0

    def add(self, data: bytes) -> None:
        """Take in the next bytes of the stream."""
        self.total += len(data)
        room = self._head_cap - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        if not data:
            return
        self._tail.append(data)
        self._tail_size += len(data)
        while self._tail_size - len(self._tail[0]) >= self._tail_cap:
            self._tail_size -= len(self._tail.popleft())

    def text(self, budget: int) -> str:
        """What was kept, as text of at most `budget` bytes and a line that says how much was cut."""
        tail = b"".join(self._tail)
        kept = bytes(self._head) + tail
        if self.total <= min(budget, len(kept)):
            return kept.decode("utf-8", "replace")
        first = bytes(self._head[: budget - budget // 2])
        last = tail or bytes(self._head[len(first) :])
        last = last[len(last) - min(len(last), budget // 2) :]
        cut = self.total - len(first) - len(last)
        return f"{_head_text(first)}\n… {cut:,} bytes cut …\n{_tail_text(last)}"


def share(first: CappedOutput, second: CappedOutput, cap: int) -> tuple[str, str]:
    """The texts of two streams in `cap` bytes together: each may have half, and what the other leaves."""
    half = cap // 2
    budget = max(half, cap - second.total)
    return first.text(budget), second.text(max(half, cap - first.total))


def _head_text(data: bytes) -> str:
    """Without half a character at the end."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte >= 0xC0:
            width = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            data = data[:-back] if back < width else data
            break
        if byte < 0x80:
            break
    return data.decode("utf-8", "replace")


def _tail_text(data: bytes) -> str:
    """Without half a character at the beginning."""
    start = 0
    while start < min(3, len(data)) and 0x80 <= data[start] < 0xC0:
        start += 1
    return data[start:].decode("utf-8", "replace")
