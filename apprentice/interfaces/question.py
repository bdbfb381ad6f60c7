"""A question at the terminal, which Ctrl-C ends at whatever moment it comes."""

from __future__ import annotations

import os
import select
import signal
import sys
from typing import TextIO


def ask_line(question: str, stream: TextIO | None = None) -> str:
    """Print a question and read one line, without its end; empty at the end of the input. For the main thread.

    `input` blocks in a read that doesn't return for a signal which came a moment before it. Here the signal also writes a
    byte, for which the waiting waits as well.

    Args:
        question: what is printed before the answer, as it is.
        stream: where it is printed; default: standard output.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed.
    """
    print(question, end="", file=stream or sys.stdout, flush=True)
    if os.name != "posix":
        return sys.stdin.readline().rstrip("\r\n")
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        while sys.stdin not in select.select([sys.stdin, reading], [], [])[0]:
            os.read(reading, 64)
        return sys.stdin.readline().rstrip("\n")
    finally:
        signal.set_wakeup_fd(before)
        os.close(reading)
        os.close(writing)
